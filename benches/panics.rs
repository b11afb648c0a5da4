//! Takes the terminal as the console does, waits for a key, and panics in a task: nothing but the hook can give the terminal back.

use purview::tui::term::Term;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut term = Term::enter().map_err(|problem| anyhow::anyhow!("{problem}"))?;
    term.send(b"ready")?;
    term.read().await?;
    tokio::spawn(async { panic!("as it was meant to") }).await?;
    Ok(())
}
