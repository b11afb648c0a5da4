//! What is seen across organizations is what each user sees of others, and no more once it is mended.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use purview::{
    demo::System,
    directory::Somebody,
    headline::{Amount, Counted},
    home::Overview,
    pg::{Identity, RelationName, Run, Sql},
    question::Question as _,
    rls::{Border, Crossing, Draft, Leak, Leaks, Opening, Statement, Warranted, WhatIf},
};

use crate::{Place, acting, warrant};

#[tokio::test]
async fn what_is_told_of_leaks_on_the_way_is_all_of_them_and_the_example_rows_are_seen() {
    let place = Place::open(System::OrgAssistant, false).await;
    let mut leaks = Vec::new();
    let tell = |leak| {
        leaks.push(leak);
        Ok(true)
    };
    Leaks::default().run(&place.database, &warrant(), &Run::new(), tell).await.unwrap();
    let told: Arc<Mutex<Vec<Border>>> = Arc::default();
    let hears = Arc::clone(&told);
    let run = Run::told(move |part| {
        hears.lock().unwrap().extend(*part.downcast::<Vec<Border>>().unwrap());
    });
    let database = || Arc::clone(&place.database);
    let home = async || {
        let found = Overview::default().ask(database(), Identity::Observer, Run::new()).await;
        found.unwrap().lines.into_iter().find(|line| line.lead.view == "leaks").unwrap()
    };
    let line = home().await;
    assert_eq!((line.count, line.found), (Ok(Counted::Unasked), None), "nobody has looked");
    let question = Warranted { warrant: warrant(), question: Leaks::default() };
    question.ask(database(), Identity::Observer, run).await.unwrap();
    let (line, tables) = (home().await, leaks.iter().map(|it| &it.table).collect::<BTreeSet<_>>());
    let amount = Amount { rows: tables.len() as u64, more: false };
    assert_eq!((line.count, line.found), (Ok(Counted::All(amount)), Some(warrant().since)));
    let borders = std::mem::take(&mut *told.lock().unwrap());
    let sum = |of: &Border| of.users.iter().map(|it| it.rows).sum::<u64>();
    assert_eq!(borders.iter().map(sum).sum::<u64>(), leaks.iter().map(|it| it.rows).sum::<u64>());
    assert_eq!(borders.iter().map(|it| it.count).sum::<u64>(), leaks.len() as u64);
    let mut workshop = place.test.workshop().await;
    let (mut seen, mut emails) = (0, 0);
    for border in borders.iter().filter(|it| it.policy.is_some()) {
        let crosser = &border.users[0];
        let table: RelationName = border.table.parse().unwrap();
        let who = crosser.user_id.as_ref().unwrap_or(&crosser.user).clone();
        let crossing = Crossing {
            table: table.clone(),
            who: who.clone(),
            organization_id: crosser.organization_id.clone(),
            policy: border.policy.clone(),
            row_organization_id: border.row_organization_id.clone(),
        };
        let question = Warranted { warrant: warrant(), question: crossing };
        let keys = question.ask(database(), Identity::Observer, Run::new()).await.unwrap();
        assert!(keys.len() as u64 == crosser.rows.min(5), "{border:?}: {keys:?}");
        let meant = |it: &&Somebody| {
            let person = &it.candidate.person;
            person.id.as_ref().unwrap_or(&person.label) == &who
        };
        let somebody = place.people.iter().find(meant).unwrap();
        for key in keys {
            let condition = format!("\"{}\"::text = '{}'", key[0].0, key[0].1);
            let text = format!("SELECT count(*)::text FROM {} WHERE {condition}", table.quoted());
            let identity = Identity::Acting(acting(somebody));
            let real =
                place.database.door.read(&identity, &Sql::new(text.leak()), &Run::new()).await;
            assert_eq!(real.unwrap().scalar(), Some("1"), "{border:?} {key:?}");
            seen += 1;
            if table.name == "emails" {
                let text = format!(
                    "SELECT d.organization_id::text FROM emails e JOIN departments d ON d.id = e.department_id WHERE e.{condition}"
                );
                let of = workshop.fetch(&Sql::new(text.leak())).await.unwrap();
                assert_eq!(of.scalar(), Some(border.row_organization_id.as_str()), "{key:?}");
                emails += 1;
            }
        }
    }
    assert!(seen > 40 && emails > 10, "{seen} {emails}");
}

#[tokio::test]
async fn leaks_are_there_on_the_baseline_and_gone_when_hardened() {
    for system in System::ALL {
        for hardened in [false, true] {
            let place = Place::open(system, hardened).await;
            let (mut leaks, run) = (Vec::new(), Run::new());
            let tell = |leak| {
                leaks.push(leak);
                Ok(true)
            };
            // Rishi's own people belong to an organization of theirs and work for all others.
            let allowed = if hardened && system == System::Rishi {
                place.staff_of_the_platform().await
            } else {
                Vec::new()
            };
            let question = Leaks { allowed, ..Leaks::default() };
            let aside = question.run(&place.database, &warrant(), &run, tell).await.unwrap();
            let by_policy = leaks.iter().filter(|leak| leak.policy.is_some()).count();
            let of_roles = leaks.len() - by_policy;
            println!(
                "{system:?} hardened {hardened}: {by_policy} by policies, {of_roles} of roles, {aside:?}"
            );
            if hardened {
                // What somebody did or is elsewhere stays theirs, and whoever belongs nowhere runs the system; what it is about does not leak.
                let watch = &place.database.mapping.as_ref().unwrap().watch;
                let watched = |it: &&Leak| watch.iter().any(|table| table.to_string() == it.table);
                let left: Vec<_> = leaks
                    .iter()
                    .filter(|it| it.policy.is_some() && it.user_organization.is_some())
                    .filter(watched)
                    .collect();
                assert!(left.is_empty(), "{system:?}: {:?}", left[0]);
                assert!(
                    leaks
                        .iter()
                        .all(|it| it.label.as_deref() != Some("the table has no row security"))
                );
            } else if matches!(system, System::Sekretarka | System::Rishi) {
                assert!(of_roles > 0 && by_policy == 0, "{system:?}");
            }
            if system == System::OrgAssistant && !hardened {
                place.mail_of_others(&leaks).await;
                // Who is meant to see everything is left out.
                let allowed = leaks.iter().map(|leak| leak.user.clone()).collect();
                let (leaks, mut left) = (Leaks { allowed, ..Leaks::default() }, 0);
                let count = |_| {
                    left += 1;
                    Ok(true)
                };
                leaks.run(&place.database, &warrant(), &run, count).await.unwrap();
                assert_eq!(left, 0);
            }
        }
    }
}

#[tokio::test]
async fn what_mends_a_leak_takes_away_what_leaks_and_nothing_else() {
    let place = Place::open(System::OrgAssistant, false).await;
    let database = || Arc::clone(&place.database);
    let scan = async || {
        let mut leaks = Vec::new();
        let tell = |leak: Leak| {
            leaks.push(leak);
            Ok(true)
        };
        Leaks::default().run(&place.database, &warrant(), &Run::new(), tell).await.unwrap();
        leaks.retain(|leak| leak.policy.is_some());
        leaks
    };
    let leaks = scan().await;
    let policies: BTreeSet<_> =
        leaks.iter().map(|it| (it.table.clone(), it.policy.clone().unwrap())).collect();
    assert!(policies.len() > 2, "{policies:?}");
    let mut workshop = place.test.workshop().await;
    for (name, policy) in &policies {
        let table: RelationName = name.parse().unwrap();
        let opening = Opening { table: table.clone(), policy: Some(policy.clone()), mended: true };
        let text = opening.ask(database(), Identity::Observer, Run::new()).await.unwrap();
        let question = WhatIf {
            draft: Draft::read(&table, &text).unwrap(),
            statements: vec![Statement::Select],
            organization: None,
            users: Vec::new(),
        };
        let question = Warranted { warrant: warrant(), question };
        let effect = question.ask(database(), Identity::Observer, Run::new()).await.unwrap();
        // Whoever is nobody cannot read at all, and loses nothing by it.
        let changes = effect.changes.iter().filter(|it| it.problem.is_none());
        let lost: BTreeSet<_> =
            changes.map(|it| (it.user_id.clone(), it.gained, it.lost)).collect();
        let mut leaking: BTreeMap<_, u64> = BTreeMap::new();
        for leak in leaks.iter().filter(|it| it.table == *name) {
            *leaking.entry(leak.user_id.clone()).or_default() += leak.rows;
        }
        let leaking = leaking.into_iter().map(|(user, rows)| (user, Some(0), Some(rows))).collect();
        assert_eq!(lost, leaking, "{name}: {text}");
        workshop.script(&effect.up).await.unwrap();
    }
    assert_eq!(scan().await, [], "mended, nothing leaks");
}

impl Place {
    /// The ids of those who work for the platform itself.
    async fn staff_of_the_platform(&self) -> Vec<String> {
        let mut workshop = self.test.workshop().await;
        let staff = "SELECT m.user_id::text FROM public.user_organizations m JOIN public.organizations o ON o.id = m.organization_id \
                       WHERE o.type = 'internal' AND m.role IN ('super_admin', 'internal_admin', 'internal_field_manager')";
        let rows = workshop.script(staff).await.unwrap();
        rows.into_iter().map(|row| row[0].clone().unwrap()).collect()
    }

    /// Compares the leaks of mail with what each user sees of other organizations.
    async fn mail_of_others(&self, leaks: &[Leak]) {
        let mut real = Vec::new();
        for somebody in &self.people {
            let identity = Identity::Acting(acting(somebody));
            let text = "SELECT o.name, count(*)::text FROM public.emails e JOIN public.departments d ON d.id = e.department_id JOIN public.organizations o ON o.id = d.organization_id GROUP BY o.id, o.name";
            // Who is nobody cannot read at all.
            let Ok(rows) = self.database.door.read(&identity, &Sql::new(text), &Run::new()).await
            else {
                continue;
            };
            for row in rows.rows {
                let name = row[0].clone().unwrap();
                if somebody.candidate.organization.as_ref() != Some(&name) {
                    real.push((
                        somebody.candidate.person.label.clone(),
                        name,
                        row[1].clone().unwrap(),
                    ));
                }
            }
        }
        let mut told: Vec<_> = leaks
            .iter()
            .filter(|leak| leak.table == "public.emails")
            .map(|leak| {
                assert_eq!(leak.policy.as_deref(), Some("email_access_policy"));
                (leak.user.clone(), leak.row_organization.clone(), leak.rows.to_string())
            })
            .collect();
        real.sort();
        told.sort();
        assert!(!real.is_empty());
        assert_eq!(told, real);
    }
}
