//! A plan with whose it is and where its conditions come from, as text.

use super::Explained;
use crate::{plan, text::clean_lines};

/// All of it, for a terminal or a file; harmless to both.
pub fn tell(explained: &Explained) -> String {
    let mut lines = vec![explained.head()];
    lines.extend(explained.mind());
    lines.push(String::new());
    lines.push(plan::tell(&explained.plan));
    if !explained.tables.is_empty() {
        lines.push(String::new());
        lines.push("policies".to_owned());
    }
    for table in &explained.tables {
        lines.push(format!("  {}.{}: {}", table.schema, table.table, table.found.words()));
        lines.extend(table.problem.as_ref().map(|problem| format!("    {problem}")));
        for rule in &table.policies {
            let sort = if rule.permissive { "" } else { ", restrictive" };
            let using = rule.using.as_deref().unwrap_or("nothing");
            lines.push(format!("    {}{sort}: {using}", rule.name));
        }
        if table.policies.is_empty() {
            lines.push("    none applies: no row passes".to_owned());
        }
    }
    lines.push(String::new());
    clean_lines(&lines.join("\n")).into_owned()
}

impl Explained {
    /// Whose plan it is, and what the whole takes.
    pub fn head(&self) -> String {
        let who = match &self.user {
            Some(user) => format!("{user} as {}", self.role),
            None => self.role.clone(),
        };
        let took = match (self.plan.execution_ms, self.plan.planning_ms) {
            (Some(ran), Some(planned)) => {
                format!("ran {} ms, planned in {} ms", plan::short(ran), plan::short(planned))
            }
            (Some(ran), None) => format!("ran {} ms", plan::short(ran)),
            (None, _) => {
                let cost = self.plan.root.estimate.map(|it| plan::short(it.total_cost));
                format!("not run, costs {}", cost.as_deref().unwrap_or("?"))
            }
        };
        format!("{who}: {took}")
    }

    /// What has to be known to read it.
    pub fn mind(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.generic {
            lines.push("for whatever values: the statement leaves some open, and the server may plan otherwise for those it gets".to_owned());
        }
        let is_false =
            |it: &crate::plan::Condition| it.name == "One-Time Filter" && it.text == "false";
        if self.plan.nodes().iter().any(|node| node.conditions.iter().any(is_false)) {
            lines.push("a part of it reads nothing: a condition is false whatever the row, as it is where row security has no policy for the role".to_owned());
        }
        let facts =
            self.plan.facts.iter().filter(|fact| fact.value != "0" && fact.name != "Planning");
        lines.extend(facts.map(|fact| format!("{}: {}", fact.name.to_lowercase(), fact.value)));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        explain::{Found, Guarded, Rule},
        plan::Plan,
        text::is_harmless,
    };

    #[test]
    fn what_a_plan_and_its_policies_say_harms_no_terminal() {
        let plan = r#"[{"Plan": {"Node Type": "Seq Scan", "Filter": "(a = '\u001b[2J')"}}]"#;
        let hostile = "p\x1b]0;owned\x07".to_owned();
        let rule =
            Rule { name: hostile.clone(), command: '*', permissive: true, using: Some(hostile) };
        let table = Guarded {
            schema: "s".to_owned(),
            table: "t\u{202e}".to_owned(),
            policies: vec![rule],
            found: Found::All,
            problem: None,
        };
        let told = tell(&Explained {
            statement: String::new(),
            user: Some("a\x1b[1m".to_owned()),
            role: "r".to_owned(),
            generic: false,
            tables: vec![table],
            plan: Plan::read(plan).unwrap(),
        });
        assert!(told.lines().count() > 4 && told.contains("␛]0;owned"), "{told}");
        assert!(told.chars().all(|c| c == '\n' || is_harmless(c)), "{told:?}");
    }
}
