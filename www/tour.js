// @ts-check
/**
 * A guided minute: five things on the page, one after the other, each with two sentences. It stands in the markup, beside
 * the page and not over it: what it speaks of can be tried while it speaks.
 *
 * Nothing starts by itself; at the first visit a line offers it, until it is taken or declined, and this is loaded.
 */
import { element, keep } from "./dom.js";
import { tour as text } from "./strings.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Tour {
  #dialog = element("tour", HTMLDialogElement);
  #title = element("tour-title", HTMLElement);
  #back = element("tour-back", HTMLButtonElement);
  #next = element("tour-next", HTMLButtonElement);
  #steps = [.../** @type {NodeListOf<HTMLElement>} */ (this.#dialog.querySelectorAll("li"))];
  #step = 0;
  /** @type {Element | null} What had the focus before. */
  #before = null;

  constructor() {
    this.#back.addEventListener("click", () => this.#go(this.#step - 1));
    this.#next.addEventListener("click", () => this.#go(this.#step + 1));
    element("tour-end", HTMLButtonElement).addEventListener("click", () => this.#end());
    // Wherever the focus is: the page stays in use beside the tour. An open dialog takes its own.
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#dialog.open && !document.querySelector("dialog:modal")) this.#end();
    });
  }

  begin() {
    if (!this.#dialog.open) this.#before = document.activeElement;
    this.#settle();
    this.#dialog.show();
    this.#go(0);
  }

  /** Is not offered again, but there if it is wanted after all. */
  decline() {
    this.#settle();
    element("tour-open", HTMLButtonElement).focus();
  }

  /** @param {number} step */
  #go(step) {
    if (step === this.#steps.length) return this.#end();
    this.#step = step;
    this.#steps.forEach((item, i) => (item.hidden = i !== step));
    this.#title.textContent = this.#steps[step].querySelector("h3")?.textContent ?? "";
    element("tour-place", HTMLElement).textContent = text.place(step + 1, this.#steps.length);
    this.#back.disabled = step === 0;
    this.#next.textContent = step === this.#steps.length - 1 ? text.done : text.next;
    this.#point(this.#of(step));
    // The title is read aloud, and what follows it is the step.
    this.#title.focus({ preventScroll: true });
  }

  /** What a step is about, with what frames it. @param {number} step */
  #of(step) {
    const named = document.getElementById(this.#steps[step].dataset.of ?? "");
    return named?.closest("figure") ?? named;
  }

  /** @param {Element | null} target */
  #point(target) {
    for (const pointed of document.querySelectorAll(".is-toured")) pointed.classList.remove("is-toured");
    target?.classList.add("is-toured");
    target?.scrollIntoView({ block: "center", behavior: still.matches ? "auto" : "smooth" });
  }

  #end() {
    this.#point(null);
    this.#dialog.close();
    const { activeElement } = document;
    const lost = !activeElement || activeElement === document.body || this.#dialog.contains(activeElement);
    if (!lost) return;
    // The line that offered it is gone.
    const back = this.#before instanceof HTMLElement && this.#before.checkVisibility() && this.#before !== document.body ? this.#before : element("tour-open", HTMLButtonElement);
    back.focus({ preventScroll: true });
  }

  /** From now on it is not offered any more. */
  #settle() {
    delete document.documentElement.dataset.offers;
    keep("tour", "known");
  }
}
