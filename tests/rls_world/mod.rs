//! Generated databases: a table of some sort with policies, rows, roles and identities, as SQL of its own making.
#![allow(dead_code, reason = "each test that includes it uses a part of it")]
#![expect(
    clippy::format_push_string,
    reason = "statements are put together as text, which no user sees"
)]

use proptest::prelude::*;

/// Roles that every world has, made once in the cluster.
pub(crate) const ROLES: &str = "
DO $$ BEGIN
  CREATE ROLE w_owner; CREATE ROLE w_staff; CREATE ROLE w_other;
  CREATE ROLE w_app; CREATE ROLE w_member IN ROLE w_staff; CREATE ROLE w_distant NOINHERIT IN ROLE w_staff;
  CREATE ROLE w_heir IN ROLE w_owner; CREATE ROLE w_apart NOINHERIT IN ROLE w_owner; CREATE ROLE w_bypass BYPASSRLS; CREATE ROLE w_columns; CREATE ROLE w_stranger;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
GRANT pg_read_server_files, pg_write_server_files TO w_owner, w_app, w_member, w_distant, w_heir, w_apart, w_bypass, w_columns, w_stranger;
GRANT w_owner, w_staff, w_other, w_app, w_member, w_distant, w_heir, w_apart, w_bypass, w_columns, w_stranger TO purview_jail";

/// As whom.
pub(crate) const ACTORS: [&str; 10] = [
    "w_app",
    "w_member",
    "w_distant",
    "w_owner",
    "w_heir",
    "w_apart",
    "w_bypass",
    "w_columns",
    "w_stranger",
    "w_app",
];

/// What the table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Plain,
    OddName,
    Partitioned,
    Partition,
    Parent,
}

/// A policy.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub(crate) command: &'static str,
    pub(crate) permissive: bool,
    pub(crate) role: &'static str,
    pub(crate) using: Option<String>,
    pub(crate) check: Option<String>,
}

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) struct Actor {
    pub(crate) role: &'static str,
    pub(crate) user: &'static str,
    pub(crate) tenant: &'static str,
}

/// A database.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) shape: Shape,
    pub(crate) enabled: bool,
    pub(crate) forced: bool,
    /// Whether the table that sub-selects read has row security too.
    pub(crate) guarded: bool,
    pub(crate) policies: Vec<Policy>,
    pub(crate) rows: Vec<[&'static str; 9]>,
    pub(crate) actors: Vec<Actor>,
}

impl World {
    /// The table, as it stands in SQL.
    pub(crate) fn table(&self) -> &'static str {
        match self.shape {
            Shape::Plain | Shape::Partitioned | Shape::Parent => "w.items",
            Shape::OddName => "w.\"Order \"\"by\"\" t.ctid\"",
            Shape::Partition => "w.items_low",
        }
    }

    /// The table, by its name.
    pub(crate) fn table_name(&self) -> &'static str {
        match self.shape {
            Shape::Plain | Shape::Partitioned | Shape::Parent => "items",
            Shape::OddName => "Order \"by\" t.ctid",
            Shape::Partition => "items_low",
        }
    }

    /// The tables that share rows with it. They have policies of their own, and none of them counts, since nobody names them.
    const fn relatives(&self) -> &'static [&'static str] {
        match self.shape {
            Shape::Plain | Shape::OddName => &[],
            Shape::Partitioned => &["w.items_low", "w.items_high"],
            Shape::Partition => &["w.items"],
            Shape::Parent => &["w.items_child"],
        }
    }

    /// Whether a policy looks at what is left on a row by whoever tried to change it.
    pub(crate) fn looks_at_changes(&self) -> bool {
        self.features().contains(&("system columns of a change", true))
    }

    /// What the issue of row security is about, and whether it is found here.
    pub(crate) fn features(&self) -> Vec<(&'static str, bool)> {
        let texts: Vec<&String> =
            self.policies.iter().flat_map(|it| [&it.using, &it.check]).flatten().collect();
        let says = |word: &str| texts.iter().any(|text| text.contains(word));
        let policy = |is: fn(&Policy) -> bool| self.policies.iter().any(is);
        vec![
            ("quoted and odd names", self.shape == Shape::OddName || says("Odd")),
            ("partitions", matches!(self.shape, Shape::Partitioned | Shape::Partition)),
            ("inheritance", self.shape == Shape::Parent),
            ("system columns", says("tableoid")),
            ("system columns of a version", says("@n.ctid") || says("ctid = ANY") || says("xmin")),
            ("system columns of a change", says("xmax") || says("cmin") || says("cmax")),
            ("generated columns", says("twice")),
            ("domains", says("level")),
            ("enums", says("mood")),
            ("arrays", says("tags")),
            ("JSON", says("doc")),
            ("casts", says("::")),
            ("NULL", says("NULL")),
            ("sub-selects", says("SELECT")),
            ("whole rows", says("w.whole") || says("@n IS")),
            ("functions", says("w.uid")),
            ("definer functions", says("definer")),
            ("recursion of policies", says("FROM @t x")),
            ("recursion of functions", says("endless")),
            ("errors", TROUBLE.iter().any(|it| says(it))),
            ("no policy", self.policies.is_empty()),
            ("restrictive policies", policy(|it| !it.permissive)),
            ("policies for roles", policy(|it| it.role != "PUBLIC")),
            ("policies for a command", policy(|it| it.command != "ALL")),
            ("checks", policy(|it| it.check.is_some())),
            ("forced", self.forced),
            ("guarded sub-selects", self.guarded && says("w.members")),
        ]
    }

    /// What makes the schema `w` and everything in it anew.
    pub(crate) fn script(&self) -> String {
        let table = self.table();
        let root = if self.shape == Shape::Partition { "w.items" } else { table };
        let partitioned = matches!(self.shape, Shape::Partitioned | Shape::Partition);
        let (key, by) = if partitioned {
            ("PRIMARY KEY (id, tenant)", " PARTITION BY RANGE (tenant)")
        } else {
            ("PRIMARY KEY (id)", "")
        };
        let mut sql = format!(
            "DROP SCHEMA IF EXISTS w CASCADE; CREATE SCHEMA w; GRANT USAGE ON SCHEMA w TO PUBLIC; SET search_path = w, public; \
             CREATE TYPE w.mood AS ENUM ('calm', 'Grim', 'o''dd'); CREATE DOMAIN w.level AS int CHECK (VALUE IS NULL OR VALUE >= 0); \
             CREATE TABLE w.members (who text, tenant int, at timestamptz DEFAULT '2025-01-01'); INSERT INTO w.members VALUES ('alice', 1), ('alice', 2), ('bob', 2), ('carol', NULL); \
             CREATE TABLE w.hidden (tenant int); INSERT INTO w.hidden VALUES (1), (2); GRANT SELECT, INSERT ON w.members TO PUBLIC; \
             CREATE TABLE {root} (gone int, id int NOT NULL, tenant int NOT NULL, owner text, flag boolean, tags text[], doc jsonb, mood w.mood, level w.level, \
               \"Odd \"\"Name\" numeric(10, 2), twice int GENERATED ALWAYS AS (tenant * 2) STORED, {key}){by}; ALTER TABLE {root} DROP COLUMN gone; "
        );
        if partitioned {
            sql.push_str("CREATE TABLE w.items_low PARTITION OF w.items FOR VALUES FROM (MINVALUE) TO (3); \
                          CREATE TABLE w.items_high (twice int GENERATED ALWAYS AS (tenant * 2) STORED, owner text, id int NOT NULL, tenant int NOT NULL, mood w.mood, flag boolean, tags text[], doc jsonb, level w.level, \"Odd \"\"Name\" numeric(10, 2)); \
                          ALTER TABLE w.items ATTACH PARTITION w.items_high FOR VALUES FROM (3) TO (MAXVALUE); ");
        }
        if self.shape == Shape::Parent {
            sql.push_str("CREATE TABLE w.items_child (extra text DEFAULT 'x', PRIMARY KEY (id)) INHERITS (w.items); ");
        }
        for relative in self.relatives() {
            sql.push_str(&format!(
                "ALTER TABLE {relative} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; \
                 CREATE POLICY everything ON {relative} USING (true); CREATE POLICY nothing ON {relative} AS RESTRICTIVE USING (id = 1); "
            ));
        }
        sql.push_str(
            "CREATE FUNCTION w.uid() RETURNS text LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.user', true), '') $$; \
             CREATE FUNCTION w.tenants() RETURNS SETOF int LANGUAGE sql STABLE AS $$ SELECT tenant FROM w.members WHERE who = w.uid() $$; \
             CREATE FUNCTION w.tenants_definer() RETURNS int[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = w AS $$ BEGIN RETURN ARRAY(SELECT tenant FROM hidden); END $$; \
             CREATE FUNCTION w.secret() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT true $$; REVOKE EXECUTE ON FUNCTION w.secret() FROM PUBLIC; \
             CREATE FUNCTION w.raises(int) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN IF $1 = 2 THEN RAISE EXCEPTION 'no' USING ERRCODE = 'P0042'; END IF; RETURN true; END $$; \
             CREATE FUNCTION w.endless(int) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN $1 < 3 OR w.endless($1); END $$; \
             CREATE FUNCTION w.same(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1 = $2 $$; \
             CREATE OPERATOR w.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = w.same); ",
        );
        sql.push_str(&format!("CREATE FUNCTION w.whole({table}) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT $1.tenant > 1 $$; "));
        if self.guarded {
            sql.push_str("ALTER TABLE w.members ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON w.members USING (who = w.uid()); ");
        }
        let columns = "id, tenant, owner, flag, tags, doc, mood, level, \"Odd \"\"Name\"";
        for (at, row) in self.rows.iter().enumerate() {
            let target =
                if self.shape == Shape::Parent && at % 3 == 2 { "w.items_child" } else { root };
            sql.push_str(&format!(
                "INSERT INTO {target} ({columns}) VALUES ({}); ",
                row.join(", ")
            ));
        }
        sql.push_str(&format!(
            "ALTER TABLE {table} OWNER TO w_owner; GRANT USAGE, CREATE ON SCHEMA w TO w_owner; \
             GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO w_app, w_member, w_distant, w_apart, w_bypass, w_staff; \
             GRANT SELECT (id, tenant, owner), INSERT (id, tenant, owner), UPDATE (owner) ON {table} TO w_columns; "
        ));
        if self.enabled {
            sql.push_str(&format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; "));
        }
        if self.forced {
            sql.push_str(&format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY; "));
        }
        for (at, policy) in self.policies.iter().enumerate() {
            let kind = if policy.permissive { "PERMISSIVE" } else { "RESTRICTIVE" };
            let mut one = format!(
                "CREATE POLICY \"p{at} ü\" ON {table} AS {kind} FOR {} TO {}",
                policy.command, policy.role
            );
            if let Some(using) = &policy.using {
                one.push_str(&format!(
                    " USING ({})",
                    using.replace("@t", table).replace("@n", &quoted(self.table_name()))
                ));
            }
            if let Some(check) = &policy.check {
                one.push_str(&format!(
                    " WITH CHECK ({})",
                    check.replace("@t", table).replace("@n", &quoted(self.table_name()))
                ));
            }
            sql.push_str(&one);
            sql.push_str("; ");
        }
        sql.push_str("RESET search_path");
        sql
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Boolean expressions over the table `@t`, whose name alone is `@n`.
const LEAVES: [&str; 49] = [
    "true",
    "false",
    "NULL::boolean",
    "flag",
    "owner = w.uid()",
    "owner = current_setting('app.user', true)",
    "owner = current_user",
    "tenant = current_setting('app.tenant', true)::int",
    "tenant::text = current_setting('app.tenant', true)",
    "tenant = nullif(current_setting('app.tenant', true), '')::int",
    "tenant IN (SELECT m.tenant FROM w.members m WHERE m.who = w.uid())",
    "tenant NOT IN (SELECT m.tenant FROM w.members m)",
    "EXISTS (SELECT FROM w.members m WHERE m.who = owner AND m.tenant = @n.tenant)",
    "EXISTS (SELECT 1 FROM w.members m WHERE m.tenant = @n.tenant HAVING count(*) > 1)",
    "tenant = ANY (ARRAY(SELECT w.tenants()))",
    "tenant = ANY (w.tenants_definer())",
    "tenant IN (SELECT w.tenants())",
    "tenant > (SELECT count(*) FROM w.members)",
    "tenant IN (WITH m AS (SELECT * FROM w.members) SELECT m.tenant FROM m ORDER BY 1 LIMIT 2)",
    "tags && ARRAY['red', 'blue']",
    "'red' = ANY (tags)",
    "tags[1] = 'red'",
    "cardinality(tags) > 1",
    "doc->>'owner' = w.uid()",
    "doc @> '{\"open\": true}'",
    "(doc->'n')::int > 1",
    "mood = 'calm'",
    "mood > 'calm' AND mood <> 'o''dd'",
    "level BETWEEN 1 AND 5",
    "level IS DISTINCT FROM 3",
    "\"Odd \"\"Name\" IN (1.50, 2)",
    "\"Odd \"\"Name\" IS NULL",
    "twice = 4",
    "CASE WHEN flag THEN tenant = 1 ELSE owner IS NOT NULL AND NOT owner LIKE 'a%' END",
    "owner OPERATOR(w.===) 'alice'",
    "w.whole(@n)",
    "@n IS NOT NULL",
    "(@n.tenant, @n.owner) IN (SELECT m.tenant, m.who FROM w.members m)",
    "coalesce(flag, tenant = 2)",
    "id % 2 = 0",
    "tableoid = '@t'::regclass",
    "EXISTS (SELECT FROM w.members m WHERE @n.tableoid <> '@t'::regclass OR m.tenant = @n.tenant)",
    "@n.ctid > '(0,2)'::tid",
    "ctid = ANY (ARRAY['(0,1)', '(0,4)']::tid[]) AND xmin IS NOT NULL",
    "EXISTS (SELECT FROM w.members m WHERE m.xmin = @n.xmin AND m.tenant = @n.tenant)",
    "xmax = '0'::xid",
    "EXISTS (SELECT FROM w.members m WHERE NOT m.cmin = @n.cmax AND m.tenant = @n.tenant)",
    "pg_has_role(current_user, 'w_staff', 'USAGE')",
    "ROW(tenant, owner) > ROW(1, 'b')",
];

/// Expressions that may fail, or be refused whatever the row.
const TROUBLE: [&str; 10] = [
    "w.endless(tenant)",
    "1 / (tenant - 2) > 0",
    "w.raises(tenant)",
    "w.secret()",
    "EXISTS (SELECT FROM w.hidden h WHERE h.tenant = @n.tenant)",
    "current_setting('app.nowhere') = 'x'",
    "tenant = current_setting('app.user', true)::int",
    "id IN (SELECT x.id FROM @t x WHERE x.owner = w.uid())",
    "true OR EXISTS (SELECT FROM w.hidden)",
    "(owner || '1')::int > 0",
];

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        30 => prop::sample::select(LEAVES.to_vec()).prop_map(str::to_owned),
        1 => prop::sample::select(TROUBLE.to_vec()).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4)
                .prop_map(|parts| format!("({})", parts.join(") AND ("))),
            prop::collection::vec(inner.clone(), 2..4)
                .prop_map(|parts| format!("({})", parts.join(") OR ("))),
            inner.prop_map(|part| format!("NOT ({part})")),
        ]
    })
}

fn policy() -> impl Strategy<Value = Policy> {
    let command = prop::sample::select(vec![
        "ALL", "ALL", "ALL", "SELECT", "SELECT", "INSERT", "UPDATE", "DELETE",
    ]);
    let role = prop::sample::select(vec![
        "PUBLIC",
        "PUBLIC",
        "PUBLIC",
        "w_app",
        "w_staff",
        "w_other",
        "w_app, w_staff",
    ]);
    (
        command,
        prop::bool::weighted(0.75),
        role,
        prop::option::weighted(0.9, expression()),
        prop::option::weighted(0.4, expression()),
    )
        .prop_map(|(command, permissive, role, using, check)| {
            let using = using.filter(|_| command != "INSERT");
            let check = check.filter(|_| !matches!(command, "SELECT" | "DELETE"));
            Policy { command, permissive, role, using, check }
        })
}

/// Expressions of which some are true of a row as it is and not as it would be, or the other way round.
const SHARP: [&str; 12] = [
    "true",
    "true",
    "true",
    "owner = 'bob'",
    "owner IS DISTINCT FROM 'bob'",
    "flag IS NULL",
    "flag",
    "tenant = 1",
    "\"Odd \"\"Name\" IS NULL",
    "\"Odd \"\"Name\" IS NOT NULL",
    "id < 100",
    "id > 1",
];

/// One policy for each command, so that each gate decides by itself.
fn one_for_each() -> impl Strategy<Value = Vec<Policy>> {
    let sharp = || prop::sample::select(SHARP.to_vec()).prop_map(|it| Some(it.to_owned()));
    (sharp(), sharp(), sharp(), sharp(), sharp()).prop_map(
        |(select, insert, update, updated, delete)| {
            let policy = |command, using, check| Policy {
                command,
                permissive: true,
                role: "PUBLIC",
                using,
                check,
            };
            vec![
                policy("SELECT", select, None),
                policy("INSERT", None, insert),
                policy("UPDATE", update, updated),
                policy("DELETE", delete, None),
            ]
        },
    )
}

/// Expressions that fail on some rows and not on others.
const FAILING: [&str; 3] = ["w.raises(tenant)", "1 / (tenant - 2) > 0", "(owner || '1')::int > 0"];

/// A few policies that fail on some rows, unless the server looks at another one first.
fn failing() -> impl Strategy<Value = Vec<Policy>> {
    let sharp = || prop::sample::select(SHARP.to_vec());
    let fails = || prop::sample::select(FAILING.to_vec());
    let expression = || {
        prop_oneof![
            2 => sharp().prop_map(str::to_owned),
            1 => fails().prop_map(str::to_owned),
            1 => (fails(), sharp()).prop_map(|(fails, sharp)| format!("({fails}) AND ({sharp})")),
            1 => (sharp(), fails()).prop_map(|(sharp, fails)| format!("({sharp}) AND ({fails})")),
            1 => (sharp(), fails()).prop_map(|(sharp, fails)| format!("({sharp}) OR ({fails})")),
        ]
    };
    let policy = (any::<bool>(), expression(), prop::option::of(expression())).prop_map(
        |(permissive, using, check)| Policy {
            command: "ALL",
            permissive,
            role: "PUBLIC",
            using: Some(using),
            check,
        },
    );
    prop::collection::vec(policy, 2..5)
}

fn row() -> impl Strategy<Value = [&'static str; 9]> {
    let one = |values: &'static [&'static str]| prop::sample::select(values.to_vec());
    (
        one(&["1", "2", "3", "-1"]),
        one(&["'alice'", "'bob'", "NULL", "'w_app'", "'7'"]),
        one(&["true", "false", "NULL"]),
        one(&["'{red,blue}'", "'{}'", "NULL", "'{\"a,b\",NULL}'", "'{blue}'"]),
        one(&[
            "NULL",
            "'{\"owner\": \"alice\", \"open\": true, \"n\": 2}'",
            "'[1, \"x\"]'",
            "'{\"n\": 0}'",
        ]),
        one(&["'calm'", "'Grim'", "'o''dd'", "NULL"]),
        one(&["0", "3", "5", "NULL"]),
        one(&["1.50", "2", "NULL", "-0.01"]),
    )
        .prop_map(|(tenant, owner, flag, tags, doc, mood, level, odd)| {
            ["0", tenant, owner, flag, tags, doc, mood, level, odd]
        })
}

fn actor() -> impl Strategy<Value = Actor> {
    let role = prop::sample::select(ACTORS.to_vec());
    let user = prop::sample::select(vec!["alice", "alice", "bob", "carol", ""]);
    let tenant = prop::sample::select(vec!["1", "1", "2", "2", "", "x"]);
    (role, user, tenant).prop_map(|(role, user, tenant)| Actor { role, user, tenant })
}

/// Any world.
pub(crate) fn world() -> impl Strategy<Value = World> {
    let shape = prop::sample::select(vec![
        Shape::Plain,
        Shape::Plain,
        Shape::OddName,
        Shape::Partitioned,
        Shape::Partition,
        Shape::Parent,
    ]);
    (
        shape,
        prop::bool::weighted(0.95),
        any::<bool>(),
        any::<bool>(),
        prop_oneof![
            5 => prop::collection::vec(policy(), 0..6),
            2 => one_for_each(),
            1 => failing(),
        ],
        prop::collection::vec(row(), 3..7),
        prop::collection::vec(actor(), 4..7),
    )
        .prop_map(|(shape, enabled, forced, guarded, policies, mut rows, actors)| {
            const IDS: [&str; 7] = ["1", "2", "3", "4", "5", "6", "7"];
            for (row, id) in rows.iter_mut().zip(IDS) {
                row[0] = id;
                // A partition holds what belongs into it.
                if shape == Shape::Partition && row[1] == "3" {
                    row[1] = "2";
                }
            }
            World { shape, enabled, forced, guarded, policies, rows, actors }
        })
}
