//! Policies whose conditions say by themselves that they let everything pass, or nothing, alone or beside others.
//!
//! The catalogs are read and nothing is run: what a condition says is worked out by [`Logic`], which calls nothing always or never that is not.

use std::collections::BTreeMap;

use super::{
    Finding, Severity,
    logic::{Condition, Logic, When},
};
use crate::{
    database::Database,
    pg::{
        Deparsed, Identity, Problem, RelationName, Run, Sql, quote_ident, quote_literal, sql::join,
    },
};

/// What is looked for: code and severity, the worst first.
pub const CONSTANT: [(&str, Severity); 5] = [
    ("policy-always-passes", Severity::Warning),
    ("restrictive-policy-never-passes", Severity::Warning),
    ("policies-contradict", Severity::Warning),
    ("policy-never-passes", Severity::Notice),
    ("restrictive-policy-always-passes", Severity::Notice),
];

/// One policy, understood.
struct Policy {
    name: String,
    permissive: bool,
    command: String,
    roles: Vec<String>,
    using: Option<(String, Condition)>,
    check: Option<(String, Condition)>,
}

/// What is found on all tables with row security.
pub(super) async fn findings(database: &Database, run: &Run) -> Result<Vec<Finding>, Problem> {
    let mut sql = Sql::new("SELECT ");
    let columns = ["schema", "relation", "policy", "permissive", "command", "roles"];
    let all = columns.iter().chain(&["using", "with_check", "filled"]);
    let texts: Vec<Sql> = all
        .map(|name| {
            let mut text = Sql::new("c.");
            text.ident(name).push("::pg_catalog.text");
            text
        })
        .collect();
    sql.append(&join(&texts, ", ")).push(" FROM (\n").push(include_str!("../sql/conditions.sql"));
    sql.push(") c ORDER BY 1, 2, 3");
    let rows = database.door.read(&Identity::Observer, &sql, run).await?.rows;
    let mut tables: BTreeMap<(String, String), (Logic, Vec<Policy>)> = BTreeMap::new();
    for row in rows {
        let [schema, table, name, permissive, command, roles, using, check, filled] =
            <[Option<String>; 9]>::try_from(row)
                .map_err(|_| Problem::bug("the catalog told other columns than were asked"))?;
        let names = |text: Option<String>| -> Vec<String> {
            serde_json::from_str(&text.unwrap_or_default()).unwrap_or_default()
        };
        let (Some(schema), Some(table), Some(name)) = (schema, table, name) else { continue };
        let (logic, policies) = tables.entry((schema, table)).or_default();
        logic.filled = names(filled).into_iter().collect();
        let mut read = |text: Option<String>| {
            text.map(|text| {
                let condition = logic.read(&Deparsed::from_catalog(text.clone()));
                (text, condition)
            })
        };
        let (using, check) = (read(using), read(check));
        policies.push(Policy {
            name,
            permissive: permissive.as_deref() == Some("true"),
            command: command.unwrap_or_default(),
            roles: names(roles),
            using,
            check,
        });
    }
    let mut found = Vec::new();
    for ((schema, table), (logic, policies)) in &tables {
        let object = RelationName::new(schema, table);
        let mut of = OfTable { object: &object, logic, policies, found: Vec::new() };
        of.each_alone();
        of.contradictions();
        of.out_of_sight();
        found.append(&mut of.found);
    }
    found.sort_by_key(|it: &(usize, Finding)| it.0);
    Ok(found.into_iter().map(|(_, finding)| finding).collect())
}

struct OfTable<'a> {
    object: &'a RelationName,
    logic: &'a Logic,
    policies: &'a [Policy],
    found: Vec<(usize, Finding)>,
}

impl Policy {
    /// The conditions that it asks, each with its clause: a new row is asked by USING where there is no WITH CHECK.
    fn conditions(&self) -> impl Iterator<Item = (&'static str, &(String, Condition))> {
        let using = self.using.as_ref().filter(|_| self.command != "INSERT");
        let check = self.check.as_ref();
        using.map(|it| ("USING", it)).into_iter().chain(check.map(|it| ("WITH CHECK", it)))
    }

    /// The condition for rows that are there already, for `command`.
    fn of_rows(&self, command: &str) -> Option<&Condition> {
        let asked = self.command == command || self.command == "ALL";
        self.using.as_ref().filter(|_| asked).map(|(_, condition)| condition)
    }

    /// The condition for new rows, for `command`.
    fn of_new(&self, command: &str) -> Option<&Condition> {
        let asked = self.command == command || self.command == "ALL";
        self.check.as_ref().or(self.using.as_ref()).filter(|_| asked).map(|(_, it)| it)
    }

    /// Whether it is for all for whom `other` is.
    fn is_for_all_of(&self, other: &Self) -> bool {
        let everybody = |roles: &[String]| roles.iter().any(|it| it == "public");
        everybody(&self.roles) || other.roles.iter().all(|it| self.roles.contains(it))
    }
}

impl OfTable<'_> {
    fn say(&mut self, code: &str, policy: &str, detail: String, cure: String) {
        let place = CONSTANT.iter().position(|(known, _)| *known == code).unwrap_or_default();
        let (code, rank) = CONSTANT[place];
        let evidence = format!(
            "SELECT qual, with_check FROM pg_policies WHERE schemaname = {} AND tablename = {} AND policyname = {}",
            quote_literal(&self.object.schema),
            quote_literal(&self.object.name),
            quote_literal(policy)
        );
        let object = self.object.to_string();
        let (code, severity) = (code.to_owned(), rank.word());
        self.found.push((place, Finding { rank, code, severity, object, detail, evidence, cure }));
    }

    fn drop(&self, policy: &str) -> String {
        format!("DROP POLICY {} ON {}", quote_ident(policy), self.object.quoted())
    }

    fn each_alone(&mut self) {
        for policy in self.policies {
            let (name, told) = (quote_ident(&policy.name), &policy.name);
            let all: Vec<_> = policy
                .conditions()
                .map(|(clause, (text, condition))| (clause, text, self.logic.when(condition)))
                .collect();
            let never = !all.is_empty() && all.iter().all(|(.., when)| *when == When::Never);
            let always = !all.is_empty() && all.iter().all(|(.., when)| *when == When::Always);
            match policy.permissive {
                true if never => self.say(
                    "policy-never-passes",
                    &policy.name,
                    format!(
                        "policy `{told}` for {} lets nothing pass, whatever the row",
                        policy.command
                    ),
                    self.drop(&policy.name),
                ),
                false if always => self.say(
                    "restrictive-policy-always-passes",
                    &policy.name,
                    format!(
                        "restrictive policy `{told}` for {} holds nothing back",
                        policy.command
                    ),
                    self.drop(&policy.name),
                ),
                _ => {}
            }
            for (clause, text, when) in all {
                // Who writes `true` or `false` means it; that is another rule's business.
                let written = matches!(text.as_str(), "true" | "false");
                let cure = format!(
                    "-- only a person can say which rows: ALTER POLICY {name} ON {} {clause} (…)",
                    self.object.quoted()
                );
                match (policy.permissive, when) {
                    (true, When::Always) if !written => self.say(
                        "policy-always-passes",
                        &policy.name,
                        format!("policy `{told}` for {} lets everything pass: {clause} {text} holds for every row", policy.command),
                        cure,
                    ),
                    (false, When::Never) if !written => self.say(
                        "restrictive-policy-never-passes",
                        &policy.name,
                        format!("restrictive policy `{told}` for {} holds everything back: {clause} {text} holds for no row", policy.command),
                        cure,
                    ),
                    _ => {}
                }
            }
        }
    }

    /// Permissive policies that a restrictive one never lets come to anything.
    fn contradictions(&mut self) {
        for policy in self.policies.iter().filter(|it| it.permissive) {
            for other in
                self.policies.iter().filter(|it| !it.permissive && it.is_for_all_of(policy))
            {
                let told: Vec<&str> = ["SELECT", "INSERT", "UPDATE", "DELETE"]
                    .into_iter()
                    .filter(|command| self.never_both(policy, other, command))
                    .collect();
                if told.is_empty() {
                    continue;
                }
                let (name, strict) = (quote_ident(&policy.name), quote_ident(&other.name));
                self.say(
                    "policies-contradict",
                    &policy.name,
                    format!("what policy `{}` lets {} restrictive policy `{}` holds back, every row", policy.name, told.join(", "), other.name),
                    format!("-- only a person can say which of the two is meant: ALTER POLICY {name} or {strict} ON {}", self.object.quoted()),
                );
            }
        }
    }

    /// Whether no row passes both, each of which lets some pass.
    fn never_both(&self, one: &Policy, other: &Policy, command: &str) -> bool {
        let pair = |of: for<'a, 'b> fn(&'a Policy, &'b str) -> Option<&'a Condition>| -> bool {
            let (Some(one), Some(other)) = (of(one, command), of(other, command)) else {
                return false;
            };
            self.exclude(one, other)
        };
        match command {
            "INSERT" => pair(Policy::of_new),
            "SELECT" | "DELETE" => pair(Policy::of_rows),
            _ => pair(Policy::of_rows) || pair(Policy::of_new),
        }
    }

    fn exclude(&self, one: &Condition, other: &Condition) -> bool {
        let both = Condition::All(vec![one.clone(), other.clone()]);
        let alone = [one, other].into_iter().all(|it| self.logic.when(it) != When::Never);
        alone && self.logic.when(&both) == When::Never
    }

    /// Policies for changing rows that no policy lets be seen: a statement that looks at a column finds none of them.
    fn out_of_sight(&mut self) {
        for policy in self.policies.iter().filter(|it| it.permissive) {
            let Some(command) =
                Some(policy.command.as_str()).filter(|it| matches!(*it, "UPDATE" | "DELETE"))
            else {
                continue;
            };
            // Whatever may be seen by anybody, not only by those whom this policy is for.
            let seen: Vec<Condition> = self
                .policies
                .iter()
                .filter(|it| it.permissive)
                .filter_map(|it| it.of_rows("SELECT").cloned())
                .collect();
            let Some(changed) = policy.of_rows(command).filter(|_| !seen.is_empty()) else {
                continue;
            };
            if self.exclude(changed, &Condition::Any(seen)) {
                let name = quote_ident(&policy.name);
                self.say(
                    "policies-contradict",
                    &policy.name,
                    format!("what policy `{}` lets {command} no policy lets anybody see: {command} … WHERE finds none of it", policy.name),
                    format!("-- only a person can say what is meant: ALTER POLICY {name} ON {} USING (…), or a policy for SELECT", self.object.quoted()),
                );
            }
        }
    }
}
