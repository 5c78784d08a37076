//! Other systems' formats.

use super::*;

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
    insta::assert_snapshot!(seen(&read), @r#"
    lt-0042 2026-06-01T11:00:00Z {"type":"usb","vendor_id":"1d6b","product_id":"0104","manufacturer":"PiKVM","product":"PiKVM Composite Device","serial":"CAFEBABE"}
    lt-0042 2026-06-01T11:00:00Z {"type":"usb","vendor_id":"3346","product_id":"1009","product":"USB Composite Device","serial":"0123456789ABCDEF"}
    lt-0042 2026-06-01T11:00:00Z {"type":"display","manufacturer":"APP","product_id":"a045","name":"Color LCD","serial":"fd626d62"}
    lt-0042 2026-06-01T11:00:00Z {"type":"process","name":"anydesk","path":"/usr/bin/anydesk","port":7070}
    lt-0042 2026-06-01T11:00:00Z {"type":"process","name":"anydesk","path":"/usr/bin/anydesk"}
    lt-0042 2026-06-01T11:00:00Z {"type":"network","gateway_mac":"00:1c:42:00:00:08"}
    lt-0042 2026-06-01T11:00:00Z {"type":"network","vpn":"NordVPN"}
    lt-0042 2026-06-01T11:00:00Z {"type":"process","name":"rustdesk","path":"/usr/bin/rustdesk","command_line":"rustdesk --service"}
    "#);

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
    insta::assert_snapshot!([seen(&read), seen(&more)].join("\n"), @r#"
    lt-0042 2026-06-01T11:00:00.1234567Z {"type":"usb","vendor_id":"1d6b","product_id":"0104","product":"USB Composite Device","serial":"CAFEBABE"}
    lt-0042 2026-06-01T11:00:01Z {"type":"process","name":"remoting_start_host.exe","path":"C:\\x\\remoting_start_host.exe","command_line":"remoting_start_host.exe --pin=123456"}
    lt-0042 2026-06-01T11:00:02Z {"type":"process","name":"AnyDesk.exe","port":7070}
    lt-0042 2026-06-01T11:00:00Z {"type":"network","egress_ip":"203.0.113.9"}
    lt-0042 2026-06-01T11:00:00Z {"type":"network","vpn":"NordVPN"}
    lt-0042 2026-06-01T11:00:00Z {"type":"display","manufacturer":"LNX","product_id":"7773","name":"Generic PnP Monitor"}
    "#);
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
    insta::assert_snapshot!(seen(&read), @r#"
    lt-0042 2026-06-01T11:00:00.417Z {"type":"usb","vendor_id":"1d6b","product_id":"0104","manufacturer":"PiKVM","product":"PiKVM Composite Device","serial":"CAFEBABE"}
    lt-0042 2026-06-01T11:00:00.417Z {"type":"network","egress_ip":"203.0.113.9"}
    lt-0042 2026-06-01T11:00:01Z {"type":"process","name":"AnyDesk.exe","path":"\\Device\\HarddiskVolume3\\Program Files\\AnyDesk\\AnyDesk.exe","command_line":"\"AnyDesk.exe\" --service"}
    4d92d2adf9009775a446ce0fe2689915 2026-06-01T11:00:02Z {"type":"process","name":"AnyDesk.exe","port":7070}
    "#);
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
