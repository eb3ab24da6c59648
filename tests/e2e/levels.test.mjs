// @ts-check
// Runs without an exact curve: their levels are networks of their own, and the cut stops at those.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startLab } from "./harness.mjs";
import { colours, done, followed, table } from "./lab.mjs";

/** @type {Awaited<ReturnType<typeof startLab>>} */
let lab;
before(async () => (lab = await startLab()));
after(() => lab.close());

const SMALL = "data.n_samples=300&model.hidden=[12]&train.epochs=6&split.validation_size=0.2";

/** Ways of pruning that have no exact curve, as links. */
const WAYS = {
  "with recovery": "prune.recovery=2&prune.levels.count=5",
  "round by round, rewound": "prune.schedule.kind=iterative&prune.schedule.rounds=5",
  "round by round, from where it is": "prune.schedule.kind=iterative&prune.schedule.rounds=5&prune.schedule.rewind=null&prune.recovery=2",
  "gradually": "prune.schedule.kind=gradual&prune.schedule.to=4&prune.levels.count=5",
  "at initialisation": "prune.schedule.kind=initialisation&prune.criterion=taylor&prune.levels.count=5",
  "by Optimal Brain Surgeon": "prune.criterion=obs&prune.levels.count=5",
  "of neurons": "prune.granularity=neuron&prune.levels.count=5",
  "with biases": "prune.biases=true&prune.levels.count=5",
};
for (const [way, link] of Object.entries({ ...WAYS, "of neighbours": "prune.granularity=2:4" })) {
  test(`${way}: the cut stops at each level, and every view shows that level`, async () => {
    const { page, errors, close } = await lab.visit(`#${SMALL}&${link}`);
    await done(page);
    const rows = await table(page);
    const [unpruned, ...levels] = rows;
    assert.equal(levels.length, way === "of neighbours" ? 1 : 5);
    if (levels.length === 1) {
      assert.match((await page.textContent("#sentence")) ?? "", /^Pruning to step 1 of 1, /);
      assert.equal(await page.textContent("#chosen"), "There is one level, and so nothing to choose; the accuracy is that of 90 test rows.");
      await page.locator("#accuracy + .cut-slider").press("Home");
      await page.getByRole("button", { name: "Back to the level" }).click();
      await page.waitForFunction(() => document.querySelector("#sentence")?.textContent?.startsWith("Pruning to step 1 of 1, "));
    }
    assert.ok(await page.locator("#cut-threshold").evaluate((input) => /** @type {HTMLInputElement} */ (input).readOnly));
    const slider = page.locator("#accuracy + .cut-slider");
    await slider.focus();
    await page.keyboard.press("Home");
    for (const [k, row] of [unpruned, ...levels.sort((a, b) => Number(b.values.nonzero_params) - Number(a.values.nonzero_params))].entries()) {
      if (k > 0) await page.keyboard.press("ArrowRight");
      await page.waitForFunction((k) => document.querySelector("#accuracy + .cut-slider")?.getAttribute("aria-valuenow") === String(k), k);
      await followed(page);
      const sentence = await page.textContent("#sentence");
      if (k > 0) assert.ok(sentence?.includes(`step ${k} of ${levels.length}`) && sentence.includes(row.texts.nonzero_params ?? ""), sentence ?? "");
      assert.ok(sentence?.includes(row.texts.test_accuracy ?? ""), sentence ?? "");
      assert.equal(await page.textContent("#nonzero-params"), row.texts.nonzero_params);
      assert.equal(await page.textContent("#effective-params"), row.texts.effective_params);
      assert.equal((await page.textContent('#weighs [data-form="csr"] [data-of="params"]')), row.texts.nonzero_params);
      if (k > 0) assert.equal(await page.locator("#levels .chosen-level").getAttribute("data-level"), row.level);
    }
    await page.click("#in-numbers summary");
    await page.waitForSelector("#numbers tbody tr");
    const drawn = await page.$$eval("#numbers tbody tr", (found) => found.map((row) => [...row.children].map((cell) => cell.textContent)));
    assert.deepEqual(drawn.map((row) => row.slice(-2)), [unpruned, ...levels].map(({ texts }) => [texts.nonzero_params, texts.effective_params]), "both plots draw these");
    await page.selectOption("#numbers-of", { label: "Weights of the network" });
    await page.click("#numbers-more");
    const kept = await page.$$eval("#numbers tbody tr", (found) => found.filter((row) => row.lastElementChild?.textContent === "0").length);
    const nonzero = Number(await page.textContent("#nonzero-params"));
    assert.ok(kept <= nonzero && nonzero <= kept + 13, `${kept} weights and up to 13 biases make ${nonzero} parameters`);
    assert.ok((await colours(page, "#accuracy")) > 2 && (await colours(page, "#network")) > 2 && (await colours(page, "#histogram")) > 2);
    assert.deepEqual(errors, []);
    await close();
  });
}
