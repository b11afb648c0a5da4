//! Who belongs to which organization, as SQL that a person is given to read: each way in which a mapping says so.

use crate::mapping::{Expression, Mapping, Source};

/// One way in which a mapping says who belongs where.
pub(super) struct Belonging<'a> {
    source: &'a Source,
    /// The user's id.
    pub(super) user: String,
    /// The organization's id.
    pub(super) organization: String,
    /// What holds of a row that says so at all.
    is_one: Option<String>,
    /// What holds of one that counts now.
    counts: Option<String>,
}

/// All ways of `mapping`; none where it knows of no memberships.
pub(super) fn belongings(mapping: &Mapping) -> Vec<Belonging<'_>> {
    let user = &mapping.user;
    if let (Some(organization), true) = (&user.organization_id, mapping.memberships.is_empty()) {
        let is_one = Some(format!("{} IS NOT NULL", told(organization)));
        return vec![Belonging {
            source: &user.source,
            user: told(&user.id),
            organization: told(organization),
            is_one,
            counts: None,
        }];
    }
    let each = mapping.memberships.iter().map(|member| Belonging {
        source: &member.source,
        user: told(&member.user_id),
        organization: told(&member.organization_id),
        is_one: None,
        counts: member.active.as_ref().map(|it| format!("{} IS NOT FALSE", told(it))),
    });
    each.collect()
}

impl Belonging<'_> {
    /// Where its rows come from.
    pub(super) fn from(&self) -> String {
        if self.source.joins.is_empty() {
            return format!("FROM {} AS t", self.source.relation.spelled());
        }
        self.source.from_clause().render().0.trim().to_owned()
    }

    /// What holds of its rows; of those that do not count now, too, unless they have to be `active`.
    pub(super) fn conditions(&self, active: bool) -> Vec<String> {
        let filter = self.source.filter.as_ref().map(told);
        let counts = self.counts.clone().filter(|_| active);
        [filter, self.is_one.clone(), counts].into_iter().flatten().collect()
    }
}

/// An expression as it stands in a condition.
pub(super) fn told(expression: &Expression) -> String {
    if expression.plain().is_some() { expression.to_string() } else { format!("({expression})") }
}
