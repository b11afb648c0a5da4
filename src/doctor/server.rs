//! What the server is, and which of its known faults are not mended there.

use super::finding::Finding;
use crate::pg::Probe;

const ABOUT: &str = "server";

/// A fault that matters to whoever relies on row security.
struct Fault {
    name: &'static str,
    what: &'static str,
    /// The first versions without it, one per major version that had it.
    mended: &'static [u32],
}

/// Faults of row security, roles and what purview relies on, from the release notes of PostgreSQL.
const FAULTS: &[Fault] = &[
    Fault {
        name: "CVE-2023-2455",
        what: "a policy of the wrong role may apply after a function is inlined",
        mended: &[130_011, 140_008, 150_003],
    },
    Fault { name: "CVE-2023-39418", what: "MERGE ignores some policies", mended: &[150_004] },
    Fault {
        name: "CVE-2024-7348",
        what: "a table can be swapped for a view that runs its owner's code",
        mended: &[130_016, 140_013, 150_008, 160_004],
    },
    Fault {
        name: "CVE-2024-10976",
        what: "a plan made for one role may be used for another",
        mended: &[130_017, 140_014, 150_009, 160_005, 170_001],
    },
    Fault {
        name: "CVE-2024-10978",
        what: "a role that was set may be reset to the wrong one",
        mended: &[130_018, 140_015, 150_010, 160_006, 170_002],
    },
    Fault {
        name: "CVE-2025-8713",
        what: "statistics show values that policies hide",
        mended: &[130_022, 140_019, 150_014, 160_010, 170_006],
    },
];

/// What is to be said about the server that `probe` found.
pub(super) fn judge(probe: &Probe) -> Vec<Finding> {
    let mut findings = vec![version(probe)];
    findings.extend(faults(probe.version_num));
    if probe.standby {
        findings.push(Finding::note(
            ABOUT,
            "it is a standby: nothing can be changed, and the wrapped fence cannot be had",
        ));
    }
    if probe.pooled {
        findings.push(
            Finding::note(ABOUT, "a pooler stands in between: an identity whose settings were never made cannot be told from one with empty settings")
                .hint("connect to the server itself, where that matters"),
        );
    }
    findings.extend(extensions(probe));
    findings
}

fn version(probe: &Probe) -> Finding {
    let version = &probe.version;
    match probe.major() {
        0..13 => Finding::wrong(
            ABOUT,
            format!("PostgreSQL {version} is older than what purview is made for"),
        )
        .hint("PostgreSQL 13 to 18 are known to work"),
        13 => Finding::note(ABOUT, format!("PostgreSQL {version} gets no more fixes"))
            .hint("move to a newer major version"),
        14..=18 => Finding::ok(ABOUT, format!("PostgreSQL {version}")),
        19.. => Finding::note(
            ABOUT,
            format!("PostgreSQL {version} is newer than what purview is tested on"),
        ),
    }
}

fn faults(version: u32) -> Vec<Finding> {
    let open = |fault: &&Fault| {
        fault.mended.iter().any(|mended| mended / 10_000 == version / 10_000 && version < *mended)
    };
    let wrong = |fault: &Fault| {
        let mended = fault.mended.iter().find(|mended| *mended / 10_000 == version / 10_000);
        let mended = mended.copied().unwrap_or_default();
        Finding::wrong(ABOUT, format!("{}: {}", fault.name, fault.what)).hint(format!(
            "update to {}.{} or later",
            mended / 10_000,
            mended % 10_000
        ))
    };
    FAULTS.iter().filter(open).map(wrong).collect()
}

fn extensions(probe: &Probe) -> Vec<Finding> {
    let mut findings = Vec::new();
    if probe.extension("pg_stat_statements").is_none() {
        findings.push(
            Finding::note(ABOUT, "pg_stat_statements is not there: no statistics about statements")
                .hint("add it to `shared_preload_libraries`, restart, and: CREATE EXTENSION pg_stat_statements"),
        );
    }
    let names: Vec<_> =
        probe.extensions.iter().map(|(name, version)| format!("{name} {version}")).collect();
    findings.push(Finding::ok(ABOUT, format!("extensions: {}", names.join(", "))));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    fn open(version: u32) -> Vec<String> {
        faults(version)
            .into_iter()
            .map(|finding| finding.text.split(':').next().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn faults_are_told_until_the_minor_version_that_mends_them() {
        assert_eq!(open(150_018), [""; 0]);
        assert_eq!(open(150_013), ["CVE-2025-8713"]);
        assert_eq!(
            open(150_003),
            [
                "CVE-2023-39418",
                "CVE-2024-7348",
                "CVE-2024-10976",
                "CVE-2024-10978",
                "CVE-2025-8713"
            ]
        );
        assert_eq!(open(170_001), ["CVE-2024-10978", "CVE-2025-8713"]);
        assert_eq!(open(180_000), [""; 0]);
        assert_eq!(faults(150_013)[0].hint.as_deref(), Some("update to 15.14 or later"));
    }

    #[test]
    fn versions_outside_of_what_is_tested_are_told() {
        let level = |version_num| version(&Probe { version_num, ..Probe::default() }).level;
        assert_eq!(
            [120_001, 130_023, 150_018, 190_000].map(level),
            [Level::Wrong, Level::Note, Level::Ok, Level::Note]
        );
    }
}
