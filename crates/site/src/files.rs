//! Files on a page beside cover and portrait: the back of the book, graphics for promotion, samples,
//! clips and guides.
//!
//! What a file is follows from its content type (ONIX List 158) and from whether one reads, sees or
//! hears it. Press releases, review copies, whole books and whatever else List 158 knows are not for
//! the pages of readers and have no row here.

use catalogue::codes::{ResourceContentType, ResourceMode};
use catalogue::product::{Product, Scope};
use catalogue::resource::SupportingResource;
use catalogue::work::Work;

use crate::call::CallToAction;
use crate::desired::Media;
use crate::link::{has_sample_page, preview};
use crate::market::Market;
use crate::pictures::{COVERS, is_usable, told, unfit};
use crate::policy::Unstated;
use crate::title_view::TitleView;

/// What a file is to a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Purpose {
    /// The word for it, a name of the labels' section `graphic` or `file`.
    pub(crate) word: &'static str,
    pub(crate) media: Media,
    /// It shows what is inside, and waits for previews to open.
    pub(crate) is_preview: bool,
}

const fn purpose(word: &'static str, media: Media, is_preview: bool) -> Purpose {
    Purpose {
        word,
        media,
        is_preview,
    }
}

/// Content types with what they are, by kind of file. The first row of a type that has the file's
/// kind counts.
const PURPOSES: [(&str, Purpose); 11] = [
    ("35", purpose("banner", Media::Image, false)),
    ("36", purpose("banner", Media::Image, false)),
    ("49", purpose("social_card", Media::Image, false)),
    ("07", purpose("spread", Media::Image, true)),
    ("29", purpose("jacket", Media::Image, false)),
    ("15", purpose("spread", Media::Image, true)),
    ("15", purpose("clip", Media::Audio, true)),
    ("15", purpose("sample", Media::Document, true)),
    ("13", purpose("clip", Media::Audio, true)),
    ("19", purpose("reading_guide", Media::Document, false)),
    ("20", purpose("teachers_guide", Media::Document, false)),
];

/// The words for files of one kind.
pub(crate) fn words(media: Media) -> Vec<&'static str> {
    let mut words: Vec<&str> = Vec::new();
    for (_, purpose) in PURPOSES {
        if purpose.media == media && !words.contains(&purpose.word) {
            words.push(purpose.word);
        }
    }
    words
}

/// The words for files that are no pictures.
pub(crate) fn other_words() -> Vec<&'static str> {
    let mut words = words(Media::Document);
    words.extend(self::words(Media::Audio));
    words
}

/// Kinds of file by the ending of their name.
const ENDINGS: [(&str, Media); 13] = [
    ("jpg", Media::Image),
    ("jpeg", Media::Image),
    ("png", Media::Image),
    ("gif", Media::Image),
    ("webp", Media::Image),
    ("mp3", Media::Audio),
    ("m4a", Media::Audio),
    ("aac", Media::Audio),
    ("ogg", Media::Audio),
    ("wav", Media::Audio),
    ("flac", Media::Audio),
    ("pdf", Media::Document),
    ("epub", Media::Document),
];

/// The kind of a file: as the source says (ONIX List 159), else by the ending of its name.
fn media(resource: &SupportingResource) -> Option<Media> {
    match resource.mode {
        Some(ResourceMode::IMAGE) => return Some(Media::Image),
        Some(ResourceMode::AUDIO) => return Some(Media::Audio),
        Some(ResourceMode::TEXT) => return Some(Media::Document),
        // Applications, videos and mixtures are nothing that an asset library shows.
        Some(_) => return None,
        None => {}
    }
    let path = resource.link.split(['?', '#']).next().unwrap_or_default();
    let name = resource.file_name.as_deref().unwrap_or(path);
    let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
    let known = ENDINGS.iter().find(|(known, _)| *known == ending);
    known.map(|(_, media)| *media)
}

/// What a resource is to a page, if anything. Where nothing tells the kind of file, it is the one
/// that its type most often is.
fn purpose_of(resource: &SupportingResource) -> Option<Purpose> {
    let code = resource.kind.code();
    let mut of_type = PURPOSES
        .iter()
        .filter(|(known, _)| *known == code)
        .map(|(_, purpose)| *purpose)
        .peekable();
    of_type.peek()?;
    match media(resource) {
        Some(media) => of_type.find(|purpose| purpose.media == media),
        None if resource.mode.is_some() => None,
        None => of_type.next_back(),
    }
}

/// A file on a page.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a> {
    pub(crate) resource: &'a SupportingResource,
    pub(crate) purpose: Purpose,
}

/// The files that a market may see of a title, by what they are, and of one kind in the order of the
/// source.
pub(crate) fn files<'a>(
    view: &TitleView<'a>,
    market: &Market<'_>,
    unstated: Unstated,
) -> Vec<Shown<'a>> {
    let mut found: Vec<(usize, Shown<'a>)> = view
        .work
        .resources
        .iter()
        .filter_map(|resource| {
            let purpose = purpose_of(resource)?;
            let at = PURPOSES.iter().position(|(_, known)| *known == purpose)?;
            let open = !purpose.is_preview || view.shows_inside(&resource.products);
            let visible = open
                && view.is_covered(&resource.products)
                && is_usable(resource, market, unstated);
            visible.then_some((at, Shown { resource, purpose }))
        })
        .collect();
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, shown)| shown).collect()
}

/// The back cover of a format.
pub(crate) fn back_cover<'a>(
    view: &TitleView<'a>,
    market: &Market<'_>,
    unstated: Unstated,
) -> Option<&'a SupportingResource> {
    let lead = view.lead()?;
    view.work.resources.iter().find(|resource| {
        resource.kind == ResourceContentType::BACK_COVER
            && resource.products.covers(&lead.product.key)
            && is_usable(resource, market, unstated)
    })
}

/// Each file beside covers and portraits that the source has, and what became of it.
pub(crate) fn considered(
    view: &TitleView<'_>,
    market: &Market<'_>,
    unstated: Unstated,
) -> Vec<String> {
    let back = back_cover(view, market, unstated);
    let lead = view.lead().map(|lead| &lead.product.key);
    let elsewhere = |resource: &&SupportingResource| {
        COVERS.contains(&resource.kind) || resource.kind == ResourceContentType::CONTRIBUTOR_PICTURE
    };
    let judged = |resource: &SupportingResource| {
        let is_back = resource.kind == ResourceContentType::BACK_COVER;
        let purpose = purpose_of(resource);
        let covered = match is_back {
            true => lead.is_some_and(|lead| resource.products.covers(lead)),
            false => view.is_covered(&resource.products),
        };
        let fate = if !is_back && purpose.is_none() {
            "of a kind that pages have no place for"
        } else if !covered {
            "of another format"
        } else if let Some(unfit) = unfit(resource, market, unstated) {
            unfit
        } else if purpose.is_some_and(|purpose| purpose.is_preview)
            && !view.shows_inside(&resource.products)
        {
            "waits for previews to open"
        } else if is_back && !back.is_some_and(|back| std::ptr::eq(back, resource)) {
            "another goes before it"
        } else {
            "chosen"
        };
        told(resource, fate)
    };
    let resources = view.work.resources.iter();
    resources
        .filter(|one| !elsewhere(one))
        .map(judged)
        .collect()
}

/// The look inside that there is of a format: a sample to read, or a clip to hear.
pub(crate) fn look_inside(
    work: &Work,
    product: &Product,
    market: &Market<'_>,
    unstated: Unstated,
) -> Option<CallToAction> {
    let wanted = preview(product);
    let media = match wanted {
        CallToAction::Listen => Media::Audio,
        _ => Media::Document,
    };
    let of_format = |scope: &Scope| scope.covers(&product.key);
    let is_there = has_sample_page(product)
        || work.resources.iter().any(|resource| {
            purpose_of(resource).is_some_and(|purpose| purpose.is_preview && purpose.media == media)
                && of_format(&resource.products)
                && is_usable(resource, market, unstated)
        });
    is_there.then_some(wanted)
}
