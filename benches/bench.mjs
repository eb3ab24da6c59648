// @ts-check
// Times the engine beside others and beside the limit of the machine, prints a table and writes target/bench.json.
// `make bench` builds first. A measurement, not a test.
//
// All engines are started and warmed up, then take turns, round by round, so that whatever else the machine does hits
// all of them. A figure is the median of all repetitions of all rounds.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { chromium, node, python } from "./hosts.mjs";
import { OURS, report, table } from "./report.mjs";

/**
 * @import { Host, Sample, Source, Started } from "./hosts.mjs"
 * @typedef {{ engine: string, host: string, started: Started, samples: Record<string, number[]> }} Player
 */

/** @type {Source} */
const LAB = { module: "./engine.mjs", opener: "prunelab" };
/** @type {[engine: string, source: Source][]} */
const ENGINES = [
  ["limit", { module: "./engine.mjs", opener: "limit" }],
  [OURS, LAB],
  [OURS, { module: "./engine.mjs", opener: "inside" }],
  ["TensorFlow.js wasm", { module: "./peers/tfjs.mjs", opener: "tfjs" }],
  ["ndarray wasm simd128", { module: "./peers/rust.mjs", opener: "ndarray" }],
  ["Burn ndarray wasm simd128", { module: "./peers/rust.mjs", opener: "burn" }],
];
const PYTORCH = "./peers/pytorch.py";

const ROUNDS = 9;
/** Repetitions that fit into this many milliseconds make a turn, but one at least. */
const TURN = 150;
/** A repetition longer than this, in milliseconds, is taken in a third of the rounds. */
const SLOW = 5000;
/** Before the rounds an engine works for this long: compilers replace functions by faster ones while they run. */
const WARM_UP = 1000;

/** @type {Host[]} */
const hosts = [node()];
await orSay("Chromium", async () => hosts.push(await chromium()));

/** @type {Player[]} */
const players = [];
for (const host of hosts) {
  for (const [engine, source] of ENGINES) await join(engine, host.name, () => host.start(source));
}
await join("PyTorch native", "native", () => python(PYTORCH));

console.log("Warming up …");
for (const player of players) await warmUp(player);
/** @type {Record<string, Record<string, number[]>>} */
const cold = {};
for (let round = 0; round < ROUNDS; round += 1) {
  for (const host of hosts) await coldStarts(host);
  for (const measure of ["limit", "W", "sweep", "curve", "CSR", "L"]) {
    for (const player of players.filter(({ started }) => started.measures.includes(measure))) {
      await turn(player, measure, round);
    }
  }
  console.log(`Round ${round + 1} of ${ROUNDS} is done.`);
}
for (const { started } of players) await started.close();
for (const host of hosts) players.push(await twoWorkers(host));
for (const host of hosts) await host.close();

const result = report({
  machine: `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${cpus().length} cores, ${process.platform}`,
  sizes: { wasm: await sizes("../www/pkg/prunelab_bg.wasm") },
  cold,
  players,
});
await mkdir(new URL("../target/", import.meta.url), { recursive: true });
await writeFile(new URL("../target/bench.json", import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
console.log(`\n${table(result)}`);

/** Starts an engine, if it can be. @param {string} engine @param {string} host @param {() => Promise<Started>} start */
async function join(engine, host, start) {
  await orSay(`${engine} (${host})`, async () => {
    const started = await start();
    players.push({ engine: [engine, started.version].filter(Boolean).join(" "), host, started, samples: {} });
  });
}

/** Goes on without `what`, and says why, if `start` fails. @param {string} what @param {() => Promise<unknown>} start */
async function orSay(what, start) {
  try {
    await start();
  } catch (error) {
    console.log(`Without ${what}: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
  }
}

/** @param {Player} player */
async function warmUp({ started: { measures, ask } }) {
  for (const measure of measures) {
    if (["several", "warmed"].includes(measure) || (measure === "L" && measures.includes("warmL"))) continue;
    const end = performance.now() + WARM_UP;
    do await ask(measure);
    while (performance.now() < end);
  }
}

/** @param {Player} player @param {string} measure @param {number} round */
async function turn({ started, samples }, measure, round) {
  if (Math.min(...(samples[`${measure} train`] ?? [0])) > SLOW && round % 3 !== 0) return;
  const end = performance.now() + TURN;
  do {
    for (const [workload, ms] of Object.entries(await started.ask(measure))) (samples[workload] ??= []).push(ms);
  } while (performance.now() < end);
}

/** The first training of a process or page, and after a warm-up if there is one. @param {Host} host */
async function coldStarts(host) {
  const ours = players.filter(({ engine }) => engine === OURS).flatMap(({ started }) => started.measures);
  for (const [measure, name] of [["W", "W train"], ["warmed", "W train, warmed up"]]) {
    if (!ours.includes(measure)) continue;
    ((cold[host.name] ??= {})[name] ??= []).push((await host.cold(LAB, measure))["W train"]);
  }
}

/** One worker alone and two at once, by turns; together they should do twice as much. @param {Host} host @returns {Promise<Player>} */
async function twoWorkers(host) {
  const [one, other] = [await host.start(LAB), await host.start(LAB)];
  const time = async (/** @type {Started[]} */ workers) => {
    const start = performance.now();
    await Promise.all(workers.map(({ ask }) => ask("several")));
    return performance.now() - start;
  };
  await time([one, other]);
  /** @type {Record<string, number[]>} */
  const samples = { "two workers, one alone": [], "two workers, both": [] };
  for (let i = 0; i < ROUNDS; i += 1) {
    samples["two workers, one alone"].push(await time([i % 2 === 0 ? one : other]));
    samples["two workers, both"].push(await time([one, other]));
  }
  await Promise.all([one.close(), other.close()]);
  return { engine: OURS, host: host.name, started: one, samples };
}

/** Bytes of a file as it is and as servers send it. @param {string} path */
async function sizes(path) {
  const bytes = await readFile(new URL(path, import.meta.url));
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotli.length };
}
