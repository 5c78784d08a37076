//! A ring as a picture: people, and between them what they share.
//!
//! Geometry only, and always the same for the same ring: things are laid out on a circle, people near
//! what they share, and a fixed number of rounds of pushing and pulling (Fruchterman and Reingold,
//! 1991) spreads them, before labels that still lie on each other are moved apart.

use super::Age;
use crate::rings::Bond;

/// So many people are drawn at most: those with the most ties.
pub const MOST_PEOPLE: usize = 80;
/// And so many shared things: those of the most people.
const MOST_THINGS: usize = 80;
/// How far apart two that are tied come to lie, pixels.
const SPRING: f64 = 84.0;
/// Who is farther apart than so many springs does not push: groups would drift away from each other.
const REACH: f64 = 3.0;
/// How hard the middle pulls, across and down: pages are wider than tall.
const MIDDLE: (f64, f64) = (0.2, 0.5);
/// Rounds of pushing and pulling.
const ROUNDS: u32 = 220;
/// Rounds of moving labels apart.
const APART: u32 = 120;
/// From here on labels are short and nodes small.
const CROWD: usize = 30;
/// Characters of a name, among few and among many.
const LETTERS: (usize, usize) = (22, 12);
/// Width of a character, pixels, about.
const LETTER: f64 = 6.4;
/// Height of a node with its label.
const TALL: f64 = 40.0;
/// Around everything.
const MARGIN: f64 = 14.0;

/// Somebody to draw.
#[derive(Clone, Debug)]
pub struct Person {
    /// Where the node leads.
    pub href: String,
    /// The name, short, and nothing in it that cannot be seen.
    pub label: String,
    /// The person in words.
    pub title: String,
    /// How old the application is.
    pub age: Age,
}

/// Something that people share.
#[derive(Clone, Debug)]
pub struct Thing {
    /// What it is.
    pub bond: Bond,
    /// The thing in words.
    pub title: String,
    /// Who shares it, by place.
    pub people: Vec<usize>,
}

/// A node of the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Middle, pixels.
    pub x: f64,
    /// Middle, pixels.
    pub y: f64,
    /// What stands below it.
    pub label: String,
    /// What it is, in words.
    pub title: String,
    /// Where it leads; a shared thing leads nowhere.
    pub href: Option<String>,
    /// The class of a person's age; a shared thing has none.
    pub age: Option<Age>,
}

impl Node {
    /// Where its label stands.
    pub fn label_y(&self) -> f64 {
        self.y + if self.age.is_some() { 22.0 } else { 18.0 }
    }
}

/// A line of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "its two ends")]
pub struct Line {
    pub x1: f64,
    pub y1: f64,
    pub x2: f64,
    pub y2: f64,
    /// Two records of one person.
    pub same: bool,
}

/// A ring, drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// Width, pixels.
    pub width: f64,
    /// Height, pixels.
    pub height: f64,
    /// Lines, below the nodes.
    pub lines: Vec<Line>,
    /// Shared things, then people.
    pub nodes: Vec<Node>,
    /// People who found no room.
    pub left_out: usize,
}

/// Draws people, what they share, and which are records of one person.
pub fn draw(people: &[Person], things: &[Thing], same: &[(usize, usize)]) -> Picture {
    let mut ties = vec![0_usize; people.len()];
    for person in things.iter().flat_map(|thing| &thing.people) {
        ties[*person] += 1;
    }
    let mut order: Vec<usize> = (0..people.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(ties[*at]), *at));
    order.truncate(MOST_PEOPLE);
    let mut place = vec![None; people.len()];
    for (n, at) in order.iter().enumerate() {
        place[*at] = Some(n);
    }
    let drawn =
        |thing: &Thing| -> Vec<usize> { thing.people.iter().filter_map(|at| place[*at]).collect() };
    let mut shown: Vec<(&Thing, Vec<usize>)> =
        things.iter().map(|thing| (thing, drawn(thing))).collect();
    shown.retain(|(_, people)| people.len() > 1);
    shown.sort_by_key(|(_, people)| std::cmp::Reverse(people.len()));
    shown.truncate(MOST_THINGS);
    let crowd = order.len() > CROWD;
    let letters = if crowd { LETTERS.1 } else { LETTERS.0 };
    let first = shown.len();
    let mut nodes: Vec<Node> = Vec::with_capacity(first + order.len());
    nodes.extend(shown.iter().map(|(thing, _)| Node {
        x: 0.0,
        y: 0.0,
        label: thing.bond.label().to_owned(),
        title: thing.title.clone(),
        href: None,
        age: None,
    }));
    nodes.extend(order.iter().map(|at| {
        let person = &people[*at];
        Node {
            x: 0.0,
            y: 0.0,
            label: crate::explain::visible::short(&person.label, letters).into_owned(),
            title: person.title.clone(),
            href: Some(person.href.clone()),
            age: Some(person.age),
        }
    }));
    let mut edges: Vec<(usize, usize, bool)> = Vec::new();
    for (thing, (_, people)) in shown.iter().enumerate() {
        edges.extend(people.iter().map(|person| (thing, first + person, false)));
    }
    for (a, b) in same {
        let drawn = |at: usize| place.get(at).copied().flatten();
        if let (Some(a), Some(b)) = (drawn(*a), drawn(*b)) {
            edges.push((first + a, first + b, true));
        }
    }
    let mut at = begin(first, &nodes, &edges);
    spread(&mut at, &edges);
    let widths: Vec<f64> = nodes.iter().map(width).collect();
    part(&mut at, &widths);
    let (width, height) = settle(&mut nodes, &at, &widths);
    let line = |(a, b, same): &(usize, usize, bool)| Line {
        x1: nodes[*a].x,
        y1: nodes[*a].y,
        x2: nodes[*b].x,
        y2: nodes[*b].y,
        same: *same,
    };
    Picture {
        width,
        height,
        lines: edges.iter().map(line).collect(),
        left_out: people.len() - order.len(),
        nodes,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred at most")]
fn number(n: usize) -> f64 {
    n as f64
}

fn width(node: &Node) -> f64 {
    (number(node.label.chars().count()) * LETTER).max(26.0) + 8.0
}

/// Things on a circle, each person beside the first thing shared.
fn begin(things: usize, nodes: &[Node], edges: &[(usize, usize, bool)]) -> Vec<(f64, f64)> {
    let radius = SPRING * number(nodes.len()).sqrt() / 2.0;
    let mut at: Vec<(f64, f64)> = (0..things)
        .map(|n| {
            let angle = std::f64::consts::TAU * number(n) / number(things.max(1));
            let near = if things == 1 { 0.0 } else { radius };
            (near * angle.cos(), near * angle.sin())
        })
        .collect();
    let mut hub = vec![None; nodes.len()];
    for (a, b, same) in edges {
        if !same {
            hub[*b].get_or_insert(*a);
        }
    }
    for n in things..nodes.len() {
        let (x, y) = hub[n]
            .and_then(|hub: usize| at.get(hub).copied())
            .unwrap_or_default();
        // The golden angle: no two come to lie on each other.
        let angle = 2.399_963_229_728_653 * number(n);
        let far = SPRING * (0.5 + 0.05 * number(n % 20));
        at.push((x + far * angle.cos(), y + far * angle.sin()));
    }
    at
}

/// Every node pushes every other away, every line pulls its ends together; each round moves less.
fn spread(at: &mut [(f64, f64)], edges: &[(usize, usize, bool)]) {
    for round in 0..ROUNDS {
        let most = SPRING * (1.0 - f64::from(round) / f64::from(ROUNDS));
        let mut by = vec![(0.0, 0.0); at.len()];
        for a in 0..at.len() {
            for b in 0..a {
                let (dx, dy) = (at[a].0 - at[b].0, at[a].1 - at[b].1);
                let apart = (dx * dx + dy * dy).max(1.0);
                if apart > REACH * REACH * SPRING * SPRING {
                    continue;
                }
                let push = SPRING * SPRING / apart;
                by[a] = (by[a].0 + dx * push, by[a].1 + dy * push);
                by[b] = (by[b].0 - dx * push, by[b].1 - dy * push);
            }
        }
        for (a, b, _) in edges {
            let (dx, dy) = (at[*a].0 - at[*b].0, at[*a].1 - at[*b].1);
            let pull = (dx * dx + dy * dy).sqrt() / SPRING;
            by[*a] = (by[*a].0 - dx * pull, by[*a].1 - dy * pull);
            by[*b] = (by[*b].0 + dx * pull, by[*b].1 + dy * pull);
        }
        for (at, by) in at.iter_mut().zip(&by) {
            let by = (by.0 - at.0 * MIDDLE.0, by.1 - at.1 * MIDDLE.1);
            let far = (by.0 * by.0 + by.1 * by.1).sqrt().max(1.0);
            let step = far.min(most) / far;
            *at = (at.0 + by.0 * step, at.1 + by.1 * step);
        }
    }
}

/// Moves nodes apart whose labels lie on each other.
fn part(at: &mut [(f64, f64)], widths: &[f64]) {
    for _ in 0..APART {
        let mut moved = false;
        for a in 0..at.len() {
            for b in 0..a {
                let (dx, dy) = (at[a].0 - at[b].0, at[a].1 - at[b].1);
                let wide = f64::midpoint(widths[a], widths[b]) - dx.abs();
                let tall = TALL - dy.abs();
                if wide <= 0.0 || tall <= 0.0 {
                    continue;
                }
                moved = true;
                if tall <= wide {
                    let step = (tall / 2.0 + 0.5).copysign(if dy == 0.0 { 1.0 } else { dy });
                    at[a].1 += step;
                    at[b].1 -= step;
                } else {
                    let step = (wide / 2.0 + 0.5).copysign(if dx == 0.0 { 1.0 } else { dx });
                    at[a].0 += step;
                    at[b].0 -= step;
                }
            }
        }
        if !moved {
            break;
        }
    }
}

/// Puts the picture's corner at nought, in tenths of pixels.
fn settle(nodes: &mut [Node], at: &[(f64, f64)], widths: &[f64]) -> (f64, f64) {
    let boxes = || at.iter().zip(widths);
    let left = boxes()
        .map(|(at, wide)| at.0 - wide / 2.0)
        .fold(f64::INFINITY, f64::min);
    let right = boxes()
        .map(|(at, wide)| at.0 + wide / 2.0)
        .fold(f64::NEG_INFINITY, f64::max);
    let top = at.iter().map(|at| at.1).fold(f64::INFINITY, f64::min);
    let bottom = at.iter().map(|at| at.1).fold(f64::NEG_INFINITY, f64::max);
    if nodes.is_empty() {
        return (0.0, 0.0);
    }
    for (node, at) in nodes.iter_mut().zip(at) {
        node.x = tenths(at.0 - left + MARGIN);
        node.y = tenths(at.1 - top + MARGIN + 6.0);
    }
    (
        (right - left + 2.0 * MARGIN).ceil(),
        (bottom - top + 2.0 * MARGIN + TALL - 8.0).ceil(),
    )
}

fn tenths(pixels: f64) -> f64 {
    (pixels * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(n: usize) -> Vec<Person> {
        (0..n)
            .map(|n| Person {
                href: format!("/candidates/{n}"),
                label: format!("Maria Lopez the {n}th of them"),
                title: String::new(),
                age: Age::Week,
            })
            .collect()
    }

    fn thing(people: impl IntoIterator<Item = usize>) -> Thing {
        Thing {
            bond: Bond::Phone,
            title: String::new(),
            people: people.into_iter().collect(),
        }
    }

    /// Several numbers, and a mailbox between each two of them.
    fn things(n: usize) -> Vec<Thing> {
        let hubs = (0..n)
            .step_by(10)
            .map(|from| thing(from..(from + 10).min(n)));
        let between = (9..n - 1).step_by(10).map(|at| thing([at, at + 1]));
        hubs.chain(between).collect()
    }

    #[test]
    fn no_label_lies_on_another_and_nothing_sticks_out() {
        for n in [2, 5, 12, 40, 80] {
            let picture = draw(&people(n), &things(n.max(2)), &[(0, 1)]);
            assert_eq!(picture.left_out, 0);
            for (at, node) in picture.nodes.iter().enumerate() {
                let half = width(node) / 2.0;
                assert!(
                    node.x - half >= 0.0 && node.x + half <= picture.width,
                    "{n}: {node:?}"
                );
                assert!(
                    node.y >= 0.0 && node.label_y() <= picture.height,
                    "{n}: {node:?}"
                );
                for other in &picture.nodes[..at] {
                    let beside = (node.x - other.x).abs() + 1.0 >= half + width(other) / 2.0;
                    let above = (node.y - other.y).abs() + 1.0 >= TALL;
                    assert!(beside || above, "{n}: {node:?} on {other:?}");
                }
            }
        }
    }

    #[test]
    fn the_same_ring_is_drawn_the_same() {
        let (people, things) = (people(20), things(20));
        assert_eq!(draw(&people, &things, &[]), draw(&people, &things, &[]));
    }

    #[test]
    fn of_very_many_those_with_the_most_ties_are_drawn() {
        let picture = draw(&people(300), &things(300), &[]);
        assert_eq!(picture.left_out, 300 - MOST_PEOPLE);
        let nobody = draw(&[], &[], &[]);
        assert_eq!((nobody.width, nobody.nodes.len()), (0.0, 0));
    }
}
