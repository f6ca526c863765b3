//! Fetching files from where a source keeps them.
//!
//! Bounded in size and time, followed nowhere else, and judged by their content: a picture that is really a web page is
//! refused here and never reaches a reader.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use catalogue::fingerprint::Fingerprint;
use futures_util::StreamExt as _;
use imagesize::ImageType;

/// The largest file taken: Contentstack's own limit for images is larger, but no cover needs more.
pub const MAX_BYTES: usize = 25 * 1024 * 1024;

/// A file as fetched.
#[derive(Clone, Debug)]
pub struct File {
    /// The bytes.
    pub bytes: Bytes,
    /// Their SHA-256 in hexadecimal.
    pub sha256: String,
    /// Media type, by content.
    pub content_type: &'static str,
    /// Usual extension, by content.
    pub extension: &'static str,
    /// Width and height in pixels.
    pub size: (usize, usize),
}

/// Why a file could not be had.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address is none, or not of the web.
    #[error("`{link}` is no http or https address")]
    Address {
        /// The address.
        link: String,
    },
    /// Nobody answered in time.
    #[error("{host} did not give the file")]
    Unreachable {
        /// Who was asked.
        host: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The answer was no.
    #[error("{host} answered {status}")]
    Status {
        /// Who was asked.
        host: String,
        /// The HTTP status.
        status: u16,
    },
    /// Too large.
    #[error("the file is larger than {} MiB", MAX_BYTES / 1024 / 1024)]
    TooLarge,
    /// Not an image that websites show.
    #[error("the file is no JPEG, PNG, GIF or WebP image, whatever its name says")]
    NotAnImage,
}

impl FetchError {
    /// The stable code, with a page under docs/errors/.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address { .. } => "FL-0611",
            Self::Unreachable { .. } => "FL-0612",
            Self::Status { .. } => "FL-0613",
            Self::TooLarge => "FL-0614",
            Self::NotAnImage => "FL-0615",
        }
    }
}

/// Fetches files.
#[derive(Clone, Debug)]
pub struct Fetcher {
    client: reqwest::Client,
}

impl Fetcher {
    /// A fetcher with its own connections.
    ///
    /// # Errors
    /// When the TLS of this machine cannot be set up.
    pub fn new() -> Result<Self, reqwest::Error> {
        // A second installation fails harmlessly: whoever was first has the same provider.
        let _first = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(concat!("frontlist/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(60))
            .build()?;
        Ok(Self { client })
    }

    /// Fetches one file.
    ///
    /// # Errors
    /// When it cannot be had, is too large, or is no image.
    pub async fn fetch(&self, link: &str) -> Result<File, FetchError> {
        let url = url::Url::parse(link)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(url) = url else {
            return Err(FetchError::Address {
                link: link.to_owned(),
            });
        };
        let host = url.host_str().unwrap_or_default().to_owned();
        let unreachable = |source: reqwest::Error| FetchError::Unreachable {
            host: host.clone(),
            source: source.without_url(),
        };
        let response = self.client.get(url).send().await.map_err(unreachable)?;
        if !response.status().is_success() {
            return Err(FetchError::Status {
                host,
                status: response.status().as_u16(),
            });
        }
        let mut body = response.bytes_stream();
        let mut bytes = BytesMut::new();
        while let Some(chunk) = body.next().await {
            bytes.extend_from_slice(&chunk.map_err(unreachable)?);
            if bytes.len() > MAX_BYTES {
                return Err(FetchError::TooLarge);
            }
        }
        judge(bytes.freeze())
    }
}

/// Judges a file by its content.
fn judge(bytes: Bytes) -> Result<File, FetchError> {
    let (content_type, extension) = match imagesize::image_type(&bytes) {
        Ok(ImageType::Jpeg) => ("image/jpeg", "jpg"),
        Ok(ImageType::Png) => ("image/png", "png"),
        Ok(ImageType::Gif) => ("image/gif", "gif"),
        Ok(ImageType::Webp) => ("image/webp", "webp"),
        _ => return Err(FetchError::NotAnImage),
    };
    let size = imagesize::blob_size(&bytes).map_err(|_| FetchError::NotAnImage)?;
    let sha256 = Fingerprint::of_bytes(&bytes).as_str().to_owned();
    Ok(File {
        bytes,
        sha256,
        content_type,
        extension,
        size: (size.width, size.height),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_page_called_a_picture_is_refused() {
        let page = Bytes::from_static(b"<!doctype html><title>Sign in</title>");
        assert!(matches!(judge(page), Err(FetchError::NotAnImage)));
    }

    #[test]
    fn a_picture_is_known_by_its_content() {
        let mut gif = b"GIF89a".to_vec();
        gif.extend([2, 0, 3, 0, 0, 0, 0]);
        let file = judge(Bytes::from(gif)).unwrap();
        assert_eq!((file.content_type, file.size), ("image/gif", (2, 3)));
    }
}
