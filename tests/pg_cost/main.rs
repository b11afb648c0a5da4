//! Usage, totals and limits are what statements written by hand against each schema say, in all five systems.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod by_hand;
#[path = "../common/mod.rs"]
mod common;
mod limits;
mod usage;

use std::sync::Arc;

use chrono::NaiveDate;
use purview::{
    cost::{Per, Quantity, Span, Totals, Usage},
    database::Database,
    demo::{LoginKind, System},
    list::{Ask, Filter, From, Page, Paged, Query},
    mapping::Library,
    pg::{Identity, Problem, Run, Workshop},
    question::Question,
};

/// A database of one system, the program's way into it, and a superuser's.
struct World {
    database: Arc<Database>,
    workshop: Workshop,
    system: System,
}

impl World {
    async fn of(system: System) -> Self {
        let test = common::database(system).await;
        let door = test.door(LoginKind::Support).await;
        let database = Arc::new(Database::open(door, &Library::shipped(), None).await.unwrap());
        Self { database, workshop: test.workshop().await, system }
    }

    /// What `rest` gives over the records of usage that a statement by hand finds, as `e`.
    async fn real(&mut self, rest: &str) -> Vec<Vec<Option<String>>> {
        let statement = format!(
            "WITH e(at, s, id, organization_id, department_id, user_id, model, operation, tokens_in, tokens_out, tokens_total, money, currency, units, unit, worth, source) AS ({}) {rest}",
            by_hand::usage(self.system)
        );
        self.workshop.script(&statement).await.unwrap_or_else(|it| panic!("{statement}: {it}"))
    }

    async fn ask<V: Paged>(&self, view: V, query: Query) -> Result<Page, Problem> {
        self.ask_as(view, query, Identity::Observer).await
    }

    async fn ask_as<V: Paged>(
        &self,
        view: V,
        query: Query,
        who: Identity,
    ) -> Result<Page, Problem> {
        Ask { view, query }.ask(Arc::clone(&self.database), who, Run::new()).await
    }

    /// All rows of a list, in pages of `limit`, forwards or backwards.
    async fn walk<V: Paged>(&self, view: &V, query: &Query, limit: usize, backwards: bool) -> Page {
        let mut from = if backwards { From::End } else { From::Start };
        let mut whole: Option<Page> = None;
        loop {
            let query = Query { from, limit, whole: true, ..query.clone() };
            let page = self.ask(view.clone(), query).await.unwrap();
            let (ended, next) = if backwards {
                (page.at_start, page.items.first().map(|item| item.position.clone()))
            } else {
                (page.at_end, page.items.last().map(|item| item.position.clone()))
            };
            match &mut whole {
                None => whole = Some(page),
                Some(whole) if backwards => {
                    whole.items.splice(0..0, page.items);
                }
                Some(whole) => whole.items.extend(page.items),
            }
            let Some(next) = next.filter(|_| !ended) else { return whole.unwrap() };
            from = if backwards { From::Before(next) } else { From::After(next) };
        }
    }
}

/// The month of the sample, up to its anchor.
fn month() -> Span {
    Span::month(day("2025-06-01"))
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The values of some columns of each row.
fn rows(page: &Page, columns: &[&str]) -> Vec<Vec<Option<String>>> {
    let value = |item, name: &&str| page.value(item, name).map(str::to_owned);
    page.items.iter().map(|item| columns.iter().map(|name| value(item, name)).collect()).collect()
}

fn totals(span: Option<Span>, per: Per) -> Totals {
    Totals { organization: None, filter: Filter::default(), span, per, at: common::anchor() }
}

#[tokio::test]
async fn who_may_not_read_usage_is_told_the_grant_that_cures_it() {
    let mut world = World::of(System::OrgAssistant).await;
    let may = "SELECT has_table_privilege('purview_support', 'api_usage', 'SELECT')::text";
    let reads = [Some("true".to_owned())].to_vec();
    assert_eq!(world.workshop.script(may).await.unwrap(), std::slice::from_ref(&reads));
    let revoke = "REVOKE ALL ON api_usage FROM PUBLIC, purview_support";
    world.workshop.script(revoke).await.unwrap();
    assert_ne!(world.workshop.script(may).await.unwrap(), [reads], "the right is gone");
    let problem = world.ask(Usage::default(), Query::default()).await.unwrap_err();
    assert_eq!(problem.exit_code(), 4, "{problem}");
    let cure = problem.hint.clone().unwrap_or_default().to_lowercase();
    let cure = cure.split("; ").find(|it| it.starts_with("grant select on ")).unwrap_or_default();
    assert!(!cure.is_empty(), "{problem}");
    world.workshop.script(cure).await.unwrap();
    world.ask(Usage::default(), Query::default()).await.unwrap();
}

#[tokio::test]
async fn different_currencies_are_never_one_sum() {
    let mut world = World::of(System::Sekretarka).await;
    world
        .workshop
        .script("UPDATE subscriptions SET currency = 'EUR', plan_price = 10.05 WHERE id = (SELECT id FROM subscriptions ORDER BY id LIMIT 1)")
        .await
        .unwrap();
    let page = world.ask(Usage::default(), Query::default()).await.unwrap();
    let shown = rows(&page, &["source", "currency", "money", "calls"]);
    let real = world.workshop.script("SELECT 'subscriptions', currency, sum(plan_price)::text, count(*)::text FROM subscriptions WHERE current_period_start IS NOT NULL GROUP BY currency").await.unwrap();
    assert_eq!(real.len(), 2);
    for row in real {
        assert!(shown.contains(&row), "{row:?} in {shown:?}");
    }
    let sums = totals(Some(Span::new(day("2000-01-01"), day("2100-01-01")).unwrap()), Per::Month)
        .ask(Arc::clone(&world.database), Identity::Observer, Run::new())
        .await
        .unwrap();
    let money = sums.amounts.iter().filter(|it| it.measure.quantity == Quantity::Money);
    let words: Vec<_> = money.map(|amount| amount.measure.word().into_owned()).collect();
    assert_eq!(words, ["EUR", "PLN"]);
}

#[tokio::test]
async fn where_nothing_was_consumed_there_is_no_row_and_no_sum() {
    let world = World::of(System::OrgAssistant).await;
    let span = Some(Span::month(day("1999-01-01")));
    let usage = Usage { span, ..Usage::default() };
    assert!(world.ask(usage, Query::default()).await.unwrap().items.is_empty());
    let question = totals(span, Per::Day);
    let sums = question.ask(Arc::clone(&world.database), Identity::Observer, Run::new()).await;
    assert!(sums.unwrap().amounts.is_empty());
}
