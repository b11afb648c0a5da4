//! The private cluster with five systems and sample data.
//!
//! It belongs to whoever runs purview, lies in one directory, listens to nobody else, and every step towards it can be interrupted and is then made anew.

mod account;
mod build;
mod cluster;
mod condition;
mod copy;
mod home;
mod lock;
mod login;
mod postmaster;
mod programs;
mod scale;
mod secrets;
mod server;
mod settings;
mod start;
mod state;
mod stop;
mod system;

pub use self::{
    cluster::Cluster,
    condition::{Condition, Context, contexts, is_current, running, status},
    copy::copy,
    home::Home,
    login::LoginKind,
    scale::{Scale, Sizes},
    start::{Options, start},
    stop::{reset, stop},
    system::System,
};

/// Where a line about each step goes, while it is taken.
pub type Progress<'a> = &'a (dyn Fn(&str) + Send + Sync);
