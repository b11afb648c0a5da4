//! A filter turned into conditions on a list's columns; values are bound, never pasted.

use super::{Field, Filter, Kind, Moment, Operator, Select, Term};
use crate::{
    pg::{Problem, Sql},
    text::is_uuid,
};

/// The conditions of `filter` on `select`.
pub(crate) fn conditions(select: &Select, filter: &Filter) -> Result<Vec<Sql>, Problem> {
    filter.terms.iter().map(|term| condition(select, term)).collect()
}

fn condition(select: &Select, term: &Term) -> Result<Sql, Problem> {
    match term {
        Term::Word { word, negated } => Ok(occurs(select, word, *negated)),
        Term::Compare { column, operator, value } => {
            let field = select.field(column).ok_or_else(|| unknown(select, column))?;
            if field.column.secret {
                return Err(Problem::usage(format!(
                    "the column is secret and cannot be filtered by: {column}"
                )));
            }
            compare(field, *operator, value)
        }
    }
}

fn unknown(select: &Select, column: &str) -> Problem {
    let known = select
        .fields
        .iter()
        .filter(|field| !field.column.secret)
        .map(|field| field.column.name.as_str());
    Problem::usage(format!("there is no column `{column}` here")).hint(format!(
        "columns: {}; put text with an operator in it between quotes",
        known.collect::<Vec<_>>().join(", ")
    ))
}

/// The word occurs in some searched column, whatever the case; or in none.
fn occurs(select: &Select, word: &str, negated: bool) -> Sql {
    let pattern = format!("%{}%", escaped(word));
    let mut sql = Sql::new(if negated { "NOT (false" } else { "(false" });
    for field in select.fields.iter().filter(|field| field.column.searched && !field.column.secret)
    {
        // A NULL would make the negation unknown.
        sql.push(if negated { " OR COALESCE((" } else { " OR ((" })
            .append(&field.value)
            .push(")::pg_catalog.text ILIKE ");
        sql.bind(Some(&pattern), "pg_catalog.text").push(if negated { ", false)" } else { ")" });
    }
    sql.push(")");
    sql
}

/// `text` without a meaning of its own in LIKE.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

fn compare(field: &Field, operator: Operator, value: &str) -> Result<Sql, Problem> {
    let mut sql = Sql::new("(");
    sql.append(&field.value).push(")");
    if value.eq_ignore_ascii_case("null") {
        return match operator {
            Operator::Equal => Ok(with(sql, " IS NULL")),
            Operator::NotEqual => Ok(with(sql, " IS NOT NULL")),
            Operator::Less
            | Operator::AtMost
            | Operator::Greater
            | Operator::AtLeast
            | Operator::Contains
            | Operator::Lacks => Err(Problem::usage("nothing compares with null but `=` and `!=`")),
        };
    }
    if matches!(operator, Operator::Contains | Operator::Lacks) {
        let pattern = format!("%{}%", escaped(value));
        sql.push("::pg_catalog.text").push(if operator == Operator::Lacks {
            " NOT ILIKE "
        } else {
            " ILIKE "
        });
        sql.bind(Some(&pattern), "pg_catalog.text");
        return Ok(sql);
    }
    let symbol = match operator {
        Operator::Equal => " = ",
        Operator::NotEqual => " IS DISTINCT FROM ",
        Operator::Less => " < ",
        Operator::AtMost => " <= ",
        Operator::Greater => " > ",
        Operator::AtLeast => " >= ",
        Operator::Contains | Operator::Lacks => unreachable!("handled above"),
    };
    let kind = field.column.kind;
    match kind {
        Kind::Text | Kind::Json => {
            if operator == Operator::Equal && is_uuid(value) && is_of_uuids(field) {
                // Compared as what it is, so that an index serves.
                sql.push(symbol).bind(Some(value), "pg_catalog.uuid");
                return Ok(sql);
            }
            // A value that does not fit the column's own type (a half-typed uuid) must not be an error: text compares as text.
            sql.push("::pg_catalog.text").push(symbol).bind(Some(value), "pg_catalog.text");
        }
        Kind::Number | Kind::Decimal | Kind::Bytes | Kind::Duration => {
            let wanted = if kind == Kind::Duration {
                "seconds such as `90` or `1.5m`"
            } else {
                "a number such as `12.5`, `3k` or `2M`"
            };
            let number = number(value, kind).ok_or_else(|| misfit(field, value, wanted))?;
            sql.push("::pg_catalog.numeric").push(symbol).bind(Some(&number), "pg_catalog.numeric");
        }
        Kind::Boolean => {
            let truth = truth(value).ok_or_else(|| misfit(field, value, "`true` or `false`"))?;
            sql.push("::pg_catalog.bool").push(symbol).bind(Some(truth), "pg_catalog.bool");
        }
        Kind::Time => match Moment::read(value).ok_or_else(|| {
            misfit(field, value, "a time such as `2026-03-01`, `2026-03-01T12:00` or `7d` ago")
        })? {
            Moment::Ago(interval) => {
                let mut then = Sql::new("pg_catalog.now() - ");
                then.bind(Some(&interval), "pg_catalog.interval");
                sql.push(symbol).append(&field.instant(&then));
            }
            Moment::At(text) => {
                let mut then = Sql::default();
                then.bind(Some(&text), "pg_catalog.timestamptz");
                sql.push(symbol).append(&field.instant(&then));
            }
        },
    }
    Ok(sql)
}

fn is_of_uuids(field: &Field) -> bool {
    field.type_name.schema == "pg_catalog" && field.type_name.name == "uuid"
}

fn with(mut sql: Sql, text: &'static str) -> Sql {
    sql.push(text);
    sql
}

fn misfit(field: &Field, value: &str, wanted: &str) -> Problem {
    Problem::usage(format!("the value does not fit the column `{}`: {value}", field.column.name))
        .hint(format!("write {wanted}"))
}

/// What a number ends with, and by what that multiplies it: sizes count in 1024s, times in seconds.
fn unit(text: &str, kind: Kind) -> Option<(&str, u64)> {
    let (at, unit) = text.char_indices().last()?;
    let step: u64 = if kind == Kind::Bytes { 1024 } else { 1000 };
    let scale = match (kind, unit) {
        (Kind::Duration, 's') => 1,
        (Kind::Duration, 'm') => 60,
        (Kind::Duration, 'h') => 3600,
        (Kind::Duration, 'd') => 86_400,
        (Kind::Duration, _) => return Some((text, 1)),
        (_, 'k' | 'K') => step,
        (_, 'm' | 'M') => step.pow(2),
        (_, 'g' | 'G') => step.pow(3),
        (_, _) => return Some((text, 1)),
    };
    Some((&text[..at], scale))
}

/// Digits with an optional sign, fraction and unit.
fn number(text: &str, kind: Kind) -> Option<String> {
    let (digits, scale) = unit(text, kind)?;
    let body = digits.strip_prefix('-').unwrap_or(digits);
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    let all_digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty()
        || whole.len() > 18
        || fraction.len() > 12
        || !all_digits(whole)
        || !all_digits(fraction)
    {
        return None;
    }
    if scale == 1 {
        return Some(digits.to_owned());
    }
    let ten = 10u128.pow(u32::try_from(fraction.len()).ok()?);
    let scaled = (whole.parse::<u128>().ok()? * ten
        + if fraction.is_empty() { 0 } else { fraction.parse::<u128>().ok()? })
        * u128::from(scale);
    let sign = if digits.starts_with('-') { "-" } else { "" };
    Some(format!("{sign}{}.{:0width$}", scaled / ten, scaled % ten, width = fraction.len().max(1)))
}

fn truth(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "t" | "y" | "1" => Some("true"),
        "false" | "no" | "off" | "f" | "n" | "0" => Some("false"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::list::Column;

    fn select() -> Select {
        let field = |name: &str, kind, value: &'static str| {
            Field::computed(Column::new(name, kind), &Sql::new(value))
        };
        Select {
            fields: vec![
                field("name", Kind::Text, "t.name"),
                field("cost", Kind::Number, "t.cost"),
                field("bytes", Kind::Bytes, "t.bytes"),
                field("at", Kind::Time, "t.at"),
                field("live", Kind::Boolean, "t.live"),
            ],
            from: Sql::new("FROM t"),
            conditions: Vec::new(),
            key: Vec::new(),
            order: None,
            estimate: None,
        }
    }

    fn compiled(text: &str) -> Result<String, String> {
        let filter = Filter::parse(text).unwrap();
        let conditions = conditions(&select(), &filter).map_err(|problem| problem.to_string())?;
        Ok(conditions
            .iter()
            .map(|sql| format!("{:?}", sql.render()))
            .collect::<Vec<_>>()
            .join(" AND "))
    }

    #[test]
    fn sizes_count_in_1024s_and_other_numbers_in_1000s() {
        assert_eq!(number("3k", Kind::Number).unwrap(), "3000.0");
        assert_eq!(number("1.5m", Kind::Duration).unwrap(), "90.0");
        assert_eq!(number("2h", Kind::Duration).unwrap(), "7200.0");
        assert_eq!(number("0.25", Kind::Duration).unwrap(), "0.25");
        assert_eq!(number("3k", Kind::Duration), None);
        assert_eq!(number("1.5M", Kind::Bytes).unwrap(), "1572864.0");
        assert_eq!(number("-2.25", Kind::Number).unwrap(), "-2.25");
        assert_eq!(number("1e5", Kind::Number), None);
        assert_eq!(number("", Kind::Number), None);
    }

    #[test]
    fn a_wrong_column_or_value_says_what_would_be_right() {
        assert_eq!(
            compiled("nmae=x").unwrap_err(),
            "there is no column `nmae` here (columns: name, cost, bytes, at, live; put text with an operator in it between quotes)"
        );
        assert!(compiled("cost>abc").unwrap_err().contains("write a number"));
        assert!(compiled("at<yesterday").unwrap_err().contains("write a time"));
        assert!(compiled("cost>null").is_err());
    }

    #[test]
    fn a_percent_sign_is_only_a_percent_sign() {
        assert!(compiled("100%").unwrap().contains(r"%100\\%%"));
    }

    proptest! {
        #[test]
        fn a_typed_value_never_becomes_text_of_the_statement(value in "[^\"\\\\\0]{1,12}") {
            let filter = Filter { terms: vec![
                Term::Word { word: format!("XX{value}"), negated: true },
                Term::Compare { column: "name".into(), operator: Operator::Equal, value: format!("XX{value}") },
            ] };
            for sql in conditions(&select(), &filter).unwrap() {
                prop_assert!(!sql.render().0.contains("XX"));
            }
        }
    }
}
