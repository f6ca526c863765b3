//! Killed, or left without a reply, at any mutating call of a first sync: the next sync ends where
//! an undisturbed one would have ended, and nothing is there twice.
//!
//! By default every [`STRIDE`]th call is tried, before and after its effect, beginning at different
//! ones; with `FRONTLIST_EVERY_STEP=1` in the environment every call is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::StreamExt as _;
use reqwest::Method;
use serde_json::{Value, json};

use crate::relay::Relay;
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

/// An undisturbed first sync: what it leads to, and its mutating calls.
struct Undisturbed {
    shown: Shown,
    /// Their routes, in order.
    mutations: Vec<String>,
}

impl Undisturbed {
    fn calls(&self) -> usize {
        self.mutations.len()
    }

    /// How many calls there are of each route.
    fn routes(&self) -> BTreeMap<String, usize> {
        let mut routes = BTreeMap::new();
        for route in &self.mutations {
            *routes.entry(route.clone()).or_default() += 1;
        }
        routes
    }

    /// Where the first call of each route stands, counted from 1.
    fn firsts(&self) -> BTreeSet<usize> {
        let mut seen = BTreeSet::new();
        let rows = self.mutations.iter().enumerate();
        rows.filter(|(_, route)| seen.insert(*route))
            .map(|(at, _)| at + 1)
            .collect()
    }
}

/// Runs two of them: what is gathered into one call must not depend on which came first, or the nth
/// call would not be the same one twice, and the last ones could not be tried.
async fn undisturbed() -> Undisturbed {
    let (first, second) = tokio::join!(first_sync(), first_sync());
    assert_eq!(first.routes(), second.routes());
    assert_eq!(first.shown.differences(&second.shown), BTreeMap::default());
    let calls = first.calls();
    assert!(calls > 50, "{calls} calls are too few to be a first sync");
    first
}

async fn first_sync() -> Undisturbed {
    let world = World::with(WORKS).await;
    world.forget_requests().await;
    world.sync().await;
    let mutations = world.mutations().await;
    let shown = world.shown().await;
    Undisturbed { shown, mutations }
}

/// The calls to try: all, or every [`STRIDE`]th from `first`.
fn steps(first: usize, calls: usize) -> BTreeSet<usize> {
    if std::env::var("FRONTLIST_EVERY_STEP").is_ok_and(|value| value == "1") {
        (1..=calls).collect()
    } else {
        (first..=calls).step_by(STRIDE).collect()
    }
}

/// Strikes the nth call of a first sync, then syncs to the end. Names the route of the call, if there
/// was one.
async fn struck(blow: Blow, nth: usize, expected: Arc<Undisturbed>) -> Option<String> {
    let world = World::with(WORKS).await;
    match blow {
        Blow::KilledBefore => {
            let order = json!({"kind": "timeout", "mutating": true, "nth": nth});
            killed(&world, order, "struck").await;
        }
        Blow::KilledAfter => {
            let order = json!({"kind": "slow", "when": "after", "ms": HELD_MS, "mutating": true, "nth": nth});
            killed(&world, order, "applied").await;
        }
        Blow::ReplyLost => {
            let order = json!({"kind": "reset_after", "mutating": true, "nth": nth});
            world.fault(Side::Contentstack, order).await;
            world.sync().await;
        }
    }
    let route = struck_route(&world).await;
    world.mend().await;
    if !matches!(blow, Blow::ReplyLost) {
        world.sync().await;
    }
    let shown = world.shown().await;
    assert_eq!(expected.shown.differences(&shown), BTreeMap::default());
    let changes = world.changes().await;
    world.sync().await;
    assert_eq!(world.changes().await, changes, "a further sync writes");
    route
}

/// The route of the one request that a fault has struck, if one has.
async fn struck_route(world: &World) -> Option<String> {
    let requests = world
        .control(Side::Contentstack, Method::GET, "requests", Value::Null)
        .await;
    let struck = requests
        .as_array()
        .unwrap()
        .iter()
        .filter(|request| !request["fault"].is_null())
        .map(|request| request["route"].as_str().unwrap().to_owned())
        .collect::<Vec<_>>();
    assert!(struck.len() <= 1, "{struck:?}");
    struck.into_iter().next()
}

/// Starts a sync, and kills it as soon as the fault holds its call, if it ever does.
async fn killed(world: &World, order: Value, moment: &str) {
    world.fault(Side::Contentstack, order).await;
    let mut child = world.begin_sync();
    let path = format!("requests?wait={moment}");
    let held = world.control(Side::Contentstack, Method::GET, &path, Value::Null);
    tokio::select! {
        _ = held => {}
        _ended = child.wait() => return,
    }
    world.kill(child).await;
}

async fn strike_all(blow: Blow, first: usize) {
    let expected = Arc::new(undisturbed().await);
    let calls = expected.calls();
    let steps = steps(first, calls);
    let tried = steps.len();
    // Behind the last call there is none: their number is known exactly.
    let all = steps.into_iter().chain([calls + 1]);
    let mut outcomes = futures_util::stream::iter(all)
        .map(|nth| {
            let point = tokio::spawn(struck(blow, nth, expected.clone()));
            async move { (nth, point.await) }
        })
        .buffer_unordered(AT_ONCE);
    let mut reached: BTreeMap<String, usize> = BTreeMap::new();
    let (mut missed, mut failed) = (Vec::new(), Vec::new());
    while let Some((nth, outcome)) = outcomes.next().await {
        match outcome {
            Ok(Some(route)) => *reached.entry(route).or_default() += 1,
            Ok(None) => missed.push(nth),
            Err(_panicked) => failed.push(nth),
        }
    }
    let count: usize = reached.values().sum();
    eprintln!(
        "{blow:?}: {count} of {tried} calls tried were reached, of {calls} in all: {reached:#?}"
    );
    failed.sort_unstable();
    assert!(
        failed.is_empty(),
        "{blow:?}: of {tried} calls tried, these did not end as they should: {failed:?}"
    );
    assert_eq!(
        missed,
        [calls + 1],
        "{blow:?}: every call up to the last one is reached, and none is behind it"
    );
    if tried == calls {
        // Which of two calls that are under way together comes first may differ from run to run, so
        // that one call is struck twice and its neighbour not; no kind of call is left out.
        let kinds = expected.routes();
        assert!(reached.keys().eq(kinds.keys()), "{blow:?}: {reached:?}");
    }
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

/// A request that the dead process had sent arrives while the next run is at its own changing call
/// number `during`.
async fn arrived_late(nth: usize, during: usize, expected: Arc<Undisturbed>) {
    let world = World::with(WORKS).await;
    let relay = Relay::before_the_stack_of(&world).await;
    let (letter, _never) = relay.hold(nth);
    let mut child = world.begin_sync();
    let letter = tokio::select! {
        letter = letter => letter.unwrap(),
        ended = child.wait() => panic!("call {nth} was never made: {ended:?}"),
    };
    world.kill(child).await;

    let (at_work, go_on) = relay.hold(during);
    {
        let mut next = std::pin::pin!(world.sync());
        tokio::select! {
            _ = at_work => {
                relay.deliver(letter).await;
                go_on.send(()).unwrap();
                next.await;
            }
            // The run had less to do than that: the request arrives after it, and the run after next
            // must do with it.
            _ = &mut next => {
                relay.deliver(letter).await;
                world.sync().await;
            }
        }
    }
    let shown = world.shown().await;
    assert_eq!(expected.shown.differences(&shown), BTreeMap::default());
    let changes = world.changes().await;
    world.sync().await;
    assert_eq!(world.changes().await, changes, "a further sync writes");
}

/// Tries every step, or some and the first call of each route.
async fn arrive_late_all(first: usize, during: usize) {
    let expected = Arc::new(undisturbed().await);
    let calls = expected.calls();
    let mut all = steps(first, calls);
    all.extend(expected.firsts());
    let tried = all.len();
    let mut outcomes = futures_util::stream::iter(all)
        .map(|nth| {
            let point = tokio::spawn(arrived_late(nth, during, expected.clone()));
            async move { (nth, point.await) }
        })
        .buffer_unordered(AT_ONCE);
    let mut failed = BTreeSet::new();
    while let Some((nth, outcome)) = outcomes.next().await {
        if outcome.is_err() {
            failed.insert(nth);
        }
    }
    eprintln!("late, during call {during}: {tried} calls of {calls} tried, {failed:?} failed");
    assert!(
        failed.is_empty(),
        "of {tried} calls that arrived late, these did not end as they should: {failed:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_runs_request_may_arrive_before_the_next_runs_first_change() {
    arrive_late_all(5, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_runs_request_may_arrive_after_the_next_runs_first_change() {
    arrive_late_all(11, 2).await;
}
