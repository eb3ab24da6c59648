// @ts-check
/**
 * Experiments to start from, each chosen because it shows something.
 *
 * @typedef {{ name: string, look: string, config: object }} Preset
 */

const split = { validation_size: 0.2 };
const levels = { from: 0.05, to: 0.95, count: 19 };

/** @type {Record<string, Preset>} */
export const PRESETS = {
  seed: {
    name: "Seed experiment",
    look: "Watch the effective parameters: they fall much faster than the non-zero ones, because one cut for the whole network takes the output layer first.",
    config: {},
  },
  moons: {
    name: "Moons",
    look: "Drag slowly past half of the weights: for long nothing happens, then within a few weights the accuracy is gone.",
    config: { data: { kind: "moons", n_samples: 1000, noise: 0.2 }, split, model: { hidden: [32] }, train: { epochs: 150 }, prune: { levels } },
  },
  circles: {
    name: "Circles",
    look: "A ring needs several lines to enclose it: find the weight after which the network guesses.",
    config: { data: { kind: "circles", n_samples: 1000, noise: 0.1, factor: 0.5 }, split, model: { hidden: [16] }, train: { epochs: 150 }, prune: { levels } },
  },
  spirals: {
    name: "Spirals",
    look: "A hard boundary and a small network: accuracy starts to fall early and goes on falling, there is little to spare.",
    config: { data: { kind: "spirals", n_samples: 1500, noise: 0.1 }, split, model: { hidden: [32, 32] }, train: { epochs: 400 }, prune: { levels } },
  },
  blobs: {
    name: "Three blobs",
    look: "Three classes that lie apart: half of all weights go for nothing, then one class after the other is lost.",
    config: { data: { kind: "blobs", n_samples: 1200, cluster_std: 2 }, split, model: { hidden: [64] }, train: { epochs: 60 }, prune: { levels } },
  },
  deep: {
    name: "Deep and narrow",
    look: "Eight layers of six neurons: every weight lies on all the paths, so a quarter of them is already too much.",
    config: { data: { kind: "moons", n_samples: 1000, noise: 0.15 }, split, model: { hidden: [6, 6, 6, 6, 6, 6, 6, 6], activation: "tanh" }, train: { epochs: 300 }, prune: { levels } },
  },
  wide: {
    name: "Over-wide",
    look: "1024 neurons for two circles, and yet a fifth of the weights is too much: they are those of the output layer. Set the scope to each layer and run again.",
    config: { data: { kind: "circles", n_samples: 1000, noise: 0.1, factor: 0.5 }, split, model: { hidden: [1024] }, train: { epochs: 60 }, prune: { levels } },
  },
};

/** What stands there for any other config. */
const OWN = "An experiment of your own; the address of this page is its link. Run it, then drag the line in any of the figures.";

export class Presets {
  #buttons;
  #look;
  /** The differences from the defaults that the presets make, by name. @type {Map<string, string>} */
  #differences;

  /**
   * @param {HTMLElement} group @param {HTMLElement} look @param {(config: object) => void} choose
   * @param {(config: string) => string} difference of a config from the defaults, as JSON
   */
  constructor(group, look, choose, difference) {
    this.#look = look;
    this.#differences = new Map(Object.entries(PRESETS).map(([key, { config }]) => [key, difference(JSON.stringify(config))]));
    this.#buttons = Object.entries(PRESETS).map(([key, { name, config }]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.preset = key;
      button.textContent = name;
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => choose(config));
      return button;
    });
    group.prepend(...this.#buttons);
  }

  /** Shows which one the config is, if any, and what to look at. @param {string | null} difference the config's from the defaults */
  compare(difference) {
    const key = [...this.#differences].find(([, other]) => other === difference)?.[0];
    for (const button of this.#buttons) button.setAttribute("aria-pressed", String(button.dataset.preset === key));
    this.#look.textContent = key === undefined ? OWN : PRESETS[key].look;
  }
}
