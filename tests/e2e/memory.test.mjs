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
  /** Bytes of the page's heap and of its wasm's memory, and of the worker's wasm if it is asked there; nodes and listeners. */
  const measure = async () => {
    await page.waitForTimeout(500); // what is done at rest is done
    await browser.send("HeapProfiler.enable");
    for (let i = 0; i < 3; i += 1) await browser.send("HeapProfiler.collectGarbage");
    const { usedSize } = await browser.send("Runtime.getHeapUsage");
    const { nodes, jsEventListeners } = await browser.send("Memory.getDOMCounters");
    const memory = () => import(new URL("pkg/prunelab.js", location.href).href).then(({ initSync }) => initSync().memory.buffer.byteLength);
    const wasm = /** @type {number} */ (await page.evaluate(memory));
    const [worker] = page.workers();
    const computing = /** @type {number} */ (await worker.evaluate(async (address) => (await import(address)).initSync().memory.buffer.byteLength, `${lab.origin}/pkg/prunelab.js`));
    return { heap: usedSize, wasm, computing, nodes, listeners: jsEventListeners, workers: page.workers().length };
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
  for (const [name, value] of Object.entries(before)) {
    const now = after[/** @type {keyof typeof after} */ (name)];
    assert.ok(now <= 1.1 * value, `${name}: ${value} after 20 runs, ${now} after 200`);
  }
  assert.deepEqual(errors, []);
  await close();
});
