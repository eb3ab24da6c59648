// @ts-check
/**
 * How often the test part was looked at while choosing. Everything on the page that is a cut or another experiment shows
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
  #count = 0;
  /** @type {unknown} The result and the cut that were counted last. */
  #result = null;
  #k = -1;

  /** @param {HTMLElement} line @param {Cut} cut */
  constructor(line, cut) {
    this.#line = line;
    this.#cut = cut;
    const moved = atRest(READ, () => this.#read());
    cut.subscribe(() => {
      moved();
      if (cut.result !== this.#result) this.#read();
      else this.#tell();
    });
  }

  /** Counts what is shown, unless it was counted just before. */
  #read() {
    const { result, k } = this.#cut;
    if (result === this.#result && k === this.#k) return;
    this.#result = result;
    this.#k = k;
    this.count();
  }

  /** Counts one look more. */
  count() {
    this.#count += 1;
    this.#tell();
  }

  #tell() {
    const { validationAccuracy, testAccuracy } = this.#cut;
    const gap = validationAccuracy === null ? null : 100 * (validationAccuracy - testAccuracy);
    const said = words.line(this.#count, gap);
    write(this.#line, said);
  }
}
