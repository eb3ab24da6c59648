// @ts-check
// The page fits, can be read, and can be used without a mouse.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { startLab } from "./harness.mjs";
import { colours, done, field } from "./lab.mjs";

/** @type {Awaited<ReturnType<typeof startLab>>} */
let lab;
before(async () => (lab = await startLab()));
after(() => lab.close());

for (const width of [320, 360, 768, 1280, 1920]) {
  test(`nothing scrolls sideways at ${width} px, with everything unfolded and an error shown`, async () => {
    const { page, close } = await lab.visit("#split.validation_size=0.2", { viewport: { width, height: 800 } });
    await done(page);
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
    await page.waitForSelector("#numbers tbody tr");
    await field(page, "split.test_size").fill("1.2");
    await page.click("#run");
    const [content, box] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.ok(content <= box, `${content} in ${box}`);
    if (width === 360) {
      const scrolls = await page.$eval(".scroll", (region) => region.scrollWidth > region.clientWidth);
      assert.ok(scrolls, "the table scrolls in its own box");
    }
    await close();
  });
}

test("the plots have a pixel for every pixel of the screen and follow the theme", async () => {
  const { page, close } = await lab.visit("", { deviceScaleFactor: 2, colorScheme: "light" });
  await done(page);
  // The result is there before the frame that draws it.
  await page.waitForFunction(() =>
    [.../** @type {NodeListOf<HTMLCanvasElement>} */ (document.querySelectorAll("#accuracy, #parameters, #loss"))].every(
      ({ width, height, clientWidth, clientHeight }) => width > 0 && width === 2 * clientWidth && height === 2 * clientHeight,
    ),
  );
  const corner = () =>
    page.$eval("#accuracy", (canvas) => [.../** @type {HTMLCanvasElement} */ (canvas).getContext("2d")?.getImageData(1, 1, 1, 1).data ?? []].slice(0, 3));
  assert.deepEqual(await corner(), [255, 255, 255]);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForFunction(() => {
    const canvas = document.querySelector("canvas#accuracy");
    return canvas instanceof HTMLCanvasElement && canvas.getContext("2d")?.getImageData(1, 1, 1, 1).data[0] === 0x1b;
  });
  assert.ok((await colours(page, "#accuracy")) > 2);
  await close();
});

test("every control has a name, and every name of the config its control", async () => {
  const { page, close } = await lab.visit();
  await done(page);
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll("input, select, button, progress")]
      .filter((control) => {
        const { labels } = /** @type {HTMLInputElement} */ (control);
        return !labels?.length && !control.textContent?.trim() && !control.getAttribute("aria-label");
      })
      .map((control) => control.outerHTML),
  );
  assert.deepEqual(nameless, []);
  const missing = await page.evaluate(async () => {
    const { leaves } = await import(new URL("fragment.js", location.href).href);
    const { complete } = await import(new URL("pkg/prunelab.js", location.href).href);
    const configs = ["{}", ...["moons", "circles", "blobs", "spirals"].map((kind) => JSON.stringify({ data: { kind } })),
      ...["adamw", "sgd"].map((kind) => JSON.stringify({ train: { optimizer: { kind } } })), ...["iterative", "gradual", "initialisation"].map((kind) => JSON.stringify({ prune: { schedule: { kind } } })), JSON.stringify({ train: { early_stopping: {} } })];
    const paths = configs.flatMap((config) => leaves(JSON.parse(complete(config))).map((/** @type {[string]} */ [path]) => path));
    return [...new Set(paths)].filter((path) => !document.querySelector(`[name="${path}"]`));
  });
  assert.deepEqual(missing, []);
  await close();
});

test("the table is a table to a screen reader, each cell below its heading", async () => {
  const { page, close } = await lab.visit("#split.validation_size=0.2", { viewport: { width: 360, height: 800 } });
  await done(page);
  const table = page.getByRole("table", { name: "at each level of pruning" });
  assert.equal(await table.getByRole("row").count(), 22);
  const left = (/** @type {Element[]} */ cells) => cells.map((cell) => cell.getBoundingClientRect().left);
  const headings = await table.getByRole("columnheader").evaluateAll(left);
  assert.equal(headings.length, 15);
  for (const row of [1, 2, 21]) {
    const cells = table.getByRole("row").nth(row);
    assert.equal(await cells.getByRole("rowheader").count(), 1);
    assert.deepEqual(await cells.locator("th, td").evaluateAll(left), headings);
  }
  const cut = await table.locator("th, td").evaluateAll((cells) => cells.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map(({ textContent }) => textContent));
  assert.deepEqual(cut, [], "no text is wider than its column");
  // Chromium's own tree of what it tells a screen reader, which leaves out what is far from the screen.
  await table.scrollIntoViewIfNeeded();
  const browser = await page.context().newCDPSession(page);
  let [headers, rows] = [0, 0];
  for (let looks = 0; looks < 50 && rows < 34; looks += 1) {
    const { nodes } = await browser.send("Accessibility.getFullAXTree");
    [headers, rows] = ["columnheader", "row"].map((name) => nodes.filter(({ role }) => role?.value === name).length);
    await page.waitForTimeout(100);
  }
  assert.deepEqual([headers, rows], [15 + 6 + 6, 22 + 6 + 6], "those of the levels, of what the network weighs and of the operating points");
  await close();
});

test("Enter runs, the skip link skips, and neither loses the experiment", async () => {
  const { page, close } = await lab.visit("#train.epochs=3");
  await done(page);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "result");
  assert.equal(await page.evaluate(() => location.hash), "#train.epochs=3");
  await field(page, "train.epochs").fill("4");
  await field(page, "train.epochs").press("Enter");
  await page.waitForFunction(() => document.querySelector("#status")?.textContent?.includes("4 epochs"));
  await close();
});

test("the colours have the contrast that text and marks need, in both themes", async () => {
  const css = await readFile(new URL("../../www/tokens.css", import.meta.url), "utf8");
  const [light, dark] = css.split("[data-theme").map((part) => Object.fromEntries([...part.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, hex]) => [name, hex])));
  const luminance = (/** @type {string} */ hex) => {
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (/** @type {string} */ a, /** @type {string} */ b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  assert.equal(contrast("#000000", "#ffffff"), 21);
  for (const [theme, colour] of Object.entries({ light, dark })) {
    const pairs = [
      ...["surface", "card"].flatMap((back) => ["ink", "muted", "accent", "cut", "error"].map((name) => [name, back, 4.5])),
      ["accent-ink", "accent", 4.5],
      ["ink", "error-surface", 4.5],
      ...["control", "series-accuracy", "series-parameters", "series-effective", "series-loss", "reference", "part-train", "part-validation", "part-test", "weight-positive", "weight-negative", "weight-idle", ...Array.from({ length: 5 }, (_, other) => `other-${other}`), ...Array.from({ length: 6 }, (_, label) => `class-${label}`)].map((name) => [name, "card", 3]),
      ["control", "surface", 3],
    ];
    for (const [front, back, least] of /** @type {[string, string, number][]} */ (pairs)) {
      const measured = contrast(colour[front], colour[back]);
      assert.ok(measured >= least, `${front} on ${back} in the ${theme} theme: ${measured.toFixed(2)} of ${least}`);
    }
  }
});
