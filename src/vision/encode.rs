//! Writes a picture as a fresh JPEG.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::pixels::Pixels;
use super::xmp::{Credit, packet};

/// Why a picture cannot be written as a JPEG.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// More pixels along a side than the format can say.
    #[error("the picture has {0} pixels along a side, a JPEG at most 65535; make it smaller first")]
    TooLong(u32),
    /// Credit and rights do not fit into one segment.
    #[error("credit and rights are longer than 65000 bytes; shorten them")]
    LongCredit,
    /// The encoder failed.
    #[error("the picture cannot be written as a JPEG: {0}; report this as a fault of the program")]
    Encoder(String),
}

/// A JPEG of quality 85 with 4:2:0 chroma, in sRGB, with the credit's XMP and no other metadata.
///
/// # Errors
/// When a side or the credit is too long for the format.
pub fn encode_jpeg(pixels: &Pixels, credit: Option<&Credit<'_>>) -> Result<Vec<u8>, EncodeError> {
    let side = |side: u32| u16::try_from(side).map_err(|_| EncodeError::TooLong(side));
    let (width, height) = (side(pixels.size().width)?, side(pixels.size().height)?);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    if let Some(credit) = credit {
        let segment = [XMP_SEGMENT, packet(credit).as_bytes()].concat();
        encoder.add_app_segment(1, segment).map_err(|_| EncodeError::LongCredit)?;
    }
    let encoded = encoder.encode(pixels.rgb(), width, height, ColorType::Rgb);
    encoded.map_err(|error| EncodeError::Encoder(error.to_string()))?;
    Ok(bytes)
}

const QUALITY: u8 = 85;
const XMP_SEGMENT: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geometry::Size;

    fn black(width: u32, height: u32) -> Pixels {
        Pixels::new(Size { width, height }, vec![0; usize::try_from(width * height * 3).unwrap()]).unwrap()
    }

    #[test]
    fn a_jpeg_ends_with_its_end_marker_and_names_no_writer() {
        let credit = Credit { credit: "St \u{7}Mary's & <Co>", rights: "© the school" };
        let bytes = encode_jpeg(&black(20, 10), Some(&credit)).unwrap();
        assert!(bytes.ends_with(&[0xff, 0xd9]));
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains("St Mary&apos;s &amp; &lt;Co&gt;") && text.contains("© the school"), "{text}");
        assert!(text.contains("DMI-PROHIBITED"));
        assert!(!text.contains("xmptk") && !text.contains("xmp-writer"));
        let plain = encode_jpeg(&black(20, 10), None).unwrap();
        assert!(!String::from_utf8_lossy(&plain).contains("xmp"));
    }

    #[test]
    fn what_the_format_cannot_hold_is_refused() {
        assert!(matches!(encode_jpeg(&black(65_536, 1), None), Err(EncodeError::TooLong(65_536))));
        let long = "a".repeat(70_000);
        let credit = Credit { credit: &long, rights: "" };
        assert!(matches!(encode_jpeg(&black(1, 1), Some(&credit)), Err(EncodeError::LongCredit)));
    }
}
