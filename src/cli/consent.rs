//! Consent: what may harm production only runs if a person says so, by its name.

use super::prompt::{self, Echo};
use crate::{
    config::Connection,
    pg::{Kind, Problem},
};

/// Returns if somebody agrees to `what`, or agreed beforehand with `--yes`; nobody is asked where it is no production.
pub(super) async fn to(what: &str, connection: &Connection, yes: bool) -> Result<(), Problem> {
    let Some(name) = connection.context.as_deref().filter(|_| connection.production && !yes) else {
        return Ok(());
    };
    if !prompt::is_anybody_there() {
        return Err(refusal(format!(
            "`{name}` is production, and nobody is there to agree: {what}"
        ))
        .hint("`--yes` agrees beforehand"));
    }
    let asked = format!("`{name}` is production: {what}. Type its name to go on: ");
    match prompt::ask(&asked, Echo::On).await {
        Ok(answer) if answer.trim() == name => Ok(()),
        Ok(_) => Err(refusal(format!(
            "that is not the name of the context: nothing was run on `{name}`"
        ))),
        Err(error) => Err(refusal(format!("nobody could be asked: {error}"))),
    }
}

/// Returns if somebody agrees to `what`, or agreed beforehand with `--yes`: in production by the context's name, elsewhere by `yes`.
pub(super) async fn always_to(
    what: &str,
    connection: &Connection,
    yes: bool,
) -> Result<(), Problem> {
    if connection.production || yes {
        return to(what, connection, yes).await;
    }
    if !prompt::is_anybody_there() {
        return Err(
            refusal(format!("nobody is there to agree: {what}")).hint("`--yes` agrees beforehand")
        );
    }
    match prompt::ask(&format!("{what}. Type `yes` to go on: "), Echo::On).await {
        Ok(answer) if answer.trim() == "yes" => Ok(()),
        Ok(_) => Err(refusal("nobody agreed: nothing was done".to_owned())),
        Err(error) => Err(refusal(format!("nobody could be asked: {error}"))),
    }
}

fn refusal(summary: String) -> Problem {
    Problem::new(Kind::Permission, summary)
}
