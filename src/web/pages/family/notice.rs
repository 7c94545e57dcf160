//! How the school looks after pictures and data: the privacy notice, in plain English and from the settings.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::page;
use crate::office::uses::meaning;
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::frame::Frame;

#[derive(Template)]
#[template(path = "family_notice.html", config = "src/web/askama.toml")]
struct Notice {
    frame: Frame,
    school: String,
    contact: String,
    voice_age: u8,
    pupil_alone: bool,
    keep_days: Option<u32>,
    uses: Vec<(String, &'static str)>,
}

pub(in crate::web) async fn show(State(site): State<Site>) -> Result<Response, WebError> {
    let school = site.school();
    page(&Notice {
        frame: Frame::empty(),
        school: school.name.clone(),
        contact: school.dpo_contact.clone().unwrap_or_else(|| "the school office".to_owned()),
        voice_age: school.policy.voice_age,
        pupil_alone: school.policy.pupil_alone,
        keep_days: school.policy.keep_days,
        uses: school.categories.iter().map(|category| (category.id.title(), meaning(category))).collect(),
    })
}
