// @ts-check
/**
 * One canvas, kept crisp: its backing pixels follow its box, its colours the theme. Draws at most once
 * a frame, and rarer where drawing is dear, so that a live plot never holds the page up.
 */

/** @import { Axis } from "./cut.js" */
import { inSight, onRatioChange } from "./dom.js";
import { onThemeChange } from "./theme.js";

const COLOURS = {
  surface: "--card",
  muted: "--muted",
  grid: "--line",
  accuracy: "--series-accuracy",
  parameters: "--series-parameters",
  effective: "--series-effective",
  loss: "--series-loss",
  validation: "--part-validation",
  reference: "--reference",
  control: "--control",
  cut: "--cut",
};

/** Of the lines of other criteria. */
export const OTHERS = ["--other-0", "--other-1", "--other-2", "--other-3", "--other-4"];

/** @typedef {Record<keyof typeof COLOURS, string> & { others: string[] }} Colours */

/**
 * Where a figure's plane lies in its canvas, in CSS pixels, and the values at its left and right, bottom and top.
 * @typedef {{ left: number, top: number, width: number, height: number, x: [number, number], y: [number, number] }} Plane
 */

/**
 * Draws on all of a canvas. `options` is what a drawing in wasm wants, as JSON; the plane comes from there in the
 * canvas's pixels: left, top, right, bottom, and the values at the left, the right, the bottom and the top.
 * @typedef {(canvas: HTMLCanvasElement, options: string, ratio: number, colours: Colours) => Float64Array | Plane | undefined | void} Draw
 */

/** A frame spent drawing is followed by this many times its length without. */
const REST = 6;

export class Plot {
  #canvas;
  #draw;
  #placed;
  #axis = /** @type {Axis} */ ("threshold");
  #frame = 0;
  #restUntil = 0;
  /** @type {{ width: number, height: number } | null} Of the canvas in CSS pixels, until they change: to ask for them may cost a layout. */
  #size = null;
  /** @type {Colours | null} The theme's, until it changes. */
  #colours = null;

  /** @param {HTMLCanvasElement} canvas @param {Draw} draw @param {(plane: Plane) => void} [placed] hears where the plane lies */
  constructor(canvas, draw, placed = () => {}) {
    this.#canvas = canvas;
    this.#draw = draw;
    this.#placed = placed;
    /** Draws in this frame, however dear, but not out of sight: there when it comes into sight. */
    this.follow = inSight(canvas, () => this.paint());
    new ResizeObserver(() => {
      this.#size = null;
      this.redraw();
    }).observe(canvas);
    onThemeChange(() => {
      this.#colours = null;
      this.#restUntil = 0;
      this.redraw();
    });
    onRatioChange(() => this.redraw());
  }

  /** @param {string} label what the plot shows, in words @param {Axis} [axis] */
  show(label, axis = this.#axis) {
    this.#axis = axis;
    this.#canvas.setAttribute("aria-label", label);
    this.redraw();
  }

  redraw() {
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.#paintInTurn());
  }

  #paintInTurn() {
    this.#frame = 0;
    const begin = performance.now();
    if (begin < this.#restUntil) return this.redraw();
    this.paint();
    const end = performance.now();
    this.#restUntil = end + REST * (end - begin);
  }

  paint() {
    const ratio = devicePixelRatio;
    this.#size ??= { width: this.#canvas.clientWidth, height: this.#canvas.clientHeight };
    const width = Math.round(this.#size.width * ratio);
    const height = Math.round(this.#size.height * ratio);
    if (width === 0 || height === 0) return;
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    const plane = this.drawOn(this.#canvas, ratio);
    if (plane) this.#placed(plane);
  }

  /** Draws on all of any canvas. @param {HTMLCanvasElement} canvas @param {number} ratio its pixels a CSS pixel @param {boolean} [titled] @returns {Plane | null} */
  drawOn(canvas, ratio, titled = false) {
    this.#colours ??= palette();
    const { control, cut, ...colours } = this.#colours;
    const options = JSON.stringify({ axis: this.#axis, titled, ratio, palette: colours });
    const plane = this.#draw(canvas, options, ratio, this.#colours);
    return plane instanceof Float64Array ? inCssPixels(plane, ratio) : (plane ?? null);
  }
}

/** @param {Float64Array} plane @param {number} ratio @returns {Plane} */
function inCssPixels([left, top, right, bottom, x0, x1, y0, y1], ratio) {
  return { left: left / ratio, top: top / ratio, width: (right - left) / ratio, height: (bottom - top) / ratio, x: [x0, x1], y: [y0, y1] };
}

/** The figures' colours, from the style sheet in force. @returns {Colours} */
export function palette() {
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ token) => style.getPropertyValue(token).trim();
  const colours = Object.fromEntries(Object.entries(COLOURS).map(([name, token]) => [name, colour(token)]));
  return /** @type {Colours} */ ({ ...colours, others: OTHERS.map(colour) });
}
