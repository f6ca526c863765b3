//! What the site's stack holds, put on the sheet.

use jiff::Timestamp;

use crate::sheet::Sheet;

/// What the ledger knows of a title's entry on one site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The entry is in the stack.
    pub exists: bool,
    /// The stack holds what it should say.
    pub is_current: bool,
    /// It is published in the site's environment and locale.
    pub is_published: bool,
    /// Delivery served it as it should be.
    pub is_confirmed: bool,
    /// The locale has a version of its own.
    pub is_localised: bool,
    /// All files of its page are published there; nothing where its page was never reckoned.
    pub files_published: Option<bool>,
    /// How many modules of the editors refer to it where the site is read, and when they were counted; nothing where
    /// nobody has.
    pub modules: Option<(usize, Timestamp)>,
    /// When the ledger was last made true.
    pub at: Option<Timestamp>,
}

/// States what the stack decides.
///
/// # Errors
/// A name that is no fact, which is a mistake of the program.
pub fn state(held: Held, sheet: &mut Sheet) -> Result<(), &'static str> {
    for (name, value) in [
        ("entry.exists", held.exists),
        ("entry.current", held.is_current),
        ("entry.published", held.is_published),
        ("entry.confirmed", held.is_confirmed),
        ("entry.localised", held.is_localised),
    ] {
        sheet.state_seen(name, value, String::new(), held.at)?;
    }
    match held.files_published {
        Some(published) => {
            sheet.state_seen("assets.published", published, String::new(), held.at)?
        }
        None => sheet.leave_open("assets.published", "the site does not show the title yet"),
    }
    match held.modules {
        Some((count, at)) => sheet.state_seen("modules.count", count, String::new(), Some(at))?,
        None => sheet.leave_open("modules.count", "nobody has counted modules"),
    }
    Ok(())
}
