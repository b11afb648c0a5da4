//! The console with a hand on every lever: keys in, effects and screens out. No terminal, no database, no clock.
#![expect(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a test helper may fail loudly"
)]
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use purview::{
    directory::{
        self, Candidate, Count, Find, Found, Identities, Resolve, Session, Somebody, Visible, What,
    },
    headline::Line,
    home::{self, Outlook, Overview},
    list::{self, Column, From, Item, Kind, Page, Position, Query},
    pg::{Acting, Fence, Identity, Person, Problem, Ran, RelationName},
    rls::{Cell, Chart, Charting, Member, Reach, State, Statement, Strip},
    tables,
    tui::{
        ask::{AnyAnswer, AnyQuestion, Ticket},
        facts::Facts,
        key::{self, Key},
        model::{Beginning, Model},
        msg::{Effect, Moment, Msg},
        popup::{Began, Begin, Recent},
        stage::Picture,
        update::update,
        view::view,
    },
};
use ratatui::{
    buffer::Buffer,
    layout::{Rect, Size},
    style::Style,
};

/// The console under test.
#[derive(Debug)]
pub(crate) struct Driver {
    pub(crate) model: Model,
    /// What was asked of the world and not yet answered.
    pub(crate) effects: Vec<Effect>,
}

/// When tests happen.
pub(crate) fn noon() -> DateTime<Utc> {
    "2026-03-04T12:00:00Z".parse().unwrap()
}

impl Driver {
    /// A console of this size, before it is connected.
    pub(crate) fn unconnected(width: u16, height: u16, beginning: Beginning) -> Self {
        let (model, effects) = Model::new(beginning);
        let mut driver = Self { model, effects };
        driver.send(Msg::Tick(Moment { steady: Duration::ZERO, wall: noon() }));
        driver.send(Msg::Resize(Size::new(width, height)));
        driver
    }

    /// A console of this size, connected to a database.
    pub(crate) fn new(width: u16, height: u16) -> Self {
        let mut driver = Self::unconnected(width, height, Beginning::default());
        driver.connect();
        driver
    }

    /// The connection is made, and Home has counted.
    pub(crate) fn connect(&mut self) -> &mut Self {
        self.effects.retain(|effect| !matches!(effect, Effect::Connect(_)));
        self.send(Msg::Connected(Ok(facts())));
        let mut answers: Vec<(Ticket, AnyAnswer)> = Vec::new();
        for (ticket, _, question) in self.questions() {
            if question.as_any().is::<Overview>() {
                answers.push((ticket, Box::new(counted())));
            } else if question.as_any().is::<Outlook>() {
                answers.push((ticket, Box::new(Vec::<Line>::new())));
            }
        }
        for (ticket, answer) in answers {
            self.effects
                .retain(|effect| !matches!(effect, Effect::Ask(asked, ..) if *asked == ticket));
            self.send(Msg::Answer(ticket, Ok(answer)));
        }
        self
    }

    pub(crate) fn send(&mut self, msg: Msg) -> &mut Self {
        self.effects.extend(update(&mut self.model, msg));
        self
    }

    /// Presses keys, as they are written in configuration files.
    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        for key in key::sequence(keys).unwrap() {
            self.press_key(key);
        }
        self
    }

    pub(crate) fn press_key(&mut self, key: Key) -> &mut Self {
        self.send(Msg::Key(key))
    }

    /// Types text, letter by letter.
    pub(crate) fn write(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.press_key(Key::new(key::Code::Char(c)));
        }
        self
    }

    pub(crate) fn paste(&mut self, text: &str) -> &mut Self {
        self.send(Msg::Paste(text.to_owned()))
    }

    /// Time passes, and the console is woken whenever it asked for it.
    pub(crate) fn wait(&mut self, millis: u64) -> &mut Self {
        let end = self.model.now.steady + Duration::from_millis(millis);
        for _ in 0..10_000 {
            let next = self.model.wakes().unwrap_or(Duration::MAX).max(self.model.now.steady);
            let next = next.min(end);
            let passed = TimeDelta::from_std(next.saturating_sub(self.model.now.steady)).unwrap();
            let wall = self.model.now.wall + passed;
            self.send(Msg::Tick(Moment { steady: next, wall }));
            if next >= end {
                break;
            }
        }
        self
    }

    /// Answers every open question.
    pub(crate) fn answer(
        &mut self,
        mut answer: impl FnMut(&dyn AnyQuestion) -> Result<AnyAnswer, Problem>,
    ) -> &mut Self {
        for effect in std::mem::take(&mut self.effects) {
            match effect {
                Effect::Ask(ticket, _, question) => {
                    let answer = answer(&*question);
                    self.send(Msg::Answer(ticket, answer));
                }
                Effect::Cancel(_) => {}
                other => self.effects.push(other),
            }
        }
        self
    }

    /// Answers every open question out of `world`, and those that follow from it.
    pub(crate) fn serve(&mut self, world: &World) -> &mut Self {
        for _ in 0..100 {
            if !self.effects.iter().any(|effect| matches!(effect, Effect::Ask(..))) {
                break;
            }
            self.answer(|question| world.answer(question));
        }
        self
    }

    /// Answers what is asked besides lists, and what follows from it; questions for lists stay open.
    pub(crate) fn serve_but_lists(&mut self, world: &World) -> &mut Self {
        self.serve_but("Ask", world)
    }

    /// Answers what is asked, and what follows from it, but for questions of that name, which stay open.
    pub(crate) fn serve_but(&mut self, name: &str, world: &World) -> &mut Self {
        let stays = |effect: &Effect| match effect {
            Effect::Ask(_, _, question) => format!("{question:?}").starts_with(name),
            _ => true,
        };
        while self.effects.iter().any(|effect| !stays(effect)) {
            let (kept, asked) =
                std::mem::take(&mut self.effects).into_iter().partition::<Vec<_>, _>(stays);
            self.effects = asked;
            self.answer(|question| world.answer(question));
            let new = std::mem::replace(&mut self.effects, kept);
            self.effects.extend(new);
        }
        self
    }

    /// Acts as alice, by the dialog.
    pub(crate) fn act_as_alice(&mut self, world: &World) -> &mut Self {
        self.write(":tables as=alice").press("enter").serve(world);
        self.press("enter").write("TICKET-7").press("enter enter").serve(world)
    }

    /// Refuses every open question.
    pub(crate) fn refuse(&mut self, problem: &Problem) -> &mut Self {
        self.answer(|_| Err(problem.clone()))
    }

    /// The questions that are open, oldest first.
    pub(crate) fn questions(&self) -> Vec<(Ticket, &Identity, &dyn AnyQuestion)> {
        let asks = self.effects.iter().filter_map(|effect| match effect {
            Effect::Ask(ticket, identity, question) => Some((*ticket, identity, &**question)),
            _ => None,
        });
        asks.collect()
    }

    /// The questions that were cancelled.
    pub(crate) fn cancelled(&self) -> Vec<Ticket> {
        let tickets = self.effects.iter().filter_map(|effect| match effect {
            Effect::Cancel(ticket) => Some(*ticket),
            _ => None,
        });
        tickets.collect()
    }

    pub(crate) fn draw(&self) -> (Buffer, Picture) {
        let mut buffer = Buffer::empty(Rect::from(self.model.size));
        let picture = view(&self.model, &mut buffer);
        (buffer, picture)
    }

    /// The screen as text, without what is blank at the ends of lines.
    pub(crate) fn screen(&self) -> String {
        text(&self.draw().0)
    }

    /// The style of the first cell of `wanted` on the screen.
    pub(crate) fn style_of(&self, wanted: &str) -> Style {
        let (buffer, _) = self.draw();
        for y in 0..buffer.area.height {
            let row: Vec<&str> = (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect();
            let line = row.concat();
            if let Some(at) = line.find(wanted) {
                let mut bytes = 0;
                let x = row.iter().position(|symbol| {
                    let here = bytes == at;
                    bytes += symbol.len();
                    here
                });
                return buffer[(x.unwrap() as u16, y)].style();
            }
        }
        panic!("not on the screen: {wanted}\n{}", self.screen());
    }
}

/// A buffer as text.
pub(crate) fn text(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += purview::text::width(symbol).max(1) as u16;
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

pub(crate) fn facts() -> Facts {
    Facts {
        context: "demo".into(),
        place: "support@localhost:5432/app".into(),
        login: "support".into(),
        account: "sam".into(),
        version: "15.6".into(),
        ..Facts::default()
    }
}

/// A database with as many rows as one wishes, which answers lists as honestly as a server.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) rows: usize,
}

impl World {
    pub(crate) fn answer(&self, question: &dyn AnyQuestion) -> Result<AnyAnswer, Problem> {
        let any = question.as_any();
        if let Some(ask) = any.downcast_ref::<list::Ask<tables::Tables>>() {
            return Ok(Box::new(self.page(&ask.query, &table_columns(), table_cells)));
        }
        if let Some(ask) = any.downcast_ref::<list::Ask<tables::Policies>>() {
            return Ok(Box::new(self.page(&ask.query, &table_columns(), table_cells)));
        }
        if let Some(ask) = any.downcast_ref::<list::Ask<tables::Rows>>() {
            return Ok(Box::new(self.page(&ask.query, &row_columns(), row_cells)));
        }
        if let Some(resolve) = any.downcast_ref::<Resolve>() {
            return Ok(Box::new(found(resolve.what.clone(), &resolve.needle)));
        }
        if let Some(find) = any.downcast_ref::<Find>() {
            return Ok(Box::new(vec![
                found(What::User, &find.needle),
                found(What::Organization, &find.needle),
            ]));
        }
        if any.is::<Charting>() {
            return Ok(Box::new(chart(self.rows)));
        }
        if any.is::<Overview>() {
            return Ok(Box::new(counted()));
        }
        if any.is::<Outlook>() {
            return Ok(Box::new(Vec::<Line>::new()));
        }
        if any.is::<Identities>() {
            return Ok(Box::new(identities()));
        }
        if let Some(begin) = any.downcast_ref::<Begin>() {
            return Ok(Box::new(began(&begin.acting)));
        }
        if any.is::<Recent>() {
            return Ok(Box::new(vec![ran()]));
        }
        Err(Problem::bug(format!("the test knows no answer to {question:?}")))
    }

    fn page(
        &self,
        query: &Query,
        columns: &Arc<[Column]>,
        cells: fn(usize) -> Vec<Option<String>>,
    ) -> Page {
        let at = |position: &Position| position.key[0].parse::<usize>().unwrap();
        let (begin, end) = match &query.from {
            From::Start => (0, query.limit),
            From::End => (self.rows.saturating_sub(query.limit), self.rows),
            From::After(position) => (at(position) + 1, at(position) + 1 + query.limit),
            From::Before(position) => (at(position).saturating_sub(query.limit), at(position)),
        };
        let (begin, end) = (begin.min(self.rows), end.min(self.rows));
        let items = (begin..end).map(|n| Item {
            position: Position { value: None, key: vec![n.to_string()] },
            cells: cells(n),
        });
        Page {
            columns: Arc::clone(columns),
            items: items.collect(),
            at_start: begin == 0,
            at_end: end == self.rows,
            estimate: matches!(query.from, From::Start).then_some(self.rows as u64),
            sort: query.sort.clone(),
            caveat: None,
        }
    }
}

/// A matrix of so many users by two tables, in which every third is alike.
fn chart(users: usize) -> Arc<Chart> {
    let candidate = |at: usize| Candidate {
        person: Person { id: Some(at.to_string()), label: format!("user{at}"), organization: None },
        organization: None,
        membership: None,
        role: "app_user".into(),
        settings: Vec::new(),
    };
    let member = |at: usize| Member {
        id: Some(at.to_string()),
        label: format!("user{at}\u{1b}[2J"),
        organization: None,
        roles: vec!["user".into()],
        somebody: Arc::new(Somebody { candidate: candidate(at), organizations: Vec::new() }),
    };
    let seats: Arc<[usize]> = (0..users).collect();
    let commands = [Statement::Select, Statement::Insert, Statement::Update, Statement::Delete];
    let cell =
        |visible| Cell { visible, state: State::Rows, problem: None, organizations: visible };
    let strip = |name: &str| {
        let reaches = commands.map(|command| Reach {
            command,
            class_of: (0..users).map(|at| at as u32 % 3).collect(),
            classes: vec![cell(Some(0)), cell(Some(9)), cell(None)],
            label: None,
        });
        let table = RelationName::new("public", name);
        let (people, reaches) = (Arc::clone(&seats), reaches.into());
        Arc::new(Strip { table, total: Some(9), people, reaches })
    };
    Arc::new(Chart {
        people: (0..users).map(member).collect(),
        strips: vec![strip("users"), strip("emails")],
        counted: noon(),
    })
}

/// Home of a database of which nothing is known.
fn counted() -> home::Found {
    home::Found { lines: Vec::new(), notes: Vec::new(), fence: Ok(Fence::Jailed) }
}

fn found(what: What, needle: &str) -> Found {
    Found { what, id: format!("id-of-{needle}"), label: format!("{needle}@acme.test"), also: None }
}

/// Who alice may be acted as.
pub(crate) fn identities() -> directory::IdentitiesAnswer {
    let candidate = |organization: &str, role: &str| Candidate {
        person: Person {
            id: Some("7".into()),
            label: "alice@acme.test".into(),
            organization: Some(organization.to_lowercase()),
        },
        organization: Some(organization.into()),
        membership: Some(role.into()),
        role: "app_user".into(),
        settings: vec![("app.current_user_id".parse().unwrap(), "7".into())],
    };
    directory::IdentitiesAnswer {
        candidates: vec![candidate("Acme", "admin"), candidate("Globex", "member")],
        others: Vec::new(),
        fence: Fence::Jailed,
        filters: true,
        noting: directory::Noting::Off,
    }
}

fn began(acting: &Arc<Acting>) -> Began {
    let emails = Visible {
        table: RelationName::new("public", "emails"),
        rows: Ok(Count { rows: 120, more: false }),
    };
    let files = Visible {
        table: RelationName::new("public", "files"),
        rows: Err(Problem::new(purview::pg::Kind::Permission, "permission denied for table files")),
    };
    let session = Session {
        current_user: "app_user".into(),
        session_user: "purview_jail".into(),
        read_only: true,
        row_security: true,
        visible: vec![emails, files],
    };
    Began { acting: Arc::clone(acting), fence: Fence::Jailed, session, noted: None }
}

fn ran() -> Ran {
    Ran {
        at: noon(),
        took: TimeDelta::milliseconds(12),
        who: "operator".into(),
        text: "SELECT 1".into(),
        outcome: Ok(1),
    }
}

fn table_columns() -> Arc<[Column]> {
    Arc::new([
        Column::new("schema", Kind::Text).pinned(),
        Column::new("table", Kind::Text).pinned(),
        Column::new("rows_estimate", Kind::Number),
        Column::new("bytes", Kind::Bytes),
        Column::new("rls", Kind::Text),
        Column::new("problem", Kind::Text),
        Column::new("comment", Kind::Text).hidden(),
    ])
}

fn table_cells(n: usize) -> Vec<Option<String>> {
    let problem = (n % 7 == 3).then(|| "row security is off".to_owned());
    vec![
        Some("public".into()),
        Some(format!("table_{n}")),
        Some((n * 1000).to_string()),
        Some((n * 8192).to_string()),
        Some(if n % 7 == 3 { "off" } else { "forced" }.into()),
        problem,
        Some("—".into()),
    ]
}

fn row_columns() -> Arc<[Column]> {
    let mut secret = Column::new("password_hash", Kind::Text);
    secret.secret = true;
    Arc::new([
        Column::new("id", Kind::Number).pinned(),
        Column::new("email", Kind::Text),
        Column::new("full_name", Kind::Text),
        Column::new("organization", Kind::Text),
        Column::new("last_login_at", Kind::Time),
        secret,
        Column::new("preferences", Kind::Json),
    ])
}

/// What a row of users looks like: about 120 cells of text.
fn row_cells(n: usize) -> Vec<Option<String>> {
    const NAMES: [&str; 8] = [
        "Anna Novák",
        "Bob Li",
        "王小明",
        "Zoë O'Brien",
        "Jean-Luc Picard",
        "María José",
        "Ali",
        "Ute Müller",
    ];
    let name = NAMES[n * 7 % NAMES.len()];
    vec![
        Some(n.to_string()),
        Some(format!("{}.{n}@example.test", name.split(' ').next().unwrap_or(name).to_lowercase())),
        Some(name.to_owned()),
        (!n.is_multiple_of(5)).then(|| format!("Organization {}", n * 13 % 40)),
        Some(format!(
            "2026-02-{:02} {:02}:{:02}:{:02}.12+00",
            n % 28 + 1,
            n % 24,
            n % 60,
            n * 7 % 60
        )),
        None,
        Some(format!("{{\"theme\": \"dark\", \"n\": {n}}}")),
    ]
}
