// @ts-check
/**
 * The networks of a run's levels, as one that is cut: after `cut(k)` it is the network of stop `k`, 0 the unpruned one.
 * Only that one and the unpruned one are kept inside wasm.
 *
 * @import { Forms } from "./pkg/prunelab.js"
 * @import { RunResult } from "./wire.js"
 */
import { Network } from "./pkg/prunelab.js";

export class LevelNetwork {
  #sizes;
  #activation;
  #networks;
  #unpruned;
  #at;
  #k = 0;

  /** @param {Uint32Array} sizes @param {string} activation @param {RunResult} result */
  constructor(sizes, activation, { params, networks }) {
    this.#sizes = sizes;
    this.#activation = activation;
    this.#networks = networks;
    this.#unpruned = this.#at = this.#made(params);
  }

  /** @param {Float32Array} params */
  #made(params) {
    return new Network(this.#sizes, this.#activation, params, new Uint32Array());
  }

  /** @param {number} k */
  cut(k) {
    if (k === this.#k) return;
    this.#drop();
    this.#k = k;
    this.#at = k === 0 ? this.#unpruned : this.#made(this.#networks[k - 1]);
  }

  #drop() {
    if (this.#at !== this.#unpruned) this.#at.free();
  }

  /** @param {Float32Array} features */
  outputs(features) {
    return this.#at.outputs(features);
  }

  /** @param {Float32Array} features */
  classes(features) {
    return this.#at.classes(features);
  }

  get params() {
    return this.#at.params;
  }

  get compactedParams() {
    return this.#at.compactedParams;
  }

  get size() {
    return this.#at.size;
  }

  /** @param {Float32Array} features @returns {Forms} */
  forms(features) {
    return this.#at.forms(features);
  }

  free() {
    this.#drop();
    this.#unpruned.free();
  }
}
