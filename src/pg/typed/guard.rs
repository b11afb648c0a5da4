//! What a typed statement may be: one SELECT, VALUES, TABLE, EXPLAIN of one of these, or SHOW.
//!
//! Two readings have to agree. The tree says what kind of statement it is and that nothing in it writes, locks or makes a relation. The tokens say which
//! functions could be called at all: every name before a parenthesis or behind a point, whatever the tree makes of it. What the two sides of a string
//! could be read differently by another reader (an E'' that goes on in a second literal, a name in Unicode escapes, a letter that is not ASCII outside of
//! quotes) is refused, so that the server cannot see a call where this reader sees a string.
//!
//! Three things are not this parse's matter. That nothing is written the server sees to (READ ONLY). What a view, an operator, a cast or a function of
//! the schema does when it runs, no parse of the statement can tell: the server is asked about those that lead to a function that acts
//! ([`acts`](super::acts)), and the fence holds the rest. And that an identity stays what it is, is checked after each part of the answer.

use std::{ops::Range, thread};

use squawk_syntax::{
    SourceFile, SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken,
    ast::{self, AstNode},
};

use super::{Called, Form, Reading, Refusal, Target, Typed, functions};

/// Longer than anybody types.
const LONGEST: usize = 20_000;
/// More parentheses than anybody opens before one is closed.
const DEEPEST: usize = 200;
/// Room for the parser, which goes down by each parenthesis and prefix: what is touched of it is all that it costs.
const STACK: usize = 1 << 29;

/// Reads `text`, on a stack that no nesting of so short a text can exhaust.
pub(super) fn read(text: &str) -> Result<Typed, Refusal> {
    if text.len() > LONGEST {
        let reason = format!("a statement longer than {LONGEST} bytes");
        return Err(Refusal::unknown(&reason, 0..0));
    }
    refuse_characters(text)?;
    refuse_depth(text)?;
    thread::scope(|scope| {
        let parse = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || parse(text));
        match parse.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) | Err(_) => Err(Refusal::unknown("something that it stumbles over", 0..0)),
        }
    })
}

/// Characters that some readers skip and others do not.
fn refuse_characters(text: &str) -> Result<(), Refusal> {
    let odd = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r') || c == '\u{feff}';
    match text.char_indices().find(|(_, c)| odd(*c)) {
        Some((at, c)) => {
            let reason = format!("a character that cannot be typed: U+{:04X}", u32::from(c));
            Err(Refusal::unread(reason, at..at + c.len_utf8()))
        }
        None => Ok(()),
    }
}

/// The time that reading takes grows with depth times length. Those in a literal count too: nobody leaves so many open there either.
fn refuse_depth(text: &str) -> Result<(), Refusal> {
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err(Refusal::unknown("what is nested so deep", at..at + 1));
        }
    }
    Ok(())
}

fn parse(text: &str) -> Result<Typed, Refusal> {
    let parsed = SourceFile::parse(text);
    let root = parsed.syntax_node();
    let statement = only_statement(&root)?;
    // What it is not allowed to be is told even where the rest of it cannot be read.
    let (form, query) = form(&statement)?;
    if let Some(error) = parsed.errors().first() {
        let range = error.range();
        let reason = format!("it cannot be read: {}", error.message().to_lowercase());
        return Err(Refusal::unread(reason, range.start().into()..range.end().into()));
    }
    if let Some(broken) = root.descendants().find(|it| it.kind() == SyntaxKind::ERROR) {
        return Err(Refusal::unread("it cannot be read", range(&broken)));
    }
    refuse_writing(&statement)?;
    let tokens: Vec<_> = statement
        .descendants_with_tokens()
        .filter_map(SyntaxElement::into_token)
        .filter(|it| !it.kind().is_trivia())
        .collect();
    refuse_ambiguous(&tokens)?;
    let called = called(&tokens);
    refuse_acting(&called)?;
    let end = tokens
        .iter()
        .rev()
        .find(|it| it.kind() != SyntaxKind::SEMICOLON)
        .map_or(text.len(), |it| it.text_range().end().into());
    Ok(Typed {
        text: text[..end].to_owned(),
        form,
        called,
        reading: query.map(|it| reading(&it, &tokens)).unwrap_or_default(),
    })
}

fn range(node: &SyntaxNode) -> Range<usize> {
    // Without the white space and comments before it.
    let first = node
        .descendants_with_tokens()
        .filter_map(SyntaxElement::into_token)
        .find(|it| !it.kind().is_trivia());
    let start = first.map_or(node.text_range().start(), |it| it.text_range().start());
    start.into()..node.text_range().end().into()
}

fn only_statement(root: &SyntaxNode) -> Result<SyntaxNode, Refusal> {
    let mut statements = root
        .children()
        .filter(|it| it.kind() != SyntaxKind::EMPTY_STMT && ast::Stmt::can_cast(it.kind()));
    let Some(first) = statements.next() else {
        let at = range(root);
        return Err(if at.is_empty() || root.text().to_string().trim().is_empty() {
            Refusal::unread("there is nothing to run", 0..0)
        } else {
            Refusal::unread("it is no statement that can be read", at)
        });
    };
    match statements.next() {
        Some(second) => Err(Refusal::forbidden(
            "one statement at a time",
            "remove what follows the first one",
            range(&second),
        )),
        None => Ok(first),
    }
}

const fn is_query(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::SELECT
            | SyntaxKind::COMPOUND_SELECT
            | SyntaxKind::PAREN_SELECT
            | SyntaxKind::VALUES
            | SyntaxKind::TABLE
    )
}

/// What kind of answer a statement has, and the query in it.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the grammar has two thousand kinds, and what is not named is refused"
)]
fn form(statement: &SyntaxNode) -> Result<(Form, Option<SyntaxNode>), Refusal> {
    match statement.kind() {
        kind if is_query(kind) => Ok((Form::Rows, Some(statement.clone()))),
        SyntaxKind::SHOW => Ok((Form::Lines, None)),
        SyntaxKind::EXPLAIN => {
            let query = statement.children().find(|it| ast::Stmt::can_cast(it.kind()));
            match query {
                Some(query) if is_query(query.kind()) => Ok((Form::Lines, Some(query))),
                Some(other) => Err(forbidden(&other)),
                None => Err(Refusal::unread("there is nothing to explain", range(statement))),
            }
        }
        _ => Err(forbidden(statement)),
    }
}

/// Why a statement of that kind is not sent.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the grammar has two thousand kinds, and what is not named is refused"
)]
fn forbidden(statement: &SyntaxNode) -> Refusal {
    let words: Vec<_> = statement
        .descendants_with_tokens()
        .filter_map(SyntaxElement::into_token)
        .filter(|it| !it.kind().is_trivia())
        .take(1)
        .map(|it| it.text().to_uppercase())
        .collect();
    let word = words.join(" ");
    let (reason, hint) = match statement.kind() {
        SyntaxKind::BEGIN
        | SyntaxKind::COMMIT_TRANSACTION
        | SyntaxKind::COMMIT_PREPARED
        | SyntaxKind::ROLLBACK_TRANSACTION
        | SyntaxKind::ROLLBACK_TO_SAVEPOINT
        | SyntaxKind::ROLLBACK_PREPARED
        | SyntaxKind::SAVEPOINT_CREATE
        | SyntaxKind::RELEASE_SAVEPOINT
        | SyntaxKind::PREPARE_TRANSACTION
        | SyntaxKind::SET_TRANSACTION
        | SyntaxKind::SET_CONSTRAINTS => (
            "controls the transaction",
            "every statement has a transaction of its own, which is rolled back",
        ),
        SyntaxKind::SET_ROLE
        | SyntaxKind::RESET_ROLE
        | SyntaxKind::SET_SESSION_AUTH
        | SyntaxKind::RESET_SESSION_AUTH => {
            ("changes who the session is", "act as somebody else by `i`, or by `--as` and `--role`")
        }
        SyntaxKind::SET | SyntaxKind::RESET | SyntaxKind::DISCARD => (
            "changes settings of the session",
            "settings of an identity come from the mapping, or from `--set` with `--role`",
        ),
        SyntaxKind::COPY => (
            "reads or writes files and programs",
            "type the SELECT alone; export writes what it returns, and so does `-o csv`",
        ),
        SyntaxKind::DO | SyntaxKind::CALL | SyntaxKind::EXECUTE => {
            ("runs code that is not in the statement", "type the SELECT that you mean")
        }
        _ => (
            "does more than read",
            "only SELECT, VALUES, TABLE, EXPLAIN of these and SHOW run here",
        ),
    };
    Refusal::forbidden(format!("`{word}` {reason}"), hint, range(statement))
}

/// Refuses what writes or locks anywhere inside.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "statements are known by what they can be cast to"
)]
fn refuse_writing(statement: &SyntaxNode) -> Result<(), Refusal> {
    for node in statement.descendants().skip(1) {
        match node.kind() {
            SyntaxKind::LOCKING_CLAUSE => {
                return Err(Refusal::forbidden(
                    "it would lock rows",
                    "leave out FOR UPDATE or FOR SHARE",
                    range(&node),
                ));
            }
            SyntaxKind::INTO_CLAUSE | SyntaxKind::SELECT_INTO => {
                return Err(Refusal::forbidden(
                    "SELECT INTO makes a table",
                    "leave out INTO; export writes what a SELECT returns",
                    range(&node),
                ));
            }
            kind if ast::Stmt::can_cast(kind) && !is_query(kind) => return Err(forbidden(&node)),
            _ => {}
        }
    }
    Ok(())
}

fn is_literal(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::STRING
            | SyntaxKind::ESC_STRING
            | SyntaxKind::UNICODE_ESC_STRING
            | SyntaxKind::BIT_STRING
            | SyntaxKind::BYTE_STRING
            | SyntaxKind::NATIONAL_STRING
            | SyntaxKind::DOLLAR_QUOTED_STRING
    )
}

/// Refuses what another reader could read otherwise.
fn refuse_ambiguous(tokens: &[SyntaxToken]) -> Result<(), Refusal> {
    let at = |token: &SyntaxToken| {
        let range = token.text_range();
        usize::from(range.start())..usize::from(range.end())
    };
    for (index, token) in tokens.iter().enumerate() {
        let text = token.text();
        let quoted = text.starts_with('"') || is_literal(token.kind());
        if is_literal(token.kind()) && index > 0 && is_literal(tokens[index - 1].kind()) {
            let reason = "two literals without an operator between them";
            return Err(Refusal::unknown(reason, at(token)));
        }
        if token.kind() == SyntaxKind::POSITIONAL_PARAM {
            let reason = format!("there is no value for the parameter {text}");
            return Err(Refusal::unread(reason, at(token)));
        }
        if !quoted && text.len() > 2 && text[..2].eq_ignore_ascii_case("u&") {
            return Err(Refusal::unknown("a name in Unicode escapes", at(token)));
        }
        if token.kind() == SyntaxKind::UNICODE_ESC_STRING {
            return Err(Refusal::unknown("a literal in Unicode escapes", at(token)));
        }
        if !quoted && !text.is_ascii() {
            let reason = "a letter that is not ASCII outside of quotes";
            return Err(Refusal::unknown(reason, at(token)));
        }
    }
    Ok(())
}

/// The name that a token is, as the server looks it up, if it can be one.
fn name(token: &SyntaxToken) -> Option<String> {
    let text = token.text();
    if let Some(inner) = text.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        return Some(inner.replace("\"\"", "\""));
    }
    let word = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    (word && !is_literal(token.kind())).then(|| text.to_ascii_lowercase())
}

/// Every name that could be that of a function: before a parenthesis, or behind a point, where a column that is not there is a function of the row
/// (PostgreSQL documentation, 8.16.5).
fn called(tokens: &[SyntaxToken]) -> Vec<Called> {
    let is = |index: Option<usize>, kind: SyntaxKind| {
        index.and_then(|it| tokens.get(it)).is_some_and(|it| it.kind() == kind)
    };
    tokens
        .iter()
        .enumerate()
        .filter_map(|(index, token)| {
            let behind = is(index.checked_sub(1), SyntaxKind::DOT);
            let before = is(Some(index + 1), SyntaxKind::L_PAREN);
            let name = (behind || before).then(|| name(token)).flatten()?;
            let schema =
                index.checked_sub(2).filter(|_| behind).and_then(|it| self::name(&tokens[it]));
            // A row before the point is no schema: the function would be looked up everywhere.
            let schema = schema.filter(|_| before);
            let range = token.text_range();
            Some(Called { schema, name, at: range.start().into()..range.end().into() })
        })
        .collect()
}

fn refuse_acting(called: &[Called]) -> Result<(), Refusal> {
    match called.iter().find(|it| functions::acts(&it.name)) {
        Some(it) => Err(acting(it)),
        None => Ok(()),
    }
}

/// Why a statement that calls `called` is not sent.
pub(super) fn acting(called: &Called) -> Refusal {
    Refusal::forbidden(
        format!("`{}` does more than read", called.name),
        "functions that act on the server, on files or on who the session is are not called from here",
        called.at.clone(),
    )
}

/// What a query names.
fn reading(query: &SyntaxNode, tokens: &[SyntaxToken]) -> Reading {
    let inside = |node: &SyntaxNode| {
        node.descendants_with_tokens()
            .filter_map(SyntaxElement::into_token)
            .filter(|it| !it.kind().is_trivia())
            .collect::<Vec<_>>()
    };
    let names = tokens.iter().filter_map(name).collect();
    let froms = query.descendants().filter(|it| it.kind() == SyntaxKind::FROM_CLAUSE);
    let sources = froms.flat_map(|it| inside(&it)).filter_map(|it| name(&it)).collect();
    let queries = query.descendants().filter(|it| is_query(it.kind())).count();
    let renames = query.descendants().any(|it| {
        matches!(it.kind(), SyntaxKind::FROM_ALIAS)
            && inside(&it).iter().any(|it| it.kind() == SyntaxKind::L_PAREN)
    });
    let targets = if query.kind() == SyntaxKind::SELECT {
        let clause = query.children().find(|it| it.kind() == SyntaxKind::SELECT_CLAUSE);
        let list =
            clause.and_then(|it| it.children().find(|it| it.kind() == SyntaxKind::TARGET_LIST));
        let targets = list.iter().flat_map(SyntaxNode::children);
        targets
            .filter(|it| it.kind() == SyntaxKind::TARGET)
            .map(|it| target(&inside(&it)))
            .collect()
    } else {
        Vec::new()
    };
    let plain = query.kind() == SyntaxKind::SELECT && queries == 1 && !renames;
    Reading { names, sources, targets, plain }
}

fn target(tokens: &[SyntaxToken]) -> Target {
    let is = |index: Option<usize>, kind: SyntaxKind| {
        index.and_then(|it| tokens.get(it)).is_some_and(|it| it.kind() == kind)
    };
    let mut target = Target::default();
    for (index, token) in tokens.iter().enumerate() {
        let Some(name) = name(token) else { continue };
        // The name of a function is none of a column.
        if is(Some(index + 1), SyntaxKind::L_PAREN) {
            continue;
        }
        let before = is(index.checked_sub(1), SyntaxKind::DOT);
        if !before && !is(Some(index + 1), SyntaxKind::DOT) {
            target.bare.insert(name.clone());
        }
        target.names.insert(name);
    }
    // `*`, `t.*`, and a whole row handed on, as in `json_agg(t.*)`; a product has no point before it.
    target.star = tokens.iter().enumerate().any(|(index, token)| {
        token.kind() == SyntaxKind::STAR
            && (tokens.len() == 1 || is(index.checked_sub(1), SyntaxKind::DOT))
    });
    target
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
