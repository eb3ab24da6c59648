// @ts-check
/**
 * Small runs before the first that is asked for. A browser compiles WebAssembly in haste, and again, well, what has worked
 * a lot; so the first training takes several times as long as a later one, unless these runs came before it.
 *
 * No run ever waits for them: they end with the step that they are at. The one that the page starts by itself has only
 * the time in which the form is made; it is its own warm-up, and would be done no sooner after a longer one.
 */

/** @typedef {{ next(): string | undefined, free(): void }} Events */

/** The kind of network and optimiser that the defaults have, in steps far shorter than a frame. */
const CONFIG = JSON.stringify({ data: { n_samples: 128 }, model: { hidden: [32] } });
/** So many that every function in which a training spends its time is compiled again. */
const RUNS = 16;

/**
 * Runs the small runs until `enough`, a step at a time: between two steps the message loop turns.
 * @param {new (config: string) => Events} Run
 * @param {() => boolean} [enough]
 */
export async function warmUp(Run, enough = () => false) {
  for (let i = 0; i < RUNS && !enough(); i += 1) {
    const run = new Run(CONFIG);
    do await turn();
    while (!enough() && run.next() !== undefined);
    run.free();
  }
}

/** Lets the message loop turn: a message to oneself comes back behind whatever has been sent meanwhile. */
function turn() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(null);
  });
}
