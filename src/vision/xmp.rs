//! The only metadata that a released picture carries.

use xmp_writer::{CustomNamespace, Namespace, XmpWriter};

/// Whom to name beside a released picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credit<'a> {
    /// `photoshop:Credit`, usually the school's name.
    pub credit: &'a str,
    /// `dc:rights`, the notice of who owns the picture.
    pub rights: &'a str,
}

/// The XMP packet: credit, rights, and that the picture must not be mined.
pub(super) fn packet(credit: &Credit<'_>) -> String {
    let (name, rights) = (plain(credit.credit), plain(credit.rights));
    let custom = |name, prefix, url| Namespace::Custom(Box::new(CustomNamespace::new(name, prefix, url)));
    let mut xmp = XmpWriter::new();
    xmp.rights([(None, rights.as_str())]);
    xmp.element("Credit", custom("Photoshop", "photoshop", "http://ns.adobe.com/photoshop/1.0/")).value(name.as_str());
    xmp.element("DataMining", custom("PLUS", "plus", "http://ns.useplus.org/ldf/xmp/1.0/"))
        .value("http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED");
    // the writer signs its work; the allow-list has no place for that
    xmp.finish(None).replacen(" x:xmptk=\"xmp-writer\"", "", 1)
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
