//! Why the other side could not be told: a word for the store, a sentence with the remedy for people.

use crate::domain::connection::Kind;
use crate::store::UNSURE;

/// Something that went wrong with a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trouble {
    /// The name leads to no address.
    NoHost,
    /// Nobody answers.
    Unreachable,
    /// No answer in time: whether it was done is unknown.
    Slow,
    /// The certificate does not hold.
    Insecure,
    /// The address lies inside a network that the settings do not name.
    Inside,
    /// The answer leads elsewhere.
    Redirected,
    /// The name or the password is wrong.
    Unauthorized,
    /// The account may not.
    Forbidden,
    /// There is nothing at the address that takes pictures.
    Missing,
    /// The webhook's owner wants no more.
    Ended,
    /// The picture is too large for the other side.
    TooLarge,
    /// The other side does not take what was sent.
    Refused,
    /// The other side has too much to do.
    Busy,
    /// The other side failed.
    Broken,
    /// The answer makes no sense: whether it was done is unknown.
    Odd,
    /// It cannot be known yet whether an earlier attempt left a picture behind.
    Unsure,
    /// The picture was deleted and is still given out.
    StillThere,
    /// The connection's secret is not there.
    NoSecret,
    /// The folder cannot be used, or the settings do not name it.
    NoFolder,
    /// The picture could not be made.
    Unmade,
}

use Trouble::{
    Broken, Busy, Ended, Forbidden, Insecure, Inside, Missing, NoFolder, NoHost, NoSecret, Odd, Redirected, Refused,
    Slow, StillThere, TooLarge, Unauthorized, Unmade, Unreachable, Unsure,
};

/// Each with its word and what to do about it, whatever is on the other side.
const ALL: [(Trouble, &str, &str); 20] = [
    (
        NoHost,
        "no_host",
        "The address does not exist. Check how it is written, and that this machine can look up names.",
    ),
    (
        Unreachable,
        "unreachable",
        "Nobody answers at the address. Check that the other machine is on and can be reached from here.",
    ),
    (Slow, "slow", "The other side did not answer in time. If this goes on, ask whoever runs it."),
    (Insecure, "insecure", "The certificate of the other side cannot be trusted. Ask whoever runs it to renew it."),
    (
        Inside,
        "inside",
        "The address lies inside a private network. If it is the school's own, name its host under `[push] intranet` in school.toml.",
    ),
    (
        Redirected,
        "redirected",
        "The address leads to another one. End this connection and make one with the address that a browser shows at the end.",
    ),
    (
        Unauthorized,
        "unauthorized",
        "The name or the password is wrong. Give this connection a password that the other side takes.",
    ),
    (
        Forbidden,
        "forbidden",
        "The account on the other side may not do this. Give it the right to write and delete files there.",
    ),
    (Missing, "missing", "Nothing at this address takes pictures. Check the address, and that the folder is there."),
    (
        Ended,
        "ended",
        "What was at this address is gone for good. End this connection, or try again when it is set up anew.",
    ),
    (
        TooLarge,
        "too_large",
        "The picture is too large for the other side. Make its limit for uploads larger, or the channel's pictures smaller.",
    ),
    (
        Refused,
        "refused",
        "The other side does not take the picture. Check that the folder is there, and that JPEG files may be put into it.",
    ),
    (Busy, "busy", "The other side has too much to do. It is tried again by itself."),
    (Broken, "broken", "The other side failed. If this goes on, ask whoever runs it to look into its log."),
    (
        Odd,
        "odd",
        "The answer cannot be understood. Check that the address is the right one, and that no other service answers for it.",
    ),
    (
        Unsure,
        UNSURE,
        "An earlier attempt was cut short. The other side is searched for what it may have left, until that is certain.",
    ),
    (
        StillThere,
        "still_there",
        "The picture was deleted and its address still shows it. Empty the cache of the other side, or of the service in front of it.",
    ),
    (NoSecret, "no_secret", "The connection's password is not there. Give it a new one."),
    (
        NoFolder,
        "no_folder",
        "The folder cannot be written, or is not named under `[push] folders` in school.toml. Check both, and the room on the disk.",
    ),
    (Unmade, "unmade", "The picture could not be made. Look at the photo, and run `eyelid doctor`."),
];

impl Trouble {
    /// Its word, as the store keeps it.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.row().1
    }

    /// What happened and what to do, as sentences, for a connection of this kind.
    #[must_use]
    pub fn remedy(self, kind: Kind) -> &'static str {
        let own = match kind {
            Kind::Wordpress => self.of_wordpress(),
            Kind::Webhook => self.of_webhook(),
            Kind::Webdav | Kind::Folder => None,
        };
        own.unwrap_or(self.row().2)
    }

    /// The trouble of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        ALL.iter().find(|(_, known, _)| *known == word).map(|(trouble, ..)| *trouble)
    }

    /// What a status says that is no success.
    pub(super) fn of_status(status: u16) -> Self {
        match status {
            300..=399 => Redirected,
            401 => Unauthorized,
            403 => Forbidden,
            404 | 405 => Missing,
            410 => Ended,
            413 => TooLarge,
            408 | 425 | 429 | 503 => Busy,
            400..=499 => Refused,
            500.. => Broken,
            _ => Odd,
        }
    }

    /// Whether it may end without anybody doing something.
    #[must_use]
    pub fn may_pass(self) -> bool {
        matches!(self, NoHost | Unreachable | Slow | Insecure | Busy | Broken | Odd | Unsure | StillThere | Unmade)
    }

    /// Whether nothing can have been done on the other side.
    pub(super) fn leaves_nothing(self) -> bool {
        matches!(
            self,
            NoHost | Insecure | Inside | Unauthorized | Forbidden | Missing | TooLarge | Refused | NoSecret | NoFolder
        )
    }

    /// Whether everything else for this connection would fail too.
    pub(super) fn is_of_connection(self) -> bool {
        !matches!(self, TooLarge | Refused | Odd | Unsure | StillThere | Unmade)
    }

    fn of_wordpress(self) -> Option<&'static str> {
        Some(match self {
            Unauthorized => {
                "The name or the password is wrong. Make a new application password on the other side and give it to this connection."
            }
            Forbidden => {
                "The account on the other side may not do this. Give it the right to upload and delete files, such as an editor has."
            }
            Missing => {
                "Nothing at this address takes pictures. Check the address, and that the site's REST interface is switched on."
            }
            Refused => "The other side does not take the picture. Check that JPEG files may be uploaded there.",
            Odd => {
                "The answer cannot be understood. Check that the address is that of the site, and that no plug-in changes its answers."
            }
            StillThere => {
                "The picture was deleted and its address still shows it. Empty the cache of the site, or of the service in front of it."
            }
            _ => return None,
        })
    }

    /// A program gets no password and no picture, but signed messages.
    fn of_webhook(self) -> Option<&'static str> {
        Some(match self {
            Unauthorized => {
                "The program does not take the signature. Make a new secret for this connection and give it to the program."
            }
            Forbidden => {
                "The program may not be told from here. Let it take messages that are signed with this connection's secret."
            }
            Missing => {
                "Nothing at this address takes messages. Check the address, and that the program behind it runs."
            }
            Ended => "The other side wants no more messages. End this connection, or try again when it is set up anew.",
            TooLarge => "The message is too large for the other side. Make its limit for requests larger.",
            Refused => "The program does not take the message. Ask whoever runs it to look into its log.",
            NoSecret => "The connection's secret is not there. Make a new one and give it to the program.",
            _ => return None,
        })
    }

    fn row(self) -> (Self, &'static str, &'static str) {
        ALL.into_iter().find(|(trouble, ..)| *trouble == self).unwrap_or((self, "odd", ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_word_of_its_own_and_a_remedy() {
        for (trouble, word, remedy) in ALL {
            assert_eq!(Trouble::of(word), Some(trouble), "{word}");
            assert_eq!((trouble.word(), trouble.remedy(Kind::Folder)), (word, remedy));
            for remedy in Kind::ALL.map(|kind| trouble.remedy(kind)) {
                assert!(remedy.ends_with('.') && remedy.matches(". ").count() >= 1, "{remedy}");
            }
        }
    }

    #[test]
    fn no_kind_is_told_the_remedy_of_another() {
        let foreign: [(Kind, &[&str]); 4] = [
            (Kind::Wordpress, &["folder", "program", "secret"]),
            (Kind::Webhook, &["password", "REST", "JPEG", "upload", "plug-in", "takes pictures", "account"]),
            (Kind::Webdav, &["application password", "REST", "plug-in", "editor", "program", "secret"]),
            (Kind::Folder, &["application password", "REST", "plug-in", "editor", "program", "secret"]),
        ];
        // what the words of a program's answer can mean
        let answered = [400, 401, 403, 404, 405, 409, 410, 413, 422].map(Trouble::of_status);
        for (kind, words) in foreign {
            for remedy in answered.iter().chain(&[Odd, NoSecret]).map(|trouble| trouble.remedy(kind)) {
                assert!(words.iter().all(|word| !remedy.contains(word)), "{}: {remedy}", kind.word());
            }
        }
    }

    #[test]
    fn no_status_is_mistaken_for_a_success() {
        assert_eq!(Trouble::of_status(413), TooLarge);
        assert!(Trouble::of_status(503).may_pass() && !Trouble::of_status(401).may_pass());
    }
}
