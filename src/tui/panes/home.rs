//! Home: what is in this database and what is wrong with it, each line leading to the list that shows it.
//!
//! It shows where one can go before anything is counted, and without a mapping too.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::sheet::{Asking, Draft, Lead, Matter, longest, padded};
use crate::{
    address::{VIEWS, View},
    headline::{Amount, Counted, Line, Severity},
    home::{Found, Outlook, Overview},
    mapping::Label,
    pg::{Acting, Fence, Kind, Problem},
    text,
    tui::{
        cx::Cx,
        facts::Facts,
        place::Place,
        remote::Remote,
        stage::Stage,
        ui::{cell, wait},
    },
};

/// The first screen.
#[derive(Debug, Default)]
pub(super) struct Home {
    overview: Remote<Overview>,
    /// What takes longer; its lines join the others when they come.
    outlook: Remote<Outlook>,
}

impl Matter for Home {
    fn title(&self, _place: &Place, stage: &Stage<'_>) -> String {
        let system = stage.facts.and_then(|facts| facts.words.as_ref()).map(|words| &words.system);
        let scope = stage.scope.map(|scope| format!(" ({})", scope.name)).unwrap_or_default();
        system.map_or_else(|| format!("home{scope}"), |system| format!("{system}{scope}"))
    }

    fn load(&mut self, place: &Place, cx: &mut Cx<'_>) {
        let organization = &place.address.organization;
        self.overview.ask(Overview { organization: organization.clone() }, cx);
        self.outlook.ask(Outlook { organization: organization.clone() }, cx);
    }

    fn questions(&mut self) -> Vec<&mut dyn Asking> {
        vec![&mut self.overview, &mut self.outlook]
    }

    fn waits_since(&self) -> Option<Duration> {
        longest([self.overview.wait().since(), self.outlook.wait().since()])
    }

    fn write(&self, place: &Place, draft: &mut Draft<'_>) {
        let found = self.overview.value();
        let lines: Vec<&Line> = found
            .into_iter()
            .flat_map(|found| &found.lines)
            .chain(self.outlook.value().into_iter().flatten())
            .collect();
        if let Some(acting) = draft.identity.acting() {
            let said = format!("as {} sees it: there may be more", acting.label());
            draft.text(&said, draft.theme.warn, 0, None);
        }
        lists(&lines, place, draft);
        for problem in [self.overview.problem(), self.outlook.problem()].into_iter().flatten() {
            draft.problem(problem, 2);
        }
        uncounted(&lines, draft);
        findings(&lines, place, draft);
        if let Some(found) = found {
            acting(found, draft);
            notes(&found.notes, draft);
        }
        draft.waiting(self.overview.wait());
        if draft.facts.is_some_and(|facts| facts.words.is_none()) {
            draft.section("no mapping");
            let said = "purview does not know what this schema calls its organizations and users: tables, policies and rows can be looked at. \
                        `purview mapping init` drafts a mapping from the catalog, `--mapping FILE` uses it";
            draft.text(said, draft.theme.warn, 2, None);
        }
    }
}

/// Where one can go, with how many there are.
fn lists(lines: &[&Line], place: &Place, draft: &mut Draft<'_>) {
    draft.section("in this database");
    let theme = draft.theme;
    for spec in VIEWS.iter().filter(|spec| spec.object.is_none() && spec.view != View::Home) {
        let Some(about) = about(spec.view, draft.facts) else { continue };
        let counted = lines
            .iter()
            .copied()
            .find(|line| line.severity == Severity::Fact && line.lead.view == spec.name);
        let name = draft.facts.map_or_else(|| spec.name.to_owned(), |facts| facts.name(spec.view));
        let number = counted.map(count).unwrap_or_default();
        let seen = || format!("visible to {}", whom(draft));
        let (figure, about) = match counted.map(|line| &line.count) {
            Some(Err(problem)) if is_absent(problem) => {
                (theme.number, (problem.to_string(), theme.danger))
            }
            Some(Err(_)) => (theme.danger, (about, theme.dim)),
            Some(Ok(Counted::Visible(_))) => (theme.dim, (seen(), theme.dim)),
            Some(Ok(Counted::All(_) | Counted::Unknown | Counted::Unasked)) | None => {
                (theme.number, (about, theme.dim))
            }
        };
        let pieces = vec![
            (format!("  {number:>6}  "), figure),
            (padded(&name, 16), theme.field),
            (text::clean(&about.0).into_owned(), about.1),
        ];
        draft.line(pieces, Some(lead(spec.view, "", place)));
    }
}

/// Whether it says that there is no such thing here, which is nobody's to cure.
fn is_absent(problem: &Problem) -> bool {
    problem.kind == Kind::Missing
}

/// Why what shows a question mark could not be counted: each reason once, with what cures it.
fn uncounted(lines: &[&Line], draft: &mut Draft<'_>) {
    let problems = lines.iter().filter_map(|line| line.count.as_ref().err());
    let mut told: Vec<(&Problem, usize)> = Vec::new();
    for problem in problems.filter(|problem| !is_absent(problem)) {
        let same = |known: &Problem| match &known.hint {
            Some(hint) => problem.hint.as_ref() == Some(hint),
            None => problem == known,
        };
        match told.iter_mut().find(|(known, _)| same(known)) {
            Some((_, times)) => *times += 1,
            None => told.push((problem, 1)),
        }
    }
    if told.is_empty() {
        return;
    }
    draft.section("not counted");
    for (problem, times) in told {
        if times == 1 {
            draft.problem(problem, 2);
        } else {
            let summary = format!("{times} times, first: {}", problem.summary);
            draft.problem(&Problem { summary, ..problem.clone() }, 2);
        }
    }
}

/// What a list shows, in the schema's own words; nothing where the schema has no such list.
fn about(view: View, facts: Option<&Facts>) -> Option<String> {
    let known = facts.is_some();
    let words = facts.and_then(|facts| facts.words.as_deref());
    if known && words.is_none() && !matches!(view, View::Tables | View::Policies) {
        return None;
    }
    if words.is_some_and(|words| words.department.is_none()) && view == View::Departments {
        return None;
    }
    let one = |label: Option<&Label>, other: &str| {
        label.map_or_else(|| other.to_owned(), |label| label.one.clone())
    };
    let organization = one(words.map(|words| &words.organization), "organization");
    let user = one(words.map(|words| &words.user), "user");
    let said = [
        (View::Organizations, "with how many belong to each".to_owned()),
        (View::Departments, format!("with their {organization} and who is in them")),
        (View::Users, "with their roles, last login and problems".to_owned()),
        (View::Roles, "what each is for, and how many have it".to_owned()),
        (View::Memberships, format!("which {user} belongs to which {organization}, as what")),
        (View::Grants, format!("which {user} has which role where")),
        (View::Tables, "with their size, row security and problems".to_owned()),
        (View::Policies, "which rows they let pass, for whom".to_owned()),
        (View::Audit, "what happened, newest first".to_owned()),
    ];
    said.into_iter().find(|(of, _)| *of == view).map(|(_, said)| said)
}

/// What a line comes to, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Wrong,
    Notice,
    Failed,
    /// Nobody has looked yet.
    Unasked,
    Fine,
    /// Nobody knows who does not see everything.
    Unknown,
}

impl Verdict {
    fn of(line: &Line) -> Self {
        match (&line.count, line.severity) {
            (Err(_), _) => Self::Failed,
            (Ok(Counted::Unasked), _) => Self::Unasked,
            (Ok(Counted::Unknown | Counted::Visible(Amount { rows: 0, .. })), _) => Self::Unknown,
            (Ok(Counted::All(Amount { rows: 0, .. })), _) => Self::Fine,
            (Ok(_), Severity::Wrong) => Self::Wrong,
            (Ok(_), Severity::Notice | Severity::Fact) => Self::Notice,
        }
    }
}

/// Whom one acts as, in short: the banner says it whole. Nobody: then it is the login that does not see everything.
fn whom(draft: &Draft<'_>) -> String {
    let login = draft.facts.map_or("this login", |facts| facts.login.as_str());
    draft.identity.acting().map_or(login, Acting::short).to_owned()
}

/// For how long it has been known.
fn age(found: DateTime<Utc>, draft: &Draft<'_>) -> String {
    wait::age((draft.now.wall - found).to_std().unwrap_or_default())
}

/// What is wrong or worth a look, the worst first; what was looked for and not found comes last.
fn findings(lines: &[&Line], place: &Place, draft: &mut Draft<'_>) {
    let theme = draft.theme;
    let mut looked: Vec<&Line> =
        lines.iter().copied().filter(|line| line.severity != Severity::Fact).collect();
    if looked.is_empty() {
        return;
    }
    looked.sort_by_key(|line| Verdict::of(line));
    draft.section("looked for");
    for line in looked {
        let verdict = Verdict::of(line);
        let (word, style, text) = match verdict {
            Verdict::Wrong => ("WRONG", theme.danger, theme.text),
            Verdict::Notice => ("notice", theme.warn, theme.text),
            Verdict::Failed => ("", theme.danger, theme.text),
            Verdict::Fine => ("ok", theme.ok, theme.text),
            Verdict::Unasked => ("", theme.dim, theme.text),
            Verdict::Unknown => ("", theme.dim, theme.dim),
        };
        let what = &line.what;
        let said = match &line.count {
            Ok(Counted::All(_)) => match line.found {
                Some(at) => format!("{what}, {} ago", age(at, draft)),
                None => what.clone(),
            },
            Ok(Counted::Unasked) => format!("{what}: not looked yet, enter looks"),
            Ok(Counted::Visible(_)) => format!("{what}, visible to {}", whom(draft)),
            Ok(Counted::Unknown) => format!("{what}: not known as {}", whom(draft)),
            Err(problem) if is_absent(problem) => format!("{what}: {problem}"),
            Err(_) => format!("{what}: not counted"),
        };
        let pieces = vec![
            (format!("  {:>6}  ", count(line)), style),
            (format!("{word:<8}"), style),
            (text::clean(&said).into_owned(), text),
        ];
        let view = View::named(line.lead.view).unwrap_or(View::Tables);
        draft.line(pieces, Some(lead(view, &line.lead.filter.to_string(), place)));
    }
}

fn acting(found: &Found, draft: &mut Draft<'_>) {
    draft.section("acting as a user");
    match &found.fence {
        Ok(fence) => {
            let style = if *fence == Fence::Jailed { draft.theme.ok } else { draft.theme.warn };
            draft.text(&format!("{}: {}", fence.word(), fence.meaning()), style, 2, None);
        }
        Err(problem) => draft.problem(problem, 2),
    }
}

fn notes(notes: &[String], draft: &mut Draft<'_>) {
    if notes.is_empty() {
        return;
    }
    draft.section("good to know");
    for note in notes {
        draft.text(note, draft.theme.text, 2, None);
    }
}

fn count(line: &Line) -> String {
    match &line.count {
        Ok(Counted::All(amount) | Counted::Visible(amount)) => {
            let count = cell::count(i64::try_from(amount.rows).unwrap_or(i64::MAX));
            format!("{count}{}", if amount.more { "+" } else { "" })
        }
        Ok(Counted::Unknown | Counted::Unasked) => "–".to_owned(),
        Err(problem) => if is_absent(problem) { "–" } else { "?" }.to_owned(),
    }
}

fn lead(view: View, filter: &str, from: &Place) -> Lead {
    let mut place = Place::of(view);
    filter.clone_into(&mut place.address.filter);
    place.address.organization.clone_from(&from.address.organization);
    Lead { place, user: None }
}
