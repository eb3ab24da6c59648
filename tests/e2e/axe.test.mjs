// @ts-check
// What axe-core finds, of WCAG 2.2 AA and best practice, in every state of the page and in both themes: nothing.

import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startLab } from "./harness.mjs";
import { done, field, LONG, underway, unfold } from "./lab.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {Awaited<ReturnType<typeof startLab>>} */
let lab;
before(async () => (lab = await startLab()));
after(() => lab.close());

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** @param {Page} page */
async function violations(page) {
  const found = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  // With a modal dialog open the page behind it is not there for anybody.
  assert.ok(found.passes.length > ((await page.locator("dialog:modal").count()) ? 8 : 30), "it has looked");
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")}`);
}

/** How each state is reached from the one before, the first from the result of the seed experiment. @type {Record<string, (page: Page) => Promise<unknown>>} */
const STATES = {
  "with a result": async () => {},
  "cut elsewhere": (page) => page.fill("#cut-amount", "0.9"),
  "in the tour": async (page) => {
    await page.click("#tour-open");
    await page.click("#tour-next");
  },
  "sharing": async (page) => {
    await page.click("#tour-end");
    await page.click("#share");
    await page.locator("#share-dialog").waitFor();
  },
  "exporting": async (page) => {
    await page.keyboard.press("Escape");
    await page.click("#export");
  },
  "unfolded": async (page) => {
    await page.keyboard.press("Escape");
    await unfold(page);
    await page.check("#by-layer");
    await page.waitForSelector("#numbers tbody tr");
  },
  "comparing criteria": async (page) => {
    await page.check('#compare [value="wanda"]');
    await page.waitForSelector("#compared tbody tr");
  },
  "with a refusal": async (page) => {
    await field(page, "split.test_size").fill("1.2");
    await page.click("#run");
  },
};

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  test(`no violation in the ${colorScheme} theme: ${Object.keys(STATES).join(", ")}`, async () => {
    const { page, close } = await lab.visit("", { colorScheme, reducedMotion: "reduce" });
    await done(page);
    for (const [state, reach] of Object.entries(STATES)) {
      await reach(page);
      assert.deepEqual(await violations(page), [], state);
    }
    await close();
  });

  test(`no violation in the ${colorScheme} theme, at rest without a result, and while a run goes on and is held`, async () => {
    const { page, close } = await lab.visit("#train.epochs=-1", { colorScheme, viewport: { width: 360, height: 800 } });
    await page.waitForFunction(() => document.querySelector("#status.error"));
    assert.deepEqual(await violations(page), []);
    await page.goto(`${lab.origin}/#${LONG}`);
    await underway(page);
    assert.deepEqual(await violations(page), []);
    await page.click("#pause");
    assert.deepEqual(await violations(page), []);
    await close();
  });
}
