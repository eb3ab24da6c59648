// @ts-check
/**
 * One control and the value it holds. What is shown reads back as the same value: one number is `5`, a list of one is
 * `[5]`, and what an empty control means stands at it, in `data-empty`; without that, it must not be empty. A checkbox with
 * `data-as="section"` says whether a section is there or null; its fields have controls of their own, further down.
 *
 * @import { Json } from "./wire.js"
 */
import { parse } from "./fragment.js";
import { form as text } from "./strings.js";

/** @typedef {HTMLInputElement | HTMLSelectElement} Control */

/** @param {Control} control @param {Json} value */
export function show(control, value) {
  if (control.type === "checkbox") /** @type {HTMLInputElement} */ (control).checked = control.dataset.as === "section" ? value instanceof Object : value === true;
  else control.value = textOf(control, value);
}

/** The value the control shows; its text where that is no value: the core then refuses it by name. @param {Control} control @returns {Json} */
export function valueOf(control) {
  if (control instanceof HTMLSelectElement) return control.value;
  if (control.type === "checkbox") return control.dataset.as === "section" ? (control.checked ? {} : null) : control.checked;
  const written = control.value.trim();
  if (written === "") return JSON.parse(control.dataset.empty ?? "null");
  if (control.type === "number") return Number(written);
  const single = Number(written);
  if (control.dataset.as === "scalar-or-list" && Number.isFinite(single)) return single;
  return listOf(written) ?? written;
}

/** Why the control shows no value at all, null if it shows one. @param {Control} control */
export function blank(control) {
  // What was typed into a number field is not to be had once the browser has found it to be none.
  if (control.validity.badInput) return text.noNumber;
  const mayBe = control.type === "checkbox" || control.dataset.empty !== undefined;
  return mayBe || control.value.trim() !== "" ? null : text.empty;
}

/** @param {Control} control @param {Json} value */
function textOf({ dataset }, value) {
  if (dataset.empty !== undefined && JSON.stringify(value) === dataset.empty) return "";
  if (value === null || typeof value !== "object") return String(value ?? "");
  const plain = Array.isArray(value) && value.length > (dataset.as === "scalar-or-list" ? 1 : 0);
  return plain && value.every((item) => typeof item === "number") ? value.join(", ") : JSON.stringify(value);
}

/** The list that is spelled, in brackets or not; null if none is. @param {string} spelled @returns {Json[] | null} */
function listOf(spelled) {
  const [, inner = spelled] = /^\[([^[\]]*)\]$/.exec(spelled) ?? [];
  if (inner.includes("[")) {
    const value = parse(spelled);
    return Array.isArray(value) ? value : null;
  }
  if (inner.trim() === "") return [];
  const items = inner.trim().split(/\s*[,;]\s*|\s+/);
  const numbers = items.map(Number);
  return items.every((item, index) => item !== "" && Number.isFinite(numbers[index])) ? numbers : null;
}
