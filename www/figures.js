// @ts-check
/**
 * The two plots of a report and the axis they share. Keeps the report's handle inside wasm, so that nothing is parsed
 * again to redraw.
 *
 * @import { Evaluation, Level, Report } from "./wire.js"
 */
import { Report as Drawing } from "./pkg/prunelab.js";
import { count, decimal, percent, plural } from "./format.js";
import { Plot } from "./plot.js";

/** @typedef {"threshold" | "amount"} Axis */

/**
 * @typedef {{
 *   accuracy: HTMLCanvasElement, parameters: HTMLCanvasElement, axis: HTMLFieldSetElement, axisNote: HTMLElement,
 *   accuracyAside: HTMLElement,
 * }} Elements
 */

export class Figures {
  #elements;
  #accuracy;
  #parameters;
  /** @type {Drawing | null} */
  #drawing = null;
  /** @type {Report | null} */
  #report = null;

  /** @param {Elements} elements */
  constructor(elements) {
    this.#elements = elements;
    this.#accuracy = new Plot(elements.accuracy, (canvas, options) => this.#drawing?.drawAccuracy(canvas, options));
    this.#parameters = new Plot(elements.parameters, (canvas, options) => this.#drawing?.drawParameters(canvas, options));
    elements.axis.addEventListener("change", () => this.#describe());
  }

  /** @param {Report} report @param {string} json the same, whole */
  show(report, json) {
    const drawing = new Drawing(json);
    this.#drawing?.free();
    this.#drawing = drawing;
    this.#report = report;
    const single = report.levels.every((level) => level.threshold !== null);
    const [threshold, amount] = this.#radios();
    // The choice made for levels that had a threshold comes back with the next that have one.
    if (!single && threshold.checked) {
      amount.checked = true;
      threshold.dataset.wanted = "";
    } else if (single && "wanted" in threshold.dataset) {
      threshold.checked = true;
    }
    if (single) delete threshold.dataset.wanted;
    threshold.disabled = !single;
    this.#elements.axisNote.hidden = single;
    this.#elements.accuracyAside.textContent = plural(report.data.n_test, "test row");
    this.#describe();
  }

  /** The report as CSV, as the core writes it. */
  csv() {
    return this.#drawing?.csv() ?? "";
  }

  #describe() {
    if (!this.#report) return;
    const { levels, unpruned } = this.#report;
    const axis = /** @type {Axis} */ (this.#radios().find((radio) => radio.checked)?.value ?? "amount");
    this.#accuracy.show(summary("Test accuracy", levels, unpruned, axis, ({ test_accuracy }) => percent(test_accuracy)), axis);
    this.#parameters.show(summary("Non-zero parameters", levels, unpruned, axis, ({ nonzero_params }) => count(nonzero_params)), axis);
  }

  /** @returns {HTMLInputElement[]} */
  #radios() {
    return [.../** @type {NodeListOf<HTMLInputElement>} */ (this.#elements.axis.querySelectorAll("input"))];
  }
}

/**
 * The plot in words.
 * @param {string} what @param {Level[]} levels @param {Evaluation} unpruned @param {Axis} axis
 * @param {(evaluation: Evaluation) => string} value
 */
function summary(what, levels, unpruned, axis, value) {
  const first = levels[0];
  const last = levels.at(-1);
  if (!first || !last) return `${what}: ${value(unpruned)} unpruned, no levels.`;
  const place = (/** @type {Level} */ level) =>
    axis === "threshold" && level.threshold !== null ? decimal(level.threshold) : percent(level.amount);
  return `${what} against ${axis}: ${value(unpruned)} unpruned, ${value(first)} at ${place(first)}, ${value(last)} at ${place(last)}. The table below has every level.`;
}
