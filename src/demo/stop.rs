//! Stops the cluster, or stops and removes it.

use super::{
    Home, Progress, account::Account, condition::folder, lock::Lock, postmaster::Postmaster,
};
use crate::pg::Problem;

/// Stops the cluster; says whether there was anything to stop.
pub async fn stop(home: &Home, progress: Progress<'_>) -> Result<bool, Problem> {
    if !home.path().exists() {
        return Ok(false);
    }
    let _lock = Lock::take(&home.lock(), progress).await?;
    let Some(folder) = folder(home)? else { return Ok(false) };
    let was_running = Postmaster::running(&folder).is_some();
    Postmaster::stop(&folder, false).await?;
    Ok(was_running)
}

/// Stops the cluster and removes all of it; says whether there was one.
pub async fn reset(home: &Home, progress: Progress<'_>) -> Result<bool, Problem> {
    if !home.path().exists() {
        return Ok(false);
    }
    let account = Account::find().await?;
    let _lock = Lock::take(&home.lock(), progress).await?;
    // A state that cannot be read must not stand in the way of making it anew.
    let folder = match folder(home) {
        Ok(Some(folder)) => folder,
        Ok(None) | Err(_) => home.server(&account).await?,
    };
    let was_there = folder.exists();
    Postmaster::stop(&folder, true).await?;
    home.remove(&folder, &account)?;
    Ok(was_there)
}
