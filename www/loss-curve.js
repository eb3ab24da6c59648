// @ts-check
/**
 * The loss while it falls: a number and a curve; with early stopping also that on the validation part, and at the end which
 * epoch it chose.
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
  #training = new Losses();
  #validation = new Losses();
  #epochs = 0;

  /** @param {HTMLCanvasElement} canvas @param {HTMLElement} value @param {HTMLElement} stopped */
  constructor(canvas, value, stopped) {
    this.#value = value;
    this.#stopped = stopped;
    this.#plot = new Plot(canvas, (target, options) =>
      drawLoss(target, this.#training.all, this.#validation.all, this.#epochs, options),
    );
  }

  get plot() {
    return this.#plot;
  }

  /** How many epochs have their loss. */
  get length() {
    return this.#training.all.length;
  }

  /** Empties the curve for a training of so many epochs. @param {number} epochs */
  start(epochs) {
    this.#epochs = epochs;
    this.#training.clear();
    this.#validation.clear();
    this.#stopped.textContent = "";
    this.show();
  }

  /** Takes the losses of further epochs; `show` makes them seen. @param {Float64Array} training @param {Float64Array} validation as many, or none */
  push(training, validation) {
    this.#training.push(training);
    this.#validation.push(validation);
  }

  show() {
    const { all } = this.#training;
    if (all.length === 0) {
      this.#value.textContent = "–";
      this.#plot.show(words.none);
    } else {
      const [first, last] = [decimal(all[0]), decimal(all[all.length - 1])];
      const { lowest } = this.#validation;
      this.#value.textContent = all.length === 1 ? first : `${first} → ${last}`;
      const validated = lowest === 0 ? "" : words.validated(count(lowest), decimal(this.#validation.all[lowest - 1]));
      this.#plot.show(words.summary(count(all.length), count(this.#epochs), first, last) + validated);
    }
  }

  /** Says when the training stopped and whose weights its network has, if early stopping had a say. @param {Report} report */
  end({ best_epoch, unpruned }) {
    if (best_epoch === null || unpruned.validation_loss === null) return;
    const trained = this.length < this.#epochs ? words.stopped(count(this.length), count(this.#epochs)) : words.notStopped(this.#epochs);
    // The unpruned network is that of the best epoch.
    this.#stopped.textContent = `${trained} ${words.best(count(best_epoch), decimal(unpruned.validation_loss))}`;
  }
}

/** Losses that grow in number, in memory that grows rarely. */
class Losses {
  #room = new Float64Array(64);
  #length = 0;
  /** The epoch of the lowest, the first of several; 0 without any. */
  lowest = 0;

  get all() {
    return this.#room.subarray(0, this.#length);
  }

  clear() {
    this.#length = 0;
    this.lowest = 0;
  }

  /** @param {Float64Array} further */
  push(further) {
    const length = this.#length + further.length;
    if (length > this.#room.length) {
      const larger = new Float64Array(Math.max(length, 2 * this.#room.length));
      larger.set(this.all);
      this.#room = larger;
    }
    this.#room.set(further, this.#length);
    for (let epoch = this.#length + 1; epoch <= length; epoch += 1) {
      if (this.lowest === 0 || this.#room[epoch - 1] < this.#room[this.lowest - 1]) this.lowest = epoch;
    }
    this.#length = length;
  }
}
