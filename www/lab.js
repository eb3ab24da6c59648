// @ts-check
/**
 * What leads from the form to the result: check, run, show. Invariant: what runs is what the form shows, and what the
 * address says.
 *
 * The form answers before that which shows results is there: it loads while the first run is computed.
 *
 * @import { Refusal } from "./refusal.js"
 * @import { Runner } from "./runner.js"
 * @import { Shown } from "./shown.js"
 * @import { Batch, Config, DataCounts, Outcome } from "./wire.js"
 */
import { check, complete, difference, shape, surpriseSeed } from "./pkg/prunelab.js";
import { asides, ruler, showRuler, showSplit, splitNote } from "./asides.js";
import { ConfigForm } from "./config-form.js";
import { element } from "./dom.js";
import { capital, count, duration } from "./format.js";
import { toFragment } from "./fragment.js";
import { addressOf, openLink, readLink, verdict } from "./link.js";
import { LossCurve } from "./loss-curve.js";
import { Presets } from "./presets.js";
import { refusalOf } from "./refusal.js";
import { Standing } from "./standing.js";
import { lab as text } from "./strings.js";

/**
 * A run that has not ended. `held`: it waits; `sent`: what the link that asked for it carried besides the config.
 * @typedef {{
 *   config: Config, began: number, data: DataCounts | null, levels: number, fraction: number, held: boolean,
 *   sent: { removed: number | null, digest: string | null } | null,
 * }} Underway
 */

export class Lab {
  #form = new ConfigForm(element("experiment", HTMLFormElement), complete);
  #standing = new Standing({
    run: element("run", HTMLButtonElement),
    pause: element("pause", HTMLButtonElement),
    step: element("step", HTMLButtonElement),
    cancel: element("cancel", HTMLButtonElement),
    line: element("progress-line", HTMLElement),
    progress: element("progress", HTMLProgressElement),
    standing: element("standing", HTMLElement),
    status: element("status", HTMLElement),
  });
  #loss = new LossCurve({
    canvas: element("loss", HTMLCanvasElement),
    loss: element("loss-value", HTMLElement),
    accuracy: element("accuracy-value", HTMLElement),
    stopped: element("stopped", HTMLElement),
  });
  #presets = new Presets(element("presets", HTMLElement), element("look", HTMLElement), (config) => this.#choose(config), difference);
  #runner;
  /** @type {Shown | null} What shows results, once it is there. */
  #shown = null;
  /** @type {Outcome | null} A run that was done before that. */
  #early = null;
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
      onPause: () => this.#hold(),
      onEnd: (outcome) => this.#end(outcome),
      onComparison: (criterion, found) => this.#shown?.take(criterion, found),
    });
    this.#listen();
    this.restore(location.hash);
  }

  /** Has results shown. @param {typeof Shown} Made */
  open(Made) {
    this.#shown = new Made(this.#loss, (criterion) => this.#runner.compare(criterion));
    if (this.#early) this.#end(this.#early);
  }

  #listen() {
    const form = element("experiment", HTMLFormElement);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#goOn();
    });
    form.addEventListener("input", () => {
      this.#form.accept();
      this.#standing.forgive();
    });
    form.addEventListener("change", () => this.#validate());
    element("cancel", HTMLButtonElement).addEventListener("click", () => this.#runner.cancel());
    element("surprise", HTMLButtonElement).addEventListener("click", () => this.#surprise());
    element("pause", HTMLButtonElement).addEventListener("click", () => this.#runner.ask("pause"));
    element("step", HTMLButtonElement).addEventListener("click", () => this.#step());
    element("reset", HTMLButtonElement).addEventListener("click", () => this.run({ held: true }));
    addEventListener("hashchange", () => this.restore(location.hash));
  }

  /** Fills the form with a partial config and runs it. @param {object} config */
  #choose(config) {
    this.#form.accept();
    this.#form.fill(JSON.parse(complete(JSON.stringify(config))));
    this.run();
  }

  /** Has the run that waits go on, if it is still what the form describes; otherwise runs that. */
  #goOn() {
    const underway = this.#underway;
    if (!underway?.held || !this.#isAtHand(underway.config)) return this.run();
    underway.held = false;
    this.#standing.hold(false);
    this.#standing.say(text.running);
    this.#want(text.coming);
    this.#runner.ask("resume");
  }

  /** Trains one epoch, of the run that waits or of a new one. */
  #step() {
    const underway = this.#underway;
    if (!underway || !this.#isAtHand(underway.config)) this.run({ held: true });
    if (this.#underway) this.#runner.ask("step");
  }

  /** Whether the form describes this config. @param {Config} config */
  #isAtHand(config) {
    const { config: shown, refusal } = this.#read();
    return !refusal && difference(JSON.stringify(shown)) === difference(JSON.stringify(config));
  }

  #hold() {
    const underway = this.#underway;
    if (!underway) return;
    underway.held = true;
    this.#paint();
    this.#standing.hold(true);
    this.#want(text.waits);
    const { epochs } = underway.config.train;
    const trained = this.#loss.length;
    this.#standing.say(trained === 0 ? text.initial : text.paused(count(trained), count(epochs)));
    this.#shown?.showNumbers();
  }

  /** Runs what the form describes, or says at its field why not. @param {{ held?: boolean }} [options] whether it waits before its first step */
  run({ held = false } = {}) {
    const config = this.#validate({ focus: true });
    if (config) this.#start(config, { held, sent: null });
  }

  /** @param {Config} config what the form shows @param {Pick<Underway, "held" | "sent">} how */
  #start(config, { held, sent }) {
    const asked = difference(JSON.stringify(config));
    const fragment = toFragment(JSON.parse(asked));
    const address = addressOf({ config: fragment, removed: sent?.removed ?? null, digest: null });
    // An experiment that was chosen here is a place to come back to; one that came from the address has its place.
    if (sent || fragment === openLink(location.hash).config) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    this.#notice = null;
    this.#early = null;
    this.#underway = { config, began: performance.now(), data: null, levels: 0, fraction: 0, held, sent };
    // One step that may take seconds; the first batch comes after it.
    this.#standing.start(text.drawing);
    this.#want(text.coming);
    this.#loss.start(config.train.epochs);
    this.#underway.began = this.#runner.start(asked, held);
  }

  /** Fills the form from a link and runs it; a link that cannot be run is explained. @param {string} fragment */
  restore(fragment) {
    const { config: asked, removed, digest } = openLink(fragment);
    const { config, left, problems, refusal } = readLink(asked, complete);
    this.#form.accept();
    this.#form.fill(config);
    const refused = refusal ?? this.#form.lost(config) ?? refusalOfConfig(config);
    for (const [path, value] of left) this.#form.showRaw(path, value);
    if (!refused && problems.length === 0) {
      // What stands beside the steps is seen with the next frame; the page answers before.
      requestAnimationFrame(() => this.#describe());
      return this.#start(config, { held: false, sent: { removed, digest } });
    }
    const shown = refused !== null && this.#form.refuse(refused, { focus: false });
    const reasons = refused ? [...problems, refused.message] : problems;
    this.#runner.cancel();
    this.#notice = text.notRun(reasons);
    this.#standing.say(this.#notice, { error: true });
    this.#want(shown ? text.mend : text.rest);
    this.#describe();
  }

  /** The form's config in full if it is one; its refusal otherwise stands at its field. @param {{ focus: boolean }} options */
  #validate(options = { focus: false }) {
    const read = this.#read();
    const { config, refusal } = read;
    this.#form.accept();
    if (refusal) {
      this.#form.refuse(refusal, options);
      this.#standing.say(text.refused(refusal.message), { error: true });
    } else {
      this.#standing.forgive();
    }
    this.#describe(read);
    return refusal ? null : config;
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
  #describe({ config, refusal } = this.#read()) {
    const json = JSON.stringify(config);
    const different = refusal ? null : difference(json);
    this.#shown?.result.compare(different);
    this.#presets.compare(different);
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
    if (batch.data) this.#standing.goOn(text.running);
    this.#loss.push(batch.epochs);
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
    this.#standing.progress(fraction, levels ? text.levels(levels) : trained ? text.epoch(count(trained), count(epochs)) : "");
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

  /** Says whether the numbers are the sender's, if there is one. @param {string | null} sent @param {string} found */
  #judge(sent, found) {
    const line = element("verdict", HTMLElement);
    line.hidden = sent === null;
    if (sent === null) return;
    line.textContent = verdict(sent, found);
    line.classList.toggle("differs", sent !== found);
  }

  /** Says why there is no result, where there is none. @param {string} why */
  #want(why) {
    if (!this.#shown?.result.last) element("sentence", HTMLElement).textContent = why;
  }

  /** @param {Outcome} outcome */
  #end(outcome) {
    const shown = this.#shown;
    this.#early = outcome.type === "done" && !shown ? outcome : null;
    if (this.#early) return;
    this.#paint();
    const time = performance.now() - (this.#underway?.began ?? performance.now());
    const sent = this.#underway?.sent ?? null;
    this.#underway = null;
    const stays = shown?.result.last ? text.stays : "";
    const stop = (/** @type {string[]} */ sentences, error = true) => this.#standing.stop(sentences.filter(Boolean).join(" "), { error });
    if (outcome.type === "done") {
      const { report, json, result } = outcome;
      this.#showData(report.data);
      this.#loss.end(report);
      const config = JSON.stringify(report.config);
      const sizes = JSON.parse(shape(config)).layer_sizes;
      shown?.show({ report, json, result, difference: difference(config), sizes }, sent?.removed ?? null);
      this.#judge(sent?.digest ?? null, report.digest);
      stop([text.done(duration(time), this.#loss.length, report.levels.length)], false);
    } else if (outcome.type === "cancelled") {
      if (this.#notice === null) stop([text.cancelled, stays], false);
      else stop([this.#notice]);
    } else if (outcome.type === "refused") {
      this.#form.accept();
      this.#form.refuse(outcome, { focus: false });
      stop([text.refused(outcome.field ? outcome.message : capital(outcome.message)), stays]);
    } else {
      stop([text.died(outcome.message), stays, text.again]);
    }
    this.#want(text.none);
    this.#describe();
    shown?.showNumbers();
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
