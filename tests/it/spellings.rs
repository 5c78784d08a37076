//! Short and transliterated names are found no more often than long ones (red-flags §7 f).

use serde_json::{Value, json};
use telltale::application::Stage;
use telltale::normalise::name;
use telltale::rules::Ruleset;

use crate::common::{TestApp, rules};
use crate::golden::{fired, judge, record};
use crate::names::{Alias, LATIN};

/// How many pairs of a population are told apart, and how many pairs there are: who is told apart
/// can be linked by `x.*`.
fn told_apart(names: &[Alias]) -> (usize, usize) {
    let read = |alias: &Alias| name::read(alias.written).unwrap();
    let (mut pairs, mut distinct) = (0, 0);
    for (n, one) in names.iter().enumerate() {
        for other in &names[..n] {
            pairs += 1;
            distinct += usize::from(name::distinct(&read(one), &read(other)));
        }
    }
    (distinct, pairs)
}

#[test]
fn short_and_transliterated_names_are_not_told_apart_more_often_than_long_ones() {
    let population = |given: &[(&'static str, &'static str)],
                      family: &[(&'static str, &'static str)]| {
        let mut all = Vec::new();
        for (given_written, given) in given {
            for (family_written, family) in family {
                let written = format!("{given_written} {family_written}").leak();
                all.push(Alias {
                    written,
                    given,
                    family,
                });
            }
        }
        all
    };
    let same = |names: &[&'static str]| names.iter().map(|name| (*name, *name)).collect::<Vec<_>>();
    let long = population(
        &same(&[
            "Bartholomew",
            "Maximiliana",
            "Christopher",
            "Alexandrina",
            "Montgomery",
            "Philippa",
        ]),
        &same(&[
            "Featherstone",
            "Winterbourne",
            "Castellanos",
            "Abernathy",
            "Drinkwater",
            "Hollingsworth",
        ]),
    );
    let short = population(
        &same(&["Bo", "Li", "Na", "An", "Ye", "Jo"]),
        &same(&["Xu", "Hu", "Ek", "Oh", "Im", "Le"]),
    );
    let scripted = population(
        &[
            ("Олег", ""),
            ("Иван", ""),
            ("Анна", ""),
            ("Юлия", ""),
            ("Яков", ""),
            ("Зоя", ""),
        ],
        &[
            ("Петров", ""),
            ("Щукин", ""),
            ("Жуков", ""),
            ("Ющенко", ""),
            ("Хрущ", ""),
            ("Цой", ""),
        ],
    );
    let share = |names: &[Alias]| {
        let (distinct, pairs) = told_apart(names);
        f64::from(u32::try_from(distinct).unwrap()) / f64::from(u32::try_from(pairs).unwrap())
    };
    let long = share(&long);
    assert!(long > 0.9, "{long}");
    for (who, names) in [("short", short), ("Cyrillic", scripted)] {
        let share = share(&names);
        assert!(share <= long, "{who}: {share}, long ones {long}");
    }
}

#[test]
fn one_person_spelt_in_two_ways_is_one_person_whatever_the_name() {
    let ruleset = Ruleset::shipped().unwrap();
    for (one, other) in [
        ("Li Na", "Na Li"),
        ("李娜", "Li Na"),
        ("Kim Min-su", "Minsu Kim"),
        ("Nguyễn Văn An", "An Nguyen"),
        ("Þórdís Jónsdóttir", "Thordis Jonsdottir"),
        ("Oluwaṣeun Adébáyọ̀", "Oluwaseun Adebayo"),
        ("José Luis García Márquez", "Jose Garcia"),
        ("Anne-Marie Smith-Jones", "Anne Marie Smith"),
        ("Suharto", "SUHARTO"),
        ("Abd al-Rahman Haddad", "Abdalrahman Haddad"),
        ("Bartholomew Featherstone", "Featherstone, Bartholomew"),
    ] {
        let mut application = record(&LATIN[0], "jobs.inbox");
        application.name = Some(one.into());
        let resume = application.resume_text.as_mut().unwrap();
        *resume = resume.replace(LATIN[0].written, other);
        let fired = fired(&judge(&ruleset, &application, &[]));
        assert!(
            !fired.iter().any(|rule| rule.starts_with("identity.")),
            "{one} / {other}"
        );
        let [one, other] = [one, other].map(|raw| name::read(raw).unwrap());
        assert!(!name::distinct(&one, &other), "{} / {}", one.raw, other.raw);
    }
}

#[tokio::test]
async fn a_shared_phone_weighs_the_same_whatever_the_names() {
    let app = TestApp::start().await;
    let pairs: Vec<(Alias, Alias)> = LATIN
        .iter()
        .copied()
        .zip(LATIN.iter().copied().skip(1))
        .collect();
    let mut first: Option<Value> = None;
    for (n, (one, other)) in pairs.into_iter().enumerate() {
        for (who, alias) in [("a", one), ("b", other)] {
            let record = json!({"external_id": format!("{n}{who}"), "name": alias.written, "stage": Stage::Applied,
                "phones": [format!("(212) {}-5000", 612 + n)], "address": {"region": "NY", "country": "US"}});
            let screening = app.screen(record).await;
            if who == "b" {
                assert_eq!(
                    rules(&screening),
                    ["x.phone"],
                    "{} and {}",
                    one.written,
                    other.written
                );
                let score = screening["score_db"].clone();
                assert_eq!(*first.get_or_insert(score.clone()), score);
            }
        }
    }
}
