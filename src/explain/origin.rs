//! Where the conditions of a plan come from: those that stand in the plan of a table's policies alone as well come from its policies.
//!
//! Conditions are compared part by part, with the names of tables in the place of their aliases and with what a sub-select does in the place of its number.
//! Nothing else counts as the same; what is not found is said to be not found.

use std::collections::{BTreeMap, BTreeSet};

use super::guard::{Found, Guard, name};
use crate::{
    pg::RelationName,
    plan::{Node, Piece, Plan},
    rls::expression::token::{Sort, Token, tokens},
};

/// Splits the conditions of `plan` and marks what comes from policies; says of each table what was found.
pub(super) fn mark(plan: &mut Plan, guards: &mut [Guard]) {
    let names = Names::of(plan);
    let alone: Vec<Option<Alone>> =
        guards.iter().map(|guard| guard.alone.as_ref().ok().map(Alone::of)).collect();
    let mut met: Vec<BTreeSet<String>> = vec![BTreeSet::new(); guards.len()];
    descend(&mut plan.root, None, &names, &alone, &mut met);
    for ((guard, alone), met) in guards.iter_mut().zip(&alone).zip(&met) {
        guard.found = match alone {
            None => Found::Unknown,
            Some(alone) if alone.conditions.is_empty() => Found::Open,
            Some(alone) if alone.conditions.is_subset(met) => Found::All,
            Some(_) if met.is_empty() => Found::None,
            Some(_) => Found::Some,
        };
    }
}

/// What the policies of a table make, where nothing else is asked.
struct Alone {
    /// Their conditions, in the form in which they are compared.
    conditions: BTreeSet<String>,
    /// What their sub-selects do.
    parts: BTreeSet<String>,
    /// The tables that are scanned: the table itself, or its partitions.
    tables: BTreeSet<RelationName>,
}

impl Alone {
    fn of(plan: &Plan) -> Self {
        let names = Names::of(plan);
        let mut alone = Self {
            conditions: BTreeSet::new(),
            parts: names.parts.values().cloned().collect(),
            tables: BTreeSet::new(),
        };
        alone.collect(&plan.root, &names);
        alone
    }

    fn collect(&mut self, node: &Node, names: &Names) {
        self.tables.extend(name(node));
        for condition in &node.conditions {
            let pieces = pieces(&condition.text);
            self.conditions.extend(pieces.iter().map(|piece| names.form(piece)));
        }
        for child in node.nodes.iter().filter(|child| child.part.is_none()) {
            self.collect(child, names);
        }
    }
}

fn descend(
    node: &mut Node,
    above: Option<&RelationName>,
    names: &Names,
    alone: &[Option<Alone>],
    met: &mut [BTreeSet<String>],
) {
    let part = node.part.as_ref().and_then(|part| names.parts.get(&key(part)));
    if let Some(part) = part
        && alone.iter().flatten().any(|alone| alone.parts.contains(part))
    {
        node.walk_mut(&mut |node| {
            node.policy = true;
            for condition in &mut node.conditions {
                condition.pieces = split(&condition.text, &|_| true);
            }
        });
        return;
    }
    // An index is looked through for the table above it.
    let table = name(node).or_else(|| above.filter(|_| node.kind.contains("Bitmap")).cloned());
    // What needs no row at all stands above the table.
    let is_gate = node.kind == "Result";
    let over =
        |alone: &Alone| is_gate || table.as_ref().is_some_and(|it| alone.tables.contains(it));
    for condition in &mut node.conditions {
        let mut found = Vec::new();
        for piece in pieces(&condition.text) {
            let form = names.form(piece);
            let mut policy = false;
            for (alone, met) in alone.iter().zip(met.iter_mut()) {
                if alone.as_ref().is_some_and(|it| over(it) && it.conditions.contains(&form)) {
                    met.insert(form.clone());
                    policy = true;
                }
            }
            found.push(Piece { text: piece.to_owned(), policy });
        }
        condition.pieces = if found.iter().any(|piece| piece.policy) { found } else { Vec::new() };
    }
    for child in &mut node.nodes {
        descend(child, table.as_ref(), names, alone, met);
    }
}

fn split(text: &str, policy: &dyn Fn(&str) -> bool) -> Vec<Piece> {
    pieces(text)
        .into_iter()
        .map(|piece| Piece { text: piece.to_owned(), policy: policy(piece) })
        .collect()
}

/// The parts of a condition of which all have to hold.
pub(super) fn pieces(text: &str) -> Vec<&str> {
    let all = tokens(text);
    let mut found = Vec::new();
    cut(text, &all, &mut found);
    found
}

fn cut<'a>(text: &'a str, all: &[Token<'_>], found: &mut Vec<&'a str>) {
    let (Some(first), Some(last)) = (all.first(), all.last()) else { return };
    let whole = &text[first.range.start..last.range.end];
    let inner = bare(all);
    let mut depth = 0;
    let mut ends = Vec::new();
    for (at, token) in inner.iter().enumerate() {
        depth += token.depth();
        if depth == 0 && token.is_word("AND") {
            ends.push(at);
        }
    }
    if ends.is_empty() {
        found.push(whole);
        return;
    }
    let mut from = 0;
    for end in ends.into_iter().chain([inner.len()]) {
        cut(text, &inner[from..end], found);
        from = end + 1;
    }
}

/// The tokens without the brackets around all of them.
fn bare<'a, 'b>(mut all: &'a [Token<'b>]) -> &'a [Token<'b>] {
    while let [open, .., close] = all
        && open.is("(")
        && close.is(")")
    {
        let mut depth = 0;
        let closes = all.iter().position(|token| {
            depth += token.depth();
            depth == 0
        });
        if closes != Some(all.len() - 1) {
            break;
        }
        all = &all[1..all.len() - 1];
    }
    all
}

/// What names and numbers stand for in a plan.
struct Names {
    /// Aliases, and the tables that they are of.
    aliases: BTreeMap<String, String>,
    /// The parts by the key of their names, and what they do.
    parts: BTreeMap<String, String>,
    /// The parameters in whose place the value of a part stands.
    parameters: BTreeMap<String, String>,
}

/// `InitPlan 1 (returns $0)` as `InitPlan 1`.
fn key(part: &str) -> String {
    part.split(" (").next().unwrap_or(part).to_owned()
}

impl Names {
    fn of(plan: &Plan) -> Self {
        let mut names =
            Self { aliases: BTreeMap::new(), parts: BTreeMap::new(), parameters: BTreeMap::new() };
        let nodes = plan.nodes();
        for relation in nodes.iter().filter_map(|node| node.relation.as_ref()) {
            names.aliases.insert(relation.alias.clone(), relation.name.clone());
        }
        // The innermost come last, and what is outside speaks of them.
        for node in nodes.iter().rev() {
            let Some(part) = &node.part else { continue };
            let does = names.does(node);
            let returns =
                part.split_once("(returns ").map_or("", |(_, rest)| rest.trim_end_matches(')'));
            for (at, parameter) in returns.split(',').enumerate().filter(|(_, it)| !it.is_empty()) {
                names.parameters.insert(parameter.trim().to_owned(), format!("<{does}>.{at}"));
            }
            names.parts.insert(key(part), does);
        }
        names
    }

    /// What a part does, whatever its number.
    fn does(&self, node: &Node) -> String {
        let table = name(node).map(|name| name.to_string()).unwrap_or_default();
        let conditions = node.conditions.iter().map(|it| {
            let mut forms: Vec<_> =
                pieces(&it.text).into_iter().map(|piece| self.form(piece)).collect();
            forms.sort();
            forms.join(" AND ")
        });
        let conditions = conditions.collect::<Vec<_>>().join(" AND ");
        let output = node.fact("Output").map(|text| self.form(text)).unwrap_or_default();
        let below: Vec<_> = node.nodes.iter().map(|node| self.does(node)).collect();
        format!("{table} [{output}] {{{conditions}}} ({})", below.join("; "))
    }

    /// A text in the form in which texts are compared.
    fn form(&self, text: &str) -> String {
        let all = tokens(text);
        let all = bare(&all);
        let mut depth = 0;
        let mut equals = Vec::new();
        let mut operators = 0;
        for (at, token) in all.iter().enumerate() {
            depth += token.depth();
            if depth == 0 && token.sort == Sort::Operator {
                operators += 1;
                if token.text == "=" {
                    equals.push(at);
                }
            }
        }
        // Which side is which says nothing.
        if let ([at], 1) = (equals.as_slice(), operators) {
            let mut sides = [self.words(&all[..*at]), self.words(&all[at + 1..])];
            sides.sort();
            return sides.join(" = ");
        }
        self.words(all)
    }

    fn words(&self, all: &[Token<'_>]) -> String {
        let mut words: Vec<String> = Vec::new();
        let mut at = 0;
        while let Some(token) = all.get(at) {
            let next = all.get(at + 1);
            let number = next.filter(|next| next.sort == Sort::Number);
            if let Some(number) =
                number.filter(|_| token.is_word("SubPlan") || token.is_word("InitPlan"))
            {
                let key = format!("{} {}", token.text, number.text);
                words.push(self.parts.get(&key).map_or(key, |does| format!("<{does}>")));
                at += 2;
                continue;
            }
            let qualifies = next.is_some_and(|next| next.is("."));
            let table = token.name().filter(|_| qualifies).and_then(|it| self.aliases.get(&it));
            let parameter = self.parameters.get(token.text).filter(|_| token.sort == Sort::Number);
            words.push(match (table, parameter) {
                (Some(table), _) => table.clone(),
                (None, Some(does)) => does.clone(),
                (None, None) => token.text.to_owned(),
            });
            at += 1;
        }
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_condition_is_cut_where_all_parts_have_to_hold() {
        let cut = |text| pieces(text);
        assert_eq!(
            cut("((a = 1) AND (b = 'x AND y') AND (c OR (d AND e)))"),
            ["(a = 1)", "(b = 'x AND y')", "(c OR (d AND e))"]
        );
        assert_eq!(cut("((a AND b) AND c)"), ["a", "b", "c"]);
        assert_eq!(cut("(a = 1)"), ["(a = 1)"]);
        assert_eq!(cut("(a) = (b)"), ["(a) = (b)"]);
        assert_eq!(cut(""), Vec::<&str>::new());
    }

    fn plan(alias: &str, initplan: &str, reference: &str, filter: &str) -> Plan {
        let told = format!(
            r#"[{{"Plan": {{"Node Type": "Seq Scan", "Schema": "s", "Relation Name": "t", "Alias": "{alias}", "Filter": "{}",
               "Plans": [{{"Node Type": "Result", "Parent Relationship": "InitPlan", "Subplan Name": "{initplan}", "Output": ["me()"]}}]}}}}]"#,
            filter.replace("REF", reference)
        );
        Plan::read(&told).unwrap()
    }

    #[test]
    fn what_policies_make_is_found_under_other_aliases_numbers_and_beside_other_conditions() {
        for (initplan, reference) in
            [("InitPlan 3 (returns $7)", "$7"), ("InitPlan 3", "(InitPlan 3).col1")]
        {
            let alone = if reference.starts_with('$') {
                plan("t", "InitPlan 1 (returns $0)", "$0", "(t.owner = REF)")
            } else {
                plan("t", "InitPlan 1", "(InitPlan 1).col1", "(t.owner = REF)")
            };
            let alone = [Some(Alone::of(&alone))];
            let mut met = [BTreeSet::new()];
            let mut whole = plan(
                "x",
                initplan,
                reference,
                "((REF = x.owner) AND (x.id = 5) AND (x.owner = 5))",
            );
            let names = Names::of(&whole);
            descend(&mut whole.root, None, &names, &alone, &mut met);
            let told: Vec<_> = whole.root.conditions[0].pieces.iter().map(|it| it.policy).collect();
            assert_eq!(told, [true, false, false], "{initplan}");
            assert!(whole.root.nodes[0].policy);
            assert_eq!(met[0].len(), 1);
        }
    }

    proptest! {
        #[test]
        fn no_text_is_lost_and_none_makes_it_fail(text in "[ab() AND='\"$1.]{0,40}") {
            let pieces = pieces(&text);
            prop_assert!(pieces.iter().all(|piece| text.contains(piece)));
            let names = Names { aliases: BTreeMap::new(), parts: BTreeMap::new(), parameters: BTreeMap::new() };
            names.form(&text);
        }
    }
}
