// @ts-check
/**
 * The steps at a glance: what a config makes, how its rows were split, where its levels lie.
 *
 * @import { Config, DataCounts, Shape } from "./wire.js"
 */
import { count, percent } from "./format.js";
import { asides as text } from "./strings.js";

const MOST_MARKS = 120;

/** @param {Config} config @param {Shape} shape @returns {{ data: string, model: string, prune: string }} */
export function asides({ prune }, { n_samples, n_features, n_classes, layer_sizes }) {
  return {
    data: text.data(count(n_samples), count(n_features), count(n_classes)),
    model: layer_sizes.map(count).join(" – "),
    prune: text.prune(prune),
  };
}

/** What the split leaves to choose a level on. @param {DataCounts} counts */
export function splitNote({ n_validation }) {
  return n_validation ? text.validated : text.notValidated;
}

/** Gives each part of the bar its share. @param {HTMLElement} bar @param {DataCounts} counts */
export function showSplit(bar, { n_train, n_validation, n_test }) {
  for (const [index, rows] of [n_train, n_validation, n_test].entries()) {
    const part = /** @type {HTMLElement} */ (bar.children[index]);
    part.hidden = rows === 0;
    part.style.flexGrow = String(rows);
  }
}

/** The levels asked for, as marks between nothing and all. @param {Config} config */
export function ruler({ prune: { levels, schedule, granularity } }) {
  if (schedule.kind === "iterative") return rounds(Number(schedule.fraction), Number(schedule.rounds));
  if (granularity.includes(":")) return { line: text.half, end: text.all, marks: [0.5] };
  const { by, from, to, count: marks } = levels;
  const amount = by === "amount";
  const end = amount ? 1 : Math.max(to, Number.MIN_VALUE);
  const step = marks > 1 ? (to - from) / (marks - 1) : 0;
  // More marks than that would be a bar.
  const shown = Math.min(marks, MOST_MARKS);
  const stride = shown > 1 ? (marks - 1) / (shown - 1) : 0;
  return {
    line: amount ? text.byAmount(marks, percent(from, 1), percent(to, 1)) : text.byThreshold(marks, from, to),
    end: amount ? text.all : text.magnitude(to),
    marks: Array.from({ length: shown }, (_, index) => (from + step * index * stride) / end),
  };
}

/** What rounds that each take a fraction of what is left have taken. @param {number} fraction @param {number} count */
function rounds(fraction, count) {
  const taken = (/** @type {number} */ round) => 1 - (1 - fraction) ** round;
  const shown = Math.min(count, MOST_MARKS);
  return { line: text.rounds(count, percent(taken(count), 1)), end: text.all, marks: Array.from({ length: shown }, (_, index) => taken(index + 1)) };
}

/** @param {SVGElement} svg @param {number[]} marks each in [0, 1] */
export function showRuler(svg, marks) {
  const line = (/** @type {string} */ name, /** @type {string} */ d) => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("class", name);
    path.setAttribute("d", d);
    return path;
  };
  svg.replaceChildren(
    line("baseline", "M0 19H1000"),
    line("marks", marks.map((mark) => `M${(mark * 1000).toFixed(1)} 3V19`).join("")),
  );
}
