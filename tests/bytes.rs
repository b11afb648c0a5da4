//! What a frame costs on the line: a console over SSH is as fast as it is silent.

mod driver;

use driver::{Driver, World};
use purview::tui::{
    screen::{Abilities, Screen},
    view::view,
};

/// Draws the console as it stands and returns what has to be sent.
fn frame(app: &Driver, screen: &mut Screen) -> usize {
    screen.draw(|buffer| view(&app.model, buffer)).len()
}

fn console(width: u16, height: u16) -> (Driver, Screen, World) {
    let world = World { rows: 5000 };
    let mut app = Driver::new(width, height);
    app.write(":rows public.users").press("enter").serve(&world).wait(500);
    let mut screen = Screen::new(app.model.size, Abilities { scrolls: true, utf8: true });
    frame(&app, &mut screen);
    // Down to where the list begins to scroll.
    for _ in 0..height {
        app.press("j").serve(&world);
        frame(&app, &mut screen);
    }
    (app, screen, world)
}

/// Bytes of each of many frames while `key` is held, 30 times a second.
fn held(width: u16, height: u16, key: &str) -> Vec<usize> {
    let (mut app, mut screen, world) = console(width, height);
    let mut costs: Vec<_> = (0..400)
        .map(|_| {
            app.wait(33).press(key).serve(&world);
            frame(&app, &mut screen)
        })
        .collect();
    costs.sort_unstable();
    costs
}

#[test]
fn a_held_key_costs_few_bytes_a_row() {
    for (width, height, most) in [(80, 24, 250), (200, 60, 400)] {
        let costs = held(width, height, "j");
        let (median, p95) = (costs[costs.len() / 2], costs[costs.len() * 95 / 100]);
        let mean = costs.iter().sum::<usize>() / costs.len();
        assert!(
            median <= most && mean <= most,
            "{width}x{height}: median {median}, mean {mean}, p95 {p95}, most {:?}",
            costs.last()
        );
    }
}

#[test]
fn nothing_is_sent_when_nothing_changes_and_nothing_wakes_up() {
    let (mut app, mut screen, _) = console(120, 40);
    app.wait(1000);
    frame(&app, &mut screen);
    assert_eq!(frame(&app, &mut screen), 0);
    assert_eq!(app.model.wakes(), None);
}

#[test]
fn a_page_costs_little_more_than_its_text() {
    let (mut app, mut screen, world) = console(200, 60);
    app.press("pagedown").serve(&world);
    let cost = frame(&app, &mut screen);
    assert!(cost <= 18_000, "{cost}");
}
