// @ts-check
/**
 * All there is to know of one weight, in words.
 *
 * @import { Model } from "./views.js"
 * @import { Weights } from "./weights.js"
 */
import { count, decimal, percent } from "./format.js";
import { weight as words } from "./strings.js";

/** @param {Weights} weights @param {Model} model whose they are @param {number} k how many are cut @param {number} index */
export function aboutWeight(weights, model, k, index) {
  const { layer, from, to } = weights.place(index);
  const rank = weights.ranks[index];
  const value = weights.values[index];
  const { stops, magnitudes: { length: n } } = model.result;
  return {
    name: `${neuron(layer, from, weights.sizes)} → ${neuron(layer + 1, to, weights.sizes)}`,
    value: `${value < 0 ? "−" : "+"}${decimal(Math.abs(value))}`,
    fate: rank < k ? words.cut : words.kept,
    // A weight of a protected layer has no turn; where levels are networks of their own, none has.
    ...(rank < n && !stops ? { rank: words.rank(count(rank + 1), count(n)), cost: cost(model, rank) } : { rank: null, cost: null }),
  };
}

/** What its removal costs, the weights before it gone: the curve's step at its rank. @param {Model} model @param {number} rank */
export function cost({ result: { curve }, report: { data } }, rank) {
  const { removed, testCorrect } = curve;
  const above = removed.findIndex((k) => k > rank);
  const lost = testCorrect[above - 1] - testCorrect[above];
  const others = removed[above] - removed[above - 1] - 1;
  return words.removal(lost, percent(Math.abs(lost) / data.n_test), others);
}

/** @param {number} level @param {number} n @param {number[]} sizes */
function neuron(level, n, sizes) {
  const last = sizes.length - 1;
  if (level === 0) return words.input(count(n + 1));
  if (level === last) return words.output(sizes[last] === 1 ? null : count(n + 1));
  return words.neuron(last > 2 ? level : null, count(n + 1));
}
