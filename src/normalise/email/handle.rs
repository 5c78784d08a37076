//! What a local part is made of: words of a name, words of the trade, digits.

/// Words of the trade (red-flags §1, `email.handle_digits`).
const TECH: [&str; 8] = [
    "dev", "code", "web", "stack", "block", "crypto", "bit", "tech",
];

/// Words that name a trade, a purpose, a team or a thing people like rather than a person,
/// ascending; ours, November 2026. A local part with one of them is no name.
const COMMON: [&str; 328] = [
    "academy",
    "account",
    "accounts",
    "admin",
    "agency",
    "amazing",
    "and",
    "android",
    "app",
    "apply",
    "apps",
    "art",
    "awesome",
    "baby",
    "backend",
    "backup",
    "banana",
    "bear",
    "beauty",
    "bee",
    "bees",
    "best",
    "big",
    "bike",
    "birds",
    "block",
    "blog",
    "blue",
    "book",
    "books",
    "boss",
    "bot",
    "box",
    "boy",
    "boys",
    "bubble",
    "business",
    "butterfly",
    "cake",
    "candy",
    "captain",
    "car",
    "career",
    "careers",
    "cat",
    "cats",
    "chain",
    "champion",
    "cheese",
    "chef",
    "chicken",
    "chocolate",
    "city",
    "cloud",
    "code",
    "coder",
    "coding",
    "coffee",
    "company",
    "consulting",
    "contact",
    "cookie",
    "cool",
    "crazy",
    "crypto",
    "cute",
    "cyber",
    "dad",
    "daily",
    "dance",
    "dancer",
    "dancing",
    "dark",
    "data",
    "days",
    "deal",
    "design",
    "designer",
    "desk",
    "dev",
    "developer",
    "devops",
    "digital",
    "doctor",
    "dog",
    "dogs",
    "dolphin",
    "dragon",
    "dream",
    "dreamer",
    "dreams",
    "eagle",
    "easy",
    "email",
    "engineer",
    "engineering",
    "epic",
    "expert",
    "family",
    "fast",
    "feet",
    "fire",
    "fish",
    "fishing",
    "fitness",
    "flower",
    "fly",
    "flying",
    "food",
    "football",
    "fresh",
    "friend",
    "friends",
    "frontend",
    "full",
    "fullstack",
    "fun",
    "funky",
    "funny",
    "future",
    "gamer",
    "gamers",
    "games",
    "gaming",
    "garden",
    "geek",
    "ghost",
    "girl",
    "girls",
    "global",
    "great",
    "group",
    "guitar",
    "happiness",
    "happy",
    "health",
    "healthy",
    "heart",
    "hearts",
    "hello",
    "help",
    "high",
    "hire",
    "hiring",
    "hockey",
    "home",
    "horse",
    "horses",
    "hot",
    "house",
    "info",
    "iron",
    "island",
    "java",
    "job",
    "jobs",
    "joker",
    "jump",
    "kid",
    "kids",
    "kitchen",
    "kitty",
    "lady",
    "lazy",
    "lead",
    "life",
    "lightning",
    "lion",
    "little",
    "live",
    "lonely",
    "lost",
    "lovely",
    "lover",
    "loves",
    "luck",
    "mad",
    "magic",
    "mail",
    "mailbox",
    "main",
    "mama",
    "master",
    "me",
    "mighty",
    "mobile",
    "mom",
    "monkey",
    "morning",
    "mother",
    "mountain",
    "mouse",
    "movie",
    "music",
    "musical",
    "my",
    "native",
    "net",
    "new",
    "nice",
    "night",
    "ninja",
    "node",
    "ocean",
    "office",
    "official",
    "one",
    "online",
    "our",
    "panda",
    "papa",
    "party",
    "peace",
    "penguin",
    "personal",
    "phantom",
    "phone",
    "photo",
    "pink",
    "pirate",
    "pixel",
    "pizza",
    "planet",
    "player",
    "pretty",
    "princess",
    "pro",
    "product",
    "professional",
    "profile",
    "programmer",
    "project",
    "puppy",
    "purple",
    "python",
    "queen",
    "quiet",
    "rabbit",
    "rainbow",
    "rainy",
    "random",
    "react",
    "real",
    "recruiting",
    "red",
    "resume",
    "road",
    "robot",
    "rock",
    "rocket",
    "runner",
    "running",
    "sailor",
    "sales",
    "sea",
    "secret",
    "security",
    "senior",
    "service",
    "shadow",
    "shark",
    "shine",
    "shop",
    "silent",
    "silly",
    "simple",
    "smart",
    "smile",
    "smiles",
    "smiling",
    "soccer",
    "soft",
    "software",
    "solutions",
    "soul",
    "space",
    "spirit",
    "sport",
    "sports",
    "stack",
    "star",
    "studio",
    "sugar",
    "summertime",
    "sunflower",
    "sunrise",
    "sunset",
    "sunshine",
    "super",
    "support",
    "surfer",
    "tea",
    "team",
    "tech",
    "the",
    "thunder",
    "tiger",
    "time",
    "tiny",
    "top",
    "travel",
    "traveler",
    "tree",
    "trees",
    "true",
    "turtle",
    "unicorn",
    "universe",
    "virtual",
    "warrior",
    "water",
    "wave",
    "waves",
    "web",
    "wild",
    "wind",
    "winner",
    "wizard",
    "wonder",
    "wonderful",
    "work",
    "world",
    "writer",
    "yellow",
    "yoga",
    "your",
    "zen",
    "zone",
];

/// Common words that people are called too, ascending: two of them are no name, one beside another word may be.
const EITHER: [&str; 87] = [
    "amber",
    "angel",
    "april",
    "august",
    "autumn",
    "bell",
    "berry",
    "bird",
    "bright",
    "brook",
    "charity",
    "chase",
    "christian",
    "clay",
    "crystal",
    "daisy",
    "dawn",
    "day",
    "destiny",
    "diamond",
    "east",
    "faith",
    "falcon",
    "fan",
    "field",
    "flowers",
    "forest",
    "fox",
    "frost",
    "gold",
    "golden",
    "good",
    "grace",
    "green",
    "guy",
    "harmony",
    "heaven",
    "hope",
    "hunter",
    "ivy",
    "jade",
    "jasmine",
    "jewel",
    "joy",
    "june",
    "king",
    "knight",
    "lake",
    "light",
    "lily",
    "love",
    "lucky",
    "marine",
    "may",
    "melody",
    "mercy",
    "miracle",
    "moon",
    "olive",
    "park",
    "pearl",
    "power",
    "prince",
    "rain",
    "raven",
    "river",
    "robin",
    "rose",
    "ruby",
    "sage",
    "sky",
    "snow",
    "song",
    "stone",
    "storm",
    "strong",
    "summer",
    "sun",
    "sunny",
    "swan",
    "sweet",
    "violet",
    "willow",
    "winter",
    "wolf",
    "wood",
    "young",
];

/// Forms of address, which are no part of a name.
const HONORIFICS: [&str; 8] = ["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir"];

/// The shortest word that can be a name here, letters.
const SHORTEST_NAME: usize = 3;

/// What a local part is made of, besides words of a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Handle {
    /// Digits in it.
    pub digits: usize,
    /// Digits at its end.
    pub trailing_digits: usize,
    /// Whether one of its words begins or ends with a word of the trade, such as `dev`.
    pub tech_token: bool,
    /// Whether it ends in exactly four digits that are a month and a day.
    pub month_day: bool,
}

/// Reads a lower-case local part without its tag.
pub(super) fn read(local: &str) -> Handle {
    let trailing = trailing_digits(local);
    Handle {
        digits: local.bytes().filter(u8::is_ascii_digit).count(),
        trailing_digits: trailing.len(),
        tech_token: words(local).any(is_tech),
        month_day: is_month_day(trailing),
    }
}

/// Runs of letters.
fn words(local: &str) -> impl Iterator<Item = &str> {
    local
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
}

/// The two words of a local part that looks like a name; digits, separators and forms of address
/// are no words.
pub(super) fn name_tokens(local: &str) -> Option<[String; 2]> {
    let mut words = words(local).filter(|word| !HONORIFICS.contains(word));
    let (first, last) = (words.next()?, words.next()?);
    if words.next().is_some() {
        return None;
    }
    let folded = [first, last].map(|word| any_ascii::any_ascii(word).to_ascii_lowercase());
    let in_list = |list: &[&str], word: &String| list.binary_search(&word.as_str()).is_ok();
    if folded.iter().all(|word| in_list(&EITHER, word)) {
        return None;
    }
    folded
        .iter()
        .all(|word| {
            word.chars().count() >= SHORTEST_NAME
                && word.bytes().all(|byte| byte.is_ascii_lowercase())
                && !in_list(&COMMON, word)
        })
        .then_some(folded)
}

/// Whether a word begins or ends with a word of the trade: `johndev`, `cryptoada`; also `devon`,
/// so that a name must be looked for first.
fn is_tech(word: &str) -> bool {
    TECH.iter()
        .any(|tech| word.starts_with(tech) || word.ends_with(tech))
}

/// What is left of a word without the words of the trade at its ends: `li` of `lidev`, nothing of `blockdev`.
pub fn without_trade(mut word: &str) -> &str {
    loop {
        let cut = |tech| word.strip_prefix(tech).or_else(|| word.strip_suffix(tech));
        match TECH.into_iter().find_map(cut) {
            Some(rest) => word = rest,
            None => return word,
        }
    }
}

fn trailing_digits(local: &str) -> &str {
    let letters = local.trim_end_matches(|c: char| c.is_ascii_digit());
    &local[letters.len()..]
}

/// Whether exactly four digits are a month and a day, 31 days to each month: 372 of 10,000
/// (red-flags §7a).
fn is_month_day(digits: &str) -> bool {
    let Ok([a, b, c, d]) = <[u8; 4]>::try_from(digits.as_bytes()) else {
        return false;
    };
    let two = |tens: u8, ones: u8| (tens - b'0') * 10 + (ones - b'0');
    (1..=12).contains(&two(a, b)) && (1..=31).contains(&two(c, d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_digits_are_a_day_or_not() {
        for (digits, day) in [
            ("0229", true),
            ("1231", true),
            ("1301", false),
            ("0000", false),
            ("0132", false),
            ("0100", false),
            ("229", false),
            ("00229", false),
            ("", false),
        ] {
            assert_eq!(is_month_day(digits), day, "{digits}");
        }
        let days = (0..10_000)
            .filter(|n| is_month_day(&format!("{n:04}")))
            .count();
        assert_eq!(days, 372);
    }

    #[test]
    fn words_of_the_trade_are_cut_off_a_word() {
        for (word, rest) in [
            ("lidev", "li"),
            ("codeli", "li"),
            ("blockdev", ""),
            ("devwebli", "li"),
            ("lopez", "lopez"),
        ] {
            assert_eq!(without_trade(word), rest, "{word}");
        }
    }

    #[test]
    fn two_words_that_can_be_names_are_a_name() {
        let name = |first: &str, last: &str| Some([first.to_owned(), last.to_owned()]);
        for (local, tokens) in [
            ("ada.lovelace", name("ada", "lovelace")),
            ("ada_lovelace1815", name("ada", "lovelace")),
            ("ada99lovelace", name("ada", "lovelace")),
            ("jürgen.müller", name("jurgen", "muller")),
            ("java.developer", None),
            ("maria.dev", None),
            ("jobs.acme", None),
            ("a.lovelace", None),
            ("adalovelace", None),
            ("ada.k.lovelace", None),
            ("1815", None),
            ("happy.feet", None),
            ("summer.rain", None),
            ("rose.garden", None),
            ("queen.bee", None),
            ("gamer.zone", None),
            ("grace.hope", None),
            ("mrs.smith", None),
            ("prof_keller", None),
            ("dr.ada.lovelace", name("ada", "lovelace")),
            ("ms.grace.miller", name("grace", "miller")),
            ("april.king", None),
            ("hope.lovelace", name("hope", "lovelace")),
        ] {
            assert_eq!(name_tokens(local), tokens, "{local}");
        }
        assert!(COMMON.is_sorted() && EITHER.is_sorted());
        assert!(!EITHER.iter().any(|word| COMMON.contains(word)));
    }

    #[test]
    fn digits_and_words_of_the_trade_are_counted() {
        for (local, digits, trailing, tech) in [
            ("johndev92", 2, 2, true),
            ("crypto.star0229", 4, 4, true),
            ("7ada7", 2, 1, false),
            ("ada", 0, 0, false),
            ("abitofada", 0, 0, false),
        ] {
            let handle = read(local);
            let seen = (handle.digits, handle.trailing_digits, handle.tech_token);
            assert_eq!(seen, (digits, trailing, tech), "{local}");
        }
    }
}
