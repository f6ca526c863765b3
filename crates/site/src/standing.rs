//! Whether a site shows a title, by what the site alone decides and what its market does.

use crate::desired::Standing;
use crate::hold::Hold;
use crate::ruling::{Bar, SHOWN};
use crate::title_view::TitleView;

/// Why a market may not be told of a title, where it may not.
pub(crate) fn barred(view: &TitleView<'_>, has_page: bool) -> Option<Bar> {
    match view.bar() {
        None if !has_page => Some(Bar::NoTitle),
        bar => bar,
    }
}

/// The standing of a title on a site: what the site alone decides, then what its market does.
pub(crate) fn stand(
    left_out: bool,
    hold: Option<&Hold>,
    bar: Option<Bar>,
    view: &TitleView<'_>,
) -> Standing {
    match (hold, bar) {
        _ if left_out => hidden(Bar::NotSelected),
        (Some(hold), _) => held(hold),
        (None, Some(bar)) => hidden(bar),
        (None, None) => shown(view),
    }
}

/// The standing of a title that somebody keeps from a site.
fn held(hold: &Hold) -> Standing {
    Standing {
        reason: format!(
            "{} keeps it from the site until {}: {}",
            hold.by, hold.until, hold.reason
        )
        .into(),
        ..hidden(Bar::OnHold)
    }
}

/// The standing of a title that a site does not show.
pub(crate) fn hidden(bar: Bar) -> Standing {
    Standing {
        visible: false,
        state: None,
        decided_by: bar.name().into(),
        reason: bar.meaning().into(),
    }
}

/// The standing of a title that a site shows.
pub(crate) fn shown(view: &TitleView<'_>) -> Standing {
    Standing {
        visible: true,
        state: view.state(),
        decided_by: SHOWN.into(),
        reason: "nothing speaks against it".into(),
    }
}
