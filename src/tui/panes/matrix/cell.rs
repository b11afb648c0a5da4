//! What stands in a cell: n of N, or the word for why there is no such figure.
//!
//! Nothing is told by colour alone: every state reads differently.

use ratatui::style::Style;

use super::data::{COMMANDS, Data};
use crate::{
    config::theme::Theme,
    rls::{Cell, State, Statement},
    tui::ui::cell::count,
};

/// What stands where nothing is known yet.
const WAITING: &str = "…";

/// How a cell looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// It is not counted yet.
    Waiting,
    /// Nothing passes.
    Nothing,
    /// Some rows.
    Some,
    /// Every row.
    All,
    /// No policy is asked.
    Open,
    /// The server refuses.
    Error,
}

impl Look {
    pub(super) const fn style(self, theme: &Theme) -> Style {
        match self {
            Self::Waiting | Self::Nothing => theme.dim,
            Self::Some => theme.text,
            Self::All => theme.number,
            Self::Open => theme.warn,
            Self::Error => theme.danger,
        }
    }
}

/// What stands in the cell of `command`: `12/300`, `deny`, `error`, `300 bypass`, `300 no-rls`; `~` before what may not be the last word.
pub(super) fn figure(data: &Data, at: usize, table: usize, command: Statement) -> (String, Look) {
    let Some(cell) = data.cell(at, table, command) else {
        return (WAITING.to_owned(), Look::Waiting);
    };
    let Some(visible) = cell.visible else { return ("error".to_owned(), Look::Error) };
    let total = data.total(at, table);
    let number = |rows: u64| count(rows.cast_signed());
    let mind = if data.label(at, table, command).is_some() { "~" } else { "" };
    let of = total.map_or_else(|| "?".to_owned(), number);
    match cell.state {
        State::Deny => ("deny".to_owned(), Look::Nothing),
        State::Error => ("error".to_owned(), Look::Error),
        State::Bypass => (format!("{} bypass", number(visible)), Look::Open),
        State::NoRls => (format!("{} no-rls", number(visible)), Look::Open),
        State::Rows => (format!("{mind}{}/{of}", number(visible)), share(cell, total)),
    }
}

fn share(cell: &Cell, total: Option<u64>) -> Look {
    match cell.visible {
        None => Look::Error,
        Some(0) => Look::Nothing,
        rows if rows == total => Look::All,
        Some(_) => Look::Some,
    }
}

/// All four commands, a letter each: `S` every row, `s` some, `0` none, `-` default deny, `!` error.
pub(super) fn letters(data: &Data, at: usize, table: usize) -> (String, Look) {
    let mut said = String::new();
    let mut look = Look::Nothing;
    let mut open = "";
    for command in COMMANDS {
        let Some(cell) = data.cell(at, table, command) else {
            return (WAITING.to_owned(), Look::Waiting);
        };
        let letter = command.name().chars().next().unwrap_or_default();
        let found = share(cell, data.total(at, table));
        said.push(match (found, cell.state) {
            (Look::Error, _) | (_, State::Error) => '!',
            (_, State::Deny) => '-',
            (Look::Nothing, _) => '0',
            (Look::All, _) => letter.to_ascii_uppercase(),
            _ => letter,
        });
        look = match (look, found) {
            (Look::Error, _) | (_, Look::Error) => Look::Error,
            (Look::Nothing, found) => found,
            (look, Look::Nothing) => look,
            (Look::All, Look::All) => Look::All,
            _ => Look::Some,
        };
        open = match cell.state {
            State::Bypass => " bypass",
            State::NoRls => " no-rls",
            State::Rows | State::Deny | State::Error => open,
        };
    }
    let look = if open.is_empty() || look == Look::Error { look } else { Look::Open };
    (format!("{said}{open}"), look)
}

/// All four commands in a sentence: `select 40, insert 12, update 0, delete error of 300 rows`.
pub(super) fn all_four(data: &Data, at: usize, table: usize) -> String {
    let number = |rows: u64| count(rows.cast_signed());
    let told = COMMANDS.map(|command| {
        let cell = data.cell(at, table, command);
        let said = match cell.map(|cell| (cell.visible, cell.state)) {
            None => "not counted yet".to_owned(),
            Some((None, _) | (_, State::Error)) => "error".to_owned(),
            Some((_, State::Deny)) => "denied".to_owned(),
            Some((Some(rows), _)) => number(rows),
        };
        format!("{} {said}", command.name())
    });
    let total = data.total(at, table).map_or_else(|| "an unknown number of".to_owned(), number);
    format!("{} of {total} rows", told.join(", "))
}

/// The cell in a sentence: `select 12 of 300 rows of 2 organizations`.
pub(super) fn sentence(data: &Data, at: usize, table: usize, command: Statement) -> String {
    let name = command.name();
    let Some(cell) = data.cell(at, table, command) else {
        return format!("{name}: not counted yet");
    };
    let number = |rows: u64| count(rows.cast_signed());
    let total = data.total(at, table).map_or_else(|| "an unknown number of".to_owned(), number);
    let Some(visible) = cell.visible else {
        let problem = cell.problem.as_deref().unwrap_or("the server refuses");
        return format!("{name} fails: {problem}");
    };
    let why = match cell.state {
        State::Deny => return format!("{name}: no policy lets anything pass, of {total} rows"),
        State::Bypass => ": the role stands above policies",
        State::NoRls => ": the table has no row security",
        State::Rows | State::Error => "",
    };
    let several = match cell.organizations {
        Some(1) => " of 1 organization".to_owned(),
        Some(some) if some > 1 => format!(" of {some} organizations"),
        _ => String::new(),
    };
    let label = data.label(at, table, command).map(|label| format!("; {label}"));
    format!("{name} {} of {total} rows{several}{why}{}", number(visible), label.unwrap_or_default())
}
