// The live preview in a real browser. Each test is a promise to the author. Nothing waits for a fixed
// time: what should come is polled for, and what should not come is looked for after something that came.

import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { Book, Server } from "./book.mjs";
import { PATIENCE, launch } from "./chromium.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** Enough text to scroll through; each paragraph has its number. */
const long = (count = 40) =>
  Array.from({ length: count }, (_, at) => `Paragraph ${at + 1} of a long essay, which goes on for a while.`).join(
    "\n\n",
  );

const essay = (title, text) => `+++\ntitle = "${title}"\n+++\n\n${text}\n`;

const PICTURE = (colour) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${colour === "red" ? 40 : 80}" height="40"><rect width="80" height="40" fill="${colour}"/></svg>`;

/** A book whose essays may hold what a reader types into. */
const FORMS = '[book]\ntitle = "Test"\n[handbook]\nraw-html = "trusted"\n';

/** A book with these files on a server of its own, cleared away after the test. */
async function serve(t, files, options = []) {
  const book = await Book.of({ "book.toml": '[book]\ntitle = "Test"\n', ...files });
  const server = await Server.start(book.folder, { options });
  const shown = { book, server };
  t.after(async () => {
    await shown.server.stop();
    await rm(book.folder, { recursive: true, force: true });
  });
  return shown;
}

/**
 * Opens a page, and waits until its script listens and knows the page. The page notes in `noted` what the
 * stream told, what changed in place, and what broke the policy; `marker` is lost when it is loaded anew.
 */
async function open(t, address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(String(error)));
  await page.addInitScript(note);
  await visit(page, address);
  await page.evaluate(() => (window.marker = "kept"));
  return page;
}

/** Runs in each page before all else. */
function note() {
  window.noted = { told: [], changes: [], violations: [] };
  window.EventSource = class extends EventSource {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", (event) => window.noted.told.push(JSON.parse(event.data)));
    }
  };
  document.addEventListener("securitypolicyviolation", (event) =>
    window.noted.violations.push(event.violatedDirective),
  );
  document.addEventListener("sternpost:changed", ({ detail }) => {
    window.noted.changes.push({
      scrolled: detail.scrolled,
      texts: detail.changed.map((element) => element.textContent.trim()),
      animated: detail.changed.map((element) =>
        element.getAnimations().some((one) => one.id === "sternpost" && one.playState === "running"),
      ),
    });
  });
}

async function visit(page, address) {
  const again = page.waitForResponse(
    (answer) =>
      answer.request().resourceType() === "fetch" && answer.url().split("?")[0] === page.url().split(/[?#]/)[0],
  );
  const [answer] = await Promise.all([page.goto(address), again.then((answer) => answer.finished())]);
  await page.waitForFunction(() => window.noted.told.length > 0 && document.querySelector("sternpost-preview"));
  return answer;
}

const changes = (page) => page.evaluate(() => window.noted.changes);
const until = (page, condition, argument) => page.waitForFunction(condition, argument);
const untilText = (page, text) => until(page, (text) => document.body.textContent.includes(text), text);
const untilChanges = (page, count) => until(page, (count) => window.noted.changes.length >= count, count);
/** Whether the page is still the one that was opened. */
const isKept = (page) => page.evaluate(() => window.marker === "kept");
const preview = (page, selector) => page.locator(`sternpost-preview ${selector}`);

describe("in place", () => {
  test("text changes, and all that the reader did stays", async (t) => {
    const text = (word) =>
      essay(
        "Tea",
        `The ${word} paragraph.\n\n<details><summary>More</summary>\n\nInside.\n\n</details>\n\n<input aria-label="Name">\n\n${long()}`,
      );
    const { book, server } = await serve(t, { "book.toml": FORMS, "content/tea.md": text("first") });
    const page = await open(t, `${server.address}/tea/`);
    await page.locator(".content details").evaluate((details) => (details.open = true));
    await page.locator(".content input").fill("typed");
    await page.evaluate(() => {
      window.kept = document.querySelector(".content p:nth-of-type(3)");
      getSelection().selectAllChildren(window.kept);
      scrollTo(0, 40);
    });
    const before = await page.evaluate(() => [scrollY, String(getSelection())]);

    await book.save("content/tea.md", text("second"));
    await untilText(page, "The second paragraph.");
    await untilChanges(page, 1);

    assert.ok(await isKept(page));
    const now = await page.evaluate(() => ({
      place: [scrollY, String(getSelection())],
      details: document.querySelector(".content details").open,
      value: document.querySelector(".content input").value,
      focus: document.activeElement.getAttribute("aria-label"),
      node: window.kept === document.querySelector(".content p:nth-of-type(3)"),
    }));
    assert.deepEqual(now, { place: before, details: true, value: "typed", focus: "Name", node: true });
    const [change] = await changes(page);
    assert.deepEqual(change, { scrolled: false, texts: ["The second paragraph."], animated: [true] });
    assert.deepEqual(page.errors, []);
  });

  test("blocks are added, removed and changed at once, as a build has them", async (t) => {
    const { book, server } = await serve(t, {
      "content/tea.md": essay("Tea", "One.\n\n## Two\n\n- a\n- b\n- c\n\nThree."),
    });
    const page = await open(t, `${server.address}/tea/`);
    const next = essay("Green tea", "Zero.\n\nOne.\n\n## Too\n\n- a\n- x\n- c\n- d\n\n| h |\n|---|\n| 1 |");
    await book.save("content/tea.md", next);
    await untilText(page, "Zero.");
    await untilChanges(page, 1);
    const differs = await page.evaluate(async () => {
      const built = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
      const bare = (page) => {
        // What the theme's script adds is no part of a build.
        page.querySelectorAll("sternpost-preview, script, .content .anchor").forEach((element) => element.remove());
        page.documentElement.removeAttribute("data-js");
        return page.documentElement.outerHTML.replace(/\s+/g, " ").replaceAll("> <", "><");
      };
      const copy = document.implementation.createHTMLDocument();
      copy.replaceChild(copy.importNode(document.documentElement, true), copy.documentElement);
      return bare(copy) === bare(built) ? null : [bare(copy), bare(built)];
    });
    assert.equal(differs, null);
    assert.equal(await page.title(), "Green tea · Test");
    assert.ok(await isKept(page));
  });

  test("what is being read keeps its place when text above it grows", async (t) => {
    const { book, server } = await serve(t, { "content/tea.md": essay("Tea", long()) });
    const page = await open(t, `${server.address}/tea/`);
    const top = () =>
      page.evaluate(
        () =>
          [...document.querySelectorAll(".content p")]
            .find((p) => p.textContent.startsWith("Paragraph 30 "))
            .getBoundingClientRect().top,
      );
    await page.evaluate(() =>
      [...document.querySelectorAll(".content p")]
        .find((p) => p.textContent.startsWith("Paragraph 28 "))
        .scrollIntoView(),
    );
    const before = await top();
    // One change is in sight, so the page does not go to the other.
    await book.save(
      "content/tea.md",
      essay("Tea", `${long(20)}\n\n${long(20)}\n\n${long()}`).replace("Paragraph 29 of", "Paragraph 29 in"),
    );
    await untilText(page, "Paragraph 29 in");
    await untilChanges(page, 1);
    const [change] = await changes(page);
    assert.equal(change.scrolled, false);
    assert.ok(Math.abs((await top()) - before) <= 1, `${await top()} is not ${before}`);
  });

  test("an edit out of sight comes into view", async (t) => {
    const { book, server } = await serve(t, { "content/tea.md": essay("Tea", `${long()}\n\nThe end.`) });
    const page = await open(t, `${server.address}/tea/`);
    await book.save("content/tea.md", essay("Tea", `${long()}\n\nThe very end.`));
    await untilChanges(page, 1);
    const [change] = await changes(page);
    assert.deepEqual([change.scrolled, change.texts], [true, ["The very end."]]);
    const { top, bottom } = await page
      .getByText("The very end.")
      .evaluate((end) => end.getBoundingClientRect().toJSON());
    assert.ok(top >= 0 && bottom <= 700);
    assert.ok(await isKept(page));
  });

  test("another essay's new title changes the navigation and does not scroll", async (t) => {
    const { book, server } = await serve(t, {
      "content/a.md": essay("Ants", long()),
      "content/b.md": essay("Bees", long()),
    });
    const page = await open(t, `${server.address}/a/`);
    await page.evaluate(() => scrollTo(0, 300));
    await book.save("content/b.md", essay("Bumblebees", long()));
    await untilText(page, "Bumblebees");
    await untilChanges(page, 1);
    const [change] = await changes(page);
    assert.equal(change.scrolled, false);
    assert.equal(await page.evaluate(() => scrollY), 300);
    assert.ok(await isKept(page));
  });

  test("nothing moves for those who do not want motion", async (t) => {
    const { book, server } = await serve(t, { "content/tea.md": essay("Tea", "Hot.") });
    const page = await open(t, `${server.address}/tea/`, { reducedMotion: "reduce" });
    await book.save("content/tea.md", essay("Tea", "Cold."));
    await untilChanges(page, 1);
    assert.deepEqual(await changes(page), [{ scrolled: false, texts: ["Cold."], animated: [false] }]);
  });

  test("what the site's scripts did stays", async (t) => {
    const script =
      'document.querySelector(".content p").classList.add("seen");\nconst box = document.createElement("div");\nbox.className = "box";\nbox.textContent = "Made by a script";\ndocument.querySelector(".content").prepend(box);';
    const { book, server } = await serve(t, {
      "book.toml": '[book]\ntitle = "Test"\n[output.html]\nadditional-js = ["site.js"]\n',
      "site.js": script,
      "content/tea.md": essay("Tea", "Hot.\n\nStrong."),
    });
    const page = await open(t, `${server.address}/tea/`);
    assert.equal(await page.locator(".box").count(), 1);
    await book.save("content/tea.md", essay("Tea", "Cold.\n\nStrong.\n\nSweet."));
    await untilText(page, "Sweet.");
    await untilChanges(page, 1);
    assert.deepEqual(
      await page
        .locator(".content > *")
        .evaluateAll((all) => all.map((element) => [element.textContent, element.className])),
      [
        ["Made by a script", "box"],
        ["Cold.", "seen"],
        ["Strong.", ""],
        ["Sweet.", ""],
      ],
    );
    assert.ok(await isKept(page));
  });

  test("the page is loaded anew when a script of the site is another", async (t) => {
    const { book, server } = await serve(t, {
      "book.toml": '[book]\ntitle = "Test"\n[output.html]\nadditional-js = ["site.js"]\n',
      "site.js": 'document.querySelector(".content p").className = "one";',
      "content/tea.md": essay("Tea", "Hot."),
    });
    const page = await open(t, `${server.address}/tea/`);
    await page.locator("p.one").waitFor();
    await book.save("site.js", 'document.querySelector(".content p").className = "two";');
    await page.locator("p.two").waitFor();
    assert.equal(await isKept(page), false);
  });

  test("what a script put in the place of a block is made anew by it", async (t) => {
    const { book, server } = await serve(t, {
      "book.toml": '[book]\ntitle = "Test"\n[output.html]\nadditional-js = ["site.js"]\n',
      "site.js":
        'const code = document.querySelector("pre");\nconst drawing = document.createElement("figure");\ndrawing.textContent = `Drawn: ${code.textContent.trim()}`;\ncode.replaceWith(drawing);',
      "content/tea.md": essay("Tea", "Hot.\n\n```\none\n```"),
    });
    const page = await open(t, `${server.address}/tea/`);
    await untilText(page, "Drawn: one");
    await book.save("content/tea.md", essay("Tea", "Cold.\n\n```\none\n```"));
    await untilText(page, "Cold.");
    await untilChanges(page, 1);
    assert.deepEqual([await isKept(page), await page.locator("figure").count()], [true, 1]);
    await book.save("content/tea.md", essay("Tea", "Cold.\n\n```\ntwo\n```"));
    await untilText(page, "Drawn: two");
    assert.equal(await page.locator("pre").count(), 0);
  });

  test("of a very long list only what differs is touched", async (t) => {
    const list = (first, last) =>
      essay(
        "Tea",
        [first, ...Array.from({ length: 1200 }, (_, at) => `item ${at}`), last].map((item) => `- ${item}`).join("\n"),
      );
    const { book, server } = await serve(t, { "content/tea.md": list("first", "last") });
    const page = await open(t, `${server.address}/tea/`);
    await page.evaluate(() => (window.kept = document.querySelectorAll(".content li")[600]));
    await book.save("content/tea.md", list("one more\n- another first", "another last"));
    await untilText(page, "another last");
    await untilChanges(page, 1);
    assert.equal(await page.evaluate(() => window.kept === document.querySelectorAll(".content li")[601]), true);
    const [{ texts }] = await changes(page);
    assert.deepEqual(texts.toSorted(), ["another first", "another last", "one more"]);
  });

  test("many saves end with the last", async (t) => {
    const { book, server } = await serve(t, { "content/tea.md": essay("Tea", "Cup 0.") });
    const page = await open(t, `${server.address}/tea/`);
    for (let cup = 1; cup <= 30; cup++) await book.save("content/tea.md", essay("Tea", `Cup ${cup}.\n\n${long(cup)}`));
    await untilText(page, "Cup 30.");
    await until(page, () => document.querySelectorAll(".content p").length === 31);
    assert.ok(await isKept(page));
    assert.deepEqual(page.errors, []);
  });

  test("a save without a change does nothing", async (t) => {
    const { book, server } = await serve(t, { "content/tea.md": essay("Tea", "Hot.") });
    const page = await open(t, `${server.address}/tea/`);
    await book.touch("content/tea.md");
    await book.save("content/tea.md", essay("Tea", "Hot."));
    await book.save("content/tea.md", essay("Tea", "Cold."));
    await untilText(page, "Cold.");
    await untilChanges(page, 1);
    assert.deepEqual(
      (await changes(page)).map(({ texts }) => texts),
      [["Cold."]],
    );
    assert.equal(await page.evaluate(() => window.noted.told.length), 2);
  });

  test("of two tabs only the one changes whose page does", async (t) => {
    const { book, server } = await serve(t, {
      "content/a.md": essay("Ants", "Small."),
      "content/b.md": essay("Bees", "Busy."),
    });
    const [one, other] = [await open(t, `${server.address}/a/`), await open(t, `${server.address}/b/`)];
    let navigations = 0;
    other.on("framenavigated", () => navigations++);
    await book.save("content/a.md", essay("Ants", "Tiny."));
    await untilText(one, "Tiny.");
    await book.save("content/b.md", essay("Bees", "Lazy."));
    await untilText(other, "Lazy.");
    await untilChanges(other, 1);
    assert.deepEqual(
      (await changes(other)).map(({ texts }) => texts),
      [["Lazy."]],
    );
    assert.equal(navigations, 0);
    assert.deepEqual(
      (await changes(one)).map(({ texts }) => texts),
      [["Tiny."]],
    );
  });

  test("a tab that slept catches up, and shows what was edited", async (t) => {
    const { book, server } = await serve(t, {
      "content/tea.md": essay("Tea", `${long()}\n\nThe end.`),
      "content/other.md": essay("Other", "x"),
    });
    const [page, witness] = [await open(t, `${server.address}/tea/`), await open(t, `${server.address}/tea/`)];
    const look = (hidden) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, hidden);
    await look(true);
    await book.save("content/tea.md", essay("Tea", `${long()}\n\nThe very end.`));
    await untilText(witness, "The very end.");
    assert.deepEqual(await changes(page), []);
    await look(false);
    await untilChanges(page, 1);
    assert.deepEqual(
      (await changes(page)).map(({ scrolled, texts }) => [scrolled, texts]),
      [[true, ["The very end."]]],
    );
  });
});

describe("files", () => {
  test("styles are exchanged without loading the page", async (t) => {
    const { book, server } = await serve(t, {
      "book.toml": '[book]\ntitle = "Test"\n[output.html]\nadditional-css = ["own.css"]\n',
      "own.css": "h1 { color: rgb(1, 2, 3) }",
      "content/tea.md": essay("Tea", "Hot."),
    });
    const page = await open(t, `${server.address}/tea/`);
    const colour = (of, wanted) =>
      until(page, ([of, wanted]) => getComputedStyle(document.querySelector(of)).color === wanted, [of, wanted]);
    await colour("h1", "rgb(1, 2, 3)");
    await book.save("own.css", "h1 { color: rgb(4, 5, 6) }");
    await colour("h1", "rgb(4, 5, 6)");
    for (let red = 20; red < 25; red++) await book.save("own.css", `h1 { color: rgb(${red}, 0, 0) }`);
    await book.save("own.css", "h1 { color: rgb(7, 8, 9) }");
    await colour("h1", "rgb(7, 8, 9)");
    await book.save("templates/style.css", ".content p { color: rgb(10, 11, 12) }");
    await colour(".content p", "rgb(10, 11, 12)");
    await book.save("templates/style.css", ".content p { color: rgb(13, 14, 15) }");
    await colour(".content p", "rgb(13, 14, 15)");
    await until(page, () => document.querySelectorAll("link[rel=stylesheet]").length === 2);
    assert.ok(await isKept(page));
  });

  test("a picture is replaced", async (t) => {
    const { book, server } = await serve(t, {
      "content/tea.md": essay("Tea", "![A cup](cup.svg)"),
      "content/cup.svg": PICTURE("red"),
    });
    const page = await open(t, `${server.address}/tea/`);
    const width = (wanted) =>
      until(page, (wanted) => document.querySelector(".content img").naturalWidth === wanted, wanted);
    await width(40);
    await book.save("content/cup.svg", PICTURE("green"));
    await width(80);
    assert.ok(await isKept(page));
  });
});

describe("what is wrong", () => {
  const card = (page) => preview(page, ".sheet");

  test("a slip in the front matter is told over the last good page", async (t) => {
    const { book, server } = await serve(t, { "content/tea.md": essay("Tea", "Hot.") });
    const page = await open(t, `${server.address}/tea/`);
    await book.save("content/tea.md", '+++\ntitle = "Tea\n+++\n\nCold.\n');
    await card(page).waitFor();
    assert.match(await card(page).locator("pre").textContent(), /title = "Tea/);
    assert.match(await card(page).locator(".place").textContent(), /content\/tea\.md:2:\d+/);
    assert.equal(
      await page
        .locator(".content")
        .textContent()
        .then((text) => text.trim()),
      "Hot.",
    );
    assert.equal(await page.evaluate(() => document.activeElement === document.body), true);

    await page.keyboard.press("Escape");
    await card(page).waitFor({ state: "hidden" });
    await preview(page, ".corner .error").click();
    await card(page).waitFor();
    await card(page).getByRole("button", { name: "Close" }).click();
    await card(page).waitFor({ state: "hidden" });
    // Another problem shows again.
    await book.save("content/tea.md", "+++\ntitle = Tea\n+++\n\nCold.\n");
    await card(page).waitFor();

    await book.save("content/tea.md", essay("Tea", "Cold."));
    await untilText(page, "Cold.");
    await card(page).waitFor({ state: "hidden" });
    assert.ok(await isKept(page));
  });

  for (const [what, file, wrong, right] of [
    ["book.toml", "book.toml", '[book]\ntitle = "Test\n', '[book]\ntitle = "Test"\n'],
    ["a template", "templates/page.html", "{% if %}", '{% extends "builtin/page.html" %}'],
  ]) {
    test(`a slip in ${what} is told over the last good page`, async (t) => {
      const { book, server } = await serve(t, { [file]: right, "content/tea.md": essay("Tea", "Hot.") });
      const page = await open(t, `${server.address}/tea/`);
      await book.save(file, wrong);
      await card(page).waitFor();
      assert.ok((await card(page).locator(".place").first().textContent()).startsWith(file));
      assert.match(await page.locator(".content").textContent(), /Hot\./);
      await book.save(file, right);
      await card(page).waitFor({ state: "hidden" });
      assert.ok(await isKept(page));
    });

    test(`a slip in ${what} from the start: the page comes when it is mended`, async (t) => {
      const { book, server } = await serve(t, { [file]: wrong, "content/tea.md": essay("Tea", "Hot.") });
      const page = await open(t, `${server.address}/tea/`);
      await untilText(page, "The handbook cannot be shown yet");
      assert.ok((await page.locator(".told .place").first().textContent()).startsWith(file));
      assert.equal(await card(page).isVisible(), false);
      await book.save(file, `${wrong}\n# again`);
      await book.save(file, right);
      await untilText(page, "Hot.");
      assert.deepEqual(page.errors, []);
    });
  }

  test("warnings lie behind a button that remembers", async (t) => {
    const { book, server } = await serve(t, {
      "content/tea.md": essay("Tea", "[Cup](cup.md) and [pot](pot.md)."),
      "content/b.md": essay("Bees", "x"),
    });
    const page = await open(t, `${server.address}/tea/`);
    const chip = preview(page, ".corner button");
    const panel = preview(page, ".panel");
    await chip.waitFor();
    assert.equal(await chip.textContent(), "2 warnings");
    assert.equal(await panel.isVisible(), false);
    await chip.click();
    assert.equal(await panel.locator("li").count(), 2);
    assert.match(await panel.textContent(), /cup\.md/);
    await visit(page, `${server.address}/tea/`);
    await panel.waitFor();
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "hidden" });
    await visit(page, `${server.address}/tea/`);
    await chip.waitFor();
    assert.equal(await panel.isVisible(), false);
    await book.save("content/tea.md", essay("Tea", "[Bees](b.md)."));
    await chip.waitFor({ state: "hidden" });
  });

  test("a page that nobody looks at and that cannot be made is told with a link", async (t) => {
    const { book, server } = await serve(t, {
      "content/tea.md": essay("Tea", "Hot."),
      "content/b.md": '+++\ntitle = "Bees"\ntemplate = "own.html"\n+++\n\nBusy.\n',
      "templates/own.html": "{{ page.title }}",
    });
    const page = await open(t, `${server.address}/tea/`);
    await book.save("templates/own.html", "{{ page.titel.x }}");
    await preview(page, ".corner button").click();
    assert.equal(await preview(page, ".panel li a").first().getAttribute("href"), "/b/");
    await book.save("templates/own.html", "{{ page.title }}");
    await preview(page, ".corner button").waitFor({ state: "hidden" });
  });

  test("a draft says so", async (t) => {
    const { server } = await serve(t, { "content/tea.md": '+++\ntitle = "Tea"\ndraft = true\n+++\n\nHot.\n' }, [
      "--drafts",
    ]);
    const page = await open(t, `${server.address}/tea/`);
    const mark = preview(page, ".corner .chip");
    await mark.waitFor();
    assert.equal(await mark.textContent(), "Draft");
    assert.match(await mark.getAttribute("title"), /--drafts/);
  });
});

describe("pages come and go", () => {
  test("the address follows a rename and a move", async (t) => {
    const { book, server } = await serve(t, {
      "content/tea.md": essay("Tea", `Hot.\n\n${long()}`),
      "content/drinks/_index.md": essay("Drinks", "All."),
    });
    const page = await open(t, `${server.address}/tea/#part`);
    await page.evaluate(() => scrollTo(0, 200));
    await book.move("content/tea.md", "content/green.md");
    await page.waitForURL(`${server.address}/green/#part`);
    await book.move("content/green.md", "content/drinks/green.md");
    await page.waitForURL(`${server.address}/drinks/green/#part`);
    await until(page, () => document.querySelector(".breadcrumbs")?.textContent.includes("Drinks"));
    await book.save("content/drinks/green.md", essay("Tea", `Cold.\n\n${long()}`));
    await untilText(page, "Cold.");
    assert.ok(await isKept(page));
    assert.deepEqual(page.errors, []);
  });

  test("a page that is gone leads to its section, and comes back", async (t) => {
    const tea = (text) => essay("Tea", text);
    const { book, server } = await serve(t, {
      "content/drinks/_index.md": essay("Drinks", "All."),
      "content/drinks/tea.md": tea("Hot."),
    });
    const page = await open(t, `${server.address}/drinks/tea/`);
    await book.remove("content/drinks/tea.md");
    const bar = preview(page, ".gone");
    await bar.waitFor();
    assert.match(await bar.textContent(), /This page is gone: “Tea”\. Go on in Drinks\./);
    assert.equal(await bar.locator("a").getAttribute("href"), "/drinks/");
    assert.match(await page.locator(".content").textContent(), /Hot\./);
    await book.save("content/drinks/tea.md", tea("Cold."));
    await untilText(page, "Cold.");
    await bar.waitFor({ state: "hidden" });
    assert.ok(await isKept(page));
  });

  test("where nothing is, the page appears when it is written", async (t) => {
    const { book, server } = await serve(t, { "content/tea.md": essay("Tea", "Hot.") });
    const page = await open(t, `${server.address}/coffee/`);
    await untilText(page, "Nothing is here");
    await book.save("content/coffee.md", essay("Coffee", "Black."));
    await untilText(page, "Black.");
  });

  test("a program that was started anew is found again", async (t) => {
    const shown = await serve(t, { "content/tea.md": essay("Tea", "Hot.") });
    const page = await open(t, `${shown.server.address}/tea/`);
    const { port } = shown.server;
    await shown.server.stop();
    await preview(page, ".away").waitFor();
    await shown.book.save("content/tea.md", essay("Tea", "Cold."));
    shown.server = await Server.start(shown.book.folder, { port });
    assert.equal(shown.server.port, port);
    await untilText(page, "Cold.");
    await until(page, () => window.noted.told.length > 0);
    await shown.book.save("content/tea.md", essay("Tea", "Warm."));
    await untilText(page, "Warm.");
  });
});

describe("to the source", () => {
  const TEXT = `First paragraph.

## A heading

- one
- two

| h | i |
|---|---|
| a | b |
| c | d |

> [!TIP]
> Name it.

!!! note "Hey"
    Inside.

After the box.

{{#include ../part.md}}

After the include.

First paragraph.
`;
  const BOOK = (editor) => `[book]\ntitle = "Test"\n[handbook]\ndialects = ["mdbook", "mkdocs"]\n${editor}`;
  // The text begins in line 5.
  const lineOf = (text) => TEXT.slice(0, TEXT.indexOf(text)).split("\n").length + 4;

  /** A page, and what gives the line that an action opens in an editor; here that is a server. */
  async function writing(t) {
    const editor = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("Opened."));
    editor.listen(0, "127.0.0.1");
    await once(editor, "listening");
    t.after(() => editor.close());
    const address = `http://127.0.0.1:${editor.address().port}/open`;
    const { book, server } = await serve(t, {
      "book.toml": BOOK(`[preview]\neditor = "${address}?path={path}&line={line}"\n`),
      "content/tea.md": essay("Tea", TEXT),
      "part.md": "Included.\n\nStill included.\n",
    });
    const page = await open(t, `${server.address}/tea/`);
    const after = async (action) => {
      await Promise.all([page.waitForURL((url) => url.href.startsWith(address)), action()]);
      const { searchParams } = new URL(page.url());
      assert.equal(searchParams.get("path"), `${book.folder}/content/tea.md`);
      await visit(page, `${server.address}/tea/`);
      return Number(searchParams.get("line"));
    };
    return { book, page, after };
  }

  test("Alt and a click open the line of what is clicked", async (t) => {
    const { book, page, after } = await writing(t);
    const main = page.locator(".main");
    for (const [text, line] of [
      ["Tea", 5],
      ["First paragraph.", lineOf("First paragraph.")],
      ["A heading", lineOf("## A heading")],
      ["two", lineOf("- two")],
      ["d", lineOf("| c | d |")],
      ["Name it.", lineOf("> [!TIP]")],
      ["Inside.", lineOf("    Inside.")],
      ["After the box.", lineOf("After the box.")],
      ["After the include.", lineOf("After the include.")],
    ]) {
      const clicked = main.getByText(text, { exact: true }).first();
      assert.equal(await after(() => clicked.click({ modifiers: ["Alt"] })), line, text);
    }
    const twin = main.getByText("First paragraph.").nth(1);
    assert.equal(
      await after(() => twin.click({ modifiers: ["Alt"] })),
      lineOf("First paragraph.\n") + TEXT.slice(0, -1).split("\n").length - 1,
    );
    // Lines that move without the page looking different are right too.
    await book.save("content/tea.md", essay("Tea", `\n\n${TEXT}`));
    await book.save("content/tea.md", essay("Tea", `\n\n${TEXT.replace("After the include.", "Last.")}`));
    await untilText(page, "Last.");
    const two = main.getByText("two", { exact: true });
    assert.equal(await after(() => two.click({ modifiers: ["Alt"] })), lineOf("- two") + 2);
  });

  test("e opens the line of what is pointed at, or of what is being read", async (t) => {
    const { page, after } = await writing(t);
    await page.getByText("After the box.").hover();
    assert.equal(await after(() => page.keyboard.press("e")), lineOf("After the box."));
    await page.mouse.move(2, 2);
    await page.setViewportSize({ width: 1000, height: 300 });
    await page.getByText("After the include.").evaluate((block) => block.scrollIntoView());
    assert.equal(await after(() => page.keyboard.press("e")), lineOf("After the include."));
  });

  test("who types is not disturbed, and who has named no editor is told how", async (t) => {
    const { server } = await serve(t, {
      "book.toml": FORMS,
      "content/tea.md": essay("Tea", 'Hot.\n\n<input aria-label="Name">'),
    });
    const page = await open(t, `${server.address}/tea/`);
    await page.locator(".content input").focus();
    await page.keyboard.press("e");
    assert.equal(await page.locator(".content input").inputValue(), "e");
    const note = preview(page, ".note");
    assert.equal(await note.isVisible(), false);
    await page.getByText("Hot.").click({ modifiers: ["Alt"] });
    await note.waitFor();
    assert.match(await note.textContent(), /content\/tea\.md:5.*book\.toml.*\[preview\]\neditor = "vscode"/s);
    await page.locator(".content input").blur();
    await page.keyboard.press("Escape");
    await note.waitFor({ state: "hidden" });
  });
});

describe("others stay out", () => {
  test("a page on another port reads nothing", async (t) => {
    const { server } = await serve(t, { "content/tea.md": essay("Tea", "Secret tea.") });
    const text = await (await fetch(`${server.address}/tea/`)).text();
    // As if that page had learnt the word of this run.
    const script = /src="(\/\.sternpost\/[^"]+)"/.exec(text)[1];
    const hostile = createServer((_, answer) =>
      answer.setHeader("content-type", "text/html").end("<!doctype html><title>Hostile</title>"),
    );
    hostile.listen(0, "127.0.0.1");
    await once(hostile, "listening");
    t.after(() => hostile.close());
    const context = await browser.newContext();
    t.after(() => context.close());
    for (const host of ["localhost", "127.0.0.1"]) {
      const page = await context.newPage();
      await page.goto(`http://${host}:${hostile.address().port}/`);
      const tried = await page.evaluate(
        async ([address, script]) => {
          const settles = (element, ...names) =>
            new Promise((resolve) => names.forEach((name) => element.addEventListener(name, () => resolve(name))));
          const tag = (src) => {
            const element = Object.assign(document.createElement("script"), { src });
            document.head.append(element);
            return settles(element, "load", "error");
          };
          const frame = Object.assign(document.createElement("iframe"), { src: `${address}/tea/` });
          document.body.append(frame);
          await settles(frame, "load");
          const read = (options) =>
            fetch(`${address}/tea/`, options).then(
              (answer) => answer.text(),
              () => "failed",
            );
          return {
            cors: await read(),
            opaque: await read({ mode: "no-cors" }),
            stream: await settles(
              new EventSource(`${address}${script.replace("preview.js", "events?page=%2Ftea%2F")}`),
              "message",
              "error",
            ),
            page: await tag(`${address}/tea/`),
            script: await tag(`${address}${script}`),
          };
        },
        [server.address, script],
      );
      assert.deepEqual(tried, { cors: "failed", opaque: "failed", stream: "error", page: "error", script: "error" });
      const inFrames = await Promise.all(
        page
          .frames()
          .slice(1)
          .map((frame) => frame.evaluate(() => document.documentElement.textContent)),
      );
      assert.equal(inFrames.length, 1);
      assert.ok(!inFrames.join().includes("Secret tea."));
    }
  });

  test("a name that was made to lead here is refused, with the flag that would allow it", async (t) => {
    const { server } = await serve(t, { "content/tea.md": essay("Tea", "Secret tea.") });
    const misled = await launch("--host-resolver-rules=MAP evil.test 127.0.0.1");
    t.after(() => misled.close());
    const page = await misled.newPage();
    const answer = await page.goto(`http://evil.test:${server.port}/tea/`);
    assert.equal(answer.status(), 403);
    const text = await page.locator("body").textContent();
    assert.match(text, /--allow-host/);
    assert.ok(!text.includes("Secret tea."));
  });
});

test("no page of the example handbook breaks its own policy or has anything to complain of", async (t) => {
  const server = await Server.start();
  t.after(() => server.stop());
  const sitemap = await (await fetch(`${server.address}/sitemap.xml`)).text();
  const paths = [...sitemap.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, address]) => new URL(address).pathname);
  assert.ok(paths.length > 20);
  const page = await open(t, `${server.address}/`);
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`${page.url()}: ${message.text()}`);
  });
  for (const path of paths) {
    await visit(page, server.address + path);
    for (const directive of await page.evaluate(() => window.noted.violations))
      complaints.push(`${path}: ${directive}`);
  }
  assert.deepEqual([complaints, page.errors], [[], []]);
});
