// @ts-check
// A server of a directory on a free port, which it tells whoever started it. It runs on a thread of its own: what drives
// the browser is not to keep the browser waiting for its files.

import { createServer } from "node:http";
import { parentPort, workerData } from "node:worker_threads";
import sirv from "sirv";

/** @type {{ directory: string, headers: Record<string, string> }} */
const { directory, headers } = workerData;
const setHeaders = (/** @type {import("node:http").ServerResponse} */ response) => {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
};
// Nothing it sends is kept in a cache.
const files = sirv(directory, { dev: true, setHeaders });
const server = createServer((request, response) => files(request, response));
server.listen(0, "127.0.0.1", () => parentPort?.postMessage(/** @type {import("node:net").AddressInfo} */ (server.address()).port));
