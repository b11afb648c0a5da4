//! What is dangerous in a file, by squawk's rules; those of style are off.
//!
//! Only what is pending is looked at: history cannot be made better. `-- squawk-ignore RULE` in a file is honoured.

use squawk_linter::{Linter, Rule};
use squawk_syntax::SourceFile;

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Others wait: a lock, a scan, a rewrite.
    Blocks,
    /// Data or what depends on it is lost, or a program that runs now breaks.
    Loses,
    /// Who may see or do what is changed.
    Security,
}

impl Group {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::Loses => "loses",
            Self::Security => "security",
        }
    }
}

/// What is wrong with a statement, or has to be thought about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: String,
    /// What it is about.
    pub group: Group,
    /// What it says.
    pub message: String,
    /// What would be better.
    pub help: Option<String>,
    /// Where in the file, in bytes.
    pub(super) at: usize,
}

/// The rules that are on.
const RULES: &[(Rule, Group)] = {
    use Group::{Blocks, Loses, Security};
    &[
        (Rule::RequireConcurrentIndexCreation, Blocks),
        (Rule::RequireConcurrentIndexDeletion, Blocks),
        (Rule::RequireConcurrentPartitionDetach, Blocks),
        (Rule::RequireConcurrentReindex, Blocks),
        (Rule::ConstraintMissingNotValid, Blocks),
        (Rule::AddingFieldWithDefault, Blocks),
        (Rule::AddingForeignKeyConstraint, Blocks),
        (Rule::AddingNotNullableField, Blocks),
        (Rule::AddingRequiredField, Blocks),
        (Rule::AddingSerialPrimaryKeyField, Blocks),
        (Rule::ChangingColumnType, Blocks),
        (Rule::DisallowedUniqueConstraint, Blocks),
        (Rule::BanCreateDomainWithConstraint, Blocks),
        (Rule::BanAlterDomainWithAddConstraint, Blocks),
        (Rule::RenamingColumn, Loses),
        (Rule::RenamingTable, Loses),
        (Rule::RenamingObject, Loses),
        (Rule::BanDropColumn, Loses),
        (Rule::BanDropTable, Loses),
        (Rule::BanDropDatabase, Loses),
        (Rule::BanDropSchema, Loses),
        (Rule::BanDropNotNull, Loses),
        (Rule::BanDropConstraint, Loses),
        (Rule::BanDropSequence, Loses),
        (Rule::BanDropType, Loses),
        (Rule::BanDropDomain, Loses),
        (Rule::BanDropView, Loses),
        (Rule::BanDropFunction, Loses),
        (Rule::BanDropExtension, Loses),
        (Rule::BanDropGeneratedExpression, Loses),
        (Rule::BanSetSchema, Loses),
        (Rule::BanTruncateCascade, Loses),
        (Rule::IdentifierTooLong, Loses),
        (Rule::BanDropPolicy, Security),
        (Rule::BanCreatePolicy, Security),
        (Rule::BanAlterPolicyCondition, Security),
        (Rule::BanAlterPolicyRoles, Security),
        (Rule::BanAlterRowLevelSecurity, Security),
        (Rule::BanRevoke, Security),
        (Rule::BanAlterRoleOptions, Security),
        (Rule::BanDisableTrigger, Security),
    ]
};

/// What there is to say about the file `text`, in the order of its statements.
pub fn lint(text: &str) -> Vec<Finding> {
    let parse = SourceFile::parse(text);
    let mut linter = Linter::from(RULES.iter().map(|(rule, _)| *rule));
    // A migration has a transaction around it and a limit for locks; that is the runner's business and not the file's.
    linter.settings.assume_in_transaction = true;
    let found = linter.lint(&parse, text);
    let finding = |it: &squawk_linter::Violation| {
        let (_, group) = RULES.iter().find(|(rule, _)| *rule == it.code)?;
        Some(Finding {
            rule: it.code.to_string(),
            group: *group,
            message: it.message.clone(),
            help: it.help.clone(),
            at: usize::from(it.text_range.start()),
        })
    };
    let mut findings: Vec<Finding> = found.iter().filter_map(finding).collect();
    findings.sort_by(|one, other| {
        (one.at, one.group, &one.rule).cmp(&(other.at, other.group, &other.rule))
    });
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Vec<(String, Group)> {
        lint(text).into_iter().map(|it| (it.rule, it.group)).collect()
    }

    #[test]
    fn what_blocks_loses_or_opens_is_found_and_style_is_not() {
        let found = |text: &str, rule: &str, group| {
            assert!(rules(text).contains(&(rule.to_owned(), group)), "{text}: {:?}", rules(text));
        };
        found("CREATE INDEX a ON t (b);", "require-concurrent-index-creation", Group::Blocks);
        found("ALTER TABLE t DROP COLUMN a;", "ban-drop-column", Group::Loses);
        found("DROP POLICY p ON t;", "ban-drop-policy", Group::Security);
        found(
            "ALTER TABLE t DISABLE ROW LEVEL SECURITY;",
            "ban-alter-row-level-security",
            Group::Security,
        );
        assert_eq!(rules("CREATE TABLE t (id int, name varchar(3), at timestamp);"), []);
        assert_eq!(rules("-- squawk-ignore ban-drop-column\nALTER TABLE t DROP COLUMN a;"), []);
    }

    #[test]
    fn no_rule_is_listed_twice() {
        for (at, (rule, _)) in RULES.iter().enumerate() {
            assert!(!RULES[..at].iter().any(|(other, _)| other == rule), "{rule}");
        }
    }
}
