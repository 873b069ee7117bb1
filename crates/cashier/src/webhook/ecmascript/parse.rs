use std::collections::HashMap;

use super::{Text, Value};

/// How many arrays and objects may stand inside each other. A webhook has one.
pub(crate) const MAX_DEPTH: usize = 64;

/// Why a text is no JSON to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Malformed {
    /// `JSON.parse` would refuse it, at this byte.
    Syntax(usize),
    /// It is nested deeper than [`MAX_DEPTH`].
    TooDeep,
}

/// Reads exactly what `JSON.parse` reads: no byte order mark, no space but the four of JSON, no
/// control character inside a string.
pub(crate) fn parse(text: &str) -> Result<Value, Malformed> {
    let mut parser = Parser { text, at: 0 };
    parser.skip_space();
    let value = parser.value(0)?;
    parser.skip_space();
    if parser.at == text.len() { Ok(value) } else { Err(parser.wrong()) }
}

struct Parser<'a> {
    text: &'a str,
    /// Always at the start of a character.
    at: usize,
}

impl<'a> Parser<'a> {
    fn value(&mut self, depth: usize) -> Result<Value, Malformed> {
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'n') => self.word("null", Value::Null),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            _ => Err(self.wrong()),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, Malformed> {
        let depth = deeper(depth)?;
        self.at += 1;
        let mut entries: Vec<(Text, Value)> = Vec::new();
        let mut places: HashMap<Text, usize> = HashMap::new();
        self.skip_space();
        if self.take(b'}') {
            return Ok(Value::Object(entries));
        }
        loop {
            let key = if self.peek() == Some(b'"') { self.string()? } else { return self.fail() };
            self.skip_space();
            self.expect(b':')?;
            self.skip_space();
            let value = self.value(depth)?;
            self.skip_space();
            match places.get(&key).and_then(|place| entries.get_mut(*place)) {
                Some(entry) => entry.1 = value,
                None => {
                    places.insert(key.clone(), entries.len());
                    entries.push((key, value));
                }
            }
            if self.take(b'}') {
                return Ok(Value::Object(entries));
            }
            self.expect(b',')?;
            self.skip_space();
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, Malformed> {
        let depth = deeper(depth)?;
        self.at += 1;
        let mut items = Vec::new();
        self.skip_space();
        if self.take(b']') {
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value(depth)?);
            self.skip_space();
            if self.take(b']') {
                return Ok(Value::Array(items));
            }
            self.expect(b',')?;
            self.skip_space();
        }
    }

    fn string(&mut self) -> Result<Text, Malformed> {
        self.at += 1;
        let mut text = Text::new();
        loop {
            // Up to the next byte that means something. All of them are ASCII.
            let rest = self.rest();
            let plain = rest.find(|c: char| c == '"' || c == '\\' || c < ' ').unwrap_or(rest.len());
            text.extend(rest.get(..plain).unwrap_or_default().encode_utf16());
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    self.at += 1;
                    text.push(self.escape()?);
                }
                _ => return self.fail(),
            }
        }
    }

    fn escape(&mut self) -> Result<u16, Malformed> {
        let unit = match self.peek() {
            Some(same @ (b'"' | b'\\' | b'/')) => u16::from(same),
            Some(b'b') => 0x08,
            Some(b'f') => 0x0c,
            Some(b'n') => 0x0a,
            Some(b'r') => 0x0d,
            Some(b't') => 0x09,
            Some(b'u') => {
                self.at += 1;
                return self.hexadecimal();
            }
            _ => return self.fail(),
        };
        self.at += 1;
        Ok(unit)
    }

    fn hexadecimal(&mut self) -> Result<u16, Malformed> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit.and_then(|digit| u16::try_from(digit).ok()) else {
                return self.fail();
            };
            unit = unit << 4 | digit;
            self.at += 1;
        }
        Ok(unit)
    }

    fn number(&mut self) -> Result<Value, Malformed> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        Ok(Value::Number(self.text.get(start..self.at).unwrap_or_default().into()))
    }

    /// One digit or more.
    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(self.wrong()) }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Malformed> {
        if !self.rest().starts_with(word) {
            return self.fail();
        }
        self.at += word.len();
        Ok(value)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        if self.take(byte) { Ok(()) } else { Err(self.wrong()) }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.at += 1;
        }
        found
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn wrong(&self) -> Malformed {
        Malformed::Syntax(self.at)
    }

    fn fail<T>(&self) -> Result<T, Malformed> {
        Err(self.wrong())
    }
}

fn deeper(depth: usize) -> Result<usize, Malformed> {
    if depth < MAX_DEPTH { Ok(depth + 1) } else { Err(Malformed::TooDeep) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_json_parse_refuses_is_refused() {
        for text in [
            "",
            " ",
            "\u{feff}{}",
            "{}\u{feff}",
            "{}x",
            "{} {}",
            "nul",
            "nulll",
            "True",
            "undefined",
            "NaN",
            "Infinity",
            "-Infinity",
            "'a'",
            "{a:1}",
            "{\"a\":1,}",
            "[1,]",
            "[,1]",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\" 1}",
            "{1:2}",
            "[1 2]",
            "[",
            "{",
            "\"",
            "\"a",
            "\"\\",
            "\"\\\"",
            "\"\\x41\"",
            "\"\\u12\"",
            "\"\\u12g4\"",
            "\"\\u{41}\"",
            "\"\\U0041\"",
            "\"\\'\"",
            "\"\n\"",
            "\"\t\"",
            "\"\0\"",
            "\"\u{1f}\"",
            "01",
            "-01",
            "00",
            "+1",
            "-",
            "--1",
            ".5",
            "5.",
            "1.e1",
            "1e",
            "1e+",
            "1e+-1",
            "0x10",
            "1_000",
            "1n",
            "\u{a0}1",
            "\u{2028}1",
            "1\u{b}",
            "1\u{c}",
            "//\n1",
            "1/**/",
            "]",
            "}",
            ":",
            ",",
            "[1}",
            "{\"a\":1]",
        ] {
            assert!(matches!(parse(text), Err(Malformed::Syntax(_))), "{text:?}");
        }
    }

    #[test]
    fn what_json_parse_reads_is_read() {
        for text in [
            "null",
            " \t\n\r1\r\n\t ",
            "[]",
            "{}",
            "[ ]",
            "{ }",
            "\"\"",
            "\"\u{7f}\u{80}\u{2028}\"",
            "-0",
            "0.0e-0",
            "1E+05",
            "\"\\ud800\"",
            "\"\\uDFFF\\uD800\"",
            "\"\\/\"",
            "{\"\":{\"\":[]}}",
            "{\"a\":1,\"a\":2}",
        ] {
            assert!(parse(text).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn nesting_ends_at_the_limit() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(parse(&nested(MAX_DEPTH + 1)), Err(Malformed::TooDeep));
        assert_eq!(parse(&"[".repeat(1_000_000)), Err(Malformed::TooDeep));
        let objects = "{\"a\":".repeat(MAX_DEPTH + 1);
        assert_eq!(parse(&objects), Err(Malformed::TooDeep));
    }

    #[test]
    fn the_last_of_two_values_counts_even_if_the_key_is_spelled_otherwise() {
        let value = parse(r#"{"status":"rejected","b":1,"st\u0061tus":"successful"}"#).unwrap();
        assert_eq!(value.property("status").and_then(Value::as_text).unwrap(), "successful");
    }
}
