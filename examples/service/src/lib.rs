//! `POST /leads` scores a lead given as a JSON object; `GET /` tells which bundle does it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use leadsight_schema::Timestamp;
use leadsight_score::Scorer;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::SystemTime;

/// The service of a bundle. Scoring takes microseconds, so handlers do it where they are.
pub fn service(scorer: Scorer) -> Router {
    Router::new().route("/", get(about)).route("/leads", post(score)).with_state(Arc::new(scorer))
}

async fn about(State(scorer): State<Arc<Scorer>>) -> Json<Value> {
    Json(json!({ "model_version": scorer.version() }))
}

/// The scored lead under the names of the output columns; 422 with the reason where it cannot be scored.
async fn score(State(scorer): State<Arc<Scorer>>, Json(lead): Json<Map<String, Value>>) -> Response {
    match scorer.score_json(&lead, now()) {
        Ok(scored) => Json(scored).into_response(),
        Err(error) => {
            let body = Json(json!({ "error": error.to_string() }));
            (StatusCode::UNPROCESSABLE_ENTITY, body).into_response()
        }
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp(since.as_secs() as i64)
}
