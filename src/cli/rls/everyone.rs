//! Whom a command that asks about many is about, and where its answers go.

use std::sync::Arc;

use clap::Args;

use crate::{
    cli::{
        args::Output,
        resolve::{resolve, resolve_if},
        say::{self, Stdout},
    },
    database::Database,
    directory::What,
    list::Column,
    pg::{Problem, RelationName, Row, Run},
    report::{Format, Report},
};

/// Who, where and why.
#[derive(Debug, Clone, Args)]
pub struct Everyone {
    /// Only the users of this organization: an id or a part of its name
    #[arg(long, value_name = "ORGANIZATION")]
    pub org: Option<String>,
    /// Only these users, separated by commas: ids, e-mail addresses or parts of names
    #[arg(long, value_name = "USER", value_delimiter = ',', conflicts_with = "org")]
    pub users: Vec<String>,
    /// Why, for the journal
    #[arg(long, value_name = "TEXT", default_value = "command line")]
    pub reason: String,
    /// How to print it: table, json, ndjson, csv, sheet or md
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = Output::Table)]
    #[arg(hide_possible_values = true)]
    pub output: Output,
}

impl Everyone {
    /// The ids of the organization and of the users.
    pub(super) async fn ids(
        &self,
        database: &Arc<Database>,
        run: &Run,
    ) -> Result<(Option<String>, Vec<String>), Problem> {
        let organization =
            resolve_if(What::Organization, self.org.as_deref(), database, run).await?;
        let mut users = Vec::new();
        for needle in &self.users {
            users.push(resolve(What::User, needle, database, run).await?);
        }
        Ok((organization, users))
    }
}

/// The tables that were named.
pub(super) fn tables(names: &[String]) -> Result<Vec<RelationName>, Problem> {
    names.iter().map(|name| name.parse()).collect()
}

/// Answers, written as they come.
pub(super) struct Answers {
    report: Report<Stdout>,
    /// Which columns are written: people get those that are not hidden.
    shown: Vec<bool>,
    gone: std::rc::Rc<std::cell::Cell<bool>>,
}

impl Answers {
    pub(super) fn begin(output: Output, columns: Vec<Column>) -> Result<Self, Problem> {
        let out = Stdout::open();
        let gone = out.watch();
        let for_people = matches!(output, Output::Table | Output::Md);
        let shown: Vec<bool> = columns.iter().map(|it| !(for_people && it.hidden)).collect();
        let kept = columns.into_iter().zip(&shown).filter(|(_, shown)| **shown);
        let columns = kept.map(|(column, _)| column).collect();
        let report = Report::begin(Format::from(output), columns, out)
            .map_err(|error| say::unwritable(&error))?;
        Ok(Self { report, shown, gone })
    }

    /// Writes one; whether anybody reads on.
    pub(super) fn row(&mut self, row: &Row) -> Result<bool, Problem> {
        let kept = row.iter().zip(&self.shown).filter(|(_, shown)| **shown);
        let row: Row = kept.map(|(cell, _)| cell.clone()).collect();
        self.report.row(&row).map_err(|error| say::unwritable(&error))?;
        Ok(!self.gone.get())
    }

    pub(super) fn end(self) -> Result<(), Problem> {
        self.report.end().map(drop).map_err(|error| say::unwritable(&error))
    }
}
