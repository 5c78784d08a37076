//! The score as a waterfall: where it starts, what each finding adds, which band it ends in.
//!
//! Geometry only, in the user units of the picture's `viewBox`; the template
//! draws it with classes, so that the style sheet has the colours.

use super::db;
use crate::rules::score::Scoring;
use crate::rules::{Judgement, NextStep};

/// Width of the picture; a phone of 320 pixels shows a unit as about a pixel.
const WIDTH: f64 = 300.0;
/// Left of the plot: the numbers of the rows.
const LABELS: f64 = 38.0;
/// Room right and left of the bars for their values.
const VALUE: f64 = 36.0;
/// Above the rows: the names of the bands.
const HEAD: f64 = 20.0;
/// The base line of the names above the rows.
const NAME: f64 = 6.0;
/// From one line of names to the next.
const LINE: f64 = 11.0;
/// From row to row.
const ROW: f64 = 20.0;
/// Height of a bar.
const BAR: f64 = 12.0;
/// Below the rows: the scale.
const FOOT: f64 = 18.0;
/// A letter's width at the size of the labels, roughly.
const LETTER: f64 = 6.0;
/// The plot reaches this far below the lowest value, decibans.
const BELOW_DB: f64 = 4.0;
/// And this far above the highest: room for the word "escalate".
const ABOVE_DB: f64 = 9.0;
/// More findings than this are summed up in one bar.
const BARS_AT_MOST: usize = 40;

/// A waterfall to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Waterfall {
    /// Width of the `viewBox`.
    pub width: f64,
    /// Height of the `viewBox`.
    pub height: f64,
    /// Background of the next steps, from left to right.
    pub bands: Vec<Band>,
    /// Prior, findings, total: from top to bottom.
    pub bars: Vec<Bar>,
    /// Lines between the bars, from where one ends to the next row.
    pub steps: Vec<Step>,
    /// Marks of the scale.
    pub ticks: Vec<Tick>,
    /// Upper edge of the rows.
    pub top: f64,
    /// Lower edge of the rows.
    pub bottom: f64,
    /// The picture in a sentence.
    pub about: String,
}

/// The background of a next step.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Which.
    pub next_step: NextStep,
    /// Left edge.
    pub x: f64,
    /// Width.
    pub width: f64,
    /// Its word.
    pub label: &'static str,
    /// Middle of the label.
    pub label_x: f64,
    /// Base line of the label: higher, where the band is narrower than its word.
    pub label_y: f64,
}

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What it stands for.
    pub kind: BarKind,
    /// What stands left of it.
    pub label: String,
    /// What it adds, or the prior or total itself, decibans.
    pub db: f64,
    /// Where it starts, decibans.
    pub from_db: f64,
    /// Where it ends, decibans.
    pub to_db: f64,
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width, never nothing.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// Base line of the texts.
    pub text_y: f64,
    /// Where the value is written.
    pub value_x: f64,
    /// The value, as written.
    pub value: String,
    /// Whether the value stands left of the bar.
    pub value_left: bool,
    /// The bar in words.
    pub title: String,
}

/// What a bar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarKind {
    /// The score before any finding.
    Prior,
    /// A finding that adds to the score, or nothing.
    Adds,
    /// Counter-evidence.
    Subtracts,
    /// The score.
    Total,
}

impl BarKind {
    /// Its class in the style sheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Prior => "prior",
            Self::Adds => "adds",
            Self::Subtracts => "subtracts",
            Self::Total => "total",
        }
    }
}

/// A line from one row to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the two ends of an upright line")]
pub struct Step {
    pub x: f64,
    pub y1: f64,
    pub y2: f64,
}

/// A mark of the scale.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "a place and what stands there")]
pub struct Tick {
    pub x: f64,
    pub label: String,
}

/// The waterfall of a judgement.
pub fn draw(judgement: &Judgement, bands: &Scoring) -> Waterfall {
    let rows = rows(judgement);
    let reached = rows.iter().flat_map(|row| [row.from_db, row.to_db]);
    let low = reached.clone().fold(bands.ask_db, f64::min) - BELOW_DB;
    let high = reached.fold(bands.escalate_db, f64::max) + ABOVE_DB;
    let scale = Scale {
        low,
        per_db: (WIDTH - LABELS) / (high - low).max(1.0),
    };
    let (drawn, top) = scale.bands(bands, high);
    let bars: Vec<Bar> = rows
        .into_iter()
        .zip(0_u16..)
        .map(|(row, at)| scale.bar(row, top + f64::from(at) * ROW))
        .collect();
    let bottom = bars.last().map_or(top, |bar| bar.y + BAR) + (ROW - BAR) / 2.0;
    let steps = bars
        .windows(2)
        .map(|pair| Step {
            x: scale.x(pair[0].to_db),
            y1: pair[0].y,
            y2: pair[1].y + BAR,
        })
        .collect();
    let ticks = [bands.ask_db, bands.verify_db, bands.escalate_db]
        .into_iter()
        .map(|at| Tick {
            x: scale.x(at),
            label: round(at),
        })
        .collect();
    Waterfall {
        width: WIDTH,
        height: bottom + FOOT,
        bands: drawn,
        bars,
        steps,
        ticks,
        top,
        bottom,
        about: about(judgement),
    }
}

/// A bar before it is drawn.
struct Row {
    kind: BarKind,
    label: String,
    from_db: f64,
    to_db: f64,
    title: String,
}

fn rows(judgement: &Judgement) -> Vec<Row> {
    let mut rows = vec![Row {
        kind: BarKind::Prior,
        label: "Start".to_owned(),
        from_db: 0.0,
        to_db: judgement.prior_db,
        title: format!("Start before any finding: {} dB", db(judgement.prior_db)),
    }];
    let mut running = judgement.prior_db;
    let mut add = |label: String, counted_db: f64, title: String| {
        rows.push(Row {
            kind: if counted_db < 0.0 {
                BarKind::Subtracts
            } else {
                BarKind::Adds
            },
            label,
            from_db: running,
            to_db: running + counted_db,
            title,
        });
        running += counted_db;
    };
    let drawn = if judgement.findings.len() > BARS_AT_MOST {
        BARS_AT_MOST - 1
    } else {
        judgement.findings.len()
    };
    let (single, summed) = judgement.findings.split_at(drawn);
    for (number, finding) in (1..).zip(single) {
        let counts = match (&finding.explained, &finding.counted_in) {
            (Some(_), _) => format!("explained, {} dB", db(finding.counted_db)),
            (None, Some(rule)) => format!("counted in {rule}"),
            (None, None) => format!("{} dB", db(finding.counted_db)),
        };
        let title = format!("{number}. {}: {counts}", finding.title);
        add(number.to_string(), finding.counted_db, title);
    }
    if !summed.is_empty() {
        let sum: f64 = summed.iter().map(|finding| finding.counted_db).sum();
        let title = format!("{} further findings: {} dB", summed.len(), db(sum));
        add("Rest".to_owned(), sum, title);
    }
    rows.push(Row {
        kind: BarKind::Total,
        label: "Score".to_owned(),
        from_db: 0.0,
        to_db: judgement.score_db,
        title: format!("Score: {} dB", db(judgement.score_db)),
    });
    rows
}

fn about(judgement: &Judgement) -> String {
    let start = db(judgement.prior_db);
    let end = db(judgement.score_db);
    match judgement.findings.len() {
        0 => format!("The score starts at {start} dB and stays there: no finding counts."),
        1 => format!("The score starts at {start} dB; 1 finding brings it to {end} dB."),
        n => format!("The score starts at {start} dB; {n} findings bring it to {end} dB."),
    }
}

/// A whole number of decibans where it is one.
fn round(at: f64) -> String {
    let written = db(at);
    let written = written.strip_suffix(".0").unwrap_or(&written);
    written.to_owned()
}

struct Scale {
    low: f64,
    per_db: f64,
}

impl Scale {
    fn x(&self, db: f64) -> f64 {
        LABELS + (db - self.low) * self.per_db
    }

    fn bar(&self, row: Row, from_y: f64) -> Bar {
        let (left, right) = (
            self.x(row.from_db.min(row.to_db)),
            self.x(row.from_db.max(row.to_db)),
        );
        let y = from_y + (ROW - BAR) / 2.0;
        let change_db = match row.kind {
            BarKind::Prior | BarKind::Total => row.to_db,
            BarKind::Adds | BarKind::Subtracts => row.to_db - row.from_db,
        };
        // The value stands at the end the bar grows to, unless the picture ends there.
        let value_left = if row.to_db < row.from_db {
            left - VALUE >= LABELS
        } else {
            right + VALUE > WIDTH
        };
        Bar {
            kind: row.kind,
            label: row.label,
            db: change_db,
            from_db: row.from_db,
            to_db: row.to_db,
            x: left,
            y,
            width: (right - left).max(1.0),
            height: BAR,
            text_y: y + BAR - 2.0,
            value_x: if value_left { left - 3.0 } else { right + 3.0 },
            value: db(change_db),
            value_left,
            title: row.title,
        }
    }

    /// The bands, and where the rows below them begin.
    fn bands(&self, bands: &Scoring, high: f64) -> (Vec<Band>, f64) {
        let edges = [
            self.low,
            bands.ask_db,
            bands.verify_db,
            bands.escalate_db,
            high,
        ];
        let named = [
            (NextStep::None, "none"),
            (NextStep::Ask, "ask"),
            (NextStep::Verify, "verify"),
            (NextStep::Escalate, "escalate"),
        ];
        // Names that are wider than their bands stand above the others, each on a line of its own.
        let mut raised = 0.0;
        let mut drawn = Vec::with_capacity(named.len());
        for ((next_step, label), edges) in named.into_iter().zip(edges.windows(2)) {
            let x = self.x(edges[0]);
            let width = self.x(edges[1]) - x;
            let needed = LETTER * f64::from(u8::try_from(label.len()).unwrap_or(u8::MAX));
            let mut above = 0.0;
            if width < needed {
                raised += LINE;
                above = raised;
            }
            drawn.push(Band {
                next_step,
                x,
                width,
                label,
                label_x: (x + width / 2.0).clamp(needed / 2.0, WIDTH - needed / 2.0),
                label_y: -NAME - above,
            });
        }
        let top = HEAD + raised;
        for band in &mut drawn {
            band.label_y += top;
        }
        (drawn, top)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Effort, Finding, Strength};

    fn judgement(prior_db: f64, counted: &[f64]) -> Judgement {
        Judgement {
            next_step: NextStep::Ask,
            score_db: prior_db + counted.iter().sum::<f64>(),
            prior_db,
            findings: counted
                .iter()
                .map(|&counted_db| Finding {
                    rule: "phone.example".into(),
                    group: "phone".into(),
                    strength: Strength::Weak,
                    weight_db: counted_db,
                    counted_db,
                    counted_in: None,
                    explained: None,
                    replaces: [].into(),
                    title: "A title".into(),
                    message: String::new(),
                    evidence: Vec::new(),
                    related: Vec::new(),
                    innocent: [].into(),
                    ask: "A question?".into(),
                    effort: Effort::Answer,
                    values: Vec::new(),
                })
                .collect(),
            shadow: Vec::new(),
            found_nothing: Vec::new(),
            could_not_look: Vec::new(),
        }
    }

    #[test]
    fn the_bars_add_up_from_the_prior_to_the_score() {
        let cases: [(f64, Vec<f64>); 5] = [
            (-20.0, vec![]),
            (-20.0, vec![12.0, 6.5, 0.0, 1.25]),
            (-20.0, vec![12.0, -15.0]),
            (5.0, vec![15.0; 7]),
            (-60.0, vec![0.5; 100]),
        ];
        for (prior_db, counted) in cases {
            let drawn = draw(&judgement(prior_db, &counted), &Scoring::default());
            let bars = &drawn.bars;
            let last = bars.len() - 1;
            assert!(
                bars[1..last]
                    .windows(2)
                    .all(|pair| (pair[0].to_db - pair[1].from_db).abs() < 1e-9)
            );
            let sum: f64 = bars[..last].iter().map(|bar| bar.db).sum();
            assert!((sum - bars[last].db).abs() < 1e-9, "{prior_db} {counted:?}");
            assert!((bars[last - 1].to_db - bars[last].to_db).abs() < 1e-9);
            for bar in bars {
                assert!(
                    bar.x >= LABELS && bar.x + bar.width <= WIDTH + 1.0,
                    "{bar:?}"
                );
                assert!(bar.y + bar.height <= drawn.bottom);
            }
        }
    }

    #[test]
    fn the_bands_cover_the_plot_without_a_gap() {
        for counted in [vec![], vec![40.0, 40.0], vec![-30.0]] {
            let bands = draw(&judgement(-20.0, &counted), &Scoring::default()).bands;
            assert_eq!(bands.len(), 4);
            assert!((bands[0].x - LABELS).abs() < 1e-9);
            assert!((bands[3].x + bands[3].width - WIDTH).abs() < 1e-9);
            assert!(bands.windows(2).all(|pair| {
                pair[0].width > 0.0 && (pair[0].x + pair[0].width - pair[1].x).abs() < 1e-9
            }));
        }
    }

    #[test]
    fn every_band_has_its_name_and_no_two_are_written_over_each_other() {
        for counted in [vec![], vec![40.0, 40.0], vec![30.0; 9], vec![-30.0]] {
            let drawn = draw(&judgement(-20.0, &counted), &Scoring::default());
            let names: Vec<_> = drawn.bands.iter().map(|band| band.label).collect();
            assert_eq!(names, ["none", "ask", "verify", "escalate"]);
            for (at, band) in drawn.bands.iter().enumerate() {
                assert!(band.label_y > 8.0 && band.label_y < drawn.top, "{band:?}");
                for other in &drawn.bands[..at] {
                    let letters =
                        f64::from(u8::try_from(band.label.len() + other.label.len()).unwrap());
                    let apart = (band.label_x - other.label_x).abs() >= LETTER * letters / 2.0;
                    let above = (band.label_y - other.label_y).abs() >= LINE;
                    assert!(apart || above, "{band:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn a_bar_starts_where_the_one_above_ends() {
        let drawn = draw(&judgement(-20.0, &[12.0, -6.0]), &Scoring::default());
        let bars = &drawn.bars;
        // Up: right edge to left edge. Down: right edge to right edge.
        assert!((bars[1].x - bars[0].x).abs() < 1e-9);
        assert!((bars[1].x + bars[1].width - (bars[2].x + bars[2].width)).abs() < 1e-9);
        assert_eq!(bars[2].kind, BarKind::Subtracts);
        assert_eq!(bars[2].value, "\u{2212}6.0");
    }

    #[test]
    fn what_is_too_much_to_draw_is_one_bar() {
        let drawn = draw(&judgement(-20.0, &[0.5; 100]), &Scoring::default());
        assert_eq!(drawn.bars.len(), BARS_AT_MOST + 2);
        let rest = &drawn.bars[BARS_AT_MOST];
        assert_eq!(rest.title, "61 further findings: +30.5 dB");
    }

    #[test]
    fn what_another_finding_counts_for_says_so() {
        let mut judgement = judgement(-20.0, &[13.0, 0.0]);
        judgement.findings[1].counted_in = Some("x.component".into());
        let drawn = draw(&judgement, &Scoring::default());
        assert_eq!(drawn.bars[1].title, "1. A title: +13.0 dB");
        assert_eq!(drawn.bars[2].title, "2. A title: counted in x.component");
    }

    #[test]
    fn the_picture_has_its_sentence() {
        assert_eq!(
            draw(&judgement(-20.0, &[12.0]), &Scoring::default()).about,
            "The score starts at \u{2212}20.0 dB; 1 finding brings it to \u{2212}8.0 dB."
        );
    }
}
