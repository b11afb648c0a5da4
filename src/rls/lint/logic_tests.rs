//! What is told of conditions, what is not, and that nothing makes the reader fail.

use super::*;

fn when(filled: &[&str], text: &str) -> When {
    let mut logic =
        Logic { filled: filled.iter().map(|it| (*it).to_owned()).collect(), ..Logic::default() };
    let condition = logic.read(&Deparsed::from_catalog(text.to_owned()));
    logic.when(&condition)
}

#[test]
fn what_is_always_true_is_known() {
    for text in [
        "true",
        "(1 = 1)",
        "('a'::text = 'a'::text)",
        "((deleted_at IS NULL) OR (deleted_at IS NOT NULL))",
        "((status IS NULL) OR (status = 'a'::text) OR (status <> 'a'::text))",
        "(NOT ((a = 1) AND (a = 2) AND (a IS NOT NULL)))",
        "((id = id) OR (owner = me()))",
        "((id = 1) OR (id <> 1))",
    ] {
        assert_eq!(when(&["id"], text), When::Always, "{text}");
    }
}

#[test]
fn what_is_never_true_is_known() {
    for text in [
        "false",
        "(1 = 2)",
        "NULL::boolean",
        "((a = 1) AND (a = 2))",
        "((a = 1) AND (a IS NULL))",
        "((a <> 1) AND (a = ANY (ARRAY[1, 1])))",
        "(((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])) AND ((status)::text = 'c'::text))",
        "((a <> ALL (ARRAY[1, 2])) AND (a = 2))",
        "(active AND (NOT active))",
        "((id IS NULL) AND (owner = me()))",
        "((a <> ALL (ARRAY[1, NULL::integer])) AND (a = 3))",
    ] {
        assert_eq!(when(&["id"], text), When::Never, "{text}");
    }
}

#[test]
fn nothing_is_said_of_what_may_be_either_way() {
    for text in [
        // NULL is neither.
        "((a = 1) OR (a <> 1))",
        "(a = a)",
        "(active OR (NOT active))",
        // A call may return something else each time.
        "((f(a) = 1) AND (f(a) = 2))",
        "((random() < a) OR (NOT (random() < a)))",
        "(tenant_id = (current_setting('app.tenant'::text, true))::integer)",
        "((EXISTS ( SELECT 1 FROM t)) AND (NOT (EXISTS ( SELECT 1 FROM t))))",
        // A collation may hold them for equal.
        "((a = 'x'::text) AND (a = 'X'::text))",
        "((a = 'é'::text) AND (a = 'e'::text))",
        // Numbers of other types may be equal and look different.
        "((a = 1.0) AND (a = 1.00))",
        "((a = 'x'::citext) AND (a = 'y'::citext))",
        "((a = 1) OR (a = 2))",
        "",
    ] {
        assert_eq!(when(&["id"], text), When::Depends, "{text}");
    }
}

proptest::proptest! {
    /// Whatever a condition looks like, it is read, and read alike each time.
    #[test]
    fn no_text_is_too_odd(text in "[ a-c0-2'=<>()\\[\\]:,.NORAISTDUL-]{0,60}") {
        proptest::prop_assert_eq!(when(&["a"], &text), when(&["a"], &text));
    }
}
