//! Whatever is pressed, pasted, answered, refused or resized: nothing panics, and the selected row is on screen.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod driver;

use driver::{Driver, World};
use proptest::prelude::*;
use purview::{
    pg::{Kind, Problem},
    tui::{
        action::{ACTIONS, PaneKind},
        key::{self, Key},
        msg::Msg,
        screen::{Abilities, Screen},
        view::view,
    },
};
use ratatui::layout::Size;

#[derive(Debug, Clone)]
enum Step {
    Keys(Vec<Key>),
    Write(String),
    Paste(String),
    Resize(u16, u16),
    Wait(u64),
    /// The server answers, with this many rows in every list.
    Serve(usize),
    Refuse(Kind),
    Connect,
    Lose,
}

fn any_keys() -> impl Strategy<Value = Vec<Key>> {
    let sequences: Vec<Vec<Key>> = ACTIONS
        .iter()
        .flat_map(|spec| spec.keys)
        .map(|text| key::sequence(text).unwrap())
        .collect();
    prop::sample::select(sequences)
}

fn any_step() -> impl Strategy<Value = Step> {
    let kinds =
        vec![Kind::Permission, Kind::Connection, Kind::Cancelled, Kind::Refused, Kind::Missing];
    let lines = vec![
        ":tables\r",
        ":rows public.users\r",
        ":matrix\r",
        ":matrix acme /orgs:>0 !user1\r",
        ":compare alice bob\r",
        ":reach public.users user=7\r",
        ":users acme as=alice\r",
        "/a=b\r",
        ":theme mono\r",
        "alice",
        ":ctx demo\r",
        "\u{65e5}\u{672c}",
    ];
    prop_oneof![
        12 => any_keys().prop_map(Step::Keys),
        2 => prop::sample::select(lines).prop_map(|line| Step::Write(line.to_owned())),
        1 => any::<String>().prop_map(Step::Paste),
        1 => (0u16..200, 0u16..60).prop_map(|(width, height)| Step::Resize(width, height)),
        1 => (0u64..70_000).prop_map(Step::Wait),
        6 => prop_oneof![Just(0usize), 0usize..700].prop_map(Step::Serve),
        1 => prop::sample::select(kinds).prop_map(Step::Refuse),
        1 => Just(Step::Connect),
        1 => Just(Step::Lose),
    ]
}

fn take(app: &mut Driver, step: Step) {
    match step {
        Step::Keys(keys) => {
            for key in keys {
                app.press_key(key);
            }
            app
        }
        Step::Write(text) => {
            for c in text.chars() {
                let code = if c == '\r' { key::Code::Enter } else { key::Code::Char(c) };
                app.press_key(Key::new(code));
            }
            app
        }
        Step::Paste(text) => app.paste(&text),
        Step::Resize(width, height) => app.send(Msg::Resize(Size::new(width, height))),
        Step::Wait(millis) => app.wait(millis),
        Step::Serve(rows) => app.serve(&World { rows }),
        Step::Refuse(kind) => {
            app.refuse(&Problem::new(kind, "no\x1b[2J").hint("why not ".repeat(40)))
        }
        Step::Connect => app.connect(),
        Step::Lose => app.send(Msg::Connected(Err(Problem::new(Kind::Connection, "gone")))),
    };
}

/// Whether the sign of the cursor is somewhere on screen, where there is a list with rows and room for it.
fn selected_is_visible(app: &Driver, screen: &str) -> bool {
    let top = &app.model.trail.top().pane;
    let Size { width, height } = app.model.size;
    let list = top.kind() == PaneKind::Rows && top.has_row() && app.model.popups.is_empty();
    !list
        || width < 12
        || height < 8
        || screen.lines().any(|line| line.trim_start_matches('│').starts_with('>'))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn nothing_panics_and_the_selected_row_is_on_screen(
        size in (0u16..200, 0u16..60), steps in prop::collection::vec(any_step(), 0..60),
    ) {
        let mut app = Driver::new(size.0, size.1);
        let mut screen = Screen::new(app.model.size, Abilities { scrolls: true, utf8: true });
        let mut shown = app.model.size;
        for step in steps {
            let said = format!("{step:?}");
            take(&mut app, step);
            if app.model.size != shown {
                shown = app.model.size;
                screen.resize(shown);
            }
            screen.draw(|buffer| view(&app.model, buffer));
            let picture = app.screen();
            prop_assert!(selected_is_visible(&app, &picture), "after {}:\n{}", said, picture);
            // Nothing that could harm a terminal is ever in a cell.
            prop_assert!(!picture.contains('\x1b'));
        }
    }
}
