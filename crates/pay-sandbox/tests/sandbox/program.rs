//! The program, started as a user would.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
};

struct Program {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_pay-sandbox"))
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out }
    }

    fn lines_until(&mut self, end: &str) -> String {
        let mut text = String::new();
        while !text.contains(end) {
            let mut line = String::new();
            assert_ne!(self.out.read_line(&mut line).unwrap(), 0, "it ended after: {text}");
            text.push_str(&line);
        }
        text
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn output(arguments: &[&str]) -> (bool, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_pay-sandbox")).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

fn has_curl() -> bool {
    Command::new("curl").arg("--version").output().is_ok()
}

#[test]
fn json_is_one_line_with_everything_a_client_needs() {
    let mut program = Program::start(&["--listen", "127.0.0.1:0", "--json"]);
    let line = program.lines_until("\n");
    let json: serde_json::Value = serde_json::from_str(&line).unwrap();
    for key in ["auth_url", "gateway_url"] {
        assert!(json["payfirma"][key].as_str().unwrap().starts_with("http://127.0.0.1:"));
    }
    for provider in ["numeropay", "cashier", "payanywhere"] {
        let url = json[provider]["base_url"].as_str().unwrap();
        assert!(url.starts_with("http://127.0.0.1:") && url.ends_with(&format!("/{provider}")));
    }
    for (provider, key) in [
        ("numeropay", "merchant_id"),
        ("numeropay", "key_id"),
        ("numeropay", "key_secret"),
        ("cashier", "api_key"),
        ("cashier", "signature_password"),
        ("payroc", "user_name"),
        ("payroc", "password"),
        ("payanywhere", "mid"),
        ("payanywhere", "developer_key"),
        ("payanywhere", "password"),
        ("payanywhere", "app_source"),
        ("payanywhere", "gateway_public_key"),
    ] {
        assert!(!json[provider][key].as_str().unwrap().is_empty(), "{provider} {key}");
    }
    assert_eq!(json["numeropay"]["business_names"][0], "Infinity Group");
    assert_eq!(json["cashier"]["provider_id"], 210);
    assert_eq!(json["payanywhere"]["account_id"], 40_017);
    assert!(json["payroc"]["base_url"].as_str().unwrap().ends_with("/payroc/v1"));
    for key in ["client_id", "client_secret", "hosted_page_token", "iframe_token"] {
        assert!(json["payfirma"][key].as_str().unwrap().starts_with("sandbox-"), "{key}");
    }
}

#[test]
fn the_printed_curl_lines_work_word_for_word() {
    if !has_curl() {
        println!("skipped: there is no curl");
        return;
    }
    let mut program = Program::start(&["--listen", "127.0.0.1:0"]);
    let text = program.lines_until("Ctrl-C");
    let lines: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| line.starts_with("curl"))
        .collect();
    // In the printed order: each does what the line above it says.
    let expected = [
        "access_token",
        r#""transaction_result":"APPROVED""#,
        r#""businessName":"Infinity Group""#,
        r#""data":[{"id":"#,
        r#"{"url":"","transaction_status":"successful"}"#,
        r#"{"token":"#,
        "has been approved successfully",
        r#"{"transaction_status":"pending"}"#,
        "set: 204",
        "bearerToken",
        r#""merchant":{"mid":""#,
        r#""accountId":40017"#,
        r#"{"id":15218}"#,
        r#"{"batch_id":7001}"#,
        r#""uniq_id":"ccs_15218""#,
        r#""refund_id":15219,"status_code":"00""#,
        r#""kind":"sale""#,
    ];
    assert_eq!(lines.len(), expected.len(), "{text}");
    for (line, expected) in lines.iter().zip(expected) {
        let output = Command::new("sh").args(["-c", line]).output().unwrap();
        let reply = String::from_utf8(output.stdout).unwrap();
        assert!(reply.contains(expected), "{line}\n{reply}");
    }
}

#[test]
#[cfg(unix)]
fn an_interrupt_ends_it_well() {
    let mut program = Program::start(&["--listen", "127.0.0.1:0", "--json"]);
    program.lines_until("\n");
    let id = program.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert!(program.child.wait().unwrap().success());
    let mut rest = String::new();
    program.out.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

#[test]
fn switches_and_help_are_listed() {
    let (ok, out, _) = output(&["--switches", "--switch", "payfirma.listing_lag=9"]);
    assert!(ok && out.contains("payfirma.listing_lag=9") && out.contains("402-message"), "{out}");
    let (ok, out, _) = output(&["--help"]);
    assert!(ok && out.contains("phase=PHASE") && out.contains("--seed"), "{out}");
}

#[test]
fn wrong_arguments_are_said_plainly() {
    for (arguments, part) in [
        (["--switch", "payfirma.decline_shape=x"], "402-object"),
        (["--switch", "nonsense"], "NAME=SETTING"),
        (["--fault", "kind=melt"], "melt"),
        (["--listen", "nowhere"], "nowhere"),
    ] {
        let (ok, _, err) = output(&arguments);
        assert!(!ok && err.contains(part), "{arguments:?}: {err}");
    }
}
