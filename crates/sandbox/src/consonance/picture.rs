//! Pictures that look like what they stand for: a cover with a title and an author on it, a
//! portrait, a banner.
//!
//! The bytes are a function of the resource and nothing else, so that an unchanged resource is
//! never seen as changed, and an edited one always is.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use font8x8::{BASIC_FONTS, GREEK_FONTS, HIRAGANA_FONTS, LATIN_FONTS, UnicodeFonts};
use jpeg_encoder::{ColorType, Encoder, EncodingError};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::world::{DRAWN, Document, REVISION, World, integer, rows, text};

/// The style that answers when none is asked for.
pub(crate) const ORIGINAL: &str = "jpg_rgb_original";
/// Styles by name, and the side they bound, in pixels. The names are the service's.
const STYLES: [Style; 4] = [
    Style::ORIGINAL,
    Style {
        name: "jpg_rgb_1500h",
        bound: Some(Bound::Height(1500)),
    },
    Style {
        name: "jpg_rgb_0650h",
        bound: Some(Bound::Height(650)),
    },
    Style {
        name: "jpg_rgb_0050w",
        bound: Some(Bound::Width(50)),
    },
];
/// Original sizes by what a picture shows; a front cover's is the default.
const SIZES: [(&str, (u16, u16)); 4] = [
    ("AUTHOR_PHOTO", (640, 640)),
    ("BANNER", (1200, 400)),
    ("PROMOTIONAL_GRAPHIC", (900, 450)),
    ("FULL_COVER", (1260, 900)),
];
const COVER: (u16, u16) = (600, 900);
/// JPEG quality, 1 to 100.
const QUALITY: u8 = 82;
/// Bytes of finished pictures kept in memory.
const KEPT_BYTES: usize = 48 * 1024 * 1024;

/// A named rendering of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) name: &'static str,
    bound: Option<Bound>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    Height(u16),
    Width(u16),
}

impl Style {
    pub(crate) const ORIGINAL: Self = Self {
        name: ORIGINAL,
        bound: None,
    };

    pub(crate) fn named(name: &str) -> Option<Self> {
        STYLES.into_iter().find(|style| style.name == name)
    }

    pub(crate) fn all() -> [Self; 4] {
        STYLES
    }

    /// Width and height in pixels of a picture that shows a `variant`.
    pub(crate) fn size(self, variant: Option<&str>) -> (u16, u16) {
        let (width, height) = variant
            .and_then(|variant| SIZES.iter().find(|(known, _)| *known == variant))
            .map_or(COVER, |(_, size)| *size);
        let scaled = |side: u16, to: u16, of: u16| {
            let pixels = u32::from(side) * u32::from(to) / u32::from(of);
            u16::try_from(pixels).unwrap_or(u16::MAX).max(1)
        };
        match self.bound {
            None => (width, height),
            Some(Bound::Height(to)) => (scaled(width, to, height), to),
            Some(Bound::Width(to)) => (to, scaled(height, to, width)),
        }
    }
}

/// What a picture is drawn from.
#[derive(Debug, Clone)]
pub(crate) struct Sketch {
    title: String,
    author: String,
    variant: Option<String>,
    seed: [u8; 32],
}

impl Sketch {
    pub(crate) fn of(resource: &Document) -> Self {
        let mut digest = Sha256::new();
        for name in ["filename", "caption", "updatedAt"] {
            digest.update(text(resource, name).unwrap_or_default());
            digest.update([0]);
        }
        for name in ["id", REVISION] {
            digest.update(integer(resource, name).unwrap_or_default().to_be_bytes());
        }
        let drawn = resource.get(DRAWN).and_then(Value::as_object);
        let words = |name| {
            drawn
                .and_then(|drawn| text(drawn, name))
                .unwrap_or_default()
                .to_owned()
        };
        let (title, author) = (words("title"), words("author"));
        for word in [&title, &author] {
            digest.update(word);
            digest.update([0]);
        }
        Self {
            title,
            author,
            variant: text(resource, "resourceVariant").map(str::to_owned),
            seed: digest.finalize().into(),
        }
    }

    /// A validator for HTTP: changes exactly when the picture does.
    pub(crate) fn tag(&self, style: Style) -> String {
        let seed: String = self
            .seed
            .iter()
            .take(12)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("\"{seed}-{}\"", style.name)
    }

    /// Draws the picture as a JPEG file.
    pub(crate) fn draw(&self, style: Style) -> Result<Vec<u8>, EncodingError> {
        let (width, height) = style.size(self.variant.as_deref());
        let mut canvas = Canvas::new(width, height, self.colour(0));
        if self.variant.as_deref() == Some("AUTHOR_PHOTO") {
            self.portrait(&mut canvas);
        } else {
            self.cover(&mut canvas);
        }
        let mut file = Vec::new();
        Encoder::new(&mut file, QUALITY).encode(&canvas.pixels, width, height, ColorType::Rgb)?;
        Ok(file)
    }

    fn byte(&self, place: usize) -> u8 {
        self.seed
            .get(place % self.seed.len())
            .copied()
            .unwrap_or_default()
    }

    /// A muted colour, drawn from the seed.
    fn colour(&self, place: usize) -> [u8; 3] {
        [0, 1, 2].map(|part| 48 + self.byte(place * 3 + part) / 2)
    }

    fn cover(&self, canvas: &mut Canvas) {
        let (width, height) = (canvas.width, canvas.height);
        let unit = (width.min(height) / 12).max(1);
        for stripe in 0..5 {
            let place = usize::from(self.byte(9 + stripe)) * height / 256;
            let (left, thick) = (
                usize::from(self.byte(15 + stripe)) * width / 512,
                unit / 2 + 1,
            );
            canvas.rectangle(left, place, width / 2 + unit, thick, self.colour(1));
        }
        canvas.disc(width / 2, height * 11 / 20, unit * 3, self.colour(2));
        canvas.rectangle(0, height / 12, width, height * 3 / 10, [250, 246, 238]);
        canvas.words(
            &self.title,
            height / 12 + unit / 2,
            height / 4,
            [24, 24, 30],
        );
        canvas.words(&self.author, height * 5 / 6, height / 10, [250, 246, 238]);
    }

    fn portrait(&self, canvas: &mut Canvas) {
        let (width, height) = (canvas.width, canvas.height);
        let unit = (width.min(height) / 10).max(1);
        canvas.disc(width / 2, height + unit, unit * 4, self.colour(1));
        canvas.disc(width / 2, height * 2 / 5, unit * 2, [222, 184, 150]);
        canvas.rectangle(
            width * 3 / 10,
            height / 5,
            width * 2 / 5,
            unit / 2 + 1,
            self.colour(2),
        );
        canvas.words(&self.author, height * 9 / 10, height / 12, [250, 246, 238]);
    }
}

struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Canvas {
    fn new(width: u16, height: u16, colour: [u8; 3]) -> Self {
        let (width, height) = (usize::from(width), usize::from(height));
        Self {
            width,
            height,
            pixels: colour.repeat(width * height),
        }
    }

    /// Fills `length` pixels of a row, as far as they are on the canvas.
    fn run(&mut self, left: usize, row: usize, length: usize, colour: [u8; 3]) {
        if row >= self.height || left >= self.width {
            return;
        }
        let start = (row * self.width + left) * 3;
        let end = (row * self.width + (left + length).min(self.width)) * 3;
        if let Some(run) = self.pixels.get_mut(start..end) {
            for pixel in run.as_chunks_mut::<3>().0 {
                *pixel = colour;
            }
        }
    }

    fn rectangle(&mut self, left: usize, top: usize, wide: usize, high: usize, colour: [u8; 3]) {
        for row in top..top + high {
            self.run(left, row, wide, colour);
        }
    }

    fn disc(&mut self, x: usize, y: usize, radius: usize, colour: [u8; 3]) {
        for row in y.saturating_sub(radius)..(y + radius) {
            let rise = row.abs_diff(y);
            let half = (radius * radius).saturating_sub(rise * rise).isqrt();
            let left = x.saturating_sub(half);
            self.run(left, row, half * 2, colour);
        }
    }

    /// Writes words centred from `top` down, at the largest size at which they fit in `high`.
    fn words(&mut self, words: &str, top: usize, high: usize, colour: [u8; 3]) {
        for scale in (1..=self.width / 48).rev() {
            let columns = (self.width * 9 / 10) / (8 * scale);
            let lines = wrap(words, columns);
            let fits = lines.iter().all(|line| line.len() <= columns);
            if scale > 1 && (!fits || lines.len() * 10 * scale > high) {
                continue;
            }
            for (number, line) in lines.iter().enumerate() {
                let left = self.width.saturating_sub(line.len() * 8 * scale) / 2;
                for (place, sign) in line.iter().enumerate() {
                    let (x, y) = (left + place * 8 * scale, top + number * 10 * scale);
                    self.glyph(*sign, x, y, scale, colour);
                }
            }
            return;
        }
    }

    fn glyph(&mut self, sign: char, left: usize, top: usize, scale: usize, colour: [u8; 3]) {
        for (row, bits) in glyph_of(sign).into_iter().enumerate() {
            for column in (0..8).filter(|column| bits >> column & 1 == 1) {
                self.rectangle(
                    left + column * scale,
                    top + row * scale,
                    scale,
                    scale,
                    colour,
                );
            }
        }
    }
}

/// The eight rows of a sign. A script without a font here (Arabic, Han) is drawn as blocks: a
/// reader of a test picture must see that something is written, not read it.
fn glyph_of(sign: char) -> [u8; 8] {
    let known = BASIC_FONTS
        .get(sign)
        .or_else(|| LATIN_FONTS.get(sign))
        .or_else(|| GREEK_FONTS.get(sign))
        .or_else(|| HIRAGANA_FONTS.get(sign));
    known.unwrap_or([0x00, 0x7e, 0x42, 0x5a, 0x5a, 0x42, 0x7e, 0x00])
}

/// Breaks words into lines of at most `columns` signs; a longer word stands alone.
fn wrap(words: &str, columns: usize) -> Vec<Vec<char>> {
    let mut lines: Vec<Vec<char>> = Vec::new();
    for word in words
        .split_whitespace()
        .map(|word| word.chars().collect::<Vec<_>>())
    {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= columns => {
                line.push(' ');
                line.extend(word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

/// Which work each resource belongs to, so that a picture is found without a walk over all works.
/// Only a hint: works change, and a hint that is wrong is replaced.
#[derive(Debug, Default)]
pub(crate) struct Places {
    works: Mutex<BTreeMap<i64, i64>>,
}

impl Places {
    /// The row of a supporting resource whose picture can be had.
    pub(crate) fn resource<'w>(&self, world: &'w World, id: i64) -> Option<&'w Document> {
        let mut places = self.works.lock().unwrap_or_else(PoisonError::into_inner);
        let hinted = |places: &BTreeMap<i64, i64>| in_work(world.works.get(places.get(&id)?)?, id);
        if let Some(found) = hinted(&places) {
            return Some(found);
        }
        *places = world
            .works
            .iter()
            .flat_map(|(work, document)| {
                let ids = rows(document, "supportingResources");
                ids.filter_map(|row| integer(row, "id"))
                    .map(|id| (id, *work))
            })
            .collect();
        hinted(&places)
    }
}

fn in_work(work: &Document, id: i64) -> Option<&Document> {
    rows(work, "supportingResources")
        .filter(|row| row.get("isProcessing") != Some(&Value::Bool(true)))
        .find(|row| integer(row, "id") == Some(id) && text(row, "url").is_none())
}

/// Finished pictures, oldest dropped first.
#[derive(Debug, Default)]
pub(crate) struct Gallery {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    files: BTreeMap<String, Bytes>,
    order: VecDeque<String>,
    bytes: usize,
}

impl Gallery {
    /// The file of a sketch, drawn now or before.
    pub(crate) async fn file(
        self: &Arc<Self>,
        sketch: Sketch,
        style: Style,
    ) -> Result<Bytes, EncodingError> {
        let tag = sketch.tag(style);
        if let Some(file) = self.kept().files.get(&tag) {
            return Ok(file.clone());
        }
        let drawn = tokio::task::spawn_blocking(move || sketch.draw(style)).await;
        let file = Bytes::from(match drawn {
            Ok(file) => file?,
            Err(_) => return Ok(Bytes::new()),
        });
        self.kept().keep(tag, file.clone());
        Ok(file)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn keep(&mut self, tag: String, file: Bytes) {
        self.bytes += file.len();
        self.order.push_back(tag.clone());
        if let Some(replaced) = self.files.insert(tag, file) {
            self.bytes = self.bytes.saturating_sub(replaced.len());
        }
        while self.bytes > KEPT_BYTES {
            let Some(oldest) = self.order.pop_front() else {
                return;
            };
            if let Some(file) = self.files.remove(&oldest) {
                self.bytes = self.bytes.saturating_sub(file.len());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sketch(resource: &Value) -> Sketch {
        Sketch::of(resource.as_object().unwrap())
    }

    #[test]
    fn the_same_resource_is_the_same_picture_and_an_edit_is_another() {
        let resource = json!({"id": 1, "caption": "a", "_drawn": {"title": "Tea", "author": "Q"}});
        let style = Style::named("jpg_rgb_0050w").unwrap();
        let first = sketch(&resource).draw(style).unwrap();
        assert_eq!(first, sketch(&resource).draw(style).unwrap());
        for (name, value) in [
            ("caption", json!("b")),
            ("_revision", json!(1)),
            ("id", json!(2)),
        ] {
            let mut edited = resource.clone();
            edited[name] = value;
            assert_ne!(first, sketch(&edited).draw(style).unwrap(), "after {name}");
            assert_ne!(
                sketch(&resource).tag(style),
                sketch(&edited).tag(style),
                "after {name}"
            );
        }
    }

    #[test]
    fn styles_bound_one_side_and_keep_the_shape() {
        for (style, variant, size) in [
            ("jpg_rgb_original", None, (600, 900)),
            ("jpg_rgb_0650h", Some("FRONT_COVER"), (433, 650)),
            ("jpg_rgb_0050w", Some("AUTHOR_PHOTO"), (50, 50)),
        ] {
            assert_eq!(
                Style::named(style).unwrap().size(variant),
                size,
                "{style} {variant:?}"
            );
        }
        assert_eq!(Style::named("png"), None);
    }

    #[test]
    fn a_title_is_broken_into_lines_that_fit() {
        let lines = wrap("The Lamp and the Long Dark Stair", 9);
        let lines: Vec<String> = lines.iter().map(|line| line.iter().collect()).collect();
        assert_eq!(lines, ["The Lamp", "and the", "Long Dark", "Stair"]);
    }
}
