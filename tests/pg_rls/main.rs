//! The evaluator on real servers: what it predicts happens, what it says is why, and what a draft would change changes.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../plain/mod.rs"]
mod plain;
#[path = "../rls_world/mod.rs"]
mod rls_world;

mod compare;
mod oracle;
mod what_if;
mod why;
