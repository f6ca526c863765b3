//! More titles of the same house, as many as a test of size wants.
//!
//! The same seed gives the same catalogue on every machine, for ever: the randomness is a dozen lines
//! of our own (splitmix64, by Sebastiano Vigna, public domain) and not a library's default, which
//! may change under us. Titles come off the same press as the hand-written ones.

use serde::Deserialize;

use super::SampleError;
use super::person;
use super::press::Press;
use super::script::{ContactScript, FormatScript, Named, WorkScript};
use crate::world::Document;

const PARTS: &str = include_str!("data/parts.toml");

/// The id of the first generated work; the hand-written ones stay far below.
const FIRST_GENERATED_WORK: i64 = 2001;
/// The id of the first generated contact.
const FIRST_CONTACT: i64 = 2001;
/// The id of the first generated series.
const FIRST_SERIES: i64 = 2001;
/// How many titles of the catalogue share a series, on average.
const WORKS_PER_SERIES: usize = 30;
/// How many titles an author has, on average.
const WORKS_PER_CONTACT: usize = 4;

/// Lists to pick words from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    given: Vec<String>,
    family: Vec<String>,
    adjective: Vec<String>,
    noun: Vec<String>,
    place: Vec<String>,
    opening: Vec<String>,
    middle: Vec<String>,
    closing: Vec<String>,
}

/// Splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `bound`.
    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).unwrap_or(1);
        usize::try_from(self.next() % bound).unwrap_or_default()
    }

    fn pick<'t>(&mut self, texts: &'t [String]) -> &'t str {
        let place = self.below(texts.len());
        texts.get(place).map_or("", String::as_str)
    }

    /// True in `percent` of a hundred cases.
    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn days(&mut self, from: i64, to: i64) -> i64 {
        let width = usize::try_from(to - from).unwrap_or_default();
        from + i64::try_from(self.below(width)).unwrap_or_default()
    }
}

/// Adds `count` invented titles, with authors and series of their own.
pub(super) fn fill(
    press: &mut Press,
    imprints: &[Named],
    count: usize,
    random_seed: u64,
) -> Result<(), SampleError> {
    let parts: Parts = toml::from_str(PARTS)?;
    let mut random = Random(random_seed);
    let contacts = count / WORKS_PER_CONTACT + 1;
    for id in (FIRST_CONTACT..).take(contacts) {
        let contact = author(id, &parts, &mut random);
        press.world.contacts.insert(id, person::document(&contact));
    }
    let series = count / WORKS_PER_SERIES;
    for id in (FIRST_SERIES..).take(series) {
        let mut document = Document::new();
        let name = format!(
            "The {} {}",
            random.pick(&parts.place),
            random.pick(&parts.noun)
        );
        document.insert("name".into(), name.into());
        press.world.series.insert(id, document);
    }
    for id in (FIRST_GENERATED_WORK..).take(count) {
        let (work, formats) = title(id, &parts, &mut random, contacts, series);
        let imprint = imprints.get(random.below(imprints.len()));
        if let Some(imprint) = imprint {
            press.add_with_formats(imprint, &work, &formats)?;
        }
    }
    Ok(())
}

fn author(id: i64, parts: &Parts, random: &mut Random) -> ContactScript {
    let (given, family) = (random.pick(&parts.given), random.pick(&parts.family));
    let place = random.pick(&parts.place);
    ContactScript {
        id,
        name: format!("{given} {family}"),
        inverted: Some(format!("{family}, {given}")),
        organisation: false,
        bio: Some(format!(
            "{given} {family} lives in {place} and writes in the mornings."
        )),
        isni: None,
    }
}

fn title(
    id: i64,
    parts: &Parts,
    random: &mut Random,
    contacts: usize,
    series: usize,
) -> (WorkScript, Vec<FormatScript>) {
    let author = FIRST_CONTACT + i64::try_from(random.below(contacts)).unwrap_or_default();
    let name = name(parts, random);
    let (adjective, noun) = (random.pick(&parts.adjective), random.pick(&parts.noun));
    let place = random.pick(&parts.place);
    let (thema, bic, bisac) = match random.below(4) {
        0 => ("FBA FXR", "FA", "FIC019000"),
        1 => ("FF", "FF", "FIC022000"),
        2 => ("WN PDZ", "WN", "NAT000000"),
        _ => ("NHTB NHB", "HB", "HIS000000"),
    };
    let formats = formats(random);
    let mut by = vec![format!("A01 {author}")];
    if formats.iter().any(|format| format.form == "au") {
        by.push("E07 520 au".to_owned());
    }
    let member = series > 0 && random.chance(12);
    let work = WorkScript {
        id,
        title: name,
        by,
        series: member.then(|| {
            let series = FIRST_SERIES + i64::try_from(random.below(series)).unwrap_or_default();
            format!("{series} {}", 1 + random.below(9))
        }),
        thema: thema.to_owned(),
        bic: bic.to_owned(),
        bisac: bisac.to_owned(),
        keywords: format!("{}; {}; {}", adjective, noun, place).to_lowercase(),
        short: Some(sentence(&parts.closing, parts, random)),
        text: Some(format!(
            "{} {}\n\n{}",
            sentence(&parts.opening, parts, random),
            sentence(&parts.middle, parts, random),
            sentence(&parts.closing, parts, random),
        )),
        ..WorkScript::default()
    };
    (work, formats)
}

fn name(parts: &Parts, random: &mut Random) -> String {
    let (adjective, noun) = (random.pick(&parts.adjective), random.pick(&parts.noun));
    let (other, place) = (random.pick(&parts.noun), random.pick(&parts.place));
    match random.below(6) {
        0 => format!("The {adjective} {noun}"),
        1 => format!("The {noun} at {place}"),
        2 => format!("{adjective} {noun}, {adjective} {other}"),
        3 => format!("The {noun} and the {other}"),
        4 => format!("The {adjective} {noun} of {place}"),
        _ => format!("{place} {noun}"),
    }
}

fn sentence(templates: &[String], parts: &Parts, random: &mut Random) -> String {
    let template = random.pick(templates);
    let noun = random.pick(&parts.noun).to_lowercase();
    template
        .replace("{noun}", &noun)
        .replace("{place}", random.pick(&parts.place))
        .replace("{given}", random.pick(&parts.given))
        .replace("{family}", random.pick(&parts.family))
}

fn formats(random: &mut Random) -> Vec<FormatScript> {
    let rights = match random.below(100) {
        0..=3 => "uk",
        4..=6 => "us",
        7 => "anz",
        8 => "unknown",
        _ => "world",
    };
    let forthcoming = random.chance(12);
    let day = if forthcoming {
        random.days(1, 360)
    } else {
        random.days(-2400, 0)
    };
    let pages = 96 + 16 * i64::try_from(random.below(26)).unwrap_or_default();
    let choice: &[(&str, i64, i64)] = match random.below(4) {
        0 => &[("hb", 0, 1899), ("pb", 330, 999), ("eb", 0, 699)],
        1 => &[("pb", 0, 899), ("eb", 0, 399)],
        2 => &[("hb", 0, 2000), ("eb", 0, 999), ("au", 0, 1499)],
        _ => &[("tpb", 0, 1499), ("eb", 0, 799)],
    };
    let out_of_print = !forthcoming && random.chance(6);
    choice
        .iter()
        .map(|(form, later, pence)| FormatScript {
            form: (*form).to_owned(),
            day: Some(day + later),
            pence: Some(*pence),
            status: (out_of_print && *form != "eb" && day + later <= 0).then(|| "07".to_owned()),
            availability: None,
            rights: rights.to_owned(),
            pages: Some(pages),
            approved: true,
            has_isbn: true,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_follows_the_published_sequence() {
        // The reference implementation's first outputs for the seed 1234567.
        let mut random = Random(1_234_567);
        let expected = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973];
        assert_eq!([random.next(), random.next()], expected);
    }
}
