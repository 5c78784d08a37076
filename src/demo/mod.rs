//! Invented candidates to look around with: `telltale serve --demo`.
//!
//! Most are honest people with the habits honest people have, a few belong to
//! invented rings, and a few have something in them that does not fit. A dozen
//! became workers, whose machines say things. Nobody exists: numbers are 555-01XX, mail is at domains kept for examples or has
//! `example` in its name, and so have profiles.

mod habits;
mod names;
mod people;
mod places;
mod random;
mod resumes;
mod rings;
mod singles;
mod studies;
mod trades;
mod workers;

use std::collections::HashMap;

use jiff::Timestamp;

use crate::access::{self, Role, link};
use crate::app::App;
use crate::application::Application;
use crate::audit::Actor;
use crate::error::Result;
use crate::screening::{self, desk};
use crate::store::{candidates, settings, users};
use people::Crowd;
use random::Dice;

/// Where all the dice begin; another number makes other people.
const SEED: u64 = 0x0007_e117_a1e0;

/// Honest people who applied once and on their own.
const ORDINARY: usize = 240;

/// The systems they came through.
const SOURCES: &[&str] = &["greenhouse", "lever", "ashby", "api"];

/// The setting that a database has which was empty when it was filled.
const FILLED: &str = "demo";

/// Where everybody's mailbox is who looks around; nobody real has one there.
const DOMAIN: &str = "@demo.example";

/// Whether the database is the demonstration's own: filled by it when it was empty, or empty still, and with nobody to
/// sign in but its own people.
pub async fn is_own(app: &App) -> Result<bool> {
    let people = users::all(&app.db).await?;
    if !people.iter().all(|one| one.email.ends_with(DOMAIN)) {
        return Ok(false);
    }
    let filled = settings::get(&app.db, FILLED).await?.is_some();
    Ok(filled || candidates::none(&app.db).await?)
}

/// Fills an empty database, and says whether it did; one that holds anybody stays as it is.
pub async fn fill(app: &App) -> Result<bool> {
    if !candidates::none(&app.db).await? {
        return Ok(false);
    }
    let mut tx = app.db.begin().await?;
    settings::put(&mut tx, FILLED, "filled").await?;
    tx.commit().await?;
    let applications = applications(app.now());
    for batch in applications.chunks(desk::BATCH) {
        for screening in screening::receive(app, batch.to_vec()).await {
            screening?;
        }
    }
    screening::catch_up(app).await?;
    workers::fill(app).await?;
    Ok(true)
}

/// People of every role to look around as, and a link for each that signs in once: what to call it, and its path.
pub async fn links(app: &App) -> Result<Vec<(String, String)>> {
    let mut links = Vec::new();
    for role in Role::ALL {
        let email = format!("{}{DOMAIN}", role.word());
        let user = match users::by_email(&app.db, &email).await? {
            Some(row) => row.user(),
            None => access::add(app, &Actor::system("demo"), &email, "", role).await?,
        };
        let what = format!("Sign in as {}", role.word());
        links.push((
            what,
            link::create(app, &Actor::system("demo"), Some(&user)).await?,
        ));
    }
    Ok(links)
}

/// About three hundred invented applications, made within 60 days before `now`,
/// the earliest first; the same for the same `now`. A candidate that comes twice
/// under one id comes in the order of its stages.
pub fn applications(now: Timestamp) -> Vec<Application> {
    let mut crowd = Crowd::new(SEED);
    let mut all = habits::ordinary(&mut crowd, ORDINARY, now);
    all.extend(habits::again(&mut crowd, 6, now));
    all.extend(habits::couple(&mut crowd, now));
    all.extend(habits::agency(&mut crowd, 8, now));
    all.extend(habits::own_script(&mut crowd, now));
    all.extend(rings::all(&mut crowd, now).into_iter().flatten());
    all.extend(singles::all(&mut crowd, now));
    all.extend(studies::all(&mut crowd, now));
    number(&mut all);
    all.sort_by_key(|application| application.applied_at);
    all
}

/// Gives each a source and that source's kind of id; those that already have one id in common are
/// versions of one candidate and keep having one.
fn number(all: &mut [Application]) {
    let mut dice = Dice::new(SEED ^ 1);
    let mut versions: HashMap<String, (String, String)> = HashMap::new();
    for (n, application) in all.iter_mut().enumerate() {
        let source = SOURCES[n % SOURCES.len()];
        let common = std::mem::take(&mut application.external_id);
        application.source = source.into();
        application.external_id = match source {
            "greenhouse" => format!("{}", 40_210_000 + n * 17),
            "api" => format!("A-{}", 1000 + n),
            _ => format!(
                "{:08x}-{:04x}-4{:03x}-8000-{n:012x}",
                dice.below(0xffff_ffff),
                dice.below(0xffff),
                dice.below(0xfff)
            ),
        };
        if !common.is_empty() {
            let given = (application.source.clone(), application.external_id.clone());
            let first = versions.entry(common).or_insert(given);
            (application.source, application.external_id) = first.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

    use super::*;
    use crate::application::Stage;

    fn now() -> Timestamp {
        "2026-03-02T12:00:00Z".parse().unwrap()
    }

    /// Hashes of every five words in a row.
    fn shingles(application: Application) -> HashSet<u64> {
        let text = application.resume_text.unwrap().to_lowercase();
        let words: Vec<_> = text.split_whitespace().collect();
        let hash = BuildHasherDefault::<DefaultHasher>::default();
        words.windows(5).map(|five| hash.hash_one(five)).collect()
    }

    #[test]
    fn the_same_moment_gives_the_same_people() {
        assert_eq!(applications(now()), applications(now()));
    }

    #[test]
    fn there_are_a_few_hundred_and_all_came_lately() {
        let all = applications(now());
        assert!((280..=330).contains(&all.len()), "{}", all.len());
        for application in &all {
            let days = (now() - application.applied_at.unwrap()).get_hours() / 24;
            assert!((0..=80).contains(&days), "{days}");
            assert!(
                application
                    .resume_text
                    .as_ref()
                    .is_some_and(|text| text.len() > 600)
            );
        }
        assert!(
            all.windows(2)
                .all(|pair| pair[0].applied_at <= pair[1].applied_at)
        );
    }

    #[test]
    fn two_candidates_come_again_at_later_stages() {
        let mut stages: HashMap<_, Vec<Stage>> = HashMap::new();
        for application in applications(now()) {
            stages
                .entry((application.source, application.external_id))
                .or_default()
                .push(application.stage);
        }
        let mut again: Vec<_> = stages
            .into_values()
            .filter(|stages| stages.len() > 1)
            .collect();
        again.sort_by_key(Vec::len);
        let whole = vec![Stage::Applied, Stage::Offer, Stage::Onboarding];
        assert_eq!(again, [whole[..2].to_vec(), whole]);
    }

    #[test]
    fn numbers_belong_to_nobody() {
        for application in applications(now()) {
            let referees = application
                .references
                .iter()
                .filter_map(|referee| referee.phone.as_ref());
            for phone in application.phones.iter().chain(referees) {
                let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
                let fictional =
                    digits.len() >= 10 && digits[digits.len() - 7..].starts_with("55501");
                let drama = digits.starts_with("447700900");
                let impossible = digits.len() == 10 && digits[3..].starts_with("9110");
                assert!(fictional || drama || impossible, "{phone}");
            }
        }
    }

    #[test]
    fn mailboxes_and_profiles_belong_to_nobody() {
        let real = [
            "gmail.com",
            "googlemail.com",
            "outlook.com",
            "duck.com",
            "mailinator.com",
        ];
        for application in applications(now()) {
            let referees = application
                .references
                .iter()
                .filter_map(|referee| referee.email.as_ref());
            for email in application.emails.iter().chain(referees) {
                let (local, domain) = email.rsplit_once('@').unwrap();
                let (local, domain) = (local.to_lowercase(), domain.to_lowercase());
                let reserved = domain.ends_with(".example")
                    || ["example.com", "example.org", "example.net"].contains(&domain.as_str());
                let undotted = local.replace('.', "");
                assert!(
                    reserved
                        || (real.contains(&domain.as_str()) && undotted.starts_with("example")),
                    "{email}"
                );
            }
            for link in &application.links {
                assert!(link.to_lowercase().contains("example"), "{link}");
            }
        }
    }

    #[test]
    fn honest_people_share_nothing() {
        let mut crowd = Crowd::new(SEED);
        let mut seen = HashSet::new();
        for application in habits::ordinary(&mut crowd, ORDINARY, now()) {
            let referees = application
                .references
                .iter()
                .flat_map(|r| [r.phone.clone(), r.email.clone()])
                .flatten();
            let device = application
                .submission
                .and_then(|submission| submission.device_id);
            let own = application
                .phones
                .into_iter()
                .chain(application.emails)
                .chain(application.links);
            for key in own.chain(device).chain(referees) {
                let digits: String = key.chars().filter(char::is_ascii_digit).collect();
                let phone = digits.len() >= 10 && !key.contains('@');
                let key = if phone {
                    digits[digits.len() - 10..].to_owned()
                } else {
                    key
                };
                assert!(seen.insert(key.to_lowercase()), "{key}");
            }
        }
    }

    #[test]
    fn honest_people_have_at_most_two_numbers_in_an_area_code() {
        let mut crowd = Crowd::new(SEED);
        let mut areas: HashMap<u16, usize> = HashMap::new();
        for _ in 0..ORDINARY {
            *areas.entry(crowd.person().phone.0).or_default() += 1;
        }
        assert!(areas.values().all(|count| *count <= 2), "{areas:?}");
    }

    #[test]
    fn names_from_everywhere_are_spread_evenly_over_everybody() {
        let mut crowd = Crowd::new(SEED);
        let mut origins = [0_usize; names::NAMES.len()];
        for _ in 0..ORDINARY {
            origins[crowd.person().origin] += 1;
        }
        assert!(
            origins
                .iter()
                .all(|count| *count == ORDINARY / names::NAMES.len()),
            "{origins:?}"
        );
        let before = crowd.dice.clone();
        let rings = rings::all(&mut crowd, now());
        assert_ne!(
            crowd.dice.below(usize::MAX),
            before.clone().below(usize::MAX)
        );
        let belongs = |name: &str| {
            names::NAMES
                .iter()
                .position(|names| names.family.iter().any(|f| name.ends_with(f)))
        };
        let spread: HashSet<_> = rings
            .iter()
            .flatten()
            .filter_map(|a| belongs(a.name.as_deref()?))
            .collect();
        assert!(spread.len() >= 12, "{spread:?}");
    }

    #[test]
    fn honest_resumes_do_not_repeat_one_another() {
        let mut crowd = Crowd::new(SEED);
        let people = habits::ordinary(&mut crowd, ORDINARY, now());
        let texts: Vec<_> = people.into_iter().map(shingles).collect();
        for (n, one) in texts.iter().enumerate() {
            for other in &texts[..n] {
                let common = one.intersection(other).count();
                assert!(
                    common * 5 < one.len() + other.len() - common,
                    "{common} shingles of {}",
                    one.len()
                );
            }
        }
    }

    #[test]
    fn a_ring_tells_one_story() {
        let mut crowd = Crowd::new(SEED);
        for ring in rings::all(&mut crowd, now()) {
            let texts: Vec<_> = ring.into_iter().map(shingles).collect();
            for other in &texts[1..] {
                let common = texts[0].intersection(other).count();
                assert!(
                    common * 10 >= (texts[0].len() + other.len() - common) * 6,
                    "{common}"
                );
            }
        }
    }
}
