// What the theme does beyond HTML and CSS. A page is whole without it, but for search.
//
// 1. The reader's device: what is kept there, for this book alone.
// 2. Colours: light, dark, or as the system. At once, so that nothing flashes.
// 3. Pieces: links to copy at headings, buttons to copy code, ticks, the place in the contents.
// 4. Footnotes beside their mark, where the margin has room.
// 5. Search: a dialog; search.js is loaded when it is first used.
// 6. Keys.
//
// Words and markup come from `<template id=":parts">`. Listeners stand at the document and section 3
// can run again at any time, because the preview changes pages in place and then sends
// `sternpost:changed`. It keeps to a strict Content-Security-Policy, and writes text, never markup.
(() => {
  "use strict";

  const page = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  /** A new one of the theme's pieces; null in a site whose own base.html has none. */
  const piece = (selector) => {
    const found = document.getElementById(":parts")?.content.querySelector(selector);
    return found ? document.importNode(found, true) : null;
  };

  // ---- 1. The reader's device ---------------------------------------------------------------------

  const base = new URL(page.dataset.root || "./", location.href);
  const shelf = `sternpost ${base.pathname} `;
  const kept = {
    get(key) {
      try {
        return JSON.parse(localStorage.getItem(shelf + key));
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        if (value === null) localStorage.removeItem(shelf + key);
        else localStorage.setItem(shelf + key, JSON.stringify(value));
      } catch {
        // Where nothing may be kept, it holds until the page is left.
      }
    },
  };

  // ---- 2. Colours ---------------------------------------------------------------------------------

  const THEMES = ["auto", "light", "dark"];
  let theme = kept.get("theme");
  if (!THEMES.includes(theme)) theme = page.dataset.theme || "auto";

  /** What the page says of its colours itself. */
  const own = new Map();

  function setTheme() {
    if (theme === "auto") delete page.dataset.theme;
    else page.dataset.theme = theme;
    for (const button of all(".theme-switch")) button.title = button.ariaLabel = button.dataset[theme];
    // The browser's own frame takes the colour of the paper.
    const paper = document.body && getComputedStyle(document.body).backgroundColor;
    for (const meta of all("meta[name=theme-color]")) {
      if (!own.has(meta)) own.set(meta, meta.content);
      meta.content = theme === "auto" ? own.get(meta) : (paper ?? meta.content);
    }
  }

  page.dataset.js = "";
  setTheme();

  // ---- 3. Pieces ----------------------------------------------------------------------------------

  let said = null;
  /** Tells, also those who do not see it, that `what` was done. */
  function say(what) {
    said ??= document.body.appendChild(piece(".said"));
    said.textContent = "";
    setTimeout(() => (said.textContent = said.dataset[what]), 50);
  }

  async function copy(text, from, what) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      say("refused");
      return;
    }
    say(what);
    from.dataset.done = "";
    setTimeout(() => delete from.dataset.done, 2000);
  }

  const ticksKey = `ticks ${location.pathname}`;

  function setUp() {
    for (const heading of all(".content :is(h1, h2, h3, h4, h5, h6)[id]")) {
      const link = heading.querySelector(".anchor") ?? piece(".anchor");
      if (!link) break;
      link.href = `#${encodeURIComponent(heading.id)}`;
      heading.append(link);
    }
    // Without a secure context there is no clipboard.
    if (navigator.clipboard) {
      for (const block of all(".content pre")) {
        const button = block.previousElementSibling?.matches(".copy") ? null : piece(".copy");
        if (button) block.before(button);
      }
    }
    for (const orphan of all(".content .copy:not(:has(+ pre))")) orphan.remove();
    const ticked = kept.get(ticksKey) ?? {};
    for (const tick of all("input[type=checkbox][data-tick]")) tick.checked = ticked[tick.dataset.tick] ?? tick.checked;
    watchPlace();
  }

  /** What a link within the page leads to; an id may hold a `%` that escapes nothing. */
  function target({ hash }) {
    const id = hash.slice(1);
    try {
      return document.getElementById(decodeURIComponent(id)) ?? document.getElementById(id);
    } catch {
      return document.getElementById(id);
    }
  }

  let watch = null;
  /** Marks in the contents of the page which part is being read. */
  function watchPlace() {
    watch?.disconnect();
    const links = new Map();
    for (const link of all('.toc a[href^="#"]')) {
      const heading = target(link);
      if (heading) links.set(heading, link);
    }
    const mark = () => {
      const here = [...links.keys()].findLast((heading) => heading.getBoundingClientRect().top < innerHeight * 0.3);
      for (const [heading, link] of links) {
        if (heading !== here) link.removeAttribute("aria-current");
        else if (!link.hasAttribute("aria-current")) {
          link.setAttribute("aria-current", "location");
          show(link, link.closest("details"));
        }
      }
    };
    // Also what lies far above is within, so that a leap over several headings is noticed.
    watch = new IntersectionObserver(mark, { rootMargin: "9999999px 0px -70% 0px" });
    for (const heading of links.keys()) watch.observe(heading);
  }

  /** Scrolls `box`, and only that, so that `link` is seen in it. */
  function show(link, box) {
    if (!link || !box || box.scrollHeight <= box.clientHeight) return;
    const [at, frame] = [link.getBoundingClientRect(), box.getBoundingClientRect()];
    if (at.top < frame.top || at.bottom > frame.bottom) box.scrollTop += at.top - frame.top - frame.height / 2;
  }

  // ---- 4. Footnotes -------------------------------------------------------------------------------

  /** Opens the note beside its mark; gives whether there was room. */
  function openNote(mark) {
    const source = target(mark);
    const main = mark.closest(".main")?.getBoundingClientRect();
    if (!source || !main || !HTMLElement.prototype.showPopover) return false;
    const isLeft = getComputedStyle(page).direction === "rtl";
    const room = (isLeft ? main.left : page.clientWidth - main.right) - 40;
    const note = room < 180 ? null : piece(".note");
    if (!note) return false;
    note.ariaLabel = source.parentElement.parentElement.ariaLabel;
    note.append(...source.cloneNode(true).childNodes);
    for (const back of all(".footnote-back", note)) back.remove();
    for (const named of all("[id]", note)) named.removeAttribute("id");
    const width = Math.min(room, 300);
    note.style.width = `${width}px`;
    note.style.left = `${isLeft ? main.left - 20 - width : main.right + 20}px`;
    note.style.top = `${scrollY + mark.getBoundingClientRect().top - 12}px`;
    note.popover = "auto";
    note.addEventListener("toggle", (event) => {
      if (event.newState !== "closed") return;
      const isInside = note.contains(document.activeElement) || document.activeElement === document.body;
      note.remove();
      if (isInside) mark.focus({ preventScroll: true });
    });
    document.body.append(note);
    note.showPopover();
    note.focus({ preventScroll: true });
    return true;
  }

  // ---- 5. Search ----------------------------------------------------------------------------------

  /** Loads what searches, for the box within `place`. */
  async function startSearch(place) {
    const link = document.querySelector(".search-link");
    const address = (name) => new URL(link.dataset[name], location.href).href;
    const status = place.querySelector(".search-status");
    if (location.protocol === "file:") {
      status.textContent = status.dataset.file;
      return;
    }
    status.textContent = status.dataset.loading;
    try {
      const { start } = await import(address("script"));
      start(place.querySelector(".search"), { base, bundle: address("bundle"), kept, isPage: place === document });
    } catch (error) {
      console.warn(error);
      status.textContent = status.dataset.failed;
      const again = () => startSearch(place);
      place.querySelector(".search-input").addEventListener("input", again, { once: true });
    }
  }

  function openSearch() {
    const onPage = document.querySelector("main .search-input");
    if (onPage) {
      onPage.focus();
      return true;
    }
    const isNew = !document.querySelector(".search-dialog");
    const dialog = dialogOf(".search-dialog");
    if (!dialog) return false;
    dialog.showModal();
    dialog.querySelector(".search-input").select();
    if (isNew) startSearch(dialog);
    return true;
  }

  /** The dialog that is there, or a new one; null where base.html has none. */
  function dialogOf(selector) {
    const dialog = document.querySelector(selector) ?? piece(selector);
    if (dialog && !dialog.isConnected) document.body.append(dialog);
    return dialog;
  }

  // ---- 6. Keys ------------------------------------------------------------------------------------

  function openKeys() {
    const dialog = dialogOf("dialog.keys");
    if (!dialog) return false;
    dialog.querySelector("input").checked = kept.get("keys") !== false;
    dialog.showModal();
    return true;
  }

  function turn(rel) {
    const link = document.querySelector(`.turn a[rel=${rel}]`);
    link?.click();
    return Boolean(link);
  }

  const isRtl = () => page.dir === "rtl";
  const KEYS = {
    "/": openSearch,
    "?": openKeys,
    j: () => turn("next"),
    k: () => turn("prev"),
    ArrowLeft: () => turn(isRtl() ? "next" : "prev"),
    ArrowRight: () => turn(isRtl() ? "prev" : "next"),
  };

  /** Whether an arrow key means something where the focus is: in a field, a film, what scrolls sideways. */
  function takesArrows(element) {
    for (let box = element; box; box = box.parentElement) {
      const isScroller = box === page || /auto|scroll/.test(getComputedStyle(box).overflowX);
      if (box.matches("audio, video") || (isScroller && box.scrollWidth > box.clientWidth)) return true;
    }
    return globalThis.visualViewport?.scale > 1;
  }

  document.addEventListener("keydown", (event) => {
    const act = Object.hasOwn(KEYS, event.key) && KEYS[event.key];
    const [target] = event.composedPath();
    if (!act || event.defaultPrevented || event.isComposing || event.repeat) return;
    if (event.ctrlKey || event.metaKey || event.altKey || kept.get("keys") === false) return;
    if (target.isContentEditable || target.closest?.("input, textarea, select, dialog, [popover]")) return;
    if (event.key.startsWith("Arrow") && (event.shiftKey || takesArrows(target))) return;
    if (act()) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const { target } = event;
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) && !event.defaultPrevented;
    if (!isPlain || !(target instanceof Element)) return;
    const on = (selector) => target.closest(selector);
    if (on(".search-link")) {
      if (openSearch()) event.preventDefault();
    } else if (on(".theme-switch")) {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
      kept.set("theme", theme);
      setTheme();
      document.dispatchEvent(new CustomEvent("sternpost:theme"));
    } else if (on(".keys-button")) {
      openKeys();
    } else if (on(".anchor")) {
      // The link itself leads to the heading, so that the address shows it too.
      if (navigator.clipboard) copy(on(".anchor").href, on(".anchor"), "link");
    } else if (on(".copy")) {
      copy(on(".copy").nextElementSibling.textContent.replace(/\n$/, ""), on(".copy"), "code");
    } else if (on(".footnote-ref a")) {
      if (openNote(on(".footnote-ref a"))) event.preventDefault();
    } else if (target.matches("dialog")) {
      // Beside what the dialog holds.
      target.close();
    }
  });

  document.addEventListener("change", ({ target }) => {
    if (target.matches("input[data-tick]")) {
      kept.set(ticksKey, { ...kept.get(ticksKey), [target.dataset.tick]: target.checked });
    } else if (target.matches("dialog.keys input")) {
      kept.set("keys", target.checked ? null : false);
    }
  });

  document.addEventListener("sternpost:changed", setUp);
  document.addEventListener("DOMContentLoaded", () => {
    setTheme();
    setUp();
    show(document.querySelector('.side [aria-current="page"]'), document.querySelector(".side"));
    if (document.querySelector("main .search")) startSearch(document);
  });
})();
