// @ts-check
// What the tests of the page do again and again.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach } from "node:test";
import { startLab } from "./harness.mjs";

/**
 * @typedef {import("playwright-core").Page} Page
 * @typedef {Awaited<ReturnType<typeof startLab>>} Lab
 * @typedef {import("./harness.mjs").Visit} Visit
 */

/**
 * Has each test of a file visit the page anew, whose first run is done; `faultless`: and leave no error behind.
 * @param {(visit: Visit, lab: Lab) => void} arrive @param {{ faultless?: boolean }} [options]
 */
export function visitEach(arrive, { faultless = false } = {}) {
  /** @type {Lab} */
  let lab;
  /** @type {Visit} */
  let visit;
  before(async () => (lab = await startLab()));
  after(() => lab.close());
  beforeEach(async () => {
    visit = await lab.visit();
    await done(visit.page);
    arrive(visit, lab);
  });
  afterEach(async () => {
    if (faultless) assert.deepEqual(visit.errors, []);
    await visit.close();
  });
}

/** A run that would take minutes, in short steps. */
export const LONG = "train.epochs=10000&model.hidden=[512,256]";

/** The text of the status line. @param {Page} page */
export const status = async (page) => (await page.textContent("#status")) ?? "";

/** Waits until the status line says so. @param {Page} page @param {string} text @param {number} [timeout] */
export async function says(page, text, timeout = 30_000) {
  await page.waitForFunction((part) => document.querySelector("#status")?.textContent?.includes(part), text, { timeout });
}

/** Waits until a run has ended well. @param {Page} page */
export const done = (page) => says(page, "Done in");

/** Waits until a run has trained some epochs and goes on. @param {Page} page */
export async function underway(page) {
  await page.waitForFunction(() => {
    const progress = document.querySelector("progress");
    return progress?.checkVisibility() && progress.value > 0 && progress.value < 1;
  });
}

/**
 * The first of up to three attempts that satisfies `holds`, or else the last. A claim about the page's own speed is
 * about the attempt that nothing disturbed: on a busy machine any single one can be held up by other processes, while a
 * page that is too slow fails every one. Each attempt is a whole measurement.
 * @template T
 * @param {() => Promise<T>} attempt @param {(measured: T) => boolean} holds
 */
export async function undisturbed(attempt, holds) {
  let measured = await attempt();
  for (let again = 0; again < 2 && !holds(measured); again += 1) measured = await attempt();
  return measured;
}

/** Watches for long tasks of the page's thread; the function returned gives their lengths since it was last called, in ms. @param {Page} page */
export async function longTasks(page) {
  await page.evaluate(() => {
    /** @type {number[]} */
    const tasks = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
    Object.assign(globalThis, { tasks });
  });
  return () =>
    page.evaluate(async () => {
      // An entry comes only after its task, a little later.
      await new Promise((resolve) => setTimeout(resolve, 100));
      return /** @type {{ tasks: number[] }} */ (/** @type {unknown} */ (globalThis)).tasks.splice(0);
    });
}

/** Waits until every view has followed the cut. @param {Page} page */
export async function followed(page) {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  await page.waitForFunction(() => document.querySelector("#network-figure")?.ariaBusy !== "true");
}

/** Unfolds the parts of the form that are folded away. @param {Page} page */
export const unfold = (page) => page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));

/** The control of a config path. @param {Page} page @param {string} path */
export const field = (page, path) => page.locator(`[name="${path}"]`);

/** Sets the values and presses Run. @param {Page} page @param {Record<string, string>} values */
export async function run(page, values) {
  if (Object.keys(values).some((path) => path.startsWith("prune.levels"))) await page.evaluate(() => document.getElementById("prune.levels.by")?.closest("details")?.setAttribute("open", ""));
  for (const [path, value] of Object.entries(values)) await field(page, path).fill(value);
  await page.click("#run");
}

/** The table as it stands: for each row its values in full and its texts, by field. @param {Page} page */
export function table(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll("#levels tbody tr")].map((tr) => {
      const cells = [...tr.querySelectorAll("td")];
      return {
        level: tr.getAttribute("data-level") ?? "",
        values: Object.fromEntries(cells.map((td) => [td.dataset.field ?? "", td.dataset.value])),
        texts: Object.fromEntries(cells.map((td) => [td.dataset.field ?? "", td.textContent])),
      };
    }),
  );
}

/** Number of different colours on a canvas. @param {Page} page @param {string} selector */
export function colours(page, selector) {
  return page.$eval(selector, (canvas) => {
    if (!(canvas instanceof HTMLCanvasElement)) throw new TypeError("no canvas");
    const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data;
    return new Set(new Uint32Array(pixels?.buffer ?? new ArrayBuffer(0))).size;
  });
}
