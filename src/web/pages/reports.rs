//! The report of a period, to read and to print.

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;

use super::{figures, words};
use crate::audit::chain::Noted;
use crate::export::stream::Report;
use crate::reports::period::Period;
use crate::reports::significance;
use crate::reports::{Overview, Quarter, Share};

/// Sources and agencies shown; the rest is in the sheets.
const SHARES: usize = 40;

/// The page.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "reports/index.html")]
pub struct ReportsPage {
    /// The period.
    pub period: Period,
    /// Periods to choose from.
    pub choices: Vec<Period>,
    /// When it was made.
    pub made_at: Timestamp,
    /// The digest of the rules in force.
    pub ruleset: String,
    /// The last entry of the audit log.
    pub head: Option<Noted>,
    /// The counts.
    pub view: Overview,
}

/// A quarter as a bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Its left edge, percent of the width.
    pub x: f64,
    /// Its middle.
    pub middle: f64,
    /// The top of all who applied.
    pub top: f64,
    /// Its height.
    pub height: f64,
    /// The top of those to verify or escalate.
    pub raised_top: f64,
    /// Its height.
    pub raised_height: f64,
    /// Q1 to Q4.
    pub label: String,
    /// The year, at its first quarter here.
    pub year: Option<String>,
    /// How many applied.
    pub value: String,
    /// Both in a sentence.
    pub title: String,
}

/// Pixels from the chart's top to the line on which bars stand.
const FLOOR: f64 = 150.0;

/// Pixels above the highest bar, for its number.
const HEAD: f64 = 18.0;

impl ReportsPage {
    /// The address of a report as a file, of this period.
    pub fn sheet(&self, report: &Report, bom: bool) -> String {
        let (first, end) = (self.period.first.to_string(), self.period.end.to_string());
        let bom = if bom { "true" } else { "" };
        let query = words::query(&[("from", &first), ("to", &end), ("bom", bom)]);
        format!("/reports/{}.csv{query}", report.word())
    }

    /// Those who are to be verified or escalated.
    pub fn raised(&self) -> u64 {
        let raised = |share: &Share| share.raised;
        self.view.sources.iter().map(raised).sum()
    }

    /// Those who stand as confirmed.
    pub fn confirmed(&self) -> u64 {
        let confirmed = |share: &Share| share.confirmed;
        self.view.sources.iter().map(confirmed).sum()
    }

    /// How many decisions were made.
    pub fn decided(&self) -> u64 {
        self.view.decisions.iter().map(|one| one.n).sum()
    }

    /// The quarters that are shown: the first is there to compare with.
    pub fn quarters(&self) -> Vec<(&Quarter, &Quarter)> {
        let quarters = &self.view.quarters;
        quarters
            .iter()
            .zip(quarters.iter().skip(1))
            .map(|(before, now)| (now, before))
            .collect()
    }

    /// The quarters as bars.
    pub fn bars(&self) -> Vec<Bar> {
        let quarters = self.quarters();
        let most = quarters
            .iter()
            .map(|(now, _)| now.candidates)
            .max()
            .unwrap_or_default();
        let step = 100.0 / f64::from(u32::try_from(quarters.len().max(1)).unwrap_or(1));
        let tall = |n: u64| (FLOOR - HEAD) * significance::share(n, most);
        let mut x = step * 0.15;
        let mut bars: Vec<Bar> = Vec::with_capacity(quarters.len());
        for (now, _) in quarters {
            let (year, label) = now.word.split_once('-').unwrap_or(("", &now.word));
            let (all, raised) = (
                words::thousands(now.candidates),
                words::thousands(now.raised),
            );
            bars.push(Bar {
                x,
                middle: step.mul_add(0.35, x),
                top: FLOOR - tall(now.candidates),
                height: tall(now.candidates),
                raised_top: FLOOR - tall(now.raised),
                raised_height: tall(now.raised),
                label: label.to_owned(),
                year: (bars.is_empty() || label == "Q1").then(|| year.to_owned()),
                value: all.clone(),
                title: format!(
                    "{}: {all} applied, {raised} to verify or escalate",
                    now.word
                ),
            });
            x += step;
        }
        bars
    }

    /// The width of a bar, percent.
    pub fn bar_width(&self) -> f64 {
        70.0 / f64::from(u32::try_from(self.quarters().len().max(1)).unwrap_or(1))
    }

    /// Both lists of shares, with what they are by.
    pub fn shares(&self) -> [(&'static str, &[Share]); 2] {
        let first = |shares: &'_ [Share]| shares.len().min(SHARES);
        let (sources, agencies) = (&self.view.sources, &self.view.agencies);
        [
            ("source", &sources[..first(sources)]),
            ("agency", &agencies[..first(agencies)]),
        ]
    }

    /// How many of them are not shown.
    pub fn rest(&self, what: &str) -> usize {
        let all = match what {
            "source" => self.view.sources.len(),
            _ => self.view.agencies.len(),
        };
        all.saturating_sub(SHARES)
    }

    /// Workers in all.
    pub fn workers(&self) -> u64 {
        self.view.workers.iter().map(|(_, n)| n).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stand_on_one_line_and_the_highest_fills_the_height() {
        let quarter = |word: &str, candidates, raised| Quarter {
            word: word.into(),
            candidates,
            raised,
            ..Quarter::default()
        };
        let page = ReportsPage {
            period: Period::of_word("2026-Q2").unwrap(),
            choices: Vec::new(),
            made_at: Timestamp::UNIX_EPOCH,
            ruleset: String::new(),
            head: None,
            view: Overview {
                quarters: vec![
                    quarter("2025-Q4", 1, 0),
                    quarter("2026-Q1", 50, 10),
                    quarter("2026-Q2", 100, 0),
                ],
                ..Overview::default()
            },
        };
        let bars = page.bars();
        assert_eq!(bars.len(), 2);
        assert_eq!((bars[0].height, bars[1].height), (66.0, 132.0));
        assert_eq!(bars[0].year.as_deref(), Some("2026"));
        assert_eq!(bars[1].year, None);
        assert!(
            bars.iter()
                .all(|bar| (bar.top + bar.height - FLOOR).abs() < 1e-9)
        );
        assert!(bars[1].x + page.bar_width() <= 100.0);
        assert_eq!(
            page.sheet(&Report::Findings, true),
            "/reports/findings.csv?from=2026-04-01&to=2026-07-01&bom=true"
        );
    }
}
