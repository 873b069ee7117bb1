//! Replaces secrets by what stands for them in fixtures.

use std::sync::Mutex;

use serde_json::Value;

/// Knows secrets, and learns those that replies bring.
pub struct Cleaner {
    /// A secret and its stand-in. The longest come first, as one may be a part of another.
    known: Mutex<Vec<(String, String)>>,
    /// Fields of JSON replies whose values are secret.
    learned: &'static [Learned],
}

/// A field whose value is replaced everywhere.
#[derive(Clone, Copy, Debug)]
pub struct Learned {
    pub field: &'static str,
    pub stand_in: &'static str,
}

impl Cleaner {
    /// Knows these secrets, each with its stand-in.
    pub fn new(known: Vec<(String, String)>, learned: &'static [Learned]) -> Self {
        let cleaner = Self { known: Mutex::default(), learned };
        for (secret, stand_in) in known {
            cleaner.learn(secret, stand_in);
        }
        cleaner
    }

    /// Looks for secret fields in a reply.
    pub fn look_at(&self, body: &str) {
        if let Ok(value) = serde_json::from_str::<Value>(body) {
            self.look_into(&value);
        }
    }

    /// The text with stand-ins.
    pub fn clean(&self, text: &str) -> String {
        let known = self.known.lock().unwrap();
        known
            .iter()
            .fold(text.to_owned(), |text, (secret, stand_in)| text.replace(secret, stand_in))
    }

    fn look_into(&self, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let learned = self.learned.iter().find(|learned| learned.field == name);
                    match (learned, value) {
                        (Some(learned), Value::String(secret)) => {
                            self.learn(secret.clone(), learned.stand_in.to_owned());
                        }
                        _ => self.look_into(value),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.look_into(item)),
            _ => {}
        }
    }

    fn learn(&self, secret: String, stand_in: String) {
        let mut known = self.known.lock().unwrap();
        let is_new = known.iter().all(|(old, _)| *old != secret);
        if is_new && !secret.is_empty() && secret != stand_in {
            known.push((secret, stand_in));
            known.sort_by_key(|(secret, _)| std::cmp::Reverse(secret.len()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_and_learned_secrets_are_replaced_everywhere() {
        let learned = &[Learned { field: "access_token", stand_in: "token" }];
        let known = vec![("s3cret".to_owned(), "secret".to_owned())];
        let cleaner = Cleaner::new(known, learned);
        cleaner.look_at(r#"{"list":[{"access_token":"abc.s3cret.def"}],"other":"x"}"#);
        assert_eq!(cleaner.clean("Bearer abc.s3cret.def, s3cret, x"), "Bearer token, secret, x");
    }
}
