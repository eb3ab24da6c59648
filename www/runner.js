// @ts-check
/**
 * The page's side of the worker: one run at a time, always to be cancelled, never to be hung.
 *
 * Invariant: after `start` there is exactly one outcome for that run, whatever becomes of the worker, unless another
 * `start` takes its place. What an earlier run still sends is dropped by its id.
 *
 * @import { Batch, Compared, FromWorker, Outcome, ToWorker } from "./wire.js"
 */
import { runner as text } from "./strings.js";

/** @typedef {{ onBatch(batch: Batch): void, onPause(): void, onEnd(outcome: Outcome): void, onComparison(criterion: string, found: Compared | null): void }} Listener */

/** How long a worker may take to answer a cancel before it is replaced, in milliseconds. */
const PATIENCE = 100;

export class Runner {
  #url;
  /** @type {WebAssembly.Module | null} */
  #module = null;
  /** @type {Listener | null} */
  #listener = null;
  /** @type {Worker | null} */
  #worker = null;
  #run = 0;
  /** @type {"idle" | "running" | "cancelling"} */
  #state = "idle";
  /** @type {{ config: string, held: boolean } | null} What to start once the run before it is out of the way. */
  #next = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {{ config: string, began: number, messages: FromWorker[] } | null} A run that nobody has asked for yet, and what it sent. */
  #early = null;

  constructor() {
    this.#url = workerUrl();
    this.#spawn();
  }

  /** Gives the worker, and those that replace it, the core. @param {WebAssembly.Module} module */
  use(module) {
    this.#module = module;
    this.#worker?.postMessage({ type: "module", run: 0, module });
  }

  /** Says from now on what becomes of runs. @param {Listener} listener */
  report(listener) {
    this.#listener = listener;
  }

  /** Starts a run that will be asked for before any other, but for what a link says. What it sends is kept until then. @param {string} config */
  anticipate(config) {
    this.start(config);
    this.#early = { config, began: performance.now(), messages: [] };
  }

  /**
   * Starts a run of `config` (JSON), cancelling one that is under way, and gives when it began.
   * @param {string} config @param {boolean} [held] whether it waits before its first step
   */
  start(config, held = false) {
    const early = this.#early;
    this.#early = null;
    if (early?.config === config && !held) {
      // Whoever asks is not to hear before they know when it began.
      queueMicrotask(() => early.messages.forEach((message) => this.#receive(message)));
      return early.began;
    }
    if (this.#state !== "idle") {
      this.cancel();
      this.#next = { config, held };
      return performance.now();
    }
    this.#state = "running";
    this.#run += 1;
    this.#send({ type: "start", run: this.#run, config, held });
    return performance.now();
  }

  /** Has the run under way wait, go on, or go on to the end of an epoch. @param {"pause" | "resume" | "step"} type */
  ask(type) {
    if (this.#state === "running") this.#send({ type, run: this.#run });
    else if (this.#next && type !== "pause") this.#next.held = false;
  }

  /** Tries a criterion on the network of the run that was done last. @param {string} criterion */
  compare(criterion) {
    if (this.#state === "idle") this.#send({ type: "compare", run: this.#run, criterion });
    else this.#listener?.onComparison(criterion, null);
  }

  /** Asks the worker to stop, and does without it if it does not answer in time. */
  cancel() {
    this.#next = null;
    if (this.#state !== "running") return;
    this.#state = "cancelling";
    this.#send({ type: "cancel", run: this.#run });
    this.#timer = setTimeout(() => {
      this.#spawn();
      this.#end({ type: "cancelled", run: this.#run });
    }, PATIENCE);
  }

  #spawn() {
    this.#worker?.terminate();
    const worker = new Worker(/** @type {string} */ (/** @type {unknown} */ (this.#url)), { type: "module" });
    this.#worker = worker;
    worker.addEventListener("message", ({ data }) => this.#receive(data));
    worker.addEventListener("error", (event) => this.#lose(worker, event.message || text.notLoaded));
    worker.addEventListener("messageerror", () => this.#lose(worker, text.notRead));
    if (this.#module) worker.postMessage({ type: "module", run: 0, module: this.#module });
  }

  /** @param {ToWorker} message */
  #send(message) {
    if (!this.#worker) this.#spawn();
    this.#worker?.postMessage(message);
  }

  /** @param {FromWorker} message */
  #receive(message) {
    if (message.run !== this.#run) return;
    if (this.#early) return void this.#early.messages.push(message);
    if (message.type === "comparison") return this.#listener?.onComparison(message.criterion, message.found);
    if (this.#state === "idle" && message.type !== "died") return;
    if (message.type === "batch") {
      if (this.#state === "running") this.#listener?.onBatch(message);
    } else if (message.type === "paused") {
      if (this.#state === "running") this.#listener?.onPause();
    } else {
      if (message.type === "died") this.#spawn();
      this.#end(message);
    }
  }

  /**
   * A worker that fell over between runs is replaced by the next start, not at once: one that cannot even load would
   * otherwise be replaced for ever.
   * @param {Worker} worker @param {string} message
   */
  #lose(worker, message) {
    if (worker !== this.#worker) return;
    worker.terminate();
    this.#worker = null;
    this.#early = null;
    this.#end({ type: "died", run: this.#run, message });
  }

  /** @param {Outcome} outcome */
  #end(outcome) {
    clearTimeout(this.#timer);
    const cancelled = this.#state === "cancelling";
    const next = this.#next;
    this.#state = "idle";
    this.#next = null;
    if (next !== null) this.start(next.config, next.held);
    else if (cancelled && outcome.type !== "died") this.#listener?.onEnd({ type: "cancelled", run: outcome.run });
    else this.#listener?.onEnd(outcome);
  }
}

/**
 * The address of a blob that imports the worker. A policy in a `<meta>` does not bind a worker loaded by its own
 * address, but a blob inherits it; the trusted-types policy lets this one address through and nothing else.
 */
function workerUrl() {
  const source = `import ${JSON.stringify(new URL("./worker.js", import.meta.url).href)};`;
  const blob = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  /** @typedef {{ createScriptURL(url: string): unknown }} Policy */
  /** @typedef {{ createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy }} Factory */
  const { trustedTypes } = /** @type {{ trustedTypes?: Factory }} */ (/** @type {unknown} */ (globalThis));
  const policy = trustedTypes?.createPolicy("prunelab", {
    createScriptURL(url) {
      if (url !== blob) throw new TypeError(`not the worker: ${url}`);
      return url;
    },
  });
  return policy ? policy.createScriptURL(blob) : blob;
}
