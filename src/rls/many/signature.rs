//! What the parts of policies that do not look at a row are worth for each identity.
//!
//! Asked once per part for all identities of a role, in as few round trips as can be. Identities for which all parts of a table's policies are worth the
//! same see the same rows of it.

use std::{collections::HashMap, sync::Arc};

use super::{
    names::Names,
    parts::Form,
    reach::{PROBES, Reach, tied},
    semi::MOST,
};
use crate::{
    list::TypeName,
    pg::{Deparsed, Problem, Row, Settings, Sql, Together, Trial, sql::join},
};

/// For fewer identities than these nothing is gained.
const FEW: usize = 2;

/// A part, by which it is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Fact {
    pub(crate) text: String,
    pub(crate) is_list: bool,
    /// Whether the list is of use only while it is short.
    pub(crate) is_short: bool,
}

/// What a fact is worth for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Worth {
    /// The text of its value; NULL is `None`.
    Value(Option<Arc<str>>),
    /// It is a list that is too long to be held.
    Long,
    /// It cannot be had; the server's code and words.
    Error(Arc<str>),
}

/// The facts about the identities of one role.
#[derive(Debug, Default)]
pub(crate) struct Signatures {
    worth: HashMap<Fact, Vec<Worth>>,
    /// The types of facts; absent where a value of the type cannot be handed back.
    types: HashMap<Fact, Option<TypeName>>,
    /// What can run, once it was of interest.
    reach: Option<Reach>,
}

/// Facts, and how they are asked together, if they are.
type Asked = (Vec<Fact>, Option<Together>);

impl Fact {
    pub(crate) fn of(text: &Deparsed, form: Form) -> Self {
        let is_list = form != Form::Value;
        Self { text: text.as_str().to_owned(), is_list, is_short: form == Form::Exists }
    }

    /// What its value is worth.
    fn worth(&self, value: Option<Arc<str>>) -> Worth {
        let long = |text: &Arc<str>| text.split(',').nth(MOST).is_some();
        if self.is_short && value.as_ref().is_some_and(long) {
            Worth::Long
        } else {
            Worth::Value(value)
        }
    }

    /// The expression that has its value.
    pub(crate) fn sql(&self) -> Sql {
        let text = Deparsed::from_catalog(self.text.clone());
        let mut sql = Sql::new(if self.is_list { "ARRAY(" } else { "(" });
        sql.deparsed(&text).push(")");
        sql
    }
}

impl Signatures {
    /// Makes sure that the worth of `facts` is known for each of `crowd`, which is always the same.
    pub(crate) async fn learn(
        &mut self,
        trial: &mut Trial<'_>,
        crowd: &[&Settings],
        facts: &[Fact],
    ) -> Result<(), Problem> {
        let mut new: Vec<Fact> =
            facts.iter().filter(|fact| !self.worth.contains_key(fact)).cloned().collect();
        new.sort();
        new.dedup();
        if new.is_empty() {
            return Ok(());
        }
        self.learn_types(trial, &new).await?;
        let (together, singly) = self.part(trial, crowd, new).await?;
        for (facts, together) in [together, (singly, None)] {
            if !facts.is_empty() {
                let columns = self.ask(trial, crowd, &facts, together).await?;
                self.worth.extend(facts.into_iter().zip(columns));
            }
        }
        Ok(())
    }

    /// Parts facts into those that can be asked for everybody in one statement, with what has to be asked then, and the others.
    async fn part(
        &mut self,
        trial: &mut Trial<'_>,
        crowd: &[&Settings],
        facts: Vec<Fact>,
    ) -> Result<(Asked, Vec<Fact>), Problem> {
        if crowd.len() < FEW {
            return Ok(((Vec::new(), None), facts));
        }
        let reach = match self.reach.take() {
            Some(reach) => reach,
            None => Reach::read(trial).await?,
        };
        let list = Names::beside(facts.iter().map(|fact| fact.text.as_str())).name("everybody");
        let mut together = Together { values: Vec::new(), probes: Vec::new(), list };
        let (mut whole, mut singly) = (Vec::new(), Vec::new());
        for fact in facts {
            match (tied(&fact, &together.list), reach.probes(&fact)) {
                (Some(value), Ok(probes)) if together.probes.len() + probes.len() <= PROBES => {
                    together.values.push(value);
                    for probe in probes {
                        if !together.probes.contains(&probe) {
                            together.probes.push(probe);
                        }
                    }
                    whole.push(fact);
                }
                _ => singly.push(fact),
            }
        }
        self.reach = Some(reach);
        Ok(((whole, Some(together)), singly))
    }

    /// What each of `facts` is worth for each of `crowd`.
    async fn ask(
        &self,
        trial: &mut Trial<'_>,
        crowd: &[&Settings],
        facts: &[Fact],
        together: Option<Together>,
    ) -> Result<Vec<Vec<Worth>>, Problem> {
        let mut columns: Vec<Vec<Worth>> = vec![vec![Worth::Value(None); crowd.len()]; facts.len()];
        // The same value is kept once, however many have it.
        let mut kept: HashMap<String, Arc<str>> = HashMap::new();
        let mut note = |at: usize, row: Row| {
            for ((column, value), fact) in columns.iter_mut().zip(row).zip(facts) {
                column[at] = fact.worth(value.map(|text| keep(&mut kept, text)));
            }
        };
        let mut left: Vec<usize> = (0..crowd.len()).collect();
        if let Some(together) = together {
            let rows = trial.act_together(crowd, &together).await?;
            left.retain(|at| rows[*at].is_none());
            for (at, row) in rows.into_iter().enumerate() {
                note(at, row.unwrap_or_default());
            }
        }
        let mut failed = Vec::new();
        if !left.is_empty() {
            let some: Vec<&Settings> = left.iter().map(|at| crowd[*at]).collect();
            let answers = trial.act_as_each(&some, &values(facts)).await?;
            for (at, answer) in left.into_iter().zip(answers) {
                match answer {
                    Ok(rows) => note(at, rows.into_iter().next().unwrap_or_default()),
                    Err(_) => failed.push(at),
                }
            }
        }
        self.learn_singly(trial, crowd, facts, &failed, &mut columns).await?;
        Ok(columns)
    }

    /// Asks each fact by itself, for those for whom not all of them could be had at once.
    async fn learn_singly(
        &self,
        trial: &mut Trial<'_>,
        crowd: &[&Settings],
        facts: &[Fact],
        failed: &[usize],
        columns: &mut [Vec<Worth>],
    ) -> Result<(), Problem> {
        if failed.is_empty() {
            return Ok(());
        }
        let some: Vec<&Settings> = failed.iter().map(|at| crowd[*at]).collect();
        for (fact, column) in facts.iter().zip(columns) {
            let answers = trial.act_as_each(&some, &values(std::slice::from_ref(fact))).await?;
            for (at, answer) in failed.iter().zip(answers) {
                column[*at] = match answer {
                    Ok(rows) => {
                        let value = rows.into_iter().next().and_then(|row| row.into_iter().next());
                        fact.worth(value.flatten().map(Arc::from))
                    }
                    Err(problem) => {
                        let code = problem.sqlstate.as_deref().unwrap_or("?");
                        Worth::Error(Arc::from(format!("{code} {}", problem.summary)))
                    }
                };
            }
        }
        Ok(())
    }

    /// Asks of what type facts are, without evaluating them.
    async fn learn_types(&mut self, trial: &mut Trial<'_>, facts: &[Fact]) -> Result<(), Problem> {
        let mut blocks = vec![facts];
        while let Some(block) = blocks.pop() {
            match trial.act(&types(block)).await? {
                Ok(rows) => {
                    let cells = rows.rows.into_iter().next().unwrap_or_default();
                    for (fact, cell) in block.iter().zip(cells) {
                        self.types.insert(fact.clone(), cell.as_deref().and_then(type_name));
                    }
                }
                Err(_) if block.len() > 1 => {
                    let (left, right) = block.split_at(block.len() / 2);
                    blocks.extend([left, right]);
                }
                Err(_) => {
                    self.types.insert(block[0].clone(), None);
                }
            }
        }
        Ok(())
    }

    /// The type of a fact, if a value of it can be handed back.
    pub(crate) fn type_of(&self, fact: &Fact) -> Option<&TypeName> {
        self.types.get(fact)?.as_ref()
    }

    /// What a fact is worth for the identity at `at`.
    pub(crate) fn worth(&self, fact: &Fact, at: usize) -> Option<&Worth> {
        self.worth.get(fact)?.get(at)
    }

    /// Puts identities together for whom all `facts` are worth the same: the class of each, and one of each class.
    pub(crate) fn classes(&self, facts: &[Fact], crowd: usize) -> (Vec<usize>, Vec<usize>) {
        // Of what is too long to be held nobody knows whether it is the same.
        let unlike = |signature: &[Option<&Worth>], at: usize| {
            signature.contains(&Some(&Worth::Long)).then_some(at)
        };
        let mut known: HashMap<(Vec<Option<&Worth>>, Option<usize>), usize> = HashMap::new();
        let (mut class_of, mut first) = (Vec::with_capacity(crowd), Vec::new());
        for at in 0..crowd {
            let signature: Vec<_> = facts.iter().map(|fact| self.worth(fact, at)).collect();
            let alone = unlike(&signature, at);
            let class = *known.entry((signature, alone)).or_insert_with(|| {
                first.push(at);
                first.len() - 1
            });
            class_of.push(class);
        }
        (class_of, first)
    }

    /// All that is known of the identity at `at`.
    pub(crate) fn of(&self, at: usize) -> Vec<(String, Worth)> {
        let known = self.worth.iter();
        known
            .filter_map(|(fact, column)| Some((fact.text.clone(), column.get(at)?.clone())))
            .collect()
    }
}

fn keep(kept: &mut HashMap<String, Arc<str>>, text: String) -> Arc<str> {
    if let Some(known) = kept.get(&text) {
        return Arc::clone(known);
    }
    let shared: Arc<str> = Arc::from(text.as_str());
    kept.insert(text, Arc::clone(&shared));
    shared
}

/// One row with the values of `facts`, as text.
fn values(facts: &[Fact]) -> Sql {
    let parts: Vec<Sql> = facts
        .iter()
        .map(|fact| {
            let mut sql = Sql::new("(");
            sql.append(&fact.sql()).push(")::pg_catalog.text");
            sql
        })
        .collect();
    let mut sql = Sql::new("SELECT ");
    sql.append(&join(&parts, ", "));
    sql
}

/// One row with the types of `facts`, as `{schema,name}`; NULL where a value of it could not be handed back: a record, an array whose elements are arrays.
fn types(facts: &[Fact]) -> Sql {
    let parts: Vec<Sql> = facts
        .iter()
        .map(|fact| {
            let text = Deparsed::from_catalog(fact.text.clone());
            let mut sql = Sql::new(
                "(SELECT ARRAY[n.nspname, y.typname]::pg_catalog.text FROM pg_catalog.pg_type y JOIN pg_catalog.pg_namespace n ON n.oid = y.typnamespace WHERE y.typtype <> 'p' AND ",
            );
            if fact.is_list {
                // The type of an array over what the query returns; of arrays there is none that would keep them apart.
                sql.push("y.oid = (SELECT e.typarray FROM pg_catalog.pg_type e WHERE e.typcategory <> 'A' AND e.typtype <> 'p' AND e.oid = pg_catalog.pg_typeof((SELECT q.c FROM (")
                    .deparsed(&text)
                    .push(") AS q(c) WHERE false))::pg_catalog.oid))");
            } else {
                sql.push("y.oid = pg_catalog.pg_typeof((SELECT ")
                    .append(&fact.sql())
                    .push(" WHERE false))::pg_catalog.oid)");
            }
            sql
        })
        .collect();
    let mut sql = Sql::new("SELECT ");
    sql.append(&join(&parts, ", "));
    sql
}

/// `{schema,name}` as a name.
fn type_name(text: &str) -> Option<TypeName> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let mut parts = Vec::new();
    let mut chars = inner.chars();
    let (mut word, mut quoted) = (String::new(), false);
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '\\' => word.extend(chars.next()),
            ',' if !quoted => parts.push(std::mem::take(&mut word)),
            _ => word.push(c),
        }
    }
    parts.push(word);
    match parts.as_slice() {
        [schema, name] => Some(TypeName::new(schema, name)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_read_whatever_it_is_called() {
        assert_eq!(type_name("{pg_catalog,_uuid}"), Some(TypeName::new("pg_catalog", "_uuid")));
        assert_eq!(type_name(r#"{w,"odd, \"type\""}"#), Some(TypeName::new("w", "odd, \"type\"")));
        assert_eq!(type_name("x"), None);
    }
}
