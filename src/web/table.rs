//! Every route in one table, with what it needs of whoever asks: the router is made from it, and so is the test of every role.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use super::guard::{Guard, Needs, guard};
use super::{Site, api, pages};
use crate::access::Permission::{KeepConsents, NameFaces, Pull, SeeConsents};
use Needs::{Begun, Family, May, Nobody, OfChannel, SignedIn};

/// A route as the outside may know it.
#[derive(Debug, Clone)]
pub struct Route {
    /// The HTTP method.
    pub method: Method,
    /// The pattern of its address, such as `/events/{event}`.
    pub path: String,
    /// What it needs of whoever asks.
    pub needs: Needs,
}

struct Row {
    needs: Needs,
    told: bool,
    serves: Serves,
}

enum Serves {
    Page(Method, &'static str, Box<MethodRouter<Site>>),
    Api(Box<UtoipaMethodRouter<Site>>),
}

/// A page that is looked at.
fn show(path: &'static str, needs: Needs, handler: MethodRouter<Site>) -> Row {
    Row { needs, told: false, serves: Serves::Page(Method::GET, path, Box::new(handler)) }
}

/// A page with personal data: looking at it is told to the audit chain.
fn told(path: &'static str, needs: Needs, handler: MethodRouter<Site>) -> Row {
    Row { told: true, ..show(path, needs, handler) }
}

/// What a page's form does.
fn act(path: &'static str, needs: Needs, handler: MethodRouter<Site>) -> Row {
    Row { needs, told: false, serves: Serves::Page(Method::POST, path, Box::new(handler)) }
}

/// A machine's request, as its `#[utoipa::path]` describes it.
fn api(needs: Needs, handler: UtoipaMethodRouter<Site>) -> Row {
    Row { needs, told: false, serves: Serves::Api(Box::new(handler)) }
}

/// A machine's request for personal data: told to the audit chain, as a page is.
fn told_api(needs: Needs, handler: UtoipaMethodRouter<Site>) -> Row {
    Row { told: true, ..api(needs, handler) }
}

/// A machine's request with a file as its body.
fn large_api(needs: Needs, (schemas, paths, handler): UtoipaMethodRouter<Site>) -> Row {
    api(needs, (schemas, paths, handler.layer(FILES)))
}

/// What a form with a file may hold: the file's own limit, and room for the fields.
const FILES: DefaultBodyLimit = DefaultBodyLimit::max(24 * 1024 * 1024);

/// The table.
#[rustfmt::skip]
fn rows(demo: bool) -> Vec<Row> {
    let mut rows = vec![
        show("/", SignedIn, get(pages::start::show)),
        show("/assets/{file}", Nobody, get(pages::asset::show)),
        show("/healthz", Nobody, get(async || "ok\n")),
        show("/roles", SignedIn, get(pages::roles::show)),
        // coming in
        show("/sign-in", Nobody, get(pages::sign_in::show)),
        act("/sign-in", Nobody, post(pages::sign_in::send)),
        show("/sign-in/code", Begun, get(pages::code::show)),
        act("/sign-in/code", Begun, post(pages::code::send)),
        show("/welcome/{secret}", Nobody, get(pages::welcome::show)),
        act("/welcome/{secret}", Nobody, post(pages::welcome::send)),
        show("/enter/{secret}", Nobody, get(pages::enter::show)),
        act("/enter/{secret}", Nobody, post(pages::enter::send)),
        act("/sign-out", Begun, post(pages::sign_in::leave)),
        // one's own account
        show("/account", SignedIn, get(pages::account::show)),
        show("/account/password", Begun, get(pages::account::password::show)),
        act("/account/password", Begun, post(pages::account::password::send)),
        show("/account/second-factor", Begun, get(pages::account::second_factor::show)),
        act("/account/second-factor", Begun, post(pages::account::second_factor::send)),
        act("/account/sessions/{session}/end", SignedIn, post(pages::account::end_session)),
        // channels
        show("/channels", SignedIn, get(pages::channels::show)),
        show("/channels/{channel}", OfChannel(Pull), get(pages::gallery::show)),
        show("/channels/{channel}/images/{photo}", OfChannel(Pull), get(pages::image::show)),
        // photos
        told("/photos", May(NameFaces), get(pages::overview::show)),
        // pupils and consents
        told("/pupils", May(SeeConsents), get(pages::pupils::show)),
        told("/pupils/due", May(SeeConsents), get(pages::pupils::due::show)),
        show("/pupils/forms", May(KeepConsents), get(pages::pupils::forms::show)),
        act("/pupils/forms", May(KeepConsents), post(pages::pupils::forms::send)),
        show("/pupils/import", May(KeepConsents), get(pages::pupils::import::show)),
        act("/pupils/import", May(KeepConsents), post(pages::pupils::import::send).layer(FILES)),
        act("/pupils/import/confirm", May(KeepConsents), post(pages::pupils::import::confirm)),
        told("/pupils/{person}", May(SeeConsents), get(pages::pupils::person::show)),
        act("/pupils/{person}/say", May(KeepConsents), post(pages::pupils::person::say).layer(FILES)),
        act("/pupils/{person}/guardians", May(KeepConsents), post(pages::pupils::guardians::link)),
        act("/pupils/{person}/guardians/{guardianship}/end", May(KeepConsents), post(pages::pupils::guardians::end)),
        act("/pupils/{person}/codes", May(KeepConsents), post(pages::pupils::guardians::code)),
        // families
        show("/family/link", Nobody, get(pages::family::link::show)),
        act("/family/link", Nobody, post(pages::family::link::send)),
        show("/family/notice", Nobody, get(pages::family::notice::show)),
        show("/family/code", SignedIn, get(pages::family::code::show)),
        act("/family/code", SignedIn, post(pages::family::code::send)),
        told("/family", Family, get(pages::family::show)),
        told("/family/{person}", Family, get(pages::family::child::show)),
        act("/family/{person}", Family, post(pages::family::child::send)),
        told("/family/{person}/saved", Family, get(pages::family::child::saved)),
        told("/family/{person}/photos", Family, get(pages::family::photos::show)),
        act("/family/{person}/photos/{photo}/object", Family, post(pages::family::photos::object)),
        act("/family/{person}/photos/{photo}/allow", Family, post(pages::family::photos::allow)),
        told("/family/{person}/images/{of}/{photo}", Family, get(pages::family::image::show)),
        // machines
        api(Nobody, utoipa_axum::routes!(api::session::open)),
        api(Begun, utoipa_axum::routes!(api::session::prove)),
        api(Begun, utoipa_axum::routes!(api::session::end)),
        told_api(May(SeeConsents), utoipa_axum::routes!(api::pupils::list)),
        told_api(May(SeeConsents), utoipa_axum::routes!(api::due::list)),
        told_api(May(SeeConsents), utoipa_axum::routes!(api::pupils::standings)),
        told_api(May(SeeConsents), utoipa_axum::routes!(api::pupils::ledger)),
        api(May(KeepConsents), utoipa_axum::routes!(api::pupils::say)),
        told_api(May(SeeConsents), utoipa_axum::routes!(api::guardians::list)),
        api(May(KeepConsents), utoipa_axum::routes!(api::guardians::link)),
        api(May(KeepConsents), utoipa_axum::routes!(api::guardians::end)),
        api(May(KeepConsents), utoipa_axum::routes!(api::guardians::code)),
        large_api(May(KeepConsents), utoipa_axum::routes!(api::imports::take)),
        api(Nobody, utoipa_axum::routes!(api::family::link)),
        told_api(Family, utoipa_axum::routes!(api::family::list)),
        api(Family, utoipa_axum::routes!(api::family::answer)),
        told_api(Family, utoipa_axum::routes!(api::family::photos)),
        api(Family, utoipa_axum::routes!(api::family::object)),
        api(Family, utoipa_axum::routes!(api::family::allow)),
    ];
    if demo {
        rows.push(act("/demo/sign-in", Nobody, post(pages::demo::send)));
    }
    rows
}

/// Every route with what it needs.
#[must_use]
pub fn routes(demo: bool) -> Vec<Route> {
    let route = |row: Row| match row.serves {
        Serves::Page(method, path, _) => vec![Route { method, path: path.to_owned(), needs: row.needs }],
        Serves::Api(handler) => {
            let of_path = |(path, item): (&String, &utoipa::openapi::PathItem)| {
                let methods = [
                    (Method::GET, item.get.is_some()),
                    (Method::POST, item.post.is_some()),
                    (Method::PUT, item.put.is_some()),
                    (Method::PATCH, item.patch.is_some()),
                    (Method::DELETE, item.delete.is_some()),
                ];
                let used = methods.into_iter().filter(|(_, used)| *used);
                used.map(|(method, _)| Route { method, path: path.clone(), needs: row.needs }).collect::<Vec<_>>()
            };
            handler.1.paths.iter().flat_map(of_path).collect()
        }
    };
    rows(demo).into_iter().flat_map(route).collect()
}

/// The table as a router, and the description of its machines' part.
pub(super) fn router(site: &Site) -> (Router<Site>, OpenApi) {
    let mut pages = Router::new();
    let mut machines = OpenApiRouter::with_openapi(api::description());
    for Row { needs, told, serves } in rows(site.demo().is_some()) {
        let layer = from_fn_with_state(Guard { site: site.clone(), needs, told }, guard);
        match serves {
            Serves::Page(_, path, handler) => pages = pages.route(path, handler.route_layer(layer)),
            Serves::Api(handler) => {
                let (schemas, paths, handler) = *handler;
                machines = machines.routes((schemas, paths, handler.route_layer(layer)));
            }
        }
    }
    let (machines, description) = machines.split_for_parts();
    (pages.merge(machines), description)
}
