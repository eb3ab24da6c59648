// @ts-check
// A first visit: what it transfers, and when the page answers and has its first result.

/** @typedef {Awaited<ReturnType<typeof import("../../tests/e2e/harness.mjs").startLab>>} Lab */

/**
 * Milliseconds from navigation until the page acts on its controls and until the seed experiment is on screen, the cache
 * cold; and every file that was asked for until the page was at rest, with its bytes gzipped.
 * @param {Lab} lab
 */
export async function firstVisit(lab) {
  const { page, requests, close } = await lab.visit("favicon.svg"); // nothing of the page itself
  // A browser goes on starting processes after its first page, which is nothing of this one.
  await page.waitForTimeout(1000);
  requests.length = 0;
  await page.addInitScript(() => {
    /** @type {{ interactive?: number, result?: number }} */
    const seen = {};
    Object.assign(globalThis, { seen });
    const look = () => {
      const status = document.querySelector("#status")?.textContent ?? "";
      // The run that the page starts by itself is the last thing that happens before it listens.
      if (!/^(Loading|$)/.test(status)) seen.interactive ??= performance.now();
      // Said, it is drawn in the frame that comes.
      if (status.startsWith("Done in") && seen.result === undefined) {
        seen.result = Infinity;
        requestAnimationFrame(() =>
          requestAnimationFrame(() => {
            seen.result = performance.now();
            console.log("seen");
          }),
        );
      }
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
  });
  // It says so itself: what waits inside a page has scripts of its own read there, tens of milliseconds of the page's thread.
  const told = page.waitForEvent("console", (message) => message.text() === "seen");
  await page.goto(`${lab.origin}/`, { waitUntil: "commit" });
  await told;
  const seen = /** @type {{ interactive: number, result: number }} */ (await page.evaluate("seen"));
  await page.waitForLoadState("networkidle");
  const sizes = await lab.transferred(requests);
  await close();
  return { ...seen, sizes: sizes.sort((a, b) => b.bytes - a.bytes) };
}
