//! Two names beside each other: the best pairing of their tokens, whatever the order.

use rapidfuzz::distance::{jaro_winkler, osa};

use super::{MOST_TOKENS, Name, nickname};

/// Below this similarity two records are two people (red-flags §1).
pub const DISTINCT_BELOW: f64 = 0.80;

/// Tokens less alike than this are different words: most unrelated names reach 0.4 to 0.7.
const ALIKE_FROM: f64 = 0.78;

/// What an initial says of the name it can stand for.
const INITIAL: f64 = 0.9;

/// Up to this many letters one wrong letter ruins Jaro-Winkler, so edits are counted instead.
const SHORT: usize = 3;

/// One edit in a short token: beside a token that agrees it is the same person, twice it is not.
const SHORT_EDIT: f64 = 0.7;

/// One edit in a short name of one token, which has no other to agree with.
const SHORT_EDIT_ALONE: f64 = 0.8;

/// How two names' tokens pair up. Tokens written as one (`Xiaoming`, `Xiao Ming`) count once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap {
    /// Tokens of the one.
    pub left: usize,
    /// Tokens of the other.
    pub right: usize,
    /// Pairs of tokens that are alike.
    pub pairs: usize,
    /// Likeness of the pairs summed, each 0 to 1.
    likeness: f64,
}

impl Overlap {
    /// Pairs by tokens of both, 0 to 1.
    pub fn jaccard(&self) -> f64 {
        count(self.pairs) / count(self.left + self.right - self.pairs)
    }

    /// Whether all of the shorter name is in the longer.
    pub fn contained(&self) -> bool {
        self.pairs == self.left.min(self.right)
    }

    /// Likeness by the tokens of the shorter name, 0 to 1: a middle name left out says nothing.
    fn similarity(&self) -> f64 {
        self.likeness / count(self.left.min(self.right))
    }
}

/// Similarity of two names, 0 to 1; `None` when they cannot be compared: one has no token, or they
/// were written in different scripts and do not match, as there are many ways to write a script in another.
pub fn compare(a: &Name, b: &Name) -> Option<f64> {
    overlap(a, b).map(|overlap| overlap.similarity())
}

/// How the tokens of two names pair up; `None` when the names cannot be compared, as in [`compare`].
pub fn overlap(a: &Name, b: &Name) -> Option<Overlap> {
    if a.tokens.is_empty() || b.tokens.is_empty() {
        return None;
    }
    let overlap = pair(a, b);
    (a.script == b.script || overlap.similarity() >= DISTINCT_BELOW).then_some(overlap)
}

/// Similarity of two names, 0 to 1: Jaro-Winkler on tokens, whatever their order; a nickname is its name.
/// Names that cannot be compared are as good as equal: nothing may follow from them. See [`compare`].
pub fn similarity(a: &Name, b: &Name) -> f64 {
    compare(a, b).unwrap_or(1.0)
}

/// Whether two names are names of different people (red-flags §1: similarity below 0.80).
pub fn distinct(a: &Name, b: &Name) -> bool {
    similarity(a, b) < DISTINCT_BELOW
}

/// Share of tokens that two names have in common, nicknames and spellings folded, 0 to 1; `None` as in [`compare`].
pub fn token_jaccard(a: &Name, b: &Name) -> Option<f64> {
    overlap(a, b).map(|overlap| overlap.jaccard())
}

/// The best pairing of all tokens.
fn pair(a: &Name, b: &Name) -> Overlap {
    let (mut left, mut right) = (Side::of(a), Side::of(b));
    let joined = join(&mut left, &mut right) + join(&mut right, &mut left);
    // The shorter side goes in rows.
    if left.count > right.count {
        std::mem::swap(&mut left, &mut right);
    }
    let alone = joined == 0 && left.count == 1;
    let short_edit = if alone { SHORT_EDIT_ALONE } else { SHORT_EDIT };
    let mut table = [[0.0; MOST_TOKENS]; MOST_TOKENS];
    for (row, i) in table.iter_mut().zip(left.open()) {
        for (cell, j) in row.iter_mut().zip(right.open()) {
            let same_name = nickname::same(&left.name.groups[i], &right.name.groups[j]);
            *cell = if same_name {
                1.0
            } else {
                likeness(&left.name.tokens[i], &right.name.tokens[j], short_edit)
            };
        }
    }
    let (sum, pairs) = assign(&table[..left.count], right.count);
    Overlap {
        left: left.count + joined,
        right: right.count + joined,
        pairs: pairs + joined,
        likeness: sum + count(joined),
    }
}

/// A name's tokens that are not yet paired.
struct Side<'a> {
    name: &'a Name,
    used: [bool; MOST_TOKENS],
    count: usize,
}

impl<'a> Side<'a> {
    fn of(name: &'a Name) -> Self {
        let count = name.tokens.len().min(MOST_TOKENS);
        Self {
            name,
            used: [false; MOST_TOKENS],
            count,
        }
    }

    fn len(&self) -> usize {
        self.name.tokens.len().min(MOST_TOKENS)
    }

    fn open(&self) -> impl Iterator<Item = usize> {
        (0..self.len()).filter(|at| !self.used[*at])
    }

    fn take(&mut self, at: usize) {
        self.used[at] = true;
        self.count -= 1;
    }
}

/// Takes out tokens that the other side writes as one: `xiao ming` and `xiaoming`. How often.
fn join(parts: &mut Side, wholes: &mut Side) -> usize {
    let mut joined = 0;
    for whole in 0..wholes.len() {
        for start in 0..parts.len() {
            if wholes.used[whole] {
                break;
            }
            for end in start + 2..=(start + 3).min(parts.len()) {
                let free = !parts.used[start..end].contains(&true);
                let pieces = &parts.name.tokens[start..end];
                if free && is_joined(&wholes.name.tokens[whole], pieces) {
                    (start..end).for_each(|at| parts.take(at));
                    wholes.take(whole);
                    joined += 1;
                    break;
                }
            }
        }
    }
    joined
}

fn is_joined(whole: &str, pieces: &[String]) -> bool {
    let rest = pieces
        .iter()
        .try_fold(whole, |rest, piece| rest.strip_prefix(piece.as_str()));
    rest == Some("")
}

/// How alike two tokens are: 0 or at least the least that counts.
fn likeness(a: &str, b: &str, short_edit: f64) -> f64 {
    if a == b {
        return 1.0;
    }
    if (a.len() == 1 || b.len() == 1) && a.as_bytes()[0] == b.as_bytes()[0] {
        return INITIAL;
    }
    let alike = jaro_winkler::similarity_with_args(
        a.bytes(),
        b.bytes(),
        &jaro_winkler::Args::default().score_cutoff(ALIKE_FROM),
    )
    .unwrap_or(0.0);
    let short = a.len().max(b.len()) <= SHORT && a.len().max(b.len()) > 1;
    if short && alike < short_edit && osa::distance(a.bytes(), b.bytes()) <= 1 {
        return short_edit;
    }
    alike
}

/// The greatest sum with each row and each column used at most once, and how many pairs it has.
/// There are no more rows than columns.
fn assign(rows: &[[f64; MOST_TOKENS]], columns: usize) -> (f64, usize) {
    /// Pairs decide where sums are equal, and there is a way back to both numbers.
    #[derive(Clone, Copy)]
    struct Best {
        sum: f64,
        pairs: usize,
    }
    let mut best = [None::<Best>; 1 << MOST_TOKENS];
    best[0] = Some(Best { sum: 0.0, pairs: 0 });
    let sets = 1_usize << columns;
    // Rows one by one; a set has as many columns as rows were seen, so counting down never reads a new one.
    for row in rows {
        for set in (0..sets).rev() {
            let Some(so_far) = best[set].take() else {
                continue;
            };
            for (column, likeness) in row[..columns].iter().enumerate() {
                if set & (1 << column) != 0 {
                    continue;
                }
                let with = Best {
                    sum: so_far.sum + likeness,
                    pairs: so_far.pairs + usize::from(*likeness > 0.0),
                };
                let slot = &mut best[set | (1 << column)];
                if slot.is_none_or(|known| known.sum < with.sum) {
                    *slot = Some(with);
                }
            }
        }
    }
    best[..sets]
        .iter()
        .flatten()
        .max_by(|a, b| a.sum.total_cmp(&b.sum))
        .map_or((0.0, 0), |best| (best.sum, best.pairs))
}

/// A small count as a number.
fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::name::read;

    fn name(raw: &str) -> Name {
        read(raw).unwrap()
    }

    #[test]
    fn one_person_is_one_name_however_it_is_written() {
        for (a, b) in [
            ("Maria Lopez", "Lopez, María"),
            ("Bill Hart", "William Hart"),
            ("Liz Carter", "Elizabeth Carter"),
            ("Sasha Orlov", "Alexander Orlov"),
            ("Саша Орлов", "Alexander Orlov"),
            ("Pepe Ruiz", "José Ruiz"),
            ("J. Smith", "John Smith"),
            ("JR Smith", "John Robert Smith"),
            ("John Q. Smith", "John Smith"),
            ("Xiao Ming Li", "Li Xiaoming"),
            ("张晓明", "Zhang Xiaoming"),
            ("Jan van der Berg", "Jan Vanderberg"),
            ("Jürgen Müller", "Juergen Mueller"),
            ("Søren Groß", "Soeren Gross"),
            ("Maria Lopez", "Maria Isabel Lopez Garcia"),
            ("Ann Smith-Jones", "Ann Smith"),
            ("Bo Li", "Bo Lee"),
            ("Bo Li", "Bo Lu"),
            ("Li", "Lu"),
            ("Nguyễn Văn An", "An Nguyen"),
            ("Mohammed Ali", "Muhammad Aly"),
            ("Maria", "Maria Lopez"),
        ] {
            let found = compare(&name(a), &name(b));
            assert!(found.unwrap() >= DISTINCT_BELOW, "{a} / {b}: {found:?}");
            assert_eq!(found, compare(&name(b), &name(a)), "{a} / {b}");
        }
    }

    #[test]
    fn two_people_are_two_names() {
        for (a, b) in [
            ("Maria Lopez", "Maria Garcia"),
            ("Maria Lopez", "John Smith"),
            ("John Smith", "Mary Smith"),
            ("J. Smith", "Mary Smith"),
            ("Wei Chen", "Wei Zhang"),
            ("Bo Li", "Jo Hu"),
            ("Ana de la Cruz", "Eva de la Cruz"),
            ("Maria Luisa Garcia Lopez", "Maria Teresa Garcia Lopez"),
            ("Иван Петров", "Олег Сидоров"),
        ] {
            let found = compare(&name(a), &name(b));
            assert!(found.unwrap() < DISTINCT_BELOW, "{a} / {b}: {found:?}");
            assert!(distinct(&name(a), &name(b)));
        }
    }

    #[test]
    fn names_in_two_scripts_that_do_not_match_say_nothing() {
        for (a, b) in [
            ("山田太郎", "Taro Yamada"),
            ("山田太郎", "やまだたろう"),
            ("محمد علي", "Mohammed Ali"),
            ("김민수", "Oleg Sidorov"),
        ] {
            assert_eq!(compare(&name(a), &name(b)), None, "{a} / {b}");
            assert_eq!(token_jaccard(&name(a), &name(b)), None);
            assert!(!distinct(&name(a), &name(b)));
        }
        let nothing = Name::default();
        assert_eq!(compare(&nothing, &nothing), None);
        assert_eq!(compare(&nothing, &name("Maria Lopez")), None);
    }

    #[test]
    fn shared_tokens_are_counted_after_folding() {
        for (a, b, jaccard, contained) in [
            ("Bill Hart", "Hart, William", 1.0, true),
            ("Maria Lopez", "Maria Garcia", 1.0 / 3.0, false),
            ("Maria Lopez", "John Smith", 0.0, false),
            ("Maria Lopez", "Maria Isabel Lopez Garcia", 0.5, true),
            ("Prince", "Prince Rogers Nelson", 1.0 / 3.0, true),
            ("Li Xiaoming", "Xiao Ming Li", 1.0, true),
        ] {
            let found = overlap(&name(a), &name(b)).unwrap();
            assert!(
                (found.jaccard() - jaccard).abs() < 1e-9,
                "{a} / {b}: {found:?}"
            );
            assert_eq!(found.contained(), contained, "{a} / {b}");
        }
    }

    /// Invented people, by the length of their tokens. Native spelling, where it is another script, comes second.
    const SHORT_NAMES: [(&str, Option<&str>); 14] = [
        ("Bo Li", Some("李波")),
        ("Wei Xu", Some("徐伟")),
        ("An Ha", None),
        ("Jo Ek", None),
        ("Kim Le", None),
        ("Tu Vo", None),
        ("Ed Ng", None),
        ("Ida Bo", None),
        ("Ari Or", Some("ארי אור")),
        ("Oh Min", Some("오민")),
        ("Ra Om", Some("रा ओम")),
        ("Eva Aho", None),
        ("Ana Paz", None),
        ("Lev Roy", Some("Лев Рой")),
    ];
    const LONG_NAMES: [(&str, Option<&str>); 10] = [
        ("Bartholomew Featherstone", None),
        ("Guillermina Etxeberria", None),
        ("Ekaterina Vorontsova", Some("Екатерина Воронцова")),
        ("Venkatanarasimha Rajagopalan", Some("वेंकटनरसिंह राजगोपालन")),
        (
            "Konstantinos Papadopoulos",
            Some("Κωνσταντίνος Παπαδόπουλος"),
        ),
        ("Maximiliane Schwarzenberg", None),
        ("Oluwaseunfunmi Adebayo", None),
        ("Alexandrina Montgomery", None),
        ("Thorsteinn Gunnlaugsson", None),
        ("Wilhelmina Vandenbroucke", None),
    ];

    /// Ways in which the same person comes to be written: a typing error at any place, an initial, order,
    /// case, a title, a middle name, the native script.
    fn variants(written: &str, native: Option<&str>) -> Vec<String> {
        let (given, family) = written.split_once(' ').unwrap();
        let mut all = vec![
            format!("{family}, {given}"),
            format!("{family} {given}"),
            written.to_uppercase(),
            written.to_lowercase(),
            format!("Dr. {written}, PhD"),
            format!("{} {family}", &given[..1]),
            format!("{}. {family}", &given[..1]),
            format!("{given} Q. {family}"),
            format!("{given} {family}-Underhill"),
        ];
        all.extend(native.map(str::to_owned));
        let letters: Vec<char> = written.chars().collect();
        for at in (0..letters.len()).filter(|at| letters[*at] != ' ') {
            let mut wrong = letters.clone();
            wrong[at] = 'x';
            all.push(wrong.iter().collect());
            let mut doubled = letters.clone();
            doubled.insert(at, letters[at]);
            all.push(doubled.iter().collect());
            let mut without = letters.clone();
            without.remove(at);
            all.push(without.iter().collect());
            if letters.get(at + 1).is_some_and(|next| *next != ' ') {
                let mut swapped = letters.clone();
                swapped.swap(at, at + 1);
                all.push(swapped.iter().collect());
            }
        }
        all
    }

    #[test]
    fn short_or_transliterated_names_are_taken_for_two_no_more_often_than_long_ones() {
        let mistaken = |people: &[(&str, Option<&str>)]| -> Vec<String> {
            people
                .iter()
                .flat_map(|(written, native)| {
                    let own = name(written);
                    variants(written, *native)
                        .into_iter()
                        .filter(move |variant| {
                            let variant = name(variant);
                            distinct(&own, &variant)
                                || overlap(&own, &variant)
                                    .is_some_and(|o| o.jaccard() < 0.5 && !o.contained())
                        })
                        .map(move |variant| format!("{written} / {variant}"))
                })
                .collect()
        };
        assert_eq!(mistaken(&LONG_NAMES), Vec::<String>::new());
        assert_eq!(mistaken(&SHORT_NAMES), Vec::<String>::new());
    }

    #[test]
    fn different_people_are_told_apart_whether_their_names_are_long_or_short() {
        let told_apart = |people: &[(&str, Option<&str>)]| {
            let names: Vec<Name> = people.iter().map(|(written, _)| name(written)).collect();
            let pairs = || {
                names
                    .iter()
                    .enumerate()
                    .flat_map(|(i, a)| names[..i].iter().map(move |b| (a, b)))
            };
            count(pairs().filter(|(a, b)| distinct(a, b)).count()) / count(pairs().count())
        };
        assert!(told_apart(&LONG_NAMES) > 0.99);
        assert!(told_apart(&SHORT_NAMES) > 0.9);
    }

    #[test]
    fn the_best_pairing_is_found() {
        let mut table = [[0.0; MOST_TOKENS]; 2];
        table[0][..3].copy_from_slice(&[1.0, 2.0, 0.0]);
        table[1][..3].copy_from_slice(&[0.0, 5.0, 0.0]);
        assert_eq!(assign(&table, 3), (6.0, 2));
        assert_eq!(assign(&[], 0), (0.0, 0));
    }
}
