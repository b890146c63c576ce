//! Deliveries as a whole: the files of each CRM, what is left out, and messages over a real connection.
#![allow(clippy::unwrap_used, clippy::panic)]

mod files;
mod properties;
#[cfg(feature = "http")]
mod server;
mod webhooks;
mod world;
