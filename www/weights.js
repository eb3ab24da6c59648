// @ts-check
/**
 * The weights of a network by where they stand: layer, from, to. A weight's index is its place among the weights of all
 * layers, row-major, biases left out. Pure, no DOM.
 */

/** @typedef {{ layer: number, from: number, to: number }} Place `from` a neuron of level `layer` `to` one of the next; the inputs are level 0 */

/** The turn of a weight that stays. */
export const NEVER = 0xffffffff;

/** The weights among parameters. @param {number[]} sizes @param {Float32Array} params weight and bias of each layer */
export function weightsOf(sizes, params) {
  const layers = sizes.slice(1).map((size, layer) => size * sizes[layer]);
  const weights = new Float32Array(layers.reduce((sum, size) => sum + size, 0));
  let [read, written] = [0, 0];
  layers.forEach((size, layer) => {
    weights.set(params.subarray(read, read + size), written);
    read += size + sizes[layer + 1];
    written += size;
  });
  return weights;
}

export class Weights {
  /** Neurons of each level, the inputs first. */
  sizes;
  /** The number of each level's first neuron, counted on from level to level. */
  levels;
  /** Index of each layer's first weight. */
  starts;
  /** Each weight's value. */
  values;
  /** Each weight's turn to leave, from 0 on. */
  ranks;
  /** The unpruned network's. */
  #whole;
  /** For each level the number of removed weights after which each neuron is dead. */
  lives;
  /** For each layer a magnitude that one weight in twenty exceeds. */
  scales;

  /**
   * @param {number[]} sizes @param {Float32Array} params weight and bias of each layer
   * @param {Uint32Array} order what is not in it never leaves @param {Float32Array[]} [networks] the parameters of levels, where the turn is the first of them without the weight
   */
  constructor(sizes, params, order, networks = []) {
    this.sizes = sizes;
    this.levels = sizes.map((_, level) => sizes.slice(0, level).reduce((sum, size) => sum + size, 0));
    this.starts = [0];
    for (let i = 1; i < sizes.length; i += 1) this.starts.push(this.starts[i - 1] + sizes[i - 1] * sizes[i]);
    this.values = weightsOf(sizes, params);
    this.#whole = this.values.slice();
    this.ranks = new Uint32Array(this.values.length).fill(NEVER);
    order.forEach((index, rank) => (this.ranks[index] = rank));
    for (let level = networks.length - 1; level >= 0; level -= 1) {
      weightsOf(sizes, networks[level]).forEach((value, index) => (this.ranks[index] = value === 0 ? level : this.ranks[index]));
    }
    this.lives = this.#livesOf();
    this.scales = sizes.slice(1).map((_, layer) => {
      const magnitudes = this.values.slice(this.starts[layer], this.starts[layer + 1]).map(Math.abs).sort();
      return magnitudes[Math.floor(0.95 * (magnitudes.length - 1))] || 1;
    });
  }

  /** Takes the values of a level, where a weight is cut exactly if it is zero; then it has the unpruned network's. @param {Float32Array} params */
  become(params) {
    weightsOf(this.sizes, params).forEach((value, index) => {
      this.ranks[index] = value === 0 ? 0 : NEVER;
      this.values[index] = value || this.#whole[index];
    });
    this.lives = this.#livesOf();
  }

  /** For each neuron, the inputs first, 1 if it is dead once `k` weights have left: on no path of weights from an input to an output. @param {number} k */
  dead(k) {
    const dead = new Uint8Array(this.sizes.reduce((sum, size) => sum + size, 0));
    let neuron = 0;
    for (const level of this.lives) for (const life of level) dead[neuron++] = life <= k ? 1 : 0;
    return dead;
  }

  get layers() {
    return this.sizes.length - 1;
  }

  /** @param {Place} place */
  index({ layer, from, to }) {
    return this.starts[layer] + to * this.sizes[layer] + from;
  }

  /** @param {number} index @returns {Place} */
  place(index) {
    let layer = 0;
    while (index >= this.starts[layer + 1]) layer += 1;
    const within = index - this.starts[layer];
    return { layer, from: within % this.sizes[layer], to: Math.floor(within / this.sizes[layer]) };
  }

  /** Those that lead to a neuron, and those that lead from it. @param {number} level @param {number} n @param {(index: number) => void} visit */
  eachOf(level, n, visit) {
    const { sizes, starts, layers } = this;
    if (level > 0) for (let from = 0; from < sizes[level - 1]; from += 1) visit(starts[level - 1] + n * sizes[level - 1] + from);
    if (level < layers) for (let to = 0; to < sizes[level + 1]; to += 1) visit(starts[level] + to * sizes[level] + n);
  }

  /** A neuron lives as long as the widest way through it: one whose first weight to go is the last of all ways. */
  #livesOf() {
    const { sizes, layers } = this;
    const ways = (/** @type {number} */ end) => sizes.map((size, level) => new Float64Array(size).fill(level === end ? Infinity : 0));
    const [fromInput, toOutput] = [ways(0), ways(layers)];
    for (let layer = 0; layer < layers; layer += 1) {
      this.#each(layer, (from, to, rank) => (fromInput[layer + 1][to] = Math.max(fromInput[layer + 1][to], Math.min(rank + 1, fromInput[layer][from]))));
    }
    for (let layer = layers - 1; layer >= 0; layer -= 1) {
      this.#each(layer, (from, to, rank) => (toOutput[layer][from] = Math.max(toOutput[layer][from], Math.min(rank + 1, toOutput[layer + 1][to]))));
    }
    return toOutput.map((level, l) => level.map((life, n) => Math.min(life, fromInput[l][n])));
  }

  /** @param {number} layer @param {(from: number, to: number, rank: number) => void} visit */
  #each(layer, visit) {
    let index = this.starts[layer];
    for (let to = 0; to < this.sizes[layer + 1]; to += 1) {
      for (let from = 0; from < this.sizes[layer]; from += 1, index += 1) {
        if (this.values[index] !== 0) visit(from, to, this.ranks[index]);
      }
    }
  }
}
