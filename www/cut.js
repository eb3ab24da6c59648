// @ts-check
/**
 * The cut that every view shares: how many weights have left a finished run's network, and what that means on each
 * scale. All of it is read from the exact curve; where the levels are networks of their own, the cut stops at those only,
 * and what is counted instead of weights is levels.
 *
 * Invariants: the network was evaluated at every cut there is; listeners hear of changes at most once a frame.
 *
 * @import { Level, Report, RunResult } from "./wire.js"
 */

/** @typedef {"threshold" | "amount" | "compression"} Axis a scale on which a figure shows cuts; compression by log₂ */

/** @typedef {(cut: Cut) => void} Listener */

/** @typedef {{ report: Report, result: RunResult }} Finished */

export class Cut {
  #schedule;
  /** @type {Set<Listener>} */
  #listeners = new Set();
  #pending = false;
  /** @type {Finished | null} */
  #finished = null;
  /** Index of the point of the curve. */
  #point = 0;
  /** @type {number | null} The threshold that was asked for, if this cut is the one that it makes. */
  #asked = null;
  /** The parameters that are not zero, after 0, 1, … removed weights. */
  #nonzero = new Uint32Array();
  /** The lowest accuracy so far at each point, where a cut is chosen: on the validation part if there is one. */
  #lowest = new Float64Array();
  #sorted = false;
  /** @type {Level[] | null} Where the cut stops, if not after any weight: the levels by what they leave. */
  #levels = null;

  /** @param {(frame: () => void) => void} [schedule] calls back in the next frame */
  constructor(schedule = (frame) => requestAnimationFrame(frame)) {
    this.#schedule = schedule;
  }

  /** Takes a finished run, nothing removed from its network. @param {Report} report @param {RunResult} result */
  load(report, result) {
    const { magnitudes, curve } = result;
    this.#finished = { report, result };
    this.#levels = result.stops?.map((index) => report.levels[index]) ?? null;
    if (this.#levels) {
      this.#nonzero = Uint32Array.from([report.unpruned, ...this.#levels], ({ nonzero_params }) => nonzero_params);
    } else {
      this.#nonzero = new Uint32Array(magnitudes.length + 1);
      this.#nonzero[0] = report.unpruned.nonzero_params;
      magnitudes.forEach((magnitude, k) => (this.#nonzero[k + 1] = this.#nonzero[k] - (magnitude === 0 ? 0 : 1)));
    }
    this.#sorted = !this.#levels && isSorted(magnitudes);
    const correct = curve.validationCorrect ?? curve.testCorrect;
    const rows = this.hasValidation ? report.data.n_validation : report.data.n_test;
    let lowest = 1;
    this.#lowest = Float64Array.from(correct, (count) => (lowest = Math.min(lowest, count / rows)));
    this.#point = 0;
    this.#asked = null;
    this.#tell();
  }

  /** Whether there is a network to cut; without one, nothing else is to be asked. */
  get ready() {
    return this.#finished !== null;
  }

  get report() {
    return this.#run.report;
  }

  get result() {
    return this.#run.result;
  }

  /** The level that the cut stops at; null where it stops anywhere, and at the unpruned network. */
  get level() {
    return this.levelAt(this.#point);
  }

  /** Whether the cut stops at levels only. */
  get hasStops() {
    return this.#levels !== null;
  }

  /** The weights that can be removed, or the levels. */
  get n() {
    return this.#levels?.length ?? this.result.magnitudes.length;
  }

  /** The number of removed weights, the first of `result.order`; or how many levels it is from the unpruned network. */
  get k() {
    return this.result.curve.removed[this.#point];
  }

  /** Index into the arrays of `result.curve`. */
  get point() {
    return this.#point;
  }

  /** Whether a cut on |w| may be the one that removes the first k: not where they leave layer by layer or at random. */
  get hasThreshold() {
    return this.#sorted;
  }

  /** Whether a cut may be chosen by its accuracy. */
  get hasValidation() {
    return this.result.curve.validationCorrect !== undefined;
  }

  /** The cut on |w| that removes these weights and no other, null if there is none: as asked for, or in few digits. */
  get threshold() {
    return this.#asked ?? this.thresholdAt(this.k);
  }

  /** The fraction of weights removed. */
  get amount() {
    if (this.#levels) return this.#amountAt(this.#point);
    return this.n === 0 ? 0 : this.k / this.n;
  }

  get totalParams() {
    return this.report.unpruned.total_params;
  }

  get nonzeroParams() {
    return this.#nonzero[this.k];
  }

  /** Those of them that take part in the answer. */
  get effectiveParams() {
    return this.result.effectiveParams[this.k];
  }

  /** Total to non-zero parameters; null when none is left. */
  get compressionRatio() {
    return this.nonzeroParams === 0 ? null : this.totalParams / this.nonzeroParams;
  }

  get testCorrect() {
    return this.result.curve.testCorrect[this.#point];
  }

  get testAccuracy() {
    return this.testCorrect / this.report.data.n_test;
  }

  /** Mean loss on the test part (nats). */
  get testLoss() {
    return this.result.curve.testLoss[this.#point];
  }

  /** Null without a validation part. */
  get validationAccuracy() {
    const correct = this.result.curve.validationCorrect;
    return correct ? correct[this.#point] / this.report.data.n_validation : null;
  }

  /** The lowest accuracy up to this cut, on the validation part if there is one, on the test part otherwise. */
  get floor() {
    return this.#lowest[this.#point];
  }

  /** The parameters that are not zero once `k` weights are removed. @param {number} k */
  nonzeroParamsAt(k) {
    return this.#nonzero[k];
  }

  /** The level at a point of the curve, if there is one. @param {number} point */
  levelAt(point) {
    return this.#levels?.[point - 1] ?? null;
  }

  /** The fraction that a level removes. @param {number} point */
  #amountAt(point) {
    return this.levelAt(point)?.amount ?? 0;
  }

  /** The cut on |w|, in few digits, that removes the first `k` weights and no other. @param {number} k @returns {number | null} */
  thresholdAt(k) {
    const { magnitudes } = this.result;
    const above = k < this.n ? magnitudes[k] : Infinity;
    const below = k > 0 ? magnitudes[k - 1] : -Infinity;
    if (!this.#sorted || below === above || this.n === 0) return null;
    return k === 0 ? 0 : shortest(below, above);
  }

  /** Removes the `k` first weights, or as nearly so many as the network was evaluated at. @param {number} k */
  setK(k) {
    this.#go(nearest(this.result.curve.removed, k), null);
  }

  /** Removes |w| < f32(threshold). @param {number} threshold */
  setThreshold(threshold) {
    if (!this.#sorted) return;
    const k = this.#below(threshold);
    const point = nearest(this.result.curve.removed, k);
    this.#go(point, this.result.curve.removed[point] === k ? threshold : null);
  }

  /** Removes that fraction of the weights. @param {number} amount */
  setAmount(amount) {
    this.#go(this.pointAt("amount", amount), null);
  }

  /** Removes no more weights than it takes for such a ratio. @param {number} ratio */
  setCompressionRatio(ratio) {
    this.#go(this.#smaller(ratio), null);
  }

  /** Goes to a place on an axis. @param {Axis} axis @param {number} x */
  setPlace(axis, x) {
    if (axis === "threshold") this.setThreshold(Math.max(x, 0));
    else this.#go(this.pointAt(axis, x), null);
  }

  /** The point of the curve at a place on an axis. @param {Axis} axis @param {number} x */
  pointAt(axis, x) {
    if (axis === "compression") return Math.min(this.#smaller(2 ** x), this.result.curve.removed.length - 1);
    if (this.#levels) return Number.isNaN(x) ? NaN : this.#nearestLevel(x);
    return nearest(this.result.curve.removed, axis === "amount" ? x * this.n : this.#below(x));
  }

  /** Where this cut lies on an axis; null where it does not. @param {Axis} axis */
  place(axis) {
    if (axis === "threshold") return this.threshold;
    if (axis === "amount") return this.amount;
    return this.compressionRatio === null ? null : Math.log2(this.compressionRatio);
  }

  /** Goes as far as the validation accuracy never falls below `floor`. @param {number} floor */
  setFloor(floor) {
    if (this.hasValidation) this.#go(this.#heldUpTo(floor), null);
  }

  /**
   * Goes as far as no cut costs more than `points` of accuracy, in [0, 1], on the validation part if there is one and on
   * the test part otherwise.
   * @param {number} points
   */
  setCost(points) {
    this.#go(this.#heldUpTo(this.#lowest[0] - points), null);
  }

  /** Goes so many points of the curve on, or back. @param {number} points */
  step(points) {
    this.#go(this.#point + points, null);
  }

  /** Calls `listener` in the frame after each change; the function returned ends that. @param {Listener} listener */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The point whose amount is nearest. @param {number} amount */
  #nearestLevel(amount) {
    const off = Array.from(this.result.curve.removed, (_, point) => Math.abs(this.#amountAt(point) - amount));
    return off.indexOf(Math.min(...off));
  }

  /** How many weights are below a threshold. @param {number} threshold */
  #below(threshold) {
    const cut = Math.fround(threshold);
    return bisect(this.n, (i) => this.result.magnitudes[i] < cut);
  }

  /** The first point with such a compression ratio; as many as there are points where none has it. @param {number} ratio */
  #smaller(ratio) {
    const { removed } = this.result.curve;
    return bisect(removed.length, (i) => this.totalParams < ratio * this.#nonzero[removed[i]]);
  }

  get #run() {
    if (!this.#finished) throw new Error("there is no network to cut");
    return this.#finished;
  }

  /** The last point before the accuracy first falls below `floor`. @param {number} floor */
  #heldUpTo(floor) {
    // Fractions of rows and percentages typed in are not exact.
    return bisect(this.#lowest.length, (i) => this.#lowest[i] >= floor - 1e-9) - 1;
  }

  /** @param {number} point @param {number | null} asked */
  #go(point, asked) {
    const within = Math.min(Math.max(point, 0), this.result.curve.removed.length - 1);
    if (!Number.isFinite(within) || (within === this.#point && asked === this.#asked)) return;
    this.#point = within;
    this.#asked = asked;
    this.#tell();
  }

  #tell() {
    if (this.#pending) return;
    this.#pending = true;
    this.#schedule(() => {
      this.#pending = false;
      for (const listener of this.#listeners) listener(this);
    });
  }
}

/** Whether weights leave by ascending |w|, so that a threshold describes each cut. @param {Float32Array} magnitudes in the order in which they leave */
export function isSorted(magnitudes) {
  return magnitudes.every((magnitude, k) => k === 0 || magnitudes[k - 1] <= magnitude);
}

/** How many of 0, 1, …, n − 1, in this order, satisfy `holds`, which none does after one that does not. @param {number} n @param {(i: number) => boolean} holds */
function bisect(n, holds) {
  let [low, high] = [0, n];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the value nearest to `value`; the lower of two. @param {Uint32Array} ascending @param {number} value */
function nearest(ascending, value) {
  if (Number.isNaN(value)) return NaN;
  const above = bisect(ascending.length, (i) => ascending[i] < value);
  if (above === 0) return 0;
  if (above === ascending.length) return above - 1;
  return value - ascending[above - 1] <= ascending[above] - value ? above - 1 : above;
}

/** A number in (below, above] of as few digits as tell it apart. @param {number} below @param {number} above single precision */
function shortest(below, above) {
  for (let digits = 1; digits <= 9; digits += 1) {
    const step = 10 ** (digits - 1 - Math.floor(Math.log10(below || above)));
    const candidate = Math.ceil(below * step + (Number.isInteger(below * step) ? 1 : 0)) / step;
    const cut = Math.fround(candidate);
    if (below < cut && cut <= above) return candidate;
  }
  return above;
}
