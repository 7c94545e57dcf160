//! Pixels as a decoder gives them: one to four channels of 8 bits, in the file's own colours.

use image::error::{ImageError, LimitErrorKind};
use image::{ColorType, ImageDecoder};

use super::DecodeError;
use crate::domain::geometry::Size;
use crate::vision::format::Format;

/// Grey, grey with alpha, RGB or RGBA, by the number of channels.
pub(crate) struct Raster {
    pub(crate) size: Size,
    pub(crate) channels: usize,
    pub(crate) data: Vec<u8>,
    pub(crate) icc: Option<Vec<u8>>,
}

/// What a decoder may take for a picture of this size: eight bytes a pixel (some decoders hold the picture in a buffer of their
/// own) and room for profiles and tables. The size has been checked; what unpacks to more is a bomb.
pub(super) fn memory(size: Size) -> image::Limits {
    let mut memory = image::Limits::no_limits();
    memory.max_image_width = Some(size.width);
    memory.max_image_height = Some(size.height);
    memory.max_alloc = Some(size.pixels().saturating_mul(8).saturating_add(16 << 20));
    memory
}

/// Runs a decoder whose limits are set and whose size has been checked.
pub(super) fn read(mut decoder: impl ImageDecoder, format: Format) -> Result<Raster, DecodeError> {
    let channels = match decoder.color_type() {
        ColorType::L8 => 1,
        ColorType::La8 => 2,
        ColorType::Rgb8 => 3,
        ColorType::Rgba8 => 4,
        ColorType::L16 | ColorType::La16 | ColorType::Rgb16 | ColorType::Rgba16 => {
            return Err(DecodeError::SixteenBit);
        }
        _ => return Err(DecodeError::Variety(format)),
    };
    let (width, height) = decoder.dimensions();
    let icc = decoder.icc_profile().ok().flatten();
    let length = usize::try_from(decoder.total_bytes()).map_err(|_| DecodeError::Unpacks(format))?;
    let mut data = vec![0; length];
    decoder.read_image(&mut data).map_err(|error| refusal(&error, format))?;
    Ok(Raster { size: Size { width, height }, channels, data, icc })
}

pub(super) fn refusal(error: &ImageError, format: Format) -> DecodeError {
    match error {
        ImageError::Limits(limit) if matches!(limit.kind(), LimitErrorKind::InsufficientMemory) => {
            DecodeError::Unpacks(format)
        }
        ImageError::Unsupported(_) => DecodeError::Variety(format),
        ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => DecodeError::Truncated,
        _ => DecodeError::Damaged(format),
    }
}
