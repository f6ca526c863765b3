//! The cases of the sample that its feed and the usual policy do not bring about, and a list of every case with the proof
//! that some snapshot has it: states, groups of formats, kinds of file, kinds of neighbour.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use catalogue::lifecycle::{Ceiling, WebState};
use catalogue::work::Work;
use site::desired::{EntryKey, Kind, Memory};
use site::integrity::{Titles, inspect};
use site::module::Module;
use site::policy::{Hidden, Policy, Sites, Stages, Unsold};
use site::projection::projection;
use site::redirect::Move;

use crate::sample::{DAY, noon, policy, site, sites, works, write_neighbours, write_title};

/// The titles with these numbers, in their order.
fn some(works: &[Work], numbers: &[u32]) -> Vec<Work> {
    let keys = numbers
        .iter()
        .map(|number| format!("consonance:work:{number}"));
    keys.map(|key| {
        let work = works.iter().find(|work| work.key.as_str() == key);
        work.unwrap_or_else(|| panic!("no {key}")).clone()
    })
    .collect()
}

fn write_titles(out: &mut String, heading: &str, works: &[Work], sites: &Sites, policy: &Policy) {
    let desired = projection(works, sites, policy, &Memory::default(), noon());
    _ = writeln!(out, "# {heading}");
    for work in works {
        write_title(out, work, &desired, sites);
    }
}

/// What a house's own stages hold back: no feed carries them.
fn write_stages(out: &mut String, works: &[Work]) {
    let mut policy = policy();
    let ceilings = [
        ("Contracted", Ceiling::Hidden),
        ("Announced", Ceiling::Announced),
        ("In production", Ceiling::InProduction),
        ("*", Ceiling::Available),
    ];
    policy.stages = Stages::new(ceilings.into_iter());
    let mut works = some(works, &[1021, 1027, 1043]);
    for (work, stage) in works
        .iter_mut()
        .zip(["Announced", "In production", "Contracted"])
    {
        work.stage = Some(stage.to_owned());
    }
    let heading = "Titles whose stage lets a site say only so much";
    write_titles(out, heading, &works, &sites(), &policy);
}

/// A title of which nothing is left but the formats that were withdrawn.
fn write_withdrawn(out: &mut String, works: &[Work]) {
    let mut works = some(works, &[1081]);
    works[0].products.truncate(2);
    write_titles(
        out,
        "A title that was withdrawn",
        &works,
        &sites(),
        &policy(),
    );
}

/// A site that shows what is not sold in its country, with the edition that is.
fn write_unsold(out: &mut String, works: &[Work]) {
    let mut unsold = site("uk", "en-gb", "GB", "GBP", "Europe/London");
    unsold.rights.not_for_sale = Unsold::ShowWithoutSale;
    let sites = Sites::new(vec![unsold]).unwrap();
    let heading = "A site that shows what it may not sell, and what to buy instead";
    write_titles(out, heading, &some(works, &[1017, 1094]), &sites, &policy());
}

/// A title that one site of an environment shows and another hides: a shield stands in its place.
fn write_shield(out: &mut String, works: &[Work]) {
    let mut places = vec![
        site("au", "en-au", "AU", "AUD", "Australia/Sydney"),
        site("uk", "en-gb", "GB", "GBP", "Europe/London"),
    ];
    for site in &mut places {
        let mut place = (*site.destination).clone();
        place.environment = "production".to_owned();
        site.destination = place.into();
        site.hidden = Hidden::Shield;
    }
    let sites = Sites::new(places).unwrap();
    let works = some(works, &[1094]);
    write_titles(
        out,
        "One environment, and a title that only Australia may know",
        &works,
        &sites,
        &policy(),
    );
    let desired = projection(&works, &sites, &policy(), &Memory::default(), noon());
    let shields = desired.entries.iter().flat_map(|(key, entry)| {
        let shielded = entry.shielded.iter();
        shielded.map(move |place| format!("  {key} says nothing at {place}"))
    });
    for shield in shields {
        _ = writeln!(out, "{shield}");
    }
}

/// A title whose address a person changed.
fn write_moved(out: &mut String, works: &[Work]) {
    const BEFORE: &str = "/books/the-bonded-warehouse";
    const AFTER: &str = "/books/the-customs-house";
    let works = some(works, &[1003]);
    let key = EntryKey::of_work(&works[0]);
    let mut memory = Memory::default();
    memory.urls.insert(key.clone(), AFTER.to_owned());
    memory.public.insert(BEFORE.to_owned());
    let made = Move {
        id: "1".to_owned(),
        from: Some(BEFORE.to_owned()),
        to: AFTER.to_owned(),
        reason: "the house has another name for it".to_owned(),
        by: "an editor".to_owned(),
        at: noon(),
    };
    memory.moves.note(key, made);
    let mut sites_policy = policy();
    sites_policy.catalogue_pages.clear();
    let sites = sites();
    let desired = projection(&works, &sites, &sites_policy, &memory, noon());
    _ = writeln!(out, "# A title whose address a person changed");
    write_title(out, &works[0], &desired, &sites);
    write_neighbours(out, &desired);
}

/// An editor's shelf with a title that Britain may not show, and one that is none.
fn write_module(out: &mut String, works: &[Work]) {
    let works = some(works, &[1070, 1094]);
    let sites = sites();
    let desired = projection(&works, &sites, &policy(), &Memory::default(), noon());
    let entries = [
        ("b1", "consonance:work:1070"),
        ("b2", "consonance:work:1094"),
    ];
    let titles = Titles::new(entries, &works);
    _ = writeln!(out, "# An editor's module, on each site");
    for site in sites.iter() {
        let module = Module {
            content_type: "seasonal_collection".to_owned(),
            uid: "m1".to_owned(),
            title: "Cooking in small rooms".to_owned(),
            url: None,
            place: (*site.destination).clone(),
            from: None,
            refers_to: ["b1", "b2", "b3"].map(str::to_owned).to_vec(),
            texts: BTreeMap::from([("lede".to_owned(), "Now only £14.99".to_owned())]),
        };
        let seen = inspect(module, site, &titles, &desired, &policy().labels);
        _ = writeln!(
            out,
            "  {}: shows {} of {}",
            site.id,
            seen.shows,
            seen.titles.len()
        );
        for title in &seen.titles {
            let name = title.title.as_deref().unwrap_or(&title.entry);
            let state = title.state.map_or("hidden", WebState::as_str);
            _ = writeln!(out, "    {name}: {state}, {}", title.reason);
        }
        for finding in &seen.findings {
            _ = writeln!(out, "    {finding}");
        }
    }
}

#[test]
fn what_other_policies_stages_and_people_make_of_the_sample() {
    let works = works(DAY);
    let mut out = String::new();
    write_stages(&mut out, &works);
    write_withdrawn(&mut out, &works);
    write_unsold(&mut out, &works);
    write_shield(&mut out, &works);
    write_moved(&mut out, &works);
    write_module(&mut out, &works);
    insta::assert_snapshot!("cases", out);
}

/// The snapshots of the sample.
const SNAPSHOTS: [&str; 3] = ["sample__sample", "sample__neighbours", "cases__cases"];

fn snapshots() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots");
    let read = |name| std::fs::read_to_string(folder.join(format!("it__{name}.snap"))).unwrap();
    SNAPSHOTS.into_iter().map(read).collect()
}

/// What lies beside pages, as the tags of files name it.
const FILES: [&str; 12] = [
    "cover",
    "holding-cover",
    "back-cover",
    "jacket",
    "author-photo",
    "banner",
    "social-card",
    "spread",
    "sample",
    "clip",
    "reading-guide",
    "teachers-guide",
];

/// What is on a page beside the facts of its formats.
const PARTS: [&str; 9] = [
    "cover",
    "back_cover",
    "description",
    "short_description",
    "table_of_contents",
    "excerpt",
    "reviews",
    "graphics",
    "files",
];

const RELATIONS: [&str; 5] = [
    "includes",
    "part_of",
    "replaces",
    "replaced_by",
    "edition_here",
];

/// The groups of formats, as stored in a stack.
const GROUPS: [&str; 4] = ["print", "ebook", "audio", "other"];

#[test]
fn every_case_is_in_a_snapshot() {
    let mut wanted: BTreeSet<(&str, String)> = BTreeSet::new();
    // What is withdrawn is hidden, and says so.
    for state in WebState::all().filter(|state| *state != WebState::Withdrawn) {
        wanted.insert(("a format's state", format!("\n    {}, ", state.as_str())));
    }
    wanted.extend(GROUPS.map(|group| ("a group of formats", format!(", {group}, "))));
    // Tags are in the order of the alphabet: a kind is the last of them, or stands before another.
    wanted.extend(FILES.map(|kind| ("a kind of file", format!(", {kind}]"))));
    wanted.extend(PARTS.map(|part| ("a part of a page", part.to_owned())));
    wanted.extend(RELATIONS.map(|word| ("a tie of titles", format!(", {word}, "))));
    let neighbours = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Book);
    wanted.extend(neighbours.map(|kind| ("a neighbour", format!("\n{} ", kind.uid()))));
    wanted.extend(
        [
            ("a hidden title", ": hidden, "),
            ("a withdrawn title", ": hidden, it was withdrawn"),
            ("a shield", "says nothing at"),
            ("a shop by ASIN", "River Shop"),
            ("a module with a hole", "shows 1 of 3"),
            ("a module without that hole", "shows 2 of 3"),
            ("a redirect's target", "to_url: /books/the-customs-house"),
        ]
        .map(|(what, text)| (what, text.to_owned())),
    );
    let snapshots = snapshots();
    let missing: Vec<String> = wanted
        .iter()
        .filter(|(_, text)| {
            !snapshots
                .iter()
                .any(|snapshot| snapshot.contains(text.as_str()))
        })
        .map(|(what, text)| format!("{what}: `{}`", text.trim()))
        .collect();
    assert!(missing.is_empty(), "no snapshot has {}", missing.join(", "));
}
