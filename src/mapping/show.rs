//! A mapping as people read it: concept, relation, expressions.

use std::fmt::Write as _;

use super::{Concept, JsonTemplate, Mapping, Per, Role, Setting, SettingValue};

/// The mapping as a plain listing.
pub fn show(mapping: &Mapping) -> String {
    let mut text = format!("{} ({}), read from {}\n", mapping.title, mapping.name, mapping.file);
    let list = |items: &[String]| if items.is_empty() { "-".to_owned() } else { items.join(", ") };
    line(&mut text, "known by", &list(&names(&mapping.fingerprint)));
    line(&mut text, "zone", &mapping.zone);
    line(&mut text, "admin roles", &list(&mapping.admin_roles));
    line(&mut text, "tenant columns", &list(&mapping.tenant_columns));
    line(&mut text, "secrets", &list(&names(&mapping.secrets)));
    line(&mut text, "watched", &list(&names(&mapping.watch)));
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
