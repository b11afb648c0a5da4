//! A statement in the making: fixed text, quoted names, checked expressions, the catalog's own expressions and bound values.
//!
//! No value ever becomes text of the statement: [`Sql::bind`] is the only way in for one.

use super::{Deparsed, RelationName, Typed, Verbatim, name::quote_ident, script::quote_literal};
use crate::mapping::Expression;

/// A statement or a part of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sql {
    pieces: Vec<Piece>,
    /// The relations that it names.
    relations: Vec<RelationName>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Bind(Option<String>),
}

impl Sql {
    /// A statement that begins with `text`.
    pub fn new(text: &'static str) -> Self {
        let mut sql = Self::default();
        sql.push(text);
        sql
    }

    /// Adds text of the program's own.
    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text(text)
    }

    /// Adds an identifier, quoted.
    pub fn ident(&mut self, name: &str) -> &mut Self {
        self.text(&quote_ident(name))
    }

    /// Adds `alias."column"`.
    pub fn column(&mut self, alias: &'static str, column: &str) -> &mut Self {
        self.text(alias).text(".").text(&quote_ident(column))
    }

    /// Adds a relation with its schema, quoted.
    pub fn relation(&mut self, relation: &RelationName) -> &mut Self {
        if !self.relations.contains(relation) {
            self.relations.push(relation.clone());
        }
        self.text(&relation.quoted())
    }

    /// The relations that it names, but for those in what the server printed or a person typed.
    pub(super) fn relations(&self) -> impl Iterator<Item = &RelationName> {
        self.relations.iter()
    }

    /// Adds a value, bound as text and read by the server as `type_name`.
    pub fn bind(&mut self, value: Option<&str>, type_name: &'static str) -> &mut Self {
        self.pieces.push(Piece::Bind(value.map(str::to_owned)));
        self.text("::").text(type_name)
    }

    /// Adds a value, bound as text and read by the server as the type of that name, which is quoted.
    pub fn bind_as(&mut self, value: Option<&str>, type_name: &RelationName) -> &mut Self {
        self.pieces.push(Piece::Bind(value.map(str::to_owned)));
        self.text("::").text(&type_name.quoted())
    }

    /// Adds a list of values, bound as one array and read by the server as `type_name`, which is that of an array.
    pub fn bind_list(&mut self, values: &[Option<String>], type_name: &'static str) -> &mut Self {
        self.bind(Some(&array_literal(values)), type_name)
    }

    /// The same, where `element` is the type of one value.
    pub(crate) fn bind_list_as(
        &mut self,
        values: &[Option<String>],
        element: &RelationName,
    ) -> &mut Self {
        self.bind_as(Some(&array_literal(values)), element).push("[]")
    }

    /// Adds a number of rows or the like, which cannot be anything but digits.
    pub fn number(&mut self, number: u64) -> &mut Self {
        self.text(&number.to_string())
    }

    /// Adds another part with its values.
    pub fn append(&mut self, other: &Self) -> &mut Self {
        for piece in &other.pieces {
            match piece {
                Piece::Text(text) => {
                    self.text(text);
                }
                Piece::Bind(value) => self.pieces.push(Piece::Bind(value.clone())),
            }
        }
        for relation in &other.relations {
            if !self.relations.contains(relation) {
                self.relations.push(relation.clone());
            }
        }
        self
    }

    /// Adds an expression of a mapping, which was parsed and found to be a single expression.
    pub fn checked(&mut self, expression: &Expression) -> &mut Self {
        self.text("(").text(expression.text()).text(")")
    }

    /// Adds what the server printed out of its catalogs; why that may be, [`Deparsed`] says. Without parentheses of its own.
    pub fn deparsed(&mut self, expression: &Deparsed) -> &mut Self {
        self.text(expression.as_str())
    }

    /// Adds a statement of somebody's own hand; why that may be, [`Verbatim`] says. Nothing is bound beside it: its open values would be taken for those.
    pub fn verbatim(&mut self, statement: &Verbatim) -> &mut Self {
        self.text(statement.text())
    }

    /// Adds a statement that a person typed, which was parsed and found to be one that only reads. Without parentheses of its own.
    pub fn typed(&mut self, typed: &Typed) -> &mut Self {
        self.text(typed.text())
    }

    /// Whether nothing has been added yet.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The statement as the server gets it, values as `$1`, `$2`, ….
    pub fn render(&self) -> (String, Vec<Option<String>>) {
        self.render_with(|number| format!("${number}"))
    }

    /// The statement as a person reads it: values where they stand.
    pub fn shown(&self) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Bind(Some(value)) => text.push_str(&quote_literal(value)),
                Piece::Bind(None) => text.push_str("NULL"),
            }
        }
        text
    }

    /// The statement for EXECUTE … USING an array: values as `($1)[1]`, `($1)[2]`, ….
    pub(super) fn render_for_array(&self) -> (String, Vec<Option<String>>) {
        self.render_with(|number| format!("($1)[{number}]"))
    }

    fn render_with(&self, placeholder: impl Fn(usize) -> String) -> (String, Vec<Option<String>>) {
        let mut text = String::new();
        let mut binds = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Bind(value) => {
                    binds.push(value.clone());
                    text.push_str(&placeholder(binds.len()));
                }
            }
        }
        (text, binds)
    }

    fn text(&mut self, text: &str) -> &mut Self {
        match self.pieces.last_mut() {
            Some(Piece::Text(last)) => last.push_str(text),
            Some(Piece::Bind(_)) | None => self.pieces.push(Piece::Text(text.to_owned())),
        }
        self
    }
}

/// Parts joined by `separator`.
pub(crate) fn join<'a>(parts: impl IntoIterator<Item = &'a Sql>, separator: &'static str) -> Sql {
    let mut joined = Sql::default();
    for (index, part) in parts.into_iter().enumerate() {
        if index > 0 {
            joined.push(separator);
        }
        joined.append(part);
    }
    joined
}

/// An array as PostgreSQL reads it (documentation, 8.15.2): every element quoted, NULL bare.
pub(super) fn array_literal(values: &[Option<String>]) -> String {
    let elements = values.iter().map(|value| match value {
        Some(value) => format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")),
        None => "NULL".to_owned(),
    });
    format!("{{{}}}", elements.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_array_keeps_quotes_backslashes_and_nulls() {
        let values = [Some("a\"b\\c".to_owned()), None, Some(String::new()), Some("NULL".into())];
        assert_eq!(array_literal(&values), r#"{"a\"b\\c",NULL,"","NULL"}"#);
    }

    #[test]
    fn parts_keep_their_values_in_order() {
        let mut tail = Sql::new(" AND b = ");
        tail.bind(Some("2"), "int");
        let mut sql = Sql::new("SELECT 1 WHERE a = ");
        sql.bind(Some("1"), "text").append(&tail);
        let (text, binds) = sql.render();
        assert_eq!(text, "SELECT 1 WHERE a = $1::text AND b = $2::int");
        assert_eq!(binds, [Some("1".into()), Some("2".into())]);
    }

    proptest! {
        #[test]
        fn a_value_never_becomes_text(value in ".*") {
            let mut sql = Sql::new("SELECT ");
            sql.bind(Some(&value), "text");
            prop_assert_eq!(sql.render().0, "SELECT $1::text");
        }

        #[test]
        fn an_identifier_cannot_leave_its_quotes(name in ".*") {
            let mut sql = Sql::default();
            sql.ident(&name);
            let text = sql.render().0;
            let inside = &text[1..text.len() - 1];
            prop_assert!(!inside.replace("\"\"", "").contains('"'));
        }
    }
}
