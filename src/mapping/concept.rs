//! What all concepts have in common: a source, and canonical columns that are expressions over it.

use super::{Expression, Extra, Label, Source};

/// What sort of value a canonical column holds; `check` holds the database to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// A key: compared and sorted by.
    Key,
    /// The id of an organization, of the type that organizations have.
    OrganizationId,
    /// The id of a department, of the type that departments have.
    DepartmentId,
    /// The id of a user, of the type that users have.
    UserId,
    /// An instant.
    Time,
    /// True or false.
    Flag,
    /// A number.
    Number,
    /// Anything, shown as text.
    Text,
}

/// One canonical column of a concept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column<'a> {
    /// Its canonical name.
    pub name: &'static str,
    /// What it must hold.
    pub shape: Shape,
    /// Its value.
    pub expression: &'a Expression,
}

/// What the format says of one canonical column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Canonical {
    /// Its name.
    pub name: &'static str,
    /// What it must hold.
    pub shape: Shape,
    /// Whether a mapping may not leave it out.
    pub needed: bool,
}

/// One source of a concept with its columns, whatever the concept.
#[derive(Debug, Clone)]
pub struct Concept<'a> {
    /// The key of the file: `user`, `membership`, ….
    pub key: &'static str,
    /// What people call it: the label, or the name of the source.
    pub title: String,
    /// Where its rows come from.
    pub source: &'a Source,
    /// The canonical columns that it has.
    pub columns: Vec<Column<'a>>,
    /// The extra columns.
    pub extra: &'a [Extra],
}

impl<'a> Concept<'a> {
    /// All values that are shown of it, canonical and extra.
    pub fn expressions(&self) -> impl Iterator<Item = &'a Expression> {
        let columns = self.columns.iter().map(|column| column.expression);
        columns
            .chain(self.extra.iter().map(|extra| &extra.expression))
            .collect::<Vec<_>>()
            .into_iter()
    }
}

/// An expression that a mapping gives or leaves out.
pub(super) trait Given {
    /// Whether the format asks for it.
    const NEEDED: bool;
    /// It, if it is given.
    fn given(&self) -> Option<&Expression>;
}

impl Given for Expression {
    const NEEDED: bool = true;

    fn given(&self) -> Option<&Expression> {
        Some(self)
    }
}

impl Given for Option<Expression> {
    const NEEDED: bool = false;

    fn given(&self) -> Option<&Expression> {
        self.as_ref()
    }
}

/// A part of a concept that may say what people call it.
pub(super) trait Named {
    /// What people call it.
    fn name(&self) -> Option<String>;
}

impl Named for Label {
    fn name(&self) -> Option<String> {
        Some(self.one.clone())
    }
}

impl Named for String {
    fn name(&self) -> Option<String> {
        Some(self.clone())
    }
}

impl Named for Vec<Extra> {
    fn name(&self) -> Option<String> {
        None
    }
}

/// Declares a concept once: its struct, how it is read, and the list of its columns.
///
/// Before the semicolon stands what is no expression, each with its key; after it the canonical columns, each with its [`Shape`].
macro_rules! concept {
    (
        $(#[$doc:meta])*
        $Name:ident in $key:literal {
            $($(#[$own_doc:meta])* $own:ident: $Own:ty = $own_key:literal,)*;
            $($(#[$column_doc:meta])* $column:ident: $Column:ty as $shape:ident,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $Name {
            $($(#[$own_doc])* pub $own: $Own,)*
            /// Where the rows come from.
            pub source: $crate::mapping::Source,
            $($(#[$column_doc])* pub $column: $Column,)*
        }

        impl $Name {
            /// The key of the file.
            pub const KEY: &'static str = $key;

            /// The canonical columns, in the order of the format.
            pub const CANONICAL: &'static [$crate::mapping::Canonical] = &[
                $($crate::mapping::Canonical {
                    name: stringify!($column),
                    shape: $crate::mapping::Shape::$shape,
                    needed: <$Column as $crate::mapping::concept::Given>::NEEDED,
                },)*
            ];

            /// What people call it: the label, the name of the source, or the key of the file.
            pub fn title(&self) -> String {
                let own: &[&dyn $crate::mapping::concept::Named] = &[$(&self.$own,)*];
                own.iter()
                    .find_map(|own| own.name())
                    .unwrap_or_else(|| Self::KEY.replace('_', " "))
            }

            /// The canonical columns that are given, in the order of the format.
            pub fn columns(&self) -> Vec<$crate::mapping::Column<'_>> {
                let all = [$((
                    stringify!($column),
                    $crate::mapping::Shape::$shape,
                    $crate::mapping::concept::Given::given(&self.$column),
                ),)*];
                all.into_iter()
                    .filter_map(|(name, shape, expression)| {
                        Some($crate::mapping::Column { name, shape, expression: expression? })
                    })
                    .collect()
            }

            /// The same for code that treats all concepts alike.
            pub(super) fn concept<'a>(
                &'a self,
                extra: &'a [$crate::mapping::Extra],
            ) -> $crate::mapping::Concept<'a> {
                $crate::mapping::Concept {
                    key: Self::KEY,
                    title: self.title(),
                    source: &self.source,
                    columns: self.columns(),
                    extra,
                }
            }

            /// Reads the concept; `None` when something was refused.
            pub(super) fn read(fields: &$crate::mapping::page::Fields<'_>) -> Option<Self> {
                use $crate::mapping::part::Part;
                // Everything is read before the first mistake counts.
                let source = $crate::mapping::Source::read(fields);
                $(let $own = <$Own as Part>::read(fields, $own_key);)*
                $(let $column = <$Column as Part>::read(fields, stringify!($column));)*
                fields.refuse_the_rest();
                Some(Self { source: source?, $($own: $own?,)* $($column: $column?,)* })
            }
        }
    };
}

pub(super) use concept;
