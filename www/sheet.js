// @ts-check
/**
 * A canvas to draw on by hand: its backing pixels follow its box, its colours the theme. Drawn when told to, and anew
 * when either changes.
 */

import { inSight, onRatioChange } from "./dom.js";
import { onThemeChange } from "./theme.js";

/** Shades of a colour between nothing and full. */
export const SHADES = 32;

/** @typedef {{ context: CanvasRenderingContext2D, width: number, height: number, ratio: number, exact: boolean }} Page in CSS pixels; `exact`: for a file, not for a frame */

export class Sheet {
  #canvas;
  #paint;
  #frame = 0;
  /** In CSS pixels, as last observed: to ask for it in the middle of a frame would make the browser lay the page out. */
  #size = { width: 0, height: 0 };
  /** @type {Map<string, string>} */
  #tokens = new Map();
  /** @type {Map<string, Uint32Array>} */
  #ramps = new Map();

  /** @param {HTMLCanvasElement} canvas @param {(page: Page) => void} paint */
  constructor(canvas, paint) {
    this.#canvas = canvas;
    this.#paint = paint;
    /** Draws in this frame, but not out of sight: there when it comes into sight. */
    this.follow = inSight(canvas, () => this.draw());
    new ResizeObserver(([{ contentRect }]) => {
      this.#size = { width: contentRect.width, height: contentRect.height };
      this.redraw();
    }).observe(canvas);
    onThemeChange(() => this.#recolour());
    onRatioChange(() => this.redraw());
  }

  draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const { width, height } = this.#size;
    const context = this.#canvas.getContext("2d");
    if (width === 0 || height === 0 || !context) return;
    const ratio = devicePixelRatio;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.#canvas.width !== across) this.#canvas.width = across;
    if (this.#canvas.height !== down) this.#canvas.height = down;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    this.#paint({ context, width, height, ratio, exact: false });
  }

  /** Draws on all of any canvas; there is no plane for a cut to lie over. @param {HTMLCanvasElement} canvas @param {number} ratio its pixels a CSS pixel */
  drawOn(canvas, ratio) {
    const context = canvas.getContext("2d");
    if (!context) return null;
    const [width, height] = [canvas.width / ratio, canvas.height / ratio];
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = this.token("card");
    context.fillRect(0, 0, width, height);
    this.#paint({ context, width, height, ratio, exact: true });
    // What was laid out for the file is laid out for the page again.
    this.redraw();
    return null;
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

/** An image of its own to fill with pixels and then to draw from. */
export class Raster {
  #canvas = document.createElement("canvas");
  #context = this.#canvas.getContext("2d");
  #data = new ImageData(1, 1);
  pixels = new Uint32Array(this.#data.data.buffer);

  /** Whether it had another size before, and so is empty now. @param {number} width @param {number} height */
  resize(width, height) {
    if (this.#data.width === width && this.#data.height === height) return false;
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.#data = new ImageData(width, height);
    this.pixels = new Uint32Array(this.#data.data.buffer);
    return true;
  }

  /** Puts it in place of all that a canvas of so many pixels shows, which costs less than to draw it. @param {CanvasRenderingContext2D} context */
  put(context) {
    context.putImageData(this.#data, 0, 0);
  }

  /** Draws it into a box. @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} width @param {number} height */
  draw(context, x, y, width, height) {
    this.#context?.putImageData(this.#data, 0, 0);
    // The better way to make it smaller costs much, and shows only where it gets much smaller.
    context.imageSmoothingQuality = 2 * width < this.#canvas.width || 2 * height < this.#canvas.height ? "high" : "low";
    context.drawImage(this.#canvas, x, y, width, height);
  }
}
