//! The preview always comes up and never goes away: what is wrong stands where the page would be, or
//! beside the last good one, and is gone when it is mended. Each open page is told how things stand
//! with it, and nothing else.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};

use serde_json::{Value, json};

use crate::folder::Folder;
use crate::served::{Answer, Served};

const CONFIG: &str = "[book]\ntitle = \"Leading\"\n";
const TRUST: &str = "# Trust\n\nThese are the words.\n";
const EXTENDS: &str = "{% extends \"builtin/page.html\" %}\n";

/// Starts with something wrong, expects a page that says so in these words, then mends it by writing or
/// removing the file.
fn comes_up(files: &[(&str, &str)], says: &[&str], mended: (&str, Option<&str>)) {
    let folder = Folder::new(files);
    folder.write("content/trust.md", TRUST);
    let served = Served::new(&folder, &[]);
    served.out.until("The handbook cannot be shown yet; the page says why and waits.");
    for path in ["/", "/trust/"] {
        let answer = served.site.get(path);
        assert_eq!(answer.status, 500, "{path}");
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
        let text = answer.text();
        assert!(text.contains("The handbook cannot be shown yet"), "{text}");
        assert!(text.contains("/preview.js"), "{text}");
        let read = without_tags(&text);
        for words in says {
            assert!(read.contains(words), "no `{words}` in {read}");
        }
    }
    let (file, text) = mended;
    match text {
        Some(text) => folder.write(file, text),
        None => fs::remove_file(folder.root().join(file)).unwrap(),
    }
    served.site.until_shows("/trust/", "These are the words.");
    assert_eq!(served.site.get("/").status, 200);
}

/// What is read of a page.
fn without_tags(html: &str) -> String {
    let parts = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    parts.collect()
}

#[test]
fn with_a_wrong_configuration() {
    comes_up(
        &[("book.toml", "[book]\ntitle = \"Leading\n")],
        &["a quotation mark is opened and not closed", "book.toml:2:17", "title = &quot;Leading"],
        ("book.toml", Some(CONFIG)),
    );
    comes_up(
        &[("book.toml", "[book]\ntitle = 3\n")],
        &["book.toml:2:9", "title = 3"],
        ("book.toml", None),
    );
}

#[test]
fn with_a_wrong_template() {
    comes_up(
        &[("templates/page.html", "<p>\n{{ page.title \n")],
        &["Unexpected end of input", "templates/page.html:2:9", "{{ page.title"],
        ("templates/page.html", None),
    );
}

#[test]
fn without_the_folder_that_the_configuration_names() {
    comes_up(
        &[("book.toml", "[book]\nsrc = \"essays\"\n")],
        &["there is no folder essays", "book.toml"],
        ("book.toml", Some(CONFIG)),
    );
    let folder = Folder::new(&[("book.toml", "[book]\nsrc = \"essays\"\n")]);
    let served = Served::new(&folder, &[]);
    folder.write("essays/trust.md", TRUST);
    served.site.until_shows("/trust/", "These are the words.");
}

#[test]
fn without_an_essay() {
    let folder = Folder::new(&[]);
    let served = Served::new(&folder, &[]);
    assert_eq!(served.site.get("/").status, 200);
    served.err.until("there is no essay in");
    let told = served.site.events("/").next();
    let warnings = told["warnings"].as_array().unwrap().iter();
    let messages: Vec<&str> = warnings.filter_map(|found| found["message"].as_str()).collect();
    assert!(messages.iter().any(|text| text.starts_with("there is no essay in")), "{told}");
    folder.write("trust.md", TRUST);
    served.site.until_shows("/trust/", "These are the words.");
}

#[test]
fn with_wrong_front_matter() {
    let folder = Folder::new(&[("content/trust.md", "+++\ntitle = \"Trust\n+++\n\nWords.\n")]);
    let served = Served::new(&folder, &[]);
    assert_eq!(served.site.get("/").status, 200);
    served.site.until_shows("/trust/", "Words.");
    let events = served.site.events("/trust/");
    let problem = &events.next()["problems"][0];
    assert_eq!(problem["code"], "front-matter");
    assert_eq!((&problem["file"], &problem["line"]), (&json!("content/trust.md"), &json!(2)));
    let excerpt: String =
        problem["excerpt"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(excerpt, "title = \"Trust");
    folder.write("content/trust.md", "+++\ntitle = \"Trust\"\n+++\n\nWords.\n");
    events.until("no more problems", |told| told["problems"] == json!([]));
}

#[test]
fn at_the_next_port_when_one_is_taken() {
    let folder = Folder::new(&[("trust.md", TRUST)]);
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let served =
        Served::by(&mut folder.command(&["serve", "handbook", "--port", &port.to_string()]));
    assert!(served.site.port > port && served.site.port <= port + 50, "{}", served.site.port);
    served.out.until(&format!("Port {port} is taken by another program."));
    served.site.until_shows("/trust/", "These are the words.");
}

/// Breaks something behind a page that was shown, expects the page to stay, and mends it.
fn stays(
    breaks: impl Fn(&Folder),
    names: (&str, u64),
    mends: impl Fn(&Folder),
    good_again: impl Fn(&Answer) -> bool,
) {
    let folder = Folder::new(&[("book.toml", CONFIG), ("content/trust.md", TRUST)]);
    let served = Served::new(&folder, &[]);
    let shown = served.site.get("/trust/").body;
    let events = served.site.events("/trust/");
    assert_eq!(events.next()["problems"], json!([]));
    breaks(&folder);
    let (told, _) = events.until("what is wrong", |told| told["problems"] != json!([]));
    let problem = &told["problems"][0];
    assert_eq!(
        (problem["file"].as_str(), problem["line"].as_u64()),
        (Some(names.0), Some(names.1))
    );
    assert_eq!(problem["severity"], "error");
    assert!(problem["excerpt"].is_array(), "{told}");
    assert!(told["version"].is_string(), "{told}");
    let answer = served.site.get("/trust/");
    assert_eq!((answer.status, answer.body), (200, shown));
    mends(&folder);
    served.site.until("/trust/", good_again);
    events.until("the end of it", |told| told["problems"] == json!([]));
}

#[test]
fn the_last_good_page_stays_when_the_configuration_goes_wrong() {
    stays(
        |folder| folder.write("book.toml", "[book]\ntitle = \"Lead\n"),
        ("book.toml", 2),
        |folder| folder.write("book.toml", "[book]\ntitle = \"Lead\"\n"),
        |answer| answer.text().contains("<title>Trust · Lead</title>"),
    );
}

#[test]
fn the_last_good_page_stays_when_a_template_cannot_be_read() {
    stays(
        |folder| {
            folder.write("templates/page.html", format!("{EXTENDS}{{% block main %}}\n{{{{ x"))
        },
        ("templates/page.html", 3),
        |folder| {
            let main = "{% block main %}mended{% endblock main %}";
            folder.write("templates/page.html", format!("{EXTENDS}{main}"));
        },
        |answer| answer.text().contains("mended"),
    );
}

#[test]
fn the_last_good_page_stays_when_a_template_fails() {
    stays(
        |folder| {
            let main = "{% block main %}\n{{ nothing.there.at.all }}{% endblock main %}";
            folder.write("templates/page.html", format!("{EXTENDS}{main}"));
        },
        ("templates/page.html", 3),
        |folder| {
            let main = "{% block main %}mended{% endblock main %}";
            folder.write("templates/page.html", format!("{EXTENDS}{main}"));
        },
        |answer| answer.text().contains("mended"),
    );
}

#[test]
fn an_essay_that_is_written_while_the_configuration_is_wrong_is_there_afterwards() {
    let folder = Folder::new(&[("book.toml", CONFIG), ("content/trust.md", TRUST)]);
    let served = Served::new(&folder, &[]);
    let events = served.site.events("/trust/");
    folder.write("book.toml", "[book\n");
    events.until("what is wrong", |told| told["problems"] != json!([]));
    fs::rename(folder.root().join("content/trust.md"), folder.root().join("content/faith.md"))
        .unwrap();
    folder.write("content/more.md", "# More\n\nWritten meanwhile.\n");
    served.out.until("content/more.md is new");
    assert_eq!(served.site.get("/trust/").status, 200);
    folder.write("book.toml", CONFIG);
    served.site.until_shows("/more/", "Written meanwhile.");
    served.site.until_shows("/faith/", "These are the words.");
    assert_eq!(served.site.get("/trust/").header("location"), Some("/faith/"));
    // The essays were there all the time.
    assert!(!served.out.all().contains("more.md is gone"), "{}", served.out.all());
    assert_eq!(served.out.all().matches("more.md is new").count(), 1, "{}", served.out.all());
}

#[test]
fn a_page_that_nobody_opened_and_that_cannot_be_made_is_told_of() {
    let folder = Folder::new(&[
        ("content/trust.md", TRUST),
        ("content/special.md", "+++\ntemplate = \"special.html\"\n+++\n\n# Special\n\nWords.\n"),
        ("templates/special.html", "{% extends \"builtin/page.html\" %}"),
    ]);
    let served = Served::new(&folder, &[]);
    let events = served.site.events("/trust/");
    assert_eq!(events.next()["warnings"], json!([]));
    let fails =
        format!("{EXTENDS}{{% block main %}}\n{{{{ nothing.there.at.all }}}}{{% endblock main %}}");
    folder.write("templates/special.html", fails);
    served.err.until("templates/special.html:3:");
    served.out.until("Pages that use this cannot be built.");
    let (told, _) = events.until("word of it", |told| told["warnings"] != json!([]));
    assert_eq!(told["warnings"][0]["page"], "/special/");
    assert_eq!(told["problems"], json!([]));
    // It was never shown, so there is no last good page.
    let answer = served.site.get("/special/");
    assert_eq!(answer.status, 500);
    assert!(answer.text().contains("templates/special.html:3:"), "{}", answer.text());
    folder.write("templates/special.html", "{% extends \"builtin/page.html\" %}");
    served.site.until_shows("/special/", "Words.");
    events.until("the end of it", |told| told["warnings"] == json!([]));
}

#[test]
fn a_broken_link_is_told_to_its_own_page() {
    let folder = Folder::new(&[
        ("content/trust.md", "# Trust\n\nSee [credit](cerdit.md).\n"),
        ("content/credit.md", "# Credit\n\nGive it.\n"),
    ]);
    let served = Served::new(&folder, &[]);
    let trust = served.site.events("/trust/");
    let told = trust.next();
    let warning = &told["warnings"][0];
    assert_eq!((&warning["code"], &warning["line"]), (&json!("broken-link"), &json!(3)));
    assert_eq!(warning["hints"], json!(["did you mean `credit.md`?"]));
    assert_eq!(warning["excerpt"], json!(["See ", "[credit](cerdit.md)", "."]));
    assert_eq!(served.site.events("/credit/").next()["warnings"], json!([]));
    // That a book without an address has no feeds is worth a note in the terminal, and no more.
    assert_eq!(served.site.events("/").next()["warnings"], json!([]));
    folder.write("content/trust.md", "# Trust\n\nSee [credit](credit.md).\n");
    trust.until("no more warnings", |told| told["warnings"] == json!([]));
}

#[test]
fn drafts_are_shown_only_where_that_is_asked_for() {
    let draft = "+++\ndraft = true\n+++\n\n# Secret plan\n\nNot yet.\n";
    let folder = Folder::new(&[("content/trust.md", TRUST), ("content/plan.md", draft)]);
    let served = Served::new(&folder, &[]);
    assert_eq!(served.site.get("/plan/").status, 404);
    assert!(!served.site.get("/").text().contains("Secret plan"));
    let with_drafts = Served::new(&folder, &["--drafts"]);
    assert!(with_drafts.site.get("/").text().contains("Secret plan"));
    assert_eq!(with_drafts.site.get("/plan/").status, 200);
    assert_eq!(with_drafts.site.events("/plan/").next()["draft"], true);
    assert_eq!(with_drafts.site.events("/trust/").next()["draft"], false);
}

#[test]
fn a_page_that_moves_takes_its_readers_along() {
    let folder = Folder::new(&[
        ("content/trust.md", TRUST),
        ("content/team/credit.md", "# Credit\n\nGive it.\n"),
    ]);
    let served = Served::new(&folder, &[]);
    let (trust, credit) = (served.site.events("/trust/"), served.site.events("/team/credit/"));
    assert_eq!(trust.next()["moved"], Value::Null);
    assert_eq!(credit.next()["moved"], Value::Null);
    let content = folder.root().join("content");
    fs::rename(content.join("trust.md"), content.join("faith.md")).unwrap();
    let (told, _) = trust.until("where it went", |told| told["moved"] != Value::Null);
    assert_eq!((&told["moved"], &told["gone"]), (&json!("/faith/"), &Value::Null));
    // By its front matter, with its folder, and back.
    folder.write("content/faith.md", "+++\nslug = \"belief\"\n+++\n\n# Trust\n\nWords.\n");
    let (told, _) = trust.until("where it went", |told| told["moved"] == "/belief/");
    assert_eq!(told["gone"], Value::Null);
    // Where it goes because of a mistake, nobody is taken: the mistake is told.
    let believed = served.site.events("/belief/");
    believed.next();
    folder.write("content/faith.md", "+++\nslug = \"belief\n+++\n\n# Trust\n\nWords.\n");
    let (told, _) = believed.until("the mistake", |told| told["problems"] != json!([]));
    assert_eq!(told["problems"][0]["code"], "front-matter");
    assert_eq!(told["moved"], "/faith/");
    folder.write("content/faith.md", "+++\nslug = \"belief\"\n+++\n\n# Trust\n\nWords.\n");
    believed.until("that it is mended", |told| told["problems"] == json!([]));
    fs::rename(content.join("team"), content.join("crew")).unwrap();
    credit.until("where it went", |told| told["moved"] == "/crew/credit/");
    assert_eq!(served.site.get("/trust/").header("location"), Some("/belief/"));
    fs::rename(content.join("crew"), content.join("team")).unwrap();
    let (told, _) = credit.until("that it is back", |told| told["moved"] == Value::Null);
    assert!(told["version"].is_string(), "{told}");
}

#[test]
fn a_page_that_is_deleted_says_where_to_go_on() {
    let folder = Folder::new(&[
        ("content/trust.md", TRUST),
        ("content/team/_index.md", "+++\ntitle = \"Teams\"\n+++\n"),
        ("content/team/credit.md", "# Credit\n\nGive it.\n"),
        ("content/team/feedback.md", "# Feedback\n\nAsk.\n"),
    ]);
    let served = Served::new(&folder, &[]);
    let events = served.site.events("/team/credit/");
    events.next();
    let essay = folder.root().join("content/team/credit.md");
    fs::remove_file(&essay).unwrap();
    let (told, _) = events.until("that it is gone", |told| told["gone"] != Value::Null);
    let gone = json!({ "title": "Credit", "section": "Teams", "address": "/team/" });
    assert_eq!(told["gone"], gone);
    assert_eq!((&told["moved"], &told["version"]), (&Value::Null, &Value::Null));
    // Whoever opens it only now is told the same.
    assert_eq!(served.site.events("/team/credit/").next()["gone"], gone);
    fs::write(&essay, "# Credit\n\nGive it again.\n").unwrap();
    let (told, _) = events.until("that it is back", |told| told["gone"] == Value::Null);
    assert!(told["version"].is_string(), "{told}");
}

#[test]
fn an_edit_is_told_to_the_pages_that_it_changes() {
    let folder = Folder::new(&[
        ("content/trust.md", TRUST),
        ("content/credit.md", "# Credit\n\nGive it.\n\nSoon.\n"),
    ]);
    let served = Served::new(&folder, &[]);
    let (trust, credit) = (served.site.events("/trust/"), served.site.events("/credit/"));
    let (first, _) = (trust.next(), credit.next());
    for number in 0..5 {
        folder.write("content/credit.md", format!("# Credit\n\nGive it.\n\nSoon, {number}.\n"));
        let (told, before) = credit.until("the edit", |told| told["edited"] == true);
        assert_eq!(before, Vec::<Value>::new());
        let page = served.site.get("/credit/").text();
        assert!(page.contains(&format!("Soon, {number}.")), "{page}");
        let version = told["version"].as_str().unwrap();
        assert!(page.contains(&format!("data-version=\"{version}\"")), "{told}");
    }
    // What comes next on the other stream is the next that concerns its page.
    folder.write("content/trust.md", "# Trust\n\nThese are the last words.\n");
    let told = trust.next();
    assert_eq!((&told["edited"], &told["source"]), (&json!(true), &json!("content/trust.md")));
    assert_ne!(told["version"], first["version"]);
    let page = served.site.get("/trust/").text();
    assert!(page.contains("These are the last words."), "{page}");
    let version = told["version"].as_str().unwrap();
    assert!(page.contains(&format!("data-version=\"{version}\"")), "{told}");
    assert_eq!(trust.heard(), Vec::<Value>::new());
    // The title stands in the contents of every page.
    folder.write("content/credit.md", "# Credits\n\nGive it.\n");
    let told = trust.next();
    assert_eq!(told["edited"], false);
    assert_ne!(told["version"], version);
}

/// Editors and file managers call a new file by the name that another had before it was renamed.
#[test]
fn a_new_essay_under_an_old_name_is_itself() {
    let folder =
        Folder::new(&[("content/untitled.md", TRUST), ("content/credit.md", "# Credit\n")]);
    let served = Served::new(&folder, &[]);
    let content = folder.root().join("content");
    served.site.until_shows("/untitled/", "Trust");
    fs::rename(content.join("untitled.md"), content.join("trust.md")).unwrap();
    served.site.until("/untitled/", |answer| answer.status == 302);
    folder.write("content/untitled.md", "# Something new\n\nOther words.\n");
    served.site.until_shows("/untitled/", "Other words.");
    let told = served.site.events("/untitled/").next();
    assert_eq!((&told["moved"], &told["gone"]), (&Value::Null, &Value::Null), "{told}");
}

#[test]
fn a_folder_stays_where_it_is_when_one_essay_leaves_it() {
    let folder = Folder::new(&[
        ("content/trust/credit.md", "# Credit\n\nGive it.\n"),
        ("content/trust/praise.md", "# Praise\n"),
        ("content/growth/steps.md", "# Steps\n"),
    ]);
    let served = Served::new(&folder, &[]);
    let content = folder.root().join("content");
    let (list, essay) = (served.site.events("/trust/"), served.site.events("/trust/credit/"));
    list.next();
    essay.next();
    fs::rename(content.join("trust/credit.md"), content.join("growth/credit.md")).unwrap();
    essay.until("where it went", |told| told["moved"] == "/growth/credit/");
    assert_eq!(served.site.events("/trust/").next()["moved"], Value::Null);
}

#[test]
fn a_content_folder_that_is_made_at_last_is_read() {
    let folder = Folder::new(&[("book.toml", "[book]\nsrc = \"team/text\"\n"), ("team/x.txt", "")]);
    let served = Served::new(&folder, &[]);
    served.site.until("/", |answer| answer.text().contains("there is no folder"));
    folder.write("team/text/trust.md", TRUST);
    served.site.until_shows("/trust/", "Trust");
}

/// The list of contents names only the folder's page, whose links give the order of what it leaves out.
#[test]
fn the_order_that_a_page_gives_to_its_neighbours_follows_it() {
    let page = |first: &str, second: &str| format!("# Part\n\n[x]({first}.md) [y]({second}.md)\n");
    let folder = Folder::new(&[
        ("book.toml", "[book]\nsrc = \"src\"\n"),
        ("src/SUMMARY.md", "# Summary\n\n- [Part](part/README.md)\n"),
        ("src/part/README.md", &page("a", "b")),
        ("src/part/a.md", "# A\n"),
        ("src/part/b.md", "# B\n"),
    ]);
    let served = Served::new(&folder, &[]);
    served.site.until("/", |answer| answer.status == 200);
    folder.write("src/part/README.md", page("b", "a"));
    let built = folder.site();
    for (file, bytes) in built.files().iter().filter(|(file, _)| file.ends_with(".html")) {
        served.site.until(&format!("/{file}"), |answer| answer.as_built() == *bytes);
    }
}

#[test]
fn a_file_that_is_saved_in_utf_8_at_last_is_not_complained_of() {
    let folder = Folder::new(&[("content/credit.md", "# Credit\n")]);
    folder.write("content/trust.md", b"# Trust\n\ncaf\xE9\n");
    let served = Served::new(&folder, &[]);
    let events = served.site.events("/trust/");
    events.until("the warning", |told| told["warnings"][0]["code"] == "encoding");
    folder.write("content/trust.md", "# Trust\n\ncaf\u{fffd}\n");
    events.until("that it is mended", |told| told["warnings"] == json!([]));
}
