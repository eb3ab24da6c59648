// @ts-check
/**
 * Where the parts of a network are drawn. A small one is a graph, a wide one a stack of matrices, a cell a weight,
 * whose columns are the wider side. Pure geometry, no canvas.
 *
 * @import { Place, Weights } from "./weights.js"
 */

/** @typedef {{ x: number, y: number }} Point */

/** @typedef {{ kind: "graph", levels: Point[][], radius: number }} Graph */

/**
 * The matrix of a layer. `flipped`: its columns are where weights come from, not where they lead to. `below` and
 * `beside`: the levels of the neurons marked below its columns and beside its rows; each hidden level is marked once,
 * where it is columns if it is so anywhere.
 * @typedef {{
 *   layer: number, flipped: boolean, columns: number, rows: number, x: number, y: number, width: number, height: number,
 *   below: number | null, beside: number | null,
 * }} Matrix
 */

/**
 * The neuron at each place of a level, and the place of each neuron: hidden ones stand in the order in which they outlive
 * each other.
 * @typedef {{ neurons: number[], places: number[] }} Seats
 */

/** @typedef {{ kind: "matrices", matrices: Matrix[], seats: Seats[], labelled: boolean }} Matrices */

/** @typedef {Graph | Matrices} Layout */

const MOST_NEURONS = 20;
const MOST_WEIGHTS = 900;
const MOST_LEVELS = 8;

/** Whether a network of these sizes is drawn as a graph. @param {number[]} sizes */
export function isGraph(sizes) {
  const weights = sizes.slice(1).reduce((sum, size, i) => sum + size * sizes[i], 0);
  return Math.max(...sizes) <= MOST_NEURONS && weights <= MOST_WEIGHTS && sizes.length <= MOST_LEVELS;
}

/** The order in which the neurons of each level stand. @param {Weights} weights @returns {Seats[]} */
export function seat({ lives, layers }) {
  return lives.map((level, l) => {
    const neurons = Array.from(level, (_, n) => n);
    if (l > 0 && l < layers) neurons.sort((a, b) => level[b] - level[a] || a - b);
    const places = Array.from(neurons);
    neurons.forEach((n, place) => (places[n] = place));
    return { neurons, places };
  });
}

/** @param {number[]} sizes @param {Seats[]} seats @param {number} width @param {number} height @returns {Layout} */
export function layOut(sizes, seats, width, height) {
  return isGraph(sizes) ? graph(sizes, width, height) : matrices(sizes, seats, width, height);
}

/** @param {number[]} sizes @param {number} width @param {number} height @returns {Graph} */
function graph(sizes, width, height) {
  const margin = { x: 26, y: 12 };
  const spacing = Math.min(44, (height - 2 * margin.y) / Math.max(...sizes));
  const levels = sizes.map((size, level) =>
    Array.from({ length: size }, (_, n) => ({
      x: margin.x + ((width - 2 * margin.x) * level) / (sizes.length - 1),
      y: height / 2 + (n - (size - 1) / 2) * spacing,
    })),
  );
  return { kind: "graph", levels, radius: Math.max(2.5, Math.min(7, 0.36 * spacing)) };
}

const LABEL = 17;
const STRIP = 9;
const GAP = 8;

/** @param {number[]} sizes @param {Seats[]} seats @param {number} width @param {number} height @returns {Matrices} */
function matrices(sizes, seats, width, height) {
  const layers = sizes.length - 1;
  const labelled = layers <= 5;
  /** @type {Matrix[]} */
  const stack = [];
  for (let layer = 0; layer < layers; layer += 1) {
    const flipped = sizes[layer] > sizes[layer + 1];
    const [columns, rows] = flipped ? [sizes[layer], sizes[layer + 1]] : [sizes[layer + 1], sizes[layer]];
    const level = flipped ? layer : layer + 1;
    const marked = level === 0 || level === layers || stack.some(({ below }) => below === level);
    stack.push({ layer, flipped, columns, rows, x: 0, y: 0, width, height: 0, below: marked ? null : level, beside: null });
  }
  for (let level = 1; level < layers; level += 1) {
    // Narrower than both levels next to it: rows of both matrices.
    if (!stack.some(({ below }) => below === level)) stack[level].beside = level;
  }
  // All are as wide, so that a level's neurons stand one below the other.
  if (stack.some(({ beside }) => beside !== null)) stack.forEach((matrix) => (matrix.width -= STRIP));
  const extra = (/** @type {Matrix} */ { below }) => (labelled ? LABEL : 0) + (below === null ? 0 : STRIP);
  const free = height - stack.reduce((sum, matrix) => sum + extra(matrix), 0) - GAP * (layers - 1);
  // A matrix of many rows gets more room, but not in proportion: one of a single row is to be seen too.
  const share = stack.reduce((sum, { rows }) => sum + Math.sqrt(rows), 0);
  let y = 0;
  for (const matrix of stack) {
    matrix.height = Math.max(4, (free * Math.sqrt(matrix.rows)) / share);
    // Few and high cells, as tall as an eye needs, are no matrix.
    matrix.height = Math.min(matrix.height, 60 * matrix.rows);
    matrix.y = y + (labelled ? LABEL : 0);
    y = matrix.y + matrix.height + (matrix.below === null ? 0 : STRIP) + GAP;
  }
  return { kind: "matrices", matrices: stack, seats, labelled };
}

/** The cell of a weight. @param {Matrices} layout @param {Place} place */
export function cell({ matrices, seats }, { layer, from, to }) {
  const { flipped, columns, rows, x, y, width, height } = matrices[layer];
  const [source, target] = [seats[layer].places[from], seats[layer + 1].places[to]];
  const [column, row] = flipped ? [source, target] : [target, source];
  return { x: x + (column * width) / columns, y: y + (row * height) / rows, width: width / columns, height: height / rows };
}

/** How far a pointer may be from an edge of a graph to mean it, in pixels. */
const REACH = 10;

/** The weight at a point, or the nearest edge to it. @param {Layout} layout @param {Weights} weights @param {Point} point @returns {Place | null} */
export function weightAt(layout, weights, { x, y }) {
  if (layout.kind === "matrices") {
    for (const { layer, flipped, columns, rows, ...box } of layout.matrices) {
      const column = Math.floor(((x - box.x) / box.width) * columns);
      const row = Math.floor(((y - box.y) / box.height) * rows);
      if (column < 0 || column >= columns || row < 0 || row >= rows) continue;
      const [source, target] = flipped ? [column, row] : [row, column];
      return { layer, from: layout.seats[layer].neurons[source], to: layout.seats[layer + 1].neurons[target] };
    }
    return null;
  }
  let nearest = REACH;
  let found = null;
  for (let index = 0; index < weights.values.length; index += 1) {
    const place = weights.place(index);
    const distance = toSegment({ x, y }, layout.levels[place.layer][place.from], layout.levels[place.layer + 1][place.to]);
    if (distance < nearest) [nearest, found] = [distance, place];
  }
  return found;
}

/** @param {Point} point @param {Point} a @param {Point} b */
function toSegment(point, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const along = Math.min(1, Math.max(0, ((point.x - a.x) * dx + (point.y - a.y) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(point.x - a.x - along * dx, point.y - a.y - along * dy);
}

/**
 * Where an arrow key leads from a weight. In a graph up and down go along the neurons that a weight comes from, left and
 * right along those it leads to; in a matrix all go as drawn. Page Up and Page Down go to the layer before and after.
 * @param {Layout} layout @param {Weights} weights @param {Place} place @param {string} key @returns {Place | null}
 */
export function step(layout, { sizes, layers }, { layer, from, to }, key) {
  const by = key === "ArrowLeft" || key === "ArrowUp" || key === "PageUp" ? -1 : 1;
  const within = (/** @type {number} */ value, /** @type {number} */ size) => Math.min(size - 1, Math.max(0, value));
  if (key === "PageUp" || key === "PageDown") {
    const other = within(layer + by, layers);
    return { layer: other, from: within(from, sizes[other]), to: within(to, sizes[other + 1]) };
  }
  const sideways = key === "ArrowLeft" || key === "ArrowRight";
  if (!sideways && key !== "ArrowUp" && key !== "ArrowDown") return null;
  const flipped = layout.kind === "matrices" && layout.matrices[layer].flipped;
  const move = (/** @type {number} */ level, /** @type {number} */ n) => {
    if (layout.kind === "graph") return within(n + by, sizes[level]);
    const { neurons, places } = layout.seats[level];
    return neurons[within(places[n] + by, sizes[level])];
  };
  return sideways !== flipped ? { layer, from, to: move(layer + 1, to) } : { layer, from: move(layer, from), to };
}
