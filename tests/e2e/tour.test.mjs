// @ts-check
// The guided minute, by mouse and by keyboard, and the why beside each step.

import assert from "node:assert/strict";
import { test } from "node:test";
import { visitEach } from "./lab.mjs";

/** @type {import("playwright-core").Page} */
let page;
visitEach((arrived) => ({ page } = arrived), { faultless: true });

const focused = () => page.evaluate(() => document.activeElement?.id);
const toured = () => page.evaluate(() => [...document.querySelectorAll(".is-toured")].map((part) => part.id || part.querySelector("canvas")?.id));
/** The id and the place in the tour of what is on screen. */
const inSight = () => page.evaluate(() => {
  const { top, bottom } = /** @type {Element} */ (document.querySelector(".is-toured")).getBoundingClientRect();
  return top < innerHeight && bottom > 0;
});

test("five steps lead through the page by keyboard, and the focus comes back", async () => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.focus("#tour-start");
  await page.keyboard.press("Enter");
  await page.locator("#tour").waitFor();
  const seen = [];
  for (let step = 1; step <= 5; step += 1) {
    assert.equal(await focused(), "tour-title");
    assert.equal(await page.textContent("#tour-place"), `${step} of 5`);
    assert.equal(await page.locator("#tour li:visible").count(), 1);
    assert.ok(await inSight(), "motion reduced, it is there at once");
    seen.push(...(await toured()));
    await page.focus("#tour-next");
    await page.keyboard.press("Enter");
  }
  assert.deepEqual(seen, ["sentence", "histogram", "network-figure", "points", "accuracy"]);
  assert.equal(await page.locator("#tour").isVisible(), false);
  assert.deepEqual(await toured(), []);
  assert.equal(await focused(), "tour-open", "what it was begun with is gone, this begins it again");
});

test("beside the tour the page is in use, and Escape ends it wherever the focus is", async () => {
  await page.click("#tour-open");
  await page.click("#tour-next");
  const line = page.locator("#histogram + .cut-slider");
  const before = await line.getAttribute("aria-valuenow");
  await line.press("ArrowRight");
  await page.waitForFunction((value) => document.querySelector("#histogram + .cut-slider")?.getAttribute("aria-valuenow") !== value, before);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#tour").isVisible(), false);
  assert.equal(await line.evaluate((slider) => slider === document.activeElement), true, "the focus stays where it is used");
});

test("it is offered once, and starts only when asked", async () => {
  const offered = () => page.locator("#tour-offer").isVisible();
  assert.deepEqual([await offered(), await page.locator("#tour").isVisible()], [true, false]);
  await page.click("#tour-decline");
  await page.locator("#tour-offer").waitFor({ state: "hidden" });
  assert.deepEqual([await offered(), await focused()], [false, "tour-open"]);
  await page.reload();
  assert.equal(await offered(), false);
});

test("each step says why in two sentences, with its papers", async () => {
  for (const [id, address] of [["data", "make_classification"], ["train", "1412.6980"], ["prune", "1506.02626"], ["result", "2003.03033"]]) {
    const why = page.locator(`#why-${id}`);
    assert.equal(await why.locator("p").isVisible(), false);
    await why.locator("summary").press("Enter");
    assert.ok(await why.locator("p").isVisible());
    const text = (await why.locator("p").evaluate((p) => [...p.childNodes].find((node) => node instanceof Text)?.textContent)) ?? "";
    assert.equal(text.match(/[.] /g)?.length, 2, text);
    assert.ok((await why.locator("a").evaluateAll((links) => links.map((link) => link.getAttribute("href")))).some((href) => href?.includes(address)));
  }
});
