// @ts-check
/** Gives the core to this page and the worker, and opens the lab. It begins as soon as it is there, which may be before the document is. */
import { core } from "./core.js";
import { element } from "./dom.js";
import { Runner } from "./runner.js";
import { main as text } from "./strings.js";

const parsed = document.readyState === "loading" ? new Promise((resolve) => addEventListener("DOMContentLoaded", resolve, { once: true })) : null;

try {
  // The worker loads while the page does, and the run that comes without a link does not wait for the page.
  const runner = new Runner();
  const compiled = core.then((module) => {
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
  await parsed;
  offerThemes(element("theme", HTMLSelectElement));
  offerTour();
  // As a link it would take the experiment's place in the address.
  document.querySelector(".skip")?.addEventListener("click", (event) => {
    event.preventDefault();
    element("result", HTMLElement).focus();
  });
  await init({ module_or_path: module });
  const lab = new Lab(runner);
  // What shows results is asked for all at once, but not before the form answers.
  document.head.append(element("for-results", HTMLTemplateElement).content);
  const { Shown } = await import("./shown.js");
  lab.open(Shown);
  // What is loaded when it is wanted may be out of reach by then. A browser's own complaints come without an error.
  addEventListener("unhandledrejection", ({ reason }) => fail(text.failed(reasonOf(reason))));
  addEventListener("error", ({ error }) => error && fail(text.failed(reasonOf(error))));
} catch (error) {
  await parsed;
  fail(text.notLoaded(reasonOf(error)));
  throw error;
}

/** @param {string} message */
function fail(message) {
  const status = element("status", HTMLElement);
  status.textContent = message;
  status.classList.add("error");
}

/** @param {unknown} error */
function reasonOf(error) {
  return String(error instanceof Error ? error.message : error);
}

/** The guided minute is loaded by whom it is wanted. */
function offerTour() {
  /** @type {Promise<import("./tour.js").Tour> | undefined} */
  let loaded;
  const tour = () => (loaded ??= import("./tour.js").then(({ Tour }) => new Tour()));
  for (const id of ["tour-open", "tour-start"]) element(id, HTMLButtonElement).addEventListener("click", async () => (await tour()).begin());
  element("tour-decline", HTMLButtonElement).addEventListener("click", async () => (await tour()).decline());
}
