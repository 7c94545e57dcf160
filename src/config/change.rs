//! The settings that people may change in the product, and `school.toml` with one of them changed.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{ConfigError, SETTINGS, School, is_line};

/// A setting that may be changed while the service runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// The name on every picture.
    Name,
    /// From which age a pupil's own yes counts.
    VoiceAge,
    /// The day of the year on which consents lapse.
    Renewal,
    /// Whether somebody else than the uploader signs off.
    FourEyes,
    /// For how long photos may be used.
    KeepDays,
    /// Which advice on passwords is followed.
    Passwords,
}

impl Setting {
    /// Every one, in the order of the page.
    pub const ALL: [Self; 6] =
        [Self::Name, Self::VoiceAge, Self::Renewal, Self::FourEyes, Self::KeepDays, Self::Passwords];

    /// Its word in addresses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::VoiceAge => "voice_age",
            Self::Renewal => "renewal",
            Self::FourEyes => "four_eyes",
            Self::KeepDays => "keep_days",
            Self::Passwords => "passwords",
        }
    }

    /// The setting of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.word() == word)
    }

    /// Its table in the file, nothing for the top, and its key there.
    #[must_use]
    pub fn place(self) -> (Option<&'static str>, &'static str) {
        let table = match self {
            Self::Name | Self::Passwords => None,
            Self::VoiceAge | Self::Renewal | Self::FourEyes | Self::KeepDays => Some("policy"),
        };
        (table, self.word())
    }

    /// Its value as people write it; empty when it is not set.
    #[must_use]
    pub fn value(self, school: &School) -> String {
        let policy = &school.policy;
        match self {
            Self::Name => school.name.clone(),
            Self::VoiceAge => policy.voice_age.to_string(),
            Self::Renewal => policy.renewal.map(String::from).unwrap_or_default(),
            Self::FourEyes => if policy.four_eyes { "yes" } else { "no" }.to_owned(),
            Self::KeepDays => policy.keep_days.map(|days| days.to_string()).unwrap_or_default(),
            Self::Passwords => match school.passwords {
                crate::access::password::Profile::Ncsc => "ncsc".to_owned(),
                crate::access::password::Profile::School => "school".to_owned(),
            },
        }
    }

    /// The value for the file; nothing when the text cannot be one, `Some(None)` when the setting is to be taken out.
    fn toml(self, text: &str) -> Option<Option<toml::Value>> {
        let number = |most: i64| text.parse::<i64>().ok().filter(|number| (0..=most).contains(number));
        match self {
            Self::Name => is_line(text).then(|| Some(text.into())),
            Self::VoiceAge => number(18).map(|age| Some(age.into())),
            Self::Renewal | Self::KeepDays if text.is_empty() => Some(None),
            // its shape is checked with the whole
            Self::Renewal => Some(Some(text.into())),
            Self::KeepDays => number(36_500).map(|days| Some(days.into())),
            Self::FourEyes => match text {
                "yes" => Some(Some(true.into())),
                "no" => Some(Some(false.into())),
                _ => None,
            },
            Self::Passwords => matches!(text, "ncsc" | "school").then(|| Some(text.into())),
        }
    }
}

/// A value that a setting cannot have.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The text is no value of this setting.
    #[error("this is no value for the setting: {}", remedy(*.0))]
    Value(Setting),
    /// The settings as a whole cannot be read or would contradict themselves.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// The text of `school.toml` with one setting changed, and what it then says. The rest of the file stays as it was written.
///
/// # Errors
/// When the value is none of this setting's, or the file cannot be read.
pub fn changed(text: &str, file: &Path, setting: Setting, value: &str) -> Result<(String, School), ChangeError> {
    let wanted = setting.toml(value.trim()).ok_or(ChangeError::Value(setting))?;
    let read = |text: &str| {
        toml::from_str::<toml::Table>(text).map_err(|error| ConfigError::Shape(file.to_owned(), Box::new(error)))
    };
    let mut whole = read(text)?;
    let (table, key) = setting.place();
    let at = match table {
        None => Some(&mut whole),
        Some(name) => whole.entry(name).or_insert_with(|| toml::Table::new().into()).as_table_mut(),
    };
    let at = at.ok_or(ChangeError::Value(setting))?;
    match &wanted {
        Some(value) => drop(at.insert(key.to_owned(), value.clone())),
        None => drop(at.remove(key)),
    }
    let edited = edit(text, table, key, wanted.as_ref());
    let same = read(&edited).is_ok_and(|said| emptied(said) == emptied(whole.clone()));
    // a file that is written in an unusual way is written anew; its comments are lost
    let edited = if same { edited } else { whole.to_string() };
    match School::read(&edited, file) {
        Ok(school) => Ok((edited, school)),
        // the file was readable before
        Err(_) if School::read(text, file).is_ok() => Err(ChangeError::Value(setting)),
        Err(error) => Err(error.into()),
    }
}

/// Puts the text in the place of the data folder's settings; whoever looks sees the old ones or the new.
///
/// # Errors
/// When the folder cannot be written.
pub fn keep(data: &Path, text: &str) -> Result<(), ConfigError> {
    let write = || -> io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(".school-").tempfile_in(data)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(data.join(SETTINGS))?;
        File::open(data)?.sync_all()
    };
    write().map_err(|error| ConfigError::Unwritable(data.join(SETTINGS), error))
}

/// A table without entries says the same as none.
fn emptied(mut whole: toml::Table) -> toml::Table {
    whole.retain(|_, value| value.as_table().is_none_or(|table| !table.is_empty()));
    whole
}

/// The lines with the key's line replaced, taken out, or added at the end of its table.
fn edit(text: &str, table: Option<&str>, key: &str, value: Option<&toml::Value>) -> String {
    let line = value.map(|value| format!("{key} = {value}"));
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let is_header = |line: &String| line.trim_start().starts_with('[');
    let begin = match table {
        None => 0,
        Some(name) => {
            let header = format!("[{name}]");
            match lines.iter().position(|line| line.split('#').next().is_some_and(|line| line.trim() == header)) {
                Some(at) => at + 1,
                None => {
                    lines.extend([String::new(), header]);
                    lines.len()
                }
            }
        }
    };
    let end = lines.iter().skip(begin).position(is_header).map_or(lines.len(), |after| begin + after);
    let is_key = |line: &String| line.split_once('=').is_some_and(|(name, _)| name.trim() == key);
    let known = lines.iter().take(end).skip(begin).position(is_key).map(|after| begin + after);
    match (known, line) {
        (Some(at), Some(line)) => drop(lines.splice(at..=at, [line])),
        (Some(at), None) => drop(lines.remove(at)),
        (None, Some(line)) => lines.insert(begin, line),
        (None, None) => {}
    }
    lines.join("\n") + "\n"
}

fn remedy(setting: Setting) -> &'static str {
    match setting {
        Setting::Name => "write up to 100 characters",
        Setting::VoiceAge => "write an age from 0 to 18",
        Setting::Renewal => "write month and day as `09-01`, or nothing",
        Setting::FourEyes => "write `yes` or `no`",
        Setting::KeepDays => "write a number of days up to 36500, or nothing",
        Setting::Passwords => "write `ncsc` or `school`",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn change(text: &str, setting: Setting, value: &str) -> Result<(String, School), ChangeError> {
        changed(text, Path::new("school.toml"), setting, value)
    }

    #[test]
    fn one_line_changes_and_the_rest_stays() {
        let text = "# ours\nname = 'Hill'\n\n[policy] # rules\nvoice_age = 12\n\n[[cameras]]\nmake = 'Canon'\n";
        let (edited, school) = change(text, Setting::VoiceAge, "13").unwrap();
        assert_eq!(edited, text.replace("voice_age = 12", "voice_age = 13"));
        assert_eq!(school.policy.voice_age, 13);
        let (edited, school) = change(&edited, Setting::KeepDays, "400").unwrap();
        assert!(
            edited.contains("# ours") && edited.contains("[policy] # rules\nkeep_days = 400\nvoice_age"),
            "{edited}"
        );
        assert_eq!(school.policy.keep_days, Some(400));
        let (edited, school) = change(&edited, Setting::KeepDays, "").unwrap();
        assert_eq!((edited.contains("keep_days"), school.policy.keep_days), (false, None));
        let (edited, school) = change("", Setting::Renewal, "09-01").unwrap();
        assert_eq!(edited.trim(), "[policy]\nrenewal = \"09-01\"");
        assert_eq!(Setting::Renewal.value(&school), "09-01");
        // written in another way: the whole is written anew
        let (edited, school) = change("policy = { voice_age = 12 }", Setting::FourEyes, "yes").unwrap();
        assert!(school.policy.four_eyes && school.policy.voice_age == 12, "{edited}");
    }

    #[test]
    fn a_value_that_cannot_be_is_refused() {
        for (setting, value) in [
            (Setting::Name, ""),
            (Setting::Name, "a\nb"),
            (Setting::VoiceAge, "-1"),
            (Setting::VoiceAge, "x"),
            (Setting::VoiceAge, ""),
            (Setting::Renewal, "13-01"),
            (Setting::FourEyes, "maybe"),
            (Setting::KeepDays, "99999999999999999999"),
            (Setting::Passwords, "none"),
        ] {
            assert!(matches!(change("", setting, value), Err(ChangeError::Value(_))), "{value}");
        }
        assert!(matches!(change("nmae = 1", Setting::Name, "x"), Err(ChangeError::Config(_))));
    }

    proptest! {
        /// Whatever a name holds, it comes back as it was and nothing else changes.
        #[test]
        fn a_text_stays_a_text(name in "[ -~é\"'\\\\#=\\[\\]]{1,40}") {
            prop_assume!(!name.trim().is_empty());
            let (edited, school) = change("[policy]\nvoice_age = 9\n", Setting::Name, &name).unwrap();
            prop_assert_eq!(&school.name, name.trim());
            prop_assert_eq!(school.policy.voice_age, 9);
            prop_assert_eq!(School::read(&edited, Path::new("x")).unwrap().name, school.name);
        }
    }
}
