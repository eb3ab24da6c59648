// @ts-check
/**
 * Other criteria on the network of the last result: their exact curves, one shot and weight by weight, laid over both
 * figures, and how far each agrees with the oracle. Each is asked for once, one after the other; each curve that is laid
 * over shows test accuracy, and so is a look at the test part.
 *
 * @import { Figures } from "./figures.js"
 * @import { Compared, Report } from "./wire.js"
 */
import { correlation, percent } from "./format.js";
import { OTHERS } from "./plot.js";
import { refusalOf } from "./refusal.js";
import { compare as words, criteria } from "./strings.js";

/** @typedef {{ choices: HTMLFieldSetElement, table: HTMLTableElement, note: HTMLElement }} Elements */

/** What a cut may cost where a criterion is asked how far it goes. */
const COST = 0.01;
/** The dashes with which the core draws the lines of other criteria; they repeat. */
const DASHES = ["7 4", "2 3", "13 3"];

export class Compare {
  #elements;
  #figures;
  #ask;
  #check;
  #looked;
  /** @type {HTMLInputElement[]} */
  #boxes;
  /** @type {Report | null} */
  #report = null;
  /** @type {Map<string, Compared>} */
  #found = new Map();
  /** Those whose curves have been seen. @type {Set<string>} */
  #seen = new Set();
  /** Those still to be asked for, the first under way. @type {string[]} */
  #waiting = [];

  /**
   * @param {Elements} elements @param {Figures} figures
   * @param {(criterion: string) => void} ask has `take` called with the answer @param {(config: string) => void} check throws what the core refuses
   * @param {() => void} looked told of each curve on the test part that is shown for the first time
   */
  constructor(elements, figures, ask, check, looked) {
    this.#elements = elements;
    this.#figures = figures;
    this.#ask = ask;
    this.#check = check;
    this.#looked = looked;
    this.#boxes = [.../** @type {NodeListOf<HTMLInputElement>} */ (elements.choices.querySelectorAll("input"))];
    elements.choices.addEventListener("change", () => this.#want());
  }

  /** Begins anew with another result. @param {Report} report */
  show(report) {
    this.#report = report;
    this.#found.clear();
    this.#seen.clear();
    this.#waiting = [];
    this.#elements.choices.disabled = false;
    this.#want();
  }

  /** @param {string} criterion @param {Compared | null} found null if the worker has not got the network any more */
  take(criterion, found) {
    if (criterion !== this.#waiting[0]) return;
    this.#waiting.shift();
    if (found) this.#found.set(criterion, found);
    else this.#waiting = [];
    this.#show(found ? [] : [words.again]);
    if (this.#waiting.length > 0) this.#ask(this.#waiting[0]);
  }

  /** Asks for what is wanted and not there. */
  #want() {
    if (!this.#report) return;
    const { config } = this.#report;
    /** @type {string[]} */
    const refused = [];
    const idle = this.#waiting.length === 0;
    for (const { value: criterion } of this.#chosen()) {
      if (this.#found.has(criterion) || this.#waiting.includes(criterion)) continue;
      try {
        this.#check(JSON.stringify({ ...config, prune: { criterion } }));
        this.#waiting.push(criterion);
      } catch (error) {
        refused.push(refusalOf(error).message);
      }
    }
    this.#show(refused);
    if (idle && this.#waiting.length > 0) this.#ask(this.#waiting[0]);
  }

  #chosen() {
    return this.#boxes.filter(({ checked }) => checked);
  }

  /** What it shows. */
  get rows() {
    const report = this.#report;
    if (!report) return [];
    return this.#there().map(({ criterion, found }) => ({
      criterion,
      oracle_correlation: found.oracleCorrelation,
      absolute_oracle_correlation: found.absoluteOracleCorrelation,
      amount_within_one_point: withinCost(found, report),
    }));
  }

  /** Those chosen of which there is something to show. */
  #there() {
    return this.#chosen().flatMap(({ value: criterion }) => {
      const found = this.#found.get(criterion);
      return found ? [{ criterion, look: this.#boxes.findIndex(({ value }) => value === criterion), name: criteria[criterion], found }] : [];
    });
  }

  /** @param {string[]} problems */
  #show(problems) {
    const report = this.#report;
    if (!report) return;
    const there = this.#there();
    // The run's own curve is drawn already.
    const own = report.curve ? report.config.prune.criterion : null;
    const laid = there.filter(({ criterion }) => criterion !== own);
    this.#figures.lay(laid.map(({ criterion, ...line }) => ({ ...line, label: words.short[criterion] ?? line.name })));
    for (const { criterion } of laid) {
      if (!this.#seen.has(criterion)) this.#looked();
      this.#seen.add(criterion);
    }
    this.#elements.table.hidden = there.length === 0;
    this.#elements.table.tBodies[0].replaceChildren(
      ...there.map(({ criterion, look, name, found }) => {
        const { oracleCorrelation, absoluteOracleCorrelation } = found;
        return row(lineOf(criterion === own ? null : look), name, [correlation(oracleCorrelation), correlation(absoluteOracleCorrelation), percent(withinCost(found, report), 1)]);
      }),
    );
    const waiting = this.#waiting.length > 0 ? [words.waiting(criteria[this.#waiting[0]])] : [];
    const judged = there.length > 0 ? [words.judged(report.data.n_validation > 0)] : [];
    this.#elements.note.textContent = [...problems.map(words.refused), ...waiting, ...judged].join(" ");
  }
}

/** The fraction of the weights up to which no cut costs more than a point, on the validation part if there is one. @param {Compared} found @param {Report} report */
function withinCost({ removed, testCorrect, validationCorrect }, { data }) {
  const correct = validationCorrect ?? testCorrect;
  const least = correct[0] - COST * (validationCorrect ? data.n_validation : data.n_test) - 1e-9;
  const first = correct.findIndex((count) => count < least);
  return removed[(first < 0 ? removed.length : first) - 1] / removed[removed.length - 1];
}

/** A piece of a line as the figures draw it. @param {number | null} look of another criterion's, null for the run's own */
function lineOf(look) {
  const [svg, line] = ["svg", "line"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
  svg.classList.add("line");
  svg.ariaHidden = "true";
  line.setAttribute("x2", "22");
  for (const y of ["y1", "y2"]) line.setAttribute(y, "2");
  line.setAttribute("stroke", look === null ? "var(--series-accuracy)" : `var(${OTHERS[look % OTHERS.length]})`);
  if (look !== null) line.setAttribute("stroke-dasharray", DASHES[look % DASHES.length]);
  svg.append(line);
  return svg;
}

/** @param {Element} line @param {string} name @param {string[]} values */
function row(line, name, values) {
  const tr = document.createElement("tr");
  const th = document.createElement("th");
  th.scope = "row";
  th.append(line, name);
  tr.append(
    th,
    ...values.map((value) => {
      const td = document.createElement("td");
      td.textContent = value;
      return td;
    }),
  );
  return tr;
}
