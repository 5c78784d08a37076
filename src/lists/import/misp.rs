//! MISP events: attributes of the event and of its objects.
//!
//! <https://www.misp-project.org/datamodels/>. What is only context (`to_ids` is false) is never
//! taken for confirmed; links of that kind lead to reports, and target addresses to victims, so these
//! are left out. Comments are not read: they name people.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;

use super::draft::{Draft, Item, time};
use super::lenient::{Many, Text};
use super::{account, label};
use crate::lists::value::Kind;

/// `{"Event": …}`, one of several of a response.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wrapped {
    #[serde(rename = "Event")]
    pub event: Many<Event>,
}

/// What is read of an event.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Event {
    info: Text,
    #[serde(rename = "Orgc")]
    creator: Many<Org>,
    #[serde(rename = "Org")]
    owner: Many<Org>,
    #[serde(rename = "Tag")]
    tags: Many<Tag>,
    #[serde(rename = "Attribute")]
    attributes: Many<Attribute>,
    #[serde(rename = "Object")]
    objects: Many<Object>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Org {
    name: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Tag {
    name: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Object {
    deleted: Text,
    #[serde(rename = "Attribute")]
    attributes: Many<Attribute>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Attribute {
    uuid: Text,
    id: Text,
    #[serde(rename = "type")]
    kind: Text,
    value: Text,
    to_ids: Text,
    deleted: Text,
    timestamp: Text,
    first_seen: Text,
    last_seen: Text,
    #[serde(rename = "Tag")]
    tags: Many<Tag>,
}

/// What an attribute's type is.
enum Type {
    /// An identifier, and whether it is one only where it is meant to be detected by.
    Of(Kind, bool),
    /// A login at GitHub.
    GitHub,
    /// A person's name.
    Name,
    /// Nothing that a candidate gives.
    Other,
}

fn type_of(word: &str) -> Type {
    match word {
        "email" | "email-src" | "email-reply-to" | "whois-registrant-email" | "dns-soa-email" => {
            Type::Of(Kind::Email, false)
        }
        "email-dst" | "target-email" => Type::Of(Kind::Email, true),
        "phone-number" | "whois-registrant-phone" => Type::Of(Kind::Phone, false),
        "url" | "uri" => Type::Of(Kind::Link, false),
        "link" => Type::Of(Kind::Link, true),
        "ip-src" | "ip-dst" | "ip-src|port" | "ip-dst|port" => Type::Of(Kind::Ip, false),
        "github-username" => Type::GitHub,
        "first-name"
        | "middle-name"
        | "last-name"
        | "full-name"
        | "email-src-display-name"
        | "email-dst-display-name"
        | "whois-registrant-name"
        | "passport-number" => Type::Name,
        _ => Type::Other,
    }
}

/// Reads an event into a draft.
pub(super) fn read(event: &Event, draft: &mut Draft<'_>) {
    let name = |orgs: &Many<Org>| {
        let name = orgs.0.first().and_then(|org| org.name.get());
        name.map(str::to_owned)
    };
    let creator = name(&event.creator).or_else(|| name(&event.owner));
    if let Some(creator) = &creator {
        draft.is_from(creator);
    }
    let said: Vec<&str> = creator
        .as_deref()
        .into_iter()
        .chain(event.info.get())
        .collect();
    let of = (label(&said.join(": ")), confidence(&event.tags));
    for attribute in &event.attributes.0 {
        take(attribute, &of, draft);
    }
    for object in &event.objects.0 {
        for attribute in &object.attributes.0 {
            if object.deleted.flag() == Some(true) {
                draft.skip("deleted by their author");
            } else {
                take(attribute, &of, draft);
            }
        }
    }
}

fn take(
    attribute: &Attribute,
    (label, of_event): &(Option<Arc<str>>, Said),
    draft: &mut Draft<'_>,
) {
    let place = || {
        let id = attribute.uuid.get().or(attribute.id.get());
        format!("attribute {}", id.unwrap_or("without an id"))
    };
    let kind = attribute.kind.get().unwrap_or_default();
    if attribute.deleted.flag() == Some(true) {
        draft.skip("deleted by their author");
        return;
    }
    let context = attribute.to_ids.flag() == Some(false);
    let of_tags = confidence(&attribute.tags);
    let at = [&attribute.last_seen, &attribute.first_seen];
    let at = at.into_iter().find_map(|text| time(text.get()?));
    let item = Item {
        confidence: of_tags.confidence.or(of_event.confidence),
        confirmed: if context {
            Some(false)
        } else {
            (of_tags.confirmed || of_event.confirmed).then_some(true)
        },
        seen_at: at.or_else(|| {
            let seconds = attribute.timestamp.get()?.parse().ok()?;
            Timestamp::from_second(seconds).ok()
        }),
        until: None,
        label: label.clone(),
    };
    let value = attribute.value.get().unwrap_or_default();
    match type_of(kind) {
        Type::Of(_, true) if context => draft.skip("context only: reports and targets"),
        Type::Of(Kind::Ip, _) => {
            let address = value.split('|').next().unwrap_or_default();
            draft.take(Kind::Ip, address, &item, place);
        }
        Type::Of(kind, _) => draft.take(kind, value, &item, place),
        Type::GitHub => match account::of(Some("github"), value) {
            Some((kind, value)) => draft.take(kind, &value, &item, place),
            None => draft.refuse(place(), "it is no login at GitHub"),
        },
        Type::Name => draft.skip("names and documents of people, which are never listed"),
        Type::Other => draft.skip("of other kinds than phone, mail, page and IP address"),
    }
}

/// What tags say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Said {
    confidence: Option<i64>,
    confirmed: bool,
}

/// Confidence by the taxonomies that MISP ships, on the scales of STIX 2.1, appendix A.
#[expect(
    clippy::match_same_arms,
    reason = "a line to a tag, as publishers list them"
)]
fn confidence(tags: &Many<Tag>) -> Said {
    let mut said = Said::default();
    for name in tags.0.iter().filter_map(|tag| tag.name.get()) {
        let Some((predicate, value)) = name.split_once('=') else {
            continue;
        };
        let value = value.trim_matches('"');
        let confidence = match (predicate, value) {
            ("admiralty-scale:information-credibility", "1") => {
                said.confirmed = true; // "confirmed by other sources"
                90
            }
            ("admiralty-scale:information-credibility", "2") => 70,
            ("admiralty-scale:information-credibility", "3") => 50,
            ("admiralty-scale:information-credibility", "4") => 30,
            ("admiralty-scale:information-credibility", "5") => 10,
            ("estimative-language:likelihood-probability", "almost-certain") => 95,
            ("estimative-language:likelihood-probability", "very-likely") => 85,
            ("estimative-language:likelihood-probability", "likely") => 70,
            ("estimative-language:likelihood-probability", "roughly-even-chance") => 50,
            ("estimative-language:likelihood-probability", "unlikely") => 20,
            ("estimative-language:likelihood-probability", "very-unlikely") => 10,
            ("estimative-language:likelihood-probability", "almost-no-chance") => 5,
            ("estimative-language:confidence-in-analytic-judgment", "high") => 85,
            ("estimative-language:confidence-in-analytic-judgment", "moderate") => 50,
            ("estimative-language:confidence-in-analytic-judgment", "low") => 15,
            ("misp:confidence-level", "completely-confident") => 100,
            ("misp:confidence-level", "usually-confident") => 75,
            ("misp:confidence-level", "fairly-confident") => 50,
            ("misp:confidence-level", "rarely-confident") => 25,
            ("misp:confidence-level", "unconfident") => 0,
            _ => continue,
        };
        said.confidence = said.confidence.max(Some(confidence));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_tell_the_confidence() {
        for (tags, confidence_said, confirmed) in [
            (
                vec!["admiralty-scale:information-credibility=\"1\""],
                Some(90),
                true,
            ),
            (
                vec!["admiralty-scale:information-credibility=\"6\""],
                None,
                false,
            ),
            (
                vec![
                    "tlp:amber",
                    "estimative-language:likelihood-probability=\"likely\"",
                ],
                Some(70),
                false,
            ),
            (
                vec!["misp:confidence-level=\"unconfident\""],
                Some(0),
                false,
            ),
            (vec!["confidence"], None, false),
        ] {
            let tags = tags.into_iter().map(|name| Tag {
                name: Text(Some(name.to_owned())),
            });
            let said = confidence(&Many(tags.collect()));
            assert_eq!(
                (said.confidence, said.confirmed),
                (confidence_said, confirmed)
            );
        }
    }
}
