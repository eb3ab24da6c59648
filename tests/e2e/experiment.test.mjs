// @ts-check
// The numbers on the page are the numbers of the core, and the core's are Python's.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { startLab } from "./harness.mjs";
import { colours, done, table } from "./lab.mjs";

/** @type {Awaited<ReturnType<typeof startLab>>} */
let lab;
/** @type {import("playwright-core").Page} */
let page;
before(async () => {
  lab = await startLab();
  ({ page } = await lab.visit());
  await done(page);
});
after(() => lab.close());

/** The report that the crate makes natively. @param {string} config */
async function replicate(config) {
  const child = promisify(execFile)(
    "cargo",
    ["run", "--quiet", "--example", "replicate", "--", "--config", "-", "--json", "-"],
    { cwd: new URL("../../", import.meta.url), maxBuffer: 1 << 26 },
  );
  child.child.stdin?.end(config);
  return JSON.parse((await child).stdout);
}

/** @param {import("playwright-core").Page} shown @param {any} report */
async function assertTableEquals(shown, report) {
  const [unpruned, ...levels] = await table(shown);
  assert.equal(unpruned.level, "unpruned");
  assert.equal(levels.length, report.levels.length);
  for (const [row, expected] of [[unpruned, report.unpruned], ...levels.map((row, i) => [row, report.levels[i]])]) {
    const fields = Object.keys(row.values).filter((name) => expected[name] !== undefined);
    assert.ok(fields.length >= 5, "the row has the report's fields");
    for (const name of fields) {
      const value = row.values[name];
      assert.equal(value === undefined ? null : Number(value), expected[name], `${name} of ${row.level}`);
      const text = row.texts[name].replaceAll("\u202f", "");
      if (expected[name] === null) assert.equal(text, "–");
      else if (/accuracy|amount|sparsity/.test(name)) assert.equal(text, `${(expected[name] * 100).toFixed(2)}%`);
      else if (/loss|threshold/.test(name)) assert.equal(text, expected[name].toFixed(4));
      else if (/params|correct/.test(name)) assert.equal(text, String(expected[name]));
      else if (/compression_ratio|speedup/.test(name)) assert.equal(text, `${expected[name].toFixed(2)}×`);
      else assert.fail(`no rule for the text of ${name}`);
    }
  }
}

test("the seed experiment runs at load and its table is replicate's report, field by field", { timeout: 600_000 }, async () => {
  const report = await replicate("{}");
  assert.equal(report.levels.length, 20);
  for (const name of ["amount", "threshold", "sparsity", "total_params", "nonzero_params", "effective_params", "compression_ratio", "test_accuracy", "test_correct", "test_loss"]) {
    assert.ok(name in (await table(page))[1].values, `the table has ${name}`);
  }
  await assertTableEquals(page, report);
  assert.match((await page.textContent("footer")) ?? "", new RegExp(report.digest));
});

test("an experiment with a validation part shows that part's numbers too", { timeout: 600_000 }, async () => {
  const link = "data.n_samples=400&split.validation_size=0.25&model.hidden=[16]&prune.levels.count=5";
  const { page: other, close } = await lab.visit(`#${link}`);
  await done(other);
  assert.ok("validation_accuracy" in (await table(other))[1].values);
  await assertTableEquals(other, await replicate(
    '{"data":{"n_samples":400},"split":{"validation_size":0.25},"model":{"hidden":[16]},"prune":{"levels":{"count":5}}}',
  ));
  assert.match((await other.textContent("#chosen")) ?? "", /chosen on 70 validation rows/);
  await close();
});

test("the numbers are those the original prints", async () => {
  const rows = await table(page);
  const accuracies = rows.map(({ texts }) => Number(String(texts.test_accuracy).replace(/[^\d.]/g, "")));
  assert.deepEqual(accuracies.slice(0, 2), [92.13, 92.13]);
  assert.deepEqual(accuracies.slice(-4), [90.67, 89.47, 87.47, 84.67]);
  assert.equal(rows[1].values.nonzero_params, "3045");
  assert.equal(rows.at(-1)?.values.nonzero_params, "1665");
});

test("the sentence says the largest cut within one point, what it leaves, and what of that still works", async () => {
  const text = async (/** @type {string} */ id) => ((await page.textContent(id)) ?? "").replaceAll("\u202f", "");
  assert.equal(
    await text("#sentence"),
    "Cutting every weight below 0.1101 removes 1101 of 2816 weights (1.56× smaller) and takes test accuracy from 92.13% to 91.20%.",
  );
  assert.equal(await text("#finding"), "Of the 1972 parameters that are not zero, only 845 still lie on a path from an input to an output.");
  assert.match(await text("#chosen"), /^The largest of 2816 cuts .*chosen on the 750 test rows themselves/);
  assert.equal(await page.locator("tr.chosen-level").getAttribute("data-level"), "14", "the last level that cuts no more");
});

for (const [validation, judges] of [["0", "the 60 test rows themselves, for want of a validation split"], ["0.25", "35 validation rows; the accuracy is that of 60 test rows"]]) {
  test(`where no cut holds, the sentence and the line below it agree (validation ${validation})`, async () => {
    const { page: other, close } = await lab.visit(
      `#data.n_samples=200&split.validation_size=${validation}&model.hidden=[]&model.seed=4&train.epochs=200&prune.criterion=random&prune.levels.from=0.2`,
    );
    await done(other);
    assert.match((await other.textContent("#sentence")) ?? "", /^Nothing is cut: the network of 11 parameters/);
    assert.equal(await other.textContent("#chosen"), `No cut was chosen: the smallest of 10 cuts costs more than one point on ${judges}.`);
    assert.equal(await other.locator("tr.chosen-level").count(), 0);
    await close();
  });
}

test("both plots and the loss hold ink and say in words what they show", async () => {
  for (const id of ["accuracy", "parameters", "loss"]) {
    assert.ok((await colours(page, `#${id}`)) > 2, `#${id} is more than a background`);
  }
  assert.match((await page.getAttribute("#accuracy", "aria-label")) ?? "", /against threshold: 92\.13/);
  await page.getByLabel("amount", { exact: true }).check();
  assert.match((await page.getAttribute("#parameters", "aria-label")) ?? "", /against amount: 3.073 unpruned/);
  await page.getByLabel("compression", { exact: true }).check();
  assert.match((await page.getAttribute("#accuracy", "aria-label")) ?? "", /against compression: 92\.13.* at 1\.85×/);
});

test("the downloads hold replicate's report in full", { timeout: 600_000 }, async () => {
  const file = async (/** @type {string} */ id) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.click(id)]);
    return readFile(await download.path(), "utf8");
  };
  const rows = await table(page);
  const report = JSON.parse(await file("#save-json"));
  assert.deepEqual(report, await replicate("{}"));
  assert.equal(String(report.levels[6].test_loss), rows[7].values.test_loss);
  const [head, ...lines] = (await file("#save-csv")).trim().split("\n").map((line) => line.split(","));
  // What is inside a level is set out by its path.
  /** @type {(nested: object, prefix?: string) => [string, unknown][]} */
  const flat = (nested, prefix = "") => /** @type {[string, unknown][]} */ (Object.entries(nested).flatMap(([name, value]) =>
    value !== null && typeof value === "object" ? flat(value, `${prefix}${name}.`) : [[prefix + name, value]]));
  const levels = report.levels.map((/** @type {object} */ level) => flat(level));
  assert.deepEqual(head, ["level", ...levels[0].map((/** @type {[string, unknown]} */ [name]) => name)]);
  const cell = (/** @type {string} */ text) => (text === "" ? null : Number(text));
  const [unpruned, ...pruned] = lines.map((line) => line.map(cell));
  assert.deepEqual(pruned, levels.map((/** @type {[string, unknown][]} */ level, /** @type {number} */ i) => [i + 1, ...level.map(([, value]) => value)]));
  assert.deepEqual(Object.fromEntries(head.map((name, i) => [name, unpruned[i]]).filter(([, value]) => value !== null)), {
    level: 0,
    ...Object.fromEntries(Object.entries(report.unpruned).filter(([, value]) => value !== null)),
  });
});

test("random pruning has no threshold, so its plots are against amount", async () => {
  const { page: other, close } = await lab.visit("#data.n_samples=200&model.hidden=[8]&prune.criterion=random");
  await done(other);
  const threshold = other.getByLabel("threshold", { exact: true });
  assert.ok(await threshold.isDisabled());
  assert.ok(await other.getByLabel("amount", { exact: true }).isChecked());
  assert.ok((await colours(other, "#accuracy")) > 2);
  await other.click('[data-preset="seed"]');
  await other.waitForFunction(() => !document.querySelector('input[value="threshold"]')?.matches(":disabled"));
  assert.ok(await threshold.isChecked(), "the choice comes back with the levels that have one");
  await close();
});
