//! The first page after signing in: the part of the service that the role is there for.

use axum::response::Redirect;

use crate::access::Permission::{self, Audit, Check, Health, NameFaces, OwnChildren, OwnSelf, Restrict, SeeConsents};
use crate::web::guard::Caller;

pub(in crate::web) async fn show(caller: Caller) -> Redirect {
    let own = FIRST.iter().find(|(permission, _)| caller.may(*permission));
    Redirect::to(own.map_or("/account", |(_, path)| path))
}

const FIRST: &[(Permission, &str)] = &[
    (Restrict, "/safeguarding"),
    (Audit, "/records"),
    (SeeConsents, "/pupils"),
    (NameFaces, "/events"),
    (Check, "/channels"),
    (OwnChildren, "/family"),
    (OwnSelf, "/family"),
    (Health, "/account"),
];
