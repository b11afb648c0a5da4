//! Drafts of the blocks for events, usage and limits, guessed by shape.

use super::{
    block::{Block, of, row},
    ground::{Ground, words},
    roots::Root,
};
use crate::{
    mapping::{
        catalog::{CatalogColumn, Table},
        secrecy::looks_secret,
    },
    pg::RelationName,
};

const AT: &[&str] = &[
    "occurred_at",
    "happened_at",
    "logged_at",
    "event_time",
    "event_at",
    "timestamp",
    "at",
    "changed_at",
    "performed_at",
    "recorded_at",
    "used_at",
    "created_at",
    "created_on",
    "started_at",
    "inserted_at",
    "time",
];
const ACTION: &[&str] = &[
    "action",
    "action_type",
    "event_type",
    "event",
    "event_name",
    "operation",
    "verb",
    "activity_type",
];
const ENTITY: &[&str] = &[
    "entity_type",
    "resource_type",
    "object_type",
    "target_type",
    "subject_type",
    "record_type",
    "auditable_type",
    "table_name",
    "entity",
];
const ENTITY_ID: &[&str] = &[
    "entity_id",
    "resource_id",
    "object_id",
    "target_id",
    "subject_id",
    "record_id",
    "auditable_id",
    "row_id",
];
const BEFORE: &[&str] =
    &["old_values", "old_value", "before", "old_data", "old_row", "previous", "old"];
const AFTER: &[&str] =
    &["new_values", "new_value", "after", "new_data", "new_row", "current", "new"];
const DETAILS: &[&str] = &[
    "details",
    "metadata",
    "event_data",
    "data",
    "payload",
    "context",
    "meta",
    "properties",
    "changes",
];
const TRAIL: &[&str] = &["audit", "log", "event", "history", "activity", "trail", "change"];
const USED: &[&str] = &["usage", "metric", "consumption", "meter", "charge", "billing"];
const CAPS: &[&str] = &["limit", "quota", "cap", "allowance", "budget"];

/// What is known of a schema when its records are looked for.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub(super) ground: &'a Ground<'a>,
    pub(super) users: &'a Root,
    pub(super) tenants: &'a Root,
    pub(super) department: Option<&'a Root>,
}

/// `[[audit]]`, `[[usage]]` and `[[limit]]`.
pub(super) fn blocks(known: &Known<'_>) -> Vec<Block> {
    let tables = || {
        known
            .ground
            .tables()
            .filter(|(name, _)| **name != known.users.relation && **name != known.tenants.relation)
    };
    let mut audits: Vec<_> =
        tables().filter_map(|(name, table)| audit(known, name, table)).collect();
    let mut usages: Vec<_> =
        tables().filter_map(|(name, table)| usage(known, name, table)).collect();
    let mut limits: Vec<_> =
        tables().filter_map(|(name, table)| limit(known, name, table)).collect();
    if audits.is_empty() {
        let lines =
            ["source = \"…\"", "relation = \"schema.table\"", "id = \"t.…\"", "at = \"t.…\""];
        audits.push(Block::missing(
            "[[audit]]",
            "No table looks like a record of what was done.",
            &lines,
        ));
    }
    if usages.is_empty() {
        let lines = [
            "source = \"…\"",
            "relation = \"schema.table\"",
            "id = \"t.…\"",
            "at = \"t.…\"",
            "money = \"t.…\"",
        ];
        usages.push(Block::missing(
            "[[usage]]",
            "No table looks like a record of what was consumed.",
            &lines,
        ));
    }
    if limits.is_empty() {
        let lines = [
            "relation = \"schema.table\"",
            "id = \"t.…\"",
            "scope_type = \"'organization'\"",
            "scope_id = \"t.…\"",
            "limit_type = \"t.…\"",
            "limit = \"t.…\"",
        ];
        limits.push(Block::missing("[[limit]]", "No table looks like limits.", &lines));
    }
    [audits, usages, limits].concat()
}

fn audit(known: &Known<'_>, name: &RelationName, table: &Table) -> Option<Block> {
    let at = table.time(AT)?;
    let action = table.text(ACTION);
    let entity = table.text(ENTITY);
    let (before, after) = (table.any(BEFORE), table.any(AFTER));
    let is_called = has_word(name, TRAIL);
    let is_trail = match action {
        Some(_) => entity.is_some() || before.is_some() || is_called,
        None => before.is_some() && after.is_some(),
    };
    if !is_trail || table.any(&["input_tokens", "total_tokens", "tokens_used"]).is_some() {
        return None;
    }
    let mut block = Block::new("[[audit]]");
    let signs = [Some(at), action, entity, before, after];
    block.note(evidence(name, is_called, &signs));
    begin(known, &mut block, (name, table), at, "actor_id");
    block.maybe("action", action.map(|it| row(&it.name)));
    block.maybe("entity_type", entity.map(|it| row(&it.name)));
    block.maybe("entity_id", plain(table.any(ENTITY_ID)));
    block.maybe("before", plain(before)).maybe("after", plain(after));
    block.maybe("details", plain(table.any(DETAILS)));
    block.maybe("tool", plain(table.text(&["tool_name", "tool", "source"])));
    block.maybe("address", plain(table.any(&["ip_address", "ip", "remote_addr", "client_ip"])));
    Some(block)
}

fn usage(known: &Known<'_>, name: &RelationName, table: &Table) -> Option<Block> {
    let at = table.time(&[
        "used_at",
        "recorded_at",
        "occurred_at",
        "period_start",
        "created_at",
        "timestamp",
        "at",
        "date",
        "day",
    ])?;
    let tokens_in = table.number(&["input_tokens", "prompt_tokens", "tokens_in"]);
    let tokens_out = table.number(&["output_tokens", "completion_tokens", "tokens_out"]);
    let total =
        table.number(&["total_tokens", "tokens_used", "tokens", "token_count", "tokens_total"]);
    let is_called = has_word(name, USED);
    let money = table.number(&["cost_usd", "cost_eur", "cost", "total_cost", "charge"]);
    let cents = table.number(&["cost_cents", "amount_cents", "price_cents"]);
    let money = money.or_else(|| table.number(&["amount", "price"]).filter(|_| is_called));
    let units = table
        .number(&["metric_value", "quantity", "units", "value", "amount"])
        .filter(|_| is_called && money.is_none());
    let signs = [tokens_in, tokens_out, total, money, cents, units];
    if signs.iter().all(Option::is_none) || has_word(name, CAPS) {
        return None;
    }
    let mut block = Block::new("[[usage]]");
    block.note(evidence(name, is_called, &signs));
    begin(known, &mut block, (name, table), at, "user_id");
    block.maybe("model", plain(table.text(&["model", "model_name", "model_id"])));
    block.maybe(
        "operation",
        plain(table.text(&[
            "operation_type",
            "operation",
            "metric_type",
            "metric",
            "type",
            "kind",
            "category",
        ])),
    );
    block
        .maybe("tokens_in", plain(tokens_in))
        .maybe("tokens_out", plain(tokens_out))
        .maybe("tokens_total", plain(total));
    let cents = cents.map(|it| format!("{}::numeric / 100", row(&it.name)));
    block.maybe("money", plain(money).or(cents));
    block.maybe("currency", currency(table, money));
    block.maybe("units", plain(units));
    block.maybe("unit", plain(table.text(&["metric_unit", "unit"]).filter(|_| units.is_some())));
    Some(block)
}

fn limit(known: &Known<'_>, name: &RelationName, table: &Table) -> Option<Block> {
    let amount = table.number(&[
        "limit_value",
        "limit",
        "max_value",
        "maximum",
        "quota",
        "max_amount",
        "allowance",
        "amount",
    ])?;
    let kind =
        table.text(&["limit_type", "metric", "metric_type", "kind", "type", "resource", "name"])?;
    if !has_word(name, CAPS) {
        return None;
    }
    let scope_type = table.text(&["scope_type", "scope", "level"]);
    let scope_id = table.any(&["scope_id", "subject_id", "owner_id"]);
    let tenant =
        known.ground.columns_between(name, &known.tenants.relation).first().map(|it| row(it));
    let scope = match (scope_type, scope_id, tenant) {
        (Some(scope_type), Some(scope_id), _) => (row(&scope_type.name), row(&scope_id.name)),
        (_, _, Some(tenant)) => ("'organization'".to_owned(), tenant),
        _ => return None,
    };
    let mut block = Block::new("[[limit]]");
    block.note(evidence(name, true, &[Some(amount), Some(kind)]));
    block.relation("relation", name).expression("id", &row(table.key()?));
    block.expression("scope_type", &scope.0).expression("scope_id", &scope.1);
    block.expression("limit_type", &row(&kind.name)).expression("limit", &row(&amount.name));
    block.maybe(
        "stored",
        plain(table.number(&["current_usage", "used", "usage", "consumed", "current_value"])),
    );
    block.maybe(
        "period_start",
        plain(table.time(&["period_start", "starts_at", "start_date", "valid_from"])),
    );
    Some(block)
}

/// What audit and usage have in common: source, key, time, and to whom it belongs, with one join where the table itself does not say.
fn begin(
    known: &Known<'_>,
    block: &mut Block,
    (name, table): (&RelationName, &Table),
    at: &CatalogColumn,
    user_key: &str,
) {
    let ground = known.ground;
    let source = if name.schema == "public" { name.name.clone() } else { name.to_string() };
    block.text("source", &source.replace('_', " ")).relation("relation", name);
    let direct = ground.columns_between(name, &known.tenants.relation).first().map(|it| row(it));
    let path = direct.is_none().then(|| one_step(known, name)).flatten();
    if let Some(path) = &path {
        block.join(&path.over, "j", &path.key, &path.by);
    }
    block.maybe("id", table.key().map(row)).expression("at", &row(&at.name));
    block.maybe("organization_id", direct.or_else(|| path.map(|it| of("j", &it.tenant))));
    let department =
        known.department.and_then(|it| ground.columns_between(name, &it.relation).first().copied());
    block.maybe("department_id", department.map(row));
    let users = ground.columns_between(name, &known.users.relation);
    let preferred = ["actor_id", "user_id", "performed_by", "changed_by", "created_by"];
    let user = preferred.iter().find(|it| users.contains(it)).or_else(|| users.first());
    block.maybe(user_key, user.map(|it| row(it)));
}

/// The table over which `from` belongs to an organization.
struct Path {
    over: RelationName,
    key: String,
    by: String,
    tenant: String,
}

fn one_step(known: &Known<'_>, from: &RelationName) -> Option<Path> {
    known.ground.links_from(from).find_map(|link| {
        let key = known.ground.table(&link.to)?.key()?.to_owned();
        let tenant =
            known.ground.columns_between(&link.to, &known.tenants.relation).first().copied()?;
        Some(Path {
            over: link.to.clone(),
            key,
            by: link.column.clone(),
            tenant: tenant.to_owned(),
        })
    })
}

fn evidence(name: &RelationName, is_called: bool, signs: &[Option<&CatalogColumn>]) -> String {
    let signs: Vec<_> = signs.iter().flatten().map(|it| it.name.as_str()).collect();
    let called = if is_called { " and is called so" } else { "" };
    format!("A guess: {name} has `{}`{called}.", signs.join("`, `"))
}

fn has_word(name: &RelationName, known: &[&str]) -> bool {
    words(&name.name).iter().any(|word| known.contains(&super::ground::singular(word).as_str()))
}

/// The column, unless it looks like a secret.
fn plain(column: Option<&CatalogColumn>) -> Option<String> {
    column.filter(|it| !looks_secret(&it.name, &it.category)).map(|it| row(&it.name))
}

fn currency(table: &Table, money: Option<&CatalogColumn>) -> Option<String> {
    if let Some(column) = table.text(&["currency", "currency_code"]) {
        return money.map(|_| row(&column.name));
    }
    let code = money?.name.rsplit('_').next().filter(|it| it.len() == 3)?;
    matches!(code, "usd" | "eur" | "gbp" | "pln" | "chf")
        .then(|| format!("'{}'", code.to_uppercase()))
}
