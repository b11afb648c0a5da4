//! Users who are meant to see every organization, put into the text of a mapping; everything else in it stays as it is.

use toml::de::DeTable;

use super::Mapping;
use crate::pg::Problem;

/// The key under which they stand.
const KEY: &str = "global_users";

/// The line that keeps `users` in a mapping.
pub fn global_users(users: &[String]) -> String {
    let users = users.iter().cloned().map(toml::Value::String).collect();
    format!("{KEY} = {}", toml::Value::Array(users))
}

/// The text of the mapping `file` with `users` beside those who are meant already, and all of them.
pub fn allow(file: &str, text: &str, users: &[String]) -> Result<(String, Vec<String>), Problem> {
    let mut all = Mapping::read(file, text)?.global_users;
    for user in users {
        if !all.contains(user) {
            all.push(user.clone());
        }
    }
    let line = global_users(&all);
    let table = DeTable::parse(text)
        .map_err(|_| Problem::bug("a mapping that was read cannot be read again"))?;
    let span = |wanted: &str| {
        let entries = table.get_ref().iter();
        let mut of = entries.filter(|(key, _)| key.get_ref().as_ref() == wanted);
        of.next().map(|(key, value)| (key.span().start, value.span().end))
    };
    let new = match (span(KEY), span("name")) {
        (Some((from, to)), _) => format!("{}{line}{}", &text[..from], &text[to..]),
        (None, Some((_, to))) => {
            let end = text[to..].find('\n').map_or(text.len(), |at| to + at);
            format!("{}\n{line}{}", &text[..end], &text[end..])
        }
        (None, None) => return Err(Problem::bug("a mapping without a name was read")),
    };
    let kept = Mapping::read(file, &new)?.global_users;
    if kept != all {
        return Err(Problem::bug("users were put into a mapping and are not in it"));
    }
    Ok((new, all))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mapping::Library;

    fn text() -> String {
        let library = Library::shipped();
        let (text, ships) = library.text(&library.choose("rishi").unwrap()).unwrap();
        assert!(ships);
        text
    }

    proptest! {
        // Each case reads a whole mapping several times.
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn whoever_is_allowed_is_read_back_and_nothing_else_changes(users in prop::collection::vec("\\PC{1,12}", 1..4), more in "\\PC{1,12}") {
            let (once, all) = allow("a.toml", &text(), &users).unwrap();
            let (twice, both) = allow("a.toml", &once, std::slice::from_ref(&more)).unwrap();
            prop_assert!(all.iter().all(|it| both.contains(it)) && both.contains(&more));
            let others: Vec<_> = twice.lines().filter(|it| !it.starts_with(KEY)).map(str::to_owned).collect();
            prop_assert_eq!(others, text().lines().map(str::to_owned).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_list_over_several_lines_is_replaced_whole() {
        let written =
            text().replacen("zone", "global_users = [ # known\n    \"a@b\",\n] # so far\nzone", 1);
        let (new, all) = allow("a.toml", &written, &["c".to_owned()]).unwrap();
        assert_eq!(all, ["a@b", "c"]);
        assert!(new.contains("global_users = [\"a@b\", \"c\"] # so far\n"), "{new}");
    }
}
