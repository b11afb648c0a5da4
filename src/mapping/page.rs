//! A mapping file while it is read: its values with their lines, and everything that is wrong with it.
//!
//! Reading goes on after a mistake, so that a person sees all of them at once; a key that nobody asked for is a mistake too.

use std::{
    cell::{Cell, RefCell},
    fmt,
    ops::Range,
};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::pg::Problem;

/// One mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// The line, from 1.
    pub line: usize,
    /// The file.
    pub file: String,
    /// Why it is refused.
    pub reason: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

/// All that is wrong with a file: at least one mistake, in the order of the lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusals(pub Vec<Refusal>);

impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|refusal| writeln!(f, "{refusal}"))
    }
}

/// How many further mistakes one problem tells.
const TOLD: usize = 8;

impl From<Refusals> for Problem {
    fn from(refusals: Refusals) -> Self {
        let mut refusals = refusals.0.into_iter();
        let problem = Self::usage(refusals.next().map(|it| it.to_string()).unwrap_or_default());
        let rest = refusals.len();
        if rest == 0 {
            return problem;
        }
        let told = refusals.take(TOLD).map(|it| format!("line {}: {}", it.line, it.reason));
        let more = if rest > TOLD { format!("; and {} more", rest - TOLD) } else { String::new() };
        problem.hint(format!("also {}{more}", told.collect::<Vec<_>>().join("; ")))
    }
}

/// A file that is being read.
#[derive(Debug)]
pub(super) struct Page<'a> {
    file: &'a str,
    ships: bool,
    /// Where its lines end.
    ends: Vec<usize>,
    refusals: RefCell<Vec<Refusal>>,
}

/// A value with its place.
pub(super) type Item<'a> = Spanned<DeValue<'a>>;

impl<'a> Page<'a> {
    /// Parses the file's TOML and hands its keys to `read`; the outcome counts only if nothing was refused.
    pub(super) fn read<T>(
        file: &'a str,
        text: &'a str,
        read: impl FnOnce(&Fields<'_>) -> Option<T>,
    ) -> Result<T, Refusals> {
        Self::read_as(file, text, false, read)
    }

    /// The same of a file that ships: a test has read it, so that nobody has to look for contradictions, and expressions can wait.
    pub(super) fn read_shipped<T>(
        file: &'a str,
        text: &'a str,
        read: impl FnOnce(&Fields<'_>) -> Option<T>,
    ) -> Result<T, Refusals> {
        Self::read_as(file, text, true, read)
    }

    fn read_as<T>(
        file: &'a str,
        text: &'a str,
        ships: bool,
        read: impl FnOnce(&Fields<'_>) -> Option<T>,
    ) -> Result<T, Refusals> {
        let ends = text.match_indices('\n').map(|(at, _)| at).collect();
        let page = Self { file, ships, ends, refusals: RefCell::default() };
        let outcome = match DeTable::parse(text) {
            Ok(table) => {
                let fields = Fields::new(&page, table.get_ref(), table.span(), String::new());
                let outcome = read(&fields);
                fields.refuse_the_rest();
                outcome
            }
            Err(error) => {
                page.refuse(error.span().unwrap_or_default(), error.message().replace('\n', ", "));
                None
            }
        };
        let mut refusals = page.refusals.into_inner();
        refusals.sort();
        refusals.dedup();
        match outcome {
            Some(outcome) if refusals.is_empty() => Ok(outcome),
            Some(_) | None => Err(Refusals(refusals)),
        }
    }

    fn line(&self, offset: usize) -> usize {
        1 + self.ends.partition_point(|end| *end < offset)
    }

    fn refuse(&self, span: Range<usize>, reason: impl Into<String>) {
        self.refuse_on(self.line(span.start), reason);
    }

    fn refuse_on(&self, line: usize, reason: impl Into<String>) {
        let refusal = Refusal { file: self.file.to_owned(), line, reason: reason.into() };
        self.refusals.borrow_mut().push(refusal);
    }
}

/// The keys of one table.
#[derive(Debug)]
pub(super) struct Fields<'p> {
    page: &'p Page<'p>,
    table: &'p DeTable<'p>,
    span: Range<usize>,
    title: String,
    asked: RefCell<Vec<&'static str>>,
    aliases: RefCell<Vec<String>>,
    leaves_the_rest: Cell<bool>,
}

impl<'p> Fields<'p> {
    fn new(page: &'p Page<'p>, table: &'p DeTable<'p>, span: Range<usize>, title: String) -> Self {
        let aliases = RefCell::new(vec![super::source::ROW.to_owned()]);
        Self {
            page,
            table,
            span,
            title,
            asked: RefCell::default(),
            aliases,
            leaves_the_rest: Cell::new(false),
        }
    }

    /// What the file is called, for messages.
    pub(super) fn file(&self) -> &str {
        self.page.file
    }

    /// The line on which the table begins.
    pub(super) fn line(&self) -> usize {
        self.page.line(self.span.start)
    }

    /// What the table is called, for messages.
    pub(super) fn title(&self) -> &str {
        &self.title
    }

    /// Notes a mistake of the whole table.
    pub(super) fn refuse(&self, reason: impl Into<String>) {
        self.page.refuse(self.span.clone(), reason);
    }

    /// Notes a mistake at `item`.
    pub(super) fn refuse_at(&self, item: &Item<'_>, reason: impl Into<String>) {
        self.page.refuse(item.span(), reason);
    }

    /// Notes a mistake on `line`.
    pub(super) fn refuse_on(&self, line: usize, reason: impl Into<String>) {
        self.page.refuse_on(line, reason);
    }

    /// The line on which `item` begins.
    pub(super) fn line_of(&self, item: &Item<'_>) -> usize {
        self.page.line(item.span().start)
    }

    /// The value of `key`, if there is one.
    pub(super) fn get(&self, key: &'static str) -> Option<&'p Item<'p>> {
        self.asked.borrow_mut().push(key);
        self.table.get(key)
    }

    /// The value of `key`; that there is none is a mistake.
    pub(super) fn need(&self, key: &'static str) -> Option<&'p Item<'p>> {
        let item = self.get(key);
        if item.is_none() {
            let place = match self.title.as_str() {
                "" => "the file".to_owned(),
                title => format!("`{title}`"),
            };
            self.refuse(format!("{place} needs `{key}`"));
        }
        item
    }

    /// The keys of the table with their values, in the order of the file; all of them count as asked for.
    pub(super) fn each(&self) -> Vec<(&'p str, &'p Item<'p>)> {
        let mut items: Vec<_> = self.table.iter().collect();
        items.sort_by_key(|(key, _)| key.span().start);
        items.into_iter().map(|(key, item)| (key.get_ref().as_ref(), item)).collect()
    }

    /// The table at `item`.
    pub(super) fn table(&self, item: &'p Item<'p>, title: impl Into<String>) -> Option<Self> {
        let title = title.into();
        let DeValue::Table(table) = item.get_ref() else {
            self.refuse_at(item, format!("`{title}` is a table, not {}", kind(item.get_ref())));
            return None;
        };
        let fields = Self::new(self.page, table, item.span(), title);
        fields.aliases.borrow_mut().clone_from(&self.aliases.borrow());
        Some(fields)
    }

    /// The items of the array at `key`; none where it is absent.
    pub(super) fn items(&self, key: &'static str) -> Vec<&'p Item<'p>> {
        let Some(item) = self.get(key) else { return Vec::new() };
        if let DeValue::Array(items) = item.get_ref() {
            return items.iter().collect();
        }
        self.refuse_at(item, format!("`{key}` is a list, not {}", kind(item.get_ref())));
        Vec::new()
    }

    /// The text at `item`, which is called `what` in messages.
    pub(super) fn text(&self, item: &'p Item<'p>, what: &str) -> Option<&'p str> {
        let reason = match item.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => return Some(text),
            DeValue::String(_) => format!("`{what}` is empty"),
            DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => {
                format!("`{what}` is a text in quotes, not {}", kind(item.get_ref()))
            }
        };
        self.refuse_at(item, reason);
        None
    }

    /// The text at `key` read by `parse`, whose error is a reason.
    pub(super) fn parsed<T, E: fmt::Display>(
        &self,
        item: &'p Item<'p>,
        what: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(item, what)?;
        parse(text).map_err(|reason| self.refuse_at(item, format!("`{what}`: {reason}"))).ok()
    }

    /// Makes the columns of a join known to the expressions that are read from here on.
    pub(super) fn know_alias(&self, alias: &str) {
        self.aliases.borrow_mut().push(alias.to_owned());
    }

    /// Whether the file ships.
    pub(super) const fn ships(&self) -> bool {
        self.page.ships
    }

    /// The aliases whose columns may be named.
    pub(super) fn aliases(&self) -> Vec<String> {
        self.aliases.borrow().clone()
    }

    /// Lets all other keys pass, unread.
    pub(super) fn leave_the_rest(&self) {
        self.leaves_the_rest.set(true);
    }

    /// Refuses the keys that nobody asked for.
    pub(super) fn refuse_the_rest(&self) {
        if self.leaves_the_rest.get() {
            return;
        }
        let mut asked = self.asked.borrow().clone();
        asked.sort_unstable();
        for (key, _) in self.table {
            let name = key.get_ref().as_ref();
            if !asked.contains(&name) {
                let place = match self.title.as_str() {
                    "" => String::new(),
                    title => format!(" in `{title}`"),
                };
                let known = asked.join("`, `");
                self.page
                    .refuse(key.span(), format!("unknown key{place}: {name} (there is `{known}`)"));
            }
        }
    }
}

/// What a value is, for messages.
pub(super) const fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
