//! A text with places for what is known of a user: `{user.id}`.
//!
//! Parsed when the mapping is read, so that an unknown place is a mistake in the file and not a surprise at two in the morning.

use std::fmt;

/// What is known of a user, or of one membership of a user, when an identity is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Subject<'a> {
    /// The user's id.
    pub user_id: &'a str,
    /// The user's e-mail address.
    pub email: Option<&'a str>,
    /// The organization's id.
    pub organization_id: Option<&'a str>,
    /// The role of the membership.
    pub role: Option<&'a str>,
    /// What acting as them is about, where that is asked for.
    pub occasion: Option<Occasion<'a>>,
}

/// Who is about to act as somebody, why and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Occasion<'a> {
    /// The account of the person who acts, on their machine.
    pub actor: &'a str,
    /// Their login to the database.
    pub login: &'a str,
    /// Why: a reason or a ticket.
    pub reason: &'a str,
    /// Since when.
    pub since: &'a str,
    /// Until when.
    pub until: &'a str,
    /// How whoever is acted as is called.
    pub label: &'a str,
    /// The database role that is taken.
    pub database_role: &'a str,
}

/// A place in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// `{user.id}`
    UserId,
    /// `{user.email}`
    UserEmail,
    /// `{organization.id}`
    OrganizationId,
    /// `{membership.role}`
    MembershipRole,
    /// `{user.label}`
    UserLabel,
    /// `{database.role}`
    DatabaseRole,
    /// `{actor}`
    Actor,
    /// `{login}`
    Login,
    /// `{reason}`
    Reason,
    /// `{since}`
    Since,
    /// `{until}`
    Until,
}

impl Place {
    /// Those of an identity, in the order of the documentation.
    pub const OF_IDENTITY: &'static [Self] =
        &[Self::UserId, Self::UserEmail, Self::OrganizationId, Self::MembershipRole];

    /// Those of an entry about acting as an identity.
    pub const OF_ENTRY: &'static [Self] = &[
        Self::UserId,
        Self::UserLabel,
        Self::OrganizationId,
        Self::DatabaseRole,
        Self::Actor,
        Self::Login,
        Self::Reason,
        Self::Since,
        Self::Until,
    ];

    /// How it is written between the braces.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UserId => "user.id",
            Self::UserEmail => "user.email",
            Self::OrganizationId => "organization.id",
            Self::MembershipRole => "membership.role",
            Self::UserLabel => "user.label",
            Self::DatabaseRole => "database.role",
            Self::Actor => "actor",
            Self::Login => "login",
            Self::Reason => "reason",
            Self::Since => "since",
            Self::Until => "until",
        }
    }

    /// Its value, if `subject` has one.
    pub fn value<'a>(self, subject: &Subject<'a>) -> Option<&'a str> {
        let occasion = subject.occasion;
        match self {
            Self::UserId => Some(subject.user_id).filter(|id| !id.is_empty()),
            Self::UserEmail => subject.email,
            Self::OrganizationId => subject.organization_id,
            Self::MembershipRole => subject.role,
            Self::UserLabel => occasion.map(|it| it.label),
            Self::DatabaseRole => occasion.map(|it| it.database_role),
            Self::Actor => occasion.map(|it| it.actor),
            Self::Login => occasion.map(|it| it.login),
            Self::Reason => occasion.map(|it| it.reason),
            Self::Since => occasion.map(|it| it.since),
            Self::Until => occasion.map(|it| it.until),
        }
    }
}

/// A text with places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Place(Place),
}

impl Template {
    /// Parses `text`, in which the places of an identity may stand; `{{` and `}}` stand for braces. Fails with the reason.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::parse_with(text, Place::OF_IDENTITY)
    }

    /// The same where `places` may stand.
    pub fn parse_with(text: &str, places: &[Place]) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let (brace, after) = rest[at..].split_at(1);
            if let Some(after) = after.strip_prefix(brace) {
                plain.push_str(brace);
                rest = after;
                continue;
            }
            let place = (brace == "{").then(|| after.split_once('}')).flatten();
            let Some((name, after)) = place else {
                return Err(format!("a brace stands alone; `{{{{` and `}}}}` mean braces: {text}"));
            };
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Place(place_called(name, places)?));
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Self { pieces })
    }

    /// The text for `subject`; fails with the first place for which `subject` has nothing.
    pub fn fill(&self, subject: &Subject<'_>) -> Result<String, Place> {
        let mut filled = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Place(place) => filled.push_str(place.value(subject).ok_or(*place)?),
            }
        }
        Ok(filled)
    }

    /// The place that the template is, if it is nothing else.
    pub fn only_place(&self) -> Option<Place> {
        match self.pieces.as_slice() {
            [Piece::Place(place)] => Some(*place),
            _ => None,
        }
    }

    /// Its places, in order.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Place(place) => Some(*place),
        })
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => f.write_str(&text.replace('{', "{{").replace('}', "}}"))?,
                Piece::Place(place) => write!(f, "{{{}}}", place.name())?,
            }
        }
        Ok(())
    }
}

fn place_called(name: &str, places: &[Place]) -> Result<Place, String> {
    places.iter().find(|place| place.name() == name).copied().ok_or_else(|| {
        let known: Vec<_> = places.iter().map(|place| place.name()).collect();
        format!("unknown place: {{{name}}} (there is `{}`)", known.join("`, `"))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SOMEBODY: Subject<'_> = Subject {
        user_id: "7",
        email: Some("o'brien@example.org"),
        organization_id: None,
        role: Some("admin"),
        occasion: None,
    };

    #[test]
    fn places_are_filled_and_doubled_braces_are_braces() {
        let fill = |text: &str| Template::parse(text).unwrap().fill(&SOMEBODY);
        assert_eq!(fill("user:{user.id}/{membership.role}").unwrap(), "user:7/admin");
        assert_eq!(fill("{{{user.id}}}").unwrap(), "{7}");
        assert_eq!(fill("{organization.id}"), Err(Place::OrganizationId));
    }

    #[test]
    fn an_unknown_place_is_refused_when_the_file_is_read() {
        for wrong in ["{user.name}", "{reason}", "{", "}", "{user.id", "{}", "{ user.id }", "a}b"] {
            assert!(Template::parse(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_template_is_written_as_it_was_read(text in "([a-z]|\\{user\\.id\\}|\\{\\{|\\}\\}){0,8}") {
            prop_assert_eq!(Template::parse(&text).unwrap().to_string(), text);
        }

        #[test]
        fn no_text_makes_the_parse_panic(text in any::<String>()) {
            drop(Template::parse(&text));
        }
    }
}
