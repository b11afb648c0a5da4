//! Home: what is in this database, each line leading somewhere.

use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    address::{VIEWS, View},
    pg::Problem,
    tui::{
        action::{Action, PaneKind},
        ask::{AnyAnswer, Ticket},
        cursor::Cursor,
        cx::Cx,
        pane::Pane,
        place::Place,
        stage::{Picture, Stage},
        ui::{frame, line},
    },
};

/// The first screen.
#[derive(Debug)]
pub(super) struct Home {
    place: Place,
    cursor: Cursor,
}

impl Home {
    pub(super) fn new(place: Place) -> Self {
        Self { place, cursor: Cursor::default() }
    }

    /// Where its lines lead.
    fn lines() -> Vec<(View, &'static str)> {
        let lists = VIEWS.iter().filter(|spec| spec.object.is_none() && spec.view != View::Home);
        lists.map(|spec| (spec.view, spec.doc)).collect()
    }
}

impl Pane for Home {
    fn place(&self) -> Place {
        self.place.clone()
    }

    fn kind(&self) -> PaneKind {
        PaneKind::Home
    }

    fn title(&self, _stage: &Stage<'_>) -> String {
        "home".to_owned()
    }

    fn load(&mut self, _cx: &mut Cx<'_>) {}

    #[expect(clippy::wildcard_enum_match_arm, reason = "other actions mean nothing here")]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let lines = Self::lines();
        let height = cx.lines.saturating_sub(2);
        let delta = match action {
            Action::Down => 1,
            Action::Up => -1,
            Action::PageDown | Action::HalfDown | Action::Last => isize::MAX / 2,
            Action::PageUp | Action::HalfUp | Action::First => isize::MIN / 2,
            Action::Open => {
                let Some((view, _)) = lines.get(self.cursor.row) else { return true };
                let mut to = Place::of(*view);
                to.address.organization.clone_from(&self.place.address.organization);
                cx.go(to);
                return true;
            }
            _ => return false,
        };
        self.cursor = self.cursor.step(delta, lines.len(), height);
        true
    }

    fn receive(&mut self, _ticket: Ticket, _answer: Result<AnyAnswer, Problem>, _cx: &mut Cx<'_>) {}

    fn tick(&mut self, cx: &mut Cx<'_>) {
        self.cursor = self.cursor.step(0, Self::lines().len(), cx.lines.saturating_sub(2));
    }

    fn view(&self, stage: &Stage<'_>, area: Rect, _preview: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let inner = frame::pane("home", theme.border, theme.title, area, buf);
        let lines = Self::lines();
        for (y, index) in
            (inner.y..inner.bottom()).zip(self.cursor.window(lines.len(), inner.height.into()))
        {
            let (view, doc) = lines[index];
            let selected = index == self.cursor.row;
            let sign = if selected { "> " } else { "  " };
            let at = Rect { y, height: 1, ..inner };
            line::spans(
                &[
                    (sign, theme.text),
                    (&format!("{:<16}", view.name()), theme.field),
                    (doc, theme.dim),
                ],
                at,
                buf,
            );
            if selected {
                buf.set_style(at, theme.selected);
            }
        }
        Picture::default()
    }
}
