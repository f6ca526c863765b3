//! Fetching a feed from its address: bounded in size and time, followed nowhere else, and from no private address that
//! nobody named.

use std::collections::BTreeSet;
use std::io::{Read, Seek as _, Write as _};
use std::time::Duration;

use futures_util::StreamExt as _;
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, ETAG, HeaderValue, IF_NONE_MATCH};
use url::Url;

use crate::Error;
use crate::reach::{Author, addresses};

/// The largest feed taken, after decompression: some 30,000 products, or a year of dailies.
const MAX_BYTES: u64 = 512 * 1024 * 1024;
/// The longest that a whole fetch may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// How an address may be asked.
#[derive(Clone, Default)]
pub struct Allowed {
    /// Hosts that may have private addresses.
    pub private_hosts: BTreeSet<String>,
    /// The whole `Authorization` header, where the address asks for one.
    pub authorization: Option<HeaderValue>,
}

impl std::fmt::Debug for Allowed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Allowed")
            .field("private_hosts", &self.private_hosts)
            .finish_non_exhaustive()
    }
}

/// What an address gave.
pub enum Download {
    /// The same as before.
    Unchanged,
    /// A message.
    Changed {
        /// Its bytes.
        stream: Box<dyn Read + Send>,
        /// How the server names this version of it.
        etag: Option<String>,
    },
}

/// Fetches a feed, unless it is still the one that `etag` names.
///
/// # Errors
/// When it cannot be had, is too large, or lies where nobody may ask.
pub(super) async fn fetch(
    url: &Url,
    etag: Option<&str>,
    allowed: &Allowed,
) -> Result<Download, Error> {
    let unavailable = |reason: String| Error::FeedUnavailable {
        feed: url.to_string(),
        reason,
    };
    let failed = |error: reqwest::Error| unavailable(crate::engine::chain(&error.without_url()));
    let key = "consonance.onix_private_hosts";
    let addresses = addresses(url, Author::Operator, &allowed.private_hosts, key)
        .await
        .map_err(unavailable)?;
    // A second installation fails harmlessly: whoever was first has the same provider.
    let _first = rustls::crypto::ring::default_provider().install_default();
    // What was looked at is what is asked: the name is not resolved again.
    let client = reqwest::Client::builder()
        .user_agent(concat!("frontlist/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .resolve_to_addrs(url.host_str().unwrap_or_default(), &addresses)
        .connect_timeout(Duration::from_secs(10))
        .timeout(PATIENCE)
        .no_proxy()
        .build()
        .map_err(failed)?;
    let mut request = client.get(url.clone());
    if let Some(etag) = etag {
        request = request.header(IF_NONE_MATCH, etag);
    }
    if let Some(authorization) = &allowed.authorization {
        request = request.header(AUTHORIZATION, authorization.clone());
    }
    let response = request.send().await.map_err(failed)?;
    let status = response.status();
    if etag.is_some() && status == StatusCode::NOT_MODIFIED {
        return Ok(Download::Unchanged);
    }
    if status != StatusCode::OK {
        return Err(unavailable(format!("the answer was {status}")));
    }
    let etag = response.headers().get(ETAG);
    let etag = etag.and_then(|etag| etag.to_str().ok()).map(str::to_owned);
    let on_disk = |error: std::io::Error| unavailable(format!("it cannot be put aside: {error}"));
    let mut file = tempfile::tempfile().map_err(on_disk)?;
    let mut length = 0_u64;
    let mut body = response.bytes_stream();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(failed)?;
        length = length.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if length > MAX_BYTES {
            let limit = MAX_BYTES / 1024 / 1024;
            return Err(unavailable(format!("it is larger than {limit} MiB")));
        }
        file.write_all(&chunk).map_err(on_disk)?;
    }
    file.rewind().map_err(on_disk)?;
    Ok(Download::Changed {
        stream: Box::new(file),
        etag,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers one request after the other with these heads, and gives what was asked.
    fn server(answers: &'static [&'static str]) -> (Url, std::thread::JoinHandle<Vec<String>>) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/feed", listener.local_addr().unwrap());
        let asked = std::thread::spawn(move || {
            let mut asked = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0; 4096];
                let length = stream.read(&mut request).unwrap();
                asked.push(String::from_utf8_lossy(&request[..length]).to_lowercase());
                stream.write_all(answer.as_bytes()).unwrap();
            }
            asked
        });
        (url.parse().unwrap(), asked)
    }

    #[tokio::test]
    async fn a_feed_that_has_not_changed_is_not_sent_again() {
        let (url, asked) = server(&[
            "HTTP/1.1 200 OK\r\nETag: \"one\"\r\nContent-Length: 4\r\nConnection: close\r\n\r\n<x/>",
            "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n",
        ]);
        let allowed = Allowed {
            authorization: Some(HeaderValue::from_static("Bearer k")),
            ..Allowed::default()
        };
        let Download::Changed { mut stream, etag } = fetch(&url, None, &allowed).await.unwrap()
        else {
            panic!("the first fetch gives the feed");
        };
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), etag.as_deref()), ("<x/>", Some("\"one\"")));
        let second = fetch(&url, etag.as_deref(), &allowed).await.unwrap();
        assert!(matches!(second, Download::Unchanged));
        let asked = asked.join().unwrap();
        assert!(
            asked[0].contains("authorization: bearer k") && !asked[0].contains("if-none-match")
        );
        assert!(asked[1].contains("if-none-match: \"one\""), "{}", asked[1]);
    }

    #[tokio::test]
    async fn a_redirect_and_a_private_host_are_refused() {
        let (url, asked) = server(&[
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nConnection: close\r\n\r\n",
        ]);
        let refused = fetch(&url, None, &Allowed::default()).await;
        assert!(matches!(refused, Err(Error::FeedUnavailable { .. })));
        assert_eq!(asked.join().unwrap().len(), 1);

        let private: Url = "http://10.255.255.1/feed".parse().unwrap();
        let Err(error) = fetch(&private, None, &Allowed::default()).await else {
            panic!("a private host that nobody named is not asked");
        };
        assert!(error.to_string().contains("onix_private_hosts"), "{error}");
    }
}
