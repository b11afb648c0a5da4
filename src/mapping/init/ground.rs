//! A schema as tables that point at each other, which is what guesses are made from.

use std::collections::BTreeSet;

use crate::{
    mapping::catalog::{Catalog, CatalogColumn, Table},
    pg::RelationName,
};

/// One column that points at another table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) from: RelationName,
    pub(super) column: String,
    pub(super) to: RelationName,
}

/// The tables of a schema and the links between them.
#[derive(Debug)]
pub(super) struct Ground<'a> {
    pub(super) catalog: &'a Catalog,
    links: Vec<Link>,
    /// Whether the links are read out of names and types, because the schema has no foreign key at all.
    pub(super) is_implied: bool,
}

impl<'a> Ground<'a> {
    /// The links of `catalog`.
    pub(super) fn new(catalog: &'a Catalog) -> Self {
        let declared: Vec<_> = catalog
            .tables
            .iter()
            .filter(|(_, table)| is_table(table))
            .flat_map(|(name, table)| {
                table.references.iter().filter(|it| it.columns.len() == 1).map(|it| Link {
                    from: name.clone(),
                    column: it.columns[0].clone(),
                    to: it.to.clone(),
                })
            })
            .collect();
        let is_implied = declared.is_empty();
        let links = if is_implied { implied(catalog) } else { declared };
        Self { catalog, links, is_implied }
    }

    /// Tables that have a key of one column, by name.
    pub(super) fn tables(&self) -> impl Iterator<Item = (&'a RelationName, &'a Table)> {
        let tables = self.catalog.tables.iter();
        tables.filter(|(_, table)| is_table(table) && table.key().is_some())
    }

    /// The table `name`.
    pub(super) fn table(&self, name: &RelationName) -> Option<&'a Table> {
        self.catalog.tables.get(name)
    }

    /// The tables that point at `to`, itself left out.
    pub(super) fn pointing_at(&self, to: &RelationName) -> BTreeSet<&RelationName> {
        let links = self.links.iter().filter(|link| link.to == *to && link.from != *to);
        links.map(|link| &link.from).collect()
    }

    /// The columns of `from` that point at other tables.
    pub(super) fn links_from(&self, from: &RelationName) -> impl Iterator<Item = &Link> {
        self.links.iter().filter(move |link| link.from == *from)
    }

    /// The columns of `from` that point at `to`, what must be filled first.
    pub(super) fn columns_between(&self, from: &RelationName, to: &RelationName) -> Vec<&str> {
        let links = self.links_from(from).filter(|link| link.to == *to);
        let mut columns: Vec<_> = links.map(|link| link.column.as_str()).collect();
        let optional = |name: &&str| {
            self.table(from).and_then(|it| it.column(name)).is_none_or(|it| !it.not_null)
        };
        columns.sort_by_key(optional);
        columns
    }

    /// How a link is called in evidence.
    pub(super) const fn word(&self) -> &'static str {
        if self.is_implied { "column named like a key" } else { "foreign key" }
    }
}

fn is_table(table: &Table) -> bool {
    matches!(table.kind.as_str(), "r" | "p") && !table.is_inner
}

/// Columns called `thing_id` that have the type of the key of a table called `thing` or `things`.
fn implied(catalog: &Catalog) -> Vec<Link> {
    let mut links = Vec::new();
    for (from, table) in catalog.tables.iter().filter(|(_, table)| is_table(table)) {
        for column in table.own_columns() {
            let name = snake(&column.name);
            let Some(thing) = name.strip_suffix("_id") else { continue };
            let target = catalog.tables.iter().find(|(to, other)| {
                let key = other.key().and_then(|key| other.column(key));
                is_table(other)
                    && to.schema == from.schema
                    && singular(&snake(&to.name)) == thing
                    && key.is_some_and(|key| key.type_name == column.type_name)
            });
            if let Some((to, _)) = target {
                let (from, to) = (from.clone(), to.clone());
                links.push(Link { from, column: column.name.clone(), to });
            }
        }
    }
    links
}

/// One of what `plural` names: `companies` is `company`.
pub(super) fn singular(plural: &str) -> String {
    let irregular = [("people", "person"), ("staff", "staff"), ("status", "status")];
    for (many, one) in irregular {
        if let Some(head) = plural.strip_suffix(many) {
            return format!("{head}{one}");
        }
    }
    if let Some(head) = plural.strip_suffix("ies") {
        return format!("{head}y");
    }
    for ending in ["sses", "xes", "ches", "shes"] {
        if plural.ends_with(ending) {
            return plural[..plural.len() - 2].to_owned();
        }
    }
    match plural.strip_suffix('s') {
        Some(head) if !head.ends_with('s') => head.to_owned(),
        _ => plural.to_owned(),
    }
}

/// Many of what `one` names.
pub(super) fn plural(one: &str) -> String {
    if let Some(head) = one.strip_suffix("person") {
        return format!("{head}people");
    }
    match one.strip_suffix('y') {
        Some(head) if !head.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{head}ies"),
        _ if one.ends_with('s') || one.ends_with('x') || one.ends_with("ch") => format!("{one}es"),
        _ => format!("{one}s"),
    }
}

/// A name as it is mostly written: `createdAt` is `created_at`.
pub(in crate::mapping) fn snake(name: &str) -> String {
    let mut spaced = String::new();
    let mut before = '_';
    for c in name.chars() {
        if c.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit()) {
            spaced.push('_');
        }
        spaced.extend(c.to_lowercase());
        before = c;
    }
    spaced.replace([' ', '-', '.'], "_")
}

/// The words of a name, in lower case, the last one in the singular: `OrgMembers` and `org_members` are `org`, `member`.
pub(super) fn words(name: &str) -> Vec<String> {
    let snake = snake(name);
    let parts = snake.split('_').filter(|word| !word.is_empty());
    let mut words: Vec<_> = parts.map(str::to_owned).collect();
    if let Some(last) = words.last_mut() {
        *last = singular(last);
    }
    words
}

impl Table {
    /// The column that identifies a row.
    pub(super) fn key(&self) -> Option<&str> {
        match self.primary.as_slice() {
            [key] => Some(key),
            _ => None,
        }
    }

    /// The first of `names` that there is as a column that `fits`.
    fn first(
        &self,
        names: &[&str],
        fits: impl Fn(&CatalogColumn) -> bool,
    ) -> Option<&CatalogColumn> {
        let found =
            |name: &&str| self.own_columns().find(|it| snake(&it.name) == **name && fits(it));
        names.iter().find_map(found)
    }

    /// A text or a label of an enum.
    pub(super) fn text(&self, names: &[&str]) -> Option<&CatalogColumn> {
        self.first(names, |it| {
            matches!(it.category.as_str(), "S" | "E") || it.type_name.ends_with("citext")
        })
    }

    /// A date or a timestamp.
    pub(super) fn time(&self, names: &[&str]) -> Option<&CatalogColumn> {
        self.first(names, |it| it.type_name == "date" || it.type_name.starts_with("timestamp "))
    }

    /// A truth value.
    pub(super) fn flag(&self, names: &[&str]) -> Option<&CatalogColumn> {
        self.first(names, |it| it.category == "B")
    }

    /// A number.
    pub(super) fn number(&self, names: &[&str]) -> Option<&CatalogColumn> {
        self.first(names, |it| it.category == "N")
    }

    /// Anything.
    pub(super) fn any(&self, names: &[&str]) -> Option<&CatalogColumn> {
        self.first(names, |_| true)
    }

    /// Whether no two rows have the same values in `columns`.
    pub(super) fn is_unique_over(&self, columns: &[&str]) -> bool {
        let same = |key: &Vec<String>| {
            key.len() == columns.len() && columns.iter().all(|it| key.iter().any(|key| key == it))
        };
        self.unique.iter().any(same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart_into_words_in_the_singular() {
        let rows = [
            ("workspace_members", vec!["workspace", "member"]),
            ("OrgUsers", vec!["org", "user"]),
            ("people", vec!["person"]),
            ("companies", vec!["company"]),
            ("staff", vec!["staff"]),
            ("branches", vec!["branch"]),
            ("address", vec!["address"]),
        ];
        for (name, expected) in rows {
            assert_eq!(words(name), expected, "{name}");
        }
        for one in ["user", "company", "branch", "person", "day", "box"] {
            assert_eq!(singular(&plural(one)), one);
        }
    }
}
