// @ts-check
// One cut on four scales, read from the exact curve.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Cut } from "../../www/cut.js";

/** @type {(() => void)[]} */
let frames = [];
const frame = () => frames.splice(0).forEach((paint) => paint());

/**
 * A network of ten weights 0, 0.1, 0.1, 0.2 … 0.8 and two biases.
 * @param {{ magnitudes?: number[], validation?: number[], removed?: number[] }} [options]
 */
function loaded({ magnitudes = [0, 0.1, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8], validation, removed } = {}) {
  const stops = removed ?? Array.from({ length: 11 }, (_, k) => k);
  const testCorrect = Uint32Array.from(stops, (k) => 100 - k * k);
  const curve = {
    removed: Uint32Array.from(stops),
    testCorrect,
    testLoss: Float64Array.from(stops),
    validationCorrect: validation && Uint32Array.from(validation),
    validationLoss: validation && Float64Array.from(validation),
  };
  const report = { unpruned: { total_params: 12, nonzero_params: 11 }, data: { n_test: 100, n_validation: validation ? 50 : 0 } };
  const result = { magnitudes: Float32Array.from(magnitudes), effectiveParams: Uint32Array.from({ length: 11 }, (_, k) => 11 - k), curve };
  const cut = new Cut((paint) => frames.push(paint));
  cut.load(/** @type {any} */ (report), /** @type {any} */ (result));
  frame();
  return cut;
}

test("a threshold removes what is below it and nothing else", () => {
  const cut = loaded();
  for (const [threshold, k] of [[0, 0], [1e-9, 1], [0.1, 1], [0.11, 3], [0.8, 9], [0.81, 10], [1e30, 10]]) {
    cut.setThreshold(threshold);
    assert.equal(cut.k, k, `below ${threshold}`);
    assert.equal(cut.threshold, threshold, "it is shown as it was asked for");
  }
});

test("every number of removed weights that a threshold can make is made by the threshold it shows", () => {
  const random = Array.from({ length: 10 }, (_, i) => Math.fround(Math.abs(Math.sin(i + 1)) * 10 ** ((i % 5) - 3))).sort((a, b) => a - b);
  for (const cut of [loaded(), loaded({ magnitudes: random })]) {
    for (let k = 0; k <= 10; k += 1) {
      cut.setK(k);
      const { threshold } = cut;
      if (threshold === null) continue;
      cut.setK(5);
      cut.setThreshold(threshold);
      assert.equal(cut.k, k);
    }
  }
  const cut = loaded();
  cut.setK(2);
  assert.equal(cut.threshold, null, "no threshold comes between equal magnitudes");
  cut.setK(4);
  assert.equal(cut.threshold, 0.3, "the fewest digits that do");
});

test("weights that leave in another order than that of their magnitudes have no threshold", () => {
  const cut = loaded({ magnitudes: [0.3, 0.1, 0.2, 0.5, 0.4, 0, 0.6, 0.7, 0.9, 0.8] });
  cut.setK(4);
  cut.setThreshold(0.25);
  assert.deepEqual([cut.k, cut.threshold, cut.hasThreshold], [4, null, false]);
});

test("amount, parameters and compression ratio follow the cut", () => {
  const cut = loaded();
  cut.setAmount(0.42);
  assert.deepEqual([cut.k, cut.amount, cut.totalParams, cut.nonzeroParams, cut.effectiveParams], [4, 0.4, 12, 8, 7], "one weight was zero before");
  assert.equal(cut.compressionRatio, 1.5);
  for (const [ratio, k] of [[0, 0], [1.5, 4], [1.51, 5], [6, 10], [1000, 10]]) {
    cut.setCompressionRatio(ratio);
    assert.equal(cut.k, k, `${ratio} times smaller`);
  }
});

test("the floor is the largest cut before the validation curve first falls below it", () => {
  const cut = loaded({ validation: [45, 45, 46, 44, 46, 40, 46, 30, 20, 20, 20] });
  for (const [floor, k] of [[0.9, 2], [0.88, 4], [0.8, 6], [0.6, 7], [0, 10], [0.95, 0]]) {
    cut.setFloor(floor);
    assert.equal(cut.k, k, `at least ${floor}`);
  }
  cut.setK(6);
  assert.deepEqual([cut.floor, cut.validationAccuracy, cut.testAccuracy], [0.8, 0.92, 0.64]);
  cut.setCost(0.02);
  assert.equal(cut.k, 4, "two points below 0.9");
});

test("without a validation part the floor cannot be set", () => {
  const cut = loaded();
  cut.setK(3);
  cut.setFloor(0.99);
  assert.deepEqual([cut.k, cut.hasValidation, cut.floor], [3, false, 0.91]);
});

test("where the network was not evaluated, the nearest point is", () => {
  const cut = loaded({ removed: [0, 4, 7, 10] });
  for (const [asked, k] of [[1, 0], [3, 4], [6, 7], [99, 10], [-1, 0]]) {
    cut.setK(asked);
    assert.equal(cut.k, k);
  }
  cut.setThreshold(0.45);
  assert.deepEqual([cut.k, cut.threshold], [7, 0.6], "removed are seven, so the threshold is theirs");
  cut.step(-1);
  assert.deepEqual([cut.k, cut.testCorrect], [4, 84]);
  cut.setK(NaN);
  assert.equal(cut.k, 4, "what is no number changes nothing");
});

test("listeners hear of any number of changes once a frame", () => {
  const cut = loaded();
  /** @type {number[]} */
  const heard = [];
  const leave = cut.subscribe(({ k }) => heard.push(k));
  cut.setK(3);
  cut.setK(4);
  assert.deepEqual(heard, []);
  frame();
  cut.setK(4);
  frame();
  assert.deepEqual(heard, [4], "no change, no call");
  leave();
  cut.setK(5);
  frame();
  assert.deepEqual(heard, [4]);
});
