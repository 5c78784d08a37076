//! Of which year or day a file is: told by its name, or said by the operator.

use jiff::civil::Date;

use super::{Importer, Refused};
use crate::reference::Vintage;

/// The vintage of a file of these names.
pub(super) fn of(
    importer: &Importer,
    names: &[String],
    said: Option<Vintage>,
    today: Date,
) -> Result<Vintage, Refused> {
    let told = names.iter().find_map(|name| (importer.vintage)(name));
    let kind = importer.kind;
    match said {
        Some(Vintage::Day(_)) if kind.yearly() => {
            return Err(Refused::whole(format!(
                "{} is of a year: --vintage 2020",
                kind.word()
            )));
        }
        Some(Vintage::Year(_)) if !kind.yearly() => {
            return Err(Refused::whole(format!(
                "{} is of a day: --vintage 2026-11-20",
                kind.word()
            )));
        }
        _ => {}
    }
    let vintage = match (said, told) {
        (Some(said), Some(told)) if said != told => {
            return Err(Refused::whole(format!(
                "its name says {told} and --vintage {said}; leave --vintage out or rename the file"
            )));
        }
        (Some(vintage), _) | (None, Some(vintage)) => vintage,
        (None, None) if kind.yearly() => {
            return Err(Refused::whole(
                "its name does not tell the year of its facts; say it with --vintage, such as --vintage 2020",
            ));
        }
        (None, None) => Vintage::Day(today),
    };
    let future = match vintage {
        Vintage::Year(year) => year > today.year(),
        Vintage::Day(day) => day > today,
    };
    if future {
        return Err(Refused::whole(format!(
            "the vintage {vintage} lies in the future"
        )));
    }
    Ok(vintage)
}

/// The year in a name that begins with these letters, goes on with four digits and then with `rest`:
/// `c2019_a_rv.csv`.
pub(super) fn year_after(name: &str, letters: &str, rest: &str) -> Option<Vintage> {
    let digits = name.strip_prefix(letters)?;
    let (year, after) = digits.split_at_checked(4)?;
    let after = after.strip_prefix(rest)?;
    if !year.bytes().all(|byte| byte.is_ascii_digit())
        || after.starts_with(|c: char| c.is_alphanumeric())
    {
        return None;
    }
    year.parse()
        .ok()
        .filter(|vintage| matches!(vintage, Vintage::Year(_)))
}

/// The first day, `2025-01-20`, in a name.
pub(super) fn day_in(name: &str) -> Option<Vintage> {
    const LENGTH: usize = 10;
    name.char_indices().find_map(|(at, _)| {
        let day = name.get(at..at + LENGTH)?;
        let digits = day.bytes().filter(u8::is_ascii_digit).count();
        if digits != 8 {
            return None;
        }
        day.parse()
            .ok()
            .filter(|vintage| matches!(vintage, Vintage::Day(_)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::Kind;
    use jiff::civil::date;

    #[test]
    fn names_tell_the_vintage() {
        let today = date(2026, 11, 20);
        for (kind, name, said, expected) in [
            (Kind::IpedsHd, "hd2020.csv", None, Ok("2020")),
            (Kind::IpedsHd, "hd2020_rv.csv", None, Ok("2020")),
            (Kind::IpedsHd, "hd2020.zip", Some("2020"), Ok("2020")),
            (
                Kind::IpedsHd,
                "hd2020.csv",
                Some("2019"),
                Err("its name says 2020"),
            ),
            (Kind::IpedsHd, "directory.csv", None, Err("--vintage 2020")),
            (Kind::IpedsHd, "directory.csv", Some("2019"), Ok("2019")),
            (
                Kind::IpedsHd,
                "directory.csv",
                Some("2019-01-01"),
                Err("is of a year"),
            ),
            (Kind::IpedsHd, "hd2031.csv", None, Err("in the future")),
            (Kind::IpedsIc, "ic2020_rv.csv", None, Ok("2020")),
            (Kind::IpedsIc, "ic20201.csv", None, Err("--vintage")),
            (Kind::IpedsCompletions, "c2019_a.csv", None, Ok("2019")),
            (Kind::IpedsCompletions, "c2019_a_rv.csv", None, Ok("2019")),
            (
                Kind::IpedsCompletions,
                "c2019_b.csv",
                None,
                Err("--vintage"),
            ),
            (
                Kind::ScorecardFos,
                "fieldofstudydata1819_1920_pp.csv",
                None,
                Ok("2020"),
            ),
            (
                Kind::ScorecardFos,
                "most-recent-cohorts-field-of-study.csv",
                None,
                Err("--vintage"),
            ),
            (
                Kind::Ror,
                "v1.58-2025-01-20-ror-data_schema_v2.json",
                None,
                Ok("2025-01-20"),
            ),
            (Kind::Ror, "ror.json", None, Ok("2026-11-20")),
            (
                Kind::Ror,
                "ror.json",
                Some("2026-11-21"),
                Err("in the future"),
            ),
            (
                Kind::Hipolabs,
                "world_universities_and_domains.json",
                Some("2026-06-01"),
                Ok("2026-06-01"),
            ),
            (
                Kind::Hipolabs,
                "world_universities_and_domains.json",
                Some("2026"),
                Err("is of a day"),
            ),
            (
                Kind::MillList,
                "mills-2026-03-01.csv",
                None,
                Ok("2026-03-01"),
            ),
            (Kind::Dapip, "institutioncampus.csv", None, Ok("2026-11-20")),
        ] {
            let said = said.map(|said| said.parse().unwrap());
            let found = of(Importer::of(kind), &[name.to_owned()], said, today);
            match (found, expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found.to_string(), expected, "{name}"),
                (Err(refused), Err(part)) => {
                    assert!(refused.to_string().contains(part), "{name}: {refused}");
                }
                (found, _) => panic!("{name}: {found:?}"),
            }
        }
    }
}
