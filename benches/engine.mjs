// @ts-check
// The lab's own engine as it is shipped, and the limit of the machine it runs on.
import * as lab from "../www/pkg/prunelab.js";
import { warmUp } from "../www/warm-up.js";

/** @import { Engine, Opener } from "./worker.mjs" */

const SEED = "{}";
const LARGE = JSON.stringify({
  data: { n_samples: 2000, n_features: 64, n_informative: 20, n_classes: 10, n_clusters_per_class: 1 },
  model: { hidden: [512, 512] },
  train: { batch_size: 128, optimizer: { lr: 0.001 } },
});
const EPOCHS = 20;
/** Trainings by each worker; the messages that start and end them are then a hundredth of the time. */
const SEVERAL = 50;
/** Milliseconds between the warm-up and the first training; who has seen the page needs more to press Run. */
const IDLE = 200;
/** The limit's kernels do about as many operations as W. */
const LIMIT_OPERATIONS = 412e6;

/** The module as it is shipped. @type {Opener} */
export async function prunelab(bytesOf) {
  lab.initSync({ module: await bytesOf("../www/pkg/prunelab_bg.wasm") });
  return {
    W,
    L() {
      const { run, train } = trainedRun(LARGE);
      run.free();
      return { "L train": train };
    },
    several() {
      const start = performance.now();
      for (let i = 0; i < SEVERAL; i += 1) trainedRun(SEED).run.free();
      return { several: performance.now() - start };
    },
    curve: curve(),
    async warmed() {
      await warmUp(lab.Run);
      await new Promise((resolve) => setTimeout(resolve, IDLE));
      return W();
    },
  };
}

/** The seed experiment: its training, and all of it from the config to the report. */
function W() {
  const start = performance.now();
  const { run, train } = trainedRun(SEED);
  while (run.next() !== undefined);
  const whole = performance.now() - start;
  run.free();
  return { "W train": train, "W whole": whole };
}

/** A run that is just trained, how long that took, and when it was done. @param {string} config */
function trainedRun(config) {
  const run = new lab.Run(config);
  run.next(); // `dataset`
  /** @type {string[]} */
  const epochs = [];
  const start = performance.now();
  while (epochs.length < EPOCHS) {
    const event = run.next() ?? "";
    if (event.startsWith('{"type":"epoch"')) epochs.push(event);
  }
  const trained = performance.now();
  learned(epochs.map((epoch) => JSON.parse(epoch).train_loss));
  return { run, train: trained - start, trained };
}

/** Stops a benchmark of something that does not learn. @param {ArrayLike<number>} losses */
export function learned(losses) {
  if (!(losses[losses.length - 1] < losses[0])) throw new Error(`the loss did not fall: ${Array.from(losses)}`);
}

/** The exact curve and the levels of a finished seed experiment, each from its trained network on. */
function curve() {
  /** @type {lab.Run | undefined} */
  let finished;
  return () => {
    if (!finished) {
      finished = new lab.Run(SEED);
      while (finished.next() !== undefined);
    }
    const run = finished;
    return {
      "W curve, accuracy": timed(() => run.curve(false)?.free()),
      "W curve, with loss": timed(() => run.curve(true)?.free()),
      "W sweep, incremental": timed(() => run.sweep()),
    };
  };
}

/**
 * What the shipped module does not export and the kernels crate may: the seed experiment's sweep without what a report
 * says besides, and a layer of 512 × 512 at batch 128, 95 % sparse, dense and as CSR.
 * @type {Opener}
 */
export async function inside(bytesOf) {
  const { Layer, Sweep } = await kernels(bytesOf);
  /** @type {Engine} */
  const engine = {};
  if (Layer) {
    const layer = new Layer(512, 512, 128, 0.95);
    engine.CSR = () => ({ "CSR 95, dense": timed(() => layer.dense()), "CSR 95, CSR": timed(() => layer.csr()) });
  }
  if (Sweep) {
    const sweep = new Sweep();
    engine.sweep = () => ({ "W sweep": timed(() => sweep.run()) });
  }
  return engine;
}

/** The fastest that any kernel could be. @type {Opener} */
export async function limit(bytesOf) {
  const { limitShapes, limitOperations, runLimit } = await kernels(bytesOf);
  const shapes = /** @type {string[]} */ (limitShapes()).map((name, shape) => ({
    name: `limit, ${name}`,
    run() {
      const sum = runLimit(shape, LIMIT_OPERATIONS / limitOperations(shape), 1);
      if (!Number.isFinite(sum)) throw new Error(`${name}: ${sum}`);
    },
  }));
  return { limit: () => Object.fromEntries(shapes.map(({ name, run }) => [name, timed(run)])) };
}

/** @param {Parameters<Opener>[0]} bytesOf */
async function kernels(bytesOf) {
  const folder = "../target/bench/kernels/"; // built by `make bench` only, so unknown to the type checker
  const module = await import(`${folder}kernels.js`);
  module.initSync({ module: await bytesOf(`${folder}kernels_bg.wasm`) });
  return module;
}

/** @param {() => void} work */
function timed(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}
