//! All that was consumed within a span, period by period, beside what was consumed in the span before, and what it comes to.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use bigdecimal::{BigDecimal, Zero as _};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::{
    Per, Span, forecast,
    source::{Sources, Window},
    trend::period,
    usage::{conditions, divide},
};
use crate::{
    database::Database,
    list::Filter,
    pg::{Identity, Problem, Row, Run, Sql},
    question::Question,
};

/// How much was consumed?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// Only in this organization.
    pub organization: Option<String>,
    /// Only by records that pass; conditions on sums do not matter.
    pub filter: Filter,
    /// On which days; in the running month where absent.
    pub span: Option<Span>,
    /// How long the periods are.
    pub per: Per,
    /// When it is.
    pub at: DateTime<Utc>,
}

/// What is counted of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quantity {
    /// What it cost.
    Money,
    /// All its tokens.
    Tokens,
    /// How much it was of something else.
    Units,
    /// That it is there.
    Calls,
}

impl Quantity {
    /// All of them, what matters most first; also their order in a trend.
    pub const ALL: [Self; 4] = [Self::Money, Self::Tokens, Self::Units, Self::Calls];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Tokens => "tokens",
            Self::Units => "units",
            Self::Calls => "calls",
        }
    }
}

/// What can be summed: one quantity of one source in one currency or unit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Measure {
    /// The source.
    pub source: String,
    /// What is counted.
    pub quantity: Quantity,
    /// The currency of the source's rows.
    pub currency: Option<String>,
    /// The unit of the source's rows.
    pub unit: Option<String>,
}

impl Measure {
    /// In what it is counted; a unit that is a word, and no sign, is there as many.
    pub fn word(&self) -> Cow<'_, str> {
        match (self.quantity, &self.unit) {
            // That no currency is recorded stands below.
            (Quantity::Money, _) => self.currency.as_deref().unwrap_or("money").into(),
            (Quantity::Units, Some(unit)) => {
                let is_word = unit.len() > 2 && unit.bytes().all(|byte| byte.is_ascii_lowercase());
                if is_word && !unit.ends_with('s') {
                    format!("{unit}s").into()
                } else {
                    unit.into()
                }
            }
            (quantity, _) => quantity.name().into(),
        }
    }
}

/// How much there was of one measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// Of what.
    pub measure: Measure,
    /// Period by period, in the order of the span's periods.
    pub periods: Vec<BigDecimal>,
    /// All of it.
    pub total: BigDecimal,
    /// In the span before: as much of it as is over of this one.
    pub before: BigDecimal,
    /// What it comes to at the end of the span, if that is not over and not too far away.
    pub forecast: Option<BigDecimal>,
}

/// How much there was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sums {
    /// On which days.
    pub span: Span,
    /// How long the periods are.
    pub per: Per,
    /// The first days of the periods.
    pub periods: Vec<NaiveDate>,
    /// The zone whose days are meant.
    pub zone: String,
    /// Whether times without a zone are read in it.
    pub unzoned: bool,
    /// When it is, in that zone.
    pub now: NaiveDateTime,
    /// What there was, the most telling first.
    pub amounts: Vec<Amount>,
    /// What the schema does not record.
    pub lacks: Vec<&'static str>,
}

impl Question for Totals {
    type Answer = Sums;

    async fn ask(
        self,
        database: Arc<Database>,
        identity: Identity,
        run: Run,
    ) -> Result<Sums, Problem> {
        let sources = Sources::of(&database, &run).await?;
        let now = self.now(&sources, &database, &identity, &run).await?;
        let span = self.span.unwrap_or_else(|| Span::month(now.date()));
        let limits = sources.limits();
        let (inner, _) = divide(&self.filter, |column| limits.field(column).is_some());
        let conditions = conditions(&sources, self.organization.as_deref(), &inner)?;
        let earlier = earlier(span, now);
        let statements = [
            by_period(&sources, &sources.window(Some(span)), Some(self.per), &conditions),
            by_period(&sources, &between(&sources, earlier), None, &conditions),
        ];
        let mut answers = database.door.read_all(&identity, &statements, &run).await?.into_iter();
        let mut rows = || answers.next().unwrap_or_default().rows;
        let periods = span.periods(self.per);
        let mut amounts = Amounts { periods: &periods, known: BTreeMap::new() };
        for now in [true, false] {
            for row in rows() {
                amounts.add(row, now);
            }
        }
        let [elapsed, whole] = [now, span.to.into()]
            .map(|end| NaiveDateTime::signed_duration_since(end, NaiveDateTime::from(span.from)));
        let amounts = amounts.finish(&sources, |total| {
            span.has(now.date()).then(|| forecast::forecast(total, elapsed, whole)).flatten()
        });
        Ok(Sums {
            span,
            per: self.per,
            periods,
            zone: sources.zone().to_owned(),
            unzoned: sources.are_unzoned(),
            now,
            amounts,
            lacks: lacks(&sources),
        })
    }
}

impl Totals {
    /// Now, by the clocks of the schema's zone.
    async fn now(
        &self,
        sources: &Sources<'_>,
        database: &Database,
        identity: &Identity,
        run: &Run,
    ) -> Result<NaiveDateTime, Problem> {
        if sources.zone() == "UTC" {
            return Ok(self.at.naive_utc());
        }
        let mut sql = Sql::new("SELECT pg_catalog.to_char(");
        sql.bind(Some(&self.at.to_rfc3339()), "pg_catalog.timestamptz");
        sql.push(" AT TIME ZONE ").bind(Some(sources.zone()), "pg_catalog.text");
        sql.push(", 'YYYY-MM-DD\"T\"HH24:MI:SS')");
        let rows = database.door.read(identity, &sql, run).await?;
        let text = rows.scalar().unwrap_or_default();
        text.parse().map_err(|_| Problem::bug(format!("the server's time cannot be read: {text}")))
    }
}

/// As much of the span before as is over of `span`; all of it once that is over.
fn earlier(span: Span, now: NaiveDateTime) -> (NaiveDateTime, NaiveDateTime) {
    let before = span.before();
    let (from, to) = (NaiveDateTime::from(before.from), NaiveDateTime::from(before.to));
    if !span.has(now.date()) {
        return (from, to);
    }
    let elapsed = now.signed_duration_since(NaiveDateTime::from(span.from)).max(TimeDelta::zero());
    (from, from.checked_add_signed(elapsed).map_or(to, |end| end.min(to)))
}

/// The window from one moment to another, as the clocks of the schema's zone tell them.
fn between(sources: &Sources<'_>, (from, to): (NaiveDateTime, NaiveDateTime)) -> Window {
    let moment = |at: NaiveDateTime| {
        let mut sql = Sql::default();
        sql.bind(Some(&at.to_string()), "pg_catalog.timestamp").push(" AT TIME ZONE ");
        sql.bind(Some(sources.zone()), "pg_catalog.text");
        sql
    };
    Window { from: Some(moment(from)), to: Some(moment(to)) }
}

fn by_period(sources: &Sources<'_>, window: &Window, per: Option<Per>, conditions: &[Sql]) -> Sql {
    let first = per.map_or_else(|| Sql::new("NULL"), period);
    let mut sql = Sql::new("SELECT ");
    sql.append(&first).push(" AS period, u.source, u.currency, u.unit, pg_catalog.sum(u.money)::pg_catalog.text, pg_catalog.sum(u.tokens_total)::pg_catalog.text, pg_catalog.sum(u.units)::pg_catalog.text, pg_catalog.count(*)::pg_catalog.text FROM ");
    sql.append(&sources.records(window, conditions));
    sql.push(" GROUP BY u.source, u.currency, u.unit");
    if per.is_some() {
        sql.push(", ").append(&first);
    }
    sql
}

/// Amounts in the making.
struct Amounts<'a> {
    periods: &'a [NaiveDate],
    known: BTreeMap<Measure, (Vec<BigDecimal>, BigDecimal, BigDecimal)>,
}

impl Amounts<'_> {
    /// Takes a row: period, source, currency, unit, and a sum for each quantity.
    fn add(&mut self, row: Row, now: bool) {
        let mut cells = row.into_iter();
        let mut next = || cells.next().flatten();
        let period = next().and_then(|text| text.parse::<NaiveDate>().ok());
        let (source, currency, unit) = (next().unwrap_or_default(), next(), next());
        for quantity in Quantity::ALL {
            let Some(sum) = next().and_then(|text| text.parse::<BigDecimal>().ok()) else {
                continue;
            };
            let measure = Measure {
                source: source.clone(),
                quantity,
                currency: currency.clone(),
                unit: unit.clone(),
            };
            let none = || {
                (
                    vec![BigDecimal::zero(); self.periods.len()],
                    BigDecimal::zero(),
                    BigDecimal::zero(),
                )
            };
            let (periods, total, before) = self.known.entry(measure).or_insert_with(none);
            if !now {
                *before += sum;
                continue;
            }
            let at = period.and_then(|day| self.periods.binary_search(&day).ok());
            if let Some(place) = at.and_then(|at| periods.get_mut(at)) {
                *place += &sum;
            }
            *total += sum;
        }
    }

    /// What was counted, in the order of the sources; calls last.
    fn finish(
        self,
        sources: &Sources<'_>,
        forecast: impl Fn(&BigDecimal) -> Option<BigDecimal>,
    ) -> Vec<Amount> {
        let order: Vec<_> = sources.names().collect();
        let amounts = self.known.into_iter().map(|(measure, (periods, total, before))| {
            let forecast = forecast(&total);
            Amount { measure, periods, total, before, forecast }
        });
        let mut amounts: Vec<Amount> = amounts.collect();
        amounts.sort_by_key(|amount| {
            let place = order.iter().position(|name| *name == amount.measure.source);
            (amount.measure.quantity == Quantity::Calls, place, amount.measure.quantity)
        });
        amounts
    }
}

/// What the schema does not record, of what people look for first.
fn lacks(sources: &Sources<'_>) -> Vec<&'static str> {
    let all = [
        ("money", sources.know(|it| it.money.as_ref())),
        ("tokens", sources.know(|it| it.tokens_total.as_ref())),
        (
            "currency",
            !sources.know(|it| it.money.as_ref()) || sources.know(|it| it.currency.as_ref()),
        ),
        ("model", sources.know(|it| it.model.as_ref())),
        ("department", sources.know(|it| it.department_id.as_ref())),
        ("user", sources.know(|it| it.user_id.as_ref())),
    ];
    all.into_iter().filter(|(_, known)| !known).map(|(name, _)| name).collect()
}
