// @ts-check
/**
 * What the page shows, as tables in full precision, to be read or saved. Loaded when one is asked for.
 *
 * @import { Compare } from "./compare.js"
 * @import { Cut } from "./cut.js"
 * @import { Result } from "./result.js"
 * @import { Views } from "./views.js"
 */
import { lab as text } from "./strings.js";

/** Its rows, each set out by its fields; `figure` if it is what a figure draws. @typedef {{ key: keyof typeof text.tables, rows: () => object[], figure: boolean }} Table */

/**
 * All there are; those without a row are not there now.
 * @param {{ result: Result, views: Views, cut: Cut, compare: Compare | null }} shown @returns {Table[]}
 */
export function tablesOf({ result, views, cut, compare }) {
  const report = () => JSON.parse(result.last?.json ?? "null");
  return [
    { key: "levels", rows: () => report()?.levels ?? [], figure: false },
    { key: "curve", rows: () => (cut.ready && !cut.hasStops ? curveRows(cut) : []), figure: true },
    { key: "epochs", rows: () => report()?.epochs ?? [], figure: true },
    { key: "magnitudes", rows: () => result.histogram.rows, figure: true },
    { key: "weights", rows: () => views.weights, figure: true },
    { key: "points", rows: () => views.points, figure: true },
    { key: "ratios", rows: () => report()?.operating_points ?? [], figure: false },
    { key: "weighs", rows: () => views.weighed, figure: false },
    { key: "compared", rows: () => compare?.rows ?? [], figure: false },
  ];
}

/** The exact curve, what both plots draw. @param {Cut} cut */
function curveRows(cut) {
  const { report: { data }, result: { curve, effectiveParams, magnitudes } } = cut;
  const sorted = cut.hasThreshold;
  return Array.from(curve.removed, (k, i) => {
    const single = sorted && k < magnitudes.length && (k === 0 || magnitudes[k - 1] < magnitudes[k]);
    return {
      removed: k,
      threshold: single ? magnitudes[k] : null,
      test_correct: curve.testCorrect[i],
      test_accuracy: curve.testCorrect[i] / data.n_test,
      test_loss: curve.testLoss[i],
      ...(curve.validationCorrect && curve.validationLoss && {
        validation_correct: curve.validationCorrect[i],
        validation_accuracy: curve.validationCorrect[i] / data.n_validation,
        validation_loss: curve.validationLoss[i],
      }),
      nonzero_params: cut.nonzeroParamsAt(k),
      effective_params: effectiveParams[k],
    };
  });
}
