//! Many identities in one round trip: each gets what a transaction of its own would give it, behind every fence, and nobody learns of the others.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use std::sync::Arc;

use chrono::Duration;
use purview::{
    database::Database,
    demo::{LoginKind, System},
    directory::{Everybody, Identities},
    mapping::Library,
    pg::{Acting, Door, Fence, Identity, Journal, Kind, Row, Run, SettingName, Sql, Together},
    question::Question as _,
};

const APP: &str = "org_assistant_app";
const USER: &str = "app.current_user_id";

type Settings = Vec<(SettingName, String)>;

fn user(id: &str) -> Settings {
    vec![(USER.parse().unwrap(), id.to_owned())]
}

fn acting(settings: &Settings) -> Arc<Acting> {
    let now = common::anchor();
    Arc::new(Acting {
        role: APP.into(),
        settings: settings.clone(),
        search_path: None,
        person: None,
        reason: "test".into(),
        since: now,
        until: now + Duration::minutes(30),
    })
}

/// A door for each of the three fences.
async fn doors(test: &common::TestDatabase) -> Vec<Door> {
    let mut workshop = test.workshop().await;
    workshop.script("GRANT org_assistant_app TO purview_support").await.unwrap();
    let journal = || Journal::new(tempfile::tempdir().unwrap().keep().join("journal"), "test");
    let mut doors = vec![test.door(LoginKind::Support).await];
    for login in [LoginKind::Superuser, LoginKind::Support] {
        let door = Door::open(test.login(login), None, journal(), common::anchor).await.unwrap();
        doors.push(door);
    }
    let mut fences = Vec::new();
    for door in &doors {
        fences.push(door.fence().await.unwrap());
    }
    assert_eq!(fences, [Fence::Jailed, Fence::Wrapped, Fence::Advisory]);
    doors
}

/// What somebody gets, or the code of the refusal.
type Got = Result<Vec<Row>, String>;

async fn all_at_once(door: &Door, crowd: &[Settings], statement: &Sql) -> Vec<Got> {
    let run = Run::new();
    let mut trial = door.trial(&acting(&crowd[0]), &run).await.unwrap();
    let asked: Vec<_> = crowd.iter().map(Vec::as_slice).collect();
    let answers = trial.act_as_each(&asked, statement).await.unwrap();
    trial.end().await.unwrap();
    answers
        .into_iter()
        .map(|answer| answer.map_err(|it| it.sqlstate.unwrap_or(it.summary)))
        .collect()
}

async fn one_by_one(door: &Door, crowd: &[Settings], statement: &Sql) -> Vec<Got> {
    let mut answers = Vec::new();
    for settings in crowd {
        let identity = Identity::Acting(acting(settings));
        let answer = door.read(&identity, statement, &Run::new()).await;
        answers.push(answer.map(|rows| rows.rows).map_err(|it| it.sqlstate.unwrap_or(it.summary)));
    }
    answers
}

/// All users, and some who are none.
async fn everybody(test: &common::TestDatabase) -> Vec<Settings> {
    let mut workshop = test.workshop().await;
    let ids =
        workshop.fetch(&Sql::new("SELECT id::text FROM public.users ORDER BY 1")).await.unwrap();
    let ids = ids.rows.into_iter().filter_map(|mut row| row.pop().flatten());
    ids.chain(["", "nobody", "it's \"{quoted}\" \\ ünd\nbroken, NULL"].map(str::to_owned))
        .map(|id| user(&id))
        .collect()
}

#[tokio::test]
async fn each_identity_gets_what_a_transaction_of_its_own_gives_it() {
    let test = common::database(System::OrgAssistant).await;
    let crowd = everybody(&test).await;
    assert!(crowd.len() > 20);
    let mut bound = Sql::new("SELECT current_setting('app.current_user_id') AS a, ");
    bound.bind(Some("it's {bound}, \\ \"too\""), "text").push(" AS a, ");
    bound.bind(None, "text").push(" || 'x', current_user::text, current_setting('search_path')");
    for door in doors(&test).await {
        for statement in [
            Sql::new("SELECT count(*)::text, NULL::text, min(subject) FROM public.emails"),
            Sql::new("SELECT id::text FROM public.conversations ORDER BY id LIMIT 3"),
            Sql::new("SELECT (1 / (length(current_setting('app.current_user_id')) - 36))::text"),
            Sql::new("EXPLAIN (COSTS OFF) SELECT FROM public.emails WHERE department_id IS NULL"),
            Sql::new("SELECT id::text FROM public.nowhere"),
            Sql::new("DELETE FROM public.emails RETURNING 'x'"),
            bound.clone(),
        ] {
            let at_once = all_at_once(&door, &crowd, &statement).await;
            let alone = one_by_one(&door, &crowd, &statement).await;
            assert_eq!(at_once, alone, "{:?}: {}", door.fence().await, statement.render().0);
        }
    }
}

#[tokio::test]
async fn without_the_language_it_takes_longer_and_is_the_same() {
    let test = common::database(System::OrgAssistant).await;
    let crowd = everybody(&test).await;
    let door = test.door(LoginKind::Support).await;
    let count = Sql::new("SELECT count(*)::text FROM public.emails");
    let looped = all_at_once(&door, &crowd, &count).await;
    let mut workshop = test.workshop().await;
    workshop.script("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC").await.unwrap();
    let changes = Sql::new("SELECT set_config('app.current_user_id', 'x', true)");
    let told = all_at_once(&door, &crowd[..2], &changes).await;
    assert!(told.iter().all(|it| it.as_ref().unwrap_err().contains("the identity changed")));
    assert_eq!(all_at_once(&door, &crowd, &count).await, looped);
    assert_eq!(all_at_once(&door, &[Vec::new()], &count).await.len(), 1);
}

/// What a hostile tenant may write into a function that a policy calls.
const HOSTILE: [&str; 8] = [
    "RESET ROLE",
    "PERFORM set_config('role', 'none', true)",
    "SET LOCAL ROLE purview_support",
    "SET SESSION AUTHORIZATION postgres",
    "PERFORM set_config('app.current_user_id', '00000000-0000-0000-0000-000000000bad', true)",
    "PERFORM set_config('app.current_user_id', '00000000-0000-0000-0000-000000000bad', false)",
    "PERFORM set_config('row_security', 'off', true)",
    "ROLLBACK",
];

#[tokio::test]
async fn who_is_changed_on_the_way_gets_nothing_and_the_others_their_own() {
    let test = common::database(System::OrgAssistant).await;
    let mut workshop = test.workshop().await;
    let crowd = everybody(&test).await;
    // It is hostile to one of the users only.
    let victim = &crowd[2][0].1;
    for (at, deed) in HOSTILE.iter().enumerate() {
        let made = format!(
            "CREATE FUNCTION public.h{at}() RETURNS text LANGUAGE plpgsql AS $f$ BEGIN \
               IF current_setting('app.current_user_id') = '{victim}' THEN {deed}; END IF; \
               RETURN current_setting('app.current_user_id'); END $f$"
        );
        workshop.script(&made).await.unwrap();
    }
    for door in doors(&test).await {
        for (at, deed) in HOSTILE.iter().enumerate() {
            let statement = Sql::new(format!("SELECT public.h{at}()").leak());
            let got = all_at_once(&door, &crowd, &statement).await;
            for (settings, got) in crowd.iter().zip(got) {
                if settings[0].1 == *victim {
                    assert!(got.is_err(), "{deed}: {got:?}");
                } else {
                    assert_eq!(got.unwrap(), [[Some(settings[0].1.clone())]], "{deed}");
                }
            }
            // The session that was tampered with is not used again, or is as it was.
            let who = Sql::new("SELECT current_user::text");
            let got = all_at_once(&door, &crowd[..1], &who).await;
            assert_eq!(got, [Ok(vec![vec![Some(APP.to_owned())]])], "after {deed}");
        }
    }
}

#[tokio::test]
async fn nothing_is_carried_from_one_identity_to_the_next() {
    let test = common::database(System::OrgAssistant).await;
    let mut workshop = test.workshop().await;
    workshop
        .script(
            "CREATE FUNCTION public.remembers() RETURNS text LANGUAGE plpgsql AS $f$ DECLARE seen text; BEGIN \
               seen := concat_ws('|', current_setting('evil.seen', true), current_setting('purview.crowd', true), \
                                 current_setting('purview.answers', true), current_setting('lock_timeout')); \
               PERFORM set_config('evil.seen', current_setting('app.current_user_id'), false); \
               PERFORM set_config('lock_timeout', '1s', false); \
               RETURN seen; END $f$",
        )
        .await
        .unwrap();
    let crowd = everybody(&test).await;
    let statement = Sql::new("SELECT rtrim(public.remembers(), '|')");
    for door in doors(&test).await {
        // The first call on a session makes the setting known, which it stays as ''.
        let got = all_at_once(&door, &crowd, &statement).await;
        let mut told: Vec<_> =
            got.into_iter().flat_map(Result::unwrap).flatten().flatten().collect();
        for seen in &mut told {
            *seen = seen.trim_matches('|').to_owned();
        }
        told.dedup();
        assert_eq!(told, ["2s"]);
    }
}

#[tokio::test]
async fn what_fails_for_one_fails_for_it_alone() {
    let test = common::database(System::OrgAssistant).await;
    let mut workshop = test.workshop().await;
    let crowd = everybody(&test).await;
    for (at, code) in ["57014", "P0004", "22012", "PVDON"].iter().enumerate() {
        let bad = &crowd[at + 1][0].1;
        let made = format!(
            "CREATE OR REPLACE FUNCTION public.raises() RETURNS text LANGUAGE plpgsql AS $f$ BEGIN \
               IF current_setting('app.current_user_id') = '{bad}' THEN RAISE SQLSTATE '{code}'; END IF; RETURN 'fine'; END $f$"
        );
        workshop.script(&made).await.unwrap();
        for door in doors(&test).await {
            let got = all_at_once(&door, &crowd, &Sql::new("SELECT public.raises()")).await;
            for (settings, got) in crowd.iter().zip(got) {
                if settings[0].1 == *bad {
                    assert_eq!(got.unwrap_err(), *code);
                } else {
                    assert_eq!(got.unwrap(), [[Some("fine".to_owned())]]);
                }
            }
        }
    }
}

#[tokio::test]
async fn one_entry_of_the_journal_says_how_many_and_which_role() {
    let test = common::database(System::OrgAssistant).await;
    let crowd = everybody(&test).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let (operator, jail) = (test.login(LoginKind::Support), test.login(LoginKind::Jail));
    let journal = Journal::new(&path, "test");
    let door = Door::open(operator, Some(jail), journal, common::anchor).await.unwrap();
    all_at_once(&door, &crowd, &Sql::new("SELECT 'asked'")).await;
    let written = std::fs::read_to_string(&path).unwrap();
    let entries: Vec<_> = written.lines().filter(|line| line.contains("SELECT 'asked'")).collect();
    assert_eq!(entries.len(), 1, "{written}");
    assert!(entries[0].contains(&format!("\"user\":\"{} identities\"", crowd.len())));
    assert!(entries[0].contains(&format!("\"role\":\"{APP}\"")));
    // Who they were is not in it.
    assert!(!written.contains(&crowd[0][0].1));
}

#[tokio::test]
async fn cancelling_stops_the_loop() {
    let test = common::database(System::OrgAssistant).await;
    let crowd = everybody(&test).await;
    let mut workshop = test.workshop().await;
    for door in doors(&test).await {
        let run = Run::new();
        let mut trial = door.trial(&acting(&crowd[0]), &run).await.unwrap();
        let asked: Vec<_> = crowd.iter().map(Vec::as_slice).collect();
        let sleeps = Sql::new("SELECT pg_sleep(60)::text");
        let busy = Sql::new(
            "SELECT count(*)::text FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND pid <> pg_backend_pid()",
        );
        let (outcome, ()) = tokio::join!(trial.act_as_each(&asked, &sleeps), async {
            while workshop.fetch(&busy).await.unwrap().scalar() != Some("1") {
                tokio::task::yield_now().await;
            }
            run.cancel().await.unwrap();
        });
        assert_eq!(outcome.unwrap_err().kind, Kind::Cancelled);
        assert_eq!(workshop.fetch(&busy).await.unwrap().scalar(), Some("0"));
    }
}

#[tokio::test]
async fn everybody_at_once_is_each_user_by_itself() {
    for system in System::ALL {
        let test = common::database(system).await;
        let door = test.door(LoginKind::Support).await;
        let database = Database::open(door, &Library::shipped(), None).await.unwrap();
        let (database, run) = (Arc::new(database), Run::new());
        let ask = Everybody::default();
        let crowd = ask.ask(Arc::clone(&database), Identity::Observer, run.clone()).await.unwrap();
        assert!(crowd.people.len() > 10, "{system:?}");
        let mut at = 0;
        while let Some(first) = crowd.people.get(at) {
            let user = first.candidate.person.id.clone().unwrap();
            let question = Identities { user: user.clone() };
            let alone =
                question.ask(Arc::clone(&database), Identity::Observer, run.clone()).await.unwrap();
            let here =
                |it: &&purview::directory::Somebody| it.candidate.person.id == Some(user.clone());
            let mut ours: Vec<_> = crowd.people[at..].iter().take_while(here).collect();
            at += ours.len();
            // An identity depends on what its settings say, and a membership counts once.
            ours.sort_by_key(|it| it.candidate.settings.clone());
            let mut settings: Vec<_> =
                alone.candidates.iter().map(|it| it.settings.clone()).collect();
            settings.sort();
            settings.dedup();
            let told: Vec<_> = ours.iter().map(|it| it.candidate.settings.clone()).collect();
            assert_eq!(told, settings, "{system:?} {user}");
            assert!(ours.iter().all(|it| it.candidate.role == alone.candidates[0].role));
            assert!(
                ours.iter().all(|it| it.candidate.person.label == alone.candidates[0].person.label)
            );
        }
    }
}

#[tokio::test]
async fn asked_together_they_get_what_each_gets_by_itself() {
    let test = common::database(System::OrgAssistant).await;
    let crowd = everybody(&test).await;
    let asked: Vec<_> = crowd.iter().map(Vec::as_slice).collect();
    let who = "(current_setting('app.current_user_id', true))::uuid";
    let facts = [
        format!("(is_user_admin({who}))::text"),
        format!("(get_user_department_ids({who}))::text"),
    ];
    let values: Vec<Sql> = facts.into_iter().map(|text| Sql::new(text.leak())).collect();
    let mut each = Sql::new("SELECT ");
    each.append(&values[0]).push(", ").append(&values[1]);
    for door in doors(&test).await {
        let alone = all_at_once(&door, &crowd, &each).await;
        let list = "everybody".to_owned();
        let together = Together { values: values.clone(), probes: Vec::new(), list };
        let run = Run::new();
        let mut trial = door.trial(&acting(&crowd[0]), &run).await.unwrap();
        let found = trial.act_together(&asked, &together).await.unwrap();
        let mut told = 0;
        for (found, alone) in found.iter().zip(&alone) {
            if let Some(row) = found {
                assert_eq!(alone.as_ref().unwrap(), std::slice::from_ref(row));
                told += 1;
            }
        }
        // Nobody gets an answer for whom it fails, and few beside them.
        let refused = alone.iter().filter(|it| it.is_err()).count();
        assert!(refused == 3 && told + refused + 32 >= crowd.len(), "{told} of {}", crowd.len());
        // What has to be without failing fails for somebody; and a row that ends as somebody else does not count.
        let probe = Sql::new("(1 / (length(current_setting('app.current_user_id')) - 36))");
        let probed = Together { probes: vec![probe], ..together.clone() };
        let other = Sql::new("set_config('app.current_user_id', 'somebody', true)");
        let changing = Together { values: vec![other], ..together.clone() };
        for asked_so in [probed, changing] {
            let found = trial.act_together(&asked[..20], &asked_so).await.unwrap();
            assert!(found.iter().all(Option::is_none));
        }
        let found = trial.act_together(&asked[..20], &together).await.unwrap();
        assert!(found.iter().all(Option::is_some));
        trial.end().await.unwrap();
    }
}
