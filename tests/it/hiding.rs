//! Nobody can be told by what is painted over them: the attacks of `benches/hiding` on fewer people, and the finished bytes.

#[path = "../../benches/hiding/attack.rs"]
#[expect(dead_code, reason = "the bench tries and prints more")]
mod attack;

use std::path::Path;
use std::sync::LazyLock;

use eyelid::domain::channel::Style;
use eyelid::domain::geometry::{Rect, Region, Size};
use eyelid::domain::head::Cover;
use eyelid::vision::{Embedder, Pixels, encode_jpeg, obscure, resize};
use proptest::prelude::*;

use super::detect::faces;
use attack::{ATTACKS, Hiding, Published, Staged, interval, people, rank_one};

fn everybody() -> &'static [[Staged; 2]] {
    static PEOPLE: LazyLock<Vec<[Staged; 2]>> =
        LazyLock::new(|| people(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/school")));
    assert_eq!(PEOPLE.len(), 23);
    &PEOPLE
}

/// How many of the 46 portraits each of these attacks gives to the right person.
fn rates(hiding: Hiding, attacks: &[&'static str]) -> Vec<(&'static str, f64)> {
    let embedder = Embedder::shared().unwrap();
    let published: Vec<[Published; 2]> =
        everybody().iter().map(|[one, other]| [one.publish(hiding), other.publish(hiding)]).collect();
    let rate = |wanted: &&'static str| {
        let (_, numbers) = ATTACKS.iter().find(|(name, _)| name == wanted).unwrap();
        let of =
            |which: usize| -> Vec<Vec<f32>> { published.iter().map(|two| numbers(&two[which], embedder)).collect() };
        (*wanted, rank_one(&of(0), &of(1)) + rank_one(&of(1), &of(0)))
    };
    attacks.iter().map(rate).collect()
}

/// One in 23 is chance; of some ten looks, one that is better by three deviations and a third is not chance.
fn better_than_chance(hits: f64) -> bool {
    interval(hits, 46.0, 3.29).0 > 1.0 / 23.0
}

#[test]
fn the_attacks_work_where_nothing_is_hidden_or_its_mean_colour_is_kept() {
    let bare = rates(Hiding::Nothing, &["descriptor", "colours of 8 x 8 parts"]);
    assert!(bare[0].1 > 40.0 && bare[1].1 > 35.0, "{bare:?}");
    let mean = rates(Hiding::OwnMean, &["mean colour"]);
    assert!(better_than_chance(mean[0].1), "{mean:?}");
}

/// Heads that stand at the same place become one and the same picture: whatever an attack makes of it, it tells nobody.
#[test]
fn under_one_key_everybody_becomes_the_same_picture_in_every_style() {
    for cover in [Cover::Head, Cover::Body] {
        for style in [Style::Smooth, Style::Fill([96, 104, 112]), Style::Blur] {
            let hidden = |one: &Staged| {
                let mut one = one.clone();
                one.key = [7; 32];
                one.hidden(Hiding::Painted(style, cover))
            };
            let mut pictures = everybody().iter().flatten().map(hidden);
            let first = pictures.next().unwrap();
            assert!(pictures.all(|picture| picture == first), "{style:?} {cover:?}");
        }
    }
}

/// The only style whose paint differs from photo to photo: its noise is keyed with the original's digest.
#[test]
fn the_noise_of_a_blur_lets_nobody_be_told() {
    let cheap =
        ["mean colour", "colours of 8 x 8 parts", "difference to `fill`, 8 x 8 parts", "blocks at the region's edge"];
    let head = [&["descriptor"], cheap.as_slice()].concat();
    for (cover, attacks) in [(Cover::Head, head.as_slice()), (Cover::Body, &cheap)] {
        let rates = rates(Hiding::Painted(Style::Blur, cover), attacks);
        assert!(rates.iter().all(|(_, hits)| !better_than_chance(*hits)), "{cover:?}: {rates:?}");
    }
}

const FRAME: Size = Size { width: 96, height: 80 };

fn picture() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 96 * 80 * 3)
}

fn style() -> impl Strategy<Value = Style> {
    prop_oneof![Just(Style::Smooth), Just(Style::Fill([10, 200, 30])), Just(Style::Blur)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the face's box, its fractions and its place at the picture's edge: two photos that differ only in the
    /// pixels which the box touches become the same file in every size.
    #[test]
    fn the_finished_file_knows_nothing_of_a_hidden_face(
        one in picture(), other in picture(), style in style(), side in 8_u32..120,
        x in -20.0_f32..100.0, y in -20.0_f32..90.0, w in 1.0_f32..60.0, h in 1.0_f32..60.0, body in any::<bool>(),
    ) {
        let face = Rect { x1: x, y1: y, x2: x + w, y2: y + h };
        let cover = if body { Cover::Body } else { Cover::Head };
        let region = cover.region(&face, FRAME);
        let mut exchanged = one.clone();
        let touched = |at: usize| {
            let (left, top) = ((at / 3 % 96) as f32, (at / 3 / 96) as f32);
            left < face.x2 && left + 1.0 > face.x1 && top < face.y2 && top + 1.0 > face.y1
        };
        for (at, byte) in exchanged.iter_mut().enumerate().filter(|(at, _)| touched(*at)) {
            *byte = other[at];
        }
        let file = |rgb: Vec<u8>, hidden: &[Region]| {
            let mut pixels = Pixels::new(FRAME, rgb).unwrap();
            obscure(&mut pixels, hidden, &[], style, &[7; 32]);
            encode_jpeg(&resize(&pixels, side).unwrap(), None).unwrap()
        };
        prop_assert_eq!(file(one, &[region]), file(exchanged, &[region]));
    }
}
