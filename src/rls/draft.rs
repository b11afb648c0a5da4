//! Policies that somebody thinks of: read from SQL, applied to those of the catalog in memory, written out as a migration. Nothing of it runs as DDL.

use sqlparser::{
    ast::{
        AlterPolicyOperation, AlterTableOperation, CreatePolicyCommand, CreatePolicyType, Expr,
        Ident, ObjectName, ObjectNamePart, Owner, Statement,
    },
    dialect::PostgreSqlDialect,
    parser::Parser,
};

use super::catalog::Policy;
use crate::{
    pg::{Deparsed, Problem, RelationName, quote_ident},
    text::clean,
};

/// Longer than any migration of policies of one table.
const LONGEST: usize = 100_000;

/// What is to be done with the policies of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    table: RelationName,
    deeds: Vec<Deed>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Deed {
    Create(Wanted),
    Alter { name: String, to: Option<Vec<String>>, using: Option<String>, check: Option<String> },
    Drop(String),
    Enable,
    Force,
}

/// A policy as somebody wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) name: String,
    pub(crate) command: char,
    pub(crate) permissive: bool,
    pub(crate) roles: Vec<String>,
    pub(crate) using: Option<Deparsed>,
    pub(crate) check: Option<Deparsed>,
}

/// A policy of the catalog, or one that is wanted in its place or beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    Kept(Policy),
    New(Wanted),
}

impl Draft {
    /// Reads `text`: CREATE POLICY, ALTER POLICY and DROP POLICY on `table`, and ALTER TABLE … ENABLE ROW LEVEL SECURITY.
    pub fn read(table: &RelationName, text: &str) -> Result<Self, Problem> {
        if text.len() > LONGEST {
            return Err(Problem::usage(format!("the draft is longer than {LONGEST} bytes")));
        }
        let statements = Parser::parse_sql(&PostgreSqlDialect {}, text)
            .map_err(|error| Problem::usage(format!("the draft cannot be read: {error}")))?;
        let mut draft = Self { table: table.clone(), deeds: Vec::new() };
        for statement in statements {
            draft.add(statement)?;
        }
        if draft.deeds.is_empty() {
            return Err(Problem::usage("the draft changes nothing")
                .hint("write `CREATE POLICY …`, `ALTER POLICY …` or `DROP POLICY …`"));
        }
        Ok(draft)
    }

    /// Without the policy `name`.
    pub fn dropping(table: &RelationName, name: &str) -> Self {
        Self { table: table.clone(), deeds: vec![Deed::Drop(name.to_owned())] }
    }

    /// The table that it is about.
    pub const fn table(&self) -> &RelationName {
        &self.table
    }

    /// One that leaves the policies of `table` as they are.
    pub fn nothing(table: &RelationName) -> Self {
        Self { table: table.clone(), deeds: Vec::new() }
    }

    /// The same, with the table's owner held to its policies too.
    #[must_use]
    pub fn forcing(mut self) -> Self {
        self.deeds.push(Deed::Force);
        self
    }

    /// Whether it holds the owner of the table to its policies.
    pub(crate) fn forces(&self) -> bool {
        self.deeds.contains(&Deed::Force)
    }

    /// Whether it turns row security on.
    pub(crate) fn enables(&self) -> bool {
        self.deeds.contains(&Deed::Enable)
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a draft knows four statements of the language"
    )]
    fn add(&mut self, statement: Statement) -> Result<(), Problem> {
        let deed = match statement {
            Statement::CreatePolicy {
                name,
                table_name,
                policy_type,
                command,
                to,
                using,
                with_check,
            } => {
                self.concerns(&table_name)?;
                let command = match command {
                    Some(CreatePolicyCommand::Select) => 'r',
                    Some(CreatePolicyCommand::Insert) => 'a',
                    Some(CreatePolicyCommand::Update) => 'w',
                    Some(CreatePolicyCommand::Delete) => 'd',
                    Some(CreatePolicyCommand::All) | None => '*',
                };
                Deed::Create(Wanted {
                    name: ident(&name),
                    command,
                    permissive: !matches!(policy_type, Some(CreatePolicyType::Restrictive)),
                    roles: to.as_deref().map_or_else(|| Ok(vec!["public".to_owned()]), roles)?,
                    using: using.as_ref().map(written),
                    check: with_check.as_ref().map(written),
                })
            }
            Statement::AlterPolicy {
                name,
                table_name,
                operation: AlterPolicyOperation::Apply { to, using, with_check },
            } => {
                self.concerns(&table_name)?;
                Deed::Alter {
                    name: ident(&name),
                    to: to.as_deref().map(roles).transpose()?,
                    using: using.as_ref().map(ToString::to_string),
                    check: with_check.as_ref().map(ToString::to_string),
                }
            }
            Statement::DropPolicy { name, table_name, .. } => {
                self.concerns(&table_name)?;
                Deed::Drop(ident(&name))
            }
            Statement::AlterTable { name, operations, .. }
                if matches!(
                    operations.as_slice(),
                    [AlterTableOperation::EnableRowLevelSecurity]
                ) =>
            {
                self.concerns(&name)?;
                Deed::Enable
            }
            other => {
                let told: String = other.to_string().chars().take(60).collect();
                return Err(Problem::usage(format!("a draft has no such statement: {told}")).hint(
                    "write `CREATE POLICY`, `ALTER POLICY`, `DROP POLICY` or `ALTER TABLE … ENABLE ROW LEVEL SECURITY`",
                ));
            }
        };
        self.deeds.push(deed);
        Ok(())
    }

    /// Fails if a statement is about another table.
    fn concerns(&self, name: &ObjectName) -> Result<(), Problem> {
        let parts: Vec<String> = name
            .0
            .iter()
            .map(|part| match part {
                ObjectNamePart::Identifier(it) => ident(it),
                ObjectNamePart::Function(it) => it.to_string(),
            })
            .collect();
        let same = match parts.as_slice() {
            [table] => *table == self.table.name,
            [schema, table] => *schema == self.table.schema && *table == self.table.name,
            _ => false,
        };
        if same {
            return Ok(());
        }
        Err(Problem::usage(format!(
            "the draft is about another table than `{}`: {name}",
            self.table
        ))
        .hint("what if is asked about one table at a time"))
    }

    /// The policies that there would be, in order of their names.
    pub(crate) fn apply(&self, policies: &[Policy]) -> Result<Vec<Next>, Problem> {
        let mut next: Vec<Next> = policies.iter().cloned().map(Next::Kept).collect();
        for deed in &self.deeds {
            match deed {
                Deed::Enable | Deed::Force => {}
                Deed::Create(wanted) => {
                    if next.iter().any(|it| it.name() == wanted.name) {
                        return Err(self.unfit("has already a policy", &wanted.name));
                    }
                    next.push(Next::New(wanted.clone()));
                }
                Deed::Drop(name) => {
                    let at = next.iter().position(|it| it.name() == name);
                    next.remove(at.ok_or_else(|| self.unfit("has no policy", name))?);
                }
                Deed::Alter { name, to, using, check } => {
                    let found = next.iter_mut().find(|it| it.name() == name);
                    let found = found.ok_or_else(|| self.unfit("has no policy", name))?;
                    let mut wanted = found.wanted();
                    if let Some(to) = to {
                        wanted.roles.clone_from(to);
                    }
                    let text = |text: &String| Deparsed::rewritten(text.clone());
                    wanted.using = using.as_ref().map(text).or(wanted.using);
                    wanted.check = check.as_ref().map(text).or(wanted.check);
                    *found = Next::New(wanted);
                }
            }
        }
        next.sort_by(|a, b| a.name().cmp(b.name()));
        Ok(next)
    }

    fn unfit(&self, what: &str, name: &str) -> Problem {
        Problem::usage(format!("`{}` {what}: {name}", self.table))
            .hint(format!("`purview get policies {}` lists them", self.table))
    }

    /// The migration that does it, and the one that undoes it, where `policies` are those that there are.
    pub(crate) fn migration(&self, policies: &[Policy], on: bool) -> (String, String) {
        let table = self.table.quoted();
        let (mut up, mut down) = (Vec::new(), Vec::new());
        let old = |name: &str| policies.iter().find(|it| it.name == name).map(kept);
        for deed in &self.deeds {
            match deed {
                Deed::Enable => {
                    up.push(format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"));
                    if !on {
                        down.push(format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"));
                    }
                }
                Deed::Force => {
                    up.push(format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"));
                    down.push(format!("ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"));
                }
                Deed::Create(wanted) => {
                    up.push(wanted.create(&table));
                    down.push(drop(&wanted.name, &table));
                }
                Deed::Drop(name) => {
                    up.push(drop(name, &table));
                    down.extend(old(name).map(|old| old.create(&table)));
                }
                Deed::Alter { name, to, using, check } => {
                    let mut text = format!("ALTER POLICY {} ON {table}", quote_ident(name));
                    if let Some(to) = to {
                        text = format!("{text}\n  TO {}", list(to));
                    }
                    if let Some(using) = using {
                        text = format!("{text}\n  USING ({using})");
                    }
                    if let Some(check) = check {
                        text = format!("{text}\n  WITH CHECK ({check})");
                    }
                    up.push(format!("{text};"));
                    // An expression that was added cannot be taken away again by ALTER.
                    if let Some(old) = old(name) {
                        down.push(old.create(&table));
                        down.push(drop(name, &table));
                    }
                }
            }
        }
        down.reverse();
        // A line end in the name would end the comment.
        let named = clean(&self.table.to_string()).into_owned();
        let head = |what: &str| format!("-- {what} the policies of {named}.\n\n");
        let file =
            |what: &str, parts: Vec<String>| format!("{}{}\n", head(what), parts.join("\n\n"));
        (file("Changes", up), file("Takes back what was changed in", down))
    }
}

fn drop(name: &str, table: &str) -> String {
    format!("DROP POLICY {} ON {table};", quote_ident(name))
}

impl Next {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Kept(policy) => &policy.name,
            Self::New(wanted) => &wanted.name,
        }
    }

    fn wanted(&self) -> Wanted {
        match self {
            Self::Kept(policy) => kept(policy),
            Self::New(wanted) => wanted.clone(),
        }
    }
}

/// A policy of the catalog as somebody would have to want it.
fn kept(policy: &Policy) -> Wanted {
    Wanted {
        name: policy.name.clone(),
        command: policy.command,
        permissive: policy.permissive,
        roles: policy.roles.clone(),
        using: policy.using.clone(),
        check: policy.with_check.clone(),
    }
}

impl Wanted {
    fn create(&self, table: &str) -> String {
        let command = match self.command {
            'r' => "SELECT",
            'a' => "INSERT",
            'w' => "UPDATE",
            'd' => "DELETE",
            _ => "ALL",
        };
        let kind = if self.permissive { "PERMISSIVE" } else { "RESTRICTIVE" };
        let mut text = format!(
            "CREATE POLICY {} ON {table}\n  AS {kind}\n  FOR {command}\n  TO {}",
            quote_ident(&self.name),
            list(&self.roles)
        );
        if let Some(using) = &self.using {
            text = format!("{text}\n  USING ({})", using.as_str());
        }
        if let Some(check) = &self.check {
            text = format!("{text}\n  WITH CHECK ({})", check.as_str());
        }
        format!("{text};")
    }
}

fn list(roles: &[String]) -> String {
    let name =
        |role: &String| if role == "public" { "PUBLIC".to_owned() } else { quote_ident(role) };
    roles.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// An identifier as the server understands it.
fn ident(it: &Ident) -> String {
    if it.quote_style.is_some() { it.value.clone() } else { it.value.to_lowercase() }
}

fn roles(to: &[Owner]) -> Result<Vec<String>, Problem> {
    let role = |owner: &Owner| match owner {
        Owner::Ident(it) => Ok(ident(it)),
        Owner::CurrentRole | Owner::CurrentUser | Owner::SessionUser => {
            Err(Problem::usage(format!("a draft names its roles, not: {owner}"))
                .hint("who runs the migration is not who asks now"))
        }
    };
    to.iter().map(role).collect()
}

fn written(expression: &Expr) -> Deparsed {
    Deparsed::rewritten(expression.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> RelationName {
        RelationName::new("public", "emails")
    }

    #[test]
    fn a_migration_and_its_way_back_are_written() {
        let draft = Draft::read(
            &table(),
            "CREATE POLICY mine ON emails FOR SELECT TO app USING (owner = current_user); \
             ALTER TABLE public.emails ENABLE ROW LEVEL SECURITY",
        )
        .unwrap();
        let (up, down) = draft.migration(&[], false);
        assert!(up.contains("CREATE POLICY \"mine\" ON \"public\".\"emails\"\n  AS PERMISSIVE\n  FOR SELECT\n  TO \"app\"\n  USING (owner = current_user);"), "{up}");
        let order: Vec<_> = down.lines().filter(|it| it.ends_with(';')).collect();
        assert_eq!(
            order,
            [
                "ALTER TABLE \"public\".\"emails\" DISABLE ROW LEVEL SECURITY;",
                "DROP POLICY \"mine\" ON \"public\".\"emails\";"
            ]
        );
    }

    #[test]
    fn no_name_ends_the_comment_that_it_stands_in() {
        let table = RelationName::new("public", "a\nDROP TABLE b; --");
        let (up, down) = Draft::dropping(&table, "p").migration(&[], true);
        assert!(
            up.starts_with("-- Changes the policies of public.a⏎DROP TABLE b; --.\n\n"),
            "{up}"
        );
        assert!(down.lines().next().is_some_and(|line| line.contains('⏎')), "{down}");
    }

    #[test]
    fn nothing_but_policies_of_the_table_is_drafted() {
        for wrong in [
            "DROP TABLE emails",
            "CREATE POLICY p ON other USING (true)",
            "CREATE POLICY p ON emails TO CURRENT_USER USING (true)",
            "ALTER TABLE emails DISABLE ROW LEVEL SECURITY",
            "SELECT 1",
            "",
            "CREATE POLICY p ON emails USING (true",
        ] {
            assert!(Draft::read(&table(), wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_dropped_has_to_be_there() {
        assert!(Draft::dropping(&table(), "x").apply(&[]).is_err());
        let twice =
            "CREATE POLICY p ON emails USING (true); CREATE POLICY p ON emails USING (true)";
        assert!(Draft::read(&table(), twice).unwrap().apply(&[]).is_err());
    }
}
