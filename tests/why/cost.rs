//! What policies cost: how often a call is made is what the plan of the same statement says, and the other form lets the same rows pass.

use purview::rls::cost::{Bill, Evaluated, PolicyCost};

use super::*;

/// Calls that look at the row, that do not, that stand in a sub-select, and one that is put in line.
const CALLS: &str = "
CREATE SCHEMA c;
CREATE FUNCTION c.once() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN current_setting('app.current_user_id', true) <> 'x'; END $$;
CREATE FUNCTION c.within() RETURNS int[] STABLE LANGUAGE plpgsql AS $$ BEGIN RETURN '{1,3,5}'; END $$;
CREATE FUNCTION c.apart() RETURNS int[] STABLE LANGUAGE plpgsql AS $$ BEGIN RETURN '{1,3,5}'; END $$;
CREATE FUNCTION c.each(n int) RETURNS boolean STABLE LANGUAGE plpgsql AS $$ BEGIN RETURN n % 2 = 1; END $$;
CREATE FUNCTION c.in_line(n int) RETURNS boolean STABLE LANGUAGE sql AS $$ SELECT n > 2 $$;
CREATE TABLE c.items (id int PRIMARY KEY, box int);
INSERT INTO c.items SELECT i, i % 7 FROM generate_series(1, 300) i;
CREATE TABLE c.indexed (id int PRIMARY KEY, box int);
INSERT INTO c.indexed SELECT i, i FROM generate_series(1, 20000) i; CREATE INDEX of_box ON c.indexed (box);
CREATE POLICY boxed ON c.indexed USING (box = ANY (c.within())); ALTER TABLE c.indexed ENABLE ROW LEVEL SECURITY;
CREATE TABLE c.unindexed AS TABLE c.indexed;
CREATE POLICY boxed ON c.unindexed USING (box = ANY (c.within())); ALTER TABLE c.unindexed ENABLE ROW LEVEL SECURITY;
CREATE POLICY first ON c.items USING (c.once() AND c.each(id));
CREATE POLICY second ON c.items USING (box = ANY ((SELECT c.apart())::int[]) AND c.in_line(box));
CREATE POLICY third ON c.items USING (box = ANY (c.within()) AND id > 250);
ALTER TABLE c.items ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA c TO org_assistant_app, purview_support; GRANT SELECT ON ALL TABLES IN SCHEMA c TO org_assistant_app, purview_support; ANALYZE c.items, c.indexed, c.unindexed;";

async fn bill(database: &Arc<Database>, acting: &Arc<Acting>, table: &str) -> Bill {
    let question = PolicyCost { table: table.parse().unwrap() };
    ask(database, Apart { acting: Arc::clone(acting), question }).await
}

/// The lines of a statement as somebody.
async fn lines(database: &Arc<Database>, acting: &Arc<Acting>, text: &str) -> Vec<String> {
    let identity = Identity::Acting(Arc::clone(acting));
    let sql = Sql::new(text.to_owned().leak());
    let rows = database.door.read(&identity, &sql, &Run::new()).await.unwrap().rows;
    rows.into_iter().map(|mut row| row.remove(0).unwrap()).collect()
}

/// How often the plan calls `function`, by the lines that the server prints for people.
fn planned(plan: &[String], function: &str) -> Evaluated {
    let call = format!("{}(", function.rsplit('.').next().unwrap());
    let mut once_at = None;
    let mut found = Evaluated::Inlined;
    for line in plan {
        let indent = line.len() - line.trim_start().len();
        if once_at.is_some_and(|at| indent <= at) {
            once_at = None;
        }
        if line.trim_start().starts_with("InitPlan") {
            once_at = Some(indent);
        }
        if line.contains(&call) {
            let each = once_at.is_none() && line.trim_start().starts_with("Filter:");
            if each {
                return Evaluated::PerRow;
            }
            found = Evaluated::Once;
        }
    }
    found
}

async fn rules(workshop: &mut Workshop) -> String {
    let sql = Sql::new(
        "SELECT md5(string_agg(p::text, ',' ORDER BY p.oid)) || (SELECT md5(string_agg(f::text, ',' ORDER BY f.oid)) FROM pg_proc f) || (SELECT count(*) FROM pg_class) FROM pg_policy p",
    );
    workshop.fetch(&sql).await.unwrap().scalar().unwrap().to_owned()
}

#[tokio::test]
async fn how_often_a_policy_calls_a_function_is_what_the_plan_says() {
    let test = common::database(System::OrgAssistant).await;
    let mut workshop = test.workshop().await;
    workshop.script(CALLS).await.unwrap();
    let database = opened(&test).await;
    let acting = acting(&candidates(&database).await[1]);
    for table in ["c.items", "public.emails", "public.conversations", "public.files"] {
        let before = rules(&mut workshop).await;
        let bill = bill(&database, &acting, table).await;
        assert_eq!(rules(&mut workshop).await, before);
        assert!(
            bill.free.is_none() && bill.problem.is_none() && !bill.calls.is_empty(),
            "{bill:?}"
        );
        let explain = format!("EXPLAIN (VERBOSE, COSTS OFF) SELECT * FROM {table}");
        let plan = lines(&database, &acting, &explain).await;
        for call in &bill.calls {
            let expected = planned(&plan, &call.function);
            assert_eq!(call.evaluated, expected, "{call:?} {plan:#?}");
            assert!(call.microseconds.is_some(), "{call:?}");
        }
        assert!(bill.before_us.is_some() && bill.after_us.is_some(), "{bill:?}");
        let kinds = |wanted| bill.calls.iter().any(|call| call.evaluated == wanted);
        assert!(kinds(Evaluated::PerRow));
        assert!(
            table != "c.items" || kinds(Evaluated::Once) && kinds(Evaluated::Inlined),
            "{bill:?}"
        );
    }
}

#[tokio::test]
async fn the_other_form_calls_once_and_lets_the_same_rows_pass() {
    let test = common::database(System::OrgAssistant).await;
    let mut workshop = test.workshop().await;
    workshop.script(CALLS).await.unwrap();
    let database = opened(&test).await;
    let people: Vec<_> = candidates(&database).await.iter().map(acting).collect();
    for (table, called) in [("c.items", "c.once"), ("public.emails", "is_user_admin")] {
        let count = format!("SELECT count(*)::text FROM {table}");
        let mut passed = Vec::new();
        for acting in &people {
            passed.push(lines(&database, acting, &count).await);
        }
        let first = bill(&database, &people[0], table).await;
        let wrapped = first.calls.iter().filter(|call| call.rewritten.is_some()).count();
        assert!(wrapped > 1, "{first:?}");
        let cures = first.cures.iter().filter(|cure| cure.starts_with("ALTER POLICY"));
        for cure in cures {
            workshop.script(cure).await.unwrap();
        }
        database.forget().await;
        for (acting, passed) in people.iter().zip(&passed) {
            assert_eq!(lines(&database, acting, &count).await, *passed, "{table}");
        }
        let explain = format!("EXPLAIN (VERBOSE, COSTS OFF) SELECT * FROM {table}");
        let plan = lines(&database, &people[0], &explain).await;
        assert_eq!(planned(&plan, called), Evaluated::Once, "{plan:#?}");
        let then = bill(&database, &people[0], table).await;
        assert!(!then.cures.iter().any(|cure| cure.starts_with("ALTER POLICY")), "{then:?}");
        assert!(then.after_us.is_none() && then.calls.iter().all(|call| call.rewritten.is_none()));
    }
}

#[tokio::test]
async fn an_index_is_asked_for_where_none_would_help() {
    let test = common::database(System::OrgAssistant).await;
    let mut workshop = test.workshop().await;
    workshop.script(CALLS).await.unwrap();
    // The function is volatile as long as nobody says otherwise, and no index is used for what may change from row to row.
    workshop.script("ALTER FUNCTION c.within() VOLATILE").await.unwrap();
    let database = opened(&test).await;
    let acting = acting(&candidates(&database).await[1]);
    let cure = |bill: &Bill, word: &str| bill.cures.iter().any(|cure| cure.starts_with(word));
    let used = |plan: &[String]| plan.iter().any(|line| line.contains("Index Cond"));
    let indexed = bill(&database, &acting, "c.indexed").await;
    assert!(!used(&indexed.plan) && used(&indexed.beside), "{indexed:?}");
    assert!(!cure(&indexed, "CREATE INDEX") && cure(&indexed, "ALTER FUNCTION c.within() STABLE"));
    let unindexed = bill(&database, &acting, "c.unindexed").await;
    assert!(!used(&unindexed.beside) && cure(&unindexed, "CREATE INDEX"), "{unindexed:?}");
    // What it says is right: with the index and the other form the server uses it by itself.
    for cure in &unindexed.cures {
        workshop.execute(&Sql::new(cure.clone().leak())).await.unwrap();
    }
    let explain = "EXPLAIN (VERBOSE, COSTS OFF) SELECT * FROM c.unindexed";
    let plan = lines(&database, &acting, explain).await;
    assert!(used(&plan), "{plan:#?}");
}
