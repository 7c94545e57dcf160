//! What the stages make of one drawn picture, compared with pictures that people have looked at.
//!
//! `EYELID_BLESS=1` writes them anew; look at them before you commit.

use std::path::PathBuf;

use eyelid::domain::channel::Style;
use eyelid::domain::geometry::{Region, Size};
use eyelid::vision::{Credit, Pixels, encode_jpeg, obscure, resize};
use eyelid::vision::{Limits, decode};

const SIZE: Size = Size { width: 192, height: 128 };
const HIDDEN: [Region; 3] = [
    Region { left: 20, top: 16, right: 76, bottom: 88 },
    Region { left: 60, top: 60, right: 120, bottom: 110 },
    Region { left: 160, top: 90, right: 230, bottom: 150 },
];
const SHOWN: [Region; 1] = [Region { left: 74, top: 20, right: 110, bottom: 70 }];

/// Stripes, a disc and a slope of colours: something with edges everywhere.
fn drawn() -> Pixels {
    let colour = |x: u32, y: u32| {
        let disc = (i64::from(x) - 48).pow(2) + (i64::from(y) - 52).pow(2) < 700;
        let stripe = (x / 6 + y / 9).is_multiple_of(2);
        let slope = |at: u32, of: u32| u8::try_from(at * 255 / of).unwrap();
        match (disc, stripe) {
            (true, _) => [230, 180, 150],
            (false, true) => [slope(x, SIZE.width), slope(y, SIZE.height), 90],
            (false, false) => [40, slope(x, SIZE.width), slope(y, SIZE.height)],
        }
    };
    let rgb = (0..SIZE.height).flat_map(|y| (0..SIZE.width).flat_map(move |x| colour(x, y))).collect();
    Pixels::new(SIZE, rgb).unwrap()
}

fn hidden(style: Style) -> Pixels {
    let mut pixels = drawn();
    obscure(&mut pixels, &HIDDEN, &SHOWN, style, &[42; 32]);
    pixels
}

/// Compares with the golden picture; processors may round the last bit of a channel differently.
fn matches_golden(name: &str, pixels: &Pixels, tolerance: u8) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/golden/vision").join(name);
    let Size { width, height } = pixels.size();
    if std::env::var_os("EYELID_BLESS").is_some() {
        image::save_buffer(&path, pixels.rgb(), width, height, image::ExtendedColorType::Rgb8).unwrap();
    }
    let golden = image::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).into_rgb8();
    assert_eq!(golden.dimensions(), (width, height), "{name}");
    let worst = golden.as_raw().iter().zip(pixels.rgb()).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
    assert!(worst <= tolerance, "{name} differs by up to {worst} of 255");
}

#[test]
fn smooth() {
    matches_golden("smooth.png", &hidden(Style::Smooth), 0);
}

#[test]
fn fill() {
    matches_golden("fill.png", &hidden(Style::Fill([20, 60, 120])), 0);
}

#[test]
fn blur() {
    matches_golden("blur.png", &hidden(Style::Blur), 0);
}

#[test]
fn resized() {
    matches_golden("resized.png", &resize(&hidden(Style::Smooth), 100).unwrap(), 1);
}

#[test]
fn released() {
    let credit = Credit { credit: "Eyelid Primary School", rights: "© Eyelid Primary School" };
    let bytes = encode_jpeg(&resize(&hidden(Style::Smooth), 160).unwrap(), Some(&credit)).unwrap();
    let decoded = decode(&bytes, Some("jpg"), &Limits::default()).unwrap();
    let carried: Vec<&str> = decoded.removed.iter().map(|carried| carried.as_str()).collect();
    assert_eq!(carried, ["xmp"]);
    matches_golden("released.png", &decoded.pixels, 3);
}
