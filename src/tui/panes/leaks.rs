//! Rows that somebody sees of organizations that are not theirs: by table, policy and pair of organizations, as they are found.
//!
//! It is about everybody, whoever is acted as.

use std::{collections::BTreeMap, time::Duration};

use chrono::TimeDelta;

use super::{
    down,
    sheet::{Asking, Draft, Lead, Line, Mark, Matter, longest, padded, widest},
    what_if,
    why::Folds,
};
use crate::{
    address::{Concept, View, Within},
    mapping::global_users,
    pg::{Part, Problem, RelationName},
    rls::{Border, Crosser, Crossing, Leaks, RowKey, Warrant, Warranted},
    tui::{
        action::{Action, PaneKind},
        ask::Ticket,
        cx::Cx,
        note::Note,
        place::Place,
        remote::Remote,
        stage::Stage,
        ui::{cell, wait},
    },
};

/// How long it may take to look through every table as everybody.
const MINUTES: i64 = 30;
/// So many users of a border are listed.
const LISTED: usize = 20;

/// What leaks.
#[derive(Debug, Default)]
pub(super) struct LeakScan {
    scan: Remote<Warranted<Leaks>>,
    /// What the scan found that came to its end, or the first one so far.
    found: Vec<Border>,
    /// What the one under way has found, where there was one before.
    fresh: Option<Vec<Border>>,
    /// Users who are meant to see everything, by id or name.
    meant: Vec<String>,
    folds: Folds,
    looks: Vec<(Crossing, Remote<Warranted<Crossing>>)>,
}

/// What stands on a line with a mark.
#[derive(Debug, Clone, Copy)]
struct Spot<'a> {
    border: &'a Border,
    /// The user, where the line is about one.
    user: Option<&'a Crosser>,
}

/// Whether the rows of a border are let through by no policy: then everybody of a role sees them.
fn is_of_role(border: &Border) -> bool {
    border.policy.is_none()
}

fn index(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

fn figure(rows: u64) -> String {
    cell::count(rows.cast_signed())
}

/// A word as a shell takes it.
fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@._-+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

fn several(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{} {many}", figure(count)) }
}

impl LeakScan {
    /// Adds what was found, to what was found of the same border before.
    fn add(into: &mut Vec<Border>, part: Vec<Border>) {
        for border in part {
            let same = |it: &&mut Border| {
                it.table == border.table
                    && it.policy == border.policy
                    && it.user_organization == border.user_organization
                    && it.row_organization_id == border.row_organization_id
                    && it.label == border.label
            };
            match into.iter_mut().find(same) {
                Some(known) => {
                    known.count += border.count;
                    known.rows = known.rows.max(border.rows);
                    known.users.extend(border.users);
                }
                None => into.push(border),
            }
        }
        into.sort_by(|a, b| {
            let key = |it: &Border| {
                let users = (std::cmp::Reverse(it.count), it.user_organization.clone());
                (it.table.clone(), it.policy.clone(), users, it.row_organization.clone())
            };
            key(a).cmp(&key(b))
        });
    }

    fn at(&self, mark: &[u16]) -> Option<Spot<'_>> {
        let border = self.found.get(usize::from(*mark.first()?))?;
        let user = mark.get(1).and_then(|at| border.users.get(usize::from(*at)));
        Some(Spot { border, user })
    }

    /// Which example rows are meant by a line; those of the first user where it is about all of them.
    fn crossing(at: Spot<'_>) -> Option<Crossing> {
        let crosser = at.user.or(at.border.users.first())?;
        Some(Crossing {
            table: at.border.table.parse().ok()?,
            who: crosser.user_id.as_ref().unwrap_or(&crosser.user).clone(),
            organization_id: crosser.organization_id.clone(),
            policy: at.border.policy.clone(),
            row_organization_id: at.border.row_organization_id.clone(),
        })
    }

    /// Opens a line, with example rows.
    fn open(&mut self, mark: &Mark, cx: &mut Cx<'_>) {
        let Some(question) = self.at(mark).and_then(Self::crossing) else { return };
        self.folds.fold(Action::Unfold, &mark[..1], true);
        if self.looks.iter().any(|(known, look)| *known == question && look.problem().is_none()) {
            return;
        }
        self.looks.retain(|(known, _)| *known != question);
        let reason = format!("which rows of {} leak to {}", question.table, question.who);
        let mut look = Remote::default();
        look.ask(warranted(&reason, question.clone(), cx), cx);
        self.looks.push((question, look));
    }

    /// Leaves out whoever is meant by the line from now on.
    fn intend(&mut self, mark: &Mark, place: &Place, cx: &mut Cx<'_>) {
        let Some(at) = self.at(mark).filter(|at| !is_of_role(at.border)) else {
            return cx.say(Note::warning("no user is on this line"));
        };
        let id = |it: &Crosser| it.user_id.as_ref().unwrap_or(&it.user).clone();
        let users: Vec<String> = match at.user {
            Some(user) => vec![id(user)],
            None => at.border.users.iter().map(id).collect(),
        };
        for border in &mut self.found {
            let before = border.users.len();
            border.users.retain(|it| !users.contains(&id(it)));
            border.count -= (before - border.users.len()) as u64;
        }
        self.found.retain(|border| border.count > 0);
        self.meant.extend(users);
        self.meant.dedup();
        self.folds.forget();
        self.load(place, cx);
    }

    /// Goes to what if the policy of the line let nobody past the border.
    fn mend(&self, mark: &Mark, cx: &mut Cx<'_>) {
        let border = self.at(mark).map(|at| at.border);
        let named = border.and_then(|it| Some((it.table.parse().ok()?, it.policy.as_ref()?)));
        match named {
            Some((table, policy)) => cx.go(what_if::mended(&table, policy)),
            None => cx.say(Note::warning("no policy is on this line")),
        }
    }

    fn summary(&self, draft: &mut Draft<'_>) {
        let theme = draft.theme;
        let by_policy: Vec<&Border> = self.found.iter().filter(|it| !is_of_role(it)).collect();
        let tables = |some: &mut dyn Iterator<Item = &Border>| {
            let mut names: Vec<String> = some.map(|it| it.table.clone()).collect();
            names.dedup();
            names.len() as u64
        };
        let done = self.scan.value().is_some();
        let of_roles = self.found.len() - by_policy.len();
        if by_policy.is_empty() {
            if of_roles > 0 {
                let mut some = self.found.iter();
                let many = several(tables(&mut some), "table is", "tables are");
                let said = format!("{many} kept apart by no policy: whole roles reach every row");
                draft.item(0, ("UNGUARDED  ", theme.danger), (&said, theme.text), None, None);
            } else if done {
                let said = "no policy lets anybody see rows of an organization that is not theirs";
                let partly = self.scan.value().is_some_and(|aside| !aside.is_empty());
                let said = format!("{said}{}", if partly { ", as far as was looked" } else { "" });
                draft.item(0, ("NO LEAKS  ", theme.ok), (&said, theme.text), None, None);
            }
        } else {
            let pairs = by_policy.len() as u64;
            let said = format!(
                "{} in {}; enter on one shows example rows, and on those why; `e` drafts what mends it",
                several(pairs, "pair of organizations", "pairs of organizations"),
                several(tables(&mut by_policy.into_iter()), "table", "tables"),
            );
            draft.item(0, ("LEAKS  ", theme.danger), (&said, theme.text), None, None);
        }
        let wait = self.scan.wait();
        if let Some(at) = wait.answered.filter(|_| done) {
            let took = wait.took.map(wait::took).unwrap_or_default();
            let again = if wait.since().is_some() { "; looking again" } else { "" };
            let said = format!("as of {} UTC, in {took}{again}", at.wall.format("%H:%M:%S"));
            draft.text(&said, theme.dim, 0, None);
        } else if wait.since().is_some() {
            draft.text("more may be found; esc stops it", theme.dim, 0, None);
        }
    }

    fn border(&self, number: usize, border: &Border, draft: &mut Draft<'_>) {
        let theme = draft.theme;
        let mark = vec![index(number)];
        let open = self.folds.is_open(&mark, false);
        draft.part(mark);
        let sign = if open { '-' } else { '+' };
        let own = border.user_organization.as_deref().unwrap_or("nobody's");
        let head = format!("  {sign} {own} → {}  ", border.row_organization);
        let said = format!(
            "{}, up to {}",
            several(border.count, "identity", "identities"),
            several(border.rows, "row", "rows"),
        );
        draft.item(0, (&head, theme.key), (&said, theme.text), None, None);
        if open {
            if let Some(label) = &border.label {
                draft.item(6, ("mind  ", theme.dim), (label, theme.warn), None, None);
            }
            self.users(number, border, draft);
        }
        draft.part(Mark::new());
    }

    fn users(&self, number: usize, border: &Border, draft: &mut Draft<'_>) {
        let theme = draft.theme;
        let names = widest(border.users.iter().map(|it| it.user.as_str())).min(48);
        for (at, crosser) in border.users.iter().take(LISTED).enumerate() {
            draft.part(vec![index(number), index(at)]);
            let head = format!("      {}", padded(&crosser.user, names + 2));
            let rows = several(crosser.rows, "row", "rows");
            let id = crosser.user_id.as_deref().unwrap_or(&crosser.user);
            draft.item(0, (&head, theme.text), (&rows, theme.number), None, Some(id));
            let meant = Self::crossing(Spot { border, user: Some(crosser) });
            let look = self.looks.iter().find(|(known, _)| Some(known) == meant.as_ref());
            if let Some((crossing, look)) = look {
                examples(crossing, look, draft);
            }
        }
        draft.part(vec![index(number)]);
        let more = border.count.saturating_sub(border.users.len().min(LISTED) as u64);
        if more > 0 {
            draft.text(&format!("and {} more", figure(more)), theme.dim, 6, None);
        }
    }

    /// What everybody of a role reaches, because no policy is asked: by role and table.
    fn of_roles(&self, draft: &mut Draft<'_>) {
        let mut by: BTreeMap<(&str, &str, &str), (u64, u64)> = BTreeMap::new();
        for border in self.found.iter().filter(|it| is_of_role(it)) {
            let role = border.users.first().map_or("", |it| it.user.as_str());
            let why = border.label.as_deref().unwrap_or_default();
            let sums = by.entry((role, &border.table, why)).or_default();
            sums.0 += 1;
            sums.1 += border.rows;
        }
        if by.is_empty() {
            return;
        }
        draft.section("what whole roles reach, because no policy is asked");
        let theme = draft.theme;
        let tables = widest(by.keys().map(|(_, table, _)| *table)).min(48);
        let mut before = None;
        for ((role, table, why), (organizations, rows)) in by {
            if before != Some((role, why)) {
                draft.item(2, (&format!("{role}  "), theme.warn), (why, theme.dim), None, None);
                before = Some((role, why));
            }
            let named = format!("drafts for {table}");
            let to = down::within(View::Drafts, Concept::Table, table, &named);
            let drafts = why.contains("no row security");
            let described = Place::one(View::Table, table, table);
            let lead = Lead { place: if drafts { to } else { described }, user: None };
            let head = format!("    {}", padded(table, tables + 2));
            let said = format!(
                "{} of {}",
                several(rows, "row", "rows"),
                several(organizations, "organization", "organizations")
            );
            draft.item(0, (&head, theme.key), (&said, theme.text), Some(&lead), Some(table));
        }
        let all = Lead { place: Place::of(View::Drafts), user: None };
        let said = "draft policies for all tables that have none";
        draft.item(2, ("", theme.text), (said, theme.key), Some(&all), None);
    }

    fn meant(&self, draft: &mut Draft<'_>) {
        if self.meant.is_empty() {
            return;
        }
        draft.section("meant to see every organization, until the console is left");
        let theme = draft.theme;
        let line = global_users(&self.meant);
        let words: Vec<_> = self.meant.iter().map(|it| shell(it)).collect();
        let command = format!("purview mapping allow --write -- {}", words.join(" "));
        for (head, said) in
            [("the line of the mapping  ", line), ("what writes it           ", command)]
        {
            draft.item(2, (head, theme.dim), (&said, theme.string), None, Some(&said));
        }
    }

    fn aside(&self, draft: &mut Draft<'_>) {
        let aside = self.scan.value().map(Vec::as_slice).unwrap_or_default();
        if aside.is_empty() {
            return;
        }
        draft.section("not looked at");
        for said in aside {
            draft.text(said, draft.theme.warn, 2, None);
        }
    }
}

/// The example rows of a crossing.
fn examples(crossing: &Crossing, look: &Remote<Warranted<Crossing>>, draft: &mut Draft<'_>) {
    let theme = draft.theme;
    if let Some(problem) = look.problem() {
        draft.problem(problem, 8);
    }
    draft.waiting(look.wait());
    let Some(keys) = look.value() else { return };
    if keys.is_empty() {
        draft.text("none can be named: the table has no key that may be shown", theme.dim, 8, None);
    }
    for key in keys {
        let said: Vec<_> = key.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let said = said.join(", ");
        let lead = Lead { place: why(crossing, key), user: None };
        let head = ("for example ", theme.dim);
        draft.item(8, head, (&said, theme.key), Some(&lead), Some(&said));
    }
}

/// To why they see the row.
fn why(crossing: &Crossing, key: &RowKey) -> Place {
    let pairs = key.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let table: &RelationName = &crossing.table;
    let mut to = down::why(table, &down::exactly(pairs).to_string());
    let values: Vec<_> = key.iter().map(|(_, value)| value.as_str()).collect();
    to.label = Some(format!("why {}", values.join(" ")));
    to.address.within = Some(Within { concept: Concept::User, id: crossing.who.clone() });
    to.address.organization.clone_from(&crossing.organization_id);
    to
}

fn warranted<Q>(reason: &str, question: Q, cx: &Cx<'_>) -> Warranted<Q> {
    let since = cx.now.wall;
    let until = since + TimeDelta::minutes(MINUTES);
    Warranted { warrant: Warrant { reason: reason.to_owned(), since, until }, question }
}

impl Matter for LeakScan {
    fn kind(&self) -> PaneKind {
        PaneKind::Why
    }

    fn title(&self, place: &Place, stage: &Stage<'_>) -> String {
        let name = View::Leaks.name();
        match stage.scope.filter(|_| place.address.organization.is_some()) {
            Some(scope) => format!("{name} to users of {}", scope.name),
            None => name.to_owned(),
        }
    }

    fn load(&mut self, place: &Place, cx: &mut Cx<'_>) {
        // What was found stays until a new scan has come to its end.
        self.fresh = self.scan.value().is_some().then(Vec::new);
        if self.fresh.is_none() {
            self.found.clear();
        }
        let question = Leaks {
            organization: place.address.organization.clone(),
            allowed: self.meant.clone(),
            ..Leaks::default()
        };
        self.scan.ask(warranted("what leaks between organizations", question, cx), cx);
    }

    fn questions(&mut self) -> Vec<&mut dyn Asking> {
        let looks = self.looks.iter_mut().map(|(_, look)| look as &mut dyn Asking);
        let scan: &mut dyn Asking = &mut self.scan;
        std::iter::once(scan).chain(looks).collect()
    }

    fn hear(&mut self, ticket: Ticket, part: Part) {
        if !self.scan.wait().awaits(ticket) {
            return;
        }
        let Ok(part) = part.downcast::<Vec<Border>>() else { return };
        Self::add(self.fresh.as_mut().unwrap_or(&mut self.found), *part);
    }

    fn answered(&mut self, _place: &Place, _cx: &mut Cx<'_>) {
        if self.scan.wait().since().is_none()
            && self.scan.problem().is_none()
            && let Some(fresh) = self.fresh.take()
        {
            self.found = fresh;
        }
    }

    fn waits_since(&self) -> Option<Duration> {
        let looks = self.looks.iter().map(|(_, look)| look.wait().since());
        longest([self.scan.wait().since(), looks.flatten().min()])
    }

    fn act(
        &mut self,
        action: Action,
        line: Option<&Line>,
        place: &mut Place,
        cx: &mut Cx<'_>,
    ) -> bool {
        let mark = line.map(|line| line.mark.clone()).unwrap_or_default();
        let leads = line.is_some_and(|line| line.lead.is_some());
        #[expect(clippy::wildcard_enum_match_arm, reason = "the rest is as in any sheet")]
        match action {
            Action::Open if !leads && !mark.is_empty() => self.open(&mark, cx),
            Action::Fold | Action::FoldUp | Action::Unfold if !mark.is_empty() => {
                let open = self.folds.is_open(&mark[..1], false);
                self.folds.fold(action, &mark[..1], open);
            }
            Action::FoldAll => self.folds.next(),
            Action::Intend => self.intend(&mark, place, cx),
            Action::EditRow => self.mend(&mark, cx),
            _ => return false,
        }
        true
    }

    fn opens(&self, line: &Line) -> bool {
        !line.mark.is_empty()
    }

    fn begins(&self, line: &Line) -> bool {
        !line.mark.is_empty() || line.lead.is_some()
    }

    fn offers(&self, action: Action) -> bool {
        action == Action::Intend
    }

    fn refuses(&self, action: Action) -> Option<String> {
        let refused = matches!(
            action,
            Action::Why
                | Action::Who
                | Action::Whom
                | Action::NextCommand
                | Action::Commands
                | Action::PolicyText
                | Action::TryIt
        );
        let said = "enter on a line shows example rows, and on those why; `e` mends the policy";
        refused.then(|| said.to_owned())
    }

    fn write(&self, _place: &Place, draft: &mut Draft<'_>) {
        let problem: Option<&Problem> = self.scan.problem();
        if let Some(problem) = problem {
            draft.problem(problem, 0);
        }
        draft.waiting(self.scan.wait());
        self.summary(draft);
        let mut table = None;
        for (number, border) in self.found.iter().enumerate() {
            if is_of_role(border) {
                continue;
            }
            let head = (&border.table, border.policy.as_deref().unwrap_or_default());
            if table.replace(head) != Some(head) {
                draft.section(&format!("{} by policy {}", head.0, head.1));
            }
            self.border(number, border, draft);
        }
        self.of_roles(draft);
        self.meant(draft);
        self.aside(draft);
    }
}
