//! The Consonance stand-in over a socket, as a client meets it.

mod control;
mod feeds;
mod graphql;
mod mutation;
mod names;
mod pictures;
mod rest;
mod strict;

use std::sync::Arc;

use jiff::civil::date;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use sandbox::consonance::{Options, Service, classifier};
use sandbox::listen::{self, Serving};
use sandbox::traffic::Traffic;
use sandbox::world::World;
use serde_json::{Value, json};

/// A running stand-in with a small account in it.
struct Account {
    origin: String,
    token: String,
    client: Client,
    _serving: Serving,
}

impl Account {
    async fn start() -> Self {
        Self::with(Options::default()).await
    }

    async fn with(options: Options) -> Self {
        // Another test may have installed it already, which is as good.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let listening = listen::bind("127.0.0.1:0").await.unwrap();
        let origin = listening.origin();
        let service = Service::new(options, world());
        let traffic = Arc::new(Traffic::new(1, classifier()));
        let router = service
            .router(&origin)
            .unwrap()
            .merge(traffic.control_router());
        Self {
            token: service.token().to_owned(),
            client: Client::new(),
            _serving: listening.serve(router, traffic),
            origin,
        }
    }

    fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.origin))
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        let reply = self.call(method, path).json(&body).send().await.unwrap();
        let status = reply.status();
        (status, reply.json().await.unwrap_or_default())
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        let reply = self.call(Method::GET, path).send().await.unwrap();
        (reply.status(), reply.json().await.unwrap_or_default())
    }

    async fn patch(&self, path: &str, patch: Value) -> Value {
        let (status, document) = self.send(Method::PATCH, path, patch).await;
        assert_eq!(status, 200, "{document}");
        document
    }

    /// Asks and expects no error.
    async fn data(&self, query: &str) -> Value {
        let answer = self.ask(query, json!({})).await;
        assert_eq!(answer.get("errors"), None, "{query}");
        answer["data"].clone()
    }

    async fn ask(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables });
        let reply = self
            .call(Method::POST, "/graphql")
            .bearer_auth(&self.token)
            .json(&body)
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), 200);
        reply.json().await.unwrap()
    }
}

/// Three works: one rich, one plain, one without products.
fn world() -> World {
    let mut world = World::new(date(2026, 11, 24));
    let rich = json!({
        "title": "The Lamp", "subtitle": "A Novel", "projectStage": "Published",
        "season": "Autumn 2026", "imprint": { "id": 3, "name": "Tern Books" },
        "contract": { "id": 71, "contractName": "Lamp", "signedDate": "2025-03-01" },
        "keywords": ["lamps", "stairs"],
        "contributions": [
            { "contributor": { "personName": "Ada Quill", "keyNames": "Quill" } },
            { "onixContributorRoleCode": "B06", "sequenceNumber": 2, "productIds": [20_001],
              "contributor": { "personName": "Ben Reed" } },
            { "onixContributorRoleCode": "A01", "sequenceNumber": 3,
              "contributor": { "organisationName": "The Lamp Society" } },
        ],
        "seriesMemberships": [{ "partNumber": "1", "series": { "name": "Lamps" } }],
        "subjectCodes": [
            { "__typename": "Thema", "scheme": "THEMA", "code": "FBA", "main": true,
              "description": "Modern & contemporary fiction" },
            { "__typename": "BIC", "scheme": "BIC", "code": "FA", "main": false },
        ],
        "marketingTexts": [
            { "id": 1, "variant": "SHORT_DESCRIPTION",
              "externalText": "<p>A lamp &amp; a stair.</p>", "onixContentAudienceCodes": ["_00"],
              "approvalStatusName": "Approved", "fromDate": "2026-01-01" },
            { "id": 2, "variant": "REVIEW_QUOTE", "externalText": "“Bright.”",
              "productIds": [20_002] },
        ],
        "supportingResources": [
            { "id": 11, "resourceVariant": "FRONT_COVER", "status": "APPROVED",
              "caption": "Cover", "productIds": [20_001] },
            { "id": 12, "resourceVariant": "AUTHOR_PHOTO", "isProcessing": true },
        ],
        "products": [
            { "isbn13": "9781800000018", "allowOnixExports": true,
              "onix21ProductFormCode": "BC", "onixPublishingStatusCode": "_04",
              "publicationDate": "2026-10-01", "titlePrefix": "The",
              "titleWithoutPrefix": "Lamp", "productHeight": 198, "productWidth": 129,
              "productThickness": 14, "isForSaleWorldwide": false,
              "forSaleCountryCodes": ["GB", "AU"], "notForSaleCountryCodes": ["US"],
              "inHouseFormat": { "id": 1, "name": "B format" },
              "prices": [
                  { "id": 1, "amount": 9.99, "currencyCode": "GBP",
                    "onixPriceTypeCode": "_02", "onixPriceTypeQualifierCode": "_05" },
                  { "id": 2, "amount": 24.99, "currencyCode": "AUD",
                    "onixPriceTypeCode": "_02", "onixPriceTypeQualifierCode": "_05" },
              ] },
            { "__typename": "ElectronicBookProduct", "onix21ProductFormCode": "DG",
              "onixPublishingStatusCode": "_02", "allowOnixExports": false },
        ],
    });
    let plain = json!({
        "title": "a lamp for the road",
        "products": [{ "isbn13": "9781800000025", "allowOnixExports": true }],
    });
    for work in [rich, plain, json!({ "title": "Nothing Yet" })] {
        world.add_work(&work).unwrap();
    }
    world
}
