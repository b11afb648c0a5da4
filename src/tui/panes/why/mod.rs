//! Why somebody can or cannot do something with a row: the verdict, the gates, policies and expressions down to every value, and what the server says.
//!
//! It is about whoever is acted as, or about somebody who is named; about somebody who is named nothing is asked but what the sheet shows, and the journal
//! has it.

mod draw;
mod fold;
mod inquiry;
mod whom;

use std::time::Duration;

pub(super) use self::{fold::Folds, inquiry::Inquiry, whom::Person};
use super::{
    down,
    sheet::{Asking, Draft, Lead, Line, Matter},
};
use crate::{
    address::View,
    list::{Filter, Operator, Term},
    pg::{Problem, RelationName},
    rls::{Check, Choice, Explain, Layout, Statement, Why as Answer, tell},
    tui::{
        action::{Action, PaneKind},
        cx::Cx,
        facts::Facts,
        note::Note,
        place::Place,
        popup::{AboutWhom, Confirm, Deed, Form, Item, Menu, Slot, Withheld},
        stage::Stage,
    },
};

/// The commands that one key goes through.
const USUAL: [Statement; 4] =
    [Statement::Select, Statement::Insert, Statement::Update, Statement::Delete];

/// An explanation.
#[derive(Debug)]
pub(super) struct Why {
    table: RelationName,
    inquiry: Inquiry<Explain>,
    /// What cannot be asked, and why.
    refused: Option<Problem>,
    folds: Folds,
    /// Whether expressions stand there as the server prints them.
    raw: bool,
    /// The row as somebody would like to write it.
    edits: Vec<(String, Option<String>)>,
    /// Whether the real statement is tried although it writes; it is undone.
    tries: bool,
    /// Whether what was asked about only reads: then there is nothing more to try.
    reads: bool,
}

impl Why {
    pub(super) fn new(table: RelationName) -> Self {
        Self {
            table,
            inquiry: Inquiry::default(),
            refused: None,
            folds: Folds::default(),
            raw: false,
            edits: Vec::new(),
            tries: false,
            reads: true,
        }
    }

    /// The explanation, where there is one.
    fn answer(&self) -> Option<&Answer> {
        self.inquiry.answer().and_then(|rows| rows.first())
    }

    fn problem(&self) -> Option<&Problem> {
        self.refused.as_ref().or_else(|| self.inquiry.problem())
    }

    /// The question that the sheet at `place` asks.
    fn question(&self, place: &Place) -> Result<Explain, Problem> {
        Ok(Explain {
            table: self.table.clone(),
            choice: choice(place)?,
            statement: statement(place),
            edits: self.edits.clone(),
            check: if self.tries { Check::Writes } else { Check::Reads },
            most: 1,
        })
    }

    /// Asks about whoever it is about, as soon as that is known.
    fn ask(&mut self, place: &Place, cx: &mut Cx<'_>) {
        self.reads = statement(place).only_reads();
        let question = match self.question(place) {
            Ok(question) => question,
            Err(problem) => {
                self.refused = Some(problem);
                return;
            }
        };
        self.refused = None;
        let reason = format!("why {} {}", question.statement, self.table);
        self.inquiry.ask(question, &reason, place, cx);
    }

    /// Begins anew: about another command, row or person nothing is known yet.
    fn begin(&mut self, place: &Place, cx: &mut Cx<'_>) {
        self.inquiry.forget(cx);
        self.folds.forget();
        self.ask(place, cx);
    }

    fn set_command(&mut self, statement: Statement, place: &mut Place, cx: &mut Cx<'_>) {
        place.address.command = Some(statement).filter(|it| *it != Statement::Select);
        self.tries = false;
        self.begin(place, cx);
    }

    /// Opens the row to be edited.
    fn edit(&self, place: &Place, cx: &mut Cx<'_>) {
        let row = self.answer().map(|why| why.row.as_slice()).unwrap_or_default();
        if row.is_empty() {
            return cx.say(Note::warning("there is no row to begin with"));
        }
        let slots = row.iter().map(|cell| Slot {
            name: cell.column.clone(),
            value: cell.value.clone(),
            withheld: match cell {
                _ if cell.computed => Some(Withheld::Computed),
                _ if cell.secret => Some(Withheld::Secret),
                _ => None,
            },
        });
        let current = statement(place);
        let writes = if current.makes_new() { current } else { Statement::Update };
        let title = format!("{writes} {} with other values", self.table);
        cx.open(Box::new(Form::new(&title, slots.collect(), &self.edits)));
    }

    /// Asks whether the real statement may run although it writes.
    fn offer(&self, place: &Place, cx: &mut Cx<'_>) {
        let statement = statement(place);
        if cx.facts.is_some_and(|facts| facts.read_only) {
            let said = "the context is read only: nothing that writes is run, not even to undo it";
            return cx.say(Note::warning(said));
        }
        if statement.takes_all() {
            return cx.say(Note::warning("not tried: without WHERE it would touch every row"));
        }
        let lines = vec![
            format!("{} on {},", statement.sentence(), self.table),
            "is run as they would run it, and rolled back.".to_owned(),
            "Triggers and functions run: what they do outside of the database stays".to_owned(),
            "done, and numbers of sequences stay taken. It may wait for locks.".to_owned(),
        ];
        cx.open(Box::new(Confirm::new("run it?", lines, "Run", Deed::Own("try", String::new()))));
    }

    fn fold(&mut self, action: Action, line: Option<&Line>) {
        let Some(mark) = line.map(|line| &line.mark).filter(|mark| !mark.is_empty()) else {
            return;
        };
        let open = self.answer().is_some_and(|why| draw::is_open(why, &self.folds, mark));
        self.folds.fold(action, mark, open);
    }

    fn copied(&self, format: &str) -> Option<Result<String, Problem>> {
        let why = self.answer()?;
        Some(match format {
            "text" => Ok(tell(why, Layout::Text)),
            "markdown" => Ok(tell(why, Layout::Markdown)),
            _ => serde_json::to_string_pretty(&[why])
                .map_err(|error| Problem::bug(format!("an explanation is no JSON: {error}"))),
        })
    }
}

/// To why the same person cannot have a row of `table` that the sheet at `from` names.
pub(super) fn into_why(table: &RelationName, key: &[(&str, &str)], from: &Place) -> Place {
    let mut place = down::why(table, &down::exactly(key.iter().copied()).to_string());
    let values: Vec<_> = key.iter().map(|(_, value)| *value).collect();
    place.label = Some(format!("why {}", values.join(" ")));
    place.address.within.clone_from(&from.address.within);
    place.address.organization.clone_from(&from.address.organization);
    place.address.command = from.address.command;
    place
}

/// A row of `table` with this key, as an example that leads to why.
pub(super) fn example(
    table: &RelationName,
    key: &[(&str, &str)],
    from: &Place,
    draft: &mut Draft<'_>,
) {
    let lead = Lead { place: into_why(table, key, from), user: None };
    let said: Vec<_> = key.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let said = said.join(", ");
    let theme = draft.theme;
    draft.item(6, ("for example ", theme.dim), (&said, theme.key), Some(&lead), Some(&said));
}

/// What is to be done with the row.
pub(super) fn statement(place: &Place) -> Statement {
    place.address.command.unwrap_or(Statement::Select)
}

/// Which row is meant.
pub(super) fn choice(place: &Place) -> Result<Choice, Problem> {
    let address = &place.address;
    if !address.key.is_empty() {
        return Ok(Choice::Key(address.key.clone()));
    }
    let filter = Filter::parse(&address.filter)?;
    let values: Option<Vec<_>> = filter
        .terms
        .into_iter()
        .map(|term| match term {
            Term::Compare { column, operator: Operator::Equal, value } => Some((column, value)),
            Term::Compare { .. } | Term::Word { .. } => None,
        })
        .collect();
    values.filter(|values| !values.is_empty()).map(Choice::Columns).ok_or_else(|| {
        Problem::usage("no row is named")
            .hint(format!("`:{0} TABLE KEY`, or `:{0} TABLE /column=value`", address.view.name()))
    })
}

fn commands(major: Option<u32>) -> Menu {
    let all = Statement::ALL.into_iter().filter(|it| major.is_none_or(|major| it.since() <= major));
    let entries = all
        .map(|it| Item::new(it.name(), it.sentence(), Deed::Own("command", it.name().to_owned())));
    Menu::new("what would they do?", entries.collect())
}

fn formats() -> Menu {
    let entry =
        |name: &str, about: &str| Item::new(name, about, Deed::Own("copy", name.to_lowercase()));
    let entries = vec![
        entry("Text", "for an e-mail"),
        entry("Markdown", "for a ticket"),
        entry("JSON", "as `purview rls why -o json` prints it"),
    ];
    Menu::new("copy the explanation as", entries)
}

/// The server's major version.
fn major(facts: Option<&Facts>) -> Option<u32> {
    facts?.version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

impl Matter for Why {
    fn kind(&self) -> PaneKind {
        PaneKind::Why
    }

    fn title(&self, place: &Place, _stage: &Stage<'_>) -> String {
        let row = if place.address.key.is_empty() {
            format!("</{}>", place.address.filter)
        } else {
            place.address.key.join(" ")
        };
        format!("why {} {} {row}", statement(place), self.table)
    }

    fn arrive(&mut self, place: &mut Place, cx: &mut Cx<'_>) {
        self.inquiry.arrive(place, cx);
    }

    fn typed(&self) -> Option<String> {
        (!self.edits.is_empty()).then(|| serde_json::json!(self.edits).to_string())
    }

    fn retype(&mut self, typed: String) {
        self.edits = serde_json::from_str(&typed).unwrap_or_default();
    }

    fn load(&mut self, place: &Place, cx: &mut Cx<'_>) {
        self.inquiry.load(place, cx);
        self.ask(place, cx);
    }

    fn questions(&mut self) -> Vec<&mut dyn Asking> {
        self.inquiry.questions()
    }

    fn answered(&mut self, place: &Place, cx: &mut Cx<'_>) {
        if self.inquiry.is_due() {
            self.ask(place, cx);
        }
    }

    fn waits_since(&self) -> Option<Duration> {
        self.inquiry.waits_since()
    }

    fn act(
        &mut self,
        action: Action,
        line: Option<&Line>,
        place: &mut Place,
        cx: &mut Cx<'_>,
    ) -> bool {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the rest is as in any sheet")]
        match action {
            Action::Fold | Action::FoldUp | Action::Unfold => self.fold(action, line),
            Action::FoldAll => self.folds.next(),
            Action::PolicyText => self.raw = !self.raw,
            Action::NextCommand => {
                let at = USUAL.iter().position(|it| *it == statement(place));
                let next = USUAL[at.map_or(0, |at| (at + 1) % USUAL.len())];
                self.set_command(next, place, cx);
            }
            Action::Commands => cx.open(Box::new(commands(major(cx.facts)))),
            Action::Whom => cx.open(Box::<AboutWhom>::default()),
            Action::Who => cx.go(down::about(View::Who, place.clone())),
            Action::EditRow => self.edit(place, cx),
            Action::TryIt => self.offer(place, cx),
            Action::CopyAs => cx.open(Box::new(formats())),
            _ => return false,
        }
        true
    }

    fn take(&mut self, name: &str, text: &str, place: &mut Place, cx: &mut Cx<'_>) -> bool {
        match name {
            "command" => match text.parse() {
                Ok(statement) => self.set_command(statement, place, cx),
                Err(problem) => cx.say(Note::from(&problem)),
            },
            "draft" => self.retype(text.to_owned()),
            "edits" => {
                self.retype(text.to_owned());
                let current = statement(place);
                let writes = if current.makes_new() { current } else { Statement::Update };
                self.set_command(writes, place, cx);
            }
            "try" => {
                self.tries = true;
                self.ask(place, cx);
            }
            "copy" => match self.copied(text) {
                Some(Ok(text)) => cx.copy("the explanation", text),
                Some(Err(problem)) => cx.say(Note::from(&problem)),
                None => cx.say(Note::warning("there is no explanation yet")),
            },
            "whom" | "membership" => {
                self.inquiry.choose(name, text, place, cx);
                self.ask(place, cx);
            }
            _ => return false,
        }
        true
    }

    fn refuses(&self, action: Action) -> Option<String> {
        let lacks = |said: &str| Some(said.to_owned());
        #[expect(clippy::wildcard_enum_match_arm, reason = "the rest can always be done")]
        match action {
            Action::Why => lacks("this is why"),
            Action::TryIt if self.reads => lacks("what only reads is asked for already"),
            Action::CopyAs | Action::FoldAll | Action::EditRow if self.answer().is_none() => {
                lacks("there is no explanation yet")
            }
            _ => None,
        }
    }

    fn write(&self, place: &Place, draft: &mut Draft<'_>) {
        if let Some(problem) = self.problem() {
            draft.problem(problem, 0);
        }
        // What is refused before it is asked stands there already.
        if self.refused.is_none() {
            self.inquiry.write("about whom?", draft);
        }
        let Some(why) = self.answer() else { return };
        draw::write(
            why,
            place,
            &draw::Look { folds: &self.folds, raw: self.raw, edits: &self.edits },
            draft,
        );
    }
}
