// @ts-check
/**
 * What the page shows, as tables in full precision, to be read or saved. Loaded when one is asked for.
 *
 * @import { Compare } from "./compare.js"
 * @import { Cut } from "./cut.js"
 * @import { LossCurve } from "./loss-curve.js"
 * @import { Result } from "./result.js"
 * @import { Views } from "./views.js"
 * @import { Report } from "./wire.js"
 */
import { flat } from "./save.js";
import { lab as text } from "./strings.js";

/** So many rows, each made when it is asked for, to be set out by its fields. @typedef {{ length: number, row(i: number): object }} Rows */
/** What has rows, as they are now; `figure` if it is what a figure draws. @typedef {{ key: keyof typeof text.tables, figure: boolean, read(): Rows }} Table */

/** All there are. @param {{ result: Result, views: Views, cut: Cut, loss: LossCurve, compare: Compare | null }} shown @returns {Table[]} */
export function tablesOf({ result, views, cut, loss, compare }) {
  const report = () => result.last?.report ?? null;
  return [
    { key: "levels", figure: false, read: () => listed(levelRows(report())) },
    { key: "curve", figure: true, read: () => curveOf(cut) },
    { key: "epochs", figure: true, read: () => listed(loss.epochs) },
    { key: "magnitudes", figure: true, read: () => listed(result.histogram.rows) },
    { key: "weights", figure: true, read: () => views.network.rows },
    { key: "points", figure: true, read: () => listed(views.points.rows) },
    { key: "ratios", figure: false, read: () => listed(report()?.operating_points ?? []) },
    { key: "weighs", figure: false, read: () => listed(views.table.rows) },
    { key: "compared", figure: false, read: () => listed(compare?.rows ?? []) },
  ];
}

/** The unpruned network, as level 0, and the levels. @param {Report | null} report */
export function levelRows(report) {
  if (!report) return [];
  const { unpruned, levels } = report;
  const nothing = Object.fromEntries(Object.keys(flat(levels[0] ?? {})).map((name) => [name, null]));
  return [{ ...nothing, ...unpruned }, ...levels].map((values, level) => ({ level, ...values }));
}

/** @param {object[]} rows @returns {Rows} */
function listed(rows) {
  return { length: rows.length, row: (i) => rows[i] };
}

/** What both plots draw: the exact curve, or the levels where they are networks of their own. @param {Cut} cut @returns {Rows} */
function curveOf(cut) {
  if (!cut.ready) return listed([]);
  const { report: { data }, result: { curve, effectiveParams, magnitudes } } = cut;
  /** @param {number} k */
  const threshold = (k) => (cut.hasThreshold && k < magnitudes.length && (k === 0 || magnitudes[k - 1] < magnitudes[k]) ? magnitudes[k] : null);
  return {
    length: curve.removed.length,
    row: (i) => {
      const k = curve.removed[i];
      return {
        ...(cut.hasStops ? { step: k } : { removed: k, threshold: threshold(k) }),
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
    },
  };
}
