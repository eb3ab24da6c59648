// @ts-check
/**
 * The last good result: its sentence, figures, table and downloads. Invariant: it stays until the next one is whole,
 * and while it is not what the form describes, the page says so.
 *
 * @import { Elements as FiguresElements } from "./figures.js"
 * @import { Report } from "./wire.js"
 */
import { Figures } from "./figures.js";
import { LevelsTable } from "./levels-table.js";
import { save } from "./save.js";
import { chooseLevel, chosenOn, say, sentence } from "./sentence.js";

/**
 * @typedef {{
 *   sentence: HTMLElement, chosen: HTMLElement, stale: HTMLElement, figures: FiguresElements, levels: HTMLTableElement,
 *   csv: HTMLButtonElement, json: HTMLButtonElement, provenance: HTMLElement,
 * }} Elements
 */

export class Result {
  #elements;
  #figures;
  #table;
  /** @type {{ json: string, difference: string, name: string } | null} */
  #last = null;

  /** @param {Elements} elements */
  constructor(elements) {
    this.#elements = elements;
    this.#figures = new Figures(elements.figures);
    this.#table = new LevelsTable(elements.levels);
    elements.csv.addEventListener("click", () => {
      if (this.#last) save(`${this.#last.name}.csv`, "text/csv", this.#figures.csv());
    });
    elements.json.addEventListener("click", () => {
      if (this.#last) save(`${this.#last.name}.json`, "application/json", this.#last.json);
    });
  }

  /** Whether there is one. */
  get there() {
    return this.#last !== null;
  }

  /** @param {Report} report @param {string} json the same, whole @param {string} difference its config's, from the defaults */
  show(report, json, difference) {
    this.#last = { json, difference, name: `prunelab-${short(report.config_digest)}` };
    say(this.#elements.sentence, sentence(report));
    this.#elements.chosen.textContent = chosenOn(report);
    this.#figures.show(report, json);
    this.#table.show(report, chooseLevel(report));
    this.#elements.provenance.textContent = `version ${report.version} · config ${short(report.config_digest)} · digest ${report.digest}`;
    this.#elements.csv.disabled = false;
    this.#elements.json.disabled = false;
  }

  /** Says why there is no result, where there is none. @param {string} text */
  want(text) {
    if (!this.#last) this.#elements.sentence.textContent = text;
  }

  /** Says whether the result is that of the config at hand. @param {string | null} difference the config's, null for one that cannot be run */
  compare(difference) {
    const stale = this.#last !== null && this.#last.difference !== difference;
    this.#elements.stale.hidden = !stale;
    document.body.classList.toggle("is-stale", stale);
    document.body.classList.toggle("is-empty", this.#last === null);
  }
}

/** The first digits of a digest, without what says which kind it is. @param {string} digest */
function short(digest) {
  return digest.replace(/^\d+:/, "").slice(0, 8);
}
