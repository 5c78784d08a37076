//! What no rule may write of a person: verdicts, and countries other than those the work is in.
//!
//! A title, a message or a question stands beside somebody's name, so it says what was seen and
//! accuses nobody of an intent or an origin (red-flags §2).

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::normalise::place::country;

/// Beginnings of words that are verdicts.
const VERDICTS: &[&str] = &[
    "fraud",
    "fake",
    "faking",
    "scam",
    "imposter",
    "impostor",
    "suspici",
    "suspect",
    "deceit",
    "deceiv",
    "dishonest",
];

/// Whole words that are.
const VERDICT_WORDS: &[&str] = &["liar", "liars", "criminal", "criminals", "crook", "crooks"];

/// Names of countries that nobody is accused by: those where the work is, the lands of the United
/// States, and names that are more often a person's, a state's or an ordinary word.
const NO_ACCUSATION: &[&str] = &[
    "american samoa",
    "canada",
    "chad",
    "georgia",
    "guam",
    "guinea",
    "israel",
    "jersey",
    "jordan",
    "northern mariana islands",
    "puerto rico",
    "united states of america",
    "us virgin islands",
];

/// Places of the United States that hold a country's name.
const AT_HOME: &[&str] = &["new mexico", "new mexican"];

/// What else people call countries and parts of the world.
const OTHER_NAMES: &[&str] = &[
    "britain",
    "burma",
    "cape verde",
    "dprk",
    "east timor",
    "england",
    "holland",
    "ivory coast",
    "korea",
    "macau",
    "macedonia",
    "north korean",
    "prc",
    "rok",
    "scotland",
    "swaziland",
    "turkey",
    "uae",
    "uk",
    "vatican",
    "wales",
    "africa",
    "asia",
    "europe",
    "latin america",
    "middle east",
];

/// What people of countries and parts of the world are called; `Polish` is left out, a verb.
const PEOPLES: &str = "\
    afghan african albanian algerian andorran angolan arab arabian argentine argentinian \
    armenian asian australian austrian azerbaijani bahamian bahraini bangladeshi barbadian \
    belarusian belgian belizean beninese bhutanese bolivian bosnian brazilian british bulgarian \
    burmese burundian cambodian cameroonian chadian chilean chinese colombian congolese croatian \
    cuban cypriot czech danish djiboutian dominican dutch ecuadorian egyptian emirati eritrean \
    estonian ethiopian european fijian filipino finnish french gabonese gambian georgian german \
    ghanaian greek guatemalan guinean guyanese haitian hispanic honduran hungarian icelandic \
    indian indonesian iranian iraqi irish israeli italian ivorian jamaican japanese jordanian \
    kazakh kenyan korean kuwaiti kyrgyz laotian latino latvian lebanese liberian libyan \
    lithuanian macedonian malagasy malawian malaysian malian maltese mauritanian mauritian \
    mexican moldovan mongolian montenegrin moroccan mozambican namibian nepalese nepali \
    nicaraguan nigerian nigerien norwegian omani pakistani palestinian panamanian paraguayan \
    persian peruvian portuguese qatari romanian russian rwandan salvadoran saudi scottish \
    senegalese serbian singaporean slovak slovenian somali spanish sudanese swedish swiss syrian \
    taiwanese tajik tanzanian thai tibetan togolese trinidadian tunisian turkish turkmen ugandan \
    ukrainian uruguayan uzbek venezuelan vietnamese welsh yemeni zambian zimbabwean";

/// All names of countries and peoples, in words parted by one blank, and the most words of one.
static ORIGINS: LazyLock<(HashSet<String>, usize)> = LazyLock::new(|| {
    let names = country::names().map(folded);
    let others = OTHER_NAMES.iter().map(|name| folded(name));
    let peoples = PEOPLES.split_whitespace();
    let peoples = peoples.flat_map(|people| [people.to_owned(), format!("{people}s")]);
    let known: HashSet<String> = (names.chain(others).chain(peoples))
        .filter(|name| !NO_ACCUSATION.contains(&name.as_str()))
        .collect();
    let longest = known.iter().map(|name| name.split(' ').count()).max();
    (known, longest.unwrap_or(0))
});

/// The words of a text, without its placeholders, as small letters parted by one blank.
fn folded(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth > 0 => continue,
            _ if c.is_alphanumeric() => {
                words.extend(c.to_lowercase());
                continue;
            }
            _ => {}
        }
        if !words.is_empty() && !words.ends_with(' ') {
            words.push(' ');
        }
    }
    words.truncate(words.trim_end().len());
    words
}

/// Why a text may not stand beside somebody's name; `what` is the key it is written under.
pub(crate) fn refusal(what: &str, text: &str) -> Option<String> {
    let folded = folded(text);
    let words: Vec<&str> = folded.split(' ').collect();
    let verdict = words.iter().find(|word| {
        VERDICT_WORDS.contains(word) || VERDICTS.iter().any(|start| word.starts_with(start))
    });
    if let Some(word) = verdict {
        return Some(format!(
            "{what}: `{word}` is a verdict, and a finding is only a reason to look (red-flags §2): \
             write what was seen, claim beside fact, or \"identity not yet verified\""
        ));
    }
    let origin = origin(&words)?;
    Some(format!(
        "{what}: `{origin}` names a country or its people, and nobody is labelled by an origin \
         (red-flags §2): write what was seen, claim beside fact, or \"identity not yet verified\""
    ))
}

/// The first country or people that is named; the longest name at its place.
fn origin(words: &[&str]) -> Option<String> {
    let (known, longest) = &*ORIGINS;
    let mut at = 0;
    while at < words.len() {
        if let Some(pair) = words.get(at..at + 2)
            && AT_HOME.contains(&pair.join(" ").as_str())
        {
            at += 2;
            continue;
        }
        let most = (*longest).min(words.len() - at);
        let names = (1..=most).rev().map(|n| words[at..at + n].join(" "));
        if let Some(name) = names.into_iter().find(|name| known.contains(name)) {
            return Some(name);
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_and_origins_are_refused() {
        for (text, named) in [
            ("Likely fraud", "fraud"),
            ("A FRAUDULENT address", "fraudulent"),
            ("A fake résumé", "fake"),
            ("Scammer's number", "scammer"),
            ("This candidate is a liar.", "liar"),
            ("A criminal's mailbox", "criminal"),
            ("Probably an imposter", "imposter"),
            ("A suspicious address {it.raw}", "suspicious"),
            ("Suspected DPRK worker", "suspected"),
            ("A DPRK worker", "dprk"),
            ("North Korean worker", "north korean"),
            ("A number from North Korea", "north korea"),
            ("Number from Nigeria", "nigeria"),
            ("An Indian mailbox", "indian"),
            ("Côte d’Ivoire again", "côte d ivoire"),
            ("Two Russians share it", "russians"),
            ("The clock is Iran's", "iran"),
            ("Bosnia and Herzegovina", "bosnia and herzegovina"),
            ("She studied in New Mexico or Mexico", "mexico"),
        ] {
            let refusal = refusal("title", text).unwrap_or_else(|| panic!("{text}"));
            let start = format!("title: `{named}` ");
            assert!(refusal.starts_with(&start), "{text}: {refusal}");
            assert!(refusal.contains("identity not yet verified"), "{refusal}");
        }
    }

    #[test]
    fn plain_words_and_names_are_left_alone() {
        for text in [
            "",
            "US number written with +1",
            "Issued in Georgia, New Mexico and New Jersey; she lives in Canada",
            "Jordan, Chad and Israel share a mailbox",
            "Where do you plan to go, and as I ran out of time, when?",
            "Could you polish this? It is the criminally slow {it.nigeria} line",
            "Is it in Indiana, and so on?",
            "The United States of America",
        ] {
            assert_eq!(refusal("ask", text), None, "{text}");
        }
    }
}
