//! The whole matrix to look at: who there is, and every table as they meet it.
//!
//! It is told table by table while it is counted, and kept until somebody wants it fresh; what was stopped halfway is never kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, Utc};

use super::{
    many::{Group, Warrant},
    matrix::{Matrix, Strip, tables},
};
use crate::{
    database::Database,
    directory::{Grants, Somebody},
    list::{self, From, Query, View as _},
    pg::{Acting, Identity, Kind, Problem, Run},
    question::Question,
};

/// How many grants are read at once.
const PAGE: usize = 5_000;

/// Who may do what with how many rows?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charting {
    /// The users of this organization; everybody where it is absent.
    pub organization: Option<String>,
    /// Whether it is counted anew although it was counted before.
    pub fresh: bool,
    /// Why everybody is acted as, and until when.
    pub warrant: Warrant,
}

/// Who may do what with how many rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// Who there is.
    pub people: Arc<[Member]>,
    /// Every table, as those of one role meet it; their people are places among all.
    pub strips: Vec<Arc<Strip>>,
    /// When it was counted.
    pub counted: DateTime<Utc>,
}

/// A part of it, told before the whole is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChartPart {
    /// Who there is, and how much there will be.
    People {
        /// Who there is.
        people: Arc<[Member]>,
        /// How many tables there will be.
        tables: usize,
        /// How many strips: a table may be met by those of several roles.
        strips: usize,
    },
    /// One more strip.
    Strip(Arc<Strip>),
}

/// Somebody of the matrix: a user in one of the ways in which they can act, or an identity that is no user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The user's id; absent for an identity that is no user.
    pub id: Option<String>,
    /// What people call them.
    pub label: String,
    /// The organization in which they act, or to which they belong: its id and its name.
    pub organization: Option<(String, String)>,
    /// What roles they have, by their names.
    pub roles: Vec<String>,
    /// As whom they are asked about.
    pub somebody: Arc<Somebody>,
}

impl Member {
    /// Acting as them, as `warrant` says.
    pub fn acting(&self, warrant: &Warrant) -> Acting {
        self.somebody.candidate.acting(&warrant.reason, warrant.since, warrant.until)
    }
}

impl Question for Charting {
    type Answer = Arc<Chart>;

    /// Whoever asks: what somebody may do does not depend on it.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Arc<Chart>, Problem> {
        let asked = format!("matrix of {:?}", self.organization);
        if !self.fresh
            && let Some(chart) = database.kept::<Chart>(&asked).await
        {
            return Ok(chart);
        }
        let matrix = Matrix { organization: self.organization.clone(), ..Matrix::default() };
        let crowd = matrix.people(&database, &run).await?;
        let members: Arc<[Member]> = self.members(&database, &crowd, &run).await?.into();
        let tables = tables(&database, &[], &run).await?;
        let strips = tables.len() * Group::of(&crowd).len();
        let people = Arc::clone(&members);
        run.tell(ChartPart::People { people, tables: tables.len(), strips });
        let mut found = Vec::with_capacity(strips);
        let tell = |strip: Strip| {
            let strip = Arc::new(strip);
            run.tell(ChartPart::Strip(Arc::clone(&strip)));
            found.push(strip);
            Ok(true)
        };
        matrix.strips(&database, &crowd, &tables, &self.warrant, &run, tell).await?;
        let chart = Arc::new(Chart { people: members, strips: found, counted: self.warrant.since });
        database.keep(asked, Arc::clone(&chart)).await;
        Ok(chart)
    }
}

impl Charting {
    async fn members(
        &self,
        database: &Arc<Database>,
        people: &[Somebody],
        run: &Run,
    ) -> Result<Vec<Member>, Problem> {
        let granted = granted(database, self.organization.as_ref(), run).await?;
        let member = |somebody: &Somebody| {
            let candidate = &somebody.candidate;
            let id = candidate.person.id.clone();
            let own = candidate.membership.iter().map(String::as_str);
            let all = id.as_ref().and_then(|id| granted.get(id)).into_iter().flatten();
            let here =
                all.filter(|grant| candidate.membership.is_none() || grant.holds_in(somebody));
            let roles: BTreeSet<&str> = own.chain(here.map(|grant| grant.role.as_str())).collect();
            let place = candidate.person.organization.clone();
            let organization = place.map(|id| {
                let name = candidate.organization.clone().unwrap_or_else(|| id.clone());
                (id, name)
            });
            Member {
                label: candidate.person.label.clone(),
                organization,
                roles: roles.into_iter().map(str::to_owned).collect(),
                somebody: Arc::new(somebody.clone()),
                id,
            }
        };
        Ok(people.iter().map(member).collect())
    }
}

/// A role that somebody has.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Grant {
    role: String,
    /// The organization in which it holds, where it is one.
    organization: Option<String>,
}

impl Grant {
    /// Whether it holds where somebody acts.
    fn holds_in(&self, somebody: &Somebody) -> bool {
        self.organization.is_none() || self.organization == somebody.candidate.person.organization
    }
}

/// What roles users have, by their ids; none where the schema knows no grants.
async fn granted(
    database: &Database,
    organization: Option<&String>,
    run: &Run,
) -> Result<BTreeMap<String, BTreeSet<Grant>>, Problem> {
    let view = Grants { organization: organization.cloned(), ..Grants::default() };
    let mut found: BTreeMap<String, BTreeSet<Grant>> = BTreeMap::new();
    let select = match view.select(database, run).await {
        Ok(select) => select,
        Err(problem) if problem.kind == Kind::Missing => return Ok(found),
        Err(problem) => return Err(problem),
    };
    let mut query = Query { limit: PAGE, ..Query::default() };
    loop {
        let page = list::page(database, &Identity::Observer, run, &select, &query).await?;
        for item in &page.items {
            let value = |name| page.value(item, name).map(str::to_owned);
            let (Some(user), Some(role)) = (value("user_id"), value("role")) else { continue };
            let in_one = value("scope_type").as_deref() == Some("organization");
            let organization = value("scope_id").filter(|_| in_one);
            found.entry(user).or_default().insert(Grant { role, organization });
        }
        match page.items.last() {
            Some(last) if !page.at_end => query.from = From::After(last.position.clone()),
            _ => return Ok(found),
        }
    }
}
