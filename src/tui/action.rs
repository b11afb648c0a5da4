//! Every intent that a key can express: one row in [`ACTIONS`] each.
//!
//! Keymap, help, menu, palette, configuration errors and KEYS.md are all read from that table, and from nothing else.

use crate::{address::View, monitor::Topic};

/// Something a person can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each action is documented by its row in ACTIONS")]
pub enum Action {
    // Everywhere.
    CommandLine,
    Help,
    Find,
    Back,
    Escape,
    Interrupt,
    LastView,
    HistoryBack,
    HistoryForward,
    Scope(u8),
    Go(View),
    GoMenu,
    ActAs,
    StopActing,
    FullScreen,
    NextPane,
    Freeze,
    Bookmark,
    Bookmarks,
    SqlLog,
    Reload,
    Redraw,
    Suspend,
    Quit,
    // Lists.
    Open,
    Filter,
    Down,
    Up,
    Left,
    Right,
    PageDown,
    PageUp,
    HalfDown,
    HalfUp,
    First,
    Last,
    ColumnBefore,
    ColumnAfter,
    Sort,
    SortPicker,
    Columns,
    Wide,
    Mark,
    MarkRange,
    ClearMarks,
    Describe,
    Json,
    Copy,
    CopyAs,
    OnlyProblems,
    History,
    Time,
    Follow,
    Cost,
    NextDimension,
    NextPeriod,
    NextMeasure,
    SpanBefore,
    SpanAfter,
    EndSession,
    Idle,
    Save,
    Why,
    Missing,
    Hidden,
    Who,
    Matrix,
    Compare,
    // Matrix.
    Letters,
    WhatIf,
    Explain,
    // Why.
    Fold,
    FoldUp,
    Unfold,
    FoldAll,
    PolicyText,
    NextCommand,
    Commands,
    Whom,
    Intend,
    Export,
    ExportList,
    EditRow,
    TryIt,
    // Migrations.
    MigrateUp,
    MigrateDown,
    MigrateAgain,
    Foresee,
    // Text.
    Search,
    NextMatch,
    PreviousMatch,
    Wrap,
    // Popups.
    Accept,
    Close,
    NextItem,
    PreviousItem,
    NextItemPage,
    PreviousItemPage,
    Toggle,
    ChooseCancel,
    ChooseTerminate,
    MoveUp,
    MoveDown,
    // Text of several lines.
    NewLine,
    Undo,
    Redo,
    RecallText,
    EditStatement,
    EditOutside,
    RunStatement,
    ExplainStatement,
    MoreRows,
    RunText,
    // Text fields.
    Submit,
    Cancel,
    Complete,
    Older,
    Newer,
    CursorLeft,
    CursorRight,
    WordLeft,
    WordRight,
    LineStart,
    LineEnd,
    DeleteBefore,
    DeleteAfter,
    DeleteWord,
    DeleteToStart,
}

/// Where a key is looked up; inner scopes are asked first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// While a popup is open.
    Popup,
    /// While text is being typed.
    Prompt,
    /// While text of several lines is being written.
    Editor,
    /// In panes of one kind.
    Pane(PaneKind),
    /// In any list, table or text.
    List,
    /// Everywhere.
    Global,
}

impl Scope {
    /// All scopes, inner to outer.
    pub const ALL: [Self; 11] = [
        Self::Popup,
        Self::Editor,
        Self::Prompt,
        Self::Pane(PaneKind::Query),
        Self::Pane(PaneKind::Matrix),
        Self::Pane(PaneKind::Why),
        Self::Pane(PaneKind::Sheet),
        Self::Pane(PaneKind::Rows),
        Self::Pane(PaneKind::Text),
        Self::List,
        Self::Global,
    ];

    /// What people call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Popup => "Popups",
            Self::Prompt => "Text fields",
            Self::Pane(PaneKind::Query) => "SQL",
            Self::Pane(PaneKind::Matrix) => "Matrix",
            Self::Editor => "Text of several lines",
            Self::Pane(PaneKind::Why) => "Why",
            Self::Pane(PaneKind::Sheet) => "Home, and one thing",
            Self::Pane(PaneKind::Rows) => "Lists",
            Self::Pane(PaneKind::Text) => "Text",
            Self::List => "Lists and text",
            Self::Global => "Everywhere",
        }
    }
}

/// The sorts of panes that have keys of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PaneKind {
    /// Home, or one thing with all that is known about it.
    Sheet,
    /// Why somebody can or cannot do something: a sheet in which parts fold.
    Why,
    /// A statement of one's own: a list with a text above it.
    Query,
    /// A list out of the database.
    Rows,
    /// Users by tables.
    Matrix,
    /// A text: a record, JSON, SQL.
    Text,
}

/// What an action cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Need {
    /// Nothing.
    Nothing,
    /// A connection.
    Connection,
    /// A row under the cursor.
    Row,
    /// Marked rows.
    Marks,
    /// That somebody is acted as.
    Acting,
    /// That the pane knows the action.
    Pane,
}

/// One action, as people meet it.
#[derive(Debug)]
pub struct Spec {
    /// What it does.
    pub action: Action,
    /// Its name in configuration files.
    pub name: &'static str,
    /// Where it applies.
    pub scope: Scope,
    /// Default keys; a space separates the keys of a sequence.
    pub keys: &'static [&'static str],
    /// What it cannot do without.
    pub need: Need,
    /// One or two words for the menu.
    pub label: &'static str,
    /// One line of help.
    pub doc: &'static str,
}

macro_rules! actions {
    ($($scope:expr => { $($action:expr, $name:literal, [$($key:literal),*], $need:ident, $label:literal, $doc:literal;)* })*) => {
        &[$($(Spec { action: $action, name: $name, scope: $scope, keys: &[$($key),*], need: Need::$need, label: $label, doc: $doc },)*)*]
    };
}

/// All actions, in the order in which help shows them.
pub static ACTIONS: &[Spec] = actions! {
    Scope::Pane(PaneKind::Query) => {
        Action::EditStatement,    "edit-statement",    ["e"],  Nothing, "edit",    "write or change the statement";
        Action::RunStatement,     "run-statement",     ["f5"], Pane,    "run",     "run the statement again";
        Action::EditOutside,      "edit-outside",      ["v"],  Nothing, "editor",  "write the statement in the editor that `VISUAL` or `EDITOR` names";
        Action::ExplainStatement, "explain-statement", ["E"],  Pane,    "plan",    "the plan of the statement as a tree, as whoever you are or as somebody you name";
        Action::MoreRows,         "more-rows",         ["+"],  Pane,    "more",    "ask again, for ten times as many rows";
    }
    Scope::Pane(PaneKind::Rows) => {
        Action::Open,         "open",          ["enter"],              Row,     "open",      "go down one level";
        Action::EndSession,   "end-session",   ["ctrl-k"],             Row,     "end",       "cancel the query of this session, or end the session; asks first";
        Action::Idle,         "idle",          ["."],                  Pane,    "idle",      "leave idle sessions out, or not";
        Action::ActAs,        "act-as",        ["i"],                  Row,     "act as",    "see what this user sees";
        Action::Filter,       "filter",        ["/"],                  Nothing, "filter",    "filter: words, !word, column op value";
        Action::Describe,     "describe",      ["d"],                  Row,     "describe",  "show the whole record";
        Action::Json,         "json",          ["y"],                  Row,     "json",      "show the record as JSON";
        Action::Copy,         "copy",          ["c"],                  Row,     "copy",      "copy the value under the cursor";
        Action::CopyAs,       "copy-as",       ["Y"],                  Row,     "copy as",   "copy the row or the marked rows as CSV, TSV, JSON, INSERT or Markdown";
        Action::ColumnBefore, "column-before", ["<"],                  Nothing, "column",    "choose the column to the left";
        Action::ColumnAfter,  "column-after",  [">"],                  Nothing, "column",    "choose the column to the right";
        Action::Sort,         "sort",          ["o"],                  Nothing, "sort",      "sort by the chosen column; again: other direction; again: not";
        Action::SortPicker,   "sort-picker",   ["O"],                  Nothing, "sort by",   "choose what to sort by";
        Action::Columns,      "columns",       ["C"],                  Nothing, "columns",   "choose which columns are shown, and in which order";
        Action::Wide,         "wide",          ["W"],                  Nothing, "wide",      "show columns in their full width";
        Action::Mark,         "mark",          ["space"],              Row,     "mark",      "mark the row";
        Action::MarkRange,    "mark-range",    ["V"],                  Row,     "range",     "mark all rows from the last marked one to this";
        Action::ClearMarks,   "clear-marks",   ["\\"],                 Marks,   "unmark",    "take all marks away";
        Action::Why,          "why",           ["w"],                  Row,     "why",       "why somebody sees this row, or may change it: the policies down to every value";
        Action::Who,          "who",           ["U"],                  Row,     "who",       "who can see this row, change or delete it, and what gets around the policies";
        Action::WhatIf,       "what-if",       ["e"],                  Pane,    "what if",   "what if this policy were another: who would gain and lose which rows, before anything exists";
        Action::Explain,      "explain",       ["x"],                  Pane,    "plan",      "the plan of this statement as a tree, as whoever you are or as somebody you name";
        Action::Missing,      "missing",       ["M"],                  Nothing, "missing",   "a row that should be here: is it there, is it hidden, and by what";
        Action::Hidden,       "hidden",        ["H"],                  Nothing, "hidden",    "why the list is empty, or short: what of the table is hidden, by what, and how much";
        Action::Matrix,       "matrix",        ["X"],                  Row,     "matrix",    "who may do what with how many rows, for what the row is";
        Action::Compare,      "compare",       ["="],                  Row,     "compare",   "two users side by side: the marked one and this, the two that are marked, or this and one that is asked for";
        Action::OnlyProblems, "only-problems", ["!"],                  Pane,    "problems",  "show only rows with problems";
        Action::History,      "history",       ["l"],                  Row,     "history",   "what happened to the row, or what the user did";
        Action::Cost,         "cost",          ["$"],                  Row,     "cost",      "what the user, department or organization consumed, and what that cost";
        Action::NextDimension, "next-dimension", ["v"],                Pane,    "by",        "tell usage apart by the next of organization, department, user, model, operation, record";
        Action::NextPeriod,   "next-period",   ["p"],                  Pane,    "per",       "bars for days, weeks or months";
        Action::NextMeasure,  "next-measure",  ["m"],                  Pane,    "measure",   "draw the next of money, tokens, units and calls";
        Action::SpanBefore,   "span-before",   ["("],                  Pane,    "earlier",   "the month before, or as many days";
        Action::SpanAfter,    "span-after",    [")"],                  Pane,    "later",     "the month after, or as many days";
        Action::Time,         "time",          ["T"],                  Pane,    "time",      "go to a time in the timeline";
        Action::Follow,       "follow",        ["F"],                  Pane,    "follow",    "show new events as they come, or stop";
        Action::ExportList,   "export-list",   ["E"],                  Pane,    "export",    "write all rows that pass the filter into a new file, as NDJSON or CSV; esc stops it";
    }
    Scope::Pane(PaneKind::Matrix) => {
        Action::Open,         "explain-cell",  ["enter", "w"],         Row,     "explain",   "with which rows they can do it and with which not, by classes of rows, down to why";
        Action::NextCommand,  "next-command-of-all", ["t"],            Nothing, "command",   "figures for the next of select, insert, update and delete";
        Action::Letters,      "letters",       ["A"],                  Nothing, "all four",  "all four commands in each cell: S every row, s some, 0 none, - default deny, ! error; or one with its figures";
        Action::Filter,       "filter-matrix", ["/"],                  Nothing, "filter",    "filter: can:delete, role:admin orgs:>1, user:ali, org:acme, table:mail, state:error, rows:>9, share:<50, all:select; ! turns one around";
        Action::ColumnBefore, "cell-before",   ["<"],                  Nothing, "left",      "the cell to the left";
        Action::ColumnAfter,  "cell-after",    [">"],                  Nothing, "right",     "the cell to the right";
        Action::Unfold,       "unfold-class",  ["l"],                  Row,     "unfold",    "show everybody in the class";
        Action::FoldUp,       "fold-class",    ["h"],                  Row,     "fold",      "put the class together again";
        Action::FoldAll,      "fold-classes",  ["F"],                  Row,     "unfold all", "unfold every class, or fold all";
        Action::Sort,         "sort-matrix",   ["o"],                  Nothing, "sort",      "sort by the chosen column: most rows first; again: fewest; again: not";
        Action::SortPicker,   "sort-matrix-by", ["O"],                 Nothing, "sort by",   "choose what to sort by";
        Action::Mark,         "mark-user",     ["space"],              Row,     "mark",      "mark the user";
        Action::ClearMarks,   "clear-user-marks", ["\\"],              Marks,   "unmark",    "take all marks away";
        Action::Compare,      "compare-users", ["="],                  Row,     "compare",   "two users side by side: the marked one and this, or the two that are marked";
        Action::Hidden,       "hidden-of-cell", ["H"],                 Row,     "hidden",    "what of the table is hidden from them, by what, and how much";
        Action::ActAs,        "act-as-user",   ["i"],                  Row,     "act as",    "see what this user sees";
        Action::Describe,     "describe-user", ["d"],                  Row,     "describe",  "all that is known about the user";
        Action::Copy,         "copy-cell",     ["c"],                  Row,     "copy",      "copy the cell";
        Action::CopyAs,       "copy-matrix",   ["Y"],                  Row,     "copy as",   "copy the marked users, or all that are shown, as CSV, TSV, JSON, INSERT or Markdown";
    }
    Scope::Pane(PaneKind::Text) => {
        Action::Search,        "search",         ["/"],      Nothing, "search",   "look for a word";
        Action::NextMatch,     "next-match",     ["n"],      Nothing, "next",     "go to the next match";
        Action::PreviousMatch, "previous-match", ["N"],      Nothing, "previous", "go to the match before";
        Action::Wrap,          "wrap",           ["W"],      Nothing, "wrap",     "wrap long lines, or cut them";
        Action::Copy,          "copy-text",      ["c", "Y"], Nothing, "copy",     "copy the text";
    }
    Scope::Pane(PaneKind::Why) => {
        Action::Fold,         "fold",          ["space"],  Row,     "fold",         "fold the part under the cursor, or unfold it";
        Action::FoldUp,       "fold-up",       ["h", "left"],  Row, "fold",         "fold the part, or go to the one that it is in";
        Action::Unfold,       "unfold",        ["l", "right"], Row, "unfold",       "unfold the part, or go into it";
        Action::FoldAll,      "fold-all",      ["F"],      Row,     "fold all",     "unfold everything; again: fold what does not matter; again: fold everything";
        Action::NextCommand,  "next-command",  ["t"],      Nothing, "next command", "the next of select, insert, update and delete";
        Action::Commands,     "commands",      ["T"],      Nothing, "commands",     "choose among all commands and their variants";
        Action::Whom,         "whom",          ["a"],      Nothing, "as whom",      "ask about somebody else, without acting as them";
        Action::PolicyText,   "policy-text",   ["p"],      Nothing, "policy text",  "the expressions as the server prints them, or as people read them";
        Action::EditRow,      "edit-row",      ["e"],      Row,     "edit",         "other values of the row, another policy or statement: what would come of it; on a leak, what would mend it";
        Action::TryIt,        "try-it",        ["r"],      Row,     "run",          "run the real statement and undo it, to compare; asks first";
        Action::Intend,       "intend",        ["m"],      Pane,    "meant",        "this user, or all of the line, is meant to see every organization: leave them out";
        Action::Export,       "export",        ["E"],      Pane,    "export",       "write the migrations into a directory that you name; asks first, never over another file";
        Action::Describe,     "describe-step", ["d"],      Pane,    "step",         "all that the server says of this step of the plan";
        Action::Explain,      "explain-this",  ["x"],      Pane,    "plan",         "the plan of reading the table, as a tree";
        Action::CopyAs,       "copy-why",      ["Y"],      Row,     "copy as",      "copy the explanation as text, Markdown or JSON";
    }
    Scope::Pane(PaneKind::Sheet) => {
        Action::Why,           "why-this",        ["w"],     Pane,    "why",      "why somebody sees this row, or may change it";
        Action::Who,           "who-this",        ["U"],     Pane,    "who",      "who can see this row, change or delete it, and what gets around the policies";
        Action::Open,          "open-line",       ["enter"], Row,     "open",     "go where the line leads";
        Action::ActAs,         "act-as-this",     ["i"],     Pane,    "act as",   "see what this user sees";
        Action::Cost,          "cost-of-this",    ["$"],     Pane,    "cost",     "what it consumed, and what that cost";
        Action::History,       "history-of-this", ["l"],     Pane,    "history",  "what happened to it, or what the user did";
        Action::MigrateUp,     "migrate-up",      ["u"],     Pane,    "up",       "take the migrations that are pending, up to the one under the cursor; shows what will run, and asks first";
        Action::MigrateDown,   "migrate-down",    ["D"],     Pane,    "down",     "undo the migration under the cursor and all after it; shows what will run, and asks first";
        Action::MigrateAgain,  "migrate-again",   ["R"],     Pane,    "redo",     "undo the migration under the cursor and all after it, and take them again; asks first";
        Action::Foresee,       "forecast",        ["F"],     Pane,    "forecast", "who would see more or fewer rows if the migrations up to the one under the cursor ran; counted, and nothing runs";
        Action::Search,        "search-sheet",    ["/"],     Nothing, "search",   "look for a word";
        Action::NextMatch,     "next-in-sheet",   ["n"],     Nothing, "next",     "go to the next match";
        Action::PreviousMatch, "previous-in-sheet", ["N"],   Nothing, "previous", "go to the match before";
        Action::Copy,          "copy-line",       ["c"],     Row,     "copy",     "copy the value on the line";
        Action::CopyAs,        "copy-sheet",      ["Y"],     Row,     "copy all", "copy everything as text";
    }
    Scope::List => {
        Action::Down,     "down",      ["j", "down"],            Nothing, "down",      "next row";
        Action::Up,       "up",        ["k", "up"],              Nothing, "up",        "row before";
        Action::Left,     "left",      ["left"],                 Nothing, "left",      "columns to the left; key columns stay";
        Action::Right,    "right",     ["right"],                Nothing, "right",     "columns to the right; key columns stay";
        Action::PageDown, "page-down", ["pagedown"],             Nothing, "page down", "next page";
        Action::PageUp,   "page-up",   ["pageup"],               Nothing, "page up",   "page before";
        Action::HalfDown, "half-down", ["ctrl-d"],               Nothing, "half down", "half a page down";
        Action::HalfUp,   "half-up",   ["ctrl-u"],               Nothing, "half up",   "half a page up";
        Action::First,    "first",     ["g g", "home"],          Nothing, "top",       "first row of all";
        Action::Last,     "last",      ["G", "end"],             Nothing, "bottom",    "last row of all";
        Action::Save,     "save",      ["ctrl-s"],               Pane,    "save",      "save what is shown as a file";
    }
    Scope::Global => {
        Action::CommandLine,    "command-line",    [":"],               Nothing,    "command",  "type a command; Tab completes, Up brings back older ones";
        Action::Help,           "help",            ["?", "f1"],         Nothing,    "help",     "all keys of this place; Enter does it, typing filters";
        Action::Find,           "find",            ["ctrl-p"],          Nothing,    "find",     "find anything: actions, views, users, organizations; paste an id";
        Action::Back,           "back",            ["q", "backspace"],  Nothing,    "back",     "go back up; at the root, ask to quit";
        Action::Escape,         "escape",          ["esc"],             Nothing,    "stop",     "stop the load, close the popup, clear the filter, clear the marks, go back: the first that applies";
        Action::Interrupt,      "interrupt",       ["ctrl-c"],          Nothing,    "cancel",   "cancel what the server does for us; twice: quit";
        Action::LastView,       "last-view",       ["-"],               Nothing,    "last",     "the view before this one, and back again";
        Action::HistoryBack,    "history-back",    ["["],               Nothing,    "earlier",  "one view back in history";
        Action::HistoryForward, "history-forward", ["]"],               Nothing,    "later",    "one view forward in history";
        Action::Go(View::Home),          "go-home",          ["g h"], Nothing, "home",          "go home";
        Action::Go(View::Organizations), "go-organizations", ["g o"], Nothing, "organizations", "go to the organizations";
        Action::Go(View::Departments),   "go-departments",   ["g d"], Nothing, "departments",   "go to the departments";
        Action::Go(View::Users),         "go-users",         ["g u"], Nothing, "users",         "go to the users";
        Action::Go(View::Roles),         "go-roles",         ["g r"], Nothing, "roles",         "go to the roles";
        Action::Go(View::Memberships),   "go-memberships",   ["g b"], Nothing, "memberships",   "go to the memberships";
        Action::Go(View::Grants),        "go-grants",        ["g n"], Nothing, "grants",        "go to the grants";
        Action::Go(View::Tables),        "go-tables",        ["g t"], Nothing, "tables",        "go to the tables";
        Action::Go(View::Policies),      "go-policies",      ["g p"], Nothing, "policies",      "go to the policies";
        Action::Go(View::Sql),           "go-sql",           ["g s"], Nothing, "sql",           "go to SQL of your own";
        Action::Go(View::Matrix),        "go-matrix",        ["g x"], Nothing, "matrix",        "go to who may do what with how many rows";
        Action::Go(View::Migrations),    "go-migrations",    ["g m"], Nothing, "migrations",    "go to the migrations";
        Action::Go(View::Usage),         "go-usage",         ["g c"], Nothing, "usage",         "go to what was consumed and what it cost";
        Action::Go(View::Limits),        "go-limits",        ["g k"], Nothing, "limits",        "go to how much may be consumed";
        Action::Go(View::Audit),         "go-audit",         ["g a"], Nothing, "audit",         "go to what happened";
        Action::Go(View::Server(Topic::Activity)),   "go-activity",   ["g q"], Nothing, "activity",   "go to the sessions of the server and what they run";
        Action::Go(View::Server(Topic::Locks)),      "go-locks",      ["g l"], Nothing, "locks",      "go to the locks: who waits for whom";
        Action::Go(View::Server(Topic::Statements)), "go-statements", ["g e"], Nothing, "statements", "go to the statements and what they cost";
        Action::Go(View::Server(Topic::Indexes)),    "go-indexes",    ["g i"], Nothing, "indexes",    "go to the indexes";
        Action::Go(View::Server(Topic::Sizes)),      "go-sizes",      ["g v"], Nothing, "sizes",      "go to the sizes of tables";
        Action::GoMenu,         "go-menu",         ["g ?"],             Nothing,    "go to",    "list where `g` leads";
        Action::Scope(0),       "scope-all",       ["0"],               Nothing,    "all",      "all organizations";
        Action::Scope(1),       "scope-1",         ["1"],               Nothing,    "scope",    "only the first favourite organization";
        Action::Scope(2),       "scope-2",         ["2"],               Nothing,    "scope",    "only the second favourite organization";
        Action::Scope(3),       "scope-3",         ["3"],               Nothing,    "scope",    "only the third favourite organization";
        Action::Scope(4),       "scope-4",         ["4"],               Nothing,    "scope",    "only the fourth favourite organization";
        Action::Scope(5),       "scope-5",         ["5"],               Nothing,    "scope",    "only the fifth favourite organization";
        Action::Scope(6),       "scope-6",         ["6"],               Nothing,    "scope",    "only the sixth favourite organization";
        Action::Scope(7),       "scope-7",         ["7"],               Nothing,    "scope",    "only the seventh favourite organization";
        Action::Scope(8),       "scope-8",         ["8"],               Nothing,    "scope",    "only the eighth favourite organization";
        Action::Scope(9),       "scope-9",         ["9"],               Nothing,    "scope",    "only the ninth favourite organization";
        Action::StopActing,     "stop-acting",     ["I"],               Acting,     "stop acting", "stop acting as somebody";
        Action::FullScreen,     "full-screen",     ["f"],               Nothing,    "full",     "give the whole screen to the pane, or not";
        Action::NextPane,       "next-pane",       ["tab", "shift-tab"], Nothing,   "other",    "go to the preview and back";
        Action::Freeze,         "freeze",          ["z"],               Nothing,    "freeze",   "stop refreshing, or go on";
        Action::Bookmark,       "bookmark",        ["b"],               Nothing,    "bookmark", "remember this view";
        Action::Bookmarks,      "bookmarks",       ["B"],               Nothing,    "bookmarks", "go to a remembered view";
        Action::SqlLog,         "sql-log",         ["@"],               Nothing,    "sql log",  "every question asked, with its identity, time and outcome";
        Action::Reload,         "reload",          ["ctrl-r"],          Nothing,    "reload",   "ask the database again; reconnect now";
        Action::Redraw,         "redraw",          ["ctrl-l"],          Nothing,    "redraw",   "draw the screen anew";
        Action::Suspend,        "suspend",         ["ctrl-z"],          Nothing,    "suspend",  "back to the shell; `fg` returns";
        Action::Quit,           "quit",            [],                  Nothing,    "quit",     "leave purview (`:q`)";
    }
    Scope::Popup => {
        Action::Accept,           "accept",             ["enter"],                Nothing, "choose",   "do what is chosen";
        Action::Close,            "close",              ["esc", "ctrl-g"],        Nothing, "close",    "close the popup";
        Action::NextItem,         "next-item",          ["down", "tab", "ctrl-n"], Nothing, "next",    "next entry or button";
        Action::PreviousItem,     "previous-item",      ["up", "shift-tab", "ctrl-p"], Nothing, "previous", "entry or button before";
        Action::NextItemPage,     "next-item-page",     ["pagedown"],             Nothing, "page down", "next page of entries";
        Action::PreviousItemPage, "previous-item-page", ["pageup"],               Nothing, "page up",  "page of entries before";
        Action::Toggle,           "toggle",             ["space"],                Nothing, "on or off", "show the column or not";
        Action::ChooseCancel,     "choose-cancel",      ["c"],                    Nothing, "cancel",   "choose to cancel the query; enter does it";
        Action::ChooseTerminate,  "choose-terminate",   ["t"],                    Nothing, "terminate", "choose to end the session; enter does it";
        Action::MoveUp,           "move-up",            ["K", "<"],               Nothing, "earlier",  "move the column to the left";
        Action::MoveDown,         "move-down",          ["J", ">"],               Nothing, "later",    "move the column to the right";
    }
    Scope::Editor => {
        Action::NewLine,          "new-line",             ["enter"],                        Nothing, "new line",  "begin another line";
        Action::RunText,          "run-text",             ["f5", "ctrl-s", "ctrl-j", "alt-enter"], Nothing, "ask", "take what was written, and ask";
        Action::EditOutside,      "text-outside",         ["f4"],                           Nothing, "editor",    "go on writing in the editor that `VISUAL` or `EDITOR` names, where the pane can take that back";
        Action::Undo,             "undo",                 ["ctrl-z", "ctrl-7"],             Nothing, "undo",      "take the last change back";
        Action::Redo,             "redo",                 ["ctrl-y"],                       Nothing, "redo",      "make it again";
        Action::RecallText,       "recall-text",          ["ctrl-r"],                       Nothing, "recall",    "bring back what was run before and holds what is typed; again: the one before";
        Action::NextItemPage,     "text-page-down",       ["pagedown"],                     Nothing, "page down", "next page of the text";
        Action::PreviousItemPage, "text-page-up",         ["pageup"],                       Nothing, "page up",   "page of the text before";
    }
    Scope::Prompt => {
        Action::Submit,        "submit",          ["enter", "ctrl-j"],       Nothing, "do it",  "take what was typed";
        Action::Cancel,        "cancel",          ["esc", "ctrl-g", "ctrl-c"], Nothing, "cancel", "leave without doing anything";
        Action::Complete,      "complete",        ["tab"],                   Nothing, "complete", "take the suggestion";
        Action::Older,         "older",           ["up", "ctrl-p"],          Nothing, "older",  "what was typed before";
        Action::Newer,         "newer",           ["down", "ctrl-n"],        Nothing, "newer",  "what was typed after that";
        Action::CursorLeft,    "cursor-left",     ["left"],                  Nothing, "left",   "one character left";
        Action::CursorRight,   "cursor-right",    ["right"],                 Nothing, "right",  "one character right; at the end, take the suggestion";
        Action::WordLeft,      "word-left",       ["ctrl-left", "alt-b"],    Nothing, "word left", "one word left";
        Action::WordRight,     "word-right",      ["ctrl-right", "alt-f"],   Nothing, "word right", "one word right";
        Action::LineStart,     "line-start",      ["home", "ctrl-a"],        Nothing, "start",  "start of the line";
        Action::LineEnd,       "line-end",        ["end", "ctrl-e"],         Nothing, "end",    "end of the line";
        Action::DeleteBefore,  "delete-before",   ["backspace"],             Nothing, "delete", "delete the character before";
        Action::DeleteAfter,   "delete-after",    ["delete", "ctrl-d"],      Nothing, "delete", "delete the character after";
        Action::DeleteWord,    "delete-word",     ["ctrl-w", "alt-backspace"], Nothing, "delete word", "delete the word before";
        Action::DeleteToStart, "delete-to-start", ["ctrl-u"],                Nothing, "clear",  "delete everything before";
    }
};

impl Action {
    /// Its row in the table; the innermost one where it has several.
    pub fn spec(self) -> &'static Spec {
        ACTIONS
            .iter()
            .find(|spec| spec.action == self)
            .expect("a test walks over every action that a key can give")
    }
}

/// What the presets other than the default one bind differently.
pub mod preset {
    /// A set of default keys.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub enum Preset {
        /// As in k9s and lazygit.
        #[default]
        K9s,
        /// Closer to vim.
        Vim,
        /// Arrows, function keys and Ctrl; letters only where nothing else is left.
        Plain,
    }

    /// The name of an action, and its keys.
    type Binding = (&'static str, &'static [&'static str]);

    impl Preset {
        /// All presets, with their names.
        pub const ALL: [(&'static str, Self); 3] =
            [("k9s", Self::K9s), ("vim", Self::Vim), ("plain", Self::Plain)];

        /// The preset called `name`.
        pub fn named(name: &str) -> Option<Self> {
            Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, preset)| *preset)
        }

        /// What it binds differently from the table.
        pub const fn differs(self) -> &'static [Binding] {
            match self {
                Self::K9s => &[],
                Self::Vim => VIM,
                Self::Plain => PLAIN,
            }
        }
    }

    const VIM: &[Binding] = &[
        ("page-down", &["pagedown", "ctrl-f"]),
        ("page-up", &["pageup", "ctrl-b"]),
        ("history-back", &["[", "ctrl-o"]),
        ("last-view", &["-", "ctrl-^"]),
        ("left", &["h", "left"]),
        ("right", &["l", "right"]),
        ("history", &["L"]),
        ("history-of-this", &["L"]),
        ("copy", &["y y"]),
        ("copy-as", &["Y"]),
        ("json", &["y j"]),
        ("full-screen", &["f", "ctrl-w o"]),
        ("next-pane", &["tab", "shift-tab", "ctrl-w w"]),
    ];

    const PLAIN: &[Binding] = &[
        ("help", &["f1", "?"]),
        ("describe", &["f3"]),
        ("json", &["f4"]),
        ("reload", &["f5", "ctrl-r"]),
        ("sort-picker", &["f6"]),
        ("columns", &["f7"]),
        ("find", &["ctrl-p", "f8"]),
        ("act-as", &["f9"]),
        ("stop-acting", &["shift-f9", "f10"]),
        ("full-screen", &["f11"]),
        ("command-line", &["f2", ":"]),
        ("filter", &["ctrl-f", "/"]),
        ("search", &["ctrl-f", "/"]),
        ("search-sheet", &["ctrl-f", "/"]),
        ("act-as-this", &["f9"]),
        ("down", &["down"]),
        ("up", &["up"]),
        ("left", &["left"]),
        ("right", &["right"]),
        ("first", &["home", "ctrl-home"]),
        ("last", &["end", "ctrl-end"]),
        ("back", &["backspace"]),
        ("history-back", &["alt-left"]),
        ("history-forward", &["alt-right"]),
    ];
}
