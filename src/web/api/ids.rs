//! The shapes of ids in the description, for parameters whose types live in rooms that know nothing of it.

use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A person's, channel's or category's id: up to 64 characters, none of them a control character, and not all of them space.
pub(super) struct Text;

/// A photo's id: 20 hexadecimal digits.
pub(super) struct Photo;

impl PartialSchema for Text {
    fn schema() -> RefOr<Schema> {
        // besides the control characters: what counts as space somewhere at its ends
        shaped("^[^\\x00-\\x20\\x7f-\\xa0]([^\\x00-\\x1f\\x7f-\\x9f]{0,62}[^\\x00-\\x20\\x7f-\\xa0])?$")
    }
}

impl PartialSchema for Photo {
    fn schema() -> RefOr<Schema> {
        shaped("^[0-9a-f]{20}$")
    }
}

impl ToSchema for Text {}
impl ToSchema for Photo {}

fn shaped(pattern: &str) -> RefOr<Schema> {
    let text = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).pattern(Some(pattern));
    text.build().into()
}
