// @ts-check
// Memory stays flat: after two hundred runs the page and its wasm hold what they held after twenty.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startLab } from "./harness.mjs";
import { done } from "./lab.mjs";

/** @type {Awaited<ReturnType<typeof startLab>>} */
let lab;
before(async () => (lab = await startLab()));
after(() => lab.close());

/**
 * Bytes of everything on the page's heap but what the engine compiled, of which there is more the longer anything runs, and
 * what the browser notes down about each frame and request.
 * @param {import("playwright-core").CDPSession} browser
 */
async function heapOf(browser) {
  let text = "";
  const take = (/** @type {{ chunk: string }} */ { chunk }) => void (text += chunk);
  browser.on("HeapProfiler.addHeapSnapshotChunk", take);
  await browser.send("HeapProfiler.enable");
  for (let i = 0; i < 3; i += 1) await browser.send("HeapProfiler.collectGarbage");
  await browser.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  browser.off("HeapProfiler.addHeapSnapshotChunk", take);
  const { snapshot, nodes } = /** @type {{ snapshot: { meta: { node_fields: string[], node_types: [string[]] } }, nodes: number[] }} */ (JSON.parse(text));
  const { node_fields, node_types } = snapshot.meta;
  const [type, size] = ["type", "self_size"].map((field) => node_fields.indexOf(field));
  let bytes = 0;
  for (let i = 0; i < nodes.length; i += node_fields.length) {
    if (!/^(code|native)$/.test(node_types[0][nodes[i + type]])) bytes += nodes[i + size];
  }
  return bytes;
}

/** Small configs of many kinds, another for each run. @param {number} i */
const config = (i) =>
  [
    `data.n_samples=${200 + (i % 7) * 10}`,
    `data.kind=${["classification", "moons", "circles", "blobs", "spirals"][i % 5]}`,
    `data.random_state=${i}`,
    `model.hidden=[${[4, 16, 64, "8,8", 32][(i >> 1) % 5]}]`,
    `train.epochs=${3 + (i % 4)}`,
    `split.validation_size=${i % 2 ? 0 : 0.2}`,
    `prune.criterion=${i % 3 ? "magnitude" : "random"}`,
  ].join("&");

test("200 runs with changing configs leave the memory of the 20th, within a tenth", { timeout: 180_000 }, async () => {
  const { page, errors, close } = await lab.visit();
  await done(page);
  const browser = await page.context().newCDPSession(page);
  /** Bytes of the page's heap and of both wasm memories; nodes, listeners, workers. */
  const measure = async () => {
    await page.waitForTimeout(500); // what is done at rest is done
    const heap = await heapOf(browser);
    const { nodes, jsEventListeners } = await browser.send("Memory.getDOMCounters");
    const memory = () => import(new URL("pkg/prunelab.js", location.href).href).then(({ initSync }) => initSync().memory.buffer.byteLength);
    const wasm = /** @type {number} */ (await page.evaluate(memory));
    const [worker] = page.workers();
    const computing = /** @type {number} */ (await worker.evaluate(async (address) => (await import(address)).initSync().memory.buffer.byteLength, `${lab.origin}/pkg/prunelab.js`));
    return { heap, wasm, computing, nodes, listeners: jsEventListeners, workers: page.workers().length };
  };
  /** @param {number} from @param {number} to */
  const runs = async (from, to) => {
    for (let i = from; i < to; i += 1) {
      await page.evaluate((link) => {
        const status = /** @type {Element} */ (document.querySelector("#status"));
        status.textContent = "";
        location.hash = link;
      }, config(i));
      await done(page);
    }
  };
  await runs(0, 20);
  const before = await measure();
  await runs(20, 200);
  const after = await measure();
  assert.ok(before.heap > 300_000 && before.wasm > 1_000_000, JSON.stringify(before));
  for (const [name, value] of Object.entries(before)) {
    const now = after[/** @type {keyof typeof after} */ (name)];
    assert.ok(now <= 1.1 * value, `${name}: ${value} after 20 runs, ${now} after 200`);
  }
  assert.deepEqual(errors, []);
  await close();
});
