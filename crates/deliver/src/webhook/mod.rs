//! Messages about single leads, sent at once: made, signed, sent with patience, and kept where they could not be sent.

mod address;
#[cfg(feature = "http")]
mod http;
mod message;
mod send;
mod sign;
mod unsent;

pub use address::{Target, Targets, targets};
#[cfg(feature = "http")]
pub use http::Http;
pub use message::Message;
pub(crate) use message::messages;
pub use send::{Answer, Clock, Post, Sent, Wire, send};
pub use sign::{Secret, signature};
pub use unsent::{Unsent, pending, read_unsent, write_unsent};
