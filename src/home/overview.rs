//! The lines of Home.

use std::{fmt, sync::Arc};

use crate::{
    database::Database,
    directory::{Departments, Grants, Memberships, Organizations, Roles, Users},
    list::{self, Filter, Operator, Term, View},
    mapping::Mapping,
    pg::{Fence, Identity, Problem, Run},
    question::Question,
    rls::Lints,
    tables::{Policies, Tables},
};

/// Where counting stops.
const ENOUGH: u64 = 1000;

/// Problems that consist in something not being there.
const ABSENCES: [&str; 4] = ["no admin", "nobody in it", "in no organization", "in no department"];

/// What is here, and what is wrong?
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overview {
    /// Only this organization, where that makes sense.
    pub organization: Option<String>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A plain fact.
    Fact,
    /// Worth a look.
    Notice,
    /// Wrong.
    Wrong,
}

/// A line of Home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it counts, as in `users in no department`.
    pub what: String,
    /// How many.
    pub count: Result<Counted, Problem>,
    /// How bad it is, if there is any at all.
    pub severity: Severity,
    /// Where it leads.
    pub lead: Lead,
}

/// How many there are, as far as whoever asked can know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// All of them.
    All(Amount),
    /// Those that the identity acted as may see; there may be others.
    Visible(Amount),
    /// Nothing: what the identity acted as does not see need not be missing.
    Unknown,
}

/// A number of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// How many were counted.
    pub rows: u64,
    /// Whether there are more.
    pub more: bool,
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.rows, if self.more { "+" } else { "" })
    }
}

/// Where a line leads: a list, and the filter that shows what was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// The name of the list, as in addresses.
    pub view: &'static str,
    /// The filter.
    pub filter: Filter,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The lines, the worst first within their part.
    pub lines: Vec<Line>,
    /// What people should know about the system, as the mapping says.
    pub notes: Vec<String>,
    /// How strong the fence around acting would be, or why nobody can be acted as.
    pub fence: Result<Fence, Problem>,
}

impl Question for Overview {
    type Answer = Found;

    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Found, Problem> {
        let asker = Asker { database: &database, identity: &identity, run: &run };
        let mut lines = Vec::new();
        for count in plan(database.mapping.as_ref(), self.organization) {
            lines.push(asker.line(count).await);
        }
        let notes =
            database.mapping.as_ref().map(|mapping| mapping.notes.clone()).unwrap_or_default();
        let fence = database.door.fence().await;
        Ok(Found { lines, notes, fence })
    }
}

/// A list that Home counts rows of.
#[derive(Debug, Clone, PartialEq, Eq)]
enum List {
    Organizations,
    Departments(Departments),
    Users(Users),
    Roles,
    Memberships(Memberships),
    Grants(Grants),
    Tables,
    Policies,
    Lints,
}

impl List {
    /// Its name, as in addresses.
    const fn name(&self) -> &'static str {
        match self {
            Self::Organizations => "organizations",
            Self::Departments(_) => "departments",
            Self::Users(_) => "users",
            Self::Roles => "roles",
            Self::Memberships(_) => "memberships",
            Self::Grants(_) => "grants",
            Self::Tables => "tables",
            Self::Policies => "policies",
            Self::Lints => "lints",
        }
    }
}

/// What shows that something is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Evidence {
    /// The catalog, which everybody reads whole.
    Catalog,
    /// Rows that are there: who sees them knows, who does not see them does not.
    Rows,
    /// That rows are missing: only who sees all of them knows.
    Absence,
}

/// One line before it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Count {
    what: String,
    list: List,
    filter: Filter,
    severity: Severity,
    evidence: Evidence,
}

/// What Home counts in a database that calls things as `mapping` says.
fn plan(mapping: Option<&Mapping>, organization: Option<String>) -> Vec<Count> {
    let mut counts = mapping.map(|mapping| directory(mapping, organization)).unwrap_or_default();
    let mut add = |what: &str, list, filter, severity| {
        let evidence = Evidence::Catalog;
        counts.push(Count { what: what.to_owned(), list, filter, severity, evidence });
    };
    add("tables", List::Tables, Filter::default(), Severity::Fact);
    add("policies", List::Policies, Filter::default(), Severity::Fact);
    add(
        "tables with row security and no policy",
        List::Tables,
        compare("problem", Operator::Contains, "no policy"),
        Severity::Wrong,
    );
    add("tables without row security", List::Tables, is("rls", "off"), Severity::Notice);
    add("errors in row security", List::Lints, is("severity", "error"), Severity::Wrong);
    counts
}

fn directory(mapping: &Mapping, organization: Option<String>) -> Vec<Count> {
    let mut counts = Vec::new();
    let mut add = |what: String, list: &List, filter, severity| {
        let absent = ABSENCES.iter().any(|problem| filter == is("problem", problem));
        let evidence = if absent { Evidence::Absence } else { Evidence::Rows };
        counts.push(Count { what, list: list.clone(), filter, severity, evidence });
    };
    let users = List::Users(Users { organization: organization.clone(), ..Users::default() });
    let memberships = List::Memberships(Memberships {
        organization: organization.clone(),
        ..Memberships::default()
    });
    let grants = List::Grants(Grants { organization: organization.clone(), ..Grants::default() });
    let departments = List::Departments(Departments { organization });
    let (one, many) = (&mapping.organization.label.one, &mapping.organization.label.many);
    let people = &mapping.user.label.many;
    add(many.clone(), &List::Organizations, Filter::default(), Severity::Fact);
    if !mapping.grants.is_empty() && !mapping.admin_roles.is_empty() {
        add(
            format!("{many} without an admin"),
            &List::Organizations,
            is("problem", "no admin"),
            Severity::Wrong,
        );
    }
    if let Some(department) = &mapping.department {
        add(department.label.many.clone(), &departments, Filter::default(), Severity::Fact);
        if !mapping.department_members.is_empty() {
            add(
                format!("{} with nobody", department.label.many),
                &departments,
                is("problem", "nobody in it"),
                Severity::Notice,
            );
        }
    }
    add(people.clone(), &users, Filter::default(), Severity::Fact);
    if mapping.user.deleted_at.is_some() || mapping.user.deleted.is_some() {
        add(
            format!("deleted {people} that still have access"),
            &users,
            is("problem", "deleted, access left"),
            Severity::Wrong,
        );
    }
    if mapping.user.locked.is_some() {
        add(format!("locked {people}"), &users, is("state", "locked"), Severity::Notice);
    }
    add(
        format!("{people} in no {one}"),
        &users,
        is("problem", "in no organization"),
        Severity::Notice,
    );
    // A substitute (a pipeline, an executive) is nothing that everybody has to be in.
    let departments_are_such =
        mapping.department.as_ref().is_some_and(|department| department.label.one == "department");
    if departments_are_such && !mapping.department_members.is_empty() {
        add(
            format!("{people} in no department"),
            &users,
            is("problem", "in no department"),
            Severity::Notice,
        );
    }
    if mapping.memberships.iter().any(|membership| membership.active.is_some()) {
        add(
            format!("{people} with a membership that is not active"),
            &users,
            is("problem", "a membership is not active"),
            Severity::Notice,
        );
    }
    if !mapping.roles.is_empty() {
        add("roles".to_owned(), &List::Roles, Filter::default(), Severity::Fact);
    }
    if !mapping.memberships.is_empty() || mapping.user.organization_id.is_some() {
        add("memberships".to_owned(), &memberships, Filter::default(), Severity::Fact);
    }
    if !mapping.grants.is_empty() {
        add("grants".to_owned(), &grants, Filter::default(), Severity::Fact);
    }
    counts
}

fn is(column: &str, value: &str) -> Filter {
    compare(column, Operator::Equal, value)
}

fn compare(column: &str, operator: Operator, value: &str) -> Filter {
    Filter {
        terms: vec![Term::Compare { column: column.to_owned(), operator, value: value.to_owned() }],
    }
}

struct Asker<'a> {
    database: &'a Database,
    identity: &'a Identity,
    run: &'a Run,
}

impl Asker<'_> {
    async fn line(&self, count: Count) -> Line {
        let Count { what, list, filter, severity, evidence } = count;
        let acting = self.identity.acting().is_some();
        let count = if acting && evidence == Evidence::Absence {
            Ok(Counted::Unknown)
        } else {
            let counted =
                if acting && evidence == Evidence::Rows { Counted::Visible } else { Counted::All };
            self.list(&list, &filter).await.map(|(rows, more)| counted(Amount { rows, more }))
        };
        Line { what, count, severity, lead: Lead { view: list.name(), filter } }
    }

    async fn list(&self, list: &List, filter: &Filter) -> Result<(u64, bool), Problem> {
        match list {
            List::Organizations => self.count(&Organizations, filter).await,
            List::Departments(view) => self.count(view, filter).await,
            List::Users(view) => self.count(view, filter).await,
            List::Roles => self.count(&Roles, filter).await,
            List::Memberships(view) => self.count(view, filter).await,
            List::Grants(view) => self.count(view, filter).await,
            List::Tables => self.count(&Tables, filter).await,
            List::Lints => self.count(&Lints, filter).await,
            List::Policies => self.count(&Policies::default(), filter).await,
        }
    }

    async fn count(&self, view: &impl View, filter: &Filter) -> Result<(u64, bool), Problem> {
        list::count(self.database, self.identity, self.run, view, filter, ENOUGH).await
    }
}
