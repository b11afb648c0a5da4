//! What the console shows of many users at once is what each of them counts.

use std::sync::{Arc, Mutex};

use purview::{
    database::Database,
    demo::System,
    directory::Somebody,
    pg::{Identity, Kind, RelationName, Run},
    question::Question as _,
    rls::{
        Breakdown, Chart, ChartPart, Charting, Counterpart, Portion, SideBySide, Statement, Strip,
    },
};

use crate::{Place, acting, plain::Plain, warrant};

/// What one look at the matrix told, and what it came to.
async fn charted(database: &Arc<Database>, fresh: bool) -> (Vec<Arc<Strip>>, Arc<Chart>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let run = Run::told({
        let heard = Arc::clone(&heard);
        move |part| {
            if let ChartPart::Strip(strip) = *part.downcast::<ChartPart>().unwrap() {
                heard.lock().unwrap().push(strip);
            }
        }
    });
    let question = Charting { organization: None, fresh, warrant: warrant() };
    let chart = question.ask(Arc::clone(database), Identity::Observer, run).await.unwrap();
    let heard = std::mem::take(&mut *heard.lock().unwrap());
    (heard, chart)
}

/// What a statement that counts says to somebody by the server's own means.
async fn as_they(plain: &mut Plain<'_>, somebody: &Somebody, statement: &str) -> Option<u64> {
    let rows = plain.value(&acting(somebody), statement).await.ok()?;
    Some(rows.parse().unwrap())
}

#[tokio::test]
async fn the_pane_shows_what_each_user_counts_and_of_how_many_organizations() {
    let place = Place::open(System::OrgAssistant, false).await;
    let (heard, chart) = charted(&place.database, false).await;
    assert_eq!(heard, chart.strips, "what is told on the way is what it comes to");
    assert_eq!(chart.people.len(), place.people.len());
    let mut workshop = place.test.workshop().await;
    let mut plain = Plain::open(&place.test).await;
    let (mut several, mut compared) = (0, 0);
    let admin = chart.people.iter().position(|it| it.roles.iter().any(|role| role == "admin"));
    for strip in &chart.strips {
        let carries = format!(
            "SELECT count(*)::text FROM pg_attribute WHERE attrelid = '{}'::regclass AND attname = 'organization_id' AND NOT attisdropped",
            strip.table
        );
        let carries = workshop.script(&carries).await.unwrap()[0][0].as_deref() == Some("1");
        for (at, person) in strip.people.iter().enumerate() {
            // A few, and among them one who sees too much.
            if person % 7 != 0 && Some(*person) != admin {
                continue;
            }
            let member = &chart.people[*person];
            let cell = strip.reach(Statement::Select).unwrap().cell(at);
            let count = format!("SELECT count(*)::text FROM {}", strip.table);
            let real = as_they(&mut plain, &member.somebody, &count).await;
            assert_eq!(cell.visible, real, "{} {}", member.label, strip.table);
            compared += 1;
            if let (true, Some(told)) = (carries, cell.organizations) {
                let count =
                    format!("SELECT count(DISTINCT organization_id)::text FROM {}", strip.table);
                let real = as_they(&mut plain, &member.somebody, &count).await;
                assert_eq!(Some(told), real, "{} {}", member.label, strip.table);
                several += u32::from(told > 1);
            }
        }
    }
    assert!(compared > 20 && several > 0, "{compared} {several}");
    // It is kept until somebody wants it fresh.
    let (heard, kept) = charted(&place.database, false).await;
    assert!(heard.is_empty() && Arc::ptr_eq(&kept, &chart));
    let (heard, anew) = charted(&place.database, true).await;
    assert!(heard == chart.strips && !Arc::ptr_eq(&anew, &chart));
}

#[tokio::test]
async fn a_matrix_that_is_stopped_halfway_is_stopped_on_the_server_and_not_kept() {
    let place = Place::open(System::OrgAssistant, false).await;
    let (send, mut receive) = tokio::sync::mpsc::unbounded_channel();
    let run = Run::told(move |part| {
        if let ChartPart::Strip(_) = *part.downcast::<ChartPart>().unwrap() {
            let _ = send.send(());
        }
    });
    let question = Charting { organization: None, fresh: false, warrant: warrant() };
    let asking = question.ask(Arc::clone(&place.database), Identity::Observer, run.clone());
    let stopping = async {
        receive.recv().await.unwrap();
        run.cancel().await.unwrap();
    };
    let (outcome, ()) = tokio::join!(asking, stopping);
    assert_eq!(outcome.unwrap_err().kind, Kind::Cancelled);
    let (heard, chart) = charted(&place.database, false).await;
    assert_eq!(heard.len(), chart.strips.len());
}

#[tokio::test]
async fn a_cell_taken_apart_comes_to_the_same_and_its_examples_are_where_it_says() {
    let place = Place::open(System::OrgAssistant, false).await;
    let mut plain = Plain::open(&place.test).await;
    let (mut passing, mut hidden) = (0, 0);
    for table in ["emails", "files"] {
        let table = RelationName::new("public", table);
        for somebody in place.people.iter().step_by(9) {
            let acting = acting(somebody);
            let question = Breakdown { acting, table: table.clone(), statement: Statement::Select };
            let database = Arc::clone(&place.database);
            let broken = question.ask(database, Identity::Observer, Run::new()).await.unwrap();
            let count = format!("SELECT count(*)::text FROM {table}");
            assert_eq!(broken.visible, as_they(&mut plain, somebody, &count).await);
            let Some(visible) = broken.visible else { continue };
            let rows = |portion: &Portion| {
                portion.classes.iter().map(|class| class.rows).sum::<u64>() + portion.more.1
            };
            assert_eq!(rows(&broken.passing), visible);
            assert_eq!(rows(&broken.passing) + rows(&broken.others), broken.total);
            for (portion, seen) in [(&broken.passing, 1), (&broken.others, 0)] {
                for key in portion.classes.iter().flat_map(|class| &class.examples).take(4) {
                    let [(column, value)] = key.as_slice() else { panic!("{key:?}") };
                    let count =
                        format!("SELECT count(*)::text FROM {table} WHERE {column} = '{value}'");
                    let real = as_they(&mut plain, somebody, &count).await;
                    assert_eq!(real, Some(seen), "{} {table} {value}", broken.user);
                    if seen == 1 { passing += 1 } else { hidden += 1 }
                }
            }
        }
    }
    assert!(passing > 5 && hidden > 5, "{passing} {hidden}");
}

#[tokio::test]
async fn of_two_side_by_side_each_has_what_the_server_says_and_only_the_one_what_is_said_to_be_theirs_alone()
 {
    let place = Place::open(System::OrgAssistant, false).await;
    let mut plain = Plain::open(&place.test).await;
    let users: Vec<&Somebody> =
        place.people.iter().filter(|it| it.candidate.person.id.is_some()).collect();
    let needle = |at: usize| users[at].candidate.person.id.clone().unwrap();
    let (mut counts, mut alone) = (0, 0);
    for (one, other) in [(0, users.len() / 2), (1, users.len() - 1)] {
        let people = [needle(one), needle(other)].map(Counterpart::Named);
        let question = SideBySide { people, warrant: warrant() };
        let database = Arc::clone(&place.database);
        let sides = question.ask(database, Identity::Observer, Run::new()).await.unwrap();
        assert!(!sides.comparison.facts.is_empty(), "they are somebody else");
        let members = &sides.people;
        for pair in sides.comparison.tables.iter().filter(|it| it.command == Statement::Select) {
            for (at, member) in members.iter().enumerate() {
                let count = format!("SELECT count(*)::text FROM {}", pair.table);
                assert_eq!(pair.rows[at], as_they(&mut plain, member, &count).await, "{pair:?}");
                counts += 1;
                for key in &pair.keys[at] {
                    let [(column, value)] = key.as_slice() else { panic!("{key:?}") };
                    let count = format!(
                        "SELECT count(*)::text FROM {} WHERE {column} = '{value}'",
                        pair.table
                    );
                    assert_eq!(as_they(&mut plain, member, &count).await, Some(1), "{pair:?}");
                    let them = &members[1 - at];
                    assert_eq!(as_they(&mut plain, them, &count).await, Some(0), "{pair:?}");
                    alone += 1;
                }
            }
        }
    }
    assert!(counts > 4 && alone > 2, "{counts} {alone}");
}
