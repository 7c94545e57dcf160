//! Who asks, whether they may, and the audit row that is written before anything is done.

use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;

use super::Site;
use super::error::WebError;
use crate::access::{Account, Permission, Secret, Session, Standing, Token, TokenId};
use crate::consent::Reader;
use crate::domain::id::{ActorId, ChannelId};
use crate::store::StoreError;

/// What a route needs of whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: anybody may ask.
    Nobody,
    /// A session, perhaps one that has not proven its second factor or has to change its password.
    Begun,
    /// A session that is complete.
    SignedIn,
    /// A session that is complete, or a machine's token.
    Known,
    /// One of the account's roles has this permission.
    May(Permission),
    /// Decides for their own children, or for themselves.
    Family,
    /// As [`Self::May`] for the service's health; the key in the data folder's `metrics.token` will do as well.
    Scrape,
    /// As [`Self::May`], for the channel in the address; a machine's token of that channel will do as well.
    OfChannel(Permission),
}

/// A route's requirement, as its layer keeps it.
#[derive(Clone)]
pub(super) struct Guard {
    pub(super) site: Site,
    pub(super) needs: Needs,
    /// Whether looking is told to the audit chain too, as changing always is.
    pub(super) told: bool,
}

/// Whoever asks, for handlers.
#[derive(Debug, Clone)]
pub(super) struct Caller(Arc<Known>);

#[derive(Debug)]
struct Known {
    actor: ActorId,
    who: Who,
}

#[derive(Debug)]
enum Who {
    Person(Session, Account),
    Machine(Token),
}

impl Caller {
    /// As the audit chain names them.
    pub(super) fn actor(&self) -> &ActorId {
        &self.0.actor
    }

    /// A machine in whose name something was promised, as far as it may still fetch.
    pub(super) fn machine(site: &Site, token: Token) -> Result<Self, WebError> {
        let channel = token.channel.clone();
        let caller = Self(Arc::new(Known::of(Who::Machine(token))?));
        match refusal(site, Needs::OfChannel(Permission::Pull), Some(&caller), Some(channel.as_str()))? {
            None => Ok(caller),
            Some(_) => Err(WebError::Forbidden),
        }
    }

    /// The machine's key, unless a person asks.
    pub(super) fn token(&self) -> Option<TokenId> {
        match &self.0.who {
            Who::Person(..) => None,
            Who::Machine(token) => Some(token.id),
        }
    }

    /// The machine's channel, unless a person asks.
    pub(super) fn channel(&self) -> Option<&ChannelId> {
        match &self.0.who {
            Who::Person(..) => None,
            Who::Machine(token) => Some(&token.channel),
        }
    }

    /// The session and its account, unless a machine asks.
    pub(super) fn person(&self) -> Result<(&Session, &Account), WebError> {
        match &self.0.who {
            Who::Person(session, account) => Ok((session, account)),
            Who::Machine(_) => Err(WebError::Forbidden),
        }
    }

    /// Whether a page may offer this to them.
    pub(super) fn may(&self, permission: Permission) -> bool {
        match &self.0.who {
            Who::Person(_, account) => account.may(permission),
            Who::Machine(token) => token.scopes.contains(&permission),
        }
    }

    /// As whom they read: only the safeguarding lead learns of restrictions.
    pub(super) fn reader(&self) -> Reader {
        if self.may(Permission::Restrict) { Reader::Dsl } else { Reader::Other }
    }

    /// Whether this channel is theirs.
    pub(super) fn has_channel(&self, channel: &ChannelId) -> bool {
        match &self.0.who {
            Who::Person(_, account) => account.channels().any(|own| own == channel),
            Who::Machine(token) => token.channel == *channel,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = WebError;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, WebError> {
        parts.extensions.get::<Self>().cloned().ok_or(WebError::SignIn)
    }
}

/// The layer of every route: lets the request on, sends it to sign in, or refuses it.
pub(super) async fn guard(
    State(guard): State<Guard>,
    path: MatchedPath,
    params: RawPathParams,
    cookies: CookieJar,
    mut request: Request,
    next: Next,
) -> Result<Response, WebError> {
    let Guard { site, needs, told } = guard;
    let secret = secret(&site, &cookies, request.headers());
    if let (Needs::Scrape, Some((secret, Of::Machine))) = (needs, &secret) {
        let given = secret.digest();
        if site.blocking(move |site| site.store().scrape_key().map(|key| key.digest() == given)).await? {
            return Ok(next.run(request).await);
        }
    }
    let known = match secret {
        Some((secret, of)) => site.blocking(move |site| known(site, &secret, of)).await?,
        None => None,
    };
    let caller = known.map(|known| Caller(Arc::new(known)));
    let param = |name: &str| params.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned());
    let channel = param("channel");
    match refusal(&site, needs, caller.as_ref(), channel.as_deref())? {
        // a machine cannot follow a page
        Some(_) if request.uri().path().starts_with("/api/") => return Err(WebError::Unfinished),
        Some(step) => return Ok(Redirect::to(step).into_response()),
        None => {}
    }
    if told || !matches!(*request.method(), Method::GET | Method::HEAD) {
        let route = format!("{} {}", request.method(), path.as_str());
        let actor = caller.as_ref().map_or_else(|| site.actor().clone(), |caller| caller.actor().clone());
        let photo = param("photo").and_then(|id| id.trim_end_matches(".jpg").parse().ok());
        let person = param("person").and_then(|id| id.parse().ok());
        site.blocking(move |site| site.store().write(&actor, site.now(), |w| w.asked(&route, photo, person))).await?;
    }
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller);
    }
    Ok(next.run(request).await)
}

/// The page that has to come first, or nothing when the request may go on.
fn refusal(
    site: &Site,
    needs: Needs,
    caller: Option<&Caller>,
    channel: Option<&str>,
) -> Result<Option<&'static str>, WebError> {
    if needs == Needs::Nobody {
        return Ok(None);
    }
    let caller = caller.ok_or(WebError::SignIn)?;
    if let Who::Person(session, account) = &caller.0.who {
        if needs == Needs::Begun {
            return Ok(None);
        }
        let demo = site.demo().is_some_and(|accounts| accounts.contains(&account.id));
        if !session.proven {
            return Ok(Some("/sign-in/code"));
        }
        if account.must_change {
            return Ok(Some("/account/password"));
        }
        if account.needs_second_factor() && !account.has_second_factor && !demo {
            return Ok(Some("/account/second-factor"));
        }
    }
    let allowed = match needs {
        Needs::Nobody | Needs::Begun | Needs::Known => true,
        Needs::SignedIn => caller.person().is_ok(),
        Needs::May(permission) => caller.person().is_ok_and(|(_, account)| account.may(permission)),
        Needs::Family => [Permission::OwnChildren, Permission::OwnSelf].into_iter().any(|own| caller.may(own)),
        Needs::Scrape => caller.person().is_ok_and(|(_, account)| account.may(Permission::Health)),
        Needs::OfChannel(permission) => {
            let own = channel.and_then(|id| id.parse().ok()).is_some_and(|id| caller.has_channel(&id));
            let settings = site.settings();
            let channel = channel.and_then(|id| id.parse().ok()).and_then(|id| settings.channel(&id));
            let families_only = channel.is_some_and(|(channel, _)| channel.families_only);
            own && caller.may(permission) && !(families_only && permission == Permission::Pull)
        }
    };
    if allowed { Ok(None) } else { Err(WebError::Forbidden) }
}

#[derive(Clone, Copy)]
enum Of {
    Browser,
    Machine,
}

/// What the request presents: a machine's `Authorization: Bearer`, or else the browser's cookie.
fn secret(site: &Site, cookies: &CookieJar, headers: &HeaderMap) -> Option<(Secret, Of)> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match bearer.and_then(|value| value.split_once(' ')) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            Some((Secret::presented(token.trim()), Of::Machine))
        }
        _ => cookies.get(site.cookie_name()).map(|cookie| (Secret::presented(cookie.value()), Of::Browser)),
    }
}

fn known(site: &Site, secret: &Secret, of: Of) -> Result<Option<Known>, WebError> {
    let (digest, now) = (secret.digest(), site.now());
    let who = site.store().read(|r| {
        Ok::<_, StoreError>(match of {
            Of::Browser => r.session(&digest, now)?.map(|(session, account)| Who::Person(session, account)),
            Of::Machine => r.token(&digest, now)?.map(Who::Machine),
        })
    })?;
    let who = who.filter(|who| match who {
        Who::Person(_, account) => account.standing != Standing::Closed,
        Who::Machine(_) => true,
    });
    who.map(Known::of).transpose()
}

impl Known {
    fn of(who: Who) -> Result<Self, WebError> {
        let actor = match &who {
            Who::Person(_, account) => account.id.actor(),
            Who::Machine(token) => token.id.actor(),
        };
        Ok(Self { actor: actor.map_err(|error| WebError::Broken(error.into()))?, who })
    }
}
