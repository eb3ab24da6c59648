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
/** More marks than these are not changed one by one. */
const MOST_CHANGES = 40;
/** Of a stamp around its mark, in radii. */
const ROOM = 2.5;

/** Places in pixels, x and y of one after those of the other; classes; how each fares; and how many are newly wrong. @typedef {{ places: Float32Array, labels: Uint32Array, fates: Fate[], newlyWrong: number }} Rows */

/** What a row's stamp shows: nothing of a right one, a newly wrong one without or with its ring, or that a row of a class, added, is still wrong. */
const [NONE, CROSS, RINGED, STILL] = [0, 1, 2, 3];

export class RowsLayer {
  #sheet;
  #raster = new Raster();
  /** All rows as if right. */
  #base = new Uint32Array();
  /** What that was made for. */
  #made = "";
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
    if (page.exact) this.#paintShapes(page.context, rows, radius);
    else {
      this.#stamp(page, rows, radius);
      if (alone) this.#raster.put(page.context);
      else this.#raster.draw(page.context, 0, 0, page.width, page.height);
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {Rows} rows @param {number} radius */
  #paintShapes(context, { places, labels, fates, newlyWrong }, radius) {
    labels.forEach((label, i) => paintMark(context, "right", label, places[2 * i], places[2 * i + 1], radius, this.#colour));
    fates.forEach((fate, i) => {
      if (fate === "right") return;
      const [x, y] = [places[2 * i], places[2 * i + 1]];
      paintMark(context, fate, labels[i], x, y, radius, this.#colour);
      if (fate === "newlyWrong" && newlyWrong <= MOST_RINGS) paintRing(context, x, y, radius, this.#colour);
    });
  }

  /** @param {Page} page @param {Rows} rows @param {number} radius */
  #stamp(page, rows, radius) {
    const { width, height, ratio } = page;
    const { labels, fates } = rows;
    this.#prepare(page, rows, radius);
    const cross = rows.newlyWrong <= MOST_RINGS ? RINGED : CROSS;
    /** @type {number[]} */
    const changed = [];
    fates.forEach((fate, i) => {
      const stamp = fate === "right" ? NONE : fate === "stillWrong" ? STILL + labels[i] : cross;
      if (stamp === this.#stamped[i]) return;
      changed.push(i);
      this.#stamped[i] = stamp;
      if (stamp !== NONE && !this.#stamps.has(stamp)) this.#stamps.set(stamp, this.#stampOf(fate, labels[i], stamp === RINGED, ratio, radius));
    });
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (changed.length > MOST_CHANGES) this.#renew(across, 0, 0, across, down);
    else {
      for (const i of changed) {
        const [left, top] = [this.#lefts[i], this.#tops[i]];
        this.#renew(across, Math.max(0, left), Math.max(0, top), Math.min(across, left + this.#side), Math.min(down, top + this.#side));
      }
    }
  }

  /** @param {Fate} fate @param {number} label @param {boolean} ringed @param {number} ratio @param {number} radius */
  #stampOf(fate, label, ringed, ratio, radius) {
    const middle = this.#side / ratio / 2;
    return image(this.#side, this.#side, ratio, (context) => {
      paintMark(context, fate, label, middle, middle, radius, this.#colour);
      if (ringed) paintRing(context, middle, middle, radius, this.#colour);
    });
  }

  /** Puts together anew what lies in a box: the rows as if right, and the stamps over it. @param {number} across of all pixels @param {number} left @param {number} top @param {number} right @param {number} bottom */
  #renew(across, left, top, right, bottom) {
    const { pixels } = this.#raster;
    const [side, lefts, tops] = [this.#side, this.#lefts, this.#tops];
    const base = this.#base;
    if ((right - left) * (bottom - top) === pixels.length) pixels.set(base);
    else {
      // Lines of a stamp are too short for a view of each.
      for (let y = top; y < bottom; y += 1) {
        for (let at = y * across + left, end = y * across + right; at < end; at += 1) pixels[at] = base[at];
      }
    }
    for (let i = 0; i < lefts.length; i += 1) {
      const x = lefts[i];
      const y = tops[i];
      if (x >= right || y >= bottom || x + side <= left || y + side <= top) continue;
      const stamp = this.#stamps.get(this.#stamped[i]);
      if (stamp) over(pixels, across, stamp, side, x, y, Math.max(left, x) - x, Math.max(top, y) - y, Math.min(right - x, side), Math.min(bottom - y, side));
    }
  }

  /** Makes the image of all rows anew if the one there is was made for another page. @param {Page} page @param {Rows} rows @param {number} radius */
  #prepare({ width, height, ratio }, { places, labels, fates }, radius) {
    const made = [width, height, ratio, this.#colour("card"), this.#colour("class-0")].join();
    if (made === this.#made) return;
    this.#made = made;
    this.#stamps.clear();
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    this.#raster.resize(across, down);
    this.#base = image(across, down, ratio, (context) =>
      labels.forEach((label, i) => paintMark(context, "right", label, places[2 * i], places[2 * i + 1], radius, this.#colour)),
    );
    const side = (this.#side = Math.ceil(2 * ROOM * radius * ratio));
    const corners = Int32Array.from(places, (centre) => Math.round(centre * ratio - side / 2));
    this.#lefts = corners.filter((_, i) => i % 2 === 0);
    this.#tops = corners.filter((_, i) => i % 2 === 1);
    this.#stamped = new Uint32Array(fates.length);
    this.#renew(across, 0, 0, across, down);
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

/**
 * Lays part of a square image over another.
 * @param {Uint32Array} pixels @param {number} across the width of what they are @param {Uint32Array} stamp @param {number} side
 * @param {number} x where the whole would lie @param {number} y @param {number} left of the part @param {number} top @param {number} right @param {number} bottom
 */
function over(pixels, across, stamp, side, x, y, left, top, right, bottom) {
  for (let row = top; row < bottom; row += 1) {
    let at = (y + row) * across + x + left;
    for (let from = row * side + left, end = row * side + right; from < end; from += 1, at += 1) {
      const own = stamp[from];
      if (own >>> 24 === 255) pixels[at] = own;
      else if (own >>> 24 > 0) pixels[at] = blend(own, pixels[at]);
    }
  }
}

/** One pixel over another, as image data has them: alpha in the highest bits, the colours not multiplied by it. @param {number} own @param {number} below */
function blend(own, below) {
  const alpha = own >>> 24;
  const whole = alpha + ((below >>> 24) * (255 - alpha)) / 255;
  const part = alpha / whole;
  const mix = (/** @type {number} */ from, /** @type {number} */ to) => (from + (to - from) * part + 0.5) | 0;
  const [red, green, blue] = [mix(below & 255, own & 255), mix((below >>> 8) & 255, (own >>> 8) & 255), mix((below >>> 16) & 255, (own >>> 16) & 255)];
  return (((whole + 0.5) | 0) << 24) | (blue << 16) | (green << 8) | red;
}
