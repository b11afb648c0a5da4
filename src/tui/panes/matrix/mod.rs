//! Who may do what with how many rows: users by tables, one command at a time or all four.
//!
//! It comes table by table while it is counted, and stays until somebody counts anew; the figures that are there stay on screen meanwhile. Users in whose
//! cells the same stands are one line.

mod act;
mod cell;
mod data;
mod draw;
mod shape;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use chrono::TimeDelta;
use ratatui::{buffer::Buffer, layout::Rect};

use self::{
    data::Data,
    shape::{Line, Shape, Wanted},
};
use crate::{
    pg::{Kind, Part, Problem, RelationName},
    rls::{Chart, ChartPart, Charting, Member, Sieve, Statement, Warrant},
    tui::{
        action::{Action, PaneKind},
        ask::{AnyAnswer, Ticket},
        cursor::Cursor,
        cx::Cx,
        layout::Form,
        msg::Moment,
        pane::Pane,
        place::Place,
        popup::Deed,
        remote::{Wait, stopped},
        stage::{Picture, Stage},
    },
};

/// How long counting may take.
const MINUTES: i64 = 30;
/// How often the age of the figures is told anew.
const AGED: Duration = Duration::from_mins(1);

/// Somebody, wherever they stand in the matrix: the id or name, and the organization.
type Who = (String, Option<String>);

/// The matrix.
#[derive(Debug)]
pub(super) struct MatrixPane {
    place: Place,
    /// The filter with which one came: going back takes it along.
    given: String,
    sieve: Sieve,
    wait: Wait,
    problem: Option<Problem>,
    /// What was counted to its end.
    whole: Option<Data>,
    /// What is being counted, or was stopped.
    coming: Option<Data>,
    shape: Shape,
    letters: bool,
    unfolded: BTreeSet<usize>,
    all: bool,
    cursor: Cursor,
    /// The table of the chosen column.
    chosen: Option<RelationName>,
    /// How many columns are scrolled away.
    left: usize,
    marks: BTreeSet<Who>,
    now: Moment,
}

impl MatrixPane {
    pub(super) fn new(place: Place) -> Self {
        Self {
            given: place.address.filter.clone(),
            place,
            sieve: Sieve::default(),
            wait: Wait::default(),
            problem: None,
            whole: None,
            coming: None,
            shape: Shape::default(),
            letters: false,
            unfolded: BTreeSet::new(),
            all: false,
            cursor: Cursor::default(),
            chosen: None,
            left: 0,
            marks: BTreeSet::new(),
            now: Moment::default(),
        }
    }

    /// What is looked at: the last whole, or what there is of the first.
    fn data(&self) -> Option<&Data> {
        self.whole.as_ref().or(self.coming.as_ref())
    }

    /// The command whose figures are shown: the one that was chosen, or that the filter asks about.
    fn command(&self) -> Statement {
        let asked = self.place.address.command.or_else(|| self.sieve.command());
        asked.filter(|it| data::COMMANDS.contains(it)).unwrap_or(Statement::Select)
    }

    /// Reads the filter of the address.
    fn read_filter(&mut self) {
        match Sieve::parse(&self.place.address.filter) {
            Ok(sieve) => self.sieve = sieve,
            Err(problem) => self.problem = Some(problem),
        }
    }

    /// Puts what is known into shape; the cursor stays on its user.
    fn reshape(&mut self, cx: &Cx<'_>) {
        let under = self.line().map(|line| line.person);
        let Some(data) = self.whole.as_ref().or(self.coming.as_ref()) else {
            self.shape = Shape::default();
            return;
        };
        let wanted = Wanted {
            sieve: &self.sieve,
            command: self.command(),
            letters: self.letters,
            sort: self.place.address.sort.as_ref(),
            unfolded: &self.unfolded,
            all: self.all,
        };
        self.shape = Shape::of(data, wanted);
        let lines = &self.shape.lines;
        let holds = |line: &Line| Some(line.person) == under;
        let found = lines.iter().position(holds).or_else(|| {
            lines.iter().position(|line| under.is_some_and(|at| line.class.contains(&at)))
        });
        self.cursor.row = found.unwrap_or(0);
        self.step(0, cx);
        self.left = 0;
        self.reveal(cx);
    }

    /// How many lines of users fit.
    fn rows(lines: usize, form: Form) -> usize {
        let frame = if form == Form::Bare { 0 } else { 2 };
        // The heads, and what is said of the cell under the cursor.
        lines.saturating_sub(frame + 2).max(1)
    }

    fn step(&mut self, delta: isize, cx: &Cx<'_>) {
        let rows = Self::rows(cx.lines, cx.form);
        self.cursor = self.cursor.step(delta, self.shape.lines.len(), rows);
    }

    fn line(&self) -> Option<&Line> {
        self.shape.lines.get(self.cursor.row)
    }

    /// Who is under the cursor: of a class, who stands for it.
    fn member(&self) -> Option<&Member> {
        self.data()?.people.get(self.line()?.person)
    }

    /// The chosen column among those that are shown; the first where none was chosen.
    fn column(&self) -> usize {
        let chosen = self.chosen.as_ref();
        let data = self.data();
        chosen.and_then(|name| self.shape.column(data?, name)).unwrap_or(0)
    }

    /// The table of the chosen column, by its place in the matrix.
    fn table(&self) -> Option<usize> {
        self.shape.columns.get(self.column()).copied()
    }

    /// The person and the table of the cell under the cursor.
    fn spot(&self) -> Option<(usize, usize)> {
        Some((self.line()?.person, self.table()?))
    }

    fn ask(&mut self, fresh: bool, cx: &mut Cx<'_>) {
        let since = cx.now.wall;
        let warrant =
            Warrant { reason: "matrix".into(), since, until: since + TimeDelta::minutes(MINUTES) };
        let organization = self.place.address.organization.clone();
        self.problem = None;
        self.coming = None;
        self.wait.ask(Box::new(Charting { organization, fresh, warrant }), cx);
    }
}

/// Who `member` is, wherever they stand.
fn who(member: &Member) -> Who {
    let name = member.id.as_ref().unwrap_or(&member.label);
    (name.clone(), member.organization.as_ref().map(|(id, _)| id.clone()))
}

impl Pane for MatrixPane {
    fn place(&self) -> Place {
        self.place.clone()
    }

    fn kind(&self) -> PaneKind {
        PaneKind::Matrix
    }

    fn title(&self, _stage: &Stage<'_>) -> String {
        let what = if self.letters { "all commands" } else { self.command().name() };
        format!("matrix: {what}")
    }

    fn load(&mut self, cx: &mut Cx<'_>) {
        self.now = cx.now;
        // What one came for is what was kept; what one asks for again is fresh.
        let fresh = self.data().is_some();
        self.ask(fresh, cx);
        self.read_filter();
        self.reshape(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        self.now = cx.now;
        self.perform(action, cx)
    }

    fn take(&mut self, deed: Deed, cx: &mut Cx<'_>) -> bool {
        self.take_deed(deed, cx)
    }

    fn hear(&mut self, ticket: Ticket, part: Part, cx: &mut Cx<'_>) {
        if !self.wait.awaits(ticket) {
            return;
        }
        let Ok(part) = part.downcast::<ChartPart>() else { return };
        match *part {
            ChartPart::People { people, tables, strips } => {
                self.coming = Some(Data::begin(people, tables, strips));
            }
            ChartPart::Strip(strip) => {
                if let Some(coming) = &mut self.coming {
                    coming.add(strip);
                }
            }
        }
        if self.whole.is_none() {
            self.reshape(cx);
        }
    }

    fn receive(&mut self, ticket: Ticket, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>) {
        self.now = cx.now;
        if !self.wait.settle(ticket, cx.now) {
            return;
        }
        match answer.map(AnyAnswer::downcast::<Arc<Chart>>) {
            Ok(Ok(chart)) => {
                let same = self.whole.as_ref().is_none_or(|whole| whole.people == chart.people);
                if !same {
                    // The same numbers may be other people by now.
                    self.unfolded.clear();
                }
                self.whole = Some(Data::whole(&chart));
                self.coming = None;
            }
            Ok(Err(_)) => self.problem = Some(Problem::bug("the matrix came as something else")),
            Err(problem) if problem.kind == Kind::Cancelled && self.data().is_some() => {}
            Err(problem) => self.problem = Some(problem),
        }
        self.reshape(cx);
    }

    fn tick(&mut self, cx: &mut Cx<'_>) {
        self.now = cx.now;
        self.step(0, cx);
        self.reveal(cx);
    }

    fn wakes(&self) -> Option<Duration> {
        let counted = self.data()?.counted?;
        let age = (self.now.wall - counted).to_std().unwrap_or_default();
        let part = Duration::from_secs(age.as_secs() % AGED.as_secs());
        let rest = AGED.saturating_sub(part);
        Some(self.now.steady + rest)
    }

    fn waits_since(&self) -> Option<Duration> {
        self.wait.since()
    }

    fn stop(&mut self, cx: &mut Cx<'_>) {
        self.wait.cancel(cx);
        if self.data().is_none() {
            self.problem = Some(stopped());
        }
    }

    fn relax(&mut self, cx: &mut Cx<'_>) -> bool {
        if self.place.address.filter != self.given {
            self.place.address.filter.clone_from(&self.given);
            self.problem = None;
            self.read_filter();
            self.reshape(cx);
            return true;
        }
        let marked = !self.marks.is_empty();
        self.marks.clear();
        marked
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "other actions are never refused here")]
    fn refuses(&self, action: Action) -> Option<String> {
        let folds = self.line().is_some_and(|line| line.class.len() > 1);
        match action {
            Action::Open | Action::Hidden if self.spot().is_none() => {
                Some("no table is counted yet".to_owned())
            }
            Action::ActAs if self.member().is_none_or(|member| member.id.is_none()) => {
                Some("only users can be acted as from here; `:as NAME` acts as others".to_owned())
            }
            Action::Describe if self.member().is_none_or(|member| member.id.is_none()) => {
                Some("this is no user".to_owned())
            }
            Action::Unfold if !folds => Some("this is nobody but one user".to_owned()),
            _ => None,
        }
    }

    fn has_row(&self) -> bool {
        !self.shape.lines.is_empty()
    }

    fn marks(&self) -> usize {
        self.marks.len()
    }

    fn view(&self, stage: &Stage<'_>, area: Rect, _preview: Rect, buf: &mut Buffer) -> Picture {
        self.draw(stage, area, buf)
    }
}
