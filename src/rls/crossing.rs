//! Example rows of another organization that somebody sees.

use std::sync::Arc;

use super::{
    gate::Set,
    many::{By, Formula, Group, Hurdle, Party, Scope, Survey, Wanted},
    subject::Choice,
    tenant,
    warranted::Warranted,
};
use crate::{
    database::Database,
    directory::{Everybody, Somebody},
    pg::{Identity, Kind, Problem, RelationName, Run, Sql},
    question::Question,
};

/// How many rows are shown.
const SHOWN: usize = 5;

/// Who sees whose rows of which table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crossing {
    /// The table.
    pub table: RelationName,
    /// The user's id; the name of an identity that is no user.
    pub who: String,
    /// The id of the organization in which the user acts.
    pub organization_id: Option<String>,
    /// The policy that lets them; all of them where it is absent.
    pub policy: Option<String>,
    /// The id of the organization whose rows they are.
    pub row_organization_id: String,
}

/// The key of a row: columns with their values.
pub type RowKey = Vec<(String, String)>;

impl Crossing {
    /// Whoever is meant.
    async fn somebody(&self, database: &Arc<Database>, run: &Run) -> Result<Somebody, Problem> {
        let question = Everybody { organization: None, users: vec![self.who.clone()] };
        let crowd = question.ask(Arc::clone(database), Identity::Observer, run.clone()).await?;
        let meant = |it: &Somebody| {
            let person = &it.candidate.person;
            let own = person.id.as_ref().unwrap_or(&person.label) == &self.who;
            own && (person.id.is_none() || person.organization == self.organization_id)
        };
        crowd.people.into_iter().chain(crowd.others).find(meant).ok_or_else(|| {
            Problem::new(Kind::Missing, format!("nobody can be acted as: {}", self.who))
        })
    }

    /// Conditions on rows `t`, each of which lets only such pass as belong to the organization and are seen; as many as may be needed.
    async fn conditions(
        &self,
        party: &mut Party<'_>,
        survey: &Survey,
        label: &Sql,
    ) -> Result<Vec<Sql>, Problem> {
        let mut sql = Sql::new("(");
        sql.append(label)
            .push(")::pg_catalog.text = ")
            .bind(Some(&self.row_organization_id), "pg_catalog.text");
        let Some(policy) = &self.policy else { return Ok(vec![sql]) };
        let Ok(classes) = &survey.classes else { return Ok(Vec::new()) };
        let combination = survey.catalog().combination(Set::Select);
        let all = Hurdle::of(&combination).all;
        let named = combination.permissive.iter().filter(|(it, _)| it.name == *policy);
        let any: Vec<_> = named.map(|(_, text)| (*text).clone()).collect();
        let formula = Formula::filter(Hurdle { all, any });
        let wanted = Wanted::passing(&formula, By::Class);
        let counts = survey.count(&mut party.trial, &mut party.crew, wanted).await?;
        let Some(passing) = counts.as_ref().and_then(|counts| counts.of(0)) else {
            return Ok(Vec::new());
        };
        let passing = passing.as_ref().map_err(Clone::clone)?;
        let there = passing
            .iter()
            .filter_map(|(key, _)| classes.all.get(key.as_deref()?.parse::<usize>().ok()?));
        let of = there.filter(|it| it.label.as_ref() == Some(&self.row_organization_id));
        let condition = |class| {
            let mut sql = sql.clone();
            sql.push(" AND ").append(&classes.condition(&survey.catalog().table, class));
            sql
        };
        Ok(of.take(SHOWN).map(condition).collect())
    }

    async fn rows(
        &self,
        database: &Arc<Database>,
        party: &mut Party<'_>,
        run: &Run,
    ) -> Result<Vec<RowKey>, Problem> {
        let Some(label) = tenant::label(database, &self.table, run).await? else {
            return Ok(Vec::new());
        };
        let role = party.trial.acting().role.clone();
        let scope = Scope { label: Some(&label), ..Scope::default() };
        let survey = Survey::open(party, database, &self.table, &role, scope, run).await?;
        let mut found = Vec::new();
        for condition in self.conditions(party, &survey, &label.value).await? {
            let most = SHOWN - found.len();
            if most > 0 {
                let choice = Choice::Where(condition);
                found.extend(survey.rows(&mut party.trial, &choice, most as u64).await?);
            }
        }
        let secret = |name: &String| database.is_secret(&self.table, name);
        let keys = found.into_iter().map(|row| row.key);
        // A row that can only be named by a secret is not named.
        let keys = keys.filter(|key| !key.iter().any(|(name, _)| secret(name)));
        Ok(keys
            .filter_map(|key| key.into_iter().map(|(name, value)| Some((name, value?))).collect())
            .collect())
    }
}

impl Question for Warranted<Crossing> {
    /// The keys of a few of the rows.
    type Answer = Vec<RowKey>;

    /// Whoever asks.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Vec<RowKey>, Problem> {
        let people = [self.question.somebody(&database, &run).await?];
        let group = Group::of(&people).remove(0);
        let mut party = Party::open(&database, &people, &group, &self.warrant, &run).await?;
        let found = self.question.rows(&database, &mut party, &run).await;
        party.close(&database).await?;
        found
    }
}
