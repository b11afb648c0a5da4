//! Which policies each statement consults, on which row, and what happens to a row that does not pass.
//!
//! The order is that in which the server looks at them (`get_row_security_policies` in `rowsecurity.c`, `nodeModifyTable.c`).

use serde::Serialize;

/// What somebody wants to do with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Statement {
    /// SELECT, and any other read; COPY … TO of a query.
    Select,
    /// SELECT … FOR UPDATE, NO KEY UPDATE, SHARE or KEY SHARE.
    SelectForUpdate,
    /// INSERT, also with RETURNING of a constant.
    Insert,
    /// INSERT … RETURNING a column.
    InsertReturning,
    /// INSERT … ON CONFLICT DO NOTHING without a target.
    InsertOrNothing,
    /// INSERT … ON CONFLICT (key) DO NOTHING.
    InsertOrNothingOnKey,
    /// INSERT … ON CONFLICT (key) DO UPDATE of a row that is not there.
    UpsertInsert,
    /// INSERT … ON CONFLICT (key) DO UPDATE of a row that is there.
    UpsertUpdate,
    /// UPDATE that reads a column: with WHERE, RETURNING or SET x = x + 1.
    Update,
    /// UPDATE that reads no column: SET x = constant for all rows.
    UpdateAll,
    /// DELETE with WHERE or RETURNING.
    Delete,
    /// DELETE of all rows.
    DeleteAll,
    /// MERGE … WHEN MATCHED THEN UPDATE.
    MergeUpdate,
    /// MERGE … WHEN MATCHED THEN DELETE.
    MergeDelete,
    /// MERGE … WHEN NOT MATCHED THEN INSERT.
    MergeInsert,
    /// COPY … TO.
    CopyTo,
    /// COPY … FROM.
    CopyFrom,
}

/// A set of policies: those of a command, by one of their two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Set {
    /// USING of the policies for SELECT.
    #[serde(rename = "SELECT USING")]
    Select,
    /// WITH CHECK of the policies for INSERT.
    #[serde(rename = "INSERT CHECK")]
    Insert,
    /// USING of the policies for UPDATE.
    #[serde(rename = "UPDATE USING")]
    UpdateUsing,
    /// WITH CHECK of the policies for UPDATE.
    #[serde(rename = "UPDATE CHECK")]
    UpdateCheck,
    /// USING of the policies for DELETE.
    #[serde(rename = "DELETE USING")]
    Delete,
}

/// Which row is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Image {
    /// The row that is there.
    Old,
    /// The row that there would be.
    New,
}

/// What happens to a row that does not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failing {
    /// The statement acts as if the row were not there.
    Filters,
    /// The statement fails with 42501.
    Refuses,
}

/// A set of policies that a statement consults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Gate {
    /// The policies.
    pub set: Set,
    /// The row.
    pub row: Image,
    /// What becomes of a row that does not pass.
    pub failing: Failing,
}

const fn filters(set: Set) -> Gate {
    Gate { set, row: Image::Old, failing: Failing::Filters }
}

const fn refuses_old(set: Set) -> Gate {
    Gate { set, row: Image::Old, failing: Failing::Refuses }
}

const fn refuses(set: Set) -> Gate {
    Gate { set, row: Image::New, failing: Failing::Refuses }
}

impl Statement {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Select,
        Self::SelectForUpdate,
        Self::Insert,
        Self::InsertReturning,
        Self::InsertOrNothing,
        Self::InsertOrNothingOnKey,
        Self::UpsertInsert,
        Self::UpsertUpdate,
        Self::Update,
        Self::UpdateAll,
        Self::Delete,
        Self::DeleteAll,
        Self::MergeUpdate,
        Self::MergeDelete,
        Self::MergeInsert,
        Self::CopyTo,
        Self::CopyFrom,
    ];

    /// The gates that a row has to pass, in order.
    pub const fn gates(self) -> &'static [Gate] {
        const S: Gate = filters(Set::Select);
        const S_NEW: Gate = refuses(Set::Select);
        const I: Gate = refuses(Set::Insert);
        const UU: Gate = filters(Set::UpdateUsing);
        const UC: Gate = refuses(Set::UpdateCheck);
        const D: Gate = filters(Set::Delete);
        const S_OLD: Gate = refuses_old(Set::Select);
        const UU_OLD: Gate = refuses_old(Set::UpdateUsing);
        const D_OLD: Gate = refuses_old(Set::Delete);
        match self {
            Self::Select | Self::CopyTo => &[S],
            Self::SelectForUpdate => &[UU, S],
            Self::Insert | Self::InsertOrNothing | Self::MergeInsert => &[I],
            Self::InsertReturning | Self::InsertOrNothingOnKey | Self::UpsertInsert => &[I, S_NEW],
            Self::UpsertUpdate => &[I, S_NEW, UU_OLD, S_OLD, UC, S_NEW],
            Self::Update => &[UU, S, UC, S_NEW],
            Self::UpdateAll => &[UU, UC],
            Self::Delete => &[D, S],
            Self::DeleteAll => &[D],
            Self::MergeUpdate => &[S, UU_OLD, UC, S_NEW],
            Self::MergeDelete => &[S, D_OLD],
            // Not supported with row security at all (`DoCopy` in `copy.c`).
            Self::CopyFrom => &[],
        }
    }

    /// The name by which it is asked for and told.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::SelectForUpdate => "select-for-update",
            Self::Insert => "insert",
            Self::InsertReturning => "insert-returning",
            Self::InsertOrNothing => "insert-or-nothing",
            Self::InsertOrNothingOnKey => "insert-or-nothing-on-key",
            Self::UpsertInsert => "upsert-insert",
            Self::UpsertUpdate => "upsert-update",
            Self::Update => "update",
            Self::UpdateAll => "update-all",
            Self::Delete => "delete",
            Self::DeleteAll => "delete-all",
            Self::MergeUpdate => "merge-update",
            Self::MergeDelete => "merge-delete",
            Self::MergeInsert => "merge-insert",
            Self::CopyTo => "copy-to",
            Self::CopyFrom => "copy-from",
        }
    }

    /// What it is, in a few words of SQL.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Select => "SELECT, and any other read",
            Self::SelectForUpdate => "SELECT … FOR UPDATE or FOR SHARE",
            Self::Insert => "INSERT",
            Self::InsertReturning => "INSERT … RETURNING a column",
            Self::InsertOrNothing => "INSERT … ON CONFLICT DO NOTHING",
            Self::InsertOrNothingOnKey => "INSERT … ON CONFLICT (key) DO NOTHING",
            Self::UpsertInsert => "INSERT … ON CONFLICT (key) DO UPDATE, and there is no such row",
            Self::UpsertUpdate => "INSERT … ON CONFLICT (key) DO UPDATE, and there is such a row",
            Self::Update => "UPDATE that reads a column: with WHERE or RETURNING",
            Self::UpdateAll => "UPDATE without WHERE that reads no column",
            Self::Delete => "DELETE with WHERE or RETURNING",
            Self::DeleteAll => "DELETE without WHERE",
            Self::MergeUpdate => "MERGE … WHEN MATCHED THEN UPDATE",
            Self::MergeDelete => "MERGE … WHEN MATCHED THEN DELETE",
            Self::MergeInsert => "MERGE … WHEN NOT MATCHED THEN INSERT",
            Self::CopyTo => "COPY … TO",
            Self::CopyFrom => "COPY … FROM",
        }
    }

    /// Whether it does something with a row that is there.
    pub const fn needs_old(self) -> bool {
        matches!(
            self,
            Self::Select
                | Self::SelectForUpdate
                | Self::UpsertUpdate
                | Self::Update
                | Self::UpdateAll
                | Self::Delete
                | Self::DeleteAll
                | Self::MergeUpdate
                | Self::MergeDelete
                | Self::CopyTo
        )
    }

    /// Whether a row comes out of it that was not there as it is.
    pub const fn makes_new(self) -> bool {
        !matches!(
            self,
            Self::Select
                | Self::SelectForUpdate
                | Self::Delete
                | Self::DeleteAll
                | Self::MergeDelete
                | Self::CopyTo
        )
    }

    /// Whether it changes nothing and takes no lock, so that it can run in a transaction that only reads.
    pub const fn only_reads(self) -> bool {
        matches!(self, Self::Select | Self::CopyTo)
    }

    /// Whether it is run on all rows and cannot be run on one.
    pub const fn takes_all(self) -> bool {
        matches!(self, Self::UpdateAll | Self::DeleteAll)
    }

    /// The first major version that has it.
    pub const fn since(self) -> u32 {
        let merges = matches!(self, Self::MergeUpdate | Self::MergeDelete | Self::MergeInsert);
        if merges { 15 } else { 13 }
    }
}

impl std::fmt::Display for Statement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Statement {
    type Err = crate::pg::Problem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wanted = text.to_ascii_lowercase().replace([' ', '_'], "-");
        Self::ALL.into_iter().find(|statement| statement.name() == wanted).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            crate::pg::Problem::usage(format!("there is no such command: {text}"))
                .hint(format!("one of: {names}"))
        })
    }
}

impl Set {
    /// The letter in the catalog (`pg_policy.polcmd`) of the policies that belong to it, besides those for all commands.
    pub(crate) const fn command(self) -> char {
        match self {
            Self::Select => 'r',
            Self::Insert => 'a',
            Self::UpdateUsing | Self::UpdateCheck => 'w',
            Self::Delete => 'd',
        }
    }

    /// Whether WITH CHECK is meant, which falls back to USING.
    pub(crate) const fn checks(self) -> bool {
        matches!(self, Self::Insert | Self::UpdateCheck)
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Select => "SELECT USING",
            Self::Insert => "INSERT CHECK",
            Self::UpdateUsing => "UPDATE USING",
            Self::UpdateCheck => "UPDATE CHECK",
            Self::Delete => "DELETE USING",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a statement consults, as in a table: the old row's S, the new row's S, I, the old row's Uu, Uc, D; `f` filters, `e` refuses.
    fn row(statement: Statement) -> String {
        let mark = |set: Set, image: Image| {
            let found = statement.gates().iter().find(|gate| gate.set == set && gate.row == image);
            match found.map(|gate| gate.failing) {
                Some(Failing::Filters) => 'f',
                Some(Failing::Refuses) => 'e',
                None => '-',
            }
        };
        [
            mark(Set::Select, Image::Old),
            mark(Set::Select, Image::New),
            mark(Set::Insert, Image::New),
            mark(Set::UpdateUsing, Image::Old),
            mark(Set::UpdateCheck, Image::New),
            mark(Set::Delete, Image::Old),
        ]
        .iter()
        .collect()
    }

    #[test]
    fn each_statement_consults_what_the_server_consults() {
        use Statement as S;
        let table = [
            (S::Select, "f-----"),
            (S::SelectForUpdate, "f--f--"),
            (S::Insert, "--e---"),
            (S::InsertReturning, "-ee---"),
            (S::InsertOrNothing, "--e---"),
            (S::InsertOrNothingOnKey, "-ee---"),
            (S::UpsertInsert, "-ee---"),
            (S::UpsertUpdate, "eeeee-"),
            (S::UpdateAll, "---fe-"),
            (S::Update, "fe-fe-"),
            (S::DeleteAll, "-----f"),
            (S::Delete, "f----f"),
            (S::MergeUpdate, "fe-ee-"),
            (S::MergeDelete, "f----e"),
            (S::MergeInsert, "--e---"),
            (S::CopyTo, "f-----"),
            (S::CopyFrom, "------"),
        ];
        assert_eq!(table.len(), Statement::ALL.len());
        for (statement, consulted) in table {
            assert_eq!(row(statement), consulted, "{statement}");
        }
    }

    #[test]
    fn a_gate_looks_at_a_row_that_the_statement_has() {
        for statement in Statement::ALL {
            for gate in statement.gates() {
                match gate.row {
                    Image::Old => assert!(statement.needs_old(), "{statement}"),
                    Image::New => assert!(statement.makes_new(), "{statement}"),
                }
            }
            assert_eq!(statement.name().parse::<Statement>().unwrap(), statement);
        }
    }
}
