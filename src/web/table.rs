//! Every route in one table, with what it needs of whoever asks: the router is made from it, and so is the test of every role.

use axum::Router;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use super::guard::{Guard, Needs, guard};
use super::{Live, Site, api, pages};
use crate::access::Permission::{Accounts, Audit, Export, Incidents, NameFaces, Pull, Restrict, Retention, Settings};
use Needs::{Begun, May, Nobody, OfChannel, Scrape, SignedIn};

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
    Page(Method, &'static str, Box<MethodRouter<Live>>),
    Api(Box<UtoipaMethodRouter<Live>>),
}

/// A page that is looked at.
fn show(path: &'static str, needs: Needs, handler: MethodRouter<Live>) -> Row {
    Row { needs, told: false, serves: Serves::Page(Method::GET, path, Box::new(handler)) }
}

/// A page with personal data: looking at it is told to the audit chain.
fn told(path: &'static str, needs: Needs, handler: MethodRouter<Live>) -> Row {
    Row { told: true, ..show(path, needs, handler) }
}

/// What a page's form does.
fn act(path: &'static str, needs: Needs, handler: MethodRouter<Live>) -> Row {
    Row { needs, told: false, serves: Serves::Page(Method::POST, path, Box::new(handler)) }
}

/// A machine's request, as its `#[utoipa::path]` describes it.
fn api(needs: Needs, handler: UtoipaMethodRouter<Live>) -> Row {
    Row { needs, told: false, serves: Serves::Api(Box::new(handler)) }
}

/// As [`api`], with personal data: looking at it is told to the audit chain.
fn told_api(needs: Needs, handler: UtoipaMethodRouter<Live>) -> Row {
    Row { told: true, ..api(needs, handler) }
}

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
        // safeguarding
        told("/safeguarding", May(Incidents), get(pages::safeguarding::show)),
        show("/safeguarding/restrict", May(Restrict), get(pages::safeguarding::restriction::ask)),
        act("/safeguarding/restrict", May(Restrict), post(pages::safeguarding::restriction::find)),
        told("/safeguarding/pupils/{person}", May(Restrict), get(pages::safeguarding::restriction::show)),
        told("/safeguarding/pupils/{person}/reasons", May(Restrict), get(pages::safeguarding::restriction::reasons)),
        act("/safeguarding/pupils/{person}/restrict", May(Restrict), post(pages::safeguarding::restriction::restrict)),
        act("/safeguarding/pupils/{person}/lift", May(Restrict), post(pages::safeguarding::restriction::lift)),
        show("/safeguarding/incidents/new", May(Incidents), get(pages::safeguarding::incidents::ask)),
        act("/safeguarding/incidents", May(Incidents), post(pages::safeguarding::incidents::open)),
        told("/safeguarding/incidents/{incident}", May(Incidents), get(pages::safeguarding::incidents::show)),
        act("/safeguarding/incidents/{incident}/notes", May(Incidents), post(pages::safeguarding::incidents::note)),
        act("/safeguarding/incidents/{incident}/close", May(Incidents), post(pages::safeguarding::incidents::close)),
        act("/safeguarding/incidents/{incident}/pull", May(Incidents), post(pages::safeguarding::incidents::pull)),
        act("/safeguarding/incidents/{incident}/holds/{hold}/lift", May(Incidents), post(pages::safeguarding::incidents::lift)),
        // records
        show("/records", May(Audit), get(pages::records::show)),
        told("/records/audit", May(Audit), get(pages::records::audit::show)),
        told("/records/audit.csv", May(Audit), get(pages::records::audit::csv)),
        told("/records/audit.jsonl", May(Audit), get(pages::records::audit::jsonl)),
        act("/records/audit/verify", May(Audit), post(pages::records::audit::verify)),
        show("/records/people", May(Export), get(pages::records::people::ask)),
        act("/records/people", May(Export), post(pages::records::people::find)),
        told("/records/people/{person}", May(Export), get(pages::records::people::file)),
        show("/records/retention", May(Retention), get(pages::records::retention::show)),
        act("/records/retention", May(Retention), post(pages::records::retention::run)),
        show("/records/review", May(Audit), get(pages::records::review::show)),
        act("/records/review", May(Audit), post(pages::records::review::send)),
        // administration
        show("/administration", May(Settings), get(pages::administration::show)),
        show("/administration/accounts", May(Accounts), get(pages::administration::accounts::show)),
        show("/administration/accounts/new", May(Accounts), get(pages::administration::accounts::ask)),
        act("/administration/accounts", May(Accounts), post(pages::administration::accounts::add)),
        show("/administration/accounts/{account}", May(Accounts), get(pages::administration::account::show)),
        act("/administration/accounts/{account}/roles", May(Accounts), post(pages::administration::account::roles)),
        act("/administration/accounts/{account}/reset", May(Accounts), post(pages::administration::account::reset)),
        act("/administration/accounts/{account}/unlock", May(Accounts), post(pages::administration::account::unlock)),
        act("/administration/accounts/{account}/close", May(Accounts), post(pages::administration::account::close)),
        act("/administration/accounts/{account}/open", May(Accounts), post(pages::administration::account::open)),
        show("/administration/settings", May(Settings), get(pages::administration::settings::show)),
        show("/administration/settings/{setting}", May(Settings), get(pages::administration::settings::ask)),
        act("/administration/settings/{setting}", May(Settings), post(pages::administration::settings::send)),
        // health
        show("/readyz", Nobody, get(pages::health::ready)),
        show("/metrics", Scrape, get(pages::health::metrics)),
        // machines
        api(Nobody, utoipa_axum::routes!(api::session::open)),
        api(Begun, utoipa_axum::routes!(api::session::prove)),
        api(Begun, utoipa_axum::routes!(api::session::end)),
        told_api(May(Restrict), utoipa_axum::routes!(api::safeguarding::restrictions)),
        api(May(Restrict), utoipa_axum::routes!(api::safeguarding::restrict)),
        api(May(Restrict), utoipa_axum::routes!(api::safeguarding::lift)),
        told_api(May(Restrict), utoipa_axum::routes!(api::safeguarding::reasons)),
        told_api(May(Incidents), utoipa_axum::routes!(api::incidents::list)),
        api(May(Incidents), utoipa_axum::routes!(api::incidents::open)),
        told_api(May(Incidents), utoipa_axum::routes!(api::incidents::show)),
        api(May(Incidents), utoipa_axum::routes!(api::incidents::note)),
        api(May(Incidents), utoipa_axum::routes!(api::incidents::pull)),
        api(May(Incidents), utoipa_axum::routes!(api::incidents::release)),
        told_api(May(Audit), utoipa_axum::routes!(api::records::audit)),
        api(May(Audit), utoipa_axum::routes!(api::records::verify)),
        told_api(May(Export), utoipa_axum::routes!(api::records::file)),
        api(May(Retention), utoipa_axum::routes!(api::records::due)),
        api(May(Retention), utoipa_axum::routes!(api::records::destroy)),
        api(May(Audit), utoipa_axum::routes!(api::records::reviews)),
        api(May(Audit), utoipa_axum::routes!(api::records::review)),
        api(May(Accounts), utoipa_axum::routes!(api::accounts::list)),
        api(May(Accounts), utoipa_axum::routes!(api::accounts::add)),
        api(May(Accounts), utoipa_axum::routes!(api::accounts::roles)),
        api(May(Accounts), utoipa_axum::routes!(api::accounts::reset)),
        api(May(Accounts), utoipa_axum::routes!(api::accounts::unlock)),
        api(May(Accounts), utoipa_axum::routes!(api::accounts::close)),
        api(May(Settings), utoipa_axum::routes!(api::accounts::settings)),
        api(May(Settings), utoipa_axum::routes!(api::accounts::settle)),
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
pub(super) fn router(site: &Site) -> (Router<Live>, OpenApi) {
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
