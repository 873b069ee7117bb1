//! Node is the judge: what our `JSON.stringify(JSON.parse(text))` gives is compared with what a
//! real Node gives, for thousands of generated documents, well-formed and not.
//!
//! Skipped with a line where there is no `node`; with `REQUIRE_NODE=1` its absence is a failure.
//! `NODE_SEED=<number>` repeats a run, `NODE_DOCUMENTS=<number>` sets its length.

#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test"
)]

use std::{
    fmt::Write as _,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, Command, Stdio},
};

use cashier::{
    Secret,
    webhook::{Verifier, json_stringify, sign},
};
use pay_core::{Randomness as _, SeededRandomness};

/// One line in, one line out, everything in hex: the UTF-8 of a text; `!` if it is refused, else
/// the UTF-8 of the result and its signature by the provider's own script.
const SCRIPT: &str = r#"
const crypto = require("crypto");
const lines = require("readline").createInterface({ input: process.stdin, crlfDelay: Infinity });
lines.on("line", line => {
  let data;
  try { data = JSON.parse(Buffer.from(line, "hex").toString("utf8")); }
  catch { process.stdout.write("!\n"); return; }
  const text = JSON.stringify(data);
  const signature = crypto.createHash("sha1").update(text + "spg_p\u00e4ss").digest("hex").toUpperCase();
  process.stdout.write(Buffer.from(text, "utf8").toString("hex") + " " + signature + "\n");
});
"#;

const PASSWORD: &str = "spg_päss";

struct Node {
    child: Child,
    stdin: Option<ChildStdin>,
    answers: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Node {
    fn start() -> Option<Self> {
        let child = Command::new("node")
            .args(["-e", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        match child {
            Ok(mut child) => {
                let stdin = child.stdin.take();
                let answers = BufReader::new(child.stdout.take().unwrap()).lines();
                Some(Self { child, stdin, answers })
            }
            Err(error) if std::env::var("REQUIRE_NODE").is_ok_and(|value| value == "1") => {
                panic!("REQUIRE_NODE=1, and node cannot be started: {error}")
            }
            Err(error) => {
                println!("skipped: node cannot be started: {error}");
                None
            }
        }
    }

    /// What Node makes of many texts; `None` where it refuses one.
    fn ask(&mut self, texts: &[String]) -> Vec<Option<(String, String)>> {
        let mut stdin = self.stdin.take().unwrap();
        let lines: String = texts.iter().fold(String::new(), |mut lines, text| {
            lines.push_str(&to_hex(text));
            lines.push('\n');
            lines
        });
        // From another thread: with both pipes full, neither side would go on.
        let writer = std::thread::spawn(move || {
            stdin.write_all(lines.as_bytes()).unwrap();
            stdin
        });
        let answers = texts
            .iter()
            .map(|_| {
                let line = self.answers.next().expect("node ended").unwrap();
                let (text, signature) = line.split_once(' ')?;
                Some((from_hex(text), signature.to_owned()))
            })
            .collect();
        self.stdin = Some(writer.join().unwrap());
        answers
    }

    /// Compares, and tells how many texts Node took.
    fn compare(&mut self, texts: &[String], seed: &str) -> usize {
        let verifier = Verifier::new(PASSWORD).unwrap();
        let mut taken = 0;
        for (text, node) in texts.iter().zip(self.ask(texts)) {
            let ours = json_stringify(text).ok();
            let (theirs, signature) = node.clone().unzip();
            assert_eq!(ours, theirs, "seed {seed}, of the text {text:?}");
            if let (Some(ours), Some(signature)) = (ours, signature) {
                taken += 1;
                assert_eq!(sign(&ours, &Secret::new(PASSWORD)), signature);
                // The body as it came, not as it was signed. Whether it is an event is not asked.
                let verified = verifier.verify(&signature, text);
                assert_ne!(verified, Err(cashier::webhook::Rejected::BadSignature), "{text:?}");
            }
        }
        taken
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}

#[test]
fn generated_documents_come_out_as_node_writes_them() {
    let Some(mut node) = Node::start() else { return };
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let documents = number("NODE_DOCUMENTS").unwrap_or(20_000);
    let fresh = std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(1, |since| since.as_secs());
    // One run that is the same everywhere, and one that is new every time.
    let seeds = number("NODE_SEED").map_or_else(|| vec![1, fresh], |seed| vec![seed]);
    for seed in seeds {
        println!("seed {seed}, {documents} documents");
        let mut generator = Generator::new(seed);
        let texts: Vec<_> = (0..documents).map(|_| generator.document()).collect();
        let taken = node.compare(&texts, &seed.to_string());
        // The generator must make both kinds, or nothing is compared.
        let taken = u64::try_from(taken).unwrap();
        assert!(taken > documents / 2 && taken < documents * 99 / 100, "{taken} of {documents}");
    }
}

#[test]
fn numbers_come_out_as_node_writes_them() {
    let Some(mut node) = Node::start() else { return };
    let mut generator = Generator::new(2);
    let mut texts = Vec::new();
    for _ in 0..20_000 {
        // Every double there is, in 17 digits and in the fewest.
        let value = f64::from_bits(generator.next());
        if value.is_finite() {
            texts.push(format!("{value:.16e}"));
            texts.push(format!("{value:e}"));
        }
        // Halfway between two doubles, and a digit to either side of it.
        let halfway = (1_u64 << 53) + 2 * generator.below(1 << 51) + 1;
        texts.extend([format!("{halfway}"), format!("{halfway}.{}1", "0".repeat(30))]);
        texts.push(generator.number());
        // Where two shortest forms may be equally near.
        let bits = 46 + generator.below(7);
        let whole = (1_u64 << bits) + generator.below(1 << bits);
        let eighths = ["125", "25", "375", "5", "625", "75", "875"];
        texts.push(format!("{whole}.{}", generator.one_of(&eighths)));
    }
    for power in -330..=310 {
        texts.extend([format!("1e{power}"), format!("9.999999999999999e{power}")]);
    }
    assert!(node.compare(&texts, "2") > 60_000);
}

#[test]
fn every_code_unit_comes_out_as_node_writes_it() {
    let Some(mut node) = Node::start() else { return };
    let escaped = (0..=0xffff_u32).map(|unit| format!("\"a\\u{unit:04x}b\""));
    let pairs = [0xd7ff_u32, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000];
    let paired = pairs.iter().flat_map(|high| {
        pairs.iter().map(move |low| format!("{{\"\\u{high:04X}\\u{low:04x}\":1}}"))
    });
    let raw = ('\0'..='\u{3ff}')
        .chain('\u{1ff0}'..='\u{20ff}')
        .chain(['\u{fdd0}', '\u{feff}', '\u{fffd}', '\u{ffff}', '\u{10000}', '\u{10ffff}'])
        .flat_map(|c| [format!("\"{c}\""), format!("{c}1"), format!("1{c}")]);
    let texts: Vec<_> = escaped.chain(paired).chain(raw).collect();
    assert!(node.compare(&texts, "-") > 65_536);
}

#[test]
fn keys_come_out_in_the_order_of_node() {
    let Some(mut node) = Node::start() else { return };
    let mut generator = Generator::new(3);
    let edges = [
        "0",
        "1",
        "2",
        "9",
        "10",
        "00",
        "01",
        "-0",
        "-1",
        "1.0",
        "1e1",
        "4294967293",
        "4294967294",
        "4294967295",
        "4294967296",
        "9007199254740991",
        "9007199254740992",
        "2147483647",
        "2147483648",
        "1073741823",
        "1073741824",
        "__proto__",
        "constructor",
        "toJSON",
        "length",
        "a",
        "b",
        "",
        "valueOf",
        "\\u0030",
        "\\u0061",
        "9999999999",
        "99999999999",
    ];
    let texts: Vec<_> = (0..5_000)
        .map(|_| {
            let entries: Vec<_> = (0..generator.below(12))
                .map(|place| format!("\"{}\":{place}", generator.one_of(&edges)))
                .collect();
            format!("{{{}}}", entries.join(","))
        })
        .collect();
    assert_eq!(node.compare(&texts, "3"), texts.len());
}

/// Makes JSON documents that are strange where JSON can be strange.
struct Generator(SeededRandomness);

impl Generator {
    fn new(seed: u64) -> Self {
        Self(SeededRandomness::new(seed))
    }

    fn next(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }

    fn document(&mut self) -> String {
        let mut text = self.value(4);
        if self.below(4) == 0 {
            self.spoil(&mut text);
        }
        text
    }

    fn value(&mut self, depth: u64) -> String {
        let space = self.space();
        let value = match self.below(if depth == 0 { 6 } else { 12 }) {
            0 => self.one_of(&["null", "true", "false"]).to_owned(),
            1 | 2 => self.number(),
            3..=5 => self.string(),
            6 | 7 => {
                let items: Vec<_> = (0..self.below(5)).map(|_| self.value(depth - 1)).collect();
                format!("[{}{}]", self.space(), items.join(","))
            }
            _ => {
                let entries: Vec<_> = (0..self.below(8))
                    .map(|_| {
                        let (key, before, after) = (self.key(), self.space(), self.space());
                        format!("{before}{key}{after}:{}", self.value(depth - 1))
                    })
                    .collect();
                format!("{{{}{}}}", self.space(), entries.join(","))
            }
        };
        format!("{space}{value}{}", self.space())
    }

    fn space(&mut self) -> &'static str {
        match self.below(8) {
            0 => " ",
            1 => "\n\t",
            2 => "\r\n  ",
            _ => "",
        }
    }

    /// Often one that was there before, an index or a name that means something in JavaScript.
    fn key(&mut self) -> String {
        match self.below(4) {
            0 => format!("\"{}\"", self.below(12)),
            1 => {
                let names = [
                    "__proto__",
                    "\\u005f_proto__",
                    "a",
                    "\\u0061",
                    "constructor",
                    "toJSON",
                    "4294967294",
                    "4294967295",
                    "007",
                    "1e3",
                    "-1",
                    "",
                    "status",
                    "length",
                ];
                format!("\"{}\"", self.one_of(&names))
            }
            _ => self.string(),
        }
    }

    fn number(&mut self) -> String {
        let mut text = String::new();
        if self.below(3) == 0 {
            text.push('-');
        }
        match self.below(3) {
            0 => text.push('0'),
            1 => write!(text, "{}", 1 + self.below(999)).unwrap(),
            _ => {
                write!(text, "{}", 1 + self.below(9)).unwrap();
                self.digits(&mut text, 25);
            }
        }
        if self.below(2) == 0 {
            write!(text, ".{}", self.below(10)).unwrap();
            self.digits(&mut text, 25);
        }
        if self.below(3) == 0 {
            let (e, sign) = (self.one_of(&["e", "E"]), self.one_of(&["", "+", "-", "-0"]));
            let range = self.below(4);
            write!(text, "{e}{sign}{}", self.below([4, 30, 330, 100_000][range as usize])).unwrap();
        }
        text
    }

    fn digits(&mut self, text: &mut String, most: u64) {
        for _ in 0..self.below(most) {
            let digit = if self.below(3) == 0 { 0 } else { self.below(10) };
            write!(text, "{digit}").unwrap();
        }
    }

    fn string(&mut self) -> String {
        let mut text = "\"".to_owned();
        for _ in 0..self.below(10) {
            match self.below(10) {
                0 => text.push_str(
                    self.one_of(&["\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"]),
                ),
                1 => write!(text, "\\u{:04x}", self.below(0x80)).unwrap(),
                2 => write!(text, "\\u{:04X}", self.below(0x1_0000)).unwrap(),
                // Surrogates: lone, paired and the wrong way round.
                3 => write!(text, "\\u{:04x}", 0xd800 + self.below(0x800)).unwrap(),
                4 => write!(text, "\\ud83d\\ude{:02x}", self.below(0x50)).unwrap(),
                5 => {
                    let raw = char::from_u32(u32::try_from(self.below(0x11_0000)).unwrap());
                    text.push(raw.filter(|c| *c >= ' ' && !"\"\\".contains(*c)).unwrap_or('é'));
                }
                6 => {
                    text.push_str(self.one_of(&["\u{2028}", "\u{7f}", "\u{feff}", "/", "€", "😀"]))
                }
                _ => text.push_str(self.one_of(&["a", "Z", "0", " ", "-", "rejected", "{", ":"])),
            }
        }
        text.push('"');
        text
    }

    /// Takes away, adds or changes a character: most often that makes it no JSON.
    fn spoil(&mut self, text: &mut String) {
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let Some(&at) = places.get(usize::try_from(self.next() % (places.len() as u64)).unwrap())
        else {
            return;
        };
        let odd = self.one_of(&[
            "\u{feff}", "\u{a0}", "\u{b}", "\0", "\n", "\"", "\\", "'", ",", ":", "{", "]", "0",
            ".", "e", "-", "+", "//", "NaN", "\\x41", "\\u12", "\u{85}", "1_0",
        ]);
        if self.below(3) == 0 {
            text.remove(at);
        } else {
            text.insert_str(at, odd);
        }
    }
}

fn to_hex(text: &str) -> String {
    text.bytes().fold(String::with_capacity(2 * text.len()), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

fn from_hex(hex: &str) -> String {
    let bytes = hex
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap());
    String::from_utf8(bytes.collect()).unwrap()
}
