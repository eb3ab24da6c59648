// @ts-check
/**
 * What the figures draw, in numbers: a table for each, some of its rows at first, and more when they are wanted.
 *
 * @import { Row } from "./save.js"
 * @import { Table } from "./tables.js"
 */
import { row } from "./dom.js";
import { count } from "./format.js";
import { flat } from "./save.js";
import { lab as text, numbers as words } from "./strings.js";

/** @typedef {{ choice: HTMLSelectElement, table: HTMLTableElement, more: HTMLButtonElement, aside: HTMLElement }} Elements */

const PIECE = 100;
/** Single precision has a little more than six. */
const DIGITS = 6;

export class Numbers {
  #elements;
  #tables;
  /** At most so many rows are shown. */
  #most = PIECE;

  /** @param {Elements} elements @param {Table[]} tables */
  constructor(elements, tables) {
    this.#elements = elements;
    this.#tables = tables.filter(({ figure }) => figure);
    const { choice, more } = elements;
    choice.replaceChildren(...this.#tables.map(({ key }) => new Option(text.tables[key], key)));
    choice.addEventListener("change", () => {
      this.#most = PIECE;
      this.show();
    });
    more.addEventListener("click", () => {
      this.#most += PIECE;
      this.show();
    });
  }

  /** Shows what there is now. */
  show() {
    const { choice, table, more, aside } = this.#elements;
    const all = this.#tables[choice.selectedIndex].read();
    const rows = Array.from({ length: Math.min(this.#most, all.length) }, (_, i) => flat(all.row(i)));
    const names = Object.keys(rows[0] ?? {});
    table.tHead?.replaceChildren(row("th", names));
    table.tBodies[0].replaceChildren(...rows.map((values) => row("td", names.map((name) => spelled(values[name])))));
    const left = all.length - rows.length;
    // What is hidden cannot keep the focus.
    if (left === 0 && document.activeElement === more) table.parentElement?.focus();
    more.hidden = left === 0;
    more.textContent = words.more(count(Math.min(PIECE, left)));
    aside.textContent = all.length === 0 ? words.none : words.rows(count(rows.length), count(all.length));
  }
}

/** @param {Row[string]} value */
function spelled(value) {
  if (value === null) return "–";
  if (typeof value === "string") return value;
  return Number.isInteger(value) ? count(value) : String(Number(value.toPrecision(DIGITS)));
}
