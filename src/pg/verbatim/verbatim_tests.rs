//! What is read as a statement of which there is a plan, and what of it is run.

use proptest::prelude::*;

use super::*;

fn said(text: &str) -> String {
    match Verbatim::read(text) {
        Err(problem) => problem.to_string(),
        Ok(statement) => match statement.to_run() {
            Ok(_) => "reads".to_owned(),
            Err(problem) => problem.summary,
        },
    }
}

#[test]
fn only_what_reads_and_acts_on_nothing_is_run() {
    for text in ["select 1", "SELECT * FROM mails WHERE id = 5;  -- one\n", "values (1), (2)"] {
        assert_eq!(said(text), "reads", "{text}");
    }
    for (text, why) in [
        ("delete from t", "`DELETE` does more than read"),
        ("with d as (delete from t returning *) select * from d", "`DELETE` does more than read"),
        ("select * from (select * from t for share) q", "it would lock rows"),
        ("select pg_catalog.\"pg_read_file\"('x')", "pg_read_file"),
    ] {
        let said = said(text);
        assert!(
            said.starts_with("the statement is not run: ") && said.contains(why),
            "{text}: {said}"
        );
    }
}

#[test]
fn one_statement_is_taken_of_which_there_is_a_plan() {
    insta::assert_snapshot!(said("select 1; select 2"), @"there is more than one statement (one is taken at a time)");
    insta::assert_snapshot!(said("/* nothing */ ;"), @"there is a comment, and no statement");
    insta::assert_snapshot!(said(" "), @"there is no statement");
    insta::assert_snapshot!(said("explain select 1"), @"the statement explains already (leave out EXPLAIN and its options; running it is asked for apart)");
    insta::assert_snapshot!(said("vacuum t"), @"there is no plan of such a statement: vacuum (SELECT, VALUES, INSERT, UPDATE, DELETE, MERGE and WITH have one)");
    insta::assert_snapshot!(said("select 'a"), @"this is no statement: unterminated string literal");
}

#[test]
fn a_constant_that_the_server_took_out_is_read_again() {
    let text = |text: &str| Verbatim::read(text).unwrap().text().to_owned();
    assert_eq!(
        text("select 'ü', interval $1 from t\n where ü > DATE  $2"),
        "select 'ü', $1::interval from t\n where ü > $2::date"
    );
    assert_eq!(
        text("select a, 'interval $1' from t where b = $1"),
        "select a, 'interval $1' from t where b = $1"
    );
    assert_eq!(Verbatim::read("select $1, $12, $3").unwrap().parameters(), 12);
}

proptest! {
    #[test]
    fn whatever_is_typed_is_read_or_refused(text in ".{0,80}") {
        if let Ok(statement) = Verbatim::read(&text) {
            drop(statement.to_run());
        }
    }

    #[test]
    fn words_of_sql_in_any_order_are_read_or_refused(words in proptest::collection::vec(
        prop_oneof!["select", "from", "with", "\\(", "\\)", "delete", "returning", "for", "update", "into", ",", "a", "as", "union", "\\*", "where", "1"], 1..14)) {
        if let Ok(statement) = Verbatim::read(&words.join(" ")) {
            drop(statement.to_run());
        }
    }

    #[test]
    fn a_part_that_changes_is_found_wherever_it_stands(deep in 0_usize..6, which in 0_usize..3) {
        let change = ["delete from t", "insert into t select 1", "update t set a = 1"][which];
        let mut text = format!("with d as ({change} returning a) select a from d");
        for _ in 0..deep {
            text = format!("select * from ({text}) q");
        }
        let statement = Verbatim::read(&text).unwrap();
        prop_assert!(statement.to_run().is_err(), "{}", text);
    }
}
