//! The sample of the file, made from the table of settings.

use std::fmt::Write as _;

use super::SETTINGS;

/// What comes before the settings.
const HEAD: &str = "\
# purview's settings; the values below are the defaults.
# Each counts less than its variable, and that less than its flag.
# The file belongs at ~/.config/purview/config.toml (macOS: ~/Library/Application Support/purview/), or where PURVIEW_CONFIG says.
";

/// What comes after them: tables, which are empty by default.
const TAIL: &str = r#"
# Keys of one's own, by action; `?` in the program shows the names, KEYS.md lists them.
[keys]

# Databases by name: `purview prod`, or `--context prod`.
# A password belongs into ~/.pgpass or behind `password_command`; a file with one in a URL has to be 0600.
[contexts]

# [contexts.prod]
# # A URL, or words as in libpq: "host=db.example.com dbname=app user=operator sslmode=verify-full sslrootcert=system", "service=prod".
# # What it leaves out comes from the service file, PGHOST and its like, and ~/.pgpass.
# url = "postgres://operator@db.example.com/app?sslmode=verify-full&sslrootcert=system"
# # The login without rights of its own that everything runs in that runs as somebody (`purview roles --print`).
# acting_url = "postgres://purview_jail@db.example.com/app?sslmode=verify-full&sslrootcert=system"
# # The login that owns the schema and migrates it; that of `url` when absent (also PURVIEW_MIGRATE_URL).
# migrate_url = "postgres://owner@db.example.com/app?sslmode=verify-full&sslrootcert=system"
# # Prints the password on its first line: words are run as they are, a string by the shell.
# password_command = ["pass", "show", "db/operator"]
# acting_password_command = "pass show db/jail | head -n 1"
# # Recognised by itself; or a name, or the path of a file of your own (`purview mapping init`).
# mapping = "hastecrm"
# # Where the files of its migrations lie: `NNNN_name.up.sql` with `.down.sql`, or those of Prisma, Drizzle or Supabase.
# migrations = "/home/me/app/migrations"
# # Shown in the colours of danger; whatever could harm it asks for its name first.
# production = true
# # Nothing can be written; so it is in production unless false stands here.
# read_only = true
# # Before somebody is acted as, one line goes into the application's own audit, where the mapping says how (`[identity.audit]`),
# # the login may write it and nothing here is read only. It is shown before, and it is yours to agree to.
# audit_acting = false
"#;

/// A file that says what is so anyway, with comments.
pub fn sample() -> String {
    let mut text = HEAD.to_owned();
    for setting in SETTINGS {
        text.push('\n');
        for line in setting.help {
            writes(&mut text, format_args!("# {line}\n"));
        }
        let flag = setting.flag.map(|flag| format!(", {flag}")).unwrap_or_default();
        writes(&mut text, format_args!("# {}{flag}\n", setting.variable));
        writes(&mut text, format_args!("{} = {}\n", setting.name, setting.default));
    }
    text.push_str(TAIL);
    text
}

fn writes(text: &mut String, piece: std::fmt::Arguments<'_>) {
    text.write_fmt(piece).expect("writing to a string cannot fail");
}
