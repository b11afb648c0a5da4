//! What the model asks of the world, done.

use std::path::Path;

use tokio::{
    task::{AbortHandle, JoinHandle},
    time,
};

use super::{
    Ended, FAREWELL, Happened, Runtime,
    copy::copy,
    save::{save_in, save_pair},
};
use crate::{
    pg::{Identity, Kind, Problem, Run},
    tui::{
        ask::{AnyQuestion, Ticket},
        msg::{Effect, Msg},
        term::{self, Term},
    },
};

impl Runtime {
    /// Does what the model asks for.
    pub(super) fn perform(&mut self, effect: Effect, term: &mut Term) {
        match effect {
            Effect::Ask(ticket, identity, question) => self.ask(ticket, identity, question),
            Effect::Cancel(ticket) => drop(self.cancel(ticket)),
            Effect::Connect(context) => {
                let connecting = self.connect.connect(context.as_deref());
                self.spawn(async move { Happened::Connected(connecting.await) });
            }
            Effect::Copy(text) => {
                let around = self.around.clone();
                self.spawn(async move { copy(text, around).await });
            }
            Effect::Save { name, text } => {
                self.spawn(async move {
                    Happened::Msg(Msg::Saved(save_in(Path::new(""), &name, &text)))
                });
            }
            Effect::SavePair { directory, stem, up, down } => {
                self.spawn(async move {
                    let written = save_pair(Path::new(&directory), &stem, [&up, &down]);
                    Happened::Msg(Msg::Saved(written))
                });
            }
            Effect::Remember(book, line) => {
                // A history that cannot be kept is not worth a word.
                let _ = self.shelf.as_ref().map(|shelf| shelf.keep(book, &line));
            }
            Effect::StopActing(identity) => {
                if let (Some(database), Some(acting)) = (&self.database, identity.acting()) {
                    let _ = database.door.end_acting(acting);
                }
            }
            Effect::Title(title) => {
                self.sequences.extend(format!("\x1b]2;{title}\x07").into_bytes());
            }
            Effect::Redraw => self.screen.forget(),
            Effect::Suspend => self.suspend(term),
            Effect::Quit => self.ended = Some(Ended::Quit),
        }
    }

    fn spawn(&self, task: impl Future<Output = Happened> + Send + 'static) -> AbortHandle {
        let sender = self.sender.clone();
        let task = tokio::spawn(async move {
            // The receiver is gone only while the program ends.
            let _ = sender.send(task.await);
        });
        task.abort_handle()
    }

    fn ask(&mut self, ticket: Ticket, identity: Identity, question: Box<dyn AnyQuestion>) {
        let Some(database) = self.database.clone() else {
            let problem = Problem::new(Kind::Connection, "there is no connection");
            let _ = self.sender.send(Happened::Msg(Msg::Answer(ticket, Err(problem))));
            return;
        };
        let sender = self.sender.clone();
        let run = Run::told(move |part| {
            // The receiver is gone only while the program ends.
            let _ = sender.send(Happened::Msg(Msg::Part(ticket, part)));
        });
        let handle = run.clone();
        let task = self.spawn(async move {
            Happened::Msg(Msg::Answer(ticket, question.ask(database, identity, handle).await))
        });
        self.running.insert(ticket, (run, task));
    }

    /// Cancels a question on the server; its task ends by itself, or with the connection.
    fn cancel(&mut self, ticket: Ticket) -> Option<JoinHandle<()>> {
        let (run, _) = self.running.remove(&ticket)?;
        Some(tokio::spawn(async move {
            // Who cannot be reached cannot be told; the statement timeout remains.
            let _ = run.cancel().await;
        }))
    }

    /// Gives the terminal back first, then tells the server that nobody waits any more.
    pub(super) async fn farewell(&mut self) {
        term::leave();
        let tickets: Vec<_> = self.running.keys().copied().collect();
        let cancelling: Vec<_> =
            tickets.into_iter().filter_map(|ticket| self.cancel(ticket)).collect();
        let all = async {
            for task in cancelling {
                let _ = task.await;
            }
        };
        let _ = time::timeout(FAREWELL, all).await;
    }
}
