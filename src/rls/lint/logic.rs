//! What conditions say by themselves: whether one is true whatever the row, or never, or never together with another.
//!
//! A comparison of something with a literal, a test for NULL and a constant are understood; everything else may be true, false or unknown, each time it stands
//! there. So what is called always or never is so; what is not may still be.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    pg::Deparsed,
    rls::expression::{
        Expression, Truth, at_top,
        token::{Sort, Token, tokens},
        without_wrapping,
    },
};

/// More combinations than this are not gone through.
const MOST: usize = 20_000;

/// When a condition is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// Whatever the row.
    Always,
    /// For no row.
    Never,
    /// That depends, as far as is known.
    Depends,
}

/// A condition over the things of a [`Logic`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Constant(Option<bool>),
    /// The thing is one of these literals; where NULL is among them too, what is none of them is unknown.
    Among(usize, Vec<usize>, bool),
    /// The thing is NULL.
    Null(usize),
    /// The thing, which is true, false or unknown.
    Is(usize),
    /// The thing equals itself.
    Itself(usize),
}

/// What conditions are about, such as columns.
#[derive(Debug, Default)]
pub(super) struct Logic {
    /// The columns that are never NULL, as the server prints them.
    pub(super) filled: BTreeSet<String>,
    things: Vec<Thing>,
    named: BTreeMap<String, usize>,
}

#[derive(Debug)]
struct Thing {
    /// The literals that it is compared with.
    literals: Vec<String>,
    /// Whether it is a truth value instead.
    truth: bool,
    filled: bool,
}

/// What a thing is in one combination: NULL, or the number of a literal, or none of them; for a truth value false is 0 and true 1.
type Value = Option<usize>;

impl Logic {
    /// Understands `text`.
    pub(super) fn read(&mut self, text: &Deparsed) -> Condition {
        self.node(&Expression::parse(text))
    }

    fn node(&mut self, expression: &Expression) -> Condition {
        match expression {
            Expression::And(_, parts) => {
                Condition::All(parts.iter().map(|it| self.node(it)).collect())
            }
            Expression::Or(_, parts) => {
                Condition::Any(parts.iter().map(|it| self.node(it)).collect())
            }
            Expression::Not(_, part) => Condition::Not(Box::new(self.node(part))),
            Expression::Leaf(text) => self.leaf(text.as_str()),
        }
    }

    fn leaf(&mut self, text: &str) -> Condition {
        let all = tokens(text);
        let tokens = without_wrapping(&all);
        self.understood(tokens).unwrap_or_else(|| self.truth(text, tokens))
    }

    /// A leaf that is a constant, a comparison with a literal, or a test for NULL.
    fn understood(&mut self, tokens: &[Token<'_>]) -> Option<Condition> {
        if let Some(constant) = constant(tokens) {
            return Some(constant);
        }
        let tops: Vec<usize> = at_top(tokens).collect();
        if let Some(at) = tops.iter().copied().find(|at| tokens[*at].is_word("IS")) {
            let thing = self.thing(&tokens[..at])?;
            return match tokens.get(at + 1..)? {
                [null] if null.is_word("NULL") => Some(Condition::Null(thing)),
                [not, null] if not.is_word("NOT") && null.is_word("NULL") => {
                    Some(Condition::Not(Box::new(Condition::Null(thing))))
                }
                _ => None,
            };
        }
        let operators: Vec<usize> =
            tops.into_iter().filter(|at| tokens[*at].sort == Sort::Operator).collect();
        let [at] = operators[..] else { return None };
        let negated = match tokens[at].text {
            "=" => false,
            "<>" => true,
            _ => return None,
        };
        let (left, right) = (&tokens[..at], &tokens[at + 1..]);
        let condition = match (literal(left), literal(right)) {
            (Some(left), Some(right)) => {
                // Two literals of one type, the text of which decides.
                Condition::Constant((left.kind == right.kind).then_some(left.text == right.text))
                    .decided()?
            }
            (Some(value), None) => self.equals(right, &[value], false)?,
            (None, Some(value)) => self.equals(left, &[value], false)?,
            (None, None) if same(left, right) => Condition::Itself(self.thing(left)?),
            (None, None) => {
                let (values, unknown, all) = list(right)?;
                // `<> ALL` is NOT of `= ANY`; the other two are not understood.
                if all != negated {
                    return None;
                }
                self.equals(left, &values, unknown)?
            }
        };
        Some(if negated { Condition::Not(Box::new(condition)) } else { condition })
    }

    fn equals(
        &mut self,
        left: &[Token<'_>],
        values: &[Literal],
        unknown: bool,
    ) -> Option<Condition> {
        // Whether NULL is among the values too.

        let kind = &values.first()?.kind;
        if values.iter().any(|it| it.kind != *kind) {
            return None;
        }
        let thing = self.thing(left)?;
        let known = &mut self.things[thing].literals;
        let mut among = Vec::new();
        for value in values {
            let folded = value.text.to_ascii_lowercase();
            // A collation may hold two texts for equal that are not the same.
            if known.iter().any(|it| *it != value.text && it.to_ascii_lowercase() == folded) {
                return None;
            }
            let place = known.iter().position(|it| *it == value.text).unwrap_or_else(|| {
                known.push(value.text.clone());
                known.len() - 1
            });
            among.push(place);
        }
        Some(Condition::Among(thing, among, unknown))
    }

    /// What `tokens` name; nothing where it may be something else each time it stands there.
    fn thing(&mut self, tokens: &[Token<'_>]) -> Option<usize> {
        let tokens = without_wrapping(tokens);
        if tokens.is_empty() || may_change(tokens) {
            return None;
        }
        let name = written(tokens);
        Some(self.named(&name, false))
    }

    fn named(&mut self, name: &str, truth: bool) -> usize {
        let key = format!("{} {name}", if truth { "is" } else { "of" });
        if let Some(known) = self.named.get(&key) {
            return *known;
        }
        self.named.insert(key, self.things.len());
        let filled = self.filled.contains(name);
        self.things.push(Thing { literals: Vec::new(), truth, filled });
        self.things.len() - 1
    }

    /// A leaf of which nothing is known but that it has a truth value.
    fn truth(&mut self, text: &str, tokens: &[Token<'_>]) -> Condition {
        if may_change(tokens) {
            self.things.push(Thing { literals: Vec::new(), truth: true, filled: false });
            return Condition::Is(self.things.len() - 1);
        }
        let name = if tokens.is_empty() { text.to_owned() } else { written(tokens) };
        Condition::Is(self.named(&name, true))
    }

    /// When `condition` is true.
    pub(super) fn when(&self, condition: &Condition) -> When {
        let mut used = BTreeSet::new();
        condition.uses(&mut used);
        let used: Vec<usize> = used.into_iter().collect();
        let domains: Vec<Vec<Value>> = used.iter().map(|at| self.things[*at].values()).collect();
        let combinations = domains.iter().try_fold(1usize, |all, it| all.checked_mul(it.len()));
        let Some(combinations) = combinations.filter(|it| *it <= MOST) else {
            return When::Depends;
        };
        let mut values: Vec<Value> = vec![None; self.things.len()];
        let (mut ever, mut always) = (false, true);
        for number in 0..combinations {
            let mut rest = number;
            for (at, domain) in used.iter().zip(&domains) {
                values[*at] = domain[rest % domain.len()];
                rest /= domain.len();
            }
            let passes = condition.truth(&values) == Some(true);
            ever |= passes;
            always &= passes;
        }
        match (ever, always) {
            (_, true) => When::Always,
            (false, _) => When::Never,
            (true, false) => When::Depends,
        }
    }
}

impl Thing {
    /// All that it can be.
    fn values(&self) -> Vec<Value> {
        let known = if self.truth { 2 } else { self.literals.len() + 1 };
        let null = (!self.filled).then_some(None);
        (0..known).map(Some).chain(null).collect()
    }
}

impl Condition {
    /// Itself, unless it is a constant of which nothing is known.
    fn decided(self) -> Option<Self> {
        (self != Self::Constant(None)).then_some(self)
    }

    fn uses(&self, things: &mut BTreeSet<usize>) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|it| it.uses(things)),
            Self::Not(part) => part.uses(things),
            Self::Constant(_) => {}
            Self::Among(thing, ..) | Self::Null(thing) | Self::Is(thing) | Self::Itself(thing) => {
                things.insert(*thing);
            }
        }
    }

    fn truth(&self, values: &[Value]) -> Option<bool> {
        match self {
            Self::All(parts) => Truth::all(parts.iter().map(|it| it.truth(values)).collect()),
            Self::Any(parts) => Truth::any(parts.iter().map(|it| it.truth(values)).collect()),
            Self::Not(part) => part.truth(values).not(),
            Self::Constant(value) => *value,
            Self::Among(thing, among, unknown) => match values[*thing] {
                Some(value) if among.contains(&value) => Some(true),
                Some(_) if !unknown => Some(false),
                Some(_) | None => None,
            },
            Self::Null(thing) => Some(values[*thing].is_none()),
            Self::Is(thing) => values[*thing].map(|it| it == 1),
            Self::Itself(thing) => values[*thing].map(|_| true),
        }
    }
}

/// A literal whose text says whether it is the same as another of its kind.
#[derive(Debug, PartialEq, Eq)]
struct Literal {
    kind: &'static str,
    text: String,
}

/// The types whose literals are understood, by how the server prints them.
const KINDS: [(&str, &str); 6] = [
    ("integer", "number"),
    ("bigint", "number"),
    ("smallint", "number"),
    ("text", "text"),
    ("character varying", "text"),
    ("uuid", "uuid"),
];

fn literal(tokens: &[Token<'_>]) -> Option<Literal> {
    let tokens = without_wrapping(tokens);
    let is_number = |text: &str| {
        let digits = text.strip_prefix('-').unwrap_or(text);
        !digits.is_empty()
            && digits.bytes().all(|it| it.is_ascii_digit())
            && (digits == "0" || !digits.starts_with('0'))
            && text != "-0"
    };
    if let [number] = tokens
        && number.sort == Sort::Number
        && is_number(number.text)
    {
        return Some(Literal { kind: "number", text: number.text.to_owned() });
    }
    let [value, cast, name @ ..] = tokens else { return None };
    if cast.sort != Sort::Cast {
        return None;
    }
    // A number is printed between parentheses where it has a cast.
    let type_name = name.iter().map(|it| it.text).collect::<Vec<_>>().join(" ");
    let (_, kind) = KINDS.iter().find(|(known, _)| *known == type_name)?;
    let text = value.text.strip_prefix('\'')?.strip_suffix('\'')?;
    let understood = match *kind {
        "number" => is_number(text),
        "uuid" => text.len() == 36 && text.bytes().all(|it| !it.is_ascii_uppercase()),
        _ => text.is_ascii() && value.sort == Sort::Literal,
    };
    understood.then(|| Literal { kind, text: text.to_owned() })
}

/// The literals of `ANY (ARRAY[…])`, whether NULL is among them, and whether it is ALL instead.
fn list(tokens: &[Token<'_>]) -> Option<(Vec<Literal>, bool, bool)> {
    let (word, rest) = tokens.split_first()?;
    let all = word.is_word("ALL");
    if !all && !word.is_word("ANY") {
        return None;
    }
    let mut inside = without_wrapping(rest);
    // A list of `character varying` is cast as a whole.
    if let [.., cast, name, open, close] = inside
        && cast.sort == Sort::Cast
        && name.is_word("text")
        && open.is("[")
        && close.is("]")
    {
        inside = without_wrapping(&inside[..inside.len() - 4]);
    }
    let [array, open, elements @ .., close] = inside else { return None };
    if !array.is_word("ARRAY") || !open.is("[") || !close.is("]") {
        return None;
    }
    let commas: Vec<usize> = at_top(elements).filter(|at| elements[*at].is(",")).collect();
    let mut start = 0;
    let (mut values, mut unknown) = (Vec::new(), false);
    for end in commas.into_iter().chain([elements.len()]) {
        let element = &elements[start..end];
        if element.first().is_some_and(|it| it.is_word("NULL")) {
            unknown = true;
        } else {
            values.push(literal(element)?);
        }
        start = end + 1;
    }
    Some((values, unknown, all))
}

/// The value of what is a constant.
fn constant(tokens: &[Token<'_>]) -> Option<Condition> {
    let known = |value| Some(Condition::Constant(value));
    match tokens {
        [word] if word.is_word("true") => known(Some(true)),
        [word] if word.is_word("false") => known(Some(false)),
        [word, cast, name]
            if word.is_word("NULL") && cast.sort == Sort::Cast && name.is_word("boolean") =>
        {
            known(None)
        }
        _ => None,
    }
}

/// Whether it may be something else each time it stands there: a call, a query, or what the server knows by itself.
fn may_change(tokens: &[Token<'_>]) -> bool {
    let called = tokens.windows(2).any(|pair| pair[0].name().is_some() && pair[1].is("("));
    let asks = |token: &Token<'_>| {
        token.sort == Sort::Word
            && (token.text.to_ascii_uppercase().starts_with("CURRENT_")
                || token.text.to_ascii_uppercase().starts_with("LOCALTIME")
                || ["SELECT", "SESSION_USER", "USER", "OPERATOR"]
                    .iter()
                    .any(|it| token.is_word(it)))
    };
    called || tokens.iter().any(asks)
}

fn same(left: &[Token<'_>], right: &[Token<'_>]) -> bool {
    written(without_wrapping(left)) == written(without_wrapping(right))
}

/// One text for tokens, whatever white space stood between them.
fn written(tokens: &[Token<'_>]) -> String {
    tokens.iter().map(|it| it.text).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[path = "logic_tests.rs"]
mod tests;
