//! The same for machines: JSON under `/api/v1`, described at `/api/openapi.json`; a file a resource.

pub(super) mod accounts;
pub(super) mod cameras;
pub(super) mod channels;
pub(super) mod check;
pub(super) mod connections;
pub(super) mod due;
pub(super) mod events;
pub(super) mod faces;
pub(super) mod family;
pub(super) mod feed;
pub(super) mod guardians;
mod ids;
pub(super) mod imports;
pub(super) mod incidents;
pub(super) mod links;
mod list;
pub(super) mod names;
mod once;
pub(super) mod one_photo;
pub(super) mod photos;
pub(super) mod placements;
pub(super) mod pull;
pub(super) mod pupils;
pub(super) mod records;
pub(super) mod reminders;
pub(super) mod safeguarding;
pub(super) mod session;
pub(super) mod suggestions;
pub(super) mod tokens;

pub(super) use feed::{Asked, Document};
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

/// So many photos are put into their queues while a machine waits; the rest is done behind it. What leaves is decided anyway.
const PLACED: usize = 50;

/// What the description says besides its routes.
pub(super) fn description() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(
        info(title = "Eyelid", description = "Publish school photos without ever showing a child whose family did not agree."),
        components(schemas(super::error::Problem)),
        security(("session" = []), ("token" = []))
    )]
    struct Description;
    let mut description = Description::openapi();
    if let Some(components) = description.components.as_mut() {
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("eyelid")));
        let token = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        components.add_security_scheme("session", cookie);
        components.add_security_scheme("token", token);
    }
    description
}
