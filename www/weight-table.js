// @ts-check
/**
 * What the network weighs as it is cut now: parameters, bytes, multiply-adds at once; what gzip makes of it, and how long
 * it takes on this device, when the cut rests.
 *
 * Invariant: times are medians of slices in which the page has nothing else to do; none is measured while the cut moves.
 *
 * @import { Forms } from "./pkg/prunelab.js"
 * @import { Model } from "./views.js"
 */
import { write } from "./dom.js";
import { count, percent } from "./format.js";
import { weighing as words } from "./strings.js";

/** Those of the parameters each show a number, with a meter beside it. @typedef {{ total: HTMLElement, nonzero: HTMLElement, effective: HTMLElement, table: HTMLTableElement, status: HTMLElement }} Elements */

const FORMS = /** @type {const} */ (["unpruned", "masked", "bitmap", "csr", "compacted"]);
const COLUMNS = /** @type {const} */ (["params", "bytes", "gzip", "work", "time"]);

/** @typedef {Record<typeof FORMS[number], Record<typeof COLUMNS[number], Cell>>} Cells */

const ROWS = 1000;
/** The most multiply-adds of one pass, but for networks so large that 16 rows take more. */
const PASS_WORK = 8_000_000;
const LEAST_ROWS = 16;
/** A slice repeats a pass for so long, in milliseconds: the clock of a browser is coarse. */
const SLICE = 3;
const SLICES = 15;

export class WeightTable {
  #elements;
  /** Those of the parameters: total, not zero, effective. */
  #meters;
  /** @type {Model | null} */
  #model = null;
  /** Where the network is cut. */
  #k = 0;
  /** Rows to take, and how many. */
  #features = new Float32Array();
  #rows = ROWS;
  /** @type {Uint32Array} Of the unpruned network, as what gzip makes of it. */
  #size = new Uint32Array();
  #gzip = NaN;
  #cells;
  /** What was begun when the cut rested is dropped when it moves. */
  #turn = 0;

  /** @param {Elements} elements */
  constructor(elements) {
    this.#elements = elements;
    const { total, nonzero, effective } = elements;
    this.#meters = [total, nonzero, effective].map(meterOf);
    this.#cells = cellsOf(elements.table);
  }

  /** @param {Model} model */
  show(model) {
    const { network, result, shape } = model;
    this.#model = model;
    const width = shape.n_features;
    this.#rows = Math.max(LEAST_ROWS, Math.min(ROWS, Math.floor(PASS_WORK / result.params.length)));
    const there = result.features.length / width;
    this.#features = new Float32Array(this.#rows * width);
    for (let row = 0; row < this.#rows; row += 1) {
      const from = (row % there) * width;
      this.#features.set(result.features.subarray(from, from + width), row * width);
    }
    network.cut(0);
    this.#size = network.size;
    network.cut(model.cut.k);
    this.#gzip = NaN;
    const [all, , , work] = this.#size;
    const { unpruned, masked } = this.#cells;
    // A mask changes none of these.
    for (const row of [unpruned, masked]) {
      row.params.setCount(model.cut.totalParams);
      row.bytes.setCount(all);
      row.work.setCount(work);
    }
    unpruned.gzip.wait();
    unpruned.time.wait();
    this.#meters[0](model.cut.totalParams, model.cut.totalParams);
  }

  follow() {
    if (!this.#model) return;
    this.#turn += 1;
    const { cut, network } = this.#model;
    this.#k = cut.k;
    this.#meters[1](cut.nonzeroParams, cut.totalParams);
    this.#meters[2](cut.effectiveParams, cut.totalParams);
    const [, csr, bitmap, , nonzeroWork, compactedParams, compactedBytes, compactedWork] = network.size;
    const all = this.#size[0];
    const cells = this.#cells;
    cells.bitmap.params.setCount(cut.nonzeroParams);
    cells.bitmap.bytes.setBytes(bitmap, all);
    cells.csr.params.setCount(cut.nonzeroParams);
    cells.csr.bytes.setBytes(csr, all);
    cells.csr.work.setCount(nonzeroWork);
    cells.compacted.params.setCount(compactedParams);
    cells.compacted.bytes.setBytes(compactedBytes, all);
    cells.compacted.work.setCount(compactedWork);
    for (const cell of [cells.masked.gzip, cells.masked.time, cells.csr.time, cells.compacted.gzip, cells.compacted.time]) cell.wait();
    write(this.#elements.status, words.later);
  }

  /** What it shows, in bytes and milliseconds. */
  get rows() {
    if (!this.#model) return [];
    const { stops } = this.#model.result;
    return FORMS.map((form) => {
      const { params, bytes, gzip, work, time } = this.#cells[form];
      const k = form === "unpruned" ? 0 : this.#k;
      return { ...(stops ? { step: k } : { removed: k }), form, params: params.value, bytes: bytes.value, gzip_bytes: gzip.value, multiply_adds: work.value, ms_per_1000_rows: time.value };
    });
  }

  rest() {
    this.#turn += 1;
    this.#compress(this.#turn);
    this.#measure(this.#turn);
  }

  /** @param {number} turn */
  async #compress(turn) {
    if (!this.#model) return;
    const { network, result } = this.#model;
    const all = this.#size[0];
    const [masked, compacted] = [network.params, network.compactedParams];
    if (Number.isNaN(this.#gzip)) this.#gzip = await gzipped(result.params);
    const sizes = [this.#gzip, await gzipped(masked), await gzipped(compacted)];
    if (turn !== this.#turn) return;
    const { unpruned, masked: dense, compacted: small } = this.#cells;
    [unpruned, dense, small].forEach(({ gzip }, i) => gzip.setBytes(sizes[i], all));
  }

  /** @param {number} turn */
  async #measure(turn) {
    if (!this.#model) return;
    const { network } = this.#model;
    write(this.#elements.status, words.now);
    await idle();
    if (turn !== this.#turn) return;
    const forms = network.forms(this.#features);
    network.cut(0);
    const unpruned = network.forms(this.#features);
    network.cut(this.#k);
    const cells = this.#cells;
    /** @type {[Cell, () => number][]} */
    const measured = [
      [cells.unpruned.time, () => unpruned.dense()],
      [cells.masked.time, () => forms.dense()],
      [cells.csr.time, () => forms.sparse()],
      [cells.compacted.time, () => forms.compacted()],
    ];
    const times = measured.map(() => /** @type {number[]} */ ([]));
    // The first slice of each warms up.
    for (let slice = 0; slice <= SLICES && turn === this.#turn; slice += 1) {
      await idle();
      // One after the other, so that what disturbs one disturbs all.
      measured.forEach(([, pass], i) => {
        const one = clocked(pass) * (ROWS / this.#rows);
        if (slice > 0) times[i].push(one);
      });
    }
    forms.free();
    unpruned.free();
    if (turn !== this.#turn) return;
    const medians = times.map(median);
    measured.forEach(([cell], i) => cell.setTime(medians[i], medians[0]));
    write(this.#elements.status, words.done(SLICES));
  }
}

const WAIT = "…";

/** A value, and what part of the unpruned network's it is. */
class Cell {
  /** @type {number | null} Null where there is none, or not yet. */
  value = null;
  #text = document.createTextNode("–");
  #share = document.createTextNode("");

  /** @param {Element | null} cell of the table */
  constructor(cell) {
    const share = document.createElement("span");
    share.className = "share";
    share.append(this.#share);
    cell?.replaceChildren(this.#text, share);
  }

  wait() {
    this.#set(null, WAIT, "");
  }

  /** Touches what changes only. @param {number | null} value @param {string} text @param {string} share */
  #set(value, text, share) {
    this.value = value;
    if (this.#text.data !== text) this.#text.data = text;
    if (this.#share.data !== share) this.#share.data = share;
  }

  /** @param {number} value */
  setCount(value) {
    this.#set(value, count(value), "");
  }

  /** @param {number} value @param {number} whole */
  setBytes(value, whole) {
    this.#set(value, count(value), value === whole ? "" : percent(value / whole, 0));
  }

  /** @param {number} milliseconds @param {number} whole */
  setTime(milliseconds, whole) {
    const text = milliseconds < 10 ? milliseconds.toFixed(milliseconds < 1 ? 3 : 2) : milliseconds.toFixed(0);
    this.#set(milliseconds, `${text}\u202fms`, milliseconds === whole ? "" : percent(milliseconds / whole, 0));
  }
}

/** @param {HTMLTableElement} table @returns {Cells} */
function cellsOf(table) {
  const cell = (/** @type {string} */ form, /** @type {string} */ column) => new Cell(table.querySelector(`[data-form="${form}"] [data-of="${column}"]`));
  const row = (/** @type {string} */ form) => Object.fromEntries(COLUMNS.map((column) => [column, cell(form, column)]));
  return /** @type {Cells} */ (Object.fromEntries(FORMS.map((form) => [form, row(form)])));
}

/** What shows a number there, and how much of the whole it is on the bar beside it. @param {HTMLElement} number @returns {(value: number, whole: number) => void} */
function meterOf(number) {
  const bar = number.parentElement?.querySelector(".meter > span");
  return (value, whole) => {
    write(number, count(value));
    if (bar instanceof HTMLElement) bar.style.transform = `scaleX(${value / Math.max(1, whole)})`;
  };
}

/** How long one pass takes, in milliseconds. @param {() => number} pass */
function clocked(pass) {
  const begin = performance.now();
  let passes = 0;
  let end = begin;
  do {
    pass();
    passes += 1;
    end = performance.now();
  } while (end - begin < SLICE);
  return (end - begin) / passes;
}

/** @param {number[]} values */
function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

/** The bytes that gzip makes of the numbers. @param {Float32Array} values */
async function gzipped(values) {
  const stream = new Blob([/** @type {Float32Array<ArrayBuffer>} */ (values)]).stream().pipeThrough(new CompressionStream("gzip"));
  const reader = stream.getReader();
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return length;
    length += value.length;
  }
}

/** Until the page has nothing else to do, as far as the browser tells. @returns {Promise<unknown>} */
function idle() {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in globalThis) requestIdleCallback(resolve, { timeout: 500 });
    else setTimeout(resolve, 20);
  });
}
