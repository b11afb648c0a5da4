//! How a user becomes an identity: the role to take and the settings to make.
//!
//! Values of settings are texts that are bound; JSON is built as JSON, so that no value can leave its quotes.

use serde_json::{Map, Value};
use toml::de::DeValue;

use super::{
    AuditEntry, Place, Subject, Template,
    page::{Fields, Item, kind},
    part::{self, Part},
};
use crate::pg::{Problem, SettingName};

/// How a user becomes an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// The role to take.
    pub role: String,
    /// Whether a user has one identity, or one per membership.
    pub per: Per,
    /// The settings to make, in order.
    pub settings: Vec<Setting>,
    /// Identities that are no users.
    pub others: Vec<OtherIdentity>,
    /// The entry in the application's own audit about acting as somebody.
    pub audit: Option<AuditEntry>,
    /// The line of the file on which it begins.
    pub line: usize,
}

/// What an identity belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Per {
    /// A user has one identity.
    User,
    /// A user has one identity for each membership.
    Membership,
}

/// An identity that is no user, such as a visitor who has not signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherIdentity {
    /// What people call it.
    pub name: String,
    /// The role to take.
    pub role: String,
    /// The settings to make, in order.
    pub settings: Vec<Setting>,
    /// The line of the file on which it begins.
    pub line: usize,
}

/// One setting of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: SettingName,
    /// Its value.
    pub value: SettingValue,
    /// The line of the file on which it stands.
    pub line: usize,
}

/// The value of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// A text with places.
    Text(Template),
    /// JSON whose texts have places.
    Json(JsonTemplate),
}

/// JSON whose texts have places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonTemplate {
    /// A number, a truth value or null.
    Plain(Value),
    /// A text.
    Text(Template),
    /// A list.
    List(Vec<Self>),
    /// An object, its keys in the order of the file.
    Object(Vec<(String, Self)>),
}

impl Recipe {
    /// The settings for `subject`; fails if one needs what `subject` does not have.
    pub fn settings_for(
        &self,
        subject: &Subject<'_>,
    ) -> Result<Vec<(SettingName, String)>, Problem> {
        fill(&self.settings, subject)
    }

    /// Whether an identity depends on the membership that is acted in.
    pub fn needs_membership(&self) -> bool {
        self.per == Per::Membership
    }

    /// Reads `[identity]`.
    pub(super) fn read(fields: &Fields<'_>) -> Option<Self> {
        let role = String::read(fields, "role");
        let per = match fields.get("per") {
            None => Some(Per::User),
            Some(item) => fields.parsed(item, "per", |text| match text {
                "user" => Ok(Per::User),
                "membership" => Ok(Per::Membership),
                _ => Err(format!("either `user` or `membership`, not: {text}")),
            }),
        };
        let settings = settings(fields);
        let audit = part::maybe(fields, "audit", AuditEntry::read);
        let others: Vec<_> = fields
            .items("other")
            .into_iter()
            .map(|item| {
                let fields = fields.table(item, "identity.other")?;
                let other = OtherIdentity::read(&fields);
                fields.refuse_the_rest();
                other
            })
            .collect();
        fields.refuse_the_rest();
        let (role, per, settings, audit) = (role?, per?, settings?, audit?);
        let others = others.into_iter().collect::<Option<_>>()?;
        Some(Self { role, per, settings, others, audit, line: fields.line() })
    }
}

impl OtherIdentity {
    /// Its settings; nothing in them depends on a user.
    pub fn settings(&self) -> Result<Vec<(SettingName, String)>, Problem> {
        fill(&self.settings, &Subject::default())
    }

    fn read(fields: &Fields<'_>) -> Option<Self> {
        let (name, role) = (String::read(fields, "name"), String::read(fields, "role"));
        let settings = settings(fields)?;
        if settings.iter().any(|setting| setting.value.places().next().is_some()) {
            fields.refuse("an identity that is no user has no places such as `{user.id}`");
        }
        Some(Self { name: name?, role: role?, settings, line: fields.line() })
    }
}

impl SettingValue {
    fn fill(&self, subject: &Subject<'_>) -> Result<String, Place> {
        match self {
            Self::Text(template) => template.fill(subject),
            Self::Json(template) => Ok(template.fill(subject)?.to_string()),
        }
    }

    /// The places in it.
    pub fn places(&self) -> Box<dyn Iterator<Item = Place> + '_> {
        match self {
            Self::Text(template) => Box::new(template.places()),
            Self::Json(template) => template.places(),
        }
    }
}

impl JsonTemplate {
    pub(super) fn fill(&self, subject: &Subject<'_>) -> Result<Value, Place> {
        Ok(match self {
            Self::Plain(value) => value.clone(),
            Self::Text(template) => match template.only_place() {
                // A claim that a user does not have is null, not a text.
                Some(place) => place.value(subject).map_or(Value::Null, Value::from),
                None => Value::String(template.fill(subject)?),
            },
            Self::List(items) => {
                Value::Array(items.iter().map(|item| item.fill(subject)).collect::<Result<_, _>>()?)
            }
            Self::Object(items) => Value::Object(
                items
                    .iter()
                    .map(|(key, item)| Ok((key.clone(), item.fill(subject)?)))
                    .collect::<Result<Map<_, _>, _>>()?,
            ),
        })
    }

    pub(super) fn places(&self) -> Box<dyn Iterator<Item = Place> + '_> {
        match self {
            Self::Plain(_) => Box::new(std::iter::empty()),
            Self::Text(template) => Box::new(template.places()),
            Self::List(items) => Box::new(items.iter().flat_map(Self::places)),
            Self::Object(items) => Box::new(items.iter().flat_map(|(_, item)| item.places())),
        }
    }
}

fn fill(
    settings: &[Setting],
    subject: &Subject<'_>,
) -> Result<Vec<(SettingName, String)>, Problem> {
    settings
        .iter()
        .map(|setting| match setting.value.fill(subject) {
            Ok(value) => Ok((setting.name.clone(), value)),
            Err(place) => Err(Problem::usage(format!(
                "the identity needs `{}` for `{}`, and there is none",
                place.name(),
                setting.name
            ))
            .hint(match place {
                Place::OrganizationId | Place::MembershipRole => {
                    "choose one of the user's memberships"
                }
                Place::UserId
                | Place::UserEmail
                | Place::UserLabel
                | Place::DatabaseRole
                | Place::Actor
                | Place::Login
                | Place::Reason
                | Place::Since
                | Place::Until => "nobody can be this user in the application either",
            })),
        })
        .collect()
}

fn settings(fields: &Fields<'_>) -> Option<Vec<Setting>> {
    let Some(item) = fields.get("settings") else { return Some(Vec::new()) };
    let table = fields.table(item, format!("{}.settings", fields.title()))?;
    let settings: Vec<_> = table
        .each()
        .into_iter()
        .map(|(key, item)| {
            let name = key
                .parse::<SettingName>()
                .map_err(|problem| table.refuse_at(item, problem.to_string()))
                .ok();
            let value = match item.get_ref() {
                DeValue::Table(_) | DeValue::Array(_) => {
                    json(&table, item, Place::OF_IDENTITY).map(SettingValue::Json)
                }
                DeValue::String(text) => {
                    template(&table, item, text, Place::OF_IDENTITY).map(SettingValue::Text)
                }
                DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_) => {
                    let reason =
                        format!("`{key}` is a text or a table, not {}", kind(item.get_ref()));
                    table.refuse_at(item, reason);
                    None
                }
            };
            Some(Setting { name: name?, value: value?, line: table.line_of(item) })
        })
        .collect();
    settings.into_iter().collect()
}

fn template(
    fields: &Fields<'_>,
    item: &Item<'_>,
    text: &str,
    places: &[Place],
) -> Option<Template> {
    Template::parse_with(text, places).map_err(|reason| fields.refuse_at(item, reason)).ok()
}

/// JSON in whose texts `places` may stand.
pub(super) fn json<'p>(
    fields: &Fields<'p>,
    item: &'p Item<'p>,
    places: &[Place],
) -> Option<JsonTemplate> {
    let number = |text: &str| text.parse::<serde_json::Number>().ok().map(Value::Number);
    let plain = match item.get_ref() {
        DeValue::String(text) => {
            return template(fields, item, text, places).map(JsonTemplate::Text);
        }
        DeValue::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| json(fields, item, places)).collect();
            return items.into_iter().collect::<Option<_>>().map(JsonTemplate::List);
        }
        DeValue::Table(_) => {
            let table = fields.table(item, fields.title())?;
            let items: Vec<_> = table
                .each()
                .into_iter()
                .map(|(key, item)| Some((key.to_owned(), json(&table, item, places)?)))
                .collect();
            return items.into_iter().collect::<Option<_>>().map(JsonTemplate::Object);
        }
        DeValue::Boolean(truth) => Some(Value::Bool(*truth)),
        DeValue::Integer(digits) if digits.radix() == 10 => number(digits.as_str()),
        DeValue::Float(digits) => number(digits.as_str()),
        DeValue::Integer(_) | DeValue::Datetime(_) => None,
    };
    if plain.is_none() {
        fields.refuse_at(item, "JSON holds texts, decimal numbers, truth values, lists and tables");
    }
    plain.map(JsonTemplate::Plain)
}
