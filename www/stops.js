// @ts-check
/**
 * A run whose levels are networks of their own as something to be cut: the cut stops at the unpruned network and at each
 * level, the one that leaves most first. Pure.
 *
 * @import { Report, RunResult } from "./wire.js"
 */

/** What of a result such a run has in place of an exact curve. @param {Report} report @returns {Pick<RunResult, "stops" | "curve" | "effectiveParams">} */
export function stopsOf({ unpruned, levels }) {
  const stops = levels.map((_, index) => index).sort((a, b) => levels[b].nonzero_params - levels[a].nonzero_params || a - b);
  const all = [unpruned, ...stops.map((index) => levels[index])];
  const validated = unpruned.validation_correct !== null;
  return {
    stops,
    curve: {
      removed: Uint32Array.from(all, (_, point) => point),
      testCorrect: Uint32Array.from(all, ({ test_correct }) => test_correct),
      testLoss: Float64Array.from(all, ({ test_loss }) => test_loss),
      validationCorrect: validated ? Uint32Array.from(all, ({ validation_correct }) => validation_correct ?? 0) : undefined,
      validationLoss: validated ? Float64Array.from(all, ({ validation_loss }) => validation_loss ?? 0) : undefined,
    },
    effectiveParams: Uint32Array.from(all, ({ effective_params }) => effective_params),
  };
}
