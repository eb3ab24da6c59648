// @ts-check
/**
 * The two plots of a result, the axis they share, and the cut on them. Keeps the report and the curve inside wasm, so
 * that nothing is handed over again to redraw.
 *
 * @import { Axis, Cut } from "./cut.js"
 * @import { Compared, Evaluation, Level, Report, RunResult } from "./wire.js"
 */
import { Report as Drawing } from "./pkg/prunelab.js";
import { isSorted } from "./cut.js";
import { CutLine } from "./cut-line.js";
import { write } from "./dom.js";
import { count, decimal, percent, times } from "./format.js";
import { Plot } from "./plot.js";
import { plots as words } from "./strings.js";

/**
 * @typedef {{
 *   accuracy: HTMLCanvasElement, parameters: HTMLCanvasElement, axis: HTMLFieldSetElement, axisNote: HTMLElement,
 *   accuracyAside: HTMLElement,
 * }} Elements
 */

export class Figures {
  #elements;
  #radios;
  /** @type {Drawing | null} */
  #drawing = null;
  /** @type {Report | null} */
  #report = null;
  /** What lies over the figures, and whether there is a threshold for it. @type {{ name: string, sorted: boolean }[]} */
  #others = [];

  /** @param {Elements} elements @param {Cut} cut */
  constructor(elements, cut) {
    this.#elements = elements;
    this.#radios = [.../** @type {NodeListOf<HTMLInputElement>} */ (elements.axis.querySelectorAll("input"))];
    const axis = () => this.axis;
    const over = (/** @type {HTMLCanvasElement} */ canvas) => /** @type {HTMLElement} */ (canvas.parentElement);
    this.accuracyLine = new CutLine(over(elements.accuracy), cut, {
      name: words.overAccuracy,
      axis,
      marks: ({ report, result }, point) => {
        const accuracy = result.curve.testCorrect[point] / report.data.n_test;
        return [{ y: 100 * accuracy, text: percent(accuracy) }];
      },
    });
    this.parametersLine = new CutLine(over(elements.parameters), cut, {
      name: words.overParameters,
      axis,
      marks: (cut, point) => {
        const k = cut.result.curve.removed[point];
        const [nonzero, effective] = [cut.nonzeroParamsAt(k), cut.result.effectiveParams[k]];
        return [{ y: nonzero, text: words.nonzero(count(nonzero)) }, { y: effective, text: words.effective(count(effective)) }];
      },
    });
    this.accuracy = new Plot(elements.accuracy, (canvas, options) => this.#drawing?.drawAccuracy(canvas, options), (plane) => this.accuracyLine.place(plane));
    this.parameters = new Plot(elements.parameters, (canvas, options) => this.#drawing?.drawParameters(canvas, options), (plane) => this.parametersLine.place(plane));
    elements.axis.addEventListener("change", () => this.#describe());
  }

  /** The axis at hand. @returns {Axis} */
  get axis() {
    return /** @type {Axis} */ (this.#radios.find((radio) => radio.checked)?.value ?? "amount");
  }

  /** @param {Report} report @param {string} json the same, whole @param {RunResult} result */
  show(report, json, { curve, magnitudes, effectiveParams, labels, test, stops }) {
    // Levels that are networks of their own are in the report; there is nothing between them.
    const exact = stops ? [new Uint32Array(), new Uint32Array(), magnitudes, new Uint32Array()] : [curve.removed, curve.testCorrect, magnitudes, effectiveParams];
    const [removed, correct, sizes, effective] = /** @type {[Uint32Array, Uint32Array, Float32Array, Uint32Array]} */ (exact);
    const drawing = new Drawing(json, removed, correct, sizes, effective, largestClass(labels, test));
    this.#drawing?.free();
    this.#drawing = drawing;
    this.#others = [];
    this.#report = report;
    const single = !stops && report.levels.every((level) => level.threshold !== null) && isSorted(magnitudes);
    const [threshold, amount] = this.#radios;
    // The choice made for levels that had a threshold comes back with the next that have one.
    if (!single && threshold.checked) {
      amount.checked = true;
      threshold.dataset.wanted = "";
    } else if (single && "wanted" in threshold.dataset) {
      threshold.checked = true;
    }
    if (single) delete threshold.dataset.wanted;
    threshold.disabled = !single;
    this.#elements.accuracyAside.textContent = words.aside(curve.removed.length - 1, report.data.n_test, stops !== null);
    this.#describe();
  }

  /** Lays other criteria over both figures. @param {{ name: string, label: string, look: number, found: Compared }[]} others */
  lay(others) {
    if (!this.#drawing) return;
    this.#drawing.uncover();
    for (const { label, look, found: { removed, testCorrect, magnitudes, effectiveParams } } of others) {
      this.#drawing.layOver(label, look, removed, testCorrect, magnitudes, effectiveParams);
    }
    const [threshold, amount] = this.#radios;
    // No threshold describes the cuts of most of them.
    if (others.length > this.#others.length && threshold.checked) amount.checked = true;
    this.#others = others.map(({ name, found }) => ({ name, sorted: isSorted(found.magnitudes) }));
    this.#describe();
  }

  #describe() {
    if (!this.#report) return;
    const { levels, unpruned } = this.#report;
    const { axis } = this;
    const over = this.#others.length > 0 ? words.over(this.#others.map(({ name }) => name)) : "";
    const lost = axis === "threshold" && this.#others.some(({ sorted }) => !sorted);
    write(this.#elements.axisNote, this.#radios[0].disabled ? words.noThreshold : lost ? words.overNoThreshold : "");
    this.accuracy.show(summary(words.accuracy, levels, unpruned, axis, ({ test_accuracy }) => percent(test_accuracy)) + over, axis);
    this.parameters.show(summary(words.parameters, levels, unpruned, axis, ({ nonzero_params }) => count(nonzero_params)) + over, axis);
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
  if (!first || !last) return words.noLevels(what, value(unpruned));
  const place = (/** @type {Level} */ { amount, threshold, compression_ratio }) => {
    if (axis === "threshold" && threshold !== null) return decimal(threshold);
    return axis === "compression" && compression_ratio !== null ? times(compression_ratio) : percent(amount);
  };
  return words.summary(what, words.axes[axis], value(unpruned), [value(first), place(first)], [value(last), place(last)]);
}

/** How many of the rows have the class that most of them have. @param {Uint32Array} labels @param {Uint32Array} rows */
function largestClass(labels, rows) {
  /** @type {number[]} */
  const counts = [];
  for (const row of rows) counts[labels[row]] = (counts[labels[row]] ?? 0) + 1;
  return counts.reduce((a, b) => Math.max(a, b), 0);
}
