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
 *   train: JsonObject & { epochs: number, optimizer: JsonObject & { kind: string }, early_stopping: { patience: number } | null },
 *   prune: JsonObject & {
 *     criterion: string, scope: string, granularity: string, protect: number[], recovery: number, oracle: boolean,
 *     schedule: JsonObject & { kind: string },
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
 *   test_accuracy: number, test_correct: number, test_loss: number,
 *   validation_accuracy: number | null, validation_correct: number | null, validation_loss: number | null,
 *   validation_gap: number | null,
 * }} Scores
 *
 * @typedef {Scores & { total_params: number, nonzero_params: number, effective_params: number }} Evaluation
 *
 * Pairs are before and after what is on no live path has gone.
 * @typedef {{
 *   params: [number, number], multiply_adds: [number, number], bytes: [number, number],
 *   largest_output: number, largest_difference: number,
 * }} Compaction
 *
 * @typedef {Evaluation & {
 *   amount: number, threshold: number | null, sparsity: number, compression_ratio: number | null,
 *   theoretical_speedup: number | null, layer_densities: number[], collapse: string | null, compaction: Compaction,
 *   epochs: number, control: Scores | null,
 * }} Level
 *
 * What is left at a compression ratio, or in `missing` why there is nothing.
 * @typedef {{
 *   target: number, compression_ratio: number | null, amount: number | null, scores: Scores | null, control: Scores | null,
 *   missing: string | null,
 * }} OperatingPoint
 *
 * Losses are means in nats, accuracies in [0, 1]; those on the training part are of each batch before its update, those
 * on the validation part of what the epoch ended with, null without early stopping.
 * @typedef {{
 *   epoch: number, train_loss: number, train_accuracy: number, validation_loss: number | null,
 *   validation_accuracy: number | null,
 * }} Epoch
 *
 * `best_epoch` is the one whose weights early stopping chose, null without it.
 * @typedef {{
 *   config: Config, version: string, digest: string, config_digest: string, data: DataCounts,
 *   epochs: Epoch[], best_epoch: number | null, unpruned: Evaluation, levels: Level[],
 *   curve: { points: number, multiply_adds: number } | null, oracle_correlation: number | null,
 *   absolute_oracle_correlation: number | null,
 *   operating_points: OperatingPoint[],
 * }} Report
 *
 * How the network does at ascending numbers of removed weights, none and all among them: every one, unless there are
 * too many. Losses in nats; without a validation part there is nothing of it.
 * @typedef {{
 *   removed: Uint32Array, testCorrect: Uint32Array, testLoss: Float64Array,
 *   validationCorrect: Uint32Array | undefined, validationLoss: Float64Array | undefined,
 * }} CurvePoints
 *
 * What a finished run leaves besides its report. `params` holds weight (row-major, [out, in]) and bias of the first
 * layer, of the second, …; `order` the weights as they leave, by their index among the weights of all layers, biases
 * left out; `magnitudes` their |w| in that order; `effectiveParams` the parameters that take part after 0, 1, … of them
 * have left; `features` the rows one after the other; `train`, `validation`, `test` their indices.
 *
 * Where no one order of removals describes the levels, `stops` names them, counted from 0, from the one that leaves most
 * to the one that leaves least. The points of `curve` and `effectiveParams` are then the unpruned network and these;
 * `networks` are their parameters, `order` and `magnitudes` are empty.
 * @typedef {{
 *   params: Float32Array, order: Uint32Array, magnitudes: Float32Array, effectiveParams: Uint32Array,
 *   curve: CurvePoints, features: Float32Array, labels: Uint32Array,
 *   train: Uint32Array, validation: Uint32Array, test: Uint32Array,
 *   stops: number[] | null, networks: Float32Array[],
 * }} RunResult
 *
 * What `Run.next` returns, parsed.
 * @typedef {{ type: "dataset", data: DataCounts }
 *   | { type: "epoch" } & Epoch
 *   | { type: "progress" }
 *   | { type: "unpruned", unpruned: Evaluation }
 *   | { type: "level", index: number, level: Level }
 *   | { type: "done", report: Report }} RunEvent
 *
 * Another criterion on a finished run's network: its exact curve, the parameters that take part along it, and Spearman's
 * correlation of its scores with the oracle's and with their absolute values, null where they are all equal.
 * @typedef {{
 *   removed: Uint32Array, testCorrect: Uint32Array, validationCorrect: Uint32Array | undefined, magnitudes: Float32Array,
 *   effectiveParams: Uint32Array, oracleCorrelation: number | null, absoluteOracleCorrelation: number | null,
 * }} Compared
 *
 * What the page sends to the worker.
 * @typedef {{ type: "module", run: number, module: WebAssembly.Module }
 *   | { type: "compare", run: number, criterion: string }
 *   | { type: "start", run: number, config: string, held: boolean }
 *   | { type: "pause" | "resume" | "step" | "cancel", run: number }} ToWorker
 *
 * A run that is `held` waits before its first step; `step` goes on to the end of an epoch, or of the run where all
 * epochs are done. After either, as after `pause`, the worker says that it is `paused`.
 *
 * About a frame's worth of a run: the epochs that ended in it, how many levels did, and how much of the whole is done.
 * @typedef {{ type: "batch", run: number, epochs: Epoch[], levels: number, fraction: number, data: DataCounts | null }} Batch
 *
 * How a run ended. `done` carries the report twice: parsed, without its epochs (the batches brought them), and whole
 * as JSON, to be drawn from and saved. `died` means that the worker cannot be used again.
 * @typedef {{ type: "done", run: number, report: Report, json: string, result: RunResult }
 *   | { type: "refused", run: number, message: string, field: string | null }
 *   | { type: "cancelled", run: number }
 *   | { type: "died", run: number, message: string }} Outcome
 *
 * What the worker sends to the page.
 * `found` is null if the worker has not got the run any more.
 * @typedef {Batch | Outcome | { type: "paused", run: number } | { type: "comparison", run: number, criterion: string, found: Compared | null }} FromWorker
 */
export {};
