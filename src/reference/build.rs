//! Makes one picture of all facts: each institution once, whatever the files that list it.

mod same;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use super::fact::{Fact, Listed};
use super::{Awards, Institution, Kind, Mills, Reference, Related, Set, base, matching};
use crate::candidate::PartialDate;
use crate::normalise::place;
use same::{alike, same_site};

/// A set with its facts.
#[derive(Debug)]
pub struct Loaded {
    /// What it is.
    pub set: Set,
    /// What it says.
    pub facts: Vec<Fact>,
}

/// The reference of the base and of what was imported. Of two files of one kind the newer one has
/// the last word on names and places; what is known by year is kept for every year. Of lists of
/// diploma mills only the newest counts: who was taken off the list is off it.
///
/// Lists that know institutions by unit id come first, so that the others find them, whatever their
/// age; the base stands among the federal directories at its year.
pub fn build(imported: &[Loaded]) -> Reference {
    let rank = |kind: Kind| match kind {
        Kind::IpedsHd | Kind::IpedsIc | Kind::IpedsCompletions | Kind::ScorecardFos => 0,
        Kind::Dapip => 1,
        Kind::Ror => 2,
        Kind::Hipolabs => 3,
        Kind::MillList => 4,
    };
    let mut order: Vec<&Loaded> = imported.iter().collect();
    order.sort_by_key(|loaded| {
        (
            rank(loaded.set.kind),
            loaded.set.vintage.day(),
            loaded.set.kind,
        )
    });
    let mills = order
        .iter()
        .rposition(|loaded| loaded.set.kind == Kind::MillList);
    let base = base::facts();
    let base_year = base.first().map_or(i16::MIN, |(year, _)| *year);
    let before_base = order.partition_point(|loaded| {
        rank(loaded.set.kind) == 0 && loaded.set.vintage.year() <= base_year
    });
    let mut merge = Merge::default();
    for (at, loaded) in order.iter().enumerate() {
        if at == before_base {
            merge.base(&base);
        }
        if loaded.set.kind == Kind::MillList && Some(at) != mills {
            continue;
        }
        for fact in &loaded.facts {
            merge.fact(Some(loaded.set.kind), loaded.set.vintage.year(), fact);
        }
    }
    if before_base == order.len() {
        merge.base(&base);
    }
    let institutions = merge.institutions();
    let mut cities = HashMap::new();
    for institution in &institutions {
        if let (Some(city), Some(state), Some(position)) =
            (&institution.city, &institution.state, institution.position)
            && let Some(city) = place::squeezed(city)
        {
            cities.entry(city + state).or_insert(position);
        }
    }
    let mut sets: Vec<Set> = imported.iter().map(|loaded| loaded.set.clone()).collect();
    sets.sort_by(|a, b| (a.kind, b.vintage).cmp(&(b.kind, a.vintage)));
    Reference {
        names: matching::Index::new(&institutions, &merge.usual),
        related: Related::new(&institutions),
        sets,
        institutions,
        awards: merge.awards,
        mills: merge.mills,
        cities,
    }
}

#[derive(Default)]
struct Merge {
    list: Vec<Draft>,
    by_id: HashMap<String, usize>,
    /// Everybody of a name in a country: many an American name is that of several schools.
    by_name: HashMap<(String, Option<String>), Vec<usize>>,
    by_domain: HashMap<String, Option<usize>>,
    taught: Vec<(i16, super::fact::Taught)>,
    awards: Awards,
    mills: Mills,
    usual: matching::Usual,
}

/// An institution being put together.
#[derive(Default)]
struct Draft {
    institution: Institution,
    successors: Vec<String>,
    /// Names that a list gives it only because of its domain.
    lent: Vec<String>,
}

/// Where a listing belongs.
#[derive(Clone, Copy)]
enum Place {
    /// To an institution that is known by its id or name.
    Known(usize),
    /// To one that has the domain alone, whatever the list calls it.
    Domain(usize),
    /// To one that is not known yet.
    New,
    /// To none for sure: it is one of those of its name, or another one. Their name stays theirs, and
    /// nothing is added to anybody.
    Unsure,
}

impl Merge {
    fn base(&mut self, facts: &[(i16, Fact)]) {
        for (year, fact) in facts {
            match fact {
                Fact::Listed(listed) => {
                    if let Some(at) = self.listed(listed, None, *year) {
                        let names = std::iter::once(&listed.name).chain(&listed.aliases);
                        self.usual.add(at, names);
                    }
                }
                _ => self.fact(None, *year, fact),
            }
        }
    }

    fn fact(&mut self, kind: Option<Kind>, year: i16, fact: &Fact) {
        match fact {
            Fact::Listed(listed) => {
                self.listed(listed, kind, year);
            }
            Fact::Taught(taught) => self.taught.push((year, taught.clone())),
            Fact::Awarded(awarded) => self.awards.add(awarded, year),
            Fact::SomeAwarded(some) => self.awards.add_partial(&some.awarded, some.year),
            Fact::NoneAwarded(none) => self.awards.add_none(none),
            Fact::Mill(mill) => self.mills.add(mill),
        }
    }

    /// Takes a listing in and says to which institution.
    fn listed(&mut self, listed: &Listed, kind: Option<Kind>, year: i16) -> Option<usize> {
        let place = self.place(listed);
        let at = match place {
            Place::Known(at) | Place::Domain(at) => at,
            Place::New => {
                self.list.push(Draft::default());
                self.list.len() - 1
            }
            Place::Unsure => return None,
        };
        for domain in &listed.domains {
            self.by_domain
                .entry(domain.clone())
                .and_modify(|known| *known = known.filter(|known| *known == at))
                .or_insert(Some(at));
        }
        if matches!(place, Place::Domain(_)) {
            // It may be a faculty: when that opened, and where, says nothing of the whole.
            let names = std::iter::once(&listed.name).chain(&listed.aliases);
            self.list[at].lent.extend(names.cloned());
            self.list[at].call(listed);
            return Some(at);
        }
        let ids = listed.id.iter().cloned();
        for id in ids.chain(listed.unitid.map(|id| id.to_string())) {
            self.by_id.insert(id, at);
        }
        if let Some(key) = matching::key(&listed.name) {
            let named = self
                .by_name
                .entry((key, listed.country.clone()))
                .or_default();
            if !named.contains(&at) {
                named.push(at);
            }
        }
        self.list[at].take(listed, kind, year);
        Some(at)
    }

    /// Where a listing belongs: told by id, or, from a list without unit ids, by a domain that an
    /// institution has alone, or by its name in its country.
    ///
    /// Two that are one would only be an institution whose name is not sure any more; one that is two
    /// would hold the record of one against the other. So whatever speaks against it counts: another
    /// state, another site, several of the name.
    fn place(&self, listed: &Listed) -> Place {
        let unitid = listed.unitid.map(|id| id.to_string());
        let by_id = listed.id.as_ref().into_iter().chain(&unitid);
        if let Some(at) = by_id.into_iter().find_map(|id| self.by_id.get(id)) {
            return Place::Known(*at);
        }
        let Some(key) = matching::key(&listed.name).filter(|_| unitid.is_none()) else {
            return Place::New;
        };
        let known = |at: usize| &self.list[at].institution;
        let elsewhere = |at: usize| {
            let differ =
                |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
            known(at).country != listed.country || differ(&known(at).state, &listed.state)
        };
        let named = self.by_name.get(&(key, listed.country.clone()));
        let named = named.map_or(&[][..], Vec::as_slice).iter().copied();
        let named: Vec<usize> = named.filter(|&at| !elsewhere(at)).collect();
        let of_domain = listed
            .domains
            .iter()
            .find_map(|domain| *self.by_domain.get(domain)?)
            .filter(|&at| !elsewhere(at));
        match (of_domain, &named[..]) {
            (Some(at), named) if named.contains(&at) => Place::Known(at),
            (Some(at), []) if alike(known(at), listed) => Place::Domain(at),
            (_, []) => Place::New,
            (None, &[at]) if self.may_be(at, listed) => Place::Known(at),
            _ => Place::Unsure,
        }
    }

    /// Whether a listing may be the one institution of its name: in America, where many share one, not
    /// if it has another site.
    fn may_be(&self, at: usize, listed: &Listed) -> bool {
        let known = &self.list[at].institution;
        listed.country.as_deref() != Some("US")
            || known.domains.is_empty()
            || listed.domains.is_empty()
            || same_site(known, listed)
    }

    /// Takes back names that were lent by a domain and begin those of others: `California State
    /// University` under the domain of one of its campuses. A main campus may keep it.
    fn take_back(&mut self) {
        let mut names: Vec<(String, usize)> = Vec::new();
        for (at, draft) in self.list.iter().enumerate() {
            if draft.institution.country.as_deref() == Some("US") {
                names.extend(matching::key(&draft.institution.name).map(|key| (key, at)));
            }
        }
        names.sort_unstable();
        for at in 0..self.list.len() {
            let lent = std::mem::take(&mut self.list[at].lent);
            if self.list[at].institution.country.as_deref() != Some("US") {
                continue;
            }
            let own = matching::key(&self.list[at].institution.name).unwrap_or_default();
            for name in lent {
                let Some(key) = matching::key(&name) else {
                    continue;
                };
                let main = own
                    .strip_prefix(&*key)
                    .is_some_and(|rest| rest.starts_with("main"));
                let from = names.partition_point(|(other, _)| *other < key);
                let others = names[from..]
                    .iter()
                    .take_while(|(other, _)| other.starts_with(&*key));
                if !main && others.into_iter().any(|(_, other)| *other != at) {
                    self.list[at]
                        .institution
                        .aliases
                        .retain(|alias| *alias != name);
                }
            }
        }
    }

    fn institutions(&mut self) -> Vec<Arc<Institution>> {
        self.lifetimes();
        self.take_back();
        for (year, taught) in std::mem::take(&mut self.taught) {
            let Some(&at) = self.by_id.get(&taught.unitid.to_string()) else {
                continue;
            };
            let institution = &mut self.list[at].institution;
            if let Some(calendar) = taught.calendar {
                institution.calendars.retain(|(known, _)| *known != year);
                institution.calendars.push((year, calendar));
            }
            if !taught.levels.is_empty() {
                institution.levels.retain(|(known, _)| *known != year);
                institution.levels.push((year, taught.levels));
            }
        }
        let drafts = std::mem::take(&mut self.list).into_iter();
        drafts
            .map(|mut draft| {
                draft.institution.calendars.sort_by_key(|(year, _)| *year);
                draft.institution.levels.sort_by_key(|(year, _)| *year);
                Arc::new(draft.institution)
            })
            .collect()
    }

    /// Counts predecessors and successors into every lifetime: whoever holds a degree of a school
    /// that was merged may name either.
    fn lifetimes(&mut self) {
        let mut joined: Vec<usize> = (0..self.list.len()).collect();
        for at in 0..self.list.len() {
            for successor in &self.list[at].successors {
                let Some(&other) = self.by_id.get(successor) else {
                    // Nobody knows how long what it became lived on.
                    self.list[at].institution.closed = None;
                    break;
                };
                let (a, b) = (root(&mut joined, at), root(&mut joined, other));
                joined[a] = b;
            }
        }
        let mut chains = HashMap::<usize, Vec<usize>>::new();
        for at in 0..self.list.len() {
            let root = root(&mut joined, at);
            chains.entry(root).or_default().push(at);
        }
        for chain in chains.into_values().filter(|chain| chain.len() > 1) {
            let all = |of: fn(&Institution) -> Option<PartialDate>| {
                let dates: Option<Vec<_>> = chain
                    .iter()
                    .map(|&at| of(&self.list[at].institution))
                    .collect();
                dates
            };
            // One member of which it is not known leaves it open for all.
            let opened = all(|one| one.opened)
                .and_then(|dates| dates.into_iter().min_by_key(|date| date.first_month()));
            let closed = all(|one| one.closed)
                .and_then(|dates| dates.into_iter().max_by_key(|date| date.last_month()));
            for at in &chain {
                let successor = self.list[*at]
                    .successors
                    .iter()
                    .find_map(|id| self.by_id.get(id))
                    .map(|&other| self.list[other].institution.name.clone());
                let institution = &mut self.list[*at].institution;
                (institution.opened, institution.closed) = (opened, closed);
                institution.successor = successor;
            }
        }
    }
}

impl Draft {
    /// Takes over what a newer list of a year says; names are only ever added.
    ///
    /// The federal directory has the last word on the name, the place, and whether it has closed: one
    /// that is open in a later year than that in which it closed was restored. Of two years in which it
    /// opened the earlier one counts: nobody is told that a school did not exist yet which did.
    fn take(&mut self, listed: &Listed, kind: Option<Kind>, year: i16) {
        let to = &mut self.institution;
        let federal = kind == Some(Kind::IpedsHd);
        let directory = federal || kind.is_none() && listed.unitid.is_some();
        if to.name.is_empty() {
            to.name.clone_from(&listed.name);
        } else if directory && to.name != listed.name {
            // A federal file of a newer year: the older name is a former one.
            let former = std::mem::replace(&mut to.name, listed.name.clone());
            to.aliases.push(former);
        }
        let settled = to.unitid.is_some() && !directory;
        to.unitid = listed.unitid.or(to.unitid);
        for (to, from) in [
            (&mut to.country, &listed.country),
            (&mut to.state, &listed.state),
            (&mut to.city, &listed.city),
        ] {
            if from.is_some() && !(settled && to.is_some()) {
                to.clone_from(from);
            }
        }
        to.position = match (to.position, listed.position) {
            (known, None) => known,
            (Some(known), _) if settled => Some(known),
            (_, new) => new,
        };
        let opened = to.opened.into_iter().chain(listed.opened);
        to.opened = opened.min_by_key(|date| date.first_month());
        to.closed = if federal {
            let still = |closed: &PartialDate| closed.year >= year;
            listed.closed.or(to.closed.filter(still))
        } else {
            listed.closed.or(to.closed)
        };
        self.successors.extend(listed.successors.iter().cloned());
        self.call(listed);
    }

    /// Adds the names and domains of a listing.
    fn call(&mut self, listed: &Listed) {
        let to = &mut self.institution;
        if to.name != listed.name {
            to.aliases.push(listed.name.clone());
        }
        to.aliases.extend(listed.aliases.iter().cloned());
        to.domains.extend(listed.domains.iter().cloned());
        for list in [&mut to.aliases, &mut to.domains] {
            list.sort_unstable();
            list.dedup();
        }
        let name = &to.name;
        to.aliases.retain(|alias| alias != name);
    }
}

/// The root of a tree of institutions that were merged, its paths halved on the way.
fn root(joined: &mut [usize], mut at: usize) -> usize {
    while joined[at] != at {
        joined[at] = joined[joined[at]];
        at = joined[at];
    }
    at
}
