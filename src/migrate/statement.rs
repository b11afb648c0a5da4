//! The statements of a file: where each begins and ends, and of which words it is made.
//!
//! Told by a parse of PostgreSQL's whole grammar; where the parser does not understand a file nobody guesses, and the file stays in one piece.

use sha2::{Digest as _, Sha256};
use squawk_syntax::{SourceFile, SyntaxElement, SyntaxKind, SyntaxNode, ast::AstNode as _};

use crate::text::hex;

/// One statement of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its text, without the semicolon and without what stands before and after it.
    pub text: String,
    /// The line of the file on which it begins, from 1.
    pub line: usize,
    /// Where in the file it begins, in bytes.
    pub(super) at: usize,
    /// Its words and signs, in order, without blanks and comments.
    pub(super) words: Vec<String>,
}

impl Statement {
    /// Whether it begins with these words.
    pub(super) fn begins(&self, words: &[&str]) -> bool {
        begins(&self.words, words)
    }

    /// Whether the word stands anywhere in it.
    pub(super) fn says(&self, word: &str) -> bool {
        self.words.iter().any(|it| it.eq_ignore_ascii_case(word))
    }
}

/// Whether `words` begin with `wanted`, in any case of letters.
pub(super) fn begins(words: &[String], wanted: &[&str]) -> bool {
    words.len() >= wanted.len()
        && words.iter().zip(wanted).all(|(word, wanted)| word.eq_ignore_ascii_case(wanted))
}

/// The statements of `text`; what the parser stumbled over, and on which line, where it did.
pub fn split(text: &str) -> Result<Vec<Statement>, String> {
    let parse = SourceFile::parse(text);
    if let Some(error) = parse.errors().first() {
        let line = line_of(text, usize::from(error.range().start()));
        return Err(format!("line {line}: {}", error.message()));
    }
    let statements = parse.tree().stmts().filter_map(|statement| read(text, statement.syntax()));
    Ok(statements.collect())
}

fn read(text: &str, node: &SyntaxNode) -> Option<Statement> {
    let mut tokens: Vec<_> = node
        .descendants_with_tokens()
        .filter_map(SyntaxElement::into_token)
        .filter(|token| !token.kind().is_trivia())
        .collect();
    while tokens.last().is_some_and(|token| token.kind() == SyntaxKind::SEMICOLON) {
        tokens.pop();
    }
    let start = usize::from(tokens.first()?.text_range().start());
    let end = usize::from(tokens.last()?.text_range().end());
    Some(Statement {
        text: text.get(start..end)?.to_owned(),
        line: line_of(text, start),
        at: start,
        words: tokens.iter().map(|token| token.text().to_owned()).collect(),
    })
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// What `text` means, whatever its comments and blanks: a checksum of its words.
pub fn meaning(text: &str) -> String {
    let root = SourceFile::parse(text.trim_start_matches('\u{feff}')).syntax_node();
    let mut sum = Sha256::new();
    // Semicolons at the end are not needed, and not everybody keeps them.
    let mut semicolons = 0;
    for token in root.descendants_with_tokens().filter_map(SyntaxElement::into_token) {
        if token.kind() == SyntaxKind::SEMICOLON {
            semicolons += 1;
        } else if !token.kind().is_trivia() {
            for _ in 0..std::mem::take(&mut semicolons) {
                sum.update(b";\0");
            }
            sum.update(token.text().as_bytes());
            sum.update([0]);
        }
    }
    hex(&sum.finalize())
}

/// `text` without its comments, and without the lines that held nothing else.
pub(super) fn without_comments(text: &str) -> String {
    let root = SourceFile::parse(text).syntax_node();
    let mut bare = String::with_capacity(text.len());
    let mut after_comment = false;
    for token in root.descendants_with_tokens().filter_map(SyntaxElement::into_token) {
        if token.kind() == SyntaxKind::COMMENT {
            after_comment = bare.is_empty() || bare.ends_with('\n');
            continue;
        }
        let mut piece = token.text();
        if after_comment && token.kind() == SyntaxKind::WHITESPACE {
            piece =
                piece.strip_prefix("\r\n").or_else(|| piece.strip_prefix('\n')).unwrap_or(piece);
        }
        after_comment = false;
        bare.push_str(piece);
    }
    bare
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::migrate::Source;

    fn texts(text: &str) -> Vec<String> {
        split(text).unwrap().into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn a_semicolon_ends_a_statement_only_where_it_is_one() {
        let file = "-- a; b\nSELECT ';' ; /* ; /* ; */ */ CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $x$ SELECT 1; $x$;\n\nDO $$ BEGIN NULL; END $$;SELECT E'\\';' AS \"a;b\"";
        assert_eq!(
            texts(file),
            [
                "SELECT ';'",
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $x$ SELECT 1; $x$",
                "DO $$ BEGIN NULL; END $$",
                "SELECT E'\\';' AS \"a;b\"",
            ]
        );
        let lines: Vec<_> = split(file).unwrap().iter().map(|it| it.line).collect();
        assert_eq!(lines, [2, 2, 4, 4]);
        let atomic =
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3";
        assert_eq!(texts(atomic).len(), 2);
        assert!(texts(" ; -- nothing\n;").is_empty());
    }

    #[test]
    fn what_the_parser_does_not_understand_is_not_split() {
        assert!(split("CREATE TABEL t (a int); SELECT 1").unwrap_err().starts_with("line 1: "));
    }

    #[test]
    fn every_migration_of_the_five_systems_is_understood() {
        for system in ["org-assistant", "jenifer", "hastecrm", "sekretarka", "rishi"] {
            for step in Source::embedded(system).unwrap().migrations() {
                for text in [Some(&step.up), step.down.as_ref()].into_iter().flatten() {
                    let statements = split(text)
                        .unwrap_or_else(|error| panic!("{system} {}: {error}", step.name));
                    assert!(!statements.is_empty(), "{system} {}", step.name);
                }
            }
        }
    }

    #[test]
    fn comments_and_blanks_mean_nothing() {
        let one = "CREATE TABLE a (b int);\n-- why\nSELECT 'a  -- b';\n";
        assert_eq!(meaning(one), meaning("\u{feff}CREATE  TABLE a(b int) ; SELECT 'a  -- b';"));
        assert_ne!(meaning(one), meaning(&one.replace("'a  --", "'a --")));
        assert_eq!(
            without_comments("-- a\nSELECT 1; -- b\nSELECT 2;\n"),
            "SELECT 1; \nSELECT 2;\n"
        );
    }

    /// Statements whose texts hold what might be taken for an end of one.
    fn piece() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z ;'-]{0,12}".prop_map(|it| format!("SELECT '{}'", it.replace('\'', "''"))),
            "[a-z ;-]{0,12}".prop_map(|it| format!("DO $q${it}$q$")),
            "[a-z ;'-]{1,12}".prop_map(|it| format!("SELECT 1 AS \"{it}\"")),
            "[a-z ;'-]{0,12}".prop_map(|it| format!("SELECT 1 /*{it}*/ + 2")),
        ]
    }

    proptest! {
        #[test]
        fn what_was_joined_comes_apart_again(pieces in prop::collection::vec(piece(), 0..6), comment in "[a-z;' ]{0,8}") {
            let file = pieces.join(&format!("; -- {comment}\n"));
            prop_assert_eq!(texts(&file), pieces);
        }

        #[test]
        fn no_file_breaks_the_reader(text in any::<String>()) {
            let _ = split(&text);
            let _ = meaning(&text);
        }

        #[test]
        fn no_words_break_the_reader(text in "((CREATE|TABLE|POLICY|;|\\$\\$|'|\"|/\\*|\\*/|--|\\(|\\)|a|1|\n|,| |BEGIN ATOMIC|END) ?){0,20}") {
            if let Ok(statements) = split(&text) {
                for statement in statements {
                    prop_assert_eq!(&text[statement.at..statement.at + statement.text.len()], statement.text);
                }
            }
        }

        #[test]
        fn without_comments_it_means_the_same(pieces in prop::collection::vec(piece(), 0..6)) {
            let file = pieces.join("; -- c\n/* d */ -- e\n");
            prop_assert_eq!(meaning(&without_comments(&file)), meaning(&file));
        }
    }
}
