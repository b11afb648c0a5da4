//! purview: a terminal console for multi-tenant PostgreSQL.
//!
//! The rooms, in reading order: [`pg`] is the only door to the database, [`mapping`] says what a schema calls things, [`list`] is what every list
//! keeps to, and the rest are rooms and faces built on these three. Rooms know nothing of the faces ([`tui`], [`cli`]).

pub mod address;
pub mod audit;
pub mod cli;
pub mod config;
pub mod cost;
pub mod database;
pub mod demo;
pub mod directory;
pub mod doctor;
pub mod explain;
pub mod headline;
pub mod home;
pub mod list;
pub mod logins;
pub mod mapping;
pub mod migrate;
pub mod monitor;
pub mod pg;
pub mod plan;
pub mod query;
pub mod question;
pub mod report;
pub mod rls;
pub mod tables;
pub mod text;
pub mod tui;
