//! Why a file is refused, and what to do about it.

use crate::vision::format::Format;

/// A refusal: the reason and the remedy. The caller names the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// No bytes at all.
    #[error("the file is empty; copy it from the camera again")]
    Empty,
    /// No known kind of picture.
    #[error("not a picture that can be read; use JPEG, PNG, WebP, TIFF, GIF, HEIC or AVIF")]
    NotAPicture,
    /// More bytes than allowed.
    #[error("the file is larger than {most} MB; save a smaller copy")]
    TooManyBytes {
        /// The limit in millions of bytes.
        most: u64,
    },
    /// More pixels than allowed.
    #[error(
        "the picture has {width} x {height} pixels, more than {most} million or than {side} along a side; save a \
         smaller copy"
    )]
    TooManyPixels {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// The limit in millions of pixels.
        most: u64,
        /// The limit along a side.
        side: u32,
    },
    /// A width or height of zero.
    #[error("the picture has no pixels; save it again as a JPEG")]
    NoPixels,
    /// The end of the file is missing.
    #[error("the file is cut off before the end of the picture; copy it from the camera again")]
    Truncated,
    /// The picture's data contradict themselves or break off.
    #[error("the {0} data are damaged or incomplete; copy the file from the camera again or save it again as a JPEG")]
    Damaged(Format),
    /// Decoding would take more memory than the picture's size explains.
    #[error("the {0} file unpacks to more than its picture needs; save it again as a JPEG")]
    Unpacks(Format),
    /// More than one frame.
    #[error("the file is an animation; save one frame of it as a JPEG")]
    Animated,
    /// More than one page or main picture.
    #[error("the file holds several pictures; save each as a JPEG of its own")]
    Several,
    /// Colours for print.
    #[error("the colours are CMYK, for print; save it as an RGB JPEG")]
    Cmyk,
    /// 16 bits a channel.
    #[error("the picture has 16 bits a channel; save it with 8 bits a channel, for example as a JPEG")]
    SixteenBit,
    /// The file name's extension says something else than the content.
    #[error("the extension `.{named}` contradicts the content, which is {format}; rename it to `.{}`", usual(*.format))]
    Extension {
        /// The extension of the file name, cut to 16 characters.
        named: String,
        /// What the content is.
        format: Format,
    },
    /// A rare variety of a format.
    #[error("this variety of {0} is not supported; save it again as an ordinary JPEG")]
    Variety(Format),
    /// The converter for HEIC and AVIF is not there.
    #[error("{0} needs the program `heif-convert`; install the package `libheif-examples`, or save it as a JPEG")]
    NoConverter(Format),
    /// The converter gave no picture within its limits of time and memory.
    #[error("`heif-convert` could not read the {0} file within its limits; save it as a JPEG")]
    NotConverted(Format),
}

fn usual(format: Format) -> &'static str {
    format.extensions().first().copied().unwrap_or_default()
}
