//! What a page tells people to do, read out of the page.
//!
//! A case is a heading with commands in a block of code, where the console is opened by one of its own or something has to be under way first, and a table:
//! what is pressed, in spans of code, and what is seen then, in bold.

/// A story with its keys.
#[derive(Debug, Default)]
pub(crate) struct Case {
    /// Its heading.
    pub(crate) title: String,
    /// What is typed after `purview` to open the console, where that is said.
    pub(crate) opened: Option<String>,
    /// What is typed into other terminals first, each line into one of its own.
    pub(crate) commands: Vec<String>,
    /// What is pressed, in order.
    pub(crate) steps: Vec<Step>,
}

/// A row of a case.
#[derive(Debug)]
pub(crate) struct Step {
    /// Keys or texts.
    pub(crate) keys: Vec<String>,
    /// What the screen shows then.
    pub(crate) shown: Vec<String>,
}

/// The cases of a page, in its order: the parts that have a table of keys.
pub(crate) fn cases(page: &str) -> Vec<Case> {
    let mut cases = vec![Case::default()];
    let mut is_code = false;
    for line in page.lines() {
        let case = cases.last_mut().expect("it begins with one");
        if line.starts_with("```") {
            is_code = !is_code;
        } else if let (true, Some(words)) = (is_code, line.strip_prefix("purview ")) {
            case.opened = Some(words.to_owned());
        } else if is_code {
            case.commands.push(line.to_owned());
        } else if line.starts_with('#') {
            let title = line.trim_start_matches(['#', ' ']).to_owned();
            cases.push(Case { title, ..Case::default() });
        } else if let Some((keys, shown)) = row(line) {
            case.steps.push(Step { keys: between(keys, "`"), shown: between(shown, "**") });
        }
    }
    cases.retain(|case| !case.steps.is_empty());
    cases
}

/// The two cells of a row that begins with something to press.
fn row(line: &str) -> Option<(&str, &str)> {
    let cells = line.strip_prefix("| `")?.strip_suffix(" |")?;
    let (keys, shown) = cells.split_once(" | ")?;
    // Other tables of the page have more columns, or nothing in bold.
    (shown.contains("**") && !shown.contains(" | ")).then(|| (&line[2..=2 + keys.len()], shown))
}

/// What stands between pairs of `mark`.
fn between(text: &str, mark: &str) -> Vec<String> {
    text.split(mark).skip(1).step_by(2).map(str::to_owned).collect()
}
