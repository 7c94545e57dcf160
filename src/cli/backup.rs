//! `eyelid backup` and `eyelid restore`: the whole data folder in one encrypted file, and back.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use age::secrecy::{ExposeSecret, SecretString};
use age::x25519::{Identity, Recipient};
use anyhow::{Context, bail};

use super::output::Progress;
use super::place::Place;
use super::{Outcome, clock, output};
use crate::office::backup::{self, Lock, Opener};

/// Write everything but face templates to one encrypted file, while the service may go on
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid backup /backup/hill.age --data school\n\
\x20 eyelid backup /backup/hill.age --passphrase-file secret --data school")]
pub(super) struct BackupArgs {
    /// The file to write
    file: PathBuf,
    /// A file whose first line is the passphrase
    #[arg(long, value_name = "FILE", conflicts_with = "recipient")]
    passphrase_file: Option<PathBuf>,
    /// The public key (age1..) for which it is encrypted; without this and a passphrase, a key is made beside the file
    #[arg(long, value_name = "AGE")]
    recipient: Option<String>,
    #[command(flatten)]
    place: Place,
}

/// Bring a back-up into a new data folder
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid restore /backup/hill.age --data restored")]
pub(super) struct RestoreArgs {
    /// The back-up
    file: PathBuf,
    /// A file whose first line is the passphrase
    #[arg(long, value_name = "FILE", conflicts_with = "identity")]
    passphrase_file: Option<PathBuf>,
    /// A file with the key (AGE-SECRET-KEY-..); without this and a passphrase, the one beside the back-up
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

/// Runs `eyelid backup`.
///
/// # Errors
/// When the file cannot be written or the store fails.
pub(super) fn back_up(args: &BackupArgs) -> anyhow::Result<Outcome> {
    if args.file.as_os_str() == "-" {
        bail!("a back-up is a file with its key beside it: name the file");
    }
    let house = args.place.open()?;
    let beside = key_beside(&args.file);
    let lock = match (&args.passphrase_file, &args.recipient) {
        (Some(file), _) => Lock::Passphrase(passphrase(file)?),
        (None, Some(text)) => Lock::Recipient(recipient(text)?),
        (None, None) => Lock::Recipient(own_key(&beside)?.to_public()),
    };
    let own = matches!((&args.passphrase_file, &args.recipient), (None, None));
    let mut progress = None;
    let about = backup::back_up(&house.store, &args.file, lock, clock::now(), |at, total| {
        progress.get_or_insert_with(|| Progress::new(total, "backing up")).set(at);
    })?;
    output::line(format_args!("backed up to {}; audit head {}", args.file.display(), about.head))?;
    if own {
        output::note(format_args!(
            "its key is in {}: keep the key in another place than the back-up, and do not lose it",
            beside.display()
        ));
    }
    Ok(Outcome::Done)
}

/// Runs `eyelid restore`.
///
/// # Errors
/// When the target is not empty, the file is damaged, or it cannot be opened.
pub(super) fn restore(args: &RestoreArgs) -> anyhow::Result<Outcome> {
    let beside = key_beside(&args.file);
    let opener = match (&args.passphrase_file, &args.identity) {
        (Some(file), _) => Opener::Passphrase(passphrase(file)?),
        (None, Some(file)) => Opener::Key(key(file)?),
        (None, None) if beside.exists() => Opener::Key(key(&beside)?),
        (None, None) => bail!("name what opens the back-up: --identity FILE or --passphrase-file FILE"),
    };
    let mut progress = None;
    let target = args.place.path();
    let actor = "cli".parse()?;
    let about = backup::restore(&args.file, &opener, target, &actor, clock::now(), |at, total| {
        progress.get_or_insert_with(|| Progress::new(total, "restoring")).set(at);
    })?;
    output::line(format_args!(
        "restored to {} as it was on {}; audit head {}",
        target.display(),
        about.made_at,
        about.head
    ))?;
    output::note(format_args!(
        "what was said after {} is not in it: enter every refusal, withdrawal and restriction since, and end every account and \
         key that was ended since, before you start the service",
        about.made_at
    ));
    Ok(Outcome::Done)
}

fn key_beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".key");
    PathBuf::from(name)
}

/// The key of an earlier back-up there, or a new one that only its owner may read.
fn own_key(path: &Path) -> anyhow::Result<Identity> {
    if path.exists() {
        return key(path);
    }
    let (made, text) = backup::new_key();
    let write = || -> io::Result<()> {
        let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
        writeln!(file, "{}", text.expose_secret())?;
        file.sync_all()
    };
    write().with_context(|| format!("cannot keep the key in `{}`: check the folder's permissions", path.display()))?;
    Ok(made)
}

fn key(path: &Path) -> anyhow::Result<Identity> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("cannot read the key in `{}`: check the path and its permissions", path.display()))?;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let found = line.and_then(|line| line.parse().ok());
    found.with_context(|| format!("`{}` holds no key: it has a line that begins with AGE-SECRET-KEY-1", path.display()))
}

fn recipient(text: &str) -> anyhow::Result<Recipient> {
    let parsed = text.trim().parse();
    parsed.map_err(|_| anyhow::anyhow!("`{text}` is no public key: it begins with age1, as `age-keygen` prints it"))
}

fn passphrase(path: &Path) -> anyhow::Result<SecretString> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("cannot read the passphrase in `{}`: check the path", path.display()))?;
    let line = text.lines().next().unwrap_or_default();
    anyhow::ensure!(
        line.chars().count() >= 12,
        "the passphrase in `{}` has fewer than 12 characters: use four random words",
        path.display()
    );
    Ok(SecretString::from(line.to_owned()))
}
