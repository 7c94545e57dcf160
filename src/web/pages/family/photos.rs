//! The published photos of a child, each with an objection of one click.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{Voice, about, href};
use crate::domain::id::{CategoryId, PersonId, PhotoId};
use crate::office::OfficeError;
use crate::office::family::own_one;
use crate::office::one_photo;
use crate::office::placements::receipts;
use crate::office::portal::{self, Shown};
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::frame::Frame;
use crate::web::guard::Caller;
use crate::web::words::told;

#[derive(Template)]
#[template(path = "family_photos.html", config = "src/web/askama.toml")]
struct Photos {
    frame: Frame,
    voice: Voice,
    href: String,
    channels: Vec<OfChannel>,
    objected: Vec<Card>,
    receipts: Vec<(String, String)>,
    special: Vec<Special>,
}

/// A use that needs a yes to each photo.
struct Special {
    category: String,
    name: String,
    photos: Vec<Asked>,
}

struct Asked {
    id: PhotoId,
    day: String,
    image: Option<String>,
    own: Option<bool>,
}

/// The answer to one photo.
#[derive(Deserialize)]
pub(in crate::web) struct Answer {
    answer: YesOrNo,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum YesOrNo {
    Yes,
    No,
}

struct OfChannel {
    id: String,
    name: String,
    photos: Vec<Card>,
}

struct Card {
    id: PhotoId,
    day: String,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(person): Path<PersonId>,
) -> Result<Response, WebError> {
    let shown = about(&site, &caller, person, |site, read, own, frame| {
        let (school, person, now) = (site.school(), &own.person.id, site.now());
        let channels = portal::published(read, school, person, now)?.into_iter().map(|(channel, photos)| {
            let (id, name) = (channel.to_string(), channel.title());
            OfChannel { id, name, photos: photos.into_iter().map(card).collect() }
        });
        let objected = portal::objected(read, school, own, now)?.into_iter().map(card).collect();
        let (voice, href, channels) = (Voice::of(own), href(own), channels.collect());
        let special = one_photo::asked(read, school, own, now)?.into_iter();
        let special = special.map(|(category, photos)| special_use(&href, &category, photos)).collect();
        let receipts = receipts(read, school, person, now)?;
        let receipts = receipts.into_iter().map(|(channel, at)| (channel.title(), site.told(at))).collect();
        Ok(Photos { frame, voice, href, channels, objected, special, receipts })
    });
    shown.await
}

pub(in crate::web) async fn object(
    State(site): State<Site>,
    caller: Caller,
    Path((person, photo)): Path<(PersonId, PhotoId)>,
) -> Result<Response, WebError> {
    decide(site, caller, person, photo, portal::object).await
}

pub(in crate::web) async fn allow(
    State(site): State<Site>,
    caller: Caller,
    Path((person, photo)): Path<(PersonId, PhotoId)>,
) -> Result<Response, WebError> {
    decide(site, caller, person, photo, portal::allow).await
}

pub(in crate::web) async fn answer(
    State(site): State<Site>,
    caller: Caller,
    Path((person, photo, category)): Path<(PersonId, PhotoId, CategoryId)>,
    Form(Answer { answer }): Form<Answer>,
) -> Result<Response, WebError> {
    let (actor, account) = (caller.actor().clone(), caller.person()?.1.clone());
    let done = site.blocking(move |site| {
        let own = site.store().read(|read| own_one(read, &account, &person))?;
        let word = one_photo::Word { photo, category: category.clone(), yes: answer == YesOrNo::Yes };
        one_photo::answer(site.store(), site.school(), &own, &word, &actor, site.now())?;
        Ok::<_, OfficeError>(format!("{}/photos#use-{category}", href(&own)))
    });
    Ok(Redirect::to(&done.await?).into_response())
}

async fn decide(
    site: Site,
    caller: Caller,
    person: PersonId,
    photo: PhotoId,
    say: portal::OfPhoto,
) -> Result<Response, WebError> {
    let (actor, account) = (caller.actor().clone(), caller.person()?.1.clone());
    let done = site.blocking(move |site| {
        let own = site.store().read(|read| own_one(read, &account, &person))?;
        say(site.store(), site.school(), &own, &photo, &actor, site.now())?;
        Ok::<_, OfficeError>(format!("{}/photos", href(&own)))
    });
    Ok(Redirect::to(&done.await?).into_response())
}

fn card(shown: Shown) -> Card {
    Card { id: shown.photo, day: told(shown.date) }
}

fn special_use(href: &str, category: &CategoryId, photos: Vec<one_photo::Asked>) -> Special {
    let asked = |asked: one_photo::Asked| Asked {
        image: asked.seen_on.map(|channel| format!("{href}/images/{channel}/{}.jpg", asked.photo)),
        id: asked.photo,
        day: told(asked.date),
        own: asked.own,
    };
    let (name, photos) = (category.title(), photos.into_iter().map(asked).collect());
    Special { category: category.to_string(), name, photos }
}
