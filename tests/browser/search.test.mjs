// What a reader's browser finds in a site that was built, which lies below a path as on a free host, and is sent with
// the policy that every page keeps to.

import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { Book, Server } from "./book.mjs";
import { PATIENCE, launch } from "./chromium.mjs";
import { Site } from "./site.mjs";

const BASE = "/handbook";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

const filler = "The crew goes on with its work and the wind is fair. ".repeat(60);
const TRUST = `+++
title = "Trust"
tags = ["people"]
+++

${filler}

## Why it matters

${filler}

Nobody asked for the heliotrope, and there it was. ${filler}

## What to do

${filler}
`;

/** A site of these files at an address of its own. */
async function site(t, files) {
  const book = await Book.of({ "book.toml": '[book]\ntitle = "Test"\n', ...files });
  t.after(() => rm(book.folder, { recursive: true, force: true }));
  const built = await Site.of(book.folder, { options: ["--quiet"] });
  t.after(() => built.stop());
  return built.address.replace(/\/$/, "");
}

async function open(t, address) {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.errors.push(message.text());
  });
  await page.goto(address);
  return page;
}

/** What a page finds for `words`, through the bundle at `bundle`. */
const find = (page, bundle, words, options = {}) =>
  page.evaluate(
    async ([bundle, words, options]) => {
      const pagefind = await import(bundle);
      await pagefind.init();
      const { results } = await pagefind.search(words, options);
      const all = await Promise.all(results.map((result) => result.data()));
      const places = (found) => found.sub_results.map(({ title, url }) => ({ title, url }));
      return all.map((found) => ({ url: found.url, title: found.meta.title, places: places(found) }));
    },
    [bundle, words, options],
  );

describe("a search", () => {
  test("leads to the heading below which the words stand, wherever the site lies", async (t) => {
    const address = await site(t, { "content/trust.md": TRUST, "content/plans.md": "# Plans\n\nMake them.\n" });
    const page = await open(t, `${address}/trust/`);
    const found = await find(page, `${BASE}/pagefind/pagefind.js`, "heliotropes");
    const url = `${BASE}/trust/`;
    assert.deepEqual(found, [
      { url, title: "Trust", places: [{ title: "Why it matters", url: `${url}#why-it-matters` }] },
    ]);
    await page.goto(new URL(found[0].places[0].url, address).href);
    assert.equal(await page.locator("#why-it-matters").textContent(), "Why it matters");
    assert.deepEqual(page.errors, []);
  });

  test("finds a part of the book, or essays with a tag", async (t) => {
    const address = await site(t, {
      "content/team/trust.md": TRUST,
      "content/alone/fair.md": `# Fair\n\n${filler}`,
    });
    const page = await open(t, `${address}/`);
    const urls = async (filters) => {
      const found = await find(page, `${BASE}/pagefind/pagefind.js`, "wind", { filters });
      return found.map(({ url }) => url).sort();
    };
    assert.deepEqual(await urls({}), [`${BASE}/alone/fair/`, `${BASE}/team/trust/`]);
    assert.deepEqual(await urls({ tag: "people" }), [`${BASE}/team/trust/`]);
    assert.deepEqual(await urls({ part: "Alone" }), [`${BASE}/alone/fair/`]);
    assert.deepEqual(page.errors, []);
  });

  test("shows what an author wrote as text", async (t) => {
    const title = '<img src=x onerror=\"document.title=1\">';
    const address = await site(t, { "content/a.md": `+++\ntitle = "${title.replaceAll('"', '\\"')}"\n+++\n\n\`<b>bold</b>\` wind\n` });
    const page = await open(t, `${address}/`);
    const [found] = await page.evaluate(async (bundle) => {
      const pagefind = await import(bundle);
      const { results } = await pagefind.search("wind");
      return Promise.all(results.map((result) => result.data()));
    }, `${BASE}/pagefind/pagefind.js`);
    assert.match(found.meta.title, /^<img src=x/);
    assert.match(found.excerpt, /&lt;b&gt;bold&lt;\/b&gt; <mark>wind\.<\/mark>/);
    assert.deepEqual(page.errors, []);
  });

  test("asks all shards of a large book", async (t) => {
    const files = { "content/trust.md": TRUST };
    for (let number = 0; number < 2001; number++) {
      files[`content/many/n${number}.md`] = `# Number ${number}\n\n${number % 1000 ? "" : "A heliotrope."}\n`;
    }
    const address = await site(t, files);
    const page = await open(t, `${address}/trust/`);
    const found = await find(page, `${BASE}/pagefind/pagefind.js`, "heliotrope");
    const urls = found.map(({ url }) => url).sort();
    const many = [0, 1000, 2000].map((number) => `${BASE}/many/n${number}/`);
    assert.deepEqual(urls, [...many, `${BASE}/trust/`]);
    const filters = await page.evaluate(async (bundle) => (await import(bundle)).filters(), `${BASE}/pagefind/pagefind.js`);
    assert.deepEqual(filters, { part: { Many: 2001 }, tag: { people: 1 } });
    assert.deepEqual(page.errors, []);
  });

  test("works in the preview once its index is made", async (t) => {
    const book = await Book.of({ "book.toml": '[book]\ntitle = "Test"\n', "content/trust.md": TRUST });
    const server = await Server.start(book.folder);
    t.after(async () => {
      await server.stop();
      await rm(book.folder, { recursive: true, force: true });
    });
    const page = await open(t, `${server.address}/trust/`);
    const bundle = "/pagefind/pagefind.js";
    const start = Date.now();
    while (!(await fetch(server.address + bundle)).ok) assert.ok(Date.now() - start < PATIENCE, "there is no index");
    page.errors = [];
    const [found] = await find(page, bundle, "heliotrope");
    assert.deepEqual(found.places, [{ title: "Why it matters", url: "/trust/#why-it-matters" }]);
    assert.deepEqual(page.errors, []);
  });
});

describe("the dialog", () => {
  test("opens with a key and leads to the heading", async (t) => {
    const address = await site(t, { "content/trust.md": TRUST, "content/plans.md": "# Plans\n\nMake them.\n" });
    const page = await open(t, `${address}/plans/`);
    await page.keyboard.press("/");
    const words = page.locator("dialog[open] input[type=search]");
    await words.fill("heliotrope");
    await page.locator("dialog[open] mark").first().waitFor();
    await page.locator("dialog[open] a", { hasText: "Why it matters" }).click();
    await page.waitForURL(`${address}/trust/#why-it-matters`);
    assert.deepEqual(page.errors, []);
  });

  test("shows what looks like a program as words, in titles and in what was typed", async (t) => {
    const evil = "<img src=x onerror=alert(1)> wind";
    const files = { "content/a.md": `+++\ntitle = "${evil}"\n+++\n\nThe wind \\<script>alert(2)\\</script> is fair.\n` };
    const page = await open(t, `${await site(t, files)}/search/?q=${encodeURIComponent(evil)}`);
    let asked = false;
    page.on("dialog", (dialog) => {
      asked = true;
      return dialog.dismiss();
    });
    const words = page.locator("main input[type=search]");
    // The script fills it in, once it is there.
    await page.waitForFunction((evil) => document.querySelector("main input[type=search]").value === evil, evil);
    await words.fill("wind");
    await page.locator("main .search-results a").first().waitFor();
    const results = page.locator("main .search-results");
    assert.match(await results.textContent(), /<img src=x onerror=alert\(1\)> wind/);
    assert.equal(await results.locator("img, script").count(), 0);
    assert.match(page.url(), /\?q=wind/);
    assert.equal(asked, false);
    assert.deepEqual(page.errors, []);
  });
});
