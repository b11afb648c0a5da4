//! Every statement that purview ran, newest first: as whom, how long, and how it ended.

use std::sync::Arc;

use ratatui::{buffer::Buffer, layout::Rect};

use super::{Content, Dialog, Outcome, Viewer};
use crate::{
    database::Database,
    pg::{Identity, Problem, Ran, Run},
    question::Question,
    tui::{
        action::{Action, Scope},
        ask::{AnyAnswer, Ticket},
        cx::Cx,
        field::Field,
        remote::Remote,
        stage::{Picture, Stage},
    },
};

/// What ran last?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recent;

impl Question for Recent {
    type Answer = Vec<Ran>;

    async fn ask(
        self,
        database: Arc<Database>,
        _identity: Identity,
        _run: Run,
    ) -> Result<Vec<Ran>, Problem> {
        Ok(database.door.ran())
    }
}

/// The log: a text that is asked for.
#[derive(Debug)]
pub struct SqlLog {
    recent: Remote<Recent>,
    viewer: Viewer,
}

impl Default for SqlLog {
    fn default() -> Self {
        Self {
            recent: Remote::default(),
            viewer: Viewer::new("sql log", Content::Text(String::new()), None),
        }
    }
}

/// The statements as text that psql takes, newest first.
fn text(ran: &[Ran]) -> String {
    ran.iter().rev().map(statement).collect()
}

fn statement(one: &Ran) -> String {
    let outcome = match &one.outcome {
        Ok(1) => "1 row".to_owned(),
        Ok(rows) => format!("{rows} rows"),
        Err(said) => format!("failed: {said}"),
    };
    let at = one.at.format("%H:%M:%S");
    let took = one.took.num_milliseconds();
    format!("-- {at} UTC · {} · {took} ms · {outcome}\n{};\n\n", one.who, one.text.trim_end())
}

impl Dialog for SqlLog {
    fn scopes(&self) -> Vec<Scope> {
        self.viewer.scopes()
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Outcome {
        self.viewer.act(action, cx)
    }

    fn field(&mut self) -> Option<&mut Field> {
        self.viewer.field()
    }

    fn load(&mut self, cx: &mut Cx<'_>) {
        self.viewer.load(cx);
        self.recent.ask(Recent, cx);
    }

    fn receive(&mut self, ticket: Ticket, answer: Result<AnyAnswer, Problem>, cx: &mut Cx<'_>) {
        if self.recent.settle(ticket, answer, cx.now) {
            let said = match (self.recent.value(), self.recent.problem()) {
                (_, Some(problem)) => problem.to_string(),
                (Some(ran), None) => text(ran),
                (None, None) => String::new(),
            };
            self.viewer.show(Content::Text(said), cx);
        }
    }

    fn tick(&mut self, cx: &mut Cx<'_>) {
        self.viewer.tick(cx);
    }

    fn view(&self, stage: &Stage<'_>, screen: Rect, buf: &mut Buffer) -> Picture {
        self.viewer.view(stage, screen, buf)
    }
}
