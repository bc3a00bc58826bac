// A built site on a server like those that sites are put on: below a path, packed, with the strict policy.

import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

const repository = resolve(import.meta.dirname, "../..");
const program = resolve(process.env.STERNPOST_BIN ?? join(repository, "target/debug/sternpost"));

/** Everything from the site itself, nothing written inline. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
].join("; ");

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".xml": "application/xml",
};

/** A site, built from a folder and served. */
export class Site {
  /** What it says that pages may load and run; `undefined` if it says nothing. */
  policy = POLICY;

  /** Builds `folder`, by default with --strict: not one warning. */
  static async of(folder = repository, { options = ["--strict"] } = {}) {
    const site = new Site();
    site.folder = await mkdtemp(join(tmpdir(), "sternpost-site-"));
    site.server = createServer((request, response) => site.answer(request, response));
    site.server.listen(0, "127.0.0.1");
    await once(site.server, "listening");
    site.origin = `http://127.0.0.1:${site.server.address().port}`;
    site.address = `${site.origin}/handbook/`;
    site.output = join(site.folder, "site");
    await promisify(execFile)(program, ["build", folder, ...options, "--output", site.output], {
      env: { ...process.env, MDBOOK_OUTPUT__HTML__SITE_URL: site.address },
    });
    return site;
  }

  async answer(request, response) {
    const path = decodeURIComponent(new URL(request.url, this.origin).pathname);
    const inside = path.startsWith("/handbook/") && !path.includes("..");
    const name = path.slice("/handbook/".length) + (path.endsWith("/") ? "index.html" : "");
    const found = inside ? await this.read(name) : undefined;
    const bytes = gzipSync(found ?? (await this.read("404.html")));
    response.writeHead(found ? 200 : 404, {
      "content-type": TYPES[found ? extname(name) : ".html"] ?? "application/octet-stream",
      "content-encoding": "gzip",
      "content-length": bytes.length,
      ...(this.policy && { "content-security-policy": this.policy }),
      "x-content-type-options": "nosniff",
    });
    response.end(bytes);
  }

  read(name) {
    return readFile(join(this.output, name)).catch(() => undefined);
  }

  /** All its files that end like this. */
  async files(end) {
    const all = await readdir(this.output, { recursive: true });
    return all.filter((name) => name.endsWith(end)).sort();
  }

  async stop() {
    this.server.closeAllConnections();
    this.server.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
