//! Looking at live pages as a reader would: is it there, is it about this book, do its shops answer.
//!
//! A look is bounded: so many seconds, bytes and links, redirects not followed, and nothing asked of a private address that
//! nobody named. A shop that turns programs away says nothing about the link; only what is surely broken counts as broken.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use catalogue::isbn::Isbn13;
use futures_util::StreamExt as _;
use html5gum::{Token, Tokenizer};
use jiff::Timestamp;
use launch::probe::{Found, Probe};
use reqwest::StatusCode;
use serde_json::Value;
use url::Url;

use crate::reach::{Author, addresses};

/// The most of a page that is read, in bytes.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// How long one address may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// How many links of a page are tried.
const LINKS: usize = 12;

/// How many pages are looked at side by side.
const AT_ONCE: usize = 4;

/// How many blocks of JSON-LD of a page are read.
const BLOCKS: usize = 50;

/// A page to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The title, as its work's key.
    pub work: String,
    /// The site.
    pub site: String,
    /// Where it is.
    pub address: String,
    /// The ISBN that it should name.
    pub isbn: Option<Isbn13>,
    /// The same title's pages on sites of other locales.
    pub sisters: Vec<String>,
    /// Where readers are sent to buy.
    pub links: Vec<String>,
}

/// Looks at pages.
#[derive(Clone, Debug, Default)]
pub struct Prober {
    /// Hosts that may have private addresses.
    pub private_hosts: BTreeSet<String>,
    /// The clock's instant where it stands; the wall's otherwise.
    pub now: Option<Timestamp>,
}

/// What an address gave.
struct Answer {
    status: StatusCode,
    body: Vec<u8>,
    is_whole: bool,
}

impl Prober {
    /// Looks at every page.
    pub async fn look(&self, pages: &[Page]) -> Vec<Probe> {
        // A shop's link stands on many pages: it is asked once.
        let mut links: BTreeSet<&str> = BTreeSet::new();
        for page in pages {
            links.extend(page.links.iter().take(LINKS).map(String::as_str));
        }
        let links: Vec<&str> = links.into_iter().collect();
        let asked = links
            .into_iter()
            .map(|link| async move { (link, self.link(link).await) });
        let answers: BTreeMap<&str, Result<(), Broken>> = futures_util::stream::iter(asked)
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let answers = &answers;
        let looks = pages.iter().map(|page| self.page(page, answers));
        futures_util::stream::iter(looks)
            .buffered(AT_ONCE)
            .collect()
            .await
    }

    async fn page(&self, page: &Page, links: &BTreeMap<&str, Result<(), Broken>>) -> Probe {
        let mut probe = Probe {
            address: page.address.clone(),
            at: self.now.unwrap_or_else(Timestamp::now),
            status: None,
            trouble: None,
            isbn: Found::default(),
            structured_data: Found::default(),
            hreflang: Found::default(),
            buy_links: bought(&page.links, links),
        };
        let answer = match self.get(&page.address, Author::Operator, true).await {
            Ok(answer) => answer,
            Err(why) => {
                probe.trouble = Some(why);
                return probe;
            }
        };
        probe.status = Some(answer.status.as_u16());
        if answer.status != StatusCode::OK {
            let seen = format!("the page answered {}", answer.status);
            let unseen = Found { holds: None, seen };
            probe.isbn = unseen.clone();
            probe.structured_data = unseen.clone();
            probe.hreflang = unseen;
            return probe;
        }
        if !answer.is_whole {
            probe.trouble = Some(format!(
                "more than {} MiB were not read",
                MAX_BYTES / 1024 / 1024
            ));
        }
        let read = Read::of(&answer.body);
        probe.isbn = read.isbn(page, answer.is_whole);
        probe.structured_data = read.structured(page, answer.is_whole);
        probe.hreflang = read.sisters(page);
        probe
    }

    /// Whether a link leads somewhere.
    async fn link(&self, link: &str) -> Result<(), Broken> {
        match self.get(link, Author::Content, false).await {
            Ok(answer) => judged(answer.status),
            // Whose network is at fault nobody can tell.
            Err(why) => Err(Broken::Unknown(why)),
        }
    }

    async fn get(&self, address: &str, author: Author, wants_body: bool) -> Result<Answer, String> {
        let url: Url = address
            .parse()
            .map_err(|_| format!("`{address}` is no address"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("`{}` is no scheme of the web", url.scheme()));
        }
        let looking = self.ask(&url, author, wants_body);
        match tokio::time::timeout(PATIENCE, looking).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
        }
    }

    async fn ask(&self, url: &Url, author: Author, wants_body: bool) -> Result<Answer, String> {
        let found = addresses(url, author, &self.private_hosts, "probes.private_hosts").await?;
        let failed = |error: reqwest::Error| crate::engine::chain(&error.without_url());
        // A second installation fails harmlessly: whoever was first has the same provider.
        let _first = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(concat!("frontlist/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .resolve_to_addrs(url.host_str().unwrap_or_default(), &found)
            .timeout(PATIENCE)
            .no_proxy()
            .build()
            .map_err(failed)?;
        let response = client.get(url.clone()).send().await.map_err(failed)?;
        let status = response.status();
        let mut answer = Answer {
            status,
            body: Vec::new(),
            is_whole: true,
        };
        if !wants_body || status != StatusCode::OK {
            return Ok(answer);
        }
        let mut body = response.bytes_stream();
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(failed)?;
            let room = MAX_BYTES.saturating_sub(answer.body.len());
            answer.body.extend(chunk.iter().take(room));
            if chunk.len() > room {
                answer.is_whole = false;
                break;
            }
        }
        Ok(answer)
    }
}

/// What is wrong with a link.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Broken {
    /// It leads nowhere.
    Surely(String),
    /// Nobody can tell.
    Unknown(String),
}

fn judged(status: StatusCode) -> Result<(), Broken> {
    if status.is_success() || status.is_redirection() {
        return Ok(());
    }
    Err(match status.as_u16() {
        // Shops turn programs away, or ask them to wait.
        401 | 403 | 405 | 406 | 418 | 429 | 451 | 503 => Broken::Unknown(status.to_string()),
        _ => Broken::Surely(status.to_string()),
    })
}

fn bought(links: &[String], answers: &BTreeMap<&str, Result<(), Broken>>) -> Found {
    let (mut broken, mut unknown) = (Vec::new(), Vec::new());
    for link in links {
        match answers.get(link.as_str()) {
            Some(Ok(())) => {}
            Some(Err(Broken::Surely(why))) => broken.push(format!("{link}: {why}")),
            Some(Err(Broken::Unknown(why))) => unknown.push(format!("{link}: {why}")),
            None => unknown.push(format!("{link}: one of too many to try")),
        }
    }
    let (holds, seen) = match (broken.is_empty(), unknown.is_empty()) {
        (false, _) => (Some(false), broken.join("; ")),
        (true, false) => (None, unknown.join("; ")),
        (true, true) if links.is_empty() => (None, "the page sends readers to no shop".to_owned()),
        (true, true) => (Some(true), format!("{} answer", links.len())),
    };
    Found { holds, seen }
}

/// A page, read.
#[derive(Debug, Default)]
struct Read {
    text: String,
    json: Vec<Value>,
    /// Blocks that are no JSON.
    garbled: usize,
    alternates: BTreeSet<String>,
}

impl Read {
    fn of(html: &[u8]) -> Self {
        let mut read = Self::default();
        let mut is_data = false;
        for Ok(token) in Tokenizer::new(html) {
            match token {
                Token::StartTag(tag) => {
                    let attribute = |name: &[u8]| {
                        let value = tag
                            .attributes
                            .iter()
                            .find(|(own, _)| own.as_slice() == name);
                        value.map(|(_, value)| String::from_utf8_lossy(value).trim().to_owned())
                    };
                    let kind = attribute(b"type").unwrap_or_default();
                    is_data = tag.name.as_slice() == b"script"
                        && kind.eq_ignore_ascii_case("application/ld+json");
                    let rel = attribute(b"rel").unwrap_or_default().to_ascii_lowercase();
                    let is_alternate = rel.split_whitespace().any(|word| word == "alternate");
                    let named = attribute(b"hreflang").is_some_and(|code| !code.is_empty());
                    if let Some(href) = attribute(b"href").filter(|_| is_alternate && named) {
                        read.alternates.insert(plain(&href));
                    }
                    // What stands in an attribute is not read aloud, but an ISBN in one is on the page.
                    for value in tag.attributes.values() {
                        read.text.push(' ');
                        read.text.push_str(&String::from_utf8_lossy(value));
                    }
                    read.text.push(' ');
                }
                Token::String(text) if is_data && read.json.len() < BLOCKS => {
                    match serde_json::from_slice(&text) {
                        Ok(value) => read.json.push(value),
                        Err(_) => read.garbled += 1,
                    }
                }
                Token::String(text) => read.text.push_str(&String::from_utf8_lossy(&text)),
                Token::EndTag(_) => {
                    is_data = false;
                    read.text.push(' ');
                }
                _ => {}
            }
        }
        read
    }

    fn isbn(&self, page: &Page, is_whole: bool) -> Found {
        let Some(isbn) = page.isbn else {
            return unseen("the title has no ISBN on this site");
        };
        let data = self.json.iter().flat_map(books).flat_map(isbns_of);
        let is_named =
            site::isbns(&self.text).contains(&isbn) || data.into_iter().any(|one| one == isbn);
        found(
            is_named,
            is_whole,
            &format!("it names {isbn}"),
            &format!("{isbn} is not on it"),
        )
    }

    fn structured(&self, page: &Page, is_whole: bool) -> Found {
        let Some(isbn) = page.isbn else {
            return unseen("the title has no ISBN on this site");
        };
        let about: Vec<&Value> = self.json.iter().flat_map(books).collect();
        let is_there = about.iter().any(|book| isbns_of(book).contains(&isbn));
        let without = match (about.is_empty(), self.garbled) {
            (false, _) => format!("its JSON-LD is about another book than {isbn}"),
            (true, 0) => "it has no JSON-LD about a book".to_owned(),
            (true, count) => format!("{count} of its blocks of JSON-LD are no JSON"),
        };
        found(
            is_there,
            is_whole,
            &format!("JSON-LD about {isbn}"),
            &without,
        )
    }

    fn sisters(&self, page: &Page) -> Found {
        let missing: Vec<&String> = page
            .sisters
            .iter()
            .filter(|sister| !self.alternates.contains(&plain(sister)))
            .collect();
        let (holds, seen) = match (missing.first(), page.sisters.len()) {
            (Some(first), _) => (false, format!("it does not name {first}")),
            (None, 0) => (true, "it has no sister pages".to_owned()),
            (None, count) => (true, format!("it names {count}")),
        };
        Found {
            holds: Some(holds),
            seen,
        }
    }
}

fn unseen(why: &str) -> Found {
    Found {
        holds: None,
        seen: why.to_owned(),
    }
}

/// What is not in the part that was read may stand in the rest.
fn found(is_there: bool, is_whole: bool, with: &str, without: &str) -> Found {
    let seen = if is_there { with } else { without };
    Found {
        holds: (is_there || is_whole).then_some(is_there),
        seen: seen.to_owned(),
    }
}

/// An address for comparing: a slash at its end says nothing.
fn plain(address: &str) -> String {
    let parsed = Url::parse(address).map(String::from);
    let text = parsed.unwrap_or_else(|_| address.to_owned());
    text.trim_end_matches('/').to_owned()
}

/// The books and products inside of a block, however deep.
fn books(value: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(values) => open.extend(values),
            Value::Object(fields) => {
                let kinds = fields.get("@type");
                let is = |kind: &Value| {
                    let name = kind.as_str().unwrap_or_default().rsplit(['/', ':']).next();
                    matches!(
                        name,
                        Some("Book" | "Product" | "Audiobook" | "ProductModel")
                    )
                };
                let is_book = match kinds {
                    Some(Value::Array(kinds)) => kinds.iter().any(is),
                    Some(kind) => is(kind),
                    None => false,
                };
                if is_book {
                    found.push(value);
                }
                open.extend(fields.values());
            }
            _ => {}
        }
    }
    found
}

/// The ISBNs that a book says are its own.
fn isbns_of(book: &Value) -> Vec<Isbn13> {
    let names = ["isbn", "gtin13", "gtin", "sku", "productID"];
    let values = names.iter().filter_map(|name| book.get(*name));
    let texts = values.flat_map(|value| match value {
        Value::Array(values) => values.iter().collect(),
        one => vec![one],
    });
    texts
        .filter_map(|value| match value {
            Value::String(text) => text.trim_start_matches("isbn:").parse().ok(),
            Value::Number(number) => number.to_string().parse().ok(),
            _ => None,
        })
        .collect()
}
