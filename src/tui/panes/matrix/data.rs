//! What was found so far: who there is, and table after table.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};

use crate::{
    pg::RelationName,
    rls::{Cell, Chart, Member, Reach, Spot, Statement, Strip},
};

/// The commands of the matrix.
pub(super) const COMMANDS: [Statement; 4] =
    [Statement::Select, Statement::Insert, Statement::Update, Statement::Delete];

/// A matrix, as far as it was counted.
#[derive(Debug, Default)]
pub(super) struct Data {
    /// Who there is.
    pub(super) people: Arc<[Member]>,
    /// The tables, in the order in which they were finished.
    pub(super) tables: Vec<Table>,
    /// How many tables there will be.
    expected: usize,
    /// How many strips there will be, and how many there are.
    strips: usize,
    had: usize,
    /// When it was counted; absent where that was never finished.
    pub(super) counted: Option<DateTime<Utc>>,
    /// Those who are asked about together.
    groups: Vec<Arc<[usize]>>,
    /// For each of the people their group, and their place in it.
    seats: Vec<Option<(usize, usize)>>,
}

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: RelationName,
    /// What is known of it.
    strips: Vec<Known>,
}

/// What is known of a table.
#[derive(Debug)]
struct Known {
    /// By whom.
    group: usize,
    strip: Arc<Strip>,
    /// For each command, for each class, the first class of which the same is told.
    alike: Vec<Vec<u32>>,
}

impl Known {
    fn new(group: usize, strip: Arc<Strip>) -> Self {
        let alike = strip.reaches.iter().map(|reach| {
            let mut first = HashMap::new();
            let told = |cell: &Cell| (cell.visible, cell.state, cell.organizations);
            let numbered = (0..).zip(&reach.classes);
            numbered.map(|(at, cell)| *first.entry(told(cell)).or_insert(at)).collect()
        });
        Self { group, alike: alike.collect(), strip }
    }
}

impl Data {
    /// Nothing is counted yet.
    pub(super) fn begin(people: Arc<[Member]>, expected: usize, strips: usize) -> Self {
        let seats = vec![None; people.len()];
        Self { people, expected, strips, seats, ..Self::default() }
    }

    /// How far counting is: `62 tables, 20 %`.
    pub(super) fn progress(&self) -> String {
        format!("{} tables, {} %", self.expected, self.had * 100 / self.strips.max(1))
    }

    /// A whole matrix.
    pub(super) fn whole(chart: &Chart) -> Self {
        let mut data = Self::begin(Arc::clone(&chart.people), 0, 0);
        for strip in &chart.strips {
            data.add(Arc::clone(strip));
        }
        data.counted = Some(chart.counted);
        data
    }

    /// One more table is finished for some.
    pub(super) fn add(&mut self, strip: Arc<Strip>) {
        self.had += 1;
        let known = self.groups.iter().position(|group| Arc::ptr_eq(group, &strip.people));
        let group = known.unwrap_or_else(|| {
            for (place, at) in strip.people.iter().enumerate() {
                if let Some(seat) = self.seats.get_mut(*at) {
                    *seat = Some((self.groups.len(), place));
                }
            }
            self.groups.push(Arc::clone(&strip.people));
            self.groups.len() - 1
        });
        let table = self.tables.iter_mut().find(|table| table.name == strip.table);
        if let Some(table) = table {
            table.strips.push(Known::new(group, strip));
        } else {
            let name = strip.table.clone();
            self.tables.push(Table { name, strips: vec![Known::new(group, strip)] });
        }
    }

    /// What is known of `table` for the person at `at`, and their place in it.
    fn known(&self, at: usize, table: usize) -> Option<(&Known, usize)> {
        let (group, place) = self.seats.get(at).copied().flatten()?;
        let known = self.tables.get(table)?.strips.iter().find(|known| known.group == group)?;
        Some((known, place))
    }

    /// How many rows the table has.
    pub(super) fn total(&self, at: usize, table: usize) -> Option<u64> {
        self.known(at, table)?.0.strip.total
    }

    fn reach(&self, at: usize, table: usize, command: Statement) -> Option<(&Reach, usize)> {
        let (known, place) = self.known(at, table)?;
        Some((known.strip.reach(command)?, place))
    }

    /// By what those are put together who are in the same group: it is the same where the same stands in the cell.
    pub(super) fn alike(&self, at: usize, table: usize, command: Statement) -> Option<u32> {
        let (known, place) = self.known(at, table)?;
        let number = known.strip.reaches.iter().position(|reach| reach.command == command)?;
        let class = *known.strip.reaches[number].class_of.get(place)?;
        known.alike[number].get(class as usize).copied()
    }

    /// With whom the person is asked about together.
    pub(super) fn group(&self, at: usize) -> Option<usize> {
        self.seats.get(at).copied().flatten().map(|(group, _)| group)
    }

    /// What the person may do with the table.
    pub(super) fn cell(&self, at: usize, table: usize, command: Statement) -> Option<&Cell> {
        let (reach, place) = self.reach(at, table, command)?;
        Some(reach.cell(place))
    }

    /// Why the figure may not be the last word.
    pub(super) fn label(&self, at: usize, table: usize, command: Statement) -> Option<&str> {
        self.reach(at, table, command)?.0.label.as_deref()
    }

    /// The class of the person in their group: those of one class have the same rows.
    pub(super) fn class(&self, at: usize, table: usize, command: Statement) -> Option<u32> {
        let (reach, place) = self.reach(at, table, command)?;
        reach.class_of.get(place).copied()
    }

    /// All about one cell.
    pub(super) fn spot(&self, at: usize, table: usize, shown: Statement) -> Spot<'_> {
        Spot {
            member: &self.people[at],
            table: &self.tables[table].name,
            total: self.total(at, table),
            cells: COMMANDS.map(|command| self.cell(at, table, command)),
            shown,
        }
    }
}
