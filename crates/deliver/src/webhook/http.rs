//! The network: HTTP with TLS by `ureq` and `rustls`, which trusts whom the machine trusts.

use super::{Answer, Post, Wire};
use std::sync::Arc;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

/// The network.
#[derive(Debug)]
pub struct Http(Agent);

impl Default for Http {
    fn default() -> Self {
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(concat!("leadsight/", env!("CARGO_PKG_VERSION")))
            .build();
        Self(config.into())
    }
}

impl Wire for Http {
    fn post(&mut self, post: &Post<'_>) -> Answer {
        let mut request = self.0.post(post.url);
        for (name, value) in &post.headers {
            request = request.header(*name, value);
        }
        let request = request.config().timeout_global(Some(post.timeout)).build();
        match request.send(post.body) {
            Ok(answer) => {
                let header = |name| answer.headers().get(name).and_then(|v| v.to_str().ok());
                Answer::Status {
                    code: answer.status().as_u16(),
                    retry_after: header("retry-after").map(str::to_owned),
                    location: header("location").map(str::to_owned),
                }
            }
            Err(ureq::Error::Timeout(_)) => Answer::Timeout,
            Err(error) => Answer::Broken(error.to_string()),
        }
    }
}
