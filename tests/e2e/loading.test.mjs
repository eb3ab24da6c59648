// @ts-check
// A first visit: everything is asked for at once, and nothing moves while it arrives.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startLab } from "./harness.mjs";
import { done } from "./lab.mjs";

/** @type {Awaited<ReturnType<typeof startLab>>} */
let lab;
before(async () => (lab = await startLab()));
after(() => lab.close());

test("the head names every module that the first result needs, and no other", async () => {
  const { page, requests, close } = await lab.visit();
  await done(page);
  const asked = new Set(requests.map((url) => new URL(url).pathname.slice(1)).filter((path) => path.endsWith(".js")));
  const named = await page.locator('link[rel="modulepreload"], head script').evaluateAll((parts) => parts.map((part) => part.getAttribute("href") ?? part.getAttribute("src") ?? ""));
  assert.deepEqual([...asked].sort(), [...named, "worker.js", "warm-up.js", "stops.js"].sort());
  for (const [button, shown, module] of [["#export", "#exports li", "svg.js"], ["#share", "#share-link", "share.js"], ["#tour-open", "#tour", "tour.js"]]) {
    assert.ok(!requests.some((url) => url.endsWith(`/${module}`)));
    await page.click(button);
    await page.locator(shown).first().waitFor();
    assert.ok(requests.some((url) => url.endsWith(`/${module}`)), `${module} comes when it is wanted`);
    await page.keyboard.press("Escape");
  }
  await close();
});

for (const [visit, link, config] of [["without a link begins before the form is there", "", "{}"], ["with a link is the only one", "#train.epochs=2", '{"train":{"epochs":2}}']]) {
  test(`the run of a visit ${visit}`, async () => {
    const { page, close } = await lab.visit("favicon.svg");
    await page.addInitScript(() => {
      /** @type {{ config: string, early: boolean }[]} */
      const starts = [];
      Object.assign(globalThis, { starts });
      const { postMessage } = Worker.prototype;
      Worker.prototype.postMessage = function (/** @type {any} */ message, /** @type {any} */ ...rest) {
        const early = /^Loading/.test(document.querySelector("#status")?.textContent ?? "");
        if (message.type === "start") starts.push({ config: message.config, early });
        return postMessage.call(this, message, ...rest);
      };
    });
    await page.goto(`${lab.origin}/${link}`);
    await done(page);
    const starts = /** @type {{ config: string, early: boolean }[]} */ (await page.evaluate("starts"));
    assert.deepEqual(starts, [{ config, early: link === "" }]);
    await close();
  });
}

for (const width of [360, 1280]) {
  test(`nothing moves at ${width} px while the page loads and the first run ends`, async () => {
    const { page, close } = await lab.visit("favicon.svg", { viewport: { width, height: 900 } });
    await page.addInitScript(() => {
      const seen = { shift: 0 };
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) seen.shift += /** @type {{ value: number }} */ (/** @type {unknown} */ (entry)).value;
      }).observe({ type: "layout-shift", buffered: true });
      Object.assign(globalThis, { seen });
    });
    await page.goto(lab.origin);
    await done(page);
    await page.waitForTimeout(500);
    const { shift } = /** @type {{ shift: number }} */ (await page.evaluate("seen"));
    assert.ok(shift < 0.05, `${shift}`);
    await close();
  });
}
