//! Expressions: what the server prints falls into the parts that it was made of, and nothing else does harm.

use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> Expression {
    Expression::parse(&Deparsed::from_catalog(text.to_owned()))
}

/// The tree as people draw it.
fn drawn(expression: &Expression) -> String {
    let join = |parts: &[Expression], word: &str| {
        let parts: Vec<_> = parts.iter().map(drawn).collect();
        format!("{word}[{}]", parts.join("; "))
    };
    match expression {
        Expression::And(_, parts) => join(parts, "and"),
        Expression::Or(_, parts) => join(parts, "or"),
        Expression::Not(_, part) => format!("not[{}]", drawn(part)),
        Expression::Leaf(text) => text.as_str().to_owned(),
    }
}

fn shown(text: &str) -> Vec<(String, Form)> {
    operands(&Deparsed::from_catalog(text.to_owned()))
        .into_iter()
        .map(|operand| (operand.text.as_str().to_owned(), operand.form))
        .collect()
}

#[test]
fn policies_fall_into_leaves() {
    let rows = [
        ("true", "true"),
        ("(a = 1)", "a = 1"),
        ("((a = 1) AND (b = 2))", "and[a = 1; b = 2]"),
        (
            "((a = 1) AND (NOT (b OR (c = ' OR '::text))))",
            "and[a = 1; not[or[b; c = ' OR '::text]]]",
        ),
        ("(NOT is_admin)", "not[is_admin]"),
        (
            "CASE WHEN (a AND b) THEN (c OR d) ELSE e END",
            "CASE WHEN (a AND b) THEN (c OR d) ELSE e END",
        ),
        (
            "(CASE WHEN a THEN b AND c ELSE d END AND (e = 1))",
            "and[CASE WHEN a THEN b AND c ELSE d END; e = 1]",
        ),
        (
            "(EXISTS ( SELECT 1\n   FROM m\n  WHERE ((m.a = 1) AND (m.b = 2))))",
            "EXISTS ( SELECT 1\n   FROM m\n  WHERE ((m.a = 1) AND (m.b = 2)))",
        ),
        ("(( SELECT (x AND y)) OR \"AND\")", "or[SELECT (x AND y); \"AND\"]"),
    ];
    for (text, tree) in rows {
        assert_eq!(drawn(&parse(text)), tree, "{text}");
    }
}

#[test]
fn leaves_have_operands() {
    use Form::{Literal, Rows, Value, Values};
    let rows: [(&str, &[(&str, Form)]); 15] = [
        ("a = 1", &[("a", Value), ("1", Literal)]),
        (
            "t.a = (current_setting('x.y'::text))::integer",
            &[("t.a", Value), ("(current_setting('x.y'::text))::integer", Value)],
        ),
        (
            "a = ANY (ARRAY['x'::text, 'y'::text])",
            &[("a", Value), ("ARRAY['x'::text, 'y'::text]", Value)],
        ),
        ("a = ANY (f(b))", &[("a", Value), ("f(b)", Value)]),
        ("a = ANY ( SELECT m.b FROM m)", &[("a", Value), ("SELECT m.b FROM m", Values)]),
        ("a IN ( SELECT m.b FROM m)", &[("a", Value), ("SELECT m.b FROM m", Values)]),
        (
            "a = ( SELECT auth.uid() AS uid)",
            &[("a", Value), ("( SELECT auth.uid() AS uid)", Value)],
        ),
        ("EXISTS ( SELECT FROM m WHERE m.a = t.a)", &[("SELECT FROM m WHERE m.a = t.a", Rows)]),
        ("a IS NOT NULL", &[("a", Value)]),
        ("a IS DISTINCT FROM b", &[("a", Value), ("b", Value)]),
        ("auth.can(a, 'read'::text)", &[("a", Value), ("'read'::text", Literal)]),
        ("a OPERATOR(public.===) (b + 1)", &[("a", Value), ("(b + 1)", Value)]),
        ("is_admin", &[]),
        ("now()", &[]),
        ("(a)::text ~~ '%x'::text", &[("(a)::text", Value), ("'%x'::text", Literal)]),
    ];
    for (text, expected) in rows {
        let expected: Vec<_> =
            expected.iter().map(|(text, form)| ((*text).to_owned(), *form)).collect();
        assert_eq!(shown(text), expected, "{text}");
    }
}

/// A tree, and a value for each of its leaves.
#[derive(Debug, Clone)]
enum Tree {
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
    Leaf(String, Option<bool>),
}

impl Tree {
    /// As the server prints it: what combines stands in parentheses.
    fn printed(&self) -> String {
        let join = |parts: &[Self], word: &str| {
            let parts: Vec<_> = parts.iter().map(Self::printed).collect();
            format!("({})", parts.join(word))
        };
        match self {
            Self::And(parts) => join(parts, " AND "),
            Self::Or(parts) => join(parts, " OR "),
            Self::Not(part) => format!("(NOT {})", part.printed()),
            Self::Leaf(text, _) => text.clone(),
        }
    }

    fn drawn(&self) -> String {
        let join = |parts: &[Self], word: &str| {
            let parts: Vec<_> = parts.iter().map(Self::drawn).collect();
            format!("{word}[{}]", parts.join("; "))
        };
        match self {
            Self::And(parts) => join(parts, "and"),
            Self::Or(parts) => join(parts, "or"),
            Self::Not(part) => format!("not[{}]", part.drawn()),
            Self::Leaf(text, _) => text
                .strip_prefix('(')
                .and_then(|text| text.strip_suffix(')'))
                .unwrap_or(text)
                .to_owned(),
        }
    }

    fn value(&self) -> Option<bool> {
        match self {
            Self::And(parts) => Truth::all(parts.iter().map(Self::value).collect()),
            Self::Or(parts) => Truth::any(parts.iter().map(Self::value).collect()),
            Self::Not(part) => part.value().not(),
            Self::Leaf(_, value) => *value,
        }
    }

    fn values(&self) -> Vec<Option<bool>> {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::values).collect(),
            Self::Not(part) => part.values(),
            Self::Leaf(_, value) => vec![*value],
        }
    }
}

fn any_tree() -> impl Strategy<Value = Tree> {
    let text = prop_oneof![
        Just("(a = 1)".to_owned()),
        Just("is_admin".to_owned()),
        Just("(\"x AND y\" = ' OR '::text)".to_owned()),
        Just("(EXISTS ( SELECT 1\n   FROM m\n  WHERE ((m.a AND m.b) OR m.c)))".to_owned()),
        Just("(c = CASE WHEN (a OR b) THEN 1 ELSE 2 END)".to_owned()),
        Just("(d = E'\\\\'' AND '::text)".to_owned()),
        Just("(a[1] = ANY (ARRAY[1, 2]))".to_owned()),
        Just("f(a, 'NOT (x)'::text)".to_owned()),
        Just("(a IS NOT NULL)".to_owned()),
    ];
    let leaf = (text, any::<Option<bool>>()).prop_map(|(text, value)| Tree::Leaf(text, value));
    leaf.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Tree::And),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Tree::Or),
            inner.prop_map(|part| Tree::Not(Box::new(part))),
        ]
    })
}

proptest! {
    #[test]
    fn the_tree_is_the_one_that_was_printed(tree in any_tree()) {
        let parsed = parse(&tree.printed());
        prop_assert_eq!(drawn(&parsed), tree.drawn());
    }

    #[test]
    fn leaves_folded_are_the_whole(tree in any_tree()) {
        let parsed = parse(&tree.printed());
        prop_assert_eq!(parsed.leaves().len(), tree.values().len());
        prop_assert_eq!(parsed.fold(&mut tree.values().into_iter()), tree.value());
    }

    #[test]
    fn it_is_true_where_all_holds_that_has_to_hold(tree in any_tree()) {
        let parsed = parse(&tree.printed());
        let mut values = tree.values().into_iter();
        let holds: Vec<bool> = parsed
            .conjuncts()
            .into_iter()
            .map(|(truth, part)| Expression::parse(part).fold(&mut values) == Some(truth))
            .collect();
        prop_assert_eq!(holds.iter().all(|holds| *holds), tree.value() == Some(true));
    }

    #[test]
    fn every_part_is_text_of_the_whole(text in "[a-z('\" )ANDORNOTCASEND,.=]{0,60}") {
        let parsed = parse(&text);
        for leaf in parsed.leaves() {
            prop_assert!(text.contains(leaf.as_str()));
            for operand in operands(leaf) {
                prop_assert!(leaf.as_str().contains(operand.text.as_str()));
            }
        }
    }

    #[test]
    fn no_text_breaks_the_reader(text in any::<String>()) {
        let parsed = parse(&text);
        parsed.leaves().into_iter().for_each(|leaf| drop(operands(leaf)));
    }
}
