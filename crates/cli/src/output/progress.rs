//! Where a run is, for whoever watches a terminal.

use std::time::Duration;

use contentstack::{Lane, Stack};
use indicatif::{ProgressBar, ProgressStyle};
use sync::progress::Progress;

/// One bar, redrawn from phase to phase. Draws nothing where stderr is no terminal.
#[derive(Debug)]
pub(crate) struct Bars {
    bar: ProgressBar,
    stack: Option<Stack>,
}

const COUNTED: &str = "{spinner} {prefix} [{wide_bar}] {pos}/{len}  {per_sec}  {eta} left  {msg}";
const UNCOUNTED: &str = "{spinner} {prefix}  {pos}  {per_sec}  {msg}";

impl Bars {
    /// Watches a run that spends this stack's budget.
    pub(crate) fn new(stack: Option<&Stack>) -> Self {
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(200));
        Self {
            bar,
            stack: stack.cloned(),
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// What was spent of the organisation's budget, lane by lane.
    fn spent(&self) -> String {
        let Some(stack) = &self.stack else {
            return String::new();
        };
        let spent = stack.spent();
        let lanes = [
            ("read", Lane::Read, spent.read),
            ("write", Lane::Write, spent.write),
            ("bulk", Lane::Bulk, spent.bulk),
        ];
        let lanes = lanes.map(|(name, lane, calls)| match stack.budget().pace(lane) {
            Some(pace) => format!("{name} {calls} (≤{pace:.1}/s)"),
            None => format!("{name} {calls}"),
        });
        let throttled = match spent.throttled {
            0 => String::new(),
            calls => format!(", {calls} throttled"),
        };
        format!("calls: {}{throttled}", lanes.join(", "))
    }
}

impl Progress for Bars {
    fn phase(&self, name: &str, total: Option<u64>) {
        self.bar.reset();
        let template = if total.is_some() { COUNTED } else { UNCOUNTED };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        match total {
            Some(total) => self.bar.set_length(total),
            None => self.bar.unset_length(),
        }
        self.bar.set_prefix(name.to_owned());
        self.bar.set_message(self.spent());
        tracing::info!(phase = name, total, "a phase begins");
    }

    fn advance(&self, steps: u64) {
        self.bar.inc(steps);
        self.bar.set_message(self.spent());
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.finish();
    }
}
