//! How wide a font's characters are: what tells a gap between words from two halves of one.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document as Pdf, Object};

/// Of a font that does not say: about the mean of Latin text, in em.
const USUAL_EM: f32 = 0.5;

/// Advance widths of a font, in em.
#[derive(Debug)]
pub(super) struct Widths {
    /// First code of a range to its last code and width.
    ranges: BTreeMap<u16, (u16, f32)>,
    default: f32,
    bytes_per_code: usize,
}

impl Widths {
    pub fn of(pdf: &Pdf, font: &Dictionary) -> Self {
        let mut widths = Self {
            ranges: BTreeMap::new(),
            default: USUAL_EM,
            bytes_per_code: 1,
        };
        let array = |dictionary: &Dictionary, key: &[u8]| -> Option<Vec<Object>> {
            dictionary
                .get_deref(key, pdf)
                .ok()?
                .as_array()
                .ok()
                .cloned()
        };
        let descendant = array(font, b"DescendantFonts").and_then(|fonts| {
            let (_, font) = pdf.dereference(fonts.first()?).ok()?;
            font.as_dict().ok().cloned()
        });
        if let Some(font) = descendant {
            widths.bytes_per_code = 2;
            widths.default = number(font.get_deref(b"DW", pdf).ok()).unwrap_or(1000.0) / 1000.0;
            widths.composite(&array(&font, b"W").unwrap_or_default(), pdf);
            return widths;
        }
        // A font drawn by procedures has units of its own.
        let unit = array(font, b"FontMatrix").and_then(|matrix| number(matrix.first()));
        let unit = unit.unwrap_or(0.001);
        let first = code(font.get_deref(b"FirstChar", pdf).ok()).unwrap_or(0);
        let listed = array(font, b"Widths").unwrap_or_default();
        for (code, width) in (first..=255).zip(&listed) {
            let width = pdf.dereference(width).ok().map(|(_, width)| width);
            if let Some(width) = number(width) {
                widths.ranges.insert(code, (code, width * unit));
            }
        }
        widths
    }

    /// `c [w w …]` and `first last w`, mixed.
    fn composite(&mut self, entries: &[Object], pdf: &Pdf) {
        let mut entries = entries
            .iter()
            .map(|entry| pdf.dereference(entry).map_or(entry, |(_, entry)| entry));
        while let (Some(first), Some(second)) = (entries.next(), entries.next()) {
            let Some(first) = code(Some(first)) else {
                return;
            };
            if let Ok(list) = second.as_array() {
                for (code, width) in (first..).zip(list) {
                    let width = number(Some(width)).unwrap_or_default() / 1000.0;
                    self.ranges.insert(code, (code, width));
                }
            } else if let (Some(last), Some(width)) = (code(Some(second)), number(entries.next())) {
                self.ranges.insert(first, (last, width / 1000.0));
            }
        }
    }

    /// The width of a string, in em, and the number of its codes.
    pub fn advance(&self, bytes: &[u8]) -> (f32, u16) {
        let mut sum = 0.0;
        let mut codes = 0_u16;
        for code in bytes.chunks(self.bytes_per_code) {
            let code = code
                .iter()
                .fold(0, |code, &byte| code << 8 | u16::from(byte));
            let range = self.ranges.range(..=code).next_back();
            sum += match range {
                Some((_, (last, width))) if code <= *last => *width,
                _ => self.default,
            };
            codes = codes.saturating_add(1);
        }
        (sum, codes)
    }
}

pub(super) fn number(object: Option<&Object>) -> Option<f32> {
    object?.as_float().ok()
}

fn code(object: Option<&Object>) -> Option<u16> {
    u16::try_from(object?.as_i64().ok()?).ok()
}
