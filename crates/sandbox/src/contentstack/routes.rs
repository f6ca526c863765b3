//! The table of routes: what a path is called, what a call to it costs, and which function answers
//! it.
//!
//! One table serves three ends, so they cannot disagree: the counters name their routes from it,
//! the rate limit takes the class from it, and the dispatch finds its handler in it. Both sides of
//! the service live on one origin here and share paths (`/v3/content_types/{ct}/entries` is
//! management and delivery); a request with an `access_token` header is a delivery request.

use axum::http::Method;
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;

use super::answer::Answer;
use super::ask::Ask;
use super::errors::Refusal;
use super::stack::Stack;
use super::{
    assets, bulk, content_types, delivery, entries, environments, folders, global_fields,
    governance, locales, localization, publishing, queue, references, taxonomies,
};
use crate::traffic::{Call, Class};

/// Answers one request; changes the stack or refuses.
pub(crate) type Handler = fn(&mut Stack, &Ask) -> Result<Answer, Refusal>;

/// One row of the table.
pub(crate) struct Route {
    pub(crate) method: Method,
    /// Segments; `{name}` takes any one segment.
    pub(crate) path: &'static str,
    pub(crate) class: Class,
    pub(crate) handler: Handler,
}

const fn row(method: Method, path: &'static str, class: Class, handler: Handler) -> Route {
    Route {
        method,
        path,
        class,
        handler,
    }
}

/// A management call that changes nothing.
pub(crate) const fn get(path: &'static str, handler: Handler) -> Route {
    row(Method::GET, path, Class::Read, handler)
}

/// A management call that makes or does something.
pub(crate) const fn post(path: &'static str, handler: Handler) -> Route {
    row(Method::POST, path, Class::Write, handler)
}

/// A management call that changes something.
pub(crate) const fn put(path: &'static str, handler: Handler) -> Route {
    row(Method::PUT, path, Class::Write, handler)
}

/// A management call that removes something.
pub(crate) const fn delete(path: &'static str, handler: Handler) -> Route {
    row(Method::DELETE, path, Class::Write, handler)
}

/// A bulk call.
pub(crate) const fn bulk_post(path: &'static str, handler: Handler) -> Route {
    row(Method::POST, path, Class::Bulk, handler)
}

/// A delivery call.
pub(crate) const fn deliver(path: &'static str, handler: Handler) -> Route {
    row(Method::GET, path, Class::Delivery, handler)
}

/// The bytes of a file; open to everybody, as at the service unless a stack keeps its assets
/// secure.
static FILE: Route = row(
    Method::GET,
    "/v3/assets/{api_key}/{asset}/{version}/{filename}",
    Class::Asset,
    assets::download,
);

/// The management side, one table per resource. Within all of them the first row that fits answers,
/// so a literal segment stands before a `{name}` in the same place.
const MANAGEMENT: &[&[Route]] = &[
    content_types::ROUTES,
    global_fields::ROUTES,
    publishing::ROUTES,
    references::ROUTES,
    governance::ROUTES,
    queue::ROUTES,
    localization::ROUTES,
    entries::ROUTES,
    folders::ROUTES,
    assets::ROUTES,
    taxonomies::ROUTES,
    environments::ROUTES,
    locales::ROUTES,
    bulk::ROUTES,
];

/// Who a request must be let in by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Management,
    Delivery,
    /// Nobody: the bytes of files.
    Open,
}

/// A row that fits a request.
pub(crate) struct Match {
    pub(crate) side: Side,
    pub(crate) route: &'static Route,
    pub(crate) parameters: Vec<(&'static str, String)>,
}

impl Route {
    /// The values of the path's names, when the path fits. A slash at the end is taken for nothing,
    /// as the vendor's own delivery client sends one.
    fn fit(&self, path: &str) -> Option<Vec<(&'static str, String)>> {
        let mut parameters = Vec::new();
        let mut given = path.trim_end_matches('/').split('/');
        for segment in self.path.split('/') {
            let value = given.next()?;
            match segment
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'))
            {
                Some(name) if !value.is_empty() => {
                    let decoded = percent_decode_str(value).decode_utf8_lossy().into_owned();
                    parameters.push((name, decoded));
                }
                None if segment == value => {}
                _ => return None,
            }
        }
        given.next().is_none().then_some(parameters)
    }
}

/// Finds the row for a request.
pub(crate) fn find(head: &Parts) -> Option<Match> {
    let path = head.uri.path();
    let fits = |side: Side, route: &'static Route| {
        (route.method == head.method)
            .then(|| route.fit(path))
            .flatten()
            .map(|parameters| Match {
                side,
                route,
                parameters,
            })
    };
    if let Some(found) = fits(Side::Open, &FILE) {
        return Some(found);
    }
    if head.headers.contains_key("access_token") {
        return delivery::ROUTES
            .iter()
            .find_map(|route| fits(Side::Delivery, route));
    }
    MANAGEMENT
        .iter()
        .flat_map(|table| table.iter())
        .find_map(|route| fits(Side::Management, route))
}

/// What a request costs and what it is called. A path that is in no table costs what its method
/// would.
pub(crate) fn classify(head: &Parts) -> Call {
    if let Some(found) = find(head) {
        let route = format!("{} {}", found.route.method, found.route.path);
        return Call {
            class: found.route.class,
            route,
        };
    }
    let class = if head.headers.contains_key("access_token") {
        Class::Delivery
    } else if head.method == Method::GET {
        Class::Read
    } else {
        Class::Write
    };
    Call {
        class,
        route: format!("{} (no such route)", head.method),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn call(method: &str, path: &str, delivery: bool) -> Call {
        let mut request = Request::builder().method(method).uri(path);
        if delivery {
            request = request.header("access_token", "cs0");
        }
        classify(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn a_call_is_named_and_priced_by_its_route() {
        let rows = [
            (
                "GET",
                "/v3/content_types/book/entries?skip=1",
                false,
                Class::Read,
                "GET /v3/content_types/{ct}/entries",
            ),
            (
                "GET",
                "/v3/content_types/book/entries/",
                true,
                Class::Delivery,
                "GET /v3/content_types/{ct}/entries",
            ),
            (
                "POST",
                "/v3/content_types/book/entries",
                false,
                Class::Write,
                "POST /v3/content_types/{ct}/entries",
            ),
            (
                "POST",
                "/v3/content_types/book/entries/blt1/publish",
                false,
                Class::Write,
                "POST /v3/content_types/{ct}/entries/{entry}/publish",
            ),
            (
                "POST",
                "/v3/bulk/publish",
                false,
                Class::Bulk,
                "POST /v3/bulk/publish",
            ),
            (
                "GET",
                "/v3/bulk/jobs/x",
                false,
                Class::Read,
                "GET /v3/bulk/jobs/{job}",
            ),
            (
                "GET",
                "/v3/assets/blt1/blt2/blt3/cover.jpg",
                false,
                Class::Asset,
                "GET /v3/assets/{api_key}/{asset}/{version}/{filename}",
            ),
            (
                "GET",
                "/v3/assets/folders/blt1",
                false,
                Class::Read,
                "GET /v3/assets/folders/{folder}",
            ),
            (
                "PATCH",
                "/v3/nothing",
                false,
                Class::Write,
                "PATCH (no such route)",
            ),
        ];
        for (method, path, delivery, class, route) in rows {
            let expected = Call {
                class,
                route: route.into(),
            };
            assert_eq!(call(method, path, delivery), expected, "{method} {path}");
        }
    }

    #[test]
    fn names_in_a_path_are_decoded() {
        let found = FILE.fit("/v3/assets/k/a/v/two%20words.jpg").unwrap();
        assert_eq!(
            found.last(),
            Some(&("filename", "two words.jpg".to_owned()))
        );
    }
}
