//! Facts on their way to the store, in parts.

use super::Refused;
use crate::reference::Fact;

/// Facts in a part: few parts, each far smaller than a statement may be.
const PART: usize = 500;

/// Bytes from which a part is full, however few its facts are.
const PART_BYTES: usize = 1 << 20;

/// Bytes of a set, which is held in memory when it is in force: publishers' take a quarter.
const SET_BYTES: usize = 128 << 20;

/// Takes facts as they are read.
pub(super) struct Facts<'a> {
    /// The part so far: a JSON list without its end.
    part: String,
    in_part: usize,
    bytes: usize,
    kept: u64,
    rows: u64,
    year: i16,
    /// Hands a part over; `false` when nobody takes it any more.
    send: &'a mut dyn FnMut(String) -> bool,
}

impl<'a> Facts<'a> {
    /// Of a set of this year.
    pub(super) fn new(year: i16, send: &'a mut dyn FnMut(String) -> bool) -> Self {
        Self {
            part: String::new(),
            in_part: 0,
            bytes: 0,
            kept: 0,
            rows: 0,
            year,
            send,
        }
    }

    /// Counts a row or record of the file.
    pub(super) fn row(&mut self) {
        self.rows += 1;
    }

    /// Rows and records so far.
    pub(super) const fn rows(&self) -> u64 {
        self.rows
    }

    /// The year of the vintage.
    pub(super) const fn year(&self) -> i16 {
        self.year
    }

    /// Keeps a fact.
    #[allow(clippy::needless_pass_by_value)] // importers are done with it
    pub(super) fn add(&mut self, fact: Fact) -> Result<(), Refused> {
        let fact = serde_json::to_string(&fact).expect("our own types serialize");
        self.kept += 1;
        self.in_part += 1;
        self.bytes += fact.len();
        if self.bytes > SET_BYTES {
            return Err(Refused::whole(format!(
                "its facts take more than {} MiB: no publisher's file is that long",
                SET_BYTES >> 20
            )));
        }
        self.part.push(if self.part.is_empty() { '[' } else { ',' });
        self.part.push_str(&fact);
        if self.in_part == PART || self.part.len() >= PART_BYTES {
            self.hand_over()?;
        }
        Ok(())
    }

    /// Hands over what is left. A file without a single fact is the wrong one.
    pub(super) fn end(&mut self) -> Result<(), Refused> {
        if self.kept == 0 {
            return Err(Refused::whole(match self.rows {
                0 => "there are no rows in it".to_owned(),
                rows => format!("none of its {rows} rows says anything that can be used"),
            }));
        }
        self.hand_over()
    }

    fn hand_over(&mut self) -> Result<(), Refused> {
        if self.part.is_empty() {
            return Ok(());
        }
        let mut part = std::mem::take(&mut self.part);
        part.push(']');
        self.in_part = 0;
        if (self.send)(part) {
            Ok(())
        } else {
            // Whoever keeps the facts has failed, and says why.
            Err(Refused::whole("it could not be kept"))
        }
    }
}
