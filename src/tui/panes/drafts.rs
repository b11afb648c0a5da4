//! Policies drafted for tables that have none, as a pair of migrations. Nothing of it is run.

use std::time::Duration;

use super::sheet::{Asking, Draft, Line, Matter};
use crate::{
    address::{Concept, View},
    rls::Proposal,
    tui::{
        action::{Action, PaneKind},
        cx::Cx,
        note::Note,
        place::Place,
        popup::{Confirm, Deed, Question},
        remote::Remote,
        stage::Stage,
    },
};

/// The drafts.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    drafted: Remote<Proposal>,
    /// Where they are to be written.
    directory: String,
}

/// The table that they are for, where that is one.
fn table(place: &Place) -> Option<&str> {
    let within = place.address.within.as_ref()?;
    (within.concept == Concept::Table).then_some(within.id.as_str())
}

/// What the files are called after.
fn stem(place: &Place) -> String {
    let name = table(place).map(|name| name.rsplit('.').next().unwrap_or(name));
    name.map_or_else(|| "row_security".to_owned(), |name| format!("{name}_row_security"))
}

/// Asks for the directory of a pair of migrations.
pub(super) fn ask_where() -> Question {
    Question::new(
        "write the migrations where?",
        "a directory that is there, such as migrations; the next number in it is taken",
        "directory",
    )
}

/// Asks whether they may be written there.
pub(super) fn ask_whether(directory: &str, stem: &str) -> Confirm {
    let lines = vec![
        format!("into {directory}, under the number after its last:"),
        format!("  NNNN_{stem}.up.sql"),
        format!("  NNNN_{stem}.down.sql"),
        "no file is changed, and nothing is run".to_owned(),
    ];
    Confirm::new("write them?", lines, "Write", Deed::Own("write", String::new()))
}

impl Matter for Drafts {
    fn kind(&self) -> PaneKind {
        PaneKind::Why
    }

    fn title(&self, place: &Place, _stage: &Stage<'_>) -> String {
        let of = table(place).map(|name| format!(" for {name}")).unwrap_or_default();
        format!("{}{of}", View::Drafts.name())
    }

    fn load(&mut self, place: &Place, cx: &mut Cx<'_>) {
        let tables = table(place).into_iter().filter_map(|name| name.parse().ok()).collect();
        self.drafted.ask(Proposal { tables }, cx);
    }

    fn questions(&mut self) -> Vec<&mut dyn Asking> {
        vec![&mut self.drafted]
    }

    fn waits_since(&self) -> Option<Duration> {
        self.drafted.wait().since()
    }

    fn act(
        &mut self,
        action: Action,
        _line: Option<&Line>,
        _place: &mut Place,
        cx: &mut Cx<'_>,
    ) -> bool {
        if action != Action::Export {
            return false;
        }
        if self.drafted.value().is_some() {
            cx.open(Box::new(ask_where()));
        } else {
            cx.say(Note::warning("nothing is drafted yet"));
        }
        true
    }

    fn take(&mut self, name: &str, text: &str, place: &mut Place, cx: &mut Cx<'_>) -> bool {
        match (name, self.drafted.value()) {
            ("directory", _) => {
                text.clone_into(&mut self.directory);
                cx.open(Box::new(ask_whether(text, &stem(place))));
            }
            ("write", Some(drafted)) => {
                cx.write_pair(&self.directory, &stem(place), &drafted.up, &drafted.down);
            }
            _ => return false,
        }
        true
    }

    fn offers(&self, action: Action) -> bool {
        action == Action::Export
    }

    fn refuses(&self, action: Action) -> Option<String> {
        let offered = matches!(action, Action::Export | Action::CopyAs | Action::Save);
        let own = matches!(
            action,
            Action::Why
                | Action::Who
                | Action::Whom
                | Action::Fold
                | Action::FoldUp
                | Action::Unfold
                | Action::FoldAll
                | Action::NextCommand
                | Action::Commands
                | Action::PolicyText
                | Action::EditRow
                | Action::TryIt
        );
        (own && !offered).then(|| "this is a draft: `E` writes it out".to_owned())
    }

    fn write(&self, _place: &Place, draft: &mut Draft<'_>) {
        if let Some(problem) = self.drafted.problem() {
            draft.problem(problem, 0);
        }
        draft.waiting(self.drafted.wait());
        let Some(drafted) = self.drafted.value() else { return };
        let theme = draft.theme;
        draft.text("nothing of this has been run; read it before it is", theme.warn, 0, None);
        for name in &drafted.without_path {
            let said = format!("no path leads from it to an organization: {name}");
            draft.text(&said, theme.warn, 0, None);
        }
        for (head, text) in [("up", &drafted.up), ("down", &drafted.down)] {
            draft.section(head);
            draft.text(text, theme.string, 2, None);
        }
    }
}
