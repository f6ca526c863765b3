//! Covers and photographs that a market may see.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::codes::ResourceContentType;
use catalogue::key::{ContributorKey, ProductKey};
use catalogue::resource::SupportingResource;
use catalogue::text::Release;
use catalogue::work::Work;

use crate::desired::{Asset, AssetKey};
use crate::market::Market;
use crate::texts::is_public;
use crate::title_view::TitleView;

/// The front cover of a format, else a holding image that stands for it.
pub(crate) fn cover<'a>(
    work: &'a Work,
    lead: &ProductKey,
    market: &Market<'_>,
) -> Option<&'a SupportingResource> {
    [
        ResourceContentType::FRONT_COVER,
        ResourceContentType::COVER_HOLDING_IMAGE,
    ]
    .into_iter()
    .find_map(|kind| {
        work.resources
            .iter()
            .filter(|resource| resource.kind == kind && resource.products.covers(lead))
            .filter(|resource| is_usable(resource, market))
            .min_by_key(|resource| {
                (
                    resource.territory.is_none(),
                    resource.release != Release::Approved,
                    resource.products.is_all(),
                )
            })
    })
}

/// Pictures of contributors that come with formats which may be known.
pub(crate) fn portraits<'a>(view: &TitleView<'a>) -> Vec<&'a SupportingResource> {
    view.work
        .resources
        .iter()
        .filter(|resource| resource.kind == ResourceContentType::CONTRIBUTOR_PICTURE)
        .filter(|resource| resource.contributor.is_some() && view.is_covered(&resource.products))
        .collect()
}

/// The pictures of every contributor, in key order of the works that brought them.
#[derive(Default)]
pub(crate) struct Portraits<'a>(BTreeMap<&'a ContributorKey, Vec<Portrait<'a>>>);

struct Portrait<'a> {
    resource: &'a SupportingResource,
    /// Locales in which a format that it comes with may be known.
    locales: BTreeSet<&'a str>,
}

impl<'a> Portraits<'a> {
    /// Takes in a picture that comes with something known in a locale.
    pub(crate) fn take(&mut self, resource: &'a SupportingResource, locale: &'a str) {
        let Some(contributor) = &resource.contributor else {
            return;
        };
        let known = self.0.entry(contributor).or_default();
        match known
            .iter_mut()
            .find(|portrait| portrait.resource == resource)
        {
            Some(portrait) => _ = portrait.locales.insert(locale),
            None => known.push(Portrait {
                resource,
                locales: BTreeSet::from([locale]),
            }),
        }
    }

    /// The picture that may be seen in all of some markets. One that comes with certain formats only must come with one
    /// that is known in each.
    pub(crate) fn best(
        &self,
        contributor: &str,
        markets: &[&Market<'_>],
    ) -> Option<&'a SupportingResource> {
        let known = self.0.get(&ContributorKey::new(contributor))?;
        let portrait = known.iter().find(|portrait| {
            markets.iter().all(|market| {
                let comes = portrait.resource.products.is_all();
                (comes || portrait.locales.contains(market.locale))
                    && is_usable(portrait.resource, market)
            })
        });
        portrait.map(|portrait| portrait.resource)
    }
}

/// Whether a file may be shown to readers of a market today.
pub(crate) fn is_usable(resource: &SupportingResource, market: &Market<'_>) -> bool {
    !resource.link.trim().is_empty()
        && resource.release != Release::Withheld
        && !resource.processing
        && is_public(&resource.audiences)
        && market.is_within(resource.from, resource.until)
        && market.is_reached(resource.territory.as_ref())
}

/// Identity of a resource's file.
pub(crate) fn asset_key(resource: &SupportingResource) -> AssetKey {
    AssetKey {
        link: resource.link.clone(),
        mark: resource.updated.clone().unwrap_or_default(),
    }
}

/// Whether a key is that of a resource's file.
pub(crate) fn is_file(key: &AssetKey, resource: &SupportingResource) -> bool {
    key.link == resource.link && key.mark == resource.updated.as_deref().unwrap_or_default()
}

/// A cover in the asset library. Its name is the ISBN, which tells nothing that the page does not.
pub(crate) fn cover_asset(isbn: &str, resource: &SupportingResource, alt: &str) -> Asset {
    let kind = if resource.kind == ResourceContentType::FRONT_COVER {
        "cover"
    } else {
        "holding-cover"
    };
    Asset {
        title: format!("{isbn}-{kind}"),
        description: described(alt, resource.credit.as_deref()),
        file_stem: format!("{isbn}-{kind}"),
        folder: "Covers".to_owned(),
        tags: BTreeSet::from([isbn.to_owned(), kind.to_owned()]),
        published: BTreeSet::new(),
        records: BTreeSet::new(),
    }
}

/// A photograph in the asset library, named after the contributor's address.
pub(crate) fn photograph_asset(slug: &str, resource: &SupportingResource, alt: &str) -> Asset {
    Asset {
        title: format!("{slug}-photo"),
        description: described(alt, resource.credit.as_deref()),
        file_stem: format!("{slug}-photo"),
        folder: "Authors".to_owned(),
        tags: BTreeSet::from(["author-photo".to_owned()]),
        published: BTreeSet::new(),
        records: BTreeSet::new(),
    }
}

fn described(alt: &str, credit: Option<&str>) -> String {
    match credit {
        Some(credit) => format!("{alt}. {credit}"),
        None => alt.to_owned(),
    }
}
