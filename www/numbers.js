// @ts-check
/**
 * What the figures draw, in numbers: a table for each, some of its rows at first, and more when they are wanted.
 *
 * @import { Row } from "./save.js"
 * @import { Table } from "./tables.js"
 */
import { count } from "./format.js";
import { lab as text, numbers as words } from "./strings.js";
import { flatRows } from "./tables.js";

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
    const there = this.#tables.map(({ key, ...rest }) => ({ key, rows: flatRows({ key, ...rest }) })).filter(({ rows }) => rows.length > 0);
    const chosen = there.find(({ key }) => key === choice.value) ?? there[0];
    choice.replaceChildren(...there.map(({ key }) => new Option(text.tables[key], key, false, key === chosen?.key)));
    const rows = chosen?.rows ?? [];
    const names = Object.keys(rows[0] ?? {});
    table.tHead?.replaceChildren(line("th", names));
    table.tBodies[0].replaceChildren(...rows.slice(0, this.#most).map((row) => line("td", names.map((name) => spelled(row[name])))));
    more.hidden = rows.length <= this.#most;
    more.textContent = words.more(count(Math.min(PIECE, rows.length - this.#most)));
    aside.textContent = words.rows(count(Math.min(this.#most, rows.length)), count(rows.length));
  }
}

/** @param {Row[string]} value */
function spelled(value) {
  if (value === null) return "–";
  if (typeof value === "string") return value;
  return Number.isInteger(value) ? count(value) : String(Number(value.toPrecision(DIGITS)));
}

/** @param {"th" | "td"} kind @param {string[]} texts */
function line(kind, texts) {
  const tr = document.createElement("tr");
  tr.append(
    ...texts.map((text) => {
      const cell = document.createElement(kind);
      if (cell instanceof HTMLTableCellElement && kind === "th") cell.scope = "col";
      cell.textContent = text;
      return cell;
    }),
  );
  return tr;
}
