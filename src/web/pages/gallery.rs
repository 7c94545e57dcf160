//! What may leave for one channel, decided now.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;

use crate::consent::Verdict;
use crate::domain::id::ChannelId;
use crate::pipeline::PipelineError;
use crate::pipeline::decide::Identified;
use crate::web::Site;
use crate::web::error::WebError;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;

#[derive(Template)]
#[template(path = "gallery.html", config = "src/web/askama.toml")]
struct Gallery {
    frame: Frame,
    name: String,
    pictures: Vec<Picture>,
}

struct Picture {
    address: String,
    alt: String,
    file: String,
}

pub(in crate::web) async fn show(
    State(site): State<Site>,
    caller: Caller,
    Path(channel): Path<ChannelId>,
) -> Result<Html<String>, WebError> {
    let wanted = channel.clone();
    let pictures = site.blocking(move |site| pictures(site, &wanted)).await?.ok_or(WebError::NotFound)?;
    let frame = Frame::new(&caller, Section::Channels);
    let page = Gallery { frame, name: channel.title(), pictures };
    Ok(Html(page.render()?))
}

/// Nothing when there is no such channel.
fn pictures(site: &Site, id: &ChannelId) -> Result<Option<Vec<Picture>>, PipelineError> {
    let Some((channel, category)) = site.school().channel(id) else { return Ok(None) };
    site.store().read(|read| {
        let roll = crate::pipeline::roll(read)?;
        let mut pictures = Vec::new();
        for event in read.events()? {
            let stem = read.stem(event.id)?;
            for photo in read.photos_of_event(event.id)? {
                let identified = Identified::load(read, &roll, &photo.id)?;
                let decided = identified.decide(site.school(), channel, category, site.now());
                if decided.verdict() == Verdict::Release {
                    pictures.push(Picture {
                        address: format!("/channels/{id}/images/{}.jpg", photo.id),
                        alt: format!("A photo from {}, {}", event.name, event.date.strftime("%-d %B %Y")),
                        file: format!("{stem}-{:03}.jpg", photo.ordinal),
                    });
                }
            }
        }
        Ok(Some(pictures))
    })
}
