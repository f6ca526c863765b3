//! `writeback`: links of live titles in the Consonance stand-in, looked at where they are stored.

use serde_json::Value;

use crate::world::{Side, World};

fn configured(world: &World) {
    world.configure(|text| {
        let address = "[[site]]\npage_address = \"https://books.example/{site}{url}\"";
        let consonance = "[consonance]\nwrite_back = [\"web_link\", \"readiness\"]";
        text.replace("[[site]]", address)
            .replace("[consonance]", consonance)
    });
}

/// The links of every product of a work that lead to our pages.
async fn links(world: &World, work: i64) -> Vec<Value> {
    let work = world.work(work).await;
    let mut links = Vec::new();
    for product in work["products"].as_array().unwrap() {
        let all = product["webLinks"].as_array().cloned().unwrap_or_default();
        links.extend(all.into_iter().filter(|link| {
            link["link"]
                .as_str()
                .unwrap()
                .starts_with("https://books.example/")
        }));
    }
    links
}

fn acts(ran: &Value) -> Vec<(&str, &str)> {
    let steps = ran["steps"].as_array().unwrap().iter();
    steps
        .map(|step| {
            (
                step["site"].as_str().unwrap(),
                step["act"].as_str().unwrap(),
            )
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_planned_made_once_changed_and_taken_back() {
    let world = World::with(3).await;
    let refused = world.run(&["writeback", "plan"]).await;
    assert_eq!(refused.code, 2, "{refused:?}");
    configured(&world);
    world.sync().await;
    let plan = world.run(&["writeback", "plan", "work:1001"]).await;
    assert_eq!(plan.code, 0, "{plan:?}");
    let plan = plan.json();
    let planned = acts(&plan);
    assert!(
        !planned.is_empty() && planned.iter().all(|(_, act)| *act == "create"),
        "{plan:#}"
    );
    assert!(
        links(&world, 1001).await.is_empty(),
        "a plan writes nothing"
    );

    let applied = world.run(&["writeback", "apply", "work:1001"]).await;
    assert_eq!(applied.code, 0, "{applied:?}");
    let made = links(&world, 1001).await;
    assert_eq!(made.len(), planned.len());
    for link in &made {
        assert_eq!(
            (&link["role"], &link["includeInOnix"]),
            (&"_02".into(), &false.into()),
            "{link:#}"
        );
        assert!(
            link["note"].as_str().unwrap().contains("checklist"),
            "{link:#}"
        );
    }
    let again = world.run(&["writeback", "apply", "work:1001"]).await.json();
    assert!(
        acts(&again).iter().all(|(_, act)| *act == "keep"),
        "{again:#}"
    );
    assert_eq!(links(&world, 1001).await, made);

    world.configure(|text| {
        text.replace(
            "https://books.example/{site}",
            "https://books.example/new/{site}",
        )
    });
    world.run(&["writeback", "apply", "work:1001"]).await;
    let moved = links(&world, 1001).await;
    assert_eq!(moved.len(), made.len());
    assert!(
        moved
            .iter()
            .all(|link| link["link"].as_str().unwrap().contains("/new/")),
        "{moved:#?}"
    );

    let undone = world.run(&["writeback", "undo"]).await;
    assert_eq!(undone.code, 0, "{undone:?}");
    assert!(links(&world, 1001).await.is_empty());
    let nothing = world.run(&["writeback", "undo"]).await.json();
    assert_eq!(nothing["steps"], serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_makes_no_second_link() {
    let world = World::with(3).await;
    configured(&world);
    world.sync().await;
    let order = serde_json::json!({ "path": "/graphql", "nth": 3, "kind": "reset_after" });
    world.fault(Side::Consonance, order).await;
    let lost = world
        .run(&["writeback", "apply", "work:1001", "--site", "uk"])
        .await;
    assert_eq!(lost.code, 3, "{lost:?}");
    let again = world
        .run(&["writeback", "apply", "work:1001", "--site", "uk"])
        .await
        .json();
    assert_eq!(acts(&again), [("uk", "note")]);
    assert_eq!(links(&world, 1001).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mutation_that_vanished_is_named_and_nothing_is_written() {
    let world = World::lacking(3, &["Mutation.updateWebLink"]).await;
    configured(&world);
    world.sync().await;
    let ran = world.run(&["writeback", "apply"]).await;
    assert_eq!(ran.code, 3, "{ran:?}");
    assert_eq!(
        ran.json()["missing"],
        serde_json::json!(["Mutation.updateWebLink"])
    );
    assert!(links(&world, 1001).await.is_empty());
    let told = world.tell(&["writeback", "plan"]).await;
    assert!(told.stdout.contains("write-back-missing"), "{told:?}");
}
