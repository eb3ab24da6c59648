// @ts-check
// What a report says beyond its levels: operating points, the level at the cut, how often the test part was looked at.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startLab } from "./harness.mjs";
import { done, table, unfold } from "./lab.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {Awaited<ReturnType<typeof startLab>>} */
let lab;
before(async () => (lab = await startLab()));
after(() => lab.close());

const facts = (/** @type {Page} */ page) => page.$$eval("#level-facts li", (items) => items.map(({ textContent }) => textContent ?? ""));
const looks = async (/** @type {Page} */ page) => (await page.textContent("#looks")) ?? "";
const saysOf = (/** @type {Page} */ page, /** @type {string} */ selector, /** @type {string} */ part) =>
  page.waitForFunction(([selector, part]) => document.querySelector(selector)?.textContent?.includes(part), [selector, part]);

/** The rows of the table of operating points. @param {Page} page */
const operating = (page) => page.$$eval("#operating tbody tr", (trs) => trs.map((tr) => [...tr.children].map(({ textContent }) => textContent ?? "")));

test("the seed network's biases make 16 and 32 times impossible, and the page says so", async () => {
  const { page, errors, close } = await lab.visit();
  await done(page);
  const rows = await operating(page);
  assert.deepEqual(rows.map(([ratio]) => ratio), ["2×", "4×", "8×", "16×", "32×"]);
  for (const row of rows.slice(0, 3)) {
    assert.equal(row.length, 5);
    assert.ok(parseFloat(row[1]) >= parseFloat(row[0]), row.join());
    assert.match(row[4], /^[+−]\d+\.\d\d$/);
  }
  for (const row of rows.slice(3)) assert.match(row[1], /^Impossible: .*11\.96×\.$/);
  assert.deepEqual(errors, []);
  await close();
});

test("a ratio that the levels miss by one parameter is not said to be impossible, nor to be reached", async () => {
  // 401 parameters, of which the level leaves 201.
  const { page, close } = await lab.visit("#data.kind=moons&model.hidden=[100]&train.epochs=4&prune.recovery=1&prune.levels.from=0.5&prune.levels.to=0.6667&prune.levels.count=2&split.validation_size=0.2", { viewport: { width: 360, height: 800 } });
  await done(page);
  const [right, seen] = await page.$eval("#operating td p", (p) => [p.getBoundingClientRect().right, p.closest(".scroll")?.getBoundingClientRect().right ?? 0]);
  assert.ok(right <= seen, `on a phone it is read without scrolling: ${right} of ${seen}`);
  for (const [, why] of await operating(page)) {
    assert.equal(why, "Not reached: the smallest level keeps 201 of 401 parameters, 1.995×.");
  }
  await close();
});

test("how far the scores agree with the oracle's is said where it was asked for", async () => {
  const { page, close } = await lab.visit("#data.n_samples=300&model.hidden=[12]&train.epochs=6&prune.oracle=true&prune.criterion=taylor");
  await done(page);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save-json")]);
  const { readFile } = await import("node:fs/promises");
  const report = JSON.parse(await readFile(await download.path(), "utf8"));
  const [oracle, absolute] = [report.oracle_correlation, report.absolute_oracle_correlation].map((rho) => rho.toFixed(3).replace("-", "−"));
  assert.equal(await page.textContent("#agreement"), `Spearman’s ρ of the scores by Taylor with the oracle is ${oracle}, with |oracle|, the size of the change, ${absolute}.`);
  await page.click('[data-preset="seed"]');
  await saysOf(page, "#status", "20 epochs");
  assert.ok(await page.locator("#agreement").isHidden());
  await close();
});

test("of the level at the cut it says layer densities, collapse, speed-up and compaction, as the report has them", async () => {
  const { page, errors, close } = await lab.visit("#prune.levels.to=0.9&prune.levels.count=3&split.validation_size=0.2");
  await done(page);
  await unfold(page);
  await page.fill("#cut-amount", "0");
  await saysOf(page, "#about-level", "before the first level");
  await page.fill("#cut-amount", "0.95");
  await saysOf(page, "#about-level", "Level 3, amount 90.0\u202f%, the last that removes no more than the cut:");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save-json")]);
  const { readFile } = await import("node:fs/promises");
  const level = JSON.parse(await readFile(await download.path(), "utf8")).levels[2];
  const densities = await page.$$eval("#densities tbody td", (cells) => cells.map(({ textContent }) => parseFloat(textContent ?? "")));
  assert.deepEqual(densities, level.layer_densities.map((/** @type {number} */ density) => Number((100 * density).toFixed(1))));
  const said = (await facts(page)).map((text) => text.replaceAll("\u202f", ""));
  assert.match(said[0], /^The network has collapsed: at amount 0\.9 layer 2 has no weight left.*no longer depends on the input\.$/);
  assert.ok(said.some((text) => text.startsWith(`${level.theoretical_speedup.toFixed(2)}×`)));
  const { params, multiply_adds, bytes } = level.compaction;
  assert.ok(said.some((text) => [params, multiply_adds, bytes].every(([from, to]) => text.includes(`${from} → ${to}`))), said.join("\n"));
  assert.ok(said.some((text) => /^Checked on all rows: .* 0 of the largest|^Checked on all rows: .*e-\d/.test(text)));
  const [, , , last] = await table(page);
  assert.equal(Number(last.values.theoretical_speedup), level.theoretical_speedup);
  assert.deepEqual(errors, []);
  await close();
});

test("after recovery the unpruned network with the same training stands beside it", async () => {
  const { page, close } = await lab.visit("#prune.recovery=2&prune.levels.count=2&train.epochs=4");
  await done(page);
  await unfold(page);
  await page.locator("#accuracy + .cut-slider").focus();
  await page.keyboard.press("End");
  await saysOf(page, "#about-level", "Level 2");
  assert.ok((await facts(page)).some((text) => /^Trained for 6 epochs; the unpruned network after as many has a test accuracy of /.test(text)));
  await close();
});

test("each cut at which the choice rests is a look at the test part, and the gap to validation is said", async () => {
  const { page, close } = await lab.visit("#split.validation_size=0.2");
  await done(page);
  assert.match(await looks(page), /^The test part was looked at once while choosing; at this cut validation is \d+\.\d\d points (below|above) test\.$/);
  for (const [amount, times] of [["0.3", "2 times"], ["0.4", "3 times"]]) {
    await page.fill("#cut-amount", amount);
    await saysOf(page, "#looks", `looked at ${times}`);
  }
  await page.click("#run");
  await saysOf(page, "#looks", "looked at 4 times");
  // What it says of the run before is not to be taken for the next one's.
  await page.$eval("#status", (status) => status.replaceChildren());
  await page.click("#run");
  await done(page);
  await saysOf(page, "#looks", "looked at 4 times"); // the same numbers
  await page.fill('[name="data.random_state"]', "7");
  await page.click("#run");
  await saysOf(page, "#looks", "looked at once"); // another test part
  await page.goBack();
  await saysOf(page, "#looks", "looked at 5 times");
  await close();
  const other = await lab.visit();
  await done(other.page);
  assert.match(await looks(other.page), /once while choosing, and nothing else can choose: without a validation part/);
  await other.close();
});

test("a cut that comes to rest while another result waits for its frame is no look at that one's test part", async () => {
  const { page, close } = await lab.visit();
  const said = await page.evaluate(async () => {
    const load = (/** @type {string} */ name) => import(new URL(name, location.href).href);
    const [{ Looks }, { Cut }] = [await load("looks.js"), await load("cut.js")];
    /** @type {(() => void)[]} */
    const frames = [];
    const line = document.createElement("p");
    const cut = new Cut((/** @type {() => void} */ frame) => frames.push(frame));
    new Looks(line, cut);
    const show = (/** @type {number} */ seed) =>
      cut.load(
        { unpruned: { nonzero_params: 2, total_params: 2 }, data: { n_test: 2 }, config: { data: { seed }, split: {} }, digest: `${seed}` },
        { magnitudes: Float32Array.of(1), curve: { removed: Uint32Array.of(0, 1), testCorrect: Uint32Array.of(2, 1) } },
      );
    show(1);
    frames.pop()?.();
    show(2);
    await new Promise((resolve) => setTimeout(resolve, 500));
    frames.pop()?.();
    return line.textContent;
  });
  assert.match(said ?? "", /looked at once while choosing/);
  await close();
});

test("the recipe that lost least leaves an eighth and loses no more than a point on the test part", async () => {
  const { page, errors, close } = await lab.visit();
  await done(page);
  await page.click('[data-preset="eighth"]');
  await saysOf(page, "#prune-aside", "Surgeon");
  await saysOf(page, "#accuracy-aside", "levels");
  assert.equal(await page.getAttribute('[data-preset="eighth"]', "aria-pressed"), "true");
  const eighth = (await operating(page))[2];
  assert.equal(eighth[0], "8×");
  const [unpruned, ...levels] = await table(page);
  const last = levels[levels.length - 1];
  assert.ok(Number(last.values.compression_ratio) >= 8);
  assert.ok(Number(unpruned.values.test_accuracy) - Number(last.values.test_accuracy) <= 0.01);
  assert.deepEqual(errors, []);
  await close();
});
