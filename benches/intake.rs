//! How long reading takes: `cargo bench --bench intake`.

use divan::{Bencher, counter::BytesCount};
use telltale::intake;

fn main() {
    divan::main();
}

/// A record of about 2 KB, as an applicant-tracking system would send it.
fn record() -> String {
    let job = |i: u32| {
        format!(
            r#"{{"name":"Example Company {i}","position":"Senior Engineer","start_date":"201{i}-07","end_date":"201{}-05","location":"Albany, NY"}}"#,
            i + 1
        )
    };
    let jobs: Vec<_> = (1..5).map(job).collect();
    let text = "Maria Lopez\\nBuilt a pipeline for small offices, with four people.\\n".repeat(9);
    format!(
        r#"{{"external_id":"A-1001","source":"greenhouse","agency":null,"stage":"applied","applied_at":"2026-03-02T14:05:00Z","name":"Maria Lopez","emails":["maria.lopez@example.org"],"phones":["(212) 555-0142"],"address":{{"line1":"350 5th Ave","line2":"","city":"New York","region":"NY","postal_code":"10118","country":"US"}},"links":["https://www.linkedin.com/in/maria-lopez-example"],"education":[{{"institution":"Example State University","area":"Computer Science","study_type":"Bachelor","start_date":"2012-09","end_date":"2016-05"}}],"work":[{}],"references":[{{"name":"Ann Lee","phone":"212-555-0100","email":"ann.lee@example.com"}}],"resume_text":"{text}","submission":{{"ip":"203.0.113.9","device_id":"d-1","user_agent":"Mozilla/5.0","time_zone":"America/New_York","submitted_at":"2026-03-02T14:05:00Z"}}}}"#,
        jobs.join(",")
    )
}

#[divan::bench]
fn one_record(bencher: Bencher) {
    let record = record();
    bencher
        .counter(BytesCount::new(record.len()))
        .bench(|| intake::record(record.as_bytes(), "api"));
}

#[divan::bench]
fn a_thousand_rows_of_csv(bencher: Bencher) {
    let mut rows = "Candidate ID,First Name,Last Name,E-mail,Mobile,City,Résumé\n".to_owned();
    for i in 0..1_000 {
        let row = format!(
            "{i},Maria,Lopez,maria{i}@example.org,212-555-0142,Albany,\"Built a pipeline, with four people\"\n"
        );
        rows.push_str(&row);
    }
    bencher
        .counter(BytesCount::new(rows.len()))
        .bench(|| intake::csv(rows.as_bytes()).flatten().count());
}
