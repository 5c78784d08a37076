//! Lists: identifiers of known cases, and those of agencies.

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;

use super::words;
use crate::explain::visible;
use crate::keys::AGENCY_OWNED_FROM;
use crate::lists::List;
use crate::lists::import::draft::EXPIRES_MONTHS;

/// The page.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "lists/index.html")]
pub struct ListsPage {
    /// Lists of indicators.
    pub indicators: Vec<IndicatorRow>,
    /// Agencies of which identifiers are listed.
    pub agencies: Vec<List>,
    /// Identifiers of which somebody said that they are no agency's own.
    pub denied: i64,
    /// What the last form did.
    pub done: Option<&'static str>,
}

/// A list of indicators.
#[derive(Clone, Debug)]
pub struct IndicatorRow {
    /// As a whole.
    pub list: List,
    /// Identifiers of it that have expired.
    pub expired: i64,
    /// When the last of it expires.
    pub ends: Option<Timestamp>,
    /// Candidates that use one that has not expired.
    pub candidates: i64,
    /// Days since it was imported.
    pub age_days: i32,
}

impl ListsPage {
    /// The lists in a sentence.
    pub fn summary(&self) -> String {
        let lists = words::count(self.indicators.len(), "list");
        let agencies = match self.agencies.len() {
            0 => "no agency".to_owned(),
            1 => "1 agency".to_owned(),
            n => format!("{n} agencies"),
        };
        format!(
            "{lists} of identifiers of known cases, identifiers of {agencies}. Of each identifier only a keyed hash is kept."
        )
    }

    /// How many candidates of one agency make a key the agency's.
    pub const fn learnt_from(&self) -> usize {
        AGENCY_OWNED_FROM
    }

    /// Months after which an identifier expires by itself.
    pub const fn months(&self) -> i32 {
        EXPIRES_MONTHS
    }

    /// Whether anything is said to be no agency's own.
    pub const fn any_denied(&self) -> bool {
        self.denied > 0
    }

    /// Identifiers in words.
    pub fn identifiers(&self, rows: &i64) -> String {
        let rows = u64::try_from(*rows).unwrap_or_default();
        let unit = if rows == 1 {
            "identifier"
        } else {
            "identifiers"
        };
        format!("{} {unit}", words::thousands(rows))
    }
}

impl IndicatorRow {
    /// The source, cut to a line.
    pub fn source_short(&self) -> String {
        visible::short(&self.list.source, 80).into_owned()
    }

    /// How old it is.
    pub fn age(&self) -> String {
        super::reference::age(self.age_days)
    }

    /// When what is in it expires.
    pub fn expiry(&self) -> String {
        let ends = match self.ends {
            Some(at) => format!("the last on {}", at.strftime("%Y-%m-%d")),
            None => "never".to_owned(),
        };
        match (self.expired, self.list.rows) {
            (0, _) => ends,
            (expired, rows) if expired >= rows => "all of it has expired".to_owned(),
            (expired, _) => {
                let expired = u64::try_from(expired).unwrap_or_default();
                format!("{ends}; {} so far", words::thousands(expired))
            }
        }
    }

    /// Candidates in words.
    pub fn concerned(&self) -> String {
        let count = u64::try_from(self.candidates).unwrap_or_default();
        words::thousands(count)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;

    #[test]
    fn expiry_is_said_in_words() {
        let page = samples::lists();
        let told: Vec<String> = page
            .indicators
            .iter()
            .map(super::IndicatorRow::expiry)
            .collect();
        assert_eq!(
            told,
            [
                "the last on 2028-02-01; 12 so far",
                "all of it has expired",
                "never"
            ]
        );
        assert!(
            page.summary()
                .starts_with("3 lists of identifiers of known cases, identifiers of 1 agency.")
        );
    }
}
