//! A site may change the theme file by file; a slip in a template is told with its place.

use crate::folder::Folder;

const ESSAY: (&str, &str) =
    ("content/a.md", "---\ntitle: A <script>alert(1)</script> & b\n---\nText.");

#[test]
fn a_site_s_template_builds_on_the_built_in_one() {
    let built = Folder::new(&[
        ESSAY,
        (
            "templates/page.html",
            "{% extends \"builtin/page.html\" %}{% block footer %}<p>ours</p>{% endblock %}",
        ),
        ("templates/toc.html", "<p>our toc</p>"),
        ("templates/style.css", "body { color: red }"),
        ("templates/special.html", "special {{ page.title }}"),
        ("content/b.md", "---\ntemplate: special.html\n---\n# B"),
        ("content/c.md", "---\ntemplate: specal.html\n---\n# C"),
    ])
    .site();
    let page = built.read("a/index.html");
    assert!(
        page.contains("<p>ours</p>")
            && page.contains("<p>our toc</p>")
            && page.contains("<nav class=\"side\"")
    );
    assert_eq!(built.read("b/index.html"), "special B");
    assert!(
        built.err.contains("there is no template `specal.html`")
            && built.err.contains("did you mean `special.html`?")
    );
    let styles: Vec<_> = built.files().iter().filter(|(path, _)| path.ends_with(".css")).collect();
    assert_eq!(styles.len(), 1);
    assert!(styles[0].1.starts_with(b"body { color: red }\n"));
    assert!(page.contains(styles[0].0.as_str()));
}

#[test]
fn text_is_escaped_and_scripts_stay_words() {
    let page = Folder::new(&[ESSAY]).site().read("a/index.html");
    assert!(
        !page.contains("<script>")
            && page.contains("A &lt;script&gt;alert(1)&lt;/script&gt; &amp; b")
    );
}

/// Every documented name, on every kind of page. In a template an absent name is an error, so a
/// page that is built has them all.
#[test]
fn every_documented_name_is_always_there() {
    let names = "{{ root }} {{ assets['style.css'] }} {{ book.title }} {{ book.description }} {{ book.url }} {{ book.language }} \
        {{ book.direction }} {% for a in book.authors %}{{ a }}{% endfor %} {{ book.site_url }} {{ book.feed_url }} {{ book.tags_url }} \
        {{ book.authors_url }} {{ book.repository_url }} {{ book.default_theme }} {{ book.version }} {% if book.extra %}{% endif %} \
        {% for p in nav.parts %}{{ p.title }}{{ p.url }}{{ p.count }}{% endfor %}{% if nav.part %}{% endif %}{% if nav.section %}{% endif %} \
        {{ page.kind }} {{ page.title }} {{ page.heading }} {{ page.heading_id }} {{ page.description }} {{ page.summary }} {{ page.url }} \
        {{ page.permalink }} {{ page.content }} {% for a in page.authors %}{{ a.name }}{{ a.url }}{% endfor %} {{ page.date }} {{ page.updated }} \
        {{ page.draft }} {% for t in page.tags %}{{ t.name }}{{ t.slug }}{{ t.url }}{{ t.page_count }}{{ t.feed_url }}{% endfor %} \
        {% for h in page.toc %}{{ h.level }}{{ h.id }}{{ h.title }}{% for c in h.children %}{{ c.id }}{% endfor %}{% endfor %} \
        {{ page.word_count }} {{ page.reading_time }} {% if page.previous %}{{ page.previous.title }}{% endif %} \
        {% for r in page.related %}{{ r.kind }}{{ r.title }}{{ r.url }}{{ r.permalink }}{{ r.description }}{{ r.summary }}{{ r.date }}{{ r.updated }}\
        {{ r.reading_time }}{{ r.word_count }}{{ r.draft }}{% endfor %} {% if page.next %}{% endif %} {% for b in page.breadcrumbs %}{{ b.title }}{{ b.url }}{% endfor %} \
        {{ page.edit_url }} {% for b in page.backlinks %}{{ b.url }}{% endfor %} {{ page.feed_url }} {{ page.source }} {{ page.weight }} {{ page.slug }} \
        {% for a in page.aliases %}{{ a }}{% endfor %} {% if page.extra %}{% endif %} {{ page.language }} \
        {% if section %}{{ section.title }}{{ section.url }}{{ section.description }}{{ section.page_count }}{% for e in section.entries %}{{ e.kind }}{{ e.title }}{% endfor %}{% endif %} \
        {% if taxonomy %}{{ taxonomy.name }}{{ taxonomy.title }}{{ taxonomy.url }}{% endif %}{% if terms %}{% endif %}{% if term %}{{ term.page_count }}{% endif %}\
        {% if paginator %}{{ paginator.current_index }}{{ paginator.number_pagers }}{{ paginator.previous }}{{ paginator.next }}{{ paginator.first }}{{ paginator.last }}{{ paginator.total_pages }}{{ paginator.paginate_by }}{% endif %}{{ redirect_to }}";
    let mut files = vec![
        (
            "content/a.md",
            "---\ntags: [t]\nauthor: Ana\naliases: [/old]\ndate: 2026-01-01\n---\n# A\n\n## B\n\n[s](s/b.md)",
        ),
        ("content/s/b.md", "---\ntags: [t]\n---\n# B"),
    ];
    let paths: Vec<String> =
        ["index", "section", "page", "taxonomy_list", "taxonomy_single", "404", "redirect"]
            .iter()
            .map(|name| format!("templates/{name}.html"))
            .collect();
    files.extend(paths.iter().map(|path| (path.as_str(), names)));
    let built = Folder::new(&files).build(&[]);
    assert_eq!(built.code, 0, "{}", built.err);
    for kind in ["home", "essay", "section", "tags", "tag", "authors", "author", "404", "redirect"]
    {
        let found = built.files().iter().any(|(path, html)| {
            path.ends_with(".html") && String::from_utf8_lossy(html).contains(&format!(" {kind} "))
        });
        assert!(found, "no page of the kind {kind}");
    }
}

#[test]
fn a_slip_in_a_template_is_told_and_the_old_site_stays() {
    let folder = Folder::new(&[("content/a.md", "# A"), ("templates/nothing.css", "")]);
    let before = folder.site().files().clone();
    let mut told = String::new();
    for template in [
        "{% if x %}never closed",
        "<p>{{ page.titel }}</p>",
        "{{ page.title | shout }}",
        "{% extends \"builtin/pge.html\" %}",
        "{% extends \"page.html\" %}",
        "{% include \"nowhere.html\" %}",
    ] {
        folder.write("templates/page.html", template);
        let built = folder.build(&[]);
        assert_eq!(built.code, 2, "{template}");
        assert_eq!(*built.files(), before, "{template} changed the site");
        told.push_str(&format!("=== {template}\n{}\n", built.err));
    }
    insta::assert_snapshot!(told);
}

/// Templates that lead back to themselves, and loops that never come to an end.
#[test]
fn what_never_ends_in_a_template_is_told_and_ends() {
    let text = "word ".repeat(3000);
    let endless = format!(
        "{{% for a in range(end=70) %}}{{% for b in range(end=70) %}}{text}{{% endfor %}}{{% endfor %}}"
    );
    let mut told = String::new();
    for (name, files) in [
        ("includes itself", &[("templates/page.html", "{% include \"page.html\" %}")][..]),
        (
            "a circle of three",
            &[
                ("templates/page.html", "{% include \"one.html\" %}"),
                ("templates/one.html", "{% include \"two.html\" %}"),
                ("templates/two.html", "{% include \"page.html\" %}"),
            ],
        ),
        ("extends itself", &[("templates/page.html", "{% extends \"page.html\" %}")]),
        (
            "extend each other",
            &[
                ("templates/page.html", "{% extends \"one.html\" %}"),
                ("templates/one.html", "{% extends \"page.html\" %}"),
            ],
        ),
        (
            "a block's template in itself",
            &[("templates/blocks/note.html", "{% include \"blocks/note.html\" %}")],
        ),
        (
            "a component in itself",
            &[(
                "templates/page.html",
                "{% component again() %}{{ <again/> }}{% endcomponent again %}{{ <again/> }}",
            )],
        ),
        (
            "a loop in a loop in a loop",
            &[(
                "templates/page.html",
                "{% for a in range(end=1000) %}{% for b in range(end=1000) %}{% for c in range(end=1000) %}x{% endfor %}{% endfor %}{% endfor %}",
            )],
        ),
        (
            "a loop that says nothing",
            &[(
                "templates/page.html",
                "{% for a in range(end=100000) %}{% for b in range(end=100000) %}{% endfor %}{% endfor %}",
            )],
        ),
        ("more text than any page has", &[("templates/page.html", &*endless)]),
        ("more in a block", &[("templates/blocks/note.html", &*endless)]),
    ] {
        let folder = Folder::new(&[("content/a.md", "# A\n\n> [!NOTE]\n> Text.")]);
        files.iter().for_each(|(path, text)| folder.write(path, text));
        let built = folder.build(&[]);
        assert_eq!(built.code, 2, "{name}: {}", built.err);
        told.push_str(&format!("=== {name}\n{}\n", first_errors(&built.err)));
    }
    insta::assert_snapshot!(told);
}

/// The errors among the messages.
fn first_errors(err: &str) -> String {
    let errors: Vec<_> = err.split("\n\n").filter(|message| message.starts_with("error")).collect();
    errors.join("\n")
}

/// The page of an essay with the built-in theme, whole.
#[test]
fn the_page_of_an_essay_is_written_like_this() {
    let built = Folder::new(&[
        ("book.toml", "[book]\ntitle = \"The book\"\nauthors = [\"Ana\"]\n[output.html]\nsite-url = \"https://example.org/h\"\nedit-url-template = \"https://git.example.org/edit/{path}\"\n"),
        ("content/_index.md", "# The book\n\nWelcome.\n"),
        ("content/part/_index.md", "+++\ntitle = \"A part\"\ndescription = \"What the part is for.\"\n+++\n"),
        ("content/part/a.md", "+++\ntitle = \"First\"\ndescription = \"About the first.\"\ndate = 2026-01-02\nauthors = [\"Ana\"]\ntags = [\"trust\"]\n+++\n\n## One\n\nText.\n\n## Two\n"),
        ("content/part/b.md", "+++\ntitle = \"Second\"\ntags = [\"trust\"]\n+++\n\nSee [first](a.md).\n"),
    ])
    .site();
    let scrubbed = |path: &str| {
        let html = built.read(path);
        let hash = |name: &str| html.split(name).nth(1)?.split('.').next().map(str::to_owned);
        let [style, app] = ["assets/style-", "assets/app-"].map(|name| hash(name).unwrap());
        html.replace(&style, "HASH")
            .replace(&app, "HASH")
            .replace(env!("CARGO_PKG_VERSION"), "VERSION")
    };
    for (name, path) in [
        ("essay", "part/a/index.html"),
        ("home", "index.html"),
        ("section", "part/index.html"),
        ("tags", "tags/index.html"),
        ("tag", "tags/trust/index.html"),
        ("author", "authors/ana/index.html"),
        ("not-found", "404.html"),
    ] {
        insta::assert_snapshot!(format!("page-{name}"), scrubbed(path));
    }
}
