//! The GraphQL engine over the schema: one resolver for all fields that only read a document, and
//! one each for the roots.

use std::sync::Arc;

use async_graphql::Value;
use async_graphql::dynamic::{
    Enum, Field, FieldFuture, InputObject, InputValue, Interface, InterfaceField, Object, Scalar,
    Schema, Type,
};

use super::account::Account;
use super::field::Plan;
use super::nulls::NullPropagation;
use super::schema::{Argument, Definition, Definitions, Output, SchemaError};
use super::{field, mutation, root};

/// A query nested deeper than this is refused; the deepest useful one is far below.
const DEPTH_LIMIT: usize = 24;

/// Builds the engine that answers over `account`.
pub(crate) fn build(
    account: &Arc<Account>,
    strict: bool,
    without: &[String],
) -> Result<Schema, SchemaError> {
    let definitions = Definitions::read(strict, without)?;
    let mut builder = Schema::build("Query", Some("Mutation"), None)
        .limit_depth(DEPTH_LIMIT)
        .extension(NullPropagation);
    for (name, definition) in &definitions.types {
        builder = builder.register(register(&definitions, account, name, definition));
    }
    Ok(builder.finish()?)
}

fn register(
    definitions: &Definitions,
    account: &Arc<Account>,
    name: &str,
    definition: &Definition,
) -> Type {
    match definition {
        Definition::Scalar { opaque } => scalar(name, *opaque).into(),
        Definition::Enumeration { literals } => Enum::new(name)
            .items(literals.iter().map(|literal| literal.name.clone()))
            .into(),
        Definition::Input { fields } => fields
            .iter()
            .fold(InputObject::new(name), |input, field| {
                input.field(value(field))
            })
            .into(),
        Definition::Interface { fields } => fields
            .iter()
            .fold(Interface::new(name), |interface, field| {
                interface.field(promise(field))
            })
            .into(),
        Definition::Object { interface, fields } => {
            let object = fields.iter().fold(Object::new(name), |object, field| {
                object.field(answer(
                    definitions,
                    account,
                    name,
                    interface.as_deref(),
                    field,
                ))
            });
            match interface {
                Some(interface) => object.implement(interface.as_str()).into(),
                None => object.into(),
            }
        }
    }
}

fn value(argument: &Argument) -> InputValue {
    InputValue::new(argument.name.clone(), argument.ty.clone())
}

fn promise(output: &Output) -> InterfaceField {
    let field = InterfaceField::new(output.name.clone(), output.ty.clone());
    let field = output
        .arguments
        .iter()
        .fold(field, |field, given| field.argument(value(given)));
    match &output.deprecation {
        Some(reason) => field.deprecation(Some(reason)),
        None => field,
    }
}

fn answer(
    definitions: &Definitions,
    account: &Arc<Account>,
    owner: &str,
    interface: Option<&str>,
    output: &Output,
) -> Field {
    let account = Arc::clone(account);
    let plan = Arc::new(Plan::new(definitions, owner, interface, output));
    let (name, ty) = (output.name.clone(), output.ty.clone());
    let field = match owner {
        "Query" => Field::new(name, ty, move |context| {
            let (account, plan) = (Arc::clone(&account), Arc::clone(&plan));
            FieldFuture::new(async move { root::resolve(&account, &plan, &context).await })
        }),
        "Mutation" => Field::new(name, ty, move |context| {
            let (account, plan) = (Arc::clone(&account), Arc::clone(&plan));
            FieldFuture::new(async move { mutation::resolve(&account, &plan, &context).await })
        }),
        _ => Field::new(name, ty, move |context| {
            let (account, plan) = (Arc::clone(&account), Arc::clone(&plan));
            FieldFuture::new(async move { field::resolve(&account, &plan, &context) })
        }),
    };
    let field = output
        .arguments
        .iter()
        .fold(field, |field, given| field.argument(value(given)));
    match &output.deprecation {
        Some(reason) => field.deprecation(Some(reason)),
        None => field,
    }
}

fn scalar(name: &str, opaque: bool) -> Scalar {
    let scalar = Scalar::new(name);
    match name {
        _ if opaque => scalar.validator(|value| !matches!(value, Value::Enum(_))),
        "ISO8601Date" => scalar.validator(|value| match value {
            Value::Null => true,
            Value::String(text) => text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok(),
            _ => false,
        }),
        "URL" | "URI" | "ISO8601DateTime" => {
            scalar.validator(|value| matches!(value, Value::Null | Value::String(_)))
        }
        _ => scalar,
    }
}
