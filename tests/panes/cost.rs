//! What a person reads about usage and limits.

use purview::{
    cost::{Amount, Dimension, Limits, Measure, Quantity, Sums, TREND, Totals, Usage},
    list::{Ask, Column, Item, Kind, Page, Position},
    tui::ask::{AnyAnswer, AnyQuestion},
};

use super::{console, driver::Driver, world};

/// A page of these rows; `∅` is none.
fn page(columns: Vec<Column>, rows: &[&[&str]]) -> Page {
    let cell = |value: &&str| (*value != "∅").then(|| (*value).to_owned());
    let items = rows.iter().enumerate().map(|(index, cells)| Item {
        position: Position { value: None, key: vec![index.to_string()] },
        cells: cells.iter().map(cell).collect(),
    });
    Page {
        columns: columns.into(),
        items: items.collect(),
        at_start: true,
        at_end: true,
        estimate: None,
        sort: None,
        caveat: None,
    }
}

fn text(name: &str) -> Column {
    Column::new(name, Kind::Text)
}

fn number(name: &str) -> Column {
    Column::new(name, Kind::Number)
}

/// Two organizations; of which there is no trend where the answer is about one row alone.
fn usage(trend: bool) -> Page {
    let mut columns = vec![
        text("organization").called("workspace").pinned(),
        text("organization_id").hidden(),
        Column::new("money", Kind::Decimal),
        text("currency"),
        number("tokens_total"),
        number("calls"),
        number("tokens_in"),
        number("tokens_out"),
        text("source").hidden(),
    ];
    let mut rows = [
        vec!["Acme", "7", "12.500000", "USD", "2100000", "310", "2000000", "100000", "api usage"],
        vec!["Globex", "8", "4.030000", "USD", "700000", "120", "650000", "50000", "api usage"],
    ];
    if trend {
        columns.push(Column::new(TREND, Kind::Json).hidden());
        rows[0].push(
            r#"[["2026-03-01","1.5","200000",null,"40"],["2026-03-02","3","500000",null,"70"],["2026-03-03","8","1400000",null,"200"]]"#,
        );
        rows[1].push(r#"[["2026-03-01","4.03","700000",null,"120"]]"#);
    }
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    page(columns, &rows)
}

fn sums(asked: &Totals) -> Sums {
    let span = asked.span.unwrap();
    let periods = span.periods(asked.per);
    let amount = |quantity, figures: [&str; 3], before: &str, forecast: &str| {
        let mut of_periods: Vec<_> = figures.iter().map(|it| it.parse().unwrap()).collect();
        of_periods.resize(periods.len(), "0".parse().unwrap());
        let currency = (quantity == Quantity::Money).then(|| "USD".to_owned());
        Amount {
            measure: Measure { source: "api usage".into(), quantity, currency, unit: None },
            total: of_periods.iter().sum(),
            periods: of_periods,
            before: before.parse().unwrap(),
            forecast: Some(forecast.parse().unwrap()),
        }
    };
    Sums {
        span,
        per: asked.per,
        zone: "UTC".into(),
        unzoned: true,
        now: asked.at.naive_utc(),
        amounts: vec![
            amount(Quantity::Money, ["5.53", "3", "8"], "11.02", "146.40"),
            amount(Quantity::Tokens, ["900000", "500000", "1400000"], "2000000", "24800000"),
        ],
        lacks: vec!["department"],
        periods,
    }
}

fn limits() -> Page {
    page(
        vec![
            text("scope").pinned(),
            text("limit_type"),
            text("state"),
            Column::new("limit", Kind::Decimal),
            Column::new("measured", Kind::Decimal),
            Column::new("stored", Kind::Decimal),
            number("share").hidden(),
            Column::new("forecast", Kind::Decimal),
            text("outlook"),
            text("scope_type"),
            text("recorded_in"),
            text("period").hidden(),
            text("scope_id").hidden(),
        ],
        &[
            &[
                "Acme",
                "monthly_cost",
                "over",
                "10.00",
                "12.50",
                "0.00",
                "1.2500",
                "146.40",
                "over",
                "organization",
                "public.usage_limits",
                "2026-03-01",
                "7",
            ],
            &[
                "alice@acme.test",
                "daily_tokens",
                "near",
                "500000",
                "450000",
                "0",
                "0.9000",
                "900000",
                "will be over",
                "user",
                "public.usage_limits",
                "2026-03-04",
                "5",
            ],
            &[
                "Globex",
                "monthly_tokens",
                "ok",
                "9000000",
                "700000",
                "0",
                "0.0778",
                "6200000",
                "ok",
                "organization",
                "public.usage_limits",
                "2026-03-01",
                "8",
            ],
        ],
    )
}

fn told(question: &dyn AnyQuestion) -> AnyAnswer {
    let any = question.as_any();
    if let Some(totals) = any.downcast_ref::<Totals>() {
        return Box::new(sums(totals));
    }
    if let Some(ask) = any.downcast_ref::<Ask<Usage>>() {
        let whole = ask.query.whole;
        return Box::new(usage(ask.view.trend.is_some() && !whole));
    }
    if any.is::<Ask<Limits>>() {
        return Box::new(limits());
    }
    world::answer(question)
}

fn opened(keys: &str, width: u16, height: u16) -> Driver {
    let mut app = console(width, height);
    app.press(keys);
    serve(&mut app);
    // The preview follows once the cursor rests.
    app.wait(500);
    serve(&mut app);
    app
}

fn serve(app: &mut Driver) -> &mut Driver {
    for _ in 0..10 {
        app.answer(|question| Ok(told(question)));
    }
    app
}

#[test]
fn usage_and_limits_are_read_on_small_screens_and_large_ones() {
    for (name, keys) in [("usage", "g c"), ("limits", "g k")] {
        for (width, height) in [(80, 24), (200, 60)] {
            let app = opened(keys, width, height);
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), app.screen());
        }
    }
}

#[test]
fn how_a_row_came_about_is_drawn_and_never_read_as_json() {
    let mut app = opened("g c", 200, 60);
    let screen = app.screen();
    let drawn = screen.lines().filter(|line| line.contains("▂▃█")).count();
    assert!(drawn >= 2, "in the list and beside it: {screen}");
    assert!(!screen.contains("trend") && !screen.contains("2026-03-01\""), "{screen}");
    // The same where the whole record is read, whatever the answer for it has beside it.
    app.press("d");
    serve(&mut app);
    let screen = app.screen();
    assert!(!screen.contains("trend"), "{screen}");
    for told in ["course          ▂▃█", "money           12.500000", "calls           310"] {
        assert!(screen.contains(told), "{told}: {screen}");
    }
    // A script gets all of it.
    app.press("esc y");
    serve(&mut app);
    assert!(app.screen().contains("\"trend\""), "{}", app.screen());
}

#[test]
fn what_the_schema_does_not_record_gives_way_to_what_it_does() {
    let mut app = console(100, 24);
    let facts = app.model.facts.as_mut().unwrap();
    facts.dimensions = vec![Dimension::Organization, Dimension::User, Dimension::Operation];
    app.write(":usage by model").press("enter");
    let screen = app.screen();
    assert!(screen.contains("usage by operation"), "{screen}");
    assert!(screen.contains("no model is recorded: told apart by operation"), "{screen}");
    assert_eq!(app.model.trail.top().pane.place().address.cut.by, Some(Dimension::Operation));
}
