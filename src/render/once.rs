//! Parts of pages that are the same on many: made once, and shown from then on.
//!
//! `{{ once(part="nav_list.html", nav=nav, root=root) }}` renders a template that sees the values it is given, what the
//! theme says, and nothing else of the page. So what it gives is a function of these, and two pages that give it the
//! same show the same. The side navigation is half of what the templates of a page would do otherwise. Only in which
//! links are those to the page itself do they differ: `current=root ~ page.url` marks them.

use std::cell::Cell;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError, Weak};

use foldhash::HashMap;
use memchr::memmem::Finder;
use pulldown_cmark_escape::{FmtWriter, escape_html};
use tera::{Context, Error, ErrorKind, Kwargs, State, Tera, TeraResult, Value};

use crate::render::bounds::Bounded;
use crate::render::fingerprint::{Fingerprint, Printer, address};

/// How many parts are kept. Pages of one section are made one after the other, so that a few are enough.
const KEPT: usize = 64;

/// What the address is given as whose links are marked.
const CURRENT: &str = "current";

/// How deep parts may stand in each other.
const DEEPEST: usize = 20;

thread_local! {
    /// How many parts are being made on this thread, each within the one before.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// The templates that parts are made with: those of the theme, once all of them are known.
pub type Templates = Arc<OnceLock<Tera>>;

/// What was made: for each template with what it was given the HTML, and those values, so that nothing else comes to
/// stand where they are in memory.
#[derive(Default)]
struct Made(Mutex<HashMap<Fingerprint, (Value, Vec<Value>)>>);

/// Adds the function `once`. The templates are those that `templates` has by the time when a
/// page is made.
pub fn register(tera: &mut Tera, templates: &Templates) {
    let made = Made::default();
    // These very templates hold the function, which must not hold them.
    let templates = Arc::downgrade(templates);
    tera.register_function("once", move |given: Kwargs, _: &State| {
        let html = once(&made, &templates, &given)?;
        let current: Option<&str> = given.get(CURRENT)?;
        Ok::<_, Error>(match (html.as_str(), current) {
            (Some(text), Some(href)) => Value::safe_string(&marked(text, href)),
            _ => html,
        })
    });
}

fn once(made: &Made, templates: &Weak<OnceLock<Tera>>, given: &Kwargs) -> TeraResult<Value> {
    let part: &str = given.must_get("part")?;
    // What is given has a name, which is text.
    let named = given.iter().filter_map(|(name, value)| Some((name.as_str()?, value)));
    let mut values: Vec<(&str, &Value)> = named.filter(|(name, _)| *name != CURRENT).collect();
    values.sort_unstable_by_key(|(name, _)| *name);
    let print = print(&values);
    let known = || made.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((html, _)) = known().get(&print) {
        return Ok(html.clone());
    }
    let templates = templates.upgrade();
    let tera = templates.as_ref().and_then(|templates| templates.get());
    let tera = tera.ok_or_else(|| Error::message("`once` is of use in templates of pages only"))?;
    let mut context = Context::new();
    for (name, value) in values.iter().filter(|(name, _)| *name != "part") {
        context.insert_value((*name).to_owned(), (*value).clone());
    }
    let html = Value::safe_string(&rendered(tera, part, &context)?);
    let held = values.iter().map(|(_, value)| (*value).clone()).collect();
    let mut known = known();
    if known.len() >= KEPT {
        known.clear();
    }
    known.insert(print, (html.clone(), held));
    Ok(html)
}

/// What tells a part from others: of a map or a list, where it stands in memory.
fn print(values: &[(&str, &Value)]) -> Fingerprint {
    let mut printer = Printer::default();
    for (name, value) in values {
        printer.text(name);
        match address(value) {
            Some(address) => printer.bytes(b'@', &address.to_le_bytes()),
            None => printer.value(value),
        }
    }
    printer.finish()
}

/// One part more within others, for as long as this lives.
struct Deeper;

impl Deeper {
    /// `None` where there are too many.
    fn new() -> Option<Deeper> {
        let depth = DEPTH.get();
        (depth < DEEPEST).then(|| {
            DEPTH.set(depth + 1);
            Deeper
        })
    }
}

impl Drop for Deeper {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

fn rendered(tera: &Tera, part: &str, context: &Context) -> TeraResult<String> {
    let _deeper = Deeper::new()
        .ok_or_else(|| Error::message(format!("`{part}` shows itself without an end")))?;
    let mut html = Bounded::new(0, 0);
    tera.render_to(part, context, &mut html).map_err(|error| match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            Error::message(format!("{} (in `{part}`)", report.message()))
        }
        _ => error,
    })?;
    Ok(String::from_utf8_lossy(&html.into_bytes()).into_owned())
}

/// `html`, in which the links to `href` are marked as those to the page that is shown (`aria-current="page"`). Links
/// are found as the theme writes them: with `href` in double quotes, and a mark that they have right after it.
fn marked(html: &str, href: &str) -> String {
    const LINK: &str = " href=\"";
    const MARK: &str = " aria-current=\"page\"";
    const WITHIN: &str = " aria-current=\"true\"";
    static LINKS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(LINK));
    let mut address = String::with_capacity(href.len() + 1);
    // To memory, which takes all that is written.
    let _ = escape_html(FmtWriter(&mut address), href);
    address.push('"');
    let mut marked = String::with_capacity(html.len() + MARK.len());
    let mut done = 0;
    for at in LINKS.find_iter(html.as_bytes()).map(|at| at + LINK.len()) {
        if !html[at..].starts_with(&address) {
            continue;
        }
        let after = at + address.len();
        marked.extend([&html[done..after], MARK]);
        let known = [WITHIN, MARK].into_iter().find(|mark| html[after..].starts_with(mark));
        done = after + known.map_or(0, str::len);
    }
    marked.push_str(&html[done..]);
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `page` gives, in which `part.html` is there to be shown, given the number `n` and a list.
    fn shown(page: &str, part: &str, n: u64, list: &Value) -> Result<String, String> {
        let templates = Templates::default();
        let mut tera = Tera::default();
        register(&mut tera, &templates);
        tera.autoescape_on([".html"]);
        tera.add_raw_templates([("page.html", page), ("part.html", part)]).unwrap();
        let _ = templates.set(tera.clone());
        let mut context = Context::new();
        context.insert_value("n", n.into());
        context.insert_value("list", list.clone());
        tera.render("page.html", &context).map_err(|error| format!("{error:?}"))
    }

    #[test]
    fn a_part_sees_what_it_is_given_and_is_told_from_others_by_that() {
        let list: Value = vec![Value::from("<a>")].into();
        let part = "{{ n }}{% for x in list %}{{ x }}{% endfor %} ";
        let page =
            "{% for i in [1, 2, 1] %}{{ once(part=\"part.html\", n=i, list=list) }}{% endfor %}";
        assert_eq!(shown(page, part, 0, &list).unwrap(), "1&lt;a&gt; 2&lt;a&gt; 1&lt;a&gt; ");
        let lists = "{% for l in list %}{{ once(part=\"part.html\", n=0, list=l) }}{% endfor %}";
        let of = |text: &str| Value::from(vec![Value::from(text)]);
        let two: Value = vec![of("a"), of("b"), of("a")].into();
        assert_eq!(shown(lists, part, 0, &two).unwrap(), "0a 0b 0a ");
        let nothing = "{{ once(part=\"part.html\", list=list) }}";
        assert!(shown(nothing, part, 7, &list).unwrap_err().contains("part.html"));
    }

    #[test]
    fn a_part_that_shows_itself_is_told() {
        let part = "{{ once(part=\"part.html\") }}";
        let error = shown(part, part, 0, &Value::none()).unwrap_err();
        assert!(error.contains("shows itself without an end"), "{error}");
    }

    #[test]
    fn links_to_the_page_are_marked() {
        let html =
            "<a href=\"a/\">A</a><a href=\"b?x&amp;y\" aria-current=\"true\">B</a><a href=\"aa/\">";
        assert_eq!(
            marked(html, "a/"),
            "<a href=\"a/\" aria-current=\"page\">A</a><a href=\"b?x&amp;y\" aria-current=\"true\">B</a><a href=\"aa/\">"
        );
        assert!(marked(html, "b?x&y").contains("<a href=\"b?x&amp;y\" aria-current=\"page\">B"));
        assert_eq!(marked(html, ""), html);
    }
}
