//! What a work answers for all its formats: its project stage and its contract.

use catalogue::finding::{Finding, FindingCode};
use catalogue::lifecycle::Ceiling;
use catalogue::work::{Contract, Work};

use super::{closed, quoted, verdict};
use crate::market::Market;
use crate::policy::{ApprovalPolicy, Policy};
use crate::ruling::Bar;
use crate::selection::folded;
use crate::trace::Trace;

const CONTRACT_UNREADABLE: FindingCode = FindingCode::new("contract-unreadable");
const STAGE_UNMAPPED: FindingCode = FindingCode::new("stage-unmapped");

/// What the work as a whole brings to the judgement of each of its formats.
pub(crate) struct Gates<'a> {
    pub(crate) work: &'a Work,
    pub(crate) approval: &'a ApprovalPolicy,
    /// The bar that stage or contract sets, if they do.
    pub(crate) bar: Option<Bar>,
    /// The most that its project stage lets be said.
    pub(crate) ceiling: Ceiling,
}

impl<'a> Gates<'a> {
    /// Asks the rules that a work answers for all its formats.
    pub(crate) fn new(
        work: &'a Work,
        policy: &'a Policy,
        market: &Market<'_>,
        trace: &mut impl Trace,
    ) -> Self {
        let approval = &policy.approval;
        let (staged, ceiling) = ceiling(work, policy, trace);
        let bar = stage(work, approval, trace)
            .or(staged)
            .or_else(|| contract(work, approval, market, trace));
        Self {
            work,
            approval,
            bar,
            ceiling,
        }
    }
}

fn stage(work: &Work, approval: &ApprovalPolicy, trace: &mut impl Trace) -> Option<Bar> {
    if approval.stages.is_empty() {
        return None;
    }
    let own = work.stage.as_deref().map(folded);
    let cleared = approval
        .stages
        .iter()
        .any(|stage| Some(folded(stage)) == own);
    let saw = || format!("project stage {}", quoted(work.stage.as_deref()));
    verdict(
        trace,
        "stage",
        saw,
        (!cleared).then_some(Bar::StageNotCleared),
    )
}

/// What the project stage lets be said, and the bar where that is nothing.
fn ceiling(work: &Work, policy: &Policy, trace: &mut impl Trace) -> (Option<Bar>, Ceiling) {
    if policy.stages.is_empty() {
        return (None, Ceiling::default());
    }
    let stage = work.stage.as_deref();
    let mapped = policy.stages.ceiling(stage);
    let bar = match mapped {
        None => Some(Bar::StageUnmapped),
        Some(Ceiling::Hidden) => Some(Bar::StageHidden),
        Some(_) => None,
    };
    if bar == Some(Bar::StageUnmapped) {
        trace.finding(|| {
            let message = format!(
                "Its project stage ({}) is not in `[stages]`, so it is not shown. Add it there.",
                quoted(stage)
            );
            Finding::warning(STAGE_UNMAPPED, message).in_record(work.key.as_str())
        });
    }
    let ceiling = mapped.unwrap_or(Ceiling::Hidden);
    let saw = || match mapped {
        Some(ceiling) => format!(
            "project stage {}, ceiling {}",
            quoted(stage),
            ceiling.as_str()
        ),
        None => format!("project stage {}, not mapped", quoted(stage)),
    };
    (verdict(trace, "ceiling", saw, bar), ceiling)
}

fn contract(
    work: &Work,
    approval: &ApprovalPolicy,
    market: &Market<'_>,
    trace: &mut impl Trace,
) -> Option<Bar> {
    if !approval.contract_signed {
        return None;
    }
    let bar = match work.contract {
        Contract::Signed(date) if market.has_come(date) => None,
        Contract::Signed(_) | Contract::Unsigned => Some(Bar::ContractUnsigned),
        Contract::NotAsked => Some(Bar::ContractUnknown),
        Contract::Unreadable => Some(Bar::ContractUnreadable),
    };
    if bar == Some(Bar::ContractUnreadable) {
        trace.finding(|| {
            closed(CONTRACT_UNREADABLE, Bar::ContractUnreadable).in_record(work.key.as_str())
        });
    }
    let saw = || match work.contract {
        Contract::Signed(date) => format!("contract signed {date}"),
        Contract::Unsigned => "contract without a date of signature".to_owned(),
        Contract::NotAsked => "no contracts at the source".to_owned(),
        Contract::Unreadable => "contract unreadable".to_owned(),
    };
    verdict(trace, "contract", saw, bar)
}
