//! What a page shows beside the facts: copy, quotes, cover, graphics, files.

use std::sync::Arc;

use catalogue::codes::TextType;
use catalogue::resource::SupportingResource;

use crate::desired::{Fields, Media, Value};
use crate::files::Shown as ShownFile;
use crate::judgement::Shown;
use crate::labels::{Words, alternative};
use crate::language::subtag;
use crate::market::Market;
use crate::pictures::asset_key;
use crate::sanitise::Passage;
use crate::texts::{COPY, Quote, Text, Texts};

/// A picture with the words for those who cannot see it.
pub(crate) struct Picture<'a> {
    pub(crate) resource: &'a SupportingResource,
    pub(crate) alt: String,
}

impl<'a> Picture<'a> {
    /// A picture of a title; `kind` is a name of the labels' section `alt`.
    pub(crate) fn new(
        resource: &'a SupportingResource,
        kind: &str,
        title: &str,
        words: &Words,
    ) -> Self {
        let own = resource.alternative_text.as_deref().map(str::trim);
        let own = own.filter(|text| !text.is_empty());
        let alt = own.map_or_else(|| alternative(words, kind, title), str::to_owned);
        Self { resource, alt }
    }
}

/// Names of the fields of a picture: file, alternative text, credit, copyright.
pub(crate) type PictureFields = [&'static str; 4];

/// The fields of a cover.
pub(crate) const COVER: PictureFields = ["cover", "cover_alt", "cover_credit", "cover_copyright"];

/// The fields of a back cover.
pub(crate) const BACK_COVER: PictureFields = [
    "back_cover",
    "back_cover_alt",
    "back_cover_credit",
    "back_cover_copyright",
];

/// The fields of a contributor's photograph.
pub(crate) const PHOTO: PictureFields = ["photo", "photo_alt", "photo_credit", "photo_copyright"];

/// Writes a picture.
pub(crate) fn write_picture(
    fields: &mut Fields,
    [file, alt, credit, copyright]: PictureFields,
    Picture {
        resource,
        alt: words,
    }: &Picture<'_>,
) {
    fields.insert(file, Value::File(Arc::new(asset_key(resource))));
    fields.put_text(alt, Some(words));
    fields.put_text(credit, resource.credit.as_deref());
    fields.put_text(copyright, resource.copyright.as_deref());
}

fn write_passage(
    fields: &mut Fields,
    html: &'static str,
    json: &'static str,
    passage: Option<&Passage>,
) {
    if let Some(passage) = passage {
        fields.insert(html, Value::Text(Arc::clone(&passage.html)));
        fields.insert(json, Value::Rich(Arc::clone(&passage.rich)));
    }
}

/// Writes the copy of a version over fields that are empty. `description` was found before; `inside`
/// says whether readers may look inside.
pub(crate) fn write_copy(
    fields: &mut Fields,
    lead: &Shown<'_>,
    inside: bool,
    market: &Market<'_>,
    texts: &Texts<'_>,
    description: &Text<'_>,
) {
    let key = &lead.product.key;
    let short = texts.short_description(key, market);
    let (html, json) = ("short_description", "short_description_json");
    write_passage(fields, html, json, short.passage());
    let (html, json) = ("description", "description_json");
    write_passage(fields, html, json, description.passage());
    let foreign = description.foreign();
    let foreign = foreign.as_ref().map(subtag);
    fields.put_text("description_language", foreign);
    for (html, json, kind, is_preview) in COPY {
        if inside || !is_preview {
            let text = texts.best(kind, key, market);
            write_passage(fields, html, json, text.passage());
        }
    }
    let headline = texts.best(TextType::PROMOTIONAL_HEADLINE, key, market);
    let headline = headline.passage().map(|passage| passage.rich.words());
    fields.put_text("headline", headline.as_deref());
    let quotes = match lead.reviews_open {
        true => texts.quotes(key, market),
        false => Vec::new(),
    };
    if !quotes.is_empty() {
        let rows = quotes.iter().map(quote_row);
        fields.insert("reviews", Value::Rows(rows.collect()));
    }
}

fn quote_row(quote: &Quote<'_>) -> Fields {
    let mut row = Fields::from([
        ("kind", Value::Word(quote.kind)),
        ("text", Value::Text(Arc::clone(&quote.passage.html))),
        ("text_json", Value::Rich(Arc::clone(&quote.passage.rich))),
    ]);
    row.put_text("author", quote.author);
    row.put_text("source", quote.source);
    row
}

/// Writes graphics and other files over fields that are empty.
pub(crate) fn write_files(
    fields: &mut Fields,
    files: &[ShownFile<'_>],
    title: &str,
    words: &Words,
) {
    let (graphics, others): (Vec<&ShownFile<'_>>, Vec<&ShownFile<'_>>) = files
        .iter()
        .partition(|shown| shown.purpose.media == Media::Image);
    if !graphics.is_empty() {
        let rows = graphics.into_iter().map(|shown| {
            let picture = Picture::new(shown.resource, "graphic", title, words);
            let mut row = file_row(shown, "graphic", words);
            row.put_text("alt", Some(&picture.alt));
            row
        });
        fields.insert("graphics", Value::Rows(rows.collect()));
    }
    if !others.is_empty() {
        let rows = others
            .into_iter()
            .map(|shown| file_row(shown, "file", words));
        fields.insert("files", Value::Rows(rows.collect()));
    }
}

fn file_row(shown: &ShownFile<'_>, section: &str, words: &Words) -> Fields {
    let ShownFile { resource, purpose } = shown;
    let mut row = Fields::from([
        ("kind", Value::Word(purpose.word)),
        ("file", Value::File(Arc::new(asset_key(resource)))),
    ]);
    row.put_text("label", Some(words.get(section, purpose.word)));
    row.put_text("caption", resource.caption.as_deref());
    row.put_text("credit", resource.credit.as_deref());
    row.put_text("copyright", resource.copyright.as_deref());
    row
}
