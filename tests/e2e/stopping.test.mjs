// @ts-check
// Early stopping: asked for in the form or by a link, and what the page says of it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { startLab } from "./harness.mjs";
import { done, field, says, status, unfold } from "./lab.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @type {Awaited<ReturnType<typeof startLab>>} */
let lab;
before(async () => (lab = await startLab()));
after(() => lab.close());

/** Soon knows its training rows by heart. */
const SMALL = "data.kind=moons&data.n_samples=120&data.noise=0.35&model.hidden=[24]&train.epochs=300&train.optimizer.lr=0.05&prune.levels.count=2";
const VALIDATED = `${SMALL}&split.validation_size=0.3`;

const stopping = (/** @type {Page} */ page) => field(page, "train.early_stopping");
const patience = (/** @type {Page} */ page) => field(page, "train.early_stopping.patience");
const fragment = (/** @type {Page} */ page) => page.evaluate(() => decodeURIComponent(location.hash).slice(1).split("&").sort());
const stopped = (/** @type {Page} */ page) => page.textContent("#stopped");

/** In the page: whether the loss curve has the colour of the validation part. */
function validated() {
  const canvas = document.querySelector("canvas#loss");
  const colour = getComputedStyle(document.documentElement).getPropertyValue("--part-validation").trim();
  if (!(canvas instanceof HTMLCanvasElement)) return false;
  const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  for (let at = 0; at < pixels.length; at += 4) if (pixels[at] === r && pixels[at + 1] === g && pixels[at + 2] === b) return true;
  return false;
}

/** @param {Page} page */
async function report(page) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save-json")]);
  return JSON.parse(await readFile(await download.path(), "utf8"));
}

/** The epoch whose loss on the validation part is lowest, the first of several. @param {{ epoch: number, validation_loss: number }[]} epochs */
const lowest = (epochs) => epochs.reduce((best, epoch) => (epoch.validation_loss < best.validation_loss ? epoch : best));

test("asked for without a validation part it is refused at its control, with one it stops and says where", async () => {
  const { page, errors, close } = await lab.visit(`#${SMALL}`);
  await done(page);
  assert.equal(await stopped(page), "");
  assert.ok(await stopping(page).isHidden());
  await unfold(page);
  assert.ok(await patience(page).isHidden(), "without early stopping there is no patience");
  await page.getByLabel("Early stopping").check();
  assert.equal(await page.getByLabel("Patience, epochs").inputValue(), "5");
  // Checked as soon as it is changed.
  assert.equal(await stopping(page).getAttribute("aria-invalid"), "true");
  const reason = await page.textContent('[id="refusal-train.early_stopping"]');
  assert.match(reason ?? "", /^Must be null \(off\) where split\.validation_size is 0: the loss on the validation part chooses the epoch, got \{"patience":5\}\.$/);
  await page.click("#run");
  assert.match(await status(page), /^train\.early_stopping must be null/);
  assert.deepEqual(await fragment(page), SMALL.split("&").sort(), "what cannot be run is in no link");

  await field(page, "split.validation_size").fill("0.3");
  await patience(page).fill("7");
  await page.click("#run");
  await says(page, "Done in");
  assert.equal(await stopping(page).getAttribute("aria-invalid"), null);
  assert.deepEqual(await fragment(page), `${VALIDATED}&train.early_stopping.patience=7`.split("&").sort());
  const { config, epochs, best_epoch } = await report(page);
  assert.deepEqual(config.train.early_stopping, { patience: 7 });
  const best = lowest(epochs);
  assert.deepEqual([best_epoch, epochs.length], [best.epoch, best.epoch + 7]);
  assert.ok(epochs.length < 300, "it stops");
  assert.equal(
    await stopped(page),
    `Stopped early, after epoch ${epochs.length} of 300. The weights are those of epoch ${best.epoch}, where the validation loss was lowest: ${best.validation_loss.toFixed(4)}.`,
  );
  assert.match(await status(page), new RegExp(`${epochs.length} epochs`));
  const curve = (await page.getAttribute("#loss", "aria-label")) ?? "";
  assert.ok(curve.endsWith(` Loss on the validation part, dashed: lowest after epoch ${best.epoch}, ${best.validation_loss.toFixed(4)}.`), curve);
  const { validation_accuracy: last } = epochs[epochs.length - 1];
  assert.ok((await page.textContent("#accuracy-value"))?.endsWith(`, validation ${(100 * last).toFixed(2)}\u202f%`));
  await page.waitForFunction(validated);

  await stopping(page).uncheck();
  assert.ok(await patience(page).isHidden());
  await page.click("#run");
  await says(page, "300 epochs");
  assert.equal(await stopped(page), "", "nothing was chosen");
  assert.doesNotMatch(`${await page.getAttribute("#loss", "aria-label")} ${await page.textContent("#accuracy-value")}`, /validation/);
  await page.waitForFunction(`!(${validated})()`);
  assert.deepEqual(await fragment(page), VALIDATED.split("&").sort());
  assert.equal((await report(page)).best_epoch, null);
  assert.deepEqual(errors, []);
  await close();
});

test("a link with early stopping opens with it in the form, and runs it", async () => {
  const link = `${VALIDATED}&train.early_stopping.patience=4`;
  const { page, errors, close } = await lab.visit(`#${link}`);
  await done(page);
  await unfold(page);
  assert.equal(await stopping(page).isChecked(), true);
  assert.equal(await patience(page).inputValue(), "4");
  assert.deepEqual(await fragment(page), link.split("&").sort());
  const { config, epochs, best_epoch, unpruned } = await report(page);
  assert.deepEqual(config.train.early_stopping, { patience: 4 });
  assert.equal(epochs.length - best_epoch, 4);
  assert.equal(unpruned.validation_loss, epochs[best_epoch - 1].validation_loss, "the network is that of the best epoch");
  assert.match((await stopped(page)) ?? "", new RegExp(`^Stopped early, after epoch ${epochs.length} of 300\\. .* epoch ${best_epoch}, `));

  // Another link without it leaves nothing of it.
  await page.evaluate((hash) => (location.hash = hash), VALIDATED);
  await says(page, "300 epochs");
  assert.equal(await stopping(page).isChecked(), false);
  assert.ok(await patience(page).isHidden());
  assert.equal(await stopped(page), "");
  assert.deepEqual(errors, []);
  await close();
});

test("a training that ends before the patience says so, and still whose weights it has", async () => {
  const { page, close } = await lab.visit(`#${VALIDATED}&train.epochs=60&train.early_stopping.patience=10000`);
  await done(page);
  const { epochs } = await report(page);
  const best = lowest(epochs);
  assert.ok(best.epoch < 60 && epochs.length === 60);
  assert.equal(
    await stopped(page),
    `Not stopped early: trained for all 60 epochs. The weights are those of epoch ${best.epoch}, where the validation loss was lowest: ${best.validation_loss.toFixed(4)}.`,
  );
  await close();
});

for (const [value, reason] of [["0", /^Must be a whole number from 1 to 10000, got 0\.$/], ["10001", /got 10001\.$/], ["2.5", /^Must be a whole number .*got 2\.5\.$/], ["", /^Is empty\.$/]]) {
  test(`a patience of “${value}” is refused at its field`, async () => {
    const { page, close } = await lab.visit(`#${VALIDATED}&train.early_stopping.patience=3`);
    await done(page);
    await unfold(page);
    await patience(page).fill(/** @type {string} */ (value));
    await page.click("#run");
    assert.equal(await patience(page).getAttribute("aria-invalid"), "true");
    assert.match((await page.textContent('[id="refusal-train.early_stopping.patience"]')) ?? "", /** @type {RegExp} */ (reason));
    await close();
  });
}

test("a link whose schedule trains anew is refused at the checkbox, which stays as the link has it", async () => {
  const { page, close } = await lab.visit(`#${VALIDATED}&train.early_stopping.patience=3&prune.schedule.kind=iterative`);
  await says(page, "The link was not run: train.early_stopping must be null (off) where prune.schedule trains anew");
  assert.equal(await stopping(page).isChecked(), true);
  assert.ok(await stopping(page).isVisible(), "what it is folded into is opened");
  assert.equal(await stopping(page).getAttribute("aria-invalid"), "true");
  await close();
});

test("a link with something else for early stopping is refused at the checkbox, which asks for none", async () => {
  const { page, close } = await lab.visit(`#${VALIDATED}&train.early_stopping=true`);
  await says(page, "The link was not run: train.early_stopping");
  assert.match(await status(page), /got true\.$/);
  assert.equal(await stopping(page).getAttribute("aria-invalid"), "true");
  assert.equal(await stopping(page).isChecked(), false);
  await page.click("#run");
  await done(page);
  assert.deepEqual(await fragment(page), VALIDATED.split("&").sort());
  await close();
});
