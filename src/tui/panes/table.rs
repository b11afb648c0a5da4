//! One table: size and row security, columns with their types, policies, and foreign keys both ways.

use std::time::Duration;

use super::{
    down,
    sheet::{Asking, Draft, Lead, Matter, longest, padded, widest},
};
use crate::{
    address::{Concept, View},
    list::{Ask, Query},
    pg::RelationName,
    tables::{Columns, ForeignKey, ForeignKeys, Policies, Tables},
    text,
    tui::{cx::Cx, place::Place, remote::Remote, stage::Stage},
};

/// One table.
#[derive(Debug)]
pub(super) struct Table {
    name: RelationName,
    row: Remote<Ask<Tables>>,
    columns: Remote<Columns>,
    policies: Remote<Ask<Policies>>,
    keys: Remote<ForeignKeys>,
}

impl Table {
    pub(super) fn new(name: RelationName) -> Self {
        Self {
            name,
            row: Remote::default(),
            columns: Remote::default(),
            policies: Remote::default(),
            keys: Remote::default(),
        }
    }

    fn foreign_keys(&self) -> &[ForeignKey] {
        self.keys.value().map(Vec::as_slice).unwrap_or_default()
    }
}

impl Matter for Table {
    fn title(&self, _place: &Place, _stage: &Stage<'_>) -> String {
        format!("table({})", self.name)
    }

    fn load(&mut self, _place: &Place, cx: &mut Cx<'_>) {
        let RelationName { schema, name } = &self.name;
        let filter = down::exactly([("schema", schema.as_str()), ("table", name.as_str())]);
        self.row.ask(
            Ask {
                view: Tables,
                query: Query { filter, limit: 1, whole: true, ..Query::default() },
            },
            cx,
        );
        self.columns.ask(Columns { table: self.name.clone() }, cx);
        let view = Policies { table: Some(self.name.clone()) };
        self.policies.ask(Ask { view, query: Query { whole: true, ..Query::default() } }, cx);
        self.keys.ask(ForeignKeys { table: self.name.clone() }, cx);
    }

    fn questions(&mut self) -> Vec<&mut dyn Asking> {
        vec![&mut self.row, &mut self.columns, &mut self.policies, &mut self.keys]
    }

    fn waits_since(&self) -> Option<Duration> {
        longest([
            self.row.wait().since(),
            self.columns.wait().since(),
            self.policies.wait().since(),
            self.keys.wait().since(),
        ])
    }

    fn write(&self, _place: &Place, draft: &mut Draft<'_>) {
        let problems = [
            self.row.problem(),
            self.columns.problem(),
            self.policies.problem(),
            self.keys.problem(),
        ];
        for problem in problems.into_iter().flatten() {
            draft.problem(problem, 0);
        }
        draft.waiting(self.row.wait());
        let name = self.name.to_string();
        let rows = Lead { place: Place::one(View::Rows, name.clone(), name.clone()), user: None };
        let policies = down::within(View::Policies, Concept::Table, &name, &name);
        if let Some((page, item)) =
            self.row.value().and_then(|page| Some((page, page.items.first()?)))
        {
            let none = page.value(item, "policies") == Some("0");
            draft.row(&page.columns, item, |column| match column.name.as_str() {
                "table" | "rows_estimate" => Some(rows.clone()),
                "problem" if none => Some(drafts(&self.name)),
                "policies" => Some(Lead { place: policies.clone(), user: None }),
                _ => None,
            });
        }
        self.write_columns(draft);
        self.write_policies(draft);
        self.write_keys(draft);
    }
}

impl Table {
    fn write_columns(&self, draft: &mut Draft<'_>) {
        let Some(relation) = self.columns.value() else { return };
        draft.section("columns");
        let names = widest(relation.attributes.iter().map(|attribute| attribute.name.as_str()));
        let types = widest(relation.attributes.iter().map(|attribute| attribute.shown.as_str()));
        for attribute in &relation.attributes {
            let theme = draft.theme;
            let key = self
                .foreign_keys()
                .iter()
                .find(|key| key.from == self.name && key.columns.contains(&attribute.name));
            let mut about = Vec::new();
            if relation.key.contains(&attribute.name) {
                about.push("key".to_owned());
            }
            about.push(if attribute.not_null { "not null" } else { "" }.to_owned());
            if attribute.indexed {
                about.push("indexed".to_owned());
            }
            about.retain(|word| !word.is_empty());
            let leads =
                key.map(|key| format!("  -> {} ({})", key.target, key.target_columns.join(", ")));
            let pieces = vec![
                (format!("  {}", padded(&attribute.name, names + 2)), theme.field),
                (padded(&attribute.shown, types.min(40) + 2), theme.text),
                (about.join(", "), theme.dim),
                (text::clean(&leads.unwrap_or_default()).into_owned(), theme.key),
            ];
            draft.line(pieces, key.map(|key| to_table(&key.target)));
        }
    }

    fn write_policies(&self, draft: &mut Draft<'_>) {
        let Some(page) = self.policies.value() else { return };
        draft.section("policies");
        if page.items.is_empty() {
            let lead = drafts(&self.name);
            draft.text("none: enter drafts some", draft.theme.warn, 2, Some(&lead));
        }
        for item in &page.items {
            let theme = draft.theme;
            let value = |name: &str| page.value(item, name).unwrap_or_default();
            let sort = if value("permissive") == "false" || value("permissive") == "f" {
                "restrictive"
            } else {
                "permissive"
            };
            let head =
                format!("{}  {} {sort}, for {}", value("policy"), value("command"), value("roles"));
            draft.text(&head, theme.field, 2, None);
            for (label, name) in [("using", "using"), ("with check", "with_check")] {
                if let Some(expression) = page.value(item, name) {
                    draft.text(&format!("{label} {expression}"), theme.string, 4, None);
                }
            }
        }
    }

    fn write_keys(&self, draft: &mut Draft<'_>) {
        let incoming: Vec<_> =
            self.foreign_keys().iter().filter(|key| key.target == self.name).collect();
        if incoming.is_empty() {
            return;
        }
        draft.section("referred to by");
        for key in incoming {
            let said = format!("  {} ({})", key.from, key.columns.join(", "));
            draft.line(
                vec![(text::clean(&said).into_owned(), draft.theme.key)],
                Some(to_table(&key.from)),
            );
        }
    }
}

/// To policies drafted for a table that has none.
fn drafts(table: &RelationName) -> Lead {
    let name = table.to_string();
    let named = format!("drafts for {name}");
    Lead { place: down::within(View::Drafts, Concept::Table, &name, &named), user: None }
}

fn to_table(table: &RelationName) -> Lead {
    let name = table.to_string();
    Lead { place: Place::one(View::Table, name.clone(), name), user: None }
}
