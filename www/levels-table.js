// @ts-check
/**
 * The table of levels. A cell shows a rounded number and carries the full one in `data-value`. Long tables are built a
 * piece a frame, so that the page stays free.
 *
 * @import { Cut } from "./cut.js"
 * @import { Level, Report } from "./wire.js"
 */
import { count, decimal, percent, times } from "./format.js";
import { levels as words } from "./strings.js";

/** @typedef {{ field: keyof typeof words.headings, text: (value: number) => string }} Column */

/** @type {Column[]} */
const COLUMNS = [
  { field: "amount", text: percent },
  { field: "threshold", text: decimal },
  { field: "sparsity", text: percent },
  { field: "nonzero_params", text: count },
  { field: "effective_params", text: count },
  { field: "total_params", text: count },
  { field: "compression_ratio", text: times },
  { field: "theoretical_speedup", text: times },
  { field: "validation_accuracy", text: percent },
  { field: "validation_correct", text: count },
  { field: "validation_loss", text: decimal },
  { field: "test_accuracy", text: percent },
  { field: "test_correct", text: count },
  { field: "test_loss", text: decimal },
];

/** Rows built in one frame; a full piece of a long table has a height that `style.css` knows. */
const PIECE = 50;

export class LevelsTable {
  #table;
  #frame = 0;
  /** The levels by how much they remove: index, and the fraction of weights that are zero. @type {{ index: number, sparsity: number }[]} */
  #order = [];
  /** @type {number | null} */
  #marked = null;

  /** @param {HTMLTableElement} table */
  constructor(table) {
    this.#table = table;
  }

  /** @param {Report} report */
  show(report) {
    cancelAnimationFrame(this.#frame);
    this.#table.hidden = false;
    this.#order = report.levels.map(({ sparsity }, index) => ({ index, sparsity })).sort((a, b) => a.sparsity - b.sparsity);
    this.#marked = null;
    const validated = report.data.n_validation > 0;
    const columns = COLUMNS.filter(({ field }) => validated || !field.startsWith("validation"));
    const head = element("tr", "row");
    head.append(...[words.level, ...columns.map(({ field }) => words.headings[field])].map((text) => heading(text, "col")));
    this.#table.tHead?.replaceChildren(head);
    this.#table.classList.toggle("validated", validated);

    for (const body of [...this.#table.tBodies].slice(1)) body.remove();
    this.#table.tBodies[0].replaceChildren(row("unpruned", words.unpruned, report.unpruned, columns));
    /** @param {number} from */
    const append = (from) => {
      const levels = report.levels.slice(from, from + PIECE);
      const piece = element("tbody", "rowgroup");
      if (levels.length === PIECE) piece.className = "piece";
      for (const [offset, level] of levels.entries()) {
        const index = from + offset;
        const tr = row(String(index), String(index + 1), level, columns);
        if (index === this.#marked) tr.className = "chosen-level";
        piece.append(tr);
      }
      this.#table.append(piece);
      if (from + PIECE < report.levels.length) this.#frame = requestAnimationFrame(() => append(from + PIECE));
    };
    append(0);
  }

  /** Marks the level at the cut, or the last that removes no more; its index, if there is one. @param {Cut} cut */
  mark({ amount, hasStops, k, result }) {
    const below = () => this.#order.findLast(({ sparsity }) => sparsity <= amount + 1e-9)?.index;
    const last = (hasStops ? result.stops?.[k - 1] : below()) ?? null;
    if (last === this.#marked) return last;
    this.#row(this.#marked)?.classList.remove("chosen-level");
    this.#row(last)?.classList.add("chosen-level");
    return (this.#marked = last);
  }

  /** @param {number | null} index of a level */
  #row(index) {
    return this.#table.querySelector(`tr[data-level="${index}"]`);
  }
}

/** @param {string} level @param {string} name @param {Partial<Level>} values @param {Column[]} columns */
function row(level, name, values, columns) {
  const tr = element("tr", "row");
  tr.dataset.level = level;
  tr.append(heading(name, "row"));
  for (const { field, text } of columns) {
    const td = element("td", "cell");
    const value = values[field];
    td.dataset.field = field;
    td.textContent = typeof value === "number" ? text(value) : "–";
    if (typeof value === "number") td.dataset.value = String(value);
    tr.append(td);
  }
  return tr;
}

/** @param {string} text @param {"col" | "row"} scope */
function heading(text, scope) {
  const th = element("th", scope === "col" ? "columnheader" : "rowheader");
  th.scope = scope;
  th.textContent = text;
  return th;
}

/** Part of a table with its role, which the style's `display` would take away. @template {"tbody" | "tr" | "th" | "td"} T @param {T} name @param {string} role */
function element(name, role) {
  const created = document.createElement(name);
  created.setAttribute("role", role);
  return created;
}
