//! One source of events as a list: the fields that every source has, NULL where this one knows nothing.

use std::{collections::HashMap, sync::Arc};

use super::{events::Events, mask};
use crate::{
    database::Database,
    directory::{
        Types, organization_name,
        part::{self, Concept},
        user_label,
    },
    list::{Column, Field, Kind, Part, Select, Sort, TypeName},
    mapping::{Audit, Expression, Mapping},
    pg::{Problem, RelationName, Run, Sql, quote_ident},
    tables::Relation,
    text::is_uuid,
};

/// Under which keys applications keep who really acts when somebody acts as somebody else.
const REALLY: &str = "impersonat(?:or|ed_by|or_id|or_email)|acted_by|acting_user(?:_id)?|real_user(?:_id)?|on_behalf_by|sudo_by";

/// One source and what is asked of it.
pub(super) struct Reader<'a> {
    mapping: &'a Mapping,
    audit: &'a Audit,
    concept: Concept,
    /// What is joined to the source, by its alias.
    joined: HashMap<&'a str, Arc<Relation>>,
    types: Types,
    secrets: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) async fn of(
        database: &'a Database,
        audit: &'a Audit,
        run: &Run,
    ) -> Result<Self, Problem> {
        let mapping = database.mapping()?;
        let mut joined = HashMap::new();
        for join in &audit.source.joins {
            joined.insert(join.alias.as_str(), database.relation(&join.relation, run).await?);
        }
        Ok(Self {
            mapping,
            audit,
            joined,
            concept: Concept::of(database, &audit.source, run).await?,
            types: Types::of(database, mapping, run).await?,
            secrets: mask::names(mapping),
        })
    }

    /// The source as a list, limited to what `events` are asked for.
    pub(super) fn part(&self, events: &Events) -> Part {
        Part {
            select: self.select(events),
            walks: self.concept.is_indexed(&self.audit.at).then_some("at"),
            finds: self.concept.is_indexed(&self.audit.id),
            writer: self.concept.is_stored().then(|| Sql::new("t.xmin")),
        }
    }

    /// The statement of the index without which every page sorts the whole source; nothing where there is one, or where that is cheap.
    pub(super) fn lacks(&self) -> Option<String> {
        let (at, id) = (self.audit.at.plain_column()?, self.audit.id.plain_column()?);
        let table = self.audit.source.relation.quoted();
        let stored = self.concept.is_stored() && !self.concept.sorts_cheaply(&self.audit.at);
        let (at, id) = (quote_ident(at), quote_ident(id));
        stored.then(|| format!("create index on {table} ({at}, {id})"))
    }

    fn select(&self, events: &Events) -> Select {
        let audit = self.audit;
        let mut conditions = part::conditions(&audit.source);
        conditions.extend(self.limits(events));
        Select {
            fields: self.fields(),
            from: self.from(),
            conditions,
            key: vec![self.concept.key(&audit.id)],
            order: Some(Sort { column: "at".into(), descending: true }),
            estimate: None,
        }
    }

    /// The rows, with the ids that lead elsewhere beside them as `k`.
    fn from(&self) -> Sql {
        let mut from = part::from(&self.audit.source);
        from.push(" CROSS JOIN LATERAL (SELECT ");
        from.append(&typed(self.audit.actor_id.as_ref(), &self.types.user));
        from.push(" AS actor_id, ");
        from.append(&typed(self.audit.organization_id.as_ref(), &self.types.organization));
        from.push(" AS organization_id) k");
        from
    }

    fn fields(&self) -> Vec<Field> {
        let audit = self.audit;
        let labels = self.mapping;
        let text = |name: &str| Column::new(name, Kind::Text);
        let known = |column, expression: &Option<Expression>| {
            self.concept.field_or_null(column, expression.as_ref())
        };
        let name = |column: Column, known: bool, value: Sql| {
            Field::computed(column, &if known { value } else { null() })
        };
        let mut source = Sql::default();
        source.bind(Some(&audit.name), "pg_catalog.text");
        vec![
            self.concept.field(Column::new("at", Kind::Time).pinned(), &audit.at),
            name(
                text("actor").unsearched(),
                audit.actor_id.is_some(),
                user_label(labels, "k.actor_id"),
            ),
            known(text("action"), &audit.action),
            known(text("entity_type"), &audit.entity_type),
            known(text("entity_id"), &audit.entity_id),
            name(
                text("organization").called(&labels.organization.label.one).unsearched(),
                audit.organization_id.is_some(),
                organization_name(labels, "k.organization_id"),
            ),
            known(text("tool"), &audit.tool),
            self.address(),
            Field::computed(text("acted_by").unsearched(), &self.really()),
            self.json("before", audit.before.as_ref()),
            self.json("after", audit.after.as_ref()),
            self.json("details", audit.details.as_ref()),
            Field::computed(text("source").unsearched(), &source),
            known(text("actor_id").hidden().unsearched(), &audit.actor_id),
            known(text("organization_id").hidden().unsearched(), &audit.organization_id),
            known(text("department_id").hidden().unsearched(), &audit.department_id),
            self.concept.field(text("id").hidden().unsearched(), &audit.id),
        ]
    }

    /// Where it came from; an address without its netmask.
    fn address(&self) -> Field {
        let column = Column::new("address", Kind::Text);
        let Some(address) = &self.audit.address else { return Field::computed(column, &null()) };
        let mut field = self.concept.field(column, address);
        if field.type_name == RelationName::new("pg_catalog", "inet") {
            let mut shown = Sql::new("pg_catalog.host(");
            shown.checked(address).push(")");
            field = Field::computed(field.column, &shown);
        }
        field
    }

    /// JSON with secrets masked: nothing but this value is searched, compared or sent.
    fn json(&self, name: &str, value: Option<&Expression>) -> Field {
        let mut column = Column::new(name, Kind::Json).hidden();
        column.searched = true;
        match value {
            Some(value) => Field::computed(column, &mask::masked(&part::sql(value), &self.secrets)),
            None => Field::computed(column, &null()),
        }
    }

    /// Who really acted, where the application wrote that down.
    fn really(&self) -> Sql {
        let Some(details) = &self.audit.details else { return null() };
        let mut sql = Sql::new("pg_catalog.substring(");
        sql.append(&mask::masked(&part::sql(details), &self.secrets)).push(", ");
        let pattern = format!(r#""(?:{REALLY})"[[:space:]]*:[[:space:]]*"?([^",}}]+)"#);
        sql.bind(Some(&pattern), "pg_catalog.text").push(")");
        sql
    }

    /// What `events` are limited to; a source that does not know what is asked for has none.
    fn limits(&self, events: &Events) -> Vec<Sql> {
        let audit = self.audit;
        let mut limits = Vec::new();
        let mut limit = |id: &Option<String>, expression: &Option<Expression>| {
            limits.extend(id.as_ref().map(|id| self.is(expression.as_ref(), id)));
        };
        limit(&events.organization, &audit.organization_id);
        limit(&events.department, &audit.department_id);
        limit(&events.actor, &audit.actor_id);
        if let Some(id) = &events.about {
            let mut sql = Sql::new("(");
            sql.append(&self.is(audit.entity_id.as_ref(), id)).push(" OR ");
            sql.append(&self.is(audit.actor_id.as_ref(), id)).push(")");
            limits.push(sql);
        }
        if let Some((source, id)) = &events.one {
            let own = *source == audit.name;
            limits.push(if own { self.is(Some(&audit.id), id) } else { Sql::new("false") });
        }
        limits
    }

    /// The column is `id`, compared as what it is, so that an index serves; what cannot be one of its values is never it.
    fn is(&self, expression: Option<&Expression>, id: &str) -> Sql {
        let Some(expression) = expression else { return Sql::new("false") };
        let type_name = self.type_name(expression);
        let uuid = RelationName::new("pg_catalog", "uuid");
        if type_name == uuid && !is_uuid(id) {
            return Sql::new("false");
        }
        let mut sql = Sql::default();
        sql.checked(expression);
        if type_name == uuid {
            sql.push(" = ").bind_as(Some(id), &type_name);
        } else {
            sql.push("::pg_catalog.text = ").bind(Some(id), "pg_catalog.text");
        }
        sql
    }

    /// The type of a column of the source or of what is joined to it; text where it is neither.
    fn type_name(&self, expression: &Expression) -> TypeName {
        let attribute = expression
            .plain()
            .and_then(|column| self.joined.get(column.alias.as_str())?.attribute(&column.column));
        attribute
            .map_or_else(|| self.concept.type_name(expression), |attribute| attribute.base.clone())
    }
}

/// What a source does not know.
fn null() -> Sql {
    Sql::new("NULL")
}

/// An id as it stands, or a NULL of its type.
fn typed(id: Option<&Expression>, type_name: &TypeName) -> Sql {
    let mut sql = Sql::default();
    match id {
        Some(id) => sql.checked(id),
        None => sql.push("NULL::").relation(type_name),
    };
    sql
}
