//! A publication that arrives after its title was taken down: the dead run's request must not leave
//! the title up unnoticed.

use reqwest::Method;
use serde_json::json;

use crate::relay::{Letter, Relay};
use crate::world::World;

const SALT: i64 = 1001;
const KEY: &str = "consonance:work:1001";

/// A publisher whose run was killed while a publication of [`SALT`] was on its way, and who has
/// withdrawn the title since.
async fn withdrawn() -> (World, Relay, Letter) {
    let world = World::with(6).await;
    world.sync().await;
    assert!(shows(&world).await, "the title is up at first");
    let relay = Relay::before_the_stack_of(&world).await;
    let path = format!("works/{SALT}");
    world
        .at_source(Method::PATCH, &path, json!({"title": "The Salt Road"}))
        .await;
    let (letter, _never) = relay.hold_to("/publish", 1);
    let mut child = world.begin_sync();
    let letter = tokio::select! {
        letter = letter => letter.unwrap(),
        ended = child.wait() => panic!("nothing was published: {ended:?}"),
    };
    world.kill(child).await;
    world
        .patch_formats(SALT, &json!({"allowOnixExports": false}))
        .await;
    (world, relay, letter)
}

/// Whether some site shows the title.
async fn shows(world: &World) -> bool {
    let shown = world.shown().await;
    world
        .sites
        .iter()
        .any(|site| shown.books(site.id).contains_key(KEY))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publication_that_arrives_after_the_takedown_is_taken_down_by_the_next_run() {
    let (world, relay, letter) = withdrawn().await;
    let summary = world.sync().await;
    assert_eq!(summary["takedowns"], 1, "{summary}");
    assert!(!shows(&world).await);

    relay.deliver(letter).await;
    assert!(shows(&world).await, "the request has brought it back");
    let summary = world.sync().await;
    assert!(!shows(&world).await, "{summary}");
    assert_eq!(summary["takedowns"], 1, "{summary}");

    let changes = world.changes().await;
    world.sync().await;
    assert_eq!(world.changes().await, changes, "a further sync writes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publication_that_arrives_behind_the_takedown_is_taken_down_before_the_run_ends() {
    let (world, relay, letter) = withdrawn().await;
    world
        .at_source(Method::PATCH, "works/1002", json!({"title": "Low Water"}))
        .await;
    // Takedowns go first: when an entry is written, they are confirmed.
    let (writing, go_on) = relay.hold_to("PUT ", 1);
    {
        let mut run = std::pin::pin!(world.sync());
        tokio::select! {
            held = writing => {
                held.unwrap();
                assert!(!shows(&world).await, "takedowns go before all other work");
                relay.deliver(letter).await;
                assert!(shows(&world).await, "the request has brought it back");
                go_on.send(()).unwrap();
            }
            summary = &mut run => panic!("nothing was written: {summary}"),
        }
        run.await;
    }
    assert!(!shows(&world).await);
}

/// A publisher whose run was killed while the takedown of [`SALT`] was on its way, and who has
/// allowed the title again since.
async fn allowed_again() -> (World, Relay, Letter) {
    let world = World::with(6).await;
    world.sync().await;
    let relay = Relay::before_the_stack_of(&world).await;
    world
        .patch_formats(SALT, &json!({"allowOnixExports": false}))
        .await;
    let (letter, _never) = relay.hold_to("/unpublish", 1);
    let mut child = world.begin_sync();
    let letter = tokio::select! {
        letter = letter => letter.unwrap(),
        ended = child.wait() => panic!("nothing was taken down: {ended:?}"),
    };
    world.kill(child).await;
    world
        .patch_formats(SALT, &json!({"allowOnixExports": true}))
        .await;
    (world, relay, letter)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_takedown_that_arrives_after_its_title_was_allowed_again_is_undone_by_the_next_run() {
    let (world, relay, letter) = allowed_again().await;
    world.sync().await;
    let before = world.shown().await;
    relay.deliver(letter).await;
    assert!(
        world.shown().await != before,
        "the request has taken it down"
    );
    world.sync().await;
    assert!(world.shown().await == before, "it stands where it stood");

    let changes = world.changes().await;
    world.sync().await;
    assert_eq!(world.changes().await, changes, "a further sync writes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_takedown_that_arrives_behind_the_first_look_is_undone_before_the_run_ends() {
    let (world, relay, letter) = allowed_again().await;
    world.sync().await;
    let before = world.shown().await;
    world
        .at_source(Method::PATCH, "works/1002", json!({"title": "Low Water"}))
        .await;
    // The first look is over when an entry is written.
    let (writing, go_on) = relay.hold_to("PUT ", 1);
    {
        let mut run = std::pin::pin!(world.sync());
        tokio::select! {
            held = writing => {
                held.unwrap();
                relay.deliver(letter).await;
                assert!(world.shown().await != before, "the request has taken it down");
                go_on.send(()).unwrap();
            }
            summary = &mut run => panic!("nothing was written: {summary}"),
        }
        run.await;
    }
    let after = world.shown().await;
    let now_shown: Vec<bool> = world
        .sites
        .iter()
        .map(|site| after.books(site.id).contains_key(KEY))
        .collect();
    let was_shown: Vec<bool> = world
        .sites
        .iter()
        .map(|site| before.books(site.id).contains_key(KEY))
        .collect();
    assert_eq!(now_shown, was_shown);
}
