// @ts-check
// A first visit to what is published: everything is asked for at once, nothing moves while it arrives, and it is small.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startLab } from "./harness.mjs";
import { done, followed, says, unfold } from "./lab.mjs";

/** @typedef {Awaited<ReturnType<typeof startLab>>} Lab */

/** @type {Lab} */
let lab;
/** @type {Lab} */
let source;
before(async () => ([lab, source] = await Promise.all([startLab({ directory: "target/site" }), startLab()])));
after(() => Promise.all([lab.close(), source.close()]));

test("a first visit transfers at most 300 kB, gzipped", async () => {
  const { page, requests, close } = await lab.visit();
  await done(page);
  await page.waitForLoadState("networkidle");
  const files = await lab.transferred(requests);
  assert.ok(["index.html", "pkg/prunelab_bg.wasm", "cut.js"].every((name) => files.some(({ file }) => file === name)));
  const bytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  assert.ok(bytes <= 300_000, `${bytes}`);
  await close();
});

test("what is published is what is read here, and does the same", async () => {
  const [read, published] = await Promise.all([source, lab].map(async (lab) => {
    const { page, requests, errors, close } = await lab.visit("#data.kind=moons&train.epochs=20");
    await done(page);
    await page.locator("#accuracy + .cut-slider").focus();
    for (let i = 0; i < 9; i += 1) await page.keyboard.press("PageUp");
    await followed(page);
    await unfold(page);
    await page.check('#compare input[value="wanda"]');
    await page.locator("#compared tbody tr").waitFor();
    await page.click("#export");
    await page.locator("#exports li").first().waitFor();
    await page.keyboard.press("Escape");
    const texts = await Promise.all(["#sentence", "#provenance", "#network-summary", "#compared"].map((id) => page.textContent(id)));
    const script = new TextDecoder().decode(await (await page.request.get(`${lab.origin}/cut.js`)).body());
    const asked = (await lab.transferred(requests)).map(({ file }) => file).sort();
    await close();
    return { texts, asked, errors, script };
  }));
  assert.match(read.script, /\/\*\*/);
  assert.doesNotMatch(published.script, /\/\*/);
  assert.deepEqual({ ...published, script: "" }, { ...read, script: "" });
  assert.deepEqual(published.errors, []);
});

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
        const early = /^Loading/.test(document.querySelector("#status")?.textContent ?? "Loading");
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

test("what goes wrong in the page itself is said, and the page goes on", async () => {
  const { page, errors, close } = await lab.visit();
  await done(page);
  await page.evaluate(() => document.querySelector("#run")?.addEventListener("focus", () => void /** @type {any} */ (null).nothing));
  await page.focus("#run");
  await says(page, "That did not work: Cannot read");
  assert.equal(errors.length, 1);
  await page.click("#run");
  await done(page);
  await close();
});

test("what cannot be loaded when it is wanted is said, and may be asked for again", async () => {
  const { page, close } = await lab.visit();
  await done(page);
  await page.route("**/share.js", (route) => route.abort());
  await page.click("#share");
  await says(page, "That did not work: ");
  await says(page, "share.js. Try again, or load the page anew");
  await page.unroute("**/share.js");
  await page.click("#share");
  await page.locator("#share-link").waitFor();
  await close();
});
