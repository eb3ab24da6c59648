// @ts-check
// No control can be pressed into a broken state: for a minute everything is pressed, dragged and filled at random, the same
// random every time. Then the page still computes what it did.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startLab } from "./harness.mjs";
import { done } from "./lab.mjs";

/** @type {Awaited<ReturnType<typeof startLab>>} */
let lab;
before(async () => (lab = await startLab()));
after(() => lab.close());

const SEED = 20260101;
const MINUTE = 60_000;

/** Numbers in [0, 1): mulberry32. @param {number} seed */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const TEXTS = ["", "0", "1", "2", "3", "0.5", "-1", "1e9", "1e-9", "NaN", "[3, 2]", "8", "[]", "null", "abc", "0x10", "16, 8", "[[1]]", "9007199254740993", "“", "1,5", "50 %", "−3"];
const KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", "Enter", "Escape", "Tab", " ", "Shift+Tab", "Shift+ArrowRight", "x"];
const LINKS = ["#data.n_samples=50", "#model.hidden=[4]&train.epochs=5", "#data.kind=moons&data.n_samples=100", "#nonsense", "#train.epochs=-1", "#a=b&c", "#removed=3&digest=1:00", "#", "#prune.criterion=random&data.n_samples=60"];

test("pressing everything at random for a minute breaks nothing", { timeout: 4 * MINUTE }, async () => {
  const { page, errors, close } = await lab.visit("#data.n_samples=200&model.hidden=[16]", { viewport: { width: 1000, height: 800 } });
  await page.evaluate(() => {
    /** @type {string[]} */
    const refused = [];
    Object.assign(globalThis, { refused });
    addEventListener("securitypolicyviolation", (event) => refused.push(`${event.effectiveDirective} ${event.blockedURI}`));
    // Links lead away, files pile up: pressing them is not what is tried here.
    addEventListener("click", (event) => event.target instanceof HTMLAnchorElement && event.target.protocol.startsWith("http") && event.target.origin !== origin && event.preventDefault(), { capture: true });
  });
  await done(page);
  const next = random(SEED);
  const pick = (/** @type {readonly any[]} */ list) => list[Math.floor(next() * list.length)];
  /** @type {Record<string, number>} */
  const pressed = {};
  const end = performance.now() + MINUTE;
  /** @type {Record<string, () => Promise<unknown>>} */
  const actions = {
    // Any control there is at that moment, by its number; what lies behind a dialog is pressed as well and does nothing.
    press: async () => {
      const controls = await page.locator("button:visible, summary:visible, input[type=checkbox]:visible, input[type=radio]:visible, canvas:visible, .cut-slider:visible, a:visible").all();
      await pick(controls).click({ timeout: 150, force: next() < 0.3, noWaitAfter: true });
    },
    fill: async () => {
      const control = pick(await page.locator("input:not([type=checkbox]):not([type=radio]):visible").all());
      const text = pick(TEXTS);
      if ((await control.getAttribute("type", { timeout: 150 })) === "number") {
        await control.focus({ timeout: 150 });
        await page.keyboard.press("Control+A");
        await page.keyboard.type(text);
      } else await control.fill(text, { timeout: 150 });
      if (next() < 0.7) await page.keyboard.press(pick(["Enter", "Tab"]));
    },
    select: async () => {
      const control = pick(await page.locator("select:visible").all());
      const options = await control.locator("option").count();
      await control.selectOption({ index: Math.floor(next() * options) }, { timeout: 150 });
    },
    key: async () => {
      for (let i = 0; i < 5; i += 1) await page.keyboard.press(pick(KEYS));
    },
    drag: async () => {
      const box = await pick(await page.locator(".cut-slider:visible, canvas:visible, .cut-fields label:visible").all()).boundingBox({ timeout: 150 });
      if (!box) return;
      await page.mouse.move(box.x + next() * box.width, box.y + next() * box.height);
      await page.mouse.down();
      await page.mouse.move(next() * 1000, next() * 800, { steps: 5 });
      if (next() < 0.8) await page.mouse.up();
    },
    scroll: () => page.mouse.wheel(0, (next() - 0.5) * 2000),
    follow: () => page.evaluate((link) => void (location.hash = link), pick(LINKS)),
    resize: () => page.setViewportSize({ width: 320 + Math.floor(next() * 1200), height: 400 + Math.floor(next() * 600) }),
  };
  const weights = ["press", "press", "press", "press", "press", "fill", "fill", "fill", "select", "key", "key", "drag", "drag", "drag", "scroll", "follow", "resize"];
  while (performance.now() < end) {
    const name = pick(weights);
    // Playwright refuses to press what is covered or has just gone; nobody could.
    await actions[name]().then(() => (pressed[name] = (pressed[name] ?? 0) + 1), (error) => assert.match(String(error), /Timeout|not visible|outside of the viewport|intercepts|not attached|not enabled|not an? <|Malformed value|undefined/));
  }
  await page.mouse.up();
  const total = Object.values(pressed).reduce((a, b) => a + b, 0);
  assert.ok(total > 60 && Object.keys(pressed).length === Object.keys(actions).length, JSON.stringify(pressed));
  assert.deepEqual(await page.evaluate("refused"), []);
  assert.deepEqual(errors, []);

  // And it is alive.
  await page.setViewportSize({ width: 1000, height: 800 });
  for (let i = 0; i < 3; i += 1) await page.keyboard.press("Escape");
  await page.evaluate(() => (location.hash = "#data.n_samples=77"));
  await page.evaluate(() => (location.hash = "#"));
  await page.click("[data-preset=seed]");
  await page.waitForFunction(() => document.querySelector('#levels tr[data-level="unpruned"] [data-field="test_accuracy"]')?.textContent === "92.13\u202f%" && document.querySelector("#status")?.textContent?.startsWith("Done in"));
  assert.match((await page.textContent("#sentence")) ?? "", /92\.13/);
  assert.deepEqual(errors, []);
  await close();
});
