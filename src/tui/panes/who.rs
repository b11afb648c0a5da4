//! Who can see, change or delete a row: the users by class with the reason, and everything that gets around the policies.
//!
//! It is about everybody, whoever is acted as.

use std::{collections::BTreeMap, time::Duration};

use chrono::TimeDelta;

use super::{
    down,
    sheet::{Asking, Draft, Lead, Line, Mark, Matter, padded, widest},
    why::{Folds, choice},
};
use crate::{
    address::{Concept, View, Within},
    pg::{Problem, RelationName},
    rls::{Able, Statement, Warrant, Warranted, Who},
    tui::{
        action::{Action, PaneKind},
        cx::Cx,
        note::Note,
        place::Place,
        popup::{Deed, Item, Menu},
        remote::Remote,
        stage::Stage,
        ui::{cell, wait},
    },
};

/// How long it may take to ask about everybody.
const MINUTES: i64 = 5;
/// A class of more users than these is not opened by itself.
const FEW: usize = 12;
/// So many users of a class that is folded are named.
const NAMED: usize = 3;
/// What can be done with a row that is there.
const USUAL: [Statement; 3] = [Statement::Select, Statement::Update, Statement::Delete];

/// Who can.
#[derive(Debug)]
pub(super) struct WhoCan {
    table: RelationName,
    able: Remote<Warranted<Who>>,
    refused: Option<Problem>,
    folds: Folds,
}

/// Users who are alike, and for whom the reason is the same.
#[derive(Debug)]
struct Class<'a> {
    can: Option<bool>,
    how: &'a str,
    users: Vec<&'a Able>,
}

impl WhoCan {
    pub(super) fn new(table: RelationName) -> Self {
        Self { table, able: Remote::default(), refused: None, folds: Folds::default() }
    }

    fn set_command(&mut self, statement: Statement, place: &mut Place, cx: &mut Cx<'_>) {
        place.address.command = Some(statement).filter(|it| *it != Statement::Select);
        self.able.forget(cx);
        self.folds.forget();
        self.load(place, cx);
    }

    /// The classes, those who can first and the largest first among them.
    fn classes(&self) -> Vec<Class<'_>> {
        let mut classes: BTreeMap<(usize, &str), Class<'_>> = BTreeMap::new();
        for able in self.able.value().into_iter().flatten() {
            let Some(number) = able.class else { continue };
            let key = (number, able.how.as_str());
            let new = || Class { can: able.can, how: &able.how, users: Vec::new() };
            classes.entry(key).or_insert_with(new).users.push(able);
        }
        let mut classes: Vec<_> = classes.into_values().collect();
        classes.sort_by_key(|class| {
            let rank = match class.can {
                Some(true) => 0,
                None => 1,
                Some(false) => 2,
            };
            (rank, std::cmp::Reverse(class.users.len()))
        });
        classes
    }

    /// Whether a class is open by itself.
    fn is_open(&self, mark: &[u16], class: &Class<'_>) -> bool {
        self.folds.is_open(mark, class.can == Some(true) && class.users.len() <= FEW)
    }

    fn fold(&mut self, action: Action, line: Option<&Line>) {
        let Some(mark) = line.map(|line| &line.mark).filter(|mark| !mark.is_empty()) else {
            return;
        };
        let classes = self.classes();
        let open = classes.get(usize::from(mark[0])).is_some_and(|it| self.is_open(mark, it));
        self.folds.fold(action, mark, open);
    }

    fn summary(&self, place: &Place, draft: &mut Draft<'_>) {
        let count = |can: Option<bool>| {
            let all = self.able.value().into_iter().flatten();
            all.filter(|it| it.class.is_some() && it.can == can).count()
        };
        let theme = draft.theme;
        let [yes, no, unknown] = [Some(true), Some(false), None].map(count);
        let (word, style) =
            if yes == 0 { ("NOBODY", theme.ok) } else { ("WHO CAN", theme.heading) };
        let of = figure(yes + no + unknown);
        let mut said = format!("{} of {of} identities {}", figure(yes), verb(statement(place)));
        if unknown > 0 {
            said = format!("{said}; the server refuses the question to {unknown}");
        }
        draft.item(0, (&format!("{word}  "), style), (&said, theme.text), None, None);
        let around = self.able.value().into_iter().flatten();
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for able in around.filter(|it| it.class.is_none() && it.can == Some(true)) {
            *kinds.entry(&able.kind).or_default() += 1;
        }
        if !kinds.is_empty() {
            let kinds: Vec<_> = kinds.iter().map(|(kind, many)| format!("{many} {kind}")).collect();
            let said = format!("{} (listed below)", kinds.join(", "));
            draft.item(0, ("AROUND POLICIES  ", theme.warn), (&said, theme.text), None, None);
        }
        let wait = self.able.wait();
        if let Some(at) = wait.answered {
            let took = wait.took.map(wait::took).unwrap_or_default();
            let said = format!("as of {} UTC, in {took}", at.wall.format("%H:%M:%S"));
            draft.text(&said, theme.dim, 0, None);
        }
    }

    fn class(&self, number: usize, class: &Class<'_>, place: &Place, draft: &mut Draft<'_>) {
        let mark: Mark = vec![u16::try_from(number).unwrap_or(u16::MAX)];
        let open = self.is_open(&mark, class);
        draft.part(mark);
        let theme = draft.theme;
        let (word, style) = match class.can {
            Some(true) => ("can", theme.ok),
            Some(false) => ("cannot", theme.dim),
            None => ("refused", theme.danger),
        };
        let sign = if open { '-' } else { '+' };
        let users = match class.users.len() {
            1 => "1 identity".to_owned(),
            many => format!("{} identities", figure(many)),
        };
        let first = class.users.first().map(|able| self.lead(able, place));
        let head = format!("{sign} {word:<7} {users}  ");
        let how = if class.can == Some(true) && !class.how.is_empty() {
            format!("by {}", class.how)
        } else {
            class.how.to_owned()
        };
        draft.item(0, (&head, style), (&how, theme.text), first.as_ref(), None);
        if open {
            let names = widest(class.users.iter().map(|able| able.name.as_str())).min(48);
            for able in &class.users {
                let of = able.organization.as_deref().unwrap_or_default();
                let kind = if able.kind == "user" { "" } else { able.kind.as_str() };
                let head = format!("    {}", padded(&able.name, names + 2));
                let said = if of.is_empty() { kind } else { of };
                let said = if said.is_empty() { " " } else { said };
                let lead = self.lead(able, place);
                let value = able.id.as_deref().unwrap_or(&able.name);
                draft.item(0, (&head, theme.key), (said, theme.dim), Some(&lead), Some(value));
            }
        } else {
            let named: Vec<_> =
                class.users.iter().take(NAMED).map(|able| able.name.as_str()).collect();
            let more = class.users.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let said = format!("{}{more}", named.join(", "));
            draft.text(&said, theme.dim, 4, first.as_ref());
        }
        draft.part(Mark::new());
    }

    fn around(&self, draft: &mut Draft<'_>) {
        let all = self.able.value().into_iter().flatten();
        let others = all.filter(|able| able.class.is_none());
        let (around, unasked): (Vec<_>, Vec<_>) = others.partition(|able| able.can == Some(true));
        for (head, some) in
            [("what gets around the policies", around), ("who could not be asked", unasked)]
        {
            Self::ways(head, &some, draft);
        }
    }

    fn ways(head: &str, around: &[&Able], draft: &mut Draft<'_>) {
        if around.is_empty() {
            return;
        }
        draft.section(head);
        let kinds = widest(around.iter().map(|able| able.kind.as_str()));
        for able in around {
            let theme = draft.theme;
            let head = format!("  {}", padded(&able.kind, kinds + 2));
            let said = format!("{}: {}", able.name, able.how);
            draft.item(0, (&head, theme.warn), (&said, theme.text), None, Some(&able.name));
        }
    }

    /// To why a user can or cannot.
    fn lead(&self, able: &Able, place: &Place) -> Lead {
        let mut to = down::why(&self.table, &place.address.filter);
        to.label = Some(format!("why {}", row(place)));
        to.address.key.clone_from(&place.address.key);
        to.address.command = place.address.command;
        let id = able.id.as_ref().unwrap_or(&able.name).clone();
        to.address.within = Some(Within { concept: Concept::User, id });
        to.address.organization.clone_from(&able.organization_id);
        Lead { place: to, user: None }
    }
}

fn statement(place: &Place) -> Statement {
    place.address.command.unwrap_or(Statement::Select)
}

fn figure(count: usize) -> String {
    cell::count(count.cast_signed() as i64)
}

/// What is done with the row, of those who can.
#[expect(clippy::wildcard_enum_match_arm, reason = "the variants are called by their names")]
fn verb(statement: Statement) -> String {
    match statement {
        Statement::Select => "see this row".to_owned(),
        Statement::Update => "may change this row".to_owned(),
        Statement::Delete => "may delete this row".to_owned(),
        other => format!("pass {other} with this row"),
    }
}

/// Which row, in few words.
fn row(place: &Place) -> String {
    if place.address.key.is_empty() {
        format!("</{}>", place.address.filter)
    } else {
        place.address.key.join(" ")
    }
}

fn commands() -> Menu {
    let all = Statement::ALL.into_iter().filter(|it| it.needs_old());
    let entries = all
        .map(|it| Item::new(it.name(), it.sentence(), Deed::Own("command", it.name().to_owned())));
    Menu::new("what would they do?", entries.collect())
}

impl Matter for WhoCan {
    fn kind(&self) -> PaneKind {
        PaneKind::Why
    }

    fn title(&self, place: &Place, _stage: &Stage<'_>) -> String {
        format!("{} can {} {} {}", View::Who.name(), statement(place), self.table, row(place))
    }

    fn load(&mut self, place: &Place, cx: &mut Cx<'_>) {
        let choice = match choice(place) {
            Ok(choice) => choice,
            Err(problem) => {
                self.refused = Some(problem);
                return;
            }
        };
        let statement = statement(place);
        let question = Who { table: self.table.clone(), choice, statement };
        let since = cx.now.wall;
        let reason = format!("who can {statement} {}", self.table);
        let warrant = Warrant { reason, since, until: since + TimeDelta::minutes(MINUTES) };
        self.able.ask(Warranted { warrant, question }, cx);
    }

    fn questions(&mut self) -> Vec<&mut dyn Asking> {
        vec![&mut self.able]
    }

    fn waits_since(&self) -> Option<Duration> {
        self.able.wait().since()
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
            Action::NextCommand => {
                let at = USUAL.iter().position(|it| *it == statement(place));
                let next = USUAL[at.map_or(0, |at| (at + 1) % USUAL.len())];
                self.set_command(next, place, cx);
            }
            Action::Commands => cx.open(Box::new(commands())),
            _ => return false,
        }
        true
    }

    fn take(&mut self, name: &str, text: &str, place: &mut Place, cx: &mut Cx<'_>) -> bool {
        if name != "command" {
            return false;
        }
        match text.parse() {
            Ok(statement) => self.set_command(statement, place, cx),
            Err(problem) => cx.say(Note::from(&problem)),
        }
        true
    }

    fn refuses(&self, action: Action) -> Option<String> {
        let refused = matches!(
            action,
            Action::Why
                | Action::Who
                | Action::Whom
                | Action::PolicyText
                | Action::EditRow
                | Action::TryIt
        );
        refused.then(|| "enter on a user goes to why they can or cannot".to_owned())
    }

    fn write(&self, place: &Place, draft: &mut Draft<'_>) {
        if let Some(problem) = self.refused.as_ref().or(self.able.problem()) {
            draft.problem(problem, 0);
        }
        draft.waiting(self.able.wait());
        if self.able.value().is_none() {
            return;
        }
        self.summary(place, draft);
        draft.section("users, by class");
        for (number, class) in self.classes().iter().enumerate() {
            self.class(number, class, place, draft);
        }
        self.around(draft);
    }
}
