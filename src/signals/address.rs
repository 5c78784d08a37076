//! Where the candidate says to live, as codes.

use super::{Kind, Shape, Signal, Subject, Value};

/// The claimed country.
pub(super) const COUNTRY: Signal = Signal {
    name: "address.country",
    about: "ISO 3166-1 code of the claimed address's country",
    shape: Shape::One(Kind::Country),
    needs: &[],
    read: |subject| {
        let country = subject.candidate.address.as_ref()?.country?;
        Some(Value::text(country))
    },
};

/// The claimed state.
pub(super) const STATE: Signal = Signal {
    name: "address.state",
    about: "Two-letter code of the claimed address's US state",
    shape: Shape::One(Kind::Text),
    needs: &[],
    read: state,
};

fn state(subject: &Subject) -> Option<Value> {
    let state = subject.candidate.address.as_ref()?.us_state()?;
    Some(Value::quote(state))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application;
    use crate::candidate::Candidate;
    use crate::normalise::address;
    use crate::signals::testing::subject;

    #[test]
    fn country_and_state_are_codes_and_absent_ones_are_not_known() {
        let mut candidate = Candidate::default();
        assert_eq!((COUNTRY.read)(&subject(&candidate, &[])), None);
        for (country, region, codes) in [
            ("USA", "Texas", [Some("US"), Some("TX")]),
            ("Canada", "Ontario", [Some("CA"), None]),
            ("Atlantis", "Texas", [None, None]),
        ] {
            candidate.address = Some(address::read(&application::Address {
                country: Some(country.into()),
                region: Some(region.into()),
                ..application::Address::default()
            }));
            let subject = subject(&candidate, &[]);
            let found = [(COUNTRY.read)(&subject), (STATE.read)(&subject)];
            assert_eq!(found, codes.map(|code| code.map(|c| Value::Text(c.into()))));
        }
    }
}
