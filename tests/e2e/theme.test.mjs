// @ts-check
// Light and dark: by the system, or as chosen.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startLab } from "./harness.mjs";
import { done } from "./lab.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {Awaited<ReturnType<typeof startLab>>} */
let lab;
before(async () => (lab = await startLab()));
after(() => lab.close());

const [LIGHT, DARK] = [0xff, 0x1b];

/** The red of the card in a corner of figures: of one drawn in wasm, of one drawn on in JavaScript, and of the page. @param {Page} page */
const reds = (page) =>
  page.evaluate(() => {
    const corner = (/** @type {string} */ id) => {
      const canvas = document.getElementById(id);
      return canvas instanceof HTMLCanvasElement ? (canvas.getContext("2d")?.getImageData(1, 1, 1, 1).data[0] ?? NaN) : NaN;
    };
    const card = getComputedStyle(/** @type {Element} */ (document.querySelector(".card"))).backgroundColor;
    return [corner("accuracy"), corner("histogram"), Number(/\d+/.exec(card)?.[0])];
  });

/** What has been drawn once the next frame is over. @param {Page} page */
const frame = (page) => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));

test("the switch recolours page and canvases in the next frame, and its choice is kept", async () => {
  const { page, errors, close } = await lab.visit("", { colorScheme: "light" });
  await done(page);
  await page.waitForTimeout(300);
  const network = () => page.$eval("#network", (canvas) => /** @type {HTMLCanvasElement} */ (canvas).toDataURL());
  const before = await network();
  assert.deepEqual(await reds(page), [LIGHT, LIGHT, LIGHT]);
  await page.getByLabel("Theme").selectOption("dark");
  await frame(page);
  assert.deepEqual(await reds(page), [DARK, DARK, DARK]);
  assert.notEqual(await network(), before);
  assert.equal(await page.getAttribute("meta[name=theme-color]:not([media='not all'])", "content"), "#14181a");

  // Where there is a body, something may be painted; the page's modules come later.
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.body) return;
      Object.assign(globalThis, { dressed: document.documentElement.dataset.theme });
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.reload();
  await done(page);
  assert.equal(await page.evaluate("dressed"), "dark");
  assert.equal(await page.getByLabel("Theme").inputValue(), "dark");
  await page.getByLabel("Theme").selectOption("system");
  await frame(page);
  assert.deepEqual(await reds(page), [LIGHT, LIGHT, LIGHT]);
  await page.emulateMedia({ colorScheme: "dark" });
  // The browser tells the page of it in a frame of its own choice.
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
  await frame(page);
  assert.deepEqual(await reds(page), [DARK, DARK, DARK]);
  await page.getByLabel("Theme").selectOption("light");
  await frame(page);
  assert.deepEqual(await reds(page), [LIGHT, LIGHT, LIGHT], "chosen, it does not follow the system");
  assert.deepEqual(errors, []);
  await close();
});

test("where the browser keeps nothing, a choice holds for the visit", async () => {
  const { page, errors, close } = await lab.visit("", { colorScheme: "light" });
  await page.addInitScript(() => Object.defineProperty(globalThis, "localStorage", { get: () => { throw new DOMException("forbidden", "SecurityError"); } }));
  await page.reload();
  await done(page);
  await page.getByLabel("Theme").selectOption("dark");
  await frame(page);
  assert.deepEqual(await reds(page), [DARK, DARK, DARK]);
  assert.deepEqual(errors, []);
  await close();
});
