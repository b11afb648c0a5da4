//! Draws the pictures of the README: the real program in a terminal of its own, its screen as SVG.
//!
//! `make picture` runs it. The demo has to be running; `PURVIEW_DEMO_DIR` says which. Names of pictures draw only those.
#![expect(clippy::unwrap_used, reason = "a tool for developers may fail loudly")]

mod busy;
#[path = "../../tests/terminal/keys.rs"]
mod keys;
mod panes;
mod svg;
#[path = "../../tests/terminal/pty.rs"]
mod terminal;

use std::{env, fs, path::Path, time::Duration};

use busy::Busy;
use panes::{SHOTS, Shot};
use portable_pty::CommandBuilder;
use purview::demo::{self, Home, System};
use terminal::Terminal;

/// For so long what else there is to draw is drawn, as a preview is.
const STILL: Duration = Duration::from_secs(1);

fn main() {
    let wanted: Vec<String> = env::args().skip(1).collect();
    let cluster = demo::running(&Home::find().unwrap()).unwrap();
    let busy = Busy::begin(&cluster, System::OrgAssistant.database());
    // What somebody chose or went to before is none of the pictures' business.
    let home = env::temp_dir().join(format!("purview-picture-{}", std::process::id()));
    fs::create_dir_all(&home).unwrap();
    for shot in SHOTS {
        if wanted.is_empty() || wanted.iter().any(|name| name == shot.name) {
            let to = Path::new("docs").join(shot.name).with_extension("svg");
            fs::write(to, svg::svg(photographed(shot, &home).screen())).unwrap();
        }
    }
    fs::remove_dir_all(&home).unwrap();
    busy.end(&cluster);
}

/// The program in its terminal after the steps of `shot`.
fn photographed(shot: &Shot, home: &Path) -> Terminal {
    // Examples lie one folder below the program.
    let program = env::current_exe().unwrap().parent().unwrap().with_file_name("purview");
    let mut command = CommandBuilder::new(program);
    command.args(["--context", "demo-org-assistant", "--at", shot.at]);
    command.cwd(env::current_dir().unwrap());
    for name in ["XDG_STATE_HOME", "XDG_CONFIG_HOME"] {
        command.env(name, home);
    }
    let mut terminal = Terminal::start(command, shot.size).unwrap();
    for (pressed, shown) in shot.steps {
        for press in keys::presses(pressed).iter().filter(|_| !pressed.is_empty()) {
            terminal.press(press).unwrap();
        }
        let what = format!("{}: {pressed} shows {shown}", shot.name);
        terminal.until(&what, |screen| screen.contents().contains(shown)).unwrap();
    }
    terminal.watch(STILL);
    terminal
}
