// @ts-check
/**
 * The cut on a figure: a line to be dragged with a mouse, a finger or the arrow keys, dots where it meets the figure's
 * lines, and what they are there. It lies over the figure, which stays as it was drawn.
 *
 * @import { Axis, Cut } from "./cut.js"
 * @import { Plane } from "./plot.js"
 */
import { write } from "./dom.js";
import { count, percent, threshold, times } from "./format.js";
import { line as words } from "./strings.js";

/** @typedef {{ y: number, text: string }} Mark */

/**
 * @typedef {object} Options
 * @property {string} name of the figure
 * @property {() => Axis} axis the horizontal one at hand
 * @property {(cut: Cut, point: number) => Mark[]} marks the figure's lines at a point of the curve
 * @property {(cut: Cut) => boolean} [shown] whether the cut has a place on the figure, if not always
 * @property {{ to(place: number): number, from(x: number): number }} [scale] where places lie on the figure, if not as they are
 */

/** The height of a line of a label, in pixels. */
const LINE = 18;
/** What a label needs beside its point, in pixels. */
const WIDE = 130;
/** What a label and a reference line's name need, one beside the other, in pixels. */
const BOTH = 210;
/** Between a point and its label, in pixels. */
const GAP = 9;
/** What a large step of the keyboard is, as a share of all points. */
const LARGE = 20;

export class CutLine {
  #cut;
  #options;
  /** @type {Plane | null} */
  #plane = null;
  /** Where the plane begins in the window, as it was when the line was taken: to ask at each move would cost a layout. */
  #left = 0;
  /** How many weights the slider says there are. */
  #most = -1;
  #slider = part("div", "cut-slider");
  #line = part("span", "cut-line");
  #label = part("span", "cut-label");
  #hover = part("span", "cut-hover");
  #tip = part("span", "cut-tip");
  /** @type {HTMLElement[]} */
  #dots = [];

  /** @param {HTMLElement} plot what the figure stands in @param {Cut} cut @param {Options} options */
  constructor(plot, cut, options) {
    this.#cut = cut;
    this.#options = options;
    const slider = this.#slider;
    slider.hidden = true;
    slider.tabIndex = 0;
    slider.setAttribute("role", "slider");
    slider.setAttribute("aria-valuemin", "0");
    slider.setAttribute("aria-label", words.name(options.name));
    slider.append(this.#hover, this.#tip, this.#line, this.#label);
    plot.append(slider);
    this.#leave();
    slider.addEventListener("pointerdown", (event) => this.#grab(event));
    slider.addEventListener("pointermove", (event) => this.#move(event));
    slider.addEventListener("pointerleave", () => this.#leave());
    slider.addEventListener("keydown", (event) => this.#press(event));
    cut.subscribe(() => this.update());
  }

  /** Says where the figure's plane lies. @param {Plane} plane */
  place(plane) {
    this.#plane = plane;
    const { style } = this.#slider;
    style.left = `${plane.left}px`;
    style.top = `${plane.top}px`;
    style.width = `${plane.width}px`;
    style.height = `${plane.height}px`;
    this.update();
  }

  update() {
    const plane = this.#plane;
    const cut = this.#cut;
    show(this.#slider, plane !== null && cut.ready && this.#options.shown?.(cut) !== false);
    if (!plane || this.#slider.hidden) return;
    const x = this.#x(plane);
    const marks = this.#options.marks(cut, cut.point);
    this.#line.style.transform = `translateX(${x}px)`;
    while (this.#dots.length < marks.length) {
      const dot = part("span", "cut-dot");
      this.#dots.push(dot);
      this.#slider.append(dot);
    }
    marks.forEach(({ y }, index) => (this.#dots[index].style.transform = `translate(${x}px, ${height(plane, y)}px)`));
    show(this.#label, marks.length > 0);
    if (marks.length > 0) {
      writeLines(this.#label, marks.map(({ text }) => text));
      beside(this.#label, plane, x, height(plane, marks[0].y), LINE * marks.length);
    }
    if (this.#most !== cut.n) this.#slider.setAttribute("aria-valuemax", String((this.#most = cut.n)));
    this.#slider.setAttribute("aria-valuenow", String(cut.k));
    // A single mark is the accuracy, which is said in any case.
    const also = marks.length > 1 ? marks.map(({ text }) => text) : [];
    this.#slider.setAttribute("aria-valuetext", [inWords(cut), ...also].join(", "));
  }

  /** Where the cut lies and what the figure is there, to be drawn into a copy of it. @returns {{ x: number, marks: Mark[] } | null} in the plane's pixels */
  get drawn() {
    if (!this.#plane || this.#slider.hidden) return null;
    return { x: this.#x(this.#plane) / this.#plane.width, marks: this.#options.marks(this.#cut, this.#cut.point) };
  }

  /** @param {Plane} plane */
  #x({ width, x: [from, to] }) {
    const axis = this.#options.axis();
    const { magnitudes } = this.#cut.result;
    // Between equal magnitudes there is no threshold, but a place; without any parameter left there is no ratio.
    const place = this.#cut.place(axis) ?? (axis === "threshold" ? magnitudes[this.#cut.k] : to);
    const at = (this.#options.scale?.to(place) ?? place) - from;
    return Math.min(Math.max(at / (to - from), 0), 1) * width;
  }

  /** @param {PointerEvent} event */
  #grab(event) {
    if (event.button !== 0) return;
    this.#slider.setPointerCapture(event.pointerId);
    this.#left = this.#slider.getBoundingClientRect().left;
    this.#slider.focus({ preventScroll: true });
    this.#slider.classList.add("is-dragged");
    this.#slider.addEventListener("lostpointercapture", () => this.#slider.classList.remove("is-dragged"), { once: true });
    this.#drag(event);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (this.#slider.hasPointerCapture(event.pointerId)) this.#drag(event);
    else if (event.pointerType === "mouse") {
      this.#left = this.#slider.getBoundingClientRect().left;
      this.#read(event);
    }
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    this.#leave();
    const value = this.#value(event);
    if (value !== null) this.#cut.setPlace(this.#options.axis(), value);
  }

  /** The place on the axis under the pointer, in as many digits as there are pixels. @param {PointerEvent} event */
  #value(event) {
    const plane = this.#plane;
    if (!plane) return null;
    const [from, to] = plane.x;
    const within = Math.min(Math.max((event.clientX - this.#left) / plane.width, 0), 1);
    const at = (/** @type {number} */ part) => {
      const x = from + part * (to - from);
      return this.#options.scale?.from(x) ?? x;
    };
    const pixel = at(within) - at(within - 1 / plane.width);
    return Number(at(within).toFixed(Math.min(Math.max(Math.ceil(-Math.log10(pixel)), 0), 20)));
  }

  /** Shows what the figure is under the pointer. @param {PointerEvent} event */
  #read(event) {
    const plane = this.#plane;
    const value = this.#value(event);
    if (!plane || value === null || !this.#cut.ready) return;
    const axis = this.#options.axis();
    const point = this.#cut.pointAt(axis, value);
    const x = event.clientX - this.#left;
    const place = axis === "threshold" ? words.below(threshold(value)) : axis === "amount" ? percent(value, 1) : times(2 ** value);
    const removed = count(this.#cut.result.curve.removed[point]);
    const lines = [place, this.#cut.hasStops ? words.level(removed, count(this.#cut.n)) : words.removed(removed)];
    writeLines(this.#tip, [...lines, ...this.#options.marks(this.#cut, point).map(({ text }) => text)]);
    show(this.#hover, true);
    show(this.#tip, true);
    this.#hover.style.transform = `translateX(${x}px)`;
    beside(this.#tip, plane, x, plane.height, 0);
  }

  #leave() {
    show(this.#hover, false);
    show(this.#tip, false);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !stepped(this.#cut, event)) return;
    event.preventDefault();
  }
}

/** Moves the cut as the key says; whether it says anything. @param {Cut} cut @param {KeyboardEvent} event */
export function stepped(cut, { key, shiftKey }) {
  if (!cut.ready) return false;
  const large = Math.ceil(cut.result.curve.removed.length / LARGE);
  const small = shiftKey ? large : 1;
  const steps = /** @type {Record<string, number>} */ ({
    ArrowRight: small, ArrowUp: small, ArrowLeft: -small, ArrowDown: -small, PageUp: large, PageDown: -large, Home: -cut.n - 1, End: cut.n + 1,
  })[key];
  if (steps !== undefined) cut.step(steps);
  return steps !== undefined;
}

/** The cut as a screen reader says it. @param {Cut} cut */
function inWords(cut) {
  if (cut.hasStops) return words.levelInWords(words.level(count(cut.k), count(cut.n)), percent(cut.amount, 1), percent(cut.testAccuracy));
  const where = cut.threshold === null ? null : threshold(cut.threshold);
  return words.words(where, count(cut.k), count(cut.n), percent(cut.testAccuracy));
}

/** How far below the plane's top a value lies. @param {Plane} plane @param {number} y */
function height({ height, y: [from, to] }, y) {
  return height * (1 - (y - from) / (to - from));
}

/**
 * On which side of a point a text of such a height stands: right of it and above, but towards the right end, where the
 * reference lines have their names over them, left of it and below; above or below in either case where there is room.
 * Where there is none below, above and left would be on a line that falls: it stands right as long as it can.
 * @param {{ width: number, height: number }} plane @param {number} x @param {number} y @param {number} high
 */
export function sideOf(plane, x, y, high) {
  const room = y + high + GAP <= plane.height;
  const end = Math.max(0.5 * plane.width, Math.min(0.62 * plane.width, plane.width - BOTH));
  const left = x > (room ? end : Math.max(end, plane.width - WIDE));
  return { left, below: left ? room : y <= high };
}

/** Puts a text of such a height beside a point. @param {HTMLElement} text @param {Plane} plane @param {number} x @param {number} y @param {number} high */
function beside(text, plane, x, y, high) {
  const { left, below } = sideOf(plane, x, y, high);
  text.style.transform = `translate(${x + (left ? -GAP : GAP)}px, ${y + (below ? GAP : 2 - GAP)}px) translate(${left ? "-100%" : "0"}, ${below ? "0" : "-100%"})`;
}

/** Puts lines into `element`, touching what changed only. @param {HTMLElement} element @param {string[]} lines */
function writeLines(element, lines) {
  while (element.children.length > lines.length) element.lastElementChild?.remove();
  while (element.children.length < lines.length) element.append(part("span", ""));
  lines.forEach((line, index) => write(element.children[index], line));
}

/** To say again that it is hidden would have its style computed anew. @param {HTMLElement} element @param {boolean} shown */
function show(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

/** @template {"div" | "span"} T @param {T} name @param {string} className */
function part(name, className) {
  const created = document.createElement(name);
  if (className) created.className = className;
  return created;
}
