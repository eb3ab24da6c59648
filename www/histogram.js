// @ts-check
/**
 * The weights by magnitude, on a linear or a logarithmic axis, of all layers together or one below the other. What is
 * cut is outlined, what is kept is filled. Of levels that are networks of their own it shows which of the unpruned
 * network's weights they are without.
 *
 * @import { Cut } from "./cut.js"
 * @import { Colours, Plane } from "./plot.js"
 */
import { CutLine } from "./cut-line.js";
import { count, percent } from "./format.js";
import { Plot } from "./plot.js";
import { histogram as words, plots } from "./strings.js";
import { weightsOf } from "./weights.js";

/** @typedef {{ canvas: HTMLCanvasElement, byLayer: HTMLInputElement, log: HTMLInputElement, aside: HTMLElement }} Elements */

/**
 * The weights of one layer, or of all: how many lie in each bin, and how many of them are cut.
 * @typedef {{ name: string, size: number, bins: Uint32Array, cut: Uint32Array }} Strip
 */

const BINS = 40;
/** Of a strip's height, what its name takes. */
const NAME = 17;

export class Histogram {
  #elements;
  #cut;
  #plot;
  #line;
  /** @type {Strip[]} */
  #strips = [];
  /** For each weight in the order in which they leave, its strip and its bin: strip · BINS + bin. */
  #places = new Uint32Array();
  /** How many weights are counted as cut. */
  #counted = 0;
  /** The ends of the axis: magnitudes, or their decimal logarithms. */
  #range = [0, 1];
  /** Of the layers, inputs first. @type {number[]} */
  #sizes = [];

  /** @param {Elements} elements @param {Cut} cut */
  constructor(elements, cut) {
    this.#elements = elements;
    this.#cut = cut;
    this.#plot = new Plot(
      elements.canvas,
      (canvas, _, ratio, colours) => this.#draw(canvas, ratio, colours),
      (plane) => this.#line.place(plane),
    );
    const plot = /** @type {HTMLElement} */ (elements.canvas.parentElement);
    this.#line = new CutLine(plot, cut, {
      name: plots.overHistogram,
      axis: () => "threshold",
      marks: () => [],
      shown: ({ hasThreshold }) => hasThreshold,
      scale: { to: (x) => (this.#log ? Math.log10(x) : x), from: (x) => (this.#log ? 10 ** x : x) },
    });
    for (const box of [elements.byLayer, elements.log]) box.addEventListener("change", () => this.#count());
    cut.subscribe(() => {
      this.#follow();
      this.#plot.follow();
    });
  }

  get plot() {
    return this.#plot;
  }

  get line() {
    return this.#line;
  }

  get #log() {
    return this.#elements.log.checked;
  }

  /** What it shows: how many weights lie in each bin, and how many of them are cut. What is smaller than a logarithmic axis is in its first. */
  get rows() {
    const [from, to] = this.#range;
    const edge = (/** @type {number} */ bin) => {
      const x = from + ((to - from) * bin) / BINS;
      if (this.#log) return bin === 0 ? 0 : 10 ** x;
      return x;
    };
    return this.#strips.flatMap(({ name, bins, cut }) =>
      Array.from(bins, (weights, bin) => ({ ...(name && { layer: name }), from: edge(bin), to: edge(bin + 1), weights, cut: cut[bin] })),
    );
  }

  /** Takes the weights of the run that the cut has. @param {number[]} sizes of the layers, inputs first */
  show(sizes) {
    this.#sizes = sizes;
    this.#count();
  }

  /** Counts the weights anew. */
  #count() {
    if (!this.#cut.ready) return;
    const { params, magnitudes: leaving, order } = this.#cut.result;
    const magnitudes = this.#cut.hasStops ? weightsOf(this.#sizes, params).map(Math.abs) : leaving;
    /** @type {number[]} */
    const ends = [];
    for (let i = 1, end = 0; i < this.#sizes.length; i += 1) ends.push((end += this.#sizes[i - 1] * this.#sizes[i]));
    const split = this.#elements.byLayer.checked && ends.length > 1;
    const names = split ? ends.map((_, i) => (i === ends.length - 1 ? words.outputLayer : words.hiddenLayer(i + 1))) : [""];
    this.#strips = names.map((name, i) => ({
      name,
      size: split ? ends[i] - (ends[i - 1] ?? 0) : magnitudes.length,
      bins: new Uint32Array(BINS),
      cut: new Uint32Array(BINS),
    }));
    const [from, to] = (this.#range = span(magnitudes, this.#log));
    const layerOf = (/** @type {number} */ index) => (split ? ends.findIndex((end) => index < end) : 0);
    this.#places = Uint32Array.from(magnitudes, (magnitude, i) => {
      const place = ((this.#log ? Math.log10(magnitude) : magnitude) - from) / (to - from);
      return layerOf(this.#cut.hasStops ? i : order[i]) * BINS + Math.min(Math.max(Math.floor(place * BINS), 0), BINS - 1);
    });
    for (const place of this.#places) this.#strips[Math.floor(place / BINS)].bins[place % BINS] += 1;
    this.#counted = 0;
    this.#follow();
    this.#elements.aside.textContent = words.aside(magnitudes.length);
    const largest = magnitudes.reduce((a, b) => Math.max(a, b), 0);
    this.#plot.show(words.summary(magnitudes.length, largest.toPrecision(3), split));
  }

  /** Counts the weights that left or came back since. */
  #follow() {
    if (!this.#cut.ready || this.#strips.length === 0) return;
    if (this.#cut.hasStops) return this.#followLevels();
    if (this.#places.length !== this.#cut.n) return;
    const { k } = this.#cut;
    const move = (/** @type {number} */ i, /** @type {number} */ by) => {
      const place = this.#places[i];
      this.#strips[Math.floor(place / BINS)].cut[place % BINS] += by;
    };
    while (this.#counted < k) move(this.#counted++, 1);
    while (this.#counted > k) move(--this.#counted, -1);
  }

  /** Counts the weights that the level at the cut is without. */
  #followLevels() {
    const { k, result } = this.#cut;
    const values = weightsOf(this.#sizes, k === 0 ? result.params : result.networks[k - 1]);
    if (values.length !== this.#places.length) return;
    for (const { cut } of this.#strips) cut.fill(0);
    this.#places.forEach((place, i) => (this.#strips[Math.floor(place / BINS)].cut[place % BINS] += k > 0 && values[i] === 0 ? 1 : 0));
  }

  /** @param {HTMLCanvasElement} canvas @param {number} ratio @param {Colours} colours @returns {Plane} */
  #draw(canvas, ratio, colours) {
    const context = canvas.getContext("2d");
    const [width, height] = [canvas.width / ratio, canvas.height / ratio];
    /** @type {Plane} */
    const plane = { left: 2, top: 6, width: width - 4, height: height - 30, x: /** @type {[number, number]} */ (this.#range), y: [0, 1] };
    if (!context) return plane;
    context.save();
    context.scale(ratio, ratio);
    context.fillStyle = colours.surface;
    context.fillRect(0, 0, width, height);
    context.font = "12px system-ui, sans-serif";
    context.lineWidth = 1;
    const strip = plane.height / Math.max(this.#strips.length, 1);
    this.#strips.forEach((part, i) => {
      const name = part.name && strip > 2 * NAME ? NAME : 0;
      this.#bars(context, part, { ...plane, top: plane.top + i * strip + name, height: strip - name - (name ? 4 : 0) }, colours);
      if (!name) return;
      context.fillStyle = colours.muted;
      context.textBaseline = "alphabetic";
      context.textAlign = "left";
      context.fillText(part.name, plane.left, plane.top + i * strip + 12);
      context.textAlign = "right";
      const cut = part.cut.reduce((a, b) => a + b, 0);
      context.fillText(words.cut(percent(cut / Math.max(part.size, 1), 0), count(part.size)), plane.left + plane.width, plane.top + i * strip + 12);
    });
    this.#axis(context, plane, colours);
    context.restore();
    return plane;
  }

  /** @param {CanvasRenderingContext2D} context @param {Strip} strip @param {Plane} box @param {Colours} colours */
  #bars(context, { bins, cut }, { left, top, width, height }, colours) {
    const most = bins.reduce((a, b) => Math.max(a, b), 1);
    const step = width / BINS;
    const gap = Math.min(1.5, step / 4);
    context.strokeStyle = colours.control;
    for (let bin = 0; bin < BINS; bin += 1) {
      const [all, gone] = [bins[bin], cut[bin]].map((value) => (height * value) / most);
      const [x, wide] = [left + bin * step + gap / 2, step - gap];
      // What is cut stands on what is kept.
      context.fillStyle = colours.accuracy;
      if (all > gone) context.fillRect(x, top + height - (all - gone), wide, all - gone);
      if (gone > 1) context.strokeRect(x + 0.5, top + height - all + 0.5, Math.max(wide - 1, 0.5), Math.max(gone - 1, 0.5));
    }
    context.strokeStyle = colours.muted;
    context.beginPath();
    context.moveTo(left, top + height + 0.5);
    context.lineTo(left + width, top + height + 0.5);
    context.stroke();
  }

  /** @param {CanvasRenderingContext2D} context @param {Plane} plane @param {Colours} colours */
  #axis(context, { left, top, width, height, x: [from, to] }, colours) {
    context.fillStyle = colours.muted;
    context.textBaseline = "top";
    const y = top + height + 7;
    const write = (/** @type {number} */ value) => Number((this.#log ? 10 ** value : value).toPrecision(2)).toString();
    for (const [part, align] of /** @type {[number, CanvasTextAlign][]} */ ([[0, "left"], [1, "right"]])) {
      context.textAlign = align;
      context.fillText(write(from + part * (to - from)), left + part * width, y);
    }
    context.textAlign = "center";
    context.fillText(this.#log ? words.logAxis : words.axis, left + width / 2, y);
  }
}

/** The ends of the axis; a logarithmic one leaves out the smallest thousandth. @param {Float32Array} magnitudes @param {boolean} log */
function span(magnitudes, log) {
  const sorted = magnitudes.slice().sort();
  const largest = sorted.at(-1) || 1;
  if (!log) return [0, largest];
  const first = sorted.find((magnitude) => magnitude > 0) ?? largest / 10;
  const smallest = Math.max(first, sorted[Math.floor(sorted.length / 1000)] ?? 0);
  return [Math.log10(Math.min(smallest, largest / 10)), Math.log10(largest)];
}
