//! A policy as the catalog has it, and which of them a statement of a role consults.

use serde::Deserialize;

use crate::{
    pg::{Deparsed, RelationName},
    rls::gate::Set,
};

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own in the catalog")]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// The letter of its command, `*` for all (`pg_policy.polcmd`).
    pub command: char,
    /// Whether it lets rows pass, instead of holding back what others let pass.
    pub permissive: bool,
    /// Whom it is for; `public` is everybody.
    pub roles: Vec<String>,
    /// Whether and why it applies to the role.
    pub applies: Applies,
    /// USING.
    pub using: Option<Deparsed>,
    /// WITH CHECK.
    pub with_check: Option<Deparsed>,
    /// The columns of its table that it reads.
    pub columns: Vec<String>,
    /// The tables and views that its sub-selects read.
    pub reads: Vec<Read>,
    /// The functions that it calls.
    pub functions: Vec<Function>,
    /// Whether it uses anything that is not the server's own: a function, an operator, a type, a cast.
    pub made: bool,
    /// Whether it reads rows as a whole.
    pub whole_row: bool,
    /// Whether it reads a system column.
    pub system_columns: bool,
}

/// Whether a policy applies to a role, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applies {
    /// It is for everybody.
    Everybody,
    /// It is for this role, which the role is or has the rights of.
    Through(String),
    /// It is for this role, of which the role is a member without having its rights (NOINHERIT): `SET ROLE` works, the policy does not.
    WithoutInheriting(String),
    /// It is for others.
    No,
}

/// A table or view that a policy reads.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Read {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Whether it is a table, not a view or something foreign.
    pub plain: bool,
    /// Whether it has row security.
    pub row_security: bool,
    /// How many pages it had when it was last looked at.
    #[serde(default)]
    pub pages: i64,
}

/// A function that a policy calls.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own in the catalog")]
pub struct Function {
    /// Its name, with its schema where that is not the server's own.
    pub name: String,
    /// Whether two calls may differ.
    pub volatile: bool,
    /// Whether the same arguments always have the same result.
    pub immutable: bool,
    /// Whether somebody made it.
    pub own: bool,
    /// Whether USING calls it.
    pub in_using: bool,
    /// Whether WITH CHECK calls it.
    pub in_check: bool,
    /// Its text, where it is SQL or PL/pgSQL.
    pub source: Option<String>,
}

impl Read {
    /// The relation.
    pub fn relation(&self) -> RelationName {
        RelationName::new(&self.schema, &self.name)
    }
}

impl Policy {
    /// Its command in words.
    pub const fn command_name(&self) -> &'static str {
        match self.command {
            'r' => "SELECT",
            'a' => "INSERT",
            'w' => "UPDATE",
            'd' => "DELETE",
            _ => "ALL",
        }
    }

    /// Whether it applies to the role at all.
    pub const fn is_for_role(&self) -> bool {
        matches!(self.applies, Applies::Everybody | Applies::Through(_))
    }

    /// Whether it is for the command of `set`.
    pub const fn is_for(&self, set: Set) -> bool {
        self.command == '*' || self.command == set.command()
    }

    /// Whether `text` is one of its expressions.
    pub fn says(&self, text: &Deparsed) -> bool {
        self.using.as_ref() == Some(text) || self.with_check.as_ref() == Some(text)
    }

    /// The functions that the expression `text` of it calls.
    pub fn functions_of<'a>(&'a self, text: &'a Deparsed) -> impl Iterator<Item = &'a Function> {
        let using = self.using.as_ref() == Some(text);
        let check = self.with_check.as_ref() == Some(text);
        self.functions.iter().filter(move |it| using && it.in_using || check && it.in_check)
    }

    /// The expression that `set` asks for; a missing WITH CHECK falls back to USING.
    pub fn expression(&self, set: Set) -> Option<&Deparsed> {
        if set.checks() {
            self.with_check.as_ref().or(self.using.as_ref())
        } else {
            self.using.as_ref()
        }
    }

    /// Whether `set` takes USING because there is no WITH CHECK.
    pub const fn falls_back(&self, set: Set) -> bool {
        set.checks() && self.with_check.is_none() && self.using.is_some()
    }
}

/// The policies of one set that apply to a role, with the expression that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Combination<'a> {
    /// At least one of them has to be true; in the order in which the server evaluates them. Without any, nothing passes.
    pub permissive: Vec<(&'a Policy, &'a Deparsed)>,
    /// All of them have to be true; in the order in which the server evaluates them.
    pub restrictive: Vec<(&'a Policy, &'a Deparsed)>,
}

impl<'a> Combination<'a> {
    /// The policies among `policies`, which are in order of their names, that `set` consults.
    ///
    /// A policy whose expression is missing is skipped: a permissive one lets nothing pass and a restrictive one holds nothing back.
    pub fn of(policies: &'a [Policy], set: Set) -> Self {
        let consulted = |permissive: bool| {
            policies
                .iter()
                .filter(move |it| it.permissive == permissive && it.is_for_role() && it.is_for(set))
                .filter_map(move |it| Some((it, it.expression(set)?)))
        };
        let mut permissive: Vec<_> = consulted(true).collect();
        // The server keeps a table's policies in a list that it builds from its end (`RelationBuildRowSecurity` in `policy.c`).
        permissive.reverse();
        Self { permissive, restrictive: consulted(false).collect() }
    }

    /// Whether nothing can pass because nothing lets it.
    pub const fn denies_all(&self) -> bool {
        self.permissive.is_empty()
    }

    /// All of them, the restrictive ones first.
    pub fn policies(&self) -> impl Iterator<Item = (&'a Policy, &'a Deparsed)> + '_ {
        self.restrictive.iter().chain(&self.permissive).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(
        name: &str,
        command: char,
        permissive: bool,
        using: Option<&str>,
        check: Option<&str>,
    ) -> Policy {
        let text = |text: &str| Deparsed::from_catalog(text.to_owned());
        Policy {
            name: name.into(),
            command,
            permissive,
            roles: vec!["public".into()],
            applies: Applies::Everybody,
            using: using.map(text),
            with_check: check.map(text),
            columns: Vec::new(),
            reads: Vec::new(),
            functions: Vec::new(),
            made: false,
            whole_row: false,
            system_columns: false,
        }
    }

    fn texts(policies: &[Policy], set: Set) -> (Vec<&str>, Vec<&str>) {
        let combination = Combination::of(policies, set);
        let texts = |of: Vec<(&Policy, &Deparsed)>| -> Vec<String> {
            of.iter().map(|(_, text)| text.as_str().to_owned()).collect()
        };
        let leak = |texts: Vec<String>| texts.into_iter().map(|text| &*text.leak()).collect();
        (leak(texts(combination.permissive)), leak(texts(combination.restrictive)))
    }

    #[test]
    fn a_missing_check_is_the_using_and_a_missing_using_is_nothing() {
        let policies = [
            policy("all", '*', true, Some("u"), None),
            policy("check only", '*', true, None, Some("c")),
            policy("nothing", '*', true, None, None),
            policy("restrictive", 'w', false, Some("r"), None),
            policy("restrictive check", '*', false, None, Some("rc")),
        ];
        assert_eq!(texts(&policies, Set::Select), (vec!["u"], vec![]));
        assert_eq!(texts(&policies, Set::Insert), (vec!["c", "u"], vec!["rc"]));
        assert_eq!(texts(&policies, Set::UpdateUsing), (vec!["u"], vec!["r"]));
        assert_eq!(texts(&policies, Set::UpdateCheck), (vec!["c", "u"], vec!["r", "rc"]));
        assert!(Combination::of(&policies[2..], Set::Delete).denies_all());
    }

    #[test]
    fn membership_without_inheriting_brings_no_policy() {
        let mut group = policy("group", '*', true, Some("u"), None);
        group.applies = Applies::WithoutInheriting("staff".into());
        assert!(Combination::of(&[group], Set::Select).denies_all());
    }
}
