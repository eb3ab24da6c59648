// @ts-check
/**
 * The test rows, and what the pruned network makes of them. Two features: the plane itself, with the network's decision
 * behind the rows. More: the two directions in which the training rows vary most.
 *
 * Shape and colour of a mark are its class. Whether the pruned network is right is told by its kind: filled, right;
 * hollow, wrong already unpruned; crossed out and, unless they are many, ringed, newly wrong.
 *
 * @import { Fate } from "./marks.js"
 * @import { Page } from "./sheet.js"
 * @import { Model } from "./views.js"
 */
import { boundary, decide } from "./decision.js";
import { count, percent } from "./format.js";
import { classToken } from "./marks.js";
import { principalAxes, project } from "./pca.js";
import { RowsLayer } from "./rows-layer.js";
import { Raster, SHADES, Sheet } from "./sheet.js";
import { points as words } from "./strings.js";

/** @typedef {{ canvas: HTMLCanvasElement, title: HTMLElement, aside: HTMLElement, key: HTMLElement }} Elements */

/** @typedef {{ low: [number, number], high: [number, number] }} Box */

/** The most rows that are shown, and the most multiply-adds that a frame spends on them and on the plane. */
const MOST_ROWS = 1500;
const ROW_WORK = 6_000_000;
const COARSE_WORK = 2_000_000;
const FINE_WORK = 20_000_000;
/** Points of the plane: at least and at most while the cut moves, at most when it rests. */
const LEAST_POINTS = 300;
const COARSE_POINTS = 2400;
const FINE_POINTS = 16_000;
/** How much of a class's colour the least and the most certain answer have. */
const [WEAKEST, STRONGEST] = [0.06, 0.44];
const MARGIN = 12;

export class Scatter {
  #elements;
  #sheet;
  #raster = new Raster();
  #rows;
  /** @type {Model | null} */
  #model = null;
  /** Of the rows shown: their numbers in the data, features, places in the plane, classes, and whether the unpruned network is right. */
  #test = new Uint32Array();
  #features = new Float32Array();
  #places = new Float32Array();
  #labels = new Uint32Array();
  #wasRight = new Uint8Array();
  /** How the pruned network does on each. */
  /** @type {Fate[]} */
  #fates = [];
  #tally = { right: 0, newlyRight: 0, stillWrong: 0, newlyWrong: 0 };
  /** @type {Box} */
  #box = { low: [0, 0], high: [1, 1] };
  #fine = false;
  #where = "";
  /** What the two directions hold of the variance. */
  #share = "";
  /** @type {Record<string, Text>} The numbers in the key. */
  #counts = {};

  /** @param {Elements} elements */
  constructor(elements) {
    this.#elements = elements;
    this.#sheet = new Sheet(elements.canvas, (page) => this.#paint(page));
    this.#rows = new RowsLayer(this.#sheet);
  }

  /** What it is drawn on. */
  get sheet() {
    return this.#sheet;
  }

  /** What it shows: the rows by their places, their classes and the network's answers. */
  get rows() {
    const answers = this.#model ? this.#model.network.classes(this.#features) : [];
    return Array.from(answers, (answer, i) => ({
      row: this.#test[i],
      x: this.#places[2 * i],
      y: this.#places[2 * i + 1],
      class: this.#labels[i],
      answer,
      right: Number(answer === this.#labels[i]),
      unpruned_right: this.#wasRight[i],
    }));
  }

  /** @param {Model} model */
  show(model) {
    const { result, shape, network } = model;
    const width = shape.n_features;
    this.#model = model;
    const weights = result.params.length;
    const most = Math.max(50, Math.min(MOST_ROWS, Math.floor(ROW_WORK / Math.max(1, weights))));
    const stride = Math.ceil(result.test.length / most);
    const rows = (this.#test = result.test.filter((_, i) => i % stride === 0));
    this.#features = new Float32Array(rows.length * width);
    rows.forEach((row, i) => this.#features.set(result.features.subarray(row * width, (row + 1) * width), i * width));
    this.#labels = rows.map((row) => result.labels[row]);
    if (width === 2) {
      this.#places = this.#features;
      this.#where = words.twoFeatures;
    } else if (width === 1) {
      this.#places = Float32Array.from({ length: 2 * rows.length }, (_, i) => (i % 2 ? spread(i >> 1) : this.#features[i >> 1]));
      this.#where = words.oneFeature;
    } else {
      const projection = principalAxes(result.features, width, result.train);
      this.#places = project(projection, result.features, rows);
      this.#share = percent(projection.explained[0] + projection.explained[1], 0);
      this.#where = words.components(count(width), this.#share);
    }
    this.#box = bounds(this.#places);
    network.cut(0);
    const classes = network.classes(this.#features);
    network.cut(model.cut.k);
    this.#wasRight = Uint8Array.from(classes, (label, i) => (label === this.#labels[i] ? 1 : 0));
    this.#fates = [];
    this.#rows.clear();
    this.#elements.title.textContent = width > 2 ? words.projected : words.decision;
    const shown = stride > 1 ? words.some(count(rows.length), result.test.length) : words.all(rows.length);
    this.#elements.aside.textContent = width > 2 ? words.variance(shown, this.#share) : shown;
    this.#writeKey(shape.n_classes);
  }

  follow() {
    this.#fine = false;
    this.#judge();
    this.#sheet.follow();
  }

  rest() {
    if (!this.#model) return;
    this.#fine = true;
    if (this.#isPlane) this.#sheet.follow();
    const { right, stillWrong, newlyWrong, newlyRight } = this.#tally;
    const tally = { right: count(right), newlyRight: count(newlyRight), stillWrong: count(stillWrong), newlyWrong: count(newlyWrong) };
    this.#elements.canvas.setAttribute("aria-label", words.summary(this.#labels.length, this.#where, tally));
  }

  get #isPlane() {
    return this.#model?.shape.n_features === 2;
  }

  /** Asks the network as it is cut now. */
  #judge() {
    if (!this.#model) return;
    const classes = this.#model.network.classes(this.#features);
    const tally = (this.#tally = { right: 0, newlyRight: 0, stillWrong: 0, newlyWrong: 0 });
    for (let i = 0; i < classes.length; i += 1) {
      const fate = classes[i] === this.#labels[i] ? "right" : this.#wasRight[i] ? "newlyWrong" : "stillWrong";
      this.#fates[i] = fate;
      tally[fate] += 1;
      if (fate === "right" && !this.#wasRight[i]) tally.newlyRight += 1;
    }
    for (const name of /** @type {Fate[]} */ (["right", "newlyWrong", "stillWrong"])) {
      const text = count(tally[name]);
      if (this.#counts[name].data !== text) this.#counts[name].data = text;
    }
  }

  /** The key with its numbers, which `#judge` keeps. @param {number} classes */
  #writeKey(classes) {
    this.#counts = {};
    const entry = (/** @type {string} */ name, /** @type {string} */ text) => {
      const item = document.createElement("span");
      const number = document.createTextNode("0");
      item.className = `key-${name}`;
      this.#counts[name] = number;
      item.append(number, ` ${text}`);
      return item;
    };
    const marks = classes <= 5 ? Array.from({ length: classes }, (_, label) => mark(label)) : [];
    const key = document.createElement("span");
    key.className = "classes";
    key.append(...marks);
    this.#elements.key.replaceChildren(
      ...(marks.length ? [key] : []),
      entry("right", words.right),
      entry("newlyWrong", words.newlyWrong),
      entry("stillWrong", words.stillWrong),
    );
  }

  /** @param {Page} page */
  #paint(page) {
    if (!this.#model) return;
    const [x, y] = this.#scales(page);
    if (this.#isPlane) this.#paintPlane(page, x, y);
    const placed = () => this.#places.map((value, i) => (i % 2 ? y.offset + y.factor * value : x.offset + x.factor * value));
    this.#rows.paint(page, { placed, labels: this.#labels, fates: this.#fates, newlyWrong: this.#tally.newlyWrong }, !this.#isPlane);
  }

  /** From features to pixels, each `offset + factor · value`. @param {Page} page @returns {[{ offset: number, factor: number }, { offset: number, factor: number }]} */
  #scales({ width, height }) {
    const { low, high } = this.#box;
    const x = (width - 2 * MARGIN) / (high[0] - low[0]);
    const y = (height - 2 * MARGIN) / (high[1] - low[1]);
    return [{ offset: MARGIN - low[0] * x, factor: x }, { offset: height - MARGIN + low[1] * y, factor: -y }];
  }

  /** @param {Page} page @param {{ offset: number, factor: number }} x @param {{ offset: number, factor: number }} y */
  #paintPlane({ context, width, height }, x, y) {
    const { network, shape, result } = /** @type {Model} */ (this.#model);
    const weights = result.params.length;
    const most = this.#fine ? Math.min(FINE_POINTS, FINE_WORK / weights) : Math.min(COARSE_POINTS, COARSE_WORK / weights);
    const points = Math.max(LEAST_POINTS, most);
    const columns = Math.max(2, Math.round(Math.sqrt((points * width) / height)));
    const rows = Math.max(2, Math.round((columns * height) / width));
    // The corners of the grid are those of the canvas.
    const grid = new Float32Array(2 * columns * rows);
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const at = 2 * (row * columns + column);
        grid[at] = ((column / (columns - 1)) * width - x.offset) / x.factor;
        grid[at + 1] = ((row / (rows - 1)) * height - y.offset) / y.factor;
      }
    }
    const decision = decide(network.outputs(grid), shape.n_classes);
    const ramps = Array.from({ length: shape.n_classes }, (_, label) => this.#sheet.ramp(classToken(label)));
    this.#raster.resize(columns, rows);
    const { pixels } = this.#raster;
    for (let p = 0; p < pixels.length; p += 1) {
      pixels[p] = ramps[decision.leader[p]][Math.round(SHADES * (WEAKEST + (STRONGEST - WEAKEST) * decision.lead[p]))];
    }
    const [across, down] = [width / (columns - 1), height / (rows - 1)];
    this.#raster.draw(context, -across / 2, -down / 2, width + across, height + down);
    const lines = boundary(decision, columns, rows);
    context.beginPath();
    for (let i = 0; i < lines.length; i += 4) {
      context.moveTo(lines[i] * across, lines[i + 1] * down);
      context.lineTo(lines[i + 2] * across, lines[i + 3] * down);
    }
    context.strokeStyle = this.#sheet.token("ink");
    context.lineWidth = 1.75;
    context.lineCap = "round";
    context.stroke();
  }
}

/** @param {Float32Array} places @returns {Box} */
function bounds(places) {
  const low = /** @type {[number, number]} */ ([Infinity, Infinity]);
  const high = /** @type {[number, number]} */ ([-Infinity, -Infinity]);
  places.forEach((value, i) => {
    low[i % 2] = Math.min(low[i % 2], value);
    high[i % 2] = Math.max(high[i % 2], value);
  });
  for (const axis of [0, 1]) if (!(high[axis] > low[axis])) [low[axis], high[axis]] = [low[axis] - 1, low[axis] + 1];
  return { low, high };
}

/** A height in [0, 1) for the row with that number; neighbours are far apart. @param {number} i */
function spread(i) {
  return (i * 0.618034) % 1;
}

/** A class's mark for the key. @param {number} label */
function mark(label) {
  const item = document.createElement("span");
  item.className = `class class-${label}`;
  item.textContent = words.class(label);
  return item;
}
