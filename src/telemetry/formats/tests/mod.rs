//! What holds of every format.

mod logs;
mod own;

use proptest::prelude::*;

use super::*;

fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

fn read(table: Table, text: &str) -> Read {
    own(
        text.as_bytes(),
        Encoding::sniff(text.as_bytes()),
        table,
        now(),
    )
}

fn refusals(read: &Read) -> Vec<String> {
    read.refused.iter().map(ToString::to_string).collect()
}

const SAMPLE: &str = r#"{"session_id":"s-1","device_id":"LT-0042","kind":"key_to_server","at":"2026-06-01T11:00:00Z","ms":103.2}"#;

const SESSION: &str = r#"{"id":"s-1","device_id":"LT-0042","kind":"path_rtt","started_at":"2026-06-01T10:00:00Z","ended_at":"2026-06-01T11:00:00Z","n":480,"p05_ms":96.0,"median_ms":112.0,"mad_ms":6.0,"p95_ms":140.0,"peer_is_relay":null,"probe":{"name":"us-west","lat":47.6,"lon":-122.3}}"#;

const USB: &str = r#"{"id":"o-1","device_id":"LT-0042","at":"2026-06-01T11:00:00Z","type":"usb","vendor_id":"1d6b","product_id":"0104","manufacturer":"tinypilot","product":"Multifunction USB Device","serial":"6b65796d696d6570690"}"#;

/// What was seen, a line each, without ids and without what is not known.
fn seen(read: &Read) -> String {
    let line = |item: &Item| match item {
        Item::Observation(one) => {
            let mut said = serde_json::to_value(&one.seen).unwrap();
            said.as_object_mut()
                .unwrap()
                .retain(|_, value| !value.is_null());
            format!("{} {} {said}", one.device, one.at)
        }
        other => format!("{other:?}"),
    };
    read.items.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn hostile_bodies_are_refused() {
    let deep = format!("{{\"a\":{}", "[".repeat(200_000));
    let wide = format!("[{}", "[".repeat(200_000));
    let bodies: [&[u8]; 8] = [
        deep.as_bytes(),
        wide.as_bytes(),
        b"\xff\xfe{\0}\0",
        b"{\"session_id\":\"\xe9\"}",
        b"[[[[",
        b"{\"a\":\"\\",
        b"\"",
        b"7",
    ];
    for body in bodies {
        for table in [Table::Sessions, Table::Samples, Table::Observations] {
            let read = own(body, Encoding::Json, table, now());
            assert_eq!(read.items, []);
            assert!(!read.refused.is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_panic_any_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        everything(&bytes);
    }

    #[test]
    fn no_near_miss_panics_any_reader(
        which in 0..3_usize,
        cut in 0..300_usize,
        put in "[\"{}\\[\\],:\\\\\t\n#é\0 a-]{0,6}",
    ) {
        let text = [SAMPLE, SESSION, USB][which];
        let at = cut.min(text.len());
        everything(format!("{}{put}{}", &text[..at], &text[at..]).as_bytes());
        everything(format!("#fields\tts\tuid\n{put}{}", &text[at..]).as_bytes());
    }
}

fn everything(bytes: &[u8]) {
    for format in ALL {
        for table in [Table::Sessions, Table::Samples, Table::Observations] {
            let _ = (format.read)(bytes, &Context::new(now(), table));
        }
    }
    let _ = osquery::tls::log(bytes, now());
    let _ = osquery::tls::enroll(bytes);
}
