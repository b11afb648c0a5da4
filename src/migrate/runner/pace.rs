//! How long a runner waits for others, and how often it tries again.

use std::time::Duration;

/// How a runner waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How long a statement waits for a lock before it makes way for those who wait behind it.
    pub lock_timeout: Duration,
    /// How often a step is attempted.
    pub attempts: u32,
    /// How long it waits before the second attempt; each later one twice as long, up to [`Pace::LONGEST`].
    pub backoff: Duration,
    /// How often the lock of runners is tried, and how long after each other.
    pub lock_tries: u32,
    /// The time between two of these.
    pub lock_every: Duration,
    /// How often it is looked what a running statement waits for.
    pub look_every: Duration,
}

impl Pace {
    /// Nobody waits longer than this for the next attempt.
    pub const LONGEST: Duration = Duration::from_secs(15);

    /// How long after the attempt with this number the next begins; a part of it differs from runner to runner.
    pub(super) fn after(&self, attempt: u32, pid: i32) -> Duration {
        let doubled = self.backoff.saturating_mul(1_u32 << attempt.saturating_sub(1).min(16));
        let jitter = pid.unsigned_abs().wrapping_mul(31).wrapping_add(attempt) % 25;
        doubled.min(Self::LONGEST).saturating_mul(100 + jitter) / 100
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            lock_timeout: Duration::from_secs(3),
            attempts: 10,
            backoff: Duration::from_millis(500),
            lock_tries: 150,
            lock_every: Duration::from_millis(200),
            look_every: Duration::from_millis(250),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_longer_than_the_one_before_up_to_a_bound() {
        let pace = Pace::default();
        for attempt in 1..200 {
            let (this, next) = (pace.after(attempt, 7), pace.after(attempt + 1, 7));
            assert!(this >= pace.backoff && this <= Pace::LONGEST * 5 / 4);
            assert!(attempt > 4 || next > this, "{attempt}");
        }
    }
}
