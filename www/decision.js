// @ts-check
/** What a network makes of a grid of points, and the lines where its answer changes. Pure, no DOM. */

/**
 * For each point of the grid the class that leads, and by how much of the probability, in [0, 1].
 * @param {Float32Array} outputs of `Network.outputs` @param {number} classes
 */
export function decide(outputs, classes) {
  const width = classes === 2 ? 1 : classes;
  const points = outputs.length / width;
  const leader = new Uint8Array(points);
  const lead = new Float32Array(points);
  for (let p = 0; p < points; p += 1) {
    if (width === 1) {
      leader[p] = outputs[p] > 0.5 ? 1 : 0;
      lead[p] = Math.abs(2 * outputs[p] - 1);
      continue;
    }
    let [best, first, second] = [0, -1, -1];
    for (let c = 0; c < width; c += 1) {
      const value = outputs[p * width + c];
      if (value > first) [best, first, second] = [c, value, first];
      else if (value > second) second = value;
    }
    leader[p] = best;
    lead[p] = first - second;
  }
  return { leader, lead };
}

/**
 * The lines between points of different leaders, as x0, y0, x1, y1 in steps of the grid: within each square of four
 * points, straight between the places where the lead is zero (marching squares).
 * @param {{ leader: Uint8Array, lead: Float32Array }} decision @param {number} columns @param {number} rows
 * @returns {number[]}
 */
export function boundary({ leader, lead }, columns, rows) {
  /** @type {number[]} */
  const lines = [];
  for (let row = 0; row + 1 < rows; row += 1) {
    for (let column = 0; column + 1 < columns; column += 1) {
      const a = row * columns + column;
      const own = leader[a];
      // Most squares, for which nothing is to be made.
      if (own === leader[a + 1] && own === leader[a + columns] && own === leader[a + columns + 1]) continue;
      const corners = [a, a + 1, a + columns + 1, a + columns];
      /** @type {number[]} */
      const crossings = [];
      for (let side = 0; side < 4; side += 1) {
        const [from, to] = [corners[side], corners[(side + 1) % 4]];
        if (leader[from] === leader[to]) continue;
        const sum = lead[from] + lead[to];
        const part = sum > 0 ? lead[from] / sum : 0.5;
        const [fx, fy, tx, ty] = [from % columns, Math.floor(from / columns), to % columns, Math.floor(to / columns)];
        crossings.push(fx + (tx - fx) * part, fy + (ty - fy) * part);
      }
      if (crossings.length === 4) lines.push(...crossings);
      else {
        // Three or four regions meet here.
        for (let i = 0; i < crossings.length; i += 2) lines.push(crossings[i], crossings[i + 1], column + 0.5, row + 0.5);
      }
    }
  }
  return lines;
}
