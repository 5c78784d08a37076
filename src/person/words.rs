//! What agrees between two records and what differs, in words.

use super::compare::{Compared, Field, History};
use super::likeness::Level;

const fn name(field: Field) -> &'static str {
    match field {
        Field::Given => "given name",
        Field::Family => "family name",
        Field::Street => "street",
        Field::Extra => "second line of the address",
        Field::City => "city",
        Field::Number => "house number",
        Field::Postal => "postal code",
        Field::Region => "state or region",
        Field::Unit => "apartment",
    }
}

const CONTACTS: [&str; 3] = ["phone number", "mailbox", "profile"];

/// What agrees.
pub fn agrees(found: &Compared) -> Vec<String> {
    let mut words = Vec::new();
    for field in Field::ALL {
        let field_name = name(field);
        match found.levels[field as usize] {
            Level::Exact => words.push(field_name.to_owned()),
            Level::Nickname => words.push(format!("{field_name}, in another form")),
            Level::Initial => words.push(format!("{field_name}, as an initial")),
            Level::Near => words.push(format!("{field_name}, but for a slip")),
            Level::Partial => words.push(format!("{field_name}, in part")),
            Level::Moved => words.push(format!("{field_name}, in another field")),
            Level::Differs | Level::Missing => {}
        }
    }
    // Postal code and city that both agree are weighed once.
    let level = |field: Field| found.levels[field as usize];
    if found.swapped {
        words.push("given and family name, in each other's place".to_owned());
    }
    if found.same_house && level(Field::Street) != Level::Exact {
        words.push("house".to_owned());
    }
    for (shared, what) in found.contacts.shared().into_iter().zip(CONTACTS) {
        if shared == Some(true) {
            words.push(what.to_owned());
        }
    }
    if found.contacts.mail_near {
        words.push("name of the mailbox, at another provider or but for a slip".to_owned());
    }
    if let History::Shared(_) = found.history {
        words.push("an employer or school".to_owned());
    }
    words
}

/// What differs; what only one of the two says is no difference.
pub fn differs(found: &Compared) -> Vec<String> {
    let mut words = Vec::new();
    for field in Field::ALL {
        if found.levels[field as usize] == Level::Differs {
            words.push(name(field).to_owned());
        }
    }
    if found.generation == Some(true) {
        words.push("Jr., Sr. or the like".to_owned());
    }
    for (shared, what) in found.contacts.shared().into_iter().zip(CONTACTS) {
        if shared == Some(false) {
            words.push(what.to_owned());
        }
    }
    if found.history == History::Differs {
        words.push("employers and schools".to_owned());
    }
    words
}
