// @ts-check
/**
 * Every figure as PNG and SVG, every table as CSV and JSON. Loaded when the dialog is opened first.
 *
 * @import { CutLine } from "./cut-line.js"
 * @import { Plane, Plot } from "./plot.js"
 * @import { Sheet } from "./sheet.js"
 * @import { Table } from "./tables.js"
 */
import { sideOf } from "./cut-line.js";
import { palette } from "./plot.js";
import { csvOf, flat, save } from "./save.js";
import { exported, lab } from "./strings.js";
import { svgOf } from "./svg.js";

/** A figure's size in CSS pixels, and how many pixels of a PNG each of them is. */
const [WIDTH, HEIGHT, RATIO] = [960, 560, 2];

/** What a file is called, what it is, what draws it, and the cut that lies over it. @typedef {{ key: string, heading: string, on: Plot | Sheet, line?: CutLine }} Figure */

/**
 * Lists all that there is, tables without a row left out.
 * @param {HTMLElement} list @param {() => string} name what the files begin with @param {Figure[]} figures @param {Table[]} tables
 */
export function listExports(list, name, figures, tables) {
  list.replaceChildren();
  const add = (/** @type {string} */ heading, /** @type {Record<string, () => void>} */ files) => list.append(item(heading, files));
  for (const { key, heading, on, line } of figures) {
    const draw = (/** @type {HTMLCanvasElement} */ canvas, /** @type {number} */ ratio) => {
      const plane = on.drawOn(canvas, ratio, true);
      if (plane && line) drawCut(canvas, ratio, plane, line);
    };
    add(heading, {
      PNG: async () => {
        const canvas = document.createElement("canvas");
        canvas.width = WIDTH * RATIO;
        canvas.height = HEIGHT * RATIO;
        draw(canvas, RATIO);
        const blob = await new Promise((resolve) => canvas.toBlob(resolve));
        save(`${name()}-${key}.png`, "image/png", /** @type {Blob} */ (blob));
      },
      SVG: () => save(`${name()}-${key}.svg`, "image/svg+xml", svgOf(WIDTH, HEIGHT, (canvas) => draw(canvas, 1))),
    });
  }
  for (const { key, read } of tables.filter((table) => table.read().length > 0)) {
    const flatRows = () => {
      const { length, row } = read();
      return Array.from({ length }, (_, i) => flat(row(i)));
    };
    add(lab.tables[key], {
      CSV: () => save(`${name()}-${key}.csv`, "text/csv", csvOf(flatRows())),
      JSON: () => save(`${name()}-${key}.json`, "application/json", JSON.stringify(flatRows())),
    });
  }
}

/** @param {string} heading @param {Record<string, () => void>} files by their types */
function item(heading, files) {
  const made = document.createElement("li");
  const name = document.createElement("span");
  name.textContent = heading;
  made.append(name);
  for (const [type, make] of Object.entries(files)) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = type;
    button.setAttribute("aria-label", exported.button(heading, type));
    button.addEventListener("click", make);
    made.append(button);
  }
  return made;
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
  for (const { y: value, text } of drawn.marks) {
    const y = top + height * (1 - (value - from) / (to - from));
    context.fillStyle = colours.surface;
    context.beginPath();
    context.arc(x, y, 5, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
    context.fillStyle = colours.cut;
    const { left: toLeft, below } = sideOf({ width, height }, x - left, y - top, 14);
    context.textAlign = toLeft ? "right" : "left";
    context.fillText(text, x + (toLeft ? -10 : 10), below ? y + 21 : y - 6);
  }
  context.restore();
}
