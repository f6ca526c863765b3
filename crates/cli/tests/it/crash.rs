//! Killed, or left without a reply, at any mutating call of a first sync: the next sync ends where
//! an undisturbed one would have ended, and nothing is there twice.
//!
//! By default every [`STRIDE`]th call is tried, before and after its effect, beginning at different
//! ones; with `FRONTLIST_EVERY_STEP=1` in the environment every call is.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::StreamExt as _;
use reqwest::Method;
use serde_json::{Value, json};

use crate::shown::Shown;
use crate::world::{Side, World};

/// Works of the account.
const WORKS: usize = 20;
/// How far apart the calls are that are tried by default.
const STRIDE: usize = 18;
/// How many worlds live at once.
const AT_ONCE: usize = 3;

/// A call is held for this long, which is longer than any test takes.
const HELD_MS: u64 = 600_000;

/// What becomes of the nth mutating call.
#[derive(Debug, Clone, Copy)]
enum Blow {
    /// The process is killed; the call has had no effect.
    KilledBefore,
    /// The process is killed; the call has had its effect.
    KilledAfter,
    /// The call has had its effect, and the reply is lost.
    ReplyLost,
}

/// An undisturbed first sync: what it leads to, and how many mutating calls it takes.
struct Undisturbed {
    shown: Shown,
    calls: usize,
}

async fn undisturbed() -> Undisturbed {
    let world = World::with(WORKS).await;
    world.forget_requests().await;
    world.sync().await;
    let calls = world.mutations().await.len();
    assert!(calls > 50, "{calls} calls are too few to be a first sync");
    let shown = world.shown().await;
    Undisturbed { shown, calls }
}

/// The calls to try: all, or every [`STRIDE`]th from `first`.
fn steps(first: usize, calls: usize) -> Vec<usize> {
    if std::env::var("FRONTLIST_EVERY_STEP").is_ok_and(|value| value == "1") {
        (1..=calls).collect()
    } else {
        (first..=calls).step_by(STRIDE).collect()
    }
}

/// Strikes the nth call of a first sync, then syncs to the end. Says whether there was such a call.
async fn struck(blow: Blow, nth: usize, expected: Arc<Undisturbed>) -> bool {
    let world = World::with(WORKS).await;
    let reached = match blow {
        Blow::KilledBefore => {
            let order = json!({"kind": "timeout", "mutating": true, "nth": nth});
            killed(&world, order, "struck").await
        }
        Blow::KilledAfter => {
            let order = json!({"kind": "slow", "when": "after", "ms": HELD_MS, "mutating": true, "nth": nth});
            killed(&world, order, "applied").await
        }
        Blow::ReplyLost => {
            let order = json!({"kind": "reset_after", "mutating": true, "nth": nth});
            world.fault(Side::Contentstack, order).await;
            world.sync().await;
            let faults = world
                .control(Side::Contentstack, Method::GET, "faults", Value::Null)
                .await;
            faults[0]["struck"] == 1
        }
    };
    world.mend().await;
    if !matches!(blow, Blow::ReplyLost) {
        world.sync().await;
    }
    let shown = world.shown().await;
    assert_eq!(expected.shown.differences(&shown), BTreeMap::default());
    let changes = world.changes().await;
    world.sync().await;
    assert_eq!(world.changes().await, changes, "a further sync writes");
    reached
}

/// Starts a sync, and kills it as soon as the fault holds its call. Says whether it ever did.
async fn killed(world: &World, order: Value, moment: &str) -> bool {
    world.fault(Side::Contentstack, order).await;
    let mut child = world.begin_sync();
    let path = format!("requests?wait={moment}");
    let held = world.control(Side::Contentstack, Method::GET, &path, Value::Null);
    tokio::select! {
        _ = held => {}
        _ended = child.wait() => return false,
    }
    child.kill().await.unwrap();
    // What the process had sent besides comes to its end first: no reply goes anywhere any more.
    world
        .control(
            Side::Contentstack,
            Method::GET,
            "requests?wait=quiet",
            Value::Null,
        )
        .await;
    true
}

async fn strike_all(blow: Blow, first: usize) {
    let expected = Arc::new(undisturbed().await);
    let all = steps(first, expected.calls);
    let tried = all.len();
    let mut outcomes = futures_util::stream::iter(all)
        .map(|nth| {
            let point = tokio::spawn(struck(blow, nth, expected.clone()));
            async move { (nth, point.await) }
        })
        .buffer_unordered(AT_ONCE);
    let (mut reached, mut failed) = (0, Vec::new());
    while let Some((nth, outcome)) = outcomes.next().await {
        match outcome {
            Ok(true) => reached += 1,
            // Bulk calls gather what is ready, so one sync may take a few calls fewer than another.
            Ok(false) => {}
            Err(_panicked) => failed.push(nth),
        }
    }
    failed.sort_unstable();
    assert!(
        failed.is_empty(),
        "{blow:?}: of {tried} calls tried, these did not end as they should: {failed:?}"
    );
    assert!(
        reached * 10 >= tried * 9,
        "{blow:?}: only {reached} of {tried} calls were reached"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_killed_before_a_call_ends_where_it_would_have_ended() {
    strike_all(Blow::KilledBefore, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_killed_after_a_call_ends_where_it_would_have_ended() {
    strike_all(Blow::KilledAfter, 7).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_is_lost_makes_nothing_twice() {
    strike_all(Blow::ReplyLost, 13).await;
}
