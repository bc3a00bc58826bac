// The measurements of benches/preview. Each program serves the same essays; each save writes a word that
// was never there into the same essay, and the clock stops when that word is seen.

import { spawn, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import http from 'node:http';

const [bench, ...rest] = process.argv.slice(2);
const savesAt = rest.indexOf('--saves');
const saves = savesAt < 0 ? 30 : Number(rest.splice(savesAt, 2)[1]);
const sizes = rest.length ? rest.map(Number) : [1000, 10000];
const root = process.cwd();
const require = createRequire(path.join(root, 'tests/browser/package.json'));
const { chromium } = require('playwright-core');

/** How long a program may take to start, or to show a change, before it is given up on. */
const TOO_LONG = 60_000;
/** How long the saves of one kind may take together; a slow program gets fewer. */
const LONGEST = 90_000;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function get(url) {
  return new Promise((resolve) => {
    const request = http.get(url, { agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part) => { body += part; });
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
    request.on('error', () => resolve({ status: 0, body: '' }));
  });
}

/** Asks until the page holds `word`; gives the milliseconds, or `undefined` if it never does. */
async function served(url, word, since) {
  for (;;) {
    const { status, body } = await get(url);
    if (status === 200 && body.includes(word)) return performance.now() - since;
    if (performance.now() - since > TOO_LONG) return undefined;
    // Asking takes time too, so a slow program is asked less often.
    await sleep(Math.max(4, (performance.now() - since) / 50));
  }
}

function quantile(times, share) {
  const sorted = times.filter((time) => time !== undefined).sort((a, b) => a - b);
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] : undefined;
}

/** The resident memory of a process and its children, in MB: the most that it was. */
function memory(pid) {
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(peak[1]) / 1024;
}

/** Hugo's own program: the one in `bin` only starts it. */
function hugoItself() {
  const lib = path.join(bench, 'venv/lib');
  const versions = existsSync(lib) ? readdirSync(lib) : [];
  const found = versions.map((name) => path.join(lib, name, 'site-packages/hugo/binaries/hugo'));
  return found.find(existsSync) ?? 'none';
}

/** The essays of the corpus and where each program shows the one that is written in. */
const ESSAY = (count) => (count > 1000 ? 'part-000/section-0000/essay-000003' : 'section-0000/essay-000003');

const programs = [
  {
    name: 'sternpost',
    prepare: (corpus) => ({
      dir: corpus,
      content: path.join(corpus, 'content'),
      command: [path.join(root, 'target/release/sternpost'), 'serve', corpus, '--port', '4701'],
      url: (essay) => `http://127.0.0.1:4701/${essay}/`,
    }),
  },
  {
    name: 'Hugo 0.168',
    program: hugoItself(),
    prepare(corpus) {
      const dir = `${corpus}-hugo`;
      rmSync(dir, { recursive: true, force: true });
      cpSync(path.join(corpus, 'content'), path.join(dir, 'content'), { recursive: true });
      writeFileSync(path.join(dir, 'hugo.toml'),
        'title = "A long voyage"\nbaseURL = "http://127.0.0.1:4702/"\ndisableKinds = ["RSS", "sitemap"]\n');
      const layouts = path.join(dir, 'layouts');
      mkdirSync(path.join(layouts, '_partials'), { recursive: true });
      writeFileSync(path.join(layouts, '_partials/nav.html'),
        '{{ range .CurrentSection.Pages }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}');
      const page = (main) => '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        + '<title>{{ .Title }}</title></head><body>'
        + '<nav>{{ partialCached "nav.html" . .CurrentSection.Path }}</nav>'
        + `<main><h1>{{ .Title }}</h1>${main}</main></body></html>`;
      const list = '<ul>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>';
      const tags = '{{ range .GetTerms "tags" }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}';
      const turn = '{{ with .NextInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}';
      writeFileSync(path.join(layouts, 'single.html'), page(`{{ .Content }}${tags}${turn}`));
      for (const name of ['list', 'home', 'term', 'taxonomy', 'section']) {
        writeFileSync(path.join(layouts, `${name}.html`), page(list));
      }
      return {
        dir,
        content: path.join(dir, 'content'),
        command: [this.program, 'server', '--source', dir, '--port', '4702', '--bind', '127.0.0.1'],
        url: (essay) => `http://127.0.0.1:4702/${essay}/`,
      };
    },
  },
  {
    name: 'mdBook 0.5.4',
    program: path.join(bench, 'mdbook/bin/mdbook'),
    most: 1000,
    prepare(corpus) {
      const dir = `${corpus}-mdbook`;
      rmSync(dir, { recursive: true, force: true });
      cpSync(path.join(corpus, 'content'), path.join(dir, 'src'), { recursive: true });
      writeFileSync(path.join(dir, 'book.toml'), '[book]\ntitle = "A long voyage"\n');
      const lines = readdirSync(path.join(dir, 'src'), { recursive: true })
        .filter((file) => file.endsWith('.md')).sort()
        .map((file) => `- [${path.basename(file, '.md')}](${file})`);
      writeFileSync(path.join(dir, 'src/SUMMARY.md'), `${lines.join('\n')}\n`);
      return {
        dir,
        content: path.join(dir, 'src'),
        command: [this.program, 'serve', dir, '--port', '4703'],
        url: (essay) => `http://127.0.0.1:4703/${essay}.html`,
      };
    },
  },
];

async function measure(program, count, corpus, browser) {
  const { command, content, url } = program.prepare(corpus);
  const essay = ESSAY(count);
  const file = path.join(content, `${essay}.md`);
  const text = readFileSync(file, 'utf8');
  const address = url(essay);
  const start = performance.now();
  const child = spawn(command[0], command.slice(1), { stdio: 'ignore' });
  try {
    const first = await served(address, 'captain', start);
    if (first === undefined) return { first };
    let number = 0;
    const word = () => `w${process.pid}x${count}x${number += 1}`;
    const save = (fresh) => writeFileSync(file, `${text}\nThe last word is ${fresh}.\n`);
    const wait = () => sleep(700 + Math.random() * 300);
    await wait();
    const timed = async (seenBy) => {
      const times = [];
      const began = performance.now();
      while (times.length < saves && performance.now() - began < LONGEST) {
        const fresh = word();
        const since = performance.now();
        const seen = seenBy(fresh, since);
        save(fresh);
        times.push(await seen);
        await wait();
      }
      return times;
    };
    const toServed = await timed((fresh, since) => served(address, fresh, since));
    const toShown = await inBrowser(browser, address, timed);
    return { first, toServed, toShown, memory: memory(child.pid) };
  } finally {
    child.kill('SIGKILL');
    writeFileSync(file, text);
    await sleep(300);
  }
}

/** From the save until the word stands in the page that is open. */
async function inBrowser(browser, address, timed) {
  const page = await browser.newPage();
  let seen = () => {};
  await page.exposeBinding('wordSeen', (_, text) => seen(text));
  await page.addInitScript(() => {
    const look = () => {
      const found = document.body?.textContent.match(/The last word is (\w+)/);
      if (found) window.wordSeen(found[1]);
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
    document.addEventListener('DOMContentLoaded', look);
  });
  await page.goto(address);
  await sleep(1000);
  const times = await timed((fresh, since) => new Promise((resolve) => {
    const end = setTimeout(() => resolve(undefined), TOO_LONG);
    seen = (text) => {
      if (text !== fresh) return;
      clearTimeout(end);
      resolve(performance.now() - since);
    };
  }));
  await page.close();
  return times;
}

const ms = (time) => (time === undefined ? '—' : time >= 1000 ? `${(time / 1000).toFixed(1)} s` : `${Math.round(time)} ms`);
const both = (times) => (times ? `${ms(quantile(times, 0.5))} / ${ms(quantile(times, 0.95))}` : '—');

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const cores = cpus();
console.log(`${new Date().toISOString().slice(0, 10)}, ${cores.length} cores (${cores[0].model.trim()}), `
  + `${Math.round(totalmem() / 2 ** 30)} GiB, ${saves} saves, Chromium ${browser.version()}\n`);
for (const count of sizes) {
  const corpus = path.join(bench, `corpus-${count}`);
  if (!existsSync(corpus)) {
    execFileSync(path.join(root, 'target/release/examples/corpus'), [String(count), corpus]);
  }
  console.log(`| ${count} essays | start to first page | save to served, median / p95 | save to shown, median / p95 | peak memory |`);
  console.log('|---|--:|--:|--:|--:|');
  for (const program of programs) {
    if (program.program && !existsSync(program.program)) continue;
    if (program.most && count > program.most) {
      console.log(`| ${program.name} | not tried | | | |`);
      continue;
    }
    const { first, toServed, toShown, memory: most } = await measure(program, count, corpus, browser);
    console.log(`| ${program.name} | ${ms(first)} | ${both(toServed)} | ${both(toShown)} | ${most ? `${Math.round(most)} MB` : '—'} |`);
  }
  console.log();
}
await browser.close();
