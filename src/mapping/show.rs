//! A mapping as people read it: concept, relation, expressions.

use std::fmt::Write as _;

use super::{Concept, JsonTemplate, Mapping, Per, Role, Setting, SettingValue};

/// How wide a list may become beside its name.
const WIDTH: usize = 58;

/// The mapping as a plain listing.
pub fn show(mapping: &Mapping) -> String {
    let mut text = format!("{} ({}), read from {}\n", mapping.title, mapping.name, mapping.file);
    list(&mut text, "known by", &names(&mapping.fingerprint));
    line(&mut text, "zone", &mapping.zone);
    list(&mut text, "admin roles", &mapping.admin_roles);
    list(&mut text, "tenant columns", &mapping.tenant_columns);
    list(&mut text, "global users", &mapping.global_users);
    list(&mut text, "secrets", &names(&mapping.secrets));
    list(&mut text, "watched", &names(&mapping.watch));
    for note in &mapping.notes {
        line(&mut text, "note", note);
    }
    show_identity(&mut text, mapping);
    for concept in mapping.concepts() {
        show_concept(&mut text, &concept);
    }
    for role in &mapping.roles {
        if let Role::Fixed(roles) = role {
            text.push_str("\nroles that stand in no table\n");
            for role in roles {
                line(&mut text, &role.name, role.description.as_deref().unwrap_or("-"));
            }
        }
    }
    show_absent(&mut text, mapping);
    text
}

fn line(text: &mut String, name: &str, value: &str) {
    writeln!(text, "  {name:<18} {value}").expect("a string takes everything");
}

/// As many items a line as fit.
fn list(text: &mut String, name: &str, items: &[String]) {
    let mut name = name;
    let mut rest = items;
    while let Some(first) = rest.first() {
        let mut value = first.clone();
        let mut count = 1;
        while let Some(next) = rest.get(count).filter(|it| value.len() + it.len() + 3 <= WIDTH) {
            value.push_str(", ");
            value.push_str(next);
            count += 1;
        }
        rest = &rest[count..];
        if !rest.is_empty() {
            value.push(',');
        }
        line(text, name, &value);
        name = "";
    }
    if items.is_empty() {
        line(text, name, "-");
    }
}

fn names(items: &[impl ToString]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

fn show_identity(text: &mut String, mapping: &Mapping) {
    let Some(recipe) = &mapping.identity else { return };
    let per = match recipe.per {
        Per::User => "user",
        Per::Membership => "membership",
    };
    writeln!(text, "\nidentity, one per {per}").expect("a string takes everything");
    line(text, "role", &recipe.role);
    show_settings(text, &recipe.settings);
    if let Some(entry) = &recipe.audit {
        writeln!(text, "\nan entry when somebody is acted as, in {}", entry.relation)
            .expect("a string takes everything");
        for (column, value) in &entry.values {
            line(text, column, &json(value));
        }
    }
    for other in &recipe.others {
        writeln!(text, "\nidentity {}", other.name).expect("a string takes everything");
        line(text, "role", &other.role);
        show_settings(text, &other.settings);
    }
}

fn show_settings(text: &mut String, settings: &[Setting]) {
    for setting in settings {
        let value = match &setting.value {
            SettingValue::Text(template) => template.to_string(),
            SettingValue::Json(template) => json(template),
        };
        line(text, setting.name.as_str(), &value);
    }
}

fn json(template: &JsonTemplate) -> String {
    match template {
        JsonTemplate::Plain(value) => value.to_string(),
        JsonTemplate::Text(template) => format!("\"{template}\""),
        JsonTemplate::List(items) => {
            format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(", "))
        }
        JsonTemplate::Object(items) => {
            let items = items.iter().map(|(key, item)| format!("\"{key}\": {}", json(item)));
            format!("{{{}}}", items.collect::<Vec<_>>().join(", "))
        }
    }
}

fn show_concept(text: &mut String, concept: &Concept<'_>) {
    let key = concept.key.replace('_', " ");
    let called =
        if key == concept.title { String::new() } else { format!(" \"{}\"", concept.title) };
    writeln!(text, "\n{key}{called} from {}", concept.source.relation)
        .expect("a string takes everything");
    for join in &concept.source.joins {
        line(text, &format!("+ {}", join.alias), &format!("{} on {}", join.relation, join.on));
    }
    if let Some(filter) = &concept.source.filter {
        line(text, "only where", filter.text());
    }
    for column in &concept.columns {
        line(text, column.name, column.expression.text());
    }
    for extra in concept.extra {
        line(text, &format!("· {}", extra.name), extra.expression.text());
    }
}

/// What the schema lacks, so that nobody looks for it.
fn show_absent(text: &mut String, mapping: &Mapping) {
    let absent: Vec<_> = [
        ("identity", mapping.identity.is_none()),
        ("department", mapping.department.is_none()),
        ("department member", mapping.department_members.is_empty()),
        ("role", mapping.roles.is_empty()),
        ("grant", mapping.grants.is_empty()),
        ("audit", mapping.audits.is_empty()),
        ("usage", mapping.usages.is_empty()),
        ("limit", mapping.limits.is_empty()),
    ]
    .into_iter()
    .filter_map(|(name, is_absent)| is_absent.then_some(name))
    .collect();
    if !absent.is_empty() {
        writeln!(text, "\nabsent: {}", absent.join(", ")).expect("a string takes everything");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::Library;

    #[test]
    fn a_list_is_whole_and_fits_beside_its_name() {
        let library = Library::shipped();
        for name in ["org-assistant", "jenifer", "hastecrm", "sekretarka", "rishi"] {
            let mapping = library.choose(name).unwrap();
            let text = show(&mapping);
            let from = text.find("  secrets ").unwrap();
            let (secrets, _) = text[from..].split_once("  watched ").unwrap();
            assert!(secrets.lines().all(|line| line.chars().count() <= 80), "{secrets}");
            let words: Vec<_> = secrets.split_whitespace().skip(1).collect();
            assert_eq!(words.join(" "), names(&mapping.secrets).join(", "), "{name}");
        }
        let mut empty = String::new();
        list(&mut empty, "secrets", &[]);
        assert!(empty.trim_end().ends_with(" -"), "{empty}");
    }
}
