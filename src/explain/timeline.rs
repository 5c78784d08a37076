//! Studies and jobs side by side over the years: what overlaps, what is only roughly dated, what goes on.
//!
//! Geometry only. Across it is in percent of the picture's width, down in pixels: the picture fills a
//! phone and a wide screen alike, while letters and bars keep their size, which a scaled `viewBox`
//! would not let them. The template draws it with classes, so that the style sheet has the colours.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::visible;
use crate::candidate::PartialDate;

/// The plot ends here, percent; behind it is room for the points of what goes on.
const PLOT: f64 = 97.0;
/// A year is named only left of this, percent, so that its name is not cut off.
const NAMED_UNTIL: f64 = 88.0;
/// Above the rows: the years, pixels.
const HEAD: f64 = 22.0;
/// A lane's heading.
const LANE: f64 = 26.0;
/// From row to row.
const ROW: f64 = 36.0;
/// Base line of a row's label, below its upper edge.
const LABEL: f64 = 14.0;
/// Upper edge of a row's bar, below its own.
const BAR_BELOW: f64 = 20.0;
/// Height of a bar.
const BAR: f64 = 10.0;
/// Below the rows.
const FOOT: f64 = 4.0;
/// So many entries are drawn at most: the latest of each lane.
pub const MOST: usize = 40;
/// A label is no longer, characters: what a phone of 320 pixels has room for.
const LABEL_LETTERS: usize = 36;
/// Half a year stands for an end that is not known, months.
const STUB: i32 = 6;
/// The picture goes no further back and ahead than this from today, years.
const YEARS_BACK: i32 = 70;
const YEARS_AHEAD: i32 = 10;
/// And shows no fewer years than this.
const FEWEST_YEARS: i32 = 4;
/// Up to so many years, each has its line.
const LINES_AT_MOST: i32 = 36;
/// Years that are named, at most.
const NAMES_AT_MOST: i32 = 7;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Lane {
    Study,
    Work,
}

impl Lane {
    /// The word for one entry, and its class in the style sheet.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Study => "study",
            Self::Work => "job",
        }
    }

    /// The heading over its entries.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Study => "Study",
            Self::Work => "Work",
        }
    }
}

/// A study or a job to draw.
#[derive(Clone, Debug)]
pub struct Item {
    /// What it is.
    pub lane: Lane,
    /// What stands over its bar; as long and as strange as people write.
    pub label: String,
    /// Its dates in words.
    pub when: String,
    /// First month.
    pub start: Option<PartialDate>,
    /// Last month.
    pub end: Option<PartialDate>,
    /// Whether it goes on.
    pub current: bool,
    /// When the institution opened.
    pub opened: Option<PartialDate>,
    /// When it closed.
    pub closed: Option<PartialDate>,
    /// Numbers of the findings in which it stands.
    pub findings: Vec<usize>,
}

/// A timeline to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// Height, pixels.
    pub height: f64,
    /// Upper edge of the rows.
    pub top: f64,
    /// Lower edge of the rows.
    pub bottom: f64,
    /// Lines of the years.
    pub years: Vec<Year>,
    /// The day up to which it goes, percent.
    pub today: f64,
    /// Headings of the lanes.
    pub lanes: Vec<Heading>,
    /// Time at which two entries are at once in places far apart.
    pub clashes: Vec<Stretch>,
    /// The entries, by lane and from the earliest on.
    pub rows: Vec<Row>,
    /// The picture in a sentence.
    pub about: String,
}

/// The first day of a year.
#[derive(Clone, Debug, PartialEq)]
pub struct Year {
    /// Where, percent.
    pub x: f64,
    /// The year, where there is room to write it.
    pub label: Option<String>,
}

/// A heading of a lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heading {
    /// Which.
    pub lane: Lane,
    /// Base line of its text.
    pub y: f64,
}

/// A stretch of time, percent.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "a place and a size")]
pub struct Stretch {
    pub x: f64,
    pub width: f64,
}

/// One entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it is.
    pub lane: Lane,
    /// Base line of the label.
    pub label_y: f64,
    /// The label, short, and nothing in it that cannot be seen.
    pub label: String,
    /// Upper edge of the bar.
    pub y: f64,
    /// Height of the bar.
    pub height: f64,
    /// All the time that its dates can mean.
    pub soft: Stretch,
    /// The time that they surely mean.
    pub solid: Option<Stretch>,
    /// Where it goes on, percent.
    pub goes_on: Option<f64>,
    /// Where its institution opened, percent.
    pub opened: Option<f64>,
    /// Where it closed.
    pub closed: Option<f64>,
    /// The numbers of its findings: `1, 3`.
    pub flag: Option<String>,
    /// The row in words.
    pub title: String,
}

impl Row {
    /// Whether its dates leave nothing open.
    pub fn is_sure(&self) -> bool {
        self.solid == Some(self.soft)
    }
}

/// The entries in the order of the rows: studies first, each lane from its earliest on, what has no
/// date last. Of more than [`MOST`], the latest of each lane.
pub fn order(items: &[Item]) -> Vec<usize> {
    let begins = |at: &usize| {
        let item = &items[*at];
        let date = item.start.or(item.end);
        date.map_or(i32::MAX, PartialDate::first_month)
    };
    let lane = |lane| {
        let mut of: Vec<usize> = (0..items.len())
            .filter(|at| items[*at].lane == lane)
            .collect();
        of.sort_by_key(begins);
        of
    };
    let (mut studies, mut jobs) = (lane(Lane::Study), lane(Lane::Work));
    let room = MOST.saturating_sub(jobs.len()).max(MOST / 2);
    studies.drain(..studies.len().saturating_sub(room));
    jobs.drain(..jobs.len().saturating_sub(MOST - studies.len()));
    studies.append(&mut jobs);
    studies
}

/// The timeline of these entries up to a day; `clashes` are pairs of them that are at once in places
/// far apart. `None` where nothing is dated.
pub fn draw(items: &[Item], clashes: &[(usize, usize)], today: Date) -> Option<Timeline> {
    let now = i32::from(today.year()) * 12 + i32::from(today.month()) - 1;
    let dated: Vec<(usize, Span)> = order(items)
        .into_iter()
        .filter_map(|at| Some((at, Span::of(&items[at], now)?)))
        .collect();
    let scale = Scale::of(items, &dated, now)?;
    let mut rows = Vec::with_capacity(dated.len());
    let mut lanes: Vec<Heading> = Vec::with_capacity(2);
    let mut y = HEAD;
    for (at, span) in &dated {
        let item = &items[*at];
        if lanes.last().is_none_or(|last| last.lane != item.lane) {
            y += LANE;
            lanes.push(Heading {
                lane: item.lane,
                y: y - 8.0,
            });
        }
        rows.push(scale.row(item, *span, y));
        y += ROW;
    }
    let span_of = |at: usize| dated.iter().find(|(one, _)| *one == at).map(|(_, s)| *s);
    let clashes = clashes
        .iter()
        .filter_map(|&(a, b)| {
            let (a, b) = (span_of(a)?.surest(), span_of(b)?.surest());
            let (from, to) = (a.0.max(b.0), a.1.min(b.1));
            (from < to).then(|| scale.stretch(from, to))
        })
        .collect();
    Some(Timeline {
        height: y + FOOT,
        top: HEAD,
        bottom: y,
        years: scale.years(),
        today: scale.x(now + 1),
        lanes,
        clashes,
        about: about(items, &dated, &scale),
        rows,
    })
}

/// Months from year 0, ends excluded: what the dates can mean, and what they surely mean.
#[derive(Clone, Copy)]
struct Span {
    soft: (i32, i32),
    solid: Option<(i32, i32)>,
    goes_on: bool,
}

impl Span {
    fn of(item: &Item, now: i32) -> Option<Self> {
        let solid = |from: i32, to: i32| (from < to).then_some((from, to));
        let end = item.end.filter(|_| !item.current);
        let (soft, solid) = match (item.start, end) {
            (Some(start), _) if item.current => {
                let last = (now + 1).max(start.last_month() + 1);
                (
                    (start.first_month(), last),
                    solid(start.last_month(), now + 1),
                )
            }
            (None, _) if item.current => ((now + 1 - STUB, now + 1), None),
            (Some(start), Some(end)) if start.months_until(end).is_none() => {
                // Backwards: one of the dates is a slip, so neither is sure.
                ((end.first_month(), start.last_month() + 1), None)
            }
            (Some(start), Some(end)) => (
                (start.first_month(), end.last_month() + 1),
                solid(start.last_month(), end.first_month() + 1),
            ),
            (Some(start), None) => ((start.first_month(), start.last_month() + 1 + STUB), None),
            (None, Some(end)) => ((end.first_month() - STUB, end.last_month() + 1), None),
            (None, None) => return None,
        };
        Some(Self {
            soft,
            solid,
            goes_on: item.current,
        })
    }

    fn surest(self) -> (i32, i32) {
        self.solid.unwrap_or(self.soft)
    }
}

/// The years that are shown.
struct Scale {
    first: i32,
    last: i32,
}

impl Scale {
    fn of(items: &[Item], dated: &[(usize, Span)], now: i32) -> Option<Self> {
        // An opening or closing counts only where the study lies outside of it.
        let outside = dated.iter().flat_map(|(at, span)| {
            let item = &items[*at];
            let late = item.opened.map(PartialDate::last_month);
            let early = item.closed.map(PartialDate::first_month);
            late.filter(|opened| *opened > span.soft.0)
                .into_iter()
                .chain(early.filter(|closed| *closed < span.soft.1))
        });
        let ends = dated
            .iter()
            .flat_map(|(_, span)| [span.soft.0, span.soft.1])
            .chain(outside);
        let (earliest, latest) = (ends.clone().min()?, ends.max()?);
        let first = earliest.clamp(now - YEARS_BACK * 12, now) / 12;
        let last = latest.clamp(now + 1, now + YEARS_AHEAD * 12);
        let last = (last + 11) / 12;
        Some(Self {
            first: first.min(last - FEWEST_YEARS) * 12,
            last: last * 12,
        })
    }

    /// Where a month begins.
    fn x(&self, month: i32) -> f64 {
        let (at, all) = (month - self.first, self.last - self.first);
        (f64::from(at) / f64::from(all)).clamp(0.0, 1.0) * PLOT
    }

    fn stretch(&self, from: i32, to: i32) -> Stretch {
        let x = self.x(from);
        Stretch {
            x,
            width: (self.x(to) - x).max(0.4),
        }
    }

    fn inside(&self, month: i32) -> Option<f64> {
        (self.first..self.last)
            .contains(&month)
            .then(|| self.x(month))
    }

    fn years(&self) -> Vec<Year> {
        let count = (self.last - self.first) / 12;
        let step = [1, 2, 5, 10, 20]
            .into_iter()
            .find(|step| count / step <= NAMES_AT_MOST)
            .unwrap_or(20);
        (self.first / 12..=self.last / 12)
            .filter(|year| count <= LINES_AT_MOST || year % step == 0)
            .map(|year| {
                let x = self.x(year * 12);
                let named = year % step == 0 && x < NAMED_UNTIL;
                Year {
                    x,
                    label: named.then(|| year.to_string()),
                }
            })
            .collect()
    }

    fn row(&self, item: &Item, span: Span, y: f64) -> Row {
        let flag = (!item.findings.is_empty()).then(|| {
            let numbers: Vec<String> = item.findings.iter().map(usize::to_string).collect();
            numbers.join(", ")
        });
        let label = clamped(&item.label);
        let mut title = format!("{}: {label}; {}", item.lane.heading(), item.when);
        if let Some(flag) = &flag {
            let _ = write!(title, "; finding {flag}"); // a String takes every write
        }
        Row {
            lane: item.lane,
            label_y: y + LABEL,
            label,
            y: y + BAR_BELOW,
            height: BAR,
            soft: self.stretch(span.soft.0, span.soft.1),
            solid: span.solid.map(|(from, to)| self.stretch(from, to)),
            goes_on: span.goes_on.then(|| self.x(span.soft.1)),
            opened: item
                .opened
                .and_then(|opened| self.inside(opened.first_month())),
            closed: item
                .closed
                .and_then(|closed| self.inside(closed.last_month() + 1)),
            flag,
            title,
        }
    }
}

fn clamped(label: &str) -> String {
    let start = visible::short(label.trim(), 4 * LABEL_LETTERS);
    let plain = visible::plain(&start).replace(['\n', '\t'], " ");
    visible::short(&plain, LABEL_LETTERS).into_owned()
}

fn about(items: &[Item], dated: &[(usize, Span)], scale: &Scale) -> String {
    let count = |lane| {
        let of = dated.iter().filter(|(at, _)| items[*at].lane == lane);
        match (of.count(), lane) {
            (1, Lane::Study) => "1 study".to_owned(),
            (n, Lane::Study) => format!("{n} studies"),
            (1, Lane::Work) => "1 job".to_owned(),
            (n, Lane::Work) => format!("{n} jobs"),
        }
    };
    let flagged = dated
        .iter()
        .filter(|(at, _)| !items[*at].findings.is_empty())
        .count();
    let (first, last) = (scale.first / 12, scale.last / 12 - 1);
    let (studies, jobs) = (count(Lane::Study), count(Lane::Work));
    let rest = match flagged {
        0 => "none of them stands in a finding".to_owned(),
        1 => "1 of them stands in a finding".to_owned(),
        n => format!("{n} of them stand in findings"),
    };
    format!("{studies} and {jobs} from {first} to {last}; {rest}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 3, 2);

    fn item(lane: Lane, start: &str, end: &str) -> Item {
        let date = |text: &str| PartialDate::parse(text).ok();
        Item {
            lane,
            label: "Invented State University".to_owned(),
            when: format!("{start} to {end}"),
            start: date(start),
            end: date(end),
            current: end == "now",
            opened: None,
            closed: None,
            findings: Vec::new(),
        }
    }

    fn study(start: &str, end: &str) -> Item {
        item(Lane::Study, start, end)
    }

    #[test]
    fn dates_are_as_sure_as_they_were_given() {
        // soft ends and sure ones, in months from January 2010
        let from = 2010 * 12;
        let cases = [
            ("2012-09", "2016-05", (32, 77), Some((32, 77))),
            ("2012", "2016", (24, 84), Some((35, 73))),
            ("2014", "2014", (48, 60), None),
            ("2019", "now", (108, 195), Some((119, 195))),
            ("2019-02", "", (109, 116), None),
            ("", "2016-05", (70, 77), None),
            ("2018-05", "2016-09", (80, 101), None),
            ("", "now", (189, 195), None),
        ];
        for (start, end, soft, solid) in cases {
            let now = 2026 * 12 + 2;
            let span = Span::of(&study(start, end), now).unwrap();
            let months = |(a, b): (i32, i32)| (a - from, b - from);
            assert_eq!(months(span.soft), soft, "{start}..{end}");
            assert_eq!(span.solid.map(months), solid, "{start}..{end}");
            assert_eq!(span.goes_on, end == "now");
        }
        assert!(Span::of(&study("", ""), 0).is_none());
        assert_eq!(draw(&[study("", "")], &[], TODAY), None);
    }

    #[test]
    fn everything_stays_within_the_picture() {
        let mut items = vec![
            study("1900", "2100"),
            study("2100-12", "now"),
            item(Lane::Work, "2019", "now"),
            Item {
                opened: PartialDate::parse("1846").ok(),
                closed: PartialDate::parse("2016-05").ok(),
                label: "\u{202E}gnp.exe".to_owned() + &"W".repeat(4000),
                findings: vec![1, 2],
                ..study("2012", "2018")
            },
        ];
        items.extend((0..90).map(|n| item(Lane::Work, &format!("{}", 1980 + n % 40), "2020-01")));
        let drawn = draw(&items, &[(0, 3), (2, 1), (9, 9)], TODAY).unwrap();
        assert_eq!(drawn.rows.len(), MOST);
        let mut before = 0.0;
        for row in &drawn.rows {
            for part in [Some(row.soft), row.solid].into_iter().flatten() {
                assert!(
                    part.x >= 0.0 && part.width > 0.0 && part.x + part.width <= PLOT + 0.5,
                    "{part:?}"
                );
            }
            assert!(row.label_y > before && row.y + row.height <= drawn.bottom);
            before = row.y + row.height;
            assert!(row.label.chars().count() <= LABEL_LETTERS + 1);
            assert!(!row.label.contains('\u{202E}'));
        }
        assert!(drawn.bottom < drawn.height);
        let named = drawn.years.iter().filter(|year| year.label.is_some());
        assert!((2..=8).contains(&named.count()), "{:?}", drawn.years);
        for part in &drawn.clashes {
            assert!(part.x >= 0.0 && part.x + part.width <= PLOT + 0.5);
        }
    }

    #[test]
    fn studies_come_first_and_each_lane_from_its_earliest_on() {
        let items = [
            item(Lane::Work, "2019", "now"),
            study("2014", "2016"),
            item(Lane::Work, "", ""),
            item(Lane::Work, "2016-07", "2019-02"),
            study("2010", "2014"),
        ];
        assert_eq!(order(&items), [4, 1, 3, 0, 2]);
        let drawn = draw(&items, &[], TODAY).unwrap();
        assert_eq!(drawn.rows.len(), 4, "what has no date is not drawn");
        assert_eq!(drawn.lanes.len(), 2);
        assert_eq!(
            drawn.about,
            "2 studies and 2 jobs from 2010 to 2026; none of them stands in a finding."
        );
        let x: Vec<f64> = drawn.rows.iter().map(|row| row.soft.x).collect();
        assert!(x[0] < x[1] && x[2] < x[3]);
    }

    #[test]
    fn what_is_too_much_leaves_room_for_both_lanes() {
        let many = |lane, n| (0..n).map(move |_| item(lane, "2014", "2016"));
        for (studies, jobs, kept) in [(3, 45, 3), (45, 3, 37), (45, 45, 20), (2, 2, 2)] {
            let items: Vec<Item> = many(Lane::Study, studies)
                .chain(many(Lane::Work, jobs))
                .collect();
            let order = order(&items);
            let of_study = order.iter().filter(|at| items[**at].lane == Lane::Study);
            assert_eq!(of_study.count(), kept, "{studies} {jobs}");
            assert_eq!(order.len(), (studies + jobs).min(MOST));
        }
    }

    #[test]
    fn a_clash_is_the_time_that_both_surely_share() {
        let items = [
            study("2012-01", "2015-12"),
            item(Lane::Work, "2014-01", "2017-12"),
        ];
        let drawn = draw(&items, &[(0, 1)], TODAY).unwrap();
        let (study, job) = (drawn.rows[0].soft, drawn.rows[1].soft);
        let clash = drawn.clashes[0];
        assert!((clash.x - job.x).abs() < 1e-9);
        assert!((clash.x + clash.width - study.x - study.width).abs() < 1e-9);
    }

    #[test]
    fn a_lifetime_is_shown_where_the_study_lies_outside_of_it() {
        let closed = |start: &str, end: &str, closed: &str| Item {
            closed: PartialDate::parse(closed).ok(),
            ..study(start, end)
        };
        let row = |item| draw(&[item], &[], TODAY).unwrap().rows.remove(0);
        let outside = row(closed("2017-09", "2020-05", "2013-06"));
        assert!(outside.closed.unwrap() < outside.soft.x);
        let inside = row(closed("2009-09", "2013-05", "2013-06"));
        assert!(inside.closed.unwrap() >= inside.soft.x + inside.soft.width);
        let founded = Item {
            opened: PartialDate::parse("1846").ok(),
            ..study("2009-09", "2013-05")
        };
        assert_eq!(row(founded).opened, None, "long before: not shown");
    }
}
