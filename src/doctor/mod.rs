//! How safe the logins are, and whether everything is there that purview works best with.
//!
//! Nothing is changed; whatever is wrong comes with what would cure it. A part that cannot be asked says so and hides no other.

mod code;
mod examination;
mod files;
mod finding;
mod jail;
mod operator;
mod rights;
mod server;
mod terminal;

pub use self::{
    examination::Examination,
    files::{configuration, journal},
    finding::{Finding, Level},
    terminal::Terminal,
};
