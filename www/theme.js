// @ts-check
/** The theme: the system's, light or dark, as `data-choice` of the root says; `before-paint.js` puts it on, as `data-theme`. */
import { keep } from "./dom.js";

const root = document.documentElement;

/** Has the choice hold now, and at the next visit. @param {HTMLSelectElement} select */
export function offerThemes(select) {
  select.value = root.dataset.choice ?? "system";
  select.addEventListener("change", () => {
    root.dataset.choice = select.value;
    keep("theme", select.value);
  });
}

/** Calls back whenever another theme is in force. @param {() => void} changed */
export function onThemeChange(changed) {
  new MutationObserver(changed).observe(root, { attributeFilter: ["data-theme"] });
}
