//! What is read off a résumé's text: contacts, studies, jobs, bullets, leftovers.
//!
//! One walk over the lines. Headings part the text into sections; each line is scanned for
//! contacts only if it holds their signs; jobs and studies are read off the sections' lines
//! behind the walk. Every scan is linear in the text, whatever a stranger sends.

mod contacts;
mod entries;
mod head;
mod placeholder;
mod referee;
mod section;
mod span;

use std::ops::Range;

use self::contacts::Place;
use self::entries::Line;
pub use self::head::Heads;
use self::section::Section;
use super::name::Name;
use super::text::{BULLET_WORDS, Words};
use super::unicode::{self, Trick};
use crate::application;
use crate::text::{layout, slip};

/// A résumé's text, read once.
#[derive(Clone, Debug, Default)]
pub struct Resume {
    /// The name at its head, where something else speaks for its being one: see [`Resume::settle_name`].
    pub name: Option<Name>,
    /// Lines at its head that may be a name.
    pub heads: Heads,
    /// Phone-like pieces in the order of the text, and whether each stands in the contact block.
    pub phones: Vec<Piece>,
    /// Mail addresses, likewise.
    pub emails: Vec<Piece>,
    /// Links, likewise.
    pub links: Vec<Piece>,
    /// Education lines.
    pub education: Vec<application::Education>,
    /// Employment lines.
    pub work: Vec<application::Work>,
    /// Placeholders of a template left in: `[Your Name]`.
    pub placeholders: Vec<String>,
    /// Normalised bullets of at least twelve words.
    pub bullets: Vec<String>,
    /// Hashes of the five-word shingles, sorted, without doubles.
    pub shingles: Vec<u64>,
    /// The hash of its layout, where it has one: see [`layout::hash`].
    pub layout: Option<u64>,
    /// Words one letter off: see [`slip::all`].
    pub slips: Vec<String>,
    /// Unicode tricks.
    pub tricks: Vec<Trick>,
}

impl Resume {
    /// Takes the line at the head that has a word of the form's name, or else of one of the form's
    /// mailboxes, for the name. Without one the reading stands: a line that has a word of the
    /// résumé's own first mailbox, or the first line if contacts stand right below it.
    pub fn settle_name(&mut self, claimed: Option<&Name>, mailboxes: &[String]) {
        let like = claimed.and_then(|claimed| self.heads.like(claimed));
        let in_mailbox = || mailboxes.iter().find_map(|raw| self.heads.in_mailbox(raw));
        if let Some(name) = like.or_else(in_mailbox) {
            self.name = Some(name.clone());
        }
    }

    /// Contacts read so far.
    fn pieces(&self) -> usize {
        self.phones.len() + self.emails.len() + self.links.len()
    }
}

/// A piece of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// As written.
    pub raw: String,
    /// Whether it stands above the first section: the person's own contact.
    pub own: bool,
    /// Whether it stands in a section on references, or on a line that speaks of a referee.
    pub referee: bool,
}

/// Pieces kept of each kind; nobody has more.
const MOST_PIECES: usize = 200;
/// Placeholders kept.
const MOST_PLACEHOLDERS: usize = 20;
/// Bullets kept.
const MOST_BULLETS: usize = 500;
/// Lines of a contact block that no heading ends.
const CONTACT_LINES: usize = 15;
/// Lines of a section that are read for entries.
const MOST_LINES: usize = 2000;

/// Reads a résumé's text.
pub fn read(text: &str) -> Resume {
    let mut reading = Reading::new(text.len());
    for line in text.split(['\n', '\r', '\x0c', '\u{2028}']) {
        reading.line(line);
    }
    reading.finish(text)
}

/// The state of the walk.
struct Reading<'a> {
    resume: Resume,
    section: Section,
    /// Lines with text so far.
    lines: usize,
    /// Whether the head is over: no name stands below its lines or the first heading.
    headed: bool,
    /// Lines at the head with contacts on them.
    contacts: Vec<usize>,
    words: Words,
    /// First word of the bullet that is open.
    bullet: Option<usize>,
    /// Whether the last bullet's line ended a sentence.
    ended: bool,
    /// Whether the last line with text spoke of a referee and held no contact of one.
    of_referee: bool,
    work: Vec<Line<'a>>,
    education: Vec<Line<'a>>,
    taken: Vec<Range<usize>>,
}

impl<'a> Reading<'a> {
    fn new(bytes: usize) -> Self {
        Self {
            resume: Resume::default(),
            section: Section::Head,
            lines: 0,
            headed: false,
            contacts: Vec::new(),
            words: Words::with_capacity(bytes),
            bullet: None,
            ended: false,
            of_referee: false,
            work: Vec::new(),
            education: Vec::new(),
            taken: Vec::new(),
        }
    }

    fn line(&mut self, line: &'a str) {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            self.end_bullet();
            self.keep(Line::Gap);
            return;
        }
        self.lines += 1;
        if let Some((section, rest)) = section::heading(trimmed) {
            self.end_bullet();
            self.section = section;
            self.headed |= section != Section::Contact;
            self.keep(Line::Gap);
            self.words.push(trimmed);
            if !rest.is_empty() {
                self.pieces(rest);
                self.keep(Line::of(rest));
            }
            return;
        }
        self.headed |= self.lines > head::LINES;
        if !self.headed {
            self.resume.heads.add(self.lines, trimmed);
        }
        self.pieces(trimmed);
        self.text(line, trimmed);
    }

    /// Whether what stands here is the person's own contact.
    fn own(&self) -> bool {
        match self.section {
            Section::Head => self.lines <= CONTACT_LINES,
            section => section == Section::Contact,
        }
    }

    fn pieces(&mut self, line: &str) {
        let own = self.own();
        let spoken = own && referee::is_spoken_of(line);
        let referee = spoken || self.of_referee || self.section == Section::References;
        let before = self.resume.pieces();
        let piece = |span: Range<usize>| Piece {
            raw: line[span].to_owned(),
            own,
            referee,
        };
        let signs = Signs::of(line);
        let taken = &mut self.taken;
        taken.clear();
        if signs.slash_or_www {
            contacts::links(line, |span| {
                taken.push(span.clone());
                push(&mut self.resume.links, || piece(span));
            });
        }
        if signs.at {
            let placeholders = &mut self.resume.placeholders;
            contacts::emails(line, |span| {
                let inside = taken.iter().any(|link| link.contains(&span.start));
                if inside {
                    return; // an address inside a link belongs to the link
                }
                if placeholder::mailbox(&line[span.clone()])
                    && placeholders.len() < MOST_PLACEHOLDERS
                {
                    placeholders.push(line[span.clone()].to_owned());
                }
                push(&mut self.resume.emails, || piece(span));
            });
        }
        if signs.digits {
            if signs.at {
                contacts::emails(line, |span| taken.push(span));
                taken.sort_unstable_by_key(|span| span.start);
            }
            let place = if own || referee {
                Place::Contacts
            } else {
                Place::Prose
            };
            contacts::phones(line, taken, place, |span| {
                push(&mut self.resume.phones, || piece(span));
            });
        }
        if signs.placeholder {
            let placeholders = &mut self.resume.placeholders;
            placeholder::all(line, |span| {
                if placeholders.len() < MOST_PLACEHOLDERS {
                    placeholders.push(line[span].to_owned());
                }
            });
        }
        let any = self.resume.pieces() > before;
        self.of_referee = spoken && !any;
        if any && own && !referee && self.lines <= head::LINES + head::CONTACTS_WITHIN {
            self.contacts.push(self.lines);
        }
    }

    /// Words, bullets, and the lines that entries are read from.
    fn text(&mut self, line: &str, trimmed: &'a str) {
        if let Some(bullet) = after_marker(trimmed) {
            self.end_bullet();
            self.bullet = Some(self.words.len());
            self.words.push(bullet);
            self.ended = trimmed.ends_with('.');
            self.keep(Line::Body);
            return;
        }
        let indented = line.starts_with("  ") || line.starts_with('\t');
        let lower = trimmed.starts_with(char::is_lowercase);
        if self.bullet.is_some()
            && !self.ended
            && (lower || indented)
            && span::all(head(trimmed)).is_empty()
        {
            self.words.push(trimmed);
            self.ended = trimmed.ends_with('.');
            self.keep(Line::Body);
            return;
        }
        self.end_bullet();
        let first = self.words.len();
        self.words.push(trimmed);
        let kept = Line::of(trimmed);
        self.keep(kept);
        // what a word processor writes out has lost its markers: a paragraph is a bullet
        let lists = matches!(self.section, Section::Work | Section::Projects);
        if lists && self.words.len() - first >= BULLET_WORDS && span::all(head(trimmed)).is_empty()
        {
            self.bullet = Some(first);
            self.ended = trimmed.ends_with('.');
        }
    }

    fn end_bullet(&mut self) {
        let Some(first) = self.bullet.take() else {
            return;
        };
        if self.words.len() - first >= BULLET_WORDS && self.resume.bullets.len() < MOST_BULLETS {
            self.resume.bullets.push(self.words.since(first).to_owned());
        }
    }

    fn keep(&mut self, line: Line<'a>) {
        let lines = match self.section {
            Section::Work => &mut self.work,
            Section::Education => &mut self.education,
            _ => return,
        };
        if lines.len() < MOST_LINES {
            lines.push(line);
        }
    }

    fn finish(mut self, text: &str) -> Resume {
        self.end_bullet();
        let mailbox = self
            .resume
            .emails
            .iter()
            .find(|piece| piece.own && !piece.referee);
        let heads = &self.resume.heads;
        self.resume.name = mailbox
            .and_then(|piece| heads.in_mailbox(&piece.raw))
            .or_else(|| heads.above_contacts(&self.contacts))
            .cloned();
        self.resume.work = entries::work(&self.work);
        self.resume.education = entries::education(&self.education);
        self.resume.shingles = self.words.shingles();
        self.resume.layout = layout::hash(text);
        self.resume.slips = slip::all(text);
        self.resume.tricks = unicode::tricks(text);
        self.resume
    }
}

fn push(pieces: &mut Vec<Piece>, piece: impl FnOnce() -> Piece) {
    if pieces.len() < MOST_PIECES {
        pieces.push(piece());
    }
}

/// The start of a line: dates of an entry stand in a short one.
fn head(line: &str) -> &str {
    const LONGEST: usize = 160;
    if line.len() > LONGEST { "" } else { line }
}

/// What a line may hold, by its bytes.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each scan asks for its own sign"
)]
struct Signs {
    at: bool,
    slash_or_www: bool,
    digits: bool,
    placeholder: bool,
}

impl Signs {
    fn of(line: &str) -> Self {
        let mut signs = Self::default();
        let mut digits = 0;
        let bytes = line.as_bytes();
        for (at, &byte) in bytes.iter().enumerate() {
            match byte {
                b'@' => signs.at = true,
                b'/' => signs.slash_or_www = true,
                b'.' => {
                    signs.slash_or_www |=
                        bytes[..at].ends_with(b"www") || bytes[..at].ends_with(b"WWW");
                }
                b'[' | b'<' => signs.placeholder = true,
                b'x' | b'X' | b'l' | b'L' => signs.placeholder |= placeholder::begins(&bytes[at..]),
                b'0'..=b'9' => digits += 1,
                // full-width forms and foreign digits
                0xef | 0xd9 | 0xdb => {
                    signs.at = true;
                    digits += 1;
                }
                _ => {}
            }
        }
        signs.digits = digits >= 7;
        signs
    }
}

/// What stands behind a bullet's marker.
fn after_marker(line: &str) -> Option<&str> {
    let first = line.chars().next()?;
    let rest = &line[first.len_utf8()..];
    match first {
        '•' | '·' | '▪' | '◦' | '‣' | '●' | '○' | '■' | '□' | '➢' | '➤' | '►' | '✓'
        | '\u{f0b7}' | '\u{f0a7}' => Some(rest.trim_start()),
        '-' | '*' | '–' | '—' | '+' if rest.starts_with([' ', '\t']) => Some(rest.trim_start()),
        '0'..='9' => {
            let rest = rest
                .strip_prefix(|c: char| c.is_ascii_digit())
                .unwrap_or(rest);
            let rest = rest.strip_prefix(['.', ')'])?;
            rest.starts_with([' ', '\t']).then(|| rest.trim_start())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
