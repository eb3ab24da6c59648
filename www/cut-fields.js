// @ts-check
/**
 * Four fields for one cut: threshold, amount, compression ratio, accuracy floor. Each follows the cut, but for the one
 * that is being written in; the arrow keys move it, and so does dragging its name.
 *
 * @import { Cut } from "./cut.js"
 */
import { stepped } from "./cut-line.js";
import { write } from "./dom.js";
import { threshold } from "./format.js";
import { fields as text } from "./strings.js";

/** @typedef {{ threshold: HTMLInputElement, amount: HTMLInputElement, compression: HTMLInputElement, floor: HTMLInputElement, note: HTMLElement }} Elements */

/** @typedef {{ input: HTMLInputElement, shows: (cut: Cut) => string, set: (cut: Cut, value: number, percent: boolean) => void }} Field */

/** Pixels to drag a name from nothing cut to everything. */
const WAY = 400;

export class CutFields {
  #cut;
  #note;
  /** @type {Field[]} */
  #fields;

  /** @param {Elements} elements @param {Cut} cut */
  constructor({ threshold: t, amount, compression, floor, note }, cut) {
    this.#cut = cut;
    this.#note = note;
    this.#fields = [
      { input: t, shows: (cut) => (cut.threshold === null ? "–" : threshold(cut.threshold)), set: (cut, value) => cut.setThreshold(value) },
      { input: amount, shows: (cut) => cut.amount.toFixed(3), set: (cut, value, percent) => cut.setAmount(percent ? value / 100 : value) },
      { input: compression, shows: (cut) => (cut.compressionRatio === null ? "–" : `${cut.compressionRatio.toFixed(2)} ×`), set: (cut, value) => cut.setCompressionRatio(value) },
      { input: floor, shows: (cut) => `${(100 * cut.floor).toFixed(2)} %`, set: (cut, value) => cut.setFloor(value / 100) },
    ];
    for (const field of this.#fields) this.#listen(field);
    cut.subscribe(() => this.#update());
  }

  /** @param {Field} field */
  #listen(field) {
    const { input } = field;
    const set = () => {
      const value = /^\s*\d*[.,]?\d+(e-?\d+)?\s*[×%x]?\s*$/i.test(input.value) ? parseFloat(input.value.replace(",", ".")) : NaN;
      input.setAttribute("aria-invalid", String(Number.isNaN(value)));
      if (!Number.isNaN(value) && this.#cut.ready && !input.readOnly) field.set(this.#cut, value, input.value.includes("%"));
    };
    // What is written here is no part of the config: the form around it is not to hear of it.
    input.addEventListener("input", (event) => {
      event.stopPropagation();
      input.dataset.written = "";
      set();
    });
    input.addEventListener("change", (event) => {
      event.stopPropagation();
      this.#close(field);
    });
    input.addEventListener("blur", () => this.#close(field));
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#close(field);
      if (!/^(ArrowUp|ArrowDown|PageUp|PageDown)$/.test(event.key) || !stepped(this.#cut, event)) return;
      event.preventDefault();
      delete input.dataset.written;
    });
    const name = input.labels?.[0];
    name?.addEventListener("pointerdown", (event) => {
      if (!this.#cut.ready || event.button !== 0) return;
      const [from, x] = [this.#cut.k, event.clientX];
      const drag = (/** @type {PointerEvent} */ { clientX }) => this.#cut.setK(from + ((clientX - x) / WAY) * this.#cut.n);
      name.setPointerCapture(event.pointerId);
      name.addEventListener("pointermove", drag);
      name.addEventListener("lostpointercapture", () => name.removeEventListener("pointermove", drag), { once: true });
    });
  }

  /** Shows the cut again where something was written. @param {Field} field */
  #close({ input, shows }) {
    delete input.dataset.written;
    input.removeAttribute("aria-invalid");
    if (this.#cut.ready) input.value = shows(this.#cut);
  }

  #update() {
    const cut = this.#cut;
    const [t, , , floor] = this.#fields;
    if (t.input.disabled) for (const { input } of this.#fields) input.disabled = false;
    if (t.input.readOnly === cut.hasThreshold) t.input.readOnly = !cut.hasThreshold;
    if (floor.input.readOnly === cut.hasValidation) floor.input.readOnly = !cut.hasValidation;
    write(this.#note, cut.hasValidation ? text.validated : text.notValidated);
    for (const { input, shows } of this.#fields) {
      const shown = shows(cut);
      if (!("written" in input.dataset) && input.value !== shown) input.value = shown;
      input.setAttribute("aria-valuenow", String(cut.k));
      input.setAttribute("aria-valuetext", shown);
    }
  }
}
