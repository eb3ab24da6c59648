// @ts-check
/** Compiles the core once, for this page and every worker, and opens the lab. */
import { element } from "./dom.js";
import { Runner } from "./runner.js";
import { main as text } from "./strings.js";

try {
  // The worker loads while the page does, and the run that comes without a link does not wait for the page.
  const runner = new Runner();
  const compiled = compile(new URL("./pkg/prunelab_bg.wasm", import.meta.url)).then((module) => {
    runner.use(module);
    if (location.hash.length < 2) runner.anticipate("{}");
    return module;
  });
  const [module, { default: init }, { Lab }, { offerThemes }] = await Promise.all([
    compiled,
    import("./pkg/prunelab.js"),
    import("./lab.js"),
    import("./theme.js"),
  ]);
  offerThemes(element("theme", HTMLSelectElement));
  offerTour();
  // As a link it would take the experiment's place in the address.
  document.querySelector(".skip")?.addEventListener("click", (event) => {
    event.preventDefault();
    element("result", HTMLElement).focus();
  });
  await init({ module_or_path: module });
  const lab = new Lab(runner);
  const { Shown } = await import("./shown.js");
  lab.open(Shown);
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

/** The guided minute is loaded by whom it is wanted. */
function offerTour() {
  /** @type {Promise<import("./tour.js").Tour> | undefined} */
  let loaded;
  const tour = () => (loaded ??= import("./tour.js").then(({ Tour }) => new Tour()));
  for (const id of ["tour-open", "tour-start"]) element(id, HTMLButtonElement).addEventListener("click", async () => (await tour()).begin());
  element("tour-decline", HTMLButtonElement).addEventListener("click", async () => (await tour()).decline());
}
