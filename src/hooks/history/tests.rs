use proptest::prelude::*;

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).unwrap()
}

fn event(kind: Kind, second: i64) -> Event {
    Event {
        at: Some(at(second)),
        application_id: Some("a1".into()),
        ..Event::of(kind, Some("p1".into()))
    }
}

fn named(kind: Kind, second: i64, name: &str) -> Event {
    let mut event = event(kind, second);
    event.person.name = Some(name.into());
    event
}

fn history(events: &[Event]) -> History {
    let placed = events.iter().map(|one| Placed::of(one.clone(), at(0)));
    of("greenhouse", "p1", "greenhouse", placed.collect())
}

#[test]
fn a_person_goes_from_application_to_hire() {
    let mut moved = event(Kind::StageChanged, 2);
    moved.candidacy.stage = Some("Technical Interview".into());
    let told = history(&[
        named(Kind::ApplicationCreated, 1, "Maria Lopez"),
        moved,
        event(Kind::Hired, 3),
    ]);
    let stages: Vec<_> = told
        .versions
        .iter()
        .map(|(at, one)| (*at, one.stage))
        .collect();
    assert_eq!(
        stages,
        [
            (at(1), Stage::Applied),
            (at(2), Stage::Interview),
            (at(3), Stage::Onboarding)
        ]
    );
    assert_eq!(told.application_id.as_deref(), Some("a1"));
    assert_eq!(told.versions[0].1.applied_at, Some(at(1)));
}

#[test]
fn what_was_not_said_stays_and_what_was_said_to_be_empty_goes() {
    let mut first = named(Kind::CandidateCreated, 1, "Maria Lopez");
    first.person.emails = Some(vec!["maria@example.com".into()]);
    first.person.phones = Some(vec!["1".into()]);
    let mut second = event(Kind::CandidateUpdated, 2);
    second.person.phones = Some(Vec::new());
    let told = history(&[first, second]);
    let last = &told.versions.last().unwrap().1;
    assert_eq!(last.emails, ["maria@example.com"]);
    assert!(last.phones.is_empty());
}

#[test]
fn a_rejection_counts_while_no_other_application_stands() {
    let mut other = event(Kind::ApplicationCreated, 3);
    other.application_id = Some("a2".into());
    let events = [
        named(Kind::ApplicationCreated, 1, "Maria Lopez"),
        event(Kind::Rejected, 2),
        other,
    ];
    let rejected: Vec<_> = history(&events)
        .versions
        .iter()
        .map(|(_, one)| one.rejected_at)
        .collect();
    assert_eq!(rejected, [None, Some(at(2)), None]);
}

#[test]
fn nothing_is_left_of_who_is_erased_and_nothing_is_known_of_ids_alone() {
    let told = history(&[
        named(Kind::ApplicationCreated, 1, "Maria Lopez"),
        event(Kind::CandidateAnonymised, 2),
        named(Kind::CandidateUpdated, 3, "Anonymized 1"),
    ]);
    assert!(told.erased && told.versions.is_empty());
    assert!(history(&[event(Kind::StageChanged, 1)]).versions.is_empty());
}

fn state(second: i64, rejected: Option<bool>, hired: Option<bool>) -> Event {
    let mut event = event(Kind::ApplicationUpdated, second);
    event.candidacy.rejected = rejected;
    event.candidacy.hired = hired;
    event
}

#[test]
fn a_state_sets_and_clears_what_no_event_tells() {
    let (no, yes) = (Some(false), Some(true));
    let mut named_stage = state(6, no, no);
    named_stage.candidacy.stage = Some("Phone screen".into());
    let events = [
        named(Kind::ApplicationCreated, 1, "Maria Lopez"),
        state(2, yes, no),
        // Said again, and nothing said: the first time counts.
        state(3, yes, no),
        state(4, None, None),
        state(5, no, yes),
        named_stage,
    ];
    let told = history(&events);
    let states: Vec<_> = (told.versions.iter())
        .map(|(at, one)| (*at, one.stage, one.rejected_at))
        .collect();
    assert_eq!(
        states,
        [
            (at(1), Stage::Applied, None),
            (at(2), Stage::Applied, Some(at(2))),
            (at(5), Stage::Onboarding, None),
            (at(6), Stage::Interview, None),
        ]
    );
}

#[test]
fn who_is_no_longer_hired_is_where_the_words_say_or_at_the_offer() {
    for (words, last, stage) in [
        (None, state(3, None, Some(false)), Stage::Offer),
        (None, event(Kind::Unhired, 3), Stage::Offer),
        (Some("Hired"), state(3, None, Some(false)), Stage::Offer),
        (
            Some("Phone screen"),
            state(3, None, Some(false)),
            Stage::Interview,
        ),
        (
            Some("Phone screen"),
            state(3, None, None),
            Stage::Onboarding,
        ),
    ] {
        let mut hired = event(Kind::Hired, 2);
        hired.candidacy.stage = words.map(str::to_owned);
        let created = named(Kind::ApplicationCreated, 1, "Maria Lopez");
        let told = history(&[created, hired, last]);
        let last = &told.versions.last().unwrap().1;
        assert_eq!(last.stage, stage, "{words:?}");
    }
}

#[test]
fn what_happened_counts_for_more_than_a_state_from_before_it() {
    let mut hired = named(Kind::Hired, 1, "Maria Lopez");
    hired.candidacy.hired = Some(false);
    let mut rejected = event(Kind::Rejected, 2);
    rejected.candidacy.rejected = Some(false);
    let told = history(&[hired, rejected]);
    let stages: Vec<_> = (told.versions.iter())
        .map(|(_, one)| (one.stage, one.rejected_at))
        .collect();
    assert_eq!(
        stages,
        [(Stage::Onboarding, None), (Stage::Onboarding, Some(at(2)))]
    );
    // Who was hired is put away, and not turned down by that.
    let put_away = state(2, Some(true), None);
    let told = history(&[named(Kind::Hired, 1, "Maria Lopez"), put_away]);
    assert_eq!(told.versions.len(), 1);
}

#[test]
fn a_person_holds_since_when_they_were_asked_for_and_the_stage_since_the_event() {
    let fetched = |kind: Kind, second: i64, since: i64, name: &str| Event {
        person_at: Some(at(since)),
        ..named(kind, second, name)
    };
    let mut moved = fetched(Kind::StageChanged, 2, 9, "Maria Newest");
    moved.candidacy.stage = Some("Phone screen".into());
    // The move was asked about late, so its person is newer than the update's at 5.
    let told = history(&[
        fetched(Kind::ApplicationCreated, 1, -7, "Maria Lopez"),
        named(Kind::CandidateUpdated, 5, "Maria Newer"),
        moved,
    ]);
    let names: Vec<_> = (told.versions.iter())
        .map(|(at, one)| (*at, one.name.as_deref().unwrap(), one.stage))
        .collect();
    assert_eq!(
        names,
        [
            (at(1), "Maria Lopez", Stage::Applied),
            (at(2), "Maria Lopez", Stage::Interview),
            (at(5), "Maria Newer", Stage::Interview),
            (at(9), "Maria Newest", Stage::Interview),
        ]
    );
    assert_eq!(told.versions[0].1.applied_at, Some(at(1)));
    // An older person who comes late stays behind.
    let told = history(&[
        named(Kind::CandidateUpdated, 5, "Maria Newer"),
        fetched(Kind::StageChanged, 6, 3, "Maria Lopez"),
    ]);
    assert_eq!(
        told.versions.last().unwrap().1.name.as_deref(),
        Some("Maria Newer")
    );
}

#[test]
fn an_unchanged_person_asked_for_again_makes_no_version() {
    let asked = |second: i64, since: i64| {
        let mut event = named(Kind::ApplicationUpdated, second, "Maria Lopez");
        event.person_at = Some(at(since));
        event
    };
    let once = history(&[asked(1, 1)]);
    let again = history(&[asked(1, 1), asked(1, 8), asked(1, 9), asked(2, 1)]);
    assert_eq!(once, again);
    let digests = [asked(1, 1), asked(1, 1)].map(|one| Placed::of(one, at(0)).digest);
    assert_eq!(digests[0], digests[1]);
    // Of two that changed at the same time, as far as the vendor says, the later event's counts.
    let mut later = asked(4, 1);
    later.person.name = Some("Maria Newer".into());
    for events in [[asked(3, 1), later.clone()], [later.clone(), asked(3, 1)]] {
        let last = history(&events).versions.last().unwrap().1.name.clone();
        assert_eq!(last.as_deref(), Some("Maria Newer"));
    }
}

proptest! {
    #[test]
    fn order_and_repetition_do_not_matter(
        steps in prop::collection::vec(
            (0_usize..12, 0_i64..6, 0_usize..3, 0_usize..3, prop::option::of(-2_i64..9)),
            1..12,
        ),
        shuffled in any::<prop::sample::Index>(),
        again in any::<prop::sample::Index>(),
        rotate in 0_usize..12,
    ) {
        let events: Vec<Event> = steps.iter().map(|(kind, second, value, application, since)| {
            let kind = Kind::ALL[*kind];
            let mut one = event(kind, *second);
            one.application_id = Some(format!("a{application}"));
            one.merged_into = (kind == Kind::CandidateMerged).then(|| "p2".into());
            match value {
                0 => one.person.name = Some(format!("Maria {second}")),
                1 => one.person.phones = Some(vec![format!("212736500{second}")]),
                _ => one.candidacy.stage = Some(["Offer", "Phone", "x"][*application].into()),
            }
            one.person_at = since.map(at);
            one.candidacy.rejected = since.map(|since| since % 2 == 0);
            one.candidacy.hired = since.map(|since| since % 3 == 0);
            one
        }).collect();
        let mut other = events.clone();
        let (a, b) = (shuffled.index(other.len()), again.index(other.len()));
        other.swap(a, b);
        let middle = rotate % other.len();
        other.rotate_left(middle);
        other.push(other[a].clone());
        prop_assert_eq!(history(&events), history(&other));
    }
}
