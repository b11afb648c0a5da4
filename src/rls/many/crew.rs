//! Identities of one role, and the trial in which they are asked.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};

use super::signature::Signatures;
use crate::{
    database::Database,
    directory::Somebody,
    pg::{Acting, Identity, Person, Problem, Run, Settings, Trial},
    rls::explain::whom,
};

/// Why somebody is acted as, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warrant {
    /// A reason or a ticket.
    pub reason: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Until when; the gate refuses statements after it.
    pub until: DateTime<Utc>,
}

/// Identities of one role.
#[derive(Debug)]
pub(crate) struct Crew<'a> {
    /// Their settings, all by the same names.
    pub(crate) settings: Vec<&'a Settings>,
    /// What is known of them.
    pub(crate) signatures: Signatures,
}

/// Identities that can share a trial: by their places in the list from which they come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    /// The role.
    pub(crate) role: String,
    /// Where they stand in the list.
    pub(crate) people: Vec<usize>,
}

/// A trial in which all of a group are asked.
#[derive(Debug)]
pub(crate) struct Party<'a> {
    pub(crate) trial: Trial<'a>,
    pub(crate) crew: Crew<'a>,
    acting: Arc<Acting>,
}

impl Group {
    /// The groups of `people`, in the order in which they first come.
    pub(crate) fn of(people: &[Somebody]) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        let mut known: BTreeMap<(&str, Vec<&str>), usize> = BTreeMap::new();
        for (at, somebody) in people.iter().enumerate() {
            let candidate = &somebody.candidate;
            let names = candidate.settings.iter().map(|(name, _)| name.as_str()).collect();
            let group = *known.entry((&candidate.role, names)).or_insert_with(|| {
                groups.push(Self { role: candidate.role.clone(), people: Vec::new() });
                groups.len() - 1
            });
            groups[group].people.push(at);
        }
        groups
    }
}

impl<'a> Party<'a> {
    /// Begins to act as those of `group` among `people`; the journal says so.
    pub(crate) async fn open(
        database: &'a Database,
        people: &'a [Somebody],
        group: &Group,
        warrant: &Warrant,
        run: &Run,
    ) -> Result<Self, Problem> {
        let settings: Vec<&Settings> =
            group.people.iter().map(|at| &*people[*at].candidate.settings).collect();
        let label = match group.people.as_slice() {
            [only] => people[*only].candidate.person.label.clone(),
            several => format!("{} identities", several.len()),
        };
        let acting = Acting {
            role: group.role.clone(),
            settings: settings.first().map(|it| it.to_vec()).unwrap_or_default(),
            search_path: None,
            person: Some(Person { id: None, label, organization: None }),
            reason: warrant.reason.clone(),
            since: warrant.since,
            until: warrant.until,
        };
        let acting = whom(database, &Identity::Acting(Arc::new(acting)), run).await?;
        database.door.begin_acting(&acting).await?;
        let trial = match database.door.trial(&acting, run).await {
            Ok(trial) => trial,
            Err(problem) => {
                database.door.end_acting(&acting)?;
                return Err(problem);
            }
        };
        let crew = Crew { settings, signatures: Signatures::default() };
        Ok(Self { trial, crew, acting })
    }

    /// Ends it.
    pub(crate) async fn close(self, database: &Database) -> Result<(), Problem> {
        let recorded = self.trial.end().await;
        database.door.end_acting(&self.acting)?;
        recorded
    }
}
