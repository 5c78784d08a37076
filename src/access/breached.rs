//! Passwords that have leaked somewhere, looked up in the operator's own copy of a list.
//!
//! The file is in the format of Have I Been Pwned, "ordered by hash": a line for each, SHA-1 in hexadecimal, a colon and
//! how often it was seen. It has tens of gigabytes, so it is searched where it lies, in some forty reads.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use crate::secret::hex;

/// Characters of a hash.
const HASH: usize = 40;

/// No line is longer: hash, colon, count, end.
const LINE: usize = 80;

/// The list.
#[derive(Clone, Debug)]
pub struct Breached {
    file: PathBuf,
}

impl Breached {
    /// The list in a file, which must begin like one.
    pub fn open(file: &Path) -> io::Result<Self> {
        let list = Self { file: file.into() };
        let opened = File::open(file)?;
        if line_at(&opened, 0)?.is_none() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the first line does not begin with a SHA-1 hash of 40 hexadecimal digits",
            ));
        }
        Ok(list)
    }

    /// Whether a password is on it.
    pub fn holds(&self, password: &str) -> io::Result<bool> {
        let digest =
            ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
        let wanted = hex(digest.as_ref()).to_ascii_uppercase();
        let file = File::open(&self.file)?;
        // A line that holds it begins in low..high.
        let (mut low, mut high) = (0, file.metadata()?.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let start = start_of_line(&file, middle)?;
            let Some((hash, next)) = line_at(&file, start)? else {
                return Ok(false);
            };
            match hash.as_str().cmp(wanted.as_str()) {
                std::cmp::Ordering::Equal => return Ok(true),
                std::cmp::Ordering::Less => low = next,
                std::cmp::Ordering::Greater => high = start,
            }
        }
        Ok(false)
    }
}

/// Where the line begins in which this byte is.
fn start_of_line(file: &File, at: u64) -> io::Result<u64> {
    let from = at.saturating_sub(LINE as u64);
    let mut before = vec![0; usize::try_from(at - from).unwrap_or(LINE)];
    file.read_exact_at(&mut before, from)?;
    let end = before.iter().rposition(|byte| *byte == b'\n');
    Ok(end.map_or(from, |end| from + end as u64 + 1))
}

/// The hash of the line that begins here, and where the next begins; `None`: it is no such line.
fn line_at(file: &File, start: u64) -> io::Result<Option<(String, u64)>> {
    let mut line = [0; LINE];
    let mut filled = 0;
    while filled < LINE {
        match file.read_at(&mut line[filled..], start + filled as u64)? {
            0 => break,
            n => filled += n,
        }
    }
    let line = &line[..filled];
    let length = line.iter().position(|byte| *byte == b'\n');
    let Some(hash) = line.get(..HASH) else {
        return Ok(None);
    };
    if !hash.iter().all(u8::is_ascii_hexdigit) {
        return Ok(None);
    }
    let hash = String::from_utf8_lossy(hash).to_ascii_uppercase();
    let length = length.map_or(filled, |at| at + 1);
    Ok(Some((hash, start + length as u64)))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn sha1(text: &str) -> String {
        let digest = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
        hex(digest.as_ref()).to_ascii_uppercase()
    }

    #[test]
    fn every_line_is_found_and_nothing_else() {
        for (count, end) in [(1, "\r\n"), (2, "\n"), (500, "\r\n"), (501, "")] {
            let mut hashes: Vec<String> =
                (0..count).map(|n| sha1(&format!("password {n}"))).collect();
            hashes.sort();
            let mut text = String::new();
            for (n, hash) in hashes.iter().enumerate() {
                let end = if end.is_empty() && n + 1 < count {
                    "\n"
                } else {
                    end
                };
                let _ = write!(
                    text,
                    "{hash}:{}{end}",
                    10_u64.pow(u32::try_from(n % 9).unwrap())
                );
            }
            let dir = tempfile::tempdir().unwrap();
            let file = dir.path().join("list.txt");
            std::fs::write(&file, text).unwrap();
            let list = Breached::open(&file).unwrap();
            for n in 0..count {
                assert!(
                    list.holds(&format!("password {n}")).unwrap(),
                    "{n} of {count}"
                );
            }
            for n in count..count + 300 {
                assert!(
                    !list.holds(&format!("password {n}")).unwrap(),
                    "{n} of {count}"
                );
            }
        }
    }

    #[test]
    fn another_file_is_no_list() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("list.txt");
        assert!(Breached::open(&file).is_err());
        std::fs::write(&file, "correct horse battery staple, and so on and so on\n").unwrap();
        assert!(Breached::open(&file).is_err());
    }
}
