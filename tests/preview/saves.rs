//! However a file is saved, moved or removed, the preview follows; and while that is under way, nobody
//! is shown a page that is missing, empty or half written.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use crate::folder::Folder;
use crate::served::{Reader, Served, Site, until};

const OLD: &str = "# Trust\n\nThese are the old words.\n";
const NEW: &str = "# Trust\n\nThese are the new words.\n";

fn handbook() -> Folder {
    Folder::new(&[
        ("content/trust.md", OLD),
        ("content/team/credit.md", "# Credit\n\nGive it.\n"),
        ("content/team/feedback.md", "# Feedback\n\nAsk for it.\n"),
    ])
}

/// Reads the page of the essay that is saved: it is whole, with one text or the other.
fn reader(site: Site) -> Reader {
    Reader::new(site, "/trust/", |answer| {
        let text = answer.text();
        let whole = text.contains("old words") != text.contains("new words");
        (answer.status != 200 || !whole).then_some(text)
    })
}

/// Reads the contents: no file that an editor leaves behind becomes an essay, and none is missing.
fn contents(site: Site) -> Reader {
    Reader::new(site, "/", |answer| {
        let text = answer.text();
        let litter = ["./4913", "___jb_", "trust.md~", ".swp", "#trust"];
        let has_litter = litter.iter().any(|name| text.contains(name));
        let whole = text.contains("href=\"./trust/\"") && text.contains("href=\"./team/\"");
        (answer.status != 200 || has_litter || !whole).then_some(text)
    })
}

/// Saves new words as `save` does, which gets the essay's path, while others read.
fn saved(save: impl FnOnce(&Path)) {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    let readers = [reader(served.site), contents(served.site)];
    save(&folder.root().join("content/trust.md"));
    served.site.until_shows("/trust/", "new words");
    served.catch_up(&folder);
    readers.into_iter().for_each(Reader::stop);
    for litter in ["trust.md~", "4913", "trust.md___jb_tmp___", "trust.md___jb_old___", "trust.tmp"]
    {
        assert_eq!(served.site.get(&format!("/{litter}")).status, 404, "{litter}");
        assert_eq!(served.site.get(&format!("/{litter}/")).status, 404, "{litter}");
    }
    assert_eq!(served.err.all().matches("error[").count(), 0, "{}", served.err.all());
}

#[test]
fn in_place() {
    saved(|essay| fs::write(essay, NEW).unwrap());
}

#[test]
fn by_a_new_file_that_takes_the_old_ones_place() {
    saved(|essay| {
        let new = essay.with_extension("tmp");
        fs::write(&new, NEW).unwrap();
        fs::rename(new, essay).unwrap();
    });
}

#[test]
fn as_vim_does() {
    saved(|essay| {
        let beside = |name: &str| essay.with_file_name(name);
        fs::write(beside(".trust.md.swp"), "b0VIM").unwrap();
        fs::write(beside("4913"), "").unwrap();
        fs::remove_file(beside("4913")).unwrap();
        fs::rename(essay, beside("trust.md~")).unwrap();
        fs::write(essay, NEW).unwrap();
        fs::remove_file(beside("trust.md~")).unwrap();
        fs::remove_file(beside(".trust.md.swp")).unwrap();
    });
}

#[test]
fn as_vim_does_on_a_slow_disk() {
    saved(|essay| {
        fs::rename(essay, essay.with_file_name("trust.md~")).unwrap();
        // The pause is part of the pattern: the essay is missing all this time.
        std::thread::sleep(Duration::from_millis(120));
        fs::write(essay, NEW).unwrap();
        fs::remove_file(essay.with_file_name("trust.md~")).unwrap();
    });
}

#[test]
fn as_emacs_does() {
    saved(|essay| {
        let beside = |name: &str| essay.with_file_name(name);
        fs::write(beside("#trust.md#"), NEW).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("me@nowhere.1:2", beside(".#trust.md")).unwrap();
        fs::copy(essay, beside("trust.md~")).unwrap();
        fs::write(essay, NEW).unwrap();
        fs::remove_file(beside("#trust.md#")).unwrap();
        #[cfg(unix)]
        fs::remove_file(beside(".#trust.md")).unwrap();
    });
}

#[test]
fn as_jetbrains_editors_do() {
    saved(|essay| {
        let beside = |name: &str| essay.with_file_name(name);
        fs::write(beside("trust.md___jb_tmp___"), NEW).unwrap();
        fs::rename(essay, beside("trust.md___jb_old___")).unwrap();
        fs::rename(beside("trust.md___jb_tmp___"), essay).unwrap();
        fs::remove_file(beside("trust.md___jb_old___")).unwrap();
    });
}

#[test]
fn emptied_and_written_after_a_pause() {
    saved(|essay| {
        let mut file = File::create(essay).unwrap();
        // The pause is part of the pattern: the essay is empty all this time.
        std::thread::sleep(Duration::from_millis(150));
        file.write_all(NEW.as_bytes()).unwrap();
    });
}

#[test]
fn many_times_in_a_row() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    for number in 0..200 {
        folder.write("content/trust.md", format!("# Trust\n\nWritten {number} times.\n"));
    }
    served.site.until_shows("/trust/", "Written 199 times");
    served.catch_up(&folder);
    served.site.until_shows("/trust/", "Written 199 times");
}

#[test]
fn with_the_old_length_and_time_put_back() {
    saved(|essay| {
        let time = fs::metadata(essay).unwrap().modified().unwrap();
        assert_eq!(OLD.len(), NEW.len());
        fs::write(essay, NEW).unwrap();
        File::options().write(true).open(essay).unwrap().set_modified(time).unwrap();
    });
}

#[cfg(unix)]
#[test]
fn by_exchanging_a_link() {
    use std::os::unix::fs::symlink;
    let folder = handbook();
    folder.write("versions/old.md", OLD);
    folder.write("versions/new.md", NEW);
    let essay = folder.root().join("content/trust.md");
    fs::remove_file(&essay).unwrap();
    symlink("../versions/old.md", &essay).unwrap();
    let served = Served::new(&folder, &[]);
    let reader = reader(served.site);
    symlink("../versions/new.md", essay.with_extension("tmp")).unwrap();
    fs::rename(essay.with_extension("tmp"), &essay).unwrap();
    served.site.until_shows("/trust/", "new words");
    reader.stop();
    // The file that a link leads to lies where nobody looks; it is found all the same.
    folder.write("versions/new.md", "# Trust\n\nThe newest.\n");
    served.site.until_shows("/trust/", "The newest.");
}

#[test]
fn a_folder_that_is_moved_in_is_watched() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    let reader = reader(served.site);
    folder.write("../outside/deep/essay.md", "# Deep\n\nFrom outside.\n");
    let from = folder.root().join("../outside");
    fs::rename(from, folder.root().join("content/inside")).unwrap();
    served.site.until_shows("/inside/deep/essay/", "From outside.");
    folder.write("content/inside/deep/essay.md", "# Deep\n\nEdited inside.\n");
    served.site.until_shows("/inside/deep/essay/", "Edited inside.");
    reader.stop();
}

#[test]
fn a_folder_that_is_renamed_takes_its_addresses_along() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    let reader = reader(served.site);
    let content = folder.root().join("content");
    fs::rename(content.join("team"), content.join("crew")).unwrap();
    served.site.until_shows("/crew/credit/", "Give it.");
    let old = served.site.get("/team/credit/");
    assert_eq!((old.status, old.header("location")), (302, Some("/crew/credit/")));
    assert_eq!(served.site.get("/team/").header("location"), Some("/crew/"));
    folder.write("content/crew/credit.md", "# Credit\n\nGive it soon.\n");
    served.site.until_shows("/crew/credit/", "Give it soon.");
    reader.stop();
}

#[test]
fn what_is_deleted_is_gone_and_says_so() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    let reader = reader(served.site);
    let content = folder.root().join("content");
    fs::remove_file(content.join("team/credit.md")).unwrap();
    let gone = served.site.until("/team/credit/", |answer| answer.status == 404).text();
    assert!(gone.contains("“Credit” was here. Its file is gone."), "{gone}");
    assert!(gone.contains("<a href=\"/team/\">Team</a>"), "{gone}");
    fs::remove_dir_all(content.join("team")).unwrap();
    served.site.until("/team/feedback/", |answer| answer.status == 404);
    let gone = served.site.until("/team/", |answer| answer.status == 404).text();
    assert!(gone.contains("was here. Its file is gone."), "{gone}");
    assert!(gone.contains("<a href=\"/\">"), "{gone}");
    reader.stop();
}

#[test]
fn another_branch_is_checked_out() {
    let essay = |branch: &str, number: usize| format!("# Essay {number}\n\nOf {branch}.\n");
    let folder = handbook();
    for number in 0..40 {
        folder.write(&format!("content/many/{number}.md"), essay("main", number));
    }
    let served = Served::new(&folder, &[]);
    let reader = reader(served.site);
    let many = folder.root().join("content/many");
    for number in 0..40 {
        // git writes each file anew under its own name.
        let file = many.join(format!("{number}.md"));
        fs::remove_file(&file).unwrap();
        if number >= 10 {
            fs::write(&file, essay("branch", number)).unwrap();
        }
    }
    for number in 40..50 {
        folder.write(&format!("content/many/{number}.md"), essay("branch", number));
    }
    served.site.until_shows("/many/49/", "Of branch.");
    served.catch_up(&folder);
    for number in 0..50 {
        let answer = served.site.get(&format!("/many/{number}/"));
        match number {
            0..10 => assert_eq!(answer.status, 404, "{number}"),
            _ => assert!(answer.text().contains("Of branch."), "{number}: {}", answer.text()),
        }
    }
    reader.stop();
}

#[test]
fn a_template_a_style_sheet_and_the_configuration() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    let reader = reader(served.site);
    let page = |footer: &str| {
        format!(
            "{{% extends \"builtin/page.html\" %}}\
             {{% block footer %}}<p>{footer}</p>{{% endblock footer %}}"
        )
    };
    folder.write("templates/page.html", page("First footer"));
    served.site.until_shows("/trust/", "First footer");
    folder.write("templates/page.html", page("Second footer"));
    served.site.until_shows("/trust/", "Second footer");

    folder.write("templates/style.css", "body { color: teal }\n");
    let style = |page: &str| {
        let (_, after) = page.split_once("../assets/style-").unwrap();
        format!("/assets/style-{}", after.split_once('"').unwrap().0)
    };
    let before = style(&served.site.get("/trust/").text());
    let shown = |path: &str| served.site.get(path).text();
    until("the style", || shown(&style(&shown("/trust/"))).contains("teal").then_some(()));
    folder.write("templates/style.css", "body { color: plum }\n");
    until("the style", || shown(&style(&shown("/trust/"))).contains("plum").then_some(()));
    assert_ne!(before, style(&shown("/trust/")));

    folder.write("book.toml", "[book]\ntitle = \"Leading\"\n");
    served.site.until_shows("/trust/", "<title>Trust · Leading</title>");
    fs::remove_dir_all(folder.root().join("templates")).unwrap();
    served.site.until("/trust/", |answer| !answer.text().contains("Second footer"));
    reader.stop();
}

#[test]
fn a_file_that_an_essay_brings_in_from_elsewhere() {
    let folder = Folder::new(&[
        ("book.toml", "[output.html]\n"),
        ("src/SUMMARY.md", "# Summary\n\n- [Trust](trust.md)\n- [More](part/more.md)\n"),
        ("src/trust.md", "# Trust\n\n{{#include ../shared.md}}\n"),
        ("src/part/more.md", "# More\n\n{{#include ../../far/away.md}}\n"),
        ("shared.md", "These are the old words.\n"),
        ("far/away.md", "Far away.\n"),
    ]);
    let served = Served::new(&folder, &[]);
    served.site.until_shows("/trust.html", "old words");
    folder.write("shared.md", "These are the new words.\n");
    served.site.until_shows("/trust.html", "new words");
    folder.write("far/away.md", "Not so far.\n");
    served.site.until_shows("/part/more.html", "Not so far.");
    // One that is missing is waited for.
    let away = folder.root().join("far/away.md");
    fs::remove_file(&away).unwrap();
    served.site.until("/part/more.html", |answer| !answer.text().contains("Not so far."));
    fs::write(&away, "Back again.\n").unwrap();
    served.site.until_shows("/part/more.html", "Back again.");
}

#[test]
fn a_file_that_a_link_asks_for_outside_the_content_folder() {
    let folder = handbook();
    folder.write("content/trust.md", "# Trust\n\nThe [plan](../far/away/plan.txt).\n");
    folder.write("far/away/other.txt", "other");
    let served = Served::new(&folder, &[]);
    served.err.until("this link leads nowhere: `../far/away/plan.txt`");
    let plan = folder.root().join("far/away/plan.txt");
    for text in ["the plan", "the same plan"] {
        folder.write("far/away/plan.txt", text);
        let address = |page: &str| {
            let (_, after) = page.split_once("href=\"../")?.1.split_once("href=\"../far/")?;
            Some(format!("/far/{}", after.split_once('"')?.0))
        };
        let address = until("the link", || address(&served.site.get("/trust/").text()));
        served.site.until(&address, |answer| answer.body == text.as_bytes());
        fs::remove_file(&plan).unwrap();
        served.site.until(&address, |answer| answer.status == 404);
    }
}

#[test]
fn the_content_folder_goes_and_comes_back() {
    let folder = handbook();
    folder.write("book.toml", "[book]\nsrc = \"content\"\n");
    let served = Served::new(&folder, &[]);
    let reader = reader(served.site);
    let events = served.site.events("/trust/");
    let root = folder.root();
    fs::remove_dir_all(root.join("content")).unwrap();
    events.until("what is wrong", |told| !told["problems"].as_array().unwrap().is_empty());
    // The last good page is still there: the reader sees to that.
    folder.write("content/trust.md", OLD);
    events.until("the end of it", |told| told["problems"].as_array().unwrap().is_empty());
    folder.write("content/trust.md", NEW);
    served.site.until_shows("/trust/", "new words");
    reader.stop();
}

#[test]
fn the_whole_project_goes_and_comes_back() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    let reader = reader(served.site);
    let events = served.site.events("/trust/");
    let aside = folder.root().with_file_name("aside");
    let root = folder.root();
    fs::rename(&root, &aside).unwrap();
    events.until("what is wrong", |told| !told["problems"].as_array().unwrap().is_empty());
    fs::rename(&aside, &root).unwrap();
    events.until("the end of it", |told| told["problems"].as_array().unwrap().is_empty());
    folder.write("content/trust.md", NEW);
    served.site.until_shows("/trust/", "new words");
    reader.stop();
}

#[test]
fn a_picture_is_sent_as_it_is_now() {
    let folder = handbook();
    folder.write("content/team/ship.png", b"\x89PNG old");
    folder.write("content/team/credit.md", "# Credit\n\n![A ship](ship.png)\n");
    let served = Served::new(&folder, &[]);
    let picture = served.site.get("/team/ship.png");
    assert_eq!((picture.status, picture.body.as_slice()), (200, &b"\x89PNG old"[..]));
    let events = served.site.events("/team/credit/");
    events.next();
    folder.write("content/team/ship.png", b"\x89PNG new and longer");
    served.site.until("/team/ship.png", |answer| answer.body == b"\x89PNG new and longer");
    let (told, _) = events
        .until("word of the picture", |told| !told["refreshed"].as_array().unwrap().is_empty());
    assert_eq!(told["refreshed"], serde_json::json!(["/team/ship.png"]));
}

/// A folder that becomes a vault says how its essays are meant.
#[test]
fn what_other_programs_leave_behind_counts_at_once() {
    let folder = handbook();
    folder.write("content/team/credit.md", "# Credit\n\nGive ==all== of it.\n");
    let served = Served::new(&folder, &[]);
    served.site.until_shows("/team/credit/", "Give ==all== of it.");
    served.rest(&folder);
    let vault = folder.root().join("content/team/.obsidian");
    fs::create_dir(&vault).unwrap();
    served.site.until_shows("/team/credit/", "<mark>all</mark>");
    served.rest(&folder);
    fs::remove_dir(&vault).unwrap();
    served.site.until_shows("/team/credit/", "Give ==all== of it.");
}

#[test]
fn what_an_editor_of_templates_leaves_behind_is_not_published() {
    let folder = handbook();
    folder.write("templates/style.css~", "/* litter */");
    folder.write("templates/4913", "litter");
    folder.write("templates/page.html", "{% extends \"builtin/page.html\" %}");
    let built = folder.site();
    let assets: Vec<_> = built.files().keys().filter(|name| name.starts_with("assets/")).collect();
    assert!(!assets.iter().any(|name| name.contains('~') || name.contains("4913")), "{assets:?}");
    let served = Served::new(&folder, &[]);
    let reader = reader(served.site);
    let template = folder.root().join("templates/page.html");
    let beside = template.with_file_name("page.html~");
    fs::rename(&template, &beside).unwrap();
    let footer = "{% block footer %}<p>New footer</p>{% endblock footer %}";
    fs::write(&template, format!("{{% extends \"builtin/page.html\" %}}{footer}")).unwrap();
    fs::remove_file(beside).unwrap();
    served.site.until_shows("/trust/", "New footer");
    reader.stop();
}

/// Litter that stays, as after a crash of the editor, is no essay and no reason to look again.
#[test]
fn what_editors_leave_behind_is_no_page() {
    let folder = handbook();
    let served = Served::new(&folder, &[]);
    let names = [
        ".#trust.md",
        "#trust.md#",
        "trust.md~",
        "4913",
        ".trust.md.swp",
        "a___jb_tmp___",
        ".DS_Store",
        "~$trust.md",
        ".~lock.trust.md#",
    ];
    for name in names {
        folder.write(&format!("content/{name}"), "# Litter\n\nlitter");
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere.md", folder.root().join("content/dangling.md")).unwrap();
    served.catch_up(&folder);
    assert!(!served.site.get("/").text().contains("Litter"));
    for name in names {
        let name = name.replace('#', "%23");
        for path in
            [format!("/{name}"), format!("/{name}/"), format!("/{}/", name.replace(".md", ""))]
        {
            let answer = served.site.get(&path);
            assert!(!answer.text().contains("litter"), "{path}");
        }
    }
    assert!(!served.err.all().contains("error["), "{}", served.err.all());
}
