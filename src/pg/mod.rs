//! The only door to PostgreSQL.
//!
//! Nothing outside this room opens a connection, starts a transaction or names the driver; nothing inside it knows a terminal.
//! Every statement goes through the gate ([`Door`]), which has to be told as whom ([`Identity`]).

mod acting;
mod bound;
pub(crate) mod composite;
mod connect;
mod conninfo;
mod converting;
mod deparsed;
mod desk;
mod door;
mod fence;
mod grant;
mod guise;
mod identity;
mod journal;
mod lane;
mod log;
mod login;
mod name;
mod notice;
mod observer;
mod operator;
mod password;
mod probe;
mod problem;
mod rows;
mod run;
mod script;
pub(crate) mod sql;
mod trial;
mod typed;
mod verbatim;
mod wire;
mod workshop;
mod wrapped;

pub use self::{
    conninfo::{Environment, Facts, Files},
    deparsed::Deparsed,
    desk::Desk,
    door::Door,
    fence::Fence,
    identity::{Acting, Identity, Person},
    journal::{Entry, Journal, Signal},
    log::Ran,
    login::Login,
    name::{ColumnName, RelationName, SettingName, quote_ident, spell_ident},
    operator::Confirmed,
    password::{Password, PasswordCommand},
    probe::Probe,
    problem::{Kind, Problem},
    rows::{Head, Row, Rows},
    run::{Part, Run},
    script::quote_literal,
    sql::Sql,
    trial::{Said, Settings, Together, Trial},
    typed::{Called, Form, Most, Refusal, Sort, Told, Typed},
    verbatim::Verbatim,
    workshop::Workshop,
};
pub(crate) use self::{
    conninfo::{holds_password, is_conninfo},
    typed::Target,
};

#[cfg(test)]
pub(crate) use self::conninfo::fake;
