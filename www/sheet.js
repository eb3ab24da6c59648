// @ts-check
/**
 * A canvas to draw on by hand: its backing pixels follow its box, its colours the theme. Drawn when told to, and anew
 * when either changes.
 */

import { inSight, onRatioChange } from "./dom.js";
import { onThemeChange } from "./theme.js";

/** Shades of a colour between nothing and full. */
export const SHADES = 32;

/**
 * In CSS pixels. `key`: as long as it is the same, what was drawn last is still there, and in the colours in force.
 * `exact`: for a file, not for a frame.
 * @typedef {{ context: CanvasRenderingContext2D, width: number, height: number, ratio: number, key: string, exact: boolean }} Page
 */

export class Sheet {
  #canvas;
  #context;
  #paint;
  #frame = 0;
  /** How often the canvas lost what was on it. */
  #lost = 0;
  /** In CSS pixels, as last observed: to ask for it in the middle of a frame would make the browser lay the page out. */
  #size = { width: 0, height: 0 };
  /** @type {Map<string, string>} */
  #tokens = new Map();
  /** @type {Map<string, Uint32Array>} */
  #ramps = new Map();

  /** @param {HTMLCanvasElement} canvas @param {(page: Page) => void} paint draws over what was drawn last, or clears it */
  constructor(canvas, paint) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.#paint = paint;
    /** Draws in this frame, but not out of sight: there when it comes into sight. */
    this.follow = inSight(canvas, () => this.draw());
    new ResizeObserver(([{ contentRect }]) => {
      this.#size = { width: contentRect.width, height: contentRect.height };
      this.redraw();
    }).observe(canvas);
    canvas.addEventListener("contextrestored", () => {
      this.#lost += 1;
      this.redraw();
    });
    onThemeChange(() => this.#recolour());
    onRatioChange(() => this.redraw());
  }

  draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const { width, height } = this.#size;
    const context = this.#context;
    if (width === 0 || height === 0 || !context) return;
    const ratio = devicePixelRatio;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.#canvas.width !== across) this.#canvas.width = across;
    if (this.#canvas.height !== down) this.#canvas.height = down;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#paint({ context, width, height, ratio, key: this.#key(width, height, ratio), exact: false });
  }

  /** Draws on all of any canvas; there is no plane for a cut to lie over. @param {HTMLCanvasElement} canvas @param {number} ratio its pixels a CSS pixel */
  drawOn(canvas, ratio) {
    const context = canvas.getContext("2d");
    if (!context) return null;
    const [width, height] = [canvas.width / ratio, canvas.height / ratio];
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = this.token("card");
    context.fillRect(0, 0, width, height);
    this.#paint({ context, width, height, ratio, key: this.#key(width, height, ratio), exact: true });
    // What was laid out for the file is laid out for the page again.
    this.redraw();
    return null;
  }

  /** @param {number} width @param {number} height @param {number} ratio */
  #key(width, height, ratio) {
    return [width, height, ratio, this.token("card"), this.#lost].join();
  }

  /** Draws in the next frame. */
  redraw() {
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.draw());
  }

  /** A colour of the style sheet in force. @param {string} name without its dashes */
  token(name) {
    let value = this.#tokens.get(name);
    if (value === undefined) {
      value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
      this.#tokens.set(name, value);
    }
    return value;
  }

  /** Its shades over a card, from nothing to full, as pixels. The same array as long as the theme is the same. @param {string} name */
  ramp(name) {
    let ramp = this.#ramps.get(name);
    if (!ramp) {
      const [card, colour] = [channels(this.token("card")), channels(this.token(name))];
      ramp = Uint32Array.from({ length: SHADES + 1 }, (_, i) => pixel(card.map((from, c) => from + ((colour[c] - from) * i) / SHADES)));
      this.#ramps.set(name, ramp);
    }
    return ramp;
  }

  #recolour() {
    this.#tokens.clear();
    this.#ramps.clear();
    this.redraw();
  }
}

/** Red, green and blue of `#rrggbb`. @param {string} hex */
function channels(hex) {
  const value = parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** As image data has it, little-endian. @param {number[]} channels */
function pixel([r, g, b]) {
  return ((255 << 24) | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r)) >>> 0;
}

/** An image of its own to fill with pixels and then to draw from. What was filled since is put on its canvas before that. */
export class Raster {
  #canvas = document.createElement("canvas");
  #context = this.#canvas.getContext("2d");
  #data = new ImageData(1, 1);
  #pixels = new Uint32Array(this.#data.data.buffer);
  /** To ask the image for them takes longer than to fill a line. */
  #width = 1;
  #height = 1;
  /** What is to be put on the canvas: pixels from left and top on, to before right and bottom. */
  #left = 0;
  #top = 0;
  #right = 1;
  #bottom = 1;

  /** Becomes of that size, and empty, if it had another. @param {number} width @param {number} height */
  resize(width, height) {
    if (this.#width === width && this.#height === height) return;
    this.#canvas.width = this.#width = width;
    this.#canvas.height = this.#height = height;
    this.#data = new ImageData(width, height);
    this.#pixels = new Uint32Array(this.#data.data.buffer);
  }

  /** All of them, line by line, any of which may be changed before it is drawn. */
  get pixels() {
    this.#touch(0, 0, this.#width, this.#height);
    return this.#pixels;
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height @param {number} colour */
  fill(x, y, width, height, colour) {
    const pixels = this.#pixels;
    const stride = this.#width;
    for (let line = y; line < y + height; line += 1) {
      for (let at = line * stride + x, end = at + width; at < end; at += 1) pixels[at] = colour;
    }
    this.#touch(x, y, x + width, y + height);
  }

  /** @param {number} left @param {number} top @param {number} right @param {number} bottom */
  #touch(left, top, right, bottom) {
    this.#left = Math.min(this.#left, left);
    this.#top = Math.min(this.#top, top);
    this.#right = Math.max(this.#right, right);
    this.#bottom = Math.max(this.#bottom, bottom);
  }

  /** Puts part of it in place of what a canvas of as many pixels shows there, which costs less than to draw it. @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} width @param {number} height */
  put(context, x, y, width, height) {
    context.putImageData(this.#data, 0, 0, x, y, width, height);
  }

  /** Draws it into a box. @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} width @param {number} height */
  draw(context, x, y, width, height) {
    const left = this.#left;
    const top = this.#top;
    if (left < this.#right) this.#context?.putImageData(this.#data, 0, 0, left, top, this.#right - left, this.#bottom - top);
    this.#left = this.#top = Infinity;
    this.#right = this.#bottom = 0;
    // The better way to make it smaller costs much, and shows only where it gets much smaller.
    context.imageSmoothingQuality = 2 * width < this.#width || 2 * height < this.#height ? "high" : "low";
    context.drawImage(this.#canvas, x, y, width, height);
  }
}
