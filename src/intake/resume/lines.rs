//! The lines of a page, in the order it draws them.
//!
//! A page is a program that moves a pen and shows strings. A string on another baseline than the
//! last, or left of where that ended, begins a line; a gap wider than letters leave is a space, and
//! a column's worth of it a tab. Order is not mended: the drawing order of word processors and
//! browsers is the reading order, also in two columns, which sorting by place would interleave.

use std::collections::BTreeMap;

use lopdf::content::Content;
use lopdf::{Document as Pdf, Encoding, Error, Object, ObjectId};

use super::widths::{Widths, number};

/// Gaps in em: what parts words, and what parts columns.
const WORD_GAP: f32 = 0.18;
const COLUMN_GAP: f32 = 2.0;

/// Baselines closer than this, in em, are one line: raised letters stay in theirs.
const SAME_LINE: f32 = 0.5;

/// States that a page may save at once.
const MAX_SAVED: usize = 256;

type Matrix = [f32; 6];

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// The page's text; `limit` is what its program and each font's map may unpack to, in bytes.
pub(super) fn of_page(pdf: &Pdf, page: ObjectId, limit: usize) -> Result<String, Error> {
    let mut fonts = BTreeMap::new();
    let mut unreadable = None;
    for (name, font) in pdf.get_page_fonts(page)? {
        match font.get_font_encoding_with_limit(pdf, limit) {
            Ok(encoding) => {
                fonts.insert(name, (encoding, Widths::of(pdf, font)));
            }
            Err(error @ Error::Decompress(_)) => return Err(error),
            Err(error) => unreadable = Some(error),
        }
    }
    let program = pdf.get_page_content_with_limit(page, limit)?;
    let program = Content::decode(&program)?;
    let mut pen = Pen::new();
    for operation in &program.operations {
        pen.run(&operation.operator, &operation.operands, &fonts);
    }
    match unreadable {
        Some(error) if pen.text.trim().is_empty() => Err(error),
        _ => Ok(pen.finish()),
    }
}

type Fonts<'a> = BTreeMap<Vec<u8>, (Encoding<'a>, Widths)>;

/// What a page saves and restores.
#[derive(Clone, Debug)]
struct State {
    page: Matrix,
    font: Vec<u8>,
    size: f32,
    letter_space: f32,
    leading: f32,
    stretch: f32,
}

#[derive(Debug)]
struct Pen {
    state: State,
    saved: Vec<State>,
    line: Matrix,
    text_matrix: Matrix,
    /// Along and across the baseline, where the last string ended.
    last: Option<(f32, f32)>,
    text: String,
}

impl Pen {
    fn new() -> Self {
        Self {
            state: State {
                page: IDENTITY,
                font: Vec::new(),
                size: 1.0,
                letter_space: 0.0,
                leading: 0.0,
                stretch: 1.0,
            },
            saved: Vec::new(),
            line: IDENTITY,
            text_matrix: IDENTITY,
            last: None,
            text: String::new(),
        }
    }

    /// Operators of ISO 32000-1, §8.4 and §9.
    fn run(&mut self, operator: &str, operands: &[Object], fonts: &Fonts) {
        let n = |i: usize| number(operands.get(i)).unwrap_or_default();
        match operator {
            "q" if self.saved.len() < MAX_SAVED => self.saved.push(self.state.clone()),
            "Q" => {
                if let Some(state) = self.saved.pop() {
                    self.state = state;
                }
            }
            "cm" => {
                self.state.page = times([n(0), n(1), n(2), n(3), n(4), n(5)], self.state.page);
            }
            "BT" => self.move_to(IDENTITY),
            "Tm" => self.move_to([n(0), n(1), n(2), n(3), n(4), n(5)]),
            "Td" => self.move_by(n(0), n(1)),
            "TD" => {
                self.state.leading = -n(1);
                self.move_by(n(0), n(1));
            }
            "T*" => self.move_by(0.0, -self.state.leading),
            "TL" => self.state.leading = n(0),
            "Tc" => self.state.letter_space = n(0),
            "Tz" => self.state.stretch = n(0) / 100.0,
            "Tf" => {
                if let Some(Ok(name)) = operands.first().map(Object::as_name) {
                    name.clone_into(&mut self.state.font);
                }
                self.state.size = n(1);
            }
            "Tj" => self.show(operands, fonts),
            "TJ" => {
                if let Some(Ok(parts)) = operands.first().map(Object::as_array) {
                    self.show(parts, fonts);
                }
            }
            "'" => {
                self.move_by(0.0, -self.state.leading);
                self.show(operands, fonts);
            }
            "\"" => {
                self.move_by(0.0, -self.state.leading);
                self.state.letter_space = n(1);
                self.show(operands.get(2..).unwrap_or_default(), fonts);
            }
            _ => {}
        }
    }

    fn move_to(&mut self, matrix: Matrix) {
        self.line = matrix;
        self.text_matrix = matrix;
    }

    fn move_by(&mut self, x: f32, y: f32) {
        self.move_to(times([1.0, 0.0, 0.0, 1.0, x, y], self.line));
    }

    /// Shows strings, with the numbers between them that move the pen back by thousandths of an em.
    fn show(&mut self, parts: &[Object], fonts: &Fonts) {
        let Some((encoding, widths)) = fonts.get(&self.state.font) else {
            return;
        };
        for part in parts {
            if let Object::String(bytes, _) = part {
                let shown = Pdf::decode_text(encoding, bytes).unwrap_or_default();
                let (em, codes) = widths.advance(bytes);
                self.put(&shown);
                let width = em * self.state.size + f32::from(codes) * self.state.letter_space;
                self.advance(width);
                self.last = Some(self.place().0);
            } else if let Some(thousandths) = number(Some(part)) {
                self.advance(-thousandths / 1000.0 * self.state.size);
            }
        }
    }

    fn advance(&mut self, width: f32) {
        let by = [1.0, 0.0, 0.0, 1.0, width * self.state.stretch, 0.0];
        self.text_matrix = times(by, self.text_matrix);
    }

    /// The pen along and across its baseline, and the length of an em there.
    fn place(&self) -> ((f32, f32), f32) {
        let [a, b, _, _, x, y] = times(self.text_matrix, self.state.page);
        let scale = a.hypot(b);
        let (a, b) = if scale > 0.0 {
            (a / scale, b / scale)
        } else {
            (1.0, 0.0)
        };
        let em = (scale * self.state.size).abs();
        ((a * x + b * y, a * y - b * x), em)
    }

    fn put(&mut self, shown: &str) {
        let ((along, across), em) = self.place();
        if let Some((end, baseline)) = self.last
            && em > 0.0
        {
            let gap = (along - end) / em;
            let is_open = !self.text.ends_with([' ', '\t', '\n']) && !shown.starts_with(' ');
            if (across - baseline).abs() > SAME_LINE * em || gap < -COLUMN_GAP {
                self.end_line();
            } else if gap > COLUMN_GAP {
                self.text.truncate(self.text.trim_end_matches(' ').len());
                self.text.push('\t');
            } else if gap > WORD_GAP && is_open {
                self.text.push(' ');
            }
        }
        self.text.push_str(shown);
    }

    fn end_line(&mut self) {
        self.text
            .truncate(self.text.trim_end_matches([' ', '\t']).len());
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn finish(mut self) -> String {
        self.end_line();
        self.text
    }
}

fn times(m: Matrix, n: Matrix) -> Matrix {
    [
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    ]
}
