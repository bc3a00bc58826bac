// The search, loaded by app.js when it is first used. It asks the index that Pagefind made, and shows
// the pages that were found with the sections under them. What it shows is text: of an excerpt only
// Pagefind's `<mark>` counts as markup, and nothing is ever parsed as HTML.

/** So many results are loaded at a time: each is a file. */
const AT_ONCE = 12;
/** Sections shown under a page. */
const SECTIONS = 4;
const RECENT = 6;

/** An element with attributes and children; a child that is a string becomes text. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** An excerpt as text and `<mark>`s. Pagefind writes `<` and `>` of the text as entities, and no others. */
function excerpt(html) {
  const plain = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
  const parts = html.split(/<mark>([^<]*)<\/mark>/);
  return parts.map((part, at) => (at % 2 ? make("mark", {}, plain(part)) : plain(part)));
}

/** A page that was found, as Pagefind tells it: `{ url, title, text, sections: [{ url, title, text }] }`. */
function pageOf({ url, meta, excerpt, sub_results: parts = [] }) {
  const page = { url, title: meta.title, sections: [] };
  for (const { url, title, excerpt: text } of parts) {
    if (url.includes("#")) page.sections.push({ url, title, text });
    else page.text ??= text;
  }
  if (parts.length === 0) page.text = excerpt;
  return page;
}

/** Makes the box search. `bundle` is the address of the index, `base` that of the site. */
export function start(box, { base, bundle, kept, isPage }) {
  const of = (name) => box.querySelector(`.search-${name}`);
  const [form, input, status] = [of("form"), of("input"), of("status")];
  /** A book without tags has none to choose from. */
  const tag = of("tag") ?? make("select");
  const [results, more, recent] = [of("results"), of("more"), of("recent")];

  let loading = null;
  /** The newest search; an older one that comes in late is dropped. */
  let latest = 0;
  let found = [];
  let shown = [];

  const fill = (words, more) => words.replace(/\{(\w)\}/g, (_, name) => more[name] ?? "");
  const say = (what, more = {}) => (status.textContent = what ? fill(status.dataset[what], more) : "");

  /** The word for so many pages: a language has a form for one, for few, for many. */
  const forms = new Intl.PluralRules(document.documentElement.lang || "en");
  const formOf = (n) => {
    const form = `found${forms.select(n).replace(/^./, (letter) => letter.toUpperCase())}`;
    return form in status.dataset ? form : "foundOther";
  };

  // ---- The index ----------------------------------------------------------------------------------

  async function load() {
    const script = new URL("pagefind.js", bundle).href;
    // A browser may remember that a module failed; so ask first. The preview has none until it is idle.
    const answer = await fetch(script).catch(() => null);
    if (!answer?.ok) throw answer ? "pending" : "failed";
    const index = await import(script);
    await index.options({ baseUrl: base.pathname, bundlePath: new URL(bundle).pathname });
    await index.init();
    const { tag: counts = {} } = await index.filters();
    const names = Object.keys(counts).sort((one, other) => one.localeCompare(other, document.documentElement.lang));
    tag.append(...names.map((name) => make("option", { value: name }, `${name} (${counts[name]})`)));
    return index;
  }

  /** The index, or null and a word why there is none. */
  async function index() {
    loading ??= load();
    try {
      return await loading;
    } catch (error) {
      loading = null;
      if (error instanceof Error) console.warn(error);
      say(typeof error === "string" ? error : "failed");
      return null;
    }
  }

  // ---- Searching ----------------------------------------------------------------------------------

  async function search() {
    const mine = ++latest;
    const query = input.value.trim();
    keepAddress(query);
    showRecent(query === "");
    if (query === "") {
      show([], []);
      say("empty");
      return;
    }
    if (!loading) say("loading");
    const pagefind = await index();
    if (!pagefind || mine !== latest) return;
    try {
      const filters = tag.value ? { tag: tag.value } : {};
      const answer = await pagefind.debouncedSearch(query, { filters }, 120);
      if (!answer || mine !== latest) return;
      const first = await Promise.all(answer.results.slice(0, AT_ONCE).map((result) => result.data()));
      if (mine !== latest) return;
      show(answer.results, first);
      const n = answer.results.length;
      say(n === 0 ? (tag.value ? "noneTagged" : "none") : formOf(n), { n, q: query });
    } catch (error) {
      // A piece of the index did not come: the connection went, or the book was built anew.
      loading = null;
      console.warn(error);
      if (mine === latest) say("failed");
    }
  }

  /** So that a search can be shared, and come back to: in the address of its page, or in the link to that. */
  function keepAddress(query) {
    const link = box.parentElement.querySelector(".search-page");
    const address = new URL(isPage ? location.href : form.action);
    for (const [key, value] of [["q", query], ["tag", tag.value]]) {
      if (value) address.searchParams.set(key, value);
      else address.searchParams.delete(key);
    }
    if (isPage) history.replaceState(history.state, "", address);
    else if (link) link.href = address.href;
  }

  async function showMore() {
    const mine = latest;
    const at = shown.length;
    const next = await Promise.all(found.slice(at, at + AT_ONCE).map((result) => result.data())).catch(() => null);
    if (mine !== latest) return;
    if (!next) {
      say("failed");
      return;
    }
    const before = links().length;
    show(found, [...shown, ...next]);
    links()[before]?.focus();
  }

  // ---- What is shown ------------------------------------------------------------------------------

  function show(all, records) {
    [found, shown] = [all, records];
    results.replaceChildren(...records.map(pageOf).map(group));
    more.hidden = records.length >= all.length;
  }

  function group({ url, title, text, sections }) {
    const item = make("li", {}, make("p", { class: "search-title" }, linkTo(url, title)));
    if (text) item.append(make("p", { class: "search-text" }, ...excerpt(text)));
    const parts = sections.slice(0, SECTIONS).map((part) => {
      const words = make("p", { class: "search-text" }, ...excerpt(part.text));
      return make("li", {}, make("p", { class: "search-section" }, linkTo(part.url, part.title)), words);
    });
    if (parts.length) item.append(make("ul", {}, ...parts));
    return item;
  }

  /** A link within this site; an index that was tampered with leads nowhere else. */
  function linkTo(url, title) {
    const address = new URL(url, base);
    const link = make("a", {}, title || url);
    if (address.origin === location.origin) link.href = address.href;
    return link;
  }

  // ---- Recent searches ----------------------------------------------------------------------------

  const recents = () => (kept.get("recent") ?? []).filter((query) => typeof query === "string");

  function remember() {
    const query = input.value.trim();
    if (query) kept.set("recent", [query, ...recents().filter((other) => other !== query)].slice(0, RECENT));
  }

  function showRecent(isWanted = true) {
    const queries = recents();
    recent.hidden = !isWanted || queries.length === 0;
    const forget = of("forget");
    const item = (query) => {
      const label = fill(forget.dataset.one, { q: query });
      const again = make("button", { type: "button", class: "search-again" }, query);
      again.addEventListener("click", () => {
        input.value = query;
        input.focus();
        search();
      });
      const away = make("button", { type: "button", class: "search-away", "aria-label": label, title: label }, "×");
      away.addEventListener("click", () => keepRecent(recents().filter((other) => other !== query)));
      return make("li", {}, again, away);
    };
    recent.querySelector("ul").replaceChildren(...queries.map(item));
  }

  function keepRecent(queries) {
    kept.set("recent", queries.length ? queries : null);
    showRecent();
    input.focus();
  }

  // ---- Keys: down and up go through what was found, Enter opens the first ---------------------------

  const links = () => [...results.querySelectorAll("a[href]")];

  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.isComposing || event.target === tag) return;
    const stops = [input, ...links()];
    const at = stops.indexOf(event.target);
    if (at < 0 || !stops[at + step]) return;
    event.preventDefault();
    stops[at + step].focus();
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    remember();
    // On a page of its own, Enter on a telephone only puts the keyboard away.
    if (isPage) input.blur();
    else links()[0]?.click();
  });
  results.addEventListener("click", (event) => {
    if (!event.target.closest("a[href]")) return;
    remember();
    // The same page at another place: nothing is loaded, so nothing else would close the dialog.
    box.closest("dialog")?.close();
  });
  input.addEventListener("input", search);
  tag.addEventListener("change", search);
  more.addEventListener("click", showMore);
  of("forget").addEventListener("click", () => keepRecent([]));

  if (isPage) {
    const asked = new URL(location.href).searchParams;
    input.value ||= asked.get("q") ?? "";
    const wanted = asked.get("tag");
    // The tags are known when the index is there.
    if (wanted) index().then(() => ((tag.value = wanted), search()));
  }
  search();
}
