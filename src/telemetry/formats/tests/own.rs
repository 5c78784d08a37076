//! Our own formats, JSON and CSV.

use super::*;

/// One key of a document set to something else, written as JSON.
fn with(document: &str, key: &str, value: &str) -> String {
    let mut map: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(document).unwrap();
    map.insert(key.to_owned(), "@".into());
    serde_json::to_string(&map).unwrap().replace("\"@\"", value)
}

fn said(table: Table, document: &str, key: &str, value: &str) -> String {
    let read = read(table, &with(document, key, value));
    match read.refused.as_slice() {
        [] => "taken".to_owned(),
        [one] => one.to_string().replacen("item 0: ", "", 1),
        more => panic!("{more:?}"),
    }
}

#[test]
fn our_own_bodies_are_an_object_a_list_or_lines() {
    let other = SAMPLE.replace("103.2", "0.0004");
    for text in [
        SAMPLE.to_owned(),
        format!("[{SAMPLE}]"),
        format!("{SAMPLE}\n"),
        SAMPLE.replace(',', ",\n"),
        SAMPLE.replace("\"2026-06-01T11:00:00Z\"", "1780311600000"),
    ] {
        let read = read(Table::Samples, &text);
        assert_eq!(read.refused, [], "{text}");
        let [Item::Sample(sample)] = read.items.as_slice() else {
            panic!("{text}");
        };
        assert_eq!((sample.us, sample.device.as_str()), (103_200, "lt-0042"));
        assert_eq!(sample.at.to_string(), "2026-06-01T11:00:00Z");
    }
    for text in [
        format!("[{SAMPLE},{other},{SAMPLE}]"),
        format!("{SAMPLE}\n{other}\r\n\n{SAMPLE}"),
    ] {
        let us: Vec<_> = read(Table::Samples, &text)
            .items
            .into_iter()
            .map(|item| match item {
                Item::Sample(sample) => sample.us,
                _ => u32::MAX,
            })
            .collect();
        assert_eq!(
            us,
            [103_200, 0, 103_200],
            "a repetition is the store's to see"
        );
    }
    assert_eq!(read(Table::Samples, " \n"), Read::default());
}

#[test]
fn a_bad_item_is_refused_alone() {
    let nan = with(SAMPLE, "ms", "NaN");
    let far = with(SAMPLE, "ms", "1e9");
    for (text, names) in [
        (
            format!("{SAMPLE}\n{nan}\n{far}\n{{\n{SAMPLE}"),
            ["line 2", "line 3", "line 4"],
        ),
        (
            format!("[{SAMPLE},{nan},{far},7,{SAMPLE}]"),
            ["item 1", "item 2", "item 3"],
        ),
    ] {
        let read = read(Table::Samples, &text);
        assert_eq!(read.items.len(), 2, "{text}");
        let said = refusals(&read);
        for (said, name) in said.iter().zip(names) {
            assert!(said.starts_with(name), "{said}");
        }
        assert!(said[0].contains("holds NaN, which is no JSON"), "{said:?}");
        assert!(
            said[1].contains("ms: 1000000000 is not within 0 to 600000"),
            "{said:?}"
        );
    }
}

#[test]
fn a_sample_is_refused_by_its_field() {
    for (key, value, want) in [
        ("ms", "0", "taken"),
        ("ms", "600000", "taken"),
        ("ms", "-1", "ms: -1 is not within 0 to 600000"),
        ("ms", "\"103\"", "ms: a number is wanted, this is \"103\""),
        ("ms", "null", "ms: is missing; a number is wanted"),
        (
            "ms",
            "-Infinity",
            "holds Infinity, which is no JSON; leave out what was not measured",
        ),
        (
            "ms",
            "1e999",
            "malformed JSON at column 103: number out of range",
        ),
        (
            "at",
            "\"2029-06-02T11:00:00Z\"",
            "at: lies 3 years ahead; a clock is wrong?",
        ),
        (
            "at",
            "\"2023-05-01T11:00:00Z\"",
            "at: lies 3 years back; a clock is wrong?",
        ),
        (
            "at",
            "1780311600",
            "at: lies 56 years back; a clock is wrong?",
        ),
        (
            "at",
            "1780311600000.5",
            "at: RFC 3339 or whole milliseconds since 1970 is wanted, this is 1780311600000.5",
        ),
        (
            "kind",
            "\"rtt\"",
            "kind: \"rtt\" is none of path_rtt, control_rtt, key_to_server, echo_loop, iki",
        ),
        (
            "kind",
            "null",
            "kind: is missing; one of path_rtt, control_rtt, key_to_server, echo_loop, iki",
        ),
        ("device_id", "\" \"", "device_id: is missing"),
        ("device_id", "7", "device_id: text is wanted, this is 7"),
        (
            "session_id",
            "\"a\\u0000\"",
            "session_id: holds a control character",
        ),
        ("peer_is_relay", "true", "taken"),
        (
            "peer_is_relay",
            "\"no\"",
            "peer_is_relay: true or false is wanted, this is \"no\"",
        ),
        ("access", "\"wifi\"", "taken"),
        (
            "access",
            "\"fiber\"",
            "access: \"fiber\" is none of wired, wifi, cellular, satellite, vdi",
        ),
        (
            "probe",
            "{\"name\":\"x\",\"lat\":1,\"lon\":1}",
            "probe: is of path_rtt only, this is key_to_server",
        ),
        ("seq", "7", "taken"),
        ("key", "null", "taken"),
        (
            "key",
            "\"a\"",
            "key: key codes and what was typed are never taken; send the timing alone",
        ),
        (
            "keyCode",
            "65",
            "keyCode: key codes and what was typed are never taken; send the timing alone",
        ),
        (
            "scan_code",
            "30",
            "scan_code: key codes and what was typed are never taken; send the timing alone",
        ),
    ] {
        assert_eq!(
            said(Table::Samples, SAMPLE, key, value),
            want,
            "{key} {value}"
        );
    }
    let long = format!("\"{}\"", "x".repeat(256));
    assert!(said(Table::Samples, SAMPLE, "session_id", &long).contains("255 at most"));
    assert!(said(Table::Samples, SAMPLE, "device_id", &long).contains("1 to 255 characters"));
}

#[test]
fn a_session_is_refused_by_its_field() {
    for (key, value, want) in [
        ("mad_ms", "0", "taken"),
        ("p05_ms", "113", "p05_ms: is above median_ms"),
        ("p95_ms", "111", "median_ms: is above p95_ms"),
        ("mad_ms", "-0.1", "mad_ms: -0.1 is not within 0 to 600000"),
        (
            "p95_ms",
            "600001",
            "p95_ms: 600001 is not within 0 to 600000",
        ),
        ("n", "0", "n: 0 is not within 1 to 100000000"),
        (
            "n",
            "100000001",
            "n: 100000001 is not within 1 to 100000000",
        ),
        (
            "n",
            "1.5",
            "n: a whole number from 0 is wanted, this is 1.5",
        ),
        ("n", "null", "n: is missing; how many samples"),
        (
            "ended_at",
            "\"2026-06-01T09:00:00Z\"",
            "ended_at: lies before started_at",
        ),
        (
            "started_at",
            "\"2026-05-29T11:00:00Z\"",
            "ended_at: lies 3 days after started_at; 48 hours at most",
        ),
        ("kind", "\"iki\"", "probe: is of path_rtt only, this is iki"),
        ("probe", "null", "taken"),
        ("probe", "7", "probe: an object is wanted, this is 7"),
        (
            "probe",
            "{\"name\":\"x\",\"lat\":91,\"lon\":1}",
            "probe.lat: 91 is not within -90 to 90",
        ),
        (
            "probe",
            "{\"name\":\"x\",\"lat\":1,\"lon\":181}",
            "probe.lon: 181 is not within -180 to 180",
        ),
        ("probe", "{\"lat\":1,\"lon\":1}", "probe.name: is missing"),
        (
            "vk",
            "[65]",
            "vk: key codes and what was typed are never taken; send the timing alone",
        ),
    ] {
        assert_eq!(
            said(Table::Sessions, SESSION, key, value),
            want,
            "{key} {value}"
        );
    }
}

#[test]
fn an_observation_is_refused_by_its_field() {
    for (key, value, want) in [
        ("vendor_id", "\"0x1D6B\"", "taken"),
        (
            "vendor_id",
            "\"Linux\"",
            "vendor_id: \"Linux\" is no USB id; four hexadecimal digits are wanted, such as 1d6b",
        ),
        (
            "type",
            "\"keyboard\"",
            "type: \"keyboard\" is none of usb, display, process, remote_session, network, location, activity",
        ),
        (
            "type",
            "null",
            "type: is missing; one of usb, display, process, remote_session, network, location, activity",
        ),
        (
            "type",
            "\"network\"",
            "says nothing of a network; one of egress_ip, gateway_mac, bssid, vpn, shared_ip is wanted",
        ),
        (
            "type",
            "\"remote_session\"",
            "remote: is missing; true or false",
        ),
        (
            "type",
            "\"location\"",
            "lat: is missing; a number is wanted",
        ),
        ("type", "\"process\"", "name: is missing"),
        (
            "serial",
            "\"a\\u0000\"",
            "serial: holds a control character",
        ),
        ("id", "\"\"", "id: is missing"),
    ] {
        assert_eq!(
            said(Table::Observations, USB, key, value),
            want,
            "{key} {value}"
        );
    }
    let common = r#""id":"o","device_id":"d","at":"2026-06-01T11:00:00Z""#;
    let all = [
        r#""type":"display","manufacturer":"LNX","product_id":"7773","name":"PiKVM V4 Plus","serial":"CAFEBABE""#,
        r#""type":"process","name":"AnyDesk.exe","command_line":"AnyDesk.exe\t--service","port":7070"#,
        r#""type":"remote_session","product":"rdp","remote":true,"active_minutes":30,"peer_ip":"203.0.113.9""#,
        r#""type":"network","egress_ip":"2001:DB8::1","gateway_mac":"0-1c-42-0-0-8","shared_ip":false"#,
        r#""type":"location","lat":47.6,"lon":-122.3,"accuracy_km":5,"source":"wifi","vpn":false"#,
        r#""type":"activity","active_minutes":30,"online_minutes":60,"pointer_cv":0.04,"own_input":true,"lid_shut":false"#,
    ]
    .map(|rest| format!("{{{common},{rest}}}"))
    .join("\n");
    let read = read(Table::Observations, &all);
    assert_eq!(refusals(&read), [""; 0]);
    insta::assert_snapshot!(seen(&read), @r#"
    d 2026-06-01T11:00:00Z {"type":"display","manufacturer":"LNX","product_id":"7773","name":"PiKVM V4 Plus","serial":"CAFEBABE"}
    d 2026-06-01T11:00:00Z {"type":"process","name":"AnyDesk.exe","command_line":"AnyDesk.exe\t--service","port":7070}
    d 2026-06-01T11:00:00Z {"type":"remote_session","product":"rdp","remote":true,"active_minutes":30.0,"peer_ip":"203.0.113.9"}
    d 2026-06-01T11:00:00Z {"type":"network","egress_ip":"2001:db8::1","gateway_mac":"00:1c:42:00:00:08","shared_ip":false}
    d 2026-06-01T11:00:00Z {"type":"location","lat":47.6,"lon":-122.3,"accuracy_km":5.0,"source":"wifi","vpn":false}
    d 2026-06-01T11:00:00Z {"type":"activity","active_minutes":30.0,"online_minutes":60.0,"pointer_cv":0.04,"own_input":true,"lid_shut":false}
    "#);
}

#[test]
fn csv_says_the_same_as_json() {
    for (table, json, csv) in [
        (
            Table::Samples,
            SAMPLE,
            "session_id,device_id,kind,at,ms\ns-1,LT-0042,key_to_server,2026-06-01T11:00:00Z,103.2\n",
        ),
        (
            Table::Sessions,
            SESSION,
            "\u{feff}ID;device_id;kind;started_at;ended_at;n;p05_ms;median_ms;mad_ms;p95_ms;peer_is_relay;probe.name;probe.lat;probe.lon\r\ns-1;LT-0042;path_rtt;2026-06-01T10:00:00Z;2026-06-01T11:00:00Z;480;96.0;112.0;6.0;140.0;;us-west;47.6;-122.3\r\n",
        ),
        (
            Table::Observations,
            USB,
            "id\tdevice_id\tat\ttype\tvendor_id\tproduct_id\tmanufacturer\tproduct\tserial\tport\no-1\tLT-0042\t2026-06-01T11:00:00Z\tusb\t1d6b\t0104\ttinypilot\tMultifunction USB Device\t6b65796d696d6570690\t\n",
        ),
    ] {
        assert_eq!(Encoding::sniff(csv.as_bytes()), Encoding::Csv);
        let (json, csv) = (read(table, json), read(table, csv));
        assert_eq!(refusals(&csv), [""; 0]);
        assert_eq!(json, csv);
    }
    let bad = "session_id,device_id,kind,at,ms,key\ns,d,iki,1780311600000,NaN,\ns,d,iki,1780311600000,12,65\ns,d\ns,d,iki,1780311600000,12,\n";
    let read = read(Table::Samples, bad);
    assert_eq!(read.items.len(), 1);
    assert_eq!(
        refusals(&read),
        [
            "line 2: ms: NaN is no number; leave out what was not measured",
            "line 3: key: key codes and what was typed are never taken; send the timing alone",
            "line 4: the row has 2 cells, the header 6",
        ]
    );
}
