// @ts-check
/**
 * The steps in a few words each: what a config makes, and how its rows were split.
 *
 * @import { Config, DataCounts } from "./wire.js"
 */
import { count } from "./format.js";

/** @param {Config} config @returns {{ data: string, model: string, prune: string }} */
export function asides({ data, model, prune }) {
  const centers = data.centers;
  const placed = Array.isArray(centers) && Array.isArray(centers[0]) ? centers[0].length : null;
  const features = placed ?? (typeof data.n_features === "number" ? data.n_features : 2);
  const classes = number(data.n_classes) ?? (Array.isArray(centers) ? centers.length : number(centers)) ?? 2;
  const widths = [features, ...model.hidden, classes > 2 ? classes : 1];
  return {
    data: `${count(data.n_samples)} rows · ${count(features)} features · ${count(classes)} classes`,
    model: widths.map(count).join(" – "),
    prune: `${prune.scope === "layer" ? "layerwise" : "global"} ${prune.criterion}`,
  };
}

/** @param {unknown} value */
function number(value) {
  return typeof value === "number" ? value : null;
}

/** @param {DataCounts} counts */
export function splitLine({ n_train, n_validation, n_test }) {
  return n_validation
    ? `${count(n_train)} rows train, ${count(n_validation)} validate, ${count(n_test)} test.`
    : `${count(n_train)} rows train, ${count(n_test)} test. The seed experiment has no validation split, as the original.`;
}

/** Gives each part of the bar its share. @param {HTMLElement} bar @param {DataCounts} counts */
export function showSplit(bar, { n_train, n_validation, n_test }) {
  for (const [index, rows] of [n_train, n_validation, n_test].entries()) {
    const part = /** @type {HTMLElement} */ (bar.children[index]);
    part.hidden = rows === 0;
    part.style.flexGrow = String(rows);
  }
}
