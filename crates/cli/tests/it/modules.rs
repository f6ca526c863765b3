//! `modules` on the command line: what an editor's entry shows on a site, as JSON and as a table.

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{NOON, World};

/// A call as an editor's tool would make it.
async fn manage(world: &World, path: &str, body: Value) -> Value {
    let access = world.running.contentstack();
    let call = world
        .http
        .request(Method::POST, format!("{}/v3/{path}", access.cma_url))
        .header("api_key", &access.api_key)
        .header("authorization", &access.management_token)
        .json(&body);
    let reply = call.send().await.unwrap();
    let status = reply.status();
    let answer: Value = reply.json().await.unwrap();
    assert!(status.is_success(), "{path}: {status} {answer}");
    answer
}

/// The uid of a book's entry.
async fn stored(world: &World, source_key: &str) -> Value {
    let access = world.running.contentstack();
    let address = format!("{}/v3/content_types/book/entries?limit=100", access.cma_url);
    let call = world.http.get(address);
    let call = call
        .header("api_key", &access.api_key)
        .header("authorization", &access.management_token);
    let answer: Value = call.send().await.unwrap().json().await.unwrap();
    let books = answer["entries"].as_array().unwrap();
    let book = books.iter().find(|book| book["source_key"] == source_key);
    book.unwrap()["uid"].clone()
}

#[tokio::test]
async fn an_editors_entry_is_listed_with_what_it_shows_and_what_it_lacks() {
    let world = World::with(4).await;
    world.sync().await;
    let none = world.run(&["modules", "--at", NOON]).await;
    assert_eq!(
        (none.code, &none.json()["modules"]),
        (0, &json!([])),
        "{none:?}"
    );

    let shown = world.shown().await;
    let books = shown.books("uk");
    let book = books.keys().next().unwrap();
    let reference = |uid: &Value| json!({"uid": uid, "_content_type_uid": "book"});
    let schema = json!([
        {"data_type": "text", "display_name": "Title", "uid": "title", "mandatory": true, "unique": true},
        {"data_type": "reference", "display_name": "Books", "uid": "books", "reference_to": ["book"],
         "field_metadata": {"ref_multiple": true, "ref_multiple_content_types": true}},
    ]);
    let banner = json!({"title": "Banner", "uid": "banner", "schema": schema, "options": {}});
    manage(&world, "content_types", json!({"content_type": banner})).await;
    let fields =
        json!({"title": "Summer from £4.99", "books": [reference(&stored(&world, book).await)]});
    let made = manage(
        &world,
        "content_types/banner/entries",
        json!({"entry": fields}),
    )
    .await;
    let uid = made["entry"]["uid"].as_str().unwrap();
    let places = json!({"environments": ["production-uk"], "locales": ["en-gb"]});
    let path = format!("content_types/banner/entries/{uid}/publish");
    manage(&world, &path, json!({"entry": places, "locale": "en-gb"})).await;

    let ran = world.run(&["modules", "--at", NOON]).await;
    assert_eq!(ran.code, 3, "{ran:?}");
    let modules = ran.json();
    let one = &modules["modules"][0];
    assert_eq!(one["site"], "uk");
    assert_eq!(
        (&one["content_type"], &one["uid"]),
        (&json!("banner"), &json!(uid))
    );
    assert_eq!(one["locale"], "en-gb");
    assert_eq!(
        (&one["shows"], &one["titles"][0]["visible"]),
        (&json!(1), &json!(true))
    );
    assert_eq!(one["findings"][0]["code"], "module-repeats-value");
    assert_eq!(modules["modules"].as_array().unwrap().len(), 1);

    let explained = world.run(&["explain", book, "--at", NOON]).await.json();
    let modules = |site: &str| {
        let sites = explained["sites"].as_array().unwrap();
        let on_site = sites.iter().find(|one| one["site"] == site).unwrap();
        on_site["modules"].as_array().unwrap().len()
    };
    assert_eq!(
        (modules("uk"), modules("us")),
        (0, 0),
        "a forecast keeps nothing"
    );
    world.sync().await;
    let explained = world.run(&["explain", book, "--at", NOON]).await.json();
    let sites = explained["sites"].as_array().unwrap();
    for one in sites {
        let told: Vec<&Value> = one["modules"].as_array().unwrap().iter().collect();
        match one["site"].as_str() {
            Some("uk") => assert_eq!(
                (&told[0]["uid"], &told[0]["title"]),
                (&json!(uid), &json!("Summer from £4.99"))
            ),
            _ => assert_eq!(told, Vec::<&Value>::new(), "{one}"),
        }
    }
    let words = world.tell(&["explain", book, "--at", NOON]).await;
    let line = format!("used by banner {uid} (Summer from £4.99)");
    assert!(words.stdout.contains(&line), "{words:?}");
    let launch = world.run(&["launch", book, "--at", NOON]).await.json();
    for candidate in launch.as_array().unwrap() {
        let items = candidate["items"].as_array().unwrap();
        let campaign = items
            .iter()
            .find(|item| item["rule"] == "campaign")
            .unwrap();
        let passes = campaign["outcome"] == "pass";
        assert_eq!(passes, candidate["site"] == "uk", "{campaign:#}");
    }

    let elsewhere = world.run(&["modules", "--at", NOON, "--site", "us"]).await;
    assert_eq!(
        (elsewhere.code, &elsewhere.json()["modules"]),
        (0, &json!([]))
    );
    let table = world.tell(&["modules", "--at", NOON]).await;
    assert!(
        table.stdout.contains("1 of 1") && table.stdout.contains("1 live, 0 to come, 1 finding"),
        "{table:?}"
    );
}
