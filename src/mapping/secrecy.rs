//! What looks like a secret: columns by their name and type, and names in any text, of which it is better to take too many for one.

use super::init::snake;

/// Parts of names that tell of a secret in a text of which nobody knows the columns.
pub(crate) const SECRETIVE: [&str; 11] = [
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "token",
    "credential",
    "api_key",
    "apikey",
    "private_key",
    "auth_data",
];

/// Whether a column of that name and type (`pg_type.typcategory`) looks like a secret.
///
/// A number, a time or a truth value about a secret is none: `tokens_used`, `password_changed_at`, `has_password`.
pub(super) fn looks_secret(name: &str, category: &str) -> bool {
    if !matches!(category, "S" | "U" | "A") {
        return false;
    }
    let name = snake(name);
    let words: Vec<_> = name.split('_').collect();
    let has = |word: &str| words.contains(&word);
    let telling = [
        "password",
        "passwd",
        "pwd",
        "passphrase",
        "secret",
        "secrets",
        "credential",
        "credentials",
        "apikey",
        "otp",
        "totp",
        "salt",
        "pin",
        "cvv",
    ];
    telling.into_iter().any(has)
        || words.last() == Some(&"token")
        || (has("key")
            && ["api", "private", "access", "signing", "encryption"].into_iter().any(has))
        || (has("auth") && has("data"))
        || (has("recovery") && has("codes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_name_and_type_and_not_by_half_of_either() {
        for name in [
            "password_hash",
            "encrypted_password",
            "access_token",
            "token",
            "api_key",
            "auth_data",
            "accessToken",
        ] {
            assert!(looks_secret(name, "S"), "{name}");
        }
        for (name, category) in [
            ("tokens_used", "N"),
            ("token_count", "S"),
            ("password_changed_at", "D"),
            ("has_password", "B"),
            ("key", "S"),
            ("primary_key", "S"),
            ("author", "S"),
            ("secretary", "S"),
            ("keywords", "S"),
        ] {
            assert!(!looks_secret(name, category), "{name}");
        }
    }
}
