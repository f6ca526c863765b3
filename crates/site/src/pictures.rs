//! Covers and photographs that a market may see.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use catalogue::codes::ResourceContentType;
use catalogue::contributor::Contributor;
use catalogue::key::{ContributorKey, ProductKey};
use catalogue::resource::SupportingResource;
use catalogue::text::Release;
use catalogue::work::Work;

use crate::collateral::{PHOTO, Picture, write_picture};
use crate::desired::{AssetKey, Entry, EntryKey};
use crate::gathering::Gathered;
use crate::labels::photograph_of;
use crate::library::Library;
use crate::market::Market;
use crate::policy::{Destination, Policy, Unstated};
use crate::texts::{is_public, is_released};
use crate::title_view::TitleView;

/// What may stand as a cover, the best first.
pub(crate) const COVERS: [ResourceContentType; 2] = [
    ResourceContentType::FRONT_COVER,
    ResourceContentType::COVER_HOLDING_IMAGE,
];

/// The front cover of a format, else a holding image that stands for it. Of several files of one
/// cover the largest is taken.
pub(crate) fn cover<'a>(
    work: &'a Work,
    lead: &ProductKey,
    market: &Market<'_>,
    unstated: Unstated,
) -> Option<&'a SupportingResource> {
    COVERS.into_iter().find_map(|kind| {
        work.resources
            .iter()
            .filter(|resource| resource.kind == kind && resource.products.covers(lead))
            .filter(|resource| is_usable(resource, market, unstated))
            .min_by_key(|resource| {
                (
                    resource.territory.is_none(),
                    resource.release != Release::Approved,
                    resource.products.is_all(),
                    std::cmp::Reverse(resource.width),
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

    /// The picture that a market may see: one that comes with a book which is shown there.
    pub(crate) fn best(
        &self,
        contributor: &str,
        market: &Market<'_>,
        unstated: Unstated,
    ) -> Option<&'a SupportingResource> {
        let known = self.0.get(&ContributorKey::new(contributor))?;
        let portrait = known.iter().find(|portrait| {
            portrait.locales.contains(market.locale)
                && is_usable(portrait.resource, market, unstated)
        });
        portrait.map(|portrait| portrait.resource)
    }
}

/// Hangs photographs on the pages of contributors.
pub(crate) struct Hang<'h, 'a> {
    pub(crate) markets: &'h [Market<'h>],
    pub(crate) policy: &'h Policy,
    pub(crate) portraits: &'h Portraits<'a>,
}

impl Hang<'_, '_> {
    /// Writes, in each locale of an entry, the photograph that may be seen there, or that there is
    /// none. The master, where it is no market's locale, repeats that of the first market.
    pub(crate) fn photographs(
        &self,
        key: &EntryKey,
        entry: &mut Entry,
        gathered: &Gathered<'_, Contributor>,
        library: &mut Library,
    ) {
        let unstated = self.policy.approval.unstated;
        let mut first = true;
        let master = self.policy.master_locale.as_str();
        let is_market = self.markets.iter().any(|market| market.locale == master);
        for market in self.markets {
            let Some(fields) = entry.versions.get_mut(market.locale) else {
                continue;
            };
            let places: BTreeSet<Arc<Destination>> =
                gathered.places(market.locale).cloned().collect();
            if places.is_empty() {
                continue;
            }
            let speaks = std::mem::take(&mut first) && !is_market;
            let portrait = self.portraits.best(&key.source_key, market, unstated);
            let Some(resource) = portrait else {
                continue;
            };
            let name = fields["name"].as_text().unwrap_or_default().to_owned();
            let words = self.policy.labels.of(market.language);
            let own = resource.alternative_text.clone();
            let alt = own.unwrap_or_else(|| photograph_of(words, &name));
            let picture = Picture { resource, alt };
            write_picture(fields, PHOTO, &picture);
            library.take_photograph(key, &name, &picture, places, &entry.records);
            if speaks && let Some(fields) = entry.versions.get_mut(master) {
                write_picture(fields, PHOTO, &picture);
            }
        }
    }
}

/// Whether a file may be shown to readers of a market today.
pub(crate) fn is_usable(
    resource: &SupportingResource,
    market: &Market<'_>,
    unstated: Unstated,
) -> bool {
    unfit(resource, market, unstated).is_none()
}

/// The first reason against a file.
pub(crate) fn unfit(
    resource: &SupportingResource,
    market: &Market<'_>,
    unstated: Unstated,
) -> Option<&'static str> {
    if resource.link.trim().is_empty() {
        Some("it has no address")
    } else if !is_released(resource.release, unstated) {
        Some("not approved at the source")
    } else if resource.processing {
        Some("still being processed at the source")
    } else if !is_public(&resource.audiences) {
        Some("not for the public")
    } else if !market.is_within(resource.from, resource.until) {
        Some("not in force today")
    } else if !market.is_reached(resource.territory.as_ref()) {
        Some("not for this country")
    } else {
        None
    }
}

/// Each cover that the source has, and what became of it.
pub(crate) fn considered(
    work: &Work,
    lead: &ProductKey,
    market: &Market<'_>,
    unstated: Unstated,
) -> Vec<String> {
    let chosen = cover(work, lead, market, unstated);
    let is_cover = |resource: &&SupportingResource| COVERS.contains(&resource.kind);
    let judged = |resource: &SupportingResource| {
        let fate = if chosen.is_some_and(|chosen| std::ptr::eq(chosen, resource)) {
            "chosen"
        } else if !resource.products.covers(lead) {
            "of another format"
        } else {
            unfit(resource, market, unstated).unwrap_or("another goes before it")
        };
        told(resource, fate)
    };
    work.resources.iter().filter(is_cover).map(judged).collect()
}

/// A file and what became of it, in words.
pub(crate) fn told(resource: &SupportingResource, fate: &str) -> String {
    let label = resource.kind.label().unwrap_or("unknown");
    let size = match (resource.width, resource.height) {
        (Some(width), Some(height)) => format!(", {width} by {height}"),
        _ => String::new(),
    };
    format!("file {} ({label}){size}: {fate}", resource.kind)
}

/// Identity of a resource's file.
pub(crate) fn asset_key(resource: &SupportingResource) -> AssetKey {
    AssetKey {
        link: resource.link.clone(),
        mark: resource.updated.clone().unwrap_or_default(),
    }
}

/// The library's word for a cover.
pub(crate) fn cover_kind(resource: &SupportingResource) -> &'static str {
    if resource.kind == ResourceContentType::FRONT_COVER {
        "cover"
    } else {
        "holding-cover"
    }
}
