//! Signatures of messages by the Standard Webhooks specification (standardwebhooks.com): HMAC-SHA256 over
//! `{id}.{timestamp}.{body}`, so that the receiver knows who sent it and when, and ready-made libraries check it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// Bytes of a secret, at least.
const SHORTEST: usize = 16;

/// What messages are signed with. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// A secret as it is written: `whsec_` and base64 as the specification has it, or any text of at least 16 bytes.
    /// `Err` says what is wrong with it.
    pub fn new(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let bytes = match text.strip_prefix("whsec_") {
            Some(encoded) => STANDARD.decode(encoded).map_err(|_| "is no base64 after `whsec_`")?,
            None => text.as_bytes().to_vec(),
        };
        if bytes.len() < SHORTEST {
            return Err("is shorter than 16 bytes");
        }
        Ok(Self(bytes))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The signature of a message: `v1,` and base64. `seconds` are those since 1970.
pub fn signature(secret: &Secret, id: &str, seconds: i64, body: &str) -> String {
    // A key of any length is one for HMAC (RFC 2104): longer ones are hashed.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&secret.0) else { return String::new() };
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own test suite.
    #[test]
    fn it_is_that_of_the_specification() {
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let found = signature(
            &secret,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(found, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_long_enough_and_never_printed() {
        assert_eq!(Secret::new("short").unwrap_err(), "is shorter than 16 bytes");
        assert_eq!(Secret::new("whsec_?").unwrap_err(), "is no base64 after `whsec_`");
        let secret = Secret::new("a-secret-of-more-than-16-bytes").unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(..)");
    }
}
