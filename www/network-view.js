// @ts-check
/**
 * The network, alive: every weight, its sign, its size, and whether it is cut; the neurons that no live path leads
 * through; and, of the weight pointed at, all there is to know.
 *
 * A weight is cut if its rank is below the cut. What is cut flashes and fades, unless motion is unwanted.
 *
 * @import { Graph, Layout, Matrices, Matrix, Seats } from "./network-drawing.js"
 * @import { Page } from "./sheet.js"
 * @import { Model } from "./views.js"
 * @import { Place } from "./weights.js"
 */
import { atRest, write } from "./dom.js";
import { count } from "./format.js";
import { cell, isGraph, layOut, seat, step, weightAt } from "./network-drawing.js";
import { Raster, SHADES, Sheet } from "./sheet.js";
import { network as words } from "./strings.js";
import { Weights } from "./weights.js";
import { aboutWeight } from "./about-weight.js";

/** @typedef {{ canvas: HTMLCanvasElement, figure: HTMLElement, title: HTMLElement, weight: HTMLOutputElement, summary: HTMLElement }} Elements */

/** Weights that were cut together. @typedef {{ from: number, to: number, at: number }} Fading */

/** How long a weight takes to fade, in milliseconds. */
const FADE = 320;
/** Moves that come sooner one after the other than this are one, in milliseconds. */
const PACE = 150;
/** Cells lower than this show size by colour alone, in device pixels. */
const LOW = 6;
/** The shade of the least weight. */
const TINT = 6;
/** What is to be seen of a weight, beside how much it glows. */
const [LIVE, IDLE, NEVER] = [SHADES + 1, SHADES + 2, SHADES + 3];
/** Edges are drawn in so many widths. */
const WIDTHS = 5;

const still = matchMedia("(prefers-reduced-motion: reduce)");

export class NetworkView {
  #elements;
  #sheet;
  /** @type {Model | null} */
  #model = null;
  #weights = new Weights([1, 1], new Float32Array(2), new Uint32Array(1));
  /** @type {Seats[]} */
  #seats = [];
  /** @type {Layout | null} The one drawn last. */
  #layout = null;
  /** @type {Raster[]} One for each matrix. */
  #rasters = [];
  /** What each cell of the rasters shows: a shade of the glow, `LIVE`, `IDLE` or, unpainted, `NEVER`. */
  #painted = new Uint8Array();
  /** @type {Uint32Array | null} The ramp that they were painted with: another theme has another. */
  #ramp = null;
  /** @type {Uint8Array} 1 for each neuron on no live path. */
  #dead = new Uint8Array();
  /** Where each level starts among the neurons. */
  #levels = [0];
  #k = 0;
  /** When it last moved. */
  #moved = 0;
  #paced = atRest(PACE, () => this.#sheet.redraw());
  /** @type {Fading[]} */
  #fading = [];
  /** The shades of the cut weights from rank `#cold` on; those before have faded. */
  #glow = new Uint8Array();
  #cold = 0;
  /** @type {number | null} The weight pointed at. */
  #at = null;

  /** @param {Elements} elements */
  constructor(elements) {
    this.#elements = elements;
    this.#sheet = new Sheet(elements.canvas, (page) => this.#paint(page));
    const { canvas } = elements;
    canvas.addEventListener("pointermove", (event) => this.#pointAt(event));
    canvas.addEventListener("pointerdown", (event) => this.#pointAt(event));
    canvas.addEventListener("pointerleave", () => {
      if (document.activeElement !== canvas) this.#look(null);
    });
    canvas.addEventListener("focus", () => this.#look(this.#at ?? this.#next()));
    canvas.addEventListener("blur", () => this.#look(null));
    canvas.addEventListener("keydown", (event) => this.#press(event));
  }

  /** What it is drawn on. */
  get sheet() {
    return this.#sheet;
  }

  /** @param {Model} model */
  show(model) {
    const sizes = model.shape.layer_sizes;
    this.#model = model;
    this.#weights = new Weights(sizes, model.result.params, model.result.order, model.result.networks);
    this.#seats = seat(this.#weights);
    this.#levels = sizes.map((_, level) => sizes.slice(0, level).reduce((sum, size) => sum + size, 0));
    this.#rasters = sizes.slice(1).map(() => new Raster());
    this.#painted = new Uint8Array(this.#weights.values.length);
    this.#k = 0;
    this.#fading = [];
    this.#at = null;
    const { figure } = this.#elements;
    figure.classList.toggle("graph", isGraph(sizes));
    figure.classList.toggle("deep", !isGraph(sizes) && sizes.length > 4);
    figure.classList.remove("waiting");
    this.#elements.title.textContent = isGraph(sizes) ? words.title : words.ordered;
    this.#tell();
  }

  follow() {
    if (!this.#model) return;
    const { cut, network } = this.#model;
    const now = performance.now();
    if (cut.hasStops && cut.k !== this.#k) this.#become(cut.k);
    else if (cut.k > this.#k && !still.matches) this.#fading.push({ from: this.#k, to: cut.k, at: now });
    this.#k = cut.k;
    this.#moved = now;
    this.#dead = network.deadNeurons;
    this.#sheet.follow();
    const { sizes } = this.#weights;
    const hidden = this.#dead.subarray(sizes[0], this.#dead.length - sizes[sizes.length - 1]);
    const dead = hidden.reduce((sum, one) => sum + one, 0);
    write(this.#elements.summary, this.#summary(dead, hidden.length));
    if (this.#at !== null) this.#tell();
  }

  /** Takes the network of a stop, the seats of its neurons aside. @param {number} k */
  #become(k) {
    const { params, networks } = /** @type {Model} */ (this.#model).result;
    this.#weights.become(k === 0 ? params : networks[k - 1]);
    this.#painted.fill(NEVER);
  }

  rest() {
    if (!this.#model) return;
    this.#elements.canvas.setAttribute(
      "aria-label",
      words.summary(this.#weights.sizes.join("–"), this.#elements.summary.textContent ?? ""),
    );
  }

  /** @param {number} dead @param {number} hidden */
  #summary(dead, hidden) {
    const { nonzeroParams, effectiveParams } = /** @type {Model} */ (this.#model).cut;
    const idle = nonzeroParams - effectiveParams;
    const params = idle > 0 ? words.idle(count(idle), count(nonzeroParams)) : words.allLive(count(nonzeroParams));
    return hidden ? `${words.dead(dead, hidden)} ${params}` : params;
  }

  /** The weight that is next to be cut, or was last. */
  #next() {
    const order = this.#model?.result.order;
    if (this.#model?.cut.hasStops) return 0;
    return order && order.length ? order[Math.min(this.#k, order.length - 1)] : null;
  }

  /** @param {PointerEvent} event */
  #pointAt({ offsetX: x, offsetY: y }) {
    if (!this.#layout || !this.#model) return;
    const place = weightAt(this.#layout, this.#weights, { x, y });
    this.#look(place && this.#weights.index(place));
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const at = this.#at ?? this.#next();
    if (at === null || !this.#layout || event.altKey || event.ctrlKey || event.metaKey) return;
    const place = event.key === "Home" ? this.#weights.place(/** @type {number} */ (this.#next())) : step(this.#layout, this.#weights, this.#weights.place(at), event.key);
    if (!place) return;
    event.preventDefault();
    this.#look(this.#weights.index(place));
  }

  /** @param {number | null} index */
  #look(index) {
    if (index === this.#at) return;
    this.#at = index;
    this.#tell();
    this.#sheet.redraw();
  }

  #tell() {
    const { weight } = this.#elements;
    if (this.#at === null || !this.#model) {
      weight.replaceChildren(words.ask);
      weight.classList.add("muted");
      return;
    }
    weight.classList.remove("muted");
    const { name, value, rank, fate, cost } = aboutWeight(this.#weights, this.#model.cut, this.#at);
    const strong = document.createElement("strong");
    strong.textContent = value;
    weight.replaceChildren(`${name}: `, strong, ...[rank, fate, cost].filter(Boolean).map((part) => ` · ${part}`));
  }

  /** @param {Page} page */
  #paint(page) {
    if (!this.#model) return;
    const now = performance.now();
    this.#fade(now);
    const { sizes } = this.#weights;
    const ramp = this.#sheet.ramp("cut");
    if (ramp !== this.#ramp) this.#painted.fill(NEVER);
    this.#ramp = ramp;
    this.#layout = layOut(sizes, this.#seats, page.width, page.height);
    if (this.#layout.kind === "graph") this.#paintGraph(page, this.#layout);
    else {
      for (const matrix of this.#layout.matrices) this.#paintMatrix(page, this.#layout, matrix);
    }
    if (this.#at !== null) this.#mark(page, this.#layout, this.#weights.place(this.#at));
    if (this.#fading.length) this.#burn(now);
  }

  /** @param {number} level @param {number} n */
  #isDead(level, n) {
    return this.#dead[this.#levels[level] + n] === 1;
  }

  /** Draws what still glows anew, but while the cut moves only when it does: frames between would hold up the next move. @param {number} now */
  #burn(now) {
    if (now - this.#moved > PACE) this.#sheet.redraw();
    else this.#paced();
  }

  /** Lets what is cut glow for as long as it fades. @param {number} now */
  #fade(now) {
    this.#fading = this.#fading.filter(({ at, to }) => now - at < FADE && to <= this.#k);
    this.#cold = Math.min(this.#k, ...this.#fading.map(({ from }) => from));
    this.#glow = new Uint8Array(this.#k - this.#cold);
    for (const { from, to, at } of this.#fading) this.#glow.fill(Math.round(SHADES * (1 - (now - at) / FADE)), from - this.#cold, to - this.#cold);
  }

  /** @param {Page} page @param {Graph} layout */
  #paintGraph({ context }, { levels, radius }) {
    const { values, ranks, scales } = this.#weights;
    /** Edges of one style, as x and y of one end and of the other. @type {Map<string, number[]>} */
    const edges = new Map();
    for (let index = 0; index < values.length; index += 1) {
      const { layer, from, to } = this.#weights.place(index);
      const cut = ranks[index] < this.#k;
      const glow = cut ? (this.#glow[ranks[index] - this.#cold] ?? 0) / SHADES : 1;
      if (glow <= 0) continue;
      const size = Math.min(WIDTHS - 1, Math.floor((Math.abs(values[index]) / scales[layer]) * WIDTHS));
      const idle = this.#isDead(layer, from) || this.#isDead(layer + 1, to);
      const kind = cut ? `cut ${Math.ceil(glow * 4)}` : `${idle ? "idle" : "live"} ${values[index] < 0 ? "negative" : "positive"}`;
      const name = `${kind} ${size}`;
      const [a, b] = [levels[layer][from], levels[layer + 1][to]];
      const others = edges.get(name);
      if (others) others.push(a.x, a.y, b.x, b.y);
      else edges.set(name, [a.x, a.y, b.x, b.y]);
    }
    for (const [name, ends] of [...edges].sort(([a], [b]) => Number(a.at(-1)) - Number(b.at(-1)))) {
      const [kind, second, width] = name.split(" ");
      context.lineWidth = 0.6 + 0.62 * Number(width);
      context.setLineDash(second === "negative" ? [5, 3] : []);
      context.globalAlpha = kind === "cut" ? Number(second) / 4 : kind === "idle" ? 0.75 : 0.55 + 0.1 * Number(width);
      context.strokeStyle = this.#sheet.token(kind === "cut" ? "cut" : kind === "idle" ? "weight-idle" : `weight-${second}`);
      context.beginPath();
      for (let i = 0; i < ends.length; i += 4) {
        context.moveTo(ends[i], ends[i + 1]);
        context.lineTo(ends[i + 2], ends[i + 3]);
      }
      context.stroke();
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
    levels.forEach((neurons, level) =>
      neurons.forEach(({ x, y }, n) => this.#paintNeuron(context, x, y, radius, this.#isDead(level, n))),
    );
  }

  /** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius @param {boolean} dead */
  #paintNeuron(context, x, y, radius, dead) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = this.#sheet.token("card");
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = this.#sheet.token(dead ? "cut" : "ink");
    if (dead) {
      const arm = 0.75 * radius;
      context.beginPath();
      context.moveTo(x - arm, y - arm);
      context.lineTo(x + arm, y + arm);
      context.moveTo(x - arm, y + arm);
      context.lineTo(x + arm, y - arm);
    }
    context.stroke();
  }

  /** @param {Page} page @param {Matrices} layout @param {Matrix} matrix */
  #paintMatrix({ context, ratio }, { labelled, seats }, matrix) {
    const { layer, flipped, columns, rows, x, y, width, height, level } = matrix;
    const { sizes, starts } = this.#weights;
    // Whole pixels a cell, to be scaled down; more weights than pixels are one pixel each.
    const across = Math.max(1, Math.ceil((width * ratio) / columns));
    const down = Math.max(1, Math.ceil((height * ratio) / rows));
    const raster = this.#rasters[layer];
    if (raster.resize(columns * across, rows * down)) this.#painted.fill(NEVER, starts[layer], starts[layer + 1]);
    const [sources, targets] = [seats[layer].places, seats[layer + 1].places];
    const [k, cold, glow, painted] = [this.#k, this.#cold, this.#glow, this.#painted];
    const { ranks } = this.#weights;
    const [fromDead, toDead] = [layer, layer + 1].map((level) => this.#dead.subarray(this.#levels[level], this.#levels[level] + sizes[level]));
    const grid = { across, down, stride: columns * across };
    let index = starts[layer];
    for (let to = 0; to < sizes[layer + 1]; to += 1) {
      for (let from = 0; from < sizes[layer]; from += 1, index += 1) {
        const rank = ranks[index];
        // Of a cut weight how much it still glows; of a kept one whether it is on a live path.
        const shade = rank < cold ? 0 : rank < k ? glow[rank - cold] : fromDead[from] || toDead[to] ? IDLE : LIVE;
        if (shade === painted[index]) continue;
        painted[index] = shade;
        const column = flipped ? sources[from] : targets[to];
        const row = flipped ? targets[to] : sources[from];
        this.#paintCell(raster.pixels, (row * down * columns + column) * across, grid, index, layer);
      }
    }
    this.#rasters[layer].draw(context, x, y, width, height);
    context.font = "12px " + this.#sheet.token("sans");
    context.fillStyle = this.#sheet.token("muted");
    context.textBaseline = "alphabetic";
    if (labelled) context.fillText(`${levelName(layer, sizes)} → ${levelName(layer + 1, sizes)}`, x, y - 5);
    if (level !== null) this.#paintStrip(context, matrix, level, seats[level].neurons);
  }

  /**
   * A kept weight is a bar from the middle of its cell, up or down by its sign; without room for one, the colour alone
   * says how large it is.
   * @param {Uint32Array} pixels @param {number} start @param {{ across: number, down: number, stride: number }} grid pixels of a cell and of a line
   * @param {number} index @param {number} layer
   */
  #paintCell(pixels, start, { across, down, stride }, index, layer) {
    const { values, scales } = this.#weights;
    const shade = this.#painted[index];
    const value = values[index];
    const size = Math.min(1, Math.abs(value) / scales[layer]);
    const faded = this.#sheet.ramp("cut");
    const blank = faded[0];
    let back = blank;
    let front = blank;
    if (shade <= SHADES) back = front = faded[shade];
    else {
      const ramp = this.#sheet.ramp(shade === IDLE ? "weight-idle" : value < 0 ? "weight-negative" : "weight-positive");
      back = down < LOW ? ramp[TINT + Math.round(Math.sqrt(size) * (SHADES - TINT))] : ramp[TINT];
      front = down < LOW ? back : ramp[SHADES];
    }
    const middle = (down - 1) / 2;
    const begin = value < 0 ? Math.floor(middle) : Math.floor(middle - size * middle);
    const end = value < 0 ? Math.ceil(middle + size * middle) : Math.ceil(middle);
    // Where there is room, cells stand apart.
    const [right, bottom] = [across < 5 ? across : across - 1, down < 4 ? down : down - 1];
    for (let line = 0; line < down; line += 1) {
      const colour = line >= bottom ? blank : line >= begin && line < end ? front : back;
      const at = start + line * stride;
      for (let i = 0; i < across; i += 1) pixels[at + i] = i < right ? colour : blank;
    }
  }

  /** The neurons below a matrix: a bar for one that lives, a low one for a dead one. @param {CanvasRenderingContext2D} context @param {Matrix} matrix @param {number} level @param {number[]} neurons */
  #paintStrip(context, { columns, x, y, width, height }, level, neurons) {
    const pitch = width / columns;
    const wide = Math.max(0.75 * pitch, pitch - 2);
    // Rectangles one by one: as one path they would be smoothed, which costs much more.
    for (const dead of [false, true]) {
      context.fillStyle = this.#sheet.token(dead ? "cut" : "ink");
      for (let n = 0; n < columns; n += 1) {
        if (this.#isDead(level, neurons[n]) === dead) context.fillRect(x + n * pitch, y + height + (dead ? 6 : 2), wide, dead ? 2 : 6);
      }
    }
  }

  /** @param {Page} page @param {Layout} layout @param {Place} place */
  #mark({ context }, layout, place) {
    context.strokeStyle = this.#sheet.token("ink");
    context.lineWidth = 2;
    if (layout.kind === "graph") {
      const [a, b] = [layout.levels[place.layer][place.from], layout.levels[place.layer + 1][place.to]];
      context.lineWidth = 3;
      context.beginPath();
      context.moveTo(a.x, a.y);
      context.lineTo(b.x, b.y);
      context.stroke();
      for (const [level, n] of [[place.layer, place.from], [place.layer + 1, place.to]]) {
        const { x, y } = layout.levels[level][n];
        this.#paintNeuron(context, x, y, layout.radius + 1.5, this.#isDead(level, n));
      }
      return;
    }
    const box = cell(layout, place);
    const [width, height] = [Math.max(7, box.width), Math.max(7, box.height)];
    const [x, y] = [box.x + (box.width - width) / 2, box.y + (box.height - height) / 2];
    context.strokeStyle = this.#sheet.token("card");
    context.lineWidth = 4;
    context.strokeRect(x, y, width, height);
    context.strokeStyle = this.#sheet.token("ink");
    context.lineWidth = 2;
    context.strokeRect(x, y, width, height);
  }
}

/** @param {number} level @param {number[]} sizes */
function levelName(level, sizes) {
  const last = sizes.length - 1;
  if (level === 0) return words.inputs(sizes[level]);
  return level === last ? words.outputs(sizes[level]) : words.neurons(sizes[level], last === 2);
}
