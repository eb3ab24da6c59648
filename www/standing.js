// @ts-check
/**
 * How things stand: the run's buttons, the progress bar, and two lines. The line beside the bar changes with every frame and
 * is for eyes only; the status is read aloud, so it changes when something has happened.
 */
import { standing as text } from "./strings.js";

/**
 * @typedef {{
 *   run: HTMLButtonElement, pause: HTMLButtonElement, step: HTMLButtonElement, cancel: HTMLButtonElement, line: HTMLElement, progress: HTMLProgressElement,
 *   standing: HTMLElement, status: HTMLElement,
 * }} Elements
 */

export class Standing {
  #elements;

  /** @param {Elements} elements */
  constructor(elements) {
    this.#elements = elements;
  }

  /** @param {string} status */
  start(status) {
    this.#elements.cancel.disabled = false;
    this.#elements.line.hidden = false;
    this.progress(0, "");
    this.hold(false);
    this.say(status);
  }

  /** Shows whether the run under way waits. @param {boolean} held */
  hold(held) {
    const { run, pause, step } = this.#elements;
    if (held && document.activeElement === pause) run.focus();
    run.textContent = held ? text.goOn : text.run;
    pause.disabled = held;
    step.disabled = !held;
  }

  /** @param {number} fraction @param {string} text */
  progress(fraction, text) {
    this.#elements.progress.value = fraction;
    this.#elements.standing.textContent = text;
  }

  /** @param {string} status @param {{ error?: boolean }} [options] */
  stop(status, options) {
    const { cancel, line, pause, run, step } = this.#elements;
    if (document.activeElement === cancel || document.activeElement === pause) run.focus();
    line.hidden = true;
    cancel.disabled = true;
    run.textContent = text.run;
    pause.disabled = true;
    step.disabled = false;
    this.say(status, options);
  }

  /** @param {string} status @param {{ error?: boolean }} [options] */
  say(status, { error = false } = {}) {
    this.#elements.status.textContent = status;
    this.#elements.status.classList.toggle("error", error);
  }

  /** Says how the run goes on, but leaves an error that came meanwhile. @param {string} status */
  goOn(status) {
    if (!this.#elements.status.classList.contains("error")) this.say(status);
  }

  /** Takes back an error that no longer holds. */
  forgive() {
    if (this.#elements.status.classList.contains("error")) this.say("");
  }
}
