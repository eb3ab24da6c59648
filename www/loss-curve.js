// @ts-check
/**
 * The training as it goes: the loss as a number and a curve, the accuracy as a number; with early stopping also those on the
 * validation part, and at the end which epoch it chose.
 *
 * @import { Epoch, Report } from "./wire.js"
 */
import { drawLoss } from "./pkg/prunelab.js";
import { count, decimal, percent } from "./format.js";
import { Plot } from "./plot.js";
import { loss as words } from "./strings.js";

/** @typedef {{ canvas: HTMLCanvasElement, loss: HTMLElement, accuracy: HTMLElement, stopped: HTMLElement }} Elements */

export class LossCurve {
  #elements;
  #plot;
  #training = new Losses();
  #validation = new Losses();
  /** @type {Epoch[]} Those so far. */
  epochs = [];
  /** How many there are to be. */
  #all = 0;

  /** @param {Elements} elements */
  constructor(elements) {
    this.#elements = elements;
    this.#plot = new Plot(elements.canvas, (target, options) =>
      drawLoss(target, this.#training.all, this.#validation.all, this.#all, options),
    );
  }

  get plot() {
    return this.#plot;
  }

  /** How many epochs have their loss. */
  get length() {
    return this.epochs.length;
  }

  /** Empties the curve for a training of so many epochs. @param {number} epochs */
  start(epochs) {
    this.#all = epochs;
    this.#training.clear();
    this.#validation.clear();
    this.epochs = [];
    this.#elements.stopped.textContent = "";
    this.show();
  }

  /** Takes further epochs; `show` makes them seen. @param {Epoch[]} epochs */
  push(epochs) {
    for (const epoch of epochs) {
      this.epochs.push(epoch);
      this.#training.push(epoch.train_loss);
      if (epoch.validation_loss !== null) this.#validation.push(epoch.validation_loss);
    }
  }

  show() {
    const { loss, accuracy } = this.#elements;
    if (this.length === 0) {
      loss.textContent = accuracy.textContent = "–";
      this.#plot.show(words.none);
      return;
    }
    const ends = [this.epochs[0], this.epochs[this.length - 1]];
    const losses = ends.map(({ train_loss }) => decimal(train_loss));
    const accuracies = ends.map(({ train_accuracy }) => percent(train_accuracy));
    const { validation_accuracy: validated } = ends[1];
    loss.textContent = this.#between(losses);
    accuracy.textContent = this.#between(accuracies) + (validated === null ? "" : words.onValidation(percent(validated)));
    const { lowest } = this.#validation;
    const best = lowest === 0 ? "" : words.validated(count(lowest), decimal(this.#validation.all[lowest - 1]));
    this.#plot.show(words.summary(count(this.length), count(this.#all), losses, accuracies) + best);
  }

  /** @param {string[]} values of the first epoch and of the last */
  #between([first, last]) {
    return this.length === 1 ? first : `${first} → ${last}`;
  }

  /** Says when the training stopped and whose weights its network has, if early stopping had a say. @param {Report} report */
  end({ best_epoch, unpruned }) {
    if (best_epoch === null || unpruned.validation_loss === null) return;
    const trained = this.length < this.#all ? words.stopped(count(this.length), count(this.#all)) : words.notStopped(this.#all);
    // The unpruned network is that of the best epoch.
    this.#elements.stopped.textContent = `${trained} ${words.best(count(best_epoch), decimal(unpruned.validation_loss))}`;
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

  /** @param {number} loss */
  push(loss) {
    if (this.#length === this.#room.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.#room);
      this.#room = larger;
    }
    this.#room[this.#length] = loss;
    this.#length += 1;
    if (this.lowest === 0 || loss < this.#room[this.lowest - 1]) this.lowest = this.#length;
  }
}
