// A handbook in a temporary folder, and the real program that shows it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const repository = resolve(import.meta.dirname, "../..");
const program = resolve(process.env.STERNPOST_BIN ?? join(repository, "target/debug/sternpost"));
/** How long the program may take until it says where it is. */
const START = 60_000;

/** A folder of files that a test changes. */
export class Book {
  /** Makes the files, each given by its path and text. */
  static async of(files) {
    const book = new Book();
    book.folder = await mkdtemp(join(tmpdir(), "sternpost-browser-"));
    for (const [path, text] of Object.entries(files)) await book.save(path, text);
    return book;
  }

  /** Builds the site, and gives its folder. */
  async save(path, text) {
    const file = join(this.folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  async touch(path) {
    const now = new Date();
    await utimes(join(this.folder, path), now, now);
  }

  async move(from, to) {
    await mkdir(dirname(join(this.folder, to)), { recursive: true });
    await rename(join(this.folder, from), join(this.folder, to));
  }

  async remove(path) {
    await rm(join(this.folder, path), { recursive: true });
  }
}

/** The program, serving. */
export class Server {
  static async start(folder = repository, { port = 0, options = [] } = {}) {
    const server = new Server();
    const child = spawn(program, ["serve", folder, "--port", String(port), ...options], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    server.child = child;
    process.once("exit", () => child.kill());
    let said = "";
    child.stderr.on("data", (text) => (said += text));
    server.address = await new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`the program does not start:\n${said}`)), START);
      child.once("error", reject);
      child.once("exit", () => reject(new Error(`the program stopped:\n${said}`)));
      child.stdout.on("data", (text) => {
        said += text;
        const found = /^ {2}(http:\/\/localhost:\d+)\/$/m.exec(said);
        if (!found) return;
        clearTimeout(limit);
        resolve(found[1]);
      });
    });
    server.port = Number(new URL(server.address).port);
    return server;
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill();
    await once(this.child, "exit");
  }
}
