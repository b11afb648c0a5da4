//! How far verdicts are checked against the real statement.

use super::gate::Statement;

/// Which real statements are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// None.
    Nothing,
    /// Those that only read.
    Reads,
    /// Those that write too. They are undone, but their triggers run; where nothing may be written the gate refuses them.
    Writes,
}

impl Check {
    /// Whether `statement` is tried.
    pub const fn covers(self, statement: Statement) -> bool {
        match self {
            Self::Nothing => false,
            Self::Reads => statement.only_reads(),
            Self::Writes => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_writes_or_locks_is_tried_only_when_asked_for() {
        let tried: Vec<_> =
            Statement::ALL.into_iter().filter(|it| Check::Reads.covers(*it)).collect();
        assert_eq!(tried, [Statement::Select, Statement::CopyTo]);
        assert!(Statement::ALL.iter().all(|it| Check::Writes.covers(*it)));
        assert!(!Statement::ALL.iter().any(|it| Check::Nothing.covers(*it)));
    }
}
