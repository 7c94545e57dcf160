//! The school's settings with what each does, and changes of some of them, each with its reason.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::config::School;
use crate::config::change::{ChangeError, Setting};
use crate::domain::channel::Channel;
use crate::office::{OfficeError, settings};
use crate::store::StoreError;
use crate::web::Site;
use crate::web::error::{WebError, sentence};
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;
use crate::web::pages::{again, page};
use crate::web::who::Names;

#[derive(Template)]
#[template(path = "settings.html", config = "src/web/askama.toml")]
struct Settings {
    frame: Frame,
    changeable: Vec<Row>,
    fixed: Vec<(&'static str, String, &'static str)>,
    changes: Vec<Change>,
}

struct Row {
    word: &'static str,
    title: &'static str,
    value: String,
    means: &'static str,
}

struct Change {
    title: String,
    before: String,
    after: String,
    reason: String,
    at: String,
    by: String,
}

#[derive(Template)]
#[template(path = "setting.html", config = "src/web/askama.toml")]
struct One {
    frame: Frame,
    errors: Errors,
    word: &'static str,
    title: &'static str,
    means: &'static str,
    options: Vec<(&'static str, &'static str)>,
    value: String,
    reason: String,
}

/// The form.
#[derive(Deserialize)]
pub(in crate::web) struct Given {
    #[serde(default)]
    value: String,
    #[serde(default)]
    reason: String,
}

/// A setting's name and what it does.
pub(in crate::web) fn words(setting: Setting) -> (&'static str, &'static str) {
    match setting {
        Setting::Name => {
            ("Name of the school", "The credit on every picture that leaves, where a channel has none of its own.")
        }
        Setting::VoiceAge => {
            ("Age of a pupil’s own voice", "From this age a pupil’s own yes counts; a no counts at every age.")
        }
        Setting::Renewal => (
            "Yearly renewal",
            "On this day of the year, written 09-01, every yes given before lapses; one that was given for the new year and begins in it lasts through that year. Without one it lasts as long as it was given for.",
        ),
        Setting::FourEyes => ("Four eyes", "Whether somebody else than the uploader has to sign a photo off."),
        Setting::KeepDays => (
            "Days a photo may be used",
            "Counted from the day it came in; then it is blocked everywhere. Without a number there is no end.",
        ),
        Setting::Passwords => (
            "Advice on passwords",
            "ncsc: length and strength, no forced change. school: kinds of characters, no reuse, a change every 90 days.",
        ),
    }
}

/// What can only be changed in the file.
fn fixed(school: &School) -> Vec<(&'static str, String, &'static str)> {
    let list = |ids: Vec<String>| if ids.is_empty() { "none".to_owned() } else { ids.join(", ") };
    let yes = |yes| if yes { "yes" } else { "no" }.to_owned();
    let days = |days: Option<u32>| days.map_or_else(|| "no end".to_owned(), |days| format!("{days} days"));
    let schedule = &school.retention;
    vec![
        ("Address", school.address.clone().unwrap_or_else(|| "not set".to_owned()), "Links in messages begin with it."),
        ("Behind a proxy", yes(school.behind_proxy), "Whether X-Forwarded-For is believed."),
        ("Time zone", school.policy.time_zone.iana_name().unwrap_or("UTC").to_owned(), "Where days begin and end."),
        (
            "A pupil alone",
            yes(school.policy.pupil_alone),
            "Whether a pupil’s own yes counts before any guardian’s answer, even a no.",
        ),
        (
            "Cameras",
            if school.cameras.is_empty() { "any".to_owned() } else { school.cameras.len().to_string() },
            "Photos of others wait in quarantine.",
        ),
        (
            "Uses",
            list(school.categories.iter().map(|category| category.id.title()).collect()),
            "What families are asked for.",
        ),
        ("Channels", list(school.channels.iter().map(|channel| channel.id.title()).collect()), "Where pictures leave."),
        ("Credits", credits(school), "What a channel’s pictures bear in place of the school’s name."),
        (
            "Originals",
            format!("{} days", schedule.originals_days),
            "Destroyed so long after they may no longer be used.",
        ),
        ("Quarantine", format!("{} days", schedule.refused_days), "What waits there is destroyed after so long."),
        ("Events", days(schedule.events_days), "Photos are destroyed so long after their event."),
        (
            "Reasons of restrictions",
            format!("up to age {}", schedule.safeguarding_age),
            "Kept up to this birthday of the pupil.",
        ),
    ]
}

fn credits(school: &School) -> String {
    let own = |channel: &Channel| channel.credit.as_ref().map(|credit| format!("{}: {credit}", channel.id.title()));
    let own: Vec<String> = school.channels.iter().filter_map(own).collect();
    if own.is_empty() { "the school’s name everywhere".to_owned() } else { own.join("; ") }
}

fn options(setting: Setting) -> Vec<(&'static str, &'static str)> {
    match setting {
        Setting::FourEyes => vec![("yes", "Yes"), ("no", "No")],
        Setting::Passwords => vec![("ncsc", "ncsc"), ("school", "school")],
        _ => Vec::new(),
    }
}

pub(in crate::web) async fn show(State(site): State<Site>, caller: Caller) -> Result<Response, WebError> {
    let found =
        site.blocking(|site| site.store().read(|r| Ok::<_, StoreError>((r.setting_changes()?, Names::load(r)?))));
    let (changes, names) = found.await?;
    let row = |setting: Setting| {
        let (title, means) = words(setting);
        let value = setting.value(site.school());
        let value = if value.is_empty() { "not set".to_owned() } else { value };
        Row { word: setting.word(), title, value, means }
    };
    let change = |change: crate::store::SettingChange| {
        let word = change.setting.rsplit('.').next().unwrap_or_default();
        let title = Setting::of(word).map_or_else(|| change.setting.clone(), |setting| words(setting).0.to_owned());
        let told = |value: String| if value.is_empty() { "not set".to_owned() } else { value };
        Change {
            title,
            before: told(change.before),
            after: told(change.after),
            reason: change.reason,
            at: site.told(change.at),
            by: names.of(&change.by),
        }
    };
    page(&Settings {
        frame: Frame::new(&caller, Section::Administration),
        changeable: Setting::ALL.into_iter().map(row).collect(),
        fixed: fixed(site.school()),
        changes: changes.into_iter().map(change).collect(),
    })
}

pub(in crate::web) async fn ask(
    State(site): State<Site>,
    caller: Caller,
    Path(word): Path<String>,
) -> Result<Response, WebError> {
    let setting = Setting::of(&word).ok_or(WebError::NotFound)?;
    let given = Given { value: setting.value(site.school()), reason: String::new() };
    page(&one(&caller, setting, given, Errors::default()))
}

pub(in crate::web) async fn send(
    State(site): State<Site>,
    caller: Caller,
    Path(word): Path<String>,
    Form(given): Form<Given>,
) -> Result<Response, WebError> {
    let setting = Setting::of(&word).ok_or(WebError::NotFound)?;
    let (actor, value, reason) = (caller.actor().clone(), given.value.clone(), given.reason.clone());
    let done =
        site.blocking(move |site| match settings::change(site.store(), setting, &value, &reason, &actor, site.now()) {
            Ok(()) => {
                site.follow();
                Ok(Errors::default())
            }
            Err(OfficeError::NoText(_)) => Ok(Errors::one("reason", "Say why, in at most 1000 characters.")),
            Err(OfficeError::Setting(error @ ChangeError::Value(_))) => {
                Ok(Errors::one("value", sentence(&error.to_string())))
            }
            Err(error) => Err(error),
        });
    let errors = done.await?;
    if errors.is_empty() {
        return Ok(Redirect::to("/administration/settings").into_response());
    }
    again(&one(&caller, setting, given, errors))
}

fn one(caller: &Caller, setting: Setting, given: Given, errors: Errors) -> One {
    let (title, means) = words(setting);
    let Given { value, reason } = given;
    let (word, options) = (setting.word(), options(setting));
    One { frame: Frame::new(caller, Section::Administration), errors, word, title, means, options, value, reason }
}
