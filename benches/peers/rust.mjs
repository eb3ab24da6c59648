// @ts-check
// The peers written in Rust, compiled like the lab with simd128.
import { learned } from "../engine.mjs";
import { rowsOf, THRESHOLDS, uniform, W } from "./rows.mjs";

/** @import { Engine, Opener } from "../worker.mjs" */

/** @type {Opener} */
export const ndarray = (bytesOf) => peer("Ndarray", bytesOf);
/** @type {Opener} */
export const burn = (bytesOf) => peer("Burn", bytesOf);

/** @param {string} name @param {Parameters<Opener>[0]} bytesOf @returns {Promise<Engine>} */
async function peer(name, bytesOf) {
  const folder = "../../target/bench/peers/"; // built by `make bench` only, so unknown to the type checker
  const module = await import(`${folder}peers.js`);
  module.initSync({ module: await bytesOf("../target/bench/peers/peers_bg.wasm") });
  const { x, y, test } = rowsOf(W);
  const weights = uniform(W.features * 256 + 256);
  return {
    W() {
      const network = new module[name](x, y, test, weights);
      const start = performance.now();
      learned(network.train(W.epochs));
      const trained = performance.now();
      network.sweep(THRESHOLDS);
      const swept = performance.now();
      network.free();
      return { "W train": trained - start, "W sweep": swept - trained };
    },
  };
}
