// @ts-check
/**
 * Every figure as PNG and SVG, every table as CSV and JSON. What there is to export registers itself; the dialog lists it.
 *
 * @import { Plane, Plot } from "./plot.js"
 * @import { CutLine } from "./cut-line.js"
 */
import { palette } from "./plot.js";
import { save } from "./save.js";
import { exported } from "./strings.js";
import { svgOf } from "./svg.js";

/** A figure's size in CSS pixels, and how many pixels of a PNG each of them is. */
const [WIDTH, HEIGHT, RATIO] = [960, 560, 2];

/** @typedef {{ heading: string, draw: (canvas: HTMLCanvasElement, ratio: number) => void }} Figure draws on all of a canvas */
/** @typedef {Record<string, string | number | null>} Row */
/** @typedef {{ heading: string, rows: () => Row[] }} Table */

export class Exports {
  #list;
  #name;

  /** @param {HTMLElement} list @param {() => string} name what the files begin with */
  constructor(list, name) {
    this.#list = list;
    this.#name = name;
  }

  /** @param {string} key for the file's name @param {Figure} figure */
  figure(key, { heading, draw }) {
    const file = (/** @type {string} */ type) => `${this.#name()}-${key}.${type}`;
    this.#add(heading, {
      PNG: async () => {
        const canvas = document.createElement("canvas");
        canvas.width = WIDTH * RATIO;
        canvas.height = HEIGHT * RATIO;
        draw(canvas, RATIO);
        const blob = await new Promise((resolve) => canvas.toBlob(resolve));
        save(file("png"), "image/png", /** @type {Blob} */ (blob));
      },
      SVG: () => save(file("svg"), "image/svg+xml", svgOf(WIDTH, HEIGHT, (canvas) => draw(canvas, 1))),
    });
  }

  /** A plot, and the cut on it. @param {string} key @param {string} heading @param {Plot} plot @param {CutLine} [line] */
  plot(key, heading, plot, line) {
    this.figure(key, {
      heading,
      draw: (canvas, ratio) => {
        const plane = plot.drawOn(canvas, ratio, true);
        if (plane && line) drawCut(canvas, ratio, plane, line);
      },
    });
  }

  /** @param {string} key for the file's name @param {Table} table */
  table(key, { heading, rows }) {
    this.#add(heading, {
      CSV: () => save(`${this.#name()}-${key}.csv`, "text/csv", csvOf(rows())),
      JSON: () => save(`${this.#name()}-${key}.json`, "application/json", JSON.stringify(rows())),
    });
  }

  /** @param {string} heading @param {Record<string, () => void>} files */
  #add(heading, files) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = heading;
    item.append(name);
    for (const [type, make] of Object.entries(files)) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = type;
      button.setAttribute("aria-label", exported.button(heading, type));
      button.addEventListener("click", make);
      item.append(button);
    }
    this.#list.append(item);
  }
}

/** Comma-separated values, a header first; what there is not stays empty. @param {Row[]} rows */
export function csvOf(rows) {
  const names = Object.keys(rows[0] ?? {});
  return [names, ...rows.map((row) => names.map((name) => row[name] ?? ""))].map((cells) => `${cells.join(",")}\n`).join("");
}

/** @param {HTMLCanvasElement} canvas @param {number} ratio @param {Plane} plane @param {CutLine} line */
function drawCut(canvas, ratio, { left, top, width, height, y: [from, to] }, line) {
  const context = canvas.getContext("2d");
  const drawn = line.drawn;
  if (!context || !drawn) return;
  const colours = palette();
  const x = left + drawn.x * width;
  context.save();
  context.scale(ratio, ratio);
  context.strokeStyle = colours.cut;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, top + height);
  context.stroke();
  context.font = "bold 12px system-ui, sans-serif";
  context.textBaseline = "bottom";
  const right = drawn.x > 0.62;
  context.textAlign = right ? "right" : "left";
  for (const { y: value, text } of drawn.marks) {
    const y = top + height * (1 - (value - from) / (to - from));
    context.fillStyle = colours.surface;
    context.beginPath();
    context.arc(x, y, 5, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
    context.fillStyle = colours.cut;
    context.fillText(text, x + (right ? -10 : 10), y - 6);
  }
  context.restore();
}
