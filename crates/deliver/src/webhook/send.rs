//! Sending with patience: what may pass is tried again, later and later; what will not is kept at once; all of it in bounded time.
//!
//! | answer | what is done |
//! |---|---|
//! | 2xx | sent |
//! | 408, 425, 429, 5xx, no connection, no answer in time | tried again |
//! | 3xx | kept: a redirect is not followed, for it could lead leads elsewhere |
//! | other 4xx | kept: the same message would be refused again |
//!
//! The wait before attempt n + 1 is drawn evenly from half of `first_wait * 2^(n - 1)` to the whole (jitter, so that senders who failed
//! together do not come back together), at most `longest_wait`; a `Retry-After` that is longer counts. Where the time for all
//! messages would be over before the next attempt, the message is kept.

use super::address::{Targets, shown};
use super::{Message, Unsent, signature};
use crate::export::Sending;
use leadsight_schema::Seed;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::time::Duration;

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post<'a> {
    /// Where it goes.
    pub url: &'a str,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// What is sent.
    pub body: &'a str,
    /// How long it may take, from the look-up of the name to the end of the answer.
    pub timeout: Duration,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// An answer.
    Status {
        /// Its code.
        code: u16,
        /// Its `Retry-After`.
        retry_after: Option<String>,
        /// Its `Location`.
        location: Option<String>,
    },
    /// None in time.
    Timeout,
    /// No connection, or one that broke.
    Broken(String),
}

/// What carries a message.
pub trait Wire {
    /// Sends one message once; a redirect is an answer like any other.
    fn post(&mut self, post: &Post<'_>) -> Answer;
}

/// The time, and a way to let it pass.
pub trait Clock {
    /// Since 1970.
    fn now(&self) -> Duration;
    /// Waits.
    fn sleep(&mut self, time: Duration);
}

/// What came of some messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// How many were sent.
    pub sent: usize,
    /// Those that were not.
    pub unsent: Vec<Unsent>,
}

/// Sends messages in their order, each until it is there or kept. `seed` draws the waits.
pub fn send(
    pending: Vec<Unsent>,
    targets: &Targets,
    sending: &Sending,
    wire: &mut impl Wire,
    clock: &mut impl Clock,
    seed: Seed,
) -> Sent {
    let mut waits = ChaCha8Rng::seed_from_u64(seed.stream("webhook waits"));
    let end = clock.now() + Duration::from_secs_f64(sending.total_seconds);
    let mut result = Sent::default();
    for mut unsent in pending {
        match patiently(&unsent.message, targets, sending, wire, clock, end, &mut waits) {
            Ok(()) => result.sent += 1,
            Err((reason, attempts)) => {
                unsent.reason = reason;
                unsent.attempts = unsent.attempts.saturating_add(attempts);
                result.unsent.push(unsent);
            }
        }
    }
    result
}

/// One message until it is there; else why not, and how often it was tried.
fn patiently(
    message: &Message,
    targets: &Targets,
    sending: &Sending,
    wire: &mut impl Wire,
    clock: &mut impl Clock,
    end: Duration,
    waits: &mut ChaCha8Rng,
) -> Result<(), (String, u32)> {
    let Some(target) = targets.get(&message.webhook) else {
        return Err((format!("the webhook `{}` is not declared", message.webhook), 0));
    };
    let mut last = "it was not tried".to_owned();
    for attempt in 1..=sending.attempts {
        let left = end.saturating_sub(clock.now());
        if left.is_zero() {
            let total = sending.total_seconds;
            return Err((
                format!("the {total} seconds for all messages are over; {last}"),
                attempt - 1,
            ));
        }
        let seconds = clock.now().as_secs().cast_signed();
        let mut headers = vec![
            ("content-type", "application/json".to_owned()),
            ("idempotency-key", message.idempotency_key.clone()),
            ("webhook-id", message.idempotency_key.clone()),
            ("webhook-timestamp", seconds.to_string()),
        ];
        if let Some(secret) = &target.secret {
            let signature = signature(secret, &message.idempotency_key, seconds, &message.body);
            headers.push(("webhook-signature", signature));
        }
        let timeout = Duration::from_secs_f64(sending.timeout_seconds).min(left);
        let post = Post { url: &target.url, headers, body: &message.body, timeout };
        let answer = wire.post(&post);
        let (again, asked) = match &answer {
            Answer::Status { code: 200..=299, .. } => return Ok(()),
            Answer::Status { code: 300..=399, location, .. } => {
                let to = location.as_deref().map(shown).unwrap_or_default();
                return Err((
                    format!(
                        "it was redirected to {to}, which is not followed; correct the address"
                    ),
                    attempt,
                ));
            }
            Answer::Status { code: 408 | 425 | 429 | 500..=599, retry_after, .. } => {
                (true, retry_after.as_deref().and_then(|text| after(text, clock.now())))
            }
            Answer::Status { .. } => (false, None),
            Answer::Timeout | Answer::Broken(_) => (true, None),
        };
        last = words(&answer);
        if !again || attempt == sending.attempts {
            return Err((last, attempt));
        }
        let wait = wait(sending, attempt, waits).max(asked.unwrap_or_default());
        if clock.now().saturating_add(wait) >= end {
            let reason = format!(
                "{last}; the next attempt would come after the {} seconds for all messages",
                sending.total_seconds
            );
            return Err((reason, attempt));
        }
        clock.sleep(wait);
    }
    Err((last, sending.attempts))
}

/// The wait after an attempt, counted from 1.
fn wait(sending: &Sending, attempt: u32, waits: &mut ChaCha8Rng) -> Duration {
    let doubled = sending.first_wait_seconds * 2_f64.powi(attempt.cast_signed() - 1);
    let most = doubled.min(sending.longest_wait_seconds);
    Duration::from_secs_f64(most * waits.random_range(0.5..=1.0))
}

/// A `Retry-After`: seconds, or a moment (RFC 9110, section 10.2.3).
fn after(text: &str, now: Duration) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let moment = jiff::fmt::rfc2822::parse(text.trim()).ok()?.timestamp();
    let seconds = u64::try_from(moment.as_second()).ok()?;
    Some(Duration::from_secs(seconds).saturating_sub(now))
}

fn words(answer: &Answer) -> String {
    match answer {
        Answer::Status { code, .. } => format!("it was answered with {code}"),
        Answer::Timeout => "there was no answer in time".to_owned(),
        Answer::Broken(why) => format!("there was no connection: {why}"),
    }
}
