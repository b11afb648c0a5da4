//! What came of policy tests: for people, and as `JUnit` XML for whatever runs a pipeline.

use std::fmt::Write as _;

use super::{Judgement, Test};
use crate::{
    pg::Problem,
    rls::{Layout, tell},
    text::clean,
};

/// One test with what came of it, or why nothing did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The test.
    pub test: Test,
    /// What came of it.
    pub outcome: Result<Judgement, Problem>,
    /// How long it took.
    pub milliseconds: u64,
}

impl Told {
    /// Whether it is as it should be.
    pub fn passed(&self) -> bool {
        self.outcome.as_ref().is_ok_and(|judgement| judgement.passed)
    }

    /// What it comes to, in a line.
    fn headline(&self) -> String {
        match &self.outcome {
            Ok(judgement) => {
                format!("{} rows, expected: {}", judgement.tally, self.test.expect)
            }
            Err(problem) => format!("error: {problem}"),
        }
    }

    /// What speaks against it, in lines.
    fn details(&self) -> String {
        let mut text = String::new();
        let Ok(judgement) = &self.outcome else { return text };
        for note in &judgement.notes {
            line(&mut text, &format!("note: {note}"));
        }
        for against in &judgement.against {
            let key: Vec<_> = against
                .key
                .iter()
                .map(|(name, value)| format!("{name} = {}", value.as_str().unwrap_or("NULL")))
                .collect();
            line(&mut text, &format!("{}: {}", against.outcome, key.join(", ")));
            if let Some(why) = &against.why {
                for part in tell(why, Layout::Text).lines().skip(2) {
                    line(&mut text, &format!("  {part}"));
                }
            }
        }
        text
    }
}

fn line(text: &mut String, line: &str) {
    text.push_str(clean(line).trim_end());
    text.push('\n');
}

/// For people: a line for each test, and below it what speaks against it.
pub fn plain(told: &[Told]) -> String {
    let mut text = String::new();
    for one in told {
        let mark = if one.passed() { "ok    " } else { "FAILED" };
        line(&mut text, &format!("{mark} {} ({})", one.test.name, one.headline()));
        if !one.passed() {
            line(&mut text, &format!("       {}:{}", one.test.file, one.test.line));
            for part in one.details().lines() {
                line(&mut text, &format!("       {part}"));
            }
        }
    }
    let failed = told.iter().filter(|one| !one.passed()).count();
    line(&mut text, &format!("{} tests, {failed} failed", told.len()));
    text
}

/// As `JUnit` XML, a suite for each file.
pub fn junit(told: &[Told]) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a string cannot fail.
    let _ = writeln!(text, "<testsuites{}>", counts(told.iter()));
    let mut files: Vec<&str> = told.iter().map(|one| one.test.file.as_str()).collect();
    files.dedup();
    for file in files {
        let of = || told.iter().filter(|one| one.test.file == file);
        let _ = writeln!(text, "  <testsuite name=\"{}\"{}>", escaped(file), counts(of()));
        for one in of() {
            let _ = write!(
                text,
                "    <testcase name=\"{}\" classname=\"{}\" file=\"{}\" line=\"{}\" time=\"{}\"",
                escaped(&one.test.name),
                escaped(&one.test.on.to_string()),
                escaped(file),
                one.test.line,
                seconds(one.milliseconds)
            );
            let element = match (&one.outcome, one.passed()) {
                (_, true) => {
                    text.push_str("/>\n");
                    continue;
                }
                (Ok(_), false) => "failure",
                (Err(_), false) => "error",
            };
            let _ = writeln!(
                text,
                ">\n      <{element} message=\"{}\">{}</{element}>\n    </testcase>",
                escaped(&one.headline()),
                escaped(&one.details())
            );
        }
        text.push_str("  </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}

fn counts<'a>(told: impl Iterator<Item = &'a Told> + Clone) -> String {
    let failures = told.clone().filter(|one| one.outcome.is_ok() && !one.passed()).count();
    let errors = told.clone().filter(|one| one.outcome.is_err()).count();
    let milliseconds = told.clone().map(|one| one.milliseconds).sum();
    format!(
        " tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" time=\"{}\"",
        told.count(),
        seconds(milliseconds)
    )
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}

/// Text that XML 1.0 can hold: what it cannot is made visible.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push('\n'),
            c => out.push_str(&clean(c.encode_utf8(&mut [0; 4]))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rls::assertion::Suite;

    fn told(name: &str, outcome: impl FnOnce(&Test) -> Result<Judgement, Problem>) -> Told {
        let file =
            "[[test]]\nname = 'x'\nas = 'a'\non = 't'\nexpect = 'none'\n".replace("'x'", name);
        let test = Suite::read("dir/f.toml", &file).unwrap().tests.remove(0);
        Told { outcome: outcome(&test), test, milliseconds: 1203 }
    }

    fn judged(test: &Test, allowed: u64) -> Judgement {
        let tally =
            super::super::Tally { rows: 3, allowed, filtered: 3 - allowed, ..Default::default() };
        let passed = test.expect.holds(&tally);
        Judgement {
            test: test.clone(),
            tally,
            passed,
            notes: vec!["predicted, not tried".into()],
            against: Vec::new(),
        }
    }

    #[test]
    fn junit_says_what_failed_and_keeps_to_xml() {
        let all = [
            told("'fine'", |test| Ok(judged(test, 0))),
            told("'<b>&\"\\u'", |test| Ok(judged(test, 2))),
            told("'broken'", |_| Err(Problem::usage("no \u{1b}[31msuch table"))),
        ];
        insta::assert_snapshot!(junit(&all), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites tests="3" failures="1" errors="1" time="3.609">
          <testsuite name="dir/f.toml" tests="3" failures="1" errors="1" time="3.609">
            <testcase name="fine" classname="public.t" file="dir/f.toml" line="1" time="1.203"/>
            <testcase name="&lt;b&gt;&amp;&quot;\u" classname="public.t" file="dir/f.toml" line="1" time="1.203">
              <failure message="2 of 3 rows, expected: none">note: predicted, not tried
        </failure>
            </testcase>
            <testcase name="broken" classname="public.t" file="dir/f.toml" line="1" time="1.203">
              <error message="error: no ␛[31msuch table"></error>
            </testcase>
          </testsuite>
        </testsuites>
        "#);
        insta::assert_snapshot!(plain(&all), @r#"
        ok     fine (0 of 3 rows, expected: none)
        FAILED <b>&"\u (2 of 3 rows, expected: none)
               dir/f.toml:1
               note: predicted, not tried
        FAILED broken (error: no ␛[31msuch table)
               dir/f.toml:1
        3 tests, 2 failed
        "#);
    }
}
