// @ts-check
/** The shapes that stand for classes. Shape and colour repeat after different numbers, so that no two of many classes share both. */

/** Classes with a colour of their own: `--class-0` and so on. */
const COLOURS = 6;

/** @param {number} label */
export function classToken(label) {
  return `class-${label % COLOURS}`;
}

/** @type {((path: Path2D, x: number, y: number, r: number) => void)[]} */
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

/** Adds the mark of a class, about as wide as a circle of radius `r`. @param {Path2D} path @param {number} label @param {number} x @param {number} y @param {number} r */
export function addMark(path, label, x, y, r) {
  SHAPES[label % SHAPES.length](path, x, y, r);
}

/** @param {Path2D} path @param {number} x @param {number} y @param {number} r */
export function addCross(path, x, y, r) {
  path.moveTo(x - r, y - r);
  path.lineTo(x + r, y + r);
  path.moveTo(x - r, y + r);
  path.lineTo(x + r, y - r);
}

/** @param {Path2D} path @param {number[][]} corners */
function polygon(path, corners) {
  corners.forEach(([x, y], i) => (i ? path.lineTo(x, y) : path.moveTo(x, y)));
  path.closePath();
}
