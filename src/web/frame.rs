//! What surrounds every page: the school, where one may go, who is signed in.

use super::guard::Caller;
use crate::access::Permission;

/// The part of the service that a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// Events, uploads, faces.
    Photos,
    /// What waits for a channel, and what it may show.
    Channels,
    /// Pupils and what their families said.
    Consents,
    /// One's own children, or oneself.
    Family,
    /// Restrictions and incidents.
    Safeguarding,
    /// Audit, whole files, retention.
    Records,
    /// Accounts and settings.
    Administration,
    /// One's own account.
    Account,
}

/// The navigation of a page.
pub(super) struct Frame {
    pub(super) links: Vec<Link>,
    pub(super) owner: Option<String>,
}

/// A way to a part of the service.
pub(super) struct Link {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) current: bool,
}

impl Frame {
    /// The ways that whoever asks may go; `current` is the part that is shown.
    pub(super) fn new(caller: &Caller, current: Section) -> Self {
        let shown = |(_, needs, _, _): &&(Section, &[Permission], &str, &str)| {
            needs.iter().any(|permission| caller.may(*permission))
        };
        let link = |(section, _, href, name): &(Section, &[Permission], &str, &str)| Link {
            href: (*href).to_owned(),
            name: (*name).to_owned(),
            current: *section == current,
        };
        let links = SECTIONS.iter().filter(shown).map(link).collect();
        let owner = caller.person().ok().map(|(_, account)| account.name.clone());
        Self { links, owner }
    }

    /// A page without navigation, for whoever is not signed in yet.
    pub(super) fn empty() -> Self {
        Self { links: Vec::new(), owner: None }
    }
}

/// Each part, the permissions of which one is enough to see it, its first page and its name.
const SECTIONS: &[(Section, &[Permission], &str, &str)] = &[
    (Section::Photos, &[Permission::Upload, Permission::NameFaces], "/events", "Photos"),
    (Section::Channels, &[Permission::Check, Permission::Pull], "/channels", "Channels"),
    (Section::Consents, &[Permission::SeeConsents], "/pupils", "Consents"),
    (Section::Family, &[Permission::OwnChildren, Permission::OwnSelf], "/family", "Your family"),
    (Section::Safeguarding, &[Permission::Restrict, Permission::Incidents], "/safeguarding", "Safeguarding"),
    (Section::Records, &[Permission::Audit, Permission::Retention], "/records", "Records"),
    (Section::Administration, &[Permission::Accounts, Permission::Settings], "/administration", "Administration"),
];
