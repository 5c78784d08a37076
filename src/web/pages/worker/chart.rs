//! Timings as pictures: a small one for lists, and one with every day's median and span.
//!
//! Geometry only. Across it is in thousandths of the width, or percent, down in pixels: the picture fills
//! a phone and a wide screen alike while letters and dots keep their size. The template draws it with
//! classes, so that the style sheet has the colours.

use std::fmt::Write as _;

use jiff::civil::Date;

use crate::latency::series::Day;
use crate::web::pages::words;

/// Width of the plot's own coordinates.
const WIDE: f64 = 1000.0;

/// Height of the plot, pixels.
pub const TALL: f64 = 150.0;

/// Left and right of the first and the last day.
const MARGIN: f64 = 16.0;

/// The picture shows no fewer days than this: two dots far apart would look like a trend.
const FEWEST_DAYS: i32 = 14;

/// Days farther apart than this are not joined: nothing is known of the time between.
const JOINED_DAYS: i32 = 4;

/// Spans are cut off at so many times the highest median, so that one bad hour flattens nothing else.
const SPANS_UP_TO: f64 = 2.0;

/// Sigmas of the band around what was usual.
pub const BAND_SIGMAS: f64 = 2.0;

/// Days of the small picture.
pub const SPARK_DAYS: i32 = 30;

/// Its size, pixels.
const SPARK: (f64, f64) = (120.0, 24.0);

/// Changes smaller than this look like none in it, milliseconds.
const SPARK_LEAST_MS: f64 = 10.0;

/// A small picture for a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Spark {
    /// The line through the medians.
    pub path: String,
    /// The latest median.
    pub last: (f64, f64),
    /// The latest median, milliseconds.
    pub last_ms: f64,
    /// The picture in a sentence.
    pub about: String,
}

/// Draws the medians of the last days, the oldest first; `None` where there are none.
pub fn spark(days: &[Day], today: Date) -> Option<Spark> {
    let of = |day: &Day| (SPARK_DAYS - 1 - between(day.date, today), day.median_ms);
    let shown: Vec<(i32, f64)> = days.iter().map(of).filter(|(at, _)| *at >= 0).collect();
    let (_, last_ms) = *shown.last()?;
    let (low, high) = range(shown.iter().map(|(_, ms)| *ms))?;
    let (width, height) = SPARK;
    let room = (high - low).max(SPARK_LEAST_MS);
    let middle = f64::midpoint(low, high);
    let place = |at: i32, ms: f64| {
        let x = 3.0 + f64::from(at) * (width - 6.0) / f64::from(SPARK_DAYS - 1);
        let y = height / 2.0 - (ms - middle) / room * (height - 6.0);
        (tenths(x), tenths(y))
    };
    let mut path = String::new();
    for (n, (at, ms)) in shown.iter().enumerate() {
        let (x, y) = place(*at, *ms);
        let _ = write!(path, "{}{x} {y}", if n == 0 { "M" } else { "L" });
    }
    let last = shown.last().map(|(at, ms)| place(*at, *ms))?;
    Some(Spark {
        path,
        last,
        last_ms,
        about: format!(
            "Medians of the last {SPARK_DAYS} days: {} with timings, from {low:.0} to {high:.0} ms, the latest {last_ms:.0} ms",
            words::count(shown.len(), "day"),
        ),
    })
}

/// What a picture of a series is made of.
#[derive(Clone, Copy, Debug)]
pub struct Plot<'a> {
    /// The days with timings, the oldest first.
    pub days: &'a [Day],
    /// Median and sigma of what was usual at first.
    pub baseline: Option<(f64, f64)>,
    /// When a finding on these timings was first made.
    pub alarms: &'a [Date],
    /// The last day that is shown.
    pub today: Date,
}

/// A series, drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Height of the whole, pixels.
    pub height: f64,
    /// Upper edge of the plot.
    pub top: f64,
    /// Lower edge.
    pub bottom: f64,
    /// Levels with their labels: how far down, milliseconds.
    pub levels: Vec<(f64, String)>,
    /// Dates below it: percent, label, and whether it ends there.
    pub dates: Vec<(f64, String, bool)>,
    /// What was usual: upper edge, height, middle.
    pub band: Option<(f64, f64, f64)>,
    /// Each day's span, a path within the plot.
    pub spans: String,
    /// Medians, joined.
    pub medians: String,
    /// A dot for each median.
    pub dots: String,
    /// Days above the band: percent, pixels.
    pub above: Vec<(f64, f64)>,
    /// Alarms: percent, label, and whether it ends there.
    pub alarms: Vec<(f64, String, bool)>,
    /// The picture in a few sentences.
    pub about: String,
}

/// Above the plot there is room for the names of alarms.
const HEAD: f64 = 18.0;

/// Below it for dates.
const FOOT: f64 = 20.0;

/// Draws a series; `None` where there is no day.
pub fn draw(plot: &Plot) -> Option<Chart> {
    let first = plot.days.first()?;
    let wanted = between(first.date, plot.today).max(FEWEST_DAYS - 1);
    let from = plot
        .today
        .checked_sub(jiff::Span::new().days(wanted))
        .unwrap_or(first.date);
    let across = |date: Date| {
        MARGIN + f64::from(between(from, date)) / f64::from(wanted) * (WIDE - 2.0 * MARGIN)
    };
    let percent = |date: Date| tenths(across(date) / WIDE * 100.0);
    let (_, high) = range(plot.days.iter().map(|day| day.median_ms))?;
    let usual = plot.baseline.map(|(median, sigma)| {
        (
            median - BAND_SIGMAS * sigma,
            median,
            median + BAND_SIGMAS * sigma,
        )
    });
    let spans = plot
        .days
        .iter()
        .map(|day| day.p95_ms.min(high * SPANS_UP_TO));
    let tallest = spans.chain(usual.map(|(.., top)| top)).fold(high, f64::max);
    let step = step(tallest);
    let top_ms = (tallest / step).ceil().max(1.0) * step;
    let down = |ms: f64| tenths(TALL - ms.clamp(0.0, top_ms) / top_ms * TALL);
    let mut chart = Chart {
        height: HEAD + TALL + FOOT,
        top: HEAD,
        bottom: HEAD + TALL,
        levels: levels(step, top_ms)
            .map(|ms| (HEAD + down(ms), format!("{ms:.0} ms")))
            .collect(),
        dates: Vec::new(),
        band: usual.map(|(low, middle, high)| {
            (
                HEAD + down(high),
                tenths(down(low) - down(high)),
                HEAD + down(middle),
            )
        }),
        spans: String::new(),
        medians: String::new(),
        dots: String::new(),
        above: Vec::new(),
        alarms: Vec::new(),
        about: String::new(),
    };
    let mut before: Option<Date> = None;
    for day in plot.days {
        let (x, y) = (tenths(across(day.date)), down(day.median_ms));
        let _ = write!(
            chart.spans,
            "M{x} {}V{}",
            down(day.p05_ms),
            down(day.p95_ms)
        );
        let joined = before.is_some_and(|before| between(before, day.date) <= JOINED_DAYS);
        let _ = write!(chart.medians, "{}{x} {y}", if joined { "L" } else { "M" });
        let _ = write!(chart.dots, "M{x} {y}h.01");
        if usual.is_some_and(|(.., top)| day.median_ms > top) {
            chart.above.push((percent(day.date), HEAD + y));
        }
        before = Some(day.date);
    }
    chart.dates = vec![
        (percent(from), from.to_string(), false),
        (percent(plot.today), plot.today.to_string(), true),
    ];
    let shown = plot
        .alarms
        .iter()
        .filter(|date| **date >= from && **date <= plot.today);
    chart.alarms = shown
        .map(|date| {
            (
                percent(*date),
                format!("▲ found {date}"),
                percent(*date) > 50.0,
            )
        })
        .collect();
    chart.about = about(plot, chart.above.len())?;
    Some(chart)
}

/// The picture in a few sentences.
fn about(plot: &Plot, above: usize) -> Option<String> {
    let (first, last) = (plot.days.first()?, plot.days.last()?);
    let (low, high) = range(plot.days.iter().map(|day| day.median_ms))?;
    let mut about = format!(
        "The median of each day from {} to {}, {}: between {low:.0} and {high:.0} ms, {:.0} ms on the last.",
        first.date,
        last.date,
        words::count(plot.days.len(), "day"),
        last.median_ms,
    );
    if let Some((median, sigma)) = plot.baseline {
        let _ = write!(
            about,
            " Usual at first: {median:.0} ms, give or take {:.0} ms; {} above that.",
            BAND_SIGMAS * sigma,
            match above {
                0 => "no day is".to_owned(),
                1 => "1 day is".to_owned(),
                n => format!("{n} days are"),
            },
        );
    }
    for date in plot.alarms {
        let _ = write!(about, " Something was found in it on {date}.");
    }
    Some(about)
}

/// Days from one date to another.
fn between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values
        .filter(|ms| ms.is_finite())
        .fold(None, |range, ms| match range {
            None => Some((ms, ms)),
            Some((low, high)) => Some((ms.min(low), ms.max(high))),
        })
}

/// From level to level: 1, 2 or 5 with noughts, so that there are two to five levels.
pub(super) fn step(highest: f64) -> f64 {
    let rough = (highest / 4.0).max(1.0);
    let power = 10_f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|n| n * power);
    steps
        .into_iter()
        .find(|step| *step >= rough)
        .unwrap_or(10.0 * power)
}

/// The levels from nought up to a top.
fn levels(step: f64, top: f64) -> impl Iterator<Item = f64> {
    (0..=10)
        .map(move |n| f64::from(n) * step)
        .take_while(move |ms| *ms <= top)
}

/// Pixels to a tenth.
pub(super) fn tenths(pixels: f64) -> f64 {
    (pixels * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn day(n: i8, median_ms: f64) -> Day {
        Day {
            date: date(2026, 5, n),
            median_ms,
            p05_ms: median_ms - 4.0,
            p95_ms: median_ms * 1.5,
            n: 300,
            relayed: false,
        }
    }

    fn plot(days: &[Day]) -> Option<Chart> {
        draw(&Plot {
            days,
            baseline: Some((34.0, 5.0)),
            alarms: &[date(2026, 5, 20)],
            today: date(2026, 5, 31),
        })
    }

    #[test]
    fn a_small_picture_is_told_in_words() {
        let days = [day(1, 90.0), day(2, 34.0), day(20, 41.0), day(31, 36.0)];
        let spark = spark(&days, date(2026, 5, 31)).unwrap();
        assert_eq!(
            spark.about,
            "Medians of the last 30 days: 3 days with timings, from 34 to 41 ms, the latest 36 ms",
            "what is older is not shown"
        );
        assert!(super::spark(&days[..1], date(2026, 5, 31)).is_none());
        assert!(spark.path.starts_with('M') && spark.path.matches('L').count() == 2);
    }

    #[test]
    fn everything_lies_within_the_picture() {
        for days in [
            vec![day(31, 34.0)],
            (1..=31).map(|n| day(n, f64::from(n) * 9.0)).collect(),
        ] {
            let chart = plot(&days).unwrap();
            let within = |x: f64, y: f64| {
                (0.0..=100.0).contains(&x) && (chart.top..=chart.bottom).contains(&y)
            };
            assert!(chart.above.iter().all(|(x, y)| within(*x, *y)), "{chart:?}");
            assert!(
                chart.levels.iter().all(|(y, _)| within(0.0, *y)),
                "{chart:?}"
            );
            assert!((2..=6).contains(&chart.levels.len()), "{:?}", chart.levels);
            assert!(
                chart
                    .dates
                    .iter()
                    .chain(&chart.alarms)
                    .all(|(x, ..)| within(*x, 20.0))
            );
        }
        assert!(plot(&[]).is_none());
    }

    #[test]
    fn a_gap_is_not_bridged_and_a_weekend_is() {
        let chart = plot(&[day(1, 34.0), day(4, 35.0), day(12, 50.0)]).unwrap();
        assert_eq!(chart.medians.matches('M').count(), 2);
        assert_eq!(chart.medians.matches('L').count(), 1);
        assert_eq!(chart.above.len(), 1);
        assert_eq!(
            chart.about,
            "The median of each day from 2026-05-01 to 2026-05-12, 3 days: between 34 and 50 ms, 50 ms on the \
             last. Usual at first: 34 ms, give or take 10 ms; 1 day is above that. Something was found in it on \
             2026-05-20."
        );
    }

    #[test]
    fn levels_are_round_numbers() {
        for (highest, expected) in [(3.0, 1.0), (44.0, 20.0), (180.0, 50.0), (401.0, 200.0)] {
            assert!(
                (step(highest) - expected).abs() < 1e-9,
                "{highest}: {}",
                step(highest)
            );
        }
    }
}
