// @ts-check
/**
 * A small network as a graph: an edge for each weight, as wide as it is large, dashed where negative; dead neurons crossed out.
 *
 * @import { Graph } from "./network-drawing.js"
 * @import { Seen } from "./network-view.js"
 * @import { Sheet } from "./sheet.js"
 */
import { SHADES } from "./sheet.js";

/** Edges are drawn in so many widths. */
const WIDTHS = 5;

/** @param {Sheet} sheet whose colours it has @param {CanvasRenderingContext2D} context @param {Graph} layout @param {Seen} seen */
export function paintGraph(sheet, context, { levels, radius }, { weights, k, dead, afterglow }) {
  const { values, ranks, scales } = weights;
  const isDead = (/** @type {number} */ level, /** @type {number} */ n) => dead[weights.levels[level] + n] === 1;
  /** Edges of one style, as x and y of one end and of the other. @type {Map<string, number[]>} */
  const edges = new Map();
  for (let index = 0; index < values.length; index += 1) {
    const { layer, from, to } = weights.place(index);
    const cut = ranks[index] < k;
    const glow = cut ? afterglow.shade(ranks[index]) / SHADES : 1;
    if (glow <= 0) continue;
    const size = Math.min(WIDTHS - 1, Math.floor((Math.abs(values[index]) / scales[layer]) * WIDTHS));
    const idle = isDead(layer, from) || isDead(layer + 1, to);
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
    context.strokeStyle = sheet.token(kind === "cut" ? "cut" : kind === "idle" ? "weight-idle" : `weight-${second}`);
    context.beginPath();
    for (let i = 0; i < ends.length; i += 4) {
      context.moveTo(ends[i], ends[i + 1]);
      context.lineTo(ends[i + 2], ends[i + 3]);
    }
    context.stroke();
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
  levels.forEach((neurons, level) => neurons.forEach(({ x, y }, n) => paintNeuron(sheet, context, x, y, radius, isDead(level, n))));
}

/** @param {Sheet} sheet @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius @param {boolean} dead */
export function paintNeuron(sheet, context, x, y, radius, dead) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = sheet.token("card");
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = sheet.token(dead ? "cut" : "ink");
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
