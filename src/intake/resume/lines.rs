//! The lines of a page, in the order it draws them.
//!
//! A page is a program that moves a pen and shows strings. A string on another baseline than the
//! last, or left of where that ended, begins a line; a gap wider than letters leave is a space, and
//! a column's worth of it a tab. The order of drawing is kept, as it is the reading order of word
//! processors and browsers, also in two columns, which sorting by place would interleave. Only what
//! floats beside a line, as dates do at the right edge, is drawn before its page, and is put there.

use std::collections::BTreeMap;
use std::rc::Rc;

use lopdf::content::Content;
use lopdf::{Dictionary, Document as Pdf, Encoding, Error, Object, ObjectId};

use super::widths::{Widths, number};

/// Gaps in em: what parts words, and what parts columns.
const WORD_GAP: f32 = 0.18;
const COLUMN_GAP: f32 = 2.0;

/// Baselines closer than this, in em, are one line: raised letters stay in theirs.
const SAME_LINE: f32 = 0.5;

/// Lines closer than this, in em, are a block of text, not each beside something.
const BLOCK_LEADING: f32 = 2.5;

/// Lines of a page past which nothing is looked for beside each other.
const MAX_LINES: usize = 500;

/// States that a page may save at once.
const MAX_SAVED: usize = 256;

type Matrix = [f32; 6];

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// Bytes that one page's program may unpack to, and all of them together: a résumé's takes
/// thousands, and the parsed form many times that.
const MAX_PROGRAM: usize = 4 << 20;
const MAX_PROGRAMS: usize = 16 << 20;

/// Bytes that a font's map to characters may unpack to; one of all of Unicode's first plane fits.
const MAX_MAP: usize = 1 << 20;

/// Fonts of a document that are read.
const MAX_FONTS: usize = 100;

type Font<'a> = (Encoding<'a>, Widths);
type Fonts<'a> = BTreeMap<Vec<u8>, Rc<Font<'a>>>;

/// Reads a document's pages, each font once.
pub(super) struct Pages<'a> {
    pdf: &'a Pdf,
    /// By the font's place in memory, which is what it keeps across pages.
    fonts: BTreeMap<*const Dictionary, Option<Rc<Font<'a>>>>,
    left: usize,
}

impl<'a> Pages<'a> {
    pub fn of(pdf: &'a Pdf) -> Self {
        Self {
            pdf,
            fonts: BTreeMap::new(),
            left: MAX_PROGRAMS,
        }
    }

    /// The page's text.
    pub fn text(&mut self, page: ObjectId) -> Result<String, Error> {
        let mut fonts = Fonts::new();
        let mut unreadable = None;
        for (name, font) in self.pdf.get_page_fonts(page)? {
            match self.font(font) {
                Ok(Some(font)) => {
                    fonts.insert(name, font);
                }
                Ok(None) => {}
                Err(error @ Error::Decompress(_)) => return Err(error),
                Err(error) => unreadable = Some(error),
            }
        }
        let limit = MAX_PROGRAM.min(self.left);
        let program = self.pdf.get_page_content_with_limit(page, limit)?;
        self.left = self.left.saturating_sub(program.len());
        let program = Content::decode(&program)?;
        let mut pen = Pen::new();
        for operation in &program.operations {
            pen.run(&operation.operator, &operation.operands, &fonts);
        }
        match unreadable {
            Some(error) if pen.lines.iter().all(|line| line.text.trim().is_empty()) => Err(error),
            _ => Ok(joined(pen.lines)),
        }
    }

    /// A font, or nothing where it was found unreadable before or is one too many.
    fn font(&mut self, font: &'a Dictionary) -> Result<Option<Rc<Font<'a>>>, Error> {
        if let Some(known) = self.fonts.get(&std::ptr::from_ref(font)) {
            return Ok(known.clone());
        }
        if self.fonts.len() == MAX_FONTS {
            return Ok(None);
        }
        let read = font.get_font_encoding_with_limit(self.pdf, MAX_MAP);
        let read = read.map(|encoding| Rc::new((encoding, Widths::of(self.pdf, font))));
        let kept = read.as_ref().ok().cloned();
        self.fonts.insert(std::ptr::from_ref(font), kept);
        read.map(Some)
    }
}

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
    lines: Vec<Line>,
}

/// A line as drawn; places are along and across the baseline, upwards.
#[derive(Debug)]
struct Line {
    text: String,
    start: f32,
    end: f32,
    baseline: f32,
    em: f32,
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
            lines: Vec::new(),
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
        let Some(font) = fonts.get(&self.state.font) else {
            return;
        };
        let (encoding, widths) = &**font;
        for part in parts {
            if let Object::String(bytes, _) = part {
                let shown = Pdf::decode_text(encoding, bytes).unwrap_or_default();
                let (em, codes) = widths.advance(bytes);
                self.put(&shown);
                let width = em * self.state.size + f32::from(codes) * self.state.letter_space;
                self.advance(width);
                let place = self.place().0;
                self.last = Some(place);
                if let Some(line) = self.lines.last_mut() {
                    line.end = line.end.max(place.0);
                }
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
        let same_line = self.last.and_then(|(end, baseline)| {
            let gap = if em > 0.0 { (along - end) / em } else { 0.0 };
            let same = (across - baseline).abs() <= SAME_LINE * em && gap >= -COLUMN_GAP;
            same.then_some(gap)
        });
        if let (Some(gap), Some(line)) = (same_line, self.lines.last_mut()) {
            let is_open = !line.text.ends_with([' ', '\t']) && !shown.starts_with(' ');
            if gap > COLUMN_GAP {
                line.text.truncate(line.text.trim_end_matches(' ').len());
                line.text.push('\t');
            } else if gap > WORD_GAP && is_open {
                line.text.push(' ');
            }
            line.text.push_str(shown);
        } else {
            self.lines.push(Line {
                text: shown.to_owned(),
                start: along,
                end: along,
                baseline: across,
                em,
            });
        }
    }
}

impl Line {
    fn is_beside(&self, other: &Self) -> bool {
        let level = (self.baseline - other.baseline).abs() <= SAME_LINE * self.em.min(other.em);
        level && (self.end <= other.start || other.end <= self.start)
    }
}

/// The lines as one text, those that float put beside theirs.
fn joined(mut lines: Vec<Line>) -> String {
    lines.retain(|line| !line.text.trim().is_empty());
    if lines.len() <= MAX_LINES {
        beside(&mut lines);
    }
    let mut text = String::new();
    for line in &lines {
        text.push_str(line.text.trim_matches([' ', '\t', '\n']));
        text.push('\n');
    }
    text
}

/// A run of lines down the page, after which the drawing goes up again, floats if its lines stand
/// apart and each is level with a later one.
fn beside(lines: &mut Vec<Line>) {
    let mut first = 0;
    while first < lines.len() {
        let goes_up = |i: usize| lines[i + 1].baseline > lines[i].baseline + lines[i].em;
        let Some(last) = (first..lines.len() - 1).find(|&i| goes_up(i)) else {
            return;
        };
        let run = &lines[first..=last];
        let apart = run
            .windows(2)
            .all(|pair| pair[0].baseline - pair[1].baseline > BLOCK_LEADING * pair[0].em);
        let level = |line: &Line| (last + 1..lines.len()).find(|&i| lines[i].is_beside(line));
        let homes: Option<Vec<usize>> = run.iter().map(level).collect();
        match homes {
            Some(homes) if apart => {
                let run: Vec<Line> = lines[first..=last]
                    .iter_mut()
                    .map(|line| Line {
                        text: std::mem::take(&mut line.text),
                        ..*line
                    })
                    .collect();
                for (line, home) in run.into_iter().zip(homes) {
                    let home = &mut lines[home];
                    home.text = if line.start < home.start {
                        format!("{}\t{}", line.text.trim_end(), home.text.trim_start())
                    } else {
                        format!("{}\t{}", home.text.trim_end(), line.text.trim_start())
                    };
                    home.start = home.start.min(line.start);
                    home.end = home.end.max(line.end);
                }
                lines.drain(first..=last);
            }
            _ => first = last + 1,
        }
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
