// @ts-check
/**
 * What leads from the form to the result: check, run, show. Invariant: what runs is what the form shows, and what the
 * address says.
 *
 * @import { Refusal } from "./refusal.js"
 * @import { Runner } from "./runner.js"
 * @import { Batch, Config, DataCounts, Outcome } from "./wire.js"
 */
import { check, complete, difference, shape, surpriseSeed } from "./pkg/prunelab.js";
import { asides, ruler, showRuler, showSplit, splitNote } from "./asides.js";
import { ConfigForm } from "./config-form.js";
import { element } from "./dom.js";
import { capital, count, duration, plural } from "./format.js";
import { toFragment } from "./fragment.js";
import { readLink } from "./link.js";
import { LossCurve } from "./loss-curve.js";
import { refusalOf } from "./refusal.js";
import { Result } from "./result.js";
import { Standing } from "./standing.js";

/** @typedef {{ config: Config, began: number, data: DataCounts | null, levels: number, fraction: number }} Underway */

export class Lab {
  #form = new ConfigForm(element("experiment", HTMLFormElement), complete);
  #standing = new Standing({
    run: element("run", HTMLButtonElement),
    cancel: element("cancel", HTMLButtonElement),
    line: element("progress-line", HTMLElement),
    progress: element("progress", HTMLProgressElement),
    standing: element("standing", HTMLElement),
    status: element("status", HTMLElement),
  });
  #loss = new LossCurve(element("loss", HTMLCanvasElement), element("loss-value", HTMLElement));
  #result = new Result({
    sentence: element("sentence", HTMLElement),
    chosen: element("chosen", HTMLElement),
    stale: element("stale", HTMLElement),
    figures: {
      accuracy: element("accuracy", HTMLCanvasElement),
      parameters: element("parameters", HTMLCanvasElement),
      axis: element("axis", HTMLFieldSetElement),
      axisNote: element("axis-note", HTMLElement),
      accuracyAside: element("accuracy-aside", HTMLElement),
    },
    levels: element("levels", HTMLTableElement),
    csv: element("save-csv", HTMLButtonElement),
    json: element("save-json", HTMLButtonElement),
    provenance: element("provenance", HTMLElement),
  });
  #runner;
  /** @type {Underway | null} */
  #underway = null;
  #frame = 0;
  /** @type {string | null} Why the run under way was cancelled, if not because someone asked. */
  #notice = null;

  /** @param {Runner} runner one that has its module */
  constructor(runner) {
    this.#runner = runner;
    runner.report({
      onBatch: (batch) => this.#take(batch),
      onEnd: (outcome) => this.#end(outcome),
    });
    this.#listen();
    this.restore(location.hash);
  }

  #listen() {
    const form = element("experiment", HTMLFormElement);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.run();
    });
    form.addEventListener("input", () => {
      this.#form.accept();
      this.#standing.forgive();
    });
    form.addEventListener("change", () => this.#validate());
    element("cancel", HTMLButtonElement).addEventListener("click", () => this.#runner.cancel());
    element("surprise", HTMLButtonElement).addEventListener("click", () => this.#surprise());
    element("reset", HTMLButtonElement).addEventListener("click", () => {
      this.#form.accept();
      this.#form.fill(JSON.parse(complete("{}")));
      this.run();
    });
    addEventListener("hashchange", () => this.restore(location.hash));
  }

  /** Runs what the form describes, or says at its field why not. */
  run() {
    const config = this.#validate({ focus: true });
    if (!config) return;
    const json = JSON.stringify(config);
    const fragment = toFragment(JSON.parse(difference(json)));
    history.replaceState(null, "", fragment ? `#${fragment}` : location.pathname + location.search);
    this.#notice = null;
    this.#underway = { config, began: performance.now(), data: null, levels: 0, fraction: 0 };
    // One step that may take seconds; the first batch comes after it.
    this.#standing.start("Drawing the data …");
    this.#result.want("The first result is on its way.");
    this.#loss.start(config.train.epochs);
    this.#runner.start(json);
  }

  /** Fills the form from a link and runs it; a link that cannot be run is explained. @param {string} fragment */
  restore(fragment) {
    const { config, left, problems, refusal } = readLink(fragment, complete);
    this.#form.accept();
    this.#form.fill(config);
    const refused = refusal ?? this.#form.lost(config) ?? refusalOfConfig(config);
    for (const [path, value] of left) this.#form.showRaw(path, value);
    if (!refused && problems.length === 0) return this.run();
    if (refused) this.#form.refuse(refused, { focus: false });
    const reasons = refused ? [...problems, refused.message] : problems;
    this.#runner.cancel();
    this.#notice = `The link was not run: ${reasons.join("; ")}.`;
    this.#standing.say(this.#notice, { error: true });
    this.#result.want("This link asks for something the lab cannot run. Mend it below and press Run.");
    this.#describe();
  }

  /** The form's config in full if it is one; its refusal otherwise stands at its field. @param {{ focus: boolean }} options */
  #validate(options = { focus: false }) {
    const { config, refusal } = this.#read();
    this.#form.accept();
    if (refusal) {
      this.#form.refuse(refusal, options);
      this.#standing.say(`${refusal.message}.`, { error: true });
    } else {
      this.#standing.forgive();
    }
    this.#describe();
    return refusal ? null : /** @type {Config} */ (JSON.parse(check(JSON.stringify(config))));
  }

  /** What the form shows, and what is wrong with it. */
  #read() {
    const config = this.#form.read();
    return { config, refusal: this.#form.blank() ?? refusalOfConfig(config) };
  }

  #surprise() {
    const config = this.#form.read();
    const seed = surpriseSeed();
    config.data.random_state = seed;
    config.model.seed = seed;
    this.#form.fill(config);
    this.run();
  }

  /** What stands beside the steps, and whether the result is still theirs. */
  #describe() {
    const { config, refusal } = this.#read();
    const json = JSON.stringify(config);
    this.#result.compare(refusal ? null : difference(json));
    if (refusal) return;
    const { data, model, prune } = asides(config, JSON.parse(shape(json)));
    element("data-aside", HTMLElement).textContent = data;
    element("model-aside", HTMLElement).textContent = model;
    element("prune-aside", HTMLElement).textContent = prune;
    const { line, end, marks } = ruler(config);
    element("ruler-line", HTMLElement).textContent = line;
    element("ruler-end", HTMLElement).textContent = end;
    const svg = document.querySelector("svg#ruler");
    if (svg instanceof SVGElement) showRuler(svg, marks);
  }

  /** @param {Batch} batch */
  #take(batch) {
    const underway = this.#underway;
    if (!underway) return;
    if (batch.data) this.#standing.goOn("Running.");
    this.#loss.push(batch.losses);
    underway.levels += batch.levels;
    underway.fraction = batch.fraction;
    underway.data = batch.data ?? underway.data;
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.#paint());
  }

  /** A frame of a run under way. */
  #paint() {
    this.#frame = 0;
    if (!this.#underway) return;
    const { config, data, levels, fraction } = this.#underway;
    const { epochs } = config.train;
    const trained = this.#loss.length;
    const text = levels ? plural(levels, "level") : trained ? `epoch ${count(trained)} of ${count(epochs)}` : "";
    this.#standing.progress(fraction, text);
    this.#loss.show();
    if (data) this.#showData(data);
  }

  /** @param {DataCounts} data */
  #showData(data) {
    element("n-train", HTMLElement).textContent = count(data.n_train);
    element("n-validation", HTMLElement).textContent = count(data.n_validation);
    element("n-test", HTMLElement).textContent = count(data.n_test);
    element("validation-part", HTMLElement).hidden = data.n_validation === 0;
    element("split-note", HTMLElement).textContent = splitNote(data);
    showSplit(element("split-bar", HTMLElement), data);
  }

  /** @param {Outcome} outcome */
  #end(outcome) {
    this.#paint();
    const time = performance.now() - (this.#underway?.began ?? performance.now());
    this.#underway = null;
    const stays = this.#result.there ? " The last result stays." : "";
    if (outcome.type === "done") {
      const { report, json } = outcome;
      this.#showData(report.data);
      this.#result.show(report, json, difference(JSON.stringify(report.config)));
      this.#standing.stop(`Done in ${duration(time)}: ${plural(this.#loss.length, "epoch")}, ${plural(report.levels.length, "level")}.`);
    } else if (outcome.type === "cancelled") {
      this.#standing.stop(this.#notice ?? `Cancelled.${stays}`, { error: this.#notice !== null });
    } else if (outcome.type === "refused") {
      this.#form.accept();
      this.#form.refuse(outcome, { focus: false });
      this.#standing.stop(`${outcome.field ? outcome.message : capital(outcome.message)}.${stays}`, { error: true });
    } else {
      this.#standing.stop(`The worker died (${outcome.message}) and is replaced.${stays} Press Run to try again.`, { error: true });
    }
    this.#result.want("No result yet.");
    this.#describe();
  }
}

/** What `check` has against the config, null if nothing. @param {Config} config @returns {Refusal | null} */
function refusalOfConfig(config) {
  try {
    check(JSON.stringify(config));
    return null;
  } catch (error) {
    return refusalOf(error);
  }
}
