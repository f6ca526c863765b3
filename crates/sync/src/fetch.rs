//! Fetching files from where a source keeps them.
//!
//! Bounded in size and time, followed nowhere else, and judged by their content: a picture that is really a web page is
//! refused here and never reaches a reader.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use catalogue::fingerprint::Fingerprint;
use futures_util::StreamExt as _;
use imagesize::ImageType;
use site::desired::Media;

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
    /// Width and height in pixels, of an image.
    pub size: Option<(usize, usize)>,
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
    /// Not a recording, or not something to read.
    #[error("the file is no {expected}, whatever its name says")]
    OtherKind {
        /// What it should have been.
        expected: &'static str,
    },
}

impl FetchError {
    /// The stable code, with a page under docs/errors/.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address { .. } => "FL-0611",
            Self::Unreachable { .. } => "FL-0612",
            Self::Status { .. } => "FL-0613",
            Self::TooLarge => "FL-0614",
            Self::NotAnImage | Self::OtherKind { .. } => "FL-0615",
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
    /// When it cannot be had, is too large, or is not of the kind that is wanted.
    pub async fn fetch(&self, link: &str, media: Media) -> Result<File, FetchError> {
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
        judge(bytes.freeze(), media)
    }
}

/// Kinds of file that are no pictures: media, media type, extension, where in the file its mark stands, the mark.
const MARKS: [(Media, &str, &str, usize, &[u8]); 9] = [
    (Media::Document, "application/pdf", "pdf", 0, b"%PDF-"),
    (
        Media::Document,
        "application/epub+zip",
        "epub",
        30,
        b"mimetypeapplication/epub+zip",
    ),
    (Media::Audio, "audio/mpeg", "mp3", 0, b"ID3"),
    (Media::Audio, "audio/mpeg", "mp3", 0, b"\xff\xfb"),
    (Media::Audio, "audio/mpeg", "mp3", 0, b"\xff\xf3"),
    (Media::Audio, "audio/mp4", "m4a", 4, b"ftypM4A"),
    (Media::Audio, "audio/ogg", "ogg", 0, b"OggS"),
    (Media::Audio, "audio/wav", "wav", 8, b"WAVE"),
    (Media::Audio, "audio/flac", "flac", 0, b"fLaC"),
];

/// Judges a file by its content.
fn judge(bytes: Bytes, media: Media) -> Result<File, FetchError> {
    let (content_type, extension, size) = match media {
        Media::Image => image(&bytes)?,
        Media::Audio | Media::Document => {
            let marked = |(known, _, _, at, mark): &&(Media, &str, &str, usize, &[u8])| {
                *known == media && bytes.get(*at..).is_some_and(|rest| rest.starts_with(mark))
            };
            let found = MARKS.iter().find(marked);
            let (_, content_type, extension, ..) = found.ok_or(FetchError::OtherKind {
                expected: match media {
                    Media::Audio => "MP3, M4A, Ogg, WAV or FLAC recording",
                    _ => "PDF or EPUB",
                },
            })?;
            (*content_type, *extension, None)
        }
    };
    let sha256 = Fingerprint::of_bytes(&bytes).as_str().to_owned();
    Ok(File {
        bytes,
        sha256,
        content_type,
        extension,
        size,
    })
}

/// Media type, extension and size of an image.
type Judged = (&'static str, &'static str, Option<(usize, usize)>);

fn image(bytes: &Bytes) -> Result<Judged, FetchError> {
    let (content_type, extension) = match imagesize::image_type(bytes) {
        Ok(ImageType::Jpeg) => ("image/jpeg", "jpg"),
        Ok(ImageType::Png) => ("image/png", "png"),
        Ok(ImageType::Gif) => ("image/gif", "gif"),
        Ok(ImageType::Webp) => ("image/webp", "webp"),
        _ => return Err(FetchError::NotAnImage),
    };
    let size = imagesize::blob_size(bytes).map_err(|_| FetchError::NotAnImage)?;
    Ok((content_type, extension, Some((size.width, size.height))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_page_called_a_picture_is_refused() {
        let page = Bytes::from_static(b"<!doctype html><title>Sign in</title>");
        assert!(matches!(
            judge(page, Media::Image),
            Err(FetchError::NotAnImage)
        ));
    }

    #[test]
    fn a_picture_is_known_by_its_content() {
        let mut gif = b"GIF89a".to_vec();
        gif.extend([2, 0, 3, 0, 0, 0, 0]);
        let file = judge(Bytes::from(gif), Media::Image).unwrap();
        assert_eq!((file.content_type, file.size), ("image/gif", Some((2, 3))));
    }

    #[test]
    fn samples_and_clips_are_known_by_their_content() {
        let judged = |bytes: &'static [u8], media| judge(Bytes::from_static(bytes), media);
        for (bytes, media, extension) in [
            (&b"%PDF-1.7 ..."[..], Media::Document, "pdf"),
            (b"ID3\x04...", Media::Audio, "mp3"),
            (b"RIFF\0\0\0\0WAVEfmt ", Media::Audio, "wav"),
            (b"\0\0\0\x20ftypM4A ", Media::Audio, "m4a"),
        ] {
            assert_eq!(judged(bytes, media).unwrap().extension, extension);
        }
        let page = b"<!doctype html><title>Sign in</title>";
        for media in [Media::Audio, Media::Document] {
            assert_eq!(judged(page, media).unwrap_err().code(), "FL-0615");
        }
        assert!(judged(b"%PDF-1.7", Media::Audio).is_err());
        assert!(judged(b"%PDF-1.7", Media::Image).is_err());
    }
}
