//! Who sees more or fewer rows because of migrations is what each of them counts before and after.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::Arc,
};

use purview::{
    database::Database,
    demo::{LoginKind, System},
    directory::{Everybody, Somebody},
    mapping::Library,
    migrate::{Forecast, Foresight, Order, Pace, Plan, Planning, Shift, Sight, Taking, Watched},
    pg::{Identity, Kind, Problem, Run},
    question::Question as _,
};

use crate::{
    common,
    plain::{Plain, acting, warrant},
};

/// The system as it comes, with everybody in it.
struct Place {
    test: common::TestDatabase,
    database: Arc<Database>,
    people: Vec<Somebody>,
}

/// How many rows each sees of each table, or the code of the refusal: by table and by who it is in which organization.
type Counted = BTreeMap<(String, usize), String>;

/// How many users went from what to what: by table, before and after in words.
type Shifts = BTreeMap<(String, String, String), usize>;

impl Place {
    async fn open(system: System) -> Self {
        let test = common::database(system).await;
        let door = test.door(LoginKind::Support).await;
        let door = door.with_builder(Some(test.login(LoginKind::Superuser)));
        let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
        let ask = Everybody::default();
        let crowd = ask.ask(Arc::clone(&database), Identity::Observer, Run::new()).await.unwrap();
        let people = crowd.people.into_iter().chain(crowd.others).collect();
        Self { test, database, people }
    }

    async fn plan(&self, folder: &Path, order: Order) -> Plan {
        let question = Planning { source: Some(folder.to_owned()), order };
        question.ask(Arc::clone(&self.database), Identity::Observer, Run::new()).await.unwrap()
    }

    async fn forecast(&self, folder: &Path) -> Result<Sight, Problem> {
        let plan = self.plan(folder, Order::Up(None)).await;
        let question = Forecast { plan, warrant: warrant() };
        question.ask(Arc::clone(&self.database), Identity::Observer, Run::new()).await
    }

    async fn watched(&self, folder: &Path, order: Order) -> Sight {
        let plan = self.plan(folder, order).await;
        let taking = Taking { plan, drop_invalid: false, pace: Pace::default() };
        let question = Watched { taking, warrant: warrant() };
        let asked = question.ask(Arc::clone(&self.database), Identity::Observer, Run::new()).await;
        asked.unwrap().sight.unwrap()
    }

    /// What everybody counts of every table, asked one by one without purview.
    async fn counted(&self) -> Counted {
        let mut plain = Plain::open(&self.test).await;
        let tables = "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace AND c.relname <> '_sqlx_migrations'";
        let tables = self.test.workshop().await.script(tables).await.unwrap();
        let mut counted = Counted::new();
        for table in tables.into_iter().flatten().flatten() {
            for (at, somebody) in self.people.iter().enumerate() {
                let count = format!("SELECT count(*)::text FROM {table}");
                let said = match plain.value(&acting(somebody), &count).await {
                    Ok(rows) if rows == "1" => "1 row".to_owned(),
                    Ok(rows) => format!("{rows} rows"),
                    Err(_) => "refused".to_owned(),
                };
                counted.insert((format!("public.{table}"), at), said);
            }
        }
        counted
    }
}

fn shifts(before: &Counted, after: &Counted) -> Shifts {
    let mut shifts = Shifts::new();
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    for key in keys {
        let said =
            |counted: &Counted| counted.get(key).map_or("no such table".into(), Clone::clone);
        let (was, is) = (said(before), said(after));
        if was != is {
            *shifts.entry((key.0.clone(), was, is)).or_default() += 1;
        }
    }
    shifts
}

fn told(sight: &Sight) -> Shifts {
    let word = |seen: String| if seen.starts_with("refused") { "refused".into() } else { seen };
    let mut told = Shifts::new();
    for Shift { table, before, after, users, .. } in &sight.shifts {
        let (before, after) = (word(before.words()), word(after.words()));
        if before != after {
            *told.entry((table.to_string(), before, after)).or_default() += users;
        }
    }
    told
}

/// The steps of `system` up to `last`, and these after them.
fn steps(system: System, last: i64, more: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(system.name());
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name[..4].parse::<i64>().unwrap() <= last {
            fs::copy(&path, folder.path().join(name)).unwrap();
        }
    }
    for (name, text) in more {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[tokio::test]
async fn who_sees_more_or_fewer_after_a_hardening_is_what_everybody_counts() {
    let place = Place::open(System::OrgAssistant).await;
    let folder = steps(System::OrgAssistant, 9, &[]);
    let before = place.counted().await;
    let up = place.watched(folder.path(), Order::Up(None)).await;
    let after = place.counted().await;
    let expected = shifts(&before, &after);
    assert!(expected.len() > 20 && expected.values().any(|users| *users > 1), "{expected:?}");
    assert_eq!(told(&up), expected);

    let down = place.watched(folder.path(), Order::Down(Some(6))).await;
    let back = expected.into_iter().map(|((table, was, is), users)| ((table, is, was), users));
    assert_eq!(told(&down), back.collect::<Shifts>());
}

#[tokio::test]
async fn a_table_seen_through_the_policies_of_another_is_counted_with_it() {
    let place = Place::open(System::OrgAssistant).await;
    // Whoever may read no memberships is in no department, as far as the policy of mails can see.
    let text = "ALTER TABLE user_departments ENABLE ROW LEVEL SECURITY";
    let folder = steps(System::OrgAssistant, 6, &[("0007_own.up.sql", text)]);
    let sight = place.forecast(folder.path()).await.unwrap();
    let uncounted: Vec<_> = sight.uncounted.iter().map(ToString::to_string).collect();
    assert_eq!(uncounted, ["public.emails", "public.embeddings", "public.files"]);
    let before = place.counted().await;
    let sight = place.watched(folder.path(), Order::Up(None)).await;
    let expected = shifts(&before, &place.counted().await);
    assert!(expected.keys().any(|(table, ..)| table == "public.emails"), "{expected:?}");
    assert_eq!(told(&sight), expected);
}

#[tokio::test]
async fn what_policies_alone_would_change_is_told_beforehand_as_it_comes() {
    let place = Place::open(System::OrgAssistant).await;
    let text = "DROP POLICY file_access_policy ON files;\nCREATE POLICY file_access_policy ON files FOR SELECT USING (user_id = NULLIF(current_setting('app.current_user_id', true), '')::uuid);";
    let folder = steps(System::OrgAssistant, 6, &[("0007_own.up.sql", text)]);
    let foretold = place.forecast(folder.path()).await.unwrap();
    assert_eq!(foretold.uncounted, []);
    let before = place.counted().await;
    let sight = place.watched(folder.path(), Order::Up(None)).await;
    let expected = shifts(&before, &place.counted().await);
    assert!(!expected.is_empty());
    assert_eq!(told(&foretold), expected);
    assert_eq!(told(&sight), expected);
    assert_eq!((foretold.same, foretold.tables), (sight.same, sight.tables));
}

#[tokio::test]
async fn what_is_done_beside_policies_does_not_keep_them_from_being_told() {
    let place = Place::open(System::OrgAssistant).await;
    // No function runs as its owner here but those that the schema brings: they would be held to policies by FORCE.
    let text = "SELECT set_config('role', pg_get_userbyid(relowner)::text, false) FROM pg_class WHERE oid = 'public.files'::regclass;\n\
        CREATE FUNCTION stamped() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\n\
        CREATE FUNCTION unused() RETURNS int LANGUAGE sql AS 'SELECT 1';\n\
        REVOKE EXECUTE ON FUNCTION unused() FROM PUBLIC;\n\
        CREATE INDEX files_by_name ON files (filename);\n\
        GRANT INSERT ON files TO org_assistant_app;\n\
        DROP POLICY file_access_policy ON files;\n\
        CREATE POLICY file_access_policy ON files FOR SELECT USING (user_id = NULLIF(current_setting('app.current_user_id', true), '')::uuid);";
    let folder = steps(System::OrgAssistant, 6, &[("0007_own.up.sql", text)]);
    let foretold = place.forecast(folder.path()).await.unwrap();
    assert_eq!((foretold.untold.as_slice(), foretold.uncounted.as_slice()), (&[][..], &[][..]));
    let before = place.counted().await;
    place.watched(folder.path(), Order::Up(None)).await;
    let expected = shifts(&before, &place.counted().await);
    assert!(!expected.is_empty());
    assert_eq!(told(&foretold), expected);
}

#[tokio::test]
async fn of_a_table_that_cannot_be_told_beforehand_the_statement_is_named_that_keeps_it() {
    let place = Place::open(System::OrgAssistant).await;
    let drop = "DROP POLICY file_access_policy ON files;";
    let own = "CREATE FUNCTION own() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid';\nCREATE POLICY p ON files USING (user_id = own());";
    for (text, table, reason) in [
        (
            "ALTER TABLE user_departments ENABLE ROW LEVEL SECURITY;\nDROP POLICY file_access_policy ON files;",
            "public.files",
            "its policies look at others that change too",
        ),
        (
            own,
            "public.files",
            "its policies call `own`, which is not there yet: 0007_own, line 1: `CREATE FUNCTION own() RETURNS uuid",
        ),
        (
            "REVOKE SELECT ON files FROM org_assistant_app;",
            "public.files",
            "who may read it changes too: 0007_own, line 1: `REVOKE SELECT ON files FROM org_assistant_app`",
        ),
    ] {
        let folder = steps(System::OrgAssistant, 6, &[("0007_own.up.sql", text)]);
        let sight = place.forecast(folder.path()).await.unwrap();
        let untold = sight.untold.iter().find(|(name, _)| name.to_string() == table).unwrap();
        assert!(untold.1.starts_with(reason), "{text}: {}", untold.1);
    }
    for (text, reason) in [
        ("DO $$ BEGIN END $$;", "a block of code may do anything: 0007_own, line 1: `DO $$"),
        (
            "SELECT get_user_department_ids(NULL);",
            "what it calls may change anything: 0007_own, line 1: `SELECT",
        ),
        (
            "UPDATE users SET name = name;",
            "it changes rows, at which policies may look: 0007_own, line 1: `UPDATE",
        ),
    ] {
        // The first line that stops it is named, whatever comes after.
        let folder =
            steps(System::OrgAssistant, 6, &[("0007_own.up.sql", &format!("{text}\n{drop}"))]);
        let refused = place.forecast(folder.path()).await.unwrap_err();
        assert_eq!(refused.kind, Kind::Refused);
        assert!(refused.summary.contains(reason), "{refused:?}");
    }
    // What has nothing to do with it changes nothing.
    let folder = steps(System::OrgAssistant, 6, &[("0007_own.up.sql", "CREATE TABLE t (a int)")]);
    let sight = place.forecast(folder.path()).await.unwrap();
    assert!(sight.shifts.is_empty() && sight.tables.is_empty(), "{sight:?}");
}

#[tokio::test]
async fn after_its_functions_are_there_the_hardening_of_a_table_is_told_beforehand() {
    let place = Place::open(System::OrgAssistant).await;
    let folder = steps(System::OrgAssistant, 8, &[]);
    place.watched(folder.path(), Order::Up(Some(7))).await;
    let foretold = place.forecast(folder.path()).await.unwrap();
    let before = place.counted().await;
    place.watched(folder.path(), Order::Up(None)).await;
    let expected = shifts(&before, &place.counted().await);
    assert!(!expected.is_empty());
    assert_eq!(told(&foretold), expected, "{:?}", foretold.untold);
}

#[tokio::test]
async fn what_would_come_of_the_pending_ones_is_told_and_they_stay_pending() {
    let place = Place::open(System::OrgAssistant).await;
    let ask = |question: Foresight| {
        question.ask(Arc::clone(&place.database), Identity::Observer, Run::new())
    };
    let pending = || async {
        let question = Planning { source: None, order: Order::Up(None) };
        let database = Arc::clone(&place.database);
        let plan = question.ask(database, Identity::Observer, Run::new()).await.unwrap();
        plan.steps.iter().map(|step| step.job.title()).collect::<Vec<_>>()
    };
    let before = pending().await;
    let told = ask(Foresight { order: Order::Up(None), warrant: warrant() }).await.unwrap();
    assert_eq!(told.titles, before);
    // They make functions too, and what comes of that shows only when they run.
    assert_eq!(told.sight.unwrap_err().kind, Kind::Refused);
    assert_eq!(pending().await, before);
    // Nothing is pending up to a version that is taken.
    let told = ask(Foresight { order: Order::Up(Some(1)), warrant: warrant() }).await.unwrap();
    assert!(told.titles.is_empty() && told.sight.unwrap().shifts.is_empty());
}
