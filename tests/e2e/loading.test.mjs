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
  await page.click("#export");
  await page.locator("#exports li").first().waitFor();
  assert.ok(requests.some((url) => url.endsWith("/svg.js")), "what writes files comes when it is wanted");
  await close();
});

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
