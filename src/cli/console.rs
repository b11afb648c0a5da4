//! `purview` without a command: the console.

use super::args::Place;
use crate::pg::Problem;

/// Opens the console on the database that `place` names, at the address `at`.
pub(super) fn open(_place: &Place, _at: Option<&str>) -> Result<(), Problem> {
    Err(Problem::usage("this build has no console").hint("`purview get` prints every list"))
}
