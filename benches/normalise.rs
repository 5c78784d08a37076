//! How long one phone number and one mail address take. Goal: 5 µs for a US number, each another.

use telltale::normalise::phone::Region;
use telltale::normalise::{Settings, email, phone};

fn main() {
    divan::main();
}

const COUNT: usize = 5_000;

/// Numbers of many area codes, each written in one of the usual ways.
fn us_numbers() -> Vec<String> {
    let areas = [
        201, 203, 205, 212, 303, 310, 404, 415, 512, 602, 617, 713, 718, 801, 907, 919,
    ];
    (0..COUNT)
        .map(|i| {
            let (area, exchange, line) =
                (areas[i % areas.len()], 230 + i % 311, (i * 7919) % 10_000);
            match i % 5 {
                0 => format!("({area}) {exchange}-{line:04}"),
                1 => format!("+1 {area}-{exchange}-{line:04}"),
                2 => format!("{area}.{exchange}.{line:04} x{}", i % 100),
                3 => format!("1-{area}-{exchange}-{line:04}"),
                _ => format!("{area}{exchange}{line:04}"),
            }
        })
        .collect()
}

/// One in ten from abroad, as in a pool of applicants for a US firm.
fn mixed_numbers() -> Vec<String> {
    let mut numbers = us_numbers();
    for (i, number) in numbers.iter_mut().enumerate().step_by(10) {
        let line = (i * 7919) % 1_000_000;
        *number = match i / 10 % 4 {
            0 => format!("+44 7700 {line:06}"),
            1 => format!("+91 98765 {:05}", line % 100_000),
            2 => format!("+49 30 {line:06}"),
            _ => format!("+86 138 {:04} {:04}", line % 10_000, i % 10_000),
        };
    }
    numbers
}

fn addresses() -> Vec<String> {
    let domains = [
        "gmail.com",
        "example.com",
        "mail.example.co.uk",
        "yahoo.com",
        "outlook.com",
    ];
    (0..COUNT)
        .map(|i| format!("Ada.Lovelace{i}+cv@{}", domains[i % domains.len()]))
        .collect()
}

/// Time for 5,000 numbers: a number takes a 5,000th of it.
#[divan::bench]
fn phones_5000_us(bencher: divan::Bencher) {
    read_phones(bencher, &us_numbers());
}

/// Time for 5,000 numbers, 500 of them from abroad.
#[divan::bench]
fn phones_5000_mixed(bencher: divan::Bencher) {
    read_phones(bencher, &mixed_numbers());
}

fn read_phones(bencher: divan::Bencher, numbers: &[String]) {
    bencher
        .counter(divan::counter::ItemsCount::new(numbers.len()))
        .bench_local(|| {
            for number in numbers {
                divan::black_box(phone::read(
                    "phones[0]",
                    number,
                    Region::default(),
                    &Settings::default(),
                ));
            }
        });
}

/// Time for 5,000 addresses.
#[divan::bench]
fn emails_5000(bencher: divan::Bencher) {
    let addresses = addresses();
    bencher
        .counter(divan::counter::ItemsCount::new(addresses.len()))
        .bench_local(|| {
            for address in &addresses {
                divan::black_box(email::read("emails[0]", address));
            }
        });
}
