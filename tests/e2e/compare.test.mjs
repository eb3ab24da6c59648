// @ts-check
// Other criteria on the network of the last result, laid over both plots.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startLab } from "./harness.mjs";
import { colours, done } from "./lab.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {Awaited<ReturnType<typeof startLab>>} */
let lab;
before(async () => (lab = await startLab()));
after(() => lab.close());

const SMALL = "data.n_samples=300&model.hidden=[12]&train.epochs=6";
const box = (/** @type {Page} */ page, /** @type {string} */ criterion) => page.locator(`#compare [value="${criterion}"]`);
const open = (/** @type {Page} */ page) => page.click(".compare summary");

/** The rows of the table, once there are so many. @param {Page} page @param {number} many */
async function rows(page, many) {
  await page.waitForFunction((many) => document.querySelectorAll("#compared tbody tr").length === many, many);
  return page.$$eval("#compared tbody tr", (trs) => trs.map((tr) => [...tr.children].map(({ textContent }) => textContent ?? "")));
}

test("all nine criteria lie over both plots, each with the correlations that a run of its own reports", async () => {
  const { page, errors, close } = await lab.visit(`#${SMALL}&split.validation_size=0.2`);
  await done(page);
  await open(page);
  const before = [await colours(page, "#accuracy"), await colours(page, "#parameters")];
  const criteria = ["magnitude", "random", "taylor", "obd", "obs", "wanda", "movement", "oracle", "absolute_oracle"];
  for (const criterion of criteria) await box(page, criterion).check();
  const shown = await rows(page, 9);
  assert.equal(await page.getByLabel("amount", { exact: true }).isChecked(), true, "most have no threshold");
  assert.equal(await page.textContent("#axis-note"), "");
  await page.getByLabel("threshold", { exact: true }).check();
  assert.equal(await page.textContent("#axis-note"), "no threshold describes the cuts of what is laid over");
  await page.getByLabel("amount", { exact: true }).check();
  const drawn = await page.$$eval("#compared .line line", (lines) => lines.map((line) => [getComputedStyle(line).stroke, line.getAttribute("stroke-dasharray")].join()));
  assert.equal(new Set(drawn).size, 9, "no two lines look the same, nor like the run's own");
  assert.ok(drawn[0].endsWith(",") && drawn.every((line) => line.startsWith("rgb(")), `${drawn}`);
  const label = await page.getAttribute("#accuracy", "aria-label");
  assert.match(label ?? "", /Laid over it: random, Taylor, Optimal Brain Damage, Optimal Brain Surgeon, Wanda, movement, oracle, \|oracle\|\.$/);
  await page.waitForFunction(() => document.querySelector("#compare-note")?.textContent === "How far each goes is judged on the validation part.");
  const after = [await colours(page, "#accuracy"), await colours(page, "#parameters")];
  assert.ok(after[0] > before[0] && after[1] > before[1], `${before} ${after}`);
  const reported = await page.evaluate(async ([fragment, criteria]) => {
    const { Run } = await import(new URL("pkg/prunelab.js", location.href).href);
    return criteria.map((/** @type {string} */ criterion) => {
      const run = new Run(JSON.stringify({ ...JSON.parse(fragment), prune: { criterion, oracle: true } }));
      for (;;) {
        const event = JSON.parse(run.next());
        if (event.type === "done") return [event.report.oracle_correlation, event.report.absolute_oracle_correlation];
      }
    });
  }, /** @type {[string, string[]]} */ ([JSON.stringify({ data: { n_samples: 300 }, model: { hidden: [12] }, train: { epochs: 6 }, split: { validation_size: 0.2 } }), criteria]));
  const text = (/** @type {number} */ rho) => rho.toFixed(3).replace("-", "−");
  assert.deepEqual(shown.map(([, signed, absolute]) => [signed, absolute]), reported.map((/** @type {number[]} */ both) => both.map(text)));
  assert.deepEqual(await page.$$eval("#compared thead th", (ths) => ths.map(({ textContent }) => textContent)), ["Criterion", "ρ with the oracle", "ρ with |oracle|", "Cut within one point"]);
  assert.equal(shown[7][1], "1.000", "the oracle agrees with itself");
  assert.notEqual(shown[7][2], "1.000", "but not with the size of its changes");
  assert.equal(shown[8][2], "1.000", "as |oracle| does");
  await box(page, "random").uncheck();
  assert.equal((await rows(page, 8)).length, 8);
  assert.deepEqual(errors, []);
  await close();
});

test("what is laid over follows to the next result, also to one without a curve, and says what judges", async () => {
  const { page, errors, close } = await lab.visit(`#${SMALL}`);
  await done(page);
  await open(page);
  await box(page, "wanda").check();
  await rows(page, 1);
  assert.match((await page.textContent("#compare-note")) ?? "", /for want of a validation part/);
  await page.fill('[name="prune.recovery"]', "1");
  await page.click("#run");
  await page.waitForFunction(() => document.querySelector("#accuracy-aside")?.textContent?.includes("levels"));
  await rows(page, 1);
  assert.match((await page.getAttribute("#accuracy", "aria-label")) ?? "", /Laid over it: Wanda\.$/);
  assert.deepEqual(errors, []);
  await close();
});

test("a criterion that the network does not allow is refused with the reason, and without its network none is tried", async () => {
  const { page, close } = await lab.visit(`#${SMALL}&train.epochs=0`);
  await done(page);
  await open(page);
  await box(page, "movement").check();
  assert.match((await page.textContent("#compare-note")) ?? "", /^prune\.criterion must be another one for a network that has not been trained/);
  await page.fill('[name="train.epochs"]', "10000");
  await page.click("#run");
  await page.waitForFunction(() => !(/** @type {HTMLButtonElement} */ (document.querySelector("#cancel")).disabled));
  await page.click("#cancel");
  await page.waitForFunction(() => document.querySelector("#status")?.textContent?.startsWith("Cancelled"));
  await box(page, "taylor").check();
  await page.waitForFunction(() => document.querySelector("#compare-note")?.textContent?.includes("run again to compare"));
  await close();
});

test("each criterion whose curve is laid over is one look at the test part, its own and what was seen before is none", async () => {
  const { page, close } = await lab.visit(`#${SMALL}&split.validation_size=0.2`);
  await done(page);
  await open(page);
  const looks = async () => /looked at (once|\d+ times) while choosing/.exec((await page.textContent("#looks")) ?? "")?.[1];
  assert.equal(await looks(), "once");
  await box(page, "wanda").check();
  await rows(page, 1);
  assert.equal(await looks(), "2 times");
  await box(page, "random").check();
  await box(page, "taylor").check();
  await rows(page, 3);
  assert.equal(await looks(), "4 times");
  await box(page, "wanda").uncheck();
  await rows(page, 2);
  await box(page, "wanda").check();
  await rows(page, 3);
  assert.equal(await looks(), "4 times", "the same curve again tells nothing new");
  await box(page, "magnitude").check();
  await rows(page, 4);
  assert.equal(await looks(), "4 times", "the run's own curve was there already");
  await box(page, "random").uncheck();
  await box(page, "taylor").uncheck();
  // Another network has another result and other curves.
  await page.fill('[name="train.epochs"]', "7");
  await page.click("#run");
  await page.waitForFunction(() => document.querySelector("#status")?.textContent?.includes("7 epochs"));
  await rows(page, 2);
  await page.waitForFunction(() => document.querySelector("#looks")?.textContent?.includes("looked at 6 times"));
  await close();
});

test("where the levels are networks of their own, the curve of the run's criterion is a look too", async () => {
  const { page, close } = await lab.visit(`#${SMALL}&prune.recovery=1&prune.levels.count=2`);
  await done(page);
  await open(page);
  assert.match((await page.textContent("#looks")) ?? "", /looked at once/);
  await box(page, "magnitude").check();
  await rows(page, 1);
  assert.match((await page.textContent("#looks")) ?? "", /looked at 2 times/);
  await close();
});
