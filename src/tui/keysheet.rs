//! KEYS.md: every action with its keys, as a page to print.
//!
//! It is made from [`ACTIONS`] and the presets, and from nothing else.

use std::fmt::{self, Write as _};

use super::{
    action::{ACTIONS, Scope, Spec, preset::Preset},
    keymap::Keymap,
};

const HEAD: &str = "\
# Keys

Made from the table in `src/tui/action.rs`; `PURVIEW_BLESS=1 cargo test --test tidy` writes it anew.

A space stands between the keys of a sequence: `g u` is `g`, then `u`. What stands further down counts first: a key that a popup or a text field knows means that there.
`?` shows the keys of the place one is in. The names are for `[keys]` in `config.toml`; `keymap` there chooses the preset.
";

/// The whole page.
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    for scope in Scope::ALL.into_iter().rev() {
        write_scope(&mut page, scope).expect("a string takes whatever is written to it");
    }
    page
}

fn write_scope(page: &mut String, scope: Scope) -> fmt::Result {
    let maps = Preset::ALL.map(|(name, preset)| (name, Keymap::preset(preset)));
    write!(page, "\n## {}\n\n| does | name |", scope.title())?;
    for (name, _) in &maps {
        write!(page, " {name} |")?;
    }
    writeln!(page, "\n|---|---|{}", "---|".repeat(maps.len()))?;
    for spec in ACTIONS.iter().filter(|spec| spec.scope == scope) {
        write!(page, "| {} | `{}` |", spec.doc.replace('|', "\\|"), spec.name)?;
        for (_, map) in &maps {
            write!(page, " {} |", keys(map, spec))?;
        }
        writeln!(page)?;
    }
    Ok(())
}

/// The keys of `spec`, as a cell.
fn keys(map: &Keymap, spec: &Spec) -> String {
    let chords = map.keys(spec);
    let chords = chords.iter().map(|chord| {
        let keys: Vec<_> = chord.iter().map(ToString::to_string).collect();
        format!("`{}`", keys.join(" ").replace('|', "\\|"))
    });
    chords.collect::<Vec<_>>().join(", ")
}
