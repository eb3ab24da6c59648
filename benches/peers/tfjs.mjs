// @ts-check
// TensorFlow.js on its WebAssembly backend, SIMD, one thread: the core's operations and optimiser, without the layers
// on top of them, which would only add to the time. The layers' package is there because it brings the gradients.
import { learned } from "../engine.mjs";
import { BATCH, L, rowsOf, THRESHOLDS, W } from "./rows.mjs";

/** @import { Opener } from "../worker.mjs" */

const packages = new URL("node_modules/@tensorflow/", import.meta.url);

/** The core and its backend. In a browser they put themselves into a global `tf`. */
async function load() {
  const inNode = typeof process === "object";
  const file = (/** @type {string} */ name) => new URL(`tfjs-${name}/dist/tf-${name}${inNode ? ".node" : ".min"}.js`, packages).href;
  const core = await import(file("core"));
  const backend = await import(file("backend-wasm"));
  await import(file("layers"));
  const tf = inNode ? core.default : Reflect.get(globalThis, "tf");
  const wasm = inNode ? backend.default : tf.wasm;
  const dist = new URL("tfjs-backend-wasm/dist/", packages);
  wasm.setWasmPaths(inNode ? dist.pathname : dist.href);
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  await tf.setBackend("wasm");
  if (!(await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT"))) throw new Error("no SIMD");
  return tf;
}

/** @type {Opener} */
export async function tfjs() {
  const tf = await load();

  /** Weights and biases by turns. @param {number[]} sizes */
  const network = (sizes) =>
    sizes.slice(1).flatMap((fanOut, i) => {
      const bound = 1 / Math.sqrt(sizes[i]);
      return [tf.variable(tf.randomUniform([sizes[i], fanOut], -bound, bound)), tf.variable(tf.zeros([fanOut]))];
    });

  /** @param {any} x @param {any[]} parameters */
  const logits = (x, parameters) => {
    let out = x;
    for (let i = 0; i < parameters.length; i += 2) {
      out = tf.add(tf.matMul(i === 0 ? out : tf.relu(out), parameters[i]), parameters[i + 1]);
    }
    return out;
  };

  /** The first and the last loss. @param {any[]} parameters @param {number} lr @param {(() => any)[]} losses one a step */
  async function train(parameters, lr, losses) {
    const optimizer = tf.train.adam(lr);
    /** @type {number[]} */
    const ends = [];
    for (const [step, loss] of losses.entries()) {
      const value = optimizer.minimize(loss, step === 0 || step === losses.length - 1, parameters);
      if (value) ends.push((await value.data())[0]);
      value?.dispose();
    }
    optimizer.dispose();
    return ends;
  }

  /** How many rows are in class 1 after a cut. @param {any} x @param {any[]} parameters @param {number} threshold */
  const positives = (x, parameters, threshold) =>
    tf.tidy(() => {
      const cut = parameters.map((p, i) => (i % 2 === 0 ? tf.mul(p, tf.cast(tf.greaterEqual(tf.abs(p), threshold), "float32")) : p));
      return tf.sum(tf.greater(logits(x, cut), 0));
    });

  const seed = rowsOf(W);
  const w = {
    x: tf.tensor2d(seed.x, [W.rows, W.features]),
    y: tf.tensor2d(seed.y, [W.rows, 1]),
    test: tf.tensor2d(seed.test, [W.test, W.features]),
  };
  const large = rowsOf(L);
  const l = {
    x: tf.tensor2d(large.x, [L.rows, L.features]),
    y: tf.cast(tf.oneHot(tf.tensor1d(Int32Array.from(large.y), "int32"), L.classes), "float32"),
  };

  return {
    async W() {
      const parameters = network([W.features, ...W.hidden, 1]);
      const loss = () => tf.losses.sigmoidCrossEntropy(w.y, logits(w.x, parameters));
      const start = performance.now();
      learned(await train(parameters, W.lr, Array(W.epochs).fill(loss)));
      const trained = performance.now();
      for (const threshold of THRESHOLDS) await readAndDispose(positives(w.test, parameters, threshold));
      const swept = performance.now();
      parameters.forEach((parameter) => parameter.dispose());
      return { "W train": trained - start, "W sweep": swept - trained };
    },
    L: () => trainLarge(L.epochs),
    warmL: () => trainLarge(1),
  };

  /** @param {number} epochs */
  async function trainLarge(epochs) {
    const parameters = network([L.features, ...L.hidden, L.classes]);
    const losses = Array.from({ length: epochs * Math.ceil(L.rows / BATCH) }, (_, step) => () => {
      const from = (step % Math.ceil(L.rows / BATCH)) * BATCH;
      const rows = Math.min(BATCH, L.rows - from);
      const batch = (/** @type {any} */ all) => tf.slice(all, [from, 0], [rows, -1]);
      return tf.losses.softmaxCrossEntropy(batch(l.y), logits(batch(l.x), parameters));
    });
    const start = performance.now();
    learned(await train(parameters, L.lr, losses));
    const ms = performance.now() - start;
    parameters.forEach((parameter) => parameter.dispose());
    return { "L train": ms };
  }
}

/** @param {any} tensor */
async function readAndDispose(tensor) {
  await tensor.data();
  tensor.dispose();
}
