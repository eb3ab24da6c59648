// @ts-check
// One cut, wherever it is moved: every view follows in the same frame, and says what the exact curve has there.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { beforeEach, test } from "node:test";
import { promisify } from "node:util";
import { done, undisturbed, visitEach } from "./lab.mjs";

/** @type {import("./lab.mjs").Lab} */
let lab;
/** @type {import("./harness.mjs").Visit} */
let visit;
/** @type {import("playwright-core").Page} */
let page;
visitEach((arrived, there) => {
  lab = there;
  visit = arrived;
  ({ page } = arrived);
}, { faultless: true });
beforeEach(() => page.waitForSelector(".cut-slider"));

const views = ["histogram", "accuracy", "parameters"];
const slider = (/** @type {string} */ view) => page.locator(`#${view} + .cut-slider`);

/** What each view says of the cut: the number of removed weights, once it has been painted. */
function said() {
  return page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const text = (/** @type {string} */ selector) => (document.querySelector(selector)?.textContent ?? "").replaceAll("\u202f", "");
    const value = (/** @type {string} */ id) => parseFloat(/** @type {HTMLInputElement} */ (document.getElementById(id)).value);
    const now = (/** @type {string} */ view) => Number(document.querySelector(`#${view} + .cut-slider`)?.getAttribute("aria-valuenow"));
    return {
      sliders: ["histogram", "accuracy", "parameters"].map(now),
      spoken: document.querySelector("#accuracy + .cut-slider")?.getAttribute("aria-valuetext")?.replaceAll("\u202f", "") ?? "",
      sentence: text("#sentence"),
      finding: text("#finding"),
      accuracy: text("#accuracy + .cut-slider .cut-label"),
      parameters: text("#parameters + .cut-slider .cut-label"),
      fields: ["cut-threshold", "cut-amount", "cut-compression", "cut-floor"].map(value),
    };
  });
}

/** The curve as the crate traces it natively: its rows by name of the column. @param {object} config */
async function curve(config) {
  const child = promisify(execFile)("cargo", ["run", "--quiet", "--example", "replicate", "--", "--config", "-", "--curve", "-"], {
    cwd: new URL("../../", import.meta.url),
    maxBuffer: 1 << 26,
  });
  child.child.stdin?.end(JSON.stringify(config));
  const { stdout } = await child;
  const lines = stdout.slice(stdout.indexOf("removed,threshold")).trim().split("\n").map((line) => line.split(","));
  return lines.slice(1).map((cells) => Object.fromEntries(cells.map((cell, i) => [lines[0][i], cell])));
}

/** All views say the same cut, and what the curve has there. @param {Record<string, string>[]} rows */
async function assertTogether(rows) {
  const views = await said();
  const [k] = views.sliders;
  assert.deepEqual(views.sliders, [k, k, k]);
  const [threshold, amount, compression] = views.fields;
  const accuracy = `${(100 * Number(rows[k].test_accuracy)).toFixed(2)}%`;
  assert.ok(k === 0 || views.sentence.includes(`removes ${k} of 2816 weights (${compression.toFixed(2)}× smaller)`), views.sentence);
  assert.ok(views.sentence.endsWith(`${accuracy}.`), `${views.sentence} and ${accuracy}`);
  assert.equal(views.accuracy, accuracy);
  assert.match(views.parameters, new RegExp(`^${3073 - k} non-zero`));
  assert.ok(views.spoken.endsWith(`${k} of 2816 weights removed, test accuracy ${accuracy}`), views.spoken);
  assert.equal(amount, Number((k / 2816).toFixed(3)));
  assert.equal(compression, Number((3073 / (3073 - k)).toFixed(2)));
  if (k < 2816) assert.ok(threshold <= Number(rows[k].threshold) && (k === 0 || Number(rows[k - 1].threshold) < threshold), `${threshold} makes ${k}`);
  return k;
}

test("dragged on any figure with the mouse, the cut moves in every view", { timeout: 600_000 }, async () => {
  const rows = await curve({});
  for (const view of views) {
    await slider(view).scrollIntoViewIfNeeded();
    const box = await slider(view).boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + 0.1 * box.width, box.y + box.height / 2);
    await page.mouse.down();
    const cuts = [];
    for (const part of [0.15, 0.3, 0.45, 0.2]) {
      await page.mouse.move(box.x + part * box.width, box.y + box.height / 2, { steps: 3 });
      cuts.push(await assertTogether(rows));
    }
    await page.mouse.up();
    assert.ok(cuts[0] < cuts[3] && cuts[3] < cuts[1] && cuts[1] < cuts[2], `${view}: ${cuts}`);
    await page.mouse.move(box.x + 0.4 * box.width, box.y + box.height / 2);
    assert.equal(await assertTogether(rows), cuts[3], "let go, it stays");
  }
});

test("the arrow keys move the cut weight by weight, a twentieth and to the ends, on figures and fields", { timeout: 600_000 }, async () => {
  const rows = await curve({});
  await page.click("h1");
  for (const view of views) {
    await slider(view).focus();
    await page.keyboard.press("Home");
    assert.equal(await assertTogether(rows), 0);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowUp");
    assert.equal(await assertTogether(rows), 2);
    await page.keyboard.press("PageUp");
    assert.equal(await assertTogether(rows), 143);
    await page.keyboard.press("ArrowLeft");
    assert.equal(await assertTogether(rows), 142);
    await page.keyboard.press("End");
    assert.equal(await assertTogether(rows), 2816);
    assert.match(await page.textContent("#finding") ?? "", /^No path leads from an input to an output/);
  }
  await page.focus("#cut-amount");
  await page.keyboard.press("ArrowDown");
  assert.equal(await assertTogether(rows), 2815);
});

test("a finger drags it sideways, on each figure and on the name of each field that can be set", async () => {
  const other = await lab.visit("", { hasTouch: true, isMobile: true, viewport: { width: 400, height: 800 } });
  await done(other.page);
  const browser = await other.page.context().newCDPSession(other.page);
  for (const [place, below] of [...["accuracy", "parameters", "histogram"].map((figure) => [`#${figure} + .cut-slider`, 60]), ...["threshold", "amount", "compression"].map((name) => [`label[for="cut-${name}"]`, 8])]) {
    await other.page.fill("#cut-amount", "0.2");
    await other.page.waitForFunction(() => document.querySelector("#accuracy + .cut-slider")?.getAttribute("aria-valuenow") === "563");
    const dragged = other.page.locator(String(place));
    await dragged.scrollIntoViewIfNeeded();
    const box = await dragged.boundingBox();
    assert.ok(box);
    const touch = (/** @type {"touchStart" | "touchMove" | "touchEnd"} */ type, /** @type {number} */ part) =>
      browser.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x: box.x + part * box.width, y: box.y + Number(below) }] });
    await touch("touchStart", 0.2);
    for (const part of [0.3, 0.5, 0.9]) await touch("touchMove", part);
    await touch("touchEnd", 0);
    await other.page.waitForFunction(() => Number(document.querySelector("#accuracy + .cut-slider")?.getAttribute("aria-valuenow")) > 800);
  }
  await other.close();
});

test("each of the four fields sets the cut and the others follow; what is no number changes nothing", { timeout: 600_000 }, async () => {
  const rows = await curve({});
  const cuts = [];
  for (const [id, text] of [["cut-threshold", "0.13"], ["cut-amount", "0.25"], ["cut-compression", "2"]]) {
    await page.fill(`#${id}`, text);
    assert.equal(await page.inputValue(`#${id}`), text, "what is being written stays as it is written");
    cuts.push(await assertTogether(rows));
  }
  assert.deepEqual(cuts, [1308, 704, 1537]);
  for (const [id, text] of [["cut-threshold", "0,13"], ["cut-amount", "25 %"], ["cut-compression", "2x"]]) {
    await page.fill(`#${id}`, text);
    await page.press(`#${id}`, "Enter");
    cuts.push(await assertTogether(rows));
  }
  assert.deepEqual(cuts.slice(3), cuts.slice(0, 3), "a comma, a percentage and a times sign are understood");
  await page.fill("#cut-amount", "half");
  assert.equal(await page.getAttribute("#cut-amount", "aria-invalid"), "true");
  assert.equal((await said()).sliders[0], 1537);
  await page.press("#cut-amount", "Enter");
  assert.equal(await page.inputValue("#cut-amount"), "0.546");
  await page.click("#answer");
  assert.equal(await assertTogether(rows), 1101);
  assert.ok(await page.locator("#stale").isHidden(), "the config is what it was");
});

test("dragging the name of a field moves the cut", async () => {
  const name = page.locator('label[for="cut-compression"]');
  await name.scrollIntoViewIfNeeded();
  const box = await name.boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + 20, box.y + 8);
  await page.mouse.down();
  await page.mouse.move(box.x + 60, box.y + 8, { steps: 4 });
  await page.mouse.up();
  assert.equal((await said()).sliders[0], 1101 + Math.round((40 / 400) * 2816));
});

test("each figure's line says what the figure is at the cut", async () => {
  const says = async (/** @type {string} */ figure) => ((await page.getAttribute(`#${figure} + .cut-slider`, "aria-valuetext")) ?? "").replaceAll("\u202f", "");
  const accuracy = await says("accuracy");
  const [nonzero, effective] = await Promise.all(["#nonzero-params", "#effective-params"].map(async (id) => ((await page.textContent(id)) ?? "").replaceAll("\u202f", "")));
  assert.match(accuracy, /weights removed, test accuracy [\d.]+%$/);
  assert.equal(await says("parameters"), `${accuracy}, ${nonzero} non-zero, ${effective} effective`);
  assert.equal(await says("histogram"), accuracy);
});

test("the floor is the largest cut before the validation curve first falls below it, and can only be read without one", { timeout: 600_000 }, async () => {
  assert.ok(!(await page.isEditable("#cut-floor")));
  assert.match((await page.textContent("#cut-note")) ?? "", /^Without a validation part/);
  const other = await lab.visit("#split.validation_size=0.2");
  await done(other.page);
  const rows = await curve({ split: { validation_size: 0.2 } });
  for (const floor of ["90", "80 %", "60"]) {
    await other.page.fill("#cut-floor", floor);
    await other.page.waitForTimeout(100);
    const below = rows.findIndex((row) => 100 * Number(row.validation_accuracy) < parseFloat(floor));
    assert.equal(await other.page.getAttribute("#accuracy + .cut-slider", "aria-valuenow"), String(below - 1));
  }
  await other.close();
});

test("random pruning has no threshold to be set, but an amount", async () => {
  const other = await lab.visit("#prune.criterion=random");
  await done(other.page);
  assert.ok(!(await other.page.isEditable("#cut-threshold")));
  assert.ok(await other.page.locator("#histogram + .cut-slider").isHidden());
  await other.page.fill("#cut-amount", "0.5");
  await other.page.waitForFunction(() => /^Cutting 50.0.% of the weights removes 1.408/.test(document.querySelector("#sentence")?.textContent ?? ""));
  await other.close();
});

test("hovering reads the figure without moving the cut", async () => {
  const box = await slider("accuracy").boundingBox();
  assert.ok(box);
  const before = (await said()).sliders;
  await slider("accuracy").hover({ position: { x: 0.6 * box.width, y: 50 } });
  const tip = ((await page.textContent("#accuracy + .cut-slider .cut-tip")) ?? "").replaceAll("\u202f", "");
  assert.match(tip, /^\|w\| < 0\.\d+2\d\d\d removed51\.73%$/);
  assert.deepEqual((await said()).sliders, before);
  await page.mouse.move(5, 5);
  assert.ok(await page.locator("#accuracy + .cut-slider .cut-tip").isHidden());
});

test("the cut's label stands right and above, but towards the right end, where the reference lines have their names, left and below", async () => {
  const boxes = () => page.evaluate(() => {
    const [label, dot] = ["label", "dot"].map((name) => document.querySelector(`#accuracy + .cut-slider .cut-${name}`)?.getBoundingClientRect() ?? new DOMRect());
    return { rightOf: label.left - dot.right, leftOf: dot.left - label.right, above: dot.top - label.bottom, below: label.top - dot.bottom };
  });
  await page.fill("#cut-amount", "0.39");
  await assertTogether(await curve({}));
  const first = await boxes();
  assert.ok(first.rightOf > -2 && first.above > -2, JSON.stringify(first));
  await page.fill("#cut-amount", "1");
  await assertTogether(await curve({}));
  const last = await boxes();
  assert.ok(last.leftOf > -2 && last.below > -2, JSON.stringify(last));
});

test("on each axis the cut lies where its value is", async () => {
  await page.fill("#cut-amount", "0.5");
  for (const [axis, share] of /** @type {[string, number][]} */ ([["amount", 0.5], ["compression", Math.log2(3073 / 1665) / Math.log2(3073 / 257)]])) {
    await page.getByLabel(axis, { exact: true }).check();
    await said();
    const [line, box] = await Promise.all([page.locator("#parameters + .cut-slider .cut-line").boundingBox(), slider("parameters").boundingBox()]);
    assert.ok(line && box);
    assert.ok(Math.abs(line.x + 1 - box.x - share * box.width) < 2, `${axis}: ${line.x - box.x} of ${box.width}`);
  }
});

test("the histogram tells the layers apart, on either scale", async () => {
  const label = () => page.getAttribute("#histogram", "aria-label");
  assert.match((await label()) ?? "", /^Histogram of the 2.816 weights by magnitude/);
  await page.check("#by-layer");
  assert.match((await label()) ?? "", /layer by layer/);
  await page.check("#log-scale");
  await slider("histogram").scrollIntoViewIfNeeded();
  const box = await slider("histogram").boundingBox();
  assert.ok(box);
  await page.mouse.click(box.x + box.width - 1, box.y + 20);
  assert.ok((await said()).sliders[0] > 2750, "the right end of a logarithmic axis is the largest weight");
  assert.deepEqual(visit.errors, []);
});

test("a move costs less script than a frame has, at the 95th percentile", async () => {
  await page.evaluate(() => {
    /** @type {number[]} */
    const spent = [];
    let began = 0;
    let handlers = 0;
    const { requestAnimationFrame } = globalThis;
    globalThis.requestAnimationFrame = (paint) =>
      requestAnimationFrame((time) => {
        const begin = performance.now();
        paint(time);
        spent.push(handlers + performance.now() - begin);
        handlers = 0;
      });
    addEventListener("pointermove", () => (began = performance.now()), { capture: true });
    addEventListener("pointermove", () => (handlers += performance.now() - began));
    Object.assign(globalThis, { spent });
  });
  await slider("accuracy").scrollIntoViewIfNeeded();
  const box = await slider("accuracy").boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + 10, box.y + 50);
  await page.mouse.down();
  const attempt = async () => {
    await page.evaluate(() => /** @type {any} */ (globalThis).spent.splice(0));
    for (let i = 0; i < 120; i += 1) await page.mouse.move(box.x + 10 + ((i * 37) % 200), box.y + 50);
    const spent = await page.evaluate(() => /** @type {{ spent: number[] }} */ (/** @type {any} */ (globalThis)).spent.slice(20).sort((a, b) => a - b));
    assert.ok(spent.length > 60, `${spent.length} frames`);
    return spent[Math.floor(0.95 * spent.length)];
  };
  const p95 = await undisturbed(attempt, (ms) => ms <= 16);
  assert.ok(p95 <= 16, `${p95} ms`);
});
