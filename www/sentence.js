// @ts-check
/**
 * The answer in words: the largest cut that costs at most one point of accuracy, nor does any smaller one cost more.
 * Chosen on the validation part where there is one; the accuracy it states is always the test set's.
 *
 * @import { Evaluation, Report } from "./wire.js"
 */
import { count, percent, plural, times } from "./format.js";

/** @typedef {string | { text: string, role: "cut" | "accuracy" | "number" }} Part */

/** @param {string} text @param {"cut" | "accuracy" | "number"} [role] @returns {Part} */
const strong = (text, role = "number") => ({ text, role });

/** Index of the level the sentence speaks of, null where even the smallest cut costs more. @param {Report} report */
export function chooseLevel({ data, unpruned, levels }) {
  const rows = data.n_validation || data.n_test;
  const correct = (/** @type {Evaluation} */ { validation_correct, test_correct }) =>
    data.n_validation ? (validation_correct ?? 0) : test_correct;
  const holds = (/** @type {Evaluation} */ level) => (correct(unpruned) - correct(level)) * 100 <= rows;
  const order = levels.map((_, index) => index).sort((a, b) => levels[a].sparsity - levels[b].sparsity);
  const failing = order.findIndex((index) => !holds(levels[index]));
  const last = failing === -1 ? order.length - 1 : failing - 1;
  return last < 0 ? null : order[last];
}

/** @param {Report} report @returns {Part[]} */
export function sentence(report) {
  const { unpruned, levels } = report;
  const before = strong(percent(unpruned.test_accuracy));
  const chosen = chooseLevel(report);
  if (levels.length === 0) {
    return ["Unpruned, the network of ", strong(count(unpruned.total_params)), " parameters has a test accuracy of ", before, "."];
  }
  if (chosen === null) {
    const least = levels.reduce((a, b) => (b.sparsity < a.sparsity ? b : a));
    return [
      "Even the smallest cut tried, ", strong(percent(least.sparsity, 1), "cut"), " of the weights, costs more than one point",
      report.data.n_validation ? " of validation accuracy; " : ": ", "test accuracy goes from ", before, " to ", strong(percent(least.test_accuracy), "accuracy"), ".",
    ];
  }
  const level = levels[chosen];
  const most = levels.every(({ sparsity }) => sparsity <= level.sparsity);
  const points = (unpruned.test_accuracy - level.test_accuracy) * 100;
  return [
    most ? "Even the largest cut tried, " : "Cutting ", strong(percent(level.sparsity, 1), "cut"), most ? " of the weights, leaves " : " of the weights leaves ",
    strong(count(level.nonzero_params)), ` of ${count(unpruned.total_params)} parameters`,
    ...(level.compression_ratio === null ? [] : [" (", strong(times(level.compression_ratio)), " smaller)"]), " and test accuracy at ", strong(percent(level.test_accuracy), "accuracy"), points <= 1 ? ", within one point of the unpruned " : ", against the unpruned ", before, ".",
  ];
}

/** On what the choice was made. @param {Report} report */
export function chosenOn(report) {
  const { data, levels } = report;
  if (levels.length === 0) return "";
  const cuts = plural(levels.length, "cut");
  const judge = data.n_validation
    ? `${count(data.n_validation)} validation rows; the accuracy is that of ${count(data.n_test)} test rows.`
    : `the ${count(data.n_test)} test rows themselves, for want of a validation split.`;
  if (chooseLevel(report) !== null) return `The largest of ${cuts} up to which none costs more than one point, chosen on ${judge}`;
  return `No cut was chosen: ${levels.length === 1 ? "the only one" : `the smallest of ${cuts}`} costs more than one point on ${judge}`;
}

/** Puts the parts into `element`. @param {HTMLElement} element @param {Part[]} parts */
export function say(element, parts) {
  element.replaceChildren(
    ...parts.map((part) => {
      if (typeof part === "string") return part;
      const node = document.createElement("strong");
      node.className = part.role;
      node.textContent = part.text;
      return node;
    }),
  );
}
