//! Sending: what is tried again, what is kept, and that it all ends. Time is played.

use leadsight_deliver::webhook::{
    Answer, Clock, Message, Post, Secret, Sent, Target, Targets, Unsent, Wire, pending,
    read_unsent, send, signature, targets, write_unsent,
};
use leadsight_deliver::{Export, Sending};
use leadsight_schema::Seed;
use std::collections::VecDeque;
use std::time::Duration;

/// A clock that jumps where others wait.
pub struct Played {
    pub now: Duration,
    pub waited: Vec<Duration>,
}

impl Played {
    pub fn new() -> Self {
        Self { now: Duration::from_secs(1_783_323_000), waited: Vec::new() }
    }
}

impl Clock for Played {
    fn now(&self) -> Duration {
        self.now
    }
    fn sleep(&mut self, time: Duration) {
        self.now += time;
        self.waited.push(time);
    }
}

/// A wire that answers by a script, each answer after no time, and a wire that hangs as long as it may.
struct Script(VecDeque<Answer>, Vec<String>);

impl Wire for Script {
    fn post(&mut self, post: &Post<'_>) -> Answer {
        self.1.push(format!("{:?}", post.headers));
        self.0.pop_front().unwrap_or(Answer::Timeout)
    }
}

pub fn message(lead_id: &str) -> Message {
    let body = format!("{{\"lead_id\":\"{lead_id}\"}}");
    Message {
        webhook: "hot".to_owned(),
        lead_id: lead_id.to_owned(),
        idempotency_key: format!("msg_{lead_id}"),
        body,
    }
}

pub fn target(url: String) -> Targets {
    let secret = Secret::new("a-secret-of-more-than-16-bytes").ok();
    Targets::from([("hot".to_owned(), Target { url, secret })])
}

fn status(code: u16) -> Answer {
    Answer::Status { code, retry_after: None, location: None }
}

fn retry_after(text: &str) -> Answer {
    Answer::Status { code: 429, retry_after: Some(text.to_owned()), location: None }
}

fn sent(answers: Vec<Answer>) -> (Sent, Played, Vec<String>) {
    let (mut wire, mut clock) = (Script(answers.into(), Vec::new()), Played::new());
    let targets = target("https://crm.example/hook".to_owned());
    let sending = Sending::default();
    let sent = send(
        pending(Vec::new(), vec![message("L1")]),
        &targets,
        &sending,
        &mut wire,
        &mut clock,
        Seed(7),
    );
    (sent, clock, wire.1)
}

#[test]
fn what_may_pass_is_tried_again_later_and_later() {
    let (result, clock, posts) = sent(vec![status(500), status(503), status(200)]);
    assert_eq!((result.sent, result.unsent.len(), posts.len()), (1, 0, 3));
    let seconds: Vec<f64> = clock.waited.iter().map(Duration::as_secs_f64).collect();
    assert!((0.5..=1.0).contains(&seconds[0]) && (1.0..=2.0).contains(&seconds[1]), "{seconds:?}");
    // The same seed waits the same time.
    assert_eq!(sent(vec![status(500), status(503), status(200)]).1.waited, clock.waited);
}

#[test]
fn a_retry_after_counts_as_seconds_and_as_a_moment() {
    let (result, clock, _) = sent(vec![retry_after("17"), status(204)]);
    assert_eq!((result.sent, clock.waited[0]), (1, Duration::from_secs(17)));
    let moment = jiff::Timestamp::from_second(1_783_323_030).unwrap();
    let moment = moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let (result, clock, _) = sent(vec![retry_after(&moment), status(200)]);
    assert_eq!((result.sent, clock.waited[0]), (1, Duration::from_secs(30)));
    // Longer than there is time: kept at once, not waited for.
    for long in ["86400", "18446744073709551615", "Fri, 24 Dec 9999 23:59:59 GMT"] {
        let (result, clock, posts) = sent(vec![retry_after(long), status(200)]);
        assert_eq!((result.sent, posts.len(), clock.waited.len()), (0, 1, 0), "{long}");
        assert!(result.unsent[0].reason.contains("429"), "{result:?}");
    }
    for nonsense in ["-1", "1e9", "99999999999999999999999", "Fri, 31 Dec 0000 23:59:59 GMT", ""] {
        assert_eq!(sent(vec![retry_after(nonsense), status(200)]).0.sent, 1, "{nonsense}");
    }
    assert_eq!(sent(vec![retry_after("soon"), status(200)]).0.sent, 1);
}

#[test]
fn what_will_not_pass_is_kept_at_once() {
    let location = Some("https://elsewhere.example/secret".to_owned());
    let moved = Answer::Status { code: 308, retry_after: None, location };
    for (answer, expect) in [
        (moved, "redirected to `https://elsewhere.example`, which is not followed"),
        (status(404), "answered with 404"),
        (status(401), "answered with 401"),
    ] {
        let (result, clock, posts) = sent(vec![answer, status(200)]);
        assert_eq!((posts.len(), clock.waited.len()), (1, 0));
        assert!(result.unsent[0].reason.contains(expect), "{result:?}");
    }
}

#[test]
fn everything_ends_in_bounded_time() {
    let sending = Sending { attempts: 100, total_seconds: 60.0, ..Sending::default() };
    let messages = (0..1000).map(|i| message(&format!("L{i}"))).collect();
    let (mut wire, mut clock) = (Script(VecDeque::new(), Vec::new()), Played::new());
    let targets = target("https://crm.example/hook".to_owned());
    let begin = clock.now;
    let result =
        send(pending(Vec::new(), messages), &targets, &sending, &mut wire, &mut clock, Seed(7));
    assert_eq!((result.sent, result.unsent.len()), (0, 1000));
    assert!(clock.now - begin <= Duration::from_secs(60));
    // Each was tried, or says that there was no time.
    assert!(result.unsent.iter().all(|u| u.attempts > 0 || u.reason.contains("are over")));
}

#[test]
fn every_attempt_is_signed_for_its_own_moment_under_one_key() {
    let (_, _, posts) = sent(vec![status(500), status(200)]);
    let secret = Secret::new("a-secret-of-more-than-16-bytes").unwrap();
    let body = message("L1").body;
    assert!(posts[0].contains(&signature(&secret, "msg_L1", 1_783_323_000, &body)), "{posts:?}");
    assert!(
        posts.iter().all(|post| post.contains("(\"idempotency-key\", \"msg_L1\")")),
        "{posts:?}"
    );
}

#[test]
fn unsent_messages_read_back_without_address_or_secret() {
    let (result, ..) = sent(vec![status(400)]);
    let text = String::from_utf8(write_unsent(&result.unsent).unwrap()).unwrap();
    assert!(!text.contains("crm.example") && !text.contains("a-secret"), "{text}");
    let export = |id: &str| {
        let text = format!(
            "Export(version: 1, webhooks: [(id: \"{id}\", url: \"https://x.example\", when: Known(\"tier\"), form: Json)])"
        );
        Export::from_ron(&text).unwrap().webhooks
    };
    let read: Vec<Unsent> = read_unsent(&text, &export("hot")).unwrap();
    assert_eq!(read, result.unsent);
    let again = pending(read, vec![message("L1"), message("L2")]);
    let ids: Vec<&str> = again.iter().map(|unsent| unsent.message.lead_id.as_str()).collect();
    assert_eq!((ids, again[0].attempts), (vec!["L1", "L2"], 1));
    // What was never tried gives way to what is newer of the same lead; what was tried stays.
    let newer = |id: &str| Message { idempotency_key: format!("newer_{id}"), ..message(id) };
    let keys: Vec<String> = pending(again, vec![newer("L1"), newer("L2")])
        .into_iter()
        .map(|unsent| unsent.message.idempotency_key)
        .collect();
    assert_eq!(keys, ["msg_L1", "newer_L1", "newer_L2"]);
    let error = read_unsent(&text, &export("hots")).unwrap_err().to_string();
    assert!(
        error.contains("line 1 is for the webhook `hot`") && error.contains("did you mean `hots`?"),
        "{error}"
    );
    let error = read_unsent("\n{\"x\": 1}", &export("hot")).unwrap_err().to_string();
    assert!(error.contains("line 2 is no unsent message"), "{error}");
}

#[test]
fn targets_are_checked_before_anything_is_sent() {
    let webhooks = |fields: &str| {
        let text = format!(
            "Export(version: 1, webhooks: [(id: \"a\", when: Known(\"tier\"), form: Json, {fields})])"
        );
        Export::from_ron(&text).unwrap().webhooks
    };
    let variable = |name: &str| match name {
        "URL" => Some("https://hooks.example/T0/x".to_owned()),
        "SECRET" => Some("a-secret-of-more-than-16-bytes".to_owned()),
        "SHORT" => Some("short".to_owned()),
        _ => None,
    };
    let found = targets(&webhooks("url_env: \"URL\", secret_env: \"SECRET\""), variable).unwrap();
    assert!(found["a"].url.ends_with("/T0/x") && found["a"].secret.is_some());
    for (fields, expect) in [
        ("url_env: \"NOWHERE\"", "in NOWHERE, which is not set"),
        ("url_env: \"URL\", secret_env: \"SHORT\"", "in SHORT, which is shorter than 16 bytes"),
        (
            "url: \"http://crm.example/T0/secret\"",
            "goes to `http://crm.example`; expected an https address",
        ),
    ] {
        let error = targets(&webhooks(fields), variable).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }
}
