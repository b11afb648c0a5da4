//! How the console looks and which keys it listens to: what the configuration asks for, and what is wrong with that.
//!
//! What is wrong never stops anybody: the default stands in its place, and it is told, by the console and by `purview doctor`.

use std::fs;

use toml::{Spanned, de::DeValue};

use crate::{
    config::{
        Config,
        flaw::{Flaw, Source},
        theme::Theme,
    },
    tui::{action::preset::Preset, keymap::Keymap},
};

/// The keys that the configuration asks for, and what is wrong with that.
pub(super) fn keymap(config: &Config) -> (Keymap, Vec<String>) {
    let mut wrong = Vec::new();
    let preset = Preset::named(&config.keymap).unwrap_or_else(|| {
        let said = format!("there is no keymap `{}`; there are k9s, vim and plain", config.keymap);
        wrong.push(placed(config, "keymap", &config.keymap, said));
        Preset::default()
    });
    let file = config.path.display().to_string();
    let text = fs::read_to_string(&config.path).unwrap_or_default();
    let mut source = Source::new(&file, &text);
    let table = source.table();
    // What is wrong elsewhere in the file was told by whoever read the settings.
    source.flaws.clear();
    let keymap = match table.get("keys").map(Spanned::get_ref) {
        Some(DeValue::Table(keys)) => Keymap::configured(preset, keys, &mut source),
        Some(_) | None => Keymap::preset(preset),
    };
    wrong.extend(source.finish().iter().map(Flaw::to_string));
    (keymap, wrong)
}

/// The theme that the configuration asks for, and what is wrong with that.
pub(super) fn theme(config: &Config) -> (Theme, Vec<String>) {
    let name = &config.theme;
    if let Some(theme) = Theme::named(name) {
        return (theme, Vec::new());
    }
    let path = config.path.with_file_name("themes").join(format!("{name}.toml"));
    let file = path.display().to_string();
    if let Ok(text) = fs::read_to_string(&path) {
        let (theme, flaws) = Theme::read(&file, &text);
        return (theme, flaws.iter().map(Flaw::to_string).collect());
    }
    let known = Theme::names().collect::<Vec<_>>().join(", ");
    let wrong = format!("there is no theme `{name}`; there are {known}, and {file} is not there");
    (Theme::default(), vec![placed(config, "theme", name, wrong)])
}

/// What is wrong with a setting, with its place in the file where it is the file that gives it this value, and no variable or flag.
fn placed(config: &Config, setting: &str, value: &str, wrong: String) -> String {
    let file = config.path.display().to_string();
    let text = fs::read_to_string(&config.path).unwrap_or_default();
    let mut source = Source::new(&file, &text);
    let table = source.table();
    let found = table.get_key_value(setting);
    match found.map(|(key, item)| (key.span().start, item.get_ref().as_str())) {
        Some((at, Some(given))) if given == value => source.flaw_at(at, wrong).to_string(),
        Some(_) | None => wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Flags, pg::Environment};

    /// The configuration in `text`.
    fn config(folder: &tempfile::TempDir, text: &str) -> Config {
        let mut config = Config::load(&Flags::default(), &Environment::of_process());
        config.path = folder.path().join("config.toml");
        fs::write(&config.path, text).unwrap();
        config
    }

    #[test]
    fn wrong_keys_and_themes_are_told_with_their_place_and_the_defaults_stand_in() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(&folder, "theme = 'x'\n[keys]\nnothing-such = \"q\"\n");
        let (keys, wrong) = keymap(&config);
        assert_eq!(keys, Keymap::default());
        assert!(wrong[0].contains("config.toml:3: "), "{wrong:?}");
        config.keymap = "emacs".into();
        assert!(keymap(&config).1[0].starts_with("there is no keymap"), "no file says so");
        config.theme = "x".into();
        assert!(theme(&config).1[0].contains("config.toml:1: there is no theme `x`"));
        config.theme = "mine".into();
        assert!(theme(&config).1[0].contains("mine.toml"));
        fs::create_dir(folder.path().join("themes")).unwrap();
        fs::write(folder.path().join("themes/mine.toml"), "base = 'light'\n").unwrap();
        assert_eq!(theme(&config), (Theme::read("mine", "base = 'light'").0, Vec::new()));
    }
}
