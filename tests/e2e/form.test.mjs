// @ts-check
// The form refuses at the field, and the address holds the experiment.

import assert from "node:assert/strict";
import { after, before, beforeEach, afterEach, test } from "node:test";
import { startLab } from "./harness.mjs";
import { done, field, run, says, status, table, underway } from "./lab.mjs";

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

const fragment = () => page.evaluate(() => decodeURIComponent(location.hash));

test("a bad field is refused at the field, gets the focus, and the last result stays", async () => {
  const before = await table(page);
  const size = field(page, "split.test_size");
  await run(page, { "split.test_size": "1.2" });
  assert.equal(await size.getAttribute("aria-invalid"), "true");
  const says = await page.locator(`[id="${await size.getAttribute("aria-describedby")}"]`).textContent();
  assert.match(says ?? "", /^Must be .*got 1\.2/);
  assert.match(await status(page), /^split\.test_size must be .*got 1\.2/);
  assert.ok(await size.evaluate((control) => control === document.activeElement));
  assert.deepEqual(await table(page), before);
  assert.ok(await page.locator("#stale").isVisible());

  await run(page, { "split.test_size": "0.25" });
  await done(page);
  assert.equal(await size.getAttribute("aria-invalid"), null);
  assert.notDeepEqual(await table(page), before);
});

test("a refused field that is folded away is unfolded", async () => {
  const informative = field(page, "data.n_informative");
  assert.ok(await informative.isHidden());
  await page.locator("details", { has: informative }).locator("summary").click();
  await informative.fill("11");
  await page.locator("details", { has: informative }).locator("summary").click();
  assert.ok(await informative.isHidden());
  await page.click("#run");
  assert.ok(await informative.isVisible());
  assert.equal(await informative.getAttribute("aria-invalid"), "true");
});

const refusals = /** @type {[string, string][]} */ ([
  ["data.n_samples", "0"],
  ["data.n_samples", "1"],
  ["data.n_samples", "2.5"],
  ["data.n_samples", "100000000"],
  ["data.n_samples", ""],
  ["model.hidden", "0"],
  ["model.hidden", "64, many"],
  ["train.optimizer.lr", "-1"],
  ["train.epochs", "1000000000"],
  ["prune.levels.to", "1.5"],
]);
for (const [path, value] of refusals) {
  test(`${path} = "${value}" is refused there, before anything runs`, async () => {
    await run(page, { [path]: value });
    assert.equal(await field(page, path).getAttribute("aria-invalid"), "true");
    assert.match(await status(page), new RegExp(`^${path.replaceAll(".", "\\.")} `));
    assert.equal(await page.locator('[aria-invalid="true"]').count(), 1);
    assert.ok(await page.locator("#cancel").isDisabled());
  });
}

test("no hidden layer and no epoch are allowed", async () => {
  await run(page, { "model.hidden": "", "train.epochs": "0" });
  await done(page);
  assert.match(await status(page), /0 epochs/);
  assert.equal((await table(page))[0].values.total_params, "11");
});

test("a change is checked at once, without running", async () => {
  await field(page, "train.optimizer.lr").fill("-1");
  await field(page, "train.optimizer.lr").blur();
  assert.equal(await field(page, "train.optimizer.lr").getAttribute("aria-invalid"), "true");
  await field(page, "train.optimizer.lr").fill("0.01");
  assert.equal(await field(page, "train.optimizer.lr").getAttribute("aria-invalid"), null);
  assert.equal(await status(page), "");
});

test("a reload restores the experiment from the address", async () => {
  await run(page, { "data.n_samples": "500", "model.hidden": "64, 32" });
  await done(page);
  assert.equal(await fragment(), "#data.n_samples=500&model.hidden=[64,32]");
  const before = await table(page);
  await page.reload();
  await done(page);
  assert.equal(await field(page, "data.n_samples").inputValue(), "500");
  assert.equal(await field(page, "model.hidden").inputValue(), "64, 32");
  assert.equal(await fragment(), "#data.n_samples=500&model.hidden=[64,32]");
  assert.deepEqual(await table(page), before);
});

test("the seed experiment has a plain address", async () => {
  assert.equal(await page.evaluate(() => location.href), `${lab.origin}/`);
  await run(page, { "train.epochs": "3" });
  await done(page);
  assert.equal(await fragment(), "#train.epochs=3");
  await page.click("#reset");
  await page.waitForFunction(() => location.hash === "");
  await done(page);
  assert.match(await status(page), /20 epochs/);
});

test("a changed fragment runs the experiment it says", async () => {
  await page.evaluate(() => (location.hash = "#data.kind=moons&data.n_samples=300&data.noise=0.2&train.epochs=4"));
  await page.waitForFunction(() => document.querySelector("#status")?.textContent?.includes("4 epochs"));
  assert.equal(await field(page, "data.noise").inputValue(), "0.2");
  assert.ok(await field(page, "data.n_classes").isHidden());
});

const links = /** @type {[string, RegExp, string | null][]} */ ([
  ["split.test_size=1.2", /split\.test_size must be/, "split.test_size"],
  ["data.n_samples=many", /data\.n_samples/, "data.n_samples"],
  ["data.n_colours=3&train.epochs=7", /data\.n_colours/, null],
  ["nonsense", /“nonsense” in the link/, null],
  ["train.epochs=%E0%A4%A", /in the link/, null],
  ["data=3", /data/, null],
  ["__proto__.polluted=1", /__proto__/, null],
]);
for (const [link, reason, path] of links) {
  test(`the link #${link} is explained and does not break the page`, async () => {
    const bad = await lab.visit(`#${link}`);
    await says(bad.page, "The link was not run");
    assert.match(await status(bad.page), reason);
    if (path) assert.equal(await field(bad.page, path).getAttribute("aria-invalid"), "true");
    if (link.includes("epochs=7")) assert.equal(await field(bad.page, "train.epochs").inputValue(), "7");
    await bad.page.click("#reset");
    await done(bad.page);
    assert.deepEqual(bad.errors, []);
    await bad.close();
  });
}

test("a bad link that comes while a run is under way ends it and is explained", async () => {
  await run(page, { "train.epochs": "10000", "model.hidden": "512, 256" });
  await underway(page);
  await page.evaluate(() => (location.hash = "#split.test_size=2"));
  await page.waitForFunction(() => document.querySelector("#cancel")?.matches(":disabled"));
  assert.match(await status(page), /The link was not run: split\.test_size/);
});

test("another data set brings its own knobs and keeps what means the same", async () => {
  await field(page, "data.random_state").fill("7");
  await field(page, "data.kind").selectOption("blobs");
  assert.ok(await field(page, "data.centers").isVisible());
  assert.ok(await field(page, "data.n_classes").isHidden());
  assert.equal(await field(page, "data.random_state").inputValue(), "7");
  await page.click("#run");
  await done(page);
  assert.match(await fragment(), /data\.kind=blobs/);
});

test("another optimizer brings its own knobs", async () => {
  await page.locator("summary", { hasText: "training" }).click();
  assert.ok(await field(page, "train.optimizer.momentum").isHidden());
  await field(page, "train.optimizer.kind").selectOption("sgd");
  assert.ok(await field(page, "train.optimizer.momentum").isVisible());
  assert.ok(await field(page, "train.optimizer.betas").isHidden());
  await page.click("#run");
  await done(page);
});

test("“Surprise me” runs with a new seed that the address holds", async () => {
  const before = await table(page);
  await page.click("#surprise");
  await page.waitForFunction(() => location.hash.includes("model.seed="));
  await done(page);
  assert.notEqual(await field(page, "data.random_state").inputValue(), "42");
  assert.notDeepEqual(await table(page), before);
});
