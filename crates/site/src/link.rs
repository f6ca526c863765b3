//! Where a reader can follow a call to action about a format.
//!
//! Shops of the configuration come first, in its order, then the product's own pages. An address
//! stands once; a call without an address still stands, as the button's word.

use catalogue::product::{Product, WebLink};

use crate::call::CallToAction;
use crate::form::FormGroup;
use crate::labels::Words;
use crate::market::Market;
use crate::policy::Policy;
use crate::retailer::Retailer;

/// What a link of the product's own answers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answers {
    /// Orders, whenever they are taken.
    Order,
    /// A look inside: a sample to read or, of an audiobook, to hear.
    Preview,
    /// Whatever the reader wants to know.
    Website,
}

/// Pages of a product that are for readers, by role (ONIX List 73), with the label that names them
/// where the source does not.
const PAGES: [(&str, Answers, &str); 6] = [
    ("18", Answers::Order, "shop"),
    ("35", Answers::Order, "shop"),
    ("38", Answers::Order, "shop"),
    ("28", Answers::Preview, ""),
    ("02", Answers::Website, "website"),
    ("10", Answers::Website, "website"),
];

/// The name under which links stand that answer no call.
pub(crate) const WEBSITE: &str = "website";

/// One link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// The call that it answers, or [`WEBSITE`].
    pub(crate) call: &'static str,
    pub(crate) label: String,
    pub(crate) url: String,
}

/// What of a format decides about its links.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) product: &'a Product,
    pub(crate) cta: CallToAction,
    /// Samples may be shown.
    pub(crate) previews_open: bool,
}

/// The call that a look inside answers.
pub(crate) fn preview(product: &Product) -> CallToAction {
    if FormGroup::of(product) == FormGroup::Audio {
        CallToAction::Listen
    } else {
        CallToAction::ReadSample
    }
}

/// Whether a page with a sample belongs to a product.
pub(crate) fn has_sample_page(product: &Product) -> bool {
    product
        .web_links
        .iter()
        .any(|link| answers(link).is_some_and(|(answers, _)| answers == Answers::Preview))
}

/// The links of a format in a market.
pub(crate) fn links(
    asked: Asked<'_>,
    market: &Market<'_>,
    policy: &Policy,
    words: &Words,
) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    let mut take = |link: Link| {
        if !links.iter().any(|known| known.url == link.url) {
            links.push(link);
        }
    };
    for retailer in &policy.retailers {
        if let Some(link) = at_retailer(retailer, asked, market) {
            take(link);
        }
    }
    for page in &asked.product.web_links {
        if let Some(link) = own_page(page, asked, words) {
            take(link);
        }
    }
    links
}

fn at_retailer(retailer: &Retailer, asked: Asked<'_>, market: &Market<'_>) -> Option<Link> {
    let sites = market.sites.iter().map(|site| &site.id);
    if !retailer.serves(asked.cta, asked.product, sites) {
        return None;
    }
    Some(Link {
        call: asked.cta.as_str(),
        label: retailer.name.clone(),
        url: retailer.url.address(asked.product)?,
    })
}

fn own_page(page: &WebLink, asked: Asked<'_>, words: &Words) -> Option<Link> {
    let (answers, label) = answers(page)?;
    let call = match answers {
        Answers::Order if asked.cta.is_order() => asked.cta.as_str(),
        Answers::Order => return None,
        Answers::Preview if asked.previews_open => preview(asked.product).as_str(),
        Answers::Preview => return None,
        Answers::Website => WEBSITE,
    };
    let own = page.note.as_deref().map(str::trim);
    let own = own.filter(|note| !note.is_empty());
    let label = own.unwrap_or_else(|| match answers {
        Answers::Preview => words.get("call", call),
        _ => words.get("link", label),
    });
    Some(Link {
        call,
        label: label.to_owned(),
        url: page.link.trim().to_owned(),
    })
}

/// What a page answers, and its label; nothing for pages that are not for readers or not of the
/// web.
fn answers(page: &WebLink) -> Option<(Answers, &'static str)> {
    let link = page.link.trim();
    let web = link.starts_with("https://") || link.starts_with("http://");
    PAGES
        .iter()
        .find(|(role, ..)| web && *role == page.role)
        .map(|(_, answers, label)| (*answers, *label))
}
