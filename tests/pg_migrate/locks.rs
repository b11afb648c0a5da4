//! The table of locks against the server: each statement runs in a transaction that is rolled back, and `pg_locks` says what it took.

use std::collections::BTreeMap;

use purview::{
    migrate::{Mode, Work, locks, split},
    pg::Workshop,
};

use crate::{common, told};

const SCHEMA: &str = "CREATE TABLE other (id int PRIMARY KEY, n int);
    CREATE TABLE t (id int, a int, b text, c int CHECK (c > 0), d int NOT NULL DEFAULT 1);
    CREATE INDEX t_a ON t (a); CREATE UNIQUE INDEX t_id ON t (id);
    ALTER TABLE t ADD CONSTRAINT later CHECK (a > 0) NOT VALID;
    ALTER TABLE t ADD CONSTRAINT points FOREIGN KEY (a) REFERENCES other (id) NOT VALID;
    CREATE POLICY p ON t USING (true); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); CREATE RULE r AS ON DELETE TO t DO ALSO NOTHING;
    CREATE TABLE parted (id int) PARTITION BY LIST (id); CREATE TABLE part PARTITION OF parted FOR VALUES IN (1); CREATE TABLE loose (id int);
    CREATE VIEW v AS SELECT id FROM other; CREATE MATERIALIZED VIEW m AS SELECT id FROM other; CREATE UNIQUE INDEX m_id ON m (id);
    CREATE SEQUENCE s; INSERT INTO other VALUES (1, 1); INSERT INTO t VALUES (1, 1, 'x', 1);";

/// What is asked of the server; the target is the first lock of the table.
const STATEMENTS: [&str; 66] = [
    "ALTER TABLE t ADD COLUMN e int",
    "ALTER TABLE t ADD e int DEFAULT 5",
    "ALTER TABLE t ADD e uuid DEFAULT gen_random_uuid()",
    "ALTER TABLE t ADD e timestamptz DEFAULT now()",
    "ALTER TABLE t ADD e int GENERATED ALWAYS AS (a + 1) STORED",
    "ALTER TABLE t DROP COLUMN b",
    "ALTER TABLE t ALTER COLUMN a TYPE bigint",
    "ALTER TABLE t ALTER a SET DEFAULT 3",
    "ALTER TABLE t ALTER a DROP DEFAULT",
    "ALTER TABLE t ALTER a SET NOT NULL",
    "ALTER TABLE t ALTER d DROP NOT NULL",
    "ALTER TABLE t ALTER a SET STATISTICS 50",
    "ALTER TABLE t ALTER b SET STORAGE EXTERNAL",
    "ALTER TABLE t ALTER a SET (n_distinct = 5)",
    "ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0)",
    "ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0) NOT VALID",
    "ALTER TABLE t ADD UNIQUE (a)",
    "ALTER TABLE t ADD CONSTRAINT x UNIQUE USING INDEX t_id",
    "ALTER TABLE t ADD PRIMARY KEY (id)",
    "ALTER TABLE t ADD CONSTRAINT x FOREIGN KEY (c) REFERENCES other (id)",
    "ALTER TABLE t ADD FOREIGN KEY (c) REFERENCES other (id) NOT VALID",
    "ALTER TABLE t VALIDATE CONSTRAINT later",
    "ALTER TABLE t VALIDATE CONSTRAINT points",
    "ALTER TABLE t DROP CONSTRAINT later",
    "ALTER TABLE t DISABLE TRIGGER g",
    "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE t FORCE ROW LEVEL SECURITY",
    "ALTER TABLE t CLUSTER ON t_a",
    "ALTER TABLE t SET WITHOUT CLUSTER",
    "ALTER TABLE t SET UNLOGGED",
    "ALTER TABLE t SET (fillfactor = 50)",
    "ALTER TABLE t OWNER TO current_user",
    "ALTER TABLE t RENAME TO u",
    "ALTER TABLE t RENAME COLUMN a TO z",
    "ALTER TABLE t REPLICA IDENTITY FULL",
    "ALTER TABLE parted ATTACH PARTITION loose FOR VALUES IN (2)",
    "ALTER TABLE parted DETACH PARTITION part",
    "CREATE INDEX ON t (a)",
    "CREATE UNIQUE INDEX x ON public.t (a)",
    "DROP TABLE t",
    "DROP VIEW v",
    "DROP MATERIALIZED VIEW m",
    "TRUNCATE t",
    "TRUNCATE TABLE ONLY t",
    "CREATE POLICY x ON t USING (a = 1)",
    "ALTER POLICY p ON t USING (a = 1)",
    "DROP POLICY p ON t",
    "CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()",
    "DROP TRIGGER g ON t",
    "CREATE RULE x AS ON UPDATE TO t DO ALSO NOTHING",
    "DROP RULE r ON t",
    "COMMENT ON TABLE t IS 'x'",
    "COMMENT ON COLUMN t.a IS 'x'",
    "REFRESH MATERIALIZED VIEW m",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
    "CLUSTER t USING t_a",
    "REINDEX TABLE t",
    "ANALYZE t",
    "LOCK TABLE t IN SHARE ROW EXCLUSIVE MODE",
    "INSERT INTO t VALUES (2, 1, 'y', 1)",
    "UPDATE t SET b = 'y'",
    "DELETE FROM other WHERE n = 7",
    "ALTER SEQUENCE s RESTART",
    "ALTER VIEW v RENAME TO w",
    "CREATE TABLE x (id int REFERENCES other (id))",
    "CREATE TABLE x PARTITION OF parted FOR VALUES IN (3)",
];

/// The strongest lock that this session holds on each relation.
async fn held(workshop: &mut Workshop) -> BTreeMap<String, Mode> {
    let question = "SELECT c.relname, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation \
        WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.granted";
    let mut held = BTreeMap::new();
    for row in workshop.script(question).await.unwrap() {
        let mode = Mode::ALL.into_iter().find(|it| Some(it.name()) == row[1].as_deref()).unwrap();
        let strongest = held.entry(row[0].clone().unwrap()).or_insert(mode);
        *strongest = mode.max(*strongest);
    }
    held
}

#[tokio::test]
async fn the_server_takes_the_locks_that_the_plan_foretells_and_rewrites_what_it_says() {
    let database = common::empty_database().await;
    let mut workshop = database.workshop().await;
    workshop.script(SCHEMA).await.unwrap();
    let mut wrong = Vec::new();
    for text in STATEMENTS {
        let foretold = locks(&split(text).unwrap()[0]);
        let table = foretold
            .first()
            .unwrap_or_else(|| panic!("{text}: nothing is foretold"))
            .table
            .last()
            .unwrap();
        let files = "SELECT string_agg(relname || pg_relation_filenode(oid), ',' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = ";
        let files = format!("{files}'{table}'");
        // Names change; the oid stays.
        let oid = told(&mut workshop, &format!("SELECT '{table}'::regclass::oid::text")).await;
        let before = told(&mut workshop, &files).await;
        workshop.script("BEGIN").await.unwrap();
        workshop.script(text).await.unwrap_or_else(|problem| panic!("{text}: {problem}"));
        let question = format!(
            "SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted AND relation = {oid}"
        );
        let modes = workshop.script(&question).await.unwrap();
        let strongest = modes
            .iter()
            .filter_map(|row| Mode::ALL.into_iter().find(|it| Some(it.name()) == row[0].as_deref()))
            .max();
        if strongest != Some(foretold[0].mode) {
            wrong.push(format!("{text}: {strongest:?}, and not {:?}", foretold[0].mode));
        }
        let held = held(&mut workshop).await;
        for other in &foretold[1..] {
            let name = other.table.last().unwrap();
            if held.get(name) != Some(&other.mode) {
                wrong.push(format!(
                    "{text}: {name} {:?}, and not {:?}",
                    held.get(name),
                    other.mode
                ));
            }
        }
        let rewritten = told(&mut workshop, &files).await != before;
        let gone = told(&mut workshop, &files).await.is_empty()
            || text.starts_with("TRUNCATE")
            || text.starts_with("REFRESH MATERIALIZED VIEW CONCURRENTLY")
            || text.starts_with("ALTER SEQUENCE");
        if !gone && rewritten != (foretold[0].work == Work::Rewrite) {
            wrong.push(format!("{text}: rewritten {rewritten}, and not {:?}", foretold[0].work));
        }
        workshop.script("ROLLBACK").await.unwrap();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
