// @ts-check
/**
 * The two directions in which rows vary most. Pure functions, no DOM.
 *
 * Power iteration on XᵀX, which of many features is never made; the second direction is kept at a right angle to the
 * first. The sign of a direction is chosen such that its largest component is positive, so that the same rows give the
 * same picture.
 */

/** @typedef {{ mean: Float64Array, axes: [Float64Array, Float64Array], explained: [number, number] }} Projection */

/** The rows looked at have at most about so many numbers. */
const MOST_NUMBERS = 200_000;
const MOST_STEPS = 100;
/** XᵀX of more features takes longer to make than it saves. */
const MANY = 100;
/** A direction is found when a step turns it by less than this. */
const STILL = 1e-9;

/**
 * The mean, the two directions, and what fraction of the variance lies along each.
 * @param {Float32Array} features rows one after the other @param {number} width features of a row, at least two
 * @param {Uint32Array} rows which of them to look at
 * @returns {Projection}
 */
export function principalAxes(features, width, rows) {
  const stride = Math.max(1, Math.ceil((rows.length * width) / MOST_NUMBERS));
  const seen = rows.filter((_, i) => i % stride === 0);
  const mean = new Float64Array(width);
  for (const row of seen) for (let i = 0; i < width; i += 1) mean[i] += features[row * width + i] / seen.length;
  const centred = new Float64Array(seen.length * width);
  seen.forEach((row, r) => {
    for (let i = 0; i < width; i += 1) centred[r * width + i] = features[row * width + i] - mean[i];
  });
  const total = dot(centred, centred);
  const times = width > MANY ? byRows(centred, width) : byMatrix(centred, width);
  const [first, along] = direction(times, width, null);
  const [second, across] = direction(times, width, first);
  const share = (/** @type {number} */ variance) => (total > 0 ? variance / total : 0);
  return { mean, axes: [first, second], explained: [share(along), share(across)] };
}

/** The rows in the plane, x and y of one after those of the other. @param {Projection} projection @param {Float32Array} features @param {Uint32Array} rows */
export function project({ mean, axes }, features, rows) {
  const width = mean.length;
  const plane = new Float32Array(2 * rows.length);
  rows.forEach((row, r) => {
    axes.forEach((axis, a) => {
      let sum = 0;
      for (let i = 0; i < width; i += 1) sum += (features[row * width + i] - mean[i]) * axis[i];
      plane[2 * r + a] = sum;
    });
  });
  return plane;
}

/** Multiplies XᵀX by a vector. @typedef {(axis: Float64Array<ArrayBuffer>) => Float64Array<ArrayBuffer>} Times */

/** @param {Float64Array} centred @param {number} width @returns {Times} */
function byRows(centred, width) {
  return (axis) => {
    const next = new Float64Array(width);
    for (let start = 0; start < centred.length; start += width) {
      let along = 0;
      for (let i = 0; i < width; i += 1) along += centred[start + i] * axis[i];
      for (let i = 0; i < width; i += 1) next[i] += centred[start + i] * along;
    }
    return next;
  };
}

/** @param {Float64Array} centred @param {number} width @returns {Times} */
function byMatrix(centred, width) {
  const matrix = new Float64Array(width * width);
  for (let start = 0; start < centred.length; start += width) {
    for (let i = 0; i < width; i += 1) for (let j = 0; j < width; j += 1) matrix[i * width + j] += centred[start + i] * centred[start + j];
  }
  return (axis) => Float64Array.from(axis, (_, i) => dot(axis, matrix.subarray(i * width, (i + 1) * width)));
}

/**
 * The unit vector at a right angle to `other` along which the squares of the rows sum up to most, and that sum.
 * @param {Times} times @param {number} width @param {Float64Array | null} other
 * @returns {[Float64Array, number]}
 */
function direction(times, width, other) {
  // Nothing is at a right angle to this but by accident.
  let axis = Float64Array.from({ length: width }, (_, i) => Math.cos(1 + i * i));
  straighten(axis, other);
  let variance = 0;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const next = times(axis);
    variance = straighten(next, other);
    if (variance === 0) break;
    const turned = 1 - Math.abs(dot(next, axis));
    axis = next;
    if (turned < STILL) break;
  }
  const largest = axis.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  if (largest < 0) axis.forEach((value, i) => (axis[i] = -value));
  return [axis, variance];
}

/** Takes from `axis` what it has of `other` and gives it length 1; returns the length that it had. @param {Float64Array} axis @param {Float64Array | null} other */
function straighten(axis, other) {
  if (other) {
    const shared = dot(axis, other);
    axis.forEach((value, i) => (axis[i] = value - shared * other[i]));
  }
  const length = Math.sqrt(dot(axis, axis));
  if (length > 0) axis.forEach((value, i) => (axis[i] = value / length));
  return length;
}

/** @param {Float64Array} a @param {Float64Array} b */
function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i] * b[i];
  return sum;
}
