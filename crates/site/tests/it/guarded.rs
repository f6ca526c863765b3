//! What gives a title away that no site may announce, and what does not.

use catalogue::codes::ResourceContentType;
use catalogue::product::Approval;
use catalogue::work::Work;
use site::desired::Memory;
use site::guard::{Secrets, Sign};

use crate::shelf::*;

/// A book that the sites show, and one that nobody has approved.
fn two(shown: &str, kept: &str) -> Vec<Work> {
    let mut secret = hardback(2, kept);
    secret.approval = Approval::Withheld;
    vec![
        work(1, shown, vec![hardback(1, shown)]),
        work(2, kept, vec![secret]),
    ]
}

/// The signs by which a text gives a title away, with the title's number.
fn met(works: &[Work], text: &str) -> Vec<(String, Vec<Sign>)> {
    met_after(works, text, &Memory::default())
}

fn met_after(works: &[Work], text: &str, memory: &Memory) -> Vec<(String, Vec<Sign>)> {
    let secrets = Secrets::of(works, &project(works, &sites()), memory);
    let told = secrets.told_by(text).into_iter();
    told.map(|(work, signs)| (work.to_string(), signs.into_iter().collect()))
        .collect()
}

fn kept(sign: Sign) -> Vec<(String, Vec<Sign>)> {
    vec![(work(2, "", Vec::new()).key.to_string(), vec![sign])]
}

#[test]
fn a_name_gives_a_title_away_in_prose_addresses_and_names_of_files() {
    let works = two("Salt", "The Whole Pantry");
    for text in [
        "Out in May: The Whole Pantry, at last.",
        "/features/the-whole-pantry-is-coming",
        "THE_WHOLE_PANTRY_final_v2.jpg",
        "Thé Whole Pantry",
    ] {
        assert_eq!(met(&works, text), kept(Sign::Name), "{text}");
    }
    for text in [
        "The whole of the pantry",
        "The Whole Pantryman",
        "Salt is out in May",
        "",
    ] {
        assert_eq!(met(&works, text), [], "{text}");
    }
}

#[test]
fn an_isbn_gives_a_title_away_in_any_spelling() {
    let works = two("Salt", "Ash");
    let digits = isbn(2).to_string();
    for text in [
        digits.clone(),
        isbn(2).hyphenated(),
        format!("cover-{digits}.jpg"),
        format!("ISBN {} {}", &digits[..3], &digits[3..]),
    ] {
        assert_eq!(met(&works, &text), kept(Sign::Isbn), "{text}");
    }
    assert_eq!(met(&works, &isbn(1).to_string()), [], "Salt is public");
}

#[test]
fn the_name_of_a_file_at_the_source_gives_a_title_away() {
    let mut works = two("Salt", "Ash");
    let mut cover = resource(ResourceContentType::FRONT_COVER, "https://x.example/1");
    cover.file_name = Some("pantry_shelves_v3.jpg".to_owned());
    works[1].resources.push(cover);
    assert_eq!(met(&works, "Pantry-Shelves-v3.JPG"), kept(Sign::File));
    assert_eq!(met(&works, "shelves in a pantry"), []);
}

#[test]
fn a_common_word_and_a_name_that_a_site_shows_are_no_secret() {
    assert_eq!(met(&two("Salt", "The Gift"), "The gift that lasts"), []);
    assert_eq!(
        met(&two("The Understudy", "The Understudy"), "The Understudy"),
        []
    );
}

#[test]
fn a_title_that_some_site_shows_or_that_merely_may_not_be_sold_is_no_secret() {
    let sold = sold(hardback(2, "The Whole Pantry"), &["AU"], &["GB", "US"]);
    let works = [work(2, "The Whole Pantry", vec![sold])];
    assert_eq!(met(&works, "The Whole Pantry"), [], "shown in Australia");
    let sold = crate::shelf::sold(
        hardback(2, "The Whole Pantry"),
        &["NZ"],
        &["AU", "GB", "US"],
    );
    let works = [work(2, "The Whole Pantry", vec![sold])];
    assert_eq!(met(&works, "The Whole Pantry"), [], "sold elsewhere");
}

#[test]
fn a_title_that_once_had_a_public_page_is_no_secret() {
    let works = two("Salt", "The Whole Pantry");
    let mut memory = Memory::default();
    let url = "/books/the-whole-pantry".to_owned();
    memory.urls.insert(book(2), url.clone());
    let told = |memory: &Memory| met_after(&works, "The Whole Pantry", memory);
    assert_eq!(told(&memory), kept(Sign::Name), "its address was only made");
    memory.public.insert(url);
    assert_eq!(told(&memory), []);
}
