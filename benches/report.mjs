// @ts-check
// From repetitions to figures: medians, ratios, fractions of the limit, as JSON and as a table.

/** Multiplications and additions: 2 × (forward + backward) multiply-adds. Twenty epochs of 1750 and of 1400 rows. */
const OPERATIONS = {
  "W train": 2 * 20 * 1750 * (2 * (10 * 256 + 256) + 256),
  "L train": 2 * 20 * 1400 * (2 * (64 * 512 + 512 * 512 + 512 * 10) + 512 * 512 + 512 * 10),
};
/** What each shape of the limit does in a repetition, see engine.mjs. */
const LIMIT_OPERATIONS = 412e6;
export const OURS = "prunelab simd128";

/**
 * @typedef {{ median: number, min: number, max: number, n: number }} Stats
 * @typedef {object} Row
 * @property {string} workload
 * @property {string} [detail] what of the workload, where it has parts
 * @property {string} engine
 * @property {string} host
 * @property {Stats} ms
 * @property {number} [fraction_of_limit]
 * @typedef {{ ratio: string, host: string, value: number }} Ratio
 * @typedef {{ machine: string, sizes: { wasm: { raw: number, gzip: number, brotli: number } } }} Circumstances
 * @typedef {Circumstances & { date: string, limit_gflops: number, limits: { host: string, shape: string, gflops: number }[],
 *   cold: Record<string, Record<string, Stats>>, rows: Row[], ratios: Ratio[] }} Report
 * @import { Player } from "./bench.mjs"
 */

/**
 * What is written to target/bench.json.
 * @param {Circumstances & { cold: Record<string, Record<string, number[]>>, players: Player[] }} measured
 * @returns {Report}
 */
export function report({ machine, sizes, cold, players }) {
  const all = players.flatMap(({ engine, host, samples }) =>
    Object.entries(samples).map(([name, ms]) => {
      const [workload, detail] = name.split(", ");
      return /** @type {Row} */ ({ workload, ...(detail && { detail }), engine, host, ms: stats(ms) });
    }),
  );
  const limits = all
    .filter(({ workload }) => workload === "limit")
    .map(({ host, detail, ms }) => ({ host, shape: detail ?? "", gflops: rounded(LIMIT_OPERATIONS / ms.median / 1e6) }))
    .sort((a, b) => b.gflops - a.gflops);
  const limit = limits[0].gflops;
  const rows = all
    .filter(({ workload }) => workload !== "limit")
    .map((row) => {
      const operations = Reflect.get(OPERATIONS, row.workload);
      return operations ? { ...row, fraction_of_limit: rounded(operations / row.ms.median / 1e6 / limit) } : row;
    })
    .sort((a, b) => order(a) - order(b));
  const coldStats = mapped(cold, (names) => mapped(names, stats));
  return {
    date: new Date().toISOString(),
    machine,
    limit_gflops: limit,
    limits,
    sizes,
    cold: coldStats,
    rows,
    ratios: ratios(rows, coldStats),
  };
}

const WORKLOADS = ["W train", "W sweep", "W whole", "W curve", "L train", "CSR 95", "two workers"];

/** @param {Row} row */
const order = ({ workload }) => WORKLOADS.indexOf(workload);

/** @param {Row[]} rows @param {Report["cold"]} cold @returns {Ratio[]} */
function ratios(rows, cold) {
  /** The medians' sum over workloads; NaN where one is missing. @param {string} engine @param {string} host @param {string[]} names */
  const sum = (engine, host, ...names) =>
    names.reduce((total, name) => {
      const row = rows.find((row) => row.engine === engine && row.host === host && [row.workload, row.detail].filter(Boolean).join(", ") === name);
      return total + (row?.ms.median ?? NaN);
    }, 0);
  const peers = [...new Set(rows.map(({ engine }) => engine))].filter((engine) => engine !== OURS);
  return Object.keys(cold)
    .flatMap((host) => [
      ...peers.flatMap((peer) => {
        const native = rows.find(({ engine }) => engine === peer)?.host === "native";
        return [["W train"], ["W sweep"], ["W train", "W sweep"], ["L train"]].map((names) => ({
          ratio: `${names.join(" + ")}: ${peer} / ours`,
          host,
          value: sum(peer, native ? "native" : host, ...names) / sum(OURS, host, ...names),
        }));
      }),
      { ratio: "W sweep: dense / incremental", host, value: sum(OURS, host, "W sweep") / sum(OURS, host, "W sweep, incremental") },
      { ratio: "CSR 95: dense / CSR", host, value: sum(OURS, host, "CSR 95, dense") / sum(OURS, host, "CSR 95, CSR") },
      ...Object.entries(cold[host]).map(([name, ms]) => ({
        ratio: `${name}: cold / warm`,
        host,
        value: ms.median / sum(OURS, host, "W train"),
      })),
      {
        ratio: "two workers: throughput of two / of one",
        host,
        value: (2 * sum(OURS, host, "two workers, one alone")) / sum(OURS, host, "two workers, both"),
      },
    ])
    .filter(({ value }) => !Number.isNaN(value))
    .map((ratio) => ({ ...ratio, value: rounded(ratio.value) }));
}

/** The same for people. @param {Report} report */
export function table({ date, machine, limit_gflops, limits, sizes, cold, rows, ratios }) {
  const lines = [
    `${machine}, ${date.slice(0, 10)}`,
    `Limit: ${limit_gflops} GFLOP/s (${limits[0].shape}, ${limits[0].host}); the best shape of each host and the others:`,
    ...grid(limits.map(({ host, shape, gflops }) => [`  ${shape}`, host, `${gflops} GFLOP/s`])),
    "",
    ...grid([
      ["workload", "engine", "host", "ms: median", "min", "max", "n", "of the limit"],
      ...rows.map(({ workload, detail, engine, host, ms, fraction_of_limit }) => [
        detail ? `${workload}, ${detail}` : workload,
        engine,
        host,
        ...figures(ms),
        fraction_of_limit ? `${(100 * fraction_of_limit).toFixed(0)} %` : "",
      ]),
      ...Object.entries(cold).flatMap(([host, names]) =>
        Object.entries(names).map(([name, ms]) => [`${name}, cold`, OURS, host, ...figures(ms), ""]),
      ),
    ]),
    ...WORKLOADS.filter((name) => !rows.some(({ workload }) => workload === name)).map((name) => `${name}: not there yet`),
    "",
    ...grid(ratios.map(({ ratio, host, value }) => [ratio, host, `${value}`])),
    "",
    `wasm: ${sizes.wasm.raw} bytes, gzip ${sizes.wasm.gzip}, brotli ${sizes.wasm.brotli}`,
  ];
  return lines.join("\n");
}

/** @param {Stats} ms */
function figures({ median, min, max, n }) {
  return [...[median, min, max].map((value) => value.toFixed(2)), String(n)];
}

/** Lines whose columns stand below each other. @param {string[][]} cells */
function grid(cells) {
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? "").length))) ?? [];
  return cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd());
}

/**
 * @template T, U
 * @param {Record<string, T>} values @param {(value: T) => U} change @returns {Record<string, U>}
 */
function mapped(values, change) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

/** @param {number[]} ms @returns {Stats} */
function stats(ms) {
  const sorted = ms.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
  return { median: rounded(median), min: rounded(sorted[0]), max: rounded(sorted[sorted.length - 1]), n: ms.length };
}

/** Four significant digits. @param {number} value */
function rounded(value) {
  return Number(value.toPrecision(4));
}
