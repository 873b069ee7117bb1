use std::fmt::Write as _;

use super::{Text, Value, key::array_index, number};

/// Writes what `JSON.stringify` writes: no spaces, an object's array indices first.
pub(crate) fn stringify(value: &Value) -> String {
    let mut out = String::new();
    write_value(value, &mut out);
    out
}

// Recursion ends where the parser's depth limit does.
fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(lexeme) => number::print(lexeme, out),
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_value(item, out);
            }
            out.push(']');
        }
        Value::Object(entries) => write_object(entries, out),
    }
}

fn write_object(entries: &[(Text, Value)], out: &mut String) {
    let mut indices = Vec::new();
    let mut names = Vec::new();
    for entry in entries {
        match array_index(&entry.0) {
            Some(index) => indices.push((index, entry)),
            None => names.push(entry),
        }
    }
    indices.sort_unstable_by_key(|(index, _)| *index);
    out.push('{');
    let ordered = indices.into_iter().map(|(_, entry)| entry).chain(names);
    for (place, (key, value)) in ordered.enumerate() {
        if place > 0 {
            out.push(',');
        }
        write_string(key, out);
        out.push(':');
        write_value(value, out);
    }
    out.push('}');
}

fn write_string(text: &[u16], out: &mut String) {
    out.push('"');
    for character in char::decode_utf16(text.iter().copied()) {
        match character {
            Ok('"') => out.push_str("\\\""),
            Ok('\\') => out.push_str("\\\\"),
            Ok('\u{8}') => out.push_str("\\b"),
            Ok('\t') => out.push_str("\\t"),
            Ok('\n') => out.push_str("\\n"),
            Ok('\u{c}') => out.push_str("\\f"),
            Ok('\r') => out.push_str("\\r"),
            Ok(control) if control < ' ' => escape(u32::from(control), out),
            Ok(other) => out.push(other),
            Err(lone) => escape(u32::from(lone.unpaired_surrogate()), out),
        }
    }
    out.push('"');
}

fn escape(unit: u32, out: &mut String) {
    // Writing to a string does not fail.
    let _ = write!(out, "\\u{unit:04x}");
}

#[cfg(test)]
mod tests {
    use super::{super::parse, *};

    fn through(text: &str) -> String {
        stringify(&parse(text).unwrap())
    }

    #[test]
    fn objects_arrays_and_strings_are_written_as_javascript_does() {
        for (written, expected) in [
            (" { \"a\" : [ 1 , true , null ] } ", r#"{"a":[1,true,null]}"#),
            (r#"{"b":1,"a":2}"#, r#"{"b":1,"a":2}"#),
            (r#"{"b":1,"10":2,"9":3,"a":4,"0":5}"#, r#"{"0":5,"9":3,"10":2,"b":1,"a":4}"#),
            (
                r#"{"4294967295":1,"4294967294":2,"01":3,"-1":4}"#,
                r#"{"4294967294":2,"4294967295":1,"01":3,"-1":4}"#,
            ),
            (r#"{"a":1,"b":2,"a":3}"#, r#"{"a":3,"b":2}"#),
            (r#"{"a":1,"b":2,"\u0061":{"c":3}}"#, r#"{"a":{"c":3},"b":2}"#),
            (r#"{"x":1,"__proto__":{"y":2}}"#, r#"{"x":1,"__proto__":{"y":2}}"#),
            (r#"{"__proto__":1,"x":2,"__proto__":null}"#, r#"{"__proto__":null,"x":2}"#),
            (r#"{"toJSON":1,"constructor":2}"#, r#"{"toJSON":1,"constructor":2}"#),
            (r#""\u0008\u0009\u000a\u000c\u000d""#, r#""\b\t\n\f\r""#),
            (r#""\u0000\u001F\u000B\u007f""#, "\"\\u0000\\u001f\\u000b\u{7f}\""),
            (r#""\/\"\\\u0022\u005c""#, r#""/\"\\\"\\""#),
            (r#""caf\u00e9 \uD83D\uDE00""#, "\"café 😀\""),
            (r#""\ud83d""#, r#""\ud83d""#),
            (r#""\uDE00\uD83D""#, r#""\ude00\ud83d""#),
            (r#""\uD83D\uD83D\uDE00""#, "\"\\ud83d😀\""),
            ("\"\u{2028}\u{2029}\u{feff}\"", "\"\u{2028}\u{2029}\u{feff}\""),
            (r#"[[],{},""]"#, r#"[[],{},""]"#),
        ] {
            assert_eq!(through(written), expected, "{written}");
        }
    }
}
