// @ts-check
/** The core, compiled once for this page and every worker. A module of its own, run as soon as it is there: it is compiled while the page is laid out. */

/** @type {Promise<WebAssembly.Module>} */
export const core = compile(new URL("./pkg/prunelab_bg.wasm", import.meta.url));
// Whoever awaits it says so; until then nobody may have asked.
core.catch(() => {});

/** @param {URL} address */
async function compile(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address.pathname}: ${response.status} ${response.statusText}`);
  const streamed = response.headers.get("Content-Type")?.startsWith("application/wasm");
  return streamed ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}
