//! What stands open, and what is remembered of it.

use jiff::Timestamp;
use jiff::civil::Date;
use launch::checklist::{Checklist, Item, Outcome};
use launch::due::Urgency;
use launch::rule::Severity;
use serde::{Deserialize, Serialize};

/// How near a publication is when a new blocker is told at once, in days.
pub const NEAR: i32 = 7;

/// What kind of thing stands open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A takedown that delivery does not confirm.
    Takedown,
    /// An unannounced title that editors' text gives away.
    Embargo,
    /// A title that was ready and is blocked.
    Regression,
    /// A rule that keeps a title from going live.
    Blocker,
    /// Anything else of a checklist that is due.
    Task,
}

impl Kind {
    /// The word for people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Takedown => "takedown",
            Self::Embargo => "embargo",
            Self::Regression => "regression",
            Self::Blocker => "blocker",
            Self::Task => "task",
        }
    }
}

/// The title that something is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Its work's key.
    pub work: String,
    /// The site.
    pub site: String,
    /// Its name, for those who may know it.
    pub title: String,
    /// No site may announce it yet.
    pub is_secret: bool,
    /// The day of publication on the site.
    pub publication: Option<Date>,
    /// Days until then; negative afterwards.
    pub days_left: Option<i32>,
}

/// Something that stands open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// By which it is known again: the same thing has the same key, whenever it is looked at.
    pub key: String,
    /// What kind.
    pub kind: Kind,
    /// The role whose task it is; everybody's where there is none.
    pub owner: Option<String>,
    /// The title, where it is about one.
    pub about: Option<About>,
    /// What is wrong. Holds no title's name.
    pub says: String,
    /// What to do.
    pub mend: String,
    /// By when.
    pub due: Option<Date>,
    /// That day has passed.
    pub is_overdue: bool,
}

impl Open {
    /// Whether its appearance is told at once.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        match self.kind {
            Kind::Takedown | Kind::Embargo | Kind::Regression => true,
            Kind::Blocker => self.is_near(),
            Kind::Task => false,
        }
    }

    /// Whether its title is published within [`NEAR`] days, or was.
    #[must_use]
    pub fn is_near(&self) -> bool {
        let days = self.about.as_ref().and_then(|about| about.days_left);
        days.is_some_and(|days| days <= NEAR)
    }
}

/// What is remembered of something that stands, or lately stood, open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// Its key.
    pub key: String,
    /// What kind it was when last seen.
    pub kind: Kind,
    /// Since when it stands open.
    pub since: Timestamp,
    /// It is to be told at once, or was.
    pub is_urgent: bool,
    /// When it was told at once.
    pub told: Option<Timestamp>,
    /// Since when it no longer stands open.
    pub gone: Option<Timestamp>,
}

/// A person's word that something need not be told for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snooze {
    /// The key of what stands open, or of a work: then all that is about it.
    pub what: String,
    /// Until when.
    pub until: Timestamp,
}

impl Snooze {
    /// Whether it keeps something from being told at `now`.
    #[must_use]
    pub fn covers(&self, open: &Open, now: Timestamp) -> bool {
        let is_meant = |about: &About| about.work == self.what;
        now < self.until && (open.key == self.what || open.about.as_ref().is_some_and(is_meant))
    }
}

/// What of a checklist stands open: every blocker that fails, and what else is due soon or overdue.
#[must_use]
pub fn of_checklist(checklist: &Checklist, about: &About) -> Vec<Open> {
    let items = checklist.items.iter();
    items.filter_map(|item| of_item(item, about)).collect()
}

fn of_item(item: &Item, about: &About) -> Option<Open> {
    let kind = match (item.outcome, item.severity) {
        (Outcome::Fail, Severity::Blocker) => Kind::Blocker,
        (Outcome::Fail | Outcome::Unknown, Severity::Blocker | Severity::Warning)
            if matches!(item.urgency, Urgency::Overdue | Urgency::DueSoon) =>
        {
            Kind::Task
        }
        _ => return None,
    };
    let wrong = if item.outcome == Outcome::Unknown {
        "nobody knows whether"
    } else {
        "not so:"
    };
    Some(Open {
        key: format!("{}/{}/{}", item.rule, about.work, about.site),
        kind,
        owner: Some(item.owner.clone()),
        about: Some(about.clone()),
        says: format!("{wrong} {}", item.says),
        mend: format!("{} ({})", item.mend, item.place.in_words()),
        due: item.due,
        is_overdue: item.urgency == Urgency::Overdue,
    })
}
