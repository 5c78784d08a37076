//! Files handed in.

use super::{at, hostile};
use crate::application::{Application, Stage};
use crate::imports::{Format, HandedIn, Mapping, Preview, RefusedRow, State};
use crate::intake::{CsvHead, Refused};
use crate::rules::NextStep;
use crate::web::pages::intake::{
    AtStep, ImportPage, ImportRow, ImportsPage, NewIntakePage, RefusedShown, Wrong,
};

fn row(state: State) -> ImportRow {
    ImportRow {
        id: "0192".into(),
        file_name: "people of May.csv".into(),
        who: "dana@example.com".into(),
        format: Format::Csv,
        state,
        cancelled: false,
        size: 2_400_000,
        bytes_read: 1_300_000,
        rows: 12_250,
        refused: 2,
        unread: 0,
        candidates: if state.is_over() { 12_248 } else { 0 },
        steps: [(NextStep::Escalate, 3), (NextStep::None, 12_245)]
            .map(|(step, count)| AtStep { step, count })
            .into(),
        said: None,
        created_at: at("2026-05-30T10:00:00Z"),
        done_at: None,
    }
}

/// The forms after a résumé that could not be read.
pub fn refused_intake() -> NewIntakePage {
    NewIntakePage {
        entered: HandedIn {
            name: "Ada Example".into(),
            stage: Stage::Interview,
            ..HandedIn::default()
        },
        limit_mib: 100,
        refused: Some(Wrong {
            of: "resume",
            field: "file".into(),
            reason: "the document is encrypted; one that opens without a password is wanted".into(),
        }),
    }
}

/// The same with hostile text.
pub fn hostile_intake() -> NewIntakePage {
    NewIntakePage {
        entered: HandedIn {
            name: hostile(),
            emails: hostile(),
            external_id: hostile(),
            agency: hostile(),
            ..HandedIn::default()
        },
        limit_mib: 100,
        refused: Some(Wrong {
            of: "file",
            field: "file".into(),
            reason: hostile(),
        }),
    }
}

/// Imports in every state.
pub fn imports() -> ImportsPage {
    ImportsPage {
        imports: State::ALL.into_iter().map(row).collect(),
        next: Some("0191".into()),
        continued: true,
    }
}

/// Columns that are to be named.
pub fn mapping() -> ImportPage {
    mapping_of("Ada Example")
}

/// The same with hostile text.
pub fn hostile_mapping() -> ImportPage {
    let mut page = mapping_of(&hostile());
    page.row.file_name = hostile();
    page.mapping.headers[1] = hostile();
    page.mapping.columns[1] = hostile();
    page.mapping.source = hostile();
    page.wrong = Some(Wrong {
        of: "mapping",
        field: "columns".into(),
        reason: hostile(),
    });
    page
}

fn mapping_of(name: &str) -> ImportPage {
    let headers = ["Nr", "Name", "telltale_line", "education.3.area"].map(str::to_owned);
    let words = ["external_id", "name", "-", "education.3.area"].map(str::to_owned);
    let good = Application {
        external_id: name.into(),
        source: "fair".into(),
        name: Some(name.into()),
        emails: vec![name.into()],
        resume_text: Some(name.into()),
        ..Application::default()
    };
    let refused = Refused {
        line: Some(3),
        field: Some("external_id".into()),
        reason: format!("is missing; {name}"),
    };
    ImportPage {
        row: row(State::Mapping),
        mapping: Mapping {
            headers: headers.clone().into(),
            columns: words.clone().into(),
            source: "fair".into(),
            stage: Stage::Applied,
            agency: Some("Acme".into()),
        },
        preview: Preview {
            head: CsvHead {
                headers: headers.into(),
                words: words.into(),
                rows: vec![[name, name, "", name].map(str::to_owned).into()],
            },
            wrong: None,
            rows: vec![Ok(good), Err(refused)],
        },
        same: Some(row(State::Done)),
        mapped: true,
        ..ImportPage::default()
    }
}

/// One under way.
pub fn running() -> ImportPage {
    ImportPage {
        row: row(State::Running),
        ..ImportPage::default()
    }
}

/// One that is over.
pub fn done() -> ImportPage {
    let refused = |reason: String| {
        RefusedShown::of(RefusedRow {
            line: Some(3),
            field: Some(reason.clone()),
            reason,
            raw: None,
        })
    };
    ImportPage {
        row: row(State::Done),
        refused: vec![refused("emails[0]".into()), refused(hostile())],
        ..ImportPage::default()
    }
}
