// @ts-check
// A config and its link say the same.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startLab } from "./harness.mjs";

/** @type {Awaited<ReturnType<typeof startLab>>} */
let lab;
/** @type {import("playwright-core").Page} */
let page;
before(async () => {
  lab = await startLab();
  ({ page } = await lab.visit());
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
