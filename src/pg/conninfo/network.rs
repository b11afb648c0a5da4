//! How long a silent network is trusted.

use std::time::Duration;

use super::{Parameters, Problem};

/// How long a silent network is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pg) struct Network {
    /// How long connecting to one address may take.
    pub(in crate::pg) connect: Option<Duration>,
    /// The signs of life that the kernel asks of the other end.
    pub(in crate::pg) keepalive: Option<Keepalive>,
    /// How long what was sent may stay unanswered by the other kernel.
    pub(in crate::pg) unanswered: Option<Duration>,
}

/// When the kernel asks the other end for a sign of life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pg) struct Keepalive {
    pub(in crate::pg) idle: Duration,
    pub(in crate::pg) interval: Duration,
    pub(in crate::pg) count: u32,
}

/// Where nothing is asked for, libpq leaves all of this to the system, which waits for minutes or hours. Somebody sits before this program:
/// it gives up in half a minute. `connect_timeout=0`, `keepalives=0` and `tcp_user_timeout=0` give libpq's own patience.
const CONNECT: i64 = 10;
const IDLE: i64 = 20;
const INTERVAL: i64 = 5;
const COUNT: i64 = 3;
const UNANSWERED_MS: i64 = 30_000;

/// What `parameters` ask for.
pub(super) fn read(parameters: &Parameters) -> Result<Network, Problem> {
    let number = |name, default| number(parameters, name, default);
    // Zero leaves it to the system.
    let seconds = |name, default: i64| {
        let given = number(name, default)?;
        Ok::<_, Problem>(Duration::from_secs(
            if given > 0 { given } else { default }.unsigned_abs(),
        ))
    };
    let keepalive = Keepalive {
        idle: seconds("keepalives_idle", IDLE)?,
        interval: seconds("keepalives_interval", INTERVAL)?,
        count: u32::try_from(number("keepalives_count", COUNT)?.max(1)).unwrap_or(1),
    };
    Ok(Network {
        connect: positive(number("connect_timeout", CONNECT)?).map(Duration::from_secs),
        keepalive: (number("keepalives", 1)? != 0).then_some(keepalive),
        unanswered: positive(number("tcp_user_timeout", UNANSWERED_MS)?).map(Duration::from_millis),
    })
}

fn positive(number: i64) -> Option<u64> {
    u64::try_from(number).ok().filter(|number| *number > 0)
}

fn number(parameters: &Parameters, name: &str, default: i64) -> Result<i64, Problem> {
    let Some(text) = parameters.get(name) else { return Ok(default) };
    // A 32-bit number, as in libpq.
    text.trim_ascii()
        .parse::<i32>()
        .map(i64::from)
        .map_err(|_| Problem::usage(format!("the connection parameter `{name}` is not a number")))
}
