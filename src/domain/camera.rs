//! Which camera took a photo, and which cameras a school allows.

use serde::{Deserialize, Serialize};

/// What a file says of the camera that made it (EXIF Make, Model and BodySerialNumber).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Camera {
    /// EXIF Make.
    pub make: Option<String>,
    /// EXIF Model.
    pub model: Option<String>,
    /// EXIF BodySerialNumber.
    pub serial: Option<String>,
}

/// An entry of the school's camera list: every part that it names has to be the photo's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowedCamera {
    /// The make to match, without regard to case.
    pub make: String,
    /// The model to match; any when absent.
    pub model: Option<String>,
    /// The serial number to match; any when absent.
    pub serial: Option<String>,
}

impl AllowedCamera {
    /// Whether the photo's camera is this one; a part that the photo does not tell matches nothing.
    #[must_use]
    pub fn matches(&self, camera: &Camera) -> bool {
        let same =
            |wanted: &str, told: Option<&str>| told.is_some_and(|told| told.trim().eq_ignore_ascii_case(wanted.trim()));
        same(&self.make, camera.make.as_deref())
            && self.model.as_deref().is_none_or(|model| same(model, camera.model.as_deref()))
            && self.serial.as_deref().is_none_or(|serial| same(serial, camera.serial.as_deref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_that_does_not_say_is_not_allowed() {
        let listed = AllowedCamera { make: "Canon".into(), model: None, serial: Some("0042".into()) };
        let told = |make: &str, serial: Option<&str>| Camera {
            make: Some(make.into()),
            model: None,
            serial: serial.map(Into::into),
        };
        assert!(listed.matches(&told("CANON ", Some("0042"))));
        assert!(!listed.matches(&told("Canon", None)));
        assert!(!listed.matches(&told("Nikon", Some("0042"))));
        assert!(!listed.matches(&Camera::default()));
    }
}
