// @ts-check
// A config and its link say the same.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startLab } from "./harness.mjs";
import { done, says } from "./lab.mjs";

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

/** @param {unknown} config */
const there = (config) =>
  page.evaluate(async (value) => {
    const address = "./fragment.js";
    return (await import(new URL(address, location.href).href)).toFragment(value);
  }, config);

/** @param {string} fragment */
const back = (fragment) =>
  page.evaluate(async (value) => {
    const address = "./fragment.js";
    const { fromFragment, tree } = await import(new URL(address, location.href).href);
    const { entries, problems } = fromFragment(value);
    return { config: tree(entries), problems };
  }, fragment);

test("a link is readable", async () => {
  assert.equal(
    await there({ data: { kind: "moons", n_samples: 500, noise: null }, model: { hidden: [64, 32] }, split: { stratify: true } }),
    "data.kind=moons&data.n_samples=500&data.noise=null&model.hidden=[64,32]&split.stratify=true",
  );
});

test("what goes into a link comes back", async () => {
  for (const config of [
    {},
    { a: { b: { c: -1.5e-8 } }, d: [] },
    { text: "a&b=c#d %41 ü", number: "42", empty: "", quoted: '"x"', truth: "true" },
    { nested: [[1, 2], [3, 4]], "odd=name": 1 },
  ]) {
    assert.deepEqual(await back(`#${await there(config)}`), { config, problems: [] });
  }
});

test("a piece that is none is named, and the others count", async () => {
  const { config, problems } = await back("#a=1&b&=3&c=4");
  assert.deepEqual(config, { a: 1, c: 4 });
  assert.equal(problems.length, 2);
});

/** What becomes of a link, and how often a config was completed for it. @param {string} fragment */
const read = (fragment) =>
  page.evaluate(async (value) => {
    const load = (/** @type {string} */ name) => import(new URL(name, location.href).href);
    const { readLink } = await load("link.js");
    const { complete } = await load("pkg/prunelab.js");
    let calls = 0;
    const link = readLink(value, (/** @type {string} */ json) => ((calls += 1), complete(json)));
    return { ...link, calls };
  }, fragment);

test("a link of more pieces than any config has is one problem and costs one look", async () => {
  const { calls, problems, left, refusal, config } = await read(Array.from({ length: 3000 }, (_, i) => `data.x${i}=1`).join("&"));
  assert.equal(calls, 1);
  assert.deepEqual(problems, ["the link must have at most 100 pieces, got 3000"]);
  assert.deepEqual([left, refusal, config.train.epochs], [[], null, 20]);
});

test("a link of a hundred refused pieces still shows the ones that are values", async () => {
  const { calls, problems, left, refusal, config } = await read(`train.epochs=7&${Array.from({ length: 99 }, (_, i) => `data.x${i}=1`).join("&")}`);
  assert.ok(calls <= 100, `${calls} looks`);
  assert.deepEqual([problems, left.length, refusal.field, config.train.epochs], [[], 99, "data.x0", 7]);
});

test("the page explains a link of thousands of pieces and goes on", async () => {
  const { page: other, errors, close } = await lab.visit(`#${Array.from({ length: 3000 }, (_, i) => `data.x${i}=1`).join("&")}`);
  await says(other, "The link was not run: the link must have at most 100 pieces, got 3000");
  await other.click('[data-preset="seed"]');
  await done(other);
  assert.deepEqual(errors, []);
  await close();
});

test("Back and Forward go from experiment to experiment; a link leaves no second place", async () => {
  const { page, close } = await lab.visit("favicon.svg");
  await page.goto(`${lab.origin}/#train.epochs=2&removed=40`);
  await says(page, "2 epochs");
  await page.fill('[name="train.epochs"]', "3");
  await page.click("#run");
  await says(page, "3 epochs");
  await page.click("#run"); // the same again is the same place
  await says(page, "3 epochs");
  await page.click('[data-preset="seed"]');
  await says(page, "20 epochs");
  for (const [go, epochs] of /** @type {["goBack" | "goForward", string][]} */ ([["goBack", "3"], ["goBack", "2"], ["goForward", "3"]])) {
    await page[go]();
    await says(page, `: ${epochs} epochs`);
    assert.equal(await page.inputValue('[name="train.epochs"]'), epochs);
    assert.equal(new URL(page.url()).hash, epochs === "2" ? "#train.epochs=2&removed=40" : "#train.epochs=3");
  }
  await page.goBack();
  await page.goBack();
  await page.waitForURL("**/favicon.svg");
  await close();
});

test("the address says where the cut rests, so that it is there again after a reload", async () => {
  const { page, errors, close } = await lab.visit("#train.epochs=2");
  await done(page);
  const at = (/** @type {string} */ hash) => page.waitForFunction((wanted) => location.hash === wanted, hash);
  const places = await page.evaluate(() => history.length);
  await page.fill("#cut-amount", "0.25");
  await at("#train.epochs=2&removed=704");
  await page.reload();
  await done(page);
  assert.equal(await page.inputValue("#cut-amount"), "0.250");
  await page.click("#answer");
  await at("#train.epochs=2");
  await page.fill("#cut-amount", "0.5");
  await at("#train.epochs=2&removed=1408");
  assert.equal(await page.evaluate(() => history.length), places, "a cut is no place of its own");

  // While another experiment is at hand, its address stays.
  await page.fill('[name="train.epochs"]', "3");
  await page.click("#reset");
  await at("#train.epochs=3");
  await page.fill("#cut-amount", "0.75");
  await page.waitForTimeout(1000);
  await at("#train.epochs=3");
  assert.deepEqual(errors, []);
  await close();
});

test("a link with something unknown says so, and whether there is anything to mend", async () => {
  for (const [fragment, said] of [["foo=1&data.kind=moons", "This link says something that the lab does not know."], ["train.epochs=-1", "This link asks for something the lab cannot run. Mend it below"]]) {
    const { page, close } = await lab.visit(`#${fragment}`);
    await says(page, "The link was not run: ");
    assert.ok((await page.textContent("#sentence"))?.startsWith(said));
    for (const id of ["#share", "#export"]) assert.ok(await page.locator(id).isDisabled(), "there is nothing yet");
    await close();
  }
});
