//! One migration: each statement with its lock, the size of its table now, what it takes away and what the lints say; and the same for what undoes it.

use std::time::Duration;

use super::{
    migrations,
    sheet::{Asking, Draft, Line, Matter},
};
use crate::{
    migrate::{Foreseen, Group, Looking, Planned, Standing},
    tui::{
        action::Action,
        cx::Cx,
        place::Place,
        remote::Remote,
        stage::Stage,
        ui::{cell, words::indented},
    },
};

/// A migration.
#[derive(Debug)]
pub(super) struct Migration {
    version: String,
    look: Remote<Looking>,
    /// For what is undone with it.
    stand: Remote<Standing>,
}

impl Migration {
    pub(super) fn new(version: &str) -> Self {
        Self { version: version.to_owned(), look: Remote::default(), stand: Remote::default() }
    }

    fn planned(head: &str, planned: &Planned, draft: &mut Draft<'_>) {
        let theme = draft.theme;
        let how = if planned.job.apart { "statement by statement" } else { "one transaction" };
        draft.section(&format!("{head}: {} statements, {how}", planned.statements.len()));
        if let Some(reason) = &planned.opaque {
            draft.text(&format!("runs as one piece: {reason}"), theme.warn, 2, None);
        }
        for statement in &planned.statements {
            Self::statement(statement, draft);
        }
    }

    fn statement(statement: &Foreseen, draft: &mut Draft<'_>) {
        let theme = draft.theme;
        let number = format!("{:>4}  ", statement.line);
        let room = draft.width().saturating_sub(number.len());
        let pieces = statement.text.lines().flat_map(|line| indented(line, room));
        for (at, piece) in pieces.enumerate() {
            let before = if at == 0 { number.clone() } else { " ".repeat(number.len()) };
            draft.line(vec![(before, theme.dim), (piece, theme.text)], None);
        }
        let indent = number.len() + 2;
        if let Some(effect) = statement.effect() {
            let style = if statement.locks[0].mode >= crate::migrate::Mode::Share {
                theme.warn
            } else {
                theme.dim
            };
            draft.text(&effect, style, indent, None);
        }
        if let Some(target) = &statement.target {
            let size = cell::size(target.bytes.unsigned_abs());
            let said = format!(
                "{}: ~{} rows, {size}, {} rows written since its statistics began",
                target.table,
                cell::count(target.rows),
                cell::count(target.written)
            );
            draft.text(&said, theme.dim, indent, None);
        }
        if statement.alone.is_some() {
            draft.text(
                "by itself: the server refuses it in a transaction",
                theme.warn,
                indent,
                None,
            );
        }
        if let Some(danger) = statement.danger {
            draft.text(danger.words(), theme.danger, indent, None);
        }
        for finding in &statement.findings {
            let style = if finding.group == Group::Security { theme.field } else { theme.warn };
            draft.text(&format!("{}: {}", finding.rule, finding.message), style, indent, None);
        }
    }
}

impl Matter for Migration {
    fn title(&self, _place: &Place, _stage: &Stage<'_>) -> String {
        match self.look.value() {
            Some(looked) => format!("migration {} {}", looked.step.version, looked.step.name),
            None => format!("migration {}", self.version),
        }
    }

    fn load(&mut self, _place: &Place, cx: &mut Cx<'_>) {
        self.look.ask(Looking { version: self.version.clone() }, cx);
        self.stand.ask(Standing::default(), cx);
    }

    fn questions(&mut self) -> Vec<&mut dyn Asking> {
        vec![&mut self.look, &mut self.stand]
    }

    fn waits_since(&self) -> Option<Duration> {
        self.look.wait().since()
    }

    fn offers(&self, action: Action) -> bool {
        migrations::is_ours(action) && self.stand.value().is_some()
    }

    fn act(
        &mut self,
        action: Action,
        _line: Option<&Line>,
        _place: &mut Place,
        cx: &mut Cx<'_>,
    ) -> bool {
        let steps = self.stand.value().map(|stand| stand.steps.as_slice()).unwrap_or_default();
        migrations::begin(action, Some(&self.version), steps, cx)
    }

    fn write(&self, _place: &Place, draft: &mut Draft<'_>) {
        let theme = draft.theme;
        if let Some(problem) = self.look.problem() {
            draft.problem(problem, 0);
        }
        draft.waiting(self.look.wait());
        let Some(looked) = self.look.value() else { return };
        let step = &looked.step;
        let said = match (&step.at, &step.by) {
            (Some(at), Some(by)) => format!(", {at} by {by}"),
            (Some(at), None) => format!(", {at}"),
            (None, _) => String::new(),
        };
        draft.line(
            vec![
                (step.state.word().to_owned(), migrations::style(step.state, theme)),
                (crate::text::clean(&said).into_owned(), theme.dim),
            ],
            None,
        );
        if let Some(detail) = step.detail() {
            draft.text(&detail, theme.warn, 0, None);
        }
        if let Some(up) = &looked.up {
            Self::planned("up", up, draft);
        }
        match &looked.down {
            Some(down) => Self::planned("down", down, draft),
            None if looked.up.is_some() => {
                draft.section("down");
                draft.text("there is no way back", theme.dim, 2, None);
            }
            None => {}
        }
    }
}
