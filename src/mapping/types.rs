//! The types that a mapping's expression may cast to: PostgreSQL's own by a list, the schema's own by their full name.

use sqlparser::ast::{ArrayElemTypeDef, DataType, ObjectName, ObjectNamePart};

use crate::pg::RelationName;

/// What people write, in lower case, and what the type is called in the catalog. Types that name objects of the server
/// (`regclass`, `regproc`, …) are left out.
const KNOWN: &[(&str, &str)] = &[
    ("bigint", "int8"),
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
    ("varchar", "varchar"),
];

/// A type to cast to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TypeName {
    /// One of PostgreSQL's own, with modifiers such as `(10,2)`.
    Known { name: &'static str, modifiers: String, array: bool },
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

/// Reads the type of a cast.
#[expect(clippy::wildcard_enum_match_arm, reason = "the rest goes by how it is written")]
pub(super) fn read(data_type: &DataType) -> Result<TypeName, String> {
    match data_type {
        DataType::Array(ArrayElemTypeDef::SquareBracket(element, None)) => {
            Ok(match read(element)? {
                TypeName::Known { name, modifiers, .. } => {
                    TypeName::Known { name, modifiers, array: true }
                }
                TypeName::Own { name, .. } => TypeName::Own { name, array: true },
            })
        }
        DataType::Custom(name, modifiers) if modifiers.is_empty() => custom(name),
        written => known(&written.to_string()),
    }
}

fn custom(name: &ObjectName) -> Result<TypeName, String> {
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
        [only] => known(only),
        [schema, only] if schema == "pg_catalog" => known(only),
        [schema, _] if schema == "information_schema" || schema.starts_with("pg_") => {
            Err(format!("a mapping cannot cast to this type: {name}"))
        }
        [schema, own] => Ok(TypeName::Own {
            name: RelationName::new(schema.as_str(), own.as_str()),
            array: false,
        }),
        _ => Err(format!("write a type of the schema's own as `schema.type`: {name}")),
    }
}

fn known(written: &str) -> Result<TypeName, String> {
    let lower = written.to_ascii_lowercase();
    let (base, modifiers) = match lower.find('(') {
        Some(at) => lower.split_at(at),
        None => (lower.as_str(), ""),
    };
    let harmless = modifiers.is_empty()
        || modifiers.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).is_some_and(
            |inside| {
                inside.split(',').all(|number| {
                    let number = number.trim();
                    !number.is_empty()
                        && number.len() < 6
                        && number.bytes().all(|byte| byte.is_ascii_digit())
                })
            },
        );
    KNOWN
        .iter()
        .find(|(name, _)| *name == base && harmless)
        .map(|(_, name)| {
            // Without a length `char` is one character; the catalog's own name would be any number of them.
            let one = matches!(base, "char" | "character") && modifiers.is_empty();
            let modifiers = if one { "(1)".to_owned() } else { modifiers.to_owned() };
            TypeName::Known { name, modifiers, array: false }
        })
        .ok_or_else(|| {
            format!("a mapping cannot cast to this type: {lower} (a type of the schema's own is written `schema.type`)")
        })
}
