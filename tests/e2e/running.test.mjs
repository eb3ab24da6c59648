// @ts-check
// A run can be left at any time, never holds the page up, and does not take the page with it when it dies.

import assert from "node:assert/strict";
import { after, before, beforeEach, afterEach, test } from "node:test";
import { startLab } from "./harness.mjs";
import { done, field, LONG, run, says, status, table, underway } from "./lab.mjs";

/** @type {Awaited<ReturnType<typeof startLab>>} */
let lab;
/** @type {import("./harness.mjs").Visit} */
let visit;
/** @type {import("playwright-core").Page} */
let page;
before(async () => (lab = await startLab()));
after(() => lab.close());
beforeEach(async () => {
  visit = await lab.visit();
  page = visit.page;
  await done(page);
});
afterEach(() => visit.close());

const long = { "train.epochs": "10000", "model.hidden": "512, 256" };

/** Clicks Cancel and says how long after the click the status said so. */
async function cancel() {
  await page.evaluate(() => {
    const status = document.querySelector("#status");
    const button = document.querySelector("#cancel");
    /** @type {number} */
    let clicked;
    button?.addEventListener("click", (event) => (clicked = event.timeStamp), { capture: true, once: true });
    Object.assign(globalThis, {
      cancelled: new Promise((resolve) => {
        new MutationObserver(() => {
          if (status?.textContent?.startsWith("Cancelled")) resolve(performance.now() - clicked);
        }).observe(/** @type {Node} */ (status), { childList: true, characterData: true, subtree: true });
      }),
    });
  });
  await page.click("#cancel");
  return page.evaluate(() => /** @type {Promise<number>} */ (/** @type {any} */ (globalThis).cancelled));
}

test("Cancel stops a long run within 200 ms and the last result stays", async () => {
  const before = await table(page);
  await run(page, long);
  await underway(page);
  const took = await cancel();
  assert.ok(took < 200, `took ${took} ms`);
  assert.deepEqual(await table(page), before);
  assert.ok(await page.locator("#stale").isVisible(), "the result is marked as an earlier config's");
  assert.ok(await page.locator("#cancel").isDisabled());
  await run(page, { "train.epochs": "20", "model.hidden": "256" });
  await done(page);
  assert.ok(await page.locator("#stale").isHidden());
});

test("Cancel stops a worker that does not answer within 200 ms, and the next run has a fresh one", async () => {
  await run(page, long);
  await underway(page);
  const [worker] = page.workers();
  await worker.evaluate(() => {
    setTimeout(() => {
      for (const end = Date.now() + 20_000; Date.now() < end; );
    }, 50);
  });
  await page.waitForTimeout(150);
  const took = await cancel();
  assert.ok(took < 200, `took ${took} ms`);
  await run(page, { "train.epochs": "3" });
  await done(page);
  assert.match(await status(page), /3 epochs/);
  // Chromium gives a script that is busy two seconds before it ends its thread.
  if (page.workers().includes(worker)) await worker.waitForEvent("close");
  assert.equal(page.workers().length, 1);
});

test("a new Run takes the place of the one under way", async () => {
  await run(page, long);
  await underway(page);
  await run(page, { "train.epochs": "3", "model.hidden": "16" });
  await done(page);
  assert.match(await status(page), /3 epochs/);
  assert.equal((await table(page))[0].values.total_params, String(10 * 16 + 16 + 16 + 1));
});

test("the page's thread never blocks over 50 ms while training", async () => {
  await page.evaluate(() => {
    /** @type {number[]} */
    const tasks = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
    Object.assign(globalThis, { tasks });
  });
  const tasks = () => page.evaluate(() => /** @type {number[]} */ (/** @type {any} */ (globalThis).tasks));
  await run(page, long);
  await underway(page);
  const begin = await page.locator("progress").evaluate((bar) => /** @type {HTMLProgressElement} */ (bar).value);
  await page.waitForTimeout(2500);
  const end = await page.locator("progress").evaluate((bar) => /** @type {HTMLProgressElement} */ (bar).value);
  assert.ok(begin < end && end < 1, `it was training all the while: ${begin} to ${end}`);
  assert.deepEqual(await tasks(), []);

  await page.evaluate(() => new Promise((resolve) => setTimeout(() => {
    for (const stop = performance.now() + 90; performance.now() < stop; );
    setTimeout(resolve, 100);
  })));
  assert.equal((await tasks()).length, 1, "a long task would have been seen");
});

test("a worker that throws outside a run's step is replaced and the page says so", async () => {
  const before = await table(page);
  await run(page, long);
  await underway(page);
  const [worker] = page.workers();
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error("out of luck");
    });
  });
  await says(page, "The worker died");
  assert.match(await status(page), /out of luck.*replaced.*The last result stays/);
  assert.deepEqual(await table(page), before);
  await run(page, { "train.epochs": "3", "model.hidden": "16" });
  await done(page);
  assert.ok(!page.workers().includes(worker));
});

test("a trap in wasm replaces the worker and the page says so", async () => {
  await run(page, long);
  await underway(page);
  const [worker] = page.workers();
  // The worker asks for the time between two steps: from there a trap reaches it just as one from inside a step.
  await worker.evaluate(() => {
    performance.now = () => {
      throw new WebAssembly.RuntimeError("unreachable");
    };
  });
  await says(page, "The worker died");
  assert.match(await status(page), /unreachable.*replaced/);
  await run(page, { "train.epochs": "3", "model.hidden": "16" });
  await done(page);
  assert.ok(!page.workers().includes(worker));
});

test("a training that diverges says in which epoch and leaves the last result", async () => {
  const before = await table(page);
  await page.locator("summary", { hasText: "training" }).click();
  await field(page, "train.optimizer.kind").selectOption("sgd");
  // Each update multiplies every weight by about -1e12.
  await run(page, { "train.optimizer.lr": "1e6", "train.optimizer.weight_decay": "1e6" });
  await says(page, "diverged");
  assert.match(await status(page), /epoch \d+/);
  assert.deepEqual(await table(page), before);
});

test("a run from a link can be cancelled before there is any result", async () => {
  const other = await lab.visit(`#${LONG}`);
  await underway(other.page);
  await other.page.click("#cancel");
  await says(other.page, "Cancelled.");
  assert.match((await other.page.textContent("#sentence")) ?? "", /No result yet/);
  await other.close();
});

test("the most epochs and levels there may be are shown whole, a plot and a table of a thousand rows", async () => {
  await run(page, {
    "data.n_samples": "50", "model.hidden": "4", "train.epochs": "10000", "prune.levels.count": "1000",
  });
  await says(page, "10\u202f000 epochs, 1\u202f000 levels");
  await page.waitForFunction(() => document.querySelectorAll("#levels tbody tr").length === 1001);
  const rows = await table(page);
  assert.deepEqual(rows.slice(1).map(({ level }) => level), Array.from({ length: 1000 }, (_, index) => String(index)));
});
