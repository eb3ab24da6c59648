// @ts-check
/** The shapes that stand for classes. Shape and colour repeat after different numbers, so that no two of many classes share both. */

/** Classes with a colour of their own: `--class-0` and so on. */
const COLOURS = 6;

/** @param {number} label */
export function classToken(label) {
  return `class-${label % COLOURS}`;
}

/** @type {((path: CanvasPath, x: number, y: number, r: number) => void)[]} */
const SHAPES = [
  (path, x, y, r) => {
    path.moveTo(x + r, y);
    path.arc(x, y, r, 0, 2 * Math.PI);
  },
  (path, x, y, r) => polygon(path, [[x, y - 1.25 * r], [x + 1.15 * r, y + 0.8 * r], [x - 1.15 * r, y + 0.8 * r]]),
  (path, x, y, r) => path.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r),
  (path, x, y, r) => polygon(path, [[x, y - 1.3 * r], [x + 1.3 * r, y], [x, y + 1.3 * r], [x - 1.3 * r, y]]),
  (path, x, y, r) => polygon(path, [[x, y + 1.25 * r], [x + 1.15 * r, y - 0.8 * r], [x - 1.15 * r, y - 0.8 * r]]),
];

/** @typedef {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} Context */

/** How a row fares: right; wrong as it was unpruned; newly wrong, drawn over what is right. @typedef {"right" | "stillWrong" | "newlyWrong"} Fate */

/**
 * Draws a row's mark, about as wide as a circle of radius `r`.
 * @param {Context} context @param {Fate} fate @param {number} label its class
 * @param {number} x @param {number} y @param {number} r @param {(token: string) => string} colour
 */
export function paintMark(context, fate, label, x, y, r, colour) {
  context.beginPath();
  if (fate === "newlyWrong") {
    context.moveTo(x - r, y - r);
    context.lineTo(x + r, y + r);
    context.moveTo(x - r, y + r);
    context.lineTo(x + r, y - r);
    context.strokeStyle = colour("cut");
    context.lineWidth = 1.5;
    context.stroke();
    return;
  }
  const right = fate === "right";
  SHAPES[label % SHAPES.length](context, x, y, right ? r : r + 0.4);
  const [card, own] = [colour("card"), colour(classToken(label))];
  context.fillStyle = right ? own : card;
  context.fill();
  context.strokeStyle = right ? card : own;
  context.lineWidth = right ? 0.75 : 1.5;
  context.stroke();
}

/** Draws the ring that makes a newly wrong row stand out. @param {Context} context @param {number} x @param {number} y @param {number} r @param {(token: string) => string} colour */
export function paintRing(context, x, y, r, colour) {
  context.beginPath();
  context.arc(x, y, r + 2, 0, 2 * Math.PI);
  context.strokeStyle = colour("cut");
  context.lineWidth = 1.5;
  context.stroke();
}

/** @param {CanvasPath} path @param {number[][]} corners */
function polygon(path, corners) {
  corners.forEach(([x, y], i) => (i ? path.lineTo(x, y) : path.moveTo(x, y)));
  path.closePath();
}
