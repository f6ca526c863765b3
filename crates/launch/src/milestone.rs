//! Milestones: what people work towards on the way to publication, as the to-dos of Consonance name it.
//!
//! The GraphQL interface shows no to-dos; its export has columns for twelve of them by name, and these are the twelve.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::sheet::Sheet;

/// A to-do that Consonance's export has columns for, in the order of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Milestone {
    /// The author delivers.
    ManuscriptDelivery,
    /// Editorial has it.
    ManuscriptReceived,
    /// Production has it.
    ManuscriptToProduction,
    /// The copy editor has it.
    TextToCopyEditor,
    /// Design has text and images.
    EditedTextAndImages,
    /// The first layouts are there.
    FirstLayouts,
    /// Repro and indexer have the files.
    FilesToRepro,
    /// Price and print run are decided.
    PriceAndPrintRun,
    /// The files went to press.
    FilesToPress,
    /// Advance copies came.
    AdvanceCopies,
    /// The printer gave them out.
    ExWorks,
    /// The warehouse has them.
    DeliveredToWarehouse,
}

/// Each milestone with its name in Consonance's export.
const NAMES: [(Milestone, &str); 12] = [
    (Milestone::ManuscriptDelivery, "Manuscript delivery"),
    (
        Milestone::ManuscriptReceived,
        "Manuscript received by Editorial",
    ),
    (
        Milestone::ManuscriptToProduction,
        "Manuscript to Production",
    ),
    (Milestone::TextToCopyEditor, "Text to copy editor"),
    (
        Milestone::EditedTextAndImages,
        "Edited text and images to design",
    ),
    (Milestone::FirstLayouts, "First layouts"),
    (Milestone::FilesToRepro, "Files to repro and indexer"),
    (Milestone::PriceAndPrintRun, "P&P decision"),
    (Milestone::FilesToPress, "Files to press"),
    (Milestone::AdvanceCopies, "Advance copies received"),
    (Milestone::ExWorks, "Ex works"),
    (Milestone::DeliveredToWarehouse, "Delivered to warehouse"),
];

impl Milestone {
    /// The milestone of a name, whatever its case and outer space.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim();
        let mut known = NAMES.iter();
        let found = known.find(|(_, known)| known.eq_ignore_ascii_case(name));
        found.map(|(milestone, _)| *milestone)
    }

    /// The milestone whose name stands in a text, whatever its case.
    #[must_use]
    pub fn within(text: &str) -> Option<Self> {
        let text = text.to_lowercase();
        let mut known = NAMES.iter();
        let found = known.find(|(_, name)| text.contains(&name.to_lowercase()));
        found.map(|(milestone, _)| *milestone)
    }

    /// A text without its name, in lower case.
    #[must_use]
    pub fn taken_from(self, text: &str) -> String {
        text.to_lowercase()
            .replace(&self.name().to_lowercase(), " ")
    }

    /// Its name in Consonance's export.
    #[must_use]
    pub fn name(self) -> &'static str {
        let mut known = NAMES.iter();
        known
            .find(|(milestone, _)| *milestone == self)
            .map_or("", |(_, name)| name)
    }

    /// The name that was probably meant.
    #[must_use]
    pub fn nearest(name: &str) -> Option<&'static str> {
        let name = name.trim().to_lowercase();
        let likeness = |known: &str| strsim::jaro_winkler(&name, &known.to_lowercase());
        let best = NAMES
            .iter()
            .max_by(|(_, a), (_, b)| likeness(a).total_cmp(&likeness(b)));
        best.map(|(_, name)| *name)
            .filter(|best| likeness(best) > crate::fact::ALIKE)
    }
}

/// How far a milestone of a title is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Which, in words.
    pub name: String,
    /// Which of the conventional ones.
    #[serde(skip)]
    pub milestone: Option<Milestone>,
    /// Whether its source says when it is done. Otherwise it is a date, and never overdue.
    pub tells_done: bool,
    /// Whose task it is.
    pub assignee: Option<String>,
    /// When it is due.
    pub due: Option<Date>,
    /// When it was done; nothing while it is not.
    pub done: Option<Date>,
    /// When this was learnt.
    pub at: Timestamp,
}

impl Progress {
    fn is_overdue(&self, today: Date) -> bool {
        self.tells_done && self.done.is_none() && self.due.is_some_and(|due| due < today)
    }

    /// In words: `Files to press, due 2027-03-01 (Omar)`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let when = match (self.done, self.due) {
            (Some(done), _) => format!(", done {done}"),
            (None, Some(due)) => format!(", due {due}"),
            (None, None) => ", without a date".to_owned(),
        };
        let who = self
            .assignee
            .as_deref()
            .map_or_else(String::new, |who| format!(" ({who})"));
        format!("{}{when}{who}", self.name)
    }
}

/// States what the milestones of a title decide.
///
/// # Errors
/// A name that is no fact, which is a mistake of the program.
pub fn state(progress: &[Progress], today: Date, sheet: &mut Sheet) -> Result<(), &'static str> {
    const NONE: &str = "no milestone of the title was imported";
    let Some(at) = progress.iter().map(|one| one.at).min() else {
        for fact in [
            "milestones.overdue",
            "milestones.files_to_press",
            "milestones.advance_copies",
        ] {
            sheet.leave_open(fact, NONE);
        }
        return Ok(());
    };
    let overdue: Vec<&Progress> = progress
        .iter()
        .filter(|one| one.is_overdue(today))
        .collect();
    let words: Vec<String> = overdue.iter().map(|one| one.in_words()).collect();
    sheet.state_seen(
        "milestones.overdue",
        overdue.len(),
        words.join("; "),
        Some(at),
    )?;
    for (fact, milestone) in [
        ("milestones.files_to_press", Milestone::FilesToPress),
        ("milestones.advance_copies", Milestone::AdvanceCopies),
    ] {
        match progress.iter().find(|one| one.milestone == Some(milestone)) {
            Some(one) => {
                sheet.state_seen(fact, one.done.is_some(), one.in_words(), Some(one.at))?;
            }
            None => sheet.leave_open(fact, "the title has no such milestone"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Value;

    fn progress(milestone: Milestone, due: &str, done: Option<&str>) -> Progress {
        Progress {
            name: milestone.name().to_owned(),
            milestone: Some(milestone),
            tells_done: true,
            assignee: Some("Omar".to_owned()),
            due: Some(due.parse().unwrap()),
            done: done.map(|day| day.parse().unwrap()),
            at: "2027-01-01T00:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn names_are_found_in_any_case_and_also_when_misspelt() {
        for (milestone, name) in NAMES {
            assert_eq!(
                Milestone::named(&format!("  {} ", name.to_uppercase())),
                Some(milestone)
            );
            assert_eq!(milestone.name(), name);
        }
        assert_eq!(Milestone::named("Files to the press"), None);
        assert_eq!(
            Milestone::nearest("files to the press"),
            Some("Files to press")
        );
        assert_eq!(Milestone::nearest("zzz"), None);
    }

    #[test]
    fn what_is_past_its_day_and_not_done_is_overdue() {
        let today = "2027-03-02".parse().unwrap();
        let all = [
            progress(Milestone::FilesToPress, "2027-03-01", None),
            progress(Milestone::FirstLayouts, "2027-02-01", Some("2027-02-09")),
            progress(Milestone::ExWorks, "2027-03-02", None),
            // Nobody says whether the printer kept that day.
            Progress {
                name: "Production run: First printing".to_owned(),
                milestone: None,
                tells_done: false,
                ..progress(Milestone::ExWorks, "2027-01-02", None)
            },
        ];
        let mut sheet = Sheet::default();
        state(&all, today, &mut sheet).unwrap();
        let overdue = sheet.reading("milestones.overdue").unwrap();
        assert_eq!(overdue.value, Value::Number(1));
        assert_eq!(overdue.seen, "Files to press, due 2027-03-01 (Omar)");
        let press = sheet.reading("milestones.files_to_press").unwrap();
        assert_eq!(press.value, Value::YesNo(false));
        assert_eq!(
            sheet.why_unknown("milestones.advance_copies"),
            "the title has no such milestone"
        );
        let mut empty = Sheet::default();
        state(&[], today, &mut empty).unwrap();
        assert!(
            empty.reading("milestones.overdue").is_none(),
            "nobody knows"
        );
    }
}
