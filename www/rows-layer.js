// @ts-check
/**
 * Rows as marks, many of them many times a second: all as if they were right lie ready as one image, and what is wrong is
 * stamped over it. Where a file is drawn instead of a screen, each mark is drawn as a shape.
 *
 * @import { Fate } from "./marks.js"
 * @import { Page, Sheet } from "./sheet.js"
 */
import { paintMark, paintRing } from "./marks.js";

/** More newly wrong rows than these have no rings: they would hide each other. */
const MOST_RINGS = 80;
/** Of a stamp around its mark, in radii. */
const ROOM = 2.5;

/** Places in pixels, x and y of one after those of the other; classes; and how each fares. @typedef {{ places: Float32Array, labels: Uint32Array, fates: Fate[] }} Rows */

export class RowsLayer {
  #sheet;
  /** @type {ImageBitmap | null} All rows as if right. */
  #base = null;
  /** What that was made for. */
  #made = "";
  /** @type {Map<string, ImageBitmap>} */
  #stamps = new Map();

  /** @param {Sheet} sheet whose colours it has */
  constructor(sheet) {
    this.#sheet = sheet;
  }

  /** Forgets what is ready: the rows are others. */
  clear() {
    this.#made = "";
  }

  /** @param {Page} page @param {Rows} rows */
  paint(page, rows) {
    const radius = rows.labels.length > 400 ? 2.6 : rows.labels.length > 100 ? 3.4 : 4.4;
    if (page.exact) this.#paintShapes(page.context, rows, radius);
    else this.#stamp(page, rows, radius);
  }

  /** @param {CanvasRenderingContext2D} context @param {Rows} rows @param {number} radius */
  #paintShapes(context, { places, labels, fates }, radius) {
    const colour = (/** @type {string} */ name) => this.#sheet.token(name);
    labels.forEach((label, i) => paintMark(context, "right", label, places[2 * i], places[2 * i + 1], radius, colour));
    const rings = countOf(fates, "newlyWrong") <= MOST_RINGS;
    fates.forEach((fate, i) => {
      if (fate === "right") return;
      const [x, y] = [places[2 * i], places[2 * i + 1]];
      paintMark(context, fate, labels[i], x, y, radius, colour);
      if (fate === "newlyWrong" && rings) paintRing(context, x, y, radius, colour);
    });
  }

  /** @param {Page} page @param {Rows} rows @param {number} radius */
  #stamp(page, rows, radius) {
    const { context, width, height, ratio } = page;
    const { places, labels, fates } = rows;
    context.drawImage(this.#prepare(page, rows, radius), 0, 0, width, height);
    const rings = countOf(fates, "newlyWrong") <= MOST_RINGS;
    const size = Math.ceil(2 * ROOM * radius * ratio) / ratio;
    const colour = (/** @type {string} */ token) => this.#sheet.token(token);
    // On whole pixels, for a stamp between them would be blurred.
    const corner = (/** @type {number} */ centre) => Math.round((centre - size / 2) * ratio) / ratio;
    for (let i = 0; i < fates.length; i += 1) {
      const fate = fates[i];
      if (fate === "right") continue;
      const name = fate === "stillWrong" ? `stillWrong ${labels[i]}` : rings ? "ringed" : "newlyWrong";
      let stamp = this.#stamps.get(name);
      if (!stamp) {
        stamp = image(size, size, ratio, (drawn) => {
          paintMark(drawn, fate, labels[i], size / 2, size / 2, radius, colour);
          if (name === "ringed") paintRing(drawn, size / 2, size / 2, radius, colour);
        });
        this.#stamps.set(name, stamp);
      }
      context.drawImage(stamp, corner(places[2 * i]), corner(places[2 * i + 1]), size, size);
    }
  }

  /** The image of all rows, made anew if the one there is was made for another page. @param {Page} page @param {Rows} rows @param {number} radius */
  #prepare({ width, height, ratio }, { places, labels }, radius) {
    const colour = (/** @type {string} */ name) => this.#sheet.token(name);
    const made = [width, height, ratio, colour("card"), colour("class-0")].join();
    if (this.#base && made === this.#made) return this.#base;
    this.#made = made;
    for (const old of [this.#base, ...this.#stamps.values()]) old?.close();
    this.#stamps.clear();
    this.#base = image(width, height, ratio, (context) =>
      labels.forEach((label, i) => paintMark(context, "right", label, places[2 * i], places[2 * i + 1], radius, colour)),
    );
    return this.#base;
  }
}

/** @typedef {import("./marks.js").Context} Context */

/** An image of such a size in CSS pixels. @param {number} width @param {number} height @param {number} ratio @param {(context: Context) => void} draw */
function image(width, height, ratio, draw) {
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio)));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("the browser gives no 2d context");
  context.scale(ratio, ratio);
  draw(context);
  return canvas.transferToImageBitmap();
}

/** @param {Fate[]} fates @param {Fate} which */
function countOf(fates, which) {
  return fates.reduce((sum, fate) => sum + (fate === which ? 1 : 0), 0);
}
