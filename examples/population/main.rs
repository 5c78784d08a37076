//! Writes a made-up population of applicants with a few rings in it, and the truth about it.
//!
//! ```text
//! cargo run --release --example population -- --people 20000 --seed 1 --texts --out population
//! telltale rules evaluate --truth population/truth.csv population/applications.ndjson
//! ```

mod crowd;

use std::fs::{File, create_dir_all};
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use crowd::Options;

const USAGE: &str =
    "usage: population --people N --seed S [--ring-share 0.006] [--texts] [--out DIR]
  --people N        how many people; some apply more than once
  --seed S          a number that everything follows from
  --ring-share X    how many of all people are personas of rings, 0 to 1
  --texts           write résumés too
  --out DIR         where applications.ndjson and truth.csv are written; here if not said";

fn main() -> ExitCode {
    let (options, folder) = match arguments(std::env::args().skip(1)) {
        Ok(read) => read,
        Err(reason) => {
            eprintln!("population: {reason}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&options, &folder) {
        Ok(written) => {
            println!(
                "{} applications of {} people, {} of them personas of {} rings",
                written.records, options.people, written.members, written.rings
            );
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("population: {}: {error}", folder.display());
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options, folder: &PathBuf) -> std::io::Result<crowd::Written> {
    create_dir_all(folder)?;
    let file =
        |name| File::create(folder.join(name)).map(|file| BufWriter::with_capacity(1 << 20, file));
    let (mut applications, mut truth) = (file("applications.ndjson")?, file("truth.csv")?);
    let written = crowd::write(options, &mut applications, &mut truth)?;
    applications.flush()?;
    truth.flush()?;
    Ok(written)
}

fn arguments(given: impl Iterator<Item = String>) -> Result<(Options, PathBuf), String> {
    let (mut people, mut seed) = (None, None);
    let mut options = Options {
        people: 0,
        seed: 0,
        ring_share: 0.006,
        texts: false,
    };
    let mut folder = PathBuf::from(".");
    let mut given = given;
    while let Some(name) = given.next() {
        let mut value = || given.next().ok_or(format!("{name} needs a value"));
        let number = |text: &str| format!("{name}: `{text}` is no number");
        match name.as_str() {
            "--people" => {
                let text = value()?;
                people = Some(text.parse().map_err(|_| number(&text))?);
            }
            "--seed" => {
                let text = value()?;
                seed = Some(text.parse().map_err(|_| number(&text))?);
            }
            "--ring-share" => {
                let text = value()?;
                options.ring_share = text.parse().map_err(|_| number(&text))?;
                if !(0.0..=1.0).contains(&options.ring_share) {
                    return Err(format!("{name} lies between 0 and 1"));
                }
            }
            "--texts" => options.texts = true,
            "--out" => folder = value()?.into(),
            _ => return Err(format!("unknown argument `{name}`")),
        }
    }
    options.people = people.ok_or("--people is missing")?;
    options.seed = seed.ok_or("--seed is missing")?;
    Ok((options, folder))
}
