//! Records of usage each by itself, from every source, newest first: where going down ends.

use super::{
    Usage,
    source::{Sources, within},
};
use crate::{
    database::Database,
    directory::{department_name, organization_name, part, user_label},
    list::{Column, Field, Kind, Page, Part, Query, Select, Sort, TypeName, merged},
    mapping::{self, Expression},
    pg::{Identity, Problem, Run, Sql},
};

/// One page of them.
pub(super) async fn page(
    usage: &Usage,
    sources: &Sources<'_>,
    database: &Database,
    identity: &Identity,
    run: &Run,
    query: &Query,
) -> Result<Page, Problem> {
    let parts: Vec<Part> = sources
        .each()
        .map(|(source, concept)| Part {
            select: Lister { usage, sources, source, concept }.select(),
            walks: concept.is_indexed(&source.at).then_some("at"),
            finds: concept.is_indexed(&source.id),
            writer: None,
        })
        .collect();
    merged(database, identity, run, &parts, query).await
}

/// One source as a list of its records.
struct Lister<'a> {
    usage: &'a Usage,
    sources: &'a Sources<'a>,
    source: &'a mapping::Usage,
    concept: &'a part::Concept,
}

impl Lister<'_> {
    fn select(&self) -> Select {
        let at = self.concept.field(Column::new("at", Kind::Time), &self.source.at);
        let mut conditions = within(self.source, &at, &self.sources.window(self.usage.span));
        if let Some(id) = &self.usage.organization {
            conditions.push(match &self.source.organization_id {
                Some(organization) => {
                    let mut sql = part::sql(organization);
                    sql.push(" = ").bind_as(Some(id), &self.sources.types.organization);
                    sql
                }
                None => Sql::new("false"),
            });
        }
        Select {
            fields: self.fields(),
            from: self.from(),
            conditions,
            key: vec![self.concept.key(&self.source.id)],
            order: Some(Sort { column: "at".into(), descending: true }),
            estimate: None,
        }
    }

    /// The rows, with the ids that lead elsewhere beside them as `k`.
    fn from(&self) -> Sql {
        let types = &self.sources.types;
        let department = types.department().unwrap_or_else(|| TypeName::new("pg_catalog", "text"));
        let mut from = part::from(&self.source.source);
        from.push(" CROSS JOIN LATERAL (SELECT ");
        from.append(&id(self.source.organization_id.as_ref(), &types.organization));
        from.push(" AS organization_id, ");
        from.append(&id(self.source.department_id.as_ref(), &department));
        from.push(" AS department_id, ");
        from.append(&id(self.source.user_id.as_ref(), &types.user)).push(" AS user_id) k");
        from
    }

    fn fields(&self) -> Vec<Field> {
        let (source, mapping) = (self.source, self.sources.mapping);
        let text = |name: &str| Column::new(name, Kind::Text);
        let name = |column: Column, known: bool, value: Sql| {
            Field::computed(column.unsearched(), &if known { value } else { Sql::new("NULL") })
        };
        let known = |column: Column, value: &Option<Expression>| {
            self.concept.field_or_null(column, value.as_ref())
        };
        let department = mapping.department.as_ref();
        let department_word = department.map_or("department", |it| it.label.one.as_str());
        let mut origin = Sql::default();
        origin.bind(Some(&source.name), "pg_catalog.text");
        let mut fields = vec![
            self.concept.field(Column::new("at", Kind::Time).pinned(), &source.at),
            name(
                text("organization").called(&mapping.organization.label.one),
                source.organization_id.is_some(),
                organization_name(mapping, "k.organization_id"),
            ),
            name(
                text("department").called(department_word),
                department.is_some() && source.department_id.is_some(),
                department
                    .map_or_else(|| Sql::new("NULL"), |it| department_name(it, "k.department_id")),
            ),
            name(
                text("user").called(&mapping.user.label.one),
                source.user_id.is_some(),
                user_label(mapping, "k.user_id"),
            ),
            known(text("model"), &source.model),
            known(text("operation"), &source.operation),
        ];
        for (name, kind, value) in [
            ("tokens_in", Kind::Number, &source.tokens_in),
            ("tokens_out", Kind::Number, &source.tokens_out),
            ("tokens_total", Kind::Number, &source.tokens_total),
            ("money", Kind::Decimal, &source.money),
            ("currency", Kind::Text, &source.currency),
            ("units", Kind::Decimal, &source.units),
            ("unit", Kind::Text, &source.unit),
            ("worth", Kind::Decimal, &source.worth),
        ] {
            fields.push(self.amount(Column::new(name, kind), value.as_ref()));
        }
        let mut named = text("source").unsearched();
        named.hidden = self.sources.names().count() < 2;
        fields.push(Field::computed(named, &origin));
        fields.push(known(text("organization_id").hidden().unsearched(), &source.organization_id));
        fields.push(known(text("department_id").hidden().unsearched(), &source.department_id));
        fields.push(known(text("user_id").hidden().unsearched(), &source.user_id));
        fields.push(self.concept.field(text("id").hidden().unsearched(), &source.id));
        fields
    }

    /// An amount; hidden where no source knows it, so that sources agree on what is shown.
    fn amount(&self, column: Column, value: Option<&Expression>) -> Field {
        let known = match column.name.as_str() {
            "tokens_in" => self.sources.know(|it| it.tokens_in.as_ref()),
            "tokens_out" => self.sources.know(|it| it.tokens_out.as_ref()),
            "tokens_total" => self.sources.know(|it| it.tokens_total.as_ref()),
            "money" => self.sources.know(|it| it.money.as_ref()),
            "currency" => self.sources.know(|it| it.currency.as_ref()),
            "worth" => self.sources.know(|it| it.worth.as_ref()),
            _ => self.sources.know(|it| it.units.as_ref()),
        };
        let mut column = column.unsearched();
        column.hidden = !known;
        match value {
            Some(value) => Field::computed(column, &part::sql(value)),
            None => Field::computed(column, &Sql::new("NULL")),
        }
    }
}

/// An id as it stands, or a NULL of its type.
fn id(value: Option<&Expression>, type_name: &TypeName) -> Sql {
    let mut sql = Sql::default();
    match value {
        Some(value) => sql.checked(value),
        None => sql.push("NULL::").relation(type_name),
    };
    sql
}
