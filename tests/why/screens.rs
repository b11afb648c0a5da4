//! The explanations as they stand on the screen, small and large.

use purview::rls::Why;

use super::{acting, explanations as of};

/// Both sizes of the screen on which `why` stands.
fn both(name: &str, why: &Why) {
    for (width, height) in [(80, 24), (160, 50)] {
        let app = acting(width, height, why);
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), app.screen());
    }
}

#[test]
fn visible() {
    both("visible", &of::visible());
}

#[test]
fn hidden_by_one_leaf() {
    both("hidden", &of::hidden());
}

#[test]
fn denied_by_default() {
    both("denied", &of::denied());
}

#[test]
fn null_decides() {
    both("null", &of::unknown());
}

#[test]
fn an_error_decides() {
    both("error", &of::failing());
}

#[test]
fn held_back_by_a_restrictive_policy() {
    both("restrictive", &of::restricted());
}

#[test]
fn bypassed() {
    both("bypass", &of::bypassed());
}

#[test]
fn row_security_is_off() {
    both("off", &of::unguarded());
}

#[test]
fn the_server_disagrees() {
    both("disagreement", &of::disagreeing());
}

#[test]
fn a_table_that_is_read_hides_rows() {
    both("nested", &of::nested());
}

#[test]
fn not_there() {
    both("absent", &of::absent());
}

#[test]
fn without_utf8_the_signs_are_still_different() {
    use purview::tui::{
        screen::{Abilities, Screen},
        view::view,
    };
    let app = acting(80, 24, &of::unknown());
    let abilities = Abilities { scrolls: false, utf8: false };
    let mut screen = Screen::new(app.model.size, abilities);
    let bytes = screen.draw(|buffer| view(&app.model, buffer)).to_vec();
    let mut terminal = vt100::Parser::new(24, 80, 0);
    terminal.process(&bytes);
    let shown = terminal.screen().contents();
    assert!(shown.contains("? NULL: owner_id ="), "{shown}");
    assert!(shown.contains("+ v status = 'open'"), "{shown}");
}
