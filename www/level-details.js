// @ts-check
/**
 * What a report says beyond its table: what is left at the ratios at which the field compares, or why nothing is; how far
 * its scores agree with the oracle's, if that was asked for; and of the level at the cut the density of each layer, whether
 * it has collapsed, what compaction saves and how exact it is.
 *
 * @import { Level, OperatingPoint, Report } from "./wire.js"
 */
import { row } from "./dom.js";
import { correlation, count, percent, times } from "./format.js";
import { criteria, details as words } from "./strings.js";

/** @typedef {{ operating: HTMLTableElement, agreement: HTMLElement, about: HTMLElement, densities: HTMLTableElement, facts: HTMLElement }} Elements */

export class LevelDetails {
  #elements;
  /** @type {Report | null} */
  #report = null;
  /** @type {number | null | undefined} Of the level shown. */
  #shown;

  /** @param {Elements} elements */
  constructor(elements) {
    this.#elements = elements;
  }

  /** @param {Report} report */
  show(report) {
    this.#report = report;
    this.#shown = undefined;
    const { operating, agreement } = this.#elements;
    operating.hidden = false;
    const validated = report.data.n_validation > 0;
    operating.tHead?.replaceChildren(row("th", words.headings(validated)));
    operating.tBodies[0].replaceChildren(...report.operating_points.map((point) => operatingRow(point, report, validated)));
    const { oracle, criterion } = report.config.prune;
    agreement.hidden = !oracle;
    agreement.textContent = oracle ? words.agreement(criteria[criterion], correlation(report.oracle_correlation), correlation(report.absolute_oracle_correlation)) : "";
  }

  /** Tells of a level, or that the cut is before the first. @param {number | null} index */
  follow(index) {
    if (!this.#report || index === this.#shown) return;
    this.#shown = index;
    const { about, densities, facts } = this.#elements;
    const level = index === null ? null : this.#report.levels[index];
    densities.hidden = level === null;
    about.textContent = index === null ? words.noLevel : words.level(count(index + 1), percent(this.#report.levels[index].amount, 1), this.#report.curve !== null);
    densities.tBodies[0].replaceChildren(...(level?.layer_densities ?? []).map((density, layer) => row("td", [words.layer(layer + 1), percent(density, 1)])));
    facts.replaceChildren(...(level ? factsOf(level) : []).map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }));
  }
}

/** @param {OperatingPoint} point @param {Report} report @param {boolean} validated */
function operatingRow({ target, compression_ratio, amount, scores, control, missing }, { curve, unpruned }, validated) {
  const name = `${target}×`;
  if (!scores) {
    const tr = row("td", [name, ""]);
    const cell = /** @type {HTMLTableCellElement} */ (tr.lastElementChild);
    cell.colSpan = validated ? 5 : 4;
    // On a phone the columns are wider than what is seen of them.
    const why = document.createElement("p");
    why.textContent = words.missing(missing ?? "", curve === null);
    cell.append(why);
    return tr;
  }
  const against = control ?? unpruned;
  const cost = 100 * (scores.test_accuracy - against.test_accuracy);
  const accuracies = [...(validated ? [percent(scores.validation_accuracy ?? 0)] : []), percent(scores.test_accuracy), words.points(cost)];
  return row("td", [name, compression_ratio === null ? words.nothing : times(compression_ratio), percent(amount ?? 0, 1), ...accuracies]);
}

/** @param {Level} level */
function factsOf({ collapse, theoretical_speedup, compaction, epochs, control, test_accuracy, validation_gap }) {
  const { params, multiply_adds, bytes, largest_difference, largest_output } = compaction;
  const pair = (/** @type {[number, number]} */ [before, after]) => words.pair(count(before), count(after));
  const relative = largest_output > 0 ? largest_difference / largest_output : 0;
  return [
    ...(collapse ? [words.collapsed(collapse)] : []),
    words.speedup(theoretical_speedup === null ? null : times(theoretical_speedup)),
    words.compaction(pair(params), pair(multiply_adds), pair(bytes)),
    words.exact(relative === 0 ? "0" : relative.toExponential(1)),
    words.trained(count(epochs), control ? percent(control.test_accuracy) : null, percent(test_accuracy)),
    ...(validation_gap === null ? [] : [words.gap(100 * validation_gap)]),
  ];
}
