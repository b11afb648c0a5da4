//! What is otherwise than it was.

use std::{collections::BTreeMap, fmt::Debug};

use serde::Serialize;

use super::{Access, PolicyRules, SAMPLE, Snapshot, TableRules};

/// One thing that is otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What sort of thing: `table`, `owner`, `rls`, `grant`, `policy` or `access`.
    pub kind: &'static str,
    /// What it concerns.
    pub object: String,
    /// How it is otherwise.
    pub detail: String,
}

fn difference(kind: &'static str, object: &str, detail: String) -> Difference {
    Difference { kind, object: object.to_owned(), detail }
}

/// What is otherwise `now` than `before`.
pub fn compare(before: &Snapshot, now: &Snapshot) -> Vec<Difference> {
    let mut found = Vec::new();
    let name = |table: &TableRules| table.table.clone();
    for (object, pair) in pairs(&before.tables, &now.tables, name) {
        match pair {
            (Some(_), None) => found.push(difference("table", &object, "is gone".to_owned())),
            (None, Some(_)) => found.push(difference("table", &object, "is new".to_owned())),
            (Some(before), Some(now)) => tables(before, now, &mut found),
            (None, None) => {}
        }
    }
    let place =
        |it: &Access| (it.user.clone(), it.role.clone(), it.table.clone(), it.command.clone());
    for ((user, _, table, command), pair) in pairs(&before.access, &now.access, place) {
        let told = match pair {
            (Some(before), Some(now)) if before != now => Some(access(before, now)),
            (Some(before), None) if before.count > 0 => {
                Some(format!("was not asked any more; it was {} rows", before.count))
            }
            (None, Some(now)) if now.count > 0 => {
                Some(format!("was not asked before; it is {} rows", now.count))
            }
            _ => None,
        };
        found.extend(
            told.map(|told| difference("access", &table, format!("{user}, {command}: {told}"))),
        );
    }
    found
}

/// What there is on both sides, by its name.
fn pairs<'a, T, K: Ord + Debug>(
    before: &'a [T],
    now: &'a [T],
    name: impl Fn(&T) -> K,
) -> BTreeMap<K, (Option<&'a T>, Option<&'a T>)> {
    let mut pairs: BTreeMap<K, (Option<&T>, Option<&T>)> = BTreeMap::new();
    for one in before {
        pairs.entry(name(one)).or_default().0 = Some(one);
    }
    for one in now {
        pairs.entry(name(one)).or_default().1 = Some(one);
    }
    pairs
}

fn tables(before: &TableRules, now: &TableRules, found: &mut Vec<Difference>) {
    let object = &now.table;
    if before.owner != now.owner {
        let told = format!("owner was {}, is {}", before.owner, now.owner);
        found.push(difference("owner", object, told));
    }
    if before.rls != now.rls {
        let told = format!("row security was {}, is {}", before.rls, now.rls);
        found.push(difference("rls", object, told));
    }
    for (role, pair) in pairs(&before.grants, &now.grants, |it| it.role.clone()) {
        let list = |it: Option<&super::Granted>| {
            it.map_or_else(|| "nothing".to_owned(), |it| it.privileges.join(", "))
        };
        if pair.0 != pair.1 {
            let told = format!("{role} had {}, has {}", list(pair.0), list(pair.1));
            found.push(difference("grant", object, told));
        }
    }
    for (name, pair) in pairs(&before.policies, &now.policies, |it| it.policy.clone()) {
        let told = match pair {
            (Some(before), Some(now)) => policy(before, now),
            (Some(before), None) => Some(format!("policy {name} is gone: {}", shown(before))),
            (None, Some(now)) => Some(format!("policy {name} is new: {}", shown(now))),
            (None, None) => None,
        };
        found.extend(told.map(|told| difference("policy", object, told)));
    }
}

fn shown(policy: &PolicyRules) -> String {
    let kind = if policy.permissive { "permissive" } else { "restrictive" };
    let clause = |word: &str, text: &Option<String>| {
        text.as_ref().map(|text| format!(" {word} {text}")).unwrap_or_default()
    };
    format!(
        "{kind} for {} to {}{}{}",
        policy.command,
        policy.roles.join(", "),
        clause("USING", &policy.using),
        clause("WITH CHECK", &policy.with_check)
    )
}

fn policy(before: &PolicyRules, now: &PolicyRules) -> Option<String> {
    (before != now)
        .then(|| format!("policy {} changed from {} to {}", now.policy, shown(before), shown(now)))
}

/// How what somebody reaches is otherwise, with rows that are surely new or gone.
fn access(before: &Access, now: &Access) -> String {
    if before.state != now.state {
        let told = |it: &Access| match it.state.as_str() {
            "rows" => format!("{} rows", it.count),
            other => other.to_owned(),
        };
        return format!("was {}, is {}", told(before), told(now));
    }
    let mut told = match now.count.cmp(&before.count) {
        std::cmp::Ordering::Greater => {
            format!("{} more rows ({} now)", now.count - before.count, now.count)
        }
        std::cmp::Ordering::Less => {
            format!("{} fewer rows ({} now)", before.count - now.count, now.count)
        }
        std::cmp::Ordering::Equal => format!("as many rows ({}), but others", now.count),
    };
    for (word, keys) in [("new", surely(before, now)), ("gone", surely(now, before))] {
        if !keys.is_empty() {
            told.extend(["; ", word, ", for example: ", &keys.join(", ")]);
        }
    }
    told
}

/// How many rows are named.
const NAMED: usize = 3;

/// Rows of `there` that are surely not in `other`: what would stand among those that come first there, if it were in it, and does not.
fn surely<'a>(other: &Access, there: &'a Access) -> Vec<&'a str> {
    let last = if other.sample.len() < SAMPLE {
        i64::MAX
    } else {
        other.sample.last().map_or(i64::MAX, |it| it.0)
    };
    there
        .sample
        .iter()
        .filter(|(hash, _)| *hash < last && !other.sample.iter().any(|(known, _)| known == hash))
        .map(|(_, key)| key.as_str())
        .take(NAMED)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn reached(keys: &BTreeSet<i64>) -> Access {
        Access {
            user: "ali".into(),
            role: "app".into(),
            table: "public.emails".into(),
            command: "select".into(),
            state: "rows".into(),
            count: keys.len() as u64,
            digest: keys.iter().sum::<i64>().to_string(),
            sample: keys.iter().take(SAMPLE).map(|it| (*it, it.to_string())).collect(),
        }
    }

    fn rules(using: &str) -> TableRules {
        TableRules {
            table: "public.emails".into(),
            owner: "owner".into(),
            rls: "on".into(),
            grants: Vec::new(),
            policies: vec![PolicyRules {
                policy: "own".into(),
                command: "SELECT".into(),
                permissive: true,
                roles: vec!["public".into()],
                using: Some(using.into()),
                with_check: None,
            }],
        }
    }

    #[test]
    fn a_difference_says_from_what_to_what() {
        let snapshot = |using: &str, keys: &[i64]| Snapshot {
            version: super::super::VERSION,
            tables: vec![rules(using)],
            access: vec![reached(&keys.iter().copied().collect())],
        };
        let found = compare(&snapshot("(a = 1)", &[1, 2]), &snapshot("true", &[1, 2, 3, 4]));
        let told: Vec<_> = found.iter().map(|it| it.detail.as_str()).collect();
        assert_eq!(
            told,
            [
                "policy own changed from permissive for SELECT to public USING (a = 1) to permissive for SELECT to public USING true",
                "ali, select: 2 more rows (4 now); new, for example: 3, 4",
            ]
        );
        let same = snapshot("true", &[1]);
        assert!(compare(&same, &same).is_empty());
    }

    proptest! {
        /// Whatever is named as new is new, and a change is never missed.
        #[test]
        fn what_is_named_is_so(before in prop::collection::btree_set(0i64..99, 0..60), now in prop::collection::btree_set(0i64..99, 0..60)) {
            let (old, new) = (reached(&before), reached(&now));
            for key in surely(&old, &new) {
                let key: i64 = key.parse().unwrap();
                prop_assert!(now.contains(&key) && !before.contains(&key));
            }
            if before.len() < SAMPLE && now.len() < SAMPLE {
                prop_assert_eq!(surely(&old, &new).is_empty(), now.is_subset(&before));
            }
        }
    }
}
