// @ts-check
// Prints how long the seed experiment takes in wasm, without page or worker: data, training, the sweep over all
// levels, every event handed over as JSON. `make bench` builds first. A measurement, not a test.

import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { initSync, Run } from "../www/pkg/prunelab.js";

const WARM_RUNS = 50;

/** Milliseconds from the config to the last event. */
function seedExperiment() {
  const start = performance.now();
  const run = new Run("{}");
  let events = 0;
  while (run.next() !== undefined) events += 1;
  const elapsed = performance.now() - start;
  run.free();
  if (events === 0) throw new Error("the run gave no event");
  return elapsed;
}

initSync({ module: await readFile(new URL("../www/pkg/prunelab_bg.wasm", import.meta.url)) });

const cold = seedExperiment();
// The compiler replaces the module's functions by faster ones while they run; what comes before that is not warm.
for (let i = 0; i < 10; i += 1) seedExperiment();
const warm = Array.from({ length: WARM_RUNS }, seedExperiment).sort((a, b) => a - b);
const median = (warm[WARM_RUNS / 2 - 1] + warm[WARM_RUNS / 2]) / 2;

const ms = (/** @type {number} */ value) => `${value.toFixed(2)} ms`;
console.log(`Seed experiment in wasm, Node ${process.versions.node}, ${cpus()[0]?.model ?? "unknown processor"}`);
console.log(`cold   ${ms(cold)}`);
console.log(`warm   median ${ms(median)}, min ${ms(warm[0])}, max ${ms(warm[WARM_RUNS - 1])} of ${WARM_RUNS} runs`);
