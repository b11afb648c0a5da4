//! The hardening migrations: what is wrong with each system can be done on the baseline and cannot be done after them, and people can still do their work.
//!
//! Every deed is done for real, as the application's role with the identity's settings, in a transaction that is rolled back.

#![expect(clippy::unwrap_used, reason = "a failure is what the tests are for")]

mod common;
#[path = "hardening/found.rs"]
mod found;
#[path = "hardening/hastecrm.rs"]
mod hastecrm;
#[path = "hardening/jenifer.rs"]
mod jenifer;
#[path = "hardening/org_assistant.rs"]
mod org_assistant;
mod program;
#[path = "hardening/rishi.rs"]
mod rishi;
#[path = "hardening/sekretarka.rs"]
mod sekretarka;

use purview::{
    demo::{LoginKind, System},
    migrate::{Runner, Source},
    pg::{Problem, Sql, Workshop},
};

use self::Outcome::{Fails, No, Yes};

/// What comes of a deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// It touches rows.
    Yes,
    /// It is refused, or touches nothing.
    No,
    /// It fails with another SQLSTATE.
    Fails(&'static str),
}

/// One finding, or one piece of ordinary work.
#[derive(Debug, Clone, Copy)]
struct Case {
    what: &'static str,
    /// A name in the table `people`.
    who: &'static str,
    /// What a superuser does first.
    given: &'static str,
    deed: &'static str,
    before: Outcome,
    after: Outcome,
}

const fn case(
    what: &'static str,
    who: &'static str,
    deed: &'static str,
    before: Outcome,
    after: Outcome,
) -> Case {
    Case { what, who, given: "", deed, before, after }
}

impl Case {
    const fn given(self, given: &'static str) -> Self {
        Self { given, ..self }
    }
}

/// Takes the person's role and settings until the transaction ends.
const BECOME: &str = "SELECT pg_catalog.set_config(key, value, true) FROM people, LATERAL jsonb_each_text(settings || jsonb_build_object('role', role)) WHERE name = ";

async fn outcome(workshop: &mut Workshop, case: &Case) -> Result<Outcome, Problem> {
    workshop.script("BEGIN").await?;
    let done = deed(workshop, case).await;
    workshop.script("ROLLBACK").await?;
    match done {
        Ok(0) => Ok(No),
        Ok(_) => Ok(Yes),
        Err(problem) => match problem.sqlstate.as_deref() {
            Some("42501") => Ok(No),
            Some(state) => Ok(Fails(state.to_owned().leak())),
            None => Err(problem),
        },
    }
}

async fn deed(workshop: &mut Workshop, case: &Case) -> Result<u64, Problem> {
    workshop.script(case.given).await?;
    workshop.script(&format!("{BECOME}'{}'", case.who)).await?;
    if !case.deed.starts_with("SELECT") {
        return workshop.execute(&Sql::new(case.deed)).await;
    }
    let rows = workshop.script(case.deed).await?;
    Ok(rows[0][0].as_deref().unwrap().parse().unwrap())
}

/// Takes the pending steps as a person would, who is no superuser.
async fn harden(database: &common::TestDatabase, system: System) {
    let source = Source::embedded(system.name()).unwrap();
    let mut runner = Runner::open(&database.login(LoginKind::Admin), source).await.unwrap();
    let taken = runner.up(None).await.unwrap();
    assert!(!taken.is_empty(), "{system}: nothing is pending");
    runner.close().await;
}

/// Tries every case on the baseline and after the hardening; `people` makes the table of that name and whatever else the cases need.
async fn hardened(system: System, people: &'static str, places: &'static str, cases: &[Case]) {
    let database = common::database(system).await;
    let mut workshop = database.workshop().await;
    workshop.script(people).await.unwrap();
    let mut wrong = Vec::new();
    for case in cases {
        let before = outcome(&mut workshop, case).await.unwrap();
        if before != case.before {
            wrong.push(format!("baseline: {} ({}): {before:?}", case.what, case.who));
        }
    }
    found::on_the_baseline(&database, system);
    harden(&database, system).await;
    found::once_hardened(&database, system);
    for case in cases {
        let after = outcome(&mut workshop, case).await.unwrap();
        if after != case.after {
            wrong.push(format!("hardened: {} ({}): {after:?}", case.what, case.who));
        }
    }
    assert!(wrong.is_empty(), "{system}:\n{}", wrong.join("\n"));
    workshop.script(places).await.unwrap();
    let strangers = workshop.script(STRANGERS).await.unwrap();
    assert!(strangers.is_empty(), "{system}: rows of others are seen: {strangers:?}");
    let seen = workshop.script("SELECT sum(rows)::text FROM seen").await.unwrap();
    assert!(seen[0][0].as_deref().unwrap().parse::<u64>().unwrap() > 1_000, "{system}");
    let open = workshop.script(OPEN).await.unwrap();
    assert!(open.is_empty(), "{system}: {open:?}");
}

/// Everybody's rows that belong to no organization of theirs, out of `place` (relation, key, organization) and `belongs` (name, role, settings, organizations).
const STRANGERS: &str = "
    CREATE TEMPORARY TABLE seen (name text, relation text, rows bigint, strange bigint);
    GRANT ALL ON seen, place, belongs TO PUBLIC;
    DO $$
    DECLARE
        who record;
        what text;
    BEGIN
        FOR who IN SELECT * FROM belongs LOOP
            PERFORM pg_catalog.set_config(key, value, true) FROM jsonb_each_text(who.settings || jsonb_build_object('role', who.role));
            FOR what IN SELECT DISTINCT relation FROM place LOOP
                EXECUTE format('INSERT INTO seen SELECT %L, %L, count(*), count(*) FILTER (WHERE p.organization <> ALL (%L)) FROM public.%I t JOIN place p ON p.relation = %L AND p.key = t.id',
                    who.name, what, who.organizations, what, what);
            END LOOP;
            PERFORM pg_catalog.set_config('role', 'none', true);
        END LOOP;
    END
    $$;
    SELECT name, relation, strange::text FROM seen WHERE strange > 0 ORDER BY 1, 2 LIMIT 20";

/// What no hardened table, policy or function is allowed to be.
const OPEN: &str = "
    SELECT 'not forced: ' || c.oid::regclass FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> '_sqlx_migrations'
       AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
    UNION ALL
    SELECT 'no policy: ' || c.oid::regclass FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)
    UNION ALL
    SELECT 'definer without a search path: ' || p.oid::regprocedure FROM pg_proc p
     WHERE p.pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'auth')) AND p.prosecdef
       AND NOT coalesce(p.proconfig @> ARRAY['search_path=\"\"'], false)
    UNION ALL
    SELECT 'definer of a superuser: ' || p.oid::regprocedure FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
     WHERE p.pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'auth')) AND p.prosecdef AND (r.rolsuper OR r.rolbypassrls)
    UNION ALL
    SELECT 'definer for everybody: ' || p.oid::regprocedure FROM pg_proc p
     WHERE p.pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'auth')) AND p.prosecdef AND p.prorettype <> 'trigger'::regtype
       AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0)
    UNION ALL
    SELECT 'setting read for every row or without missing_ok: ' || p.polrelid::regclass || ' ' || p.polname FROM pg_policy p
     WHERE concat(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) ~ 'current_setting'";

#[tokio::test]
async fn what_a_mistake_would_make_of_the_baseline_it_does_not_make_of_the_hardened() {
    for system in System::ALL {
        for (number, planted, shown) in found::planted_of(system) {
            let database = common::database(system).await;
            database.workshop().await.script(planted).await.unwrap();
            assert!(found::shows(&database, *shown), "{system} (c) {number}: {shown:?}");
            harden(&database, system).await;
            assert!(!found::shows(&database, *shown), "{system} (c) {number}, hardened: {shown:?}");
        }
    }
}

#[tokio::test]
async fn an_organization_can_be_deleted_with_all_that_refers_to_one_another_within_it() {
    let database = common::database(System::Jenifer).await;
    harden(&database, System::Jenifer).await;
    let mut workshop = database.workshop().await;
    let left = "SELECT count(*)::text FROM organizations";
    let before = workshop.script(left).await.unwrap();
    workshop.script("DELETE FROM organizations WHERE id = (SELECT org_id FROM meetings GROUP BY 1 ORDER BY count(*) DESC LIMIT 1)").await.unwrap();
    let after = workshop.script(left).await.unwrap();
    assert_ne!(before, after);
}

#[tokio::test]
async fn org_assistant_is_mended() {
    hardened(
        System::OrgAssistant,
        org_assistant::PEOPLE,
        org_assistant::PLACES,
        org_assistant::CASES,
    )
    .await;
}

#[tokio::test]
async fn jenifer_is_mended() {
    hardened(System::Jenifer, jenifer::PEOPLE, jenifer::PLACES, jenifer::CASES).await;
}

#[tokio::test]
async fn hastecrm_is_mended() {
    hardened(System::Hastecrm, hastecrm::PEOPLE, hastecrm::PLACES, hastecrm::CASES).await;
}

#[tokio::test]
async fn a_setting_that_was_never_made_is_nobody_in_hastecrm() {
    let database = common::database(System::Hastecrm).await;
    let ask = "BEGIN; SET LOCAL ROLE hastecrm_app; SELECT count(*)::text FROM contacts";
    // A session of its own each time: a setting that was once made stays empty for ever.
    let problem = database.workshop().await.script(ask).await.unwrap_err();
    assert_eq!(problem.sqlstate.as_deref(), Some("42704"));
    harden(&database, System::Hastecrm).await;
    let rows = database.workshop().await.script(ask).await.unwrap();
    assert_eq!(rows[0][0].as_deref(), Some("0"));
}

#[tokio::test]
async fn sekretarka_is_mended() {
    hardened(System::Sekretarka, sekretarka::PEOPLE, sekretarka::PLACES, sekretarka::CASES).await;
}

#[tokio::test]
async fn rishi_is_mended() {
    hardened(System::Rishi, rishi::PEOPLE, rishi::PLACES, rishi::CASES).await;
}
