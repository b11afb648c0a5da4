//! What of a matrix is shown: which tables, which users, who of them are put together, and in which order.
//!
//! Pure: the same matrix, filter and order always have the same shape.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
};

use super::data::{COMMANDS, Data};
use crate::{
    list::Sort,
    pg::RelationName,
    rls::{Sieve, Statement},
};

/// What decides over the shape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) sieve: &'a Sieve,
    /// The command whose figures are shown.
    pub(super) command: Statement,
    /// Whether all four are shown.
    pub(super) letters: bool,
    pub(super) sort: Option<&'a Sort>,
    /// Whose classes are unfolded: each by the first of its users.
    pub(super) unfolded: &'a BTreeSet<usize>,
    /// Whether all are.
    pub(super) all: bool,
}

/// What is shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// The tables, by their places in the matrix.
    pub(super) columns: Vec<usize>,
    /// The lines.
    pub(super) lines: Vec<Line>,
}

/// A class of users, or one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Who stands for all of them.
    pub(super) person: usize,
    /// Who is in the class; nobody where the line is one user of a class that is unfolded.
    pub(super) class: Vec<usize>,
    /// Whether its users are shown below.
    pub(super) open: bool,
    /// Whether all of them have the same rows; else only as many.
    pub(super) same: bool,
}

impl Line {
    /// Whether it is one user of a class above.
    pub(super) fn is_member(&self) -> bool {
        self.class.is_empty()
    }
}

/// The columns before those of tables, by which lines can be sorted too.
pub(super) const USER: &str = "user";
pub(super) const ROLES: &str = "roles";

impl Shape {
    /// The shape of `data`.
    pub(super) fn of(data: &Data, wanted: Wanted<'_>) -> Self {
        let (columns, people) = passing(data, wanted);
        let commands: &[Statement] =
            if wanted.letters { &COMMANDS } else { std::slice::from_ref(&wanted.command) };
        let mut classes = folded(data, &columns, &people, commands);
        sort(data, wanted, &mut classes);
        let mut lines = Vec::with_capacity(classes.len());
        for class in classes {
            let person = class[0];
            let open = class.len() > 1 && (wanted.all || wanted.unfolded.contains(&person));
            let same = is_same(data, &columns, &class, commands);
            let members = if open { class.clone() } else { Vec::new() };
            lines.push(Line { person, class, open, same });
            lines.extend(members.into_iter().map(|person| Line {
                person,
                class: Vec::new(),
                open: false,
                same: true,
            }));
        }
        Self { columns, lines }
    }

    /// The column of the table called `name`.
    pub(super) fn column(&self, data: &Data, name: &RelationName) -> Option<usize> {
        self.columns.iter().position(|table| data.tables[*table].name == *name)
    }
}

/// The tables and the people of whom some cell passes.
fn passing(data: &Data, wanted: Wanted<'_>) -> (Vec<usize>, Vec<usize>) {
    let all = 0..data.tables.len();
    let people = (0..data.people.len()).filter(|at| wanted.sieve.lets_person(&data.people[*at]));
    if wanted.sieve.is_empty() || data.tables.is_empty() && !wanted.sieve.counts() {
        return (all.collect(), people.collect());
    }
    let mut columns = BTreeSet::new();
    let mut kept = Vec::new();
    for at in people {
        let mut any = false;
        for table in all.clone() {
            if wanted.sieve.lets(&data.spot(at, table, wanted.command)) {
                columns.insert(table);
                any = true;
            }
        }
        if any {
            kept.push(at);
        }
    }
    (columns.into_iter().collect(), kept)
}

/// By what users are put together: with whom they are asked about, where they are, and what stands in their cells.
type Alike<'a> = (Option<usize>, Option<&'a str>, Vec<Option<u32>>);

/// Users of one organization in whose cells the same stands, together. Where nothing stands yet, everybody by themselves.
fn folded(
    data: &Data,
    columns: &[usize],
    people: &[usize],
    commands: &[Statement],
) -> Vec<Vec<usize>> {
    if columns.is_empty() {
        return people.iter().map(|at| vec![*at]).collect();
    }
    let mut known: HashMap<Alike<'_>, usize> = HashMap::with_capacity(people.len());
    let mut classes: Vec<Vec<usize>> = Vec::new();
    for at in people {
        let place = data.people[*at].organization.as_ref().map(|(id, _)| id.as_str());
        let cells = columns
            .iter()
            .flat_map(|table| commands.iter().map(|command| data.alike(*at, *table, *command)));
        let class = *known.entry((data.group(*at), place, cells.collect())).or_insert_with(|| {
            classes.push(Vec::new());
            classes.len() - 1
        });
        classes[class].push(*at);
    }
    classes
}

/// Whether those of a class have the same rows in every table that is shown.
fn is_same(data: &Data, columns: &[usize], class: &[usize], commands: &[Statement]) -> bool {
    let Some((first, rest)) = class.split_first() else { return true };
    rest.iter().all(|other| {
        columns.iter().all(|table| {
            commands.iter().all(|command| {
                data.class(*first, *table, *command) == data.class(*other, *table, *command)
            })
        })
    })
}

fn sort(data: &Data, wanted: Wanted<'_>, classes: &mut [Vec<usize>]) {
    let Some(Sort { column, descending }) = wanted.sort else { return };
    let member = |class: &Vec<usize>| &data.people[class[0]];
    match column.as_str() {
        USER => classes.sort_by_cached_key(|class| member(class).label.to_lowercase()),
        ROLES => classes.sort_by_cached_key(|class| roles(data, class)),
        name => {
            let table = data.tables.iter().position(|table| table.name.to_string() == *name);
            let Some(table) = table else { return };
            // What is not known comes last, whichever way.
            let key = |class: &Vec<usize>| {
                let rows = data.cell(class[0], table, wanted.command).and_then(|cell| cell.visible);
                (rows.is_none(), rows)
            };
            return if *descending {
                classes.sort_by_key(|class| {
                    let (unknown, rows) = key(class);
                    (unknown, Reverse(rows))
                });
            } else {
                classes.sort_by_key(key);
            };
        }
    }
    if *descending {
        classes.reverse();
    }
}

/// The roles of all in a class.
pub(super) fn roles(data: &Data, class: &[usize]) -> String {
    let all = class.iter().flat_map(|at| data.people[*at].roles.iter().map(String::as_str));
    all.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}
