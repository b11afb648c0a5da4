//! What a mapping names and what the catalog has: relations, columns, types, secrets. Pure.

use super::Findings;
use crate::{
    mapping::{
        Concept, Expression, Join,
        catalog::{Catalog, Table},
        secrecy::looks_secret,
    },
    pg::RelationName,
};

/// Compares the whole mapping with `catalog`; `views_are_refused` says whether the operator's own look may read views.
pub(super) fn check(findings: &mut Findings<'_>, catalog: &Catalog, views_are_refused: bool) {
    let mapping = findings.mapping;
    for relation in &mapping.fingerprint {
        if !catalog.tables.contains_key(relation) {
            findings.error(1, format!("`fingerprint`: there is no relation {relation}"));
        }
    }
    for concept in mapping.concepts() {
        check_relations(findings, &concept, catalog, views_are_refused);
        check_expressions(findings, &concept, catalog);
        for join in &concept.source.joins {
            check_join(findings, join, catalog);
        }
    }
    check_lists(findings, catalog);
    check_secrets(findings, catalog);
}

/// The relations of a concept with the lines that name them.
fn relations<'a>(concept: &Concept<'a>) -> impl Iterator<Item = (&'a RelationName, usize)> {
    let joins = concept.source.joins.iter().map(|join| (&join.relation, join.on.line()));
    std::iter::once((&concept.source.relation, concept.source.line)).chain(joins)
}

/// All expressions of a concept with what they are called.
pub(super) fn expressions<'a>(concept: &Concept<'a>) -> Vec<(&'a str, &'a Expression)> {
    let columns = concept.columns.iter().map(|column| (column.name, column.expression));
    let extra = concept.extra.iter().map(|extra| (extra.name.as_str(), &extra.expression));
    let filter = concept.source.filter.iter().map(|filter| ("filter", filter));
    let joins = concept.source.joins.iter().map(|join| ("on", &join.on));
    columns.chain(extra).chain(filter).chain(joins).collect()
}

fn check_relations(
    findings: &mut Findings<'_>,
    concept: &Concept<'_>,
    catalog: &Catalog,
    views_are_refused: bool,
) {
    for (relation, line) in relations(concept) {
        match catalog.tables.get(relation).map(|table| table.kind.as_str()) {
            None => {
                findings.error(line, format!("`{}`: there is no relation {relation}", concept.key));
            }
            Some("v" | "f") if views_are_refused => findings
                .error(line, format!("`{}`: {relation} is no table", concept.key))
                .hint("the operator's own look reads tables only: a view runs its owner's code"),
            Some(_) => {}
        }
    }
}

fn check_expressions(findings: &mut Findings<'_>, concept: &Concept<'_>, catalog: &Catalog) {
    for (name, expression) in expressions(concept) {
        for used in expression.columns() {
            let Some(relation) = concept.source.relation_of(&used.alias) else { continue };
            let Some(table) = catalog.tables.get(relation) else { continue };
            if table.column(&used.column).is_none() {
                let what = format!("`{}.{name}`: {relation} has no column", concept.key);
                findings
                    .error(expression.line(), format!("{what} {}", used.column))
                    .hint(format!("it has `{}`", names(table)));
            }
        }
        for own in expression.types() {
            let what = format!("`{}.{name}`", concept.key);
            match catalog.types.get(own).map(|it| it.sort.as_str()) {
                None => {
                    findings.error(expression.line(), format!("{what}: there is no type {own}"));
                }
                Some("d") => findings
                    .error(expression.line(), format!("{what}: {own} is a domain"))
                    .hint("a cast to a domain runs its checks; cast to the type under it"),
                Some(_) => {}
            }
        }
    }
}

fn names(table: &Table) -> String {
    table.own_columns().map(|column| column.name.as_str()).collect::<Vec<_>>().join("`, `")
}

/// A join that finds several rows would show one thing several times.
fn check_join(findings: &mut Findings<'_>, join: &Join, catalog: &Catalog) {
    let Some(table) = catalog.tables.get(&join.relation) else { return };
    let named = |column: &String| {
        join.on.columns().iter().any(|used| used.alias == join.alias && used.column == *column)
    };
    if !table.unique.iter().any(|key| key.iter().all(named)) {
        findings
            .warning(join.on.line(), format!("the join names no unique key of {}", join.relation))
            .hint("if it finds several rows, each of them is shown and counted");
    }
}

fn check_lists(findings: &mut Findings<'_>, catalog: &Catalog) {
    let mapping = findings.mapping;
    for relation in &mapping.watch {
        if !catalog.tables.contains_key(relation) {
            findings.error(1, format!("`watch`: there is no relation {relation}"));
        }
    }
    for name in &mapping.tenant_columns {
        if !catalog.tables.values().any(|table| table.column(name).is_some()) {
            findings.error(1, format!("`tenant_columns`: no relation has a column {name}"));
        }
    }
}

fn check_secrets(findings: &mut Findings<'_>, catalog: &Catalog) {
    let mapping = findings.mapping;
    for secret in &mapping.secrets {
        match catalog.tables.get(&secret.relation) {
            None => {
                findings.error(1, format!("`secrets`: there is no relation {}", secret.relation));
            }
            Some(table) if table.column(&secret.column).is_none() => {
                findings.error(1, format!("`secrets`: there is no column {secret}"));
            }
            Some(_) => {}
        }
    }
    for (relation, table) in catalog.tables.iter().filter(|(_, table)| !table.is_inner) {
        for column in table.own_columns() {
            let secret = looks_secret(&column.name, &column.category);
            if secret && !mapping.is_secret(relation, &column.name) {
                findings
                    .warning(1, format!("{relation}.{} looks like a secret", column.name))
                    .hint("add it to `secrets`, so that it is never fetched");
            }
        }
    }
}
