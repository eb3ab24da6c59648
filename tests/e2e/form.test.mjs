// @ts-check
// The form refuses at the field, and the address holds the experiment.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { done, field, run, says, status, table, underway, unfold, visitEach } from "./lab.mjs";

/** @type {import("./lab.mjs").Lab} */
let lab;
/** @type {import("playwright-core").Page} */
let page;
visitEach((arrived, there) => {
  lab = there;
  ({ page } = arrived);
});

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
  ["train.optimizer.betas", ".9, 1.5"],
  ["prune.levels.to", "1.5"],
  ["prune.levels.count", ""],
  ["prune.levels.count", "2.5"],
  ["prune.levels.count", "1001"],
]);
for (const [path, value] of refusals) {
  test(`${path} = "${value}" is refused there, before anything runs`, async () => {
    await unfold(page);
    await run(page, { [path]: value });
    assert.equal(await field(page, path).getAttribute("aria-invalid"), "true");
    assert.match(await status(page), new RegExp(`^${path.replaceAll(".", "\\.")} `));
    assert.equal(await page.locator('[aria-invalid="true"]').count(), 1);
    assert.ok(await page.locator("#cancel").isDisabled());
  });
}

test("an empty field is said to be empty, and what is no number to be none", async () => {
  await run(page, { "train.epochs": "" });
  assert.equal(await status(page), "train.epochs is empty.");
  assert.equal(await page.textContent('[id="refusal-train.epochs"]'), "Is empty.");
  await field(page, "train.epochs").focus();
  await page.keyboard.type("1e");
  await page.click("#run");
  assert.equal(await status(page), "train.epochs is not a number.");
  await run(page, { "train.epochs": "3", "data.n_samples": "many" });
  assert.match(await status(page), /^data\.n_samples .*"many"/);
  await run(page, { "data.n_samples": "1e400" });
  assert.match(await status(page), /^data\.n_samples .*"1e400"/);
});

test("a list may be spelled as people do, and what is none is refused as it was typed", async () => {
  await unfold(page);
  const betas = field(page, "train.optimizer.betas");
  for (const text of [".5, .75", ".5 .75", "0.5;0.75", "[.5, .75]", "[0.5,0.75]"]) {
    await run(page, { "train.optimizer.betas": text, "train.epochs": "3" });
    await done(page);
    assert.equal(await fragment(), "#train.epochs=3&train.optimizer.betas=[0.5,0.75]", text);
    assert.equal(await betas.inputValue(), text, "the text stays as it was typed");
  }
  await run(page, { "train.optimizer.betas": ".9, x" });
  assert.match(await status(page), /got "\.9, x"/);
});

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
  await page.click('[data-preset="seed"]');
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
    await bad.page.click('[data-preset="seed"]');
    await done(bad.page);
    assert.deepEqual(bad.errors, []);
    await bad.close();
  });
}

/** Fills the form with the config and reads it again, as modules of the page do. @param {unknown} partial */
const throughTheForm = (partial) =>
  page.evaluate(async (given) => {
    const load = (/** @type {string} */ name) => import(new URL(name, location.href).href);
    const { ConfigForm } = await load("config-form.js");
    const { complete } = await load("pkg/prunelab.js");
    const form = new ConfigForm(document.querySelector("#experiment"), complete);
    const config = JSON.parse(complete(JSON.stringify(given)));
    form.fill(config);
    return { config, read: form.read(), blank: form.blank(), lost: form.lost(config) };
  }, partial);

const data = (/** @type {string} */ kind, /** @type {Record<string, unknown[]>} */ fields) =>
  Object.entries(fields).flatMap(([name, values]) => values.map((value) => ({ data: { kind, [name]: value } })));
const optimizer = (/** @type {string} */ kind, /** @type {Record<string, unknown[]>} */ fields) =>
  Object.entries(fields).flatMap(([name, values]) => values.map((value) => ({ train: { optimizer: { kind, [name]: value } } })));
const section = (/** @type {string} */ name, /** @type {Record<string, unknown[]>} */ fields) =>
  Object.entries(fields).flatMap(([field, values]) => values.map((value) => ({ [name]: { [field]: value } })));
const numbers = [0, -1.5, 0.1, 1e-8, 5e-324, 1e21, 1.7976931348623157e308];
const counts = [0, 1, 2500, 4294967295];
const truths = [true, false];
const sizes = [7, [30, 70], [5], [1, 2, 3]];
const seeds = [0, -7, 9007199254740991];
const everyValue = /** @type {Record<string, object[]>} */ ({
  classification: data("classification", {
    n_samples: counts, n_features: counts, n_informative: counts, n_redundant: counts, n_repeated: counts, n_classes: counts,
    n_clusters_per_class: counts, weights: [null, [], [1], [0.25, 0.75]], flip_y: numbers, class_sep: numbers, hypercube: truths,
    shift: [null, ...numbers, [], [5], [5, -0.5, 1e-8]], scale: [null, ...numbers, [], [5], [5, 0.5]], shuffle: truths, random_state: counts,
  }),
  moons: data("moons", { n_samples: sizes, shuffle: truths, noise: [null, ...numbers], random_state: counts }),
  circles: data("circles", { n_samples: sizes, shuffle: truths, noise: [null, ...numbers], factor: numbers, random_state: counts }),
  spirals: data("spirals", { n_samples: sizes, shuffle: truths, noise: [null, ...numbers], turns: numbers, random_state: counts }),
  blobs: data("blobs", {
    n_samples: sizes, n_features: counts, centers: [null, 1, 4, [], [[1]], [[1, 2], [-3.5, 1e-8]]], cluster_std: [...numbers, [2], [1, 0.5]],
    center_box: [[-10, 10], [0.5, 0.5]], shuffle: truths, random_state: counts,
  }),
  split: section("split", { test_size: numbers, validation_size: numbers, stratify: truths, random_state: counts }),
  model: section("model", { hidden: [[], [5], [64, 32]], activation: ["relu", "tanh"], seed: seeds }),
  train: section("train", { epochs: counts, batch_size: [null, 1, 64], shuffle_seed: seeds, early_stopping: [null, { patience: 5 }] }),
  adam: optimizer("adam", { lr: numbers, betas: [[0.9, 0.999], [0, 0]], eps: numbers, weight_decay: numbers, amsgrad: truths }),
  adamw: optimizer("adamw", { lr: numbers, betas: [[0.9, 0.999], [0, 0]], eps: numbers, weight_decay: numbers, amsgrad: truths }),
  sgd: optimizer("sgd", { lr: numbers, momentum: numbers, dampening: numbers, weight_decay: numbers, nesterov: truths }),
  prune: [
    ...section("prune", {
      criterion: ["magnitude", "random", "taylor", "obd", "obs", "wanda", "movement", "oracle", "absolute_oracle"], scope: ["global", "layer", "row"],
      granularity: ["weight", "neuron", "2:4", "4:8"], seed: seeds, protect: [[], [0], [0, 2]], biases: [true, false],
      rounding: ["half_even", "half_up", "floor", "ceil"], recovery: counts, oracle: [true, false],
    }),
    ...[
      { kind: "one_shot" }, { kind: "iterative", fraction: 0.5, rounds: 3, rewind: null }, { kind: "iterative", fraction: 0.2, rounds: 10, rewind: 0 },
      { kind: "gradual", from: 1, to: 7 }, { kind: "initialisation" },
    ].map((schedule) => ({ prune: { schedule } })),
    ...section("levels", { by: ["amount", "threshold"], from: numbers, to: numbers, count: counts }).map(({ levels }) => ({ prune: { levels } })),
  ],
});
for (const [name, configs] of Object.entries(everyValue)) {
  test(`what fills the form is read from it again: every type of value of every field of ${name}`, async () => {
    for (const config of configs) {
      const { config: full, read, blank, lost } = await throughTheForm(config);
      assert.deepEqual(read, full, JSON.stringify(config));
      assert.deepEqual([blank, lost], [null, null], JSON.stringify(config));
    }
  });
}

test("those configs have every field there is", async () => {
  const paths = (/** @type {object} */ config) => page.evaluate(async (given) => {
    const { leaves } = await import(new URL("fragment.js", location.href).href);
    return leaves(given).map((/** @type {[string]} */ [path]) => path);
  }, config);
  for (const [name, configs] of Object.entries(everyValue)) {
    const tried = new Set((await Promise.all(configs.map(paths))).flat());
    const { config } = await throughTheForm(configs[0]);
    const root = { adam: "train.optimizer", adamw: "train.optimizer", sgd: "train.optimizer" }[name] ?? (name in config ? name : "data");
    const all = (await paths(config)).filter((/** @type {string} */ path) => path.startsWith(`${root}.`));
    const apart = (/** @type {string} */ path) => name === "train" && path.startsWith("train.optimizer.");
    assert.deepEqual(all.filter((/** @type {string} */ path) => !tried.has(path) && !apart(path)), [], name);
  }
});

for (const link of [
  "data.n_features=5&data.shift=[5,5,5,5,5]&train.epochs=2",
  "data.n_features=5&data.shift=null&data.scale=[1,2,3,4,5]&train.epochs=2",
  "data.kind=moons&data.n_samples=[30,70]&train.epochs=2",
  "data.kind=blobs&data.n_samples=[30,40,50]&data.centers=[[1,2],[3,4],[5,6]]&train.epochs=2",
]) {
  test(`the link #${link} runs the experiment it says`, async () => {
    await page.evaluate((hash) => (location.hash = hash), link);
    await page.waitForFunction(() => document.querySelector("#status")?.textContent?.includes("2 epochs"));
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save-json")]);
    const { config } = JSON.parse(await readFile(await download.path(), "utf8"));
    for (const piece of link.split("&")) {
      const [path, value] = piece.split("=");
      const ran = path.split(".").reduce((node, key) => node[key], config);
      assert.equal(typeof ran === "string" ? ran : JSON.stringify(ran), value, path);
    }
    assert.deepEqual(new Set((await fragment()).slice(1).split("&")), new Set(link.split("&")));
  });
}

test("a link whose value the form cannot show is refused, not run as another", async () => {
  await page.evaluate(() => document.querySelector('[name="data.shift"]')?.setAttribute("type", "number"));
  await page.evaluate(() => (location.hash = "#data.n_features=5&data.shift=[5,5,5,5,5]"));
  await says(page, "The link was not run");
  assert.match(await status(page), /data\.shift cannot be shown in its field, got \[5,5,5,5,5\]/);
  assert.equal(await field(page, "data.shift").getAttribute("aria-invalid"), "true");
});

test("a number in a link that is too large to be held is refused, not taken for none", async () => {
  await page.evaluate(() => (location.hash = "#data.shift=1e400"));
  await says(page, "The link was not run");
  assert.match(await status(page), /data\.shift must be .*"1e400"/);
});

test("a refusal that only the drawn rows can give has its experiment in the address", async () => {
  const link = "data.n_samples=40&data.weights=[1.0,0.0]&data.flip_y=0";
  await unfold(page);
  await run(page, { "data.n_samples": "40", "data.weights": "1, 0", "data.flip_y": "0" });
  await page.waitForFunction(() => document.querySelector("#status.error"));
  assert.match(await status(page), /class .*The last result stays/);
  const [shown, asked] = [await fragment(), `#${link}`].map((text) => text.replaceAll(".0", "").split(/[#&]/).sort());
  assert.deepEqual(shown, asked);
});

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
