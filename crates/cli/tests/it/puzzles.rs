//! Twenty questions that a rights manager would ask of a real publisher's feed, and what `explain` answers: the page
//! `docs/puzzles.md`, made anew wherever the feed lies beside this workspace.

use std::fmt::Write as _;
use std::path::Path;

use crate::real_feed::{SITES, feed};
use crate::world::World;

/// Set to write the page instead of comparing it.
const WRITE: &str = "FRONTLIST_WRITE_PUZZLES";

const INTRODUCTION: &str = "# Twenty puzzles of a real feed

A publisher's feed for Australia and New Zealand, sent on 21 June 2018, contradicts itself in the ways that real feeds do. These are
questions that a rights manager would ask of it, with what `frontlist explain ISBN --site SITE --at TIME` answers. The answers are
abridged to the rules that the question is about; values stand below each rule as the feed states them, with the file and line at which
they were read. The sites are `au` (Australia, AUD), `nz` (New Zealand, NZD) and `gb` (United Kingdom, GBP), each with its own zone and
the policies that are the default. A test makes this page anew where the feed is at hand, and compares.
";

/// ISBN, site, instant, question, and the rules that it is about.
type Puzzle = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

/// The day after the feed was sent.
const THEN: &str = "2018-06-22";
/// Eight years later, the same feed still being the last word.
const NOW: &str = "2026-11-24";
/// Half past twelve on 1 May 2019 in Auckland, still 30 April in Sydney.
const BETWEEN: &str = "2019-04-30T12:30:00Z";

const PUZZLES: [Puzzle; 20] = [
    (
        "9781509820634",
        "au",
        THEN,
        "Its status says forthcoming, its supplier says in stock, and its date was fourteen months ago. Is it on sale?",
        &["status", "price"],
    ),
    (
        "9780330302630",
        "au",
        THEN,
        "Out of print since 1998, and yet the supplier awaits stock. Can a reader order it?",
        &["status", "price"],
    ),
    (
        "9780765380555",
        "au",
        THEN,
        "Active, nine months before its date. Available already, or a pre-order?",
        &["status", "price"],
    ),
    (
        "9780765380555",
        "au",
        "2019-03-19",
        "And on the day itself, when nothing new was sent?",
        &["status", "price"],
    ),
    (
        "9781760554712",
        "au",
        THEN,
        "It is in the feed twice. Which of the two records counts?",
        &["record", "approval", "rights"],
    ),
    (
        "9781509854172",
        "gb",
        THEN,
        "Why is it not on the British site?",
        &["rights"],
    ),
    (
        "9781509854172",
        "au",
        THEN,
        "Then by what right is it on the Australian one?",
        &["rights"],
    ),
    (
        "9781509854172",
        "nz",
        THEN,
        "New Zealand is in its market and rights, and its only price is in Australian dollars. What do readers see?",
        &["rights", "price"],
    ),
    (
        "9781447231622",
        "au",
        THEN,
        "Two prices in Australian dollars. Which is shown, and why not the other?",
        &["price"],
    ),
    (
        "9781447231622",
        "nz",
        THEN,
        "And in New Zealand?",
        &["price"],
    ),
    (
        "9781509851775",
        "au",
        THEN,
        "It may not be sold before 1 May 2019. May it be shown, and when does that change?",
        &["status", "price"],
    ),
    (
        "9781509851775",
        "nz",
        BETWEEN,
        "At half past midnight of 1 May 2019 in Auckland: is the embargo over?",
        &["status", "price"],
    ),
    (
        "9781509851775",
        "au",
        BETWEEN,
        "At that same instant, in Sydney?",
        &["status", "price"],
    ),
    (
        "9781743537503",
        "au",
        THEN,
        "It is no book but other printed matter. Does it have a page?",
        &["form", "status"],
    ),
    (
        "9781509801831",
        "au",
        THEN,
        "A pack of several items, active, awaiting stock for three years. What may be said of it?",
        &["form", "status", "price"],
    ),
    (
        "9781250142405",
        "au",
        THEN,
        "Forthcoming and not yet available, two months ahead. Can it be ordered in advance?",
        &["status", "price"],
    ),
    (
        "9781250142405",
        "au",
        NOW,
        "Eight years on the feed still says forthcoming and not yet available. What do readers see?",
        &["status", "price"],
    ),
    (
        "9781509883684",
        "au",
        THEN,
        "The supplier would order it for anyone, three months before it is published. Is it for sale?",
        &["status", "price"],
    ),
    (
        "9781447230533",
        "gb",
        NOW,
        "An old title that sells well in Sydney: will it ever be on the British site by itself?",
        &["rights"],
    ),
    (
        "9780330520331",
        "nz",
        THEN,
        "A plain title of the backlist. What does the whole chain look like where nothing is wrong?",
        &[
            "selection",
            "lead",
            "address",
            "description",
            "cover",
            "record",
            "approval",
            "form",
            "identifiers",
            "rights",
            "status",
            "price",
        ],
    ),
];

/// The lines of an answer about its site and the rules asked for; what is known of the stack is left out.
fn abridged(told: &str, rules: &[&str]) -> String {
    let mut lines = Vec::new();
    let mut wanted = true;
    // What stands deeper than a rule belongs to it.
    let mut rule_depth = usize::MAX;
    for line in told.lines().skip_while(|line| !line.is_empty()).skip(1) {
        if line.is_empty() {
            break;
        }
        let text = line.trim_start();
        let depth = line.len() - text.len();
        if depth > rule_depth {
            if wanted {
                lines.push(line);
            }
            continue;
        }
        let rule = ["✔ ", "✘ ", "· "]
            .iter()
            .find_map(|mark| text.strip_prefix(mark))
            .and_then(|rest| rest.split_once(": "))
            .map(|(rule, _)| rule)
            .filter(|rule| {
                rule.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            });
        wanted = rule.is_none_or(|rule| rules.contains(&rule));
        rule_depth = rule.map_or(usize::MAX, |_| depth);
        if wanted && !text.starts_with("nothing of it") && !text.starts_with("not published") {
            lines.push(line);
        }
    }
    lines.join("\n")
}

async fn page(file: &Path) -> String {
    let mut world = World::bare(0).await;
    world.with_sites(&SITES);
    let from = file.to_str().unwrap();
    let name = file.file_name().unwrap().to_str().unwrap();
    let mut page = INTRODUCTION.to_owned();
    for (number, (isbn, site, at, question, rules)) in PUZZLES.iter().enumerate() {
        let arguments = ["explain", isbn, "--site", site, "--at", at, "--from", from];
        let ran = world.tell(&arguments).await;
        assert_eq!(ran.code, 0, "{ran:?}");
        let told = ran.stdout.replace(from, name);
        let answer = abridged(&told, rules);
        let number = number + 1;
        write!(
            page,
            "\n## {number}. {question}\n\n`explain {isbn} --site {site} --at {at}`\n\n```\n{answer}\n```\n"
        )
        .unwrap();
    }
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_puzzles_says_what_explain_says() {
    let Some(file) = feed() else { return };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/puzzles.md");
    let made = page(&file).await;
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    let differing = kept
        .lines()
        .zip(made.lines())
        .find(|(kept, made)| kept != made);
    assert_eq!(
        kept, made,
        "docs/puzzles.md begins to differ at {differing:?}; set {WRITE} to make it anew"
    );
}
