// @ts-check
/**
 * What follows the cut besides the plots: the network, the data, what it weighs. Keeps the last good result's network
 * in the page's own instance, cut where the cut is.
 *
 * Invariant: each view is drawn in the frame of the cut, unless drawing is so dear that the page would not answer; then
 * a frame is followed by several without, and the network is busy until it shows the cut again.
 *
 * @import { Cut } from "./cut.js"
 * @import { Figure } from "./exports.js"
 * @import { Report, RunResult, Shape } from "./wire.js"
 */
import { Network, shape } from "./pkg/prunelab.js";
import { Scatter } from "./data-view.js";
import { atRest, element } from "./dom.js";
import { LevelNetwork } from "./level-network.js";
import { NetworkView } from "./network-view.js";
import { lab } from "./strings.js";
import { WeightTable } from "./weight-table.js";

/** A finished run's network and all that the views tell of it. @typedef {{ network: Network | LevelNetwork, cut: Cut, report: Report, result: RunResult, shape: Shape }} Model */

/** @typedef {{ show(model: Model): void, follow(): void, rest(): void }} View `show` before the first `follow`; `rest` once the cut has not moved for a while */

/** A frame that took longer than this is followed by a pause of so many times its length, in milliseconds. */
const DEAR = 32;
const PAUSE = 2;
/** After so long without a move the cut rests, in milliseconds. */
const STILL = 300;

export class Views {
  #cut;
  #figure = element("network-figure", HTMLElement);
  network;
  points;
  table;
  /** @type {View[]} */
  #views;
  /** @type {Model | null} */
  #model = null;
  #again = 0;
  #pausedUntil = 0;
  #moved = atRest(STILL, () => this.#views.forEach((view) => view.rest()));

  /** @param {Cut} cut */
  constructor(cut) {
    this.#cut = cut;
    this.network = new NetworkView({
      canvas: element("network", HTMLCanvasElement),
      figure: this.#figure,
      title: element("network-title", HTMLElement),
      weight: element("weight", HTMLOutputElement),
      summary: element("network-summary", HTMLElement),
    });
    this.points = new Scatter({
      canvas: element("points", HTMLCanvasElement),
      title: element("points-title", HTMLElement),
      aside: element("points-aside", HTMLElement),
      key: element("points-key", HTMLElement),
    });
    this.table = new WeightTable({
      total: element("total-params", HTMLElement),
      nonzero: element("nonzero-params", HTMLElement),
      effective: element("effective-params", HTMLElement),
      table: element("weighs", HTMLTableElement),
      status: element("weighs-status", HTMLElement),
    });
    this.#views = [this.network, this.points, this.table];
    cut.subscribe(() => this.#follow());
  }

  /** Those that can be saved as files. @returns {Figure[]} */
  get figures() {
    return [
      { key: "network", heading: lab.figures.network, on: this.network.sheet },
      { key: "points", heading: lab.figures.points, on: this.points.sheet },
    ];
  }

  #follow() {
    if (!this.#cut.ready) return;
    const begin = performance.now();
    const lags = begin < this.#pausedUntil;
    if (lags !== (this.#figure.ariaBusy === "true")) this.#figure.ariaBusy = lags ? "true" : null;
    if (lags) {
      this.#again ||= requestAnimationFrame(() => {
        this.#again = 0;
        this.#follow();
      });
      return;
    }
    if (this.#model?.result !== this.#cut.result) this.#take();
    this.#model?.network.cut(this.#cut.k);
    for (const view of this.#views) view.follow();
    const end = performance.now();
    if (end - begin > DEAR) this.#pausedUntil = end + PAUSE * (end - begin);
    this.#moved();
  }

  /** Takes the network of another run. */
  #take() {
    const { report, result } = this.#cut;
    const made = /** @type {Shape} */ (JSON.parse(shape(JSON.stringify(report.config))));
    const [sizes, activation] = [Uint32Array.from(made.layer_sizes), String(report.config.model.activation)];
    const network = result.stops ? new LevelNetwork(sizes, activation, result) : new Network(sizes, activation, result.params, result.order);
    this.#model?.network.free();
    this.#model = { network, cut: this.#cut, report, result, shape: made };
    for (const view of this.#views) view.show(this.#model);
  }
}
