// @ts-check
// What the pictures of network and data are computed from.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cost } from "../../www/about-weight.js";
import { boundary, decide } from "../../www/decision.js";
import { cell, isGraph, layOut, seat, step, weightAt } from "../../www/network-drawing.js";
import { principalAxes, project } from "../../www/pca.js";
import { Weights } from "../../www/weights.js";

/** Numbers in [-1, 1), the same each time. @param {number} seed */
function numbers(seed) {
  let state = seed;
  return () => ((state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 30) - 1;
}

/** A network of these sizes whose weights leave in some order. @param {number[]} sizes @param {number} [seed] */
function network(sizes, seed = 1) {
  const next = numbers(seed);
  const params = sizes.slice(1).flatMap((size, i) => Array.from({ length: size * (sizes[i] + 1) }, next));
  const count = sizes.slice(1).reduce((sum, size, i) => sum + size * sizes[i], 0);
  const keys = Array.from({ length: count }, next);
  const order = Uint32Array.from(keys.map((_, i) => i).sort((a, b) => keys[a] - keys[b]));
  return { weights: new Weights(sizes, Float32Array.from(params), order), params, order };
}

test("a weight's place and its index are one thing, biases left out", () => {
  const { weights, params, order } = network([3, 4, 2]);
  assert.equal(weights.values.length, 20);
  for (let index = 0; index < 20; index += 1) {
    assert.equal(weights.index(weights.place(index)), index);
    assert.equal(order[weights.ranks[index]], index);
  }
  assert.deepEqual(weights.place(12), { layer: 1, from: 0, to: 0 });
  assert.equal(weights.values[12], Math.fround(params[3 * 4 + 4]), "the first layer's four biases lie between");
});

test("a neuron lives until the last way through it is cut", () => {
  for (const [seed, sizes] of [[3, 4, 2], [2, 3, 3, 1], [4, 2, 2, 2, 3], [3, 2]].entries()) {
    const { weights, order } = network(sizes, seed + 1);
    for (let k = 0; k <= order.length; k += 1) {
      const kept = (/** @type {number} */ layer, /** @type {number} */ from, /** @type {number} */ to) => weights.ranks[weights.index({ layer, from, to })] >= k;
      /** @type {(level: number, n: number) => boolean} */
      const up = (level, n) => level === weights.layers || Array.from({ length: sizes[level + 1] }, (_, to) => to).some((to) => kept(level, n, to) && up(level + 1, to));
      /** @type {(level: number, n: number) => boolean} */
      const down = (level, n) => level === 0 || Array.from({ length: sizes[level - 1] }, (_, from) => from).some((from) => kept(level - 1, from, n) && down(level - 1, from));
      weights.lives.forEach((lives, level) => lives.forEach((life, n) => assert.equal(k < life, up(level, n) && down(level, n), `${sizes}: neuron ${n} of level ${level} at ${k}`)));
    }
  }
});

test("back from a level, the unpruned network has its own dead neurons", () => {
  // Weight and bias of a layer from two inputs to one neuron, and of one from that to an output.
  const [unpruned, level] = [Float32Array.of(0, 1, 0, 1, 0), Float32Array.of(0.5, 0, 0, 1, 0)];
  const weights = new Weights([2, 1, 1], unpruned, new Uint32Array(), [level]);
  assert.deepEqual([...weights.dead(0)], [1, 0, 0, 0]);
  weights.become(level);
  assert.deepEqual([...weights.dead(1)], [0, 1, 0, 0]);
  assert.deepEqual([...weights.values], [0.5, 1, 1]);
  weights.become(Float32Array.of(0, 0.25, 0, 0, 0));
  assert.deepEqual([...weights.values], [0, 0.25, 1], "what is cut has the unpruned network's value, wherever the cut was before");
  weights.become(unpruned);
  assert.deepEqual([...weights.dead(0)], [1, 0, 0, 0]);
});

test("narrow networks are graphs, wide ones matrices", () => {
  assert.ok(isGraph([2, 8, 8, 1]));
  assert.ok(!isGraph([10, 256, 1]));
  assert.ok(!isGraph([2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 2]));
});

for (const sizes of [[10, 256, 1], [2, 64, 64, 32, 3], [40, 30], [100, 8, 100]]) {
  test(`each weight of ${sizes.join("-")} has a cell of its own inside the drawing, and is found there`, () => {
    const { weights } = network(sizes);
    const layout = layOut(sizes, seat(weights), 400, 264);
    assert.ok(layout.kind === "matrices");
    const corners = new Set();
    for (let index = 0; index < weights.values.length; index += 1) {
      const place = weights.place(index);
      const { x, y, width, height } = cell(layout, place);
      assert.ok(x >= 0 && y >= 0 && x + width <= 400.001 && y + height <= 264.001, `cell of ${index}`);
      assert.deepEqual(weightAt(layout, weights, { x: x + width / 2, y: y + height / 2 }), place);
      corners.add(`${x} ${y}`);
    }
    assert.equal(corners.size, weights.values.length);
  });
}

test("in a matrix the longest-lived neurons stand first, and arrow keys go as drawn", () => {
  const { weights } = network([10, 256, 1]);
  const layout = layOut(weights.sizes, seat(weights), 400, 264);
  assert.ok(layout.kind === "matrices");
  const { neurons } = layout.seats[1];
  for (let i = 1; i < neurons.length; i += 1) assert.ok(weights.lives[1][neurons[i - 1]] >= weights.lives[1][neurons[i]]);
  const place = { layer: 0, from: 4, to: neurons[7] };
  assert.deepEqual(step(layout, weights, place, "ArrowRight"), { layer: 0, from: 4, to: neurons[8] });
  assert.deepEqual(step(layout, weights, place, "ArrowDown"), { layer: 0, from: 5, to: neurons[7] });
  assert.deepEqual(step(layout, weights, { layer: 1, from: neurons[7], to: 0 }, "ArrowLeft"), { layer: 1, from: neurons[6], to: 0 });
  assert.deepEqual(step(layout, weights, { layer: 0, from: 0, to: neurons[0] }, "ArrowUp"), { layer: 0, from: 0, to: neurons[0] });
  assert.deepEqual(step(layout, weights, place, "PageDown"), { layer: 1, from: 4, to: 0 });
  assert.equal(step(layout, weights, place, "a"), null);
});

test("every hidden neuron of matrices is marked once, those of a bottleneck beside its rows", () => {
  for (const sizes of [[10, 256, 1], [10, 100, 8, 100, 1], [30, 8, 40], [40, 8, 8, 30], [9, 30, 30, 30, 2], [784, 300, 100, 10]]) {
    const { weights } = network(sizes);
    const layout = layOut(weights.sizes, seat(weights), 400, 264);
    assert.ok(layout.kind === "matrices");
    const marked = layout.matrices.flatMap(({ below, beside }) => [below, beside]).filter((level) => level !== null);
    assert.deepEqual(marked.sort(), sizes.slice(1, -1).map((_, i) => i + 1), `${sizes}`);
    assert.equal(new Set(layout.matrices.map(({ width }) => width)).size, 1);
    for (const { below, beside, columns, rows, x, width } of layout.matrices) {
      assert.ok((below === null || sizes[below] === columns) && (beside === null || sizes[beside] === rows), `${sizes}`);
      assert.ok(x + width + (beside === null ? 0 : 8) <= 400);
    }
  }
});

test("of a graph the nearest edge is meant, if any is near", () => {
  const { weights } = network([2, 3, 1]);
  const layout = layOut(weights.sizes, seat(weights), 400, 264);
  assert.ok(layout.kind === "graph");
  const [a, b] = [layout.levels[1][2], layout.levels[2][0]];
  assert.deepEqual(weightAt(layout, weights, { x: a.x + 0.4 * (b.x - a.x), y: a.y + 0.4 * (b.y - a.y) + 2 }), { layer: 1, from: 2, to: 0 });
  assert.equal(weightAt(layout, weights, { x: 200, y: 5 }), null);
});

test("a removal costs what the curve falls by at its rank, in whose step others may be", () => {
  const cut = (/** @type {number[]} */ removed, /** @type {number[]} */ testCorrect) => /** @type {any} */ ({ result: { curve: { removed, testCorrect } }, report: { data: { n_test: 200 } } });
  const every = cut([0, 1, 2, 3], [180, 180, 176, 178]);
  assert.match(cost(every, 0), /^its removal changes no count/);
  assert.match(cost(every, 1), /^its removal costs 4 test rows \(2\.00.%\)/);
  assert.match(cost(every, 2), /^its removal gains 2 test rows \(1\.00.%\)/);
  assert.match(cost(cut([0, 10, 20], [180, 179, 150]), 12), /^its removal, with that of 9 neighbours, costs 29 test rows/);
});

test("the principal axes are those of rows that were turned", () => {
  const next = numbers(5);
  const width = 6;
  // Rows along two known directions at a right angle, one three times as long, and little besides.
  const [u, v] = [[2, 1, 0, 0, -2, 0], [0, 2, 1, 2, 1, 0]].map((axis) => axis.map((value) => value / Math.hypot(...axis)));
  const drawn = Array.from({ length: 400 }, () => [6 * next(), 2 * next()]);
  const features = Float32Array.from(drawn.flatMap(([a, b]) => u.map((value, i) => 3 + a * value + b * v[i] + 0.05 * next())));
  const rows = Uint32Array.from({ length: 400 }, (_, i) => i);
  const projection = principalAxes(features, width, rows);
  const along = (/** @type {Float64Array} */ axis, /** @type {number[]} */ other) => Math.abs(axis.reduce((sum, value, i) => sum + value * other[i], 0));
  assert.ok(along(projection.axes[0], u) > 0.999 && along(projection.axes[1], v) > 0.999);
  for (const axis of projection.axes) assert.ok(axis.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0) > 0, "its largest component is positive");
  assert.ok(projection.explained[0] > 0.85 && projection.explained[0] + projection.explained[1] > 0.995);
  // The variance along each is what it says, and the two are uncorrelated.
  const plane = project(projection, features, rows);
  let [xx, yy, xy, all] = [0, 0, 0, 0];
  for (let r = 0; r < 400; r += 1) {
    xx += plane[2 * r] ** 2;
    yy += plane[2 * r + 1] ** 2;
    xy += plane[2 * r] * plane[2 * r + 1];
    for (let i = 0; i < width; i += 1) all += (features[r * width + i] - projection.mean[i]) ** 2;
  }
  assert.ok(Math.abs(xx / all - projection.explained[0]) < 1e-4 && Math.abs(yy / all - projection.explained[1]) < 1e-4);
  assert.ok(Math.abs(xy) < 1e-2 * Math.sqrt(xx * yy));
  assert.deepEqual(principalAxes(features, width, rows), projection, "the same rows, the same picture");
});

test("rows that are all the same have no axes, and still a place", () => {
  const projection = principalAxes(new Float32Array(12).fill(2), 3, Uint32Array.of(0, 1, 2, 3));
  assert.deepEqual(projection.explained, [0, 0]);
  assert.ok(project(projection, new Float32Array(12).fill(2), Uint32Array.of(0, 1)).every((value) => value === 0));
});

test("the class that leads is the lowest of the likeliest, and two classes share one output", () => {
  const two = decide(Float32Array.of(0.2, 0.5, 0.9), 2);
  assert.deepEqual([...two.leader], [0, 0, 1]);
  assert.deepEqual([...two.lead].map((lead) => lead.toFixed(3)), ["0.600", "0.000", "0.800"]);
  const three = decide(Float32Array.of(0.2, 0.5, 0.3, 0.4, 0.2, 0.4), 3);
  assert.deepEqual([...three.leader], [1, 0]);
  assert.deepEqual([...three.lead].map((lead) => lead.toFixed(3)), ["0.200", "0.000"]);
});

test("the boundary runs where two classes are equally likely", () => {
  // p rises from left to right and is a half at x = 4.3.
  const [columns, rows] = [10, 6];
  const outputs = Float32Array.from({ length: columns * rows }, (_, i) => 0.5 + ((i % columns) - 4.3) * 0.05);
  const lines = boundary(decide(outputs, 2), columns, rows);
  assert.equal(lines.length, 4 * (rows - 1));
  for (let i = 0; i < lines.length; i += 2) assert.ok(Math.abs(lines[i] - 4.3) < 1e-5);
  assert.deepEqual(boundary(decide(new Float32Array(60).fill(0.7), 2), columns, rows), []);
});
