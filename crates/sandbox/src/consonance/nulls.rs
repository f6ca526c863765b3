//! What becomes of a field that fails.
//!
//! GraphQL says: a nullable field that fails is null, and one that may not be null makes its parent
//! null, and so on up to the whole answer. The engine's dynamic resolvers leave the field out
//! instead, which no client of the real service would ever see, so this extension applies the rule.
//! It also words the errors as graphql-ruby does, since the real service evidently is one.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_graphql::async_trait::async_trait;
use async_graphql::extensions::{
    Extension, ExtensionContext, ExtensionFactory, NextExecute, NextResolve, ResolveInfo,
};
use async_graphql::{
    PathSegment, QueryPathNode, QueryPathSegment, Response, ServerError, ServerResult, Value,
};

/// How the engine words a field that has no value and must have one.
const MISSING: &str = "internal: non-null types require a return value";

/// Makes one [`Watch`] per request.
#[derive(Debug)]
pub(crate) struct NullPropagation;

impl ExtensionFactory for NullPropagation {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Watch::default())
    }
}

#[derive(Default)]
struct Watch {
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    errors: Vec<ServerError>,
    /// Places that must become null because something in them may not be.
    null: BTreeSet<String>,
}

impl Watch {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Extension for Watch {
    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        if info.is_for_introspection {
            return next.run(ctx, info).await;
        }
        let (node, owner, name) = (info.path_node, info.parent_type, info.name);
        let required = info.return_type.ends_with('!');
        let position = info.field.response_key().pos;
        let answer = next.run(ctx, info).await;
        let mut seen = self.seen();
        let missing = || {
            let message = format!("Cannot return null for non-nullable field {owner}.{name}");
            Some(ServerError::new(message, Some(position)))
        };
        let error = match &answer {
            Err(error) if error.message == MISSING => missing(),
            Err(error) => Some(error.clone()),
            Ok(None | Some(Value::Null)) if required => missing(),
            Ok(_) if seen.null.is_empty() || !seen.null.contains(&place(Some(node))) => {
                return answer;
            }
            Ok(_) => None,
        };
        if let Some(mut error) = error {
            error.path = segments(node);
            seen.errors.push(error);
        }
        if required {
            seen.null.insert(place(node.parent));
        }
        Ok(None)
    }

    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        let mut response = next.run(ctx, operation_name).await;
        let mut seen = self.seen();
        if seen.null.contains("") {
            response.data = Value::Null;
        }
        response.errors.append(&mut seen.errors);
        response
    }
}

fn place(node: Option<&QueryPathNode<'_>>) -> String {
    node.map(ToString::to_string).unwrap_or_default()
}

fn segments(node: &QueryPathNode<'_>) -> Vec<PathSegment> {
    let mut path = node.parent.map(segments).unwrap_or_default();
    path.push(match node.segment {
        QueryPathSegment::Index(index) => PathSegment::Index(index),
        QueryPathSegment::Name(name) => PathSegment::Field(name.to_owned()),
    });
    path
}
