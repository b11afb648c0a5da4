//! One purview at a time builds, starts, stops or wipes the cluster; the others wait and then find it as it was left.
//!
//! The lock is the kernel's: it ends with the process, however that ends.

use std::{
    fs::{File, TryLockError},
    path::Path,
    time::Duration,
};

use super::Progress;
use crate::pg::Problem;

const BETWEEN_TRIES: Duration = Duration::from_millis(50);

/// Held as long as it lives.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits until nobody else has it.
    pub(super) async fn take(path: &Path, progress: Progress<'_>) -> Result<Self, Problem> {
        let wrong = |error: std::io::Error| {
            Problem::usage(format!("cannot lock `{}`: {error}", path.display()))
        };
        let file =
            File::options().create(true).truncate(false).write(true).open(path).map_err(wrong)?;
        let mut has_waited = false;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::Error(error)) => return Err(wrong(error)),
                Err(TryLockError::WouldBlock) => {
                    if !std::mem::replace(&mut has_waited, true) {
                        progress("another purview works on the demo; waiting for it");
                    }
                    tokio::time::sleep(BETWEEN_TRIES).await;
                }
            }
        }
    }
}
