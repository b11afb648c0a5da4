//! The address of a view: what is typed after `:`, what `purview get` takes, what a colleague can be sent.
//!
//! Parsing is pure and total: a text is an address that prints as itself again, or a [`Problem`] that says what is wrong with it.

use std::{fmt, str::FromStr};

use crate::{
    cost::{self, Cut},
    list::Sort,
    monitor::Topic,
    pg::Problem,
    rls::Statement,
};

/// What can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are explained by their rows in VIEWS")]
pub enum View {
    Home,
    Organizations,
    Departments,
    Users,
    Roles,
    Memberships,
    Grants,
    Tables,
    Policies,
    Lints,
    Audit,
    Event,
    Migrations,
    Migration,
    Usage,
    Limits,
    Rows,
    Row,
    Why,
    Hidden,
    Who,
    Leaks,
    Drafts,
    Matrix,
    Reach,
    Compare,
    PolicyCost,
    WhatIf,
    Explain,
    Sql,
    Organization,
    Department,
    User,
    Role,
    Table,
    Server(Topic),
}

/// A view, as people call it.
#[derive(Debug)]
pub struct Spec {
    /// The view.
    pub view: View,
    /// Its name.
    pub name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// What the view is of, where it is of one thing.
    pub object: Option<&'static str>,
    /// One line of help.
    pub doc: &'static str,
}

macro_rules! views {
    ($($view:ident $(($topic:ident))?, $name:literal, [$($alias:literal),*], $object:expr, $doc:literal;)*) => {
        &[$(Spec { view: View::$view $((Topic::$topic))?, name: $name, aliases: &[$($alias),*], object: $object, doc: $doc },)*]
    };
}

/// All views, in reading order.
pub const VIEWS: &[Spec] = views! {
    Home,          "home",          ["pulse"],                 None,          "what is in this database, and what is wrong with it";
    Organizations, "organizations", ["orgs"],                  None,          "the organizations";
    Departments,   "departments",   ["depts"],                 None,          "the departments of an organization, or of all";
    Users,         "users",         ["us"],                    None,          "the users of an organization, or all";
    Roles,         "roles",         ["ro"],                    None,          "what roles there are, and how many have them";
    Memberships,   "memberships",   ["members"],               None,          "who belongs to which organization and department";
    Grants,        "grants",        [],                        None,          "who has which role where";
    Tables,        "tables",        ["tb"],                    None,          "the tables: size, rows, row security, policies";
    Policies,      "policies",      ["rls"],                   None,          "the row security policies";
    Lints,         "lints",         ["lint"],                  None,          "what is wrong with the row security, and what mends it";
    Audit,         "audit",         ["events"],                None,          "what happened, newest first, from every source in one timeline";
    Event,         "event",         [],                        Some("event"), "one event, whole, with what it changed";
    Migrations,    "migrations",    ["mig"],                   None,          "where the migrations stand: applied, pending, changed, missing or out of order";
    Migration,     "migration",     [],                        Some("version"), "what one migration does: each statement with its lock, its table's size, and what is dangerous in it";
    Usage,         "usage",         ["cost"],                  None,          "what was consumed and what it cost: by organization, department, user, model, operation";
    Limits,        "limits",        ["quotas"],                None,          "how much may be consumed, how much was, and whether that is too much";
    Rows,          "rows",          ["browse"],                Some("table"), "the rows of a table, as whoever is acted as sees them";
    Row,           "row",           [],                        Some("table"), "one row of a table, whole: where its foreign keys lead, and what refers to it";
    Why,           "why",           [],                        Some("table"), "why somebody can or cannot do something with a row, down to every value";
    Hidden,        "hidden",        ["why-empty"],           Some("table"), "what of a table is hidden from somebody, by what, and how much";
    Who,           "who",           ["who-can"],               Some("table"), "who can see, change or delete a row, and what gets around the policies";
    Leaks,         "leaks",         ["leak"],                  None,          "rows that somebody sees of organizations that are not theirs, and the policy that lets them";
    Drafts,        "drafts",        ["draft"],                 None,          "policies drafted for tables that have none, as a pair of migrations";
    Matrix,        "matrix",        [],                        None,          "who may do what with how many rows of which table";
    Reach,         "reach",         [],                        Some("table"), "with which rows of a table somebody can do something, and with which not";
    Compare,       "compare",       ["diff"],                  Some("user"),  "two users side by side: what the policies know of them, and what each can do";
    PolicyCost,    "policy-cost",   [],                        Some("table"), "what the policies of a table cost somebody who reads it, and what would cost less";
    WhatIf,        "what-if",       ["whatif"],                Some("table"), "who would gain and lose which rows if a policy were another, before anything exists";
    Explain,       "explain",       ["plan"],                  Some("statement"), "the plan of a statement as a tree: what each step takes, and what of it comes from policies";
    Sql,           "sql",           ["query"],                 None,          "a statement of your own that only reads, as yourself or as whoever is acted as";
    Organization,  "organization",  ["org"],                   Some("organization"), "one organization";
    Department,    "department",    ["dept"],                  Some("department"), "one department";
    User,          "user",          [],                        Some("user"),  "one user: memberships, grants, last login, what it may see";
    Role,          "role",          [],                        Some("role"),  "one role";
    Table,         "table",         [],                        Some("table"), "one table: columns, policies, sizes";
    Server(Activity),      "activity",      ["queries", "sessions"],       None,          "the sessions of the server: what each does, for how long, and what it waits for";
    Server(Locks),         "locks",         ["lock"],          None,          "who waits for whom, as a tree";
    Server(Transactions),  "transactions",  ["tx"],            None,          "open transactions: long ones, idle ones, and what holds back vacuum";
    Server(Statements),    "statements",    ["stmts"],         None,          "what statements cost: time, calls, rows";
    Server(Connections),   "connections",   ["conns"],         None,          "how many connections there are, of how many there may be";
    Server(Databases),     "databases",     ["dbs"],           None,          "the databases: sizes, rollbacks, deadlocks, temporary files";
    Server(Sizes),         "sizes",         [],                None,          "how large tables are, with and without their indexes";
    Server(Indexes),       "indexes",       ["ix"],            None,          "how indexes are used, which are of no use, and where one is missing";
    Server(Cache),         "cache",         [],                None,          "how often the server's memory had what was read";
    Server(Vacuum),        "vacuum",        [],                None,          "dead rows, when autovacuum comes, how old transactions are";
    Server(Progress),      "progress",      ["running"],       None,          "how far vacuum, analyze, index builds, COPY and backups are";
    Server(Wraparound),    "wraparound",    [],                None,          "how near transaction numbers are to running out";
    Server(Settings),      "settings",      ["checks"],        None,          "settings that a server should not run with, and those that wait for a restart";
    Server(Sequences),     "sequences",     [],                None,          "sequences, and which are about to end";
    Server(Replication),   "replication",   ["repl"],          None,          "who receives the server's changes, and how far behind they are";
    Server(Slots),         "slots",         [],                None,          "replication slots, and what they hold back";
    Server(TableSizes),    "table-sizes",   [],                None,          "hastecrm's monitoring query: table sizes";
    Server(SlowQueries),   "slow-queries",  [],                None,          "hastecrm's monitoring query: slow queries";
    Server(IndexUsage),    "index-usage",   [],                None,          "hastecrm's monitoring query: index usage";
    Server(CacheHitRatio), "cache-hit-ratio", [],              None,          "hastecrm's monitoring query: cache hit ratio";
};

impl View {
    /// Its row in the table.
    pub fn spec(self) -> &'static Spec {
        VIEWS.iter().find(|spec| spec.view == self).expect("a test walks over every view")
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// Whether more than its object stands in its address: the key of a row, the name of a policy, or whom somebody is compared with.
    pub fn takes_key(self) -> bool {
        matches!(self, Self::Why | Self::Who | Self::WhatIf | Self::Compare)
    }

    /// Whether its object is a text, which is all that follows where it is not put between quotes.
    pub const fn takes_text(self) -> bool {
        matches!(self, Self::Explain)
    }

    /// The view that goes by `name`.
    pub fn named(name: &str) -> Option<Self> {
        VIEWS
            .iter()
            .find(|spec| spec.name == name || spec.aliases.contains(&name))
            .map(|spec| spec.view)
    }
}

/// What a list is limited to, beyond the organization.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Within {
    /// The sort of thing.
    pub concept: Concept,
    /// Its id, or what a person typed instead.
    pub id: String,
}

/// A sort of thing that a list can be limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of the vocabulary")]
pub enum Concept {
    Department,
    User,
    Role,
    Table,
    Entity,
}

impl Concept {
    const ALL: [(&'static str, Self); 5] = [
        ("department", Self::Department),
        ("user", Self::User),
        ("role", Self::Role),
        ("table", Self::Table),
        ("entity", Self::Entity),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, concept)| *concept == self).map_or("", |(name, _)| name)
    }
}

/// Where a view is to be found: `users acme department=HR sort=-last_login_at /ali`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    /// What is looked at.
    pub view: View,
    /// Which one, where the view is of one thing.
    pub object: Option<String>,
    /// The key of a row, where the view takes one: values in the order of the key's columns.
    pub key: Vec<String>,
    /// Limited to this organization: an id, or a part of the name.
    pub organization: Option<String>,
    /// Limited further.
    pub within: Option<Within>,
    /// How usage is looked at, where the view is of that.
    pub cut: Cut,
    /// In another context.
    pub context: Option<String>,
    /// As somebody.
    pub acting: Option<String>,
    /// What is to be done with a row, where the view is about that; looking at it when absent.
    pub command: Option<Statement>,
    /// In which order; the view's own when absent.
    pub sort: Option<Sort>,
    /// The filter, as typed; everything when empty.
    pub filter: String,
}

impl Address {
    /// The view with nothing else said.
    pub const fn of(view: View) -> Self {
        Self {
            view,
            object: None,
            key: Vec::new(),
            organization: None,
            within: None,
            cut: Cut::NONE,
            context: None,
            acting: None,
            command: None,
            sort: None,
            filter: String::new(),
        }
    }

    /// The view of one thing.
    pub fn one(view: View, object: impl Into<String>) -> Self {
        Self { object: Some(object.into()), ..Self::of(view) }
    }
}

impl fmt::Display for Address {
    /// As it would be typed; reads back as itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.view.name())?;
        for positional in self.object.iter().chain(&self.key) {
            let as_text = self.view.takes_text();
            write!(
                f,
                " {}",
                if as_text { between_quotes(positional) } else { quoted(positional) }
            )?;
        }
        if let Some(organization) = &self.organization {
            let named =
                self.view.takes_key() || self.view == View::Usage && Cut::is_own(organization);
            let name = if named { "in=" } else { "" };
            write!(f, " {name}{}", quoted(organization))?;
        }
        write!(f, "{}", self.cut)?;
        if let Some(within) = &self.within {
            write!(f, " {}={}", within.concept.name(), quoted(&within.id))?;
        }
        if let Some(context) = &self.context {
            write!(f, " @{}", quoted(context))?;
        }
        if let Some(acting) = &self.acting {
            write!(f, " as={}", quoted(acting))?;
        }
        if let Some(command) = &self.command {
            write!(f, " for={command}")?;
        }
        if let Some(sort) = &self.sort {
            let sign = if sort.descending { "-" } else { "" };
            write!(f, " sort={sign}{}", quoted(&sort.column))?;
        }
        if !self.filter.is_empty() {
            write!(f, " /{}", self.filter)?;
        }
        Ok(())
    }
}

impl FromStr for Address {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let text = text.trim_start();
        let (name, mut rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
        let view = View::named(name).ok_or_else(|| unknown_view(name))?;
        let mut address = Self::of(view);
        let text = rest.trim();
        if view.takes_text() && !text.is_empty() && !text.starts_with('"') {
            return Ok(Self::one(view, text));
        }
        let mut positional = Vec::new();
        loop {
            rest = rest.trim_start();
            if rest.is_empty() {
                break;
            }
            if let Some(filter) = rest.strip_prefix('/') {
                filter.trim().clone_into(&mut address.filter);
                break;
            }
            rest = address.take(rest, &mut positional)?;
        }
        address.place(positional)
    }
}

impl Address {
    /// Takes one word from the start of `text`; returns what follows it.
    fn take<'a>(
        &mut self,
        text: &'a str,
        positional: &mut Vec<String>,
    ) -> Result<&'a str, Problem> {
        if let Some(rest) = text.strip_prefix('@') {
            let (context, rest) = word(rest)?;
            self.context = Some(context);
            return Ok(rest);
        }
        let key = text.split(|c: char| !c.is_ascii_lowercase()).next().unwrap_or_default();
        let Some(rest) = text[key.len()..].strip_prefix('=').filter(|_| !key.is_empty()) else {
            let (object, rest) = word(text)?;
            positional.push(object);
            return Ok(rest);
        };
        let concept = Concept::ALL.iter().find(|(name, _)| *name == key);
        match (key, concept) {
            ("as", _) => {
                let (acting, rest) = word(rest)?;
                self.acting = Some(acting);
                Ok(rest)
            }
            ("in", _) => {
                let (organization, rest) = word(rest)?;
                self.organization = Some(organization);
                Ok(rest)
            }
            ("from" | "to", _) if self.view == View::Usage => {
                let (typed, rest) = word(rest)?;
                let day = Some(cost::day(&typed)?);
                if key == "from" { self.cut.from = day } else { self.cut.to = day }
                Ok(rest)
            }
            ("for", _) => {
                let (command, rest) = word(rest)?;
                self.command = Some(command.parse()?);
                Ok(rest)
            }
            ("sort", _) => {
                let (descending, rest) =
                    rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
                let (column, rest) = word(rest)?;
                self.sort = Some(Sort { column, descending });
                Ok(rest)
            }
            (_, Some((_, concept))) => {
                let (id, rest) = word(rest)?;
                self.within = Some(Within { concept: *concept, id });
                Ok(rest)
            }
            (_, None) => Err(Problem::usage(format!("nothing is called `{key}=` here")).hint(
                "there are `as=`, `in=`, `for=`, `sort=`, `department=`, `user=`, `role=`, `table=` and `entity=`; a filter begins with `/`",
            )),
        }
    }

    /// Gives the words without a name their places.
    fn place(mut self, positional: Vec<String>) -> Result<Self, Problem> {
        let mut words = positional.into_iter().peekable();
        if let Some(object) = self.view.spec().object {
            self.object = words.next();
            if self.object.is_none() {
                let name = self.view.name();
                return Err(Problem::usage(format!("`{name}` needs to know which {object}"))
                    .hint(format!("for example `{name} NAME`")));
            }
        }
        if self.view.takes_key() {
            self.key = words.collect();
            return Ok(self);
        }
        let mut named = false;
        while let Some(word) = words.next() {
            if self.view == View::Usage && Cut::is_own(&word) {
                self.cut_by(&word, words.next_if(|_| word == "by"))?;
            } else if named {
                return Err(Problem::usage(format!("one word too many: {word}"))
                    .hint("put names with spaces between quotes; a filter begins with `/`"));
            } else {
                (self.organization, named) = (Some(word), true);
            }
        }
        Ok(self)
    }

    /// Takes `by` with what follows it, or how long periods are.
    fn cut_by(&mut self, word: &str, by: Option<String>) -> Result<(), Problem> {
        if word == "by" {
            self.cut.by = Some(by.unwrap_or_default().parse()?);
        } else {
            self.cut.per = Some(word.parse()?);
        }
        Ok(())
    }
}

fn unknown_view(name: &str) -> Problem {
    let begins: Vec<_> = VIEWS
        .iter()
        .map(|spec| spec.name)
        .filter(|known| name.chars().next().is_some_and(|first| known.starts_with(first)))
        .collect();
    if !begins.is_empty() {
        return unknown(name, &begins.join(", "));
    }
    // Those that open without a word about what they show, as many as can be read at a glance.
    let open: Vec<_> = VIEWS.iter().filter(|it| it.object.is_none()).map(|it| it.name).collect();
    let (first, rest) = open.split_at(open.len().min(12));
    unknown(name, &format!("{} and {} more, which Tab goes through", first.join(", "), rest.len()))
}

fn unknown(name: &str, views: &str) -> Problem {
    Problem::usage(format!("there is no view or command called `{name}`"))
        .hint(format!("views: {views}"))
}

/// One word at the start of `text`, up to a space or between quotes, and what follows it.
fn word(text: &str) -> Result<(String, &str), Problem> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        if end == 0 {
            return Err(Problem::usage("a name is missing").hint("for example `users acme`"));
        }
        return Ok((text[..end].to_owned(), &text[end..]));
    };
    let mut word = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((word, &quoted[at + 1..])),
            '\\' => word.extend(chars.next().map(|(_, kept)| kept)),
            _ => word.push(c),
        }
    }
    Err(Problem::usage("a quote is not closed").hint("end the name with `\"`"))
}

/// `text` so that it reads back as one word.
fn quoted(text: &str) -> String {
    let special = |c: char| c.is_whitespace() || matches!(c, '"' | '\\' | '=');
    if text.is_empty() || text.starts_with(['/', '@', '-']) || text.contains(special) {
        return between_quotes(text);
    }
    text.to_owned()
}

fn between_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_address() -> impl Strategy<Value = Address> {
        let name = || proptest::option::of(any::<String>());
        let concept = prop::sample::select(Concept::ALL.map(|(_, concept)| concept).to_vec());
        let within = proptest::option::of(
            (concept, any::<String>()).prop_map(|(concept, id)| Within { concept, id }),
        );
        let sort = proptest::option::of(
            (any::<String>(), any::<bool>())
                .prop_map(|(column, descending)| Sort { column, descending }),
        );
        let view = prop::sample::select(VIEWS.iter().map(|spec| spec.view).collect::<Vec<_>>());
        let command =
            proptest::option::of(prop::sample::select(crate::rls::Statement::ALL.to_vec()));
        let key = prop::collection::vec(any::<String>(), 0..3);
        let named = (name(), name(), name());
        let by = proptest::option::of(prop::sample::select(cost::Dimension::ALL.to_vec()));
        let per = proptest::option::of(prop::sample::select(cost::Per::ALL.to_vec()));
        let day = || {
            proptest::option::of(
                (1i32..3_000_000)
                    .prop_map(|days| chrono::NaiveDate::from_num_days_from_ce_opt(days).unwrap()),
            )
        };
        let cut = (by, per, day(), day()).prop_map(|(by, per, from, to)| Cut { by, per, from, to });
        (view, any::<String>(), key, named, within, (command, cut), sort, any::<String>()).prop_map(
            |(view, object, key, named, within, (command, cut), sort, filter)| Address {
                view,
                object: view.spec().object.map(|_| object),
                key: if view.takes_key() { key } else { Vec::new() },
                organization: named.0,
                within,
                cut: if view == View::Usage { cut } else { Cut::NONE },
                context: named.1,
                acting: named.2,
                command,
                sort,
                filter: filter.trim().to_owned(),
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back_as_itself(address in any_address()) {
            let shown = address.to_string();
            prop_assert_eq!(shown.parse::<Address>().unwrap(), address, "{}", shown);
        }

        #[test]
        fn no_text_breaks_the_reader(text in any::<String>()) {
            let _ = text.parse::<Address>();
        }

        #[test]
        fn no_words_break_the_reader(text in "(users|rows|us|home)( (acme|\"a b\"|@x|as=a|sort=-b|user=|/a b|\"))*") {
            let _ = text.parse::<Address>();
        }
    }

    #[test]
    fn people_type_addresses_like_this() {
        let shown = |text: &str| {
            text.parse::<Address>()
                .map_or_else(|problem| problem.to_string(), |address| address.to_string())
        };
        assert_eq!(shown("orgs"), "organizations");
        assert_eq!(shown("users acme /ali"), "users acme /ali");
        assert_eq!(
            shown("us \"Acme Inc\" sort=-email as=bob /role=admin !x"),
            "users \"Acme Inc\" as=bob sort=-email /role=admin !x"
        );
        assert_eq!(shown("rows public.emails acme @prod"), "rows public.emails acme @prod");
        assert_eq!(shown("users department=HR"), "users department=HR");
        assert_eq!(
            shown("why emails 5 \"a b\" user=bob for=Update in=acme"),
            "why emails 5 \"a b\" in=acme user=bob for=update"
        );
        assert_eq!(
            shown("cost acme by model month to=2026-12 from=2026-11-05 /money>1"),
            "usage acme by model month from=2026-11-05 to=2026-12-01 /money>1"
        );
        assert!(shown("usage by colour").starts_with("usage is not told apart by: colour"));
        assert_eq!(shown("why emails /id=5"), "why emails /id=5");
        assert_eq!(shown("explain select  1"), "explain \"select  1\"");
        assert_eq!(shown("explain \"select 1\" user=bob"), "explain \"select 1\" user=bob");
        insta::assert_snapshot!(shown("usres"), @"there is no view or command called `usres` (views: users, usage, user)");
        insta::assert_snapshot!(shown("rows"), @"`rows` needs to know which table (for example `rows NAME`)");
        insta::assert_snapshot!(shown("users a b"), @"one word too many: b (put names with spaces between quotes; a filter begins with `/`)");
        insta::assert_snapshot!(shown("users colour=red"), @"nothing is called `colour=` here (there are `as=`, `in=`, `for=`, `sort=`, `department=`, `user=`, `role=`, `table=` and `entity=`; a filter begins with `/`)");
    }

    #[test]
    fn no_two_views_share_a_name() {
        let mut names: Vec<_> =
            VIEWS.iter().flat_map(|spec| spec.aliases.iter().chain([&spec.name])).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        for spec in VIEWS {
            assert_eq!(View::named(spec.name), Some(spec.view));
        }
    }
}
