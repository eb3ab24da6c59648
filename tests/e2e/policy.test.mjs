// @ts-check
// Nothing leaves the page, and the browser holds us to it.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { startLab } from "./harness.mjs";
import { done, run } from "./lab.mjs";

/** @type {Awaited<ReturnType<typeof startLab>>} */
let lab;
/** @type {string[]} */
const caught = [];
const stranger = createServer((request, response) => {
  caught.push(request.url ?? "");
  response.writeHead(200, { "Access-Control-Allow-Origin": "*" }).end();
});
let elsewhere = "";
before(async () => {
  lab = await startLab();
  await new Promise((resolve) => stranger.listen(0, "127.0.0.1", () => resolve(undefined)));
  elsewhere = `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (stranger.address()).port}`;
});
after(async () => {
  await lab.close();
  stranger.closeAllConnections();
  stranger.close();
});

/** Tries to reach the address, in page or worker, and gives the directive that forbade it. @param {string} address */
function leak(address) {
  return new Promise((resolve) => {
    addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective), { once: true });
    fetch(address, { mode: "no-cors" }).then(
      () => resolve("nothing forbade it"),
      () => setTimeout(() => resolve("it failed, but not by the policy"), 1000),
    );
  });
}

test("a whole session asks nothing of another origin and logs no error", async () => {
  const { page, requests, errors, close } = await lab.visit();
  await done(page);
  await run(page, { "train.epochs": "3" });
  await done(page);
  await page.getByLabel("amount", { exact: true }).check();
  for (const id of ["#save-csv", "#save-json"]) await Promise.all([page.waitForEvent("download"), page.click(id)]);
  assert.ok(requests.some((url) => url.endsWith(".wasm")) && requests.some((url) => url.endsWith("worker.js")));
  assert.deepEqual(requests.filter((url) => !url.startsWith(lab.origin) && !url.startsWith(`blob:${lab.origin}`)), []);
  assert.deepEqual(errors, []);
  await close();
});

test("the page works from a folder below its origin's root", async () => {
  /** @type {string[]} */
  const outside = [];
  const folder = createServer(async ({ url = "" }, response) => {
    if (!url.startsWith("/some/folder/")) outside.push(url);
    const answer = await fetch(lab.origin + url.replace("/some/folder/", "/"));
    response.writeHead(answer.status, { "Content-Type": answer.headers.get("Content-Type") ?? "" });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise((resolve) => folder.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (folder.address());
  const { page, close } = await lab.visit();
  await page.goto(`http://127.0.0.1:${port}/some/folder/`);
  await done(page);
  assert.deepEqual(outside, []);
  await close();
  folder.closeAllConnections();
  folder.close();
});

test("neither the page nor its worker can reach another origin", async () => {
  const { page, close } = await lab.visit();
  await done(page);
  const [worker] = page.workers();
  assert.ok(worker.url().startsWith("blob:"));
  assert.equal(await page.evaluate(leak, `${elsewhere}/from-the-page`), "connect-src");
  assert.equal(await worker.evaluate(leak, `${elsewhere}/from-the-worker`), "connect-src");
  assert.deepEqual(caught, []);
  await fetch(`${elsewhere}/from-the-test`);
  assert.deepEqual(caught, ["/from-the-test"], "the address was there to be reached");
  await close();
});
