//! Names of statements on sessions that act: they make an acting page cost one round trip more than a plain one, and nobody who takes one away, gives it to
//! a statement of their own or adds one has anything shown that the server would not say.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;
mod proxy;

use std::sync::Arc;

use chrono::Duration;
use common::TestDatabase;
use purview::{
    demo::{LoginKind, System},
    pg::{Acting, Door, Fence, Identity, Journal, Problem, Run, Sql},
};

const APP: &str = "org_assistant_app";
const USER: &str = "app.current_user_id";

fn user(id: &str) -> Identity {
    let now = common::anchor();
    Identity::Acting(Arc::new(Acting {
        role: APP.into(),
        settings: vec![(USER.parse().unwrap(), id.into())],
        search_path: None,
        person: None,
        reason: "test".into(),
        since: now,
        until: now + Duration::minutes(30),
    }))
}

fn alice() -> Identity {
    user("00000000-0000-0000-0000-00000000a11c")
}

fn bob() -> Identity {
    user("00000000-0000-0000-0000-000000000b0b")
}

/// A way to act, and how strong the fence is there.
const WAYS: [(LoginKind, Option<LoginKind>, Fence); 3] = [
    (LoginKind::Support, Some(LoginKind::Jail), Fence::Jailed),
    (LoginKind::Superuser, None, Fence::Wrapped),
    (LoginKind::Admin, None, Fence::Advisory),
];

/// A door, and the file of its journal.
async fn door(
    way: (LoginKind, Option<LoginKind>, Fence),
    login: impl Fn(LoginKind) -> String,
) -> (Door, tempfile::TempDir) {
    let (operator, jail, fence) = way;
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::new(folder.path().join("journal"), "test");
    let jail = jail.map(|kind| login(kind).parse().unwrap());
    let door =
        Door::open(login(operator).parse().unwrap(), jail, journal, common::anchor).await.unwrap();
    assert_eq!(door.fence().await.unwrap(), fence);
    (door, folder)
}

async fn ask(door: &Door, identity: &Identity, text: &str) -> Result<Vec<String>, Problem> {
    let mut answers = ask_all(door, identity, &[text]).await?;
    Ok(answers.pop().unwrap())
}

/// The first column of each statement's rows.
async fn ask_all(
    door: &Door,
    identity: &Identity,
    texts: &[&str],
) -> Result<Vec<Vec<String>>, Problem> {
    let statements: Vec<_> = texts.iter().map(|text| Sql::new((*text).to_owned().leak())).collect();
    let answers = door.read_all(identity, &statements, &Run::new()).await?;
    let first = |mut row: Vec<Option<String>>| row.swap_remove(0).unwrap_or_default();
    Ok(answers.into_iter().map(|rows| rows.rows.into_iter().map(first).collect()).collect())
}

/// One test at a time lets the operator take the role: roles are the whole cluster's.
static GRANTING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

async fn database() -> TestDatabase {
    let test = common::database(System::OrgAssistant).await;
    let granting = GRANTING.lock().await;
    test.workshop().await.script(&format!("GRANT {APP} TO purview_admin")).await.unwrap();
    drop(granting);
    test
}

#[tokio::test]
async fn an_acting_page_costs_one_round_trip_more_than_a_plain_one() {
    let test = database().await;
    for way in WAYS {
        let proxy = proxy::Proxy::start(&test.url(way.0));
        let (door, _folder) = door(way, |kind| proxy.through(&test.url(kind))).await;
        let mut taken = Vec::new();
        for identity in [Identity::Observer, alice()] {
            // Somebody begins to act, and looks around; what counts comes after.
            ask(&door, &identity, "SELECT 'hello'").await.unwrap();
            for page in [
                "SELECT d.name FROM public.departments d",
                "SELECT o.name FROM public.organizations o",
            ] {
                for _ in 0..2 {
                    let before = proxy.exchanges();
                    ask(&door, &identity, page).await.unwrap();
                    taken.push(proxy.exchanges() - before);
                }
            }
        }
        // The first time that a statement is sent it is read by the server, in a trip of its own; the wrapper's is the same for all.
        let first = if way.2 == Fence::Wrapped { 4 } else { 5 };
        assert_eq!(taken, [4, 3, 4, 3, first, 4, first, 4], "{}", way.2);
    }
}

/// What a function may do to the names on its session: it knows all of them.
const DEEDS: [(&str, &str); 6] = [
    ("forge", FORGE),
    ("forge_and_fail", FORGE_AND_FAIL),
    (
        "take_one",
        "FOR s IN SELECT name FROM pg_prepared_statements ORDER BY name LIMIT 1 LOOP EXECUTE format('DEALLOCATE %I', s.name); END LOOP",
    ),
    ("take_all", "DEALLOCATE ALL"),
    ("discard", "EXECUTE 'DEALLOCATE PREPARE ALL'"),
    ("add", "PREPARE another AS SELECT 1"),
];

/// Gives every name to a statement with the same parameters that says something else.
const FORGE: &str = "FOR s IN SELECT name, statement, (SELECT string_agg(t::text, ', ') FROM unnest(parameter_types) t) AS types FROM pg_prepared_statements LOOP \
       EXECUTE format('DEALLOCATE %I', s.name); \
       EXECUTE format('PREPARE %I (%s) AS %s', s.name, s.types, \
         CASE WHEN s.statement LIKE '%array_to_json%' THEN 'SELECT ''[\"forged\"]''::text' ELSE 'SELECT ''forged''::text' END); \
     END LOOP";
const FORGE_AND_FAIL: &str = "FOR s IN SELECT name, (SELECT string_agg(t::text, ', ') FROM unnest(parameter_types) t) AS types FROM pg_prepared_statements LOOP \
       EXECUTE format('DEALLOCATE %I', s.name); EXECUTE format('PREPARE %I (%s) AS SELECT ''forged''::text', s.name, s.types); \
     END LOOP; RAISE EXCEPTION 'failed'";

async fn make_hostile(test: &TestDatabase) {
    let mut workshop = test.workshop().await;
    let honest = format!(
        "CREATE TABLE public.honest (v text); INSERT INTO public.honest VALUES ('genuine'); GRANT SELECT ON public.honest TO {APP}"
    );
    workshop.script(&honest).await.unwrap();
    for (name, deed) in DEEDS {
        let hostile = format!(
            "CREATE TABLE public.t_{name} (v text); INSERT INTO public.t_{name} VALUES ('genuine'); \
             CREATE FUNCTION public.f_{name}() RETURNS boolean LANGUAGE plpgsql AS $f$ DECLARE s record; BEGIN {deed}; RETURN true; END $f$; \
             ALTER TABLE public.t_{name} ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON public.t_{name} USING (public.f_{name}()); \
             GRANT SELECT ON public.t_{name} TO {APP}"
        );
        workshop.script(&hostile).await.unwrap();
    }
}

#[tokio::test]
async fn a_policy_that_forges_named_statements_has_nothing_shown_but_what_the_server_says() {
    let test = database().await;
    make_hostile(&test).await;
    let honest = "SELECT v FROM public.honest";
    for way in WAYS {
        for (name, _) in DEEDS {
            let (door, folder) = door(way, |kind| test.url(kind)).await;
            let hostile = format!("SELECT v FROM public.t_{name}");
            let what = format!("{name}, {}", way.2);
            for _ in 0..2 {
                // Names are there to be taken, of this statement and of others.
                assert_eq!(ask(&door, &alice(), honest).await.unwrap(), ["genuine"], "{what}");
                let told = ask(&door, &alice(), &hostile).await;
                match told {
                    Ok(rows) => assert_eq!(rows, ["genuine"], "{what}"),
                    Err(problem) => {
                        assert_eq!((name, &*problem.summary), ("forge_and_fail", "failed"));
                    }
                }
                // What comes after it in the same transaction is not what it made of it either.
                if let Ok(rows) = ask_all(&door, &alice(), &[&hostile, honest]).await {
                    assert_eq!(rows, [["genuine"], ["genuine"]], "{what}");
                }
                assert_eq!(ask(&door, &bob(), honest).await.unwrap(), ["genuine"], "{what}");
                let left = "SELECT count(*)::text FROM pg_prepared_statements WHERE from_sql";
                assert_eq!(ask(&door, &alice(), left).await.unwrap(), ["0"], "{what}");
            }
            let journal = std::fs::read_to_string(folder.path().join("journal")).unwrap();
            let noted = journal.contains("\"found\":\"prepared statements\"");
            // What fails shows nothing in any case, and its session is not used again.
            assert_eq!(noted, name != "forge_and_fail", "{what}");
        }
    }
}

#[tokio::test]
async fn nobody_reads_what_was_asked_as_somebody_else() {
    let test = database().await;
    for way in WAYS {
        let (door, _folder) = door(way, |kind| test.url(kind)).await;
        for _ in 0..3 {
            for (own, other, identity) in [("apples", "pears", alice()), ("pears", "apples", bob())]
            {
                ask(&door, &identity, &format!("SELECT '{own}'")).await.unwrap();
                let texts = ask(&door, &identity, "SELECT statement FROM pg_prepared_statements")
                    .await
                    .unwrap();
                assert!(!texts.iter().any(|text| text.contains(other)), "{texts:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_page_with_a_name_says_each_time_what_one_without_would() {
    let test = database().await;
    let mut workshop = test.workshop().await;
    // A function that is called immutable and is not: a plan that is kept keeps what it said.
    workshop
        .script(&format!(
            "CREATE TABLE public.switch (on_now boolean); INSERT INTO public.switch VALUES (true); \
             CREATE FUNCTION public.is_on() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $f$ BEGIN RETURN (SELECT on_now FROM public.switch); END $f$; \
             CREATE TABLE public.lamps (v text); INSERT INTO public.lamps VALUES ('lamp'); \
             ALTER TABLE public.lamps ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON public.lamps USING (public.is_on()); \
             GRANT SELECT ON public.lamps, public.switch TO {APP}"
        ))
        .await
        .unwrap();
    for way in WAYS {
        let (door, _folder) = door(way, |kind| test.url(kind)).await;
        for turn in 0..14 {
            let on = turn % 7 < 6;
            workshop.script(&format!("UPDATE public.switch SET on_now = {on}")).await.unwrap();
            let seen = ask(&door, &alice(), "SELECT v FROM public.lamps").await.unwrap();
            assert_eq!(seen.len(), usize::from(on), "{}, {turn}", way.2);
        }
    }
}
