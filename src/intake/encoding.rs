//! Which characters a file's bytes stand for, told from its beginning.

use std::borrow::Cow;
use std::io::Read;

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes looked at before deciding.
pub(super) const SAMPLE: usize = 64 << 10;

/// Letters beyond ASCII below which a guess among the old code pages is no better than the commonest of them.
const LETTERS_TO_GUESS: usize = 24;

/// What a sample tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guess {
    /// Nothing but ASCII so far: UTF-8, or any of the old code pages.
    Ascii,
    /// One encoding, with the length of its byte order mark.
    Sure(&'static Encoding, usize),
}

/// Looks at the beginning of a file, or all of it.
pub(super) fn guess(sample: &[u8]) -> Guess {
    if let Some((encoding, mark)) = Encoding::for_bom(sample) {
        return Guess::Sure(encoding, mark);
    }
    if let Some(encoding) = unmarked_utf16(sample) {
        return Guess::Sure(encoding, 0);
    }
    let beyond = sample.iter().filter(|byte| !byte.is_ascii()).count();
    if beyond == 0 {
        return Guess::Ascii;
    }
    // One broken byte in a file of UTF-8 is a broken byte, not another code page.
    if sample.utf8_chunks().any(|chunk| !chunk.valid().is_ascii()) {
        return Guess::Sure(UTF_8, 0);
    }
    if beyond < LETTERS_TO_GUESS {
        return Guess::Sure(WINDOWS_1252, 0);
    }
    let mut detector = chardetng::EncodingDetector::new();
    detector.feed(sample, true);
    Guess::Sure(detector.guess(None, false), 0)
}

/// UTF-16 without a mark: of text that begins in ASCII every other byte is zero.
fn unmarked_utf16(sample: &[u8]) -> Option<&'static Encoding> {
    const LOOK_AT: usize = 64;
    let pairs: Vec<&[u8]> = sample.chunks_exact(2).take(LOOK_AT).collect();
    let zeros = |i: usize| pairs.iter().filter(|pair| pair[i] == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    let most = pairs.len() * 3 / 4;
    if pairs.len() < 2 {
        None
    } else if first == 0 && second > most {
        Some(UTF_16LE)
    } else if second == 0 && first > most {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// All of a text, or the offset of the first byte that is no text in it.
pub(crate) fn text(bytes: &[u8]) -> Result<Cow<'_, str>, usize> {
    match guess(bytes) {
        Guess::Ascii => Ok(String::from_utf8_lossy(bytes)),
        Guess::Sure(encoding, mark) if encoding == UTF_8 => {
            let text = std::str::from_utf8(&bytes[mark..]);
            text.map(Cow::Borrowed).map_err(|e| mark + e.valid_up_to())
        }
        Guess::Sure(encoding, mark) => Ok(encoding.decode_without_bom_handling(&bytes[mark..]).0),
    }
}

/// A reader of UTF-8, whatever is underneath; bytes already meant to be UTF-8 pass as they are.
///
/// It can be given an allowance, past which it fails: a parser on top of it then holds no more than that.
#[derive(Debug)]
pub(super) struct Utf8Reader<R> {
    inner: R,
    decoder: Option<Decoder>,
    sample: Vec<u8>,
    decoded: String,
    given: usize,
    ended: bool,
    left: std::cell::Cell<usize>,
}

impl<R: Read> Utf8Reader<R> {
    /// Reads the sample and decides.
    pub fn new(mut inner: R) -> std::io::Result<(Self, Guess)> {
        let mut sample = Vec::new();
        inner
            .by_ref()
            .take(SAMPLE as u64)
            .read_to_end(&mut sample)?;
        let guess = guess(&sample);
        let mut decoder = None;
        if let Guess::Sure(encoding, mark) = guess {
            sample.drain(..mark);
            if encoding != UTF_8 {
                decoder = Some(encoding.new_decoder_without_bom_handling());
            }
        }
        let reader = Self {
            inner,
            decoder,
            sample,
            decoded: String::new(),
            given: 0,
            ended: false,
            left: std::cell::Cell::new(usize::MAX),
        };
        Ok((reader, guess))
    }

    /// Allows this many bytes more.
    pub fn allow(&self, bytes: usize) {
        self.left.set(bytes);
    }

    /// Whether the allowance is used up.
    pub fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    fn read_raw(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        if self.sample.is_empty() {
            return self.inner.read(to);
        }
        let n = self.sample.len().min(to.len());
        to[..n].copy_from_slice(&self.sample[..n]);
        self.sample.drain(..n);
        Ok(n)
    }
}

impl<R: Read> Read for Utf8Reader<R> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let allowed = self.left.get().min(to.len());
        if allowed == 0 && !to.is_empty() {
            return Err(std::io::Error::other("too long"));
        }
        let to = &mut to[..allowed];
        let n = if self.decoder.is_none() {
            self.read_raw(to)?
        } else {
            while self.given == self.decoded.len() && !self.ended {
                let mut raw = [0; 8 << 10];
                let n = self.read_raw(&mut raw)?;
                self.ended = n == 0;
                self.decoded.clear();
                self.given = 0;
                if let Some(decoder) = &mut self.decoder {
                    let most = decoder.max_utf8_buffer_length(n).unwrap_or(4 * n);
                    self.decoded.reserve(most);
                    let _ = decoder.decode_to_string(&raw[..n], &mut self.decoded, self.ended);
                }
            }
            let rest = &self.decoded.as_bytes()[self.given..];
            let n = rest.len().min(to.len());
            to[..n].copy_from_slice(&rest[..n]);
            self.given += n;
            n
        };
        self.left.set(self.left.get() - n);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn encodings_are_told_apart() {
        let text = "Zoë Müller, São Paulo — naïve";
        let marked = format!("\u{feff}{text}");
        let (cp1252, _, _) = WINDOWS_1252.encode(text);
        for (bytes, about) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            (marked.as_bytes().to_vec(), "UTF-8 with a mark"),
            (utf16(&marked, u16::to_le_bytes), "UTF-16 LE with a mark"),
            (utf16(&marked, u16::to_be_bytes), "UTF-16 BE with a mark"),
            (utf16(text, u16::to_le_bytes), "UTF-16 LE"),
            (utf16(text, u16::to_be_bytes), "UTF-16 BE"),
            (cp1252.to_vec(), "Windows-1252"),
        ] {
            assert_eq!(super::text(&bytes).as_deref(), Ok(text), "{about}");
            let (mut reader, _) = Utf8Reader::new(bytes.as_slice()).unwrap();
            let mut read = String::new();
            reader.read_to_string(&mut read).unwrap();
            assert_eq!(read, text, "{about}, streamed");
        }
    }

    #[test]
    fn one_broken_byte_does_not_make_utf_8_something_else() {
        assert_eq!(
            text("Zoë \u{7f}\u{e9}".as_bytes()).as_deref(),
            Ok("Zoë \u{7f}é")
        );
        assert_eq!(text(b"Zo\xc3\xab \xff"), Err(5));
        assert_eq!(guess(b"plain"), Guess::Ascii);
        assert_eq!(guess(b""), Guess::Ascii);
    }

    #[test]
    fn old_code_pages_of_longer_texts_are_guessed() {
        let text =
            "Zażółć gęślą jaźń, Łódź, Święty Krzyż, pchnąć w tę łódź jeża lub ośm skrzyń fig";
        let (cp1250, _, _) = encoding_rs::WINDOWS_1250.encode(text);
        assert_eq!(super::text(&cp1250).as_deref(), Ok(text));
    }

    #[test]
    fn past_its_allowance_a_reader_fails() {
        let (mut reader, _) = Utf8Reader::new(&b"0123456789"[..]).unwrap();
        reader.allow(4);
        assert!(reader.read_to_end(&mut Vec::new()).is_err());
        assert!(reader.is_spent());
        reader.allow(100);
        let mut rest = String::new();
        reader.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "456789");
    }
}
