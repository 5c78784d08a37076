//! Cursors: where a list goes on, opaque to callers.

use crate::error::Error;
use crate::intake::Refused;
use crate::store::candidates::Cursor;

/// As it stands in an address.
pub fn write(cursor: &Cursor) -> String {
    format!("{:016x}-{}", cursor.score_db.to_bits(), cursor.id)
}

/// What an address brought back.
pub fn read(text: &str) -> Result<Cursor, Error> {
    let parts = text.split_once('-');
    let read = parts.and_then(|(score, id)| {
        let score_db = f64::from_bits(u64::from_str_radix(score, 16).ok()?);
        (score_db.is_finite() && id.is_ascii()).then(|| Cursor {
            score_db,
            id: id.to_owned(),
        })
    });
    read.ok_or_else(|| {
        Error::Refused(Refused {
            line: None,
            field: Some("cursor".into()),
            reason: "is not one that this list gave; leave it out to begin again".into(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let cursor = Cursor {
            score_db: -14.5,
            id: "019c-1".into(),
        };
        assert_eq!(read(&write(&cursor)).unwrap(), cursor);
        assert!(read("x").is_err());
        assert!(read("7ff8000000000000-a").is_err(), "not a number");
    }
}
