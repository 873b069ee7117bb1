//! Switches: one for each thing that a provider's documents leave open.

use std::collections::BTreeMap;

use serde::Serialize;

/// A switch that the sandbox knows: an enum with its settings, or a number.
///
/// Set it by value with [`Sandbox::set`](crate::Sandbox::set), or by name with
/// [`Sandbox::set_by_name`](crate::Sandbox::set_by_name).
pub trait Switch: Copy + 'static {
    /// Name, settings and meaning.
    const SPEC: SwitchSpec;

    /// The setting of that name.
    fn from_setting(setting: &str) -> Option<Self>;

    /// The name of this setting.
    fn setting(self) -> String;

    /// The setting that holds until another one is chosen.
    fn default_setting() -> Self;
}

/// What a switch is called and what it can be set to.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct SwitchSpec {
    /// For example `payfirma.decline_shape`.
    pub name: &'static str,
    /// What it decides.
    pub about: &'static str,
    /// What it can be set to.
    pub settings: Settings,
}

/// The settings of one switch.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Settings {
    /// One of these names, each with its meaning. The first is the default.
    Named(&'static [(&'static str, &'static str)]),
    /// A whole number.
    Number {
        /// The unit, such as `seconds`.
        unit: &'static str,
        /// The default.
        default: u64,
    },
}

impl SwitchSpec {
    /// The default setting, by name.
    pub fn default_setting(&self) -> String {
        match self.settings {
            Settings::Named(settings) => {
                settings.first().map(|(name, _)| *name).unwrap_or("").to_owned()
            }
            Settings::Number { default, .. } => default.to_string(),
        }
    }

    fn allows(&self, setting: &str) -> bool {
        match self.settings {
            Settings::Named(settings) => settings.iter().any(|(name, _)| *name == setting),
            Settings::Number { .. } => setting.parse::<u64>().is_ok(),
        }
    }
}

/// A switch and what it is set to now.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct SwitchState {
    /// The switch.
    #[serde(flatten)]
    pub spec: SwitchSpec,
    /// Its setting, by name.
    pub setting: String,
}

/// A switch or a setting that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnknownSwitch {
    /// There is no switch of that name.
    #[error("there is no switch `{0}`; see --switches for all of them")]
    Name(String),
    /// The switch has no such setting.
    #[error("switch `{name}` has no setting `{setting}`; it takes {choices}")]
    Setting {
        /// The switch.
        name: String,
        /// What was asked for.
        setting: String,
        /// What it takes.
        choices: String,
    },
}

/// All switches of all providers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Switches {
    specs: Vec<SwitchSpec>,
    set: BTreeMap<&'static str, String>,
}

impl Switches {
    pub(crate) fn new(specs: Vec<SwitchSpec>) -> Self {
        Self { specs, set: BTreeMap::new() }
    }

    pub(crate) fn get<S: Switch>(&self) -> S {
        self.set
            .get(S::SPEC.name)
            .and_then(|setting| S::from_setting(setting))
            .unwrap_or_else(S::default_setting)
    }

    pub(crate) fn set<S: Switch>(&mut self, switch: S) {
        self.set.insert(S::SPEC.name, switch.setting());
    }

    pub(crate) fn set_by_name(&mut self, name: &str, setting: &str) -> Result<(), UnknownSwitch> {
        let spec = self
            .specs
            .iter()
            .find(|spec| spec.name == name)
            .ok_or_else(|| UnknownSwitch::Name(name.to_owned()))?;
        if !spec.allows(setting) {
            let choices = match spec.settings {
                Settings::Named(all) => {
                    all.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
                }
                Settings::Number { unit, .. } => format!("a number ({unit})"),
            };
            let (name, setting) = (name.to_owned(), setting.to_owned());
            return Err(UnknownSwitch::Setting { name, setting, choices });
        }
        self.set.insert(spec.name, setting.to_owned());
        Ok(())
    }

    pub(crate) fn list(&self) -> Vec<SwitchState> {
        let setting = |spec: &SwitchSpec| {
            self.set.get(spec.name).cloned().unwrap_or_else(|| spec.default_setting())
        };
        self.specs.iter().map(|spec| SwitchState { spec: *spec, setting: setting(spec) }).collect()
    }
}

/// Declares a switch with named settings; the first one is the default. The documentation of the
/// enum and of its variants is also what `--switches` prints.
macro_rules! named_switch {
    (
        $(#[doc = $about:literal])+
        $name:ident = $key:literal {
            $($(#[doc = $meaning:literal])+ $variant:ident = $setting:literal,)+
        }
    ) => {
        $(#[doc = $about])+
        #[doc = ""]
        #[doc = concat!("By name: `", $key, "`.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                $(#[doc = $meaning])+
                #[doc = concat!(" (`", $setting, "`)")]
                $variant,
            )+
        }

        impl $name {
            const ALL: &'static [(&'static str, Self)] = &[$(($setting, Self::$variant),)+];
        }

        impl $crate::switches::Switch for $name {
            const SPEC: $crate::switches::SwitchSpec = $crate::switches::SwitchSpec {
                name: $key,
                about: concat!($($about),+).trim_ascii(),
                settings: $crate::switches::Settings::Named(&[
                    $(($setting, concat!($($meaning),+).trim_ascii()),)+
                ]),
            };

            fn from_setting(setting: &str) -> Option<Self> {
                Self::ALL.iter().find(|(name, _)| *name == setting).map(|(_, value)| *value)
            }

            fn setting(self) -> String {
                Self::ALL
                    .iter()
                    .find(|(_, value)| *value == self)
                    .map(|(name, _)| (*name).to_owned())
                    .unwrap_or_default()
            }

            fn default_setting() -> Self {
                let [first, ..] = [$(Self::$variant),+];
                first
            }
        }
    };
}

/// Declares a switch that is a number.
macro_rules! number_switch {
    ($(#[doc = $about:literal])+ $name:ident = $key:literal, $unit:literal, $default:literal) => {
        $(#[doc = $about])+
        #[doc = ""]
        #[doc = concat!("By name: `", $key, "`, in ", $unit, ".")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(
            #[doc = concat!("The number of ", $unit, ".")]
            pub u64,
        );

        impl $crate::switches::Switch for $name {
            const SPEC: $crate::switches::SwitchSpec = $crate::switches::SwitchSpec {
                name: $key,
                about: concat!($($about),+).trim_ascii(),
                settings: $crate::switches::Settings::Number { unit: $unit, default: $default },
            };

            fn from_setting(setting: &str) -> Option<Self> {
                setting.parse().ok().map(Self)
            }

            fn setting(self) -> String {
                self.0.to_string()
            }

            fn default_setting() -> Self {
                Self($default)
            }
        }
    };
}

pub(crate) use {named_switch, number_switch};

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macros declare public switches")]
mod tests {
    use super::*;

    named_switch! {
        /// How it tastes.
        Taste = "test.taste" {
            /// Like sugar.
            Sweet = "sweet",
            /// Like salt.
            Salty = "salty",
        }
    }

    number_switch! {
        /// How long it takes.
        Lag = "test.lag", "seconds", 3
    }

    #[test]
    fn switches_are_set_by_value_and_by_name() {
        let mut switches = Switches::new(vec![Taste::SPEC, Lag::SPEC]);
        assert_eq!(switches.get::<Taste>(), Taste::Sweet);
        assert_eq!(switches.get::<Lag>(), Lag(3));
        switches.set(Taste::Salty);
        switches.set_by_name("test.lag", "7").unwrap();
        assert_eq!(switches.get::<Taste>(), Taste::Salty);
        assert_eq!(switches.get::<Lag>(), Lag(7));
        let listed: Vec<_> = switches.list().into_iter().map(|state| state.setting).collect();
        assert_eq!(listed, ["salty", "7"]);
    }

    #[test]
    fn what_does_not_exist_is_refused_with_the_choices() {
        let mut switches = Switches::new(vec![Taste::SPEC, Lag::SPEC]);
        let error = switches.set_by_name("test.taste", "sour").unwrap_err();
        assert!(error.to_string().contains("sweet, salty"), "{error}");
        assert!(switches.set_by_name("test.lag", "-1").is_err());
        assert!(matches!(switches.set_by_name("test.x", "y"), Err(UnknownSwitch::Name(_))));
    }
}
