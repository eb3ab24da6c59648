// @ts-check
/**
 * How often a test part was looked at while choosing. Everything on the page that is a cut or another experiment shows
 * test accuracy, so each counts: every result, every cut at which the choice rested, and, as `count` is told, every other
 * criterion whose curve was laid over the plots.
 *
 * @import { Cut } from "./cut.js"
 */
import { atRest, write } from "./dom.js";
import { looks as words } from "./strings.js";

/** After so long at one cut its accuracy has been read, in milliseconds. */
const READ = 300;

export class Looks {
  #line;
  #cut;
  /** The looks at each test part, by what makes its rows; and the one at hand. @type {Map<string, number>} */
  #counts = new Map();
  #part = "";
  /** The result that was shown last. @type {unknown} */
  #result = null;
  /** What was counted last: the digest of a result, and the cut. */
  #seen = "";

  /** @param {HTMLElement} line @param {Cut} cut */
  constructor(line, cut) {
    this.#line = line;
    this.#cut = cut;
    // Another run's result may be there by then, of which its frame has not told yet.
    const moved = atRest(READ, () => cut.result === this.#result && this.#read());
    cut.subscribe(() => {
      moved();
      if (cut.result === this.#result) return this.#tell();
      const { data, split } = cut.report.config;
      this.#part = JSON.stringify([data, split]);
      this.#result = cut.result;
      this.#read();
    });
  }

  /** Counts what is shown, unless it was counted just before. */
  #read() {
    const seen = `${this.#cut.report.digest} ${this.#cut.k}`;
    if (seen === this.#seen) return;
    this.#seen = seen;
    this.count();
  }

  /** Counts one look more. */
  count() {
    this.#counts.set(this.#part, this.#looks + 1);
    this.#tell();
  }

  get #looks() {
    return this.#counts.get(this.#part) ?? 0;
  }

  #tell() {
    const { validationAccuracy, testAccuracy } = this.#cut;
    const gap = validationAccuracy === null ? null : 100 * (validationAccuracy - testAccuracy);
    const said = words.line(this.#looks, gap);
    write(this.#line, said);
  }
}
