//! Every route in one table, with what it needs of whoever asks: the router is made from it, and so is the test of every role.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use super::guard::{Guard, Needs, guard};
use super::repeat::repeat;
use super::{Live, Site, api, pages};
use crate::access::Permission::{
    Accounts, Audit, Check, Export, Incidents, KeepConsents, NameFaces, Pull, Restrict, Retention, SeeConsents,
    Settings, Upload,
};
use Needs::{Begun, Family, Known, May, Nobody, OfChannel, Scrape, SignedIn};

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

/// A machine's request for personal data: told as a page's is.
fn api_told(needs: Needs, handler: UtoipaMethodRouter<Live>) -> Row {
    Row { told: true, ..api(needs, handler) }
}

/// A machine's request with a file as its body.
fn large_api(needs: Needs, (schemas, paths, handler): UtoipaMethodRouter<Live>) -> Row {
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
        show("/channels/{channel}", OfChannel(Check), get(pages::channel::show)),
        told("/channels/{channel}/photos/{photo}", OfChannel(Check), get(pages::channel::photo::show)),
        show("/channels/{channel}/photos/{photo}/preview", OfChannel(Check), get(pages::channel::preview::show)),
        act("/channels/{channel}/photos/{photo}/sign-off", OfChannel(Check), post(pages::channel::photo::sign_off)),
        act("/channels/{channel}/photos/{photo}/rejection", OfChannel(Check), post(pages::channel::photo::reject)),
        act("/channels/{channel}/photos/{photo}/texts", OfChannel(Check), post(pages::channel::photo::write)),
        show("/channels/{channel}/pictures", OfChannel(Pull), get(pages::gallery::show)),
        show("/channels/{channel}/images/{photo}", OfChannel(Pull), get(pages::image::show)),
        show("/channels/{channel}/placements", OfChannel(Pull), get(pages::channel::placements::show)),
        act("/channels/{channel}/placements", OfChannel(Pull), post(pages::channel::placements::tell)),
        act("/channels/{channel}/placements/{placement}/done", OfChannel(Pull), post(pages::channel::placements::done)),
        api(OfChannel(Pull), utoipa_axum::routes!(api::placements::list, api::placements::tell)),
        api(OfChannel(Pull), utoipa_axum::routes!(api::placements::done)),
        show("/channels/{channel}/tokens", May(Accounts), get(pages::channel::tokens::show)),
        act("/channels/{channel}/tokens", May(Accounts), post(pages::channel::tokens::make)),
        act("/channels/{channel}/tokens/{token}/revoke", May(Accounts), post(pages::channel::tokens::revoke)),
        show("/channels/{channel}/connections", May(Settings), get(pages::channel::connections::show)),
        act("/channels/{channel}/connections", May(Settings), post(pages::channel::connections::make)),
        show("/channels/{channel}/connections/{connection}", May(Settings), get(pages::channel::connections::look)),
        act("/channels/{channel}/connections/{connection}/secret", May(Settings), post(pages::channel::connections::renew)),
        act("/channels/{channel}/connections/{connection}/retry", May(Settings), post(pages::channel::connections::retry)),
        act("/channels/{channel}/connections/{connection}/end", May(Settings), post(pages::channel::connections::end)),
        api(Known, utoipa_axum::routes!(api::channels::list)),
        api(OfChannel(Pull), utoipa_axum::routes!(api::feed::feed_json)),
        api(OfChannel(Pull), utoipa_axum::routes!(api::feed::feed_xml)),
        api(OfChannel(Pull), utoipa_axum::routes!(api::pull::image)),
        api(OfChannel(Pull), utoipa_axum::routes!(api::pull::pack)),
        api(Nobody, utoipa_axum::routes!(api::links::linked)),
        api(OfChannel(Check), utoipa_axum::routes!(api::check::queue)),
        api(OfChannel(Check), utoipa_axum::routes!(api::check::one)),
        api(OfChannel(Check), utoipa_axum::routes!(api::check::sign_off)),
        api(OfChannel(Check), utoipa_axum::routes!(api::check::reject)),
        api(OfChannel(Check), utoipa_axum::routes!(api::check::texts)),
        api(May(Check), utoipa_axum::routes!(api::names::find)),
        api(May(Accounts), utoipa_axum::routes!(api::tokens::list, api::tokens::make)),
        api(May(Accounts), utoipa_axum::routes!(api::tokens::revoke)),
        api(May(Settings), utoipa_axum::routes!(api::connections::list, api::connections::make)),
        api(May(Settings), utoipa_axum::routes!(api::connections::end)),
        api(May(Settings), utoipa_axum::routes!(api::connections::renew)),
        api(May(Settings), utoipa_axum::routes!(api::connections::failures)),
        api(May(Settings), utoipa_axum::routes!(api::connections::retry)),
        // photos
        show("/events", May(NameFaces), get(pages::events::show)),
        show("/events/new", May(Upload), get(pages::events::new)),
        act("/events", May(Upload), post(pages::events::open)),
        told("/events/cameras", May(Upload), get(pages::cameras::show)),
        told("/events/{event}", May(NameFaces), get(pages::event::show)),
        show("/events/{event}/name", May(Upload), get(pages::rename::show)),
        act("/events/{event}/name", May(Upload), post(pages::rename::send)),
        show("/events/{event}/progress", May(NameFaces), get(pages::event::progress)),
        act("/events/{event}/photos", May(Upload), post(pages::event::send)),
        told("/events/{event}/suggestions", May(NameFaces), get(pages::suggestions::show)),
        act("/events/{event}/suggestions", May(NameFaces), post(pages::suggestions::send)),
        told("/photos/{photo}", May(NameFaces), get(pages::photo::show)),
        told("/photos/{photo}/thumbnail", May(NameFaces), get(pages::glance::thumbnail)),
        told("/photos/{photo}/as-taken", May(NameFaces), get(pages::glance::as_taken)),
        told("/photos/{photo}/faces/{face}", May(NameFaces), get(pages::glance::face)),
        act("/photos/{photo}/faces", May(NameFaces), post(pages::photo::add)),
        act("/photos/{photo}/faces/{face}", May(NameFaces), post(pages::photo::name)),
        act("/photos/{photo}/faces/{face}/box", May(NameFaces), post(pages::photo::reshape)),
        act("/photos/{photo}/headcount", May(NameFaces), post(pages::photo::count)),
        act("/photos/{photo}/undo", May(NameFaces), post(pages::photo::undo)),
        // pupils and consents
        told("/pupils", May(SeeConsents), get(pages::pupils::show)),
        told("/pupils/due", May(SeeConsents), get(pages::pupils::due::show)),
        act("/pupils/due/remind", May(KeepConsents), post(pages::pupils::due::remind)),
        show("/pupils/forms", May(KeepConsents), get(pages::pupils::forms::show)),
        act("/pupils/forms", May(KeepConsents), post(pages::pupils::forms::send)),
        show("/pupils/import", May(KeepConsents), get(pages::pupils::import::show)),
        act("/pupils/import", May(KeepConsents), post(pages::pupils::import::send).layer(FILES)),
        act("/pupils/import/confirm", May(KeepConsents), post(pages::pupils::import::confirm)),
        told("/pupils/{person}", May(SeeConsents), get(pages::pupils::person::show)),
        told("/pupils/{person}/pictures", May(SeeConsents), get(pages::pupils::pictures::show)),
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
        act("/family/{person}/photos/{photo}/uses/{category}", Family, post(pages::family::photos::answer)),
        told("/family/{person}/images/{of}/{photo}", Family, get(pages::family::image::show)),
        // safeguarding
        told("/safeguarding", May(Incidents), get(pages::safeguarding::show)),
        show("/safeguarding/restrict", May(Restrict), get(pages::safeguarding::restriction::ask)),
        act("/safeguarding/restrict", May(Restrict), post(pages::safeguarding::restriction::find)),
        told("/safeguarding/pupils/{person}", May(Restrict), get(pages::safeguarding::restriction::show)),
        told("/safeguarding/pupils/{person}/reasons", May(Restrict), get(pages::safeguarding::restriction::reasons)),
        act("/safeguarding/pupils/{person}/restrict", May(Restrict), post(pages::safeguarding::restriction::restrict)),
        act("/safeguarding/pupils/{person}/lift", May(Restrict), post(pages::safeguarding::restriction::lift)),
        told("/safeguarding/pull", May(Incidents), get(pages::safeguarding::pull::ask)),
        act("/safeguarding/pull", May(Incidents), post(pages::safeguarding::pull::send)),
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
        show("/administration/connections", May(Settings), get(pages::administration::connections::show)),
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
        api(May(NameFaces), utoipa_axum::routes!(api::events::list)),
        api(May(Upload), utoipa_axum::routes!(api::events::open)),
        api(May(NameFaces), utoipa_axum::routes!(api::events::one)),
        api(May(Upload), utoipa_axum::routes!(api::events::rename)),
        api_told(May(NameFaces), utoipa_axum::routes!(api::events::roster)),
        api_told(May(Upload), utoipa_axum::routes!(api::cameras::list)),
        api_told(May(NameFaces), utoipa_axum::routes!(api::suggestions::list)),
        api(May(NameFaces), utoipa_axum::routes!(api::suggestions::judge)),
        api(May(NameFaces), utoipa_axum::routes!(api::photos::list)),
        api(May(Upload), utoipa_axum::routes!(api::photos::bring)),
        api(May(NameFaces), utoipa_axum::routes!(api::photos::one)),
        api(May(NameFaces), utoipa_axum::routes!(api::photos::count)),
        api_told(May(NameFaces), utoipa_axum::routes!(api::faces::list)),
        api(May(NameFaces), utoipa_axum::routes!(api::faces::add)),
        api(May(NameFaces), utoipa_axum::routes!(api::faces::name)),
        api(May(NameFaces), utoipa_axum::routes!(api::faces::reshape)),
        api_told(May(SeeConsents), utoipa_axum::routes!(api::pupils::list)),
        api_told(May(SeeConsents), utoipa_axum::routes!(api::due::list)),
        api(May(KeepConsents), utoipa_axum::routes!(api::reminders::send)),
        api_told(May(SeeConsents), utoipa_axum::routes!(api::pupils::standings)),
        api_told(May(SeeConsents), utoipa_axum::routes!(api::pupils::ledger)),
        api_told(May(SeeConsents), utoipa_axum::routes!(api::placements::pictures)),
        api(May(KeepConsents), utoipa_axum::routes!(api::pupils::say)),
        api_told(May(SeeConsents), utoipa_axum::routes!(api::guardians::list)),
        api(May(KeepConsents), utoipa_axum::routes!(api::guardians::link)),
        api(May(KeepConsents), utoipa_axum::routes!(api::guardians::end)),
        api(May(KeepConsents), utoipa_axum::routes!(api::guardians::code)),
        large_api(May(KeepConsents), utoipa_axum::routes!(api::imports::take)),
        api(Nobody, utoipa_axum::routes!(api::family::link)),
        api_told(Family, utoipa_axum::routes!(api::family::list)),
        api(Family, utoipa_axum::routes!(api::family::answer)),
        api_told(Family, utoipa_axum::routes!(api::family::photos)),
        api_told(Family, utoipa_axum::routes!(api::one_photo::list)),
        api(Family, utoipa_axum::routes!(api::one_photo::answer)),
        api(Family, utoipa_axum::routes!(api::family::object)),
        api(Family, utoipa_axum::routes!(api::family::allow)),
        api_told(May(Restrict), utoipa_axum::routes!(api::safeguarding::restrictions)),
        api(May(Restrict), utoipa_axum::routes!(api::safeguarding::restrict)),
        api(May(Restrict), utoipa_axum::routes!(api::safeguarding::lift)),
        api_told(May(Restrict), utoipa_axum::routes!(api::safeguarding::reasons)),
        api_told(May(Incidents), utoipa_axum::routes!(api::incidents::list)),
        api(May(Incidents), utoipa_axum::routes!(api::incidents::open)),
        api_told(May(Incidents), utoipa_axum::routes!(api::incidents::show)),
        api(May(Incidents), utoipa_axum::routes!(api::incidents::note)),
        api(May(Incidents), utoipa_axum::routes!(api::incidents::pull)),
        api(May(Incidents), utoipa_axum::routes!(api::incidents::release)),
        api_told(May(Audit), utoipa_axum::routes!(api::records::audit)),
        api(May(Audit), utoipa_axum::routes!(api::records::verify)),
        api_told(May(Export), utoipa_axum::routes!(api::records::file)),
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
                let handler = handler.route_layer(from_fn_with_state(site.clone(), repeat));
                machines = machines.routes((schemas, paths, handler.route_layer(layer)));
            }
        }
    }
    let (machines, description) = machines.split_for_parts();
    (pages.merge(machines), description)
}
