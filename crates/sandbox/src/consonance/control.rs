//! What a test may do to the account from outside, under `/_sandbox/`.
//!
//! Records are changed by JSON merge patches in the names that the schema answers, so a test writes
//! what it means to read. A name that the schema does not know is kept all the same, and listed in
//! the answer under `_unknown`, so that a slip of the pen does not look like a change.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::account::{Account, FieldError, WorkFault};
use super::schema::Definitions;
use crate::world::{Document, World, WorldError};

/// What the control's handlers share.
#[derive(Clone)]
pub(crate) struct Control {
    pub(crate) account: Arc<Account>,
    pub(crate) names: Arc<Definitions>,
}

type Body = Result<Json<Value>, JsonRejection>;

/// The routes of the control that concern records and ordered failures.
pub(crate) fn router(control: Control) -> Router {
    Router::new()
        .route("/_sandbox/works", get(list_works).post(add_work))
        .route(
            "/_sandbox/works/{id}",
            get(show_work).patch(patch_work).delete(remove_work),
        )
        .route("/_sandbox/works/{id}/products", post(add_product))
        .route(
            "/_sandbox/products/{id}",
            get(show_product)
                .patch(patch_product)
                .delete(remove_product),
        )
        .route("/_sandbox/contacts/{id}", patch(patch_contact))
        .route("/_sandbox/series/{id}", patch(patch_series))
        .route(
            "/_sandbox/field_errors",
            get(list_field_errors)
                .post(add_field_error)
                .delete(clear_field_errors),
        )
        .route(
            "/_sandbox/work_faults",
            get(list_work_faults)
                .post(add_work_fault)
                .delete(clear_work_faults),
        )
        .with_state(control)
}

/// A refusal of the control, as JSON.
struct Refused(StatusCode, String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

impl From<WorldError> for Refused {
    fn from(error: WorldError) -> Self {
        let status = match error {
            WorldError::Unknown { .. } => StatusCode::NOT_FOUND,
            WorldError::Taken { .. } => StatusCode::CONFLICT,
            WorldError::Shape { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self(status, error.to_string())
    }
}

fn body(body: Body) -> Result<Value, Refused> {
    match body {
        Ok(Json(value)) => Ok(value),
        Err(error) => Err(Refused(StatusCode::BAD_REQUEST, error.body_text())),
    }
}

fn order<T: serde::de::DeserializeOwned>(given: Body) -> Result<T, Refused> {
    serde_json::from_value(body(given)?)
        .map_err(|error| Refused(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))
}

impl Control {
    /// Names of a patch that no type of its kind has and that are not the stand-in's own.
    fn unknown(&self, patch: &Value, types: &[&str], own: &[&str]) -> Vec<String> {
        let known = |name: &str| {
            name.starts_with('_')
                || own.contains(&name)
                || types.iter().any(|kind| {
                    self.names
                        .fields(kind)
                        .iter()
                        .any(|field| field.name == name)
                })
        };
        let names = patch.as_object().map(Document::keys).into_iter().flatten();
        names.filter(|name| !known(name)).cloned().collect()
    }

    fn answer(&self, mut document: Document, unknown: Vec<String>) -> Json<Value> {
        if !unknown.is_empty() {
            document.insert("_unknown".into(), unknown.into());
        }
        Json(Value::Object(document))
    }

    fn unknown_of_work(&self, patch: &Value) -> Vec<String> {
        self.unknown(patch, &["Work"], &["contract", "inHouseSubjects"])
    }

    fn unknown_of_product(&self, patch: &Value) -> Vec<String> {
        let own = [
            "isbn13",
            "workId",
            "outOfPrintDate",
            "announcementDate",
            "salesEmbargoDate",
            "preorderFrom",
            "availability",
            "marketStatus",
            "marketDate",
            "productFormDetails",
            "rightsClaims",
            "row",
            "relatedProducts",
            "epubProtection",
            "priceTerritories",
        ];
        let types = [
            "PhysicalBookProduct",
            "PhysicalAudioProduct",
            "ElectronicBookProduct",
            "PhysicalProduct",
        ];
        self.unknown(patch, &types, &own)
    }
}

async fn list_works(State(control): State<Control>) -> Json<Value> {
    let view = control.account.view().await;
    let works: Vec<Value> = view
        .works
        .iter()
        .map(|(id, work)| {
            json!({ "id": id, "title": work.get("title"), "products": work.get("products") })
        })
        .collect();
    Json(json!({ "works": works }))
}

async fn show_work(
    State(control): State<Control>,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Refused> {
    let document = control.account.view().await.whole_work(id)?;
    Ok(control.answer(document, Vec::new()))
}

async fn show_product(
    State(control): State<Control>,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Refused> {
    let document = control.account.view().await.whole_product(id)?;
    Ok(control.answer(document, Vec::new()))
}

async fn add_work(State(control): State<Control>, given: Body) -> Result<Response, Refused> {
    let work = body(given)?;
    let mut world = control.account.edit().await;
    let id = world.add_work(&work)?;
    let document = world.whole_work(id)?;
    let unknown = control.unknown_of_work(&work);
    Ok((StatusCode::CREATED, control.answer(document, unknown)).into_response())
}

async fn add_product(
    State(control): State<Control>,
    Path(work): Path<i64>,
    given: Body,
) -> Result<Response, Refused> {
    let product = body(given)?;
    let mut world = control.account.edit().await;
    let id = world.add_product(work, &product)?;
    let document = world.whole_product(id)?;
    let unknown = control.unknown_of_product(&product);
    Ok((StatusCode::CREATED, control.answer(document, unknown)).into_response())
}

async fn patch_work(
    State(control): State<Control>,
    Path(id): Path<i64>,
    given: Body,
) -> Result<Json<Value>, Refused> {
    let patch = body(given)?;
    let mut world = control.account.edit().await;
    world.patch_work(id, &patch)?;
    let document = world.whole_work(id)?;
    Ok(control.answer(document, control.unknown_of_work(&patch)))
}

async fn patch_product(
    State(control): State<Control>,
    Path(id): Path<i64>,
    given: Body,
) -> Result<Json<Value>, Refused> {
    let patch = body(given)?;
    let mut world = control.account.edit().await;
    world.patch_product(id, &patch)?;
    let document = world.whole_product(id)?;
    Ok(control.answer(document, control.unknown_of_product(&patch)))
}

async fn patch_contact(
    State(control): State<Control>,
    Path(id): Path<i64>,
    given: Body,
) -> Result<Json<Value>, Refused> {
    let patch = body(given)?;
    let mut world = control.account.edit().await;
    world.patch_contact(id, &patch)?;
    let unknown = control.unknown(&patch, &["Person", "Organisation"], &[]);
    let document = world.contacts.get(&id).cloned().unwrap_or_default();
    Ok(control.answer(document, unknown))
}

async fn patch_series(
    State(control): State<Control>,
    Path(id): Path<i64>,
    given: Body,
) -> Result<Json<Value>, Refused> {
    let patch = body(given)?;
    let mut world = control.account.edit().await;
    world.patch_series(id, &patch)?;
    let unknown = control.unknown(&patch, &["Series"], &[]);
    let document = world.series.get(&id).cloned().unwrap_or_default();
    Ok(control.answer(document, unknown))
}

async fn remove_work(
    State(control): State<Control>,
    Path(id): Path<i64>,
) -> Result<StatusCode, Refused> {
    remove(&control, |world| world.remove_work(id)).await
}

async fn remove_product(
    State(control): State<Control>,
    Path(id): Path<i64>,
) -> Result<StatusCode, Refused> {
    remove(&control, |world| world.remove_product(id)).await
}

async fn remove(
    control: &Control,
    change: impl FnOnce(&mut World) -> Result<(), WorldError>,
) -> Result<StatusCode, Refused> {
    change(&mut *control.account.edit().await)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn list_field_errors(State(control): State<Control>) -> Json<Value> {
    Json(json!({ "field_errors": control.account.orders().field_errors }))
}

async fn add_field_error(
    State(control): State<Control>,
    given: Body,
) -> Result<StatusCode, Refused> {
    let order: FieldError = order(given)?;
    if !control
        .names
        .fields(&order.owner)
        .iter()
        .any(|field| field.name == order.field)
    {
        let message = format!("the schema has no field {}.{}", order.owner, order.field);
        return Err(Refused(StatusCode::UNPROCESSABLE_ENTITY, message));
    }
    control.account.orders().field_errors.push(order);
    Ok(StatusCode::CREATED)
}

async fn clear_field_errors(State(control): State<Control>) -> StatusCode {
    control.account.orders().field_errors.clear();
    StatusCode::NO_CONTENT
}

async fn list_work_faults(State(control): State<Control>) -> Json<Value> {
    let faults: Vec<WorkFault> = control
        .account
        .orders()
        .work_faults
        .values()
        .cloned()
        .collect();
    Json(json!({ "work_faults": faults }))
}

async fn add_work_fault(
    State(control): State<Control>,
    given: Body,
) -> Result<StatusCode, Refused> {
    let order: WorkFault = order(given)?;
    control.account.orders().work_faults.insert(order.id, order);
    Ok(StatusCode::CREATED)
}

async fn clear_work_faults(State(control): State<Control>) -> StatusCode {
    control.account.orders().work_faults.clear();
    StatusCode::NO_CONTENT
}
