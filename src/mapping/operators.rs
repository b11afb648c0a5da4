//! The operators that a mapping's expression may use: those of PostgreSQL itself, as they are typed.

use sqlparser::ast::BinaryOperator as Op;

/// The text of `op`, if it is one of them.
#[expect(clippy::wildcard_enum_match_arm, reason = "what is not on the list is refused")]
pub(super) fn binary(op: &Op) -> Result<&'static str, String> {
    Ok(match op {
        Op::Plus => "+",
        Op::Minus => "-",
        Op::Multiply => "*",
        Op::Divide => "/",
        Op::Modulo => "%",
        Op::PGExp => "^",
        Op::StringConcat => "||",
        Op::Gt => ">",
        Op::Lt => "<",
        Op::GtEq => ">=",
        Op::LtEq => "<=",
        Op::Eq => "=",
        Op::NotEq => "<>",
        Op::And => "AND",
        Op::Or => "OR",
        Op::BitwiseOr => "|",
        Op::BitwiseAnd => "&",
        Op::PGBitwiseXor => "#",
        Op::PGBitwiseShiftLeft => "<<",
        Op::PGBitwiseShiftRight => ">>",
        Op::PGOverlap => "&&",
        Op::PGRegexMatch => "~",
        Op::PGRegexIMatch => "~*",
        Op::PGRegexNotMatch => "!~",
        Op::PGRegexNotIMatch => "!~*",
        Op::PGLikeMatch => "~~",
        Op::PGILikeMatch => "~~*",
        Op::PGNotLikeMatch => "!~~",
        Op::PGNotILikeMatch => "!~~*",
        Op::PGStartsWith => "^@",
        Op::Arrow => "->",
        Op::LongArrow => "->>",
        Op::HashArrow => "#>",
        Op::HashLongArrow => "#>>",
        Op::HashMinus => "#-",
        Op::AtArrow => "@>",
        Op::ArrowAt => "<@",
        Op::AtAt => "@@",
        Op::AtQuestion => "@?",
        Op::Question => "?",
        Op::QuestionAnd => "?&",
        Op::QuestionPipe => "?|",
        other => return Err(format!("this operator cannot stand in a mapping: {other}")),
    })
}
