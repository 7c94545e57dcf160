//! Which kind of picture some bytes are, by their first bytes, and which file names go with it.

/// A kind of picture file that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// JPEG; multi-picture files and motion photos are JPEGs with something behind them.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    WebP,
    /// TIFF.
    Tiff,
    /// GIF.
    Gif,
    /// HEIF with HEVC pictures.
    Heic,
    /// HEIF with AV1 pictures.
    Avif,
}

impl Format {
    const ALL: [Self; 7] = [Self::Jpeg, Self::Png, Self::WebP, Self::Tiff, Self::Gif, Self::Heic, Self::Avif];

    /// The format that the first bytes tell, or nothing.
    #[must_use]
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some(Self::Tiff),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [a, b, c, d, b'f', b't', b'y', b'p', rest @ ..] => {
                let length = usize::try_from(u32::from_be_bytes([*a, *b, *c, *d])).ok()?.checked_sub(8)?;
                Self::of_brands(rest.get(..length.min(rest.len()))?)
            }
            _ => None,
        }
    }

    /// The format that a file name's extension names, without regard to case.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.extensions().iter().any(|own| own.eq_ignore_ascii_case(extension)))
    }

    /// Its file name extensions; the usual one comes first.
    #[must_use]
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Jpeg => &["jpg", "jpeg", "jpe", "jfif", "mpo"],
            Self::Png => &["png"],
            Self::WebP => &["webp"],
            Self::Tiff => &["tif", "tiff"],
            Self::Gif => &["gif"],
            Self::Heic => &["heic", "heif", "hif"],
            Self::Avif => &["avif"],
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Tiff => "TIFF",
            Self::Gif => "GIF",
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
        }
    }

    /// The major brand speaks first; where it only says "some picture", the compatible ones do.
    fn of_brands(brands: &[u8]) -> Option<Self> {
        let (brands, _) = brands.as_chunks::<4>();
        let own = |brand: &[u8; 4]| match brand {
            b"avif" | b"avis" => Some(Self::Avif),
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => Some(Self::Heic),
            _ => None,
        };
        let (major, rest) = brands.split_first()?;
        let general = matches!(major, b"mif1" | b"mif2" | b"msf1" | b"miaf");
        own(major).or_else(|| rest.iter().find_map(own).filter(|_| general))
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brands_tell_heic_from_avif() {
        let file = |brands: &[u8]| {
            let length = u32::try_from(8 + brands.len()).unwrap().to_be_bytes();
            [&length[..], b"ftyp", brands].concat()
        };
        assert_eq!(Format::sniff(&file(b"heic\0\0\0\0mif1heic")), Some(Format::Heic));
        assert_eq!(Format::sniff(&file(b"mif1\0\0\0\0mif1avif")), Some(Format::Avif));
        assert_eq!(Format::sniff(&file(b"isom\0\0\0\0isomavc1")), None);
        assert_eq!(Format::sniff(b"\0\0\0\x04ftyp"), None);
    }

    #[test]
    fn every_extension_leads_back_to_its_format() {
        for format in Format::ALL {
            for extension in format.extensions() {
                assert_eq!(Format::of_extension(&extension.to_uppercase()), Some(format));
            }
        }
        assert_eq!(Format::of_extension("txt"), None);
    }
}
