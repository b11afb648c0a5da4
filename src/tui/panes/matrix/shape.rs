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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        directory::{Candidate, Somebody},
        pg::Person,
        rls::{Cell, Member, Reach, State, Strip},
    };

    fn member(at: usize, organization: usize) -> Member {
        let id = at.to_string();
        let person = Person { id: Some(id.clone()), label: id.clone(), organization: None };
        let candidate = Candidate {
            person,
            organization: None,
            membership: None,
            role: "app".into(),
            settings: Vec::new(),
        };
        Member {
            id: Some(id.clone()),
            label: format!("user{id}"),
            organization: Some((organization.to_string(), format!("org{organization}"))),
            roles: vec![if at.is_multiple_of(3) { "admin" } else { "user" }.into()],
            somebody: Arc::new(Somebody { candidate, organizations: Vec::new() }),
        }
    }

    /// A matrix in which `class_of` says, table by table, in which class each of the people is.
    fn data(people: usize, tables: &[Vec<u32>]) -> Data {
        let members: Arc<[Member]> = (0..people).map(|at| member(at, at % 2)).collect();
        let seats: Arc<[usize]> = (0..people).collect();
        let mut data = Data::begin(members, tables.len(), tables.len());
        for (number, class_of) in tables.iter().enumerate() {
            let most = class_of.iter().max().copied().unwrap_or_default();
            // Two classes in three see the same number of rows.
            let cell = |class: u32| Cell {
                visible: (class != 1).then_some(u64::from(class / 2)),
                state: if class == 1 { State::Error } else { State::Rows },
                problem: None,
                organizations: None,
            };
            let reaches = COMMANDS.map(|command| Reach {
                command,
                class_of: class_of.clone(),
                classes: (0..=most).map(cell).collect(),
                label: None,
            });
            data.add(Arc::new(Strip {
                table: RelationName::new("public", format!("t{number}")),
                total: Some(9),
                people: Arc::clone(&seats),
                reaches: reaches.into(),
            }));
        }
        data
    }

    fn any_tables() -> impl Strategy<Value = (usize, Vec<Vec<u32>>)> {
        (1usize..12).prop_flat_map(|people| {
            let class_of = prop::collection::vec(0u32..6, people);
            (Just(people), prop::collection::vec(class_of, 0..5))
        })
    }

    proptest! {
        /// Whatever is filtered, folded and sorted: who is shown is who has a cell that passes, each once, among those in whose cells the same stands.
        #[test]
        fn everybody_with_a_cell_that_passes_is_in_one_class(
            (people, tables) in any_tables(), all in any::<bool>(), letters in any::<bool>(),
            text in prop::sample::select(vec!["", "can:select", "rows:>1", "state:error", "role:admin", "user1", "table:t2 rows:0"]),
            sort in prop::sample::select(vec!["", "user", "roles", "public.t1"]), descending in any::<bool>(),
        ) {
            let data = data(people, &tables);
            let sieve = Sieve::parse(text).unwrap();
            let sort = (!sort.is_empty()).then(|| Sort { column: sort.to_owned(), descending });
            let unfolded = BTreeSet::new();
            let command = Statement::Select;
            let wanted = Wanted { sieve: &sieve, command, letters, sort: sort.as_ref(), unfolded: &unfolded, all };
            let shape = Shape::of(&data, wanted);
            let passes = |at: usize, table: usize| sieve.lets(&data.spot(at, table, command));
            let has_any = |at: usize| {
                let alone = sieve.is_empty() || tables.is_empty() && !sieve.counts();
                if alone { sieve.lets_person(&data.people[at]) } else { (0..tables.len()).any(|table| passes(at, table)) }
            };
            let mut shown: Vec<usize> = shape.lines.iter().flat_map(|line| line.class.clone()).collect();
            shown.sort_unstable();
            prop_assert_eq!(&shown, &(0..people).filter(|at| has_any(*at)).collect::<Vec<_>>());
            for table in 0..tables.len() {
                let any = sieve.is_empty() || (0..people).any(|at| passes(at, table));
                prop_assert_eq!(shape.columns.contains(&table), any);
            }
            let figures = |at: usize| -> Vec<_> {
                shape.columns.iter().map(|table| data.cell(at, *table, command)).collect()
            };
            for line in &shape.lines {
                prop_assert!(line.class.iter().all(|at| figures(*at) == figures(line.person)));
                let members = shape.lines.iter().filter(|other| other.is_member() && line.class.contains(&other.person));
                prop_assert_eq!(members.count(), if line.open { line.class.len() } else { 0 });
            }
            let heads: Vec<_> = shape.lines.iter().filter(|line| !line.is_member()).collect();
            let organization = |line: &Line| &data.people[line.person].organization;
            for (at, one) in heads.iter().enumerate().filter(|_| !shape.columns.is_empty()) {
                for other in &heads[at + 1..] {
                    let apart = figures(one.person) != figures(other.person);
                    prop_assert!(apart || organization(one) != organization(other));
                }
            }
            for pair in heads.windows(2) {
                let rows = |line: &Line| data.cell(line.person, 1, command).and_then(|cell| cell.visible);
                if let (Some("public.t1"), true) = (sort.as_ref().map(|sort| sort.column.as_str()), tables.len() > 1) {
                    let (one, other) = (rows(pair[0]), rows(pair[1]));
                    let ordered = if descending { one >= other } else { other.is_none() || one.is_some() && one <= other };
                    prop_assert!(ordered, "{:?} {:?}", one, other);
                }
            }
        }
    }
}
