//! The terminal is given back, whatever ends the program.

mod terminal;

use std::time::Duration;

use purview::tui::{
    model::Beginning,
    runtime::{self, Connect, Connecting, Start},
    screen::Abilities,
};
use rustix::process::Signal;
use terminal::{Console, purview};

/// Longer than it takes on the slowest machine; what is wanted is 50 ms.
const SOON: Duration = Duration::from_secs(2);

/// A console that finds no server, with its screen drawn.
fn console() -> Console {
    let mut console = Console::start(purview(&["postgresql://nobody@127.0.0.1:1/nowhere"]), 80, 24);
    console.shows("no connection");
    assert!(console.screen().alternate_screen());
    console
}

/// Ends a console and looks what it left.
fn ends(how: &str, end: impl FnOnce(&mut Console)) -> u32 {
    let mut console = console();
    end(&mut console);
    let (status, took) = console.ended();
    assert_eq!(console.is_given_back(), Ok(()), "after {how}");
    assert!(took < SOON, "{how} took {took:?}");
    status.exit_code()
}

#[test]
fn quitting_gives_the_terminal_back() {
    assert_eq!(
        ends("quit", |console| {
            console.send(":q\r");
        }),
        0
    );
}

#[test]
fn quitting_by_the_dialog_gives_the_terminal_back() {
    let code = ends("the dialog", |console| {
        console.send("q");
        console.shows("Leave purview?");
        // The harmless button is under Enter.
        console.send("\r");
        console
            .until("the dialog to close", |screen| !screen.contents().contains("Leave purview?"));
        console.send("q");
        console.shows("Leave purview?");
        console.send("\t\r");
    });
    assert_eq!(code, 0);
}

#[test]
fn signals_give_the_terminal_back() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let code = ends(&format!("{signal:?}"), |console| console.signal(signal));
        assert_ne!(code, 0, "{signal:?}");
    }
}

#[test]
fn a_line_that_goes_dead_ends_the_program() {
    let mut console = console();
    console.hang_up();
    let (_, took) = console.ended();
    assert!(took < SOON, "{took:?}");
}

#[test]
fn a_suspended_program_leaves_the_terminal_to_the_shell_and_comes_back() {
    let mut console = console();
    console.send("\x1a");
    console.until("the shell's screen", |screen| !screen.alternate_screen());
    assert_eq!(console.is_given_back(), Ok(()));
    // A shell waits until the program has really stopped; here it is woken until it wakes up.
    while !console.screen().alternate_screen() {
        console.signal(Signal::CONT);
        console.listen(Duration::from_millis(10));
    }
    console.shows("home");
    console.send(":q\r");
    assert!(console.ended().0.success());
    assert_eq!(console.is_given_back(), Ok(()));
}

#[test]
fn a_resized_terminal_is_filled_again() {
    let mut console = console();
    console.resize(100, 30);
    console.until("the new size", |screen| {
        screen.cell(24, 99).is_some_and(|cell| cell.contents() == "│")
    });
}

/// Whoever panics while connecting, in a task that nobody waits for.
struct Panics;

impl Connect for Panics {
    fn connect(&mut self, _context: Option<&str>) -> Connecting {
        Box::pin(async { panic!("in a task") })
    }
}

/// Not a test of its own: what the next one starts in a terminal.
#[test]
fn a_child_that_panics() {
    if std::env::var_os("PURVIEW_TEST_PANICS").is_none() {
        return;
    }
    // Tests unwind; the program aborts.
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        report(info);
        std::process::abort();
    }));
    let start = Start {
        connect: Box::new(Panics),
        beginning: Beginning::default(),
        shelf: None,
        abilities: Abilities { scrolls: true, utf8: true },
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _ = runtime.block_on(runtime::run(start));
}

#[test]
fn a_panic_in_a_task_gives_the_terminal_back_and_says_what_happened() {
    let mut command = portable_pty::CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["--exact", "a_child_that_panics", "--nocapture"]);
    command.env("PURVIEW_TEST_PANICS", "1");
    command.env("RUST_BACKTRACE", "0");
    let mut console = Console::start(command, 80, 24);
    let (status, took) = console.ended();
    assert!(!status.success());
    assert!(took < SOON, "{took:?}");
    assert_eq!(console.is_given_back(), Ok(()));
    assert!(console.screen().contents().contains("in a task"), "{}", console.screen().contents());
}

#[test]
fn without_a_terminal_the_console_says_what_to_do_instead() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_purview"))
        .arg("postgresql://nobody@127.0.0.1:1/nowhere")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("purview get"), "{said}");
    assert_eq!(output.status.code(), Some(2));
}
