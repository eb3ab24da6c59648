// @ts-check
/** Experiments to start from, each chosen because it shows something: `strings.js` says what to look at. */
import { presets as text } from "./strings.js";

const split = { validation_size: 0.2 };
const levels = { from: 0.05, to: 0.95, count: 19 };

/** Their configs, as far as they differ from the defaults. */
export const PRESETS = {
  seed: {},
  eighth: { split, prune: { scope: "layer", criterion: "obs", recovery: 20, levels: { from: 0.155, to: 0.955, count: 9 } } },
  moons: { data: { kind: "moons", n_samples: 1000, noise: 0.2 }, split, model: { hidden: [32] }, train: { epochs: 150 }, prune: { levels } },
  circles: { data: { kind: "circles", n_samples: 1000, noise: 0.1, factor: 0.5 }, split, model: { hidden: [16] }, train: { epochs: 150 }, prune: { levels } },
  spirals: { data: { kind: "spirals", n_samples: 1500, noise: 0.1 }, split, model: { hidden: [32, 32] }, train: { epochs: 400 }, prune: { levels } },
  blobs: { data: { kind: "blobs", n_samples: 1200, cluster_std: 2 }, split, model: { hidden: [64] }, train: { epochs: 60 }, prune: { levels } },
  deep: { data: { kind: "moons", n_samples: 1000, noise: 0.15 }, split, model: { hidden: [6, 6, 6, 6, 6, 6, 6, 6], activation: "tanh" }, train: { epochs: 300 }, prune: { levels } },
  wide: { data: { kind: "circles", n_samples: 1000, noise: 0.1, factor: 0.5 }, split, model: { hidden: [1024] }, train: { epochs: 60 }, prune: { levels } },
};
const keys = /** @type {(keyof typeof PRESETS)[]} */ (Object.keys(PRESETS));

export class Presets {
  #buttons;
  #look;
  #difference;

  /**
   * @param {HTMLElement} group @param {HTMLElement} look @param {(config: object) => void} choose
   * @param {(config: string) => string} difference of a config from the defaults, as JSON
   */
  constructor(group, look, choose, difference) {
    this.#look = look;
    this.#difference = difference;
    this.#buttons = [.../** @type {NodeListOf<HTMLButtonElement>} */ (group.querySelectorAll("[data-preset]"))];
    for (const button of this.#buttons) {
      button.addEventListener("click", () => choose(PRESETS[/** @type {keyof typeof PRESETS} */ (button.dataset.preset)]));
    }
  }

  /** Shows which one the config is, if any, and what to look at. @param {string | null} difference the config's from the defaults */
  compare(difference) {
    const key = keys.find((key) => difference === this.#difference(JSON.stringify(PRESETS[key])));
    for (const button of this.#buttons) button.setAttribute("aria-pressed", String(button.dataset.preset === key));
    this.#look.textContent = key === undefined ? text.own : text[key];
  }
}
