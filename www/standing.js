// @ts-check
/**
 * How things stand: Run, Cancel, the progress bar, and two lines. The line beside the bar changes with every frame and
 * is for eyes only; the status is read aloud, so it changes when something has happened.
 */

/**
 * @typedef {{
 *   run: HTMLButtonElement, cancel: HTMLButtonElement, line: HTMLElement, progress: HTMLProgressElement,
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
    this.say(status);
  }

  /** @param {number} fraction @param {string} text */
  progress(fraction, text) {
    this.#elements.progress.value = fraction;
    this.#elements.standing.textContent = text;
  }

  /** @param {string} status @param {{ error?: boolean }} [options] */
  stop(status, options) {
    const { cancel, line, run } = this.#elements;
    line.hidden = true;
    if (document.activeElement === cancel) run.focus();
    cancel.disabled = true;
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
