// @ts-check
/**
 * The weight matrices of a wide network. Where there is room, a weight is a bar from the middle of its cell, up or down
 * by its sign; elsewhere the colour of its cell alone says how large it is.
 *
 * Invariant: between two paints of the same size and theme only those cells are painted whose weight looks different.
 *
 * @import { Matrices, Matrix } from "./network-drawing.js"
 * @import { Seen } from "./network-view.js"
 * @import { Page, Sheet } from "./sheet.js"
 */
import { Raster, SHADES } from "./sheet.js";
import { network as words } from "./strings.js";

/** Cells lower than this have no bars, in device pixels. */
const LOW = 6;
/** Cells at least so wide, and so high, stand a pixel apart. */
const [WIDE, HIGH] = [5, 4];
/** The shade of the least weight. */
const TINT = 6;
/** What is to be seen of a weight, beside how much it glows. */
const [LIVE, IDLE, NEVER] = [SHADES + 1, SHADES + 2, SHADES + 3];
/** The strips of neurons below and beside a matrix, in CSS pixels: the gap before one, how high a living neuron's bar is, and a dead one's. */
const [GAP, UP, FLAT] = [2, 6, 2];

/** A matrix as it is drawn, and the neurons below it and beside it if it has their level. @typedef {{ matrix: Matrix, cells: Grid, below: Grid | null, beside: Grid | null }} Drawn */

export class WeightMatrices {
  #sheet;
  /** The page and the network that `#drawn` was made for. */
  #made = "";
  /** @type {Drawn[]} One for each layer. */
  #drawn = [];
  /** What is to be seen of each weight. */
  #shown = new Uint8Array();
  /** As last painted. @type {{ k: number, cold: number, dead: Uint8Array }} */
  #last = { k: 0, cold: 0, dead: new Uint8Array() };

  /** @param {Sheet} sheet whose colours it has */
  constructor(sheet) {
    this.#sheet = sheet;
  }

  /** Forgets what was painted: the weights are others. */
  clear() {
    this.#shown = new Uint8Array();
  }

  /** @param {Page} page @param {Matrices} layout @param {Seen} seen */
  paint(page, layout, seen) {
    const { context } = page;
    this.#update(page, layout, seen);
    context.font = "12px " + this.#sheet.token("sans");
    context.fillStyle = this.#sheet.token("muted");
    context.textBaseline = "alphabetic";
    const { sizes } = seen.weights;
    for (const { matrix: { layer, x, y, width, height }, cells, below, beside } of this.#drawn) {
      cells.draw(page, x, y, width, height);
      below?.draw(page, x, y + height + GAP, width, UP);
      beside?.draw(page, x + width + GAP, y, UP, height);
      if (layout.labelled) context.fillText(`${levelName(layer, sizes)} → ${levelName(layer + 1, sizes)}`, x, y - 5);
    }
  }

  /** @param {Page} page @param {Matrices} layout @param {Seen} seen */
  #update({ key, ratio }, { matrices, seats }, seen) {
    const { weights, order, k, dead, afterglow: { cold } } = seen;
    const { values, sizes, levels } = weights;
    const made = `${key} ${sizes}`;
    const anew = made !== this.#made || this.#shown.length !== values.length;
    if (made !== this.#made) this.#drawn = matrices.map((matrix) => drawn(matrix, ratio));
    this.#made = made;
    if (anew) {
      this.#shown = new Uint8Array(values.length).fill(NEVER);
      for (let index = 0; index < values.length; index += 1) this.#show(index, seats, seen);
    } else {
      const end = Math.max(k, this.#last.k);
      for (let rank = Math.min(cold, this.#last.cold); rank < end; rank += 1) this.#show(order[rank], seats, seen);
    }
    sizes.forEach((size, level) => {
      for (let n = 0; n < size; n += 1) {
        const neuron = levels[level] + n;
        if (!anew && dead[neuron] === this.#last.dead[neuron]) continue;
        this.#mark(level, seats[level].places[n], dead[neuron] === 1);
        if (!anew) weights.eachOf(level, n, (index) => this.#show(index, seats, seen));
      }
    });
    this.#last = { k, cold, dead };
  }

  /** Paints a weight if it looks different. @param {number} index @param {Matrices["seats"]} seats @param {Seen} seen */
  #show(index, seats, { weights, k, dead, afterglow }) {
    const { levels, ranks, scales, values } = weights;
    const { layer, from, to } = weights.place(index);
    const idle = dead[levels[layer] + from] === 1 || dead[levels[layer + 1] + to] === 1;
    const shade = ranks[index] < k ? afterglow.shade(ranks[index]) : idle ? IDLE : LIVE;
    if (shade === this.#shown[index]) return;
    this.#shown[index] = shade;
    const { matrix, cells } = this.#drawn[layer];
    const source = seats[layer].places[from];
    const target = seats[layer + 1].places[to];
    const column = matrix.flipped ? source : target;
    const row = matrix.flipped ? target : source;
    if (shade <= SHADES) cells.fill(column, row, this.#sheet.ramp("cut")[shade]);
    else {
      const ramp = this.#sheet.ramp(idle ? "weight-idle" : values[index] < 0 ? "weight-negative" : "weight-positive");
      const size = Math.max(-1, Math.min(1, values[index] / scales[layer]));
      if (cells.high < LOW) cells.fill(column, row, ramp[TINT + Math.round(Math.sqrt(Math.abs(size)) * (SHADES - TINT))]);
      else {
        cells.fill(column, row, ramp[TINT]);
        cells.fill(column, row, ramp[SHADES], size < 0 ? 0.5 : 0.5 - size / 2, size < 0 ? 0.5 - size / 2 : 0.5);
      }
    }
  }

  /** Says whether a neuron lives, below or beside the matrix that has its level. @param {number} level @param {number} place @param {boolean} dead */
  #mark(level, place, dead) {
    const colour = this.#sheet.ramp(dead ? "cut" : "ink")[SHADES];
    for (const { matrix, below, beside } of this.#drawn) {
      if (matrix.below === level) {
        below?.fill(place, 0, 0);
        below?.fill(place, 0, colour, dead ? 1 - FLAT / UP : 0);
      }
      if (matrix.beside !== level) continue;
      for (let column = 0; column < UP / FLAT; column += 1) beside?.fill(column, place, dead && column > 0 ? 0 : colour);
    }
  }
}

/** Cells of whole pixels, as many as there are to be drawn on where that is one a cell or more; else to be made smaller. */
class Grid {
  #raster = new Raster();
  /** Where columns and rows begin, and where the last ends. */
  #xs;
  #ys;
  #smooth;
  /** The height of a cell. */
  high;

  /** @param {number} columns @param {number} rows @param {number} width @param {number} height in pixels */
  constructor(columns, rows, width, height) {
    this.#xs = edges(columns, width);
    this.#ys = edges(rows, height);
    this.#smooth = width < columns || height < rows;
    this.high = height / rows;
    this.#raster.resize(this.#xs[columns], this.#ys[rows]);
  }

  /** Paints a cell, or what lies between two heights of it. @param {number} column @param {number} row @param {number} colour @param {number} [from] in [0, 1], downwards @param {number} [to] */
  fill(column, row, colour, from = 0, to = 1) {
    const left = this.#xs[column];
    const top = this.#ys[row];
    const height = apart(this.#ys[row + 1] - top, HIGH);
    const first = Math.floor(from * height);
    this.#raster.fill(left, top + first, apart(this.#xs[column + 1] - left, WIDE), Math.ceil(to * height) - first, colour);
  }

  /** Draws it on the whole pixels nearest to a box. @param {Page} page @param {number} x @param {number} y @param {number} width @param {number} height */
  draw({ context, ratio }, x, y, width, height) {
    const whole = (/** @type {number} */ length) => Math.round(length * ratio) / ratio;
    context.imageSmoothingEnabled = this.#smooth;
    this.#raster.draw(context, whole(x), whole(y), whole(width), whole(height));
    context.imageSmoothingEnabled = true;
  }
}

/** @param {number} cells @param {number} length in pixels, of all */
function edges(cells, length) {
  return Int32Array.from({ length: cells + 1 }, (_, i) => Math.round((i * Math.max(cells, length)) / cells));
}

/** @param {number} length of a cell @param {number} most of one that has no room for a gap */
function apart(length, most) {
  return length < most ? length : length - 1;
}

/** @param {Matrix} matrix @param {number} ratio pixels a CSS pixel @returns {Drawn} */
function drawn(matrix, ratio) {
  const { columns, rows, below, beside } = matrix;
  const pixels = (/** @type {number} */ length) => Math.round(length * ratio);
  return {
    matrix,
    cells: new Grid(columns, rows, pixels(matrix.width), pixels(matrix.height)),
    below: below === null ? null : new Grid(columns, 1, pixels(matrix.width), pixels(UP)),
    beside: beside === null ? null : new Grid(UP / FLAT, rows, pixels(UP), pixels(matrix.height)),
  };
}

/** @param {number} level @param {number[]} sizes */
function levelName(level, sizes) {
  const last = sizes.length - 1;
  if (level === 0) return words.inputs(sizes[level]);
  return level === last ? words.outputs(sizes[level]) : words.neurons(sizes[level], last === 2);
}
