//! The service, spoken to over a socket, with the bundle that the scorer's own tests keep.

use leadsight_score::Scorer;
use serde_json::Value;
use std::path::Path;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Status and body of one request.
async fn ask(request: &str) -> (String, Value) {
    let bundle = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/score/tests/compat/format-1/bundle");
    let service = leadsight_service::service(Scorer::load(&bundle).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_owned(), serde_json::from_str(body).unwrap())
}

async fn post(lead: &str) -> (String, Value) {
    let length = lead.len();
    ask(&format!(
        "POST /leads HTTP/1.1\r\nhost: here\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{lead}"
    ))
    .await
}

#[tokio::test]
async fn a_lead_is_scored_and_what_is_none_is_refused() {
    let (status, scored) = post(r#"{"source": "paid_search", "title": "Head of IT", "pages_viewed": 5, "employees": "15"}"#).await;
    assert_eq!(status, "HTTP/1.1 200 OK");
    let score = scored["lead_score"].as_u64().unwrap();
    let probability = scored["probability"].as_f64().unwrap();
    assert!(score <= 100 && probability > 0.0 && probability < 1.0, "{scored}");
    assert!(scored["next_action"].is_string() && scored["tier"].is_string(), "{scored}");

    let (status, refused) = post(r#"{"no such field": 1}"#).await;
    assert_eq!(status, "HTTP/1.1 422 Unprocessable Entity");
    assert!(refused["error"].as_str().unwrap().contains("no such field"), "{refused}");

    let (status, about) = ask("GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n").await;
    assert_eq!((status.as_str(), &about["model_version"]), ("HTTP/1.1 200 OK", &scored["model_version"]));
}
