//! Scores leads over HTTP: `cargo run --release -- ../../runs/demo/bundle`, then
//! `curl localhost:8080/leads -H 'content-type: application/json' -d '{"source": "referral", "pages_viewed": 11}'`

use leadsight_score::Scorer;
use std::{env, error::Error, path::Path};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let bundle = env::args().nth(1).ok_or("give a bundle's folder, such as runs/demo/bundle")?;
    let address = env::args().nth(2).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let service = leadsight_service::service(Scorer::load(Path::new(&bundle))?);
    let listener = tokio::net::TcpListener::bind(&address).await?;
    println!("scoring with {bundle} on http://{}", listener.local_addr()?);
    let interrupted = async { tokio::signal::ctrl_c().await.unwrap_or_default() };
    axum::serve(listener, service).with_graceful_shutdown(interrupted).await?;
    Ok(())
}
