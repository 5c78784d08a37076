//! What a column holds, told from its header.
//!
//! The contract's names are taken as they are (`emails`, `address.city`, `education.0.institution`).
//! Others are folded to letters and digits and looked up among what the exports of Greenhouse, Lever,
//! Workable, Ashby, `BambooHR`, `SmartRecruiters` and iCIMS call them. `Source` with a capital is the
//! channel there (a job board), not our `source`, and stays among the unknown.

use super::super::{Limits, OURS, Refused};

/// What a column's cells are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// One value of the record.
    Field(&'static str),
    /// One value of an inner object: `address`, `city`.
    Inner(String, String),
    /// One value of an entry: `education`, 0, `institution`.
    Entry(&'static str, usize, String),
    /// Values of a list, split.
    List(&'static str),
    /// A part of the name, by its place in it.
    NamePart(usize),
    /// The number of the house, where the street stands in a column of its own.
    HouseNumber,
    /// When they applied, as exports write it.
    AppliedOn,
    /// A stage in the source's own words.
    StageWord,
    /// Not ours: kept under the header.
    Other,
    /// Without a header, and without a name to keep it under.
    Nameless,
    /// Left out: somebody said so, or telltale itself wrote it (`telltale_reason`).
    Ignored,
}

use Column::{AppliedOn, Field, HouseNumber, List, NamePart, StageWord};

/// Columns of a file at the most: every entry that a record can hold fits.
const COLUMNS: usize = 5_000;

/// Words for columns that the contract has no name for.
const WORDS: [(&str, Column); 7] = [
    ("name.first", NamePart(0)),
    ("name.middle", NamePart(1)),
    ("name.last", NamePart(2)),
    ("address.number", HouseNumber),
    ("applied_on", AppliedOn),
    ("stage.word", StageWord),
    ("-", Column::Ignored),
];

impl Column {
    /// The word that a mapping has for it; empty where it is kept under its header.
    pub fn word(&self) -> String {
        if let Some((word, _)) = WORDS.iter().find(|(_, column)| column == self) {
            return (*word).to_owned();
        }
        match self {
            Field(name) | List(name) => (*name).to_owned(),
            Self::Inner(outer, key) => format!("{outer}.{key}"),
            Self::Entry(list, place, key) => format!("{list}.{place}.{key}"),
            _ => String::new(),
        }
    }

    /// The column of a mapping's word, under this header.
    pub fn of_word(word: &str, header: &str) -> Option<Self> {
        if word.is_empty() {
            let nameless = header.trim().is_empty();
            return Some(if nameless {
                Self::Nameless
            } else {
                Self::Other
            });
        }
        if let Some((_, column)) = WORDS.iter().find(|(known, _)| *known == word) {
            return Some(column.clone());
        }
        contracted(word).ok().flatten()
    }
}

const FIELDS: [&str; 9] = [
    "external_id",
    "source",
    "agency",
    "stage",
    "applied_at",
    "name",
    "resume_text",
    "household",
    "rejected_at",
];
const LISTS: [&str; 3] = ["emails", "phones", "links"];
const ENTRIES: [&str; 3] = ["education", "work", "references"];
const INNER: [&str; 3] = ["address", "submission", "resume_file"];

/// Folded headers; of several for one value the first in this list counts.
const SYNONYMS: &[(&str, Column)] = &[
    ("externalid", Field("external_id")),
    ("candidateid", Field("external_id")),
    ("candidatesystemid", Field("external_id")),
    ("candidateuuid", Field("external_id")),
    ("applicantid", Field("external_id")),
    ("personid", Field("external_id")),
    ("profileid", Field("external_id")),
    ("contactid", Field("external_id")),
    ("opportunityid", Field("external_id")),
    ("applicationid", Field("external_id")),
    ("systemid", Field("external_id")),
    ("id", Field("external_id")),
    ("candidateref", Field("external_id")),
    ("candidatereference", Field("external_id")),
    ("candidaterefno", Field("external_id")),
    ("recid", Field("external_id")),
    ("recordid", Field("external_id")),
    ("name", Field("name")),
    ("fullname", Field("name")),
    ("candidatename", Field("name")),
    ("candidatefullname", Field("name")),
    ("candidate", Field("name")),
    ("applicantname", Field("name")),
    ("applicant", Field("name")),
    ("personfullname", Field("name")),
    ("firstname", NamePart(0)),
    ("candidatefirstname", NamePart(0)),
    ("personfirstname", NamePart(0)),
    ("legalfirstname", NamePart(0)),
    ("givenname", NamePart(0)),
    ("forename", NamePart(0)),
    ("middlename", NamePart(1)),
    ("personmiddlename", NamePart(1)),
    ("lastname", NamePart(2)),
    ("candidatelastname", NamePart(2)),
    ("personlastname", NamePart(2)),
    ("legallastname", NamePart(2)),
    ("familyname", NamePart(2)),
    ("surname", NamePart(2)),
    ("agency", Field("agency")),
    ("agencyname", Field("agency")),
    ("recruitingagency", Field("agency")),
    ("staffingagency", Field("agency")),
    ("resumetext", Field("resume_text")),
    ("resume", Field("resume_text")),
    ("resumecontent", Field("resume_text")),
    ("cv", Field("resume_text")),
    ("cvtext", Field("resume_text")),
    ("emails", List("emails")),
    ("email", List("emails")),
    ("emailaddress", List("emails")),
    ("emailaddresses", List("emails")),
    ("primaryemail", List("emails")),
    ("primaryemailaddress", List("emails")),
    ("candidateemail", List("emails")),
    ("candidateemailaddress", List("emails")),
    ("applicantemail", List("emails")),
    ("personemail", List("emails")),
    ("personalemail", List("emails")),
    ("privateemail", List("emails")),
    ("emailprivate", List("emails")),
    ("emailprivat", List("emails")),
    ("homeemail", List("emails")),
    ("workemail", List("emails")),
    ("secondaryemail", List("emails")),
    ("otheremail", List("emails")),
    ("alternateemail", List("emails")),
    ("phones", List("phones")),
    ("phone", List("phones")),
    ("phonenumber", List("phones")),
    ("phonenumbers", List("phones")),
    ("primaryphone", List("phones")),
    ("primaryphonenumber", List("phones")),
    ("candidatephone", List("phones")),
    ("candidatephonenumber", List("phones")),
    ("applicantphone", List("phones")),
    ("telephone", List("phones")),
    ("tel", List("phones")),
    ("mobile", List("phones")),
    ("mobilephone", List("phones")),
    ("mobilenumber", List("phones")),
    ("cell", List("phones")),
    ("cellphone", List("phones")),
    ("homephone", List("phones")),
    ("workphone", List("phones")),
    ("secondaryphone", List("phones")),
    ("otherphone", List("phones")),
    ("links", List("links")),
    ("link", List("links")),
    ("url", List("links")),
    ("urls", List("links")),
    ("website", List("links")),
    ("websites", List("links")),
    ("websiteurl", List("links")),
    ("portfolio", List("links")),
    ("portfoliourl", List("links")),
    ("linkedin", List("links")),
    ("linkedinurl", List("links")),
    ("linkedinprofile", List("links")),
    ("linkedinprofileurl", List("links")),
    ("github", List("links")),
    ("githuburl", List("links")),
    ("sociallinks", List("links")),
    ("socialmediaaddresses", List("links")),
    ("appliedat", AppliedOn),
    ("appliedon", AppliedOn),
    ("applieddate", AppliedOn),
    ("dateapplied", AppliedOn),
    ("applicationdate", AppliedOn),
    ("applicationsubmittedat", AppliedOn),
    ("applicationcreatedat", AppliedOn),
    ("submittedon", AppliedOn),
    ("streetnumber", HouseNumber),
    ("housenumber", HouseNumber),
    ("stage", StageWord),
    ("currentstage", StageWord),
];

/// Folded headers of the postal address.
const ADDRESS: &[(&str, &str)] = &[
    ("address", "line1"),
    ("address1", "line1"),
    ("addressline1", "line1"),
    ("street", "line1"),
    ("streetaddress", "line1"),
    ("address2", "line2"),
    ("addressline2", "line2"),
    ("addresscity", "city"),
    ("city", "city"),
    ("suburb", "city"),
    ("addressstate", "region"),
    ("state", "region"),
    ("stateprovince", "region"),
    ("province", "region"),
    ("region", "region"),
    ("postalcode", "postal_code"),
    ("addresspostalcode", "postal_code"),
    ("zip", "postal_code"),
    ("zipcode", "postal_code"),
    ("zippostalcode", "postal_code"),
    ("postcode", "postal_code"),
    ("country", "country"),
    ("addresscountry", "country"),
];

/// What each column holds.
///
/// # Errors
/// A header given twice, an entry past the limit, or no column for what every record needs.
pub(super) fn columns(headers: &[String]) -> Result<Vec<Column>, Refused> {
    let columns = likely(headers)?;
    complete(&columns)?;
    Ok(columns)
}

/// What each column seems to hold, whether or not that is enough.
///
/// # Errors
/// Too many columns, a header given twice, or an entry past the limit.
pub(super) fn likely(headers: &[String]) -> Result<Vec<Column>, Refused> {
    if headers.len() > COLUMNS {
        return Err(Refused::whole(format!(
            "the header has {} columns; {COLUMNS} at most",
            headers.len()
        )));
    }
    let mut columns = Vec::with_capacity(headers.len());
    let mut ranks = Vec::with_capacity(headers.len());
    let mut seen = std::collections::HashSet::new();
    for header in headers {
        let header = header.trim();
        if !header.is_empty() && !seen.insert(header.to_lowercase()) {
            return Err(Refused::whole(format!(
                "two columns are named \"{header}\"; rename one"
            )));
        }
        let (column, rank) = column(header)?;
        columns.push(column);
        ranks.push(rank);
    }
    // Of several columns for one value the best named keeps it.
    for i in 0..columns.len() {
        let single = columns[i].is_single();
        let better = |j: usize| {
            let same = columns[j] == columns[i]
                || matches!(
                    (&columns[i], &columns[j]),
                    (AppliedOn, Field("applied_at")) | (StageWord, Field("stage"))
                );
            j != i && same && (ranks[j], j) < (ranks[i], i)
        };
        if single && (0..columns.len()).any(better) {
            columns[i] = Column::Other;
        }
    }
    Ok(columns)
}

/// The columns that somebody said a file has, by their words.
///
/// # Errors
/// A word unknown here, a value with two columns, or no column for what every record needs.
pub(super) fn said(headers: &[String], words: &[String]) -> Result<Vec<Column>, Refused> {
    let mut columns = Vec::with_capacity(headers.len());
    for (i, header) in headers.iter().enumerate() {
        let word = words.get(i).map_or("", String::as_str);
        let column = Column::of_word(word, header).ok_or_else(|| {
            Refused::whole(format!("no field is called \"{}\"", word.escape_debug()))
        })?;
        if column.is_single()
            && let Some(before) = columns.iter().position(|other| *other == column)
        {
            return Err(Refused::whole(format!(
                "columns {} and {} are both said to be {word}; choose one",
                before + 1,
                i + 1
            )));
        }
        columns.push(column);
    }
    complete(&columns)?;
    Ok(columns)
}

impl Column {
    /// Whether one record has one such value.
    fn is_single(&self) -> bool {
        !matches!(self, List(_) | Self::Other | Self::Nameless | Self::Ignored)
    }
}

/// Whether there is a column for what every record needs.
fn complete(columns: &[Column]) -> Result<(), Refused> {
    let missing = [
        (
            "external_id (Candidate ID)",
            columns.contains(&Field("external_id")),
        ),
        (
            "any of name, emails, phones or resume_text (Name, Email, Phone)",
            columns.iter().any(|c| {
                matches!(
                    c,
                    Field("name" | "resume_text") | NamePart(_) | List("emails" | "phones")
                )
            }),
        ),
    ];
    if let Some((what, _)) = missing.iter().find(|(_, there)| !there) {
        return Err(Refused::whole(format!(
            "the header has no column for {what}"
        )));
    }
    Ok(())
}

/// How many of these headers are known: what tells the right delimiter.
pub(super) fn known(headers: &[String]) -> usize {
    let known = |header: &&String| {
        !matches!(
            column(header.trim()),
            Ok((Column::Other | Column::Nameless | Column::Ignored, _))
        )
    };
    headers.iter().filter(known).count()
}

/// A column and its rank among others for the same value, the best first.
fn column(header: &str) -> Result<(Column, usize), Refused> {
    if header.is_empty() {
        return Ok((Column::Nameless, 0));
    }
    if header.starts_with(OURS) {
        return Ok((Column::Ignored, 0));
    }
    if let Some(column) = contracted(header)? {
        return Ok((column, 0));
    }
    let folded = folded(header);
    if let Some(rank) = SYNONYMS.iter().position(|(name, _)| *name == folded) {
        return Ok((SYNONYMS[rank].1.clone(), rank + 1));
    }
    if let Some(rank) = ADDRESS.iter().position(|(name, _)| *name == folded) {
        let inner = Column::Inner("address".to_owned(), ADDRESS[rank].1.to_owned());
        return Ok((inner, rank + 1));
    }
    if folded == "degree" {
        return Ok((Column::Entry("education", 0, "study_type".to_owned()), 1));
    }
    Ok((Column::Other, 0))
}

/// The column of a name of the contract.
fn contracted(name: &str) -> Result<Option<Column>, Refused> {
    if let Some(field) = FIELDS.into_iter().find(|field| *field == name) {
        return Ok(Some(Field(field)));
    }
    if let Some(list) = LISTS.into_iter().find(|list| *list == name) {
        return Ok(Some(List(list)));
    }
    match name.split_once('.') {
        Some((outer, inner)) => dotted(outer, inner),
        None => Ok(None),
    }
}

fn dotted(outer: &str, inner: &str) -> Result<Option<Column>, Refused> {
    if INNER.contains(&outer) && !inner.is_empty() {
        return Ok(Some(Column::Inner(outer.to_owned(), inner.to_owned())));
    }
    let Some(list) = ENTRIES.into_iter().find(|name| *name == outer) else {
        return Ok(None);
    };
    let Some((place, key)) = inner.split_once('.') else {
        return Ok(None);
    };
    let Ok(place) = place.parse::<usize>() else {
        return Ok(None);
    };
    if place >= Limits::HISTORY {
        return Err(Refused::whole(format!(
            "column {list}.{place}.{key} is past the {} entries that {list} can hold",
            Limits::HISTORY
        )));
    }
    Ok(Some(Column::Entry(list, place, key.to_owned())))
}

/// Letters and digits alone, small, without marks: `Résumé (text)` is `resumetext`.
fn folded(header: &str) -> String {
    any_ascii::any_ascii(header)
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(headers: &[&str]) -> Result<Vec<Column>, String> {
        let headers: Vec<_> = headers.iter().map(|&h| h.to_owned()).collect();
        columns(&headers).map_err(|e| e.to_string())
    }

    #[test]
    fn a_degree_a_reference_number_and_a_private_mailbox_are_understood() {
        assert_eq!(
            of(&["Candidate Ref #", "E-Mail (privat)", "Degree"]).unwrap(),
            [
                Field("external_id"),
                List("emails"),
                Column::Entry("education", 0, "study_type".into()),
            ]
        );
    }

    #[test]
    fn the_exports_of_common_systems_are_understood() {
        let address = |key: &str| Column::Inner("address".into(), key.into());
        for (headers, want) in [
            (
                vec![
                    "external_id",
                    "emails",
                    "address.city",
                    "education.0.institution",
                    "gpa",
                ],
                vec![
                    Field("external_id"),
                    List("emails"),
                    address("city"),
                    Column::Entry("education", 0, "institution".into()),
                    Column::Other,
                ],
            ),
            (
                vec![
                    "Candidate ID",
                    "First Name",
                    "Last Name",
                    "E-mail",
                    "Mobile",
                    "Applied on",
                    "Résumé",
                    "Source",
                ],
                vec![
                    Field("external_id"),
                    NamePart(0),
                    NamePart(2),
                    List("emails"),
                    List("phones"),
                    AppliedOn,
                    Field("resume_text"),
                    Column::Other,
                ],
            ),
            (
                vec![
                    "Application ID",
                    "Candidate ID",
                    "Candidate Name",
                    "Phone number",
                    "Zip code",
                    "",
                    "Stage",
                ],
                vec![
                    Column::Other,
                    Field("external_id"),
                    Field("name"),
                    List("phones"),
                    address("postal_code"),
                    Column::Nameless,
                    StageWord,
                ],
            ),
            (
                vec!["Person : System ID", "Name", "candidateId"],
                vec![Column::Other, Field("name"), Field("external_id")],
            ),
            (
                vec!["applied_at", "Applied on", "external_id", "name"],
                vec![
                    Field("applied_at"),
                    Column::Other,
                    Field("external_id"),
                    Field("name"),
                ],
            ),
        ] {
            assert_eq!(of(&headers), Ok(want), "{headers:?}");
        }
    }

    #[test]
    fn what_somebody_says_of_columns_is_read_by_its_words() {
        let headers: Vec<String> = ["Nr", "Vorname", "Nachname", "Mail", "telltale_reason", ""]
            .map(str::to_owned)
            .into();
        let say = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
            said(&headers, &words).map_err(|e| e.to_string())
        };
        let good = ["external_id", "name.first", "name.last", "emails", "-", ""];
        let columns = say(&good).unwrap();
        assert_eq!(columns.iter().map(Column::word).collect::<Vec<_>>(), good);
        assert_eq!(columns[5], Column::Nameless);
        for (words, want) in [
            (
                vec!["external_id"],
                "the header has no column for any of name, emails, phones or resume_text (Name, Email, Phone)",
            ),
            (
                vec!["external_id", "external_id"],
                "columns 1 and 2 are both said to be external_id; choose one",
            ),
            (vec!["x.y"], "no field is called \"x.y\""),
            (
                vec!["education.100.area"],
                "no field is called \"education.100.area\"",
            ),
        ] {
            assert_eq!(say(&words), Err(want.to_owned()));
        }
        let guessed: Vec<_> = likely(&headers).unwrap().iter().map(Column::word).collect();
        assert_eq!(guessed, ["", "", "", "", "-", ""]);
        let many = vec![String::new(); 1_000_000];
        assert_eq!(
            columns_error(&many),
            "the header has 1000000 columns; 5000 at most"
        );
    }

    fn columns_error(headers: &[String]) -> String {
        columns(headers).unwrap_err().to_string()
    }

    #[test]
    fn an_unusable_header_says_what_is_missing() {
        for (headers, want) in [
            (
                vec!["a", "b"],
                "the header has no column for external_id (Candidate ID)",
            ),
            (
                vec!["external_id", "b"],
                "the header has no column for any of name, emails, phones or resume_text (Name, Email, Phone)",
            ),
            (
                vec!["external_id", "Email", "email "],
                "two columns are named \"email\"; rename one",
            ),
            (
                vec!["education.100.area"],
                "column education.100.area is past the 100 entries that education can hold",
            ),
        ] {
            assert_eq!(of(&headers), Err(want.to_owned()));
        }
    }
}
