//! Others whose texts are like the candidate's, and what stands in both.

use std::borrow::Cow;

use super::shared::{distinct, household};
use super::{Alike, Column, Kind, Other, Row, Shape, Signal, Subject, Value};
use crate::keys;

const DISTINCT: Column = Column::new(
    "distinct",
    "the two names are names of different people",
    Kind::Flag,
);
const JACCARD: Column = Column::new(
    "jaccard",
    "the share of five-word pieces that both texts have, common ones left out, 0 to 1",
    Kind::Number,
);
const SAME_AGENCY: Column = Column::new(
    "same_agency",
    "both came through the same staffing agency",
    Kind::Flag,
);
const HOUSEHOLD: Column = Column::new(
    "household",
    "both are of one household: declared, or at one address and with a name in common",
    Kind::Flag,
);

pub(super) const RESUMES: Signal = Signal {
    name: "alike.resumes",
    about: "Other candidates whose résumés say much of the same",
    shape: Shape::Rows(&RESUME_COLUMNS),
    needs: &[],
    read: |subject| has_resume(subject).then(|| rows(subject, false)),
};

const RESUME_COLUMNS: [Column; 5] = [
    DISTINCT,
    JACCARD,
    SAME_AGENCY,
    HOUSEHOLD,
    Column::new(
        "bullets",
        "bullets of at least twelve words that both have, common ones left out",
        Kind::Number,
    ),
];

pub(super) const PAGES: Signal = Signal {
    name: "alike.pages",
    about: "Other candidates whose own pages say much of the same",
    shape: Shape::Rows(&PAGE_COLUMNS),
    needs: &[],
    read: |subject| {
        let any = subject
            .candidate
            .pages
            .iter()
            .any(|page| page.text.is_some());
        let any = any
            || subject
                .earlier
                .iter()
                .any(|version| !version.pages.is_empty());
        any.then(|| rows(subject, true))
    },
};

const PAGE_COLUMNS: [Column; 4] = [DISTINCT, JACCARD, SAME_AGENCY, HOUSEHOLD];

/// Others told of, most alike first.
const OTHERS_AT_MOST: usize = 24;
/// Others whose passages are quoted.
const QUOTED_AT_MOST: usize = 8;

fn has_resume(subject: &Subject) -> bool {
    let has = |resume: &Option<_>| resume.is_some();
    has(&subject.candidate.resume) || subject.earlier.iter().any(|one| has(&one.resume))
}

/// Those found alike by their pages, or by their résumés, the most alike first.
fn alike<'a>(subject: &Subject<'a>, pages: bool) -> Vec<&'a Alike> {
    let of_kind = subject.alike.iter();
    let of_kind = of_kind.filter(|alike| alike.field.starts_with("pages[") == pages);
    let mut alike: Vec<_> = of_kind.collect();
    alike.sort_by(|a, b| b.jaccard.total_cmp(&a.jaccard));
    alike.truncate(OTHERS_AT_MOST);
    alike
}

fn rows(subject: &Subject, pages: bool) -> Value {
    let row = |alike: &&Alike| {
        let longest = alike.passages.first().map(|passage| passage.own.clone());
        let quoted = longest.or_else(|| alike.bullets.first().cloned());
        let mut cells = vec![
            distinct(subject, &alike.other).map(Value::Flag),
            Some(Value::Number(alike.jaccard)),
            Some(Value::Flag(same_agency(subject, &alike.other))),
            Some(Value::Flag(household(subject, &alike.other))),
        ];
        if !pages {
            cells.push(Some(Value::count(alike.bullets.len())));
        }
        Row {
            field: Cow::Owned(alike.field.clone()),
            value: Cow::Owned(quoted.unwrap_or_default()),
            related: Some(alike.other.id.clone()),
            cells,
        }
    };
    Value::Rows(alike(subject, pages).iter().map(row).collect())
}

pub(super) const PASSAGES: Signal = Signal {
    name: "alike.passages",
    about: "What the candidate's texts and others' that are like them both say",
    shape: Shape::Rows(&PASSAGE_COLUMNS),
    needs: &[],
    read: passages,
};

const PASSAGE_COLUMNS: [Column; 2] = [
    Column::new("kind", "passage or bullet", Kind::Text),
    Column::new("other", "As the other text writes it", Kind::Quote),
];

fn passages(subject: &Subject) -> Option<Value> {
    if subject.alike.is_empty() {
        return None;
    }
    let of = |alike: &&Alike| {
        let row = |kind: &'static str, own: &str, other: &str| Row {
            field: Cow::Owned(alike.field.clone()),
            value: Cow::Owned(own.to_owned()),
            related: Some(alike.other.id.clone()),
            cells: vec![Some(Value::text(kind)), Some(Value::quote(other))],
        };
        let passages = alike.passages.iter();
        let passages = passages.map(|passage| row("passage", &passage.own, &passage.other));
        // A bullet in a passage is quoted there.
        let bullets = alike.bullets.iter().filter(|_| alike.passages.is_empty());
        let bullets = bullets.map(|bullet| row("bullet", bullet, bullet));
        passages.chain(bullets).collect::<Vec<_>>()
    };
    let all = [false, true].map(|pages| {
        let mut some = alike(subject, pages);
        some.truncate(QUOTED_AT_MOST);
        some
    });
    Some(Value::Rows(all.iter().flatten().flat_map(of).collect()))
}

pub(super) const SLIPS: Signal = Signal {
    name: "x.slips",
    about: "Words one letter off that others, too, write in a résumé of the same layout",
    shape: Shape::Rows(&SLIP_COLUMNS),
    needs: &[],
    read: slips,
};

const SLIP_COLUMNS: [Column; 3] = [
    Column::new(
        "others",
        "candidates with other names, of no common agency or household, who write it in this layout",
        Kind::Number,
    ),
    Column::new(
        "elsewhere",
        "of a sample of all candidates, how many more write it",
        Kind::Number,
    ),
    Column::new(
        "hub",
        "more than 50 other candidates write it in this layout",
        Kind::Flag,
    ),
];

fn slips(subject: &Subject) -> Option<Value> {
    has_resume(subject).then_some(())?;
    let of_kind = subject
        .shared
        .iter()
        .filter(|shared| shared.kind == keys::Kind::Slip);
    let rows = of_kind.map(|shared| {
        let counts = |other: &&Other| {
            distinct(subject, other) == Some(true)
                && !same_agency(subject, other)
                && !household(subject, other)
        };
        let others: Vec<_> = shared.others.iter().filter(counts).collect();
        let here = u32::try_from(shared.others.len() + 1).unwrap_or(u32::MAX);
        let elsewhere = subject.population.slips(&shared.value).saturating_sub(here);
        Row {
            field: Cow::Owned(shared.field.clone()),
            value: Cow::Owned(shared.value.clone()),
            related: others.first().map(|other| other.id.clone()),
            cells: vec![
                Some(Value::count(others.len())),
                Some(Value::Number(f64::from(elsewhere))),
                Some(Value::Flag(shared.hub)),
            ],
        }
    });
    Some(Value::Rows(rows.collect()))
}

fn same_agency(subject: &Subject, other: &Other) -> bool {
    subject.candidate.agency.is_some() && subject.candidate.agency == other.agency
}

#[cfg(test)]
mod tests {
    use super::super::{Passage, Shared, testing};
    use super::*;
    use crate::candidate::{Candidate, CandidateId, Resume};
    use crate::keys::Key;
    use crate::normalise::name;
    use crate::population::Picture;

    fn somebody(id: &str, name: &str) -> Other {
        Other {
            id: CandidateId(id.to_owned()),
            name: name::read(name),
            agency: Some("acme".to_owned()),
            applied_at: jiff::Timestamp::UNIX_EPOCH,
            same_home: false,
            same_household: false,
            same_person: false,
            one_line: false,
            rejected_at: None,
            ring: None,
        }
    }

    fn ada() -> Candidate {
        Candidate {
            name: name::read("Ada Marsh"),
            resume: Some(Resume::default()),
            ..Candidate::default()
        }
    }

    fn alike(id: &str, field: &str, jaccard: f64) -> Alike {
        Alike {
            other: somebody(id, "Bo Li"),
            field: field.to_owned(),
            jaccard,
            passages: vec![Passage {
                own: "as here".to_owned(),
                other: "as there".to_owned(),
            }],
            bullets: vec!["the same".to_owned()],
        }
    }

    #[test]
    fn resumes_and_pages_are_told_of_apart_the_most_alike_first() {
        let candidate = ada();
        let all = [
            alike("a", "resume_text", 0.4),
            alike("b", "pages[0]", 0.9),
            alike("c", "resume_text of an earlier version", 0.7),
        ];
        let subject = Subject {
            alike: &all,
            ..testing::subject(&candidate, &[])
        };
        let Some(Value::Rows(rows)) = (RESUMES.read)(&subject) else {
            panic!("no rows");
        };
        let ids: Vec<_> = rows
            .iter()
            .map(|row| row.related.as_ref().unwrap().0.as_str())
            .collect();
        assert_eq!(ids, ["c", "a"]);
        assert_eq!(rows[0].value, "as here");
        let flag = |flag| Some(Value::Flag(flag));
        let number = |number| Some(Value::Number(number));
        assert_eq!(
            rows[0].cells,
            [
                flag(true),
                number(0.7),
                flag(false),
                flag(false),
                number(1.0)
            ]
        );
        assert_eq!((PAGES.read)(&subject), None, "no page was given");
        let Some(Value::Rows(quoted)) = (PASSAGES.read)(&subject) else {
            panic!("no rows");
        };
        assert_eq!(quoted.len(), 3);
        assert_eq!(
            quoted[2].cells,
            [Some(Value::text("passage")), Some(Value::quote("as there"))]
        );
    }

    #[test]
    fn one_agency_and_one_household_are_seen() {
        let mut candidate = ada();
        candidate.agency = Some("acme".to_owned());
        let mut all = [alike("a", "resume_text", 0.4)];
        all[0].other.same_household = true;
        let subject = Subject {
            alike: &all,
            ..testing::subject(&candidate, &[])
        };
        let value = (RESUMES.read)(&subject).unwrap();
        let cells = testing::cells(&value)[0];
        assert_eq!(
            cells[2..4],
            [Some(Value::Flag(true)), Some(Value::Flag(true))]
        );
    }

    #[test]
    fn slips_count_those_who_are_others_and_the_sample_besides() {
        let candidate = ada();
        let key = Key {
            kind: keys::Kind::Slip,
            field: "resume_text".to_owned(),
            value: "managment".to_owned(),
            normal: String::new(),
        };
        let others = vec![
            somebody("a", "Bo Li"),
            somebody("b", "Ada Marsh"),
            somebody("c", "Ngozi Okafor"),
        ];
        let shared = [Shared::among(&key, None, others)];
        let picture = Picture {
            slips: std::sync::Arc::new([("managment".into(), 9)].into()),
            ..Picture::default()
        };
        let subject = Subject {
            shared: &shared,
            population: &picture,
            ..testing::subject(&candidate, &[])
        };
        let value = (SLIPS.read)(&subject).unwrap();
        let expected = [Value::count(2), Value::count(5), Value::Flag(false)].map(Some);
        assert_eq!(testing::cells(&value)[0], expected);
        let nothing = Candidate::default();
        assert_eq!((SLIPS.read)(&testing::subject(&nothing, &[])), None);
    }
}
