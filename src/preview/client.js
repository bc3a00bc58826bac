// The preview's own script. It keeps an open page as a build would make it now, without loading it anew,
// so that the author keeps the place, the focus, open boxes and playing films.
//
// 1. Listening: a stream tells how things stand with this page. It tells states, not steps, so nothing
//    is lost by missing one.
// 2. Up to date: where the page has other bytes than those that are shown, it is fetched and compared
//    with what was served before. Only what differs between these two is changed in the live page; what
//    the reader and the site's scripts did there stays.
// 3. The place: what is being read stays where it is, or the edited block comes into view.
// 4. Files: pictures and styles that have new bytes at the same address.
// 5. What is shown: problems, warnings, that the page is gone. All in one element with a shadow root.
// 6. To the source: from a block of the page to its line in the author's editor.
//
// It keeps to the strictest Content-Security-Policy: nothing is inline, and what it says is text and never
// markup. After each change in place the document gets the event `sternpost:changed`; its `detail` has
// `changed`, the blocks that are different, and `scrolled`, whether the first of them was brought into view.
(() => {
  "use strict";

  const script = document.currentScript;
  /** The folder of the preview's own addresses, which holds the word of this run. */
  const own = new URL(".", script.src).pathname;

  /** What tells the bytes that are shown; empty on the preview's own pages. */
  let shown = script.dataset.version;
  /** How things stand, as last told. */
  let standing = null;
  /** Whether this page's files were edited since it was last brought up to date. */
  let edited = false;

  // ---- 1. Listening -------------------------------------------------------------------------------

  const SOONEST = 500;
  const LATEST = 5000;
  /** How long the connection may be gone before it is worth a word. */
  const QUIET = 3000;

  let stream = null;
  let delay = SOONEST;
  let again = 0;
  let silence = 0;
  /** The number of the last message, so that the next stream tells what came after it. */
  let last = "";

  /** Opens the stream, but only while someone looks: browsers allow six connections to a host. */
  function listen() {
    stop();
    if (document.hidden) return;
    const since = last && `&since=${last}`;
    const source = new EventSource(`${own}events?page=${encodeURIComponent(location.pathname)}${since}`);
    stream = source;
    source.addEventListener("open", () => {
      delay = SOONEST;
      clearTimeout(silence);
      silence = 0;
      showAway(false);
    });
    source.addEventListener("message", (event) => {
      last = event.lastEventId;
      hear(JSON.parse(event.data));
    });
    source.addEventListener("error", () => lost(source.readyState === EventSource.CLOSED));
  }

  function stop() {
    stream?.close();
    stream = null;
    clearTimeout(again);
  }

  function lost(refused) {
    stop();
    again = setTimeout(listen, delay);
    delay = Math.min(delay * 2, LATEST);
    silence ||= setTimeout(() => showAway(true), QUIET);
    if (refused) meetNewRun();
  }

  /** The program was started anew, and knows this run's word no more: the page it has now, with its own. */
  async function meetNewRun() {
    const page = await fetchPage().catch(() => null);
    if (page?.folder && page.folder !== own) location.reload();
  }

  function hear(told) {
    standing = told;
    // Where nothing else came of an edit, it is over.
    edited = told.version !== shown && (edited || told.edited);
    const isHindered = told.problems.length > 0;
    if (told.moved && !isHindered) {
      follow(told.moved);
      return;
    }
    show();
    refresh(told.refreshed);
    if (isOwn()) {
      if (told.version && !isHindered) location.reload();
      else update();
    } else if (told.version && told.version !== shown && !isHindered) {
      update();
    }
  }

  /** Goes where the page went. */
  function follow(address) {
    if (isOwn()) {
      location.replace(address);
      return;
    }
    history.replaceState(history.state, "", address + location.hash);
    listen();
  }

  /** Whether this is one of the preview's own pages: nothing is here, or nothing can be made yet. */
  const isOwn = () => shown === "";

  // ---- 2. Up to date ------------------------------------------------------------------------------

  /** From a node of the served page to that of the live one, and back. */
  const twins = new WeakMap();
  const originals = new WeakMap();
  /** Shown whole or not at all: changing parts of these in place changes nothing, or too much. */
  const WHOLE = "audio, math, noscript, object, script, select, style, svg, template, video";
  /** The most comparisons for the best fit of two lists of nodes; beyond, a quick one will do. */
  const MOST = 1_000_000;

  /** The page as it was served before; `null` if that is not what is shown. */
  const first = fetchPage()
    .catch(() => null)
    .then((page) => {
      if (page?.version !== shown) return null;
      pair(page.document.documentElement, document.documentElement, serializer());
      return page;
    });
  let fetching = new AbortController();
  let applying = first;

  /** Fetches this page. `version` and `folder` are undefined if the preview's script is not in it. */
  async function fetchPage(signal) {
    const answer = await fetch(location.href, { cache: "no-store", signal });
    if (!answer.headers.get("content-type")?.startsWith("text/html")) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const tag = [...page.scripts].find((tag) => tag.getAttribute("src")?.startsWith("/.sternpost/"));
    tag?.remove();
    const folder = tag?.getAttribute("src").replace(/[^/]*$/, "");
    return { document: page, address: answer.url, version: tag?.dataset.version, folder };
  }

  /** Brings the page up to date. Of several at once the last wins; what has begun to change is let finish. */
  async function update() {
    fetching.abort();
    const { signal } = (fetching = new AbortController());
    // Without a connection the stream is gone too, and tells all anew when it is back.
    const next = await fetchPage(signal).catch(() => undefined);
    const base = await applying;
    if (next === undefined || signal.aborted) return;
    applying = apply(base, next).catch((error) => {
      location.reload();
      throw error;
    });
    await applying;
  }

  /** Changes the live page by what differs between `base` and `next`. Gives what is the base from now on. */
  async function apply(base, next) {
    const isNews = isOwn() || next?.version !== shown;
    // What came in place of a page that went away, or was spoilt, this moment: the next message tells.
    const isPassing = !isOwn() && (next?.version === "" || standing.problems.length > 0);
    if (!isNews || isPassing) return base;
    const isOther = !base || next?.folder !== own || (isOwn() && next.version !== "");
    if (isOther || scriptsOf(base) !== scriptsOf(next)) {
      location.reload();
      return base;
    }
    const hasScripts = base.document.scripts.length > 0;
    const change = { key: serializer(), touched: [], sheets: [], hasScripts };
    const keepPlace = placeKeeper();
    const [was, is] = [base.document, next.document];
    mergeAttributes(was.documentElement, is.documentElement, document.documentElement, change);
    const head = merge(was.head, is.head, change);
    await Promise.all(change.sheets);
    if (!merge(was.body, is.body, change) || !head) location.reload();
    shown = next.version;
    finish(blocksOf(change.touched), keepPlace);
    return { ...base, address: next.address };
  }

  /** The scripts of the site on a page, wherever it lies; what is told to others, as JSON, is none. */
  function scriptsOf({ document: page, address }) {
    const addressOf = (tag) => tag.hasAttribute("src") && new URL(tag.getAttribute("src"), address).href;
    const running = [...page.scripts].filter((tag) => !tag.type.endsWith("json"));
    return running.map((tag) => `${addressOf(tag)} ${tag.type} ${tag.text}`).join("\n");
  }

  /** Gives the markup of nodes, each asked for once. */
  function serializer() {
    const known = new WeakMap();
    return (node) => {
      if (!known.has(node)) known.set(node, node.outerHTML ?? `${node.nodeType}${node.data}`);
      return known.get(node);
    };
  }

  function tie(served, live) {
    twins.set(served, live);
    originals.set(live, served);
  }

  /** Ties the nodes of a served tree to those of the live one, in which scripts may have added and moved some. */
  function pair(served, live, key) {
    tie(served, live);
    for (const [of, to] of partners([...live.childNodes], [...served.childNodes], key)) pair(of, to, key);
  }

  /** What a node must share with another to become it. */
  function kindOf(node) {
    if (node.nodeType !== Node.ELEMENT_NODE) return node.nodeName;
    const of = { LINK: "rel", META: node.hasAttribute("property") ? "property" : "name", INPUT: "type" };
    return `${node.nodeName} ${node.getAttribute(of[node.nodeName] ?? "role") ?? ""}`;
  }

  /**
   * Which of the nodes `after` continue which of `before`: first those that are equal, as many as keep
   * their order, then those in between that are of one kind. A map from the later to the earlier node,
   * in order.
   */
  function partners(before, after, key) {
    const found = new Map();
    const same = (i, j) => key(before[i]) === key(after[j]);
    let start = 0;
    let [end, stop] = [before.length, after.length];
    while (start < end && start < stop && same(start, start)) found.set(after[start], before[start++]);
    const tail = [];
    while (end > start && stop > start && same(end - 1, stop - 1)) tail.push([after[--stop], before[--end]]);
    const [olds, news] = [before.slice(start, end), after.slice(start, stop)];
    let [i, j] = [0, 0];
    for (const [x, y] of commonOrder(olds, news, key)) {
      pairKinds(olds.slice(i, x), news.slice(j, y), found);
      found.set(news[y], olds[x]);
      [i, j] = [x + 1, y + 1];
    }
    pairKinds(olds.slice(i), news.slice(j), found);
    for (const [node, old] of tail.reverse()) found.set(node, old);
    return found;
  }

  /** Pairs of places with equal nodes, ascending in both lists: the longest such row, or a good one. */
  function commonOrder(before, after, key) {
    const rows = before.length;
    const columns = after.length;
    const pairs = [];
    if (rows * columns > MOST) {
      const places = Map.groupBy(after.keys(), (j) => key(after[j]));
      let from = 0;
      before.forEach((node, i) => {
        const j = isBlank(node) ? undefined : places.get(key(node))?.find((j) => j >= from);
        if (j === undefined) return;
        pairs.push([i, j]);
        from = j + 1;
      });
      return pairs;
    }
    // The white space between blocks is everywhere the same and must not outweigh what it stands between.
    const weight = (node) => (isBlank(node) ? 1 : 1000);
    const best = Array.from({ length: rows + 1 }, () => new Float64Array(columns + 1));
    for (let i = rows - 1; i >= 0; i--) {
      for (let j = columns - 1; j >= 0; j--) {
        const both = key(before[i]) === key(after[j]) ? best[i + 1][j + 1] + weight(before[i]) : 0;
        best[i][j] = Math.max(both, best[i + 1][j], best[i][j + 1]);
      }
    }
    for (let i = 0, j = 0; i < rows && j < columns;) {
      if (best[i][j] === best[i + 1][j]) i++;
      else if (best[i][j] === best[i][j + 1]) j++;
      else pairs.push([i++, j++]);
    }
    return pairs;
  }

  const isBlank = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim() === "";

  /** Pairs nodes of one kind in order, rather with the same id. */
  function pairKinds(before, after, found) {
    let from = 0;
    for (const old of before) {
      const isKin = (node, at) => at >= from && kindOf(node) === kindOf(old);
      let at = after.findIndex((node, at) => isKin(node, at) && (node.id ?? "") === (old.id ?? ""));
      if (at < 0) at = after.findIndex(isKin);
      if (at < 0) continue;
      found.set(after[at], old);
      from = at + 1;
    }
  }

  /**
   * Makes the served node `old` and its twin like `node`. The served page is changed along with the live
   * one, so that it is the base of the next change. Gives what stands there now, or `null` where a script
   * of the site took the twin away: then an element above it is replaced, or the page is loaded, for the
   * scripts to run again.
   */
  function merge(old, node, change) {
    if (change.key(old) === change.key(node)) return old;
    const live = twins.get(old);
    if (!live?.isConnected) return null;
    if (old.nodeType !== Node.ELEMENT_NODE) {
      old.data = live.data = node.data;
      if (!isBlank(node)) change.touched.push(live);
      return old;
    }
    if (isSheet(old)) {
      const fresh = document.importNode(node, true);
      change.sheets.push(exchangeSheet(live, fresh));
      return settle(old, node, fresh);
    }
    if (old.matches(WHOLE)) return replace(old, node, live, change);
    mergeAttributes(old, node, live, change);
    if (mergeChildren(old, node, live, change)) return old;
    if (change.hasScripts) location.reload();
    return replace(old, node, live, change);
  }

  function mergeAttributes(old, node, live, change) {
    for (const { name } of [...old.attributes, ...node.attributes]) {
      const value = node.getAttribute(name);
      if (old.getAttribute(name) === value) continue;
      for (const element of [old, live]) {
        // By its node: templates may use names that no script could write, such as `@click`.
        if (value === null) element.removeAttribute(name);
        else element.setAttributeNode(node.getAttributeNode(name).cloneNode());
      }
      if (name === "src" && live.localName === "img") change.touched.push(live);
    }
  }

  function mergeChildren(old, node, live, change) {
    const olds = [...old.childNodes];
    const continued = partners(olds, [...node.childNodes], change.key);
    const kept = new Set(continued.values());
    for (const child of olds) if (!kept.has(child)) remove(child, change);
    let before = null;
    for (const child of node.childNodes) {
      const was = continued.get(child);
      before = was ? merge(was, child, change) : insert(child, before, old, live, change);
      if (!before) return false;
    }
    return true;
  }

  function remove(old, change) {
    const live = twins.get(old);
    old.remove();
    // Until new styles are there the old ones hold.
    if (isSheet(old)) Promise.all(change.sheets).then(() => live?.remove());
    else live?.remove();
  }

  /** Puts a copy of `node` behind `before`, or first; gives what stands for it in the served page. */
  function insert(node, before, parent, live, change) {
    const served = parent.ownerDocument.importNode(node, true);
    const fresh = document.importNode(node, true);
    const next = before ? before.nextSibling : parent.firstChild;
    parent.insertBefore(served, next);
    pairCopies(served, fresh);
    const inLive = (of) => (twins.get(of)?.parentNode === live ? twins.get(of) : null);
    if (before && inLive(before)) inLive(before).after(fresh);
    else live.insertBefore(fresh, next && inLive(next));
    if (isSheet(fresh)) change.sheets.push(loaded(fresh));
    if (!isBlank(fresh)) change.touched.push(fresh);
    return served;
  }

  function replace(old, node, live, change) {
    const fresh = document.importNode(node, true);
    live.replaceWith(fresh);
    change.touched.push(fresh);
    return settle(old, node, fresh);
  }

  /** Puts a copy of `node` into the served page for `old`, as the original of `fresh`. */
  function settle(old, node, fresh) {
    const served = old.ownerDocument.importNode(node, true);
    old.replaceWith(served);
    pairCopies(served, fresh);
    return served;
  }

  /** Ties two trees that are equal. */
  function pairCopies(served, live) {
    tie(served, live);
    served.childNodes.forEach((child, at) => pairCopies(child, live.childNodes[at]));
  }

  // ---- 3. The place -------------------------------------------------------------------------------

  const BLOCKS = "p, li, h1, h2, h3, h4, h5, h6, pre, blockquote, tr, dt, dd, figure, img, summary, hr";
  const MARKED = [
    { backgroundColor: "rgb(230 165 20 / 30%)", outline: "2px solid rgb(205 140 0 / 85%)", outlineOffset: "3px" },
    { outline: "2px solid rgb(205 140 0 / 0%)", outlineOffset: "3px" },
  ];

  const content = () => document.querySelector("main, [role=main]") ?? document.body;

  /** Whether an element belongs to what the page says, not to the ways around it. */
  function isContent(element) {
    const around = content() === document.body ? "nav, header, footer" : "nav, footer";
    return content().contains(element) && !element.closest(around);
  }

  const isShown = (element) => element.checkVisibility() && element.getClientRects().length > 0;

  function isInView(element) {
    const { top, bottom } = element.getBoundingClientRect();
    return isShown(element) && bottom > 0 && top < innerHeight;
  }

  /** Notes where the first visible block is; what it gives scrolls it, or the next, back to there. */
  function placeKeeper() {
    if (scrollY === 0) return () => {};
    const top = (block) => block.getBoundingClientRect().top;
    const inView = [...content().querySelectorAll(BLOCKS)].filter(isInView);
    // One that begins further up may grow there.
    const whole = inView.filter((block) => top(block) >= 0);
    const places = [...whole, ...inView].map((block) => [block, top(block)]);
    return () => {
      const [block, was] = places.find(([block]) => block.isConnected && isShown(block)) ?? [];
      if (block) scrollBy({ top: top(block) - was, behavior: "instant" });
    };
  }

  /** The blocks that hold these nodes, without those that lie in another of them. */
  function blocksOf(nodes) {
    const blocks = new Set();
    for (const node of nodes) {
      let block = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
      while (block?.parentElement && /^(inline|contents|math$|ruby)/.test(getComputedStyle(block).display)) {
        block = block.parentElement;
      }
      if (block && document.body.contains(block)) blocks.add(block);
    }
    return [...blocks].filter((block) => ![...blocks].some((other) => other !== block && other.contains(block)));
  }

  /** Keeps the place or brings what was edited into view, and marks what is different. */
  function finish(changed, keepPlace) {
    keepPlace();
    const candidates = changed.filter((block) => isContent(block) && isShown(block));
    const scrolled = edited && candidates.length > 0 && !candidates.some(isInView);
    edited = false;
    if (scrolled) {
      const inOrder = (one, other) => (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1);
      const [block] = candidates.sort(inOrder);
      const isTall = block.getBoundingClientRect().height > innerHeight;
      block.scrollIntoView({ block: isTall ? "start" : "center", behavior: "instant" });
    }
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
      for (const block of changed) block.animate(MARKED, { id: "sternpost", duration: 1200, easing: "ease-in" });
    }
    document.dispatchEvent(new CustomEvent("sternpost:changed", { detail: { changed, scrolled } }));
  }

  // ---- 4. Files -----------------------------------------------------------------------------------

  /** How long a style sheet is waited for. */
  const PATIENCE = 5000;

  const isSheet = (node) => node.localName === "link" && node.relList?.contains("stylesheet");

  function loaded(sheet) {
    return new Promise((resolve) => {
      sheet.addEventListener("load", resolve);
      sheet.addEventListener("error", resolve);
      setTimeout(resolve, PATIENCE);
    });
  }

  /** Sheets that hold only until another is there. */
  const leaving = new WeakSet();

  /** Puts a sheet in the place of another, which holds until the new one is there: the page never flashes. */
  async function exchangeSheet(old, fresh) {
    leaving.add(old);
    old.after(fresh);
    await loaded(fresh);
    old.remove();
  }

  /** Loads what shows the files at these addresses anew. */
  function refresh(addresses) {
    if (addresses.length === 0) return;
    const wanted = new Set(addresses.map(decoded));
    const stamp = Date.now();
    const renewed = (url) => {
      if (!URL.canParse(url, document.baseURI)) return url;
      const address = new URL(url, document.baseURI);
      if (address.origin !== location.origin || !wanted.has(decoded(address.pathname))) return url;
      address.searchParams.set("v", stamp);
      return address.href;
    };
    const renewedSet = (set) =>
      set
        .split(/,\s+/)
        .map((part) => part.trim().replace(/^\S+/, renewed))
        .join(", ");
    for (const element of document.querySelectorAll("[src], [srcset], [poster], object[data], link[href]")) {
      for (const name of ["src", "srcset", "poster", "data", "href"]) {
        const value = element.getAttribute(name);
        const fresh = value && (name === "srcset" ? renewedSet(value) : renewed(value));
        if (fresh !== value) renew(element, name, fresh);
      }
    }
  }

  function renew(element, name, value) {
    if (element.localName === "script") {
      location.reload();
    } else if (isSheet(element)) {
      if (leaving.has(element)) return;
      const fresh = element.cloneNode();
      fresh.setAttribute(name, value);
      if (originals.has(element)) tie(originals.get(element), fresh);
      exchangeSheet(element, fresh);
    } else {
      element.setAttribute(name, value);
      // A film reads its sources only when it is told to.
      element.closest("video, audio")?.load();
    }
  }

  /** A path as people write it, so that two ways to encode it are one. */
  function decoded(path) {
    try {
      return decodeURIComponent(path);
    } catch {
      return path;
    }
  }

  // ---- 5. What is shown ---------------------------------------------------------------------------

  const host = document.createElement("sternpost-preview");
  const root = host.attachShadow({ mode: "open" });
  const parts = {
    veil: make("div", { class: "veil", hidden: "" }),
    gone: make("div", { class: "gone", role: "status", hidden: "" }),
    problems: make("section", {
      class: "sheet",
      role: "alertdialog",
      "aria-modal": "false",
      "aria-labelledby": "problems-title",
      "aria-live": "polite",
      hidden: "",
    }),
    panel: make("section", { class: "panel", id: "panel", "aria-labelledby": "panel-title", hidden: "" }),
    corner: make("div", { class: "corner" }),
    note: make("div", { class: "note", role: "status", "aria-live": "polite", hidden: "" }),
  };
  const OPEN = "sternpost-warnings";
  const draft = make(
    "span",
    { class: "chip", title: "Drafts are left out of a build, unless it is told --drafts." },
    "Draft",
  );
  const away = make("span", { class: "chip away", role: "status" }, "Preview is not running");
  const toggle = make("button", { class: "chip", type: "button", "aria-controls": "panel" });
  /** The problems that the author has closed, as text: others show again. */
  let dismissed = "";
  let drawn = "";
  let noteEnds = 0;

  /** An element with attributes and children; strings among these are text. */
  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  function button(label, action, attributes = {}) {
    const element = make("button", { type: "button", ...attributes }, label);
    element.addEventListener("click", action);
    return element;
  }

  const closer = (action) =>
    button("Close", action, { class: "close", "aria-keyshortcuts": "Escape", title: "Close (Escape)" });

  /** Sets up what is shown, all of which waits for its styles. */
  async function setUp() {
    const styles = new CSSStyleSheet();
    root.adoptedStyleSheets = [styles];
    // The browser's own way to keep the place would come on top of ours.
    const anchoring = new CSSStyleSheet();
    anchoring.replaceSync(":root, body { overflow-anchor: none; }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, anchoring];
    root.append(...Object.values(parts));
    toggle.addEventListener("click", () => openPanel(parts.panel.hidden));
    parts.corner.setAttribute("role", "group");
    parts.corner.setAttribute("aria-label", "Preview");
    const answer = await fetch(`${own}preview.css`).catch(() => null);
    if (answer?.ok) styles.replaceSync(await answer.text());
    document.documentElement.append(host);
  }

  /** Shows how things stand. What would look the same is left alone, so that focus stays in it. */
  function show() {
    const { problems, warnings, gone } = standing;
    // A page of the preview's own tells itself what is wrong.
    const tells = isOwn() && document.querySelector(".told") !== null;
    const closed = JSON.stringify(problems) === dismissed;
    if (!closed) dismissed = "";
    const view = JSON.stringify([problems, warnings, gone, standing.draft, tells, closed]);
    if (view === drawn) return;
    drawn = view;
    showGone(isOwn() ? null : gone);
    showProblems(problems, problems.length > 0 && !tells && !closed);
    showWarnings(warnings);
    const reopen = button(problemsOf(problems), reopenProblems, { class: "chip error" });
    showCorner([closed && problems.length > 0 && reopen, standing.draft && draft, warnings.length > 0 && toggle]);
  }

  function showGone(gone) {
    parts.gone.hidden = parts.veil.hidden = !gone;
    if (!gone) return;
    const where = make("a", { href: gone.address }, gone.section);
    parts.gone.replaceChildren(
      make("p", {}, make("strong", {}, "This page is gone: "), `“${gone.title}”. Go on in `, where, "."),
    );
  }

  function showProblems(problems, isOpen) {
    parts.problems.hidden = !isOpen;
    const title = make("h2", { id: "problems-title" }, problemsOf(problems));
    const what = make("p", { class: "lead" }, "The page changes again as soon as this is mended and saved.");
    parts.problems.replaceChildren(make("header", {}, title, closer(closeProblems)), what, listOf(problems, true));
  }

  function closeProblems() {
    dismissed = JSON.stringify(standing.problems);
    show();
  }

  function reopenProblems() {
    dismissed = "";
    show();
  }

  function showWarnings(warnings) {
    const title = warningsOf(warnings);
    toggle.textContent = title;
    const header = make(
      "header",
      {},
      make("h2", { id: "panel-title" }, title),
      closer(() => openPanel(false)),
    );
    parts.panel.replaceChildren(header, listOf(warnings, false));
    setPanel(warnings.length > 0 && remembered() === "open");
  }

  function openPanel(isOpen) {
    try {
      sessionStorage.setItem(OPEN, isOpen ? "open" : "closed");
    } catch {
      // Where nothing may be stored, nothing is remembered.
    }
    setPanel(isOpen);
  }

  function remembered() {
    try {
      return sessionStorage.getItem(OPEN);
    } catch {
      return null;
    }
  }

  function setPanel(isOpen) {
    if (!isOpen && parts.panel.contains(root.activeElement)) toggle.focus();
    parts.panel.hidden = !isOpen;
    toggle.setAttribute("aria-expanded", String(isOpen));
  }

  function showCorner(chips) {
    const isAway = parts.corner.contains(away);
    parts.corner.replaceChildren(...chips.filter(Boolean));
    if (isAway) parts.corner.prepend(away);
  }

  function showAway(isAway) {
    if (isAway) parts.corner.prepend(away);
    else away.remove();
  }

  const counted = (found, name) => `${found.length} ${name}${found.length === 1 ? "" : "s"}`;
  const problemsOf = (found) => counted(found, "problem");

  /** `2 warnings`: named by the gravest of them. */
  function warningsOf(found) {
    const has = (grade) => found.some(({ severity }) => severity === grade);
    return counted(found, has("error") ? "problem" : has("warning") ? "warning" : "note");
  }

  /** What is wrong, where, and what to do; the markup is that of the preview's own pages. */
  function listOf(found, withExcerpt) {
    const items = found.map((told) => {
      const item = make(
        "li",
        { class: `told-${told.severity}` },
        make("p", { class: "message" }, ...withCode(told.message)),
      );
      if (told.page)
        item.append(make("p", {}, "This keeps ", make("a", { href: told.page }, told.page), " from being made."));
      if (told.file) item.append(make("p", { class: "place" }, placeOf(told)));
      if (told.excerpt && withExcerpt) {
        const [before, marked, after] = told.excerpt;
        item.append(make("pre", { "data-line": told.line }, before, make("mark", {}, marked || " "), after));
      }
      for (const hint of told.hints) item.append(make("p", { class: "hint" }, ...withCode(hint)));
      return item;
    });
    return make("ul", { class: "told" }, ...items);
  }

  function placeOf({ file, line, column, open }) {
    const place = line > 0 ? `${file}:${line}:${column}` : file;
    return open ? make("a", { href: open, title: "Open in the editor" }, place) : place;
  }

  /** Text in which what stands between backticks is code. */
  const withCode = (text) => text.split("`").map((part, at) => (at % 2 ? make("code", {}, part) : part));

  /** Says something that goes away by itself. */
  function say(...children) {
    clearTimeout(noteEnds);
    parts.note.replaceChildren(...children, closer(hush));
    parts.note.hidden = false;
    noteEnds = setTimeout(hush, 12_000);
  }

  function hush() {
    parts.note.hidden = true;
  }

  /** Closes what lies on top; gives whether there was something. */
  function closeTop() {
    if (!parts.note.hidden) hush();
    else if (!parts.problems.hidden) closeProblems();
    else if (!parts.panel.hidden) openPanel(false);
    else return false;
    return true;
  }

  // ---- 6. To the source ---------------------------------------------------------------------------

  /** Opens the line of `block`, or of what is being read, in the author's editor. */
  async function openSource(block) {
    // Asked for each time: lines move without the page looking any different.
    const answer = await fetch(`${own}source?page=${encodeURIComponent(location.pathname)}`).catch(() => null);
    if (!answer?.ok) {
      say(make("p", {}, "This page is not made from one file that could be opened."));
      return;
    }
    const { file, open, first, html } = await answer.json();
    const lines = linesOf(html);
    const line = lines.get(blockWithLine(block, lines)) ?? first;
    if (open) {
      location.href = open.replace("{line}", line);
      return;
    }
    const how = make("p", {}, "To open it in your editor from here, write in ", make("code", {}, "book.toml"), ":");
    say(make("p", {}, make("strong", {}, `${file}:${line}`)), how, make("pre", {}, '[preview]\neditor = "vscode"'));
  }

  /** The lines of the page's blocks, in order. Blocks are known by their name and text, so any template will do. */
  function linesOf(html) {
    const lines = new Map();
    // Before the body a comment would stand outside of it.
    const served = new DOMParser().parseFromString(`<body>${html}`, "text/html");
    const words = (element) => element.textContent.replace(/\s+/g, "");
    const live = [...content().querySelectorAll("*")].filter(isContent);
    let from = 0;
    for (const element of served.body.querySelectorAll("*")) {
      const line = lineBefore(element);
      if (line === null) continue;
      const text = words(element);
      const isIt = (other, at) => at >= from && other.localName === element.localName && words(other) === text;
      const at = live.findIndex(isIt);
      if (at < 0) continue;
      lines.set(live[at], line);
      from = at + 1;
    }
    return lines;
  }

  /** The number in the comment that stands before an element. */
  function lineBefore(element) {
    let before = element.previousSibling;
    while (before && isBlank(before)) before = before.previousSibling;
    const isLine = before?.nodeType === Node.COMMENT_NODE && /^\d+$/.test(before.data);
    return isLine ? Number(before.data) : null;
  }

  /** The block with a line that holds `element` or stands before it; without one, the block that is being read. */
  function blockWithLine(element, lines) {
    for (let block = element; block; block = block.parentElement) if (lines.has(block)) return block;
    const title = content().querySelector("h1");
    const blocks = title && !lines.has(title) ? [title, ...lines.keys()] : [...lines.keys()];
    if (element) {
      const precedes = (block) =>
        block.compareDocumentPosition(element) &
        (Node.DOCUMENT_POSITION_FOLLOWING | Node.DOCUMENT_POSITION_CONTAINED_BY);
      return blocks.findLast(precedes);
    }
    const top = (block) => block.getBoundingClientRect().top;
    const inView = blocks.filter(isInView);
    return (
      inView.find((block) => top(block) >= 0 && top(block) < innerHeight / 3) ??
      inView.findLast((block) => top(block) < 0) ??
      inView[0]
    );
  }

  /** The deepest element under the pointer, if it is part of the text. */
  function pointedAt() {
    const element = [...document.querySelectorAll(":hover")].at(-1);
    return element && element !== content() && isContent(element) ? element : null;
  }

  function isTyping(event) {
    const [target] = event.composedPath();
    return target.isContentEditable || Boolean(target.closest?.("input, textarea, select"));
  }

  // ---- Begin --------------------------------------------------------------------------------------

  addEventListener("keydown", (event) => {
    const plain = !(event.altKey || event.ctrlKey || event.metaKey || event.shiftKey);
    if (event.defaultPrevented || event.isComposing || event.repeat || !plain || isTyping(event)) return;
    if (event.key === "Escape" && closeTop()) event.preventDefault();
    if (event.key === "e" && !isOwn()) openSource(pointedAt());
  });
  addEventListener("click", (event) => {
    const isMeant = event.altKey && event.button === 0 && !event.defaultPrevented && !isOwn();
    if (!isMeant || !(event.target instanceof Element) || !isContent(event.target)) return;
    // Else browsers would save what a link leads to.
    event.preventDefault();
    openSource(event.target);
  });
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => event.persisted && listen());
  setUp();
  listen();
})();
