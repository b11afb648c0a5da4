//! The functions that drafted policies call: who asks, in which organizations they are, and who is in one of these too.
//!
//! They run as the owner of the tables and see every membership, whatever policies these tables get. Each is asked once per statement.

use super::{
    super::belonging::{Belonging, belongings, told},
    Ground,
};
use crate::{
    mapping::Mapping,
    pg::{quote_literal, spell_ident},
};

/// The functions that the policies call.
pub(super) const ORGANIZATIONS: &str = "acting_organizations";
pub(super) const COLLEAGUES: &str = "acting_colleagues";
pub(super) const USER: &str = "acting_user";

impl Ground {
    /// The statements that make the functions, and let the role alone that asks call them.
    pub(super) fn functions(&self, mapping: &Mapping) -> String {
        let bodies = [
            (USER, self.user_type.clone(), self.asks(mapping)),
            (ORGANIZATIONS, format!("{}[]", self.organization_type), self.organizations(mapping)),
            (COLLEAGUES, format!("{}[]", self.user_type), self.colleagues(mapping)),
        ];
        let made = bodies.map(|(name, returns, body)| {
            format!(
                "CREATE FUNCTION {} RETURNS {returns} LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$\n{body}\n$$;\n\n",
                self.function(name)
            )
        });
        let names = [USER, ORGANIZATIONS, COLLEAGUES].map(|name| self.function(name));
        let role = spell_ident(&self.role);
        let rights = names.each_ref().map(|name| {
            format!("REVOKE EXECUTE ON FUNCTION {name} FROM PUBLIC;\nGRANT EXECUTE ON FUNCTION {name} TO {role};\n")
        });
        let list = names.map(|name| quote_literal(&name)).join(", ");
        let owner = quote_literal(&self.owner.spelled());
        let given = format!(
            "DO $$\nBEGIN\n  -- They belong to the owner of the tables, whose rows no policy hides from it.\n  EXECUTE (SELECT pg_catalog.string_agg(pg_catalog.format('ALTER FUNCTION %s OWNER TO %I', f, pg_catalog.pg_get_userbyid(c.relowner)), '; ')\n             FROM pg_catalog.pg_class c, pg_catalog.unnest(ARRAY[{list}]) f WHERE c.oid = {owner}::pg_catalog.regclass);\nEND\n$$;\n\n"
        );
        [made.concat(), rights.concat(), given].concat()
    }

    /// The user that asks, if there is one.
    fn asks(&self, mapping: &Mapping) -> String {
        let user = &mapping.user;
        let key = spell_ident(&self.user_key);
        let gone = match (&user.deleted, &user.deleted_at) {
            (Some(deleted), _) => Some(format!("{} IS NOT TRUE", told(deleted))),
            (None, Some(at)) => Some(format!("{} IS NULL", told(at))),
            (None, None) => None,
        };
        let conditions: Vec<String> =
            [format!("t.{key} = {}", self.user)].into_iter().chain(gone).collect();
        format!(
            "  SELECT t.{key}\n    FROM {} AS t\n   WHERE {}",
            user.source.relation.spelled(),
            conditions.join("\n     AND ")
        )
    }

    /// The organizations of whoever asks.
    fn organizations(&self, mapping: &Mapping) -> String {
        format!(
            "  SELECT coalesce(pg_catalog.array_agg(DISTINCT m.organization), '{{}}')\n    FROM (\n{}\n    ) AS m\n   WHERE m.member = (SELECT {})",
            members(mapping, true),
            self.function(USER)
        )
    }

    /// Whoever is in one of these organizations, whoever asks among them.
    fn colleagues(&self, mapping: &Mapping) -> String {
        format!(
            "  SELECT coalesce(pg_catalog.array_agg(DISTINCT m.member), '{{}}')\n    FROM (\n{}\n    ) AS m\n   WHERE m.member = (SELECT {})\n      OR m.organization = ANY ((SELECT {})::{}[])",
            members(mapping, false),
            self.function(USER),
            self.function(ORGANIZATIONS),
            self.organization_type
        )
    }
}

/// Who is where; only memberships that count, if they have to be `active`.
fn members(mapping: &Mapping, active: bool) -> String {
    let arm = |belonging: &Belonging<'_>| {
        let conditions = match belonging.conditions(active).as_slice() {
            [] => String::new(),
            some => format!("\n       WHERE {}", some.join(" AND ")),
        };
        format!(
            "      SELECT {} AS member, {} AS organization {}{conditions}",
            belonging.user,
            belonging.organization,
            belonging.from()
        )
    };
    let arms: Vec<String> = belongings(mapping).iter().map(arm).collect();
    arms.join("\n      UNION ALL\n")
}
