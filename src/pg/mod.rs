//! The only door to PostgreSQL.
//!
//! Nothing outside this room opens a connection, starts a transaction or names the driver; nothing inside it knows a terminal.
//! Every statement goes through the gate ([`Door`]), which has to be told as whom ([`Identity`]).

mod acting;
mod door;
mod fence;
mod identity;
mod journal;
mod lane;
mod log;
mod login;
mod name;
mod observer;
mod operator;
mod probe;
mod problem;
mod rows;
mod run;
pub(crate) mod sql;
mod workshop;
mod wrapped;

pub use self::{
    door::Door,
    fence::Fence,
    identity::{Acting, Identity, Person},
    journal::{Entry, Journal},
    log::Ran,
    login::Login,
    name::{ColumnName, RelationName, SettingName, quote_ident},
    operator::Confirmed,
    probe::Probe,
    problem::{Kind, Problem},
    rows::{Row, Rows},
    run::Run,
    sql::Sql,
    workshop::Workshop,
};
