//! Sums as a list: which columns they have, and which of a filter's conditions hold for records before they are summed.

use super::{Dimension, Usage, source::Sources, usage::divide};
use crate::{
    directory::{department_name, organization_name, part, user_label},
    list::{Column, Field, Filter, KeyPart, Kind, Select, Sort, TypeName},
    pg::{Sql, sql::join},
};

/// What tells sums apart besides what somebody asked for, and what is summed.
const APART: [&str; 3] = ["source", "currency", "unit"];
const SUMMED: [(&str, &str); 7] = [
    ("tokens_in", "pg_catalog.sum(u.tokens_in)"),
    ("tokens_out", "pg_catalog.sum(u.tokens_out)"),
    ("tokens_total", "pg_catalog.sum(u.tokens_total)"),
    ("money", "pg_catalog.sum(u.money)"),
    ("units", "pg_catalog.sum(u.units)"),
    ("worth", "pg_catalog.sum(u.worth)"),
    ("calls", "pg_catalog.count(*)"),
];

/// The rows of a list of usage.
pub(super) struct Rows<'a> {
    pub(super) usage: &'a Usage,
    pub(super) sources: &'a Sources<'a>,
}

impl Rows<'_> {
    fn is_by(&self, dimension: Dimension) -> bool {
        self.usage.by.contains(&dimension)
    }

    /// The conditions on records, and those on sums.
    pub(super) fn divided(&self, filter: &Filter) -> (Filter, Filter) {
        let limits = self.sources.limits();
        divide(filter, |column| {
            let column = self.own_name(column);
            // What is told apart can be limited before as well as after; before is cheaper, but names are looked up once for each sum.
            let named = [Dimension::Organization, Dimension::Department, Dimension::User]
                .iter()
                .any(|it| it.name() == column && self.is_by(*it));
            !named && limits.field(&column).is_some()
        })
    }

    /// The canonical name of a column that goes by the schema's own word.
    fn own_name(&self, typed: &str) -> String {
        let mapping = self.sources.mapping;
        let department = mapping.department.as_ref().map(|it| it.label.one.as_str());
        match typed {
            it if it == mapping.organization.label.one => "organization",
            it if it == mapping.user.label.one => "user",
            it if Some(it) == department => "department",
            it => it,
        }
        .to_owned()
    }

    /// The list.
    pub(super) fn select(&self, conditions: &[Sql]) -> Select {
        let mut from = Sql::new("FROM (");
        from.append(&self.sums(conditions)).push(") k");
        Select {
            fields: self.fields(),
            from,
            conditions: Vec::new(),
            key: self.key(),
            order: Some(self.order()),
            estimate: None,
        }
    }

    /// Newest first where there are periods, otherwise the largest.
    fn order(&self) -> Sort {
        let column = if self.usage.per.is_some() { "period" } else { "amount" };
        Sort { column: column.into(), descending: true }
    }

    /// One row for each that is told apart: its sums.
    fn sums(&self, conditions: &[Sql]) -> Sql {
        let mut apart: Vec<(Sql, &'static str)> = Vec::new();
        if let Some(per) = self.usage.per {
            apart.push((super::trend::period(per), "period"));
        }
        for dimension in Dimension::ALL.into_iter().filter(|it| self.is_by(*it)) {
            let mut value = Sql::new("u.");
            value.push(dimension.key());
            apart.push((value, dimension.key()));
        }
        for name in APART {
            let mut value = Sql::new("u.");
            value.push(name);
            apart.push((value, name));
        }
        let columns = apart.iter().map(|(value, name)| {
            let mut sql = value.clone();
            sql.push(" AS ").push(name);
            sql
        });
        let sums = SUMMED.map(|(name, value)| {
            let mut sql = Sql::new(value);
            sql.push(" AS ").push(name);
            sql
        });
        let columns: Vec<_> = columns.chain(sums).collect();
        let groups: Vec<_> = apart.into_iter().map(|(value, _)| value).collect();
        let mut sql = Sql::new("SELECT ");
        sql.append(&join(&columns, ", ")).push(" FROM ");
        sql.append(&self.sources.records(&self.sources.window(self.usage.span), conditions));
        sql.push(" GROUP BY ").append(&join(&groups, ", "));
        sql
    }

    fn fields(&self) -> Vec<Field> {
        let mapping = self.sources.mapping;
        let mut fields = vec![self.period()];
        let organization = Column::new("organization", Kind::Text);
        let mut user = Column::new("user", Kind::Text).called(&mapping.user.label.one);
        user.pinned = true;
        let mut department = Column::new("department", Kind::Text);
        if let Some(known) = &mapping.department {
            department = department.called(&known.label.one);
        }
        let organization = organization.called(&mapping.organization.label.one);
        let by_department = self.is_by(Dimension::Department);
        fields.push(self.named(Dimension::Organization, organization, || {
            organization_name(mapping, "k.organization_id")
        }));
        fields.push(self.named(Dimension::Department, department, || {
            let known = mapping.department.as_ref().filter(|_| by_department);
            known.map_or_else(null, |known| department_name(known, "k.department_id"))
        }));
        fields.push(self.named(Dimension::User, user, || user_label(mapping, "k.user_id")));
        for (dimension, value) in
            [(Dimension::Model, "k.model"), (Dimension::Operation, "k.operation")]
        {
            let column = Column::new(dimension.name(), Kind::Text);
            fields.push(self.named(dimension, column, || Sql::new(value)));
        }
        fields.extend(self.amounts());
        for dimension in [Dimension::Organization, Dimension::Department, Dimension::User] {
            let column = Column::new(dimension.key(), Kind::Text).hidden().unsearched();
            let mut value = Sql::new("k.");
            value.push(dimension.key());
            fields.push(if self.is_by(dimension) {
                Field::computed(column, &value)
            } else {
                Field::computed(column, &null())
            });
        }
        fields
    }

    fn period(&self) -> Field {
        let column = Column::new("period", Kind::Text).unsearched();
        match self.usage.per {
            Some(_) => Field::computed(column.pinned(), &Sql::new("k.period")),
            None => Field::computed(column.hidden(), &null()),
        }
    }

    /// The name of one that is told apart; hidden where somebody did not ask for it.
    fn named(&self, dimension: Dimension, column: Column, value: impl FnOnce() -> Sql) -> Field {
        if self.is_by(dimension) {
            return Field::computed(column.pinned(), &value());
        }
        let mut column = column.hidden().unsearched();
        column.pinned = false;
        Field::computed(column, &null())
    }

    /// What was summed, and in what; columns of which the schema knows nothing are hidden.
    fn amounts(&self) -> Vec<Field> {
        let sources = self.sources;
        let known = |name: &str| match name {
            "tokens_in" => sources.know(|it| it.tokens_in.as_ref()),
            "tokens_out" => sources.know(|it| it.tokens_out.as_ref()),
            "tokens_total" => sources.know(|it| it.tokens_total.as_ref()),
            "money" => sources.know(|it| it.money.as_ref()),
            "currency" => sources.know(|it| it.currency.as_ref()),
            "units" | "unit" => sources.know(|it| it.units.as_ref()),
            "worth" => sources.know(|it| it.worth.as_ref()),
            "source" => sources.names().count() > 1,
            _ => true,
        };
        let field = |name: &str, kind, value: &'static str| {
            let mut column = Column::new(name, kind).unsearched();
            column.hidden = !known(name);
            Field::computed(column, &Sql::new(value))
        };
        let mut fields = vec![
            field("money", Kind::Decimal, "k.money"),
            field("currency", Kind::Text, "k.currency"),
            field("units", Kind::Decimal, "k.units"),
            field("unit", Kind::Text, "k.unit"),
            field("tokens_total", Kind::Number, "k.tokens_total"),
            field("calls", Kind::Number, "k.calls"),
            field("tokens_in", Kind::Number, "k.tokens_in"),
            field("tokens_out", Kind::Number, "k.tokens_out"),
            field("worth", Kind::Decimal, "k.worth"),
            field("source", Kind::Text, "k.source"),
        ];
        let amount = Column::new("amount", Kind::Decimal).hidden().unsearched();
        fields.push(Field::computed(
            amount,
            &Sql::new("COALESCE(k.money, k.tokens_total, k.units, k.calls)"),
        ));
        fields
    }

    /// All that tells rows apart, as text; what is not there comes before everything else, the empty text too.
    fn key(&self) -> Vec<KeyPart> {
        let dimensions = Dimension::ALL.into_iter().filter(|it| self.is_by(*it));
        let period = self.usage.per.map(|_| "period");
        let names = period.into_iter().chain(dimensions.map(Dimension::key)).chain(APART);
        names
            .map(|name| {
                let mut value = Sql::new("COALESCE('=' || k.");
                value.push(name).push("::pg_catalog.text, '')");
                KeyPart { value, type_name: TypeName::new("pg_catalog", "text") }
            })
            .collect()
    }
}

/// What is not asked for or not known.
fn null() -> Sql {
    part::text_or_null(None)
}
