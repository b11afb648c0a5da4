//! The file `config.toml`, read piece by piece, so that one wrong piece does not take the others with it.

use std::{collections::BTreeMap, io, ops::Range, path::Path};

use serde::{Deserialize as _, de::IntoDeserializer as _};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Context, SETTINGS, flaw::Source};
use crate::pg::{Environment, Facts, Problem};

/// What the file says.
#[derive(Debug, Default)]
pub(super) struct File {
    /// Settings by name, as text.
    pub(super) values: BTreeMap<&'static str, String>,
    /// Contexts by name, those that are wrong with the reason.
    pub(super) contexts: Vec<(String, Result<Context, Problem>)>,
    pub(super) problems: Vec<Problem>,
}

impl File {
    /// Reads the file at `path`. Not having one is as good as an empty one.
    pub(super) fn load(path: &Path, environment: &Environment) -> Self {
        let text = match environment.read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Self::default(),
            Err(error) => {
                return Self::wrong(Problem::usage(format!("{}: {error}", path.display())));
            }
        };
        let shown = path.display().to_string();
        let read = Reader { source: Source::new(&shown, &text) }.file();
        let shared = environment.facts(path).is_ok_and(Facts::is_shared);
        let holds_password = |(_, context): &(_, Result<Context, _>)| {
            context.as_ref().is_ok_and(Context::holds_password)
        };
        if shared && read.contexts.iter().any(holds_password) {
            return Self::wrong(
                Problem::usage(format!("{shown}: it holds a password and can be read by others"))
                    .hint(format!(
                        "chmod 600 {shown}; or use `password_command` instead of a password"
                    )),
            );
        }
        read
    }

    /// Nothing but a reason why.
    fn wrong(problem: Problem) -> Self {
        Self { problems: vec![problem], ..Self::default() }
    }
}

type Item<'a> = Spanned<DeValue<'a>>;

struct Reader<'a> {
    source: Source<'a>,
}

impl Reader<'_> {
    fn file(&self) -> File {
        let mut file = File::default();
        let table = match DeTable::parse(self.source.text) {
            Ok(table) => table,
            Err(error) => return File::wrong(self.syntax(&error)),
        };
        for (name, item) in table.get_ref() {
            let outcome = match &**name.get_ref() {
                "keys" => self.keys(item),
                "contexts" => self.contexts(item, &mut file.contexts),
                setting => self.setting(setting, name.span(), item, &mut file.values),
            };
            file.problems.extend(outcome.err());
        }
        file.problems.extend(file.contexts.iter().filter_map(|(_, context)| context.clone().err()));
        file
    }

    fn setting(
        &self,
        name: &str,
        place: Range<usize>,
        item: &Item<'_>,
        values: &mut BTreeMap<&'static str, String>,
    ) -> Result<(), Problem> {
        let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) else {
            let known: Vec<_> = SETTINGS.iter().map(|setting| setting.name).collect();
            return Err(self
                .at(place.start, &format!("unknown setting: `{name}`"))
                .hint(format!("there are {}, [keys] and [contexts.NAME]", known.join(", "))));
        };
        let is_text = setting.default.starts_with('"');
        let text = match item.get_ref() {
            DeValue::String(text) if is_text => text.to_string(),
            DeValue::Integer(number) if !is_text => number.to_string(),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => {
                let wanted = if is_text { "a string" } else { "a whole number" };
                return Err(self
                    .at(item.span().start, &format!("`{name}` has to be {wanted}"))
                    .hint(format!("{} is used", setting.default)));
            }
        };
        values.insert(setting.name, text);
        Ok(())
    }

    fn contexts(
        &self,
        item: &Item<'_>,
        contexts: &mut Vec<(String, Result<Context, Problem>)>,
    ) -> Result<(), Problem> {
        let Some(table) = item.get_ref().as_table() else {
            return Err(self.at(item.span().start, "`contexts` has to be tables: [contexts.NAME]"));
        };
        for (name, item) in table {
            let context = Context::deserialize(item.clone().into_deserializer())
                .map_err(|error| self.syntax(&error))
                .and_then(|context| {
                    let placed = |problem: Problem| Problem {
                        summary: self.at(item.span().start, &problem.summary).summary,
                        ..problem
                    };
                    context.check().map_err(placed)
                });
            contexts.push((name.get_ref().to_string(), context));
        }
        Ok(())
    }

    /// What is in `[keys]` only the console understands; it reads that itself.
    fn keys(&self, item: &Item<'_>) -> Result<(), Problem> {
        if item.get_ref().is_table() {
            return Ok(());
        }
        Err(self.at(item.span().start, "`keys` has to be a table: [keys]"))
    }

    fn syntax(&self, error: &toml::de::Error) -> Problem {
        let reason = error.message().replace('\n', ", ");
        self.at(error.span().unwrap_or_default().start, &reason)
    }

    fn at(&self, offset: usize, reason: &str) -> Problem {
        Problem::usage(self.source.flaw_at(offset, reason).to_string())
    }
}
