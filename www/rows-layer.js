// @ts-check
/**
 * Rows as marks, many of them many times a second: all as if they were right lie ready as pixels, and what is wrong is
 * stamped over them, also as pixels, so that a move costs what it changes. Where a file is drawn instead of a screen, each
 * mark is drawn as a shape.
 *
 * @import { Fate } from "./marks.js"
 * @import { Page, Sheet } from "./sheet.js"
 */
import { paintMark, paintRing } from "./marks.js";
import { Raster } from "./sheet.js";

/** More newly wrong rows than these have no rings: they would hide each other. */
const MOST_RINGS = 80;
/** More marks than these are not changed one by one: each would be put on the page by itself. */
const MOST_CHANGES = 40;
/** Of a stamp around its mark, in radii. */
const ROOM = 2.5;

/** Finds places in CSS pixels, x and y of one after those of the other; classes; how each fares; and how many are newly wrong. @typedef {{ placed: () => Float32Array, labels: Uint32Array, fates: Fate[], newlyWrong: number }} Rows */

/** In pixels, right and bottom left out. @typedef {{ left: number, top: number, right: number, bottom: number }} Box */

/** What a row's stamp shows: nothing of a right one, a newly wrong one without or with its ring, or that a row of a class, added, is still wrong. */
const [NONE, CROSS, RINGED, STILL] = [0, 1, 2, 3];

export class RowsLayer {
  #sheet;
  #raster = new Raster();
  /** All rows as if right. */
  #base = new Uint32Array();
  /** The key of the page that it was made for. */
  #made = "";
  /** The rows near to each, of those that were asked for. @type {number[][]} */
  #neighbours = [];
  /** In pixels. */
  #across = 0;
  #down = 0;
  /** Pixels of a side of a stamp; its left and top for each row. */
  #side = 0;
  #lefts = new Int32Array();
  #tops = new Int32Array();
  /** Square images, by what they show. @type {Map<number, Uint32Array>} */
  #stamps = new Map();
  /** The stamp that each row has. */
  #stamped = new Uint32Array();

  /** @param {Sheet} sheet whose colours it has */
  constructor(sheet) {
    this.#sheet = sheet;
  }

  /** Forgets what is ready: the rows are others. */
  clear() {
    this.#made = "";
  }

  /** @param {Page} page @param {Rows} rows @param {boolean} alone whether nothing else is to be seen on the page */
  paint(page, rows, alone) {
    const radius = rows.labels.length > 400 ? 2.6 : rows.labels.length > 100 ? 3.4 : 4.4;
    if (page.exact) {
      this.#paintShapes(page.context, rows, radius);
      return;
    }
    const renewed = this.#stamp(page, rows, radius);
    if (!alone) this.#raster.draw(page.context, 0, 0, page.width, page.height);
    else renewed.forEach(({ left, top, right, bottom }) => this.#raster.put(page.context, left, top, right - left, bottom - top));
  }

  /** @param {CanvasRenderingContext2D} context @param {Rows} rows @param {number} radius */
  #paintShapes(context, { placed, labels, fates, newlyWrong }, radius) {
    const places = placed();
    labels.forEach((label, i) => paintMark(context, "right", label, places[2 * i], places[2 * i + 1], radius, this.#colour));
    fates.forEach((fate, i) => {
      if (fate === "right") return;
      const [x, y] = [places[2 * i], places[2 * i + 1]];
      paintMark(context, fate, labels[i], x, y, radius, this.#colour);
      if (fate === "newlyWrong" && newlyWrong <= MOST_RINGS) paintRing(context, x, y, radius, this.#colour);
    });
  }

  /** Stamps what is wrong, and returns the boxes of pixels that are others now. @param {Page} page @param {Rows} rows @param {number} radius */
  #stamp(page, rows, radius) {
    const { labels, fates } = rows;
    const anew = this.#prepare(page, rows, radius);
    const cross = rows.newlyWrong <= MOST_RINGS ? RINGED : CROSS;
    /** @type {number[]} */
    const changed = [];
    fates.forEach((fate, i) => {
      const stamp = fate === "right" ? NONE : fate === "stillWrong" ? STILL + labels[i] : cross;
      if (stamp === this.#stamped[i]) return;
      changed.push(i);
      this.#stamped[i] = stamp;
      if (stamp !== NONE && !this.#stamps.has(stamp)) this.#stamps.set(stamp, this.#stampOf(fate, labels[i], stamp === RINGED, page.ratio, radius));
    });
    return anew || changed.length > MOST_CHANGES ? [this.#renewAll()] : changed.map((i) => this.#renew(i));
  }

  /** @param {Fate} fate @param {number} label @param {boolean} ringed @param {number} ratio @param {number} radius */
  #stampOf(fate, label, ringed, ratio, radius) {
    const middle = this.#side / ratio / 2;
    return image(this.#side, this.#side, ratio, (context) => {
      paintMark(context, fate, label, middle, middle, radius, this.#colour);
      if (ringed) paintRing(context, middle, middle, radius, this.#colour);
    });
  }

  /** Puts all together anew: the rows as if right, and the stamps over them. @returns {Box} */
  #renewAll() {
    this.#raster.pixels.set(this.#base);
    const all = { left: 0, top: 0, right: this.#across, bottom: this.#down };
    this.#stamped.forEach((_, i) => this.#lay(i, all));
    return all;
  }

  /** Puts together anew what lies where a row has its stamp. @param {number} i @returns {Box} */
  #renew(i) {
    const { pixels } = this.#raster;
    const box = this.#box(i);
    // Lines of a stamp are too short for a view of each.
    for (let y = box.top; y < box.bottom; y += 1) {
      for (let at = y * this.#across + box.left, end = y * this.#across + box.right; at < end; at += 1) pixels[at] = this.#base[at];
    }
    this.#near(i).forEach((j) => this.#lay(j, box));
    return box;
  }

  /** The rows, in their order, whose stamps may lie over pixels of the one of `i`. @param {number} i */
  #near(i) {
    const lefts = this.#lefts;
    const tops = this.#tops;
    const near = (this.#neighbours[i] ??= []);
    // It is near to itself at least.
    if (near.length > 0) return near;
    for (let j = 0; j < lefts.length; j += 1) {
      if (Math.abs(lefts[j] - lefts[i]) < this.#side && Math.abs(tops[j] - tops[i]) < this.#side) near.push(j);
    }
    return near;
  }

  /** Where a row's stamp lies, as far as that is on the page. @param {number} i @returns {Box} */
  #box(i) {
    const [left, top] = [this.#lefts[i], this.#tops[i]];
    return { left: Math.max(0, left), top: Math.max(0, top), right: Math.min(this.#across, left + this.#side), bottom: Math.min(this.#down, top + this.#side) };
  }

  /** Lays a row's stamp over what is there, within a box. @param {number} i @param {Box} within */
  #lay(i, within) {
    const stamp = this.#stamps.get(this.#stamped[i]);
    if (!stamp) return;
    const { pixels } = this.#raster;
    const across = this.#across;
    const side = this.#side;
    const x = this.#lefts[i];
    const y = this.#tops[i];
    const left = Math.max(within.left, x);
    const right = Math.min(within.right, x + side);
    for (let line = Math.max(within.top, y), end = Math.min(within.bottom, y + side); line < end; line += 1) {
      let from = (line - y) * side + left - x;
      for (let at = line * across + left, last = line * across + right; at < last; at += 1, from += 1) {
        const own = stamp[from];
        if (own >>> 24 > 0) pixels[at] = blend(own, pixels[at]);
      }
    }
  }

  /** Makes the image of all rows anew if the one there is was made for another page, and returns whether it did. @param {Page} page @param {Rows} rows @param {number} radius */
  #prepare({ width, height, ratio, key }, { placed, labels, fates }, radius) {
    if (key === this.#made) return false;
    this.#made = key;
    const places = placed();
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    [this.#across, this.#down] = [across, down];
    this.#stamps.clear();
    this.#neighbours = [];
    this.#raster.resize(across, down);
    this.#base = image(across, down, ratio, (context) =>
      labels.forEach((label, i) => paintMark(context, "right", label, places[2 * i], places[2 * i + 1], radius, this.#colour)),
    );
    const side = (this.#side = Math.ceil(2 * ROOM * radius * ratio));
    const corners = Int32Array.from(places, (centre) => Math.round(centre * ratio - side / 2));
    this.#lefts = corners.filter((_, i) => i % 2 === 0);
    this.#tops = corners.filter((_, i) => i % 2 === 1);
    this.#stamped = new Uint32Array(fates.length);
    return true;
  }

  #colour = (/** @type {string} */ name) => this.#sheet.token(name);
}

/** @typedef {import("./marks.js").Context} Context */

/** The pixels of an image of so many. @param {number} across @param {number} down @param {number} ratio its pixels a CSS pixel @param {(context: Context) => void} draw */
function image(across, down, ratio, draw) {
  const context = new OffscreenCanvas(across, down).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("the browser gives no 2d context");
  context.scale(ratio, ratio);
  draw(context);
  return new Uint32Array(context.getImageData(0, 0, across, down).data.buffer);
}

/** One pixel over another, as image data has them: alpha in the highest bits, the colours not multiplied by it. @param {number} own @param {number} below */
function blend(own, below) {
  const alpha = own >>> 24;
  const under = below >>> 24;
  if (alpha === 255 || under === 0) return own;
  const whole = alpha + (under * (255 - alpha)) / 255;
  const part = alpha / whole;
  const red = mixed(below & 255, own & 255, part);
  const green = mixed((below >>> 8) & 255, (own >>> 8) & 255, part);
  const blue = mixed((below >>> 16) & 255, (own >>> 16) & 255, part);
  return (((whole + 0.5) | 0) << 24) | (blue << 16) | (green << 8) | red;
}

/** @param {number} below @param {number} own @param {number} part */
function mixed(below, own, part) {
  return (below + (own - below) * part + 0.5) | 0;
}
