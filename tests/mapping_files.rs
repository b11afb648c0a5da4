//! Mapping files, good and bad: a bad one is refused with file, line and reason, and every mistake in it is told.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::{fs, path::Path};

use purview::mapping::{Mapping, Per, Place, Refusals, Shape, Subject};

fn files(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mappings").join(folder);
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (
                path.file_name().unwrap().to_str().unwrap().to_owned(),
                fs::read_to_string(&path).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

fn valid(name: &str) -> Mapping {
    let (_, text) = files("valid").into_iter().find(|(file, _)| file == name).unwrap();
    Mapping::read(name, &text).unwrap_or_else(|refusals| panic!("{refusals}"))
}

#[test]
fn good_files_are_read() {
    for (name, text) in files("valid") {
        if let Err(refusals) = Mapping::read(&name, &text) {
            panic!("{refusals}");
        }
    }
}

/// Each bad file begins with what must be said of it, one comment per mistake: `# LINE: REASON`.
#[test]
fn bad_files_are_refused_with_line_and_reason_for_each_mistake() {
    let mut wrong = Vec::new();
    for (name, text) in files("invalid") {
        let expected: Vec<_> =
            text.lines().map_while(|line| line.strip_prefix("# ")).map(str::to_owned).collect();
        let said = match Mapping::read(&name, &text) {
            Ok(_) => vec!["accepted".to_owned()],
            Err(Refusals(all)) => {
                assert!(all.iter().all(|it| it.file == name && !it.reason.contains('\n')));
                all.iter().map(|it| format!("{}: {}", it.line, it.reason)).collect()
            }
        };
        let same = said.len() == expected.len()
            && said.iter().zip(&expected).all(|(said, expected)| said.starts_with(expected));
        if !same || expected.is_empty() {
            wrong.push(format!("{name}\n  expected {expected:#?}\n  said {said:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn everything_that_the_format_has_is_kept() {
    let mapping = valid("everything.toml");
    for concept in mapping.concepts() {
        assert!(!concept.columns.is_empty(), "{}", concept.key);
    }
    let keys: Vec<_> = mapping.concepts().iter().map(|concept| concept.key).collect();
    assert_eq!(
        keys,
        [
            "organization",
            "department",
            "user",
            "membership",
            "department_member",
            "role",
            "grant",
            "audit",
            "usage",
            "limit"
        ]
    );
    assert_eq!(mapping.organization.extra[0].expression.text(), "\"p\".name");
    assert_eq!(mapping.roles.len(), 2);
    assert_eq!(mapping.secrets[1].to_string(), "App.People.API Key");
    assert!(mapping.is_secret(&"app.people".parse().unwrap(), "password_hash"));
    let at = mapping.concepts()[7].columns[1];
    assert_eq!((at.name, at.shape, at.expression.line()), ("at", Shape::Time, 107));
}

#[test]
fn an_identity_holds_exactly_what_its_templates_say() {
    let mapping = valid("everything.toml");
    let somebody = Subject {
        user_id: "7",
        email: Some("o'brien@example.org\"}"),
        organization_id: Some("9"),
        role: Some("owner"),
    };
    let settings = mapping.identity_for(&somebody).unwrap();
    let settings: Vec<_> =
        settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        settings,
        [
            ("app.user_id", "7"),
            ("app.scope", "9/owner"),
            (
                "jwt.claims",
                r#"{"sub":"7","email":"o'brien@example.org\"}","aud":["a","b"],"level":2,"mfa":false,"app":{"tenant":"9"}}"#
            ),
        ]
    );
    assert_eq!(mapping.recipe().unwrap().per, Per::Membership);
    let other = &mapping.recipe().unwrap().others[0];
    assert_eq!(other.settings().unwrap()[0].1, r#"{"role":"anon"}"#);
}

#[test]
fn an_identity_that_lacks_something_is_refused_and_a_claim_that_lacks_something_is_null() {
    let mapping = valid("everything.toml");
    let nobody = Subject { user_id: "7", ..Subject::default() };
    let problem = mapping.identity_for(&nobody).unwrap_err();
    assert!(problem.summary.contains(Place::OrganizationId.name()), "{problem}");
    let member =
        Subject { user_id: "7", organization_id: Some("9"), role: Some("owner"), email: None };
    let settings = mapping.identity_for(&member).unwrap();
    assert!(settings[2].1.contains(r#""email":null"#));
    assert!(valid("smallest.toml").identity_for(&member).is_err());
}
