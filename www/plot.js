// @ts-check
/**
 * One canvas, drawn by wasm, kept crisp: its backing pixels follow its box, its colours the theme. Draws at most once
 * a frame, and rarer where drawing is dear, so that a live plot never holds the page up.
 */

const COLOURS = {
  surface: "--card",
  muted: "--muted",
  grid: "--line",
  accuracy: "--series-accuracy",
  parameters: "--series-parameters",
  loss: "--series-loss",
  reference: "--reference",
};

/** A frame spent drawing is followed by this many times its length without. */
const REST = 6;

export class Plot {
  #canvas;
  #draw;
  #axis = /** @type {"threshold" | "amount"} */ ("threshold");
  #frame = 0;
  #restUntil = 0;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(canvas: HTMLCanvasElement, options: string) => void} draw
   */
  constructor(canvas, draw) {
    this.#canvas = canvas;
    this.#draw = draw;
    new ResizeObserver(() => this.redraw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
    this.#watchRatio();
  }

  /** @param {string} label what the plot shows, in words @param {"threshold" | "amount"} [axis] */
  show(label, axis = this.#axis) {
    this.#axis = axis;
    this.#canvas.setAttribute("aria-label", label);
    this.redraw();
  }

  redraw() {
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    this.#frame = 0;
    const begin = performance.now();
    if (begin < this.#restUntil) return this.redraw();
    const ratio = devicePixelRatio;
    const width = Math.round(this.#canvas.clientWidth * ratio);
    const height = Math.round(this.#canvas.clientHeight * ratio);
    if (width === 0 || height === 0) return;
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    this.#draw(this.#canvas, JSON.stringify({ axis: this.#axis, titled: false, ratio, palette: palette() }));
    const end = performance.now();
    this.#restUntil = end + REST * (end - begin);
  }

  /** A media query matches one ratio only, so each change asks anew. */
  #watchRatio() {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
      "change",
      () => {
        this.redraw();
        this.#watchRatio();
      },
      { once: true },
    );
  }
}

/** The figures' colours, from the style sheet in force. */
function palette() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(Object.entries(COLOURS).map(([name, token]) => [name, style.getPropertyValue(token).trim()]));
}
