//! Parts of a set, put by in a temporary file until all of them are there.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, Write as _};

/// Takes parts. The file has no name and is gone with the process.
#[derive(Debug)]
pub(super) struct Spool {
    file: BufWriter<File>,
    /// Bytes of every part.
    lengths: Vec<usize>,
}

impl Spool {
    /// An empty one.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            file: BufWriter::new(tempfile::tempfile()?),
            lengths: Vec::new(),
        })
    }

    /// Puts a part by.
    pub fn put(&mut self, part: &str) -> io::Result<()> {
        self.file.write_all(part.as_bytes())?;
        self.lengths.push(part.len());
        Ok(())
    }

    /// The parts in their order, read one by one.
    pub fn parts(self) -> io::Result<impl Iterator<Item = io::Result<String>>> {
        let mut file = self.file.into_inner().map_err(io::Error::from)?;
        file.rewind()?;
        let mut file = BufReader::new(file);
        Ok(self.lengths.into_iter().map(move |length| {
            let mut bytes = vec![0; length];
            file.read_exact(&mut bytes)?;
            String::from_utf8(bytes).map_err(io::Error::other)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back_as_they_were() {
        let long = "\u{e9}".repeat(100_000);
        let parts = ["[]", "", &long, "[1]"];
        let mut spool = Spool::new().unwrap();
        for part in parts {
            spool.put(part).unwrap();
        }
        let back: io::Result<Vec<String>> = spool.parts().unwrap().collect();
        assert_eq!(back.unwrap(), parts);
    }
}
