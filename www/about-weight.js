// @ts-check
/**
 * All there is to know of one weight, in words.
 *
 * @import { Cut } from "./cut.js"
 * @import { Weights } from "./weights.js"
 */
import { count, decimal, percent, plural } from "./format.js";

/** @param {Weights} weights @param {Cut} cut @param {number} index */
export function aboutWeight(weights, cut, index) {
  const { layer, from, to } = weights.place(index);
  const rank = weights.ranks[index];
  const value = weights.values[index];
  return {
    name: `${neuron(layer, from, weights.sizes)} → ${neuron(layer + 1, to, weights.sizes)}`,
    value: `${value < 0 ? "−" : "+"}${decimal(Math.abs(value))}`,
    rank: `rank ${count(rank + 1)} of ${count(cut.n)}`,
    fate: rank < cut.k ? "cut" : "kept",
    cost: cost(cut, rank),
  };
}

/** What its removal costs, the weights before it gone: the curve's step at its rank. @param {Cut} cut @param {number} rank */
export function cost({ result: { curve }, report: { data } }, rank) {
  const { removed, testCorrect } = curve;
  const above = removed.findIndex((k) => k > rank);
  const lost = testCorrect[above - 1] - testCorrect[above];
  const others = removed[above] - removed[above - 1] - 1;
  const points = percent(Math.abs(lost) / data.n_test);
  const what = lost === 0 ? "changes no count of right answers" : `${lost > 0 ? "costs" : "gains"} ${plural(Math.abs(lost), "test row")} (${points})`;
  return `its removal${others ? `, with that of ${plural(others, "neighbour")},` : ""} ${what}`;
}

/** @param {number} level @param {number} n @param {number[]} sizes */
function neuron(level, n, sizes) {
  const last = sizes.length - 1;
  if (level === 0) return `input ${count(n + 1)}`;
  if (level === last) return sizes[last] === 1 ? "output" : `output ${count(n + 1)}`;
  return `${last > 2 ? `layer ${level}, ` : ""}neuron ${count(n + 1)}`;
}
