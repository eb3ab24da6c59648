// @ts-check
// What else stands around the result: the run's buttons, the presets, the files, the link.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { promisify } from "node:util";
import { csvOf } from "../../www/save.js";
import { done, field, run, says, status, table, underway, unfold, visitEach } from "./lab.mjs";

/** @type {import("./lab.mjs").Lab} */
let lab;
/** @type {import("playwright-core").Page} */
let page;
visitEach((arrived, there) => {
  lab = there;
  ({ page } = arrived);
}, { faultless: true });

const digest = async () => /digest (\S+)/.exec((await page.textContent("footer")) ?? "")?.[1];
const losses = async () => ((await page.getAttribute("#loss", "aria-label")) ?? "").replaceAll("\u202f", "");

test("Step trains an epoch at a time, and the network that is stepped through is the one that is run through", async () => {
  const whole = await digest();
  const trained = await losses();
  await page.click("#reset");
  await says(page, "At the initial weights");
  assert.equal(await losses(), "Training loss: nothing trained yet.");
  const seen = [];
  await page.click("#in-numbers summary");
  await page.selectOption("#numbers-of", { label: "Epochs" });
  assert.equal(await page.textContent("#numbers-aside"), "No rows.");
  for (const epoch of [1, 2, 3]) {
    await page.click("#step");
    await says(page, `Paused after epoch ${epoch} of 20.`);
    assert.match(await losses(), new RegExp(`over ${epoch} of 20 epochs: from 0\\.7159`));
    await page.waitForFunction((rows) => document.querySelectorAll("#numbers tbody tr").length === rows, epoch);
    seen.push([await page.textContent("#loss-value"), await page.textContent("#accuracy-value")]);
  }
  assert.equal(await page.textContent("#run"), "Continue");
  await page.click("#run");
  await done(page);
  assert.equal(await losses(), trained);
  assert.equal(await digest(), whole);
  await page.click("#export");
  const epochs = JSON.parse((await file("Epochs as JSON")).content.toString());
  const all = epochs.map((/** @type {any} */ epoch) => [epoch.train_loss.toFixed(4), `${(100 * epoch.train_accuracy).toFixed(2)}\u202f%`]);
  const upTo = (/** @type {number} */ epoch, /** @type {number} */ i) => (epoch === 1 ? all[0][i] : `${all[0][i]} → ${all[epoch - 1][i]}`);
  assert.deepEqual(seen, [1, 2, 3].map((epoch) => [upTo(epoch, 0), upTo(epoch, 1)]), "live, epoch by epoch");
  assert.deepEqual([await page.textContent("#loss-value"), await page.textContent("#accuracy-value")], [upTo(20, 0), upTo(20, 1)]);
});

test("Step begins a run where there is none, and goes on to the result after the last epoch", async () => {
  await field(page, "train.epochs").fill("2");
  await page.click("#step");
  await says(page, "Paused after epoch 1 of 2.");
  await page.click("#step");
  await says(page, "Paused after epoch 2 of 2.");
  await page.click("#step");
  await done(page);
  assert.match(await status(page), /2 epochs/);
});

test("Pause holds a run where it is, Run goes on from there, and Reset goes back to the beginning", async () => {
  await run(page, { "train.epochs": "10000", "model.hidden": "512, 256" });
  await underway(page);
  await page.click("#pause");
  await says(page, "Paused after epoch");
  const bar = () => page.locator("progress").evaluate((progress) => /** @type {HTMLProgressElement} */ (progress).value);
  const held = await bar();
  await page.waitForTimeout(400);
  assert.equal(await bar(), held);
  assert.ok(await page.locator("#pause").isDisabled());
  await page.click("#run");
  await page.waitForFunction((value) => Number(document.querySelector("progress")?.value) > value, held);
  await page.click("#reset");
  await says(page, "At the initial weights");
  assert.equal(await losses(), "Training loss: nothing trained yet.");
  await page.click("#cancel");
  await says(page, "Cancelled.");
});

test("a paused run whose config was changed in the form is not gone on with", async () => {
  await page.click("#step");
  await says(page, "Paused after epoch 1 of 20.");
  await run(page, { "train.epochs": "3" });
  await done(page);
  assert.match(await status(page), /3 epochs/);
});

test("each preset runs, is marked, says what to look at, and shows it", { timeout: 300_000 }, async () => {
  const shows = /** @type {Record<string, (rows: Awaited<ReturnType<typeof table>>) => boolean>} */ ({
    seed: (rows) => Number(rows.at(-1)?.values.effective_params) < 0.2 * Number(rows.at(-1)?.values.nonzero_params),
    moons: (rows) => Number(rows[8].values.test_accuracy) > 0.96 && Number(rows[16].values.test_accuracy) < 0.7,
    circles: (rows) => Number(rows[4].values.test_accuracy) > 0.96 && Number(rows[8].values.test_accuracy) < 0.6,
    spirals: (rows) => Number(rows[0].values.test_accuracy) > 0.85 && Number(rows[12].values.test_accuracy) < 0.82,
    blobs: (rows) => Number(rows[10].values.test_accuracy) > 0.99 && Number(rows[14].values.test_accuracy) < 0.4,
    deep: (rows) => Number(rows[0].values.test_accuracy) > 0.98 && Number(rows[6].values.test_accuracy) < 0.9,
    wide: (rows) => Number(rows[2].values.test_accuracy) > 0.98 && Number(rows[5].values.test_accuracy) < 0.8,
  });
  const looks = new Set();
  for (const [key, holds] of Object.entries(shows)) {
    await page.click(`[data-preset="${key}"]`);
    await page.waitForSelector("body:not(.is-stale)");
    await done(page);
    assert.equal(await page.getAttribute(`[data-preset="${key}"]`, "aria-pressed"), "true");
    assert.equal(await page.locator('[aria-pressed="true"]').count(), 1);
    looks.add(await page.textContent("#look"));
    await page.waitForTimeout(50);
    assert.ok(holds(await table(page)), key);
  }
  assert.equal(looks.size, 7);
  await unfold(page);
  await run(page, { "model.seed": "7" });
  assert.equal(await page.locator('[aria-pressed="true"]').count(), 0);
});

/** The file that the button hands over. @param {string} name of the button */
async function file(name) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name, exact: true }).click()]);
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}

test("every figure can be had as PNG and as SVG", async () => {
  await page.click("#export");
  for (const [figure, words] of [["Test accuracy", "unpruned 92.13 %"], ["Parameters", "effective"], ["Weights by magnitude", "|w|"], ["Training loss", "epoch"], ["Network", "10 inputs"], ["Test rows", ""]]) {
    const png = await file(`${figure} as PNG`);
    assert.match(png.name, /^prunelab-[0-9a-f]{8}-[a-z]+\.png$/);
    assert.equal(png.content.subarray(1, 4).toString(), "PNG");
    assert.deepEqual([png.content.readUInt32BE(16), png.content.readUInt32BE(20)], [1920, 1120]);
    const { content } = await file(`${figure} as SVG`);
    const svg = content.toString();
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="960" height="560"/);
    assert.ok(svg.includes(words ? `>${words}` : "<path"), `${figure} says ${words}`);
    const other = await lab.browser.newPage();
    await other.goto(`data:image/svg+xml,${encodeURIComponent(svg)}`);
    assert.ok((await other.locator("path").count()) > 1 || (await other.locator("rect").count()) > 20 || (await other.locator("image").count()) > 1, `${figure} is drawn`);
    assert.equal(await other.locator("parsererror").count(), 0);
    await other.close();
  }
  const marked = (await file("Test accuracy as SVG")).content.toString();
  assert.ok(marked.includes(">91.20\u202f%<"), "the cut stands in the figure");
});

test("every table can be had as CSV and as JSON; the curve is the one the crate traces natively", { timeout: 600_000 }, async () => {
  await page.click("#export");
  const child = promisify(execFile)("cargo", ["run", "--quiet", "--example", "replicate", "--", "--config", "-", "--curve", "-"], {
    cwd: new URL("../../", import.meta.url),
    maxBuffer: 1 << 26,
  });
  child.child.stdin?.end("{}");
  const { stdout } = await child;
  const cells = (/** @type {string} */ csv) => csv.trim().split("\n").map((line) => line.split(","));
  const numbers = (/** @type {string[][]} */ rows) => rows.slice(1).map((row) => row.map((cell) => (cell === "" ? null : Number(cell))));
  const native = cells(stdout.slice(stdout.indexOf("removed,threshold")));
  const curve = cells((await file("Test accuracy and parameters as CSV")).content.toString());
  assert.equal(curve.length, 2818);
  const shared = native[0].length;
  assert.deepEqual(curve[0], [...native[0], "nonzero_params", "effective_params"]);
  assert.deepEqual(numbers(curve).map((row) => row.slice(0, shared)), numbers(native));
  assert.deepEqual([...(await table(page)).slice(1)].map(({ values }) => curve.find((row) => row[shared] === values.nonzero_params)?.[shared + 1]), (await table(page)).slice(1).map(({ values }) => values.effective_params));
  const json = JSON.parse((await file("Test accuracy and parameters as JSON")).content.toString());
  assert.deepEqual(json.map(Object.values), numbers(curve));
  const levels = JSON.parse((await file("Levels as JSON")).content.toString());
  const onPage = (await table(page)).map(({ values }) => values);
  assert.deepEqual(levels.map((/** @type {any} */ { level }) => level), onPage.map((_, i) => i));
  for (const name of ["test_loss", "nonzero_params", "effective_params"]) assert.deepEqual(levels.map((/** @type {any} */ row) => String(row[name])), onPage.map((values) => values[name]));
  assert.equal(cells((await file("Levels as CSV")).content.toString()).length, 22);
  const trained = JSON.parse((await file("Epochs as JSON")).content.toString());
  assert.deepEqual([trained.length, trained[19].epoch], [20, 20]);
  const ratios = cells((await file("At the ratios of the field as CSV")).content.toString());
  assert.deepEqual(ratios.slice(1).map(([target]) => target), ["2", "4", "8", "16", "32"]);
  assert.ok(ratios[0].includes("scores.test_accuracy") && ratios[0].includes("missing") && !ratios[0].includes("scores"));
  await page.waitForFunction(() => /medians of \d+$/.test(document.querySelector("#weighs-status")?.textContent ?? ""));
  const weighs = JSON.parse((await file("What it weighs as JSON")).content.toString());
  const shown = await page.$$eval("#weighs tbody tr", (rows) => rows.map((row) => [...row.querySelectorAll("[data-of]")].map((cell) => cell.firstChild?.textContent?.replaceAll("\u202f", ""))));
  assert.equal(weighs.length, shown.length);
  const cut = Number(/removes (\d+) of/.exec(((await page.textContent("#sentence")) ?? "").replaceAll("\u202f", ""))?.[1]);
  for (const [i, { removed, params, bytes, gzip_bytes, multiply_adds, ms_per_1000_rows: time }] of weighs.entries()) {
    assert.equal(removed, i === 0 ? 0 : cut);
    assert.deepEqual([params, bytes, gzip_bytes, multiply_adds].map((value) => (value === null ? "–" : String(value))), shown[i].slice(0, 4));
    assert.ok(time === null ? shown[i][4] === "–" : Math.abs(time - parseFloat(shown[i][4] ?? "")) <= (time < 10 ? 0.0051 : 0.51), `${time} ms as ${shown[i][4]}`);
  }

  assert.equal(await page.getByRole("button", { name: "Compared criteria as CSV" }).count(), 0, "nothing is compared yet");
  await page.keyboard.press("Escape");
  await page.click(".compare summary");
  await page.check('#compare input[value="random"]');
  await page.waitForSelector("#compared tbody tr");
  const row = await page.$$eval("#compared tbody tr td", (found) => found.map((cell) => cell.textContent));
  await page.click("#export");
  const compared = JSON.parse((await file("Compared criteria as JSON")).content.toString());
  const [{ criterion, oracle_correlation, absolute_oracle_correlation, amount_within_one_point: amount }] = compared;
  assert.deepEqual([compared.length, criterion], [1, "random"]);
  const spelled = [oracle_correlation, absolute_oracle_correlation].map((value) => value.toFixed(3).replace("-", "−"));
  assert.deepEqual([...spelled, `${(100 * amount).toFixed(1)}\u202f%`], row);
});

test("what the figures draw can be read in numbers, as it is at the cut", async () => {
  await page.click("#in-numbers summary");
  const shown = async (/** @type {string} */ name) => {
    await page.selectOption("#numbers-of", { label: name });
    const rows = await page.$$eval("#numbers tr", (found) => found.map((row) => [...row.children].map((cell) => (cell.textContent ?? "").replaceAll("\u202f", ""))));
    return rows.slice(1).map((row) => Object.fromEntries(rows[0].map((field, i) => [field, row[i]])));
  };
  const sum = (/** @type {Record<string, string>[]} */ rows, /** @type {string} */ field) => rows.reduce((total, row) => total + Number(row[field]), 0);
  const aside = async () => ((await page.textContent("#numbers-aside")) ?? "").replaceAll("\u202f", "");
  await page.waitForSelector("#numbers tbody tr");
  assert.equal(await aside(), "100 of 2817 rows");
  // The second level removes 3.58 % of the weights.
  const { values } = (await table(page))[2];
  await page.click("#numbers-more");
  const level = (await shown("Test accuracy and parameters")).find(({ nonzero_params }) => nonzero_params === values.nonzero_params);
  assert.equal(level, undefined, "another choice begins with its first rows again");
  await page.click("#numbers-more");
  assert.equal(await aside(), "200 of 2817 rows");
  const rows = await page.$$eval("#numbers tbody tr", (found) => found.map((row) => [...row.children].map((cell) => (cell.textContent ?? "").replaceAll("\u202f", ""))));
  const same = rows.find((row) => row[5] === values.nonzero_params);
  assert.deepEqual([same?.[2], same?.[6]], [values.test_correct, values.effective_params]);

  assert.equal((await shown("Epochs")).length, 20);
  for (const amount of [0.5, 0.25]) {
    await page.fill("#cut-amount", String(amount));
    await page.selectOption("#numbers-of", { label: "Weights by magnitude" });
    await page.waitForFunction((cut) => [...document.querySelectorAll("#numbers tbody tr")].reduce((total, row) => total + Number(row.lastElementChild?.textContent), 0) === cut, 2816 * amount);
    assert.equal(sum(await shown("Weights by magnitude"), "weights"), 2816);
  }
  const weights = await shown("Weights of the network");
  assert.equal(await aside(), "100 of 2816 rows");
  assert.ok(weights.every(({ rank, cut }) => Number(rank) <= 704 === (cut === "1")));
  const points = await shown("Test rows");
  assert.equal(points.length, 100);
  while (await page.locator("#numbers-more").isVisible()) await page.click("#numbers-more");
  const right = await page.$$eval("#numbers tbody tr", (found) => found.filter((row) => row.children[5].textContent === "1").length);
  assert.equal(String(right), /\d+/.exec(((await page.textContent(".key-right")) ?? "").replaceAll("\u202f", ""))?.[0]);
});

test("what would end a cell of a CSV stands in quotes", () => {
  assert.equal(csvOf([{ a: 'one, "two"', b: null }, { a: "x\ny", b: 3 }]), 'a,b\n"one, ""two""",\n"x\ny",3\n');
});

test("a link carries the experiment, the cut and the digest, and says whether the numbers are the sender's", async () => {
  await run(page, { "data.n_samples": "300", "train.epochs": "5" });
  await done(page);
  await page.fill("#cut-amount", "0.25");
  await page.click("#share");
  await page.locator("#share-dialog").waitFor();
  const link = await page.inputValue("#share-link");
  const sent = await digest();
  const cited = await page.inputValue("#share-citation");
  assert.match(cited, /^Prune Lab, version \d+\.\d+\.\d+\./);
  assert.ok(cited.includes(`digest ${sent}`) && cited.includes("704 of 2816 weights removed") && cited.endsWith(link), cited);
  const other = await lab.visit();
  await done(other.page);
  await other.page.goto(link);
  await says(other.page, "5 epochs");
  await other.page.waitForSelector("#verdict:not([hidden])");
  assert.match((await other.page.textContent("#verdict")) ?? "", /^The digest equals the sender's/);
  assert.match(((await other.page.textContent("#sentence")) ?? "").replaceAll("\u202f", ""), /removes 704 of 2816 weights/);
  await other.page.goto(link.replace("train.epochs=5", "train.epochs=6"));
  await other.page.waitForSelector("#verdict.differs");
  assert.match((await other.page.textContent("#verdict")) ?? "", /^The digest differs from the sender's/);
  await other.page.click("#run");
  await other.page.waitForSelector("#verdict", { state: "hidden" });
  assert.deepEqual(other.errors, []);
  await other.close();
});
