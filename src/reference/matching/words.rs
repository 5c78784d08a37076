//! Words of names in their usual spellings and languages, and what each can tell.
//!
//! Compiled by us from common usage, November 2026.

use std::sync::LazyLock;

use super::hash::{self, Map, Set};

/// What a word tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Which institution.
    Plain,
    /// Which kind of institution: `university`. Also the head of a faculty's name.
    Kind,
    /// Which kind too, but never alone: `community`, `state`.
    Modifier,
    /// Digits.
    Number,
}

/// What stands beside a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Neighbours<'a> {
    /// Whether it is the first of its part.
    pub first: bool,
    /// The next word of its part.
    pub next: Option<&'a str>,
}

/// `university`.
pub(super) const UNIVERSITY: u64 = hash::word("university");
/// `college`.
pub(super) const COLLEGE: u64 = hash::word("college");
/// `community`.
pub(super) const COMMUNITY: u64 = hash::word("community");
/// `saint`.
const SAINT: u64 = hash::word("saint");
/// `state`.
const STATE: u64 = hash::word("state");

/// Words of kinds of institutions: the word that stands for them first, then other spellings, and
/// behind the bar other languages.
const KINDS: [&str; 11] = [
    "university univ unv uni universities | universidad universidade universite universitat \
     universitaet universita universiteit univerzita univerzitet univerzity uniwersytet universitet \
     universitetet universitas universiti universitatea universitesi universitate universiteti \
     yliopisto egyetem universitario universitaria universitair universitaire unibertsitatea",
    "college coll colleges | colegio collegium collegio",
    "institute inst instit institutes institution | institut instituto istituto instytut institutt",
    "school schools sch | escuela ecole escola scuola schule skola",
    "academy | academia akademie academie akademia accademia akademi",
    "seminary | seminario",
    "polytechnic polytechnics polytechnical poly | politecnico politecnica politecnic polytechnique politechnika \
     politehnica politeknik",
    "hochschule hogeschool hogskola hogskolan hogskolen hoyskole hoegskole fachhochschule",
    "conservatory | conservatorio conservatoire konservatorium",
    "faculty | fakultat facultad faculdade faculte facolta",
    "department dept | departamento",
];

/// Words that say more of the kind.
const MODIFIERS: [&str; 12] = [
    "state",
    "community comm commun",
    "tech technology technical technological technologies techn tecn | tecnologico tecnologica tecnologia \
     technologie technische technischen technischer technique tecnica tecnico tekniska teknik teknologi \
     technologique tekniske teknillinen",
    "junior jr",
    "national natl | nacional nationale nazionale nasional narodowy",
    "international intl | internacional internationale internazionale",
    "center centre ctr | centro zentrum",
    "county",
    "catholic | catolica catolico catholique cattolica katholieke katholische",
    "autonomous | autonoma autonomo",
    "system systems",
    "district",
];

/// Other words with a usual spelling.
const SPELLINGS: [&str; 37] = [
    "science sciences sci | ciencias ciencia wissenschaften wissenschaft scienze",
    "engineering engg eng | ingenieria engenharia",
    "management mgmt mgt",
    "business bus",
    "agricultural agric",
    "economics econ | economicas",
    "medical med",
    "medicine | medicina",
    "mount mt",
    "fort ft",
    "saint sankt sainte saints st ste",
    "art arts | artes arte",
    "applied appl | angewandte",
    "education educ",
    "north n",
    "florida fla",
    "california calif",
    "massachusetts mass",
    "connecticut conn",
    "tennessee tenn",
    "minnesota minn",
    "oklahoma okla",
    "colorado colo",
    "arizona ariz",
    "michigan mich",
    "wisconsin wisc wis",
    "texas tex",
    "pennsylvania penna",
    "washington wash",
    "missouri mo",
    "federal | federale",
    "pontifical | pontificia",
    "southwestern southwest",
    "nebraska nebr neb",
    "kyiv kiev",
    "superior | superieure superiore superiores",
    "theological theol",
];

/// Cities that languages call by different names.
const EXONYMS: [&str; 30] = [
    "milan milano",
    "vienna wien",
    "munich munchen muenchen",
    "rome roma",
    "cologne koln koeln",
    "geneva geneve genf",
    "prague praha praze",
    "padua padova",
    "turin torino",
    "florence firenze",
    "lisbon lisboa",
    "naples napoli",
    "venice venezia",
    "seville sevilla",
    "warsaw warszawa warszawski",
    "copenhagen kobenhavn kobenhavns",
    "gothenburg goteborg goteborgs",
    "bucharest bucuresti bucuresti",
    "belgrade beograd beogradu",
    "athens athinon",
    "krakow cracow krakowie",
    "moscow moskva moskovskiy",
    "beijing peking",
    "hanover hannover",
    "nuremberg nurnberg nuernberg",
    "zurich zuerich",
    "basel basle",
    "antwerp antwerpen",
    "genoa genova",
    "brussels bruxelles brussel",
];

/// Words that stand between others and say nothing.
const SILENT: &str = "the of at in and for de del della dello dei degli di da do dos das des du der den die und et y e \
     van von voor fur les a i o och og im imeni studi campus zu w v ve";

#[derive(Clone, Copy)]
enum Canon {
    Silent,
    Word(u64, Role),
}

/// The word that stands for a word of another language.
static TRANSLATED: LazyLock<Map<u64>> = LazyLock::new(|| {
    let lists = SPELLINGS.iter().chain(&MODIFIERS).chain(&KINDS);
    let mut translated = Map::default();
    for (own, foreign) in lists.filter_map(|list| list.split_once('|')) {
        let word = own.split_whitespace().next().map_or(0, hash::word);
        let foreign = foreign.split_whitespace();
        translated.extend(foreign.map(|foreign| (hash::word(foreign), word)));
    }
    translated
});

/// The English word for a word of names, or the word itself.
pub(super) fn translated(word: u64) -> u64 {
    TRANSLATED.get(&word).copied().unwrap_or(word)
}

static CANON: LazyLock<Map<Canon>> = LazyLock::new(|| {
    let mut canon = Map::default();
    for (lists, role) in [
        (&SPELLINGS[..], Role::Plain),
        (&EXONYMS, Role::Plain),
        (&MODIFIERS, Role::Modifier),
        (&KINDS, Role::Kind),
    ] {
        for list in lists {
            let (own, foreign) = list.split_once('|').unwrap_or((list, ""));
            let mut variants = own.split_whitespace().peekable();
            let word = hash::word(variants.peek().copied().unwrap_or_default());
            canon.extend(variants.map(|variant| (hash::word(variant), Canon::Word(word, role))));
            let foreign = foreign.split_whitespace().map(hash::word);
            canon.extend(foreign.map(|word| (word, Canon::Word(word, role))));
        }
    }
    canon.extend(
        SILENT
            .split_whitespace()
            .map(|word| (hash::word(word), Canon::Silent)),
    );
    canon
});

/// Gives the words that stand for a written one: none, one, or two.
pub(super) fn canonical(letters: &str, neighbours: Neighbours, mut give: impl FnMut(u64, Role)) {
    let of_next = neighbours.next == Some("of");
    match letters {
        "st" => {
            // `Ohio St.`, `Michigan St. Univ.`, and `St. Louis`
            let state = !neighbours.first
                && neighbours.next.is_none_or(|next| {
                    matches!(next, "univ" | "university" | "u" | "coll" | "college")
                });
            return if state {
                give(STATE, Role::Modifier);
            } else {
                give(SAINT, Role::Plain);
            };
        }
        "u" if of_next || (!neighbours.first && neighbours.next.is_none()) => {
            return give(UNIVERSITY, Role::Kind);
        }
        "cc" if !neighbours.first => {
            give(COMMUNITY, Role::Modifier);
            return give(COLLEGE, Role::Kind);
        }
        // The last of a part is a state's code, not a word between two.
        // So does one letter that has nothing to join: `TU/e`.
        "in" | "de" | "a" | "e" | "i" | "o" | "y"
            if !neighbours.first && neighbours.next.is_none() =>
        {
            return give(hash::word(letters), Role::Plain);
        }
        // `De Paul`: the first word of a name is one of its words.
        "de" | "van" | "von" | "di" | "da" if neighbours.first && !of_next => {
            return give(hash::word(letters), Role::Plain);
        }
        _ => {}
    }
    let own = hash::word(letters);
    match CANON.get(&own) {
        Some(Canon::Silent) => {}
        Some(Canon::Word(word, role)) => give(*word, *role),
        None if letters.bytes().all(|byte| byte.is_ascii_digit()) => give(own, Role::Number),
        None => match letters.strip_prefix("university") {
            // `Universityof Washington`, `UniversityofWashington`
            Some(glued) if !glued.is_empty() => {
                give(UNIVERSITY, Role::Kind);
                let glued = glued.strip_prefix("of").unwrap_or(glued);
                if !glued.is_empty() {
                    give(hash::word(glued), Role::Plain);
                }
            }
            _ => give(own, Role::Plain),
        },
    }
}

/// Heads of the names of faculties.
const HEADS: [u64; 7] = [
    hash::word("school"),
    COLLEGE,
    hash::word("faculty"),
    hash::word("department"),
    hash::word("institute"),
    hash::word("center"),
    hash::word("division"),
];

/// What stands before `School` where nothing follows: `Law School`.
const FIELDS: [u64; 9] = [
    hash::word("business"),
    hash::word("law"),
    hash::word("medical"),
    hash::word("graduate"),
    hash::word("engineering"),
    hash::word("extension"),
    hash::word("nursing"),
    hash::word("dental"),
    hash::word("honors"),
];

/// Fields that many institutions are named after: alone with a kind they name none.
const COMMON: &str = "law business medical medicine nursing dental graduate engineering science art design health \
     management education music online fine applied liberal agriculture economics commerce theological general";

/// Words of what is no faculty: it may use the name of an institution and awards no degree of it.
const NO_FACULTY: [u64; 19] = [
    COMMUNITY,
    hash::word("junior"),
    hash::word("beauty"),
    hash::word("high"),
    hash::word("summer"),
    hash::word("online"),
    hash::word("prep"),
    hash::word("preparatory"),
    hash::word("pre"),
    hash::word("precollege"),
    hash::word("precollegiate"),
    hash::word("secondary"),
    hash::word("academy"),
    hash::word("bootcamp"),
    hash::word("elementary"),
    hash::word("middle"),
    hash::word("camp"),
    hash::word("theatre"),
    UNIVERSITY,
];

/// Words of a degree before a name, or of a time behind it.
const DEBRIS: &str = "bs ba bsc bcom bba be beng btech msc ms ma mba meng mtech me phd md jd llb llm edd \
     aa as aas bachelor bachelors master masters doctor doctorate degree diploma associate undergraduate \
     minor major hons honours honors gpa class graduated expected present main class \
     january february march april may june july august september october november december";

/// Short names of cities, and the words of each.
const CITIES: [(&str, &str); 7] = [
    ("nyc", "newyork"),
    ("newyorkcity", "newyork"),
    ("sf", "sanfrancisco"),
    ("philly", "philadelphia"),
    ("washingtondc", "washington"),
    ("stlouis", "saintlouis"),
    ("stpaul", "saintpaul"),
];

/// Words that schools in every country are named with: virtues, beliefs, and those honoured by them.
const GIVEN: &str = "holy family trinity grace faith hope charity mercy peace wisdom truth unity victory victoria \
     liberty freedom independence independent alliance covenant concordia harmony providence redeemer \
     emmanuel immanuel immaculate conception assumption annunciation ascension resurrection nativity \
     sacred heart cross spirit ghost name angel angels child rosary lady mother queen king kings queens \
     regent regents royal crown christ christian jesus mary marian maria marymount joseph john paul peter \
     good shepherd samaritan lord divine word evangel gospel bible bethel bethany bethlehem nazareth \
     zion sion salem carmel calvary canaan eden loyola xavier ignatius aquinas augustine benedict \
     benedictine dominican franciscan marist salesian don bosco notre dame luther lutheran calvin wesley \
     wesleyan methodist baptist adventist presbyterian anglican episcopal judson carey livingstone \
     newman wycliffe knox lincoln wellington nelson \
     american global world universal modern new central eastern western northern southern northeastern \
     northwestern southeastern southwestern metropolitan city capital pacific atlantic oriental \
     premier prime leading superior excel summit pioneer landmark crescent star sun dawn \
     everest olympia oxford cambridge windsor";

static COMMON_WORDS: LazyLock<Set> = LazyLock::new(|| {
    let words = COMMON.split_whitespace();
    words.map(hash::word).collect()
});

static GIVEN_WORDS: LazyLock<Set> = LazyLock::new(|| {
    let words = GIVEN.split_whitespace();
    words.map(hash::word).collect()
});

static DEBRIS_WORDS: LazyLock<Set> = LazyLock::new(|| {
    let words = DEBRIS.split_whitespace();
    words.map(hash::word).collect()
});

/// Whether letters are a direction: one is never another mistyped.
pub(super) fn is_direction(letters: &str) -> bool {
    ["north", "south", "east", "west"]
        .iter()
        .any(|direction| letters.starts_with(direction))
}

/// Whether a word is `school`.
pub(super) fn is_school(word: u64) -> bool {
    translated(word) == hash::word("school")
}

/// Whether a word is `college`.
pub(super) fn is_college(word: u64) -> bool {
    translated(word) == COLLEGE
}

/// Whether a word is the head of a faculty's name.
pub(super) fn is_head(word: u64) -> bool {
    HEADS.contains(&translated(word))
}

/// Whether a word can stand before a head that ends a faculty's name.
pub(super) fn is_field(word: u64) -> bool {
    FIELDS.contains(&translated(word))
}

/// Whether a word says that no faculty is meant.
pub(super) fn is_no_faculty(word: u64) -> bool {
    NO_FACULTY.contains(&translated(word))
}

/// Whether a word names a field that many institutions are named after.
pub(super) fn is_common(word: u64) -> bool {
    COMMON_WORDS.contains(&translated(word))
}

/// Whether a word is `saint`.
pub(super) fn is_saint(word: u64) -> bool {
    translated(word) == SAINT
}

/// Whether schools in every country are named with a word.
pub(super) fn is_given_often(word: u64) -> bool {
    GIVEN_WORDS.contains(&translated(word))
}

/// Whether a word is of a degree or a time.
pub(super) fn is_debris(word: u64) -> bool {
    DEBRIS_WORDS.contains(&word)
}

/// A city's squeezed name by a short one.
pub(super) fn city(squeezed: &str) -> &str {
    CITIES
        .iter()
        .find(|(short, _)| *short == squeezed)
        .map_or(squeezed, |(_, city)| city)
}
