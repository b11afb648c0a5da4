//! A list out of the database: pages around the cursor, fetched before they are needed, filtered and ordered by the server.
//!
//! One pane for all lists; what differs is a [`Listing`].

mod act;
mod columns;
mod draw;
mod export;
mod following;
mod listing;
mod plan;
mod window;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use ratatui::{buffer::Buffer, layout::Rect};

use self::{export::Exporting, following::Following};
pub use self::{
    listing::{Listing, Record},
    window::{PAGE, Side, Window},
};
use crate::{
    address::View,
    list::{Column, Filter, From, Item, Page, Query, Sort},
    monitor::Target,
    pg::{Kind, Part, Problem},
    tui::{
        action::{Action, PaneKind},
        ask::{AnyAnswer, Ticket},
        cx::Cx,
        layout::Form,
        pane::{LOADING, Pane},
        place::Place,
        popup::{ColumnChoice, Deed},
        remote::{Wait, stopped},
        stage::{Picture, Stage},
    },
};

/// How many rows of a list are read that changes by itself.
const LIVE: usize = 1000;
/// How much longer than its question took a list is left alone before it is asked for again by itself.
const REST: u32 = 20;
/// How long the cursor rests before the preview follows it.
const PREVIEW: Duration = Duration::from_millis(120);
/// How often new rows are looked for while they are followed.
const FOLLOW: Duration = Duration::from_secs(2);

/// A list.
#[derive(Debug)]
pub struct ListPane {
    id: u64,
    place: Place,
    /// The filter with which one came: going back takes it along.
    given: String,
    listing: Box<dyn Listing>,
    window: Window,
    columns: Arc<[Column]>,
    estimate: Option<u64>,
    /// The order in force.
    sort: Option<Sort>,
    problem: Option<Problem>,
    /// What the rows do not tell.
    caveat: Option<Problem>,
    /// What somebody waits for, and from where it was asked.
    main: Wait,
    asked: Asked,
    /// What is fetched before somebody needs it.
    next: Wait,
    side: Side,
    marks: BTreeMap<Vec<String>, Item>,
    /// The last row that was marked.
    marked: Option<Item>,
    view: ViewState,
    /// Grows when rows get other numbers or columns another place: nothing scrolled then.
    era: u64,
    /// When the cursor moved last, and whether the preview has followed.
    moved: Duration,
    previewed: bool,
    /// How far the preview is scrolled, while it has the keys.
    aside: Option<usize>,
    /// How far it was told of new rows, while these are shown as they come.
    following: Option<Following>,
    exporting: Exporting,
    /// The row under the cursor, asked for whole.
    whole: Wait,
}

/// How the list is looked at.
#[derive(Debug, Default)]
struct ViewState {
    /// Which columns are shown, in order; the list's own choice when empty.
    chosen: Vec<ColumnChoice>,
    widths: Vec<u16>,
    wide: bool,
    /// How many columns are scrolled away.
    left: usize,
    /// The column that `c` copies and `o` sorts by.
    column: Option<usize>,
}

/// For what the open question was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    /// To begin anew from there.
    Begin(From),
    /// To see the rows on screen again, from there.
    Refresh(From),
}

impl ListPane {
    /// The list at `place`.
    pub fn new(id: u64, place: Place, listing: Box<dyn Listing>) -> Self {
        Self {
            id,
            sort: place.address.sort.clone(),
            given: place.address.filter.clone(),
            place,
            listing,
            window: Window::default(),
            columns: Arc::new([]),
            estimate: None,
            problem: None,
            caveat: None,
            main: Wait::default(),
            asked: Asked::Begin(From::Start),
            next: Wait::default(),
            side: Side::After,
            marks: BTreeMap::new(),
            marked: None,
            view: ViewState::default(),
            era: 0,
            moved: Duration::ZERO,
            previewed: false,
            aside: None,
            following: None,
            exporting: Exporting::default(),
            whole: Wait::default(),
        }
    }

    fn query(&self, from: From) -> Result<Query, Problem> {
        let filter = Filter::parse(&self.place.address.filter)?;
        let limit = if self.is_live() { LIVE } else { PAGE };
        Ok(Query { filter, sort: self.place.address.sort.clone(), from, limit, whole: false })
    }

    /// Whether the list changes by itself.
    fn is_live(&self) -> bool {
        self.listing.every().is_some()
    }

    /// Asks for rows that somebody waits for.
    fn ask(&mut self, asked: Asked, cx: &mut Cx<'_>) {
        let (Asked::Begin(from) | Asked::Refresh(from)) = asked.clone();
        self.next.cancel(cx);
        match self.query(from) {
            Ok(query) => {
                self.main.ask(self.listing.ask(&self.place, query), cx);
                self.asked = asked;
            }
            Err(problem) => {
                self.main.cancel(cx);
                self.problem = Some(problem);
                self.keep_in_sight(cx);
            }
        }
    }

    /// Scrolls to the cursor: what is said below the rows takes lines from them.
    fn keep_in_sight(&mut self, cx: &Cx<'_>) {
        self.window.show(self.rows(cx.lines, cx.form));
    }

    /// Asks for the rows that will be needed soon.
    fn prefetch(&mut self, cx: &mut Cx<'_>) {
        if self.main.since().is_some() || self.next.since().is_some() || self.problem.is_some() {
            return;
        }
        let Some((side, from)) = self.window.wants(self.rows(cx.lines, cx.form)) else { return };
        if let Ok(query) = self.query(from) {
            self.side = side;
            self.next.ask(self.listing.ask(&self.place, query), cx);
        }
    }

    /// How many rows fit into `lines` lines.
    fn rows(&self, lines: usize, form: Form) -> usize {
        let frame = if form == Form::Bare { 0 } else { 2 };
        let head = usize::from(form != Form::Cards);
        let room = lines.saturating_sub(frame + head + self.problem_lines());
        let rows = if form == Form::Cards { room / self.card_lines() } else { room };
        rows.max(1)
    }

    /// How many lines a problem takes from the rows.
    fn problem_lines(&self) -> usize {
        match self.said() {
            Some(problem) if !self.window.is_empty() => 1 + usize::from(problem.hint.is_some()),
            _ => 0,
        }
    }

    /// What is said below the rows.
    fn said(&self) -> Option<&Problem> {
        self.problem.as_ref().or(self.caveat.as_ref())
    }

    fn receive_main(&mut self, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>) {
        match answer.map(AnyAnswer::downcast::<Page>) {
            Ok(Ok(page)) => self.show(*page, cx),
            Ok(Err(_)) => self.problem = Some(Problem::bug("a list was not answered with a page")),
            // Whoever stops a load wants to go on with what there is.
            Err(problem) if problem.kind == Kind::Cancelled && !self.window.is_empty() => {}
            Err(problem) => self.problem = Some(problem),
        }
    }

    fn show(&mut self, mut page: Page, cx: &mut Cx<'_>) {
        self.problem = None;
        if page.items.is_empty() && !page.at_start && matches!(self.asked, Asked::Refresh(_)) {
            // All rows from here on are gone.
            return self.ask(Asked::Begin(From::End), cx);
        }
        self.listing.learn(&mut page);
        self.caveat = page.caveat.take();
        if page.estimate.is_some() {
            self.estimate = page.estimate;
        }
        self.sort.clone_from(&page.sort);
        if self.columns != page.columns {
            self.columns = Arc::clone(&page.columns);
            self.view.widths.clear();
        }
        self.era += 1;
        let rows = self.rows(cx.lines, cx.form);
        let before = self.key();
        match self.asked.clone() {
            Asked::Begin(from) => self.window.begin(page, &from),
            Asked::Refresh(from) => self.window.refresh(page, &from, rows),
        }
        self.window.show(rows);
        self.widen();
        if matches!(self.asked, Asked::Begin(_)) {
            self.reveal_filtered(cx);
        }
        self.put_what_came(cx);
        // The preview stays where it is on the same row as before.
        if before.is_none() || before != self.key() {
            self.rest(cx);
        }
    }

    /// What identifies the row under the cursor.
    fn key(&self) -> Option<Vec<String>> {
        Some(self.window.current()?.position.key.clone())
    }

    /// Takes note that the cursor moved.
    fn rest(&mut self, cx: &Cx<'_>) {
        self.moved = cx.now.steady;
        self.previewed = false;
    }

    /// Where the history of the row under the cursor is.
    fn history(&self) -> Option<Place> {
        self.listing.history(&self.place, self.record()?)
    }

    /// Where it is told what the row under the cursor consumed.
    fn usage(&self) -> Option<Place> {
        self.listing.usage(&self.place, self.record()?)
    }

    /// The columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The rows at hand.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.window.items()
    }

    /// Where the part of the matrix is that belongs to the row under the cursor.
    fn matrix(&self) -> Option<Place> {
        self.listing.matrix(&self.place, self.record()?)
    }

    /// Where it is said what would change without the policy under the cursor, or with another.
    fn what_if(&self) -> Option<Place> {
        self.listing.what_if(self.record()?)
    }

    /// The user under the cursor.
    fn user(&self) -> Option<String> {
        self.listing.user(self.record()?)
    }

    /// The session under the cursor.
    fn session(&self) -> Option<Target> {
        self.listing.session(self.record()?)
    }

    /// The statement under the cursor.
    fn statement(&self) -> Option<Result<String, String>> {
        self.listing.statement(self.record()?)
    }

    /// That there is not what is needed; or that it may be still to come.
    fn lacks(&self, said: &str) -> String {
        let waits = self.window.is_empty() && self.main.since().is_some();
        if waits { LOADING } else { said }.to_owned()
    }

    /// The row under the cursor as people read it: without what another column draws.
    fn readable(&self) -> Option<(Vec<Column>, Item)> {
        let record = self.record()?;
        let all = record.columns.iter().zip(&record.item.cells);
        let (columns, cells) = all
            .filter(|(column, _)| !self.listing.is_drawn(column))
            .map(|(column, cell)| (column.clone(), cell.clone()))
            .unzip();
        Some((columns, Item { position: record.item.position.clone(), cells }))
    }

    fn record(&self) -> Option<Record<'_>> {
        Some(Record { columns: &self.columns, item: self.window.current()? })
    }
}

impl Pane for ListPane {
    fn place(&self) -> Place {
        self.place.clone()
    }

    fn kind(&self) -> PaneKind {
        PaneKind::Rows
    }

    fn title(&self, stage: &Stage<'_>) -> String {
        let title = self.listing.title(&self.place, stage);
        if self.following.is_some() { format!("{title} (following)") } else { title }
    }

    fn load(&mut self, cx: &mut Cx<'_>) {
        if self.following.is_some() {
            return self.look_for_more(cx);
        }
        let asked = if self.window.is_empty() {
            Asked::Begin(From::Start)
        } else if self.is_live() {
            Asked::Refresh(From::Start)
        } else {
            Asked::Refresh(self.window.here())
        };
        self.ask(asked, cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let done = self.perform(action, cx);
        self.prefetch(cx);
        done
    }

    fn take(&mut self, deed: Deed, cx: &mut Cx<'_>) -> bool {
        self.take_deed(deed, cx)
    }

    fn receive(&mut self, ticket: Ticket, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>) {
        if self.exporting.settle(ticket, cx.now) {
            // What became of the file is told by whoever wrote it.
            return;
        }
        if self.whole.settle(ticket, cx.now) {
            return self.receive_whole(answer, cx);
        }
        if self.main.settle(ticket, cx.now) {
            self.receive_main(answer, cx);
        } else if self.following.as_mut().is_some_and(|it| it.wait.settle(ticket, cx.now)) {
            self.receive_arrived(answer, cx);
        } else if self.next.settle(ticket, cx.now) {
            match answer.map(AnyAnswer::downcast::<Page>) {
                Ok(Ok(mut page)) => {
                    let rows = self.rows(cx.lines, cx.form);
                    self.listing.learn(&mut page);
                    self.window.join(self.side, *page, rows);
                    self.widen();
                }
                Err(problem) if problem.kind != Kind::Cancelled => self.problem = Some(problem),
                Ok(Err(_)) | Err(_) => {}
            }
        }
        self.keep_in_sight(cx);
        self.prefetch(cx);
    }

    fn hear(&mut self, ticket: Ticket, part: Part, cx: &mut Cx<'_>) {
        self.hear_written(ticket, &part, cx);
    }

    fn tick(&mut self, cx: &mut Cx<'_>) {
        self.keep_in_sight(cx);
        if !cx.has_preview {
            self.aside = None;
        }
        if cx.now.steady >= self.moved + PREVIEW {
            self.previewed = true;
        }
        self.prefetch(cx);
    }

    fn wakes(&self) -> Option<Duration> {
        (!self.previewed && !self.window.is_empty()).then(|| self.moved + PREVIEW)
    }

    fn refreshes_every(&self) -> Option<Duration> {
        let every = if self.following.is_some() { FOLLOW } else { self.listing.every()? };
        // What is not there or not permitted does not come by asking again, and the server writes down every time it is asked.
        if matches!(&self.problem, Some(problem) if matches!(problem.kind, Kind::Missing | Kind::Permission | Kind::Usage))
        {
            return None;
        }
        let asked = self.following.as_ref().map_or(&self.main, |following| &following.wait);
        let took = asked.took.unwrap_or_default();
        Some(every.max(took.saturating_mul(REST + 1)))
    }

    fn waits_since(&self) -> Option<Duration> {
        // Rows fetched ahead count from when somebody stands at the edge and waits for them.
        let ahead = self.next.since().filter(|_| self.window.lags());
        self.main.since().or(ahead).or(self.whole.since()).or(self.exporting.since())
    }

    fn stop(&mut self, cx: &mut Cx<'_>) {
        self.main.cancel(cx);
        self.next.cancel(cx);
        self.exporting.cancel(cx);
        self.whole.cancel(cx);
        if let Some(following) = &mut self.following {
            following.wait.cancel(cx);
        }
        if self.window.is_empty() && self.problem.is_none() {
            self.problem = Some(stopped());
        }
    }

    fn relax(&mut self, cx: &mut Cx<'_>) -> bool {
        if self.aside.take().is_some() {
            return true;
        }
        if self.place.address.filter != self.given {
            self.place.address.filter.clone_from(&self.given);
            self.begin_anew(cx);
            return true;
        }
        let marked = !self.marks.is_empty();
        self.marks.clear();
        marked
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "other actions are never refused here")]
    fn refuses(&self, action: Action) -> Option<String> {
        match action {
            Action::OnlyProblems if self.listing.problems().is_none() => {
                Some("this list knows no problems".to_owned())
            }
            Action::Missing if self.place.address.view != View::Rows => {
                Some("only rows of a table are looked for by their key".to_owned())
            }
            Action::Matrix if self.matrix().is_none() => {
                Some("only organizations, users and tables have a part of the matrix".to_owned())
            }
            Action::Compare if self.user().is_none() => Some("only users are compared".to_owned()),
            Action::Why | Action::Who if self.listing.is_of_catalog() => {
                Some("this is no row of a table".to_owned())
            }
            Action::Hidden if self.listing.table(&self.place, self.record()).is_none() => {
                Some(self.lacks("only of a table something is hidden"))
            }
            Action::WhatIf if self.what_if().is_none() => Some(self.lacks("this is no policy")),
            Action::Explain if self.statement().is_none() => {
                Some(self.lacks("there is no statement to explain"))
            }
            Action::ActAs if self.user().is_none() => Some("only users can be acted as".to_owned()),
            Action::History if self.history().is_none() => {
                Some("nothing says what happened to it".to_owned())
            }
            Action::Cost if self.usage().is_none() => {
                Some("only users, departments and organizations consume anything".to_owned())
            }
            Action::NextDimension
            | Action::NextPeriod
            | Action::NextMeasure
            | Action::SpanBefore
            | Action::SpanAfter => Some("this is no usage".to_owned()),
            Action::Time if !self.listing.is_timeline() => {
                Some("this list is no timeline".to_owned())
            }
            Action::Follow if !self.listing.is_timeline() => {
                Some("nothing new comes to this list".to_owned())
            }
            Action::EndSession if self.session().is_none() => {
                Some("only sessions can be ended".to_owned())
            }
            Action::Idle if self.listing.busy().is_none() => {
                Some("nothing here is ever idle".to_owned())
            }
            _ => None,
        }
    }

    fn has_row(&self) -> bool {
        !self.window.is_empty()
    }

    fn marks(&self) -> usize {
        self.marks.len()
    }

    fn view(&self, stage: &Stage<'_>, area: Rect, preview: Rect, buf: &mut Buffer) -> Picture {
        self.draw_preview(stage, preview, buf);
        self.draw(stage, area, buf)
    }
}
