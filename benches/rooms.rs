//! The hot paths that no server takes part in: what a key costs, a frame, its way to the terminal, and text on its way into a cell.

#[path = "../tests/driver/mod.rs"]
mod driver;

use std::hint::black_box;

use criterion::{BatchSize, Criterion};
use driver::{Driver, World};
use purview::{
    list::Filter,
    text,
    tui::{
        key::{Code, Key},
        msg::Msg,
        screen::{Abilities, Screen},
        update::update,
        view::view,
    },
};
use ratatui::{buffer::Buffer, layout::Rect};

const ABILITIES: Abilities = Abilities { scrolls: true, utf8: true };

/// A list of 5000 rows on a screen of 200×60, scrolled so that the next row scrolls it further.
fn console() -> (Driver, World) {
    let world = World { rows: 5000 };
    let mut app = Driver::new(200, 60);
    app.write(":rows public.users").press("enter").serve(&world).wait(500);
    for _ in 0..60 {
        app.press("j").serve(&world);
    }
    (app, world)
}

fn frames(criterion: &mut Criterion) {
    let (mut app, world) = console();
    let mut buffer = Buffer::empty(Rect::from(app.model.size));
    criterion.bench_function("view of a list, 200x60", |bencher| {
        bencher.iter(|| {
            buffer.reset();
            black_box(view(&app.model, &mut buffer))
        });
    });
    let mut screen = Screen::new(app.model.size, ABILITIES);
    criterion.bench_function("frame in which nothing changed, 200x60", |bencher| {
        bencher.iter(|| screen.draw(|buffer| view(&app.model, buffer)).len());
    });
    criterion.bench_function("whole frame, 200x60", |bencher| {
        bencher.iter(|| {
            screen.forget();
            screen.draw(|buffer| view(&app.model, buffer)).len()
        });
    });
    let mut down = true;
    criterion.bench_function("page down or up and its frame, 200x60", |bencher| {
        bencher.iter(|| {
            let key = if down { "pagedown" } else { "pageup" };
            app.press(key).serve(&world);
            down = !down;
            screen.draw(|buffer| view(&app.model, buffer)).len()
        });
    });
}

fn keys(criterion: &mut Criterion) {
    criterion.bench_function("update for a key", |bencher| {
        bencher.iter_batched_ref(
            || console().0,
            |app| update(&mut app.model, Msg::Key(Key::new(Code::Char('k')))),
            BatchSize::LargeInput,
        );
    });
}

fn texts(criterion: &mut Criterion) {
    let typed = r#"anna !draft role=admin last_login_at<30d name~"van der""#;
    criterion.bench_function("filter, read", |bencher| {
        bencher.iter(|| Filter::parse(black_box(typed)));
    });
    let plain = "alice.moreau@meridian-freight.example";
    criterion.bench_function("clean, harmless text", |bencher| {
        bencher.iter(|| text::clean(black_box(plain)).len());
    });
    let hostile = "\u{1b}[31malice\u{202e}\u{200b}\n王小明\u{7}";
    criterion.bench_function("clean, hostile text", |bencher| {
        bencher.iter(|| text::clean(black_box(hostile)).len());
    });
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    frames(&mut criterion);
    keys(&mut criterion);
    texts(&mut criterion);
    criterion.final_summary();
}
