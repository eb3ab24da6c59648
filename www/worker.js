// @ts-check
/**
 * The worker: owns at most one `Run` under way, and the one that was finished last, to compare criteria on; it pulls its events for about a frame at a time. Between two slices its message
 * loop turns, so that a cancel or a pause gets in. It decides nothing; every answer carries the id of the run it belongs to.
 *
 * @import { Compared, Epoch, FromWorker, Report, RunEvent, RunResult, ToWorker } from "./wire.js"
 * @import { Comparison } from "./pkg/prunelab.js"
 */
import { initSync, Run } from "./pkg/prunelab.js";
import { stopsOf } from "./stops.js";
import { warmUp } from "./warm-up.js";

/** How long one slice pulls events before it posts them, in milliseconds: one frame. */
const SLICE = 16;

/** @typedef {{ postMessage(message: FromWorker, transfer?: Transferable[]): void }} Scope */
const page = /** @type {Scope} */ (/** @type {unknown} */ (globalThis));

/** @typedef {"all" | "epoch" | "nothing"} Task what to do of a run for now: all, no more than the epoch at hand, nothing */

/** @type {{ id: number, events: Run, task: Task } | null} */
let current = null;
/** The run that is done, and the criterion that is being tried on its network. @type {{ id: number, run: Run, criterion: string | null } | null} */
let finished = null;
/** Whether a run has been asked for; from then on there is no more warming up. */
let asked = false;

// A message to oneself comes back behind whatever the page has sent meanwhile, and unlike a timer is not held up.
const turn = new MessageChannel();
let turning = false;
turn.port1.onmessage = () => {
  turning = false;
  slice();
};

addEventListener("message", ({ data }) => {
  const message = /** @type {ToWorker} */ (data);
  if (message.type === "module") {
    initSync({ module: message.module });
    warmUp(Run, () => asked);
  } else if (message.type === "start") {
    start(message.run, message.config, message.held);
  } else if (message.type === "compare") {
    compare(message.run, message.criterion);
  } else if (current?.id !== message.run) {
    return;
  } else if (message.type === "cancel") {
    stop();
    page.postMessage({ type: "cancelled", run: message.run });
  } else if (message.type === "pause") {
    hold();
  } else {
    go(message.type === "step" ? "epoch" : "all");
  }
});

/** @param {number} id @param {string} config @param {boolean} held whether it waits before its first step */
function start(id, config, held) {
  asked = true;
  stop();
  finished?.run.free();
  finished = null;
  try {
    current = { id, events: new Run(config), task: "nothing" };
    if (held) hold();
    else go("all");
  } catch (error) {
    fail(id, error);
  }
}

/** @param {Task} task */
function go(task) {
  if (!current) return;
  current.task = task;
  takeTurn();
}

/** Has the next slice come after the messages that are there. */
function takeTurn() {
  if (!turning) turn.port2.postMessage(null);
  turning = true;
}

function hold() {
  if (!current) return;
  current.task = "nothing";
  page.postMessage({ type: "paused", run: current.id });
}

function stop() {
  current?.events.free();
  current = null;
}

/** @param {number} id @param {string} criterion */
function compare(id, criterion) {
  if (finished?.id !== id) return void page.postMessage({ type: "comparison", run: id, criterion, found: null });
  finished.run.compare(criterion);
  finished.criterion = criterion;
  takeTurn();
}

/** Goes on with a comparison for about a frame. */
function sliceComparison() {
  if (!finished?.criterion) return;
  const { id, run, criterion } = finished;
  try {
    const end = performance.now() + SLICE;
    do {
      const comparison = run.comparison();
      if (!comparison) continue;
      finished.criterion = null;
      const found = comparedOf(comparison);
      const buffers = Object.values(found).flatMap((value) => (ArrayBuffer.isView(value) ? [value.buffer] : []));
      return page.postMessage({ type: "comparison", run: id, criterion, found }, buffers);
    } while (performance.now() < end);
  } catch (error) {
    finished = null;
    return fail(id, error);
  }
  takeTurn();
}

/** @param {Comparison} comparison @returns {Compared} */
function comparedOf(comparison) {
  const curve = comparison.curve();
  const { removed, testCorrect, validationCorrect, magnitudes } = curve;
  const { effectiveParams, oracleCorrelation = null, absoluteOracleCorrelation = null } = comparison;
  curve.free();
  comparison.free();
  return { removed, testCorrect, validationCorrect, magnitudes, effectiveParams, oracleCorrelation, absoluteOracleCorrelation };
}

function slice() {
  if (!current) return sliceComparison();
  if (current.task === "nothing") return;
  const { id, events, task } = current;
  /** @type {Epoch[]} */
  const epochs = [];
  let levels = 0;
  let data = null;
  /** @type {Extract<FromWorker, { type: "done" }> | null} */
  let done = null;
  try {
    const end = performance.now() + SLICE;
    do {
      const json = events.next();
      if (json === undefined) break;
      const event = /** @type {RunEvent} */ (JSON.parse(json));
      if (event.type === "epoch") epochs.push(event);
      else if (event.type === "level") levels += 1;
      else if (event.type === "dataset") data = event.data;
      else if (event.type === "done") {
        const result = resultOf(events, event.report);
        done = { type: "done", run: id, report: { ...event.report, epochs: [] }, json: JSON.stringify(event.report), result };
      }
    } while (!done && !(task === "epoch" && epochs.length > 0) && performance.now() < end);
  } catch (error) {
    return fail(id, error);
  }
  page.postMessage({ type: "batch", run: id, epochs, levels, fraction: events.progress, data });
  if (done) {
    finished = { id, run: events, criterion: null };
    current = null;
    page.postMessage(done, buffersOf(done.result));
  } else if (task === "epoch" && epochs.length > 0) {
    hold();
  } else {
    takeTurn();
  }
}

/** What the finished run leaves, as copies. @param {Run} run @param {Report} report @returns {RunResult} */
function resultOf(run, report) {
  const { params, features, labels, train, validation, test } = run;
  return { params, features, labels, train, validation, test, ...(exactOf(run) ?? levelsOf(run, report)) };
}

/** The exact curve, if there is one. @param {Run} run */
function exactOf(run) {
  const curve = run.exact();
  const { effectiveParams } = run;
  if (!curve || !effectiveParams) return null;
  const { removed, testCorrect, testLoss, validationCorrect, validationLoss, order, magnitudes } = curve;
  curve.free();
  if (!testLoss) throw new Error("a finished run has its losses");
  return { order, magnitudes, effectiveParams, curve: { removed, testCorrect, testLoss, validationCorrect, validationLoss }, stops: null, networks: [] };
}

/** Its levels, which are networks of their own. @param {Run} run @param {Report} report */
function levelsOf(run, report) {
  const { stops, ...points } = stopsOf(report);
  const networks = (stops ?? []).map((level) => {
    const params = run.network(level);
    if (!params) throw new Error("a finished run has the network of each level");
    return params;
  });
  return { order: new Uint32Array(), magnitudes: new Float32Array(), ...points, stops, networks };
}

/** What is handed over with it rather than copied. @param {RunResult} result */
function buffersOf({ curve, stops, networks, ...arrays }) {
  return [...Object.values(curve), ...networks, ...Object.values(arrays)].flatMap((array) => (array ? [array.buffer] : []));
}

/**
 * A refusal of the core has a `field` (perhaps null). Anything else is a trap: the instance behind it is not to be
 * trusted again, nor even freed.
 * @param {number} run @param {unknown} error
 */
function fail(run, error) {
  if (error instanceof Error && "field" in error) {
    stop();
    const field = typeof error.field === "string" && error.field !== "" ? error.field : null;
    page.postMessage({ type: "refused", run, message: error.message, field });
  } else {
    current = null;
    page.postMessage({ type: "died", run, message: String(error) });
  }
}
