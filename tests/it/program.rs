//! The real program: started in an empty folder with nothing of the environment but PATH.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common::Database;

/// Longer than anything here takes on a slow machine.
pub const DEADLINE: Duration = Duration::from_secs(40);

/// A folder with nothing in it, a database, and the program.
pub struct Program {
    pub dir: tempfile::TempDir,
    pub database: Database,
}

impl Program {
    pub fn new() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        Self {
            dir: tempfile::tempdir().unwrap(),
            database: runtime.block_on(Database::new()),
        }
    }

    /// The program with arguments and no database named.
    pub fn bare(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_telltale"));
        command.args(arguments).current_dir(self.dir.path());
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap());
        command.stdin(Stdio::null());
        command
    }

    /// The program with arguments, on the database of the test.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.bare(arguments);
        command.env("DATABASE_URL", &self.database.url);
        command.env("TELLTALE_KEY_FILE", self.database.key_file());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Done {
        Done(self.command(arguments).output().unwrap())
    }

    /// Writes a file into the folder.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// A key for the API.
    pub fn key(&self) -> String {
        let made = self.run(&["key", "create", "--scope", "all"]);
        assert_eq!(made.status(), 0, "{}", made.error());
        made.text().trim().to_owned()
    }

    /// Starts `serve` on a free port and waits until it says where it is.
    pub fn serve(&self, more: &[&str]) -> Server {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let address = line
            .split("http://")
            .nth(1)
            .and_then(|rest| rest.split('/').next());
        let address = address
            .unwrap_or_else(|| panic!("no address: {line}"))
            .to_owned();
        Server { child, address }
    }
}

/// A command that has ended.
pub struct Done(pub Output);

impl Done {
    pub fn status(&self) -> i32 {
        self.0.status.code().expect("it was not killed")
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.0.stdout).unwrap()
    }

    pub fn error(&self) -> &str {
        std::str::from_utf8(&self.0.stderr).unwrap()
    }

    /// The output's lines as JSON.
    pub fn lines(&self) -> Vec<Value> {
        let read = |line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        self.text().lines().map(read).collect()
    }
}

/// A server that runs until it is dropped.
pub struct Server {
    pub child: Child,
    pub address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// One request on a connection of its own: status and body, or why there is no answer. The key is
    /// one of the API, or a sign-in's.
    pub fn call(
        address: &str,
        method: &str,
        path: &str,
        key: &str,
        body: &str,
    ) -> std::io::Result<(u16, String)> {
        let (head, body) = Self::exchange(address, method, path, key, body)?;
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let cut = || std::io::Error::other("the answer was cut off");
        Ok((status.ok_or_else(cut)?, body))
    }

    /// Follows a link that signs in once, and returns what is in the cookie.
    pub fn sign_in(&self, link: &str) -> String {
        let path = link.find("/sign-in/").map(|at| link[at..].trim()).unwrap();
        let (head, _) = Self::exchange(&self.address, "POST", path, "", "").unwrap();
        let cookie = head
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: telltale="));
        let cookie = cookie.unwrap_or_else(|| panic!("{head}"));
        cookie.split(';').next().unwrap().to_owned()
    }

    fn exchange(
        address: &str,
        method: &str,
        path: &str,
        key: &str,
        body: &str,
    ) -> std::io::Result<(String, String)> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(DEADLINE))?;
        let length = body.len();
        let kind = if path.starts_with("/api/") {
            "application/json"
        } else {
            "application/x-www-form-urlencoded"
        };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n\
             cookie: telltale={key}\r\ncontent-type: {kind}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body.as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let cut = || std::io::Error::other("the answer was cut off");
        let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(cut)?;
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        if length.and_then(|n| n.parse().ok()) != Some(body.len()) {
            return Err(cut());
        }
        Ok((head.to_owned(), body.to_owned()))
    }

    pub fn get(&self, path: &str, key: &str) -> Value {
        let (status, body) = Self::call(&self.address, "GET", path, key, "").unwrap();
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Asks again and again until the answer is the one wanted.
    pub fn until<T>(&self, what: &str, mut ask: impl FnMut(&Self) -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(answer) = ask(self) {
                return answer;
            }
            assert!(begun.elapsed() < DEADLINE, "{what} did not come");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends it as an operator would, and says with which status.
    pub fn terminate(mut self) -> Option<i32> {
        let kill = format!("kill -TERM {}", self.child.id());
        assert!(
            Command::new("sh")
                .args(["-c", &kill])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap().code()
    }
}

/// A file of the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
