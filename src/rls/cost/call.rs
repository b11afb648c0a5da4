//! The calls of functions in a policy, by the words of its text.

use crate::{
    pg::Deparsed,
    rls::{
        catalog::{Function, Policy},
        expression::token::{Token, tokens},
    },
};

/// A call in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) function: Function,
    /// The call, with its arguments.
    pub(super) text: String,
}

/// The calls in `text` of functions that somebody made, or whose value may differ from statement to statement; each once.
pub(super) fn calls(policy: &Policy, text: &Deparsed) -> Vec<Found> {
    let all = tokens(text.as_str());
    let mut found: Vec<Found> = Vec::new();
    for function in policy.functions_of(text).filter(|it| it.own || !it.immutable) {
        for (from, to) in spans(&all, &function.name) {
            let text = &text.as_str()[all[from].range.start..all[to].range.end];
            if !found.iter().any(|known| known.text == text) {
                found.push(Found { function: function.clone(), text: text.to_owned() });
            }
        }
    }
    found
}

/// Where `name`, which may be qualified, is called.
fn spans(all: &[Token<'_>], name: &str) -> Vec<(usize, usize)> {
    let last = name.rsplit('.').next().unwrap_or(name);
    let mut spans = Vec::new();
    for at in 0..all.len() {
        let opens = all.get(at + 1).is_some_and(|open| open.is("("));
        if !opens || all[at].name().as_deref() != Some(last) {
            continue;
        }
        let mut from = at;
        while from >= 2 && all[from - 1].is(".") && all[from - 2].name().is_some() {
            from -= 2;
        }
        let mut depth = 0;
        for (to, token) in all.iter().enumerate().skip(at + 1) {
            depth += token.depth();
            if depth == 0 {
                spans.push((from, to));
                break;
            }
        }
    }
    spans
}

/// Whether something is called in a part that stands in no sub-select yet.
pub(super) fn is_bare(text: &str) -> bool {
    let all = tokens(text);
    let select = all.iter().any(|token| token.is_word("SELECT") || token.is_word("VALUES"));
    let calls = all.windows(2).any(|pair| pair[0].name().is_some() && pair[1].is("("));
    calls && !select
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_found_with_its_arguments_and_its_schema() {
        let text = "(app.may(( SELECT app.who()), a) OR (b = ANY (app.who((c)::int))))";
        let all = tokens(text);
        let found: Vec<_> = spans(&all, "app.who")
            .into_iter()
            .map(|(from, to)| &text[all[from].range.start..all[to].range.end])
            .collect();
        assert_eq!(found, ["app.who()", "app.who((c)::int)"]);
        assert_eq!(spans(&all, "who_else"), []);
    }

    #[test]
    fn what_stands_in_a_sub_select_is_not_bare() {
        assert!(is_bare("app.who()") && is_bare("(current_setting('a'::text))::integer"));
        assert!(!is_bare("( SELECT app.who() AS who)") && !is_bare("CURRENT_USER"));
    }
}
