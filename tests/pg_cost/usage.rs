//! Sums by everything that usage is told apart by, for every length of period, page by page; totals; going down; as somebody.

use std::sync::Arc;

use chrono::Duration;
use purview::{
    cost::{Dimension, Per, Quantity, Usage, dimensions},
    demo::System,
    directory::Identities,
    list::{Filter, Page, Query, Sort},
    pg::{Identity, Run},
    question::Question,
};

use crate::{World, common, month, rows, totals};

/// Rows of a page: few, so that pages have edges.
const PAGE: usize = 37;
/// What is summed, and how by hand.
const SUMS: &str = "count(*)::text, sum(tokens_in)::text, sum(tokens_out)::text, sum(tokens_total)::text, sum(money)::text, currency, sum(units)::text, unit, sum(worth)::text, source";
const SUMMED: [&str; 10] = [
    "calls",
    "tokens_in",
    "tokens_out",
    "tokens_total",
    "money",
    "currency",
    "units",
    "unit",
    "worth",
    "source",
];

#[tokio::test]
async fn org_assistant_has_tokens_and_money() {
    agrees(System::OrgAssistant).await;
}

#[tokio::test]
async fn jenifer_has_tokens_and_no_money_is_invented() {
    agrees(System::Jenifer).await;
}

#[tokio::test]
async fn hastecrm_has_whole_cents() {
    agrees(System::Hastecrm).await;
}

#[tokio::test]
async fn sekretarka_has_units_of_several_sorts() {
    agrees(System::Sekretarka).await;
}

#[tokio::test]
async fn rishi_has_bookings_and_hours() {
    agrees(System::Rishi).await;
}

async fn agrees(system: System) {
    let mut world = World::of(system).await;
    // Somebody without a department, a call without a model: what is not there is told apart too.
    let known = dimensions(world.database.mapping().unwrap());
    for by in Dimension::ALL {
        if !known.contains(&by) {
            let refused =
                world.ask(Usage { by: vec![by], ..Usage::default() }, Query::default()).await;
            assert!(refused.unwrap_err().to_string().contains("in its records of usage"));
        }
    }
    let summed: Vec<_> = known.iter().copied().filter(|by| *by != Dimension::Record).collect();
    for by in &summed {
        for per in [None, Some(Per::Day), Some(Per::Week), Some(Per::Month)] {
            world.sums(&[*by], per).await;
        }
    }
    world.sums(&[], Some(Per::Month)).await;
    world.sums(&summed, Some(Per::Month)).await;
    world.pages(summed.last().copied().unwrap()).await;
    world.records().await;
    world.downwards(&known).await;
    world.totals().await;
    world.as_somebody().await;
}

/// The rows in an order of their own, so that only their values are compared.
fn sorted(mut rows: Vec<Vec<Option<String>>>) -> Vec<Vec<Option<String>>> {
    rows.sort();
    rows
}

impl World {
    /// All sums by `by` and `per` are those of the statement by hand.
    async fn sums(&mut self, by: &[Dimension], per: Option<Per>) {
        let usage = Usage { by: by.to_vec(), per, span: Some(month()), ..Usage::default() };
        let query = Query { limit: 1_000_000, whole: true, ..Query::default() };
        let page = self.ask(usage, query).await.unwrap();
        let keys: Vec<_> = by.iter().map(|it| it.key()).collect();
        let columns: Vec<_> =
            ["period"].into_iter().chain(keys.iter().copied()).chain(SUMMED).collect();
        let period = per.map_or_else(
            || "NULL::text".to_owned(),
            |per| format!("date_trunc('{per}', at)::date::text"),
        );
        let keys = keys.iter().flat_map(|key| [*key, ", "]).collect::<String>();
        let real = self
            .real(&format!(
                "SELECT {period}, {keys}{SUMS} FROM e WHERE at >= '2025-06-01' AND at < '2025-07-01' GROUP BY {period}, {keys}currency, unit, source"
            ))
            .await;
        assert!(!real.is_empty());
        assert_eq!(sorted(rows(&page, &columns)), sorted(real), "{by:?} {per:?}");
        self.names(&page, by).await;
    }

    /// Names are those of the things whose ids stand beside them.
    async fn names(&mut self, page: &Page, by: &[Dimension]) {
        if by != [Dimension::Organization] {
            return;
        }
        let table = if self.system == System::Hastecrm { "workspaces" } else { "organizations" };
        let real = self
            .workshop
            .script(&format!("SELECT id::text, name::text FROM {table}"))
            .await
            .unwrap();
        for row in rows(page, &["organization_id", "organization"]) {
            assert!(real.contains(&row), "{row:?}");
        }
    }

    /// Pages both ways give every row once, in order, whatever they are sorted by.
    async fn pages(&mut self, by: Dimension) {
        let usage = Usage { by: vec![by], per: Some(Per::Day), ..Usage::default() };
        for sort in ["period", "amount", "money", "calls"] {
            for descending in [false, true] {
                let sort = Some(Sort { column: sort.to_owned(), descending });
                let query = Query { sort, ..Query::default() };
                let all = self.walk(&usage, &query, 1_000_000, false).await;
                assert!(all.items.len() > 2 * PAGE, "{}", all.items.len());
                for backwards in [false, true] {
                    let paged = self.walk(&usage, &query, PAGE, backwards).await;
                    assert_eq!(paged.items, all.items, "{query:?} {backwards}");
                }
            }
        }
    }

    /// Records by themselves, newest first.
    async fn records(&mut self) {
        let usage = Usage { by: vec![Dimension::Record], ..Usage::default() };
        let page = self.walk(&usage, &Query::default(), 500, false).await;
        let real = self.real("SELECT source, id, organization_id, department_id, user_id, model, operation, tokens_total::text, money::text, units::text FROM e ORDER BY at DESC, s DESC, id::uuid DESC").await;
        let shown = rows(
            &page,
            &[
                "source",
                "id",
                "organization_id",
                "department_id",
                "user_id",
                "model",
                "operation",
                "tokens_total",
                "money",
                "units",
            ],
        );
        assert_eq!(shown, real);
    }

    /// The sums of what a row is made of are the row's own, down to the records.
    async fn downwards(&mut self, known: &[Dimension]) {
        let mut filter = Filter::default();
        let mut real = "at >= '2025-06-01' AND at < '2025-07-01'".to_owned();
        for by in known {
            let usage = Usage {
                by: vec![*by],
                span: Some(month()),
                trend: Some(Per::Week),
                ..Usage::default()
            };
            let query = Query { filter: filter.clone(), limit: 100_000, ..Query::default() };
            let page = self.ask(usage, query).await.unwrap();
            let calls = self.real(&format!("SELECT count(*)::text FROM e WHERE {real}")).await[0]
                [0]
            .clone()
            .unwrap();
            if *by == Dimension::Record {
                assert_eq!(page.items.len().to_string(), calls);
                return;
            }
            let told: u64 = rows(&page, &["calls"])
                .iter()
                .map(|row| row[0].as_ref().unwrap().parse::<u64>().unwrap())
                .sum();
            assert_eq!(told.to_string(), calls, "{by} {filter}");
            Self::trends(&page);
            let [key, source, unit] = [by.key(), "source", "unit"]
                .map(|name| page.value(&page.items[0], name).map(str::to_owned));
            for (column, value) in [(by.key(), key), ("source", source), ("unit", unit)] {
                let quoted =
                    value.as_ref().map_or_else(|| "null".to_owned(), |it| format!("\"{it}\""));
                filter = Filter::parse(&format!("{filter} {column}={quoted}")).unwrap();
                let is = value.map_or_else(
                    || "IS NULL".to_owned(),
                    |it| format!("= '{}'", it.replace('\'', "''")),
                );
                real = format!("{real} AND {column} {is}");
            }
        }
    }

    /// What stands beside a row sums up to the row.
    fn trends(page: &Page) {
        for row in rows(page, &["trend", "calls", "tokens_total"]) {
            let steps: Vec<[Option<String>; 5]> =
                serde_json::from_str(row[0].as_ref().unwrap()).unwrap();
            let sum = |at: usize| {
                steps
                    .iter()
                    .filter_map(|step| step[at].as_ref())
                    .map(|it| it.parse::<u64>().unwrap())
                    .sum::<u64>()
            };
            assert_eq!(sum(4).to_string(), *row[1].as_ref().unwrap());
            if let Some(tokens) = &row[2] {
                assert_eq!(sum(2).to_string(), *tokens);
            }
        }
    }

    /// Totals period by period, in the same part of the month before, and all together.
    async fn totals(&mut self) {
        for per in Per::ALL {
            let question = totals(Some(month()), per);
            let sums = question
                .ask(Arc::clone(&self.database), Identity::Observer, Run::new())
                .await
                .unwrap();
            assert!(!sums.amounts.is_empty());
            for amount in &sums.amounts {
                let measure = &amount.measure;
                let value = match measure.quantity {
                    Quantity::Money => "sum(money)",
                    Quantity::Tokens => "sum(tokens_total)",
                    Quantity::Units => "sum(units)",
                    Quantity::Calls => "count(*)",
                };
                let text = |value: &Option<String>| {
                    value.as_ref().map_or_else(|| "NULL".to_owned(), |it| format!("'{it}'"))
                };
                let of = format!(
                    "source = '{}' AND currency IS NOT DISTINCT FROM {} AND unit IS NOT DISTINCT FROM {}",
                    measure.source,
                    text(&measure.currency),
                    text(&measure.unit)
                );
                let real = self.real(&format!("SELECT p::date::text, coalesce({value}, 0)::text FROM e RIGHT JOIN generate_series(date_trunc('{per}', '2025-06-01'::timestamp), '2025-06-30', '1 {per}') p ON date_trunc('{per}', at) = p AND at >= '2025-06-01' AND at < '2025-07-01' AND {of} GROUP BY p ORDER BY p")).await;
                let count = |text: &Option<String>| {
                    text.as_ref().unwrap().parse::<bigdecimal::BigDecimal>().unwrap()
                };
                if measure.quantity != Quantity::Calls {
                    let periods: Vec<_> = real.iter().map(|row| count(&row[1])).collect();
                    assert_eq!(amount.periods, periods, "{measure:?} {per}");
                    assert_eq!(amount.total, periods.iter().sum::<bigdecimal::BigDecimal>());
                }
                // Twenty-nine and a half days are over of this month, and so much of the one before counts.
                let before = self.real(&format!("SELECT coalesce({value}, 0)::text FROM e WHERE at >= '2025-05-01' AND at < '2025-05-30 12:00' AND {of}")).await;
                assert_eq!(amount.before, count(&before[0][0]), "{measure:?}");
                let forecast = amount.forecast.as_ref().unwrap();
                let real = self
                    .workshop
                    .script(&format!(
                        "SELECT round({}::numeric * 30 / 29.5, {})::text",
                        amount.total.to_plain_string(),
                        amount.total.as_bigint_and_exponent().1.max(0)
                    ))
                    .await
                    .unwrap();
                assert_eq!(forecast.to_plain_string(), *real[0][0].as_ref().unwrap());
            }
        }
    }

    /// Whoever is acted as sees the sums of what `SET ROLE` and a plain statement see, or is refused with the same code.
    async fn as_somebody(&mut self) {
        let users = self
            .real("SELECT DISTINCT user_id FROM e WHERE user_id IS NOT NULL ORDER BY 1 LIMIT 3")
            .await;
        for user in users.into_iter().map(|row| row[0].clone().unwrap()) {
            let question = Identities { user };
            let answer =
                question.ask(Arc::clone(&self.database), Identity::Observer, Run::new()).await;
            for candidate in answer.unwrap().candidates {
                let now = common::anchor();
                let acting = candidate.acting("a test", now, now + Duration::hours(1));
                let settings = candidate.settings.iter().map(|(name, value)| {
                    format!(
                        "SELECT set_config('{}', '{}', true); ",
                        name.as_str(),
                        value.replace('\'', "''")
                    )
                });
                let script = format!(
                    "BEGIN; {} SET LOCAL ROLE {}; WITH e(at, s, id, organization_id, department_id, user_id, model, operation, tokens_in, tokens_out, tokens_total, money, currency, units, unit, worth, source) AS ({}) SELECT {SUMS} FROM e GROUP BY currency, unit, source; ROLLBACK",
                    settings.collect::<String>(),
                    candidate.role,
                    crate::by_hand::usage(self.system)
                );
                let real = self.workshop.script(&script).await;
                let identity = Identity::Acting(Arc::new(acting));
                let shown = self.ask_as(Usage::default(), Query::default(), identity).await;
                match (shown, real) {
                    (Ok(page), Ok(real)) => {
                        let real = real.into_iter().skip(candidate.settings.len()).collect();
                        assert_eq!(sorted(rows(&page, &SUMMED)), sorted(real));
                    }
                    (Err(problem), Err(real)) => {
                        assert_eq!(problem.sqlstate, real.sqlstate);
                        self.workshop.script("ROLLBACK").await.unwrap();
                    }
                    (shown, real) => panic!("{}: {shown:?} {real:?}", candidate.person.label),
                }
            }
        }
    }
}
