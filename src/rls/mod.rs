//! Row level security: who sees and may do what, and why.

pub mod lint;

pub use self::lint::Lints;
