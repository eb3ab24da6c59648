// @ts-check
// The figures that JavaScript draws, as files, are those in `golden/`: `UPDATE=1 node --test tests/e2e/golden.test.mjs` writes
// them anew, to be looked at. Shapes and texts are compared as written; images by their pixels, which another browser may
// write as other bytes.

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { startLab } from "./harness.mjs";
import { done } from "./lab.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {Awaited<ReturnType<typeof startLab>>} */
let lab;
before(async () => (lab = await startLab()));
after(() => lab.close());

const folder = new URL("golden/", import.meta.url);
const MOONS = "#data.kind=moons&data.n_samples=120&data.noise=0.2&model.hidden=[5,4]&train.epochs=100";
const BLOBS = "#data.kind=blobs&data.n_samples=150&data.n_features=5&data.cluster_std=4&model.hidden=[40]&train.epochs=20";

/** Name, link, figure, and what is set before. @type {[string, string, string, (page: Page) => Promise<unknown>][]} */
const FIGURES = [
  ["histogram", BLOBS, "Weights by magnitude", async () => {}],
  ["histogram-layers-log", BLOBS, "Weights by magnitude", async (page) => {
    await page.check("#by-layer");
    await page.check("#log-scale");
  }],
  ["network-graph", MOONS, "Network", async () => {}],
  ["network-matrices", BLOBS, "Network", async () => {}],
  ["points-plane", MOONS, "Test rows", async () => {}],
  ["points-projected", BLOBS, "Test rows", async () => {}],
];

/** The images of a figure as pixels, and the rest of it. @param {Page} page @param {string} svg */
async function parts(page, svg) {
  /** @type {string[]} */
  const images = [];
  const rest = svg.replace(/href="(data:[^"]*)"/g, (_, url) => {
    images.push(url);
    return "href=…";
  });
  const pixels = await page.evaluate(
    (urls) =>
      Promise.all(
        urls.map(async (url) => {
          const image = new Image();
          image.src = url;
          await image.decode();
          const canvas = new OffscreenCanvas(image.width, image.height);
          const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
          context.drawImage(image, 0, 0);
          return [...new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer)].join();
        }),
      ),
    images,
  );
  return { rest, pixels };
}

for (const [name, link, figure, set] of FIGURES) {
  test(`${name}.svg is the figure`, async () => {
    const { page, errors, close } = await lab.visit(link, { colorScheme: "light", reducedMotion: "reduce" });
    await done(page);
    await page.fill("#cut-amount", "0.4");
    await set(page);
    await page.waitForTimeout(600); // the decision is drawn finer once the cut rests
    await page.click("#export");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: `${figure} as SVG` }).click()]);
    const svg = await readFile(await download.path(), "utf8");
    const file = new URL(`${name}.svg`, folder);
    if (process.env.UPDATE) {
      await mkdir(folder, { recursive: true });
      await writeFile(file, svg);
    }
    const [drawn, golden] = [await parts(page, svg), await parts(page, await readFile(file, "utf8"))];
    assert.equal(drawn.rest, golden.rest);
    assert.deepEqual(drawn.pixels, golden.pixels);
    assert.deepEqual(errors, []);
    await close();
  });
}
