//! The file to be imported: as it is, or the member of a `.zip` that fits.

use std::cell::Cell;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::rc::Rc;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;
use zip::result::ZipError;

use super::facts::Facts;
use super::{Format, Importer, Refused, kind_of};
use crate::reference::{Kind, Set, Vintage};

/// Bytes looked at before deciding what a file is.
const HEAD: u64 = 64 << 10;

/// Bytes that a single record of a list may take: publishers' are a hundred times smaller.
pub(super) const LONGEST_RECORD: u64 = 4 << 20;

/// Members of an archive that are looked into.
const MEMBERS: usize = 1_000;

/// Is told how far a file has been read, in bytes.
pub trait Progress: Send + Sync {
    /// So much is to be read.
    fn begin(&self, bytes: u64);
    /// So much has been read.
    fn at(&self, bytes: u64);
}

/// Nobody.
impl Progress for () {
    fn begin(&self, _: u64) {}
    fn at(&self, _: u64) {}
}

/// A file that is what it is said to be.
#[derive(Debug)]
pub(super) struct Found {
    file: File,
    name: String,
    size: u64,
    digest: String,
    /// In an archive: the member's number, name and packed size.
    member: Option<(usize, String, u64)>,
}

/// A file whose vintage is known too.
#[derive(Debug)]
pub(super) struct Opened {
    found: Found,
    /// Of when its facts are.
    pub vintage: Vintage,
    /// Its name, without its folder.
    pub name: String,
    /// SHA-256, hexadecimal.
    pub digest: String,
}

impl Found {
    /// Names that may tell the vintage, the most telling first; lower case.
    pub fn names(&self) -> Vec<String> {
        let member = self.member.iter().map(|(_, name, _)| plain(name));
        let names = member.chain([self.name.as_str()]);
        names.map(str::to_lowercase).collect()
    }

    pub fn with(self, vintage: Vintage) -> Opened {
        Opened {
            vintage,
            name: self.name.clone(),
            digest: self.digest.clone(),
            found: self,
        }
    }
}

impl Opened {
    /// The set it makes, its rows not yet counted.
    pub fn set(&self, kind: Kind, now: Timestamp) -> Set {
        Set {
            kind,
            vintage: self.vintage,
            file: self.name.clone(),
            digest: self.digest.clone(),
            rows: 0,
            imported_at: now,
        }
    }

    /// Reads the file to its end.
    pub fn read(
        self,
        importer: &Importer,
        facts: &mut Facts<'_>,
        progress: &dyn Progress,
    ) -> Result<(), Refused> {
        let Found {
            mut file,
            size,
            member,
            ..
        } = self.found;
        file.seek(SeekFrom::Start(0)).map_err(|e| unreadable(&e))?;
        let Some((index, name, packed)) = member else {
            progress.begin(size);
            return importer.read(Input::new(Box::new(Counted::new(file, progress))), facts);
        };
        let archive = ZipArchive::new(Counted::new(file, progress));
        let mut archive = archive.map_err(damaged)?;
        progress.begin(packed);
        let member = archive.by_index(index).map_err(damaged)?;
        importer
            .read(Input::new(Box::new(member)), facts)
            .map_err(|refused| match refused {
                Refused::Whole(why) => Refused::Whole(format!("{}: {why}", plain(&name))),
                Refused::Line(line, why) => {
                    Refused::Line(line, format!("{why} (in {})", plain(&name)))
                }
                Refused::Record(record, why) => {
                    Refused::Record(record, format!("{why} (in {})", plain(&name)))
                }
            })
    }
}

/// Opens a file, or finds the one member of an archive that fits.
pub(super) fn find(
    importer: &Importer,
    path: &Path,
    progress: &dyn Progress,
) -> Result<Found, Refused> {
    let mut file = File::open(path).map_err(|e| unreadable(&e))?;
    let about = file.metadata().map_err(|e| unreadable(&e))?;
    if !about.is_file() {
        return Err(Refused::whole("is not a file; name the files in it"));
    }
    progress.begin(about.len());
    let (digest, head) = digest(&mut file, progress).map_err(|e| unreadable(&e))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut found = Found {
        file,
        name: name.into_owned(),
        size: about.len(),
        digest,
        member: None,
    };
    if head.starts_with(b"PK") {
        found.member = Some(member(importer, &mut found.file)?);
    } else {
        is_of(importer.kind, &head)?;
    }
    Ok(found)
}

/// Refuses a file that is plainly of another kind; one that is of none is left to its reader, which
/// knows what is missing.
fn is_of(kind: Kind, head: &[u8]) -> Result<(), Refused> {
    match kind_of(head) {
        Some(other) if other != kind => Err(Refused::whole(format!(
            "this looks like {}, not {}",
            other.word(),
            kind.word()
        ))),
        _ => Ok(()),
    }
}

/// The digest of a file, and how it begins.
fn digest(file: &mut File, progress: &dyn Progress) -> io::Result<(String, Vec<u8>)> {
    let mut head = Vec::new();
    file.by_ref().take(HEAD).read_to_end(&mut head)?;
    let mut hasher = Sha256::new();
    hasher.update(&head);
    let mut chunk = vec![0; 256 << 10];
    let mut at = head.len() as u64;
    loop {
        let read = file.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        hasher.update(&chunk[..read]);
        at += read as u64;
        progress.at(at);
    }
    let digest = hasher.finalize();
    let mut hex = String::with_capacity(2 * digest.len());
    for byte in digest {
        let _ = write!(hex, "{byte:02x}"); // a String takes every write
    }
    Ok((hex, head))
}

/// The one member of an archive that fits: its number, name and packed size.
fn member(importer: &Importer, file: &mut File) -> Result<(usize, String, u64), Refused> {
    file.seek(SeekFrom::Start(0)).map_err(|e| unreadable(&e))?;
    let mut archive = ZipArchive::new(file).map_err(damaged)?;
    if archive.len() > MEMBERS {
        return Err(Refused::whole(format!(
            "the archive has {} members; unpack it and name the one file",
            archive.len()
        )));
    }
    let extension = match importer.format {
        Format::Table { .. } => ".csv",
        Format::List { .. } => ".json",
    };
    let (mut fitting, mut others) = (Vec::new(), Vec::new());
    for index in 0..archive.len() {
        let member = archive.by_index(index).map_err(damaged)?;
        let name = member.name().map_err(damaged)?.into_owned();
        let packed = member.compressed_size();
        // What macOS puts beside every file.
        let shadow = name.starts_with("__MACOSX") || plain(&name).starts_with("._");
        if shadow || !name.to_ascii_lowercase().ends_with(extension) {
            continue;
        }
        let mut head = Vec::new();
        member
            .take(HEAD)
            .read_to_end(&mut head)
            .map_err(|e| unreadable(&e))?;
        match kind_of(&head) {
            Some(kind) if kind == importer.kind => fitting.push((index, name, packed)),
            kind => others.push((index, name, packed, kind)),
        }
    }
    if let Some(best) = preferred(&fitting) {
        return Ok(best.clone());
    }
    let list = |names: Vec<&str>| names.join(", ");
    if !fitting.is_empty() {
        let names = fitting.iter().map(|(_, name, _)| plain(name)).collect();
        return Err(Refused::whole(format!(
            "more than one member is {}: {}; unpack the archive and name each file",
            importer.kind.word(),
            list(names)
        )));
    }
    // A single file that fits nothing is read all the same, so that it is said what is wrong with it.
    if let [(index, name, packed, None)] = &others[..] {
        return Ok((*index, name.clone(), *packed));
    }
    if let Some((_, name, _, Some(kind))) = others.iter().find(|(.., kind)| kind.is_some()) {
        return Err(Refused::whole(format!(
            "no member is {}; {} looks like {}",
            importer.kind.word(),
            plain(name),
            kind.word()
        )));
    }
    let names = others.iter().map(|(_, name, ..)| plain(name)).collect();
    Err(Refused::whole(format!(
        "no member is {}; {}",
        importer.kind.word(),
        if others.is_empty() {
            format!("the archive holds no {extension} file")
        } else {
            format!("the archive holds {}", list(names))
        }
    )))
}

/// Of members that fit, the only one, or the one that stands for the other: a revised file of IPEDS
/// (`_rv`), the newer schema of ROR (`_schema_v2`).
fn preferred(fitting: &[(usize, String, u64)]) -> Option<&(usize, String, u64)> {
    if let [one] = fitting {
        return Some(one);
    }
    let stem = |name: &str| {
        let name = plain(name).to_ascii_lowercase();
        let stem = name.rsplit_once('.').map_or(&*name, |(stem, _)| stem);
        stem.to_owned()
    };
    let [a, b] = fitting else { return None };
    [(a, b), (b, a)].into_iter().find_map(|(better, other)| {
        let rest = ["_rv", "_schema_v2"]
            .iter()
            .find_map(|mark| stem(&better.1).strip_suffix(mark).map(str::to_owned))?;
        let other = stem(&other.1);
        let other = other.strip_suffix("_schema_v1").unwrap_or(&other);
        (rest == other).then_some(better)
    })
}

/// A name without its folders.
fn plain(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

fn unreadable(error: &io::Error) -> Refused {
    Refused::whole(reason(error))
}

/// What went wrong while reading, in words.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "the file is cut short".to_owned(),
        io::ErrorKind::InvalidData => format!("the archive is damaged or cut short: {error}"),
        _ => format!("could not be read: {error}"),
    }
}

fn damaged(error: ZipError) -> Refused {
    Refused::whole(match error {
        ZipError::Io(error) => reason(&error),
        ZipError::UnsupportedArchive(why) => {
            format!("this archive cannot be read ({why}); unpack it and name the file in it")
        }
        other => format!("the archive is damaged or cut short: {other}"),
    })
}

/// Tells how far a file has been read.
struct Counted<'a> {
    file: File,
    read: u64,
    progress: &'a dyn Progress,
}

impl<'a> Counted<'a> {
    fn new(file: File, progress: &'a dyn Progress) -> Self {
        Self {
            file,
            read: 0,
            progress,
        }
    }
}

impl Read for Counted<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(to)?;
        self.read += read as u64;
        self.progress.at(self.read);
        Ok(read)
    }
}

impl Seek for Counted<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// The bytes of a table or list, with an allowance: a parser on top of it never holds more.
pub(super) struct Input<'a> {
    reader: BufReader<Box<dyn Read + 'a>>,
    watch: Watch,
}

/// What is known of an [`Input`] while a parser owns it.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    left: Rc<Cell<u64>>,
    last: Rc<Cell<u8>>,
}

impl Watch {
    /// Allows another row or record of so many bytes.
    pub fn allow(&self, bytes: u64) {
        self.left.set(bytes);
    }

    /// Whether a single row or record used up all that it was allowed.
    pub fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    /// The last byte that was read.
    pub fn last(&self) -> u8 {
        self.last.get()
    }
}

impl<'a> Input<'a> {
    pub(super) fn new(reader: Box<dyn Read + 'a>) -> Self {
        Self {
            reader: BufReader::with_capacity(128 << 10, reader),
            watch: Watch {
                left: Rc::new(Cell::new(LONGEST_RECORD)),
                last: Rc::default(),
            },
        }
    }

    pub(super) fn watch(&self) -> Watch {
        self.watch.clone()
    }
}

impl Read for Input<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let left = self.watch.left.get();
        if left == 0 && !to.is_empty() {
            return Err(io::Error::other("too long"));
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(to.len());
        let read = self.reader.read(&mut to[..most])?;
        self.watch.left.set(left - read as u64);
        if let Some(last) = to[..read].last() {
            self.watch.last.set(*last);
        }
        Ok(read)
    }
}
