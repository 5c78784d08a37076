//! What holds of every format.

use proptest::prelude::*;

use super::*;
use crate::telemetry::item::Seen;

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
            "malformed JSON at column 117: number out of range",
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
    insta::assert_json_snapshot!(seen(&read));
}

/// What was seen, without ids.
fn seen(read: &Read) -> Vec<(String, String, Seen)> {
    read.items
        .iter()
        .filter_map(|item| match item {
            Item::Observation(one) => {
                Some((one.device.to_string(), one.at.to_string(), one.seen.clone()))
            }
            _ => None,
        })
        .collect()
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

/// Lines as in "Logging" of osquery's documentation.
#[test]
fn osquery_says_what_is_there() {
    let lines = [
        r#"{"name":"pack/telltale/usb_devices","hostIdentifier":"LT-0042","calendarTime":"Mon Jun  1 11:00:00 2026 UTC","unixTime":1780311600,"epoch":0,"counter":1,"numerics":false,"columns":{"vendor":"PiKVM","vendor_id":"1d6b","model":"PiKVM Composite Device","model_id":"0104","serial":"CAFEBABE","removable":"-1"},"action":"added"}"#,
        r#"{"name":"pack/telltale/usb_devices","hostIdentifier":"LT-0042","unixTime":"1780311600","columns":{"vendor_id":"1d6b","model_id":"0104"},"action":"removed"}"#,
        r#"{"name":"pack_telltale_drivers","hostIdentifier":"LT-0042","unixTime":1780311600,"columns":{"device_id":"USB\\VID_3346&PID_1009\\0123456789ABCDEF","device_name":"USB Composite Device","manufacturer":"(Standard)"},"action":"added"}"#,
        r#"{"name":"connected_displays","hostIdentifier":"LT-0042","unixTime":1780311600,"columns":{"name":"Color LCD","vendor_id":"610","product_id":"a045","serial_number":"fd626d62"},"action":"added"}"#,
        r#"{"name":"pack/telltale/listening_ports","hostIdentifier":"LT-0042","calendarTime":"Mon Jun  1 11:00:00 2026 UTC","columns":{"name":"anydesk","path":"/usr/bin/anydesk","port":"7070","protocol":"6","address":"0.0.0.0"},"action":"added"}"#,
        r#"{"name":"pack/telltale/process_open_sockets","hostIdentifier":"LT-0042","unixTime":1780311600,"columns":{"name":"anydesk","path":"/usr/bin/anydesk","local_port":"51000","remote_port":"443","protocol":"6"},"action":"added"}"#,
        r#"{"action":"snapshot","snapshot":[{"interface":"eth0","gateway_mac":"0:1c:42:0:0:8"},{"interface":"nordlynx","gateway_mac":""},{"interface":"lo"}],"name":"pack/telltale/default_route","hostIdentifier":"LT-0042","unixTime":1780311600}"#,
        r#"{"diffResults":{"added":[{"name":"rustdesk","path":"/usr/bin/rustdesk","cmdline":"rustdesk --service"}],"removed":""},"name":"processes","hostIdentifier":"LT-0042","unixTime":1780311600}"#,
        r#"{"name":"pack/other/chrome_extensions","hostIdentifier":"LT-0042","unixTime":1780311600,"columns":{"name":"x"},"action":"added"}"#,
    ];
    let context = Context::new(now(), Table::Observations);
    let reader = by_name("osquery").unwrap().read;
    let read = reader(lines.join("\n").as_bytes(), &context);
    assert_eq!(refusals(&read), [""; 0]);
    assert_eq!(read.ignored, 3);
    insta::assert_json_snapshot!(seen(&read));

    let body = format!(
        r#"{{"node_key":"k","log_type":"result","data":[{},7,{}]}}"#,
        lines.join(","),
        lines[0].replace("1d6b", "Linux")
    );
    let sent = osquery::tls::log(body.as_bytes(), now()).unwrap();
    assert_eq!(
        (sent.node_key.as_str(), sent.log_type.as_str()),
        ("k", "result")
    );
    assert_eq!(
        sent.read.items, read.items,
        "a line has the same id whichever way it comes"
    );
    assert_eq!(
        refusals(&sent.read),
        [
            "item 9: one JSON object is wanted",
            "item 10: columns.vendor_id: is no USB id; four hexadecimal digits are wanted"
        ]
    );
    let status = r#"{"node_key":"k","log_type":"status","data":[{"line":"1","message":"m","severity":"0","filename":"f"}]}"#;
    let status = osquery::tls::log(status.as_bytes(), now()).unwrap();
    assert_eq!((status.read.items.len(), status.read.ignored), (0, 1));
}

#[test]
fn osquery_enrols_and_is_told_what_to_ask() {
    let body = r#"{"enroll_secret":"s","host_identifier":"LT-0042","platform_type":"9","host_details":{"os_version":{"name":"x"}}}"#;
    let enroll = osquery::tls::enroll(body.as_bytes()).unwrap();
    assert_eq!(
        (
            enroll.enroll_secret.as_str(),
            enroll.host_identifier.as_str()
        ),
        ("s", "LT-0042")
    );
    assert!(osquery::tls::enroll(b"[").is_err());
    assert_eq!(
        osquery::tls::configure(b"{\"node_key\":\"k\"}")
            .unwrap()
            .node_key,
        "k"
    );
    let refused = osquery::tls::Enrolled {
        node_key: None,
        node_invalid: true,
    };
    assert_eq!(
        serde_json::to_string(&refused).unwrap(),
        r#"{"node_invalid":true}"#
    );

    let told = osquery::tls::configuration();
    let queries = told["packs"]["telltale"]["queries"].as_object().unwrap();
    assert!(queries.len() >= 8 && told["node_invalid"] == false);
    for (name, query) in queries {
        assert!(osquery::reads(&format!("pack/telltale/{name}")), "{name}");
        assert!(
            query["query"].is_string() && query["interval"].is_u64(),
            "{name}"
        );
        assert!(query["description"].is_string(), "{name}");
    }
}

/// Columns as in Microsoft's "Advanced hunting schema".
#[test]
fn defender_says_what_was_plugged_in_and_run() {
    let csv = "Timestamp,DeviceId,DeviceName,ActionType,FileName,FolderPath,ProcessCommandLine,AdditionalFields,LocalPort,Protocol,InitiatingProcessFileName,ReportId\n\
        2026-06-01T11:00:00.1234567Z,ab12,lt-0042.corp.example.com,PnpDeviceConnected,,,,\"{\"\"ClassName\"\":\"\"USB\"\",\"\"DeviceId\"\":\"\"USB\\\\VID_1D6B&PID_0104\\\\CAFEBABE\"\",\"\"DeviceDescription\"\":\"\"USB Composite Device\"\",\"\"VendorIds\"\":\"\"[]\"\"}\",,,,1\n\
        2026-06-01T11:00:01,ab12,lt-0042,ProcessCreated,remoting_start_host.exe,C:\\x\\remoting_start_host.exe,remoting_start_host.exe --pin=123456,,,,cmd.exe,2\n\
        2026-06-01T11:00:02Z,ab12,lt-0042,ListeningConnectionCreated,,,,,7070,Tcp,AnyDesk.exe,3\n\
        2026-06-01T11:00:03Z,ab12,lt-0042,FileCreated,x,,,,,,y,4\n\
        yesterday,ab12,lt-0042,ProcessCreated,x,,,,,,y,5\n";
    let json = r#"{"Stats":{},"Schema":[],"Results":[{"Timestamp":"2026-06-01T11:00:00Z","DeviceName":"LT-0042","PublicIP":"203.0.113.9"},{"Timestamp":"2026-06-01T11:00:00Z","DeviceName":"LT-0042","NetworkAdapterName":"NordLynx","NetworkAdapterStatus":"Up"}]}
        {"records":[{"time":"2026-06-01T11:00:00Z","category":"AdvancedHunting-DeviceEvents","properties":{"Timestamp":"2026-06-01T11:00:00Z","DeviceName":"LT-0042","ActionType":"PnpDeviceConnected","AdditionalFields":{"DeviceId":"DISPLAY\\LNX7773\\5&1a2b&0&UID256","DeviceDescription":"Generic PnP Monitor"}}}]}"#;
    let context = Context::new(now(), Table::Observations);
    let reader = by_name("defender").unwrap().read;
    let read = reader(csv.as_bytes(), &context);
    assert_eq!(
        refusals(&read),
        ["line 6: Timestamp: \"yesterday\" is no time; such as 2026-03-02T14:05:00.123Z is wanted"]
    );
    let more = reader(json.as_bytes(), &context);
    assert_eq!(refusals(&more), [""; 0]);
    insta::assert_json_snapshot!((seen(&read), seen(&more)));
}

/// Fields as in the "Events Data Dictionary" of the Falcon console.
#[test]
fn falcon_says_what_was_plugged_in_and_run() {
    let lines = [
        r#"{"event_simpleName":"DcUsbDeviceConnected","name":"DcUsbDeviceConnectedV1","aid":"4d92d2adf9009775a446ce0fe2689915","ComputerName":"LT-0042","timestamp":"1780311600417","aip":"203.0.113.9","DeviceInstanceId":"USB\\VID_1D6B&PID_0104\\CAFEBABE","DeviceManufacturer":"PiKVM","DeviceProduct":"PiKVM Composite Device","DeviceSerialNumber":"CAFEBABE","id":"6a1f0c9e-9b42-11f1-8a6e-02b7c41d5e21"}"#,
        r#"{"event_simpleName":"ProcessRollup2","aid":"4d92d2adf9009775a446ce0fe2689915","ComputerName":"LT-0042","timestamp":"1780311601000","aip":"203.0.113.9","ImageFileName":"\\Device\\HarddiskVolume3\\Program Files\\AnyDesk\\AnyDesk.exe","CommandLine":"\"AnyDesk.exe\" --service","id":"b"}"#,
        r#"{"event_simpleName":"NetworkListenIP4","aid":"4d92d2adf9009775a446ce0fe2689915","timestamp":"1780311602000","ContextBaseFileName":"AnyDesk.exe","LocalPort":"7070","Protocol":"6","id":"c"}"#,
        r#"{"event_simpleName":"DnsRequest","aid":"4d92","timestamp":"1780311602000","DomainName":"example.com"}"#,
        r#"{"aid":"4d92","ComputerName":"LT-0042","Time":"1780311602.1"}"#,
        r#"{"event_simpleName":"ProcessRollup2","aid":"4d92","timestamp":"1780311600","ImageFileName":"/usr/bin/x","id":"d"}"#,
    ];
    let context = Context::new(now(), Table::Observations);
    let read = (by_name("falcon").unwrap().read)(lines.join("\n").as_bytes(), &context);
    assert_eq!(
        refusals(&read),
        ["line 6: timestamp: lies 56 years back; a clock is wrong?"]
    );
    assert_eq!(read.ignored, 2);
    insta::assert_json_snapshot!(seen(&read));
}

/// As in "conn.log" and "Log formats" of Zeek's documentation, with a package's `tcp_rtt`.
#[test]
fn zeek_makes_a_session_of_device_peer_and_hour() {
    let mut log = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#open\t2026-06-01-11-00-00\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\ttcp_rtt\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tinterval\n".to_owned();
    let mut row = |at: &str, from: &str, to: &str, rtt: &str| {
        use std::fmt::Write;
        let (from, to) = (from.replace(' ', "\t"), to.replace(' ', "\t"));
        let _ = writeln!(log, "{at}\tC{}\t{from}\t{to}\ttcp\t-\t1.0\t{rtt}", &at[7..]);
    };
    for (at, rtt) in [
        ("1780311600.5", "0.100"),
        ("1780311700.5", "0.120"),
        ("1780311800.5", "0.080"),
        ("1780311900.5", "0.090"),
    ] {
        row(at, "198.51.100.7 50000", "10.0.0.5 3389", rtt);
    }
    row("1780308000.5", "198.51.100.7 50000", "10.0.0.5 3389", "0.2");
    row("1780311600.5", "10.0.0.5 50001", "192.0.2.1 443", "0.030");
    row("1780311600.5", "10.0.0.5 50001", "192.0.2.2 7070", "0.015");
    // Its own work, no round trip, nobody's device, and timings that cannot be.
    row("1780311600.5", "10.0.0.5 50001", "192.0.2.3 3389", "0.050");
    row("1780311600.5", "198.51.100.7 50000", "10.0.0.5 3389", "-");
    row("1780311600.5", "10.0.0.9 50001", "192.0.2.1 443", "0.030");
    row("1780311600.5", "10.0.0.5 50001", "192.0.2.1 443", "1000000");
    row("1780311600.5", "10.0.0.5 50001", "192.0.2.1 443", "-1.0");
    row("1680311600.5", "10.0.0.5 50001", "192.0.2.1 443", "0.1");
    log.push_str("cut\toff\n#close\t2026-06-01-12-00-00\n");
    let hosts = [(
        "10.0.0.5".parse().unwrap(),
        DeviceId::of("LT-0042").unwrap(),
    )];
    let probe = Probe {
        name: "us-west".into(),
        lat: 47.6,
        lon: -122.3,
    };
    let probes = [("192.0.2.1".parse().unwrap(), probe)];
    let context = Context {
        hosts: &hosts,
        probes: &probes,
        ..Context::new(now(), Table::Sessions)
    };
    let reader = by_name("zeek").unwrap().read;
    let read = reader(log.as_bytes(), &context);
    let sessions: Vec<_> = read
        .items
        .iter()
        .map(|item| match item {
            Item::Session(s) => format!(
                "{} {} n={} {:.0}/{:.0}±{:.0}/{:.0} {} {:?}",
                s.device,
                s.kind.word(),
                s.n,
                s.p05_ms,
                s.median_ms,
                s.mad_ms,
                s.p95_ms,
                s.started_at,
                s.probe.as_ref().map(|probe| probe.name.as_str())
            ),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(
        sessions,
        [
            "lt-0042 path_rtt n=1 30/30±0/30 2026-06-01T11:00:00.5Z Some(\"us-west\")",
            "lt-0042 control_rtt n=1 15/15±0/15 2026-06-01T11:00:00.5Z None",
            "lt-0042 control_rtt n=1 200/200±0/200 2026-06-01T10:00:00.5Z None",
            "lt-0042 control_rtt n=4 80/95±10/120 2026-06-01T11:00:00.5Z None",
        ]
    );
    assert_eq!(read.ignored, 3);
    assert_eq!(
        refusals(&read),
        [
            "line 19: tcp_rtt: 1000000000 is not within 0 to 600000",
            "line 20: tcp_rtt: -1000 is not within 0 to 600000",
            "line 21: ts: lies 3 years back; a clock is wrong?",
            "line 22: the row has 2 cells, #fields 10",
        ]
    );
    let json = r#"{"ts":1780311600.5,"uid":"C1","id.orig_h":"198.51.100.7","id.orig_p":50000,"id.resp_h":"10.0.0.5","id.resp_p":5900,"proto":"tcp","orig_rtt":0.1,"resp_rtt":0.02}
{"ts":"2026-06-01T11:00:00.500000Z","uid":"C2","id":{"orig_h":"198.51.100.7","orig_p":50000,"resp_h":"10.0.0.5","resp_p":5900},"rtt":0.12}"#;
    let read = reader(json.as_bytes(), &context);
    let [Item::Session(session)] = read.items.as_slice() else {
        panic!("{read:?}");
    };
    assert_eq!(
        (session.n, session.kind),
        (2, crate::telemetry::Kind::ControlRtt)
    );
    assert!((session.median_ms - 120.0).abs() < 1e-9);
    let again = reader(json.as_bytes(), &context);
    assert_eq!(again, read, "the same log makes the same sessions");
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
