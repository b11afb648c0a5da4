//! A filter over the cells of a matrix: whom, which table, and what can be done there.
//!
//! `can:delete`, `role:admin orgs:>1`, `!ali table:mail state:error`. All terms must hold of one and the same cell; reading knows no data and never fails on
//! what it printed itself.

use std::fmt;

use super::{
    chart::Member,
    gate::Statement,
    matrix::{Cell, State, USUAL},
};
use crate::pg::{Problem, RelationName};

/// Terms that must all hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sieve {
    terms: Vec<Term>,
}

/// One cell, with all that is known beside it.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'a> {
    /// Whose it is.
    pub member: &'a Member,
    /// Of which table.
    pub table: &'a RelationName,
    /// How many rows that has.
    pub total: Option<u64>,
    /// What they may do there, by command.
    pub cells: [Option<&'a Cell>; 4],
    /// The command that is looked at.
    pub shown: Statement,
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    negated: bool,
    what: What,
}

/// What a condition looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    /// A part of the name of the user or of the table.
    Word(String),
    User(String),
    Organization(String),
    Role(String),
    Table(String),
    /// The command does something to some row.
    Can(Statement),
    /// The command does something to every row there is.
    All(Statement),
    State(State),
    Count(Amount, Than, u64),
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Amount {
    /// The organizations to which the rows belong that are seen.
    Organizations,
    /// The rows.
    Rows,
    /// All rows of the table.
    Total,
    /// The rows, of a hundred.
    Share,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Than {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// What may stand before a colon, and what it means.
const NAMES: [(&str, &str); 11] = [
    ("can", "can:delete"),
    ("all", "all:select"),
    ("orgs", "orgs:>1"),
    ("rows", "rows:>100"),
    ("share", "share:>50"),
    ("total", "total:0"),
    ("state", "state:error"),
    ("table", "table:mail"),
    ("user", "user:ali"),
    ("org", "org:acme"),
    ("role", "role:admin"),
];

/// Longer ones first, so that `<=` is not read as `<`.
const THAN: [(&str, Than); 6] = [
    ("!=", Than::NotEqual),
    ("<=", Than::AtMost),
    (">=", Than::AtLeast),
    ("=", Than::Equal),
    ("<", Than::Less),
    (">", Than::Greater),
];

const STATES: [State; 5] = [State::Rows, State::Deny, State::Error, State::Bypass, State::NoRls];

impl Amount {
    const ALL: [(&'static str, Self); 4] = [
        ("orgs", Self::Organizations),
        ("rows", Self::Rows),
        ("total", Self::Total),
        ("share", Self::Share),
    ];

    fn of(self, spot: &Spot<'_>) -> Option<u64> {
        let seen = || spot.cell(spot.shown)?.visible;
        match self {
            Self::Organizations => spot.cell(Statement::Select)?.organizations,
            Self::Rows => seen(),
            Self::Total => spot.total,
            Self::Share => {
                spot.total.filter(|all| *all > 0).and_then(|all| Some(seen()? * 100 / all))
            }
        }
    }
}

impl Than {
    const fn holds(self, one: u64, other: u64) -> bool {
        match self {
            Self::Equal => one == other,
            Self::NotEqual => one != other,
            Self::Less => one < other,
            Self::AtMost => one <= other,
            Self::Greater => one > other,
            Self::AtLeast => one >= other,
        }
    }
}

impl Spot<'_> {
    fn cell(&self, command: Statement) -> Option<&Cell> {
        let at = USUAL.iter().position(|it| *it == command)?;
        self.cells[at]
    }
}

impl What {
    /// Whether it can be said of the person alone, and what is said.
    fn of_person(&self, member: &Member) -> Option<bool> {
        match self {
            Self::User(part) => Some(contains(&member.label, part)),
            Self::Organization(part) => {
                let place = member.organization.as_ref();
                Some(place.is_some_and(|(id, name)| id == part || contains(name, part)))
            }
            Self::Role(part) => Some(member.roles.iter().any(|role| contains(role, part))),
            Self::Word(_)
            | Self::Table(_)
            | Self::Can(_)
            | Self::All(_)
            | Self::State(_)
            | Self::Count(..) => None,
        }
    }

    fn of_cell(&self, spot: &Spot<'_>) -> bool {
        let rows = |command| spot.cell(command).and_then(|cell| cell.visible);
        match self {
            Self::Word(part) => {
                contains(&spot.member.label, part) || contains(&spot.table.to_string(), part)
            }
            Self::Table(part) => contains(&spot.table.to_string(), part),
            Self::Can(command) => rows(*command).is_some_and(|rows| rows > 0),
            Self::All(command) => {
                rows(*command).is_some_and(|rows| rows > 0 && Some(rows) == spot.total)
            }
            Self::State(state) => spot.cell(spot.shown).is_some_and(|cell| cell.state == *state),
            Self::Count(amount, than, number) => {
                amount.of(spot).is_some_and(|found| than.holds(found, *number))
            }
            Self::User(_) | Self::Organization(_) | Self::Role(_) => {
                self.of_person(spot.member) == Some(true)
            }
        }
    }

    /// Whether it needs a figure: of what is not counted yet nothing can be said, neither that it holds nor that it does not.
    const fn counts(&self) -> bool {
        matches!(self, Self::Can(_) | Self::All(_) | Self::State(_) | Self::Count(..))
    }
}

impl Sieve {
    /// Whether everything passes.
    pub const fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether it looks at figures.
    pub fn counts(&self) -> bool {
        self.terms.iter().any(|term| term.what.counts())
    }

    /// The command that it asks about, where it asks about one.
    pub fn command(&self) -> Option<Statement> {
        self.terms.iter().find_map(|term| match term.what {
            What::Can(command) | What::All(command) => Some(command),
            What::Word(_)
            | What::User(_)
            | What::Organization(_)
            | What::Role(_)
            | What::Table(_)
            | What::State(_)
            | What::Count(..) => None,
        })
    }

    /// Whether any cell of `member` may pass.
    pub fn lets_person(&self, member: &Member) -> bool {
        self.terms
            .iter()
            .all(|term| term.what.of_person(member).is_none_or(|holds| holds != term.negated))
    }

    /// Whether the cell passes.
    pub fn lets(&self, spot: &Spot<'_>) -> bool {
        let known = spot.cells.iter().any(Option::is_some);
        self.terms
            .iter()
            .all(|term| (known || !term.what.counts()) && term.what.of_cell(spot) != term.negated)
    }

    /// Reads what a person typed. `and` between terms is allowed and means nothing.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let mut terms = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let bare = rest.split(char::is_whitespace).next().unwrap_or_default();
            if bare.eq_ignore_ascii_case("and") {
                rest = rest[bare.len()..].trim_start();
                continue;
            }
            let (term, after) = term(rest)?;
            terms.push(term);
            rest = after.trim_start();
        }
        Ok(Self { terms })
    }
}

fn contains(whole: &str, part: &str) -> bool {
    whole.to_lowercase().contains(&part.to_lowercase())
}

/// One term at the start of `text`, and what follows it.
fn term(text: &str) -> Result<(Term, &str), Problem> {
    let (negated, text) = match text.strip_prefix('!') {
        Some(rest) if !rest.is_empty() && !rest.starts_with(char::is_whitespace) => (true, rest),
        _ => (false, text),
    };
    let Some((name, rest)) = named(text) else {
        let (word, rest) = value(text)?;
        return Ok((Term { negated, what: What::Word(word) }, rest));
    };
    let than = THAN.iter().find_map(|(sign, than)| Some((*than, rest.strip_prefix(sign)?)));
    let (than, rest) = than.unwrap_or((Than::Equal, rest));
    let (typed, rest) = value(rest)?;
    let what = match Amount::ALL.iter().find(|(known, _)| *known == name) {
        Some((_, amount)) => What::Count(*amount, than, number(name, &typed)?),
        None => of_text(name, &typed)?,
    };
    match (than, &what) {
        (Than::Equal, _) | (_, What::Count(..)) => Ok((Term { negated, what }, rest)),
        // `state!=error` is how people say `!state:error`.
        (Than::NotEqual, _) => Ok((Term { negated: !negated, what }, rest)),
        _ => Err(Problem::usage(format!("`{name}` is no number to compare with"))
            .hint(format!("for example `{}`", example(name)))),
    }
}

fn example(name: &str) -> &'static str {
    NAMES.iter().find(|(known, _)| *known == name).map_or("can:delete", |(_, example)| example)
}

fn of_text(name: &str, typed: &str) -> Result<What, Problem> {
    let text = typed.to_owned();
    Ok(match name {
        "user" => What::User(text),
        "org" => What::Organization(text),
        "role" => What::Role(text),
        "table" => What::Table(text),
        "state" => What::State(state(typed)?),
        "can" => What::Can(command(typed)?),
        "all" => What::All(command(typed)?),
        _ => {
            let examples = NAMES.map(|(_, example)| format!("`{example}`")).join(", ");
            return Err(Problem::usage(format!("nothing is called `{name}` here"))
                .hint(format!("there are {examples}, and `!` before any of them")));
        }
    })
}

fn number(name: &str, typed: &str) -> Result<u64, Problem> {
    typed.trim_end_matches('%').parse().map_err(|_| {
        Problem::usage(format!("`{name}` is compared with a number: {typed}"))
            .hint(format!("for example `{}`", example(name)))
    })
}

fn command(typed: &str) -> Result<Statement, Problem> {
    let known = USUAL.into_iter().find(|it| it.name().eq_ignore_ascii_case(typed));
    known.ok_or_else(|| {
        Problem::usage(format!("the matrix knows no such command: {typed}"))
            .hint(format!("one of: {}", USUAL.map(Statement::name).join(", ")))
    })
}

fn state(typed: &str) -> Result<State, Problem> {
    let known = STATES.into_iter().find(|it| it.word().eq_ignore_ascii_case(typed));
    known.ok_or_else(|| {
        Problem::usage(format!("a cell has no such state: {typed}"))
            .hint(format!("one of: {}", STATES.map(State::word).join(", ")))
    })
}

/// A name at the start of `text`, and what follows the colon after it, or begins with an operator.
fn named(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_lowercase())?;
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    if let Some(rest) = rest.strip_prefix(':') {
        return Some((name, rest));
    }
    THAN.iter().any(|(sign, _)| rest.starts_with(sign)).then_some((name, rest))
}

/// A value up to the next space, or between quotes in which `\` keeps the next character.
fn value(text: &str) -> Result<(String, &str), Problem> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        if end == 0 {
            return Err(Problem::usage("a value is missing in the filter")
                .hint("for example `can:delete` or `orgs:>1`"));
        }
        return Ok((text[..end].to_owned(), &text[end..]));
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((value, &quoted[at + 1..])),
            '\\' => value.extend(chars.next().map(|(_, kept)| kept)),
            _ => value.push(c),
        }
    }
    Err(Problem::usage("a quote in the filter is not closed").hint("end the value with `\"`"))
}

/// `text` so that it reads back as one value.
pub fn quoted(text: &str) -> String {
    let odd = |c: char| c.is_whitespace() || c == '"' || c == '\\';
    let mistaken = text.starts_with(['!', '<', '>', '='])
        || text.eq_ignore_ascii_case("and")
        || named(text).is_some();
    if text.is_empty() || text.contains(odd) || mistaken {
        return format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    }
    text.to_owned()
}

impl fmt::Display for Sieve {
    /// As it would be typed; reads back as itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, term) in self.terms.iter().enumerate() {
            let (gap, not) =
                (if index > 0 { " " } else { "" }, if term.negated { "!" } else { "" });
            write!(f, "{gap}{not}{}", term.what)?;
        }
        Ok(())
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(&quoted(word)),
            Self::User(part) => write!(f, "user:{}", quoted(part)),
            Self::Organization(part) => write!(f, "org:{}", quoted(part)),
            Self::Role(part) => write!(f, "role:{}", quoted(part)),
            Self::Table(part) => write!(f, "table:{}", quoted(part)),
            Self::Can(command) => write!(f, "can:{}", command.name()),
            Self::All(command) => write!(f, "all:{}", command.name()),
            Self::State(state) => write!(f, "state:{}", state.word()),
            Self::Count(amount, than, number) => {
                let name = Amount::ALL.iter().find(|(_, known)| known == amount);
                let sign = THAN.iter().find(|(_, known)| known == than);
                let sign = sign.filter(|_| *than != Than::Equal).map_or("", |(sign, _)| sign);
                write!(f, "{}:{sign}{number}", name.map_or("", |(name, _)| name))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        directory::{Candidate, Somebody},
        pg::Person,
    };

    fn any_what() -> impl Strategy<Value = What> {
        let part = || prop_oneof!["[^\0]{1,8}", "(ali|bo|admin|mail|and|can:x|orgs>1|!a)"];
        let command = || prop::sample::select(USUAL.to_vec());
        let amount = prop::sample::select(Amount::ALL.map(|(_, it)| it).to_vec());
        let than = prop::sample::select(THAN.map(|(_, it)| it).to_vec());
        prop_oneof![
            part().prop_map(What::Word),
            part().prop_map(What::User),
            part().prop_map(What::Organization),
            part().prop_map(What::Role),
            part().prop_map(What::Table),
            command().prop_map(What::Can),
            command().prop_map(What::All),
            prop::sample::select(STATES.to_vec()).prop_map(What::State),
            (amount, than, 0u64..5)
                .prop_map(|(amount, than, number)| What::Count(amount, than, number)),
        ]
    }

    fn any_sieve() -> impl Strategy<Value = Sieve> {
        let term = (any::<bool>(), any_what()).prop_map(|(negated, what)| Term { negated, what });
        prop::collection::vec(term, 0..4).prop_map(|terms| Sieve { terms })
    }

    fn member(label: &str, role: &str) -> Member {
        let person = Person { id: Some("1".into()), label: label.into(), organization: None };
        let candidate = Candidate {
            person,
            organization: None,
            membership: None,
            role: "app".into(),
            settings: Vec::new(),
        };
        Member {
            id: Some("1".into()),
            label: label.into(),
            organization: Some(("7".into(), "Acme".into())),
            roles: vec![role.into()],
            somebody: Arc::new(Somebody { candidate, organizations: Vec::new() }),
        }
    }

    fn any_cell() -> impl Strategy<Value = Cell> {
        let few = || proptest::option::of(0u64..5);
        (few(), prop::sample::select(STATES.to_vec()), few()).prop_map(
            |(visible, state, organizations)| Cell { visible, state, problem: None, organizations },
        )
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back_as_itself(sieve in any_sieve()) {
            let shown = sieve.to_string();
            prop_assert_eq!(Sieve::parse(&shown).unwrap(), sieve, "{}", shown);
        }

        #[test]
        fn no_text_breaks_the_reader(text in any::<String>()) {
            let _ = Sieve::parse(&text);
        }

        #[test]
        fn no_words_break_the_reader(text in "((!|)(can|orgs|rows|state|user|x)(:|>|<=|!=|)(\"|delete|1|error|a b|))*") {
            if let Ok(sieve) = Sieve::parse(&text) {
                prop_assert_eq!(Sieve::parse(&sieve.to_string()).unwrap(), sieve);
            }
        }

        /// Terms are joined by "and", `!` turns one around, and who is left out as a person has no cell that passes.
        #[test]
        fn all_terms_hold_of_one_cell(
            one in any_sieve(), other in any_sieve(), what in any_what(),
            cells in prop::collection::vec(any_cell(), 4), total in proptest::option::of(0u64..5),
            label in "(ali|bob|mail)", shown in prop::sample::select(USUAL.to_vec()),
        ) {
            let (member, table) = (member(&label, "admin"), RelationName::new("public", "mails"));
            let cells = [Some(&cells[0]), Some(&cells[1]), Some(&cells[2]), Some(&cells[3])];
            let spot = Spot { member: &member, table: &table, total, cells, shown };
            let both = Sieve::parse(&format!("{one} and {other}")).unwrap();
            prop_assert_eq!(both.lets(&spot), one.lets(&spot) && other.lets(&spot));
            if both.lets(&spot) {
                prop_assert!(both.lets_person(&member));
            }
            let plain = Sieve { terms: vec![Term { negated: false, what: what.clone() }] };
            let turned = Sieve { terms: vec![Term { negated: true, what }] };
            prop_assert_ne!(plain.lets(&spot), turned.lets(&spot));
            let uncounted = Spot { cells: [None; 4], ..spot };
            prop_assert!(!plain.counts() || !plain.lets(&uncounted) && !turned.lets(&uncounted));
        }
    }

    #[test]
    fn people_type_it_like_this() {
        let shown = |text: &str| {
            Sieve::parse(text).map_or_else(|problem| problem.to_string(), |sieve| sieve.to_string())
        };
        assert_eq!(shown("can:delete"), "can:delete");
        assert_eq!(shown("role:admin and orgs>1"), "role:admin orgs:>1");
        assert_eq!(shown("orgs:>=2 share:50% !ali"), "orgs:>=2 share:50 !ali");
        assert_eq!(shown("state!=error user:\"van der\""), "!state:error user:\"van der\"");
        insta::assert_snapshot!(shown("can:truncate"), @"the matrix knows no such command: truncate (one of: select, insert, update, delete)");
        insta::assert_snapshot!(shown("colour:red"), @"nothing is called `colour` here (there are `can:delete`, `all:select`, `orgs:>1`, `rows:>100`, `share:>50`, `total:0`, `state:error`, `table:mail`, `user:ali`, `org:acme`, `role:admin`, and `!` before any of them)");
        insta::assert_snapshot!(shown("user:>a"), @"`user` is no number to compare with (for example `user:ali`)");
        insta::assert_snapshot!(shown("orgs:many"), @"`orgs` is compared with a number: many (for example `orgs:>1`)");
        assert_eq!(Sieve::parse("ali can:update").unwrap().command(), Some(Statement::Update));
    }
}
