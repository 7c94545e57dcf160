//! Messages to families: sent by the school's mail server, or written into a folder.

use std::fs::{self, DirBuilder};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Message, SmtpTransport, Transport};

use crate::config::{Mail, Security};
use crate::domain::id::Digest;
use crate::domain::time::Timestamp;

/// A message of plain text; printing it for debugging shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// The address.
    pub to: String,
    /// The line that a mailbox lists; names nobody.
    pub subject: String,
    /// The text.
    pub text: String,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Letter(..)")
    }
}

/// A message that did not leave. The texts hold no address: servers repeat it in theirs.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// An address that no message can have.
    #[error("an address cannot be used: check `from` under [mail], and the account's address")]
    Address,
    /// The password of the mail server's user.
    #[error("the password file of [mail] cannot be read: check its path and permissions")]
    Password(#[source] io::Error),
    /// The folder for captured messages.
    #[error("the folder for captured messages `{}` cannot be written: check its permissions", .0.display())]
    Folder(PathBuf, #[source] io::Error),
    /// The server did not take it.
    #[error("the mail server did not take the message ({0}): check [mail] in school.toml")]
    Server(&'static str),
}

/// Sends a message, or writes it into the capture folder as a file of its own.
///
/// # Errors
/// When it cannot be made, written or handed over.
pub fn deliver(mail: &Mail, letter: &Letter, now: Timestamp) -> Result<(), LetterError> {
    let message = message(mail, letter, now)?;
    match (&mail.capture, &mail.server) {
        (Some(folder), _) => {
            let failed = |error| LetterError::Folder(folder.clone(), error);
            let bytes = message.formatted();
            let digest: String = Digest::of(&bytes).to_string().chars().take(12).collect();
            capture(folder, &format!("{}-{digest}.eml", now.as_millisecond()), &bytes).map_err(failed)
        }
        (None, Some(server)) => {
            transport(mail, server)?.send(&message).map(drop).map_err(|error| LetterError::Server(kind(&error)))
        }
        (None, None) => Err(LetterError::Server("no server is set")),
    }
}

/// Addresses and links that sign somebody in are nobody else's to read; whoever looks sees a whole message or none.
fn capture(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut file = tempfile::Builder::new().suffix(".part").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(folder.join(name))?;
    Ok(())
}

fn message(mail: &Mail, letter: &Letter, now: Timestamp) -> Result<Message, LetterError> {
    let mailbox = |text: &str| text.parse::<Mailbox>().map_err(|_| LetterError::Address);
    let address =
        |text: &str| text.parse().map(|address| Mailbox::new(None, address)).map_err(|_| LetterError::Address);
    let built = Message::builder()
        .from(mailbox(&mail.from)?)
        .to(address(&letter.to)?)
        .subject(&letter.subject)
        .date(SystemTime::from(now))
        .header(ContentType::TEXT_PLAIN)
        .body(letter.text.clone());
    built.map_err(|_| LetterError::Address)
}

fn transport(mail: &Mail, server: &str) -> Result<SmtpTransport, LetterError> {
    let failed = |error: lettre::transport::smtp::Error| LetterError::Server(kind(&error));
    let builder = match mail.security {
        Security::Tls => SmtpTransport::relay(server).map_err(failed)?,
        Security::Starttls => SmtpTransport::starttls_relay(server).map_err(failed)?,
        Security::None => SmtpTransport::builder_dangerous(server),
    };
    let builder = mail.port.map_or(builder.clone(), |port| builder.port(port)).timeout(Some(PATIENCE));
    let Some((user, file)) = mail.user.as_ref().zip(mail.password_file.as_ref()) else { return Ok(builder.build()) };
    let password = fs::read_to_string(file).map_err(LetterError::Password)?;
    let password = password.lines().next().unwrap_or_default().to_owned();
    Ok(builder.credentials(Credentials::new(user.clone(), password)).build())
}

const PATIENCE: Duration = Duration::from_secs(30);

fn kind(error: &lettre::transport::smtp::Error) -> &'static str {
    if error.is_timeout() {
        "it did not answer in time"
    } else if error.is_tls() {
        "its certificate or TLS"
    } else if error.is_permanent() {
        "it refused for good"
    } else if error.is_transient() {
        "it refused for now"
    } else {
        "it could not be reached"
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::net::TcpListener;
    use std::os::unix::fs::PermissionsExt;
    use std::thread;

    use super::*;

    fn mail() -> Mail {
        let (server, port, user, password_file, capture) = (None, None, None, None, None);
        let from = "Hill School <eyelid@hill.example>".to_owned();
        Mail { from, server, port, user, password_file, security: Security::None, capture }
    }

    fn letter() -> Letter {
        Letter { to: "ada@home.example".into(), subject: "A link".into(), text: "Follow it.\n".into() }
    }

    #[test]
    fn a_message_is_captured_whole() {
        let folder = tempfile::tempdir().unwrap();
        let mail = Mail { capture: Some(folder.path().join("mail")), ..mail() };
        deliver(&mail, &letter(), Timestamp::UNIX_EPOCH).unwrap();
        let files: Vec<_> =
            fs::read_dir(folder.path().join("mail")).unwrap().map(|file| file.unwrap().path()).collect();
        assert_eq!(files.len(), 1);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder.path().join("mail")), mode(&files[0])), (0o700, 0o600), "nobody else's to read");
        let text = fs::read_to_string(&files[0]).unwrap();
        for line in
            ["From: \"Hill School\" <eyelid@hill.example>", "To: ada@home.example", "Subject: A link", "Follow it."]
        {
            assert!(text.contains(line), "{line}: {text}");
        }
        let nobody = Letter { to: "ada@home.example\r\nBcc: eve@evil.example".into(), ..letter() };
        assert!(matches!(deliver(&mail, &nobody, Timestamp::UNIX_EPOCH), Err(LetterError::Address)));
    }

    #[test]
    fn a_server_takes_a_message() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let mut taken = Vec::new();
            stream.write_all(b"220 hill.example\r\n").unwrap();
            while let Some(Ok(line)) = lines.next() {
                let answer: &[u8] = match line.as_str() {
                    "DATA" => {
                        stream.write_all(b"354 go on\r\n").unwrap();
                        taken.extend(lines.by_ref().map(Result::unwrap).take_while(|line| line != "."));
                        b"250 taken\r\n"
                    }
                    "QUIT" => b"221 bye\r\n",
                    _ => b"250 hill.example\r\n",
                };
                stream.write_all(answer).unwrap();
            }
            taken.join("\n")
        });
        let mail = Mail { server: Some("127.0.0.1".into()), port: Some(port), ..mail() };
        deliver(&mail, &letter(), Timestamp::UNIX_EPOCH).unwrap();
        assert!(server.join().unwrap().contains("Follow it."));
        let nobody = deliver(&Mail { port: Some(1), ..mail }, &letter(), Timestamp::UNIX_EPOCH).unwrap_err();
        assert!(matches!(nobody, LetterError::Server(_)) && !nobody.to_string().contains("ada"), "{nobody}");
    }
}
