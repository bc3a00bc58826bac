// The reader's page in a real browser: the example site, page kind by page kind, in light and dark, wide and
// narrow. Each test is a promise to the reader.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { Book } from "./book.mjs";
import { PATIENCE, launch } from "./chromium.mjs";
import { POLICY, Site } from "./site.mjs";

const require = createRequire(import.meta.url);

/** One page of each kind. */
const PAGES = {
  home: "",
  essay: "trust/hard-conversations/",
  section: "trust/",
  tags: "tags/",
  tag: "tags/trust/",
  author: "authors/",
  search: "search/",
  print: "print/",
  404: "no/such/page/",
};
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 360, height: 740 };
/** What 400% of zoom leave of a window of 1280 by 1024 (WCAG 2.2, 1.4.10). */
const ZOOMED = { width: 320, height: 256 };

/** A picture of 2 by 1 pixels. */
const DOT = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAFElEQVR4nGP8z8Dwn4GBgYGJAQoAHxcCAr7cD+IAAAAASUVORK5CYII=",
  "base64",
);

let browser;
let site;
before(async () => {
  [browser, site] = await Promise.all([launch(), Site.of()]);
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

/** Opens a page and notes what it asks for, and what the policy forbids. */
async function open(t, path, options = {}, shown = site) {
  const context = await browser.newContext({ viewport: WIDE, ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.asked = [];
  page.wrong = [];
  page.on("request", (request) => page.asked.push(request.url()));
  page.on("pageerror", (error) => page.wrong.push(String(error)));
  page.on("console", (message) => {
    // That a page is not there is what the page of that kind says.
    if (message.type() === "error" && !/status of 404/.test(message.text())) page.wrong.push(message.text());
  });
  if (options.javaScriptEnabled !== false) {
    await page.addInitScript(() => {
      window.shifted = 0;
      window.violations = [];
      const add = (list) => list.getEntries().forEach((entry) => (window.shifted += entry.value));
      new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
      document.addEventListener("securitypolicyviolation", (event) =>
        window.violations.push(`${event.violatedDirective} ${event.blockedURI}`),
      );
    });
  }
  await page.goto(shown.address + path, { waitUntil: "networkidle" });
  return page;
}

/** What axe finds on a page, by the rules of WCAG 2.2 AA and its own best practices. */
async function axe(page) {
  await page.addScriptTag({ path: require.resolve("axe-core/axe.min.js") }).catch(async () => {
    // The policy lets in no script of a test's; the browser evaluates it all the same.
    await page.evaluate(await readFile(require.resolve("axe-core/axe.min.js"), "utf8"));
  });
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await page.evaluate((values) => window.axe.run({ runOnly: { type: "tag", values } }), tags);
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 200)}`));
}

describe("every kind of page", () => {
  for (const [kind, path] of Object.entries(PAGES)) {
    for (const colorScheme of ["light", "dark"]) {
      for (const [size, viewport] of Object.entries({ wide: WIDE, narrow: NARROW })) {
        test(`${kind}, ${colorScheme}, ${size}: nothing that axe finds, nothing from elsewhere, nothing moves`, async (t) => {
          const page = await open(t, path, { colorScheme, viewport });
          assert.deepEqual(await page.evaluate(() => window.violations), []);
          assert.deepEqual(page.wrong, []);
          assert.deepEqual(page.asked.filter((address) => !address.startsWith(site.address)), []);
          assert.equal(await page.evaluate(() => window.shifted), 0);
          assert.deepEqual(await axe(page), []);
        });
      }
    }

    test(`${kind} at 400% of zoom needs no scrolling sideways`, async (t) => {
      const page = await open(t, path, { viewport: ZOOMED });
      const [whole, seen] = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.scrollingElement;
        return [scrollWidth, clientWidth];
      });
      assert.ok(whole <= seen, `${whole} of ${seen} pixels`);
    });

    test(`${kind} is whole without scripts`, async (t) => {
      const page = await open(t, path, { javaScriptEnabled: false, viewport: NARROW });
      assert.ok(await page.locator("main").isVisible());
      const links = await page.locator("main a[href], header a[href]").count();
      assert.ok(links > 0 || kind === "search", `${links} links`);
      for (const menu of await page.locator("details:not(.content details)").all()) {
        const isOpen = () => menu.evaluate((details) => details.open);
        if (!(await menu.locator("summary").first().isVisible())) continue;
        const before = await isOpen();
        await menu.locator("summary").first().click();
        assert.equal(await isOpen(), !before);
        await menu.locator("summary").first().click();
      }
    });
  }
});

/** What the Nu HTML checker says of all pages of a site. */
async function checked(shown) {
  const files = await shown.files(".html");
  const { stdout } = await promisify(execFile)(
    process.env.JAVA ?? "java",
    ["-jar", require("vnu-jar"), "--exit-zero-always", "--format", "json", "--stdout", ...files],
    { cwd: shown.output, maxBuffer: 64 * 1024 * 1024 },
  );
  const told = JSON.parse(stdout).messages.filter(({ type, subType }) => type !== "info" || subType === "warning");
  return { pages: files.length, told: told.map(({ url, lastLine, message }) => `${url}:${lastLine}: ${message}`) };
}

test("every page of the site is valid HTML", async () => {
  const { pages, told } = await checked(site);
  assert.ok(pages > 40, `${pages} pages`);
  assert.deepEqual(told, []);
});

describe("everything that Markdown can say", () => {
  let shown;
  before(async () => {
    const guide = await readFile(new URL("../../docs/guide/blocks.md", import.meta.url), "utf8");
    const examples = [...guide.matchAll(/^(`{3,})markdown\n(.*?)^\1$/gms)].map(([, , text]) => text);
    assert.ok(examples.length > 5);
    const rest =
      "| a | b |\n|:-:|--:|\n| 1 | 2 |\n\n| c |\n|---|\n| 3 |\n\n- [x] done\n\nTerm\n: what it is\n\n" +
      "A note[^1], $a^2$, ~~no~~, <kbd>k</kbd>.\n\n![Lead](ada.png \"A caption\")\n\n> [!WARNING]- Folded\n> x\n\n" +
      "```rust {1}\n// why\nfn main() { let s = \"x\"; }\n```\n\n[^1]: The note.\n";
    const essay = `# All of it\n\n${examples.join("\n\n")}\n\n${rest}`;
    const right = "# \u0627\u0644\u062b\u0642\u0629\n\n\u0646\u0635\n";
    const files = {
      "content/all.md": essay,
      "content/people/ada.md": "# Ada\n",
      "content/right.md": right,
      "content/ada.png": DOT,
      "content/ada-dark.png": DOT,
      "content/team.png": DOT,
    };
    const book = await Book.of({ "book.toml": '[book]\ntitle = "Test"\nlanguage = "ar"\n', ...files });
    shown = await Site.of(book.folder, { options: ["--quiet"] });
    await rm(book.folder, { recursive: true, force: true });
  });
  after(() => shown?.stop());

  for (const colorScheme of ["light", "dark"]) {
    test(`has nothing that axe finds and keeps to the policy, ${colorScheme}`, async (t) => {
      const page = await open(t, "all/", { colorScheme }, shown);
      assert.deepEqual(await page.evaluate(() => window.violations), []);
      assert.deepEqual(page.wrong, []);
      assert.deepEqual(page.asked.filter((address) => !address.startsWith(shown.address)), []);
      assert.equal(await page.evaluate(() => window.shifted), 0);
      assert.deepEqual(await axe(page), []);
    });
  }

  test("is valid HTML", async () => assert.deepEqual((await checked(shown)).told, []));

  test("fits a screen of 320 pixels", async (t) => {
    const page = await open(t, "all/", { viewport: ZOOMED }, shown);
    const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
    assert.ok(width <= ZOOMED.width, `${width} pixels`);
  });

  test("ticks stay on this device", async (t) => {
    const page = await open(t, "all/", {}, shown);
    const box = page.locator("input[data-tick]").first();
    await box.check();
    await page.reload();
    assert.ok(await box.isChecked());
    assert.deepEqual(page.wrong, []);
  });
});

describe("HTML that an author wrote", () => {
  const harmless =
    '<details open><summary>More</summary>\n\nInside.\n\n</details>\n\n<p style="text-align: center">Centred <abbr title="As soon as ' +
    'possible">ASAP</abbr>, <mark>marked</mark>, <kbd>k</kbd>, <del>out</del>, H<sub>2</sub>O, <q cite="https://example.org/">said</q>, ' +
    '<time datetime="2026-03-01">in spring</time>.</p>\n\n<figure><img src="ada.png" alt="A dot" width="20" height="10">' +
    "<figcaption>Dot</figcaption></figure>\n\n<table><caption>Numbers</caption><tr><th scope=\"col\">a</th></tr><tr><td>1</td></tr>" +
    '</table>\n\n<dl><dt>Term</dt><dd>What it is</dd></dl>\n\n<a href="#dot">to</a> <span id="dot">here</span> <b>bold <i>both</b></i> ' +
    "<div>not closed\n\n<ul><li>one<li>two</ul>\n";
  /** Each would set `window.ran` or ask another site, if a browser took it as it is written. */
  const hostile = [
    "<script>window.ran = 1</script>",
    '<img src="no.png" alt="none" onerror="window.ran = 1">',
    "<svg onload=window.ran=1><g/></svg>",
    '<a href="javascript:window.ran=1" class="press">press</a>',
    '<a href="&#106;ava&#10;script:window.ran=1" class="press">press</a>',
    "[press](javascript:window.ran=1)",
    "[press](<java&#9;script:window.ran=1>)",
    '<iframe srcdoc="<script>parent.ran = 1</script>"></iframe>',
    '<object data="data:text/html,<script>parent.ran=1</script>"></object>',
    '<form action="javascript:window.ran=1"><button class="press">press</button></form>',
    "<noscript><p title=\"</noscript><img src=x alt=x onerror=window.ran=1>\"></noscript>",
    "<style>@import 'https://elsewhere.invalid/x.css'; body { background: url(https://elsewhere.invalid/b.png) }</style>",
    '<p style="background: url(https://elsewhere.invalid/c.png)">styled</p>',
    '<meta http-equiv="refresh" content="0; url=https://elsewhere.invalid/">',
    '<base href="https://elsewhere.invalid/">',
    '<link rel="stylesheet" href="https://elsewhere.invalid/y.css">',
    '<video autoplay src="no.mp4" onerror="window.ran=1"></video>',
    '<p id="location" name="document" onclick="window.ran=1" class="press">press</p>',
    "$\\text{</math><script>window.ran=1</script>}$",
    "```\n</code></pre><script>window.ran=1</script>\n```",
    '# Heading {onclick="window.ran=1" #a"onmouseover="window.ran=1}',
  ];
  /** Its comment never ends, and takes along what follows. */
  const last =
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 alt=x onerror=window.ran=1&gt;">';
  let shown;
  before(async () => {
    const book = await Book.of({
      "book.toml": '[book]\ntitle = "Test"\n',
      "content/harmless.md": `# Harmless\n\n${harmless}`,
      "content/hostile.md": `# Hostile\n\n${hostile.join("\n\n")}\n\nThe end.\n\n${last}\n`,
      "content/ada.png": DOT,
    });
    shown = await Site.of(book.folder, { options: ["--quiet"] });
    await rm(book.folder, { recursive: true, force: true });
  });
  after(() => shown?.stop());

  for (const colorScheme of ["light", "dark"]) {
    test(`is shown as well as all else, ${colorScheme}`, async (t) => {
      const page = await open(t, "harmless/", { colorScheme }, shown);
      assert.deepEqual(await page.evaluate(() => window.violations), []);
      assert.deepEqual(page.wrong, []);
      assert.equal(await page.locator(".content details p").textContent(), "Inside.");
      assert.deepEqual(await axe(page), []);
    });
  }

  test("runs nothing and asks no other site, even where no policy forbids it", async (t) => {
    shown.policy = undefined;
    t.after(() => (shown.policy = POLICY));
    const page = await open(t, "hostile/", {}, shown);
    const at = page.url();
    const presses = await page.getByText("press", { exact: true }).count();
    assert.ok(presses > 3, `${presses} to press`);
    for (let i = 0; i < presses; i += 1) {
      const press = page.getByText("press", { exact: true }).nth(i);
      await press.hover();
      await press.click();
      // Whatever a press began has had its turn.
      await page.evaluate(() => new Promise((done) => setTimeout(done, 0)));
      assert.equal(await page.evaluate(() => window.ran), undefined);
      // What is no scheme to a browser either is a link to a page that is not there.
      if (page.url() !== at) await page.goto(at);
    }
    assert.deepEqual(page.asked.filter((address) => !address.startsWith(shown.address)), []);
    assert.match(await page.locator(".content").textContent(), /The end\./);
  });

  test("becomes valid HTML", async () => assert.deepEqual((await checked(shown)).told, []));
});

test("an essay is at most 25 KB in at most 6 requests, of which 10 KB are scripts", async (t) => {
  const context = await browser.newContext({ viewport: WIDE });
  t.after(() => context.close());
  const page = await context.newPage();
  const answers = [];
  page.on("response", (answer) => answers.push(answer));
  await page.goto(site.address + PAGES.essay, { waitUntil: "networkidle" });
  const sizes = await Promise.all(
    answers.map(async (answer) => ({
      address: answer.url().slice(site.address.length),
      bytes: Number((await answer.allHeaders())["content-length"]),
    })),
  );
  const sum = (list) => list.reduce((all, { bytes }) => all + bytes, 0);
  t.diagnostic(JSON.stringify(sizes));
  assert.ok(sizes.length <= 6, `${sizes.length} requests`);
  assert.ok(sum(sizes) <= 25 * 1024, `${sum(sizes)} bytes`);
  const scripts = sizes.filter(({ address }) => address.endsWith(".js"));
  assert.ok(sum(scripts) <= 10 * 1024, `${sum(scripts)} bytes of scripts`);
});

describe("the keyboard", () => {
  test("reaches everything in order, and what has the focus can be seen", async (t) => {
    const page = await open(t, PAGES.essay);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "#:main");
    const passed = new Set();
    for (let steps = 0; steps < 200; steps += 1) {
      const focus = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === document.body) return undefined;
        const { top, bottom, left, right, width, height } = element.getBoundingClientRect();
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        window.focused ??= [];
        const known = window.focused.includes(element);
        window.focused.push(element);
        return {
          what: element.outerHTML.slice(0, 120),
          known,
          seen: bottom > 0 && right > 0 && top < innerHeight && left < innerWidth && width > 0 && height > 0,
          marked: outlineStyle !== "none" && parseFloat(outlineWidth) >= 1,
        };
      });
      if (!focus || focus.known) break;
      assert.ok(focus.seen, `not in sight: ${focus.what}`);
      assert.ok(focus.marked, `not marked: ${focus.what}`);
      passed.add(focus.what);
      await page.keyboard.press("Tab");
    }
    const reachable = await page.locator("main a[href]:visible").count();
    assert.ok(passed.size >= reachable, `${passed.size} of ${reachable}`);
  });

  test("turns pages, and says which keys there are", async (t) => {
    const page = await open(t, PAGES.essay);
    const there = (path) => page.waitForURL(site.address + path);
    const next = await page.locator("link[rel=next]").evaluate((link) => link.href);
    await page.keyboard.press("j");
    await page.waitForURL(next);
    await page.keyboard.press("k");
    await there(PAGES.essay);
    await page.keyboard.press("ArrowRight");
    await page.waitForURL(next);
    await page.keyboard.press("ArrowLeft");
    await there(PAGES.essay);
    await page.keyboard.press("?");
    const keys = page.locator("dialog[open]");
    await keys.waitFor();
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press("Escape");
    await keys.waitFor({ state: "hidden" });
    await page.keyboard.press("/");
    await page.locator("dialog[open] input[name=q], dialog[open] input[type=search]").waitFor();
    assert.deepEqual(await axe(page), []);
  });
});

test("the colours that a reader chose are there on the next page, at once", async (t) => {
  const page = await open(t, PAGES.home, { colorScheme: "light" });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.evaluate(() => localStorage.clear());
  const choose = page.getByRole("button", { name: /^Colours/ });
  for (const expected of [/light/, /dark/]) {
    await choose.click();
    assert.match(await choose.getAttribute("aria-label"), expected);
  }
  const dark = await ground();
  assert.notEqual(dark, light);
  await page.goto(site.address + PAGES.essay);
  assert.equal(await ground(), dark);
});
