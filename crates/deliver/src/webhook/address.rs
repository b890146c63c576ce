//! Where the messages of each webhook go, and what signs them: what stands in the environment is handed in.

use super::Secret;
use crate::DeliverError;
use crate::export::Webhook;
use std::collections::BTreeMap;

/// The names of this machine.
pub(super) const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Where the messages of each webhook go.
pub type Targets = BTreeMap<String, Target>;

/// Where the messages of a webhook go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The address.
    pub url: String,
    /// What signs them.
    pub secret: Option<Secret>,
}

/// The targets of the webhooks; `variable` looks into the environment.
///
/// # Errors
/// [`DeliverError::Url`], [`DeliverError::Secret`]: before anything is sent.
pub fn targets(
    webhooks: &[Webhook],
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Targets, DeliverError> {
    let target = |webhook: &Webhook| {
        let missing = |env: &str| DeliverError::Secret {
            id: webhook.id.clone(),
            env: env.to_owned(),
            found: "is not set",
            expected: "it in the environment",
        };
        let from = |env: &String| variable(env).ok_or_else(|| missing(env));
        let url = match (&webhook.url, &webhook.url_env) {
            (_, Some(env)) => from(env)?,
            (url, None) => url.clone().unwrap_or_default(),
        };
        if !is_safe(url.trim()) {
            return Err(DeliverError::Url { id: webhook.id.clone(), found: shown(&url) });
        }
        let secret = webhook.secret_env.as_ref().map(|env| {
            Secret::new(&from(env)?).map_err(|found| DeliverError::Secret {
                id: webhook.id.clone(),
                env: env.clone(),
                found,
                expected: "`whsec_` and base64, or a text of at least 16 bytes",
            })
        });
        Ok((webhook.id.clone(), Target { url: url.trim().to_owned(), secret: secret.transpose()? }))
    };
    webhooks.iter().map(target).collect()
}

/// Whether leads may be sent there: encrypted, or to this machine.
fn is_safe(url: &str) -> bool {
    let host = |rest: &str| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
        // Somebody else's host behind a name before an `@`.
        (!authority.contains('@') && !authority.is_empty()).then_some(authority)
    };
    let plain = !url.chars().any(|c| c.is_whitespace() || c.is_control());
    let safe = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => host(rest).is_some(),
        (_, Some(rest)) => host(rest).is_some_and(|authority| {
            let name = authority.rsplit_once(':').map_or(authority.as_str(), |(name, port)| {
                if port.chars().all(|c| c.is_ascii_digit()) { name } else { authority.as_str() }
            });
            LOCAL.contains(&name)
        }),
        _ => false,
    };
    plain && safe
}

/// An address without its path, which may hold a secret.
pub(crate) fn shown(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let host = host.rsplit('@').next().unwrap_or_default();
            format!("`{scheme}://{host}`")
        }
        None => "an address without `https://`".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_go_out_encrypted_only() {
        for (url, expect) in [
            ("https://example.com/hook", true),
            ("https://example.com:8443?x=1", true),
            ("http://localhost:8080/x", true),
            ("http://127.0.0.1:1", true),
            ("http://[::1]:80/", true),
            ("http://example.com", false),
            ("http://localhost.example.com", false),
            ("http://localhost:80@example.com", false),
            ("https://user:pass@example.com", false),
            ("https://", false),
            ("ftp://example.com", false),
            ("example.com", false),
            ("https://example.com/ x", false),
            ("", false),
        ] {
            assert_eq!(is_safe(url), expect, "{url}");
        }
        assert_eq!(
            shown("https://hooks.example.com/services/T0/SECRET"),
            "`https://hooks.example.com`"
        );
    }
}
