//! Where the migrations stand: each version with its state; Enter shows what it does, other keys take it, undo it, or both, or tell who would see what then.

use std::time::Duration;

use ratatui::style::Style;

use super::sheet::{Asking, Draft, Lead, Line, Matter, padded, widest};
use crate::{
    address::View,
    config::theme::Theme,
    migrate::{Order, Stand, Standing, State, Step},
    tui::{
        action::Action,
        cx::Cx,
        note::Note,
        place::Place,
        popup::{Foreseeing, Migrating},
        remote::Remote,
        stage::Stage,
    },
};

/// Names are cut at this width, so that what follows stays in sight.
const NAME: usize = 34;
/// As wide as the longest word for a state.
const STATE: usize = 14;
/// As wide as a time without its seconds.
const TIME: usize = 18;

/// The migrations.
#[derive(Debug, Default)]
pub(super) struct Migrations {
    stand: Remote<Standing>,
}

/// The style of a state.
pub(super) fn style(state: State, theme: &Theme) -> Style {
    match state {
        State::Applied | State::Irreversible | State::Recorded => theme.ok,
        State::Pending | State::OutOfOrder | State::Partly(_) => theme.warn,
        State::Modified(edit) if edit.is_harmless() => theme.warn,
        State::Modified(_) | State::Missing | State::Duplicate | State::Failed => theme.danger,
    }
}

/// The version on a line.
fn version(line: Option<&Line>) -> Option<String> {
    line?.lead.as_ref()?.place.address.object.clone()
}

/// What `action` comes to on the version under the cursor.
pub(super) fn order(action: Action, version: &str, steps: &[Step]) -> Option<Order> {
    let at: i64 = version.parse().ok()?;
    let before = steps.iter().filter_map(|step| step.version.parse().ok()).filter(|it| *it < at);
    #[expect(clippy::wildcard_enum_match_arm, reason = "the rest is as in any sheet")]
    match action {
        Action::MigrateUp | Action::Foresee => Some(Order::Up(Some(at))),
        Action::MigrateDown => Some(Order::Down(Some(before.max().unwrap_or(0)))),
        Action::MigrateAgain => Some(Order::Redo(Some(at))),
        _ => None,
    }
}

/// Asks about what `action` comes to; whether it was one of these.
pub(super) fn begin(
    action: Action,
    version: Option<&str>,
    steps: &[Step],
    cx: &mut Cx<'_>,
) -> bool {
    if !is_ours(action) {
        return false;
    }
    let writes = action != Action::Foresee;
    if writes && cx.facts.is_some_and(|facts| facts.read_only) {
        cx.say(Note::warning("the context is read only: nothing is written through it"));
        return true;
    }
    match version.and_then(|version| order(action, version, steps)) {
        Some(order) if writes => cx.open(Box::new(Migrating::new(order))),
        Some(order) => cx.open(Box::new(Foreseeing::new(order))),
        None => {
            cx.say(Note::warning("on this line there is no version that can be taken or undone"));
        }
    }
    true
}

/// Whether the action is about migrations.
pub(super) const fn is_ours(action: Action) -> bool {
    matches!(
        action,
        Action::MigrateUp | Action::MigrateDown | Action::MigrateAgain | Action::Foresee
    )
}

impl Migrations {
    fn steps(stand: &Stand, draft: &mut Draft<'_>) {
        let theme = draft.theme;
        let versions = widest(stand.steps.iter().map(|step| step.version.as_str())).max(7) + 2;
        let names = (widest(stand.steps.iter().map(|step| step.name.as_str())) + 2).min(NAME);
        let head = [
            (padded("version", versions), theme.heading),
            (padded("name", names), theme.heading),
            (padded("state", STATE), theme.heading),
            (padded("applied (UTC)", TIME), theme.heading),
            ("ms".to_owned(), theme.heading),
        ];
        draft.line(head.to_vec(), None);
        for step in &stand.steps {
            let place = Place::one(View::Migration, step.version.clone(), step.version.clone());
            let at = step.at.as_deref().map(|at| at.get(..16).unwrap_or(at).replace('T', " "));
            let took = step.milliseconds.map(|it| format!("{it:.0}")).unwrap_or_default();
            let mut pieces = vec![
                (padded(&step.version, versions), theme.key),
                (padded(&step.name, names), theme.text),
                (padded(step.state.word(), STATE), style(step.state, theme)),
                (padded(&at.unwrap_or_default(), TIME), theme.dim),
                (took, theme.number),
            ];
            if let Some(by) = &step.by {
                pieces.push((format!("  by {}", crate::text::clean(by)), theme.dim));
            }
            draft.line(pieces, Some(Lead { place, user: None }));
            if let Some(detail) = step.detail().filter(|_| step.state != State::Irreversible) {
                draft.text(&detail, theme.dim, versions, None);
            }
        }
    }
}

impl Matter for Migrations {
    fn title(&self, _place: &Place, _stage: &Stage<'_>) -> String {
        match self.stand.value() {
            Some(stand) => format!("{} [{}]", View::Migrations.name(), stand.steps.len()),
            None => View::Migrations.name().to_owned(),
        }
    }

    fn load(&mut self, _place: &Place, cx: &mut Cx<'_>) {
        self.stand.ask(Standing::default(), cx);
    }

    fn questions(&mut self) -> Vec<&mut dyn Asking> {
        vec![&mut self.stand]
    }

    fn waits_since(&self) -> Option<Duration> {
        self.stand.wait().since()
    }

    fn offers(&self, action: Action) -> bool {
        is_ours(action) && self.stand.value().is_some()
    }

    fn begins(&self, line: &Line) -> bool {
        let steps = self.stand.value().map(|stand| stand.steps.as_slice()).unwrap_or_default();
        let due = steps.iter().find(|step| step.state.is_due()).map(|step| &step.version);
        let version = version(Some(line));
        version.is_some() && (due.is_none() || due == version.as_ref())
    }

    fn act(
        &mut self,
        action: Action,
        line: Option<&Line>,
        _place: &mut Place,
        cx: &mut Cx<'_>,
    ) -> bool {
        let steps = self.stand.value().map(|stand| stand.steps.as_slice()).unwrap_or_default();
        begin(action, version(line).as_deref(), steps, cx)
    }

    fn write(&self, _place: &Place, draft: &mut Draft<'_>) {
        let theme = draft.theme;
        if let Some(problem) = self.stand.problem() {
            draft.problem(problem, 0);
        }
        draft.waiting(self.stand.wait());
        let Some(stand) = self.stand.value() else { return };
        let pending = match stand.due() {
            0 => ("nothing is pending".to_owned(), theme.ok),
            1 => ("1 is pending".to_owned(), theme.warn),
            many => (format!("{many} are pending"), theme.warn),
        };
        let history = match &stand.table {
            Some(table) => format!(", as {} has it in {table}", stand.tool),
            None => "; there is no history yet".to_owned(),
        };
        draft.line(vec![pending, (crate::text::clean(&history).into_owned(), theme.dim)], None);
        if let Some(files) = &stand.files {
            draft.text(&format!("files: {files}"), theme.dim, 0, None);
        }
        for caveat in &stand.caveats {
            draft.text(&caveat.to_string(), theme.warn, 0, None);
        }
        if let Some(command) = stand.tool.up_command().filter(|_| stand.is_open()) {
            draft.text(
                &format!("purview does not write this history; run `{command}`"),
                theme.warn,
                0,
                None,
            );
        }
        draft.line(Vec::new(), None);
        Self::steps(stand, draft);
    }
}
