// @ts-check
// Dragging the cut, measured in a closed loop: one move of the mouse, its frame, a pause of up to a frame, the next move.
// From the event's own time stamp to a task posted in the frame's callback, which comes once the frame is drawn. The page
// calls when that is done: to ask it at every frame would take time from the processors that draw.

import { setTimeout } from "node:timers/promises";

/** @typedef {import("../../tests/e2e/lab.mjs").Page} Page */

/** @typedef {{ latency: number[], script: number[], tasks: number[] }} Kept */

const [DROPPED, MEASURED] = [20, 100];

/** @param {number[]} values @param {number} share */
export const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))];

/** Has the page keep what each move costs, until its frame, in its own scripts, and in tasks over 50 ms, and then call `drawn`. @param {Page} page */
async function watch(page) {
  await page.evaluate(() => {
    /** @type {Kept} */
    const kept = { latency: [], script: [], tasks: [] };
    let [script, stamp] = [0, 0];
    const { requestAnimationFrame } = globalThis;
    globalThis.requestAnimationFrame = (paint) =>
      requestAnimationFrame((time) => {
        const begin = performance.now();
        paint(time);
        script += performance.now() - begin;
      });
    let began = 0;
    addEventListener("pointermove", () => (began = performance.now()), { capture: true });
    addEventListener("pointermove", (event) => {
      script += performance.now() - began;
      if (stamp !== 0) return;
      stamp = event.timeStamp;
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          kept.latency.push(performance.now() - stamp);
          kept.script.push(script);
          [script, stamp] = [0, 0];
          port1.close();
          /** @type {any} */ (globalThis).drawn("");
        };
        port2.postMessage(null);
      });
    });
    new PerformanceObserver((list) => kept.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
    Object.assign(globalThis, { kept });
  });
}

/**
 * What dragging the cut over the plot of accuracy costs, in milliseconds.
 * @param {Page} page one with a result @param {number} throttled how many times slower the page's thread is to be
 */
export async function drag(page, throttled) {
  const browser = await page.context().newCDPSession(page);
  await browser.send("Runtime.enable");
  await browser.send("Runtime.addBinding", { name: "drawn" });
  const line = page.locator("#accuracy + .cut-slider");
  await line.evaluate((slider) => slider.scrollIntoView({ block: "end" }));
  const box = await line.boundingBox();
  if (!box) throw new Error("there is no line to drag");
  await watch(page);
  await setTimeout(4000); // until nothing is measured on the page any more
  await browser.send("Emulation.setCPUThrottlingRate", { rate: throttled });
  await page.mouse.move(box.x + 0.1 * box.width, box.y + 40);
  await page.mouse.down();
  await setTimeout(500);
  for (let i = 0; i < DROPPED + MEASURED; i += 1) {
    // To and fro over all of the axis, a little further each time.
    const x = box.x + box.width * (0.5 + 0.48 * Math.sin(0.11 * i));
    const drawn = new Promise((resolve) => browser.once("Runtime.bindingCalled", resolve));
    await browser.send("Input.dispatchMouseEvent", { type: "mouseMoved", x, y: box.y + 40, button: "left", buttons: 1 });
    await drawn;
    // What comes before is not dragging.
    if (i === DROPPED) await page.evaluate(() => /** @type {{ kept: Kept }} */ (/** @type {unknown} */ (globalThis)).kept.tasks.splice(0));
    await setTimeout(16 * Math.random());
  }
  const { latency, script, tasks } = /** @type {Kept} */ (await page.evaluate("kept"));
  await page.mouse.up();
  await browser.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  const last = (/** @type {number[]} */ values) => values.slice(-MEASURED);
  return {
    median: quantile(last(latency), 0.5), p95: quantile(last(latency), 0.95),
    script: quantile(last(script), 0.95), scriptMedian: quantile(last(script), 0.5), longest: Math.max(0, ...tasks),
  };
}
