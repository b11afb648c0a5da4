//! What a mapping's expressions are on the server: asked of it, without reading a row.
//!
//! `FROM (SELECT) one LEFT JOIN … ON false` makes exactly one row of NULLs, so that every expression is parsed, typed and run, and no table is touched.

use std::collections::BTreeMap;

use super::{Findings, schema};
use crate::{
    mapping::{Concept, Expression, Shape, catalog::Catalog},
    pg::{Door, Identity, Kind, Problem, Row, Run, Sql},
};

/// One expression to be asked about.
#[derive(Debug, Clone, Copy)]
struct Asked<'a> {
    name: &'a str,
    shape: Shape,
    expression: &'a Expression,
}

/// The type of a value, as the server says it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Type {
    name: String,
    category: String,
}

/// Asks about every concept whose relations and columns are all there; the others are known to be wrong already.
pub(super) async fn ask(
    findings: &mut Findings<'_>,
    catalog: &Catalog,
    door: &Door,
    run: &Run,
) -> Result<(), Problem> {
    let concepts: Vec<_> =
        findings.mapping.concepts().into_iter().filter(|it| is_there(it, catalog)).collect();
    let mut ids = BTreeMap::new();
    let mut typed = Vec::new();
    for (concept, types) in concepts.iter().zip(types_of(findings, &concepts, (door, run)).await?) {
        for (asked, found) in types {
            if asked.shape == Shape::Key {
                ids.insert(concept.key, found.name.clone());
            }
            typed.push((concept, asked, found));
        }
    }
    for (concept, asked, found) in &typed {
        if let Some(wrong) = misfit(asked.shape, found, &ids) {
            let text = format!("`{}.{}` is of type {}", concept.key, asked.name, found.name);
            findings.error(asked.expression.line(), text).hint(wrong);
        }
    }
    Ok(())
}

fn is_there(concept: &Concept<'_>, catalog: &Catalog) -> bool {
    schema::expressions(concept).into_iter().all(|(_, expression)| {
        expression.types().iter().all(|it| catalog.types.get(it).is_some_and(|it| it.sort != "d"))
            && expression.columns().iter().all(|used| {
                let relation = concept.source.relation_of(&used.alias);
                relation.is_some_and(|it| catalog.column(it, &used.column).is_some())
            })
    })
}

type Typed<'a> = Vec<(Asked<'a>, Type)>;

/// The types of all expressions of each concept: all in one transaction, and one by one where that fails.
async fn types_of<'a>(
    findings: &mut Findings<'_>,
    concepts: &[Concept<'a>],
    (door, run): (&Door, &Run),
) -> Result<Vec<Typed<'a>>, Problem> {
    let questions: Vec<_> = concepts.iter().map(|it| question(it, &asked(it), true)).collect();
    if let Ok(answers) = door.read_all(&Identity::Observer, &questions, run).await {
        let typed = concepts.iter().zip(answers);
        return Ok(typed.map(|(it, answer)| types(&asked(it), answer.rows.first())).collect());
    }
    let mut all = Vec::new();
    for concept in concepts {
        all.push(one_by_one(findings, concept, (door, run)).await?);
    }
    Ok(all)
}

async fn one_by_one<'a>(
    findings: &mut Findings<'_>,
    concept: &Concept<'a>,
    on: (&Door, &Run),
) -> Result<Typed<'a>, Problem> {
    // Without any expression first: what fails then is the relation, a join or the filter.
    if let Err(problem) = try_it(on, concept, &[], true).await? {
        let line = concept.source.line;
        report(findings, line, &format!("`{}`", concept.key), problem);
        return Ok(Typed::new());
    }
    let mut typed = Typed::new();
    for asked in asked(concept) {
        match try_it(on, concept, &[asked], false).await? {
            Ok(row) => typed.extend(types(&[asked], row.as_ref())),
            Err(problem) => {
                let what = format!("`{}.{}`", concept.key, asked.name);
                report(findings, asked.expression.line(), &what, problem);
            }
        }
    }
    Ok(typed)
}

/// The one row of the answer, or what the server said against it; a lost connection ends the check, and so does a person.
async fn try_it(
    (door, run): (&Door, &Run),
    concept: &Concept<'_>,
    asked: &[Asked<'_>],
    with_filter: bool,
) -> Result<Result<Option<Row>, Problem>, Problem> {
    let question = question(concept, asked, with_filter);
    match door.read(&Identity::Observer, &question, run).await {
        Ok(answer) => Ok(Ok(answer.rows.into_iter().next())),
        Err(problem) if matches!(problem.kind, Kind::Connection | Kind::Cancelled) => Err(problem),
        Err(problem) => Ok(Err(problem)),
    }
}

fn report(findings: &mut Findings<'_>, line: usize, what: &str, problem: Problem) {
    let finding = findings.error(line, format!("{what}: {}", problem.summary));
    finding.hint = problem.hint;
}

fn asked<'a>(concept: &Concept<'a>) -> Vec<Asked<'a>> {
    let columns = concept.columns.iter().map(|column| Asked {
        name: column.name,
        shape: column.shape,
        expression: column.expression,
    });
    let extra = concept.extra.iter().map(|extra| Asked {
        name: &extra.name,
        shape: Shape::Text,
        expression: &extra.expression,
    });
    columns.chain(extra).collect()
}

/// For each expression its type and the type's category; an id is also compared with itself.
fn question(concept: &Concept<'_>, asked: &[Asked<'_>], with_filter: bool) -> Sql {
    let mut sql = Sql::new("SELECT ''");
    for Asked { shape, expression, .. } in asked {
        sql.push(", pg_catalog.format_type(pg_catalog.pg_typeof(").checked(expression);
        sql.push(")::pg_catalog.oid, NULL), (SELECT y.typcategory::pg_catalog.text FROM pg_catalog.pg_type y WHERE y.oid = pg_catalog.pg_typeof(");
        sql.checked(expression).push(")::pg_catalog.oid)");
        if is_id(*shape) {
            sql.push(", (")
                .checked(expression)
                .push(" < ")
                .checked(expression)
                .push(")::pg_catalog.text");
        }
    }
    if let (true, Some(filter)) = (with_filter, &concept.source.filter) {
        sql.push(", (").checked(filter).push(" IS TRUE)::pg_catalog.text");
    }
    sql.push(" FROM (SELECT) one LEFT JOIN ")
        .relation(&concept.source.relation)
        .push(" t ON false");
    concept.source.push_joins(&mut sql);
    sql
}

fn types<'a>(asked: &[Asked<'a>], row: Option<&Row>) -> Typed<'a> {
    let mut values = row.into_iter().flatten().skip(1).map(|it| it.clone().unwrap_or_default());
    asked
        .iter()
        .filter_map(|asked| {
            let (name, category) = (values.next()?, values.next()?);
            if is_id(asked.shape) {
                values.next();
            }
            Some((*asked, Type { name, category }))
        })
        .collect()
}

const fn is_id(shape: Shape) -> bool {
    matches!(shape, Shape::Key | Shape::OrganizationId | Shape::DepartmentId | Shape::UserId)
}

/// Why a value of type `found` does not do, if it does not.
fn misfit(shape: Shape, found: &Type, ids: &BTreeMap<&str, String>) -> Option<String> {
    let like = |concept: &str| {
        let id = ids.get(concept)?;
        let same = *id == found.name || (is_integer(id) && is_integer(&found.name));
        (!same).then(|| format!("the ids of `{concept}` are of type {id}"))
    };
    let is = |fits: bool, what: &str| (!fits).then(|| format!("it should be {what}"));
    match shape {
        Shape::Key | Shape::Text => None,
        Shape::OrganizationId => like("organization"),
        Shape::DepartmentId => like("department"),
        Shape::UserId => like("user"),
        Shape::Time => {
            is(found.name == "date" || found.name.starts_with("timestamp "), "a date or timestamp")
        }
        Shape::Flag => is(found.category == "B", "boolean"),
        Shape::Number => is(found.category == "N", "a number"),
    }
}

fn is_integer(name: &str) -> bool {
    matches!(name, "smallint" | "integer" | "bigint")
}
