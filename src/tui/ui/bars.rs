//! Stacked bars with their axis: parts are told apart by what they are drawn with, never by colour alone.

use bigdecimal::BigDecimal;
use ratatui::{buffer::Buffer, layout::Rect};

use super::line;
use crate::{
    config::theme::Theme,
    cost::{short, stack, ticks},
    text,
};

/// What the parts of a stack are drawn with, from the bottom.
pub const FILLS: [&str; 6] = ["█", "▒", "▓", "░", "▚", ":"];
/// A bar that is more than nothing and less than a cell.
const TRACE: &str = "▁";
/// A bar is no wider than this.
const WIDEST: u16 = 6;

/// A bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// What stands below it.
    pub name: String,
    /// Its parts, from the bottom.
    pub parts: Vec<BigDecimal>,
}

/// Draws `bars` into `area`: numbers at the left, names below. What does not fit is left out at the left, where the oldest are.
pub fn draw(bars: &[Bar], theme: &Theme, area: Rect, buf: &mut Buffer) {
    let height = area.height.saturating_sub(1);
    if height == 0 || bars.is_empty() {
        return;
    }
    let totals = bars.iter().map(|bar| bar.parts.iter().sum::<BigDecimal>());
    let most = totals.max().unwrap_or_default();
    let ticks = ticks(&most, usize::from(height / 2).clamp(1, 6));
    let Some(top) = ticks.last().cloned() else { return };
    let labels: Vec<String> = ticks.iter().map(short).collect();
    let margin = labels.iter().map(|label| text::width(label)).max().unwrap_or(0) as u16 + 1;
    if area.width <= margin + 1 {
        return;
    }
    for (tick, label) in ticks.iter().zip(&labels) {
        // A tick stands in the topmost cell that an amount of that size fills; nothing stands at the foot.
        let cells = crate::cost::level(tick, &top, height.into()) as u16;
        let y = area.y + height - cells.max(1);
        let at = Rect { y, width: margin - 1, height: 1, ..area };
        if cells > 0 || height > 1 {
            line::right(label, theme.dim, at, buf);
        }
    }
    for y in area.y..area.y + height {
        line::spans(
            &[("│", theme.dim)],
            Rect { x: area.x + margin - 1, y, width: 1, height: 1 },
            buf,
        );
    }
    let room = area.width - margin;
    let step = (room / bars.len().max(1) as u16).clamp(1, WIDEST);
    let fit = usize::from(room / step);
    let shown = &bars[bars.len().saturating_sub(fit)..];
    let mut free = area.x;
    for (x, bar) in (area.x + margin..).step_by(step.into()).zip(shown) {
        let width = if step > 2 { step - 1 } else { step };
        column(bar, &top, Rect { x, width, height, ..area }, theme, buf);
        // Names stand where there is room for them.
        let name = text::width(&bar.name) as u16;
        if x >= free && x + name <= area.right() {
            line::spans(
                &[(&bar.name, theme.dim)],
                Rect { x, y: area.y + height, width: name, height: 1 },
                buf,
            );
            free = x + name + 1;
        }
    }
}

/// Draws one bar.
fn column(bar: &Bar, top: &BigDecimal, area: Rect, theme: &Theme, buf: &mut Buffer) {
    let cells = stack(&bar.parts, top, area.height.into());
    let mut y = area.bottom();
    for (part, cells) in cells.iter().enumerate() {
        let fill = FILLS[part.min(FILLS.len() - 1)].repeat(area.width.into());
        let style = if part == 0 { theme.text } else { theme.label };
        for _ in 0..*cells {
            y -= 1;
            line::spans(&[(&fill, style)], Rect { y, height: 1, ..area }, buf);
        }
    }
    let some = bar.parts.iter().any(|part| part > &BigDecimal::default());
    if some && y == area.bottom() {
        let trace = TRACE.repeat(area.width.into());
        line::spans(&[(&trace, theme.text)], Rect { y: y - 1, height: 1, ..area }, buf);
    }
}
