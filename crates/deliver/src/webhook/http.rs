//! The network: HTTP with TLS by `ureq` and `rustls`, which trusts whom the machine trusts.

use super::address::{LOCAL, shown};
use super::{Answer, Post, Wire};
use crate::DeliverError;
use std::sync::Arc;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Proxy, ProxyProtocol};

/// The variables that may name a proxy for https; the first that is set counts.
const PROXY: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The network.
#[derive(Debug)]
pub struct Http(Agent);

impl Http {
    /// The network by way of the proxy that the environment names, if it does; `variable` looks into it. As curl has it: `HTTPS_PROXY`,
    /// else `ALL_PROXY`, in capitals or not, but for the hosts in `NO_PROXY` and those below them. The proxy is asked for a tunnel
    /// (`CONNECT`), so that it learns the host and nothing of a lead. This machine is never reached by a proxy.
    ///
    /// # Errors
    /// [`DeliverError::Proxy`] for a proxy that cannot be used: nothing goes out past it.
    pub fn new(variable: impl Fn(&str) -> Option<String>) -> Result<Self, DeliverError> {
        let set = |name: &&'static str| {
            let value = variable(name)?.trim().to_owned();
            (!value.is_empty()).then_some((*name, value))
        };
        let Some((env, address)) = PROXY.iter().find_map(set) else { return Ok(Self::by(None)) };
        let wrong = || DeliverError::Proxy { env, found: shown(&address) };
        let named = Proxy::new(&address).map_err(|_| wrong())?;
        if !matches!(named.protocol(), ProxyProtocol::Http | ProxyProtocol::Https) {
            return Err(wrong());
        }
        let mut proxy = Proxy::builder(named.protocol()).host(named.host()).port(named.port());
        if let Some(name) = named.username() {
            proxy = proxy.username(name);
        }
        if let Some(password) = named.password() {
            proxy = proxy.password(password);
        }
        let direct = NO_PROXY.iter().find_map(set).map(|(_, hosts)| hosts).unwrap_or_default();
        let direct = direct.split(',').map(|host| host.trim().trim_start_matches("*."));
        for host in direct.map(|host| host.trim_start_matches('.')).chain(LOCAL) {
            if !host.is_empty() {
                proxy = proxy.no_proxy(host).no_proxy(&format!(".{host}"));
            }
        }
        Ok(Self::by(Some(proxy.build().map_err(|_| wrong())?)))
    }

    fn by(proxy: Option<Proxy>) -> Self {
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .proxy(proxy)
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
