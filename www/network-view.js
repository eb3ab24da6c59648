// @ts-check
/**
 * The network, alive: every weight, its sign, its size, and whether it is cut; the neurons that no live path leads
 * through; and, of the weight pointed at, all there is to know.
 *
 * A weight is cut if its rank is below the cut. What is cut flashes and fades, unless motion is unwanted.
 *
 * @import { Layout, Seats } from "./network-drawing.js"
 * @import { Page } from "./sheet.js"
 * @import { Model } from "./views.js"
 * @import { Place } from "./weights.js"
 */
import { aboutWeight } from "./about-weight.js";
import { Afterglow } from "./afterglow.js";
import { atRest, write } from "./dom.js";
import { count } from "./format.js";
import { cell, isGraph, layOut, seat, step, weightAt } from "./network-drawing.js";
import { paintGraph, paintNeuron } from "./network-graph.js";
import { Sheet } from "./sheet.js";
import { network as words } from "./strings.js";
import { WeightMatrices } from "./weight-matrices.js";
import { NEVER, Weights } from "./weights.js";

/** @typedef {{ canvas: HTMLCanvasElement, figure: HTMLElement, title: HTMLElement, weight: HTMLOutputElement, summary: HTMLElement }} Elements */

/**
 * What there is to be seen: the weights, those of them in the order in which they leave, how many have left, what of them
 * still glows, and 1 for each neuron on no live path, the inputs first.
 * @typedef {{ weights: Weights, order: Uint32Array, k: number, afterglow: Afterglow, dead: Uint8Array }} Seen
 */

/** Moves that come sooner one after the other than this are one, in milliseconds. */
const PACE = 150;

const still = matchMedia("(prefers-reduced-motion: reduce)");

export class NetworkView {
  #elements;
  #sheet;
  /** @type {Model | null} */
  #model = null;
  #weights = new Weights([1, 1], new Float32Array(2), new Uint32Array(1));
  /** @type {Seats[]} */
  #seats = [];
  /** @type {Layout | null} How these weights were drawn last, if they were. */
  #layout = null;
  #matrices;
  /** @type {Uint8Array} 1 for each neuron on no live path. */
  #dead = new Uint8Array();
  #k = 0;
  /** When it last moved. */
  #moved = 0;
  #paced = atRest(PACE, () => this.#sheet.redraw());
  #afterglow = new Afterglow();
  /** @type {number | null} The weight pointed at. */
  #at = null;

  /** @param {Elements} elements */
  constructor(elements) {
    this.#elements = elements;
    this.#sheet = new Sheet(elements.canvas, (page) => this.#paint(page));
    this.#matrices = new WeightMatrices(this.#sheet);
    const { canvas } = elements;
    canvas.addEventListener("pointermove", (event) => this.#pointAt(event));
    canvas.addEventListener("pointerdown", (event) => this.#pointAt(event));
    canvas.addEventListener("pointerleave", () => {
      if (document.activeElement !== canvas) this.#look(null);
    });
    canvas.addEventListener("focus", () => this.#look(this.#at ?? this.#next()));
    canvas.addEventListener("blur", () => this.#look(null));
    canvas.addEventListener("keydown", (event) => this.#press(event));
  }

  /** What it is drawn on. */
  get sheet() {
    return this.#sheet;
  }

  /** What it shows: all weights by where they stand, layers and the neurons of a level counted from 1. */
  get rows() {
    return { length: this.#model ? this.#weights.values.length : 0, row: (/** @type {number} */ index) => this.#row(index) };
  }

  /** @param {number} index */
  #row(index) {
    const { layer, from, to } = this.#weights.place(index);
    const [weight, rank] = [this.#weights.values[index], this.#weights.ranks[index]];
    const turn = this.#model?.result.stops || rank === NEVER ? null : rank + 1;
    return { layer: layer + 1, from: from + 1, to: to + 1, weight, rank: turn, cut: Number(rank < this.#k) };
  }

  /** @param {Model} model */
  show(model) {
    const sizes = model.shape.layer_sizes;
    this.#model = model;
    this.#weights = new Weights(sizes, model.result.params, model.result.order, model.result.networks);
    this.#seats = seat(this.#weights);
    this.#layout = null;
    this.#matrices.clear();
    this.#k = 0;
    this.#afterglow.clear();
    this.#at = null;
    const { figure } = this.#elements;
    figure.classList.toggle("graph", isGraph(sizes));
    figure.classList.toggle("deep", !isGraph(sizes) && sizes.length > 4);
    figure.classList.remove("waiting");
    this.#elements.title.textContent = isGraph(sizes) ? words.title : words.ordered;
    this.#tell();
  }

  follow() {
    if (!this.#model) return;
    const { cut } = this.#model;
    const now = performance.now();
    if (cut.hasStops && cut.k !== this.#k) this.#become(cut.k);
    else if (cut.k > this.#k && !still.matches) this.#afterglow.light(this.#k, cut.k, now);
    this.#k = cut.k;
    this.#moved = now;
    this.#dead = this.#weights.dead(cut.k);
    this.#sheet.follow();
    const { sizes } = this.#weights;
    const hidden = this.#dead.subarray(sizes[0], this.#dead.length - sizes[sizes.length - 1]);
    const dead = hidden.reduce((sum, one) => sum + one, 0);
    write(this.#elements.summary, this.#summary(dead, hidden.length));
    if (this.#at !== null) this.#tell();
  }

  /** Takes the network of a stop, the seats of its neurons aside. @param {number} k */
  #become(k) {
    const { params, networks } = /** @type {Model} */ (this.#model).result;
    this.#weights.become(k === 0 ? params : networks[k - 1]);
    this.#matrices.clear();
  }

  rest() {
    if (!this.#model) return;
    this.#elements.canvas.setAttribute(
      "aria-label",
      words.summary(this.#weights.sizes.join("–"), this.#elements.summary.textContent ?? ""),
    );
  }

  /** @param {number} dead @param {number} hidden */
  #summary(dead, hidden) {
    const { nonzeroParams, effectiveParams } = /** @type {Model} */ (this.#model).cut;
    const idle = nonzeroParams - effectiveParams;
    const params = idle > 0 ? words.idle(count(idle), count(nonzeroParams)) : words.allLive(count(nonzeroParams));
    return hidden ? `${words.dead(dead, hidden)} ${params}` : params;
  }

  /** The weight that is next to be cut, or was last. */
  #next() {
    if (!this.#model) return null;
    const { order, stops } = this.#model.result;
    if (stops) return 0;
    return order.length ? order[Math.min(this.#k, order.length - 1)] : null;
  }

  /** @param {PointerEvent} event */
  #pointAt({ offsetX: x, offsetY: y }) {
    if (!this.#layout || !this.#model) return;
    const place = weightAt(this.#layout, this.#weights, { x, y });
    this.#look(place && this.#weights.index(place));
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const at = this.#at ?? this.#next();
    if (at === null || !this.#layout || event.altKey || event.ctrlKey || event.metaKey) return;
    const place = event.key === "Home" ? this.#weights.place(/** @type {number} */ (this.#next())) : step(this.#layout, this.#weights, this.#weights.place(at), event.key);
    if (!place) return;
    event.preventDefault();
    this.#look(this.#weights.index(place));
  }

  /** @param {number | null} index */
  #look(index) {
    if (index === this.#at) return;
    this.#at = index;
    this.#tell();
    this.#sheet.redraw();
  }

  #tell() {
    const { weight } = this.#elements;
    if (this.#at === null || !this.#model) {
      weight.replaceChildren(words.ask);
      weight.classList.add("muted");
      return;
    }
    weight.classList.remove("muted");
    const { name, value, rank, fate, cost } = aboutWeight(this.#weights, this.#model, this.#k, this.#at);
    const strong = document.createElement("strong");
    strong.textContent = value;
    weight.replaceChildren(`${name}: `, strong, ...[rank, fate, cost].filter(Boolean).map((part) => ` · ${part}`));
  }

  /** @param {Page} page */
  #paint(page) {
    if (!this.#model) return;
    const now = performance.now();
    if (!page.exact) page.context.clearRect(0, 0, page.width, page.height);
    this.#afterglow.fade(this.#k, now);
    const seen = { weights: this.#weights, order: this.#model.result.order, k: this.#k, afterglow: this.#afterglow, dead: this.#dead };
    this.#layout = layOut(this.#weights.sizes, this.#seats, page.width, page.height);
    if (this.#layout.kind === "graph") paintGraph(this.#sheet, page.context, this.#layout, seen);
    else this.#matrices.paint(page, this.#layout, seen);
    if (this.#at !== null) this.#mark(page, this.#layout, this.#weights.place(this.#at));
    if (this.#afterglow.glows) this.#burn(now);
  }

  /** Draws what still glows anew, but while the cut moves only when it does: frames between would hold up the next move. @param {number} now */
  #burn(now) {
    if (now - this.#moved > PACE) this.#sheet.redraw();
    else this.#paced();
  }

  /** @param {Page} page @param {Layout} layout @param {Place} place */
  #mark({ context }, layout, place) {
    context.strokeStyle = this.#sheet.token("ink");
    context.lineWidth = 2;
    if (layout.kind === "graph") {
      const [a, b] = [layout.levels[place.layer][place.from], layout.levels[place.layer + 1][place.to]];
      context.lineWidth = 3;
      context.beginPath();
      context.moveTo(a.x, a.y);
      context.lineTo(b.x, b.y);
      context.stroke();
      for (const [level, n] of [[place.layer, place.from], [place.layer + 1, place.to]]) {
        const { x, y } = layout.levels[level][n];
        paintNeuron(this.#sheet, context, x, y, layout.radius + 1.5, this.#dead[this.#weights.levels[level] + n] === 1);
      }
      return;
    }
    const box = cell(layout, place);
    const [width, height] = [Math.max(7, box.width), Math.max(7, box.height)];
    const [x, y] = [box.x + (box.width - width) / 2, box.y + (box.height - height) / 2];
    context.strokeStyle = this.#sheet.token("card");
    context.lineWidth = 4;
    context.strokeRect(x, y, width, height);
    context.strokeStyle = this.#sheet.token("ink");
    context.lineWidth = 2;
    context.strokeRect(x, y, width, height);
  }
}
