// @ts-check
// A run can be left at any time, never holds the page up, and does not take the page with it when it dies.

import assert from "node:assert/strict";
import { test } from "node:test";
import { done, field, LONG, longTasks, run, says, status, table, underway, undisturbed, visitEach } from "./lab.mjs";

/** @type {import("./lab.mjs").Lab} */
let lab;
/** @type {import("playwright-core").Page} */
let page;
visitEach((arrived, there) => {
  lab = there;
  ({ page } = arrived);
});

/** A task that a person would notice, in milliseconds; twice what is called long, because tests run on busy machines. */
const BLOCKED = 100;
const long = { "train.epochs": "10000", "model.hidden": "512, 256" };

/** Clicks Cancel and says how long after the click the status said so, in milliseconds. */
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
  const attempt = async () => {
    await run(page, long);
    await underway(page);
    return cancel();
  };
  const took = await undisturbed(attempt, (ms) => ms < 200);
  assert.ok(took < 200, `took ${took} ms`);
  assert.deepEqual(await table(page), before);
  assert.ok(await page.locator("#stale").isVisible(), "the result is marked as an earlier config's");
  assert.ok(await page.locator("#cancel").isDisabled());
  await run(page, { "train.epochs": "20", "model.hidden": "256" });
  await done(page);
  assert.ok(await page.locator("#stale").isHidden());
});

test("Cancel stops a worker that does not answer within 200 ms, and the next run has a fresh one", async () => {
  const attempt = async () => {
    await run(page, long);
    await underway(page);
    const worker = page.workers().at(-1);
    await worker?.evaluate(() => {
      setTimeout(() => {
        for (const end = Date.now() + 20_000; Date.now() < end; );
      }, 50);
    });
    await page.waitForTimeout(150);
    return { took: await cancel(), worker };
  };
  const { took, worker } = await undisturbed(attempt, ({ took }) => took < 200);
  assert.ok(took < 200, `took ${took} ms`);
  await run(page, { "train.epochs": "3" });
  await done(page);
  assert.match(await status(page), /3 epochs/);
  // Chromium gives a script that is busy two seconds before it ends its thread.
  if (worker && page.workers().includes(worker)) await worker.waitForEvent("close");
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

test("the page's thread never blocks over 100 ms while training", async () => {
  const tasks = await longTasks(page);
  const done = () => page.locator("progress").evaluate((bar) => /** @type {HTMLProgressElement} */ (bar).value);
  await run(page, long);
  await underway(page);
  const attempt = async () => {
    await tasks();
    const begin = await done();
    await page.waitForTimeout(2500);
    const end = await done();
    assert.ok(begin < end && end < 1, `it was training all the while: ${begin} to ${end}`);
    return (await tasks()).filter((ms) => ms > BLOCKED);
  };
  assert.deepEqual(await undisturbed(attempt, ({ length }) => length === 0), []);

  await page.evaluate(() => new Promise((resolve) => setTimeout(() => {
    for (const stop = performance.now() + 90; performance.now() < stop; );
    resolve(undefined);
  })));
  assert.ok((await tasks()).some((ms) => ms >= 90), "a long task would have been seen");
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

test("a run that waits before there is any result says so", async () => {
  const other = await lab.visit(`#${LONG}`);
  await underway(other.page);
  const sentence = () => other.page.textContent("#sentence");
  assert.match((await sentence()) ?? "", /on its way/);
  await other.page.click("#pause");
  await says(other.page, "Paused after epoch");
  assert.match((await sentence()) ?? "", /^Paused before the first result: Continue goes on/);
  await other.page.click("#run");
  assert.match((await sentence()) ?? "", /on its way/);
  await other.close();
});

test("a run from a link can be cancelled before there is any result", async () => {
  const other = await lab.visit(`#${LONG}`);
  await underway(other.page);
  await other.page.click("#cancel");
  await says(other.page, "Cancelled.");
  assert.match((await other.page.textContent("#sentence")) ?? "", /No result yet/);
  await other.close();
});

const most = { "data.n_samples": "50", "model.hidden": "4", "train.epochs": "10000", "prune.levels.count": "1000" };
/** Waits until a run of the most epochs and levels is shown. */
async function shownWhole() {
  await says(page, "10\u202f000 epochs, 1\u202f000 levels");
  await page.waitForFunction(() => document.querySelectorAll("#levels tbody tr").length === 1001);
}

test("the most epochs and levels there may be are shown whole, a plot and a table of a thousand rows", async () => {
  await run(page, most);
  await shownWhole();
  const rows = await table(page);
  assert.deepEqual(rows.slice(1).map(({ level }) => level), Array.from({ length: 1000 }, (_, index) => String(index)));
  // Laid out, a piece of rows is as high as the style says of one that is not, or scrolling would jump.
  const heights = await page.$$eval("#levels tbody.piece", (pieces) =>
    pieces.map((piece) =>
      ["visible", "hidden"].map((visibility) => {
        /** @type {HTMLElement} */ (piece).style.contentVisibility = visibility;
        return piece.getBoundingClientRect().height;
      }),
    ),
  );
  assert.equal(heights.length, 20);
  for (const [laidOut, not] of heights) assert.equal(laidOut, not);
});

test("the page's thread never blocks over 100 ms while a run of the most epochs and levels ends", async () => {
  const tasks = await longTasks(page);
  const attempt = async () => {
    await run(page, { "train.epochs": "1", "prune.levels.count": "1" });
    await done(page);
    await tasks();
    await run(page, most);
    await shownWhole();
    return (await tasks()).filter((ms) => ms > BLOCKED);
  };
  assert.deepEqual(await undisturbed(attempt, ({ length }) => length === 0), []);
});

test("the status says that the data is drawn, then that the run goes on, then that it is done", async () => {
  await page.evaluate(() => {
    /** @type {string[]} */
    const said = [];
    new MutationObserver((records) => {
      for (const { addedNodes } of records) said.push(...[...addedNodes].map(({ textContent }) => textContent ?? ""));
    }).observe(/** @type {Node} */ (document.querySelector("#status")), { childList: true });
    Object.assign(globalThis, { said });
  });
  await run(page, { "train.epochs": "3" });
  await done(page);
  const said = await page.evaluate(() => /** @type {{ said: string[] }} */ (/** @type {unknown} */ (globalThis)).said);
  const [drawing, running, end, ...more] = said;
  assert.deepEqual([drawing, running, more], ["Drawing the data …", "Running.", []]);
  assert.match(end, /^Done in/);
});

test("a run can be cancelled while its data is drawn", async () => {
  await run(page, { "data.n_samples": "1500000", "train.epochs": "0" });
  assert.equal(await status(page), "Drawing the data …");
  await page.click("#cancel");
  await says(page, "Cancelled.");
  await run(page, { "data.n_samples": "100" });
  await done(page);
});
