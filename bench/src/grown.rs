//! A catalogue of any size, grown from the sandbox's sample.
//!
//! The sample is written by people and has the shapes of a real one: split rights, embargoes, several formats, long
//! texts. It goes through the ONIX feed and the reader, so that what is measured is what a publisher's data becomes, and
//! is then repeated under new identities: every copy has its own works, ISBNs, titles, names and pictures.

use std::error::Error;
use std::io::Cursor;

use catalogue::identity::{Answers, Joins, assemble};
use catalogue::isbn::Isbn13;
use catalogue::key::{ContributorKey, ProductKey, RecordKey, WorkKey};
use catalogue::product::Scope;
use catalogue::record::ProductRecord;
use catalogue::work::Work;
use jiff::civil::Date;
use onix::{Item, Source};

/// Works generated before they are repeated.
const SEED_WORKS: usize = 1_000;

/// The seed of the generator: any, as long as it is always the same.
const RANDOM_SEED: u64 = 7;

/// The sample as an ONIX 3.0 message.
///
/// # Errors
/// Never in practice: it is written to memory.
pub(crate) fn message(as_of: Date) -> Result<Vec<u8>, Box<dyn Error>> {
    let world = sandbox::sample::generate(as_of, SEED_WORKS, RANDOM_SEED);
    let mut xml = Vec::new();
    sandbox::feed::full(&world, "http://127.0.0.1:1", as_of, &mut xml)?;
    Ok(xml)
}

/// The records of a message.
///
/// # Errors
/// What the reader refuses to read.
pub(crate) fn records(xml: Vec<u8>) -> Result<Vec<ProductRecord>, Box<dyn Error>> {
    let mut records = Vec::new();
    for item in onix::read(Source::Stdin(Box::new(Cursor::new(xml)))) {
        if let Item::Record(record) = item? {
            records.push(*record);
        }
    }
    Ok(records)
}

/// At least `wanted` works, then cut to that number.
///
/// # Errors
/// What the reader refuses to read, and a sample without works.
pub(crate) fn works(as_of: Date, wanted: usize) -> Result<Vec<Work>, Box<dyn Error>> {
    let records = records(message(as_of)?)?;
    let seed = assemble(&records, &Joins::default(), Answers::default()).works;
    if seed.is_empty() {
        return Err("the sample holds no works".into());
    }
    let mut grown = Vec::with_capacity(wanted);
    let mut number = 0;
    'copies: for copy in 0_usize.. {
        for work in &seed {
            if grown.len() == wanted {
                break 'copies;
            }
            grown.push(renamed(work, copy, &mut number)?);
        }
    }
    Ok(grown)
}

/// A work under a new identity. Contributors recur a few times, as an author's books do; series and imprints are the
/// publisher's and stay.
fn renamed(work: &Work, copy: usize, number: &mut u64) -> Result<Work, Box<dyn Error>> {
    let mut work = work.clone();
    let again = |key: &str| format!("{key}-{copy}");
    let product_key = |key: &ProductKey| ProductKey::new(again(key.as_str()));
    work.key = WorkKey::new(again(work.key.as_str()));
    work.title.text = format!("{} {copy}", work.title.text);
    for record in &mut work.records {
        *record = RecordKey::new(again(record.as_str()));
    }
    for product in &mut work.products {
        product.key = product_key(&product.key);
        product.title.text = format!("{} {copy}", product.title.text);
        product.isbn = Some(isbn(*number)?);
        *number += 1;
    }
    let person =
        |key: &ContributorKey| ContributorKey::new(format!("{}-{}", key.as_str(), copy / 4));
    for contribution in &mut work.contributions {
        contribution.contributor.key = person(&contribution.contributor.key);
        contribution.contributor.name = format!("{} {}", contribution.contributor.name, copy / 4);
        rescoped(&mut contribution.products, product_key);
    }
    for resource in &mut work.resources {
        resource.link = again(&resource.link);
        resource.contributor = resource.contributor.as_ref().map(person);
        rescoped(&mut resource.products, product_key);
    }
    for text in &mut work.texts {
        rescoped(&mut text.products, product_key);
    }
    for subject in &mut work.subjects {
        rescoped(&mut subject.products, product_key);
    }
    Ok(work)
}

fn rescoped(scope: &mut Scope, renamed: impl Fn(&ProductKey) -> ProductKey) {
    if let Scope::Only(keys) = scope {
        *keys = keys.iter().map(renamed).collect();
    }
}

/// The ISBN with a running number.
fn isbn(number: u64) -> Result<Isbn13, Box<dyn Error>> {
    isbn_of(&format!("978{:09}", 100_000_000 + number))
}

/// The ISBN of which these are the first twelve digits.
pub(crate) fn isbn_of(body: &str) -> Result<Isbn13, Box<dyn Error>> {
    let sum: u32 = body
        .chars()
        .filter_map(|digit| digit.to_digit(10))
        .zip([1, 3].into_iter().cycle())
        .map(|(digit, weight)| digit * weight)
        .sum();
    Ok(Isbn13::parse(&format!("{body}{}", (10 - sum % 10) % 10))?)
}
