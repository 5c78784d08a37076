//! Reading a résumé's text and the whole normal form with its signals.

use telltale::application::Application;
use telltale::normalise::{self, Settings, resume};
use telltale::signals::{self, Subject};

fn main() {
    divan::main();
}

/// Three résumés of usual layouts one after the other: 4 KB.
fn two_pages() -> String {
    const CLASSIC: &str = include_str!("../tests/it/resumes/classic.txt");
    const STACKED: &str = include_str!("../tests/it/resumes/stacked.txt");
    const MARKDOWN: &str = include_str!("../tests/it/resumes/markdown.txt");
    [CLASSIC, STACKED, MARKDOWN].concat()
}

#[divan::bench]
fn read(bencher: divan::Bencher) {
    let text = two_pages();
    resume::read(&text); // tables are built at the first use
    bencher
        .counter(divan::counter::BytesCount::of_str(&text))
        .bench(|| resume::read(divan::black_box(&text)));
}

#[divan::bench]
fn normal_form(bencher: divan::Bencher) {
    let application = application();
    bencher.bench(|| normalise::candidate(divan::black_box(&application), Settings::default()));
}

#[divan::bench]
fn normal_form_and_signals(bencher: divan::Bencher) {
    let application = application();
    bencher.bench(|| {
        let candidate = normalise::candidate(divan::black_box(&application), Settings::default());
        signals::read(&Subject {
            candidate: &candidate,
            earlier: &[],
            shared: &[],
            now: jiff::Timestamp::UNIX_EPOCH,
        })
    });
}

fn application() -> Application {
    let application = Application {
        external_id: "A-1".to_owned(),
        name: Some("Marin Halloran".to_owned()),
        emails: vec!["marin.halloran@example.org".to_owned()],
        phones: vec!["(512) 555-0142".to_owned()],
        resume_text: Some(two_pages()),
        ..Application::default()
    };
    normalise::candidate(&application, Settings::default());
    application
}
