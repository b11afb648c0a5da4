//! What if the policies of a table were others: a draft, and who would gain and lose which rows, before anything exists.
//!
//! The draft is evaluated, never run: no DDL reaches the database. It is about everybody, whoever is acted as.

use std::{collections::BTreeMap, time::Duration};

use chrono::TimeDelta;

use super::{
    down,
    drafts::{ask_where, ask_whether},
    sheet::{Asking, Draft, Lead, Line, Mark, Matter, longest, padded, widest},
    why::Folds,
};
use crate::{
    address::{Concept, View, Within},
    pg::{Problem, RelationName},
    rls::{Change, Draft as PolicyDraft, Effect, Opening, Statement, Warrant, Warranted, WhatIf},
    tui::{
        action::{Action, PaneKind},
        cx::Cx,
        note::Note,
        place::Place,
        popup::Editor,
        remote::Remote,
        stage::Stage,
        ui::{cell, wait},
    },
};

/// How long it may take to ask about everybody.
const MINUTES: i64 = 30;
/// So many users of a class are listed.
const LISTED: usize = 20;
/// What stands after the policy in the address where the draft is to mend a leak.
const MENDED: &str = "mended";
/// The commands that one key goes through; all of them first.
const COMMANDS: [Option<Statement>; 5] = [
    None,
    Some(Statement::Select),
    Some(Statement::Insert),
    Some(Statement::Update),
    Some(Statement::Delete),
];

/// A draft and its effect.
#[derive(Debug)]
pub(super) struct WhatIfPane {
    table: RelationName,
    opening: Remote<Opening>,
    /// The draft as it is written.
    text: Option<String>,
    effect: Remote<Warranted<WhatIf>>,
    /// Of which draft the effect is told.
    asked: String,
    refused: Option<Problem>,
    folds: Folds,
    directory: String,
}

/// To a draft of `policy` that lets nobody see a row of an organization that is not theirs.
pub(super) fn mended(table: &RelationName, policy: &str) -> Place {
    let mut place = Place::one(View::WhatIf, table.to_string(), format!("what if {policy}"));
    place.address.key = vec![policy.to_owned(), MENDED.to_owned()];
    place
}

/// Identities for whom the same would change.
#[derive(Debug)]
struct Class<'a> {
    command: Statement,
    changes: Vec<&'a Change>,
}

fn figure(rows: u64) -> String {
    cell::count(rows.cast_signed())
}

fn several(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{} {many}", figure(count as u64)) }
}

impl WhatIfPane {
    pub(super) fn new(table: RelationName) -> Self {
        Self {
            table,
            opening: Remote::default(),
            text: None,
            effect: Remote::default(),
            asked: String::new(),
            refused: None,
            folds: Folds::default(),
            directory: String::new(),
        }
    }

    fn edit(&self, cx: &mut Cx<'_>) {
        match &self.text {
            Some(text) => {
                let title = format!("what if the policies of {} were others", self.table);
                cx.open(Box::new(Editor::new(&title, text)));
            }
            None => cx.say(Note::warning("the policy is still being read")),
        }
    }

    /// Asks what the draft would change.
    fn ask(&mut self, place: &Place, cx: &mut Cx<'_>) {
        let Some(text) = self.text.clone() else { return };
        let draft = match PolicyDraft::read(&self.table, &text) {
            Ok(draft) => draft,
            Err(problem) => {
                self.effect.forget(cx);
                self.refused = Some(problem);
                return;
            }
        };
        self.refused = None;
        if self.asked != text {
            self.effect.forget(cx);
            self.folds.forget();
        }
        self.asked = text;
        let question = WhatIf {
            draft,
            statements: Vec::new(),
            organization: place.address.organization.clone(),
            users: Vec::new(),
        };
        let since = cx.now.wall;
        let reason = format!("what if the policies of {} were others", self.table);
        let warrant = Warrant { reason, since, until: since + TimeDelta::minutes(MINUTES) };
        self.effect.ask(Warranted { warrant, question }, cx);
    }

    /// The effect, where it is that of the draft as it stands there.
    fn effect(&self) -> Option<&Effect> {
        self.effect.value().filter(|_| self.text.as_ref() == Some(&self.asked))
    }

    /// The classes, command by command, those for whom most changes first.
    fn classes(&self, place: &Place) -> Vec<Class<'_>> {
        let only = place.address.command;
        let mut classes: BTreeMap<(usize, usize), Class<'_>> = BTreeMap::new();
        let changes = self.effect().into_iter().flat_map(|effect| &effect.changes);
        for change in changes.filter(|it| only.is_none_or(|only| it.command == only)) {
            let at = COMMANDS.iter().position(|it| *it == Some(change.command)).unwrap_or(9);
            let new = || Class { command: change.command, changes: Vec::new() };
            classes.entry((at, change.class)).or_insert_with(new).changes.push(change);
        }
        let mut classes: Vec<_> = classes.into_iter().collect();
        classes.sort_by_key(|((command, _), class)| {
            let first = class.changes[0];
            let much = first.gained.unwrap_or(0) + first.lost.unwrap_or(0);
            (*command, std::cmp::Reverse(much * class.changes.len() as u64))
        });
        classes.into_iter().map(|(_, class)| class).collect()
    }

    fn summary(&self, effect: &Effect, draft: &mut Draft<'_>) {
        let theme = draft.theme;
        let count = |which: &dyn Fn(&Change) -> bool| {
            let mut who: Vec<_> = effect
                .changes
                .iter()
                .filter(|it| which(it))
                .map(|it| (&it.user_id, &it.user, &it.organization))
                .collect();
            who.sort();
            who.dedup();
            who.len()
        };
        let gain = count(&|it| it.gained.is_some_and(|rows| rows > 0));
        let lose = count(&|it| it.lost.is_some_and(|rows| rows > 0));
        let unsaid = count(&|it| it.problem.is_some());
        if effect.changes.is_empty() {
            let said = "nobody would gain or lose a row";
            draft.item(0, ("NOTHING CHANGES  ", theme.ok), (said, theme.text), None, None);
        } else {
            let mut said = format!(
                "{} gain rows, {} lose rows",
                several(gain, "identity would", "identities would"),
                several(lose, "identity would", "identities would"),
            );
            if unsaid > 0 {
                said = format!("{said}, of {unsaid} the server does not say");
            }
            draft.item(0, ("EFFECT  ", theme.warn), (&said, theme.text), None, None);
        }
        let same = several(effect.same, "identity and command", "identities and commands");
        draft.text(&format!("nothing would change for {same}"), theme.dim, 0, None);
        let asked = self.effect.wait();
        if let Some(at) = asked.answered {
            let took = asked.took.map(wait::took).unwrap_or_default();
            let said = format!(
                "as of {} UTC, in {took}; nothing of it has been run",
                at.wall.format("%H:%M:%S")
            );
            draft.text(&said, theme.dim, 0, None);
        }
    }

    fn class(&self, number: usize, class: &Class<'_>, draft: &mut Draft<'_>) {
        let theme = draft.theme;
        let first = class.changes[0];
        let mark = vec![u16::try_from(number).unwrap_or(u16::MAX)];
        let open = self.folds.is_open(&mark, class.changes.len() <= 3);
        draft.part(mark);
        let sign = if open { '-' } else { '+' };
        let who = several(class.changes.len(), "identity", "identities");
        let head = format!("  {sign} {who}  ");
        let rows = |rows: Option<u64>| rows.map_or_else(|| "?".to_owned(), figure);
        let figures = || {
            format!(
                "{} → {} rows: gain {}, lose {}",
                rows(first.before),
                rows(first.after),
                rows(first.gained),
                rows(first.lost)
            )
        };
        let style = if first.problem.is_some() { theme.danger } else { theme.text };
        let said = match (&first.problem, first.after) {
            (None, _) => figures(),
            (Some(problem), None) => problem.clone(),
            (Some(problem), Some(after)) => format!("{problem} → {} rows", figure(after)),
        };
        draft.item(0, (&head, theme.key), (&said, style), None, None);
        if let Some(label) = &first.label {
            draft.item(6, ("mind  ", theme.dim), (label, theme.warn), None, None);
        }
        if open {
            self.samples(class, draft);
            let names = widest(class.changes.iter().map(|it| it.user.as_str())).min(48);
            for change in class.changes.iter().take(LISTED) {
                let lead = change.user_id.as_ref().map(|id| Lead {
                    place: Place::one(View::User, id.clone(), change.user.clone()),
                    user: None,
                });
                let head = format!("      {}", padded(&change.user, names + 2));
                let of = change.organization.as_deref().unwrap_or(" ");
                let id = change.user_id.as_deref().unwrap_or(&change.user);
                draft.item(0, (&head, theme.key), (of, theme.dim), lead.as_ref(), Some(id));
            }
            let more = class.changes.len().saturating_sub(LISTED);
            if more > 0 {
                draft.text(&format!("and {} more", figure(more as u64)), theme.dim, 6, None);
            }
        } else {
            let named: Vec<_> = class.changes.iter().take(3).map(|it| it.user.as_str()).collect();
            let more = class.changes.len().saturating_sub(3);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            draft.text(&format!("{}{more}", named.join(", ")), theme.dim, 6, None);
        }
        draft.part(Mark::new());
    }

    /// A few rows that the first of a class would gain and lose.
    fn samples(&self, class: &Class<'_>, draft: &mut Draft<'_>) {
        let theme = draft.theme;
        for change in &class.changes {
            for (word, style, keys) in [
                ("would gain ", theme.ok, &change.gains),
                ("would lose ", theme.danger, &change.losses),
            ] {
                for key in keys {
                    let lead = Lead { place: self.why(change, key), user: None };
                    draft.item(6, (word, style), (key, theme.key), Some(&lead), Some(key));
                }
            }
        }
    }

    /// To why they can or cannot with the row, as it is now.
    fn why(&self, change: &Change, key: &str) -> Place {
        let mut to = down::why(&self.table, "");
        to.address.key = key.split(", ").map(str::to_owned).collect();
        to.label = Some(format!("why {key}"));
        to.address.command = Some(change.command).filter(|it| *it != Statement::Select);
        let id = change.user_id.as_ref().unwrap_or(&change.user).clone();
        to.address.within = Some(Within { concept: Concept::User, id });
        to.address.organization.clone_from(&change.organization_id);
        to
    }

    fn stem(&self) -> String {
        format!("{}_policies", self.table.name)
    }
}

impl Matter for WhatIfPane {
    fn kind(&self) -> PaneKind {
        PaneKind::Why
    }

    fn title(&self, place: &Place, _stage: &Stage<'_>) -> String {
        let command = place.address.command.map(|it| format!(", {it}")).unwrap_or_default();
        let of = place.address.key.first().map(|it| format!(" {it}")).unwrap_or_default();
        format!("{} {}{of}{command}", View::WhatIf.name(), self.table)
    }

    fn typed(&self) -> Option<String> {
        self.text.clone()
    }

    fn retype(&mut self, typed: String) {
        self.text = Some(typed);
    }

    fn load(&mut self, place: &Place, cx: &mut Cx<'_>) {
        if self.text.is_some() {
            if !self.asked.is_empty() {
                self.ask(place, cx);
            }
            return;
        }
        let policy = place.address.key.first().cloned();
        let mended = place.address.key.get(1).is_some_and(|word| word == MENDED);
        self.opening.ask(Opening { table: self.table.clone(), policy, mended }, cx);
    }

    fn questions(&mut self) -> Vec<&mut dyn Asking> {
        vec![&mut self.opening, &mut self.effect]
    }

    fn answered(&mut self, _place: &Place, cx: &mut Cx<'_>) {
        if self.text.is_none()
            && let Some(text) = self.opening.value()
        {
            self.text = Some(text.clone());
            self.edit(cx);
        }
    }

    fn waits_since(&self) -> Option<Duration> {
        longest([self.opening.wait().since(), self.effect.wait().since()])
    }

    fn act(
        &mut self,
        action: Action,
        line: Option<&Line>,
        place: &mut Place,
        cx: &mut Cx<'_>,
    ) -> bool {
        let mark = line.map(|line| line.mark.clone()).unwrap_or_default();
        #[expect(clippy::wildcard_enum_match_arm, reason = "the rest is as in any sheet")]
        match action {
            Action::EditRow => self.edit(cx),
            Action::TryIt => self.ask(place, cx),
            Action::NextCommand => {
                let at = COMMANDS.iter().position(|it| *it == place.address.command);
                place.address.command = COMMANDS[at.map_or(0, |at| (at + 1) % COMMANDS.len())];
            }
            Action::Fold | Action::FoldUp | Action::Unfold if !mark.is_empty() => {
                let classes = self.classes(place);
                let class = classes.get(usize::from(mark[0]));
                let few = class.is_some_and(|class| class.changes.len() <= 3);
                let open = self.folds.is_open(&mark, few);
                self.folds.fold(action, &mark, open);
            }
            Action::FoldAll => self.folds.next(),
            Action::Export if self.effect().is_some() => cx.open(Box::new(ask_where())),
            Action::Export => cx.say(Note::warning("ask first what it would change: `r`")),
            _ => return false,
        }
        true
    }

    fn take(&mut self, name: &str, text: &str, place: &mut Place, cx: &mut Cx<'_>) -> bool {
        match name {
            "draft" => self.text = Some(text.to_owned()),
            "run" => {
                self.text = Some(text.to_owned());
                self.ask(place, cx);
            }
            "directory" => {
                text.clone_into(&mut self.directory);
                cx.open(Box::new(ask_whether(text, &self.stem())));
            }
            "write" => {
                if let Some(effect) = self.effect() {
                    cx.write_pair(&self.directory, &self.stem(), &effect.up, &effect.down);
                }
            }
            _ => return false,
        }
        true
    }

    fn begins(&self, line: &Line) -> bool {
        !line.mark.is_empty() || line.lead.is_some()
    }

    fn offers(&self, action: Action) -> bool {
        action == Action::Export
    }

    fn refuses(&self, action: Action) -> Option<String> {
        let refused = matches!(
            action,
            Action::Why | Action::Who | Action::Whom | Action::Commands | Action::PolicyText
        );
        refused.then(|| "enter on a row goes to why they can or cannot now".to_owned())
    }

    fn write(&self, place: &Place, draft: &mut Draft<'_>) {
        let theme = draft.theme;
        let problems = [self.refused.as_ref(), self.opening.problem(), self.effect.problem()];
        for problem in problems.into_iter().flatten() {
            draft.problem(problem, 0);
        }
        draft.waiting(self.opening.wait());
        draft.waiting(self.effect.wait());
        if let Some(effect) = self.effect() {
            self.summary(effect, draft);
        } else if self.text.is_some() && self.waits_since().is_none() {
            let said =
                "`e` edits the draft, `r` asks who would gain and lose by it; nothing of it is run";
            draft.text(said, theme.warn, 0, None);
        }
        let mut command = None;
        for (number, class) in self.classes(place).iter().enumerate() {
            if command.replace(class.command) != Some(class.command) {
                draft.section(class.command.name());
            }
            self.class(number, class, draft);
        }
        if let Some(text) = &self.text {
            draft.section("draft");
            draft.text(text, theme.string, 2, None);
        }
    }
}
