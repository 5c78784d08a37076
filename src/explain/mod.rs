//! Explaining a judgement to a person: where the score comes from, what would clear it, where it stands
//! in the résumé and in time.
//!
//! Pure functions from findings and text to plain data; the templates lay that out.

pub mod counterfactual;
pub mod difference;
pub mod highlight;
pub mod question;
pub mod timeline;
pub mod visible;
pub mod waterfall;

pub use counterfactual::Counterfactual;
pub use highlight::Highlighted;
pub use timeline::Timeline;
pub use waterfall::Waterfall;

/// Decibans as they are written everywhere: a sign, one decimal, a true minus.
///
/// What rounds to zero has no sign, so that nobody reads "−0.0".
pub fn db(value: f64) -> String {
    let tenths = (value * 10.0).round() / 10.0;
    if tenths == 0.0 || !tenths.is_finite() {
        "0.0".to_owned()
    } else if tenths < 0.0 {
        format!("\u{2212}{:.1}", -tenths)
    } else {
        format!("+{tenths:.1}")
    }
}

#[cfg(test)]
mod tests {
    use super::db;

    #[test]
    fn decibans_carry_a_sign_unless_they_are_nothing() {
        for (value, written) in [
            (3.0, "+3.0"),
            (-19.95, "\u{2212}20.0"),
            (0.04, "0.0"),
            (-0.04, "0.0"),
            (12.25, "+12.3"),
        ] {
            assert_eq!(db(value), written, "{value}");
        }
    }
}
