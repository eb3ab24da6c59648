// @ts-check
/** Compiles the core once, for this page and every worker, and opens the lab. */
import init from "./pkg/prunelab.js";
import { element } from "./dom.js";
import { Runner } from "./runner.js";
import { main as text } from "./strings.js";

try {
  // The worker loads while the page does, and warms up while the form is made: it is not to wait for all modules.
  const runner = new Runner();
  const [module, { Lab }, { offerThemes }, { Tour }, { Views }] = await Promise.all([
    compile(new URL("./pkg/prunelab_bg.wasm", import.meta.url)),
    import("./lab.js"),
    import("./theme.js"),
    import("./tour.js"),
    import("./views.js"),
  ]);
  offerThemes(element("theme", HTMLSelectElement));
  new Tour();
  // As a link it would take the experiment's place in the address.
  document.querySelector(".skip")?.addEventListener("click", (event) => {
    event.preventDefault();
    element("result", HTMLElement).focus();
  });
  runner.use(module);
  await init({ module_or_path: module });
  const lab = new Lab(runner);
  lab.figures.push(...new Views(lab.cut).figures);
} catch (error) {
  const status = element("status", HTMLElement);
  status.textContent = text.notLoaded(String(error instanceof Error ? error.message : error));
  status.classList.add("error");
  throw error;
}

/** @param {URL} address */
async function compile(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address.pathname}: ${response.status} ${response.statusText}`);
  const streamed = response.headers.get("Content-Type")?.startsWith("application/wasm");
  return streamed ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}
