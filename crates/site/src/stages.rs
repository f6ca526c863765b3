//! What each of a publisher's project stages lets websites say.
//!
//! Stages are a list of the publisher's own, at the source, and lists grow: somebody adds "On ice"
//! and nobody tells the websites. A stage without a place here hides, with a finding, rather than
//! show what may be on ice.

use std::collections::BTreeMap;

use catalogue::lifecycle::Ceiling;

use crate::selection::folded;

/// The ceilings of project stages. Without any, stages let everything be said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stages {
    /// By the stage's name without case and outer space.
    ceilings: BTreeMap<String, Ceiling>,
    /// For every other stage, and for works without one.
    others: Option<Ceiling>,
}

/// The name that stands for every stage not named.
const OTHERS: &str = "*";

impl Stages {
    /// Takes the ceilings by the names of the stages; `*` stands for all others.
    pub fn new<'n>(ceilings: impl Iterator<Item = (&'n str, Ceiling)>) -> Self {
        let mut stages = Self::default();
        for (name, ceiling) in ceilings {
            match folded(name).as_str() {
                OTHERS => stages.others = Some(ceiling),
                name => _ = stages.ceilings.insert(name.to_owned(), ceiling),
            }
        }
        stages
    }

    /// Whether no stage was named.
    pub fn is_empty(&self) -> bool {
        self.ceilings.is_empty() && self.others.is_none()
    }

    /// The ceiling of a stage; nothing for one that nobody mapped.
    pub fn ceiling(&self, stage: Option<&str>) -> Option<Ceiling> {
        if self.is_empty() {
            return Some(Ceiling::default());
        }
        let own = stage.and_then(|stage| self.ceilings.get(&folded(stage)));
        own.copied().or(self.others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_found_without_case_and_the_rest_by_the_star() {
        let mapped = [("In Production", Ceiling::InProduction)];
        let stages = Stages::new(mapped.into_iter());
        let production = Some(Ceiling::InProduction);
        assert_eq!(stages.ceiling(Some(" in production ")), production);
        assert_eq!(stages.ceiling(Some("Acquired")), None);
        assert_eq!(stages.ceiling(None), None);
        let rest = [("*", Ceiling::Announced)];
        let stages = Stages::new(mapped.into_iter().chain(rest));
        assert_eq!(stages.ceiling(None), Some(Ceiling::Announced));
        assert_eq!(stages.ceiling(Some("In production")), production);
        assert_eq!(Stages::default().ceiling(None), Some(Ceiling::Available));
    }
}
