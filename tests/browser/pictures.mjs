// Takes the pictures of the README and the guide: node tests/browser/pictures.mjs
//
// They are of the example site, so whoever changes the theme takes them anew and looks at them.

import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { launch } from "./chromium.mjs";
import { Site } from "./site.mjs";

const folder = resolve(import.meta.dirname, "../../docs/pictures");

const WIDE = { width: 1280, height: 860 };
const NARROW = { width: 390, height: 760 };

/** Name, page, colours, window, and what to do before the picture is taken. */
const PICTURES = [
  ["home-wide-light", "", "light", WIDE],
  ["home-narrow-dark", "", "dark", NARROW],
  ["essay-wide-light", "trust/hard-conversations/", "light", WIDE],
  ["essay-wide-dark", "trust/hard-conversations/", "dark", WIDE],
  ["essay-narrow-light", "trust/hard-conversations/", "light", NARROW],
  ["section-wide-dark", "trust/", "dark", WIDE],
  ["tags-narrow-light", "tags/", "light", NARROW],
  ["search-wide-light", "search/?q=silence", "light", WIDE],
  [
    "search-narrow-dark",
    "trust/hard-conversations/",
    "dark",
    NARROW,
    async (page) => {
      await page.keyboard.press("/");
      await page.locator("dialog[open] input[type=search]").fill("silence");
      await page.locator("dialog[open] mark").first().waitFor();
    },
  ],
];

const [browser, site] = await Promise.all([launch(), Site.of()]);
await mkdir(folder, { recursive: true });
for (const [name, path, colorScheme, viewport, prepare] of PICTURES) {
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(site.address + path, { waitUntil: "networkidle" });
  await prepare?.(page);
  await page.screenshot({ path: join(folder, `${name}.jpg`), type: "jpeg", quality: 82 });
  await context.close();
}
await browser.close();
await site.stop();
