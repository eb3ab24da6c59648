// @ts-check
// Rows for the peers to learn from. How long they take depends on the shapes only, but rows that can be learned show
// that they work.

/** As large as W's training and test part. */
export const W = { rows: 1750, features: 10, hidden: [256], classes: 2, test: 750, epochs: 20, lr: 0.01 };
/** As large as L's training part. */
export const L = { rows: 1400, features: 64, hidden: [512, 512], classes: 10, test: 0, epochs: 20, lr: 0.001 };
export const BATCH = 128;
/** Cuts on magnitude: none, then the twenty levels. */
export const THRESHOLDS = Float32Array.from([0, ...Array.from({ length: 20 }, (_, i) => 0.01 + (i * 0.49) / 19)]);

/** `length` numbers in [-1, 1), the same every time. @param {number} length */
export function uniform(length) {
  let state = 42;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
}

/** `x` and `test` row-major; the class of a row is the place of the largest of its first `classes` features. @param {typeof W} shape */
export function rowsOf({ rows, features, classes, test }) {
  const all = uniform((rows + test) * features);
  const x = all.slice(0, rows * features);
  const y = Float32Array.from({ length: rows }, (_, row) => {
    const scores = x.subarray(row * features, row * features + classes);
    return scores.indexOf(Math.max(...scores));
  });
  return { x, y, test: all.slice(rows * features) };
}
