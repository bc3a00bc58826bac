//! No key comes into any output, whatever a store answers.

use crate::handbook::{Handbook, Run};
use crate::refused::Site;
use crate::servers::S3;

/// Made-up keys, by the variables that programs take them from.
const KEYS: &[(&str, &str)] = &[
    ("AWS_ACCESS_KEY_ID", "AKIAHUNTER2HUNTER2"),
    ("AWS_SECRET_ACCESS_KEY", "hunter2/aws/secret"),
    ("AWS_SESSION_TOKEN", "hunter2-aws-session"),
    ("AZURE_STORAGE_ACCOUNT_NAME", "account"),
    ("AZURE_STORAGE_ACCOUNT_KEY", "aHVudGVyMi1henVyZS1zZWNyZXQ="),
    ("GOOGLE_SERVICE_ACCOUNT_KEY", GOOGLE),
];

const GOOGLE: &str = "{\"private_key\": \"hunter2-google\", \"private_key_id\": \"hunter2-id\", \
    \"client_email\": \"hunter2@example.org\", \"disable_oauth\": true}";

/// What must not be seen: the keys, and pieces of them.
const HIDDEN: &[&str] =
    &["hunter2", "HUNTER2", "aHVudGVyMi1henVyZS1zZWNyZXQ", "AWS4-HMAC", "SharedKey ", "Signature="];

fn expect_hidden(run: &Run) {
    for hidden in HIDDEN {
        assert!(!run.out.contains(hidden), "{hidden}: {}", run.out);
        assert!(!run.err.contains(hidden), "{hidden}: {}", run.err);
    }
}

fn run(book: &Handbook, arguments: &[&str]) -> Run {
    let mut command = book.publish(arguments);
    command.envs(KEYS.iter().copied()).env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
    let run = Run::of(&mut command);
    expect_hidden(&run);
    run
}

#[test]
fn whatever_a_store_answers_no_key_is_shown() {
    for status in [200, 301, 400, 401, 403, 404, 409, 412, 418] {
        // It repeats all that it was told.
        let site = Site::answering(move |_, head| {
            let head = head.replace(['<', '>'], " ");
            (
                status,
                format!("<Error><Code>{head}</Code><Message>{head}</Message></Error>").into_bytes(),
            )
        });
        let endpoint = site.address();
        let endpoint = endpoint.trim_end_matches('/');
        for to in ["s3://bucket/x", "az://container/x", "gs://bucket/x"] {
            let book = Handbook::new(&[("index.md", "# Home\n")]);
            book.target("site", to, endpoint);
            for arguments in [&["-v"][..], &["--format", "json"]] {
                let run = run(&book, arguments);
                assert_eq!(run.code, 2, "{to} {status}: {}{}", run.out, run.err);
            }
        }
    }
}

#[test]
fn a_publish_that_succeeds_shows_none_and_leaves_none_there() {
    let Some(s3) = S3::start() else { return };
    let book = Handbook::new(&[("index.md", "# Home\n")]);
    book.target("site", "s3://bucket/x", &s3.endpoint());
    assert_eq!(run(&book, &["-v"]).code, 0);
    let (_, manifest) = crate::servers::get(&s3.address("x/.sternpost.json"));
    let text = String::from_utf8(manifest.bytes).unwrap();
    assert!(text.contains("\"by\": \"ana\""), "{text}");
    let root = book.root().display().to_string();
    for hidden in HIDDEN.iter().copied().chain([root.as_str()]) {
        assert!(!text.contains(hidden), "{hidden}");
    }
}

#[test]
fn a_secret_in_the_settings_or_the_command_is_not_shown() {
    let to = |to: &str| format!("[publish.site]\nto = \"{to}\"\n");
    for settings in [
        "[publish.site]\nsecret-key = hunter2\n".to_owned(),
        "publish = \"s3://a:hunter2@b\"\n".to_owned(),
        to("me:hunter2@example.org:/srv"),
        to("s3://AKIA:hun/hunter2@bucket"),
        to("sftp://me:hunter2@example.org:/x"),
    ] {
        let book = Handbook::new(&[("index.md", "# Home\n"), ("book.toml", &settings)]);
        for arguments in [&["-v"][..], &["--format", "json"]] {
            let run = run(&book, arguments);
            assert_eq!(run.code, 2, "{settings}: {}{}", run.out, run.err);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_secret_in_the_address_of_a_remote_is_not_shown() {
    let site = Site::answering(|_, _| (403, Vec::new()));
    let book = Handbook::new(&[("index.md", "# Home\n")]);
    book.write("book.toml", "[publish.site]\nto = \"git:host#pages\"\n");
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        let done = git.arg("-C").arg(book.root()).args(arguments).status().unwrap();
        assert!(done.success());
    };
    git(&["init", "--quiet"]);
    git(&["remote", "add", "host", &format!("{}x.git?access_token=hunter2", site.address())]);
    let run = run(&book, &["-v"]);
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
    assert!(run.err.contains("x.git#pages cannot be read"), "{}", run.err);
}
