// @ts-check
// Where an engine runs: a worker thread of Node, a worker of a page, or a Node process of its own that prints one
// cold repetition (`node benches/worker.mjs ./engine.mjs prunelab W`).
//
// Asked `{ id, module, opener }` it opens an engine and answers with the measures it has; asked `{ id, measure }` it
// runs one repetition and answers with the milliseconds.

/**
 * An engine's measures by name. One call is one repetition and returns milliseconds by workload; a measure that the
 * engine cannot take is not there.
 * @typedef {Record<string, () => Promise<Record<string, number>> | Record<string, number>>} Engine
 * @typedef {(bytesOf: (path: string) => Promise<Uint8Array>) => Promise<Engine>} Opener
 */

const inNode = typeof process === "object";
/** @type {Engine} */
let engine = {};

/** @param {string} path from this folder @returns {Promise<Uint8Array>} */
async function bytesOf(path) {
  const url = new URL(path, import.meta.url);
  if (inNode) return (await import("node:fs/promises")).readFile(url);
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}

/** @param {string} module @param {string} opener */
async function open(module, opener) {
  engine = await /** @type {Opener} */ ((await import(module))[opener])(bytesOf);
  return Object.keys(engine);
}

/** @param {{ id: number, module?: string, opener?: string, measure?: string }} request */
async function answer({ id, module = "", opener = "", measure }) {
  try {
    return { id, value: measure ? await engine[measure]() : await open(module, opener) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

if (!inNode) {
  addEventListener("message", async ({ data }) => postMessage(await answer(data)));
} else {
  const { parentPort } = await import("node:worker_threads");
  if (parentPort) {
    parentPort.on("message", async (request) => parentPort.postMessage(await answer(request)));
  } else {
    const [module, opener, measure] = process.argv.slice(2);
    await open(module, opener);
    console.log(JSON.stringify(await engine[measure]()));
  }
}
