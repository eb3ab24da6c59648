// @ts-check
// The worker warms up while nothing is asked of it, and whoever asks does not notice.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { warmUp } from "../../www/warm-up.js";
import { startLab } from "./harness.mjs";
import { undisturbed } from "./lab.mjs";

/** @typedef {import("../../www/wire.js").FromWorker} FromWorker */

/** @type {Awaited<ReturnType<typeof startLab>>} */
let lab;
/** @type {import("./harness.mjs").Visit} */
let visit;
before(async () => {
  lab = await startLab({ directory: "." });
  visit = await lab.visit("benches/page.html");
});
after(() => lab.close());

/**
 * Starts a worker, asks it for the seed experiment when it has had the core for `after` milliseconds, and gives all
 * that it sent until a while after the end, and how long the first of it took.
 * @param {number} after
 */
const ask = (after) =>
  visit.page.evaluate(async (after) => {
    const worker = new globalThis.Worker("../www/worker.js", { type: "module" });
    const module = await WebAssembly.compileStreaming(fetch("../www/pkg/prunelab_bg.wasm"));
    const wait = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
    /** @type {FromWorker[]} */
    const messages = [];
    let first = 0;
    const ended = new Promise((resolve) => {
      worker.onmessage = ({ data }) => {
        first ||= performance.now();
        messages.push(data);
        if (data.type !== "batch") resolve(undefined);
      };
    });
    worker.postMessage({ type: "module", run: 0, module });
    await wait(after);
    const early = messages.length;
    const asked = performance.now();
    worker.postMessage({ type: "start", run: 7, config: "{}" });
    await ended;
    await wait(100);
    worker.terminate();
    return { early, messages, took: first - asked };
  }, after);

test("a run that is asked for while the worker warms up starts at once and has the same digest", async () => {
  const golden = JSON.parse(await readFile(new URL("../digests.json", import.meta.url), "utf8"));
  const [{ digest }] = golden.filter((/** @type {any} */ { config }) => Object.keys(config).length === 0);
  for (const after of [0, 20, 60, 120, 1000]) {
    const { early, messages, took } = await undisturbed(() => ask(after), ({ took }) => took < 200);
    assert.equal(early, 0, "it warms up in silence");
    assert.ok(took < 200, `after ${after} ms the first news took ${took} ms`);
    assert.ok(messages.every(({ run }) => run === 7));
    const ends = messages.filter(({ type }) => type !== "batch");
    assert.equal(ends.length, 1);
    assert.equal(ends[0].type === "done" && ends[0].report.digest, digest, `after ${after} ms`);
  }
});

test("warming up ends with the step under way, and leaves nothing behind", async () => {
  let [steps, open, runs] = [0, 0, 0];
  class Run {
    constructor() {
      open += 1;
      runs += 1;
    }
    next() {
      steps += 1;
      return steps % 10 ? "{}" : undefined;
    }
    free() {
      open -= 1;
    }
  }
  await warmUp(Run, () => steps === 35);
  assert.deepEqual({ steps, open, runs }, { steps: 35, open: 0, runs: 4 });
  await warmUp(Run);
  assert.equal(open, 0);
  assert.ok(runs > 8, `${runs} runs`);
});
