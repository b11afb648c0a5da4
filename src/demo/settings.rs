//! The server's configuration: closed to everybody else, sized for a small machine, and telling what a console wants to know.

use std::{fmt::Write as _, path::Path};

/// What differs from cluster to cluster.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings<'a> {
    pub(super) port: u16,
    pub(super) socket: &'a Path,
    pub(super) has_statements: bool,
    pub(super) has_cron: bool,
    pub(super) max_connections: u32,
}

/// Who may connect from where: only with a password, also over the socket.
pub(super) const ACCESS: &str = "\
# Only this machine, only with a password.
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
";

impl Settings<'_> {
    /// The text of `postgresql.conf`.
    pub(super) fn text(&self) -> String {
        let libraries = [(self.has_statements, "pg_stat_statements"), (self.has_cron, "pg_cron")];
        let libraries: Vec<_> =
            libraries.iter().filter(|(is_there, _)| *is_there).map(|(_, name)| *name).collect();
        let mut text =
            String::from("# Written by purview at every start of the demo; changes are lost.\n");
        let mut set = |name: &str, value: &str| {
            writeln!(text, "{name} = {}", quoted(value))
                .expect("a string takes whatever is written to it");
        };
        set("listen_addresses", "127.0.0.1");
        set("port", &self.port.to_string());
        set("unix_socket_directories", &self.socket.to_string_lossy());
        set("unix_socket_permissions", "0700");
        set("password_encryption", "scram-sha-256");
        set("max_connections", &self.max_connections.to_string());
        set("shared_preload_libraries", &libraries.join(","));
        set("track_io_timing", "on");
        set("track_functions", "pl");
        set("shared_buffers", "128MB");
        set("effective_cache_size", "1GB");
        set("work_mem", "16MB");
        set("maintenance_work_mem", "128MB");
        set("max_wal_size", "1GB");
        set("checkpoint_timeout", "30min");
        // What is lost with the power can be made anew, always the same.
        set("fsync", "off");
        set("synchronous_commit", "off");
        set("full_page_writes", "off");
        // Compiling takes longer than the short statements of a console.
        set("jit", "off");
        set("timezone", "UTC");
        set("log_timezone", "UTC");
        set("lc_messages", "C");
        set("log_line_prefix", "%m [%p] %q%u@%d %a ");
        if self.has_cron {
            set("cron.database_name", "hastecrm");
            // No job needs a password of its own then.
            set("cron.use_background_workers", "on");
        }
        text
    }
}

/// A value of `postgresql.conf` (PostgreSQL documentation, 20.1.1).
fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strange_path_stays_one_value() {
        let settings = Settings {
            port: 5433,
            socket: Path::new("/tmp/o'brien\\x"),
            has_statements: true,
            has_cron: false,
            max_connections: 60,
        };
        let text = settings.text();
        assert!(text.contains("unix_socket_directories = '/tmp/o''brien\\\\x'\n"));
        assert!(text.contains("shared_preload_libraries = 'pg_stat_statements'\n"));
        assert!(!text.contains("cron."));
    }

    #[test]
    fn nobody_comes_in_without_a_password() {
        let rules = ACCESS.lines().filter(|line| !line.starts_with('#'));
        assert!(rules.clone().count() > 0);
        assert!(rules.into_iter().all(|rule| rule.ends_with(" scram-sha-256")));
    }
}
