//! Launch kits: a draft page for a title that reached a stage, once, whatever happens in between.

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{Side, World};

/// The campaign pages in the stack.
async fn pages(world: &World) -> Vec<Value> {
    let access = world.running.contentstack();
    let address = format!(
        "{}/v3/content_types/campaign_page/entries?include_publish_details=true",
        access.cma_url
    );
    let call = world
        .http
        .get(address)
        .header("api_key", &access.api_key)
        .header("authorization", &access.management_token);
    let answer: Value = call.send().await.unwrap().json().await.unwrap();
    answer["entries"].as_array().unwrap().clone()
}

/// A catalogue of which one title is at a stage that gives it a page.
async fn staged() -> World {
    let world = World::with(3).await;
    let applied = world.run(&["model", "apply", "--with-editorial"]).await;
    assert_eq!(applied.code, 0, "{applied:?}");
    let stage = json!({ "projectStage": "Cover approved" });
    world.at_source(Method::PATCH, "works/1001", stage).await;
    world
}

fn configure(world: &World) {
    world.configure(|text| format!("{text}\n[launch.kit]\nstages = [\"cover approved\"]\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_that_reaches_a_stage_gets_one_draft_which_is_the_editors_from_then_on() {
    let world = staged().await;
    let refused = world.run(&["kit", "plan"]).await;
    assert_eq!(refused.code, 2, "{refused:?}");
    world.sync().await;
    configure(&world);
    let plan = world.run(&["kit", "plan"]).await;
    assert_eq!(plan.code, 0, "{plan:?}");
    assert_eq!(plan.json()["kits"][0]["outcome"], "planned", "{plan:?}");
    assert!(pages(&world).await.is_empty(), "a plan writes nothing");
    world.sync().await;
    let made = pages(&world).await;
    assert_eq!(made.len(), 1, "{made:#?}");
    let page = &made[0];
    assert!(
        page["title"]
            .as_str()
            .unwrap()
            .contains("consonance:work:1001"),
        "{page:#}"
    );
    assert!(
        page["publish_details"].as_array().is_none_or(Vec::is_empty),
        "{page:#}"
    );
    let hero = &page["sections"][0]["hero"]["book"][0];
    assert_eq!(hero["_content_type_uid"], "book", "{page:#}");
    let people = page["sections"][2]["contributors"]["contributors"]
        .as_array()
        .unwrap();
    assert!(!people.is_empty(), "{page:#}");
    // An editor deletes it: it is theirs, and does not come back.
    let access = world.running.contentstack();
    let uid = page["uid"].as_str().unwrap();
    let call = world
        .http
        .delete(format!(
            "{}/v3/content_types/campaign_page/entries/{uid}",
            access.cma_url
        ))
        .header("api_key", &access.api_key)
        .header("authorization", &access.management_token);
    assert!(call.send().await.unwrap().status().is_success());
    world.sync().await;
    let again = world.run(&["kit", "make"]).await;
    assert_eq!(
        (again.code, &again.json()["kits"]),
        (0, &json!([])),
        "{again:?}"
    );
    assert!(pages(&world).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_is_lost_makes_no_second_page() {
    let world = staged().await;
    world.sync().await;
    configure(&world);
    for kind in ["reset_after", "reset_before"] {
        let order = json!({
            "method": "POST", "path": "*/campaign_page/entries", "nth": 1, "kind": kind,
        });
        world.fault(Side::Contentstack, order).await;
        let ran = world.run(&["kit", "make"]).await;
        assert!([0, 3].contains(&ran.code), "{ran:?}");
        world.mend().await;
    }
    let ran = world.run(&["kit", "make"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let made = pages(&world).await;
    assert_eq!(made.len(), 1, "{made:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_of_ones_own_is_used_and_a_wrong_one_refused() {
    let world = staged().await;
    world.sync().await;
    for (template, why) in [
        ("[1]", "object"),
        ("{", "JSON"),
        ("{\"url\": \"x\"}", "title"),
    ] {
        world.put("kit.json", template.as_bytes());
        let text = std::fs::read_to_string(world.path("frontlist.toml")).unwrap();
        let own = format!(
            "{text}\n[launch.kit]\nstages = [\"Cover approved\"]\ntemplate = \"kit.json\"\n"
        );
        let path = world.put("own.toml", own.as_bytes());
        let refused = world.run_with(&path, &["kit", "plan"]).await;
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(refused.stderr.contains(why), "{why}: {}", refused.stderr);
    }
    let template = "{\"title\": \"{title}: campaign\", \"url\": \"/c/{isbn13}\", \"sections\": [{\"hero\": {\"book\": \"{book}\"}}]}";
    world.put("kit.json", template.as_bytes());
    world.configure(|text| {
        format!("{text}\n[launch.kit]\nstages = [\"Cover approved\"]\ntemplate = \"kit.json\"\n")
    });
    let ran = world.run(&["kit", "make"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let made = pages(&world).await;
    assert!(
        made[0]["title"].as_str().unwrap().ends_with(": campaign"),
        "{made:#?}"
    );
    assert!(
        made[0]["url"].as_str().unwrap().starts_with("/c/97"),
        "{made:#?}"
    );
}
