//! STIX 2.1 bundles: indicators by their patterns, and the identifiers that stand in them as objects.
//!
//! <https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html>. A confidence says how sure its
//! author is, not that a case was confirmed; that is said by a label `confirmed`, or by the operator.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;

use super::draft::{Draft, Item, time};
use super::lenient::{Many, Text, Words};
use super::{account, label, pattern};
use crate::lists::value::Kind;

/// What is read of an object of a bundle.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Object {
    #[serde(rename = "type")]
    kind: Text,
    id: Text,
    name: Text,
    identity_class: Text,
    created_by_ref: Text,
    revoked: Text,
    confidence: Text,
    labels: Words,
    valid_from: Text,
    valid_until: Text,
    pattern: Text,
    pattern_type: Text,
    value: Text,
    number: Text,
    phone_number: Text,
    account_type: Text,
    account_login: Text,
    user_id: Text,
}

/// Reads the objects of a bundle into a draft.
pub(super) fn read(objects: &Many<Object>, draft: &mut Draft<'_>) {
    let authors = authors(&objects.0);
    for object in &objects.0 {
        let Some(kind) = object.kind.get() else {
            continue;
        };
        let id = || {
            object
                .id
                .get()
                .unwrap_or("an object without an id")
                .to_owned()
        };
        let author = object.created_by_ref.get().and_then(|id| authors.get(id));
        let is_indicator = kind == "indicator";
        if is_indicator && let Some(author) = author {
            draft.is_from(author);
        }
        if object.revoked.flag() == Some(true) {
            if is_indicator || of_path(kind).is_some() {
                draft.skip("revoked by their author");
            }
            continue;
        }
        let item = match object.item(author) {
            Ok(item) => item,
            Err(why) => {
                draft.refuse(id(), why);
                continue;
            }
        };
        match kind {
            "indicator" => indicator(object, &item, draft),
            "user-account" => {
                let login = object.account_login.get().or(object.user_id.get());
                match login {
                    Some(login) => user(object.account_type.get(), login, &item, draft, id),
                    None => draft.skip("of other kinds than phone, mail, page and IP address"),
                }
            }
            _ => {
                if let Some(kind) = of_path(kind) {
                    let value = [&object.value, &object.number, &object.phone_number];
                    let value = value.into_iter().find_map(Text::get);
                    draft.take(kind, value.unwrap_or_default(), &item, id);
                }
            }
        }
    }
}

/// Who wrote what, by id; people are left out.
fn authors(objects: &[Object]) -> HashMap<&str, Arc<str>> {
    let identities = objects
        .iter()
        .filter(|object| object.kind.is("identity") && !object.identity_class.is("individual"));
    identities
        .filter_map(|object| Some((object.id.get()?, label(object.name.get()?)?)))
        .collect()
}

impl Object {
    fn item(&self, author: Option<&Arc<str>>) -> Result<Item, &'static str> {
        let day = |text: &Text, why| match text.get() {
            Some(text) => time(text).map(Some).ok_or(why),
            None => Ok(None),
        };
        let confidence = match self.confidence.get() {
            Some(text) => Some(text.parse().map_err(|_| "its confidence is no number")?),
            None => None,
        };
        Ok(Item {
            confidence,
            confirmed: (self.labels.0.iter())
                .any(|label| label.eq_ignore_ascii_case("confirmed"))
                .then_some(true),
            seen_at: day(&self.valid_from, "its valid_from is no time")?,
            until: day(&self.valid_until, "its valid_until is no time")?,
            label: author.cloned(),
        })
    }
}

/// Takes what an indicator's pattern names.
fn indicator(object: &Object, item: &Item, draft: &mut Draft<'_>) {
    let id = || {
        object
            .id
            .get()
            .unwrap_or("an indicator without an id")
            .to_owned()
    };
    let written = object.pattern.get().unwrap_or_default();
    if let Some(language) = object.pattern_type.get()
        && language != "stix"
    {
        draft.refuse(id(), "its pattern is in another language than STIX");
        return;
    }
    let alternatives = match pattern::read(written) {
        Ok(alternatives) => alternatives,
        Err(why) => {
            draft.refuse(id(), format!("its pattern cannot be listed: {why}"));
            return;
        }
    };
    for together in alternatives {
        let of = |property: &str| {
            let found = together
                .iter()
                .find(|(path, _)| path.strip_prefix("user-account:") == Some(property));
            found.map(|(_, value)| value)
        };
        if let Some(login) = of("account_login").or(of("user_id")) {
            user(of("account_type").map(Cow::as_ref), login, item, draft, id);
            continue;
        }
        match together.as_slice() {
            [(path, value)] => match of_property(path) {
                Some(kind) => draft.take(kind, value, item, id),
                None => draft.skip("of other kinds than phone, mail, page and IP address"),
            },
            _ => draft.skip("of other kinds than phone, mail, page and IP address"),
        }
    }
}

/// Takes an account: a mailbox, a page, or a login at a service whose pages are known.
fn user(
    service: Option<&str>,
    login: &str,
    item: &Item,
    draft: &mut Draft<'_>,
    place: impl FnOnce() -> String,
) {
    match account::of(service, login) {
        Some((kind, value)) => draft.take(kind, &value, item, place),
        None => draft.skip("of other kinds than phone, mail, page and IP address"),
    }
}

/// What an object of this type is.
fn of_path(object: &str) -> Option<Kind> {
    match object {
        "email-addr" => Some(Kind::Email),
        "url" => Some(Kind::Link),
        "ipv4-addr" | "ipv6-addr" => Some(Kind::Ip),
        "phone-number" => Some(Kind::Phone),
        custom if custom.starts_with("x-") && custom.contains("phone") => Some(Kind::Phone),
        _ => None,
    }
}

/// What a property named by a pattern is.
fn of_property(path: &str) -> Option<Kind> {
    let (object, property) = path.split_once(':')?;
    match (object, property) {
        ("email-message", "from_ref.value" | "sender_ref.value" | "x_reply_to_ref.value") => {
            Some(Kind::Email)
        }
        (_, "value" | "number" | "phone_number") => of_path(object),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_told_apart() {
        for (path, kind) in [
            ("email-addr:value", Some(Kind::Email)),
            ("email-message:from_ref.value", Some(Kind::Email)),
            ("email-addr:display_name", None),
            ("x-acme-phone:value", Some(Kind::Phone)),
            ("phone-number:number", Some(Kind::Phone)),
            ("ipv6-addr:value", Some(Kind::Ip)),
            ("domain-name:value", None),
            ("file:name", None),
            ("nonsense", None),
        ] {
            assert_eq!(of_property(path), kind, "{path}");
        }
    }
}
