// @ts-check
// The hosts that engines run in: Node, Chromium, Python. Each starts engines side by side and asks them for one
// repetition at a time; an engine that is not asked does nothing.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { startLab } from "../tests/e2e/harness.mjs";

/**
 * @typedef {Record<string, number>} Sample milliseconds by workload
 * @typedef {{ module: string, opener: string }} Source
 * @typedef {{ measures: string[], version?: string, ask: (measure: string) => Promise<Sample>, close: () => Promise<unknown> }} Started
 * @typedef {object} Host
 * @property {string} name
 * @property {(source: Source) => Promise<Started>} start
 * @property {(source: Source, measure: string) => Promise<Sample>} cold one repetition where nothing ran before
 * @property {() => Promise<unknown>} close
 */

const WORKER = new URL("worker.mjs", import.meta.url);

/** @returns {Host} */
export function node() {
  return {
    name: "node",
    async start(source) {
      const worker = new Worker(WORKER);
      const ask = async (/** @type {object} */ request) => {
        worker.postMessage(request);
        return valueOf((await once(worker, "message"))[0]);
      };
      const measures = await ask(source);
      return { measures, ask: (measure) => ask({ measure }), close: () => worker.terminate() };
    },
    async cold({ module, opener }, measure) {
      const args = [fileURLToPath(WORKER), module, opener, measure];
      return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout);
    },
    close: async () => {},
  };
}

/** @returns {Promise<Host>} */
export async function chromium() {
  // Isolated, because other pages' clocks tick in tenths of a millisecond.
  const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
  const lab = await startLab({ directory: ".", headers });

  /** A page to start workers in. */
  async function open() {
    const { page, close } = await lab.visit("benches/page.html");
    return {
      close,
      /** @param {Source} source @returns {Promise<Started>} */
      async start(source) {
        const worker = await page.evaluateHandle(() => new globalThis.Worker("worker.mjs", { type: "module" }));
        const ask = async (/** @type {object} */ request) => {
          const answer = worker.evaluate((worker, request) => {
            worker.postMessage(request);
            return new Promise((resolve, reject) => {
              worker.onmessage = ({ data }) => resolve(data);
              worker.onerror = ({ message }) => reject(new Error(message));
            });
          }, request);
          return valueOf(await answer);
        };
        const measures = await ask(source);
        return { measures, ask: (measure) => ask({ measure }), close: () => worker.evaluate((it) => it.terminate()) };
      },
    };
  }

  const { start } = await open();
  return {
    name: "chromium",
    start,
    async cold(source, measure) {
      const page = await open();
      const sample = await (await page.start(source)).ask(measure);
      await page.close();
      return sample;
    },
    close: lab.close,
  };
}

/** Starts `script`, which reads measures and writes answers as lines of JSON. @param {string} script @returns {Promise<Started>} */
export async function python(script) {
  const child = spawn(process.env.PYTHON || "python3", [fileURLToPath(new URL(script, import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("it ended");
    return valueOf(JSON.parse(value));
  };
  const failed = once(child, "error").then(([error]) => Promise.reject(error));
  const { measures, version } = await Promise.race([next(), failed]);
  return {
    measures,
    version,
    ask(measure) {
      child.stdin.write(`${JSON.stringify(measure)}\n`);
      return next();
    },
    close: async () => child.stdin.end(),
  };
}

/** @param {{ value?: any, error?: string }} answer */
function valueOf({ value, error }) {
  if (error) throw new Error(error);
  return value;
}
