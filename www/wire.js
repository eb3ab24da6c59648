// @ts-check
/**
 * The shape of everything that crosses a boundary: wasm to JavaScript, worker to page. Types only.
 *
 * @typedef {null | boolean | number | string | Json[] | { [name: string]: Json }} Json
 * @typedef {{ [name: string]: Json }} JsonObject
 *
 * A full config; its sections are read and written by path, so only what the page itself computes with is spelled out.
 * @typedef {JsonObject & {
 *   data: JsonObject & { kind: string, n_samples: number },
 *   model: JsonObject & { hidden: number[] },
 *   train: JsonObject & { epochs: number, optimizer: JsonObject & { kind: string } },
 *   prune: JsonObject & {
 *     criterion: string, scope: string,
 *     levels: JsonObject & { by: string, from: number, to: number, count: number },
 *   },
 * }} Config
 *
 * What a config makes.
 * @typedef {{ n_samples: number, n_features: number, n_classes: number, layer_sizes: number[] }} Shape
 *
 * @typedef {{ n_train: number, n_validation: number, n_test: number, class_counts: number[] }} DataCounts
 *
 * @typedef {{
 *   total_params: number, nonzero_params: number, effective_params: number,
 *   test_accuracy: number, test_correct: number, test_loss: number,
 *   validation_accuracy: number | null, validation_correct: number | null, validation_loss: number | null,
 * }} Evaluation
 *
 * @typedef {Evaluation & { amount: number, threshold: number | null, sparsity: number, compression_ratio: number | null }} Level
 *
 * @typedef {{
 *   config: Config, version: string, digest: string, config_digest: string, data: DataCounts,
 *   epochs: { epoch: number, train_loss: number }[], unpruned: Evaluation, levels: Level[],
 * }} Report
 *
 * What `Run.next` returns, parsed.
 * @typedef {{ type: "dataset", data: DataCounts }
 *   | { type: "epoch", epoch: number, train_loss: number }
 *   | { type: "progress" }
 *   | { type: "unpruned", unpruned: Evaluation }
 *   | { type: "level", index: number, level: Level }
 *   | { type: "done", report: Report }} RunEvent
 *
 * What the page sends to the worker.
 * @typedef {{ type: "module", run: number, module: WebAssembly.Module }
 *   | { type: "start", run: number, config: string }
 *   | { type: "cancel", run: number }} ToWorker
 *
 * About a frame's worth of a run: the losses of the epochs that ended in it, and how much of the whole is done.
 * @typedef {{
 *   type: "batch", run: number, losses: Float64Array, levels: number,
 *   fraction: number, data: DataCounts | null,
 * }} Batch
 *
 * How a run ended. `done` carries the report twice: parsed, without its epochs (the batches brought them), and whole
 * as JSON, to be drawn from and saved. `died` means that the worker cannot be used again.
 * @typedef {{ type: "done", run: number, report: Report, json: string }
 *   | { type: "refused", run: number, message: string, field: string | null }
 *   | { type: "cancelled", run: number }
 *   | { type: "died", run: number, message: string }} Outcome
 *
 * What the worker sends to the page.
 * @typedef {Batch | Outcome} FromWorker
 */
export {};
