//! What the model asks of the world, done.

use std::{path::Path, sync::Arc};

use tokio::{
    sync::mpsc::UnboundedSender,
    task::{AbortHandle, JoinHandle},
    time,
};

use super::{
    Ended, FAREWELL, Happened, Runtime,
    copy::copy,
    export::export,
    save::{save_in, save_pair},
};
use crate::{
    database::Database,
    pg::{Identity, Kind, Problem, Run},
    tui::{
        ask::{AnyAnswer, AnyQuestion, Ticket},
        msg::{Effect, Msg},
        term::{self, Term},
    },
};

impl Runtime {
    /// Does what the model asks for.
    pub(super) fn perform(&mut self, effect: Effect, term: &mut Term) {
        match effect {
            Effect::Ask(ticket, identity, question) => self.ask(ticket, identity, question),
            Effect::Export { ticket, identity, question, name } => {
                self.export(ticket, identity, question, name);
            }
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
            Effect::EditOutside(text) => self.edit_outside(&text, term),
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
        self.begin(ticket, |database, run, _| async move {
            question.ask(database, identity, run).await
        });
    }

    /// Writes all that a question and those after it answer into a file.
    fn export(
        &mut self,
        ticket: Ticket,
        identity: Identity,
        question: Box<dyn AnyQuestion>,
        name: String,
    ) {
        self.begin(ticket, |database, run, sender| async move {
            let outcome = export(question, &name, database, identity, run).await;
            let answer = outcome.as_ref().map(|_| Box::new(()) as AnyAnswer).map_err(Clone::clone);
            // Told whether or not the pane still waits for it; the receiver is gone only while the program ends.
            let _ = sender.send(Happened::Msg(Msg::Exported(outcome)));
            answer
        });
    }

    /// Begins what `ticket` waits for.
    fn begin<F>(
        &mut self,
        ticket: Ticket,
        work: impl FnOnce(Arc<Database>, Run, UnboundedSender<Happened>) -> F,
    ) where
        F: Future<Output = Result<AnyAnswer, Problem>> + Send + 'static,
    {
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
        let work = work(database, run.clone(), self.sender.clone());
        let task = self.spawn(async move { Happened::Msg(Msg::Answer(ticket, work.await)) });
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
