//! `url`: what it refuses, what it writes down, and what explains it.

use crate::world::World;

const REASON: [&str; 2] = ["--reason", "a better name"];

async fn url(world: &World, title: &str, path: &str, more: &[&str]) -> crate::world::Ran {
    let mut arguments = vec!["url", title, path, REASON[0], REASON[1]];
    arguments.extend(more);
    world.run(&arguments).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_address_is_refused_written_down_synced_and_explained() {
    let world = World::with(6).await;
    world.sync().await;
    let listed = world.run(&["url", "--list"]).await;
    assert!(
        listed.stdout.contains("[]") || listed.stdout.contains("No address"),
        "{}",
        listed.stdout
    );

    for (title, path, code) in [
        ("work:1001", "/books/Not A Slug", "FL-0124"),
        ("work:1001", "/authors/salt", "FL-0124"),
        ("work:4040404", "/books/salt", "FL-0113"),
    ] {
        let ran = url(&world, title, path, &[]).await;
        assert_eq!(ran.code, 2, "{title} {path}");
        assert!(ran.stderr.contains(code), "{title} {path}: {}", ran.stderr);
    }
    let changes = world.changes().await;
    let looked = url(&world, "work:1001", "/books/a-better-name", &["--dry-run"]).await;
    assert_eq!(looked.code, 0, "{}", looked.stderr);
    let explained = world.run(&["explain", "work:1001"]).await;
    assert!(
        !explained.stdout.contains("/books/a-better-name"),
        "nothing was written down"
    );

    let ran = url(&world, "work:1001", "/books/a-better-name", &[]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(
        world.changes().await,
        changes,
        "the next sync changes the stack"
    );
    let planned = world.run(&["plan"]).await;
    assert!(planned.stdout.contains("redirect"), "{}", planned.stdout);
    world.sync().await;
    let explained = world.run(&["explain", "work:1001"]).await;
    for told in [
        "/books/a-better-name",
        "a better name",
        "changed from /books/",
    ] {
        assert!(
            explained.stdout.contains(told),
            "{told}: {}",
            explained.stdout
        );
    }
    let same = url(&world, "work:1001", "/books/a-better-name", &[]).await;
    assert!(
        same.stderr.contains("FL-0124") && same.stderr.contains("already"),
        "{}",
        same.stderr
    );
    let taken = url(&world, "work:1002", "/books/a-better-name", &[]).await;
    assert!(
        taken.stderr.contains("FL-0124") && taken.stderr.contains("work:1001"),
        "{}",
        taken.stderr
    );
}
