//! Two users side by side, or one in two memberships, or whoever is acted as and another: first what the policies know of them, then what each can do, then
//! rows that only one of them has, each leading to why the other has not.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;

use super::{
    sheet::{Asking, Draft, Lead, Line, Matter},
    why::into_why,
};
use crate::{
    address::{Concept, View, Within},
    directory::Somebody,
    pg::{Identity, RelationName},
    report,
    rls::{
        Counterpart, Key, Layout, SideBySide, Sides, Statement, TablePair, Warrant,
        expression::readable, tell_comparison,
    },
    tui::{
        action::Action,
        cx::Cx,
        note::Note,
        place::Place,
        popup::{Deed, Item, Menu},
        remote::Remote,
        stage::Stage,
        ui::cell::count,
    },
};

/// How long it may take.
const MINUTES: i64 = 10;
/// What the two are called.
const NAMES: [&str; 2] = ["A", "B"];

/// The place where two stand side by side: each an id or the name of another identity, and an organization. Nobody by name is whoever is acted as.
pub(super) fn place(one: &(String, Option<String>), other: &(String, Option<String>)) -> Place {
    let needle = |(id, organization): &(String, Option<String>)| match organization {
        Some(organization) => format!("{id}@@{organization}"),
        None => id.clone(),
    };
    let mut place = Place::one(View::Compare, needle(one), "compare");
    place.address.key = Some(needle(other)).filter(|other| !other.is_empty()).into_iter().collect();
    place
}

/// Two side by side.
#[derive(Debug, Default)]
pub(super) struct Compared {
    sides: Remote<SideBySide>,
    /// Why nothing is asked.
    lacks: Option<&'static str>,
}

impl Compared {
    fn copied(&self, format: &str) -> Option<Result<String, crate::pg::Problem>> {
        let found = &self.sides.value()?.comparison;
        Some(match format {
            "text" => Ok(tell_comparison(found, Layout::Text)),
            "markdown" => Ok(tell_comparison(found, Layout::Markdown)),
            _ => report::json(found),
        })
    }
}

/// A place about `somebody`, from which others follow.
fn about(somebody: &Somebody, command: Statement) -> Place {
    let person = &somebody.candidate.person;
    let mut place = Place::of(View::Why);
    let id = person.id.clone().unwrap_or_else(|| person.label.clone());
    place.address.within = Some(Within { concept: Concept::User, id });
    place.address.organization.clone_from(&person.organization);
    place.address.command = Some(command).filter(|it| *it != Statement::Select);
    place
}

/// Where it is told which rows one of them can do it with.
fn reach(pair: &TablePair, somebody: &Somebody) -> Lead {
    let name = pair.table.clone();
    let mut place = Place::one(View::Reach, name.clone(), name);
    let from = about(somebody, pair.command);
    place.address.within = from.address.within;
    place.address.organization = from.address.organization;
    place.address.command = from.address.command;
    Lead { place, user: None }
}

/// Where it is told why `somebody` cannot do with a row what the other can.
fn why(pair: &TablePair, key: &Key, somebody: &Somebody) -> Option<Lead> {
    let table: RelationName = pair.table.parse().ok()?;
    let values: Vec<_> = key.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let place = into_why(&table, &values, &about(somebody, pair.command));
    Some(Lead { place, user: None })
}

fn pair(pair: &TablePair, people: &[Somebody; 2], draft: &mut Draft<'_>) {
    let theme = draft.theme;
    let head = format!("{} {}", pair.table, pair.command);
    draft.item(2, ("", theme.field), (&head, theme.field), None, Some(&head));
    for (at, name) in NAMES.into_iter().enumerate() {
        let number = |rows: u64| count(rows.cast_signed());
        let (said, style) = match (pair.rows[at], &pair.problems[at]) {
            (Some(rows), _) => (format!("{} rows", number(rows)), theme.text),
            (None, problem) => {
                let problem = problem.as_deref().unwrap_or("unknown");
                (format!("error: {problem}"), theme.danger)
            }
        };
        let only = pair.only[at].filter(|only| *only > 0);
        let only = only.map(|only| format!(", {} of them alone", number(only)));
        let said = format!("{said}{}", only.unwrap_or_default());
        let lead = reach(pair, &people[at]);
        draft.item(4, (&format!("{name}  "), theme.heading), (&said, style), Some(&lead), None);
        for key in &pair.keys[at] {
            let other = 1 - at;
            let said: Vec<_> =
                key.iter().map(|(name, value)| format!("{name} = {value}")).collect();
            let said = said.join(", ");
            let head = format!("only {name}, why not {}: ", NAMES[other]);
            let lead = why(pair, key, &people[other]);
            draft.item(7, (&head, theme.dim), (&said, theme.key), lead.as_ref(), Some(&said));
        }
    }
}

impl Matter for Compared {
    fn title(&self, _place: &Place, _stage: &Stage<'_>) -> String {
        self.sides.value().map_or_else(
            || "compare".to_owned(),
            |sides| {
                format!("compare {} · {}", sides.comparison.people[0], sides.comparison.people[1])
            },
        )
    }

    fn load(&mut self, place: &Place, cx: &mut Cx<'_>) {
        let one = Counterpart::Named(place.address.object.clone().unwrap_or_default());
        let other = match (place.address.key.as_slice(), cx.identity) {
            ([other], _) => Counterpart::Named(other.clone()),
            ([], Identity::Acting(acting)) => Counterpart::Acting(Arc::clone(acting)),
            _ => {
                self.lacks = Some("with whom? `:compare USER USER`, or act as one of them first");
                return;
            }
        };
        self.lacks = None;
        let since = cx.now.wall;
        let until = since + TimeDelta::minutes(MINUTES);
        let warrant = Warrant { reason: "compare".to_owned(), since, until };
        self.sides.ask(SideBySide { people: [one, other], warrant }, cx);
    }

    fn questions(&mut self) -> Vec<&mut dyn Asking> {
        vec![&mut self.sides]
    }

    fn waits_since(&self) -> Option<Duration> {
        self.sides.wait().since()
    }

    fn act(
        &mut self,
        action: Action,
        _line: Option<&Line>,
        _place: &mut Place,
        cx: &mut Cx<'_>,
    ) -> bool {
        if action != Action::CopyAs {
            return false;
        }
        let entry = |name: &str, about: &str| {
            Item::new(name, about, Deed::Own("copy", name.to_lowercase()))
        };
        let entries = vec![
            entry("Text", "for an e-mail"),
            entry("Markdown", "for a ticket"),
            entry("JSON", "as `purview rls compare -o json` prints it"),
        ];
        cx.open(Box::new(Menu::new("copy the comparison as", entries)));
        true
    }

    fn take(&mut self, name: &str, text: &str, _place: &mut Place, cx: &mut Cx<'_>) -> bool {
        if name != "copy" {
            return false;
        }
        match self.copied(text) {
            Some(Ok(text)) => cx.copy("the comparison", text),
            Some(Err(problem)) => cx.say(Note::from(&problem)),
            None => cx.say(Note::warning("there is no comparison yet")),
        }
        true
    }

    fn refuses(&self, action: Action) -> Option<String> {
        (action == Action::Why).then(|| "enter on a row goes to why".to_owned())
    }

    fn write(&self, _place: &Place, draft: &mut Draft<'_>) {
        if let Some(problem) = self.sides.problem() {
            draft.problem(problem, 0);
        }
        draft.waiting(self.sides.wait());
        let theme = draft.theme;
        if let Some(lacks) = self.lacks {
            draft.text(lacks, theme.warn, 0, None);
        }
        let Some(Sides { people, comparison }) = self.sides.value() else { return };
        for (at, name) in NAMES.into_iter().enumerate() {
            let said = format!("{} as {}", comparison.people[at], comparison.roles[at]);
            draft.value(name, 1, &said, theme.text, None);
        }
        draft.section("what the policies know of them");
        if comparison.facts.is_empty() {
            draft.text("the same of both", theme.dim, 2, None);
        }
        for pair in &comparison.facts {
            let fact = readable(&pair.fact);
            draft.item(2, ("", theme.field), (&fact, theme.field), None, Some(&pair.fact));
            for (name, worth) in NAMES.into_iter().zip(&pair.worth) {
                let style = if worth.is_none() { theme.null } else { theme.text };
                let worth = worth.as_deref().unwrap_or("NULL");
                draft.item(
                    4,
                    (&format!("{name}  "), theme.heading),
                    (worth, style),
                    None,
                    Some(worth),
                );
            }
        }
        draft.section("what they can do");
        for table in &comparison.tables {
            pair(table, people, draft);
        }
        let same = count(comparison.same.cast_signed() as i64);
        let said = format!("{same} tables and commands are the same for both");
        draft.text(&said, theme.dim, 2, None);
    }
}
