//! What no rule may look at: attributes the law protects, and what stands in for them.
//!
//! The list is red-flags §2. It is matched against names, known or not, so that somebody who
//! writes such a rule reads why it cannot be, and not only that the name is unknown.

/// Words that name a protected attribute wherever they stand in a name.
const PROTECTED: &[(&str, &str)] = &[
    ("nationality", "nationality"),
    ("nation", "nationality"),
    ("citizen", "citizenship"),
    ("citizenship", "citizenship"),
    ("immigration", "citizenship"),
    ("visa", "visa status"),
    ("gender", "sex"),
    ("sex", "sex"),
    ("pronouns", "sex"),
    ("religion", "religion"),
    ("religious", "religion"),
    ("language", "language"),
    ("languages", "language"),
    ("locale", "language"),
    ("accent", "accent"),
    ("fluency", "fluency"),
    ("grammar", "fluency"),
    ("ethnicity", "ethnicity"),
    ("ethnic", "ethnicity"),
    ("race", "race"),
    ("racial", "race"),
    ("disability", "disability"),
    ("disabled", "disability"),
    ("accommodation", "disability"),
    ("family", "family status"),
    ("marital", "family status"),
    ("married", "family status"),
    ("pregnant", "family status"),
    ("children", "family status"),
    ("salary", "what somebody asks to earn"),
    ("union", "union membership"),
    ("political", "political links"),
    ("criminal", "criminal records"),
    ("neighbourhood", "neighbourhood"),
    ("neighborhood", "neighbourhood"),
    ("face", "the face"),
    ("facial", "the face"),
    ("emotion", "the face"),
    ("gaze", "the face"),
    ("voiceprint", "the voice"),
];

/// Words that name a place of learning.
const SCHOOL: &[&str] = &[
    "school",
    "schools",
    "institution",
    "institutions",
    "education",
    "university",
    "college",
    "campus",
    "degree",
    "edu",
];

/// Words that name a part of the world.
const REGION: &[&str] = &[
    "country",
    "countries",
    "region",
    "state",
    "states",
    "continent",
    "foreign",
    "abroad",
];

/// Things that may have an age, unlike people.
const AGEING: &[&str] = &[
    "domain",
    "domains",
    "account",
    "accounts",
    "repository",
    "repositories",
    "mailbox",
    "profile",
    "profiles",
    "list",
    "data",
    "file",
    "device",
];

/// Why a name may not stand in a rule; `rows` is the signal whose rows its first word stands for.
pub(super) fn refusal(name: &str, rows: Option<&str>) -> Option<String> {
    let name = name.to_lowercase();
    let words = || {
        let own = name.split(['.', '_']);
        own.chain(rows.into_iter().flat_map(|rows| rows.split(['.', '_'])))
    };
    let any = |list: &[&str]| words().any(|word| list.contains(&word));
    let what = if let Some((_, what)) = PROTECTED
        .iter()
        .find(|(protected, _)| name.split(['.', '_']).any(|word| word == *protected))
    {
        what
    } else if words().any(|word| word.starts_with("birth") || word == "dob") {
        "age and birthplace"
    } else if any(&["age"]) && !any(AGEING) {
        "age"
    } else if any(&["graduation", "grad"]) && any(&["year", "years", "date"]) {
        "the year of graduation, which stands in for age"
    } else if any(&["native", "ancestry"])
        || (any(&["origin", "origins"])
            && any(&["name", "national", "surname", "person", "candidate"]))
    {
        "origin"
    } else if any(SCHOOL) && any(REGION) {
        "the country or region of a school, which stands in for national origin"
    } else if (any(&["keyboard"]) && any(&["layout"])) || (any(&["input"]) && any(&["method"])) {
        "the keyboard's layout, which stands in for language"
    } else if any(&["gap", "gaps"]) && any(&["work", "employment", "career"]) {
        "gaps in employment"
    } else {
        return None;
    };
    Some(format!(
        "`{name}` is not for rules to judge: {what} must never be scored, nor what stands in for \
         it. Compare a claim with another claim, or with a public record, instead"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protected_attributes_and_what_stands_in_for_them_are_refused() {
        for (name, rows) in [
            ("nationality", None),
            ("person.citizenship", None),
            ("birth_year", None),
            ("birthplace", None),
            ("age", None),
            ("it.age_years", Some("education")),
            ("candidate.gender", None),
            ("browser.language", None),
            ("keyboard_layout", None),
            ("name.origin", None),
            ("it.country", Some("education")),
            ("it.school_country", Some("studies")),
            ("it.state", Some("education.awards")),
            ("it.region", Some("education")),
            ("school.state", None),
            ("institution.country", None),
            ("graduation_year", None),
            ("visa", None),
            ("salary_ask", None),
            ("it.gap_months", Some("work")),
        ] {
            assert!(refusal(name, rows).is_some(), "{name} {rows:?}");
        }
    }

    #[test]
    fn ordinary_names_are_left_alone() {
        for (name, rows) in [
            ("it.country", Some("phones")),
            ("email.domain_age_days", None),
            ("it.account_age_days", Some("links")),
            ("drift.contacts_changed", None),
            ("it.page", Some("links")),
            ("it.region", Some("addresses")),
        ] {
            assert_eq!(refusal(name, rows), None, "{name}");
        }
    }
}
