// @ts-check
// The network, the data and what it weighs follow the cut, and say what the core says.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startLab } from "./harness.mjs";
import { done, followed, table, undisturbed } from "./lab.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {Awaited<ReturnType<typeof startLab>>} */
let lab;
/** @type {Page} */
let page;
/** @type {string[]} */
let errors;
before(async () => {
  lab = await startLab();
  ({ page, errors } = await lab.visit("", { viewport: { width: 1280, height: 1000 } }));
  await done(page);
});
after(() => lab.close());

const MOONS = "#data.kind=moons&data.n_samples=400&data.noise=0.2&model.hidden=[8,6]&train.epochs=200";

/** The text without the spaces that group digits. @param {Page} shown @param {string} selector */
const text = async (shown, selector) => ((await shown.textContent(selector)) ?? "").replaceAll("\u202f", "");

/** Removes that fraction of the weights; what follows is drawn when this returns. @param {Page} shown @param {number} amount */
async function cutTo(shown, amount) {
  await shown.fill("#cut-amount", String(amount));
  await followed(shown);
}

/** How many pixels of a canvas are nearer to that colour of the style sheet than to any grey. @param {Page} shown @param {string} selector @param {string} token */
function pixels(shown, selector, token) {
  return shown.$eval(
    selector,
    (canvas, name) => {
      if (!(canvas instanceof HTMLCanvasElement)) throw new TypeError("no canvas");
      const hex = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
      const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
      const data = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      let count = 0;
      for (let i = 0; i < data.length; i += 4) {
        if (Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) < 48 && data[i + 3] > 200) count += 1;
      }
      return count;
    },
    token,
  );
}

/** The numbers of the key below the data. @param {Page} shown */
async function key(shown) {
  const numbers = await Promise.all(["right", "newlyWrong", "stillWrong"].map((name) => text(shown, `.key-${name}`)));
  return numbers.map((number) => parseInt(number, 10));
}

test("a view out of sight is up to date when it comes into sight", async () => {
  const visit = await lab.visit("", { viewport: { width: 360, height: 640 } });
  await done(visit.page);
  const image = () => visit.page.$eval("#network", (canvas) => /** @type {HTMLCanvasElement} */ (canvas).toDataURL());
  const come = async (/** @type {string} */ selector) => {
    await visit.page.$eval(selector, (element) => element.scrollIntoView({ block: "center" }));
    await visit.page.waitForTimeout(600); // until what fades has faded
  };
  await come("#network");
  const before = await image();

  await come("#accuracy");
  await visit.page.locator("#accuracy + .cut-slider").focus();
  await visit.page.keyboard.press("PageUp");
  await followed(visit.page);
  await come("#accuracy");
  assert.equal(await image(), before, "what nobody sees is not drawn");

  await come("#network");
  const after = await image();
  assert.notEqual(after, before, "it was drawn when it came into sight");
  // The same cut, made while the network is seen.
  const cut = await visit.page.inputValue("#cut-amount");
  await visit.page.evaluate(() => scrollTo(0, 0));
  await cutTo(visit.page, 0.9);
  await cutTo(visit.page, Number(cut));
  await come("#network");
  assert.equal(await image(), after);
  assert.deepEqual(visit.errors, []);
  await visit.close();
});

test("before another run's network is drawn, none of the last one's weights can be pointed at", async () => {
  const visit = await lab.visit("#model.hidden=[24,24]&data.n_samples=300&train.epochs=5", { viewport: { width: 360, height: 640 } });
  await done(visit.page);
  const network = visit.page.locator("#network");
  const image = () => network.evaluate((canvas) => /** @type {HTMLCanvasElement} */ (canvas).toDataURL());
  await network.focus();
  // Far below the network, where it is not drawn.
  const other = async (/** @type {string} */ hidden, /** @type {string} */ title) => {
    await visit.page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await visit.page.waitForTimeout(600); // until what fades has faded
    const before = await image();
    await visit.page.evaluate((sizes) => void (location.hash = `#model.hidden=[${sizes}]&data.n_samples=300&train.epochs=5`), hidden);
    await visit.page.waitForFunction((sizes) => document.querySelector("#network")?.getAttribute("aria-label")?.includes(sizes), title);
    assert.equal(await image(), before, "what nobody sees is not drawn");
  };
  await other("24", "10–24–1");
  await network.evaluate((canvas) => {
    const { left, top, height } = canvas.getBoundingClientRect();
    for (let y = 0; y < height; y += 2) canvas.dispatchEvent(new PointerEvent("pointermove", { clientX: left + 40, clientY: top + y }));
  });
  assert.match(await text(visit.page, "#weight"), /^Point at a weight/);
  await other("24,24", "10–24–24–1");
  // Keys really pressed would scroll the page where the network takes none.
  await network.evaluate((canvas) => {
    for (const key of ["Home", "ArrowDown", "PageDown", "PageDown"]) canvas.dispatchEvent(new KeyboardEvent("keydown", { key }));
  });
  const last = await image();
  await network.evaluate((canvas) => canvas.scrollIntoView({ block: "center" }));
  await visit.page.waitForFunction((before) => /** @type {HTMLCanvasElement} */ (document.getElementById("network")).toDataURL() !== before, last);
  await visit.page.keyboard.press("PageUp");
  await visit.page.keyboard.press("PageUp");
  assert.match(await text(visit.page, "#weight"), /^input \d+ → layer 1, neuron /);
  assert.deepEqual(visit.errors, []);
  await visit.close();
});

test("at a level's cut, views and table agree", async () => {
  const rows = await table(page);
  for (const level of [0, 10, 20]) {
    const { values } = rows[level];
    await cutTo(page, level === 0 ? 0 : Number(values.amount));
    assert.equal(await text(page, "#total-params"), "3073");
    assert.equal(await text(page, "#nonzero-params"), values.nonzero_params);
    assert.equal(await text(page, "#effective-params"), values.effective_params);
    const [right, newlyWrong, stillWrong] = await key(page);
    assert.equal(right, Number(values.test_correct));
    assert.equal(right + newlyWrong + stillWrong, 750);
    assert.ok(stillWrong <= 750 - Number(rows[0].values.test_correct));
    const idle = Number(values.nonzero_params) - Number(values.effective_params);
    assert.match(await text(page, "#network-summary"), idle ? new RegExp(`So ${idle} of ${values.nonzero_params} non-zero parameters do nothing`) : /All 3073 non-zero parameters take part/);
  }
});

test("all follow in the frame of the cut", async () => {
  const follow = async () => {
    await cutTo(page, 0.1);
    await page.waitForTimeout(300);
    return page.evaluate(async () => {
      const shot = (/** @type {string} */ id) => /** @type {HTMLCanvasElement} */ (document.getElementById(id)).toDataURL();
      const state = () => [shot("network"), shot("points"), ...["nonzero-params", "effective-params", "network-summary"].map((id) => document.getElementById(id)?.textContent)];
      const before = state();
      const field = /** @type {HTMLInputElement} */ (document.getElementById("cut-amount"));
      field.value = "0.5";
      field.dispatchEvent(new Event("input", { bubbles: true }));
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const changed = state();
      return before.map((value, i) => value !== changed[i]);
    });
  };
  const seen = await undisturbed(follow, (changed) => changed.every(Boolean));
  assert.deepEqual(seen, [true, true, true, true, true]);
});

test("cut weights leave the drawing, and weights on no live path lose their colour", async () => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const count = async (/** @type {number} */ amount) => {
    await cutTo(page, amount);
    return { live: (await pixels(page, "#network", "weight-positive")) + (await pixels(page, "#network", "weight-negative")), idle: await pixels(page, "#network", "weight-idle") };
  };
  const [whole, half, most, none] = [await count(0), await count(0.46), await count(0.9), await count(1)];
  // Some of the grey is lettering.
  assert.ok(whole.live > 2000 && whole.idle < 300, JSON.stringify(whole));
  assert.ok(half.live < 0.7 * whole.live && half.idle > whole.idle + 1000, JSON.stringify(half));
  assert.equal(most.live, 0, "at nine tenths no path is left");
  assert.ok(none.live === 0 && none.idle <= whole.idle + 50, JSON.stringify(none));
  await page.emulateMedia({ reducedMotion: null });
});

test("the neurons said to be dead are those that compaction drops", async () => {
  for (const amount of [0, 0.2, 0.35, 0.5, 0.7]) {
    await cutTo(page, amount);
    const [, dead] = /^(\d+) of 256 hidden neurons (?:is|are) dead/.exec(await text(page, "#network-summary")) ?? ["", "0"];
    // Ten weights and a bias of each neuron that is left, the output's weight and its bias; without one, the inputs are left.
    const left = 256 - Number(dead);
    assert.equal(Number(await text(page, '[data-form="compacted"] [data-of="params"]')), left > 0 ? 12 * left + 1 : 11, `${dead} at ${amount}`);
  }
});

test("what a canvas loses is drawn anew", async () => {
  for (const id of ["#network", "#points"]) {
    const shot = () => page.$eval(id, (canvas) => /** @type {HTMLCanvasElement} */ (canvas).toDataURL());
    await page.waitForTimeout(500); // until nothing fades
    const drawn = await shot();
    await page.$eval(id, (element) => {
      const canvas = /** @type {HTMLCanvasElement} */ (element);
      canvas.getContext("2d")?.reset();
      canvas.dispatchEvent(new Event("contextrestored"));
    });
    await followed(page);
    assert.ok((await shot()) === drawn, id);
  }
});

test("what is cut flashes, unless motion is unwanted", async () => {
  const flash = async () => {
    await cutTo(page, 0);
    await page.waitForTimeout(500);
    await page.evaluate(async () => {
      const field = /** @type {HTMLInputElement} */ (document.getElementById("cut-amount"));
      field.value = "0.3";
      field.dispatchEvent(new Event("input", { bubbles: true }));
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const canvas = /** @type {HTMLCanvasElement} */ (document.getElementById("network"));
      // As it is in the frame of the cut, to be looked at later.
      const kept = Object.assign(document.createElement("canvas"), { id: "kept", width: canvas.width, height: canvas.height, hidden: true });
      kept.getContext("2d")?.drawImage(canvas, 0, 0);
      document.getElementById("kept")?.remove();
      document.body.append(kept);
    });
    await page.waitForTimeout(600);
    return [await pixels(page, "#kept", "cut"), await pixels(page, "#network", "cut")];
  };
  const [lit, later] = await flash();
  assert.ok(lit > later + 200, `${lit}, then ${later}`);
  await page.emulateMedia({ reducedMotion: "reduce" });
  const [still, same] = await flash();
  assert.equal(still, same);
  await page.emulateMedia({ reducedMotion: null });
});

test("a weight says its value, its rank, its fate and its price to the pointer and to the keys", async () => {
  await cutTo(page, 0.5);
  const network = page.locator("#network");
  await network.hover({ position: { x: 60, y: 60 } });
  const sentence = /^input \d+ → neuron \d+: [+−]\d\.\d{4} · rank \d+ of 2816 · (cut|kept) · its removal (changes|costs|gains) /;
  assert.match(await text(page, "#weight"), sentence);
  await page.mouse.move(5, 5);
  await network.focus();
  await page.keyboard.press("Home");
  assert.match(await text(page, "#weight"), /rank 1409 of 2816 · kept/);
  const first = await text(page, "#weight");
  await page.keyboard.press("ArrowDown");
  const second = await text(page, "#weight");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowRight");
  assert.equal(new Set([first, second, await text(page, "#weight")]).size, 3);
  await page.keyboard.press("Home");
  await page.keyboard.press("PageDown");
  assert.match(await text(page, "#weight"), /^neuron \d+ → output: /);
  await page.keyboard.press("Home");
  await page.evaluate(() => {
    const field = /** @type {HTMLInputElement} */ (document.getElementById("cut-amount"));
    field.value = "0.52";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await followed(page);
  assert.match(await text(page, "#weight"), /rank 1409 of 2816 · cut/, "it follows the cut");
  await page.locator("#run").focus();
  assert.match(await text(page, "#weight"), /^Point at a weight/);
});

test("the ranks are those of magnitude, and the values the network's", async () => {
  await cutTo(page, 0.5);
  const threshold = Number(await page.inputValue("#cut-threshold"));
  await page.locator("#network").focus();
  for (const key of ["Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "PageDown", "ArrowRight"]) {
    await page.keyboard.press(key);
    const [, value, rank, fate] = /: ([+−][\d.]+) · rank (\d+) of .* · (cut|kept)/.exec(await text(page, "#weight")) ?? [];
    assert.equal(fate, Number(rank) <= 1408 ? "cut" : "kept");
    // Shown to four digits.
    const magnitude = Number(value.slice(1));
    assert.ok(fate === "cut" ? magnitude <= threshold + 1e-4 : magnitude >= threshold - 1e-4, `${value} is ${fate} at ${threshold}`);
  }
});

test("a small network is a graph, dashed where negative, whose dead neurons are crossed out", async () => {
  const { page: other, errors: wrong, close } = await lab.visit(MOONS, { reducedMotion: "reduce" });
  await done(other);
  await cutTo(other, 0);
  assert.ok(await other.locator("#network-figure.graph").count());
  assert.equal(await pixels(other, "#network", "cut"), 0);
  const live = await pixels(other, "#network", "weight-positive");
  await cutTo(other, 0.95);
  assert.match(await text(other, "#network-summary"), /^\d+ of 14 hidden neurons are dead/);
  assert.ok((await pixels(other, "#network", "cut")) > 20, "crosses");
  assert.ok((await pixels(other, "#network", "weight-positive")) < live / 2);
  await cutTo(other, 0);
  const box = await other.locator("#network").boundingBox();
  assert.ok(box);
  await other.locator("#network").hover({ position: { x: box.width - 60, y: box.height / 2 } });
  assert.match(await text(other, "#weight"), /^layer 2, neuron \d → output: /);
  assert.deepEqual(wrong, []);
  await close();
});

test("two features show the decision, which changes with the cut and is gone with the last weight", async () => {
  const { page: other, close } = await lab.visit(MOONS);
  await done(other);
  const corners = () =>
    other.$eval("#points", (canvas) => {
      if (!(canvas instanceof HTMLCanvasElement)) throw new TypeError("no canvas");
      const context = canvas.getContext("2d");
      return [[3, 3], [canvas.width - 4, canvas.height - 4]].map(([x, y]) => [...(context?.getImageData(x, y, 1, 1).data ?? [])].slice(0, 3).join());
    });
  await cutTo(other, 0);
  const [top, bottom] = await corners();
  assert.notEqual(top, bottom, "the corners belong to different classes");
  const before = await key(other);
  assert.equal(before[1], 0, "nothing is newly wrong unpruned");
  await cutTo(other, 1);
  const [left, right] = await corners();
  assert.equal(left, right, "without weights all are one class");
  const [, newlyWrong] = await key(other);
  assert.ok(newlyWrong > 20);
  assert.ok((await pixels(other, "#points", "cut")) > 100, "they stand out");
  const label = new RegExp(`^120 test rows by their two features\\. .* and on ${newlyWrong} newly\\.$`);
  await other.waitForFunction((source) => new RegExp(source).test(document.querySelector("#points")?.getAttribute("aria-label") ?? ""), label.source);
  await close();
});

test("more features are projected, and three classes keep their marks apart", async () => {
  assert.match(await text(page, "#points-aside"), /^750 rows, \d+% of the variance$/);
  const { page: other, errors: wrong, close } = await lab.visit("#data.kind=blobs&data.n_samples=300&data.n_features=4&model.hidden=[32]");
  await done(other);
  await followed(other);
  assert.equal(await other.locator("#points-key .class").count(), 3);
  for (const label of [0, 1, 2]) assert.ok((await pixels(other, "#points", `class-${label}`)) > 50, `class ${label}`);
  assert.deepEqual(wrong, []);
  await close();
});

test("one feature, no hidden layer, and ten classes are drawn too", async () => {
  for (const link of [
    "#data.kind=blobs&data.n_samples=200&data.n_features=1&data.centers=2&model.hidden=[4]",
    "#model.hidden=[]&data.n_samples=300",
    "#data.kind=blobs&data.n_samples=800&data.centers=10&model.hidden=[40]",
    "#data.n_samples=300&model.hidden=[24,24,24,24,24,24,24,24]&train.epochs=2",
  ]) {
    const { page: other, errors: wrong, close } = await lab.visit(link);
    await done(other);
    await cutTo(other, 0.5);
    await other.waitForFunction(() => /of \d+$/.test(document.querySelector("#weighs-status")?.textContent ?? ""));
    assert.ok((await pixels(other, "#network", "weight-positive")) > 0, link);
    assert.deepEqual(wrong, [], link);
    await close();
  }
});

test("what it weighs: bytes, multiply-adds, gzip, and times of this device once the cut rests", async () => {
  const cell = async (/** @type {string} */ form, /** @type {string} */ of) => text(page, `[data-form="${form}"] [data-of="${of}"]`);
  await cutTo(page, 0.4);
  await cutTo(page, 0.5);
  for (const form of ["masked", "csr", "compacted"]) assert.equal(await cell(form, "time"), "…", "nothing is measured while the cut moves");
  assert.equal(await cell("unpruned", "bytes"), String(4 * 3073));
  assert.equal(await cell("masked", "bytes"), String(4 * 3073), "a mask saves nothing");
  assert.equal(await cell("masked", "work"), "2816");
  assert.equal(await cell("csr", "work"), "1408");
  // 5 bytes for each of 1408 weights, 4 for each row and its end, 4 for each bias.
  assert.match(await cell("csr", "bytes"), new RegExp(`^${5 * 1408 + 4 * (257 + 2) + 4 * 257}\\d\\d%$`));
  assert.match(await cell("bitmap", "bytes"), new RegExp(`^${2816 / 8 + 4 * 1408 + 4 * 257}\\d\\d%$`));
  assert.ok(Number(await cell("compacted", "params")) < 1665, "dead neurons are gone");
  await page.waitForFunction(() => /medians of \d+$/.test(document.querySelector("#weighs-status")?.textContent ?? ""));
  for (const form of ["unpruned", "masked", "csr", "compacted"]) assert.match(await cell(form, "time"), /^\d+(\.\d+)?ms(\d+%)?$/);
  const gzip = await Promise.all(["unpruned", "masked", "compacted"].map(async (form) => parseInt(await cell(form, "gzip"), 10)));
  assert.ok(gzip[0] > gzip[1] && gzip[1] > gzip[2], `${gzip}`);
  assert.ok(gzip[0] > 0.85 * 4 * 3073, "weights without zeros are noise to it");
  assert.deepEqual(errors, []);
});

test("another run takes the place of the last in every view", async () => {
  const { page: other, close } = await lab.visit("#model.hidden=[32]&data.n_samples=300");
  await done(other);
  await followed(other);
  assert.equal(await text(other, "#total-params"), String(10 * 32 + 32 + 32 + 1));
  await other.fill('[name="model.hidden"]', "48");
  await other.click("#run");
  await other.waitForFunction((total) => document.querySelector("#total-params")?.textContent === total, String(10 * 48 + 48 + 48 + 1));
  await other.waitForFunction(() => document.querySelector("#network")?.getAttribute("aria-label")?.includes("10–48–1"));
  await close();
});
