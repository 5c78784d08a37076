//! The place that people write behind a school's name.

use crate::normalise::place;
use crate::reference::Reference;

/// The place that stands behind an institution's name.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Behind {
    pub state: Option<&'static str>,
    pub in_us: bool,
}

/// What stands behind a comma, or in brackets, in an institution's name: `Acme College, Austin, TX`.
///
/// The codes of states are codes of countries and of other countries' provinces too, and Georgia is
/// a country: such a state counts as one only with something that bears it out.
pub(super) fn read(institution: &str, reference: &Reference) -> Behind {
    let mut parts = institution
        .rsplit([',', '(', ')'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .peekable();
    let Some(mut last) = parts.next() else {
        return Behind::default();
    };
    if parts.peek().is_none() {
        return Behind::default(); // it is the name itself
    }
    let country = place::country::of(last) == Some("US") && place::us_state(last).is_none();
    if country {
        last = parts.next().unwrap_or_default();
        if parts.peek().is_none() {
            return Behind {
                state: None,
                in_us: true,
            };
        }
    }
    let (last, zip) = match last.rsplit_once(' ') {
        Some((before, zip)) if place::zip::is_zip(zip) => (before.trim_end(), Some(zip)),
        _ => (last, None),
    };
    let Some(state) = place::us_state(last) else {
        return Behind {
            state: None,
            in_us: country,
        };
    };
    let sure = country
        || zip.is_some_and(|zip| place::zip::state(zip) == Some(state))
        || (last.len() > 2 && !last.contains('.') && state != "GA")
        || parts.any(|city| reference.city(city, state).is_some());
    Behind {
        state: Some(state),
        in_us: sure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::base;

    #[test]
    fn a_school_is_in_the_united_states_where_its_words_leave_no_doubt() {
        let cases = [
            ("Northmoor College, Austin, TX", Some("TX"), true),
            ("Northmoor College (Austin, TX)", Some("TX"), true),
            ("Northmoor College, Austin, TX 78712", Some("TX"), true),
            (
                "Northmoor College, Nowhere, TX 78712, USA",
                Some("TX"),
                true,
            ),
            ("Northmoor College, Texas", Some("TX"), true),
            (
                "Northmoor College, Nowhere, TX, United States",
                Some("TX"),
                true,
            ),
            ("Northmoor College, USA", None, true),
            ("Northmoor College (USA)", None, true),
            ("Northmoor College, Athens, Georgia, USA", Some("GA"), true),
            // elsewhere, or not known
            (
                "Northmoor State University, Tbilisi, Georgia",
                Some("GA"),
                false,
            ),
            (
                "Northmoor Institute of Technology, Mumbai, IN",
                Some("IN"),
                false,
            ),
            ("Northmoor University, Perth, WA", Some("WA"), false),
            ("Politecnico di Northmoor, Milano, MI", Some("MI"), false),
            ("Northmoor University, Toronto, CA", Some("CA"), false),
            ("University of California, Berkeley", None, false),
            ("Northmoor University, Leeds", None, false),
            ("American University of Northmoor", None, false),
            ("USA", None, false),
            ("Texas", None, false),
            (" , ", None, false),
        ];
        for (name, state, in_us) in cases {
            assert_eq!(
                read(name, base::shipped()),
                Behind { state, in_us },
                "{name}"
            );
        }
    }
}
