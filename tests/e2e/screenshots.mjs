// @ts-check
// The README's pictures: `make screenshots` writes .github/light.webp and .github/dark.webp.

import { writeFile } from "node:fs/promises";
import { startLab } from "./harness.mjs";
import { done } from "./lab.mjs";

const WIDTH = 1280;

const lab = await startLab();
try {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    const { page, close } = await lab.visit("", { viewport: { width: WIDTH, height: 900 }, colorScheme, reducedMotion: "reduce" });
    await done(page);
    await page.click("#tour-decline");
    await page.waitForFunction(() => /medians of \d+$/.test(document.querySelector("#weighs-status")?.textContent ?? ""));
    await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
    const height = await page.$eval(".plots", (plots) => Math.ceil(plots.getBoundingClientRect().bottom + scrollY) + 16);
    await page.setViewportSize({ width: WIDTH, height });
    await page.waitForTimeout(500);
    const png = await page.screenshot();
    // A canvas writes WebP, a fifth of the size; on a page without the lab's policy.
    const writer = await lab.browser.newPage();
    const webp = await writer.evaluate(async (address) => {
      const bitmap = await createImageBitmap(await (await fetch(address)).blob());
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
      return [...new Uint8Array(await (await canvas.convertToBlob({ type: "image/webp", quality: 0.8 })).arrayBuffer())];
    }, `data:image/png;base64,${png.toString("base64")}`);
    await writeFile(new URL(`../../.github/${colorScheme}.webp`, import.meta.url), Buffer.from(webp));
    await writer.close();
    await close();
  }
} finally {
  await lab.close();
}
