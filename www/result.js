// @ts-check
/**
 * The last good result: its sentence, figures, table and downloads. Invariant: it stays until the next one is whole,
 * and while it is not what the form describes, the page says so.
 *
 * @import { Cut } from "./cut.js"
 * @import { Elements as FieldElements } from "./cut-fields.js"
 * @import { Elements as FiguresElements } from "./figures.js"
 * @import { Elements as HistogramElements } from "./histogram.js"
 * @import { Elements as DetailsElements } from "./level-details.js"
 * @import { Report, RunResult } from "./wire.js"
 */
import { CutFields } from "./cut-fields.js";
import { write } from "./dom.js";
import { Figures } from "./figures.js";
import { short } from "./format.js";
import { Histogram } from "./histogram.js";
import { LevelDetails } from "./level-details.js";
import { LevelsTable } from "./levels-table.js";
import { Looks } from "./looks.js";
import { chosenOn, finding, say, sentence } from "./sentence.js";
import { result as text, sentence as words } from "./strings.js";

/**
 * @typedef {{
 *   sentence: HTMLElement, finding: HTMLElement, chosen: HTMLElement, answer: HTMLButtonElement, stale: HTMLElement,
 *   figures: FiguresElements, histogram: HistogramElements, fields: FieldElements, levels: HTMLTableElement,
 *   details: DetailsElements, looks: HTMLElement, csv: HTMLButtonElement, json: HTMLButtonElement, provenance: HTMLElement,
 * }} Elements
 */

/**
 * A finished run: its report, the same whole as JSON, what it leaves besides, the form's config as it differs from the
 * defaults, and the layers' sizes, inputs first.
 * @typedef {{ report: Report, json: string, result: RunResult, difference: string, sizes: number[] }} Finished
 */

export class Result {
  #elements;
  #cut;
  #table;
  #details;
  /** @type {Finished | null} */
  #last = null;
  /** The number of weights that the first cut shown removes. */
  #answer = 0;

  /** @param {Elements} elements @param {Cut} cut */
  constructor(elements, cut) {
    this.#elements = elements;
    this.#cut = cut;
    // First what writes on a canvas, for which a browser computes the styles that something else has touched.
    this.histogram = new Histogram(elements.histogram, cut);
    this.figures = new Figures(elements.figures, cut);
    new CutFields(elements.fields, cut);
    this.#table = new LevelsTable(elements.levels);
    this.#details = new LevelDetails(elements.details);
    this.looks = new Looks(elements.looks, cut);
    const saving = () => import("./save.js");
    elements.csv.addEventListener("click", async () => {
      const [{ csvOf, flat, save }, { levelRows }] = await Promise.all([saving(), import("./tables.js")]);
      save(`${this.name}.csv`, "text/csv", csvOf(levelRows(this.#last?.report ?? null).map((row) => flat(row))));
    });
    elements.json.addEventListener("click", async () => (await saving()).save(`${this.name}.json`, "application/json", this.#last?.json ?? ""));
    elements.answer.addEventListener("click", () => {
      cut.setK(this.#answer);
      elements.sentence.focus();
    });
    cut.subscribe(() => this.#follow());
  }

  /** The last one, if there is one. */
  get last() {
    return this.#last;
  }

  /** The files of this result begin with this. */
  get name() {
    return `prunelab-${short(this.#last?.report.config_digest ?? "")}`;
  }

  /** Whether the cut is where a new result has it. */
  get atAnswer() {
    return this.#cut.k === this.#answer;
  }

  /** @param {Finished} finished @param {number | null} removed where to cut, if not at the largest cut within one point, or the only one */
  show(finished, removed) {
    const { report, json, result, sizes } = finished;
    this.#last = finished;
    this.#cut.load(report, result);
    const only = this.#cut.hasStops && this.#cut.n === 1;
    if (only) this.#cut.setK(1);
    else this.#cut.setCost(0.01);
    this.#elements.answer.textContent = only ? words.backToLevel : words.back;
    this.#answer = this.#cut.k;
    if (removed !== null) this.#cut.setK(removed);
    this.figures.show(report, json, result);
    this.histogram.show(sizes);
    this.#table.show(report);
    this.#details.show(report);
    // What a new result says is read aloud; while the cut is moved, the moved thing speaks.
    this.#elements.sentence.ariaLive = "polite";
    this.#follow();
    this.#elements.provenance.textContent = text.provenance(report.version, short(report.config_digest), report.digest);
    this.#elements.csv.disabled = false;
    this.#elements.json.disabled = false;
  }

  #follow() {
    const cut = this.#cut;
    const said = sentence(cut);
    say(this.#elements.sentence, said);
    say(this.#elements.finding, finding(cut));
    write(this.#elements.chosen, this.atAnswer ? chosenOn(cut, this.#answer) : words.byHand);
    this.#elements.answer.hidden = this.atAnswer;
    this.#details.follow(this.#table.mark(cut));
    if (!this.atAnswer) this.#elements.sentence.ariaLive = "off";
  }

  /** Says whether the result is that of the config at hand. @param {string | null} difference the config's, null for one that cannot be run */
  compare(difference) {
    const stale = this.#last !== null && this.#last.difference !== difference;
    this.#elements.stale.hidden = !stale;
    document.body.classList.toggle("is-stale", stale);
    document.body.classList.toggle("is-empty", this.#last === null);
  }
}
