//! Writes a parsed expression out again, word by word, if every word of it is known to be harmless.
//!
//! What comes out is made of this file's own keywords, of names and literals quoted here, and of functions, operators and types from the lists beside
//! it, in the order in which they were typed. So where PostgreSQL's lexer and the parser's disagree about comments, quotes or escapes, nothing
//! follows from it; and where they disagree about precedence, PostgreSQL decides, over the same harmless words.

mod calls;
mod literals;
mod names;

use sqlparser::ast::{
    Array, CaseWhen, CastKind, DataType, Expr, ExtractSyntax, Ident, Interval, ObjectName,
    Subscript, TypedString, UnaryOperator, Value,
};

pub(super) use self::names::column;
use self::{
    calls::field_name,
    literals::{is_number, literal},
    names::{bare, name_of},
};
use super::{
    ColumnUse, operators,
    types::{self, TypeName},
};
use crate::pg::RelationName;

/// Deeper than anybody reads, shallow enough for any stack.
const DEEPEST: usize = 60;

/// Why a sub-query is refused.
pub(super) const SUB_QUERY: &str = "a sub-query cannot stand in a mapping; use `joins`";

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) columns: Vec<ColumnUse>,
    pub(super) types: Vec<RelationName>,
    pub(super) bare: Option<ColumnUse>,
}

/// The text so far, and what it names.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    aliases: &'a [&'a str],
    text: String,
    columns: Vec<ColumnUse>,
    types: Vec<RelationName>,
    depth: usize,
}

type Outcome = Result<(), String>;

impl<'a> Writer<'a> {
    /// Writes `expr`, whose columns belong to `aliases`; fails with the reason.
    pub(super) fn write(expr: &Expr, aliases: &'a [&'a str]) -> Result<Written, String> {
        let mut writer =
            Self { aliases, text: String::new(), columns: Vec::new(), types: Vec::new(), depth: 0 };
        writer.expr(expr)?;
        writer.columns.sort();
        writer.columns.dedup();
        writer.types.sort();
        writer.types.dedup();
        let bare = bare(expr).and_then(|parts| name_of(parts).ok());
        Ok(Written { text: writer.text, columns: writer.columns, types: writer.types, bare })
    }

    fn put(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    fn expr(&mut self, expr: &Expr) -> Outcome {
        if self.depth == DEEPEST {
            return Err("the expression is nested too deeply".to_owned());
        }
        self.depth += 1;
        self.any(expr)?;
        self.depth -= 1;
        Ok(())
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what is not on the list is refused")]
    fn any(&mut self, expr: &Expr) -> Outcome {
        match expr {
            Expr::Identifier(name) => {
                Err(format!("`{name}` does not say whose column it is; write `t.{name}`"))
            }
            Expr::CompoundIdentifier(parts) => self.column(parts),
            Expr::CompoundFieldAccess { .. } => self.element(expr),
            Expr::Value(value) => self.value(&value.value),
            Expr::Nested(inner) => self.between("(", inner, ")"),
            Expr::IsNull(inner) => self.before(inner, " IS NULL"),
            Expr::IsNotNull(inner) => self.before(inner, " IS NOT NULL"),
            Expr::IsTrue(inner) => self.before(inner, " IS TRUE"),
            Expr::IsNotTrue(inner) => self.before(inner, " IS NOT TRUE"),
            Expr::IsFalse(inner) => self.before(inner, " IS FALSE"),
            Expr::IsNotFalse(inner) => self.before(inner, " IS NOT FALSE"),
            Expr::IsUnknown(inner) => self.before(inner, " IS UNKNOWN"),
            Expr::IsNotUnknown(inner) => self.before(inner, " IS NOT UNKNOWN"),
            Expr::IsDistinctFrom(left, right) => self.infix(left, "IS DISTINCT FROM", right),
            Expr::IsNotDistinctFrom(left, right) => self.infix(left, "IS NOT DISTINCT FROM", right),
            Expr::BinaryOp { left, op, right } => self.infix(left, operators::binary(op)?, right),
            Expr::UnaryOp { op, expr } => {
                self.put(unary(*op)?).put(" ");
                self.expr(expr)
            }
            Expr::AtTimeZone { timestamp, time_zone } => {
                self.infix(timestamp, "AT TIME ZONE", time_zone)
            }
            Expr::InList { expr, list, negated } => {
                self.before(expr, if *negated { " NOT IN " } else { " IN " })?;
                self.list("(", list, ")")
            }
            Expr::Between { expr, negated, low, high } => {
                self.before(expr, if *negated { " NOT BETWEEN " } else { " BETWEEN " })?;
                self.infix(low, "AND", high)
            }
            Expr::Like { .. } | Expr::ILike { .. } | Expr::SimilarTo { .. } => self.pattern(expr),
            Expr::AnyOp { left, compare_op, right, .. } => {
                self.compared_to_array(left, operators::binary(compare_op)?, "ANY", right)
            }
            Expr::AllOp { left, compare_op, right } => {
                self.compared_to_array(left, operators::binary(compare_op)?, "ALL", right)
            }
            Expr::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref())
            }
            Expr::Cast { kind, expr, data_type, format: None } => self.cast(kind, expr, data_type),
            Expr::TypedString(typed) => self.typed(typed),
            Expr::Interval(interval) => self.interval(interval),
            Expr::Collate { expr, collation } => {
                self.before(expr, " COLLATE ")?;
                self.collation(collation)
            }
            Expr::Array(Array { elem, named: true }) => self.list("ARRAY[", elem, "]"),
            Expr::Function(function) => self.function(function),
            Expr::Ceil { expr, field } => self.rounded("pg_catalog.ceil(", expr, field),
            Expr::Floor { expr, field } => self.rounded("pg_catalog.floor(", expr, field),
            Expr::Extract { field, syntax: ExtractSyntax::From, expr } => {
                self.put("EXTRACT(").put(field_name(field)?);
                self.between(" FROM ", expr, ")")
            }
            Expr::Position { expr, r#in } => {
                self.put("POSITION(").infix(expr, "IN", r#in)?;
                self.put(")");
                Ok(())
            }
            Expr::Substring { .. } => self.substring(expr),
            Expr::Trim { expr, trim_where, trim_what, trim_characters: None } => {
                self.trim(expr, *trim_where, trim_what.as_deref())
            }
            Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => {
                Err(SUB_QUERY.to_owned())
            }
            Expr::Wildcard(_) | Expr::QualifiedWildcard(..) => {
                Err("`*` is no expression".to_owned())
            }
            other => Err(format!("this cannot stand in a mapping: {other}")),
        }
    }

    fn between(&mut self, before: &str, expr: &Expr, after: &str) -> Outcome {
        self.put(before).before(expr, after)
    }

    fn before(&mut self, expr: &Expr, after: &str) -> Outcome {
        self.expr(expr)?;
        self.put(after);
        Ok(())
    }

    fn infix(&mut self, left: &Expr, word: &str, right: &Expr) -> Outcome {
        self.expr(left)?;
        self.put(" ").put(word).put(" ").expr(right)
    }

    fn list(&mut self, open: &str, items: &[Expr], close: &str) -> Outcome {
        self.put(open);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.put(", ");
            }
            self.expr(item)?;
        }
        self.put(close);
        Ok(())
    }

    fn column(&mut self, parts: &[Ident]) -> Outcome {
        let name = name_of(parts)?;
        if !self.aliases.contains(&name.alias.as_str()) {
            let known = self.aliases.join("`, `");
            return Err(format!(
                "unknown alias: {} (there is `{known}`; a join brings another)",
                name.alias
            ));
        }
        self.put(&column(&name.alias, &name.column));
        self.columns.push(name);
        Ok(())
    }

    /// One element of an array: `t.tags[1]`.
    fn element(&mut self, expr: &Expr) -> Outcome {
        let refused = || format!("only an array's element can be taken: {expr}");
        let Expr::CompoundFieldAccess { root, access_chain } = expr else {
            return Err(refused());
        };
        let mut names = Vec::new();
        let mut indices = Vec::new();
        for access in access_chain {
            match access {
                // The dot after anything but an alias would be read as a call of that function.
                sqlparser::ast::AccessExpr::Dot(Expr::Identifier(name)) if indices.is_empty() => {
                    names.push(name.clone());
                }
                sqlparser::ast::AccessExpr::Subscript(Subscript::Index { index }) => {
                    indices.push(index);
                }
                sqlparser::ast::AccessExpr::Dot(_) | sqlparser::ast::AccessExpr::Subscript(_) => {
                    return Err(refused());
                }
            }
        }
        if names.is_empty()
            && matches!(root.as_ref(), Expr::Nested(_) | Expr::CompoundIdentifier(_))
        {
            self.expr(root)?;
        } else if let Expr::Identifier(alias) = root.as_ref() {
            names.insert(0, alias.clone());
            self.column(&names)?;
        } else {
            return Err(refused());
        }
        for index in indices {
            self.between("[", index, "]")?;
        }
        Ok(())
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what is not on the list is refused")]
    fn value(&mut self, value: &Value) -> Outcome {
        match value {
            Value::Null => self.put("NULL"),
            Value::Boolean(true) => self.put("TRUE"),
            Value::Boolean(false) => self.put("FALSE"),
            Value::SingleQuotedString(text) => {
                let literal = literal(text)?;
                self.put(&literal)
            }
            Value::Number(digits, false) if is_number(digits) => self.put(digits),
            Value::Placeholder(name) => {
                return Err(format!("a placeholder cannot stand in a mapping: {name}"));
            }
            Value::EscapedStringLiteral(_)
            | Value::UnicodeStringLiteral(_)
            | Value::DollarQuotedString(_) => {
                return Err(format!("write the text in plain quotes: {value}"));
            }
            other => return Err(format!("this literal cannot stand in a mapping: {other}")),
        };
        Ok(())
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "called with the three patterns only")]
    fn pattern(&mut self, expr: &Expr) -> Outcome {
        let (word, negated, any, expr, pattern, escape) = match expr {
            Expr::Like { negated, any, expr, pattern, escape_char } => {
                ("LIKE", *negated, *any, expr, pattern, escape_char)
            }
            Expr::ILike { negated, any, expr, pattern, escape_char } => {
                ("ILIKE", *negated, *any, expr, pattern, escape_char)
            }
            Expr::SimilarTo { negated, expr, pattern, escape_char } => {
                ("SIMILAR TO", *negated, false, expr, pattern, escape_char)
            }
            other => return Err(format!("this is no pattern: {other}")),
        };
        if any {
            return Err("`LIKE ANY` cannot stand in a mapping".to_owned());
        }
        self.before(expr, if negated { " NOT " } else { " " })?;
        self.put(word).put(" ").expr(pattern)?;
        if let Some(escape) = escape {
            self.put(" ESCAPE ").value(escape)?;
        }
        Ok(())
    }

    fn compared_to_array(&mut self, left: &Expr, op: &str, which: &str, right: &Expr) -> Outcome {
        self.before(left, " ")?;
        self.put(op).put(" ").put(which).between(" (", right, ")")
    }

    fn case(
        &mut self,
        operand: Option<&Expr>,
        conditions: &[CaseWhen],
        otherwise: Option<&Expr>,
    ) -> Outcome {
        self.put("CASE");
        if let Some(operand) = operand {
            self.put(" ").expr(operand)?;
        }
        for CaseWhen { condition, result } in conditions {
            self.between(" WHEN ", condition, " THEN ")?;
            self.expr(result)?;
        }
        if let Some(otherwise) = otherwise {
            self.put(" ELSE ").expr(otherwise)?;
        }
        self.put(" END");
        Ok(())
    }

    fn cast(&mut self, kind: &CastKind, expr: &Expr, to: &DataType) -> Outcome {
        match kind {
            CastKind::Cast => {
                self.between("CAST(", expr, " AS ")?;
                self.type_name(to)?;
                self.put(")");
                Ok(())
            }
            CastKind::DoubleColon => {
                self.before(expr, "::")?;
                self.type_name(to)
            }
            CastKind::TryCast | CastKind::SafeCast => {
                Err("PostgreSQL has no such cast; write `CAST(… AS …)`".to_owned())
            }
        }
    }

    /// A literal with its type before it, which for PostgreSQL is always a text.
    fn typed(&mut self, typed: &TypedString) -> Outcome {
        if !matches!(typed.value.value, Value::SingleQuotedString(_)) {
            return Err(format!("write the value after a type in plain quotes: {typed}"));
        }
        self.put("CAST(").value(&typed.value.value)?;
        self.put(" AS ").type_name(&typed.data_type)?;
        self.put(")");
        Ok(())
    }

    fn type_name(&mut self, data_type: &DataType) -> Outcome {
        let name = types::read(data_type)?;
        match &name {
            TypeName::Known { text, .. } => self.put(text),
            TypeName::Own { name, .. } => self.put(&name.quoted()),
        };
        if name.is_array() {
            self.put("[]");
        }
        if let TypeName::Own { name, .. } = name {
            self.types.push(name);
        }
        Ok(())
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "what is not on the list is refused")]
    fn interval(&mut self, interval: &Interval) -> Outcome {
        let plain = interval.leading_field.is_none()
            && interval.leading_precision.is_none()
            && interval.last_field.is_none()
            && interval.fractional_seconds_precision.is_none();
        let value = match interval.value.as_ref() {
            Expr::Value(value) if plain => value,
            _ => return Err(format!("write an interval as `interval '1 day'`: {interval}")),
        };
        self.put("CAST(").value(&value.value)?;
        self.put(" AS pg_catalog.interval)");
        Ok(())
    }

    fn collation(&mut self, collation: &ObjectName) -> Outcome {
        match collation.to_string().replace("pg_catalog.", "").trim_matches('"') {
            "C" => self.put("pg_catalog.\"C\""),
            "POSIX" => self.put("pg_catalog.\"POSIX\""),
            "default" => self.put("pg_catalog.\"default\""),
            _ => return Err(format!("only the collations C, POSIX and default: {collation}")),
        };
        Ok(())
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "what is not on the list is refused")]
fn unary(op: UnaryOperator) -> Result<&'static str, String> {
    Ok(match op {
        UnaryOperator::Plus => "+",
        UnaryOperator::Minus => "-",
        UnaryOperator::Not => "NOT",
        UnaryOperator::PGBitwiseNot => "~",
        UnaryOperator::PGAbs => "@",
        other => return Err(format!("this operator cannot stand in a mapping: {other}")),
    })
}
