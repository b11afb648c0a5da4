//! Settings: those that a server should not run with, and those that wait for a restart.

use super::{
    Capability, Needs, Panel,
    panel::{Source, seconds, text},
};

/// What is looked at, what is wrong first.
pub(super) static SETTINGS: Panel = Panel {
    source: Source::Fixed(include_str!("sql/settings.sql")),
    columns: &[
        text("name").pinned(),
        text("value"),
        text("state"),
        text("why"),
        text("built_in"),
        text("source"),
        text("takes_effect"),
    ],
    key: &[("name", "text")],
    known_by: &["name"],
    // danger, look, ok, restart
    order: ("state", false),
    every: seconds(60),
    capability: Capability { needs: Needs::Nothing, empty: "there are none" },
};
