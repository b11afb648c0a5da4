//! A view that this database cannot fill: says so instead of faking something.

use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    pg::Problem,
    tui::{
        action::{Action, PaneKind},
        ask::{AnyAnswer, Ticket},
        cx::Cx,
        pane::Pane,
        place::Place,
        stage::{Picture, Stage},
        ui::{frame, line},
    },
};

/// A view without anything in it.
#[derive(Debug)]
pub(super) struct Absent {
    place: Place,
}

impl Absent {
    pub(super) const fn new(place: Place) -> Self {
        Self { place }
    }
}

impl Pane for Absent {
    fn place(&self) -> Place {
        self.place.clone()
    }

    fn kind(&self) -> PaneKind {
        PaneKind::Home
    }

    fn title(&self, _stage: &Stage<'_>) -> String {
        self.place.address.view.name().to_owned()
    }

    fn load(&mut self, _cx: &mut Cx<'_>) {}

    fn act(&mut self, _action: Action, _cx: &mut Cx<'_>) -> bool {
        false
    }

    fn receive(&mut self, _ticket: Ticket, _answer: Result<AnyAnswer, Problem>, _cx: &mut Cx<'_>) {}

    fn view(&self, stage: &Stage<'_>, area: Rect, _preview: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let inner = frame::pane(&self.title(stage), theme.border, theme.title, area, buf);
        let said = "  no mapping says what this is in this database; `tables` shows what there is";
        line::spans(&[(said, theme.dim)], Rect { height: inner.height.min(1), ..inner }, buf);
        Picture::default()
    }
}
