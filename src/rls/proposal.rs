//! Policies drafted for tables that have none: whose row it is follows from the column of the tenant, or from where foreign keys lead.
//!
//! Nothing is run: what comes out is a pair of migrations for people to read. Every policy asks once per statement who is asking, in a sub-select, and says in a
//! comment by which path it knows the organization.

mod functions;

use std::{
    collections::{HashMap, VecDeque},
    fmt::Write as _,
    sync::Arc,
};

use self::functions::{COLLEAGUES, ORGANIZATIONS, USER};
use super::{
    asker::{self, Asker},
    scope::{self, Guarded},
};
use crate::{
    database::Database,
    mapping::Mapping,
    pg::{Identity, Problem, RelationName, Run, spell_ident},
    question::Question,
    tables::{ForeignKey, ForeignKeys},
    text::clean,
};

/// Which policies would keep the organizations apart?
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposal {
    /// For these tables; for all that have no row security where there are none.
    pub tables: Vec<RelationName>,
}

/// A pair of migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// What makes the policies.
    pub up: String,
    /// What takes them away.
    pub down: String,
    /// The tables whose rows belong to nobody as far as can be seen.
    pub without_path: Vec<RelationName>,
}

/// How the organization of a row is known.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Path {
    /// The row is the organization.
    Organization(String),
    /// The row is a user.
    User(String),
    /// The row says it.
    Column(String),
    /// The row belongs to a user.
    OfUser(String),
    /// The row that a foreign key leads to knows it.
    Through(ForeignKey),
}

impl Question for Proposal {
    type Answer = Proposed;

    /// The observer is asked, whoever asks: the catalogs are the same for all.
    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        run: Run,
    ) -> Result<Proposed, Problem> {
        let all = scope::tables(&database, &run).await?;
        let names: Vec<RelationName> = all.iter().map(|it| it.name.clone()).collect();
        if let Some(strange) = self.tables.iter().find(|it| !names.contains(it)) {
            return Err(Problem::usage(format!("there is no such table: {strange}")));
        }
        let asked = |it: &&Guarded| self.tables.contains(&it.name);
        let open = |it: &&Guarded| !it.row_security;
        let wanted: Vec<&Guarded> = if self.tables.is_empty() {
            all.iter().filter(open).collect()
        } else {
            all.iter().filter(asked).collect()
        };
        let mapping = database.mapping()?;
        let mut keys = Vec::new();
        for name in &names {
            let question = ForeignKeys { table: name.clone() };
            let found =
                question.ask(Arc::clone(&database), Identity::Observer, run.clone()).await?;
            keys.extend(found.into_iter().filter(|key| key.from == *name));
        }
        let mut columns = HashMap::new();
        for name in &names {
            let relation = database.relation(name, &run).await?;
            let all = relation.attributes.iter().map(|it| (it.name.clone(), it.not_null));
            columns.insert(name.clone(), all.collect::<HashMap<_, _>>());
        }
        let ground = Ground::of(&database, mapping, &run).await?;
        let paths = paths(mapping, &ground, &names, &columns, &keys);
        Ok(ground.write(mapping, &wanted, &paths))
    }
}

/// What the policies stand on.
struct Ground {
    /// The schema in which the functions are made.
    schema: String,
    /// Whose they are, so that they see every membership.
    owner: RelationName,
    /// The role that asks.
    role: String,
    /// The expression of the id of whoever asks.
    user: String,
    user_key: String,
    user_type: String,
    organization_key: String,
    organization_type: String,
}

impl Ground {
    async fn of(database: &Database, mapping: &Mapping, run: &Run) -> Result<Self, Problem> {
        let recipe = mapping.recipe()?;
        let organization = &mapping.organization;
        let organization_key = asker::key_column(&organization.id)?;
        let organization_type =
            asker::type_of(database, &organization.source.relation, &organization_key, run).await?;
        let asker = Asker::of(database, mapping, run).await?;
        Ok(Self {
            schema: organization.source.relation.schema.clone(),
            owner: organization.source.relation.clone(),
            role: recipe.role.clone(),
            user: asker.expression,
            user_key: asker.key,
            user_type: asker.type_name,
            organization_key,
            organization_type,
        })
    }

    /// `schema.function()`, or its name alone for statements about it.
    fn function(&self, name: &str) -> String {
        format!("{}.{name}()", spell_ident(&self.schema))
    }

    /// What a path tests on the table or alias `of`.
    fn condition(&self, path: &Path, of: &str, paths: &HashMap<RelationName, Path>) -> String {
        let any = |column: &str, function: &str, type_name: &str| {
            format!(
                "{of}.{} = ANY ((SELECT {})::{type_name}[])",
                spell_ident(column),
                self.function(function)
            )
        };
        match path {
            Path::Organization(column) | Path::Column(column) => {
                any(column, ORGANIZATIONS, &self.organization_type)
            }
            Path::User(column) => any(column, COLLEAGUES, &self.user_type),
            Path::OfUser(column) => {
                format!("{of}.{} = (SELECT {})", spell_ident(column), self.function(USER))
            }
            Path::Through(key) => {
                let there = spell_ident(&key.target.name);
                let same: Vec<_> = key.columns.iter().zip(&key.target_columns).collect();
                let columns = |of: &str, names: Vec<&String>| {
                    let names: Vec<_> =
                        names.into_iter().map(|it| format!("{of}.{}", spell_ident(it))).collect();
                    if names.len() == 1 {
                        names.concat()
                    } else {
                        format!("({})", names.join(", "))
                    }
                };
                let beyond = paths
                    .get(&key.target)
                    .map_or_else(|| "true".to_owned(), |path| self.condition(path, &there, paths));
                format!(
                    "{} IN (SELECT {} FROM {} WHERE {beyond})",
                    columns(of, same.iter().map(|(from, _)| *from).collect()),
                    columns(&there, same.iter().map(|(_, to)| *to).collect()),
                    key.target.spelled(),
                )
            }
        }
    }

    fn write(
        &self,
        mapping: &Mapping,
        wanted: &[&Guarded],
        paths: &HashMap<RelationName, Path>,
    ) -> Proposed {
        let mut up = String::from(
            "-- A draft: every user sees and changes the rows of their own organizations. Read it before it is run.\n\n",
        );
        let mut down = String::from("-- Takes the drafted policies away.\n\n");
        up += &self.functions(mapping);
        let mut without_path = Vec::new();
        for Guarded { name: table, row_security } in wanted {
            let Some(path) = paths.get(table) else {
                without_path.push(table.clone());
                continue;
            };
            let name = table.spelled();
            let of = spell_ident(&table.name);
            // What is on already stays on when the policy goes: off, everybody would see every row.
            let turn = |how: &str| {
                let statement = format!("ALTER TABLE {name} {how} ROW LEVEL SECURITY;\n");
                if *row_security { String::new() } else { statement }
            };
            // Writing to a string cannot fail.
            let _ = write!(
                up,
                "-- {}\n{}CREATE POLICY by_organization ON {name} TO {}\n  USING ({});\n\n",
                // A line end in a name would end the comment.
                clean(&format!("{table}: {}", told(path, paths))),
                turn("ENABLE"),
                spell_ident(&self.role),
                self.condition(path, &of, paths)
            );
            let _ = write!(down, "DROP POLICY by_organization ON {name};\n{}", turn("DISABLE"));
        }
        for table in &without_path {
            let _ = writeln!(
                up,
                "-- {}: no path leads to an organization; who may see it, only a person can say.",
                clean(&table.to_string())
            );
        }
        for name in [COLLEAGUES, ORGANIZATIONS, USER] {
            let _ = writeln!(down, "DROP FUNCTION {};", self.function(name));
        }
        Proposed { up, down, without_path }
    }
}

/// How a path is told.
fn told(path: &Path, paths: &HashMap<RelationName, Path>) -> String {
    match path {
        Path::Organization(_) => "the organization itself".to_owned(),
        Path::User(_) => "a user, seen by those who share an organization".to_owned(),
        Path::Column(column) => format!("by its column {column}"),
        Path::OfUser(column) => format!("by its user alone, {column}"),
        Path::Through(key) => {
            let beyond = paths.get(&key.target).map(|path| told(path, paths)).unwrap_or_default();
            format!("through {} to {}, {beyond}", key.columns.join(", "), key.target)
        }
    }
}

/// The shortest way from each table to an organization; what has none is absent.
fn paths(
    mapping: &Mapping,
    ground: &Ground,
    names: &[RelationName],
    columns: &HashMap<RelationName, HashMap<String, bool>>,
    keys: &[ForeignKey],
) -> HashMap<RelationName, Path> {
    let mut paths: HashMap<RelationName, Path> = HashMap::new();
    let organization = &mapping.organization.source.relation;
    let user = &mapping.user.source.relation;
    for name in names {
        let tenant = mapping.tenant_columns.iter().find(|it| columns[name].contains_key(*it));
        let path = if name == organization {
            Path::Organization(ground.organization_key.clone())
        } else if name == user {
            Path::User(ground.user_key.clone())
        } else if let Some(column) = tenant {
            Path::Column(column.clone())
        } else {
            continue;
        };
        paths.insert(name.clone(), path);
    }
    // What a row has to point to says whose it is; what it may point to can be a wish, or no more than a hint, and serves where nothing else does.
    let needed = |key: &&ForeignKey| key.columns.iter().all(|column| columns[&key.from][column]);
    let (firm, loose): (Vec<&ForeignKey>, Vec<&ForeignKey>) = keys.iter().partition(needed);
    for keys in [firm, loose] {
        // From the tables that know it to those that point to them, nearest first; users only last, for what somebody has is nobody else's business.
        let knowing =
            names.iter().filter(|it| *it != user && paths.contains_key(*it)).cloned().collect();
        follow(knowing, &keys, &mut paths);
        let mut near = VecDeque::new();
        for key in keys.iter().filter(|key| key.target == *user) {
            if let ([column], false) = (key.columns.as_slice(), paths.contains_key(&key.from)) {
                paths.insert(key.from.clone(), Path::OfUser(column.clone()));
                near.push_back(key.from.clone());
            }
        }
        follow(near, &keys, &mut paths);
    }
    paths
}

/// Gives a path to whatever points to tables that have one, nearest first.
fn follow(
    mut near: VecDeque<RelationName>,
    keys: &[&ForeignKey],
    paths: &mut HashMap<RelationName, Path>,
) {
    while let Some(target) = near.pop_front() {
        for key in keys.iter().filter(|key| key.target == target) {
            if !paths.contains_key(&key.from) {
                paths.insert(key.from.clone(), Path::Through((*key).clone()));
                near.push_back(key.from.clone());
            }
        }
    }
}
