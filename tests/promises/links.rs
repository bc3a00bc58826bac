//! Links that work between files work between pages; one that does not is told, with its place and
//! what was probably meant, and never stops a build.

use crate::folder::{Folder, PICTURE};

#[test]
fn every_form_of_link_to_what_is_there_works() {
    let built = Folder::new(&[
        (
            "part/from.md",
            "# From\n\n[file](to.md) [up](../top.md) [dot](./to.md) [anchor](to.md#a-heading) [own](#from) \
             [folder](../other/) [folder without slash](../other) [list](../listed/) [spaces](with%20space.md) \
             [angle](<with space.md>) [script](日本語.md#見出し) [absolute](/top.md) [index](../other/README.md) \
             [query](to.md?x=1#a-heading) [reference] [data](notes.txt) [root](..)\n\n![picture](img/p.png)\n\n\
             [reference]: ../other/deep/x.md\n",
        ),
        ("part/to.md", "# To\n\n## A heading\n"),
        ("part/with space.md", "# Spaces"),
        ("part/日本語.md", "# 日本語\n\n## 見出し\n"),
        ("part/img/p.png", PICTURE),
        ("part/notes.txt", "linked, so copied"),
        ("part/other.txt", "not linked, so not copied"),
        ("top.md", "# Top"),
        ("other/README.md", "# Other"),
        ("other/deep/x.md", "# X"),
        ("listed/y.md", "# Y"),
    ])
    .site();
    assert_eq!(built.warnings(), [""; 0], "{}", built.err);
    assert_eq!(built.dead_links(), [""; 0]);
    let content = built.content("part/from/index.html");
    assert!(content.contains("href=\"../../part/to/#a-heading\">anchor"), "{content}");
    assert!(!content.contains(".md"), "{content}");
    assert!(built.has("part/notes.txt") && !built.has("part/other.txt"));
}

#[test]
fn the_site_also_works_as_files() {
    let built = Folder::new(&[
        ("book.toml", "[handbook]\nurl-style = \"file\"\n"),
        ("README.md", "# Home\n\n[a](part/a.md) [part](part/)\n"),
        ("part/a.md", "---\ntags: [t]\n---\n# A\n\n[home](../README.md) [b](b.md#x)\n"),
        ("part/b.md", "# B\n\n## X\n"),
    ])
    .site();
    assert_eq!(built.dead_links(), [""; 0]);
    for file in
        ["index.html", "part/index.html", "part/a.html", "tags/index.html", "tags/t/index.html"]
    {
        assert!(built.has(file), "{file}");
    }
    // From disk a link has to name a file: a folder would open as a list of files.
    for (page, bytes) in built.files().iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = String::from_utf8(bytes.clone()).unwrap();
        for target in html.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let path = target.split('#').next().unwrap();
            assert!(path.is_empty() || !path.ends_with('/'), "{page} links to the folder {target}");
        }
    }
}

#[test]
fn what_leads_nowhere_is_told_with_its_place_and_what_was_meant() {
    let folder = Folder::new(&[
        (
            "a.md",
            "# A\n\nSee [near](plam.md) or [moved](notes.md)\nor [anchor](plan.md#gaols), [empty](), [mail](me@example.org),\n\
             [web](example.com), [draft](draft.md), [out](../../secret.md), [self](#nothing)\nand ![picture](missing.png).\n",
        ),
        ("plan.md", "# Plan\n\n## Goals\n"),
        ("deep/notes.md", "# Notes\n"),
        ("draft.md", "---\ndraft: true\n---\n# D\n"),
    ]);
    let built = folder.site();
    insta::assert_snapshot!(built.err);
    assert_eq!(folder.build(&["--strict"]).code, 1);
    assert_eq!(folder.build(&["--strict", "--quiet"]).code, 1);
}

/// Each form that another program understands, from a page two folders deep, with the page it means.
#[test]
fn links_written_for_other_programs_work() {
    let files = [
        ("content/guide/team/here.md", ""),
        ("content/guide/team/beside.md", "# Beside\n\n## A & B\n\n## I'd try\n\n## 1. First\n"),
        ("content/guide/team/sub/deep.md", "# Deep"),
        ("content/guide/README.md", "# Guide"),
        ("content/other.md", "---\npermalink: /moved/here/\naliases: [/old-name]\n---\n# Other"),
        ("content/Two Words.md", "# Two"),
    ];
    for (target, page) in [
        ("beside", "guide/team/beside/"),
        ("./beside/", "guide/team/beside/"),
        ("/guide/team/beside", "guide/team/beside/"),
        ("beside.html", "guide/team/beside/"),
        ("../index.html", "guide/"),
        ("/guide/team/beside.html#a--b", "guide/team/beside/#a--b"),
        ("@/guide/team/sub/deep.md", "guide/team/sub/deep/"),
        ("/content/guide/team/beside.md", "guide/team/beside/"),
        ("/content/guide/", "guide/"),
        ("/moved/here", "moved/here/"),
        ("/old-name/", "moved/here/"),
        ("../beside/", "guide/team/beside/"),
        ("../sub/deep", "guide/team/sub/deep/"),
        ("beside.md#readme", "guide/team/beside/#top"),
        ("<{{ '/guide/team/beside' | url }}>", "guide/team/beside/"),
        ("<{{ site.baseurl }}/guide/>", "guide/"),
        ("beside.md#a-b", "guide/team/beside/#a--b"),
        ("beside.md#i-d-try", "guide/team/beside/#id-try"),
        ("beside.md#first", "guide/team/beside/#1-first"),
    ] {
        let folder = Folder::new(&files);
        folder.write("content/guide/team/here.md", format!("# Here\n\n[x]({target})\n"));
        let built = folder.site();
        assert_eq!(built.warnings(), [""; 0], "{target}: {}", built.err);
        let content = built.content("guide/team/here/index.html");
        assert!(content.contains(&format!("href=\"../../../{page}\"")), "{target}: {content}");
    }
}

#[test]
fn a_site_inside_the_folder_has_its_own_root() {
    let built = Folder::new(&[
        ("website/content/about/a.md", "# A\n\n[x](/terms/) [y](/LICENCE.txt)"),
        ("website/content/terms.md", "# Terms"),
        ("LICENCE.txt", "x"),
    ])
    .site();
    assert_eq!(built.warnings(), [""; 0], "{}", built.err);
    assert!(
        built.content("website/content/about/a/index.html").contains("../website/content/terms/")
    );
}

#[test]
fn links_that_are_only_probably_meant_work_and_are_told() {
    for (target, page, told) in [
        ("Plan.MD", "plan/", "write `plan.md`"),
        ("plan.md#Goals", "plan/#goals", "write `#goals`"),
        ("plan.md##goals", "plan/#goals", "write `#goals`"),
        ("our-values", "Our%20Values/", "write `Our Values.md`"),
        ("/deep-er/our-notes.md", "Deep%20er/Our_Notes/", "write `Deep er/Our_Notes.md`"),
    ] {
        let built = Folder::new(&[
            ("a.md", &format!("# A\n\n[x]({target})\n")),
            ("plan.md", "# Plan\n\n## Goals\n"),
            ("Our Values.md", "# Values"),
            ("Deep er/Our_Notes.md", "# Notes"),
        ])
        .site();
        assert!(built.content("a/index.html").contains(&format!("href=\"../{page}\"")), "{target}");
        assert_eq!(built.warnings().len(), 1, "{target}: {}", built.err);
        assert!(
            built.err.contains("warning[lenient-link]") && built.err.contains(told),
            "{target}: {}",
            built.err
        );
    }
}

#[test]
fn a_link_to_a_heading_of_its_own_page_by_another_rule_is_mended() {
    let built = Folder::new(&[("a.md", "# A\n\n[x](#b-c)\n\n## B & C\n")]).site();
    assert!(built.content("a/index.html").contains("href=\"#b--c\""));
}

#[test]
fn links_in_raw_html_work_like_any_other() {
    let built = Folder::new(&[
        (
            "part/a.md",
            "# A\n\n<!-- <a href=\"gone.md\">not seen</a> -->\n<p align=\"center\">\n  <a\n    href=\"../b.md#x\">b</a>\n\
             <img src='p.png' srcset=\"p.png 1x, q.png 2x\" alt=\"\">\n</p>\n\nAnd <a href=\"../b.md?a=1&amp;b=2\">inline</a>, \
             <a href=\"../caf&eacute;.md&#35;x\">named</a>, <a HREF=../b.md>bare</a>, <a href=\"gone.md\">gone</a>, [after](../b.md).\n",
        ),
        ("part/p.png", PICTURE),
        ("part/q.png", PICTURE),
        ("b.md", "# B\n\n<a name=\"x\"></a>\n"),
        ("café.md", "# Café\n\n## X\n"),
    ])
    .site();
    let content = built.content("part/a/index.html");
    for shown in [
        "href=\"../../b/#x\">b<",
        "href=\"../../caf%C3%A9/#x\">named<",
        "src=\"../../part/p.png\" srcset=\"../../part/p.png 1x, ../../part/q.png 2x\"",
        "href=\"../../b/?a=1&amp;b=2\">inline<",
        "href=\"../../b/\">bare<",
        "href=\"../../b/\">after<",
    ] {
        assert!(content.contains(shown), "{shown}: {content}");
    }
    assert!(!content.contains("not seen"));
    assert_eq!(built.warnings(), ["warning[broken-link]: this link leads nowhere: `gone.md`"]);
    assert!(built.err.contains("part/a.md:10:"), "{}", built.err);
}

/// The same link in two kinds of tree, and in one whose author has decided.
#[test]
fn a_link_without_an_ending_is_read_as_its_program_reads_it() {
    let essay = ("_articles/ar/building.md", "# B\n\n[x](../starting/)");
    let others = [("_articles/starting.md", "# English"), ("_articles/ar/starting.md", "# Arabic")];
    for (config, page) in [
        (("notes.txt", ""), "_articles/starting/"),
        (("_config.yml", "title: x\n"), "_articles/ar/starting/"),
        (("book.toml", "[handbook]\nlinks = \"url\"\n"), "_articles/ar/starting/"),
        (("book.toml", "[handbook]\nlinks = \"file\"\n"), "_articles/starting/"),
    ] {
        let built = Folder::new(&[essay, others[0], others[1], config]).site();
        let content = built.content("_articles/ar/building/index.html");
        assert!(content.contains(&format!("href=\"../../../{page}\"")), "{config:?}: {content}");
    }
}

#[test]
fn the_content_folder_of_other_programs_is_found() {
    for (config, text) in [
        ("mkdocs.yml", "docs_dir: 'docs' # here\nx: !!python/name:y\n"),
        ("docusaurus.config.js", ""),
    ] {
        let built = Folder::new(&[
            (config, text),
            ("docs/a.md", "# A\n\n[b](/b.md)"),
            ("docs/b.md", "# B"),
            ("README.md", "# R"),
        ])
        .site();
        assert!(built.has("a/index.html"), "{config}: {:?}", built.files().keys());
        assert_eq!(built.warnings(), [""; 0], "{config}");
    }
    let built = Folder::new(&[("mkdocs.yml", "docs_dir: gone\n"), ("a.md", "# A")]).site();
    assert!(built.has("a/index.html"));
}

/// A repository around the folder, as git leaves it.
const GIT: &[(&str, &str)] = &[
    (".git/HEAD", "ref: refs/heads/work\n"),
    (
        ".git/config",
        "[core]\n\tbare = false\n[remote \"origin\"]\n\turl = git@github.com:Team/handbook.git\n",
    ),
];

#[test]
fn links_to_files_that_are_no_pages_lead_to_the_repository() {
    let files = [
        ("mkdocs.yml", "site_name: x\n"),
        ("LICENSE", "MIT"),
        (".github/form.md", "x"),
        ("scripts/run.rb", "x"),
        ("logo.png", PICTURE),
        (".env", "secret"),
        ("docs/b.md", "# B\n\n## Here\n"),
    ];
    for (target, href) in [
        ("../../LICENSE", "https://github.com/Team/handbook/blob/HEAD/LICENSE"),
        ("/.github/form.md", "https://github.com/Team/handbook/blob/HEAD/.github/form.md"),
        ("/scripts/run.rb#L5", "https://github.com/Team/handbook/blob/HEAD/scripts/run.rb#L5"),
        ("../../scripts/", "https://github.com/Team/handbook/tree/HEAD/scripts"),
        ("https://github.com/team/Handbook/blob/main/docs/b.md#here", "../../b/#here"),
        ("https://github.com/Team/handbook/tree/v1/docs/part", "../../part/"),
        (
            "https://github.com/Team/handbook/blob/0a1b2c3/docs/b.md",
            "https://github.com/Team/handbook/blob/0a1b2c3/docs/b.md",
        ),
        (
            "https://github.com/Team/handbook/edit/main/docs/b.md",
            "https://github.com/Team/handbook/edit/main/docs/b.md",
        ),
        (
            "https://github.com/Team/handbook/blob/main/LICENSE",
            "https://github.com/Team/handbook/blob/main/LICENSE",
        ),
        ("https://github.com/Team/handbook/issues", "https://github.com/Team/handbook/issues"),
        ("/Team/handbook/blob/main/docs/b.md#here", "../../b/#here"),
        (
            "https://github.com/Other/handbook/blob/main/docs/b.md",
            "https://github.com/Other/handbook/blob/main/docs/b.md",
        ),
    ] {
        let folder = Folder::new(&files);
        for (path, text) in GIT {
            folder.write(path, text);
        }
        folder.write("docs/part/a.md", format!("# A\n\n[x]({target})\n"));
        let built = folder.site();
        assert_eq!(built.warnings(), [""; 0], "{target}: {}", built.err);
        let content = built.content("part/a/index.html");
        assert!(content.contains(&format!("href=\"{href}\"")), "{target}: {content}");
    }
    for (target, told) in [
        (
            "https://github.com/Team/handbook/blob/main/docs/gone.md",
            "`docs/gone.md` is no longer in the repository",
        ),
        (
            "https://github.com/Team/handbook/blob/work/docs/gone.md",
            "`docs/gone.md` is no longer in the repository",
        ),
        (
            "https://github.com/Team/handbook/blob/main/docs/b.md#gone",
            "there is no heading `#gone`",
        ),
        ("../../.env", "this link leads nowhere"),
    ] {
        let folder = Folder::new(&files);
        for (path, text) in GIT {
            folder.write(path, text);
        }
        folder.write("docs/part/a.md", format!("# A\n\n[x]({target})\n"));
        let built = folder.site();
        assert!(built.warnings().iter().any(|w| w.contains(told)), "{target}: {}", built.err);
    }
}

#[test]
fn without_a_repository_such_files_are_copied() {
    let built = Folder::new(&[
        ("mkdocs.yml", "site_name: x\n"),
        ("LICENSE", "MIT"),
        (".github/form.md", "x"),
        (".secret/x.txt", "x"),
        ("docs/a.md", "# A\n\n[x](../LICENSE) [y](/.github/form.md) ![z](../logo.png) [s](../.secret/x.txt)\n"),
        ("logo.png", PICTURE),
    ])
    .site();
    assert_eq!(
        built.warnings(),
        ["warning[broken-link]: this link leads nowhere: `../.secret/x.txt`"]
    );
    for file in ["LICENSE", ".github/form.md", "logo.png"] {
        assert!(built.has(file), "{file}");
    }
}

#[test]
fn links_to_the_own_site_by_full_address_stay_on_it() {
    for (config, text) in [
        (
            "book.toml",
            "[output.html]\nsite-url = \"https://hb.example.org/x\"\n[book]\nsrc = \"docs\"\n",
        ),
        ("mkdocs.yml", "site_url: https://hb.example.org/x/\n"),
    ] {
        let built = Folder::new(&[
            (config, text),
            ("docs/b.md", "# B\n\n## Here\n"),
            ("docs/a.md", "# A\n\n[1](https://hb.example.org/x/b/#here) [2](http://hb.example.org/x/b.html) [3](https://hb.example.org/y/)\n"),
        ])
        .site();
        let content = built.content("a/index.html");
        for href in ["../b/#here", "../b/", "https://hb.example.org/y/"] {
            assert!(content.contains(&format!("href=\"{href}\"")), "{config}: {content}");
        }
        assert_eq!(built.warnings(), [""; 0], "{config}");
    }
}

#[test]
fn folders_for_files_are_the_root_of_the_site() {
    let built = Folder::new(&[
        ("hugo.toml", ""),
        ("content/a.md", "# A\n\n![p](/img/p.png) [t](/files/t.txt)\n"),
        ("static/img/p.png", PICTURE),
        ("static/files/t.txt", "t"),
        ("static/files/u.txt", "not linked"),
    ])
    .site();
    assert_eq!(built.warnings(), [""; 0]);
    assert!(built.has("img/p.png") && built.has("files/t.txt") && !built.has("files/u.txt"));
    let built = Folder::new(&[
        ("website/docs/a.md", "# A\n\n![p](/img/p.png)\n"),
        ("website/static/img/p.png", PICTURE),
    ])
    .site();
    assert!(built.content("website/docs/a/index.html").contains("../website/static/img/p.png"));
}

#[test]
fn a_path_from_the_root_may_lack_its_slash() {
    let built = Folder::new(&[
        ("culture/a.md", "# A\n\n[x](playbooks/b.md) [y](b.md)\n"),
        ("playbooks/b.md", "# B"),
    ])
    .site();
    assert!(built.content("culture/a/index.html").contains("href=\"../../playbooks/b/\""));
    assert!(built.err.contains("lenient-link") && built.err.contains("write `../playbooks/b.md`"));
    assert!(built.err.contains("this link leads nowhere: `b.md`"));
}

#[test]
fn an_address_in_a_link_is_its_text() {
    let text =
        "# A\n\n[see <https://a.example/> *or* <b@c.example>](https://d.example/) <x@y.example>\n";
    let built = Folder::new(&[("a.md", text)]).site();
    let expected = "<p><a href=\"https://d.example/\">see https://a.example/ <em>or</em> b@c.example</a> \
                    <a href=\"mailto:x@y.example\">x@y.example</a></p>";
    let content = built.content("a/index.html");
    assert!(content.contains(expected), "{content}");
    assert_eq!(built.warnings(), [""; 0]);
}

#[test]
fn slips_in_addresses_have_messages_of_their_own() {
    for (target, told) in [
        ("hhttps://example.org/x", "did you mean `https://example.org/x`?"),
        ("http:/example.org", "did you mean `http://example.org`?"),
        ("htps://example.org", "did you mean `https://example.org`?"),
        ("#bookmark=id.abc", "a place in a Google document"),
        ("me@example.org", "write mailto:me@example.org"),
        ("app.example.com/x", "write https://app.example.com/x"),
    ] {
        let built = Folder::new(&[("a.md", &format!("# A\n\n[x]({target})\n"))]).site();
        assert!(built.err.contains(told), "{target}: {}", built.err);
    }
    let built =
        Folder::new(&[("a.md", "# A\n\n[x](plam%3F.md)\n"), ("plan?.md", "# Plan?\n")]).site();
    assert!(built.err.contains("did you mean `plan%3F.md`?"), "{}", built.err);
    let fine = "# A\n\n[1](HTTPS://example.org) [2](mailto:a@b.c) [3](tel:+1) [4](slack://x) [5](ftp://x.y)\n";
    assert_eq!(Folder::new(&[("a.md", fine)]).site().warnings(), [""; 0]);
}

#[test]
fn translations_keep_their_links_inside_the_language() {
    let files = [
        ("values.md", "# Values"),
        ("values.fr.md", "# Valeurs\n\n## Ici\n"),
        ("only.md", "# Only"),
        ("v1.2.md", "# V\n\n[x](values.md)"),
        ("team.fr.md", "# Equipe\n\n[1](values.md#ici) [2](values) [3](only.md) [4](/values.md)\n"),
    ];
    let built = Folder::new(&files).site();
    let content = built.content("team.fr/index.html");
    for link in ["../values.fr/#ici\">1", "../values.fr/\">2", "../only/\">3", "../values.fr/\">4"]
    {
        assert!(content.contains(link), "{link}: {content}");
    }
    assert!(built.content("v1.2/index.html").contains("../values/"));
    // In folders of their own, paths from the root stay inside where the root has no such page.
    let built = Folder::new(&[
        ("fr/a.md", "# A\n\n[b](b.md) [c](/docs/c/)"),
        ("fr/b.md", "# B"),
        ("fr/docs/c.md", "# C"),
    ])
    .site();
    let content = built.content("fr/a/index.html");
    assert!(content.contains("../../fr/b/") && content.contains("../../fr/docs/c/"), "{content}");
}

#[test]
fn jekyll_s_addresses_of_collections_and_posts_are_known() {
    let built = Folder::new(&[
        ("_config.yml", "collections:\n  articles:\n    permalink: /:path/\n"),
        ("_articles/legal.md", "# Legal\n\n## X\n"),
        ("_articles/team.md", "# Team\n\n[1](../legal/)"),
        ("_posts/2026-03-01-first-steps.md", "# First"),
        ("notices.md", "# N\n\n[1](../legal/#x) [2](/legal/) [3](/2026/03/01/first-steps.html) [4](/news/2026/03/01/first-steps/)\n"),
    ])
    .site();
    assert_eq!(built.warnings(), [""; 0], "{}", built.err);
    let content = built.content("notices/index.html");
    assert_eq!(content.matches("../_articles/legal/").count(), 2, "{content}");
    assert_eq!(content.matches("../_posts/2026-03-01-first-steps/").count(), 2, "{content}");
}
