// @ts-check
/**
 * A drawing on a canvas as SVG: a 2d context that writes down what it is asked to draw. It knows what the figures use:
 * paths, rectangles, circles, text, images, and transforms.
 */

/** What the drawing looks like that `draw` makes on a canvas of such a size. @param {number} width @param {number} height @param {(canvas: HTMLCanvasElement) => void} draw */
export function svgOf(width, height, draw) {
  const canvas = document.createElement("canvas");
  const measure = document.createElement("canvas").getContext("2d");
  if (!measure) throw new Error("the browser gives no 2d context");
  canvas.width = width;
  canvas.height = height;
  const recorder = new Recorder(canvas, measure);
  // What draws may ask whether this is a context, so it has to be one by its prototype.
  const context = Object.create(CanvasRenderingContext2D.prototype, descriptors(recorder));
  canvas.getContext = /** @type {typeof canvas.getContext} */ (() => context);
  draw(canvas);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n${recorder.shapes.join("\n")}\n</svg>\n`;
}

/** @typedef {{ fillStyle: string, strokeStyle: string, lineWidth: number, font: string, textAlign: string, textBaseline: string, globalAlpha: number, lineJoin: string, lineCap: string, imageSmoothingEnabled: boolean, imageSmoothingQuality: string, dash: number[], transform: string }} State */

class Recorder {
  /** @type {string[]} */
  shapes = [];
  #measure;
  #path = "";
  /** @type {State[]} */
  #saved = [];
  /** @type {State} */
  #state = {
    fillStyle: "#000000", strokeStyle: "#000000", lineWidth: 1, font: "10px sans-serif", textAlign: "start", textBaseline: "alphabetic",
    globalAlpha: 1, lineJoin: "miter", lineCap: "butt", imageSmoothingEnabled: true, imageSmoothingQuality: "low", dash: [], transform: "",
  };

  /** @param {HTMLCanvasElement} canvas @param {CanvasRenderingContext2D} measure */
  constructor(canvas, measure) {
    this.canvas = canvas;
    this.#measure = measure;
  }

  /** The properties that a drawing sets. */
  get state() {
    return this.#state;
  }

  save() {
    this.#saved.push({ ...this.#state });
  }

  restore() {
    Object.assign(this.#state, this.#saved.pop());
  }

  /** @param {number} x @param {number} y */
  translate(x, y) {
    this.#state.transform += `translate(${round(x)} ${round(y)})`;
  }

  /** @param {number} x @param {number} y */
  scale(x, y) {
    this.#state.transform += `scale(${round(x)} ${round(y)})`;
  }

  /** @param {number} angle */
  rotate(angle) {
    this.#state.transform += `rotate(${round((angle * 180) / Math.PI)})`;
  }

  /** @param {number[]} matrix */
  setTransform(...matrix) {
    this.#state.transform = `matrix(${matrix.map(round).join(" ")})`;
  }

  /** @param {number[]} dash */
  setLineDash(dash) {
    this.#state.dash = dash;
  }

  beginPath() {
    this.#path = "";
  }

  closePath() {
    this.#path += "Z";
  }

  /** @param {number} x @param {number} y */
  moveTo(x, y) {
    this.#path += `M${round(x)} ${round(y)}`;
  }

  /** @param {number} x @param {number} y */
  lineTo(x, y) {
    this.#path += `${this.#path ? "L" : "M"}${round(x)} ${round(y)}`;
  }

  /** @param {number[]} points */
  quadraticCurveTo(...points) {
    this.#path += `Q${points.map(round).join(" ")}`;
  }

  /** @param {number[]} points */
  bezierCurveTo(...points) {
    this.#path += `C${points.map(round).join(" ")}`;
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  rect(x, y, width, height) {
    this.#path += `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}Z`;
  }

  /** A whole circle, or an arc of less than one. @param {number} x @param {number} y @param {number} radius @param {number} from @param {number} to */
  arc(x, y, radius, from, to) {
    const at = (/** @type {number} */ angle) => `${round(x + radius * Math.cos(angle))} ${round(y + radius * Math.sin(angle))}`;
    const arc = (/** @type {number} */ end) => `A${round(radius)} ${round(radius)} 0 0 1 ${at(end)}`;
    const middle = (from + to) / 2;
    this.#path += `${this.#path ? "L" : "M"}${at(from)}${arc(middle)}${arc(to)}`;
  }

  stroke() {
    this.#add("path", { d: this.#path, fill: "none", ...this.#stroke() });
  }

  fill() {
    this.#add("path", { d: this.#path, fill: this.#state.fillStyle });
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  fillRect(x, y, width, height) {
    this.#add("rect", { ...box(x, y, width, height), fill: this.#state.fillStyle });
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  strokeRect(x, y, width, height) {
    this.#add("rect", { ...box(x, y, width, height), fill: "none", ...this.#stroke() });
  }

  /** @param {string} text @param {number} x @param {number} y */
  fillText(text, x, y) {
    const { font, textAlign, textBaseline, fillStyle } = this.#state;
    const anchor = { end: "end", right: "end", center: "middle" }[textAlign] ?? "start";
    const baseline = { top: "text-before-edge", hanging: "hanging", middle: "central", bottom: "text-after-edge" }[textBaseline] ?? "alphabetic";
    this.#add("text", { x: round(x), y: round(y), fill: fillStyle, "text-anchor": anchor, "dominant-baseline": baseline, style: `font:${font}` }, text);
  }

  /** @param {string} text */
  measureText(text) {
    this.#measure.font = this.#state.font;
    return this.#measure.measureText(text);
  }

  /** A whole canvas, as pixels. @param {HTMLCanvasElement} image @param {number} x @param {number} y @param {number} [width] @param {number} [height] */
  drawImage(image, x, y, width = image.width, height = image.height) {
    const crisp = !this.#state.imageSmoothingEnabled;
    this.#add("image", { ...box(x, y, width, height), preserveAspectRatio: "none", ...(crisp && { style: "image-rendering:pixelated" }), href: image.toDataURL() });
  }

  #stroke() {
    const { strokeStyle, lineWidth, lineJoin, lineCap, dash } = this.#state;
    return {
      stroke: strokeStyle, "stroke-width": round(lineWidth), "stroke-linejoin": lineJoin, "stroke-linecap": lineCap,
      ...(dash.length > 0 && { "stroke-dasharray": dash.join(" ") }),
    };
  }

  /** @param {string} name @param {Record<string, string | number>} attributes @param {string} [text] */
  #add(name, attributes, text) {
    const { transform, globalAlpha } = this.#state;
    const all = { ...attributes, ...(transform && { transform }), ...(globalAlpha < 1 && { opacity: globalAlpha }) };
    const list = Object.entries(all).map(([key, value]) => ` ${key}="${escape(String(value))}"`).join("");
    this.shapes.push(text === undefined ? `<${name}${list}/>` : `<${name}${list}>${escape(text)}</${name}>`);
  }
}

/** What hides the real context's properties: its methods work on real contexts only. @param {Recorder} recorder */
function descriptors(recorder) {
  /** @type {PropertyDescriptorMap} */
  const map = { canvas: { value: recorder.canvas } };
  for (const name of Object.getOwnPropertyNames(Recorder.prototype)) {
    const value = /** @type {any} */ (recorder)[name];
    if (typeof value === "function") map[name] = { value: value.bind(recorder) };
  }
  for (const name of /** @type {(keyof State)[]} */ (Object.keys(recorder.state))) {
    map[name] = { get: () => recorder.state[name], set: (value) => Object.assign(recorder.state, { [name]: value }) };
  }
  return map;
}

/** @param {number} x @param {number} y @param {number} width @param {number} height */
function box(x, y, width, height) {
  const [left, top] = [Math.min(x, x + width), Math.min(y, y + height)];
  return { x: round(left), y: round(top), width: round(Math.abs(width)), height: round(Math.abs(height)) };
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}

/** @param {string} text */
function escape(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
