//! What a statement leaves for COMMIT to check: references, keys and triggers that are deferred. A trial never commits, so it has them checked at once.
//!
//! They are checked behind the same fence as the statement, since their code is as foreign as its own.

use crate::pg::{Fence, Kind, Problem, Sql, wire::Wire, wrapped};

/// Checks what is due, as COMMIT would. It lasts until the savepoint before it is returned to.
const DUE: &str = "SET CONSTRAINTS ALL IMMEDIATE";

/// Has everything checked that the statements of this transaction left for its end.
pub(super) async fn settle(wire: &mut Wire, fence: Fence) -> Result<(), Problem> {
    let settled = match fence {
        Fence::Wrapped => wrapped::count(wire, &Sql::new(DUE)).await.map(drop),
        Fence::Jailed | Fence::Advisory => wire.batch(DUE).await.map(drop),
    };
    settled.map_err(|mut problem| {
        if problem.kind == Kind::Refused || problem.kind == Kind::Permission {
            problem.summary = format!("at COMMIT: {}", problem.summary);
        }
        problem
    })
}
