// @ts-check
/**
 * The element with that id, which must be of that type.
 * @template {HTMLElement} T
 * @param {string} id @param {new () => T} type
 * @returns {T}
 */
export function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new TypeError(`#${id} is no ${type.name}`);
  return found;
}

/** Calls back whenever the screen has another number of pixels for each of CSS. @param {() => void} changed */
export function onRatioChange(changed) {
  // A media query matches one ratio only, so each change asks anew.
  matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
    "change",
    () => {
      changed();
      onRatioChange(changed);
    },
    { once: true },
  );
}

/**
 * What draws `canvas`: at once where it is in sight, elsewhere not before it comes there.
 * @param {HTMLCanvasElement} canvas @param {() => void} draw
 */
export function inSight(canvas, draw) {
  let [seen, due] = [true, false];
  const follow = () => {
    due = !seen;
    if (seen) draw();
  };
  new IntersectionObserver((changes) => {
    seen = changes[changes.length - 1].isIntersecting;
    if (due) follow();
  }).observe(canvas);
  return follow;
}

/**
 * What is to be told of each move; `rested` is called once none has come for so long. One timer that looks again costs less
 * than one set anew by each move.
 * @param {number} still in milliseconds @param {() => void} rested
 */
export function atRest(still, rested) {
  let [moved, waits] = [0, false];
  const look = () => {
    const left = moved + still - performance.now();
    waits = left > 0;
    if (waits) setTimeout(look, left);
    else rested();
  };
  return () => {
    moved = performance.now();
    if (!waits) setTimeout(look, still);
    waits = true;
  };
}

/** Puts a text into an element that holds nothing else, and touches nothing where it is there already: what is touched is laid out anew. @param {Node} element @param {string} text */
export function write(element, text) {
  const { firstChild } = element;
  if (!(firstChild instanceof Text)) element.textContent = text;
  else if (firstChild.data !== text) firstChild.data = text;
}

/** A row of a table, whose first cell is a heading. @param {"th" | "td"} kind of the others @param {string[]} texts */
export function row(kind, texts) {
  const tr = document.createElement("tr");
  tr.append(
    ...texts.map((text, i) => {
      const cell = document.createElement(i === 0 ? "th" : kind);
      if (cell.tagName === "TH") /** @type {HTMLTableCellElement} */ (cell).scope = kind === "th" ? "col" : "row";
      cell.textContent = text;
      return cell;
    }),
  );
  return tr;
}

/** Keeps a choice for the next visit, where the browser lets it. @param {string} name @param {string} value */
export function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Then it holds for this one.
  }
}
