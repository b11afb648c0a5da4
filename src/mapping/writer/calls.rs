//! How calls are written: plain functions from the list, and the constructs of the grammar that look like calls.

use sqlparser::ast::{
    CeilFloorKind, DateTimeField, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
    Ident, ObjectName, ObjectNamePart, TrimWhereField,
};

use super::{Outcome, SUB_QUERY, Writer, names::folded};
use crate::mapping::functions;

/// The fields that EXTRACT may ask for (PostgreSQL documentation, 9.9.1).
const FIELDS: &[&str] = &[
    "century",
    "day",
    "decade",
    "dow",
    "doy",
    "epoch",
    "hour",
    "isodow",
    "isoyear",
    "microseconds",
    "millennium",
    "milliseconds",
    "minute",
    "month",
    "quarter",
    "second",
    "timezone",
    "week",
    "year",
];

impl Writer<'_> {
    pub(super) fn function(&mut self, function: &Function) -> Outcome {
        if let Some(parts) = keyword_column(function) {
            return self.column(&parts);
        }
        let name = function_name(&function.name)?;
        let plain = !function.uses_odbc_syntax
            && matches!(function.parameters, FunctionArguments::None)
            && function.filter.is_none()
            && function.null_treatment.is_none()
            && function.over.is_none()
            && function.within_group.is_empty();
        if !plain {
            return Err(format!("no aggregate or window in a mapping: {function}"));
        }
        let arguments = match &function.args {
            FunctionArguments::None if functions::is_bare_word(&name) => {
                self.put(&name.to_uppercase());
                return Ok(());
            }
            FunctionArguments::List(list)
                if list.duplicate_treatment.is_none() && list.clauses.is_empty() =>
            {
                &list.args
            }
            FunctionArguments::Subquery(_) => return Err(SUB_QUERY.to_owned()),
            FunctionArguments::List(_) | FunctionArguments::None => {
                return Err(format!("not a plain call of a function: {function}"));
            }
        };
        if functions::is_syntax(&name) {
            self.put(&name.to_uppercase());
        } else if functions::is_harmless(&name) {
            self.put("pg_catalog.").put(&name);
        } else {
            return Err(format!("the function `{name}` is not among those a mapping may call"));
        }
        let arguments = arguments.iter().map(plain_argument).collect::<Result<Vec<_>, _>>()?;
        self.list("(", &arguments, ")")
    }

    pub(super) fn rounded(&mut self, call: &str, expr: &Expr, field: &CeilFloorKind) -> Outcome {
        match field {
            CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) => {
                self.between(call, expr, ")")
            }
            CeilFloorKind::DateTimeField(_) | CeilFloorKind::Scale(_) => {
                Err("`ceil` and `floor` take one number".to_owned())
            }
        }
    }

    pub(super) fn substring(&mut self, expr: &Expr) -> Outcome {
        let Expr::Substring { expr, substring_from, substring_for, special, shorthand } = expr
        else {
            return Err(format!("this is no `substring`: {expr}"));
        };
        let (open, from, length) = match (*shorthand, *special) {
            (true, _) => ("pg_catalog.substr(", ", ", ", "),
            (false, true) => ("pg_catalog.substring(", ", ", ", "),
            (false, false) => ("SUBSTRING(", " FROM ", " FOR "),
        };
        self.put(open).expr(expr)?;
        if let Some(start) = substring_from {
            self.put(from).expr(start)?;
        }
        if let Some(count) = substring_for {
            self.put(length).expr(count)?;
        }
        self.put(")");
        Ok(())
    }

    pub(super) fn trim(
        &mut self,
        expr: &Expr,
        side: Option<TrimWhereField>,
        what: Option<&Expr>,
    ) -> Outcome {
        self.put("TRIM(").put(match side {
            None => "",
            Some(TrimWhereField::Both) => "BOTH ",
            Some(TrimWhereField::Leading) => "LEADING ",
            Some(TrimWhereField::Trailing) => "TRAILING ",
        });
        if let Some(what) = what {
            self.before(what, " ")?;
        }
        if side.is_some() || what.is_some() {
            self.put("FROM ");
        }
        self.before(expr, ")")
    }
}

fn function_name(name: &ObjectName) -> Result<String, String> {
    let own = || format!("only functions of PostgreSQL itself can be called: {name}");
    let word = |part: &ObjectNamePart| match part {
        ObjectNamePart::Identifier(ident) if ident.quote_style.is_none() => folded(ident),
        ObjectNamePart::Identifier(_) | ObjectNamePart::Function(_) => Err(own()),
    };
    match name.0.as_slice() {
        [only] => word(only),
        [schema, only] if word(schema)? == "pg_catalog" => {
            let name = word(only)?;
            if functions::is_syntax(&name) { Err(own()) } else { Ok(name) }
        }
        _ => Err(own()),
    }
}

/// The column behind what the parser takes for a word such as `user`, which it is not after a dot.
fn keyword_column(function: &Function) -> Option<Vec<Ident>> {
    let column = matches!(function.args, FunctionArguments::None) && function.name.0.len() > 1;
    let part = |part: &ObjectNamePart| match part {
        ObjectNamePart::Identifier(ident) => Some(ident.clone()),
        ObjectNamePart::Function(_) => None,
    };
    column.then(|| function.name.0.iter().map(part).collect()).flatten()
}

fn plain_argument(argument: &FunctionArg) -> Result<Expr, String> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Ok(expr.clone()),
        FunctionArg::Unnamed(_) | FunctionArg::Named { .. } | FunctionArg::ExprNamed { .. } => {
            Err(format!("not a plain argument: {argument}"))
        }
    }
}

pub(super) fn field_name(field: &DateTimeField) -> Result<&'static str, String> {
    let name = field.to_string().trim_matches('\'').to_lowercase();
    FIELDS
        .iter()
        .find(|known| **known == name)
        .copied()
        .ok_or_else(|| format!("`extract` does not know the field: {field}"))
}
