//! The dialog on screen: the identities, the reason, the time, the buttons, and below them all that will be sent.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{ActAs, Entry, Focus, begin::DIFFERENCES};
use crate::{
    directory::Candidate,
    pg::Fence,
    text,
    tui::{
        popup::middle,
        remote::Wait,
        stage::{Picture, Stage},
        ui::{frame, line, wait, words::words},
    },
};

/// As wide as statements are still pleasant to read.
const WIDTH: u16 = 100;

impl ActAs {
    pub(super) fn draw(&self, stage: &Stage<'_>, screen: Rect, buf: &mut Buffer) -> Picture {
        let theme = stage.theme;
        let width = screen.width.min(WIDTH);
        let below = self.lines(stage, usize::from(width.saturating_sub(4)).max(1));
        let candidates = self.candidates();
        let height = candidates.len().max(1) + below.len() + 7 + usize::from(self.word.is_some());
        let area = middle(screen, width, height as u16);
        let inner = frame::popup("act as", theme, area, buf);
        let mut picture = Picture::default();
        let focus = |focus: Focus, style| if self.focus == focus { theme.focus } else { style };
        let mut y = inner.y;
        let mut next = || {
            let at = Rect {
                x: inner.x + 1,
                y,
                width: inner.width.saturating_sub(2),
                height: u16::from(y < inner.bottom()),
            };
            y += 1;
            at
        };
        for (index, candidate) in candidates.iter().enumerate() {
            let (sign, style) = if index == self.chosen {
                ("(*) ", focus(Focus::Identity, theme.text))
            } else {
                ("( ) ", theme.text)
            };
            line::spans(&[(sign, style), (&text::clean(&named(candidate)), style)], next(), buf);
        }
        next();
        let shown = line::field(&self.reason, "reason or ticket: ", theme.prompt, next(), buf);
        if self.focus == Focus::Reason {
            picture = shown;
        }
        let lasts = self.lasts();
        let minutes = format!("for {lasts} minute{}", if lasts == 1 { "" } else { "s" });
        line::spans(&[(&minutes, focus(Focus::Minutes, theme.text))], next(), buf);
        if let Some((word, field)) = &self.word {
            let sign = format!("type `{}`: ", text::clean(word));
            let shown = line::field(field, &sign, theme.prompt, next(), buf);
            if self.focus == Focus::Word {
                picture = shown;
            }
        }
        next();
        line::spans(
            &[
                ("[ Cancel ]", focus(Focus::Cancel, theme.button)),
                ("  ", theme.text),
                ("[ Act ]", focus(Focus::Act, theme.button)),
                ("   ", theme.text),
                (self.hint(), theme.dim),
            ],
            next(),
            buf,
        );
        next();
        let room = usize::from(inner.bottom().saturating_sub(next().y + 1)) + 1;
        let top = self.top.min(below.len().saturating_sub(room));
        y = y.saturating_sub(1);
        for ((said, style), y) in below[top..].iter().zip(y..inner.bottom()) {
            let at = Rect { x: inner.x + 1, y, width: inner.width.saturating_sub(2), height: 1 };
            line::spans(&[(said, *style)], at, buf);
        }
        if below.len() > room {
            frame::foot("page down: the rest of the SQL", theme.warn, area, buf);
        }
        picture
    }

    /// What is below the buttons, on lines of at most `width` cells.
    fn lines(&self, stage: &Stage<'_>, width: usize) -> Vec<(String, Style)> {
        let mut lines = Vec::new();
        for (said, style) in self.said(stage) {
            let clean = text::clean(&said);
            lines.extend(words(&clean, width).into_iter().map(|line| (line, style)));
        }
        lines
    }

    fn said(&self, stage: &Stage<'_>) -> Vec<(String, Style)> {
        let theme = stage.theme;
        let mut said = Vec::new();
        let waits = [self.identities.wait(), self.others.wait(), self.began.wait()];
        let waiting = waits.into_iter().find_map(Wait::since);
        let problems = [self.began.problem(), self.identities.problem(), self.others.problem()];
        if let Some(problem) = problems.into_iter().flatten().next() {
            said.push((problem.summary.clone(), theme.danger));
            said.extend(problem.hint.clone().map(|hint| (hint, theme.text)));
        } else if let Some(waited) = waiting.and_then(|since| wait::said(since, stage.now)) {
            said.push((waited, theme.dim));
        }
        let Some(answer) = self.answer() else { return said };
        if !answer.filters {
            said.push((
                "no table here has row security: nothing will be filtered".into(),
                theme.warn,
            ));
        }
        let style = if answer.fence == Fence::Jailed { theme.ok } else { theme.warn };
        said.push((format!("fence {}: {}", answer.fence.word(), answer.fence.meaning()), style));
        if let Some(acting) = self.acting(stage.now.wall) {
            match self.entry(&acting, stage.facts) {
                Entry::None => {}
                Entry::Cannot(why) => {
                    let none = format!("no entry in the application's own audit: {why}");
                    said.push((none, theme.warn));
                }
                Entry::Write(entry) => {
                    let login = stage.facts.map_or("", |facts| facts.login.as_str());
                    said.push((
                        format!("first, {login} writes one line into the application's own audit:"),
                        theme.warn,
                    ));
                    let (text, values) = entry.render();
                    said.push((format!("{};", text.replace("pg_catalog.", "")), theme.string));
                    let values = values.iter().enumerate().map(|(at, value)| {
                        format!("-- ${} = {}", at + 1, value.as_deref().unwrap_or("NULL"))
                    });
                    said.extend(values.map(|value| (value, theme.string)));
                }
            }
            said.push(("what is sent around every statement:".to_owned(), theme.dim));
            let account = stage.facts.map_or("", |facts| facts.account.as_str());
            let pooled = stage.facts.is_some_and(|facts| facts.pooled);
            let statements = acting.statements(answer.fence, account, pooled);
            let lines = statements.iter().flat_map(|line| line.split_inclusive("; "));
            said.extend(lines.map(|line| (line.to_owned(), theme.string)));
        }
        said.push((format!("differs from a real login: {}", DIFFERENCES.join("; ")), theme.dim));
        said
    }
}

/// An identity as one tells it from its others: who, where, as what, by which role.
fn named(candidate: &Candidate) -> String {
    let Candidate { person, organization, membership, role, .. } = candidate;
    let place = organization.as_deref().map(|place| format!(" in {place}")).unwrap_or_default();
    let rank = membership.as_deref().map(|rank| format!(" ({rank})")).unwrap_or_default();
    format!("{}{place}{rank} as {role}", person.label)
}
