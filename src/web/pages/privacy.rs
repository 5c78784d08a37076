//! How long things are kept, holds, and what erasing somebody takes.

use std::collections::BTreeMap;

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;

use super::words;
use crate::application::Stage;
use crate::candidate::CandidateId;
use crate::privacy::ages::{Kept, LOOKED_FOR};
use crate::privacy::goes::Goes;
use crate::privacy::retention::{LONGEST_DAYS, Periods, Preview, SHORTEST_DAYS};
use crate::store::candidates::Head;
use crate::store::holds::{Hold, Listed};
use crate::store::retention::Due;

/// Retention, holds, and what ages by itself.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "privacy/index.html")]
pub struct PrivacyPage {
    /// The periods that are set.
    pub saved: Periods,
    /// What stands in the form, by stage.
    pub entered: BTreeMap<String, String>,
    /// What is wrong in it.
    pub wrong: Option<Wrong>,
    /// Whether the preview is of what stands in the form rather than of what is set.
    pub is_draft: bool,
    /// What is due, where it was asked for.
    pub preview: Option<Preview>,
    /// Holds that stand.
    pub holds: Vec<Listed>,
    /// What ages by itself.
    pub ages: Vec<Kept>,
    /// What the last form did.
    pub done: Option<&'static str>,
}

/// A field that cannot be read.
#[derive(Clone, Debug)]
pub struct Wrong {
    /// Which.
    pub field: String,
    /// Why.
    pub reason: String,
}

/// A stage in the form.
#[derive(Clone, Debug)]
pub struct StageRow<'a> {
    /// Its word.
    pub word: &'static str,
    /// Its name.
    pub label: &'static str,
    /// What stands in its field.
    pub entered: &'a str,
    /// What is wrong with that.
    pub wrong: Option<&'a str>,
    /// The days that are set, in words.
    pub saved: String,
}

impl PrivacyPage {
    /// The form's fields.
    pub fn stages(&self) -> Vec<StageRow<'_>> {
        let row = |stage: Stage| {
            let word = stage.word();
            let wrong = self.wrong.as_ref().filter(|wrong| wrong.field == word);
            StageRow {
                word,
                label: words::stage_label(stage),
                entered: self.entered.get(word).map_or("", String::as_str),
                wrong: wrong.map(|wrong| wrong.reason.as_str()),
                saved: (self.saved.days.get(word))
                    .map_or_else(|| "kept".to_owned(), |days| format!("{days} days")),
            }
        };
        Stage::ALL.into_iter().map(row).collect()
    }

    /// The shortest and the longest period, days.
    pub fn limits(&self) -> (i64, i64) {
        (SHORTEST_DAYS, LONGEST_DAYS)
    }

    /// What is due, in a sentence.
    pub fn due(&self) -> String {
        let whom = match self.preview.as_ref().map(Preview::total) {
            None => "what is due".to_owned(),
            Some(0) => "nobody".to_owned(),
            Some(1) => "1 candidate".to_owned(),
            Some(n) => format!("{} candidates", words::thousands(n.unsigned_abs())),
        };
        if self.is_draft && self.preview.is_none() {
            "The periods in the form cannot be read.".to_owned()
        } else if self.is_draft {
            format!("By the periods in the form, which are not saved, {whom} would be erased now.")
        } else if self.saved.days.is_empty() {
            "No period is set: everybody is kept.".to_owned()
        } else {
            match self.saved.from() {
                Some(from) => format!(
                    "By the periods that are set, {whom} would be erased at the next full hour, from {} on.",
                    words::time(from)
                ),
                None => format!("By the periods that are set, {whom} would be erased."),
            }
        }
    }

    /// How many candidates the preview leaves unnamed.
    pub fn unnamed(&self) -> i64 {
        let Some(preview) = &self.preview else {
            return 0;
        };
        let named = i64::try_from(preview.first.len()).unwrap_or(i64::MAX);
        (preview.total() - named).max(0)
    }

    /// How often old things are looked for, in words.
    pub fn looked_for(&self) -> String {
        match LOOKED_FOR.as_hours() {
            1 => "every hour".to_owned(),
            hours => format!("every {hours} hours"),
        }
    }

    /// The stage of somebody who is due.
    pub fn stage_of(&self, due: &Due) -> &'static str {
        let stage = Stage::ALL
            .into_iter()
            .find(|stage| stage.word() == due.stage);
        words::stage_label(stage.unwrap_or_default())
    }
}

impl Due {
    /// The name, or the id where there is none.
    pub fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.external_id)
    }

    /// When the last version came in.
    pub fn last(&self) -> Timestamp {
        self.last_at.into()
    }
}

impl Listed {
    /// The name, or the id where there is none.
    pub fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.external_id)
    }

    /// Since when.
    pub fn since(&self) -> Timestamp {
        self.at.into()
    }

    /// When the source asked to erase.
    pub fn asked(&self) -> Option<Timestamp> {
        self.asked_at.map(Into::into)
    }
}

impl Hold {
    /// Since when.
    pub fn since(&self) -> Timestamp {
        self.at.into()
    }

    /// How a hold that is lifted ended.
    pub fn ended(&self) -> Option<String> {
        let at: Timestamp = self.lifted_at?.into();
        Some(format!(
            "lifted {} by {}: {}",
            words::time(at),
            self.lifted_by.as_deref().unwrap_or("?"),
            self.lifted_why.as_deref().unwrap_or("?")
        ))
    }
}

/// What erasing somebody takes, and the form that does.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "candidates/erase.html")]
pub struct ErasePage {
    /// Who.
    pub id: CandidateId,
    /// The name as written, for those who may see it.
    pub name: Option<String>,
    /// The source's id, which is to be typed.
    pub external_id: String,
    /// The source.
    pub source: String,
    /// What goes.
    pub goes: Goes,
    /// Some of those who are screened again.
    pub others: Vec<Head>,
    /// What was typed.
    pub typed: String,
    /// It is another id.
    pub wrong: bool,
}

impl ErasePage {
    /// Whom it is about.
    pub fn called(&self) -> &str {
        let name = self.name.as_deref();
        let name = name.filter(|name| !name.trim().is_empty());
        name.unwrap_or("a person")
    }

    /// Who is screened again, in a sentence.
    pub fn screened_again(&self) -> String {
        match self.goes.others.len() {
            0 => "Nobody else shares anything with this person.".to_owned(),
            1 => "1 other candidate shares something with this person and is screened again without it.".to_owned(),
            n => format!(
                "{} other candidates share something with this person and are screened again without it.",
                words::thousands(u64::try_from(n).unwrap_or_default())
            ),
        }
    }

    /// What there is of it.
    pub fn counts(&self) -> Vec<(&'static str, String)> {
        let counts = self.goes.counts.iter().filter(|(_, count)| *count > 0);
        counts
            .map(|(what, count)| (*what, words::thousands(count.unsigned_abs())))
            .collect()
    }

    /// How many of them are not named.
    pub fn unnamed(&self) -> usize {
        self.goes.others.len() - self.others.len()
    }
}

/// How a candidate stands: holds, and what its source asked for.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// All holds, the latest first.
    pub holds: Vec<Hold>,
    /// Whether the visitor may read why.
    pub reasons: bool,
    /// When the source asked to erase.
    pub asked_at: Option<Timestamp>,
}

impl Standing {
    /// The hold that stands.
    pub fn hold(&self) -> Option<&Hold> {
        self.holds.iter().find(|one| one.lifted_at.is_none())
    }

    /// Those that are lifted.
    pub fn lifted(&self) -> impl Iterator<Item = &Hold> {
        self.holds.iter().filter(|one| one.lifted_at.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_is_said_with_how_sure_it_is() {
        let mut page = PrivacyPage::default();
        assert_eq!(page.due(), "No period is set: everybody is kept.");
        page.saved.days.insert("applied".to_owned(), 1460);
        page.saved.since = Some("2026-06-01T12:00:00Z".parse().unwrap());
        assert!(
            page.due()
                .contains("what is due would be erased at the next full hour")
        );
        page.preview = Some(Preview {
            counts: vec![(Stage::Applied, "api".to_owned(), 1200)],
            ..Preview::default()
        });
        assert_eq!(
            page.due(),
            "By the periods that are set, 1,200 candidates would be erased at the next full hour, from 2026-06-02 12:00 on."
        );
        page.is_draft = true;
        assert!(page.due().contains("not saved"), "{}", page.due());
        assert_eq!(page.unnamed(), 1200);
        assert_eq!(page.stages()[0].saved, "1460 days");
        assert_eq!(page.stages()[1].saved, "kept");
    }
}
