// @ts-check
/**
 * The form is the config: a control's name is the path of the value it holds, and a control is there if the config at
 * hand has that path. What no control speaks for is carried along unchanged.
 *
 * @import { Control } from "./control.js"
 * @import { Refusal } from "./refusal.js"
 * @import { Config, Json, JsonObject } from "./wire.js"
 */
import { blank, show, valueOf } from "./control.js";
import { capital } from "./format.js";
import { assign, at, leaves } from "./fragment.js";
import { form as text } from "./strings.js";

export class ConfigForm {
  #form;
  #complete;
  /** The config last shown, in full. */
  #shown = /** @type {Config} */ (/** @type {unknown} */ ({}));

  /**
   * @param {HTMLFormElement} form
   * @param {(config: string) => string} complete fills a partial config with the defaults of its kinds
   */
  constructor(form, complete) {
    this.#form = form;
    this.#complete = complete;
    form.addEventListener("change", ({ target }) => {
      if ((target instanceof HTMLSelectElement || target instanceof HTMLInputElement) && target.dataset.swaps) this.#swap(target, target.dataset.swaps);
      else this.#reveal(this.read());
    });
  }

  /** Shows `config`, which must be full. @param {Config} config */
  fill(config) {
    this.#shown = structuredClone(config);
    for (const control of this.#controls()) {
      const value = at(config, control.name);
      control.disabled = value === undefined;
      if (value !== undefined) show(control, value);
    }
    this.#reveal(config);
  }

  /** Shows the controls that do anything in such a config. @param {Config} config */
  #reveal(config) {
    for (const control of this.#controls()) {
      const row = control.closest(".field");
      if (row instanceof HTMLElement) row.hidden = control.disabled || ![row, row.parentElement].every((part) => part instanceof HTMLElement && wanted(part, config));
    }
  }

  /** The config as the form has it, unchecked. @returns {Config} */
  read() {
    const config = structuredClone(this.#shown);
    for (const control of this.#controls()) {
      const section = control.name.slice(0, control.name.lastIndexOf("."));
      // A section that has just been made null takes its fields along.
      if (!control.disabled && at(config, section) !== null) assign(config, control.name, valueOf(control));
    }
    return config;
  }

  /** The first control that shows no value, and why; null if each shows one. @returns {Refusal | null} */
  blank() {
    for (const control of this.#controls()) {
      const why = control.disabled ? null : blank(control);
      if (why) return { message: `${control.name} ${why}`, field: control.name };
    }
    return null;
  }

  /** The first value of `config`, the one last shown, that its control does not give back. @param {Config} config @returns {Refusal | null} */
  lost(config) {
    const read = this.read();
    const lost = leaves(config).find(([path, value]) => JSON.stringify(at(read, path)) !== JSON.stringify(value));
    if (!lost) return null;
    return { message: text.lost(lost[0], JSON.stringify(lost[1])), field: lost[0] };
  }

  /** Shows a value the config could not hold, as the person wrote it. @param {string} field @param {Json} value */
  showRaw(field, value) {
    const control = this.#control(field);
    if (control) show(control, value);
  }

  /**
   * Says at the control what is wrong with it, opening what it is folded into.
   * @param {Refusal} refusal @param {{ focus: boolean }} options
   * @returns {boolean} whether there is a control for the field
   */
  refuse({ message, field }, { focus }) {
    this.accept();
    const control = field === null ? undefined : this.#control(field);
    const row = control?.closest(".field");
    if (!control || !row) return false;
    const reason = document.createElement("span");
    reason.id = `refusal-${control.name}`;
    reason.className = "refusal";
    reason.textContent = `${capital(message.startsWith(`${field} `) ? message.slice(`${field} `.length) : message)}.`;
    row.append(reason);
    // Also where the rest of the config leaves the control nothing to do.
    if (row instanceof HTMLElement) row.hidden = false;
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", reason.id);
    const folded = control.closest("details");
    if (folded) folded.open = true;
    if (focus) control.focus();
    return true;
  }

  /** Takes back what `refuse` said. */
  accept() {
    for (const control of this.#controls()) {
      if (!control.hasAttribute("aria-invalid")) continue;
      control.removeAttribute("aria-invalid");
      control.removeAttribute("aria-describedby");
      control.closest(".field")?.querySelector(".refusal")?.remove();
    }
  }

  /**
   * Another kind has other knobs: its section takes that kind's defaults, but for what `data-keeps` names, which means
   * the same in every kind. A section that was null has none, and takes its defaults too.
   * @param {Control} control of the kind, or of whether there is a section @param {string} path of the section
   */
  #swap(control, path) {
    const config = this.read();
    const section = /** @type {JsonObject | null} */ (at(config, path));
    const name = control.name.slice(path.length + 1);
    const ask = (/** @type {string[]} */ names) => {
      /** @type {JsonObject} */
      const request = {};
      assign(request, path, section && Object.fromEntries(names.filter((key) => key in section).map((key) => [key, section[key]])));
      assign(config, path, /** @type {Json} */ (at(JSON.parse(this.#complete(JSON.stringify(request))), path)));
    };
    try {
      ask([name, ...(control.dataset.keeps ?? "").split(" ")]);
    } catch {
      // A kept value that is no value (half-typed): the kind's own defaults then.
      ask([name]);
    }
    this.accept();
    this.fill(config);
  }

  /** @returns {Control[]} */
  #controls() {
    return [.../** @type {NodeListOf<Control>} */ (this.#form.querySelectorAll("input[name], select[name]"))];
  }

  /** @param {string} field */
  #control(field) {
    return this.#controls().find((control) => control.name === field && !control.disabled);
  }
}

/** Whether the knob of a row, or those of a group, do anything: `data-when` names the field that decides, `data-is` the values with which it does. @param {HTMLElement} row @param {Config} config */
function wanted({ dataset: { when, is = "" } }, config) {
  return when === undefined || is.split(" ").includes(String(at(config, when)));
}
