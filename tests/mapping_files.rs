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
    assert_eq!((at.name, at.shape, at.expression.line()), ("at", Shape::Time, 114));
}

#[test]
fn an_identity_holds_exactly_what_its_templates_say() {
    let mapping = valid("everything.toml");
    let somebody = Subject {
        user_id: "7",
        email: Some("o'brien@example.org\"}"),
        organization_id: Some("9"),
        role: Some("owner"),
        occasion: None,
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
    let member = Subject {
        user_id: "7",
        organization_id: Some("9"),
        role: Some("owner"),
        ..Subject::default()
    };
    let settings = mapping.identity_for(&member).unwrap();
    assert!(settings[2].1.contains(r#""email":null"#));
    assert!(valid("smallest.toml").identity_for(&member).is_err());
}

#[test]
fn a_problem_tells_the_first_mistake_and_the_others_after_it() {
    let (_, text) =
        files("invalid").into_iter().find(|(file, _)| file == "several-mistakes.toml").unwrap();
    let problem = purview::pg::Problem::from(Mapping::read("x.toml", &text).unwrap_err());
    assert!(problem.summary.starts_with("x.toml:10: `relation`"), "{problem}");
    assert!(problem.hint.as_ref().unwrap().starts_with("also line 12: `name`"), "{problem}");
    assert_eq!(problem.exit_code(), 2);
}

/// The rows of the README's table: the block's key, needed and optional columns.
fn documented() -> Vec<(String, Vec<String>, Vec<String>)> {
    let readme = include_str!("../mappings/README.md");
    let columns = |cell: &str| {
        let plain = cell.split([',', '(']).flat_map(|it| it.split(" or "));
        let plain = plain.map(|it| it.trim().trim_matches('`').to_owned());
        plain.filter(|it| !it.is_empty() && !it.contains([')', ' '])).collect()
    };
    let rows = readme.lines().filter(|line| line.starts_with("| `["));
    rows.map(|line| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let key = cells[1].trim_matches('`').split('`').next().unwrap();
        (key.trim_matches(['[', ']']).to_owned(), columns(cells[2]), columns(cells[3]))
    })
    .collect()
}

#[test]
fn the_documentation_has_every_column_of_the_format_and_no_other() {
    use purview::mapping::{
        Audit, Canonical, Department, DepartmentMember, Grant, Limit, Membership, Organization,
        RoleTable, Usage, User,
    };
    let all: [(&str, &[Canonical]); 10] = [
        (Organization::KEY, Organization::CANONICAL),
        (Department::KEY, Department::CANONICAL),
        (User::KEY, User::CANONICAL),
        (Membership::KEY, Membership::CANONICAL),
        (DepartmentMember::KEY, DepartmentMember::CANONICAL),
        (RoleTable::KEY, RoleTable::CANONICAL),
        (Grant::KEY, Grant::CANONICAL),
        (Audit::KEY, Audit::CANONICAL),
        (Usage::KEY, Usage::CANONICAL),
        (Limit::KEY, Limit::CANONICAL),
    ];
    let documented = documented();
    assert_eq!(documented.len(), all.len());
    for ((key, canonical), (said, needed, optional)) in all.iter().zip(documented) {
        assert_eq!(*key, said);
        let names = |is_needed: bool| {
            let columns = canonical.iter().filter(move |it| it.needed == is_needed);
            columns.map(|it| it.name.to_owned()).collect::<Vec<_>>()
        };
        let mut needed = needed;
        needed.retain(|it| it != "source" && it != "values");
        assert_eq!(needed, names(true), "{key}");
        assert_eq!(optional, names(false), "{key}");
    }
}

#[test]
fn the_documentation_has_every_function_that_may_be_called() {
    let readme = include_str!("../mappings/README.md");
    let (_, list) = readme.split_once("from 13 on:").unwrap();
    let listed: Vec<_> = list.split('`').skip(1).step_by(2).collect();
    assert_eq!(listed, purview::mapping::functions::HARMLESS);
}
