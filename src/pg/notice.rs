//! What the server tells beside an answer: notices and warnings.
//!
//! The driver hands them to whoever listens to its log, so that here one listens for as long as a piece of work lasts, and to that work alone.

use std::{
    fmt::{Debug, Write as _},
    sync::{Arc, Mutex, PoisonError},
};

use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    instrument::WithSubscriber as _,
    level_filters::LevelFilter,
    span,
};

/// More than these nobody reads; a function can raise any number of them.
const KEPT: usize = 50;
/// As many characters are kept of each.
const LONGEST: usize = 500;

/// What was heard.
#[derive(Debug, Clone, Default)]
pub(super) struct Ear(Arc<Mutex<Vec<String>>>);

impl Ear {
    /// Listens to `work` alone.
    pub(super) async fn on<T>(&self, work: impl Future<Output = T>) -> T {
        work.with_subscriber(self.clone()).await
    }

    /// What was heard so far.
    pub(super) fn heard(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Subscriber for Ear {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::postgres::notice" && *metadata.level() <= Level::INFO
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::INFO)
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.len() >= KEPT {
            return;
        }
        let mut message = Message(String::new());
        event.record(&mut message);
        let text: String = message.0.chars().take(LONGEST).collect();
        let word = if *event.metadata().level() == Level::WARN { "warning" } else { "notice" };
        heard.push(format!("{word}: {text}"));
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// The text of an event.
struct Message(String);

impl Visit for Message {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.0);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.0.clear();
            write!(self.0, "{value:?}").expect("writing to a text never fails");
        }
    }
}
