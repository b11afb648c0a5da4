//! The types that a mapping's expression may cast to: PostgreSQL's own by a list, the schema's own by their full name.

use sqlparser::ast::{ArrayElemTypeDef, DataType, IntervalFields, ObjectName, ObjectNamePart};

use crate::pg::RelationName;

/// What people write, in lower case, and what the type is called in the catalog. Types that name objects of the server
/// (`regclass`, `regproc`, …) are left out.
const KNOWN: &[(&str, &str)] = &[
    ("bigint", "int8"),
    ("bit", "bit"),
    ("bit varying", "varbit"),
    ("bool", "bool"),
    ("boolean", "bool"),
    ("bpchar", "bpchar"),
    ("bytea", "bytea"),
    ("char", "bpchar"),
    ("character", "bpchar"),
    ("character varying", "varchar"),
    ("cidr", "cidr"),
    ("date", "date"),
    ("dec", "numeric"),
    ("decimal", "numeric"),
    ("double precision", "float8"),
    ("float4", "float4"),
    ("float8", "float8"),
    ("inet", "inet"),
    ("int", "int4"),
    ("int2", "int2"),
    ("int4", "int4"),
    ("int8", "int8"),
    ("integer", "int4"),
    ("interval", "interval"),
    ("json", "json"),
    ("jsonb", "jsonb"),
    ("jsonpath", "jsonpath"),
    ("macaddr", "macaddr"),
    ("money", "money"),
    ("name", "name"),
    ("numeric", "numeric"),
    ("oid", "oid"),
    ("real", "float4"),
    ("smallint", "int2"),
    ("text", "text"),
    ("time", "time"),
    ("time with time zone", "timetz"),
    ("time without time zone", "time"),
    ("timestamp", "timestamp"),
    ("timestamp with time zone", "timestamptz"),
    ("timestamp without time zone", "timestamp"),
    ("timestamptz", "timestamptz"),
    ("timetz", "timetz"),
    ("uuid", "uuid"),
    ("varbit", "varbit"),
    ("varchar", "varchar"),
];

/// The types of the catalog that take modifiers such as `(10,2)`, and how many at most.
const MODIFIED: &[(&str, usize)] = &[
    ("bit", 1),
    ("bpchar", 1),
    ("numeric", 2),
    ("time", 1),
    ("timestamp", 1),
    ("timestamptz", 1),
    ("timetz", 1),
    ("varbit", 1),
    ("varchar", 1),
];

/// Which parts an interval may be limited to.
const FIELDS: &[&str] = &["year", "month", "day", "hour", "minute", "second"];

/// A type to cast to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TypeName {
    /// One of PostgreSQL's own, as the server reads it whatever its search path is.
    Known { text: String, array: bool },
    /// One of the schema's own.
    Own { name: RelationName, array: bool },
}

impl TypeName {
    pub(super) const fn is_array(&self) -> bool {
        match self {
            Self::Known { array, .. } | Self::Own { array, .. } => *array,
        }
    }
}

/// Whether `word` is, or begins, the name of one of PostgreSQL's own types.
pub(super) fn is_known(word: &str) -> bool {
    KNOWN.iter().any(|(name, _)| name.split(' ').next() == Some(word))
}

/// Whether `word` is a part that an interval may be limited to.
pub(super) fn is_field(word: &str) -> bool {
    FIELDS.contains(&word)
}

/// Reads the type of a cast.
#[expect(clippy::wildcard_enum_match_arm, reason = "the rest goes by how it is written")]
pub(super) fn read(data_type: &DataType) -> Result<TypeName, String> {
    match data_type {
        DataType::Array(ArrayElemTypeDef::SquareBracket(element, None)) => {
            Ok(match read(element)? {
                TypeName::Known { text, .. } => TypeName::Known { text, array: true },
                TypeName::Own { name, .. } => TypeName::Own { name, array: true },
            })
        }
        DataType::Custom(name, modifiers) => custom(name, modifiers),
        DataType::Interval { fields, precision } => interval(fields.as_ref(), *precision),
        written => spelt(&written.to_string()),
    }
}

/// A type by its name in the catalog, or by that of a schema's own.
fn custom(name: &ObjectName, modifiers: &[String]) -> Result<TypeName, String> {
    let quoted = |part: &ObjectNamePart| matches!(part, ObjectNamePart::Identifier(ident) if ident.quote_style.is_some());
    let parts = name
        .0
        .iter()
        .map(|part| match part {
            ObjectNamePart::Identifier(ident) if ident.quote_style.is_some() => {
                Some(ident.value.clone())
            }
            ObjectNamePart::Identifier(ident) => {
                ident.value.is_ascii().then(|| ident.value.to_ascii_lowercase())
            }
            ObjectNamePart::Function(_) => None,
        })
        .collect::<Option<Vec<_>>>()
        .filter(|parts| parts.iter().all(|part| !part.is_empty() && !part.contains('\0')))
        .ok_or_else(|| format!("cannot read the name of the type: {name}"))?;
    match parts.as_slice() {
        [only] if name.0.iter().any(quoted) => in_catalog(only, modifiers),
        [only] if modifiers.is_empty() => spelt(only),
        [only] => spelt(&format!("{only}({})", modifiers.join(","))),
        [schema, only] if schema == "pg_catalog" => in_catalog(only, modifiers),
        [schema, _] if schema == "information_schema" || schema.starts_with("pg_") => {
            Err(format!("a mapping cannot cast to this type: {name}"))
        }
        [schema, own] if modifiers.is_empty() => Ok(TypeName::Own {
            name: RelationName::new(schema.as_str(), own.as_str()),
            array: false,
        }),
        [_, _] => {
            Err(format!("a type of the schema's own takes no modifiers in a mapping: {name}"))
        }
        _ => Err(format!("write a type of the schema's own as `schema.type`: {name}")),
    }
}

/// A type as people spell it, where the modifiers may stand within: `timestamp(3) with time zone`.
fn spelt(written: &str) -> Result<TypeName, String> {
    let lower = written.to_ascii_lowercase();
    let (base, modifiers) = match (lower.find('('), lower.rfind(')')) {
        (Some(open), Some(close)) if open < close => {
            let modifiers = lower[open + 1..close].split(',').map(|it| it.trim().to_owned());
            let base = format!("{}{}", lower[..open].trim_end(), &lower[close + 1..]);
            (base, modifiers.collect())
        }
        _ => (lower.clone(), Vec::new()),
    };
    let (_, name) =
        KNOWN.iter().find(|(spelling, _)| *spelling == base).ok_or_else(|| unknown(&lower))?;
    // Without a length these are one character or one bit; the catalog's own name would be any number of them.
    let one = matches!(base.as_str(), "bit" | "char" | "character") && modifiers.is_empty();
    if one { in_catalog(name, &["1".to_owned()]) } else { in_catalog(name, &modifiers) }
}

/// A type by its name in the catalog.
fn in_catalog(name: &str, modifiers: &[String]) -> Result<TypeName, String> {
    let is_number = |text: &String| {
        !text.is_empty() && text.len() < 6 && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let most = MODIFIED.iter().find(|(it, _)| *it == name).map_or(0, |(_, most)| *most);
    let known = KNOWN.iter().any(|(_, it)| *it == name);
    if !known || modifiers.len() > most || !modifiers.iter().all(is_number) {
        return Err(unknown(&with_modifiers(name, modifiers)));
    }
    let text = format!("pg_catalog.{}", with_modifiers(name, modifiers));
    Ok(TypeName::Known { text, array: false })
}

/// An interval, which only the grammar's own word can limit: the modifiers of the catalog's type are bits.
fn interval(fields: Option<&IntervalFields>, precision: Option<u64>) -> Result<TypeName, String> {
    let fields = fields.map(|fields| format!(" {fields}")).unwrap_or_default();
    let text = match precision {
        None if fields.is_empty() => return in_catalog("interval", &[]),
        None => format!("INTERVAL{fields}"),
        Some(digits @ 0..=6) if fields.is_empty() || fields.ends_with("SECOND") => {
            format!("INTERVAL{fields}({digits})")
        }
        Some(digits) => return Err(unknown(&format!("interval{fields}({digits})"))),
    };
    Ok(TypeName::Known { text, array: false })
}

fn with_modifiers(name: &str, modifiers: &[String]) -> String {
    if modifiers.is_empty() { name.to_owned() } else { format!("{name}({})", modifiers.join(",")) }
}

fn unknown(name: &str) -> String {
    format!(
        "a mapping cannot cast to this type: {name} (a type of the schema's own is written `schema.type`)"
    )
}
