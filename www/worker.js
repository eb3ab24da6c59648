// @ts-check
/**
 * The worker: owns at most one `Run` and pulls its events for about a frame at a time. Between two slices its message
 * loop turns, so that a cancel gets in. It decides nothing; every answer carries the id of the run it belongs to.
 *
 * @import { FromWorker, RunEvent, ToWorker } from "./wire.js"
 */
import { initSync, Run } from "./pkg/prunelab.js";
import { warmUp } from "./warm-up.js";

/** How long one slice pulls events before it posts them, in milliseconds: one frame. */
const SLICE = 16;

/** @typedef {{ postMessage(message: FromWorker, transfer?: Transferable[]): void }} Scope */
const page = /** @type {Scope} */ (/** @type {unknown} */ (globalThis));

/** @type {{ id: number, events: Run } | null} */
let current = null;
/** Whether a run has been asked for; from then on there is no more warming up. */
let asked = false;

// A message to oneself comes back behind whatever the page has sent meanwhile, and unlike a timer is not held up.
const turn = new MessageChannel();
turn.port1.onmessage = () => slice();

addEventListener("message", ({ data }) => {
  const message = /** @type {ToWorker} */ (data);
  if (message.type === "module") {
    initSync({ module: message.module });
    warmUp(Run, () => asked);
  } else if (message.type === "start") {
    start(message.run, message.config);
  } else if (current?.id === message.run) {
    stop();
    page.postMessage({ type: "cancelled", run: message.run });
  }
});

/** @param {number} id @param {string} config */
function start(id, config) {
  asked = true;
  stop();
  try {
    current = { id, events: new Run(config) };
    turn.port2.postMessage(null);
  } catch (error) {
    fail(id, error);
  }
}

function stop() {
  current?.events.free();
  current = null;
}

function slice() {
  if (!current) return;
  const { id, events } = current;
  /** @type {number[]} */
  const losses = [];
  let levels = 0;
  let data = null;
  /** @type {FromWorker | null} */
  let done = null;
  try {
    const end = performance.now() + SLICE;
    do {
      const json = events.next();
      if (json === undefined) break;
      const event = /** @type {RunEvent} */ (JSON.parse(json));
      if (event.type === "epoch") losses.push(event.train_loss);
      else if (event.type === "level") levels += 1;
      else if (event.type === "dataset") data = event.data;
      else if (event.type === "done") {
        done = { type: "done", run: id, report: { ...event.report, epochs: [] }, json: JSON.stringify(event.report) };
      }
    } while (!done && performance.now() < end);
  } catch (error) {
    return fail(id, error);
  }
  const fraction = events.progress;
  const array = Float64Array.from(losses);
  page.postMessage({ type: "batch", run: id, losses: array, levels, fraction, data }, [array.buffer]);
  if (done) {
    stop();
    page.postMessage(done);
  } else {
    turn.port2.postMessage(null);
  }
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
