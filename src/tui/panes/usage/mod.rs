//! Usage: what it comes to, how it went day by day, and a list of what it is made of, through which one goes down to the records.
//!
//! The bars are always those of the list's records: whatever limits one limits the other.

mod draw;
mod layout;
mod list;

use std::time::Duration;

use ratatui::{buffer::Buffer, layout::Rect};

use self::list::{UsageList, is_known, next, turned};
use super::list::ListPane;
use crate::{
    cost::{Dimension, Per, Span, Totals},
    list::Filter,
    pg::Problem,
    tui::{
        action::{Action, PaneKind},
        ask::{AnyAnswer, Ticket},
        cx::Cx,
        note::Note,
        pane::Pane,
        place::Place,
        popup::Deed,
        remote::Remote,
        stage::{Picture, Stage},
    },
};

/// Usage.
#[derive(Debug)]
pub(super) struct UsagePane {
    id: u64,
    by: Dimension,
    per: Per,
    /// On which days; known when it is first asked for.
    span: Option<Span>,
    list: ListPane,
    totals: Remote<Totals>,
    /// By which filter the totals were limited.
    filter: String,
    /// Which of the amounts is drawn.
    measure: usize,
}

impl UsagePane {
    /// Usage at `place`.
    pub(super) fn new(id: u64, place: Place) -> Self {
        let cut = place.address.cut;
        let by = cut.by.unwrap_or(Dimension::Organization);
        let per = cut.per.unwrap_or(Per::Day);
        let span = cut.span();
        let listed = UsageList {
            by,
            per,
            span: span.unwrap_or_else(|| Span::month(chrono::NaiveDate::MIN)),
        };
        let filter = place.address.filter.clone();
        let list = ListPane::new(id, place, Box::new(listed));
        Self { id, by, per, span, list, totals: Remote::default(), filter, measure: 0 }
    }

    /// The days that are looked at: the running month where nobody named any.
    fn days(&mut self, cx: &Cx<'_>) -> Span {
        *self.span.get_or_insert_with(|| Span::month(cx.now.wall.date_naive()))
    }

    /// Shows something else in the same place.
    fn turn(&mut self, by: Dimension, per: Per, span: Span, cx: &mut Cx<'_>) {
        self.list.stop(cx);
        let mut place = self.list.place();
        if by != self.by {
            // What it was sorted by may not be there any more.
            place.address.sort = None;
        }
        (self.by, self.per, self.span) = (by, per, Some(span));
        place.address.cut.by = Some(by);
        place.address.cut.per = Some(per);
        place.address.cut.set_span(span);
        self.list = ListPane::new(self.id, place, Box::new(UsageList { by, per, span }));
        self.load(cx);
    }

    fn ask_totals(&mut self, cx: &mut Cx<'_>) {
        let span = self.days(cx);
        let place = self.list.place();
        self.filter.clone_from(&place.address.filter);
        // The list says what is wrong with a filter.
        let filter = Filter::parse(&self.filter).unwrap_or_default();
        let organization = place.address.organization;
        let at = cx.now.wall;
        self.totals.ask(Totals { organization, filter, span: Some(span), per: self.per, at }, cx);
    }

    /// Does `work` on the list, which has as many lines as are left to it; the totals follow if the filter has changed.
    fn in_list<T>(
        &mut self,
        cx: &mut Cx<'_>,
        work: impl FnOnce(&mut ListPane, &mut Cx<'_>) -> T,
    ) -> T {
        let lines =
            layout::parts(Rect::new(0, 0, cx.columns as u16, cx.lines as u16), cx.form).list.height;
        let done = work(&mut self.list, &mut cx.within(lines.into()));
        if self.list.place().address.filter != self.filter {
            self.ask_totals(cx);
        }
        done
    }
}

impl Pane for UsagePane {
    fn place(&self) -> Place {
        self.list.place()
    }

    fn kind(&self) -> PaneKind {
        self.list.kind()
    }

    fn title(&self, stage: &Stage<'_>) -> String {
        self.list.title(stage)
    }

    fn load(&mut self, cx: &mut Cx<'_>) {
        // Where no usage is recorded at all, the list says so.
        let any = cx.facts.is_some_and(|facts| !facts.dimensions.is_empty());
        let known = !any || is_known(self.by, cx.facts);
        if self.span.is_none() || !known {
            let mut place = self.list.place();
            if !known {
                // Whoever comes from a user asks by model; not every schema records one.
                let instead = next(self.by, cx.facts).unwrap_or(Dimension::Record);
                let said = format!("no {} is recorded: told apart by {instead}", self.by);
                cx.say(Note::warning(&said));
                self.by = instead;
                place.address.cut.by = Some(instead);
            }
            let (by, per, span) = (self.by, self.per, self.days(cx));
            self.list = ListPane::new(self.id, place, Box::new(UsageList { by, per, span }));
        }
        self.ask_totals(cx);
        self.in_list(cx, Pane::load);
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "other actions are the list's business")]
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let (by, per, span) = (self.by, self.per, self.days(cx));
        match action {
            Action::NextDimension => self.turn(turned(by, cx.facts), per, span, cx),
            Action::NextPeriod => self.turn(by, per.turned(), span, cx),
            Action::SpanBefore => self.turn(by, per, span.before(), cx),
            Action::SpanAfter => self.turn(by, per, span.after(), cx),
            Action::NextMeasure => {
                let count = self.totals.value().map_or(0, |sums| sums.amounts.len());
                self.measure = (self.measure + 1) % count.max(1);
                if count < 2 {
                    cx.say(Note::warning("there is only one thing to draw"));
                }
            }
            other => return self.in_list(cx, |list, cx| list.act(other, cx)),
        }
        true
    }

    fn take(&mut self, deed: Deed, cx: &mut Cx<'_>) -> bool {
        self.in_list(cx, |list, cx| list.take(deed, cx))
    }

    fn receive(&mut self, ticket: Ticket, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>) {
        if self.totals.wait().awaits(ticket) {
            self.totals.settle(ticket, answer, cx.now);
            let count = self.totals.value().map_or(0, |sums| sums.amounts.len());
            self.measure = self.measure.min(count.saturating_sub(1));
            return;
        }
        self.in_list(cx, |list, cx| list.receive(ticket, answer, cx));
    }

    fn tick(&mut self, cx: &mut Cx<'_>) {
        self.in_list(cx, Pane::tick);
    }

    fn wakes(&self) -> Option<Duration> {
        self.list.wakes()
    }

    fn waits_since(&self) -> Option<Duration> {
        [self.list.waits_since(), self.totals.wait().since()].into_iter().flatten().min()
    }

    fn stop(&mut self, cx: &mut Cx<'_>) {
        self.totals.stop(cx);
        self.list.stop(cx);
    }

    fn relax(&mut self, cx: &mut Cx<'_>) -> bool {
        self.in_list(cx, Pane::relax)
    }

    fn refuses(&self, action: Action) -> Option<String> {
        let own = [
            Action::NextDimension,
            Action::NextPeriod,
            Action::NextMeasure,
            Action::SpanBefore,
            Action::SpanAfter,
        ];
        if own.contains(&action) { None } else { self.list.refuses(action) }
    }

    fn has_row(&self) -> bool {
        self.list.has_row()
    }

    fn marks(&self) -> usize {
        self.list.marks()
    }

    fn view(&self, stage: &Stage<'_>, area: Rect, preview: Rect, buf: &mut Buffer) -> Picture {
        let parts = layout::parts(area, stage.form);
        self.draw_words(stage, parts.words, buf);
        self.draw_bars(stage, parts.bars, buf);
        self.list.view(stage, parts.list, preview, buf)
    }
}
