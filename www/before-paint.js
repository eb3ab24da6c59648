// @ts-check
// What must stand before anything is painted: the theme in force, and whether the guided minute was offered before. A
// script of its own, no module, because those wait for the whole document.
{
  const { dataset } = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  /** @param {string} name */
  const kept = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null; // a browser may forbid to keep anything
    }
  };
  const dress = () => {
    const { choice } = dataset;
    dataset.theme = choice === "light" || choice === "dark" ? choice : system.matches ? "dark" : "light";
    for (const colour of /** @type {NodeListOf<HTMLMetaElement>} */ (document.querySelectorAll("meta[name=theme-color]"))) {
      colour.media = colour.dataset.of === dataset.theme ? "all" : "not all";
    }
  };
  dataset.choice = kept("theme") ?? "system";
  if (kept("tour") === null) dataset.offers = "tour";
  dress();
  system.addEventListener("change", dress);
  new MutationObserver(dress).observe(document.documentElement, { attributeFilter: ["data-choice"] });
}
