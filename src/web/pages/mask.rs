//! A raw delivery with everything personal or secret in it masked: its shape stays, for whoever looks
//! for a mistake, and nobody is read in it.
//!
//! What stays is named, not what goes: keys, booleans, times, ids, and lone words under keys that tell
//! of kinds and states. A mask says the type and the length.

use jiff::Timestamp;
use serde_json::{Map, Value};

/// Lines shown of one body.
const LINES: usize = 1_000;

/// Characters of a key that stays.
const KEY: usize = 48;
/// Characters of a word that stays.
const WORD: usize = 40;
/// Characters of an id that stays.
const ID: usize = 64;

/// Keys whose lone words are kinds and states; also at the end of a key, as in `event_type`.
const KINDS: [&str; 13] = [
    "action",
    "adjudication",
    "environment",
    "event",
    "kind",
    "object",
    "result",
    "stage",
    "state",
    "status",
    "topic",
    "trigger",
    "type",
];

/// Words in keys under which nothing stays: numbers of papers, ways to reach somebody, credentials,
/// days of birth.
const NEVER: [&str; 22] = [
    "account", "bank", "birth", "card", "contact", "dob", "email", "iban", "key", "licence",
    "license", "login", "mail", "national", "passport", "password", "phone", "secret", "social",
    "ssn", "tax", "token",
];

/// Headers that say nothing secret or personal; also those that name an event or its id.
const HEADERS: [&str; 7] = [
    "accept",
    "accept-encoding",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "user-agent",
];

/// JSON masked and laid out, with the number of lines that were left out at its end.
pub fn json(body: &Value) -> (String, usize) {
    let masked = value("", body);
    let text = serde_json::to_string_pretty(&masked).unwrap_or_default();
    let lines = text.lines().count();
    if lines <= LINES {
        return (text, 0);
    }
    let shown: Vec<&str> = text.lines().take(LINES).collect();
    (shown.join("\n"), lines - LINES)
}

/// A header's value: as it is, or masked.
pub fn header(name: &str, text: &str) -> String {
    let tells_of_event = ["-event", "-event-id", "-timestamp", "-topic", "webhook-id"]
        .iter()
        .any(|end| name.ends_with(end));
    let plain = |c: char| c.is_ascii_graphic() || c == ' ';
    let short = text.chars().count() <= 2 * ID && text.chars().all(plain) && !text.contains('@');
    if short && (HEADERS.contains(&name) || (tells_of_event && !never(&words(name)))) {
        text.to_owned()
    } else {
        masked(text)
    }
}

/// The mask of a text.
fn masked(text: &str) -> String {
    match text.chars().count() {
        0 => String::new(),
        1 => "‹text, 1 character›".to_owned(),
        n => format!("‹text, {n} characters›"),
    }
}

fn value(key: &str, one: &Value) -> Value {
    match one {
        Value::Null | Value::Bool(_) => one.clone(),
        Value::Array(items) => items.iter().map(|item| value(key, item)).collect(),
        Value::Object(map) => {
            let pairs = map
                .iter()
                .map(|(key, one)| (self::key(key), value(key, one)));
            Value::Object(pairs.collect::<Map<_, _>>())
        }
        Value::Number(number) => {
            let text = number.to_string();
            if stays(key, &text) {
                one.clone()
            } else {
                let digits = text.bytes().filter(u8::is_ascii_digit).count();
                Value::String(match digits {
                    1 => "‹number, 1 digit›".to_owned(),
                    n => format!("‹number, {n} digits›"),
                })
            }
        }
        Value::String(text) if stays(key, text) => one.clone(),
        Value::String(text) => Value::String(masked(text)),
    }
}

/// A key stays if somebody who programs would write it; of others, such as a mail address that
/// something is filed under, or a question on a form, the mask stays.
fn key(key: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.:$@".contains(&b);
    let good = key.len() <= KEY
        && key.bytes().all(plain)
        && key
            .bytes()
            .next()
            .is_none_or(|first| !first.is_ascii_digit())
        && !key.bytes().skip(1).any(|b| b == b'@')
        && digits(key) <= 4;
    if good { key.to_owned() } else { masked(key) }
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// The words of a key in lower case: `candidateId` and `candidate_id` are `candidate`, `id`.
fn words(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = 'A';
    for c in key.chars() {
        let starts = c.is_ascii_uppercase() && !before.is_ascii_uppercase();
        if !c.is_ascii_alphanumeric() || starts {
            words.push(String::new());
        }
        if c.is_ascii_alphanumeric()
            && let Some(last) = words.last_mut()
        {
            last.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

fn never(words: &[String]) -> bool {
    let in_key = |never: &&str| words.iter().any(|word| word.contains(*never));
    NEVER.iter().any(in_key)
}

fn stays(key: &str, text: &str) -> bool {
    let words = words(key);
    if never(&words) {
        return false;
    }
    let last = words.last().map_or("", String::as_str);
    if is_time(last, text) {
        return true;
    }
    match last {
        "id" | "ids" | "uuid" | "guid" => is_id(text),
        _ if KINDS.contains(&last) => is_word(text),
        _ => false,
    }
}

/// A moment; a day alone may be a day of birth.
fn is_time(last: &str, text: &str) -> bool {
    let counted = matches!(last, "at" | "timestamp" | "time" | "created" | "updated");
    if counted && matches!(text.len(), 10 | 13) && digits(text) == text.len() {
        return true;
    }
    text.len() <= WORD && text.contains('T') && text.parse::<Timestamp>().is_ok()
}

/// What a machine makes: digits in it, nothing that names or reaches somebody has.
fn is_id(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-".contains(&b);
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = digits(text);
    let of_a_machine = letters == 0 || (digits >= 4 && text.len() >= 12);
    text.len() <= ID && digits > 0 && text.bytes().all(plain) && of_a_machine
}

/// One word such as `candidate.created` or `IN_REVIEW`.
fn is_word(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.:/".contains(&b);
    let first = text.bytes().next();
    text.len() <= WORD
        && text.bytes().all(plain)
        && first.is_some_and(|first| first.is_ascii_alphabetic())
        && digits(text) <= 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn shapes_stay_and_people_go() {
        let (text, left_out) = json(&json!({
            "action": "new_candidate_application",
            "event_type": "candidate.created",
            "created_at": "2026-05-27T14:44:43Z",
            "occurredAt": "2026-05-27T14:44:43.120+02:00",
            "timestamp": 1_770_000_000_000_i64,
            "test": false,
            "nothing": null,
            "id": 71_980,
            "candidateId": "8d36a0c5-3c46-4ef2-a2b3-2f9c8c8a7c11",
            "payload": {
                "name": "Maria Lopez",
                "status": "in_review",
                "stage": {"name": "Application Review", "id": 29},
                "emails": [{"value": "maria.lopez@example.com", "type": "home"}],
                "phone_number": "(212) 736-5000",
                "age": 41,
            },
        }));
        assert_eq!(left_out, 0);
        for stays in [
            "\"new_candidate_application\"",
            "\"candidate.created\"",
            "\"2026-05-27T14:44:43Z\"",
            "\"2026-05-27T14:44:43.120+02:00\"",
            "1770000000000",
            "\"test\": false",
            "\"nothing\": null",
            "\"id\": 71980",
            "8d36a0c5-3c46-4ef2-a2b3-2f9c8c8a7c11",
            "\"status\": \"in_review\"",
            "\"type\": \"home\"",
            "\"name\": \"‹text, 11 characters›\"",
            "\"age\": \"‹number, 2 digits›\"",
        ] {
            assert!(text.contains(stays), "{stays} in {text}");
        }
        for goes in ["Maria", "example.com", "736", "41", "Review\""] {
            assert!(!text.contains(goes), "{goes} in {text}");
        }
    }

    #[test]
    fn nothing_personal_comes_through_under_any_key() {
        for (key, personal) in [
            ("type", json!("Maria Lopez")),
            ("status", json!("maria@example.com")),
            ("event", json!("https://x.example/a?sig=b")),
            ("stage", json!("2127365000")),
            ("id", json!("maria.lopez@example.com")),
            ("id", json!("maria-lopez")),
            ("user_id", json!("mlopez85")),
            ("phone_id", json!(2_127_365_000_i64)),
            ("national_id", json!("078051120")),
            ("taxId", json!("078051120")),
            ("passportId", json!("X1234567")),
            ("date_of_birth", json!("1985-03-02T00:00:00Z")),
            ("birthDate", json!("1985-03-02")),
            ("date", json!("1985-03-02")),
            ("account_token", json!("tok_12345678901234")),
            ("created_at", json!("(212) 736-5000")),
            ("updated_by", json!(5)),
            (
                "url",
                json!("https://s3.amazonaws.com/x?X-Amz-Signature=abc"),
            ),
            ("note", json!("she said \u{202E}so")),
            ("gender", json!("female")),
        ] {
            let (text, _) = super::json(&json!({key: personal}));
            assert!(text.contains('‹'), "{key}: {text}");
            let written = personal
                .as_str()
                .map_or_else(|| personal.to_string(), str::to_owned);
            assert!(!text.contains(&written), "{key}: {text}");
        }
        for personal in [
            "maria@example.com",
            "What is your name?",
            "2127365000",
            "p2127365000",
        ] {
            let (text, _) = super::json(&json!({personal: true}));
            assert!(!text.contains(personal), "{text}");
        }
    }

    #[test]
    fn a_long_body_is_cut() {
        let (text, left_out) = json(&json!(vec![true; 5_000]));
        assert_eq!((text.lines().count(), left_out), (LINES, 4_002));
    }

    #[test]
    fn headers_that_could_be_secret_are_masked() {
        for (name, text, shown) in [
            ("content-type", "application/json", "application/json"),
            ("greenhouse-event-id", "1234567", "1234567"),
            ("webhook-timestamp", "1770000000", "1770000000"),
            ("signature", "sha256 00ff", "‹text, 11 characters›"),
            ("webhook-signature", "v1,abc", "‹text, 6 characters›"),
            ("x-forwarded-for", "203.0.113.9", "‹text, 11 characters›"),
            ("x-token-event", "abc", "‹text, 3 characters›"),
            ("user-agent", "maria@example.com", "‹text, 17 characters›"),
            ("user-agent", "", ""),
        ] {
            assert_eq!(header(name, text), shown, "{name}");
        }
    }
}
