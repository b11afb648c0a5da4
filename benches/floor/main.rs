//! The yardstick: the least program on ratatui, crossterm and sqlx that looks through a table.
//!
//! `floor URL TABLE… [-COLUMN…]` shows the first table; Tab goes to the next, and a column after a minus is never fetched. Rows come in keyset pages of 200 by the
//! primary key, both ways; `/` filters by a word. One thread, one buffered write a frame, and nothing else: no gate, no cancelling, no themes, no care for what values hold.

mod list;
mod table;

use std::io::{self, BufWriter, Stdout};

use crossterm::{
    event::{self, Event, KeyCode},
    execute, terminal,
};
use ratatui::{Terminal, backend::CrosstermBackend, style::Modifier};
use sqlx::{Connection as _, PgConnection};
use tokio::runtime::Runtime;

use self::{list::List, table::Table};

/// Frames of 200×60 cells fit into one write.
const BUFFER: usize = 64 * 1024;

/// The server, as one thread waits for it.
struct Server {
    runtime: Runtime,
    connection: PgConnection,
    /// Columns that are never fetched.
    hidden: Vec<String>,
}

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or_else(|| anyhow::anyhow!("a URL and tables are missing"))?;
    let (hidden, tables): (Vec<_>, Vec<_>) = arguments.partition(|word| word.starts_with('-'));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let connection = runtime.block_on(PgConnection::connect(&url))?;
    let hidden = hidden.into_iter().map(|word| word[1..].to_owned()).collect();
    let mut server = Server { runtime, connection, hidden };
    terminal::enable_raw_mode()?;
    let mut out = BufWriter::with_capacity(BUFFER, io::stdout());
    execute!(out, terminal::EnterAlternateScreen)?;
    let mut screen = Terminal::new(CrosstermBackend::new(out))?;
    let outcome = look(&mut screen, &mut server, &tables);
    execute!(screen.backend_mut(), terminal::LeaveAlternateScreen)?;
    terminal::disable_raw_mode()?;
    outcome
}

type Screen = Terminal<CrosstermBackend<BufWriter<Stdout>>>;

/// Shows one table after the other, until somebody leaves.
fn look(screen: &mut Screen, server: &mut Server, tables: &[String]) -> anyhow::Result<()> {
    for name in tables.iter().cycle() {
        let table = Table::read(server, name)?;
        let mut list = List::of(table, server)?;
        let mut typed: Option<String> = None;
        loop {
            screen.draw(|frame| draw(&list, typed.as_deref(), frame))?;
            let Event::Key(key) = event::read()? else { continue };
            let page = isize::from(screen.size()?.height.cast_signed() - 2);
            match (&mut typed, key.code) {
                (Some(_), KeyCode::Enter) => {
                    list.filter(typed.take().unwrap_or_default(), server)?;
                }
                (Some(_), KeyCode::Esc) => typed = None,
                (Some(text), KeyCode::Char(c)) => text.push(c),
                (None, KeyCode::Char('/')) => typed = Some(String::new()),
                (None, KeyCode::Char('j') | KeyCode::Down) => list.step(1, page, server)?,
                (None, KeyCode::Char('k') | KeyCode::Up) => list.step(-1, page, server)?,
                (None, KeyCode::PageDown) => list.step(page, page, server)?,
                (None, KeyCode::PageUp) => list.step(-page, page, server)?,
                (None, KeyCode::Char('g') | KeyCode::Home) => list.jump(false, page, server)?,
                (None, KeyCode::Char('G') | KeyCode::End) => list.jump(true, page, server)?,
                (None, KeyCode::Tab) => break,
                (None, KeyCode::Char('q')) => return Ok(()),
                _ => {}
            }
        }
    }
    Ok(())
}

/// A line of heads, the rows, and a line for what is typed.
fn draw(list: &List, typed: Option<&str>, frame: &mut ratatui::Frame<'_>) {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    let line = |buffer: &mut ratatui::buffer::Buffer, y: u16, values: &[Option<String>]| {
        let mut x = 0;
        for (value, width) in values.iter().zip(&list.widths) {
            if x >= area.width {
                break;
            }
            let room = usize::from((area.width - x).min(*width));
            let value = value.as_deref().unwrap_or("∅");
            buffer.set_stringn(x, y, value, room, ratatui::style::Style::new());
            x = x.saturating_add(width + 2);
        }
    };
    line(buffer, 0, &list.heads());
    let height = usize::from(area.height.saturating_sub(2));
    for (y, row) in (1..).zip(list.rows.iter().skip(list.top).take(height)) {
        line(buffer, y, row);
    }
    let row = ratatui::layout::Rect::new(0, 1 + (list.row - list.top) as u16, area.width, 1);
    buffer.set_style(row, Modifier::REVERSED);
    let said = typed.map_or_else(|| list.filter.clone(), |typed| format!("/{typed}"));
    buffer.set_string(0, area.height - 1, said, ratatui::style::Style::new());
}
