//! Reference data, some loaded and some not.

use super::{TODAY, at, hostile};
use crate::reference::{Kind, Need, Set};
use crate::rules::report::Sleeping;
use crate::web::pages::ReferencePage;
use crate::web::pages::reference::{Base, KindRow};

/// Some sets, and two rules that sleep.
pub fn reference() -> ReferencePage {
    let set = |kind, vintage: &str, file: &str, rows| Set {
        kind,
        vintage: vintage.parse().unwrap(),
        file: file.to_owned(),
        digest: String::new(),
        rows,
        imported_at: at("2026-03-01T08:15:00Z"),
    };
    let sets = [
        set(Kind::IpedsHd, "2020", "HD2020.zip", 6440),
        set(Kind::IpedsIc, "2024", "IC2024.zip", 6072),
        set(Kind::IpedsIc, "2020", "IC2020.zip", 6440),
        set(Kind::Ror, "2025-08-26", &hostile(), 117_421),
    ];
    let sleeping = [
        (
            "edu.institution_unknown",
            "School that no public list has",
            Need::EveryInstitution,
        ),
        (
            "edu.diploma_mill",
            "School on a list of diploma mills",
            Need::Mills,
        ),
    ];
    let sleeping: Vec<Sleeping> = sleeping
        .into_iter()
        .map(|(rule, title, need)| Sleeping {
            rule: rule.into(),
            title: title.into(),
            needs: vec![need],
            why: need.lacks(&sets, TODAY).unwrap(),
        })
        .collect();
    ReferencePage {
        kinds: (Kind::ALL.into_iter())
            .map(|kind| KindRow::of(kind, &sets, &sleeping, TODAY))
            .collect(),
        base: Base {
            american: 259,
            abroad: 253,
            sources: vec![
                "Facts from IPEDS, US Department of Education: HD2020 and IC2020.".to_owned(),
            ],
        },
        sleeping,
        rules: 29,
    }
}

/// Nothing imported, and no rule that misses it.
pub fn reference_empty() -> ReferencePage {
    ReferencePage {
        kinds: (Kind::ALL.into_iter())
            .map(|kind| KindRow::of(kind, &[], &[], TODAY))
            .collect(),
        sleeping: Vec::new(),
        ..reference()
    }
}
