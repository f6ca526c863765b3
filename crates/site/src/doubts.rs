//! What is counted over all titles, since one finding each would say the same a thousand times.

use std::collections::BTreeMap;

use catalogue::finding::{Finding, FindingCode};
use catalogue::isbn::Isbn13;
use catalogue::money::CurrencyCode;
use catalogue::resource::SupportingResource;
use catalogue::text::{MarketingText, Release};
use catalogue::work::Work;

use crate::market::Market;
use crate::policy::Unstated;
use crate::price::is_absurd;
use crate::texts::is_public;

const PRICE_ABSURD: FindingCode = FindingCode::new("price-absurd");
const CURRENCY_UNUSED: FindingCode = FindingCode::new("currency-unused");
const APPROVAL_UNSTATED: FindingCode = FindingCode::new("approval-unstated");

/// Counts, while works pass by.
#[derive(Default)]
pub(crate) struct Doubts {
    /// Texts and files of shown titles that do not say whether they are approved.
    unstated: usize,
    /// Titles with any.
    titles: usize,
    /// Prices in currencies that no site uses, with the first product that has one.
    currencies: BTreeMap<CurrencyCode, (usize, Option<Isbn13>)>,
}

impl Doubts {
    /// Notes prices in currencies that no site uses, and returns findings of amounts that no price
    /// is.
    pub(crate) fn note_prices(&mut self, work: &Work, markets: &[Market<'_>]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for product in &work.products {
            let supplied = product.supplies.iter().flat_map(|supply| &supply.details);
            let prices = supplied.flat_map(|detail| &detail.prices);
            for price in prices.chain(&product.prices) {
                let currency = price.money.currency;
                if is_absurd(&price.money) {
                    let message = format!(
                        "A price of {} {currency} is below zero or beyond all measure, and is left out. Correct it at the source.",
                        price.money.amount
                    );
                    let finding =
                        Finding::warning(PRICE_ABSURD, message).in_record(work.key.as_str());
                    findings.push(on(finding, product.isbn));
                } else if !markets.iter().any(|market| market.currency == currency) {
                    let (count, first) = self.currencies.entry(currency).or_default();
                    *count += 1;
                    *first = first.or(product.isbn);
                }
            }
        }
        findings
    }

    /// Counts what a shown title's texts and files leave unsaid.
    pub(crate) fn note_unstated(&mut self, work: &Work) {
        let text =
            |text: &&MarketingText| text.release == Release::Unstated && is_public(&text.audiences);
        let file = |file: &&SupportingResource| {
            file.release == Release::Unstated && is_public(&file.audiences)
        };
        let count =
            work.texts.iter().filter(text).count() + work.resources.iter().filter(file).count();
        self.unstated += count;
        self.titles += usize::from(count > 0);
    }

    /// The findings, one for each kind of doubt.
    pub(crate) fn findings(&self, unstated: Unstated) -> Vec<Finding> {
        let approval = (self.unstated > 0).then(|| {
            let outcome = match unstated {
                Unstated::Show => "are shown",
                Unstated::Omit => "are left out",
            };
            let message = format!(
                "{} texts and files of {} titles do not say whether they are approved; they {outcome}. `approval.unstated` decides.",
                self.unstated, self.titles
            );
            Finding::info(APPROVAL_UNSTATED, message)
        });
        let currencies = self.currencies.iter().map(|(currency, (count, isbn))| {
            let message = format!("Prices in {currency}, which no site uses: {count}.");
            on(Finding::info(CURRENCY_UNUSED, message), *isbn)
        });
        approval.into_iter().chain(currencies).collect()
    }
}

fn on(finding: Finding, isbn: Option<Isbn13>) -> Finding {
    match isbn {
        Some(isbn) => finding.on_isbn(isbn),
        None => finding,
    }
}
