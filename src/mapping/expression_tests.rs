//! What a mapping may say as an expression, and what it may not.

use proptest::prelude::*;
use sqlparser::ast::{SelectItem, SetExpr, Statement};

use super::*;

fn parse(text: &str) -> Result<Expression, String> {
    Expression::parse(text, &["t", "d"], 1)
}

fn written(text: &str) -> String {
    let parsed = parse(text);
    parsed.unwrap_or_else(|reason| panic!("{text}: {reason}")).text().to_owned()
}

#[test]
fn what_people_write_is_written_anew_with_full_names() {
    let rows = [
        ("t.id", "t.id"),
        ("T.Email", "t.email"),
        ("t.\"Email\"", "t.\"Email\""),
        ("d.user", "\"d\".user"),
        ("lower(t.name)", "pg_catalog.lower(t.name)"),
        ("COALESCE(t.a, 'x')", "COALESCE(t.a, 'x')"),
        ("t.role::text", "t.role::pg_catalog.text"),
        ("t.role::public.user_role", "t.role::\"public\".\"user_role\""),
        ("t.money::numeric(10,2) / 100", "t.money::pg_catalog.numeric(10,2) / 100"),
        ("CAST(t.a AS character varying(20))", "CAST(t.a AS pg_catalog.varchar(20))"),
        ("t.tags::text[]", "t.tags::pg_catalog.text[]"),
        ("t.tags[1]", "t.tags[1]"),
        ("(t.a + 1) * 2", "(t.a + 1) * 2"),
        ("NOT t.is_active", "NOT t.is_active"),
        ("t.a IN ('x', 'y')", "t.a IN ('x', 'y')"),
        ("t.a = ANY(ARRAY['x', 'y'])", "t.a = ANY (ARRAY['x', 'y'])"),
        ("t.a ->> 'k' IS NOT NULL", "t.a ->> 'k' IS NOT NULL"),
        ("t.at AT TIME ZONE 'UTC'", "t.at AT TIME ZONE 'UTC'"),
        (
            "t.at > now() - interval '1 day'",
            "t.at > pg_catalog.now() - CAST('1 day' AS pg_catalog.interval)",
        ),
        ("extract(year from t.at)", "EXTRACT(year FROM t.at)"),
        ("trim(t.a)", "TRIM(t.a)"),
        ("trim(both 'x' from t.a)", "TRIM(BOTH 'x' FROM t.a)"),
        ("substring(t.a from 2 for 3)", "SUBSTRING(t.a FROM 2 FOR 3)"),
        ("substr(t.a, 2)", "pg_catalog.substr(t.a, 2)"),
        ("position('x' in t.a)", "POSITION('x' IN t.a)"),
        ("floor(t.a)", "pg_catalog.floor(t.a)"),
        ("t.a LIKE 'a\\_%' ESCAPE '\\'", "t.a LIKE E'a\\\\_%' ESCAPE E'\\\\'"),
        ("'it''s'", "'it''s'"),
        ("t.day > date '2025-01-01'", "t.day > CAST('2025-01-01' AS pg_catalog.date)"),
        ("t.a /* why */ || -- because\n 'b'", "t.a || 'b'"),
        ("CASE t.a WHEN 1 THEN 'x' ELSE 'y' END", "CASE t.a WHEN 1 THEN 'x' ELSE 'y' END"),
        ("- - 1", "- - 1"),
        ("CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP"),
        ("pg_catalog.upper(t.a)", "pg_catalog.upper(t.a)"),
        ("(t.a) COLLATE \"C\"", "(t.a) COLLATE pg_catalog.\"C\""),
        ("t.a IS DISTINCT FROM t.b", "t.a IS DISTINCT FROM t.b"),
        ("t.a BETWEEN 1 AND 2", "t.a BETWEEN 1 AND 2"),
        ("char_length(t.a)", "pg_catalog.char_length(t.a)"),
        ("left(t.a, 3)", "pg_catalog.left(t.a, 3)"),
    ];
    let wrong: Vec<_> = rows
        .iter()
        .map(|(typed, expected)| (parse(typed).map(|it| it.text().to_owned()), expected))
        .filter(|(written, expected)| written.as_deref() != Ok(**expected))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What is read without the parser is what the parser makes of it.
fn assert_read_as_parsed(text: &str) {
    let Some(read) = column_of(text) else { return };
    for own in [false, true] {
        let parsed = super::parse(text, own).unwrap_or_else(|reason| panic!("{text}: {reason}"));
        assert_eq!(read, parsed, "{text}");
    }
}

#[test]
fn the_name_of_a_column_is_read_as_the_parser_reads_it_whatever_word_it_is() {
    assert!(column_of("t.id").is_some());
    for word in sqlparser::keywords::ALL_KEYWORDS {
        let word = word.to_ascii_lowercase();
        assert_read_as_parsed(&format!("t.{word}"));
        assert_read_as_parsed(&format!("{word}.id"));
    }
}

#[test]
fn nothing_but_one_harmless_expression_over_the_row_is_accepted() {
    let rows = [
        ("", "not one SQL expression"),
        ("t.a, t.b", "something follows it"),
        ("t.a; DROP TABLE users", "something follows it"),
        ("t.a) FROM users --", "whose column"),
        ("t.a AS b", "cannot cast"),
        ("t.a AS text", "something follows it"),
        ("lower(t.a) FILTER (WHERE t.b)", "not among"),
        ("lower(t.a) OVER (t.b)", "not among"),
        ("x -> t.a", "whose column"),
        ("{fn lower(t.a)}", "cannot stand"),
        ("t.a FROM users", "whose column"),
        ("(SELECT 1)", "sub-query"),
        ("EXISTS (SELECT 1)", "sub-query"),
        ("t.a IN (SELECT 1)", "sub-query"),
        ("t.a = ANY (SELECT 1)", "sub-query"),
        ("ARRAY(SELECT 1)", "sub-query"),
        ("count(*)", "not among"),
        ("sum(t.a)", "not among"),
        ("count(t.a) FILTER (WHERE t.b)", "not among"),
        ("row_number() OVER ()", "not among"),
        ("unnest(t.tags)", "not among"),
        ("generate_series(1, 3)", "not among"),
        ("pg_sleep(10)", "not among"),
        ("pg_read_file('/etc/passwd')", "not among"),
        ("set_config('role', 'postgres', false)", "not among"),
        ("current_setting('x')", "not among"),
        ("nextval('s')", "not among"),
        ("lo_import('/etc/passwd')", "not among"),
        ("query_to_xml('select 1', true, true, '')", "not among"),
        ("public.f(t.a)", "PostgreSQL itself"),
        ("\"lower\"(t.a)", "PostgreSQL itself"),
        ("pg_catalog.coalesce(t.a)", "PostgreSQL itself"),
        ("$1", "placeholder"),
        ("?", "not one SQL expression"),
        (":name", "placeholder"),
        ("name", "write `t.name`"),
        ("u.name", "unknown alias"),
        ("public.users.name", "alias.column"),
        ("t.*", "`*` is no expression"),
        ("t", "write `t.t`"),
        ("t.to_jsonb", "whole row"),
        ("t.json_agg", "whole row"),
        ("(t.a).b", "array's element"),
        ("(t.a).pg_read_file", "array's element"),
        ("t.a::regclass", "cannot cast"),
        ("t.a::user_role", "cannot cast"),
        ("t.a::pg_catalog.regproc", "cannot cast"),
        ("t.a::information_schema.sql_identifier", "cannot cast"),
        ("E'a\\'b'", "plain quotes"),
        ("U&'\\0041'", "plain quotes"),
        ("$$a$$", "plain quotes"),
        ("B'1'", "cannot stand"),
        ("X'1F'", "cannot stand"),
        ("N'a'", "cannot stand"),
        ("ROW(t.a, t.b)", "not among"),
        ("(t.a, t.b)", "cannot stand"),
        ("t.a OPERATOR(public.=) t.b", "not among"),
        ("xmlparse(document t.a)", "not among"),
        ("current_user", "whose column"),
        ("t.é", "double quotes"),
        ("concat(VARIADIC t.tags)", "whose column"),
        ("(t.a) COLLATE \"de_DE\"", "only the collations"),
        ("interval '1' day", "whose column"),
        ("lower(DISTINCT t.a)", "not a plain call"),
        ("try_cast(t.a as int)", "not among"),
        ("/* open", "not one SQL expression"),
        ("'open", "not one SQL expression"),
        ("\"open", "not one SQL expression"),
    ];
    let wrong: Vec<_> = rows
        .iter()
        .filter_map(|(typed, reason)| match parse(typed) {
            Ok(accepted) => Some(format!("accepted: {typed}: {accepted}")),
            Err(said) => (!said.contains(reason)).then(|| format!("{typed}: {said}")),
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_plain_column_is_told_from_what_is_made_of_one() {
    let plain = |text: &str| parse(text).unwrap().plain_column().map(str::to_owned);
    assert_eq!(plain("t.id"), Some("id".to_owned()));
    assert_eq!(plain("t.\"Id\""), Some("Id".to_owned()));
    assert_eq!(plain("d.id"), None);
    assert_eq!(plain("t.id::text"), None);
    assert_eq!(parse("(t.id)::text").unwrap().bare().unwrap().column, "id");
    assert_eq!(parse("lower(t.id)").unwrap().bare(), None);
}

#[test]
fn an_expression_says_which_columns_and_types_it_uses() {
    let parsed = parse("concat(t.a, d.b, t.a, t.c::public.kind)").unwrap();
    let columns: Vec<_> =
        parsed.columns().iter().map(|it| format!("{}.{}", it.alias, it.column)).collect();
    assert_eq!(columns, ["d.b", "t.a", "t.c"]);
    assert_eq!(parsed.types(), ["public.kind".parse().unwrap()]);
}

#[test]
fn depth_and_length_have_an_end() {
    assert!(parse(&format!("{}1{}", "(".repeat(500), ")".repeat(500))).is_err());
    assert!(parse(&format!("{}t.a{}", "lower(".repeat(40), ")".repeat(40))).is_err());
    assert!(parse(&format!("{}t.a{}", "lower(".repeat(6), ")".repeat(6))).is_ok());
    assert!(parse(&"(end ".repeat(40)).unwrap_err().contains("within each other"));
    assert!(parse(&"case ) ".repeat(40)).unwrap_err().contains("within each other"));
    assert!(parse(&"t.a || ".repeat(200)).is_err());
    assert!(parse(&format!("'{}'", "x".repeat(5_000))).unwrap_err().contains("longer"));
}

/// Words out of which hostile and harmless expressions are put together.
const WORDS: &str = r#"
    t.a d.b t.a t."x_y" t."a""b" u.c t t.* * 1 1.5e3 .5 1_000 0x1F 'x' '''' 'a\' '--' '/*' 'x' " ' '' E' e'\'' U&'\0027' U&"t" $$ $a$ $1
    -- /* */ ( ) ( ) [ ] , , ; :: : . text int4 public.kind numeric(1,2) text[] lower( upper(t.a) coalesce( pg_sleep( pg_catalog.
    case when then else end and or not is null in between like escape any all array[ select from union as || + - * < = ->> -> @> ?
    ?| #>> ~ ! != @ ^ && at_time_zone collate "C" interval date cast( extract( year substring( for trim( both position( over(
    filter( within_group( \ ` { } => := variadic distinct operator( isnull notnull order_by limit true E'a' N'a' B'1' X'1' array
"#;

/// Texts made of such words and of noise.
fn pieces() -> impl Strategy<Value = String> {
    let words: Vec<_> = WORDS.split_whitespace().map(|word| word.replace('_', " ")).collect();
    let piece = prop_oneof![
        8 => prop::sample::select(words),
        1 => prop::sample::select(vec!["\n", "\r", "\0", "\u{200b}", "\u{a0}", "ｔ．ａ", "--\n"])
            .prop_map(str::to_owned),
        1 => "[ -~]{0,3}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.join(" "))
}

/// Texts most of which are accepted: operands with operators between them.
fn likely() -> impl Strategy<Value = String> {
    let operand = prop::sample::select(vec![
        "t.a",
        "d.b",
        "1",
        "'x'",
        "'a\\'",
        "lower(t.a)",
        "coalesce(t.a, 2)",
        "(t.a)",
        "t.a::text",
        "null",
        "true",
        "not t.a",
        "- 1",
        "case when t.a then 1 else 2 end",
        "array[1, 2]",
        "t.a[1]",
        "t.a is null",
        "t.a in (1, 2)",
        "t.a between 1 and 2",
        "numeric(1,2) '1'",
        "t.a::numeric(9)",
        "t.a::varchar(3)[]",
        "t.a::char",
        "t.a::bit(3)",
        "t.a::timestamp(3) with time zone",
        "cast(t.a as interval day to second(3))",
        "cast(t.a as public.kind)",
        "interval '1 day'",
        "extract(year from t.a)",
        "substring(t.a from 1)",
        "t.a like 'x' escape '!'",
    ]);
    let operator = prop::sample::select(vec![
        "||",
        "+",
        "-",
        "*",
        "/",
        "%",
        "=",
        "<>",
        "<",
        ">=",
        "and",
        "or",
        "->>",
        "#>>",
        "@>",
        "&&",
        "~",
        "~*",
        "!~~",
        "^",
        "like",
        "ilike",
        "is distinct from",
        "at time zone",
        "/* a */ + -- b\n",
        "::text ||",
        "isnull and",
        "notnull or",
        "= any (array[1]) and",
    ]);
    (operand.clone(), prop::collection::vec((operator, operand), 0..6)).prop_map(|(first, rest)| {
        rest.into_iter().fold(first.to_owned(), |text, (operator, operand)| {
            format!("{text} {operator} {operand}")
        })
    })
}

/// What is accepted, checked from outside.
fn assert_is_one_expression(text: &str) {
    let wrapped = format!("SELECT ({text})");
    let statements = Parser::parse_sql(&PostgreSqlDialect {}, &wrapped).unwrap();
    let [Statement::Query(query)] = statements.as_slice() else { panic!("{wrapped}") };
    let SetExpr::Select(select) = query.body.as_ref() else { panic!("{wrapped}") };
    assert!(
        select.from.is_empty() && select.selection.is_none() && query.order_by.is_none(),
        "{wrapped}"
    );
    assert!(matches!(select.projection.as_slice(), [SelectItem::UnnamedExpr(_)]), "{wrapped}");
}

/// A lexer of its own, as small as PostgreSQL's rules for what [`Writer`] may write: returns the words outside of quotes, with `''` for each literal.
fn words(text: &str) -> Option<String> {
    let mut outside = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\'' && c != '"' {
            outside.push(c);
            continue;
        }
        let escapes = c == '\'' && outside.ends_with('E');
        loop {
            match chars.next()? {
                '\\' if escapes => drop(chars.next()?),
                end if end == c && chars.peek() == Some(&c) => drop(chars.next()),
                end if end == c => break,
                _ => {}
            }
        }
        outside.push_str("''");
    }
    Some(outside)
}

/// `text` with `E'a\\b'` as a person has to write it: `'a\b'`.
fn in_plain_quotes(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\'', '"']) {
        let quote = &rest[at..=at];
        let escapes = quote == "'" && rest[..at].ends_with('E');
        let end = at + 1 + rest[at + 1..].find(quote).unwrap();
        plain.push_str(&rest[..at - usize::from(escapes)]);
        let inside = &rest[at..=end];
        plain.push_str(&if escapes { inside.replace("\\\\", "\\") } else { inside.to_owned() });
        rest = &rest[end + 1..];
    }
    plain + rest
}

#[test]
fn types_with_modifiers_are_written_so_that_they_read_as_themselves() {
    let rows = [
        ("t.a::numeric(1,2)", "t.a::pg_catalog.numeric(1,2)"),
        ("t.a::numeric(9)", "t.a::pg_catalog.numeric(9)"),
        ("t.a::pg_catalog.numeric(1, 2)", "t.a::pg_catalog.numeric(1,2)"),
        ("t.a::pg_catalog.\"numeric\"[]", "t.a::pg_catalog.numeric[]"),
        ("t.a::dec(3)[]", "t.a::pg_catalog.numeric(3)[]"),
        ("numeric(1,2) '1'", "CAST('1' AS pg_catalog.numeric(1,2))"),
        ("t.a::varchar(3)", "t.a::pg_catalog.varchar(3)"),
        ("t.a::character varying(3)", "t.a::pg_catalog.varchar(3)"),
        ("t.a::char", "t.a::pg_catalog.bpchar(1)"),
        ("t.a::char(3)", "t.a::pg_catalog.bpchar(3)"),
        ("t.a::bpchar", "t.a::pg_catalog.bpchar"),
        ("t.a::bpchar(3)", "t.a::pg_catalog.bpchar(3)"),
        ("t.a::bit", "t.a::pg_catalog.bit(1)"),
        ("t.a::bit(3)", "t.a::pg_catalog.bit(3)"),
        ("t.a::pg_catalog.bit", "t.a::pg_catalog.bit"),
        ("t.a::bit varying", "t.a::pg_catalog.varbit"),
        ("t.a::bit varying(3)", "t.a::pg_catalog.varbit(3)"),
        ("t.a::varbit(3)", "t.a::pg_catalog.varbit(3)"),
        ("t.a::time(3)", "t.a::pg_catalog.time(3)"),
        ("t.a::time(3) with time zone", "t.a::pg_catalog.timetz(3)"),
        ("t.a::timetz(3)", "t.a::pg_catalog.timetz(3)"),
        ("t.a::timestamp(0)", "t.a::pg_catalog.timestamp(0)"),
        ("t.a::timestamp(0) without time zone", "t.a::pg_catalog.timestamp(0)"),
        ("t.a::timestamp(3) with time zone", "t.a::pg_catalog.timestamptz(3)"),
        ("t.a::timestamptz(3)[]", "t.a::pg_catalog.timestamptz(3)[]"),
        ("t.a::interval", "t.a::pg_catalog.interval"),
        ("t.a::interval(3)", "t.a::INTERVAL(3)"),
        ("t.a::interval year to month", "t.a::INTERVAL YEAR TO MONTH"),
        ("t.a::interval day", "t.a::INTERVAL DAY"),
        ("t.a::interval second(3)", "t.a::INTERVAL SECOND(3)"),
        ("cast(t.a as interval day to second(0)[])", "CAST(t.a AS INTERVAL DAY TO SECOND(0)[])"),
    ];
    for (typed, expected) in rows {
        assert_eq!(written(typed), expected);
        assert_eq!(written(expected), expected, "written again");
    }
    for refused in [
        "t.a::numeric(1,2,3)",
        "t.a::numeric(-1)",
        "t.a::pg_catalog.numeric(1, x)",
        "t.a::pg_catalog.text(3)",
        "t.a::pg_catalog.int",
        "t.a::pg_catalog.char",
        "t.a::\"char\"",
        "t.a::pg_catalog.interval(3)",
        "t.a::interval(9)",
        "t.a::interval day(3)",
        "t.a::public.kind(3)",
        "t.a::varchar(3 octets)",
        "numeric(1,2) 1",
        "date null",
    ] {
        assert!(parse(refused).is_err(), "{refused}: {:?}", parse(refused));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn any_name_of_a_column_is_read_as_the_parser_reads_it(text in "[a-zA-Z0-9_$. ]{1,9}|[a-z_][a-z0-9_]{0,5}[.][a-z_][a-z0-9_]{0,70}") {
        assert_read_as_parsed(&text);
    }

    #[test]
    fn whatever_is_accepted_is_one_expression_and_no_more(text in prop_oneof![pieces(), likely()]) {
        if let Ok(expression) = parse(&text) {
            assert_is_one_expression(expression.text());
        }
    }

    #[test]
    fn whatever_is_accepted_has_no_comment_no_semicolon_and_closed_quotes(text in prop_oneof![pieces(), likely()]) {
        if let Ok(expression) = parse(&text) {
            let outside = words(expression.text()).expect("quotes are closed");
            for never in ["--", "/*", "*/", ";", "$", "\\", "\0", "{", "}", "`"] {
                prop_assert!(!outside.contains(never), "{} in {}", never, expression);
            }
            prop_assert_eq!(outside.matches('(').count(), outside.matches(')').count());
            prop_assert!(outside.is_ascii());
        }
    }

    #[test]
    fn what_was_written_once_is_written_the_same_again(text in prop_oneof![pieces(), likely()]) {
        if let Ok(expression) = parse(&text) {
            prop_assert_eq!(written(&in_plain_quotes(expression.text())), expression.text());
        }
    }

    #[test]
    fn only_known_aliases_are_named(text in prop_oneof![pieces(), likely()]) {
        if let Ok(expression) = parse(&text) {
            prop_assert!(expression.columns().iter().all(|it| it.alias == "t" || it.alias == "d"));
        }
    }

    #[test]
    fn no_text_makes_the_parse_panic(text in any::<String>()) {
        drop(parse(&text));
    }

    #[test]
    fn a_literal_keeps_its_value_and_stays_a_literal(value in "[^\0]{0,30}") {
        let expression = written(&format!("'{}'", value.replace('\'', "''")));
        let outside = words(&expression).unwrap();
        prop_assert_eq!(outside.trim_start_matches('E'), "''");
        let inside = expression.trim_start_matches('E');
        let inside = inside[1..inside.len() - 1].replace("''", "'").replace("\\\\", "\\");
        prop_assert_eq!(inside, value);
    }
}

#[test]
fn a_word_without_an_alias_is_a_column_of_the_row_where_that_may_be() {
    let read = |text: &str| Expression::parse_on(text, &["t", "department"], 1);
    let text = |text: &str| read(text).map(|it| it.text().to_owned());
    for (given, written) in [
        ("subject = 'x'", "t.subject = 'x'"),
        (
            "department.name = 'HR' AND deleted_at IS NULL",
            "\"department\".name = 'HR' AND t.deleted_at IS NULL",
        ),
        ("\"Odd\" > 3", "t.\"Odd\" > 3"),
        ("lower(subject) LIKE 'a%'", "lower(t.subject) LIKE 'a%'"),
    ] {
        assert_eq!(text(given).unwrap().replace("pg_catalog.", ""), written, "{given}");
        Expression::parse(given, &["t", "department"], 1).unwrap_err();
    }
    for refused in [
        "EXISTS (SELECT 1)",
        "(SELECT 1) = 1",
        "x::users",
        "nobody.x = 1",
        "x = 1; y",
        "f(x)",
        "a b",
    ] {
        read(refused).unwrap_err();
    }
}
