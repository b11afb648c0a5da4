//! What stands above the list: what it comes to in words, and bars.

use bigdecimal::BigDecimal;
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    UsagePane,
    list::{steps, value},
};
use crate::{
    cost::{Amount, METHOD, Measure, Per, Quantity, Sums, TREND, change, grouped},
    text,
    tui::{
        stage::Stage,
        ui::{
            bars::{self, Bar, FILLS},
            line, wait,
        },
    },
};

/// How many rows have a part of their own in a bar; all others share one.
const PARTS: usize = FILLS.len() - 1;

/// The rows that have parts of their own, and what they came to.
struct Drawn {
    names: Vec<String>,
    /// For each of them, period by period.
    amounts: Vec<Vec<BigDecimal>>,
}

impl UsagePane {
    fn amount(&self) -> Option<(&Sums, &Amount)> {
        let sums = self.totals.value()?;
        Some((sums, sums.amounts.get(self.measure)?))
    }

    /// What it comes to, and how that is reckoned.
    pub(super) fn draw_words(&self, stage: &Stage<'_>, area: Rect, buf: &mut Buffer) {
        let theme = stage.theme;
        let mut lines: Vec<Vec<(String, Style)>> = Vec::new();
        match (self.amount(), self.totals.problem(), self.totals.value()) {
            (Some((sums, amount)), _, _) => {
                lines.push(said(sums, amount, stage));
                lines.push(vec![(reckoned(sums, amount), theme.dim)]);
            }
            (None, Some(problem), _) => {
                lines.push(vec![(problem.summary.clone(), theme.danger)]);
                lines.extend(problem.hint.clone().map(|hint| vec![(hint, theme.text)]));
            }
            (None, None, Some(sums)) => {
                lines.push(vec![(format!("nothing in {}", sums.span), theme.text)]);
                lines.push(vec![(zone(sums), theme.dim)]);
            }
            (None, None, None) => {
                let since = self.totals.wait().since();
                let said = since.and_then(|since| wait::said(since, stage.now));
                lines.extend(said.map(|said| vec![(said, theme.dim)]));
            }
        }
        for (y, pieces) in (area.y..area.bottom()).zip(&lines) {
            let cleaned: Vec<_> =
                pieces.iter().map(|(said, style)| (text::clean(said), *style)).collect();
            let mut spans = vec![(" ", theme.text)];
            spans.extend(cleaned.iter().map(|(said, style)| (said.as_ref(), *style)));
            line::spans(&spans, Rect { y, height: 1, ..area }, buf);
        }
    }

    /// Bars, with what they are drawn with above them.
    pub(super) fn draw_bars(&self, stage: &Stage<'_>, area: Rect, buf: &mut Buffer) {
        let Some((sums, amount)) = self.amount().filter(|_| area.height > 2) else { return };
        let drawn = self.drawn(sums, &amount.measure);
        let bars: Vec<Bar> = sums
            .periods
            .iter()
            .zip(&amount.periods)
            .enumerate()
            .map(|(at, (day, total))| {
                let mut parts: Vec<BigDecimal> =
                    drawn.amounts.iter().map(|amounts| amounts[at].clone()).collect();
                let known: BigDecimal = parts.iter().sum();
                parts.push((total - known).max(BigDecimal::default()));
                if drawn.names.is_empty() {
                    parts = vec![total.clone()];
                }
                let name = match sums.per {
                    Per::Day => day.format("%-d").to_string(),
                    Per::Week => day.format("%m-%d").to_string(),
                    Per::Month => day.format("%Y-%m").to_string(),
                };
                Bar { name, parts }
            })
            .collect();
        let most = peak(sums, amount).map(|peak| format!(", most {peak}")).unwrap_or_default();
        let mut legend = vec![format!(" per {} in {}{most}", sums.per, amount.measure.word())];
        let named = drawn.names.iter().zip(FILLS);
        legend.extend(named.map(|(name, fill)| format!("{fill} {name}")));
        let rest = |bar: &Bar| bar.parts.last().is_some_and(|it| *it > BigDecimal::default());
        if !drawn.names.is_empty() && bars.iter().any(rest) {
            legend.push(format!("{} others", FILLS[drawn.names.len().min(PARTS)]));
        }
        let legend = legend.join("  ");
        let theme = stage.theme;
        let head = Rect { height: 1, ..area };
        line::spans(&[(&text::clean(&legend), theme.label)], head, buf);
        let below = Rect {
            x: area.x + 1,
            y: area.y + 1,
            width: area.width.saturating_sub(2),
            height: area.height - 1,
        };
        bars::draw(&bars, theme, below, buf);
    }

    /// The largest rows of the list that are counted in `measure`.
    fn drawn(&self, sums: &Sums, measure: &Measure) -> Drawn {
        let place = Quantity::ALL.iter().position(|it| *it == measure.quantity).unwrap_or(0);
        let columns = self.list.columns();
        let name = self.by.name();
        let mut rows: Vec<(String, Vec<BigDecimal>, BigDecimal)> = Vec::new();
        for item in self.list.items() {
            let is = |column: &str, of: Option<&str>| value(columns, item, column) == of;
            if !(is("source", Some(&measure.source))
                && is("currency", measure.currency.as_deref())
                && is("unit", measure.unit.as_deref()))
            {
                continue;
            }
            let steps = steps(value(columns, item, TREND).unwrap_or("[]"));
            let amounts: Vec<BigDecimal> = sums
                .periods
                .iter()
                .map(|day| {
                    let day = day.to_string();
                    let step = steps.iter().find(|step| step.period == day);
                    step.and_then(|step| step.sums[place].clone()).unwrap_or_default()
                })
                .collect();
            let total = amounts.iter().sum();
            let called =
                value(columns, item, name).map_or_else(|| format!("no {name}"), str::to_owned);
            rows.push((called, amounts, total));
        }
        rows.sort_by(|one, other| other.2.cmp(&one.2));
        rows.truncate(PARTS);
        let (names, amounts) = rows.into_iter().map(|(name, amounts, _)| (name, amounts)).unzip();
        Drawn { names, amounts }
    }
}

/// The largest period, with its day.
fn peak(sums: &Sums, amount: &Amount) -> Option<String> {
    let (day, most) =
        sums.periods.iter().zip(&amount.periods).max_by(|one, other| one.1.cmp(other.1))?;
    (*most > BigDecimal::default()).then(|| format!("{} on {}", grouped(most), day.format("%m-%d")))
}

/// How much there is, how much there was before, and what it comes to.
fn said(sums: &Sums, amount: &Amount, stage: &Stage<'_>) -> Vec<(String, Style)> {
    let theme = stage.theme;
    let word = amount.measure.word();
    let runs = sums.span.has(sums.now.date());
    let so_far = if runs { " so far" } else { "" };
    let mut pieces = vec![
        (format!("{} {word}", grouped(&amount.total)), theme.heading),
        (format!(" in {}{so_far}", sums.span), theme.text),
    ];
    let change =
        change(&amount.total, &amount.before).map(|it| format!(" ({it})")).unwrap_or_default();
    let before = sums.span.before();
    let part = if runs { ", the same part" } else { "" };
    pieces.push((format!(" · {before}{part}: {}{change}", grouped(&amount.before)), theme.text));
    pieces
}

/// What it comes to by which method, in which zone days are meant, and what the schema does not record.
fn reckoned(sums: &Sums, amount: &Amount) -> String {
    let mut said = Vec::new();
    if let Some(forecast) = &amount.forecast {
        said.push(format!("{} at the end, {METHOD}", grouped(forecast)));
    } else if sums.span.has(sums.now.date()) {
        said.push("too early for a forecast".to_owned());
    }
    said.push(zone(sums));
    let lacks: Vec<_> = sums.lacks.iter().map(|it| (*it).to_owned()).collect();
    if !lacks.is_empty() {
        said.push(format!("not recorded: {}", lacks.join(", ")));
    }
    said.join(" · ")
}

fn zone(sums: &Sums) -> String {
    let read = if sums.unzoned { "; times without zone are read in it" } else { "" };
    format!("days of {}{read}", sums.zone)
}
