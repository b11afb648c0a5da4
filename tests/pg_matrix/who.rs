//! Who can see a row is found by asking each user.

use std::sync::Arc;

use purview::{
    demo::System,
    pg::{Identity, RelationName, Run, Sql},
    question::Question as _,
    rls::{Choice, Matrix, Statement, Warranted, Who},
};

use crate::{Place, acting, cells, common::share, plain::Plain, warrant};

#[tokio::test]
async fn who_can_see_a_row_is_found_by_asking_each_user() {
    for (system, hardened, rows) in [
        (System::OrgAssistant, false, share(1, 2)),
        (System::OrgAssistant, true, share(1, 2)),
        (System::Jenifer, false, 1),
        (System::Hastecrm, false, 1),
    ] {
        let place = Place::open(system, hardened).await;
        let matrix = Matrix { statements: vec![Statement::Select], ..Matrix::default() };
        let mut tables: Vec<_> = cells(&place.database, &place.people[..1], &matrix)
            .await
            .iter()
            .map(|cell| RelationName::new(&cell.schema, &cell.table))
            .collect();
        tables.dedup();
        let (mut asked, mut seen, mut repeated) = (0, 0, 0);
        let mut workshop = place.test.workshop().await;
        let mut plain = Plain::open(&place.test).await;
        for table in &tables {
            let relation = place.database.relation(table, &Run::new()).await.unwrap();
            if relation.key.len() != 1 {
                continue;
            }
            let text = format!(
                "SELECT \"{0}\"::text FROM {1} ORDER BY md5(\"{0}\"::text) LIMIT {rows}",
                relation.key[0],
                table.quoted()
            );
            let keys = workshop.fetch(&Sql::new(text.leak())).await.unwrap().rows;
            for key in keys.into_iter().filter_map(|mut row| row.pop().flatten()) {
                let who = Who {
                    table: table.clone(),
                    choice: Choice::Key(vec![key.clone()]),
                    statement: Statement::Select,
                };
                let able = who
                    .run_for(&place.database, &place.people, &warrant(), &Run::new())
                    .await
                    .unwrap();
                let text = format!(
                    "SELECT count(*)::text FROM {} WHERE \"{}\" = '{key}'",
                    table.quoted(),
                    relation.key[0]
                );
                // The console names the row by its columns and asks about everybody there is.
                if repeated < 1 {
                    repeated += 1;
                    let column = (relation.key[0].clone(), key.clone());
                    let question = Who { choice: Choice::Columns(vec![column]), ..who };
                    let warranted = Warranted { warrant: warrant(), question };
                    let database = Arc::clone(&place.database);
                    let told = warranted.ask(database, Identity::Observer, Run::new()).await;
                    assert_eq!(told.unwrap(), able, "{system:?} {table} {key}");
                }
                for somebody in &place.people {
                    let candidate = &somebody.candidate;
                    let real = plain.value(&acting(somebody), &text).await;
                    let can = real.ok().map(|rows| rows == "1");
                    let Some(told) = able.iter().find(|it| {
                        it.class.is_some()
                            && it.name == candidate.person.label
                            && it.id == candidate.person.id
                            && it.organization == candidate.organization
                    }) else {
                        assert_eq!(can, None, "{candidate:?}");
                        continue;
                    };
                    assert_eq!(told.can, can, "{system:?} {table} {key} {told:?}");
                    asked += 1;
                    seen += u32::from(can == Some(true));
                }
                // Superusers are always told of.
                assert!(able.iter().any(|it| it.kind == "superuser"));
            }
        }
        println!("{system:?} hardened {hardened}: {asked} asked, {seen} can");
        assert!(seen > 5);
    }
}

#[tokio::test]
async fn who_can_is_asked_about_one_row_and_no_other() {
    let place = Place::open(System::OrgAssistant, false).await;
    let table = RelationName::new("public", "emails");
    let mut workshop = place.test.workshop().await;
    let text = "SELECT id::text, ctid::text, tableoid::text FROM emails ORDER BY id LIMIT 1";
    let row = workshop.fetch(&Sql::new(text)).await.unwrap().rows.remove(0);
    let [id, place_of, relation] = <[_; 3]>::try_from(row).unwrap().map(Option::unwrap);
    let ask = async |choice: Choice| {
        let who = Who { table: table.clone(), choice, statement: Statement::Select };
        who.run_for(&place.database, &place.people, &warrant(), &Run::new()).await
    };
    let column = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let by_key = ask(Choice::Key(vec![id.clone()])).await.unwrap();
    // A row without a key is known by its place.
    let by_place = vec![column("tableoid", &relation), column("ctid", &place_of)];
    assert_eq!(ask(Choice::Columns(by_place)).await.unwrap(), by_key);
    let nobody = "00000000-0000-0000-0000-000000000000".to_owned();
    for (choice, said) in [
        (Choice::Key(vec![nobody]), "has no such row"),
        (Choice::Key(vec![id, "x".into()]), "the key of `public.emails` is: id"),
        (Choice::Columns(vec![column("unread", "true")]), "are meant"),
        (Choice::All, "asked about one row"),
    ] {
        let problem = ask(choice).await.unwrap_err();
        assert!(problem.summary.contains(said) && problem.hint.is_some(), "{problem}");
    }
}
