// @ts-check
/**
 * The loss while it falls: a number and a curve; and when it is done, which epoch early stopping chose.
 *
 * @import { Report } from "./wire.js"
 */
import { drawLoss } from "./pkg/prunelab.js";
import { count, decimal } from "./format.js";
import { Plot } from "./plot.js";
import { loss as words } from "./strings.js";

export class LossCurve {
  #plot;
  #value;
  #stopped;
  #losses = new Float64Array(64);
  #length = 0;
  #epochs = 0;

  /** @param {HTMLCanvasElement} canvas @param {HTMLElement} value @param {HTMLElement} stopped */
  constructor(canvas, value, stopped) {
    this.#value = value;
    this.#stopped = stopped;
    this.#plot = new Plot(canvas, (target, options) =>
      drawLoss(target, this.#losses.subarray(0, this.#length), this.#epochs, options),
    );
  }

  get plot() {
    return this.#plot;
  }

  /** How many epochs have their loss. */
  get length() {
    return this.#length;
  }

  /** Empties the curve for a training of so many epochs. @param {number} epochs */
  start(epochs) {
    this.#epochs = epochs;
    this.#length = 0;
    this.#stopped.textContent = "";
    this.show();
  }

  /** Says when the training stopped and whose weights its network has, if early stopping had a say. @param {Report} report */
  end({ best_epoch, unpruned }) {
    if (best_epoch === null || unpruned.validation_loss === null) return;
    const trained = this.#length < this.#epochs ? words.stopped(count(this.#length), count(this.#epochs)) : words.notStopped(this.#epochs);
    // The unpruned network is that of the best epoch.
    this.#stopped.textContent = `${trained} ${words.best(count(best_epoch), decimal(unpruned.validation_loss))}`;
  }

  /** Takes the losses of further epochs; `show` makes them seen. @param {Float64Array} losses */
  push(losses) {
    const length = this.#length + losses.length;
    if (length > this.#losses.length) {
      const larger = new Float64Array(Math.max(length, 2 * this.#losses.length));
      larger.set(this.#losses.subarray(0, this.#length));
      this.#losses = larger;
    }
    this.#losses.set(losses, this.#length);
    this.#length = length;
  }

  show() {
    const first = this.#losses[0];
    const last = this.#losses[this.#length - 1];
    if (this.#length === 0) {
      this.#value.textContent = "–";
      this.#plot.show(words.none);
    } else {
      this.#value.textContent = this.#length === 1 ? decimal(first) : `${decimal(first)} → ${decimal(last)}`;
      this.#plot.show(words.summary(count(this.#length), count(this.#epochs), decimal(first), decimal(last)));
    }
  }
}
