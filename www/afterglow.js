// @ts-check
/** What is cut flashes and fades: how much of a cut weight is still to be seen. */
import { SHADES } from "./sheet.js";

/** Weights that were cut together, by rank. @typedef {{ from: number, to: number, at: number }} Fading */

/** How long a weight takes to fade, in milliseconds. */
const FADE = 320;

export class Afterglow {
  /** @type {Fading[]} */
  #fading = [];
  /** The shades of the cut weights from rank `cold` on. */
  #shades = new Uint8Array();
  /** The weights of lower rank have faded. */
  cold = 0;

  clear() {
    this.#fading = [];
    this.fade(0, 0);
  }

  /** The weights of rank `from` to `to` are cut now. @param {number} from @param {number} to @param {number} now in milliseconds */
  light(from, to, now) {
    this.#fading.push({ from, to, at: now });
  }

  /** What glows now, `k` weights being cut. @param {number} k @param {number} now in milliseconds */
  fade(k, now) {
    this.#fading = this.#fading.filter(({ at, to }) => now - at < FADE && to <= k);
    this.cold = Math.min(k, ...this.#fading.map(({ from }) => from));
    this.#shades = new Uint8Array(k - this.cold);
    for (const { from, to, at } of this.#fading) this.#shades.fill(Math.round(SHADES * (1 - (now - at) / FADE)), from - this.cold, to - this.cold);
  }

  /** Whether anything does. */
  get glows() {
    return this.#fading.length > 0;
  }

  /** The shade of the cut weight of that rank. @param {number} rank */
  shade(rank) {
    return rank < this.cold ? 0 : this.#shades[rank - this.cold];
  }
}
