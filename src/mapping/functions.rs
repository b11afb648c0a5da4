//! The functions that a mapping's expression may call.
//!
//! A list of what is harmless, not of what is not: a server has some 2 700 functions, and each version brings new ones. What is here comes with every
//! version from 13 on, computes from its arguments alone (`now` reads the transaction's time), and returns one value.

/// Functions of `pg_catalog`, sorted.
pub const HARMLESS: &[&str] = &[
    "abs",
    "age",
    "array_append",
    "array_length",
    "array_position",
    "array_remove",
    "array_to_string",
    "ascii",
    "btrim",
    "cardinality",
    "cbrt",
    "char_length",
    "character_length",
    "chr",
    "concat",
    "concat_ws",
    "convert_from",
    "date",
    "date_part",
    "date_trunc",
    "decode",
    "div",
    "encode",
    "exp",
    "family",
    "format",
    "host",
    "initcap",
    "isfinite",
    "json_array_length",
    "json_build_array",
    "json_build_object",
    "json_extract_path",
    "json_extract_path_text",
    "json_strip_nulls",
    "json_typeof",
    "jsonb_array_length",
    "jsonb_build_array",
    "jsonb_build_object",
    "jsonb_extract_path",
    "jsonb_extract_path_text",
    "jsonb_object",
    "jsonb_path_exists",
    "jsonb_path_match",
    "jsonb_path_query_array",
    "jsonb_path_query_first",
    "jsonb_set",
    "jsonb_strip_nulls",
    "jsonb_typeof",
    "justify_days",
    "justify_hours",
    "justify_interval",
    "left",
    "length",
    "ln",
    "log",
    "lower",
    "lower_inc",
    "lower_inf",
    "lpad",
    "ltrim",
    "make_date",
    "make_interval",
    "make_time",
    "make_timestamp",
    "make_timestamptz",
    "masklen",
    "md5",
    "mod",
    "netmask",
    "network",
    "now",
    "num_nonnulls",
    "num_nulls",
    "octet_length",
    "power",
    "quote_ident",
    "quote_literal",
    "quote_nullable",
    "regexp_match",
    "regexp_replace",
    "regexp_split_to_array",
    "replace",
    "reverse",
    "right",
    "round",
    "rpad",
    "rtrim",
    "sha256",
    "sign",
    "split_part",
    "sqrt",
    "starts_with",
    "string_to_array",
    "strpos",
    "substr",
    "substring",
    "timezone",
    "to_char",
    "to_date",
    "to_hex",
    "to_json",
    "to_jsonb",
    "to_number",
    "to_timestamp",
    "translate",
    "trunc",
    "upper",
    "upper_inc",
    "upper_inf",
    "width_bucket",
];

/// What looks like a function and belongs to the grammar, so that no schema can stand before it.
const SYNTAX: &[&str] = &["coalesce", "greatest", "least", "nullif"];

/// Words without arguments.
const BARE: &[&str] = &["current_date", "current_timestamp"];

/// Functions of any row: `t.to_json` means `to_json(t)` where `t` has no such column (PostgreSQL documentation, 8.16.5). Aggregates with names that a
/// column may well have (`count`, `max`) are left out: the server refuses them beside a plain column.
pub const OF_ROWS: &[&str] = &[
    "any_out",
    "any_value",
    "anycompatible_out",
    "anycompatiblenonarray_out",
    "anyelement_out",
    "anynonarray_out",
    "array_agg",
    "concat",
    "hash_record",
    "json_agg",
    "json_agg_strict",
    "json_build_array",
    "json_build_object",
    "jsonb_agg",
    "jsonb_agg_strict",
    "jsonb_build_array",
    "jsonb_build_object",
    "num_nonnulls",
    "num_nulls",
    "pg_collation_for",
    "pg_column_compression",
    "pg_column_size",
    "pg_column_toast_chunk_id",
    "pg_restore_attribute_stats",
    "pg_restore_relation_stats",
    "pg_typeof",
    "quote_literal",
    "quote_nullable",
    "record_out",
    "record_send",
    "row_to_json",
    "to_json",
    "to_jsonb",
];

/// Whether `name` may be called.
pub(super) fn is_harmless(name: &str) -> bool {
    HARMLESS.binary_search(&name).is_ok()
}

/// Whether `name` is a construct of the grammar that looks like a call.
pub(super) fn is_syntax(name: &str) -> bool {
    SYNTAX.contains(&name)
}

/// Whether `name` stands without parentheses.
pub(super) fn is_bare_word(name: &str) -> bool {
    BARE.contains(&name)
}

/// Whether a column of that name, where there is none, is a function of the whole row.
pub(super) fn takes_rows(name: &str) -> bool {
    OF_ROWS.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_so_that_they_can_be_searched() {
        assert!(HARMLESS.is_sorted() && OF_ROWS.is_sorted());
    }
}
