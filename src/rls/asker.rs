//! Whoever asks, as a policy knows them: an expression over the settings of the identity.

use crate::{
    database::Database,
    list::TypeName,
    mapping::{Expression, JsonTemplate, Mapping, Place, Recipe, SettingValue},
    pg::{Problem, RelationName, Run, quote_literal},
};

/// Whoever asks.
pub(super) struct Asker {
    /// The expression of the user's id, in the type that it has.
    pub(super) expression: String,
    /// The column of the users that the id is.
    pub(super) key: String,
    /// Its type, as people write it.
    pub(super) type_name: String,
}

impl Asker {
    /// Whoever asks in a database that `mapping` describes.
    pub(super) async fn of(
        database: &Database,
        mapping: &Mapping,
        run: &Run,
    ) -> Result<Self, Problem> {
        let key = key_column(&mapping.user.id)?;
        let type_name = type_of(database, &mapping.user.source.relation, &key, run).await?;
        let expression = format!("{}::{type_name}", asking(mapping.recipe()?)?);
        Ok(Self { expression, key, type_name })
    }
}

/// The type of a column, as people write it.
pub(super) async fn type_of(
    database: &Database,
    relation: &RelationName,
    column: &str,
    run: &Run,
) -> Result<String, Problem> {
    let found = database.relation(relation, run).await?;
    let attribute = found
        .attribute(column)
        .ok_or_else(|| Problem::usage(format!("`{relation}` has no column: {column}")))?;
    Ok(written(&attribute.type_name))
}

/// The column that an id is.
pub(super) fn key_column(id: &Expression) -> Result<String, Problem> {
    id.plain_column().map(str::to_owned).ok_or_else(|| {
        Problem::usage(format!("policies can only be drafted where an id is a column, not: {id}"))
    })
}

/// The expression of whoever asks, out of the settings of the identity.
fn asking(recipe: &Recipe) -> Result<String, Problem> {
    for setting in &recipe.settings {
        let read = format!(
            "nullif(pg_catalog.current_setting({}, true), '')",
            quote_literal(setting.name.as_str())
        );
        match &setting.value {
            SettingValue::Text(text) if text.only_place() == Some(Place::UserId) => {
                return Ok(read);
            }
            SettingValue::Json(JsonTemplate::Object(fields)) => {
                let field = fields.iter().find(|(_, value)| {
                    matches!(value, JsonTemplate::Text(text) if text.only_place() == Some(Place::UserId))
                });
                if let Some((name, _)) = field {
                    return Ok(format!("({read}::pg_catalog.jsonb ->> {})", quote_literal(name)));
                }
            }
            SettingValue::Text(_) | SettingValue::Json(_) => {}
        }
    }
    Err(Problem::usage(
        "no setting of the identity is the id of the user, so no policy can know who asks",
    )
    .hint("give the mapping one, such as `\"app.user_id\" = \"{user.id}\"`"))
}

/// A type as people write it.
fn written(name: &TypeName) -> String {
    if name.schema == "pg_catalog" { name.name.clone() } else { name.spelled() }
}
