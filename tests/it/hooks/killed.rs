//! A real server, killed again and again between its answers and its work.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};

use super::vendor::{SECRET, application, mac};
use crate::program::{DEADLINE, Program};

/// Delivers as Greenhouse does; the status, or why there is no answer.
fn deliver(address: &str, path: &str, body: &Value) -> std::io::Result<u16> {
    let body = body.to_string();
    let signature = mac(SECRET, body.as_bytes());
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(DEADLINE))?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: hooks.example\r\nsignature: sha256 {signature}\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    status.ok_or_else(|| std::io::Error::other("the answer was cut off"))
}

#[test]
fn killed_fifty_times_between_answer_and_work_it_loses_nothing() {
    const KILLS: usize = 50;
    const SENDERS: usize = 3;
    const ENOUGH: usize = 4;
    let program = Program::new();
    let key = program.key();
    let made = program.run(&["connection", "add", "greenhouse", "--secret", SECRET]);
    assert_eq!(made.status(), 0, "{}", made.error());
    let path = made.lines()[0]["path"].as_str().unwrap().to_owned();
    let next = AtomicI64::new(1);
    let answered = Mutex::new(BTreeSet::new());
    for round in 1..=KILLS {
        let mut server = program.serve(&[]);
        let address = server.address.clone();
        std::thread::scope(|scope| {
            for _ in 0..SENDERS {
                scope.spawn(|| {
                    loop {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        let body = application(
                            "new_candidate_application",
                            n,
                            ("Maria", "Lopez"),
                            &json!({}),
                        );
                        match deliver(&address, &path, &body) {
                            Ok(200) => answered.lock().unwrap().insert(n),
                            Ok(status) => panic!("{status}"),
                            Err(_) => break, // it is gone
                        };
                    }
                });
            }
            while answered.lock().unwrap().len() < round * ENOUGH {
                std::thread::yield_now();
            }
            server.child.kill().unwrap();
            server.child.wait().unwrap();
        });
    }
    let answered = answered.into_inner().unwrap();
    assert!(answered.len() >= KILLS * ENOUGH);
    let server = program.serve(&[]);
    for n in &answered {
        let found = server.until("the candidate", |server| {
            let found = server.get(&format!("/api/v1/candidates?external_id={n}"), &key);
            Some(found["items"][0].clone()).filter(Value::is_object)
        });
        assert_eq!(found["version"], 1, "{n} has its effect once");
    }
}
