//! Decoding, through the public door: files made in memory, and what becomes of them.

use std::collections::BTreeSet;
use std::process::Command;

use eyelid::domain::camera::Camera;
use eyelid::domain::geometry::Size;
use eyelid::vision::{Carried, Format};
use eyelid::vision::{DecodeError, Decoded, Limits, decode, probe};
use image::codecs::gif::GifEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::tiff::TiffEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder};
use moxcms::ColorProfile;
use proptest::prelude::*;

const WIDTH: u16 = 48;
const HEIGHT: u16 = 32;

/// Four quarters: red and green above blue and white.
fn quarters() -> Vec<u8> {
    let colour = |x, y| match (x < WIDTH / 2, y < HEIGHT / 2) {
        (true, true) => [255, 0, 0],
        (false, true) => [0, 255, 0],
        (true, false) => [0, 0, 255],
        (false, false) => [255; 3],
    };
    (0..HEIGHT).flat_map(|y| (0..WIDTH).flat_map(move |x| colour(x, y))).collect()
}

/// A picture with much detail, so that its data are long.
fn noise() -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..u32::from(WIDTH) * u32::from(HEIGHT) * 3).map(|_| next()).collect()
}

fn jpeg(rgb: &[u8], progressive: bool, segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 95);
    encoder.set_progressive(progressive);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_4_4);
    encoder.encode(rgb, WIDTH, HEIGHT, jpeg_encoder::ColorType::Rgb).unwrap();
    let mut extra = Vec::new();
    for (marker, data) in segments {
        let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
        extra.extend([&[0xff, *marker], &length[..], data].concat());
    }
    bytes.splice(2..2, extra);
    bytes
}

fn png(rgb: &[u8], set: impl FnOnce(&mut PngEncoder<&mut Vec<u8>>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    set(&mut encoder);
    encoder.write_image(rgb, WIDTH.into(), HEIGHT.into(), ExtendedColorType::Rgb8).unwrap();
    bytes
}

fn webp(rgb: &[u8], exif: Option<Vec<u8>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut bytes);
    exif.into_iter().for_each(|exif| encoder.set_exif_metadata(exif).unwrap());
    encoder.write_image(rgb, WIDTH.into(), HEIGHT.into(), ExtendedColorType::Rgb8).unwrap();
    bytes
}

fn gif(frames: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    for _ in 0..frames {
        encoder.encode(&quarters(), WIDTH.into(), HEIGHT.into(), ExtendedColorType::Rgb8).unwrap();
    }
    drop(encoder);
    bytes
}

/// A chunk for the place right behind a PNG's header.
fn with_chunk(mut png: Vec<u8>, kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for byte in kind.iter().chain(data) {
        crc ^= u32::from(*byte);
        (0..8).for_each(|_| crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 });
    }
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    png.splice(33..33, [&length[..], kind, data, &(!crc).to_be_bytes()].concat());
    png
}

/// A field of a TIFF directory: tag, type, count and bytes.
type Field<'a> = (u16, u16, u32, &'a [u8]);

/// A little-endian TIFF of directories at fixed places.
fn tiff(directories: &[(usize, &[Field], u32)]) -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    for (start, fields, next) in directories {
        assert!(bytes.len() <= *start);
        bytes.resize(*start, 0);
        bytes.extend(u16::try_from(fields.len()).unwrap().to_le_bytes());
        let (mut long, behind) = (Vec::new(), start + 2 + fields.len() * 12 + 4);
        for (tag, kind, count, data) in *fields {
            bytes.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
            bytes.extend(count.to_le_bytes());
            if data.len() <= 4 {
                bytes.extend([data, &[0; 4][data.len()..]].concat());
            } else {
                bytes.extend(u32::try_from(behind + long.len()).unwrap().to_le_bytes());
                long.extend_from_slice(data);
            }
        }
        bytes.extend(next.to_le_bytes());
        bytes.extend(long);
    }
    bytes
}

fn oriented(orientation: u8) -> Vec<u8> {
    tiff(&[(8, &[(0x112, 3, 1, &[orientation, 0])], 0)])
}

/// EXIF that tells everything: camera, place, maker's notes, a thumbnail.
fn telling() -> Vec<u8> {
    let make: &[u8] = b"Can\x01on\0";
    tiff(&[
        (
            8,
            &[
                (0x10f, 2, 7, make),
                (0x110, 2, 6, b"EOS X\0"),
                (0x8769, 4, 1, &200_u32.to_le_bytes()),
                (0x8825, 4, 1, &300_u32.to_le_bytes()),
            ],
            400,
        ),
        (200, &[(0x927c, 7, 5, b"notes"), (0xa431, 2, 5, b"0042\0")], 0),
        (300, &[(1, 2, 2, b"N\0")], 0),
        (400, &[(0x201, 4, 1, &500_u32.to_le_bytes()), (0x202, 4, 1, &4_u32.to_le_bytes())], 0),
        (500, &[], 0),
    ])
}

/// An uncompressed RGB TIFF.
fn rgb_tiff(rgb: &[u8], orientation: u8, further: &[Field]) -> Vec<u8> {
    let (width, height) = (WIDTH.to_le_bytes(), HEIGHT.to_le_bytes());
    let length = u32::try_from(rgb.len()).unwrap().to_le_bytes();
    let mut fields: Vec<Field> = vec![
        (256, 3, 1, &width),
        (257, 3, 1, &height),
        (258, 3, 3, &[8, 0, 8, 0, 8, 0]),
        (259, 3, 1, &[1, 0]),
        (262, 3, 1, &[2, 0]),
    ];
    let at = 1000_u32.to_le_bytes();
    let orientation = [orientation, 0];
    fields.extend_from_slice(&[
        (273, 4, 1, &at),
        (274, 3, 1, &orientation),
        (277, 3, 1, &[3, 0]),
        (279, 4, 1, &length),
    ]);
    fields.extend_from_slice(further);
    let mut bytes = tiff(&[(8, &fields, 0)]);
    bytes.resize(1000, 0);
    bytes.extend_from_slice(rgb);
    bytes
}

fn open(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    decode(bytes, None, &Limits::default())
}

fn refusal(bytes: &[u8]) -> DecodeError {
    open(bytes).unwrap_err()
}

fn pixel(decoded: &Decoded, x: u32, y: u32) -> [u8; 3] {
    let start = usize::try_from((y * decoded.pixels.size().width + x) * 3).unwrap();
    decoded.pixels.rgb()[start..start + 3].try_into().unwrap()
}

/// The letters of the four quarters as they are seen: r, g, b and w for white.
fn seen(decoded: &Decoded) -> String {
    let Size { width, height } = decoded.pixels.size();
    let places = [(4, 4), (width - 4, 4), (4, height - 4), (width - 4, height - 4)];
    let letter = |(x, y)| match pixel(decoded, x, y).map(|channel| channel > 127) {
        [true, false, false] => 'r',
        [false, true, false] => 'g',
        [false, false, true] => 'b',
        [true, true, true] => 'w',
        _ => '?',
    };
    places.into_iter().map(letter).collect()
}

#[test]
fn orientation_is_applied_once_in_every_format() {
    // the stored picture is rg above bw
    let expected = ["rgbw", "grwb", "wbgr", "bwrg", "rbgw", "brwg", "wgbr", "gwrb"];
    for (orientation, expected) in (1_u8..).zip(expected) {
        let exif = [b"Exif\0\0", &oriented(orientation)[..]].concat();
        let files = [
            jpeg(&quarters(), false, &[(0xe1, &exif)]),
            png(&quarters(), |png| png.set_exif_metadata(oriented(orientation)).unwrap()),
            webp(&quarters(), Some(oriented(orientation))),
            rgb_tiff(&quarters(), orientation, &[]),
        ];
        for file in files {
            let decoded = open(&file).unwrap();
            assert_eq!(seen(&decoded), expected, "{} {orientation}", decoded.format);
            let (width, height) = if orientation < 5 { (WIDTH, HEIGHT) } else { (HEIGHT, WIDTH) };
            assert_eq!(decoded.pixels.size(), Size { width: width.into(), height: height.into() });
        }
    }
}

#[test]
fn every_format_gives_the_same_picture() {
    let files = [
        jpeg(&quarters(), false, &[]),
        jpeg(&quarters(), true, &[]),
        png(&quarters(), |_| ()),
        webp(&quarters(), None),
        rgb_tiff(&quarters(), 1, &[]),
        gif(1),
    ];
    for file in files {
        let decoded = open(&file).unwrap();
        assert_eq!(seen(&decoded), "rgbw", "{}", decoded.format);
        assert!(decoded.removed.is_empty(), "{} {:?}", decoded.format, decoded.removed);
        assert_eq!(decoded.camera, Camera::default());
    }
}

#[test]
fn the_camera_is_told_and_everything_carried_is_listed() {
    let exif = [b"Exif\0\0", &telling()[..]].concat();
    let segments: [(u8, &[u8]); 8] = [
        (0xe1, &exif),
        (0xe1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
        (0xe1, b"http://ns.adobe.com/xmp/extension/\0more"),
        (0xed, b"Photoshop 3.0\x008BIM\x04\x04"),
        (0xe2, b"ICC_PROFILE\0\x01\x01broken"),
        (0xe2, b"MPF\0"),
        (0xfe, b"Amelia Smith"),
        (0xe5, b"whatever"),
    ];
    let mut file = jpeg(&quarters(), false, &segments);
    file.extend(jpeg(&noise(), false, &[]));
    let decoded = open(&file).unwrap();
    assert_eq!(seen(&decoded), "rgbw");
    let camera = |text: &str| Some(text.to_owned());
    assert_eq!(decoded.camera, Camera { make: camera("Canon"), model: camera("EOS X"), serial: camera("0042") });
    let all = [
        Carried::Exif,
        Carried::Gps,
        Carried::MakerNote,
        Carried::Xmp,
        Carried::Iptc,
        Carried::Icc,
        Carried::Thumbnail,
        Carried::Comment,
        Carried::Trailer,
        Carried::Other,
    ];
    assert_eq!(decoded.removed, BTreeSet::from(all));
}

#[test]
fn texts_and_trailers_of_other_formats_are_listed() {
    let plain = png(&quarters(), |_| ());
    let listed =
        |file: Vec<u8>| open(&file).unwrap().removed.iter().map(|carried| carried.as_str()).collect::<Vec<_>>();
    assert_eq!(listed(with_chunk(plain.clone(), b"tEXt", b"Author\0Amelia Smith")), ["comment"]);
    assert_eq!(listed(with_chunk(plain.clone(), b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x/>")), ["xmp"]);
    assert_eq!(listed(with_chunk(plain.clone(), b"tIME", &[0; 7])), ["other"]);
    assert_eq!(listed([&plain[..], b"PK"].concat()), ["trailer"]);
    assert_eq!(listed([&webp(&quarters(), None)[..], b"PK"].concat()), ["trailer"]);
    assert_eq!(listed([&gif(1)[..], b"PK"].concat()), ["trailer"]);
    assert_eq!(listed(webp(&quarters(), Some(telling()))), ["exif", "gps", "makernote", "thumbnail"]);
    assert_eq!(listed(rgb_tiff(&quarters(), 1, &[(700, 1, 4, b"<x/>"), (34675, 7, 4, b"icc!")])), ["xmp", "icc"]);
}

#[test]
fn a_wide_profile_ends_in_srgb() {
    // Display P3 to sRGB by the definitions of both, apart from any colour library
    let linear = |channel: u8| {
        let value = f64::from(channel) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let encoded = |value: f64| {
        let value = value.clamp(0.0, 1.0);
        255.0 * if value <= 0.003_130_8 { value * 12.92 } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 }
    };
    let matrix = [[1.2249, -0.2247, 0.0], [-0.0420, 1.0419, 0.0], [-0.0197, -0.0786, 1.0979]];
    let profile = ColorProfile::new_display_p3().encode().unwrap();
    for colour in [[200, 100, 50], [30, 160, 90], [120, 120, 120], [90, 60, 200]] {
        let rgb = colour.repeat(usize::from(WIDTH) * usize::from(HEIGHT));
        let segment = [b"ICC_PROFILE\0\x01\x01", &profile[..]].concat();
        let files =
            [png(&rgb, |png| png.set_icc_profile(profile.clone()).unwrap()), jpeg(&rgb, false, &[(0xe2, &segment)])];
        let wanted = matrix.map(|row| encoded(row.iter().zip(colour).map(|(part, c)| part * linear(c)).sum()));
        for file in files {
            let decoded = open(&file).unwrap();
            let got = pixel(&decoded, 5, 5).map(f64::from);
            assert!(got.iter().zip(wanted).all(|(got, wanted)| (got - wanted).abs() < 3.0), "{got:?} {wanted:?}");
            assert!(decoded.removed.contains(&Carried::Icc));
        }
    }
}

#[test]
fn transparent_becomes_white_and_grey_becomes_rgb() {
    let encode = |data: &[u8], kind| {
        let mut bytes = Vec::new();
        PngEncoder::new(&mut bytes).write_image(data, 2, 1, kind).unwrap();
        open(&bytes).unwrap().pixels.rgb().to_vec()
    };
    assert_eq!(encode(&[10, 20, 30, 0, 10, 20, 30, 255], ExtendedColorType::Rgba8), [255, 255, 255, 10, 20, 30]);
    assert_eq!(encode(&[0, 128, 77, 255], ExtendedColorType::La8), [127, 127, 127, 77, 77, 77]);
    assert_eq!(encode(&[0, 200], ExtendedColorType::L8), [0, 0, 0, 200, 200, 200]);
}

#[test]
fn a_file_cut_off_anywhere_is_refused() {
    let files = [
        jpeg(&noise(), false, &[]),
        jpeg(&noise(), true, &[]),
        png(&noise(), |_| ()),
        webp(&noise(), None),
        gif(1),
        rgb_tiff(&noise(), 1, &[]),
    ];
    for file in files {
        let format = open(&file).unwrap().format;
        for length in (0..file.len()).step_by(7).chain([file.len() - 1]) {
            assert!(open(&file[..length]).is_err(), "{format} of {length} bytes of {}", file.len());
        }
    }
}

#[test]
fn a_jpeg_with_an_end_but_without_its_data_is_refused() {
    for progressive in [false, true] {
        let file = jpeg(&noise(), progressive, &[]);
        for share in [30, 50, 70, 90, 97, 99] {
            let cut = [&file[..file.len() * share / 100], &[0xff, 0xd9]].concat();
            let refused = open(&cut).err();
            // a cut between the scans of a progressive picture falls into a table
            let expected = [Some(DecodeError::Damaged(Format::Jpeg)), Some(DecodeError::Truncated)];
            assert!(expected.contains(&refused), "{progressive} {share} {refused:?}");
        }
    }
}

#[test]
fn restart_markers_and_smallest_pictures_are_fine() {
    let encode = |width: u16, height: u16, progressive, restart| {
        let mut bytes = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 1);
        encoder.set_progressive(progressive);
        encoder.set_restart_interval(restart);
        let rgb = vec![255; usize::from(width) * usize::from(height) * 3];
        encoder.encode(&rgb, width, height, jpeg_encoder::ColorType::Rgb).unwrap();
        bytes
    };
    for (width, height) in [(1, 1), (8, 8), (9, 17), (1, 300), (20_000, 10)] {
        for progressive in [false, true] {
            for restart in [0, 1, 2, 3] {
                let opened = open(&encode(width, height, progressive, restart));
                assert!(opened.is_ok(), "{width} {height} {progressive} {restart} {opened:?}");
            }
        }
    }
}

#[test]
fn what_cannot_be_shown_is_refused_with_its_reason() {
    let plain = png(&quarters(), |_| ());
    let bomb = {
        let mut file = plain.clone();
        file.splice(16..24, [0, 1, 0, 0, 0, 1, 0, 0]);
        file
    };
    let huge_jpeg = {
        let mut file = jpeg(&quarters(), false, &[]);
        let frame = file.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
        file.splice(frame + 5..frame + 9, [0xff; 4]);
        file
    };
    let deep = {
        let mut bytes = Vec::new();
        PngEncoder::new(&mut bytes).write_image(&[0; 12], 2, 1, ExtendedColorType::Rgb16).unwrap();
        bytes
    };
    let cmyk = {
        let mut bytes = Vec::new();
        jpeg_encoder::Encoder::new(&mut bytes, 90).encode(&[0; 256], 8, 8, jpeg_encoder::ColorType::Cmyk).unwrap();
        bytes
    };
    let print_tiff = {
        let mut file = rgb_tiff(&quarters(), 1, &[]);
        let at = file.windows(4).position(|four| four == [6, 1, 3, 0]).unwrap();
        file[at + 8] = 5;
        file
    };
    let deep_tiff = {
        let mut bytes = std::io::Cursor::new(Vec::new());
        TiffEncoder::new(&mut bytes).write_image(&[0; 4], 2, 1, ExtendedColorType::L16).unwrap();
        bytes.into_inner()
    };
    assert_eq!(refusal(b""), DecodeError::Empty);
    assert_eq!(refusal(b"a letter to the parents"), DecodeError::NotAPicture);
    assert!(matches!(refusal(&bomb), DecodeError::TooManyPixels { width: 65_536, height: 65_536, .. }));
    assert!(matches!(refusal(&huge_jpeg), DecodeError::TooManyPixels { width: 65_535, .. }));
    assert_eq!(refusal(&deep), DecodeError::SixteenBit);
    assert_eq!(refusal(&deep_tiff), DecodeError::SixteenBit);
    assert_eq!(refusal(&cmyk), DecodeError::Cmyk);
    assert_eq!(refusal(&print_tiff), DecodeError::Cmyk);
    assert_eq!(refusal(&gif(2)), DecodeError::Animated);
    assert_eq!(refusal(&with_chunk(plain.clone(), b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0])), DecodeError::Animated);
    let small = Limits { max_bytes: 10, ..Limits::default() };
    assert!(matches!(decode(&plain, None, &small), Err(DecodeError::TooManyBytes { .. })));
    let few = Limits { max_pixels: 1535, ..Limits::default() };
    assert!(matches!(probe(&plain, None, &few), Err(DecodeError::TooManyPixels { .. })));
    let exact = Limits { max_pixels: 1536, max_side: 48, ..Limits::default() };
    assert!(decode(&plain, None, &exact).is_ok());
}

#[test]
fn the_extension_has_to_agree() {
    let limits = Limits::default();
    let file = png(&quarters(), |_| ());
    assert_eq!(probe(&file, Some("PNG"), &limits), Ok(Format::Png));
    assert_eq!(probe(&file, None, &limits), Ok(Format::Png));
    let refused = probe(&file, Some("jpg"), &limits).unwrap_err().to_string();
    assert_eq!(refused, "the extension `.jpg` contradicts the content, which is PNG; rename it to `.png`");
    assert!(probe(&file, Some("exe"), &limits).is_err());
    assert_eq!(probe(&jpeg(&quarters(), false, &[]), Some("mpo"), &limits), Ok(Format::Jpeg));
}

#[test]
fn unparsable_metadata_are_dropped_silently() {
    for exif in [&b"Exif\0\0"[..], b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0garbage that is no TIFF"] {
        let decoded = open(&jpeg(&quarters(), false, &[(0xe1, exif)])).unwrap();
        assert_eq!((decoded.camera.clone(), seen(&decoded).as_str()), (Camera::default(), "rgbw"));
        assert_eq!(decoded.removed, BTreeSet::from([Carried::Exif]));
    }
}

#[test]
fn heic_is_decoded_upright_in_srgb_or_names_what_is_missing() {
    let file = include_bytes!("../../fixtures/golden/vision/p3-exif6.heic");
    match open(file) {
        Ok(decoded) => {
            // EXIF says orientation 6, but in HEIF the container's own transformations count, and there is none
            assert_eq!(decoded.pixels.size(), Size { width: 96, height: 64 });
            // Display P3 (30, 160, 90) leaves sRGB's red near zero
            let [r, g, b] = pixel(&decoded, 48, 32);
            assert!(r < 12 && g.abs_diff(162) < 6 && b.abs_diff(86) < 8, "{r} {g} {b}");
            assert!(decoded.removed.contains(&Carried::Exif) && decoded.removed.contains(&Carried::Icc));
        }
        Err(refused) => {
            assert_eq!(refused, DecodeError::NoConverter(Format::Heic));
            assert!(Command::new("heif-convert").arg("--help").output().is_err(), "it is there but was not used");
        }
    }
    assert_eq!(refusal(&file[..file.len() - 5]), DecodeError::Truncated);
    assert!(probe(file, Some("heif"), &Limits::default()).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn damage_never_panics(which in 0_usize..6, hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let exif = [b"Exif\0\0", &telling()[..]].concat();
        let mut file = match which {
            0 => jpeg(&quarters(), false, &[(0xe1, &exif)]),
            1 => jpeg(&quarters(), true, &[(0xe1, &exif)]),
            2 => png(&quarters(), |png| png.set_exif_metadata(telling()).unwrap()),
            3 => webp(&quarters(), Some(telling())),
            4 => gif(1),
            _ => rgb_tiff(&quarters(), 6, &[]),
        };
        for (at, value) in hits {
            let at = at.index(file.len());
            file[at] = value;
        }
        let limits = Limits { max_pixels: 1_000_000, max_side: 4000, ..Limits::default() };
        if let Ok(decoded) = decode(&file, None, &limits) {
            prop_assert!(decoded.pixels.size().pixels() <= 1_000_000);
        }
    }
}
