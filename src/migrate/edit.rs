//! How a file differs from the one that was run, as far as a checksum and what is remembered can tell.
//!
//! A checksum says nothing of what it was made of; but forms of the file that differ in line ends, marks and comments alone can be tried.

use std::fmt;

use super::statement::{meaning, without_comments};

/// What sort of change it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edit {
    /// The ends of lines: CR LF or LF.
    LineEnds,
    /// The mark at the beginning by which some editors tell UTF-8.
    Mark,
    /// Empty lines at the end, or the end of the last line.
    End,
    /// Several of these, and nothing else.
    Form,
    /// Comments and blanks only.
    Comments,
    /// What it does, as far as anybody can tell.
    Real,
}

impl Edit {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::LineEnds, Self::Mark, Self::End, Self::Form, Self::Comments, Self::Real];

    /// Tells how `text` differs from the file that `was_run` recognises; `meant` is what that one meant, where it is remembered.
    pub(super) fn of(text: &str, meant: Option<&str>, was_run: impl Fn(&str) -> bool) -> Self {
        forms(text)
            .find_map(|(edit, form)| was_run(&form).then_some(edit))
            .or_else(|| (meant? == meaning(text)).then_some(Self::Comments))
            .or_else(|| {
                let bare = without_comments(text);
                let bare = forms(&bare).map(|(_, form)| form).chain([bare.clone()]);
                bare.into_iter().any(|form| was_run(&form)).then_some(Self::Comments)
            })
            .unwrap_or(Self::Real)
    }

    /// Whether it changes nothing that the file does.
    pub const fn is_harmless(self) -> bool {
        !matches!(self, Self::Real)
    }
}

/// `text` in its other forms, each with what is different; those that differ in one thing come first.
fn forms(text: &str) -> impl Iterator<Item = (Edit, String)> {
    const MARK: char = '\u{feff}';
    let marked = text.starts_with(MARK);
    let body = text.trim_start_matches(MARK).replace("\r\n", "\n");
    let trimmed = body.trim_end_matches('\n').to_owned();
    let same_ends = text.contains("\r\n");
    let original = text.to_owned();
    let mut all = Vec::new();
    for crlf in [same_ends, !same_ends] {
        for mark in [marked, !marked] {
            for end in [None, Some(0), Some(1), Some(2)] {
                let lines = match end {
                    None => body.clone(),
                    Some(count) => format!("{trimmed}{}", "\n".repeat(count)),
                };
                let lines = if crlf { lines.replace('\n', "\r\n") } else { lines };
                let form = if mark { format!("{MARK}{lines}") } else { lines };
                let edits = [
                    (crlf != same_ends).then_some(Edit::LineEnds),
                    (mark != marked).then_some(Edit::Mark),
                    end.map(|_| Edit::End),
                ];
                let edits: Vec<Edit> = edits.into_iter().flatten().collect();
                let edit = match edits.as_slice() {
                    // Line ends of both sorts in one file.
                    [] => Edit::LineEnds,
                    [only] => *only,
                    _ => Edit::Form,
                };
                all.push((edits.len(), edit, form));
            }
        }
    }
    all.sort_by_key(|(count, ..)| *count);
    all.into_iter().filter(move |(.., form)| *form != original).map(|(_, edit, form)| (edit, form))
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LineEnds => "only line ends differ (CR LF)",
            Self::Mark => "only the byte order mark differs",
            Self::End => "only the end of the file differs",
            Self::Form => "only line ends, byte order mark and end of the file differ",
            Self::Comments => "only comments and blanks differ",
            Self::Real => "what it does differs",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn between(was: &str, is: &str) -> Edit {
        Edit::of(is, None, |form| form == was)
    }

    #[test]
    fn each_sort_of_change_is_told() {
        let file = "-- why\nSELECT 1;\nSELECT 2;\n";
        for (was, edit) in [
            (file.replace('\n', "\r\n"), Edit::LineEnds),
            (format!("\u{feff}{file}"), Edit::Mark),
            (format!("{file}\n"), Edit::End),
            (file.trim_end().to_owned(), Edit::End),
            (format!("\u{feff}{}", file.replace('\n', "\r\n")), Edit::Form),
            ("SELECT 1;\nSELECT 2;\n".to_owned(), Edit::Comments),
            ("-- why\nSELECT 1;\nSELECT 3;\n".to_owned(), Edit::Real),
        ] {
            assert_eq!(between(&was, file), edit, "{was:?}");
            if edit != Edit::Comments {
                assert_eq!(between(file, &was), edit, "{was:?}");
            }
        }
    }

    #[test]
    fn comments_that_are_gone_are_told_where_the_meaning_is_remembered() {
        let (was, is) = ("-- why\nSELECT 1;\n", "SELECT 1;");
        assert_eq!(between(was, is), Edit::Real);
        assert_eq!(Edit::of(is, Some(&meaning(was)), |form| form == was), Edit::Comments);
        assert_eq!(Edit::of("SELECT 2", Some(&meaning(was)), |form| form == was), Edit::Real);
    }

    proptest! {
        #[test]
        fn no_form_of_a_file_is_the_file_itself_and_all_mean_the_same(text in "(SELECT 1|;|\n|\r\n|-- a\n| ){0,8}") {
            for (edit, form) in forms(&text) {
                prop_assert_ne!(&form, &text);
                prop_assert!(edit.is_harmless());
                prop_assert_eq!(meaning(&form), meaning(&text));
            }
        }
    }
}
