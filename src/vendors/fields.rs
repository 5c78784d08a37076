//! How values of vendors' payloads become ours (`ats-webhooks.md` §12.1): the same for all of them.
//!
//! Vendors write null, nothing or an empty list for the same thing, ids as numbers or text, dates in
//! five ways. What is of another type than expected, or longer than a record may hold, was not said.

use jiff::Timestamp;
use serde_json::Value;

use crate::application::{Education, Work};
use crate::intake::Limits;

/// Text, trimmed; blank is nothing.
pub fn text(value: &Value) -> Option<String> {
    let text = value.as_str()?.replace('\0', "");
    let text = text.trim();
    let fits = text.chars().nth(Limits::STRING).is_none();
    (!text.is_empty() && fits).then(|| text.to_owned())
}

/// Text in one line: white space of any kind is one blank.
pub fn line(value: &Value) -> Option<String> {
    let text = text(value)?;
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// An id, number or text, as text.
pub fn id(value: &Value) -> Option<String> {
    let id = match value {
        Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
        _ => text(value)?,
    };
    let fits = id.chars().nth(Limits::ID).is_none() && !id.chars().any(char::is_control);
    fits.then_some(id)
}

/// The items of a list; anything else has none.
pub fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Whether a list is there at all, also an empty one: then it was said.
pub fn said<T>(value: &Value, read: impl FnOnce(&[Value]) -> Vec<T>) -> Option<Vec<T>> {
    value.as_array().map(|items| read(items))
}

/// A full name, or its parts.
pub fn name(full: &Value, first: &Value, last: &Value) -> Option<String> {
    line(full).or_else(|| {
        let parts: Vec<_> = [line(first), line(last)].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    })
}

/// Mail addresses: lower case, only what has an `@`, each once.
pub fn emails(values: impl IntoIterator<Item = Option<String>>) -> Vec<String> {
    let addresses = values.into_iter().flatten().map(|one| one.to_lowercase());
    once(addresses.filter(|one| one.contains('@')), Limits::EMAILS)
}

/// Phone numbers as written, each once.
pub fn phones(values: impl IntoIterator<Item = Option<String>>) -> Vec<String> {
    let lines = values.into_iter().flatten();
    let one = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    once(lines.map(one), Limits::PHONES)
}

/// Links, each once.
pub fn links(values: impl IntoIterator<Item = Option<String>>) -> Vec<String> {
    once(values.into_iter().flatten(), Limits::LINKS)
}

fn once(values: impl Iterator<Item = String>, most: usize) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for value in values {
        if !value.is_empty() && !kept.contains(&value) && kept.len() < most {
            kept.push(value);
        }
    }
    kept
}

/// A date as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`: out of these, of `MM/DD/YYYY`, of a date and time, or
/// of `{year, month}`.
pub fn date(value: &Value) -> Option<String> {
    if let Value::Object(parts) = value {
        let part = |name: &str| parts.get(name).and_then(Value::as_i64);
        let year = part("year")?;
        return checked(match part("month") {
            Some(month) => format!("{year:04}-{month:02}"),
            None => format!("{year:04}"),
        });
    }
    if let Some(year) = value.as_i64() {
        return checked(format!("{year:04}"));
    }
    let text = text(value)?;
    if let [month, day, year] = text.split('/').collect::<Vec<_>>()[..] {
        let all_digits = [month, day, year]
            .iter()
            .all(|part| part.bytes().all(|b| b.is_ascii_digit()));
        return if all_digits && year.len() == 4 && !month.is_empty() && !day.is_empty() {
            checked(format!("{year}-{month:0>2}-{day:0>2}"))
        } else {
            None
        };
    }
    checked(text.split(['T', ' ']).next().unwrap_or_default().to_owned())
}

fn checked(date: String) -> Option<String> {
    crate::normalise::date::PartialDate::parse(&date).ok()?;
    Some(date)
}

/// A moment: RFC 3339, or milliseconds or seconds since 1970.
pub fn time(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => {
            let number = number.as_i64()?;
            // Seconds reach this in the year 5138, milliseconds passed it in 1973.
            if number.unsigned_abs() < 100_000_000_000 {
                Timestamp::from_second(number).ok()
            } else {
                Timestamp::from_millisecond(number).ok()
            }
        }
        _ => moment(&text(value)?),
    }
}

/// The same of text.
pub fn moment(text: &str) -> Option<Timestamp> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return time(&Value::from(text.parse::<i64>().ok()?));
    }
    // Some write a blank for the T, and some no zone, which then is UTC.
    text.parse()
        .or_else(|_| text.replacen(' ', "T", 1).parse())
        .or_else(|_| format!("{}Z", text.replacen(' ', "T", 1)).parse())
        .ok()
}

/// An entry of education, unless it names nothing.
pub fn education(
    institution: Option<String>,
    area: Option<String>,
    study_type: Option<String>,
    (start_date, end_date): (Option<String>, Option<String>),
) -> Option<Education> {
    let names_something = institution.is_some() || area.is_some() || study_type.is_some();
    names_something.then_some(Education {
        institution,
        area,
        study_type,
        start_date,
        end_date,
    })
}

/// An entry of work, unless it names nothing.
pub fn work(
    name: Option<String>,
    position: Option<String>,
    (start_date, end_date): (Option<String>, Option<String>),
    location: Option<String>,
) -> Option<Work> {
    (name.is_some() || position.is_some()).then_some(Work {
        name,
        position,
        start_date,
        end_date,
        location,
    })
}

/// The entries of a list of studies or jobs, as many as a record may hold.
pub fn entries<T>(values: &[Value], read: impl Fn(&Value) -> Option<T>) -> Vec<T> {
    values
        .iter()
        .filter_map(read)
        .take(Limits::HISTORY)
        .collect()
}

/// Jobs, or where there are none the current one alone.
pub fn work_or_current(jobs: Vec<Work>, company: &Value, title: &Value) -> Vec<Work> {
    if !jobs.is_empty() {
        return jobs;
    }
    work(line(company), line(title), (None, None), None)
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn dates_are_written_in_one_way() {
        for (given, expected) in [
            (json!("09/15/2007"), Some("2007-09-15")),
            (json!("9/5/2007"), Some("2007-09-05")),
            (json!("2007"), Some("2007")),
            (json!("2007-09"), Some("2007-09")),
            (json!("2007-09-15"), Some("2007-09-15")),
            (json!("2007-09-15T10:00:00Z"), Some("2007-09-15")),
            (json!("2007-09-15 10:00"), Some("2007-09-15")),
            (json!({"year": 2007, "month": 9}), Some("2007-09")),
            (json!({"year": 2007, "month": null}), Some("2007")),
            (json!({"year": 2007, "month": 13}), None),
            (json!(2007), Some("2007")),
            (json!(i64::MIN), None),
            (json!({"year": i64::MAX, "month": i64::MIN}), None),
            (json!("é/é/éé"), None),
            (json!("13/32/2007"), None),
            (json!("+9/15/2007"), None),
            (json!("Sept 2007"), None),
            (json!(""), None),
            (json!(null), None),
            (json!([]), None),
        ] {
            assert_eq!(date(&given).as_deref(), expected, "{given}");
        }
    }

    #[test]
    fn times_are_moments() {
        for (given, expected) in [
            (json!("2017-10-27T14:44:43Z"), Some(1_509_115_483)),
            (json!("2017-10-27T16:44:43+02:00"), Some(1_509_115_483)),
            (json!("2017-10-27 14:44:43 UTC"), None),
            (json!("2017-10-27 14:44:43"), Some(1_509_115_483)),
            (json!(1_509_115_483_000_i64), Some(1_509_115_483)),
            (json!(1_509_115_483), Some(1_509_115_483)),
            (json!("1509115483"), Some(1_509_115_483)),
            (json!("soon"), None),
            (json!(1.5), None),
            (json!(i64::MIN), None),
            (json!(i64::MAX), None),
            (json!(u64::MAX), None),
            (json!("99999999999999999999"), None),
            (json!("é2017-10-27"), None),
        ] {
            assert_eq!(time(&given).map(Timestamp::as_second), expected, "{given}");
        }
    }

    #[test]
    fn contacts_are_kept_once_and_as_written() {
        let given = |texts: &[&str]| {
            texts
                .iter()
                .map(|one| Some((*one).to_owned()))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            emails(given(&[
                "A@x.example",
                "a@X.example",
                "none",
                "b@x.example"
            ])),
            ["a@x.example", "b@x.example"]
        );
        assert_eq!(
            phones(given(&["(212)  555-0187", "(212) 555-0187", ""])),
            ["(212) 555-0187"]
        );
        assert_eq!(
            name(&json!("  Ada \n Lovelace "), &json!("x"), &json!(null)).as_deref(),
            Some("Ada Lovelace")
        );
        assert_eq!(
            name(&json!(""), &json!(" Ada"), &json!(null)).as_deref(),
            Some("Ada")
        );
        assert_eq!(name(&json!(null), &json!(""), &json!(7)), None);
    }

    #[test]
    fn ids_are_text_within_limits() {
        for (given, expected) in [
            (json!(4711), Some("4711")),
            (json!(" 4711 "), Some("4711")),
            (json!(47.5), None),
            (json!(true), None),
            (json!("a\nb"), None),
            (json!("x".repeat(256)), None),
        ] {
            assert_eq!(id(&given).as_deref(), expected, "{given}");
        }
        assert_eq!(text(&json!("x".repeat(10_001))), None);
        assert_eq!(text(&json!("a\0b")).as_deref(), Some("ab"));
    }
}
