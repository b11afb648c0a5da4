//! From keys to actions: a pure lookup over [`ACTIONS`], a preset, and a person's own keys.
//!
//! A key that cannot be used leaves the defaults of its action in force and is told as a flaw; nothing in a file can leave the program without keys.

use std::collections::HashMap;

use toml::de::{DeTable, DeValue};

use super::{
    action::{ACTIONS, Action, Scope, Spec, preset::Preset},
    key::{self, Key},
};
use crate::config::flaw::{Flaw, Source, sort_of};

/// One or more key presses.
pub type Chord = Vec<Key>;

/// What a chord means so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// The chord is complete.
    Run(Action),
    /// The chord may still become something.
    Pending,
    /// The chord means nothing.
    Unbound,
}

/// A key bound to an action.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Binding {
    chord: Chord,
    spec: usize,
}

/// All bindings in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    bindings: HashMap<Scope, Vec<Binding>>,
}

/// A person's own keys for one action.
#[derive(Debug)]
struct Own {
    spec: usize,
    chords: Vec<Chord>,
    at: usize,
}

impl Default for Keymap {
    fn default() -> Self {
        Self::preset(Preset::K9s)
    }
}

impl Keymap {
    /// The keys of `preset`.
    pub fn preset(preset: Preset) -> Self {
        let mut map = Self { bindings: HashMap::new() };
        for (index, spec) in ACTIONS.iter().enumerate() {
            for chord in defaults(preset, spec) {
                map.bind(index, chord);
            }
        }
        map
    }

    /// The keys of `preset`, changed by the table `[keys]` of a file: action name = key, or list of keys; an empty list takes all keys away.
    pub fn configured(preset: Preset, keys: &DeTable<'_>, source: &mut Source<'_>) -> Self {
        let mut own = read(keys, source);
        // Take away what is replaced, then add one by one: what collides falls back to its default, which may collide in turn.
        loop {
            let mut map = Self::preset(preset);
            for one in &own {
                map.unbind(one.spec);
            }
            let collision = own.iter().position(|one| {
                one.chords.iter().any(|chord| {
                    let other = map.collides(one.spec, chord);
                    if let Some(other) = other {
                        source.flaw(one.at, collision(one.spec, chord, other));
                    } else {
                        map.bind(one.spec, chord.clone());
                    }
                    other.is_some()
                })
            });
            match collision {
                Some(index) => drop(own.remove(index)),
                None => return map,
            }
        }
    }

    /// Reads a file of keys: `preset = "vim"` and a table `[keys]`.
    pub fn read(file: &str, text: &str) -> (Self, Vec<Flaw>) {
        let mut source = Source::new(file, text);
        let table = source.table();
        let mut preset = Preset::default();
        let mut keys = None;
        for (name, value) in &table {
            match (name.get_ref().as_ref(), value.get_ref()) {
                ("preset", DeValue::String(wanted)) => match Preset::named(wanted) {
                    Some(known) => preset = known,
                    None => source.flaw(
                        value.span().start,
                        format!(
                            "there is no preset `{wanted}`; there are `k9s`, `vim` and `plain`"
                        ),
                    ),
                },
                ("keys", DeValue::Table(table)) => keys = Some(table),
                (other, _) => source.flaw(
                    name.span().start,
                    format!("`{other}` means nothing here; there are `preset` and `[keys]`"),
                ),
            }
        }
        let map = keys.map_or_else(
            || Self::preset(preset),
            |keys| Self::configured(preset, keys, &mut source),
        );
        (map, source.finish())
    }

    /// Looks `chord` up in `scopes`, innermost first; the first scope to which it means anything decides.
    pub fn lookup(&self, scopes: &[Scope], chord: &[Key]) -> Lookup {
        for scope in scopes {
            let bindings = self.bindings.get(scope).map(Vec::as_slice).unwrap_or_default();
            if let Some(binding) = bindings.iter().find(|binding| binding.chord == chord) {
                return Lookup::Run(ACTIONS[binding.spec].action);
            }
            if bindings.iter().any(|binding| binding.chord.starts_with(chord)) {
                return Lookup::Pending;
            }
        }
        Lookup::Unbound
    }

    /// The keys of `spec`.
    pub fn keys(&self, spec: &Spec) -> Vec<&[Key]> {
        let bindings = self.bindings.get(&spec.scope).map(Vec::as_slice).unwrap_or_default();
        bindings
            .iter()
            .filter(|binding| std::ptr::eq(&raw const ACTIONS[binding.spec], spec))
            .map(|binding| binding.chord.as_slice())
            .collect()
    }

    /// The first key of `action` in `scopes`, short, as menus show it.
    pub fn shown(&self, scopes: &[Scope], action: Action) -> Option<String> {
        let specs =
            ACTIONS.iter().filter(|spec| spec.action == action && scopes.contains(&spec.scope));
        specs.flat_map(|spec| self.keys(spec)).next().map(short)
    }

    /// How `chord` may go on in `scopes`: the keys that are still missing, and what they do.
    pub fn continuations(&self, scopes: &[Scope], chord: &[Key]) -> Vec<(String, &'static Spec)> {
        let bindings = scopes.iter().filter_map(|scope| self.bindings.get(scope)).flatten();
        bindings
            .filter(|binding| binding.chord.len() > chord.len() && binding.chord.starts_with(chord))
            .map(|binding| (short(&binding.chord[chord.len()..]), &ACTIONS[binding.spec]))
            .collect()
    }

    fn bind(&mut self, spec: usize, chord: Chord) {
        self.bindings.entry(ACTIONS[spec].scope).or_default().push(Binding { chord, spec });
    }

    fn unbind(&mut self, spec: usize) {
        for bindings in self.bindings.values_mut() {
            bindings.retain(|binding| binding.spec != spec);
        }
    }

    /// The action of the same scope whose keys would make `chord` unreachable, or that `chord` would.
    fn collides(&self, spec: usize, chord: &[Key]) -> Option<usize> {
        let bindings = self.bindings.get(&ACTIONS[spec].scope)?;
        bindings
            .iter()
            .find(|binding| {
                binding.spec != spec
                    && (binding.chord.starts_with(chord) || chord.starts_with(&binding.chord))
            })
            .map(|binding| binding.spec)
    }
}

/// A chord as menus show it: `gg`, `^p`, `enter`.
pub fn short(chord: &[Key]) -> String {
    let keys: Vec<_> = chord.iter().map(|key| key.short()).collect();
    let letters = keys.iter().all(|key| key.chars().count() == 1);
    keys.join(if letters { "" } else { " " })
}

/// The keys of `spec` in `preset`.
fn defaults(preset: Preset, spec: &Spec) -> Vec<Chord> {
    let differs = preset.differs().iter().find(|(name, _)| *name == spec.name);
    differs
        .map_or(spec.keys, |(_, keys)| keys)
        .iter()
        .map(|text| key::sequence(text).expect("a test reads all default keys"))
        .collect()
}

/// Reads what can be read of a person's own keys.
#[expect(clippy::wildcard_enum_match_arm, reason = "only strings are keys")]
fn read(keys: &DeTable<'_>, source: &mut Source<'_>) -> Vec<Own> {
    let mut all = Vec::new();
    for (name, value) in keys {
        let at = value.span().start;
        let wanted = name.get_ref().as_ref();
        let Some(spec) = ACTIONS.iter().position(|spec| spec.name == wanted) else {
            source.flaw(name.span().start, unknown(wanted));
            continue;
        };
        let texts: Vec<(&str, usize)> = match value.get_ref() {
            DeValue::String(text) if matches!(text.as_ref(), "" | "null" | "none") => Vec::new(),
            DeValue::String(text) => vec![(text.as_ref(), at)],
            DeValue::Array(items) => items
                .iter()
                .filter_map(|item| match item.get_ref() {
                    DeValue::String(text) => Some((text.as_ref(), item.span().start)),
                    other => {
                        source.flaw(
                            item.span().start,
                            format!("a key is a string, not {}", sort_of(other)),
                        );
                        None
                    }
                })
                .collect(),
            other => {
                source.flaw(
                    at,
                    format!(
                        "the keys of `{wanted}` are a string or a list of strings, not {}",
                        sort_of(other)
                    ),
                );
                continue;
            }
        };
        let mut chords = Vec::new();
        let mut failed = false;
        for (text, at) in texts {
            match key::sequence(text) {
                Ok(chord) => chords.push(chord),
                Err(problem) => {
                    failed = true;
                    source.flaw(at, problem.to_string());
                }
            }
        }
        if !failed {
            all.push(Own { spec, chords, at });
        }
    }
    all
}

fn unknown(name: &str) -> String {
    let near: Vec<_> = ACTIONS
        .iter()
        .map(|spec| spec.name)
        .filter(|known| known.split('-').any(|part| name.split('-').any(|word| word == part)))
        .take(5)
        .collect();
    let hint = if near.is_empty() {
        "KEYS.md lists all actions".to_owned()
    } else {
        format!("did you mean {}", near.join(", "))
    };
    format!("there is no action `{name}`; {hint}")
}

fn collision(spec: usize, chord: &[Key], other: usize) -> String {
    let (mine, theirs) = (ACTIONS[spec].name, ACTIONS[other].name);
    format!(
        "key `{}` of `{mine}` collides with `{theirs}`, which has it in the same place; `{mine}` keeps its default keys",
        key::name(chord)
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chord(text: &str) -> Chord {
        key::sequence(text).unwrap()
    }

    #[test]
    fn the_keys_of_every_preset_are_readable_and_do_not_collide() {
        for (name, preset) in Preset::ALL {
            let map = Keymap::preset(preset);
            for (index, spec) in ACTIONS.iter().enumerate() {
                for chord in map.keys(spec) {
                    let other = map.collides(index, chord).map(|other| ACTIONS[other].name);
                    assert_eq!(other, None, "preset {name}: {} of {}", key::name(chord), spec.name);
                }
            }
            for (changed, _) in preset.differs() {
                assert!(
                    ACTIONS.iter().any(|spec| spec.name == *changed),
                    "preset {name}: {changed}"
                );
            }
        }
    }

    #[test]
    fn no_two_actions_share_a_name_and_each_finds_its_row() {
        for (index, spec) in ACTIONS.iter().enumerate() {
            assert_eq!(
                ACTIONS.iter().position(|other| other.name == spec.name),
                Some(index),
                "{}",
                spec.name
            );
            assert_eq!(spec.action.spec().action, spec.action);
            assert!(!spec.doc.ends_with('.') && !spec.label.is_empty(), "{}", spec.name);
        }
    }

    #[test]
    fn sequences_wait_for_their_second_key() {
        let map = Keymap::default();
        let scopes = [Scope::List, Scope::Global];
        assert_eq!(map.lookup(&scopes, &chord("g")), Lookup::Pending);
        assert_eq!(map.lookup(&scopes, &chord("g g")), Lookup::Run(Action::First));
        assert_eq!(map.lookup(&scopes, &chord("g z")), Lookup::Unbound);
    }

    #[test]
    fn a_persons_own_keys_replace_the_default_ones() {
        let (map, flaws) =
            Keymap::read("keys.toml", "[keys]\ndown = ['n', 'ctrl-n']\nfreeze = []\nreload = 'R'");
        assert_eq!(flaws, []);
        let scopes = [Scope::List, Scope::Global];
        assert_eq!(map.lookup(&scopes, &chord("ctrl-n")), Lookup::Run(Action::Down));
        assert_eq!(map.lookup(&scopes, &chord("j")), Lookup::Unbound);
        assert_eq!(map.lookup(&scopes, &chord("z")), Lookup::Unbound);
        assert_eq!(map.lookup(&scopes, &chord("R")), Lookup::Run(Action::Reload));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_the_default_stays() {
        let (map, flaws) = Keymap::read(
            "keys.toml",
            "preset = 'emacs'\n[keys]\ndwon = 'n'\nup = 'hyper-u'\nleft = ['j']\nreload = 7\nfreeze = 'g'\n",
        );
        let shown: Vec<_> = flaws.iter().map(Flaw::to_string).collect();
        insta::assert_snapshot!(shown.join("\n"), @r"
        keys.toml:1: there is no preset `emacs`; there are `k9s`, `vim` and `plain`
        keys.toml:3: there is no action `dwon`; KEYS.md lists all actions
        keys.toml:4: there is no key `hyper-u` (write keys as `G`, `ctrl-p`, `shift-tab`, `f5`, `space`, `pagedown`)
        keys.toml:5: key `j` of `left` collides with `down`, which has it in the same place; `left` keeps its default keys
        keys.toml:6: the keys of `reload` are a string or a list of strings, not a number
        keys.toml:7: key `g` of `freeze` collides with `go-home`, which has it in the same place; `freeze` keeps its default keys
        ");
        assert_eq!(map, Keymap::default());
    }

    #[test]
    fn a_key_may_move_from_one_action_to_another() {
        let (map, flaws) = Keymap::read("keys.toml", "[keys]\nfreeze = 'b'\nbookmark = 'z'");
        assert_eq!(flaws, []);
        assert_eq!(map.lookup(&[Scope::Global], &chord("b")), Lookup::Run(Action::Freeze));
    }

    #[test]
    fn a_file_that_is_no_toml_is_one_flaw() {
        let (map, flaws) = Keymap::read("keys.toml", "[keys\n");
        assert_eq!((map, flaws.len(), flaws[0].line), (Keymap::default(), 1, 1));
    }

    proptest! {
        #[test]
        fn no_file_leaves_an_action_unreachable(
            lines in prop::collection::vec((prop::sample::select(ACTIONS.iter().map(|spec| spec.name).collect::<Vec<_>>()), key::tests::any_key()), 0..8),
        ) {
            let mut text = String::from("[keys]\n");
            let mut seen = std::collections::HashSet::new();
            for (name, key) in lines {
                if seen.insert(name) {
                    text.extend([name, " = ", &toml::Value::String(key.to_string()).to_string(), "\n"]);
                }
            }
            let (map, _) = Keymap::read("keys.toml", &text);
            for spec in ACTIONS.iter().filter(|spec| !spec.keys.is_empty()) {
                prop_assert!(!map.keys(spec).is_empty(), "{} in {text}", spec.name);
                for chord in map.keys(spec) {
                    prop_assert_eq!(map.lookup(&[spec.scope], chord), Lookup::Run(spec.action));
                }
            }
        }
    }
}
