// @ts-check
/**
 * All that shows results, on the page and in files: the last good one, criteria laid over it, the views that follow its
 * cut. It is made while the first run is computed.
 *
 * @import { Compare } from "./compare.js"
 * @import { Figure } from "./exports.js"
 * @import { LossCurve } from "./loss-curve.js"
 * @import { Numbers } from "./numbers.js"
 * @import { Finished } from "./result.js"
 * @import { Compared } from "./wire.js"
 */
import { check } from "./pkg/prunelab.js";
import { Cut } from "./cut.js";
import { atRest, element } from "./dom.js";
import { toFragment } from "./fragment.js";
import { addressOf, openLink } from "./link.js";
import { Result } from "./result.js";
import { lab as text } from "./strings.js";
import { Views } from "./views.js";

/** Once the cut has not moved for so long, the address and the numbers say where it is, in milliseconds: browsers limit how often an address may change. */
const STILL = 500;

export class Shown {
  /** What all views of the last good result share. */
  #cut = new Cut();
  // The canvases follow before the texts: see `result.js`.
  #views = new Views(this.#cut);
  result = new Result({
    sentence: element("sentence", HTMLElement),
    finding: element("finding", HTMLElement),
    chosen: element("chosen", HTMLElement),
    answer: element("answer", HTMLButtonElement),
    stale: element("stale", HTMLElement),
    figures: {
      accuracy: element("accuracy", HTMLCanvasElement),
      parameters: element("parameters", HTMLCanvasElement),
      axis: element("axis", HTMLFieldSetElement),
      axisNote: element("axis-note", HTMLElement),
      accuracyAside: element("accuracy-aside", HTMLElement),
    },
    histogram: {
      canvas: element("histogram", HTMLCanvasElement),
      byLayer: element("by-layer", HTMLInputElement),
      log: element("log-scale", HTMLInputElement),
      aside: element("histogram-aside", HTMLElement),
    },
    fields: {
      threshold: element("cut-threshold", HTMLInputElement),
      amount: element("cut-amount", HTMLInputElement),
      compression: element("cut-compression", HTMLInputElement),
      floor: element("cut-floor", HTMLInputElement),
      note: element("cut-note", HTMLElement),
    },
    levels: element("levels", HTMLTableElement),
    details: {
      operating: element("operating", HTMLTableElement),
      agreement: element("agreement", HTMLElement),
      about: element("about-level", HTMLElement),
      densities: element("densities", HTMLTableElement),
      facts: element("level-facts", HTMLElement),
    },
    looks: element("looks", HTMLElement),
    csv: element("save-csv", HTMLButtonElement),
    json: element("save-json", HTMLButtonElement),
    provenance: element("provenance", HTMLElement),
  }, this.#cut);
  /** @type {Compare | null} Loaded when it is unfolded. */
  #compare = null;
  #inNumbers = element("in-numbers", HTMLDetailsElement);
  /** Loaded when they are unfolded. @type {Promise<Numbers> | null} */
  #numbers = null;
  #loss;
  /** @type {Figure[]} */
  #figures;

  /** @param {LossCurve} loss @param {(criterion: string) => void} ask has a criterion tried */
  constructor(loss, ask) {
    this.#loss = loss;
    const { figures, histogram } = this.result;
    this.#figures = [
      { key: "accuracy", heading: text.figures.accuracy, on: figures.accuracy, line: figures.accuracyLine },
      { key: "parameters", heading: text.figures.parameters, on: figures.parameters, line: figures.parametersLine },
      { key: "histogram", heading: text.figures.histogram, on: histogram.plot, line: histogram.line },
      { key: "loss", heading: text.figures.loss, on: loss.plot },
      ...this.#views.figures,
    ];
    element("compare", HTMLFieldSetElement).closest("details")?.addEventListener("toggle", () => this.#openCompare(ask), { once: true });
    element("export", HTMLButtonElement).addEventListener("click", () => this.#export());
    element("share", HTMLButtonElement).addEventListener("click", () => this.#share());
    this.#inNumbers.addEventListener("toggle", () => this.showNumbers());
    this.#cut.subscribe(atRest(STILL, () => {
      this.#writeAddress();
      this.showNumbers();
    }));
  }

  /** @param {Finished} finished @param {number | null} removed where to cut, if not where a new result has it */
  show(finished, removed) {
    this.result.show(finished, removed);
    for (const id of ["share", "export"]) element(id, HTMLButtonElement).disabled = false;
    this.#compare?.show(finished.report);
  }

  /** Takes what became of a criterion that was asked for. @param {string} criterion @param {Compared | null} found */
  take(criterion, found) {
    this.#compare?.take(criterion, found);
  }

  /** Has the address say where the network is cut, unless it is by now that of another experiment. */
  #writeAddress() {
    const { last } = this.result;
    const said = openLink(location.hash);
    const removed = this.result.atAnswer ? null : this.#cut.k;
    if (!last || said.config !== toFragment(JSON.parse(last.difference)) || said.removed === removed) return;
    history.replaceState(null, "", addressOf({ ...said, removed }));
  }

  /** @param {(criterion: string) => void} ask */
  async #openCompare(ask) {
    const { Compare } = await import("./compare.js");
    this.#compare = new Compare({
      choices: element("compare", HTMLFieldSetElement),
      table: element("compared", HTMLTableElement),
      note: element("compare-note", HTMLElement),
    }, this.result.figures, ask, check, () => this.result.looks.count());
    if (this.result.last) this.#compare.show(this.result.last.report);
  }

  async #export() {
    const { listExports } = await import("./exports.js");
    const tables = await this.#tables();
    const dialog = element("export-dialog", HTMLDialogElement);
    listExports(element("exports", HTMLElement), () => this.result.name, this.#figures, tables);
    if (!dialog.open) dialog.showModal();
  }

  /** All that the page shows, as tables. */
  async #tables() {
    const { tablesOf } = await import("./tables.js");
    return tablesOf({ result: this.result, views: this.#views, cut: this.#cut, loss: this.#loss, compare: this.#compare });
  }

  /** Shows the figures in numbers, as they are now, if that is unfolded. */
  async showNumbers() {
    if (!this.#inNumbers.open) return;
    this.#numbers ??= this.#openNumbers();
    // What could not be loaded may be asked for again.
    this.#numbers.catch(() => (this.#numbers = null));
    (await this.#numbers).show();
  }

  async #openNumbers() {
    const { Numbers } = await import("./numbers.js");
    return new Numbers({
      choice: element("numbers-of", HTMLSelectElement),
      table: element("numbers", HTMLTableElement),
      more: element("numbers-more", HTMLButtonElement),
      aside: element("numbers-aside", HTMLElement),
    }, await this.#tables());
  }

  async #share() {
    const { openShare } = await import("./share.js");
    const { last, atAnswer } = this.result;
    if (last) openShare(last, this.#cut, atAnswer);
  }
}
