//! Channels that a school turns on by their names: each is a short file in `ready/` that says all of its rules.

use serde::{Deserialize, Serialize};

use super::School;
use crate::domain::category::Category;
use crate::domain::channel::Channel;

/// A channel that is ready to be turned on, in `ready_channels` of `school.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ready {
    /// Screens and boards in the school.
    Displays,
    /// Printed marketing.
    Prospectus,
    /// Proofs that only a child's own family sees.
    ProofsHome,
    /// The local newspaper.
    LocalPress,
}

/// What the file of one says.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    category: Category,
    channel: Channel,
}

impl Ready {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Displays, Self::Prospectus, Self::ProofsHome, Self::LocalPress];

    /// Its file, to be read by people and changed in `school.toml` where a school wants it otherwise.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Displays => include_str!("ready/displays.toml"),
            Self::Prospectus => include_str!("ready/prospectus.toml"),
            Self::ProofsHome => include_str!("ready/proofs_home.toml"),
            Self::LocalPress => include_str!("ready/local_press.toml"),
        }
    }

    /// Adds the channel, and its category, where the school has none of that id: its own word goes before ours, and what the
    /// template says before the categories that are there from the start.
    pub(super) fn turn_on(self, school: &mut School, own_categories: bool) -> Result<(), toml::de::Error> {
        let Template { category, channel } = toml::from_str(self.text())?;
        if !own_categories {
            school.categories.retain(|known| known.id != category.id);
        }
        if school.channels.iter().all(|known| known.id != channel.id) {
            school.channels.push(channel);
        }
        if school.categories.iter().all(|known| known.id != category.id) {
            school.categories.push(category);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn each_is_turned_on_by_its_name_beside_the_others() {
        let read = |text: &str| School::read(text, Path::new("school.toml"));
        let before = School::default().channels.len();
        for ready in Ready::ALL {
            let template: Template = toml::from_str(ready.text()).unwrap();
            let named = toml::Value::try_from(ready).unwrap();
            assert_eq!(named.as_str(), Some(template.channel.id.as_str()));
            assert_eq!(template.channel.category, template.category.id);
            assert!(template.channel.needs_sign_off && template.channel.needs_headcount);
            let school = read(&format!("ready_channels = [{named}]")).unwrap();
            assert_eq!(school.channels.len(), before + 1);
            assert_eq!(school.channel(&template.channel.id), Some((&template.channel, &template.category)));
        }
        let all =
            read("ready_channels = ['displays', 'prospectus', 'proofs_home', 'local_press', 'displays']").unwrap();
        assert_eq!(all.channels.len(), before + 4);
    }

    #[test]
    fn the_schools_own_word_goes_before_and_a_misspelt_name_is_told() {
        let read = |text: &str| School::read(text, Path::new("school.toml"));
        let own = "ready_channels = ['displays']\n[[channels]]\nid = 'displays'\ncategory = 'displays'\nmax_px = 500\n";
        let school = read(own).unwrap();
        assert_eq!(school.channels.iter().map(|channel| channel.max_px).collect::<Vec<_>>(), [500]);
        let own = "ready_channels = ['prospectus']\n[[categories]]\nid = 'paper_marketing'\naudience = 'public'\nbasis = 'consent'\n\
                   on_refusal = 'block'\nmax_validity_days = 90\n";
        let channels = "[[channels]]\nid = 'prospectus'\ncategory = 'paper_marketing'\nmax_px = 500\n";
        let school = read(&format!("{own}{channels}")).unwrap();
        assert_eq!(school.categories.iter().map(|category| category.max_validity_days).collect::<Vec<_>>(), [Some(90)]);
        let error = read("ready_channels = ['display']").unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains("display") && cause.contains("proofs_home"), "{cause}");
    }
}
