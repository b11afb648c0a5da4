//! One row of a table, whole: where its foreign keys lead, and what refers to it.

use std::time::Duration;

use super::{
    down,
    sheet::{Asking, Draft, Lead, Matter, longest},
};
use crate::{
    address::View,
    list::{Ask, Column, Filter, Item, Page, Query},
    pg::RelationName,
    tables::{ForeignKey, ForeignKeys, Rows},
    tui::{
        action::Action, cx::Cx, facts::Facts, note::Note, place::Place, remote::Remote,
        stage::Stage,
    },
};

/// The first row that passes the filter of its address.
#[derive(Debug)]
pub(super) struct Row {
    table: RelationName,
    whole: Remote<Ask<Rows>>,
    keys: Remote<ForeignKeys>,
}

impl Row {
    pub(super) fn new(table: RelationName) -> Self {
        Self { table, whole: Remote::default(), keys: Remote::default() }
    }

    fn foreign_keys(&self) -> &[ForeignKey] {
        self.keys.value().map(Vec::as_slice).unwrap_or_default()
    }

    /// Where the value of a column leads, if it is part of a foreign key.
    fn target(&self, page: &Page, item: &Item, column: &str) -> Option<Place> {
        let key = self
            .foreign_keys()
            .iter()
            .find(|key| key.from == self.table && key.columns.iter().any(|name| name == column))?;
        let values = values(page, item, &key.columns)?;
        let pairs = key.target_columns.iter().map(String::as_str).zip(values);
        Some(down::rows(View::Row, &key.target, &down::exactly(pairs)))
    }
}

/// The values of some columns; `None` where one is missing or a secret.
fn values<'a>(page: &'a Page, item: &'a Item, columns: &[String]) -> Option<Vec<&'a str>> {
    columns.iter().map(|name| page.value(item, name)).collect()
}

impl Matter for Row {
    fn title(&self, place: &Place, _stage: &Stage<'_>) -> String {
        format!("{} </{}>", self.table, place.address.filter)
    }

    fn load(&mut self, place: &Place, cx: &mut Cx<'_>) {
        match Filter::parse(&place.address.filter) {
            Ok(filter) => {
                let query = Query { filter, limit: 1, whole: true, ..Query::default() };
                self.whole.ask(Ask { view: Rows::of(self.table.clone()), query }, cx);
            }
            Err(problem) => cx.say(Note::from(&problem)),
        }
        self.keys.ask(ForeignKeys { table: self.table.clone() }, cx);
    }

    fn questions(&mut self) -> Vec<&mut dyn Asking> {
        vec![&mut self.whole, &mut self.keys]
    }

    fn waits_since(&self) -> Option<Duration> {
        longest([self.whole.wait().since(), self.keys.wait().since()])
    }

    fn why(&self, place: &Place, _facts: Option<&Facts>) -> Option<Place> {
        Some(down::why(&self.table, &place.address.filter))
    }

    fn refuses(&self, _action: Action) -> Option<String> {
        None
    }

    fn history(&self, _place: &Place) -> Option<Place> {
        let page = self.whole.value()?;
        let item = page.items.first()?;
        let mut keys = page.columns.iter().zip(&item.cells).filter(|(it, _)| it.pinned);
        let (Some((_, Some(id))), None) = (keys.next(), keys.next()) else { return None };
        Some(down::history(id, id))
    }

    fn write(&self, _place: &Place, draft: &mut Draft<'_>) {
        for problem in [self.whole.problem(), self.keys.problem()].into_iter().flatten() {
            draft.problem(problem, 0);
        }
        draft.waiting(self.whole.wait());
        let Some(page) = self.whole.value() else { return };
        let Some(item) = page.items.first() else {
            let said = match draft.identity.acting() {
                Some(acting) => {
                    format!("{} does not see this row, or it is not there", acting.label())
                }
                None => "there is no such row".to_owned(),
            };
            return draft.text(&said, draft.theme.warn, 0, None);
        };
        draft.row(&page.columns, item, |column: &Column| {
            Some(Lead { place: self.target(page, item, &column.name)?, user: None })
        });
        self.used_by(page, item, draft);
    }
}

impl Row {
    fn used_by(&self, page: &Page, item: &Item, draft: &mut Draft<'_>) {
        let keys: Vec<_> =
            self.foreign_keys().iter().filter(|key| key.target == self.table).collect();
        if keys.is_empty() {
            return;
        }
        draft.section("referred to by");
        for key in keys {
            let Some(values) = values(page, item, &key.target_columns) else { continue };
            let pairs = key.columns.iter().map(String::as_str).zip(values);
            let lead = Lead {
                place: down::rows(View::Rows, &key.from, &down::exactly(pairs)),
                user: None,
            };
            let said = format!("  {}", key.from);
            let columns = format!("  {}", key.columns.join(", "));
            let theme = draft.theme;
            draft.line(vec![(said, theme.key), (columns, theme.dim)], Some(lead));
        }
    }
}
