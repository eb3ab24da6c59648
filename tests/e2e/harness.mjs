// @ts-check
// A server for www/, or what is published of it, and a Chromium to visit it with.
//
//     const lab = await startLab();
//     const { page, errors, requests } = await lab.visit("#…");
//     …
//     await lab.close();

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";

const root = new URL("../../", import.meta.url);

/**
 * What happened on one visit. Both lists grow while the page is open, its workers included.
 * @typedef {object} Visit
 * @property {import("playwright-core").Page} page
 * @property {string[]} errors uncaught errors and `console.error`, those of the browser (a refused policy, a 404) too
 * @property {string[]} requests every URL asked for, whether it was answered or not
 * @property {() => Promise<void>} close
 */

/** Chromium's flags, which the tests in `tests/web.rs` get from the same file. */
async function chromiumFlags() {
  const capabilities = JSON.parse(await readFile(new URL("webdriver.json", root), "utf8"));
  return capabilities["goog:chromeOptions"].args;
}

/**
 * A server of `directory`, and its address.
 * @param {string} directory @param {Record<string, string>} headers
 */
async function serve(directory, headers) {
  const server = new Worker(new URL("server.mjs", import.meta.url), { workerData: { directory: fileURLToPath(new URL(directory, root)), headers } });
  const [port] = await once(server, "message");
  return { server, origin: `http://127.0.0.1:${port}` };
}

/** @param {{ directory?: string, headers?: Record<string, string> }} [options] what to serve, and what to send with it */
export async function startLab({ directory = "www", headers = {} } = {}) {
  const { server, origin } = await serve(directory, headers);
  const browser = await chromium
    .launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: await chromiumFlags() })
    .catch(async (error) => {
      await server.terminate(); // it would keep the test process alive
      throw error;
    });

  /**
   * Opens the page in a context of its own, so that no visit sees another's storage.
   * @param {string} [path] what follows the address: file, query, fragment
   * @param {import("playwright-core").BrowserContextOptions} [options]
   * @returns {Promise<Visit>}
   */
  async function visit(path = "", options = {}) {
    const context = await browser.newContext(options);
    /** @type {string[]} */
    const errors = [];
    /** @type {string[]} */
    const requests = [];
    context.on("request", (request) => requests.push(request.url()));
    context.on("weberror", (error) => errors.push(String(error.error())));
    context.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    const page = await context.newPage();
    await page.goto(`${origin}/${path}`);
    return { page, errors, requests, close: () => context.close() };
  }

  /** The files among these requests, each once, with their bytes gzipped. @param {string[]} requests */
  async function transferred(requests) {
    const paths = new Set(requests.filter((url) => url.startsWith(origin)).map((url) => new URL(url).pathname.slice(1) || "index.html"));
    return Promise.all(
      [...paths].map(async (file) => ({ file, bytes: gzipSync(await readFile(new URL(`${directory}/${file}`, root)), { level: 9 }).length })),
    );
  }

  async function close() {
    await browser.close();
    await server.terminate();
  }

  return { origin, browser, visit, transferred, close };
}
