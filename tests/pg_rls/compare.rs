//! What differs between two is what differs: against what each of the two really selects, inserts, updates and deletes, on every system.

use std::{collections::BTreeSet, sync::Arc};

use purview::{
    database::Database,
    demo::{LoginKind, System},
    directory::{Crowd, Everybody, Somebody},
    mapping::Library,
    pg::{Identity, RelationName, Run, Workshop, quote_ident},
    question::Question as _,
    rls::{Compare, Comparison, Statement},
};

use crate::{
    common::{self, TestDatabase},
    plain::{Plain, acting, warrant},
};

/// The keys of the rows that somebody sees, told without purview; absent where the server refuses.
async fn seen(
    plain: &mut Plain<'_>,
    somebody: &Somebody,
    table: &RelationName,
    key: &[String],
) -> Option<BTreeSet<String>> {
    let acting = acting(somebody);
    let key: Vec<_> = key.iter().map(|name| format!("t.{}::text", quote_ident(name))).collect();
    let text = format!("SELECT concat_ws(', ', {}) FROM {} t", key.join(", "), table.quoted());
    let rows = plain.ask(&acting, &text).await.ok()?;
    Some(rows.into_iter().map(|row| row[0].clone().unwrap()).collect())
}

/// Pairs of identities: neighbours far apart in the list, the identities that are no users, and whoever is somebody else in each membership.
fn pairs(crowd: &Crowd) -> Vec<[&Somebody; 2]> {
    let people = &crowd.people;
    let step = (people.len() / 3).max(1);
    let mut pairs: Vec<_> =
        people.iter().step_by(step).zip(people.iter().skip(step / 2 + 1).step_by(step)).collect();
    let others = crowd.others.iter().filter(|it| it.candidate.role != "service_role");
    pairs.extend(others.zip(people).take(2));
    let id = |it: &Somebody| it.candidate.person.id.clone();
    pairs.extend(people.iter().zip(people.iter().skip(1)).filter(|(a, b)| id(a) == id(b)).take(2));
    pairs.into_iter().map(|(one, other)| [one, other]).collect()
}

/// A system's database; those without policies once they have some.
async fn place(system: System) -> TestDatabase {
    // Without policies everybody sees the same.
    if matches!(system, System::Sekretarka | System::Rishi) {
        common::hardened(system).await
    } else {
        common::database(system).await
    }
}

async fn opened(test: &TestDatabase) -> (Arc<Database>, Crowd) {
    let door = test.door(LoginKind::Support).await;
    let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
    let everybody = Everybody::default();
    let crowd = everybody.ask(Arc::clone(&database), Identity::Observer, Run::new()).await;
    (database, crowd.unwrap())
}

/// The tables with row security and a key.
async fn guarded(workshop: &mut Workshop) -> Vec<RelationName> {
    let guarded = "SELECT n.nspname::text, c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE c.relrowsecurity AND NOT c.relispartition AND EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p') ORDER BY 1, 2";
    let rows = workshop.script(guarded).await.unwrap().into_iter();
    rows.map(|row| RelationName::new(row[0].clone().unwrap(), row[1].clone().unwrap())).collect()
}

/// Holds what is said of one table and command against the keys that really pass for each; whether they differ.
fn held(
    said: &Comparison,
    table: &RelationName,
    command: Statement,
    real: &[Option<BTreeSet<String>>; 2],
    context: &str,
) -> bool {
    let of = |it: &&purview::rls::TablePair| it.table == table.to_string() && it.command == command;
    let Some(told) = said.tables.iter().find(of) else {
        assert_eq!(real[0], real[1], "{context}");
        return false;
    };
    let count = |it: &Option<BTreeSet<String>>| it.as_ref().map(|it| it.len() as u64);
    assert_eq!(told.rows, [count(&real[0]), count(&real[1])], "{context} {told:?}");
    let empty = BTreeSet::new();
    let sets = [&real[0], &real[1]].map(|it| it.as_ref().unwrap_or(&empty));
    for (at, [mine, theirs]) in [[sets[0], sets[1]], [sets[1], sets[0]]].iter().enumerate() {
        let only: BTreeSet<_> = mine.difference(theirs).cloned().collect();
        if let Some(told) = told.only[at] {
            assert_eq!(told, only.len() as u64, "{context}");
        }
        assert!(told.samples[at].iter().all(|key| only.contains(key)), "{context}");
    }
    assert!(real[0] != real[1] || told.problems[0] != told.problems[1], "{context}");
    true
}

#[tokio::test]
async fn what_compare_says_differs_is_what_each_of_the_two_selects() {
    let (mut differing, mut alike, mut one_in_two) = (0, 0, 0);
    for system in System::ALL {
        let test = place(system).await;
        let (database, crowd) = opened(&test).await;
        let tables = guarded(&mut test.workshop().await).await;
        let mut plain = Plain::open(&test).await;
        let compare = Compare { tables: tables.clone(), statements: vec![Statement::Select] };
        for pair in pairs(&crowd) {
            let said = compare.run(&database, pair, &warrant(), &Run::new()).await.unwrap();
            assert_eq!(said.tables.len() + said.same, tables.len());
            let [one, other] = pair.map(|it| &it.candidate.person);
            one_in_two += u32::from(one.id.is_some() && one.id == other.id);
            for table in &tables {
                let relation = database.relation(table, &Run::new()).await.unwrap();
                let mut real = [None, None];
                for (real, somebody) in real.iter_mut().zip(pair) {
                    *real = seen(&mut plain, somebody, table, &relation.key).await;
                }
                let context = format!("{system}: {table}: {one:?} and {other:?}");
                let differ = held(&said, table, Statement::Select, &real, &context);
                differing += u32::from(differ);
                alike += u32::from(!differ);
            }
        }
    }
    println!("differing {differing}, alike {alike}, one in two memberships {one_in_two}");
    assert!(differing > 50 && alike > 50 && one_in_two > 0, "{differing} {alike} {one_in_two}");
}

/// Does `statement` with each of the rows in turn, `$1` being the row, and undoes it: the number of each with which it can be done, or a code that is no refusal of a row.
const EACH: &str = "
CREATE FUNCTION public.oracle_each(statement text, images text[]) RETURNS text[] LANGUAGE plpgsql AS $f$
DECLARE
  passed text[] := '{}';
  done bigint;
BEGIN
  FOR place IN 1 .. cardinality(images) LOOP
    BEGIN
      EXECUTE statement USING images[place];
      GET DIAGNOSTICS done = ROW_COUNT;
      RAISE EXCEPTION USING ERRCODE = 'PV000', MESSAGE = done;
    EXCEPTION
      WHEN SQLSTATE 'PV000' THEN
        IF SQLERRM <> '0' THEN passed := passed || place::text; END IF;
      -- Constraints are looked at once the policies have let a row pass.
      WHEN integrity_constraint_violation THEN passed := passed || place::text;
      WHEN insufficient_privilege THEN
        IF SQLERRM NOT LIKE '%row-level security%' THEN RETURN ARRAY['refused ' || SQLERRM]; END IF;
      WHEN OTHERS THEN RETURN ARRAY['refused ' || SQLSTATE];
    END;
  END LOOP;
  RETURN passed;
END $f$";

/// A table's rows, and what is tried with each of them.
struct Trials {
    keys: Vec<String>,
    images: String,
    table: RelationName,
    key: Vec<String>,
    columns: Vec<String>,
}

impl Trials {
    async fn of(workshop: &mut Workshop, database: &Database, table: &RelationName) -> Self {
        let relation = database.relation(table, &Run::new()).await.unwrap();
        let key: Vec<_> = relation.key.iter().map(|it| quote_ident(it)).collect();
        let words = key.iter().map(|it| format!("t.{it}::text")).collect::<Vec<_>>().join(", ");
        let name = table.quoted();
        let rows = workshop
            .script(&format!("SELECT concat_ws(', ', {words}), t::text FROM {name} t ORDER BY 1"))
            .await
            .unwrap();
        let literal = |text: &String| format!("'{}'", text.replace('\'', "''"));
        let images: Vec<_> = rows.iter().map(|row| literal(row[1].as_ref().unwrap())).collect();
        let columns = workshop
            .script(&format!("SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = '{name}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"))
            .await
            .unwrap();
        Self {
            keys: rows.into_iter().map(|row| row[0].clone().unwrap()).collect(),
            images: format!("ARRAY[{}]::text[]", images.join(", ")),
            table: table.clone(),
            key,
            columns: columns.into_iter().map(|row| row[0].clone().unwrap()).collect(),
        }
    }

    /// A statement that means the row `$1`.
    fn statement(&self, command: Statement) -> String {
        let name = self.table.quoted();
        let row = format!("($1::{name})");
        let same: Vec<_> = self.key.iter().map(|it| format!("t.{it} = {row}.{it}")).collect();
        let same = same.join(" AND ");
        if command == Statement::Insert {
            let values: Vec<_> = self.columns.iter().map(|it| format!("{row}.{it}")).collect();
            let (columns, values) = (self.columns.join(", "), values.join(", "));
            return format!(
                "INSERT INTO {name} ({columns}) OVERRIDING SYSTEM VALUE SELECT {values}"
            );
        }
        if command == Statement::Delete {
            return format!("DELETE FROM {name} t WHERE {same}");
        }
        // What everybody may read who may read anything.
        let column = self.key.first().unwrap();
        format!("UPDATE {name} t SET {column} = t.{column} WHERE {same}")
    }

    /// The keys of the rows with which somebody can do it; absent where the server refuses.
    async fn passing(
        &self,
        plain: &mut Plain<'_>,
        somebody: &Somebody,
        command: Statement,
    ) -> Option<BTreeSet<String>> {
        let acting = acting(somebody);
        let statement = self.statement(command).replace('\'', "''");
        let text = format!(
            "SELECT array_to_json(public.oracle_each('{statement}', {}))::text",
            self.images
        );
        let told = plain.value(&acting, &text).await.unwrap();
        let told: Vec<String> = serde_json::from_str(&told).unwrap();
        if told.iter().any(|it| it.starts_with("refused")) {
            return None;
        }
        Some(told.iter().map(|it| self.keys[it.parse::<usize>().unwrap() - 1].clone()).collect())
    }
}

/// Leaves in large tables as many rows as can be tried, and makes triggers and references keep still, so that policies alone decide.
async fn prepare(test: &TestDatabase) -> Workshop {
    let mut workshop = test.workshop().await;
    workshop.script("SET session_replication_role = replica").await.unwrap();
    workshop.script(EACH).await.unwrap();
    for table in guarded(&mut workshop).await {
        let (name, most) = (table.quoted(), common::share(20, 60));
        let sql = format!(
            "DELETE FROM {name} t WHERE t.ctid NOT IN (SELECT u.ctid FROM {name} u ORDER BY md5(u::text) LIMIT {most})"
        );
        // Who there is stays: an identity without its user would be nobody's.
        if !["users", "departments", "organizations", "user_departments", "user_roles"]
            .into_iter()
            .chain(["workspace_members", "workspaces", "user_organizations", "staff", "roles"])
            .chain(["executive_profiles", "user_executive_assignments"])
            .any(|people| people == table.name)
        {
            workshop.script(&sql).await.unwrap();
        }
    }
    let quiet = format!(
        "ALTER DATABASE {} SET session_replication_role = replica",
        quote_ident(&test.name)
    );
    workshop.script(&quiet).await.unwrap();
    workshop
}

#[tokio::test]
async fn what_compare_says_differs_is_what_each_of_the_two_inserts_updates_and_deletes() {
    let commands = [Statement::Insert, Statement::Update, Statement::Delete];
    let (mut differing, mut alike) = ([0; 3], [0; 3]);
    for system in System::ALL {
        let test = place(system).await;
        let mut workshop = prepare(&test).await;
        let (database, crowd) = opened(&test).await;
        let tables = guarded(&mut workshop).await;
        let mut plain = Plain::open(&test).await;
        let mut trials = Vec::new();
        for table in &tables {
            trials.push(Trials::of(&mut workshop, &database, table).await);
        }
        let compare = Compare { tables: tables.clone(), statements: commands.to_vec() };
        for pair in pairs(&crowd).into_iter().take(4) {
            let said = compare.run(&database, pair, &warrant(), &Run::new()).await.unwrap();
            assert_eq!(said.tables.len() + said.same, tables.len() * commands.len());
            let people = pair.map(|it| &it.candidate.person);
            for trial in &trials {
                for (place, command) in commands.into_iter().enumerate() {
                    let mut real = [None, None];
                    for (real, somebody) in real.iter_mut().zip(pair) {
                        *real = trial.passing(&mut plain, somebody, command).await;
                    }
                    let context = format!("{system}: {command} {}: {people:?}", trial.table);
                    let differ = held(&said, &trial.table, command, &real, &context);
                    differing[place] += u32::from(differ);
                    alike[place] += u32::from(!differ);
                }
            }
        }
    }
    println!("differing {differing:?}, alike {alike:?}");
    assert!(differing.iter().chain(&alike).all(|it| *it > 10), "{differing:?} {alike:?}");
}
