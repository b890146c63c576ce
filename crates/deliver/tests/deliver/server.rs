//! The same over a real connection, to a server on this machine that answers as it is told.

use crate::webhooks::{Played, message, target};
use leadsight_deliver::Sending;
use leadsight_deliver::webhook::{Http, Secret, Sent, pending, send, signature};
use leadsight_schema::Seed;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// What the server does with a request: answers with these bytes, answers without coming to an end, or hangs.
#[derive(Clone, Copy)]
enum Does {
    Answer(&'static str),
    Drip,
    Hang,
}

const OK: Does = Does::Answer("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
const BROKEN: Does =
    Does::Answer("HTTP/1.1 500 Oh\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
const MOVED: Does = Does::Answer(
    "HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1:9/x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
);
const BUSY: Does = Does::Answer(
    "HTTP/1.1 429 Busy\r\nretry-after: 9\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
);

/// A server for so many requests; its address, and what it gets.
fn server(script: Vec<Does>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (sender, requests) = channel();
    thread::spawn(move || {
        let mut held = Vec::new();
        for does in script {
            let (stream, _) = listener.accept().unwrap();
            let _ = sender.send(request(&stream));
            match does {
                Does::Answer(bytes) => (&stream).write_all(bytes.as_bytes()).unwrap(),
                Does::Drip => {
                    let header =
                        std::iter::once("HTTP/1.1 200 OK\r\n").chain(std::iter::repeat("x"));
                    // Until the sender has had enough of it.
                    for part in header.take(400) {
                        if (&stream).write_all(part.as_bytes()).is_err() {
                            break;
                        }
                        thread::sleep(Duration::from_millis(10));
                    }
                }
                Does::Hang => held.push(stream),
            }
        }
        // A stream that is held is closed only once the test is over.
        thread::sleep(Duration::from_secs(if held.is_empty() { 0 } else { 5 }));
    });
    (url, requests)
}

/// A request as text, headers in lower case.
fn request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim_end().to_lowercase();
        if let Some(text) = line.strip_prefix("content-length: ") {
            length = text.parse().unwrap();
        }
        head += &line;
        head.push('\n');
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    head + &String::from_utf8(body).unwrap()
}

/// The network without a proxy.
fn direct() -> Http {
    Http::new(|_| None).unwrap()
}

fn sent(url: String, timeout_seconds: f64) -> (Sent, Played) {
    sent_by(&mut direct(), url, timeout_seconds)
}

fn sent_by(http: &mut Http, url: String, timeout_seconds: f64) -> (Sent, Played) {
    let mut clock = Played::new();
    let sending = Sending { timeout_seconds, attempts: 3, ..Sending::default() };
    let sent = send(
        pending(Vec::new(), vec![message("L1")]),
        &target(url),
        &sending,
        http,
        &mut clock,
        Seed(7),
    );
    (sent, clock)
}

#[test]
fn a_message_arrives_whole_and_signed() {
    let (url, requests) = server(vec![OK]);
    let (result, _) = sent(url, 5.0);
    assert_eq!((result.sent, result.unsent.len()), (1, 0), "{result:?}");
    let request = requests.recv().unwrap();
    assert!(request.starts_with("post /hook http/1.1\n"), "{request}");
    assert!(request.ends_with("\n{\"lead_id\":\"L1\"}"), "{request}");
    assert!(request.contains("idempotency-key: msg_l1\n"), "{request}");
    let secret = Secret::new("a-secret-of-more-than-16-bytes").unwrap();
    let expect = signature(&secret, "msg_L1", 1_783_323_000, &message("L1").body).to_lowercase();
    assert!(request.contains(&format!("webhook-signature: {expect}\n")), "{request}");
}

#[test]
fn a_server_in_trouble_is_asked_again() {
    let (url, requests) = server(vec![BROKEN, BROKEN, OK]);
    let (result, clock) = sent(url, 5.0);
    assert_eq!((result.sent, clock.waited.len()), (1, 2), "{result:?}");
    assert_eq!(requests.iter().count(), 3);
}

#[test]
fn a_busy_server_says_when_to_come_back() {
    let (url, _requests) = server(vec![BUSY, OK]);
    let (result, clock) = sent(url, 5.0);
    assert_eq!((result.sent, clock.waited), (1, vec![Duration::from_secs(9)]));
}

#[test]
fn a_redirect_is_not_followed() {
    let (url, requests) = server(vec![MOVED, OK]);
    let (result, _) = sent(url, 5.0);
    assert!(result.unsent[0].reason.contains("redirected to `http://127.0.0.1:9`"), "{result:?}");
    assert!(requests.recv().is_ok() && requests.try_recv().is_err());
}

#[test]
fn a_server_that_hangs_is_left() {
    let (url, _requests) = server(vec![Does::Hang; 3]);
    let begin = Instant::now();
    let (result, clock) = sent(url, 0.05);
    assert_eq!((result.sent, clock.waited.len()), (0, 2));
    assert_eq!(result.unsent[0].reason, "there was no answer in time");
    assert!(begin.elapsed() < Duration::from_secs(4), "{:?}", begin.elapsed());
}

#[test]
fn a_server_that_never_comes_to_an_end_is_left() {
    let (url, _requests) = server(vec![Does::Drip; 3]);
    let begin = Instant::now();
    let (result, _) = sent(url, 0.1);
    assert_eq!(result.unsent[0].reason, "there was no answer in time");
    assert!(begin.elapsed() < Duration::from_secs(4), "{:?}", begin.elapsed());
}

#[test]
fn an_answer_that_breaks_off_is_asked_for_again() {
    let (url, requests) = server(vec![
        Does::Answer(""),
        Does::Answer("HTTP/1.1 200 OK\r\ncontent-le"),
        Does::Answer("no HTTP at all\r\n\r\n"),
    ]);
    let (result, _) = sent(url, 5.0);
    assert_eq!((result.sent, requests.iter().count()), (0, 3), "{result:?}");
    assert!(result.unsent[0].reason.starts_with("there was no connection"), "{result:?}");
    // The status is the answer; nobody reads what follows it.
    let (url, _requests) =
        server(vec![Does::Answer("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")]);
    assert_eq!(sent(url, 5.0).0.sent, 1);
}

#[test]
fn a_server_without_tls_hears_nothing_of_a_lead_over_https() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/hook", listener.local_addr().unwrap());
    let heard = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut bytes = vec![0; 4096];
        let length = stream.read(&mut bytes).unwrap();
        bytes.truncate(length);
        bytes
    });
    let mut clock = Played::new();
    let sending = Sending { attempts: 1, timeout_seconds: 0.5, ..Sending::default() };
    let pending = pending(Vec::new(), vec![message("L1")]);
    let result = send(pending, &target(url), &sending, &mut direct(), &mut clock, Seed(7));
    assert_eq!((result.sent, result.unsent.len()), (0, 1));
    // A TLS greeting, and nothing of the lead.
    let heard = heard.join().unwrap();
    assert_eq!(heard.first(), Some(&22), "{heard:?}");
    assert!(!heard.windows(7).any(|window| window == b"lead_id"));
}

#[test]
fn nobody_at_home_is_told() {
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (result, clock) = sent(format!("http://127.0.0.1:{port}/"), 5.0);
    assert_eq!((result.sent, clock.waited.len()), (0, 2));
    assert!(result.unsent[0].reason.starts_with("there was no connection"), "{result:?}");
}

/// The network as an environment with these variables says.
fn by(variables: &[(&str, &str)]) -> Result<Http, String> {
    let of = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
    Http::new(of).map_err(|error| error.to_string())
}

#[test]
fn a_proxy_learns_the_host_and_nothing_of_a_lead() {
    for (variable, with) in [("HTTPS_PROXY", "http://user:word@"), ("all_proxy", "")] {
        let (url, requests) = server(vec![Does::Answer(
            "HTTP/1.1 403 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        )]);
        let proxy = url.replace("http://", with).replace("/hook", "");
        let http = &mut by(&[(variable, &proxy), ("NO_PROXY", "other.example")]).unwrap();
        let sending = Sending { attempts: 1, timeout_seconds: 5.0, ..Sending::default() };
        let pending = pending(Vec::new(), vec![message("L1")]);
        let targets = target("https://crm.example/hook".to_owned());
        let result = send(pending, &targets, &sending, http, &mut Played::new(), Seed(7));
        assert!(result.unsent[0].reason.starts_with("there was no connection"), "{result:?}");
        let heard = requests.recv().unwrap();
        assert!(heard.starts_with("connect crm.example:443 http/1.1\n"), "{heard}");
        assert_eq!(heard.contains("proxy-authorization"), !with.is_empty(), "{heard}");
        assert!(!heard.contains("lead_id") && !heard.contains("webhook-"), "{heard}");
    }
}

#[test]
fn no_proxy_stands_between_this_machine_and_itself() {
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nobody = format!("http://127.0.0.1:{port}");
    for direct in ["", "crm.example"] {
        let (url, _requests) = server(vec![OK]);
        let http = &mut by(&[("HTTPS_PROXY", &nobody), ("NO_PROXY", direct)]).unwrap();
        assert_eq!(sent_by(http, url, 5.0).0.sent, 1);
    }
    // And none before a host that is to be reached directly, or one below it: its name is looked up here.
    for (direct, refused) in [
        ("", true),
        ("valid", true),
        (" crm.invalid , x", false),
        ("*.crm.invalid", false),
        (".invalid", false),
        ("INVALID", false),
    ] {
        let http = &mut by(&[("https_proxy", &nobody), ("no_proxy", direct)]).unwrap();
        let (result, _) = sent_by(http, "https://a.crm.invalid/".to_owned(), 5.0);
        assert_eq!(result.unsent[0].reason.contains("refused"), refused, "{direct}: {result:?}");
    }
}

#[test]
fn a_proxy_that_cannot_be_used_is_refused_rather_than_passed_by() {
    for (address, shown) in [
        (
            "socks5://me:word@proxy.example:1080",
            "HTTPS_PROXY names the proxy `socks5://proxy.example:1080`",
        ),
        ("http://", "HTTPS_PROXY names the proxy"),
        ("not a proxy", "HTTPS_PROXY names the proxy"),
    ] {
        let refused = by(&[("HTTPS_PROXY", address)]).unwrap_err();
        assert!(refused.contains(shown) && !refused.contains("word"), "{refused}");
    }
    assert!(by(&[("HTTPS_PROXY", " "), ("HTTP_PROXY", "socks5://x")]).is_ok());
}
