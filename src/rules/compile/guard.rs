//! What may be asked of values that could stand in for somebody's origin (red-flags §2).

/// A kind of value that may be asked less than a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guard {
    Quote,
    Country,
    Domain,
    Phone,
}

impl Guard {
    pub fn word(self) -> &'static str {
        match self {
            Self::Quote => "a quote",
            Self::Country => "a country",
            Self::Domain => "a domain",
            Self::Phone => "a phone number",
        }
    }

    /// Whether a value may be held, as a whole, against one that is written out.
    pub fn may_equal(self, literal: &str) -> bool {
        match self {
            Self::Quote => false,
            Self::Country => literal == "US",
            Self::Domain => true,
            Self::Phone => names_no_prefix(literal),
        }
    }

    /// Whether a value may be looked up in a list that is written out.
    pub fn may_be_in(self, literals: &[Box<str>]) -> bool {
        match self {
            Self::Quote | Self::Country => false,
            Self::Domain => true,
            Self::Phone => literals.iter().all(|literal| names_no_prefix(literal)),
        }
    }

    /// Whether a value may be searched for a part, or matched with a pattern, written out.
    pub fn may_hold(self, part: &str) -> bool {
        self == Self::Phone && names_no_prefix(part)
    }

    /// Whether two values of this kind may be held against each other part by part.
    pub fn has_parts(self) -> bool {
        self != Self::Country
    }

    /// Why not, and what may be asked instead.
    pub fn refusal(self, name: &str) -> String {
        match self {
            Self::Quote => format!(
                "`{name}` may be quoted, not judged: it is free text about a person, and can be \
                 asked for with has(), shown in the message, and compared with == or != with \
                 another quote, so that no rule goes by somebody's name, school or words"
            ),
            Self::Country => format!(
                "`{name}` may only be held against 'US' or another country of the application, \
                 with == or !=: which other country it is stands in for national origin, and that \
                 must never be scored (red-flags §2)"
            ),
            Self::Domain => format!(
                "`{name}` may only be named whole, as in {name} == 'example.com' or {name} in \
                 ['example.com']: the ending of a domain stands in for a country, and a part of \
                 one for a name, and neither must ever be scored (red-flags §2)"
            ),
            Self::Phone => format!(
                "what is held against `{name}` may name no digit but 1, and leave none out: the \
                 digits a number begins with stand in for a country, which must never be scored \
                 (red-flags §2). '^\\\\+1' may be asked; the other columns say whether a number \
                 is valid, assigned and where the candidate says to live"
            ),
        }
    }
}

/// Whether a text or pattern names no digit but 1 and leaves out none, so that it can single out
/// no country's prefix. Counts, as in `{3}`, are no digits of a number.
fn names_no_prefix(pattern: &str) -> bool {
    let mut rest = pattern;
    while let Some(at) = rest.find(|c: char| c.is_numeric() && c != '1' || c == '{') {
        let (before, found) = rest.split_at(at);
        let count = found
            .strip_prefix('{')
            .and_then(|inner| inner.split_once('}'))
            .filter(|(inner, _)| inner.bytes().all(|b| b.is_ascii_digit() || b == b','))
            .filter(|_| !before.ends_with(['x', 'u', 'U', 'p', 'P']));
        match count {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    // `[^1]` and `[\d--1]` are all countries but one.
    !["[^", "--", "~~", "\\p", "\\P"]
        .iter()
        .any(|class| pattern.contains(class))
}

#[cfg(test)]
mod tests {
    use crate::rules::compile::condition;
    use crate::rules::schema::SHIPPED;

    #[test]
    fn what_stands_in_for_origin_is_refused() {
        for (rows, when) in [
            ("phones", "it.country in ['NG', 'IN', 'CN']"),
            ("phones", "it.country == 'NG'"),
            ("phones", "'NG' != it.country"),
            ("phones", "it.country < 'US'"),
            ("phones", "it.country.startsWith('N')"),
            ("phones", "it.country.matches('NG|IN')"),
            ("phones", "'NG IN CN'.contains(it.country)"),
            ("phones", "it.country in it.states"),
            ("phones", "address.country in ['NG']"),
            ("phones", "size(it.country) > 2"),
            ("phones", "it.raw.startsWith('+91')"),
            ("phones", "it.raw.contains('91')"),
            ("phones", "it.raw.matches('^\\\\+(7|91)')"),
            ("phones", "it.raw.matches('^\\\\+[^1]')"),
            ("phones", "it.raw.matches('^\\\\+[\\\\d--1]')"),
            ("phones", "it.raw.matches('^\\\\+\\\\x{39}')"),
            ("phones", "it.raw.matches('^\\\\+\\\\p{Nd}')"),
            ("phones", "it.raw.matches('^(00|011)')"),
            ("phones", "it.raw.matches('^٩')"),
            ("phones", "it.raw == '+919876543210'"),
            ("phones", "it.raw in ['+919876543210']"),
            ("phones", "it.raw > '+1'"),
            ("phones", "'+91 +92'.contains(it.raw)"),
            ("phones", "it.npa == '876'"),
            ("emails", "it.raw.contains('kim')"),
            ("emails", "it.raw == 'kim@example.com'"),
            ("emails", "it.domain.endsWith('.ru')"),
            ("emails", "it.domain.matches('[.]ru$')"),
            ("emails", "it.registrable.contains('kim')"),
            ("emails", "it.domain > 'm'"),
            ("emails", "'x.ru y.ru'.contains(it.domain)"),
            ("references", "it.domain.endsWith('.ru')"),
        ] {
            let wrong = condition(when, &SHIPPED, SHIPPED.slot(rows)).expect_err(when);
            let known = [
                "must never be scored",
                "must ever be scored",
                "may be quoted",
            ];
            assert!(
                known.iter().any(|known| wrong.reason.contains(known)),
                "{when}: {}",
                wrong.reason
            );
        }
    }

    #[test]
    fn a_claim_may_be_held_against_a_claim_and_a_domain_named_whole() {
        for (rows, when) in [
            ("phones", "it.country == 'US' && it.raw.matches('^\\\\+1')"),
            ("phones", "'US' != it.country"),
            ("phones", "has(it.country) && it.country != address.country"),
            (
                "phones",
                "it.raw.matches('^\\\\+?1?\\\\D\\\\d{3}-\\\\d{3,4}$')",
            ),
            ("phones", "it.raw.startsWith('+1') || it.raw == ''"),
            (
                "emails",
                "it.domain == 'mail.example.com' || it.domain != it.registrable",
            ),
            ("emails", "it.registrable in ['example.com', 'example.org']"),
            ("emails", "it.domain.endsWith(it.registrable)"),
            ("emails", "has(it.raw)"),
            ("references", "emails.exists(e, e.registrable == it.domain)"),
        ] {
            let compiled = condition(when, &SHIPPED, SHIPPED.slot(rows));
            assert!(compiled.is_ok(), "{when}: {:?}", compiled.err());
        }
    }
}
