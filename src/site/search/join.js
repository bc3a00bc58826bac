// The index of a large book lies in several shards, so that a change makes one of them anew and none needs
// much memory. This is Pagefind's own interface over all of them.
import * as pagefind from "./1/pagefind.js";
export * from "./1/pagefind.js";

const SHARDS = 1;
const here = new URL("./", import.meta.url).pathname;
let chosen = {};
let joined;

/** Adds the other shards to the first, once. What failed is tried again by the next search. */
function join() {
  const others = Array.from({ length: SHARDS - 1 }, (_, at) => `${here}${at + 2}/`);
  joined ??= Promise.all(others.map((shard) => pagefind.mergeIndex(shard, chosen))).catch((why) => {
    joined = undefined;
    throw why;
  });
  return joined;
}

export async function options({ basePath, bundlePath, ...more }) {
  chosen = { ...chosen, ...more };
  await pagefind.options(more);
}

export async function init() {
  await pagefind.init();
  await join();
}

export async function destroy() {
  joined = undefined;
  await pagefind.destroy();
}

const over = (ask) => async (...words) => {
  await join();
  return ask(...words);
};
export const search = over(pagefind.search);
export const debouncedSearch = over(pagefind.debouncedSearch);
export const preload = over(pagefind.preload);
export const filters = over(pagefind.filters);
