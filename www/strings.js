// @ts-check
/**
 * Every sentence, label and message that the page's scripts show, by what shows it. A translation is another module of
 * these exports, and a translated `index.html`, where all that stands still is written. Pure: numbers come in as text,
 * written by `format.js`, or as what decides between one and many. Refusals are the core's own words, in English as
 * natively; what only a programmer can bring about is thrown where it is found.
 *
 * @import { Part } from "./sentence.js"
 * @import { Axis } from "./cut.js"
 * @import { Config } from "./wire.js"
 */
import { count } from "./format.js";

/** `1 level`, `20 levels` @param {number} value @param {string} noun */
function plural(value, noun) {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

export const main = {
  notLoaded: (/** @type {string} */ reason) => `The lab could not be loaded: ${reason}`,
  failed: (/** @type {string} */ reason) => `That did not work: ${reason}. Try again, or load the page anew: the link keeps the experiment.`,
};

export const lab = {
  figures: { accuracy: "Test accuracy", parameters: "Parameters", histogram: "Weights by magnitude", loss: "Training loss", network: "Network", points: "Test rows" },
  tables: { levels: "Levels", curve: "Test accuracy and parameters", epochs: "Epochs", magnitudes: "Weights by magnitude", weights: "Weights of the network", points: "Test rows", ratios: "At the ratios of the field", weighs: "What it weighs", compared: "Compared criteria" },
  drawing: "Drawing the data …",
  running: "Running.",
  coming: "The first result is on its way.",
  none: "No result yet.",
  waits: "Paused before the first result: Continue goes on, Step trains one epoch.",
  initial: "At the initial weights: Step trains one epoch, Continue all.",
  paused: (/** @type {string} */ epoch, /** @type {string} */ epochs) => `Paused after epoch ${epoch} of ${epochs}.`,
  notRun: (/** @type {string[]} */ reasons) => `The link was not run: ${reasons.join("; ")}.`,
  rest: "This link says something that the lab does not know. Press Run for the rest, as the form below has it.",
  mend: "This link asks for something the lab cannot run. Mend it below and press Run.",
  refused: (/** @type {string} */ message) => `${message}.`,
  levels: (/** @type {number} */ levels) => plural(levels, "level"),
  epoch: (/** @type {string} */ epoch, /** @type {string} */ epochs) => `epoch ${epoch} of ${epochs}`,
  done: (/** @type {string} */ time, /** @type {number} */ epochs, /** @type {number} */ levels) =>
    `Done in ${time}: ${plural(epochs, "epoch")}, ${plural(levels, "level")}.`,
  stays: "The last result stays.",
  cancelled: "Cancelled.",
  died: (/** @type {string} */ reason) => `The worker died (${reason}) and is replaced.`,
  again: "Press Run to try again.",
};

export const numbers = {
  none: "No rows.",
  rows: (/** @type {string} */ shown, /** @type {string} */ all) => (shown === all ? `${all} rows` : `${shown} of ${all} rows`),
  more: (/** @type {string} */ rows) => `Show ${rows} more`,
};

export const runner = {
  notLoaded: "its script could not be loaded",
  notRead: "a message could not be read",
};

export const tour = {
  place: (/** @type {number} */ step, /** @type {number} */ steps) => `${step} of ${steps}`,
  next: "Next",
  done: "Done",
};

export const standing = { run: "Run", goOn: "Continue" };

export const form = {
  noNumber: "is not a number",
  empty: "is empty",
  lost: (/** @type {string} */ path, /** @type {string} */ value) => `${path} cannot be shown in its field, got ${value}`,
};

export const link = {
  tooMany: (/** @type {number} */ most, /** @type {number} */ got) => `the link must have at most ${most} pieces, got ${got}`,
  noPiece: (/** @type {string} */ piece) => `“${piece}” in the link is not of the form name=value`,
};

/** Criteria within a sentence, by their names in a config. @type {Record<string, string>} */
export const criteria = {
  magnitude: "magnitude", random: "random", taylor: "Taylor", obd: "Optimal Brain Damage", obs: "Optimal Brain Surgeon", wanda: "Wanda",
  movement: "movement", oracle: "oracle", absolute_oracle: "|oracle|",
};

/** @type {Record<string, string>} */
const schedules = { iterative: "round by round", gradual: "while it trains", initialisation: "at initialisation" };

export const asides = {
  data: (/** @type {string} */ rows, /** @type {string} */ features, /** @type {string} */ classes) => `${rows} rows · ${features} features · ${classes} classes`,
  /** @param {Config["prune"]} prune */
  prune: ({ scope, criterion, granularity, schedule, recovery }) => {
    const ranked = granularity.includes(":") ? granularity : { layer: "layerwise", row: "row by row" }[scope] ?? scope;
    const rest = [granularity === "neuron" ? "neurons" : "", schedules[schedule.kind] ?? "", recovery > 0 ? "recovery" : ""];
    return [`${ranked} ${criteria[criterion] ?? criterion}`, ...rest].filter(Boolean).join(" · ");
  },
  rounds: (/** @type {number} */ rounds, /** @type {string} */ last) => `${plural(rounds, "round")}, ${last} gone after the last`,
  half: "half of the weights",
  validated: "A cut is chosen on the validation part; the test part is looked at last.",
  notValidated: "No validation part: the seed experiment has none, as the original.",
  byAmount: (/** @type {number} */ levels, /** @type {string} */ from, /** @type {string} */ to) => `${plural(levels, "level")} from ${from} to ${to} of the weights`,
  byThreshold: (/** @type {number} */ levels, /** @type {number} */ from, /** @type {number} */ to) => `${plural(levels, "level")} from |w| < ${from} to |w| < ${to}`,
  all: "all weights",
  magnitude: (/** @type {number} */ to) => `|w| = ${to}`,
};

export const fields = {
  validated: "The floor holds on the validation part, at this cut and at every smaller one.",
  notValidated: "Without a validation part this can only be read: the lowest test accuracy up to this cut.",
};

export const line = {
  name: (/** @type {string} */ figure) => `Cut, ${figure}`,
  removed: (/** @type {string} */ weights) => `${weights} removed`,
  level: (/** @type {string} */ k, /** @type {string} */ n) => `step ${k} of ${n}`,
  levelInWords: (/** @type {string} */ level, /** @type {string} */ amount, /** @type {string} */ accuracy) => `${level}, amount ${amount}, test accuracy ${accuracy}`,
  below: (/** @type {string} */ threshold) => `|w| < ${threshold}`,
  words: (/** @type {string | null} */ threshold, /** @type {string} */ k, /** @type {string} */ n, /** @type {string} */ accuracy) =>
    `${threshold === null ? "" : `threshold ${threshold}, `}${k} of ${n} weights removed, test accuracy ${accuracy}`,
};

export const sentence = {
  nothing: (/** @type {Part} */ total, /** @type {Part} */ accuracy) => ["Nothing is cut: the network of ", total, " parameters has a test accuracy of ", accuracy, "."],
  everyWeight: "every weight",
  /** @param {{ below: Part | null, part: Part, whole: boolean, removed: Part, n: number, smaller: Part | null, before: Part | null, after: Part }} cut `before` only where it differs from `after` */
  cut: ({ below, part, whole, removed, n, smaller, before, after }) => [
    ...(below ? ["Cutting every weight below ", below] : ["Cutting ", part, whole ? "" : " of the weights"]),
    " removes ", removed, ` of ${plural(n, "weight")}`,
    ...(smaller ? [" (", smaller, " smaller) "] : [" "]),
    "and ", ...(before ? ["takes test accuracy from ", before, " to ", after] : ["leaves test accuracy at ", after]), ".",
  ],
  noPath: (/** @type {Part} */ nonzero) => ["No path leads from an input to an output any more: every row gets the same answer, whatever the ", nonzero, " parameters left."],
  allLive: (/** @type {Part} */ nonzero) => ["All ", nonzero, " parameters that are not zero take part in the answer."],
  someLive: (/** @type {Part} */ nonzero, /** @type {Part} */ effective) => ["Of the ", nonzero, " parameters that are not zero, only ", effective, " still lie on a path from an input to an output."],
  byHand: "Moved by hand.",
  back: "Back to the largest cut within one point",
  backToLevel: "Back to the level",
  judges: (/** @type {string | null} */ validation, /** @type {string} */ test) =>
    validation
      ? `${validation} validation rows; the accuracy is that of ${test} test rows.`
      : `the ${test} test rows themselves, for want of a validation split.`,
  place: (/** @type {number} */ k, /** @type {number} */ n) => `step ${count(k)} of ${count(n)}`,
  /** @param {{ level: Part, amount: Part, neurons: boolean, nonzero: Part, total: string, smaller: Part | null, before: Part | null, after: Part }} cut `before` only where it differs from `after` */
  level: ({ level, amount, neurons, nonzero, total, smaller, before, after }) => [
    "Pruning to ", level, ", ", amount, ` of the ${neurons ? "neurons" : "weights"}, leaves `, nonzero, ` of ${total} parameters`,
    ...(smaller ? [" (", smaller, " smaller) "] : [" "]),
    "and ", ...(before ? ["takes test accuracy from ", before, " to ", after] : ["leaves test accuracy at ", after]), ".",
  ],
  collapsed: (/** @type {string} */ why) => [`The network has collapsed: ${why}.`],
  cuts: (/** @type {number} */ n, /** @type {boolean} */ levels) => plural(n, levels ? "level" : "cut"),
  chosen: (/** @type {string} */ cuts, /** @type {string} */ judges) => `The largest of ${cuts} up to which none costs more than one point, chosen on ${judges}`,
  only: (/** @type {string} */ test) => `There is one level, and so nothing to choose; the accuracy is that of ${test} test rows.`,
  notChosen: (/** @type {string} */ cuts, /** @type {string} */ judges) => `No cut was chosen: the smallest of ${cuts} costs more than one point on ${judges}`,
};

export const result = {
  provenance: (/** @type {string} */ version, /** @type {string} */ config, /** @type {string} */ digest) => `version ${version} · config ${config} · digest ${digest}`,
};

export const plots = {
  accuracy: "Test accuracy",
  parameters: "Non-zero parameters",
  overAccuracy: "test accuracy",
  overParameters: "parameters",
  overHistogram: "weights by magnitude",
  nonzero: (/** @type {string} */ value) => `${value} non-zero`,
  effective: (/** @type {string} */ value) => `${value} effective`,
  aside: (/** @type {number} */ cuts, /** @type {number} */ rows, /** @type {boolean} */ levels) => `${plural(cuts, levels ? "level" : "cut")} on ${plural(rows, "test row")}`,
  axes: /** @type {Record<Axis, string>} */ ({ threshold: "threshold", amount: "amount", compression: "compression" }),
  over: (/** @type {string[]} */ names) => ` Laid over it: ${names.join(", ")}.`,
  noThreshold: "no single threshold describes these cuts",
  overNoThreshold: "no threshold describes the cuts of what is laid over",
  noLevels: (/** @type {string} */ what, /** @type {string} */ unpruned) => `${what}: ${unpruned} unpruned, no levels.`,
  /** @param {string} what @param {string} axis @param {string} unpruned @param {[string, string]} first a value and its place @param {[string, string]} last */
  summary: (what, axis, unpruned, [first, from], [last, to]) =>
    `${what} against ${axis}: ${unpruned} unpruned, ${first} at ${from}, ${last} at ${to}. The table below has every level.`,
};

export const compare = {
  /** Names beside lines, where the whole one is long. @type {Record<string, string>} */
  short: { obd: "OBD", obs: "OBS" },
  again: "The worker has this network no more: run again to compare",
  refused: (/** @type {string} */ reason) => `${reason}.`,
  waiting: (/** @type {string} */ criterion) => `Trying ${criterion} …`,
  judged: (/** @type {boolean} */ validated) =>
    validated ? "How far each goes is judged on the validation part." : "How far each goes is judged on the test part, for want of a validation part: no choice between them is fair.",
};

export const histogram = {
  outputLayer: "output layer",
  hiddenLayer: (/** @type {number} */ layer) => `hidden layer ${layer}`,
  aside: (/** @type {number} */ weights) => plural(weights, "weight"),
  summary: (/** @type {number} */ weights, /** @type {string} */ largest, /** @type {boolean} */ split) =>
    `Histogram of the ${plural(weights, "weight")} by magnitude, up to ${largest}${split ? ", layer by layer" : ""}.`,
  cut: (/** @type {string} */ share, /** @type {string} */ size) => `${share} of ${size} cut`,
  axis: "|w|",
  logAxis: "|w|, log scale",
};

export const loss = {
  none: "Training loss: nothing trained yet.",
  summary: (/** @type {string} */ trained, /** @type {string} */ epochs, /** @type {string[]} */ losses, /** @type {string[]} */ accuracies) =>
    `Training loss over ${trained} of ${epochs} epochs: from ${losses[0]} to ${losses[1]}; accuracy on the training part from ${accuracies[0]} to ${accuracies[1]}.`,
  onValidation: (/** @type {string} */ accuracy) => `, validation ${accuracy}`,
  validated: (/** @type {string} */ epoch, /** @type {string} */ loss) => ` Loss on the validation part, dashed: lowest after epoch ${epoch}, ${loss}.`,
  stopped: (/** @type {string} */ epoch, /** @type {string} */ epochs) => `Stopped early, after epoch ${epoch} of ${epochs}.`,
  notStopped: (/** @type {number} */ epochs) => `Not stopped early: trained for ${epochs === 1 ? "the one epoch" : `all ${count(epochs)} epochs`}.`,
  best: (/** @type {string} */ epoch, /** @type {string} */ loss) => `The weights are those of epoch ${epoch}, where the validation loss was lowest: ${loss}.`,
};

export const levels = {
  level: "Level",
  unpruned: "Unpruned",
  headings: {
    amount: "Amount", threshold: "Threshold", sparsity: "Sparsity", nonzero_params: "Non-zero", effective_params: "Effective",
    total_params: "Total", compression_ratio: "Compression", theoretical_speedup: "Speed-up in theory", validation_accuracy: "Validation accuracy",
    validation_correct: "Validation correct", validation_loss: "Validation loss", test_accuracy: "Test accuracy",
    test_correct: "Test correct", test_loss: "Test loss",
  },
};

export const details = {
  headings: (/** @type {boolean} */ validated) => ["Ratio", "Reached", "Amount", ...(validated ? ["Validation accuracy"] : []), "Test accuracy", "Points against control"],
  /** @param {string} why @param {boolean} levels whether only those were looked at */
  missing: (why, levels) => `${levels ? "Not reached" : "Impossible"}: ${why}.`,
  agreement: (/** @type {string} */ criterion, /** @type {string} */ oracle, /** @type {string} */ absolute) =>
    `Spearman’s ρ of the scores by ${criterion} with the oracle is ${oracle}, with |oracle|, the size of the change, ${absolute}.`,
  nothing: "nothing left",
  points: (/** @type {number} */ points) => `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(2)}`,
  noLevel: "The cut is before the first level.",
  /** @param {string} level @param {string} amount @param {boolean} between whether a cut may lie between two levels */
  level: (level, amount, between) => `Level ${level}, amount ${amount}${between ? ", the last that removes no more than the cut" : ""}:`,
  layer: (/** @type {number} */ layer) => `Layer ${count(layer)}`,
  collapsed: (/** @type {string} */ why) => `The network has collapsed: ${why}.`,
  speedup: (/** @type {string | null} */ ratio) =>
    ratio === null ? "No weight is left to be multiplied." : `${ratio} fewer multiply-adds if zeros were never multiplied: the speed-up in theory.`,
  pair: (/** @type {string} */ before, /** @type {string} */ after) => `${before} → ${after}`,
  compaction: (/** @type {string} */ params, /** @type {string} */ work, /** @type {string} */ bytes) => `Without what is on no live path: ${params} parameters, ${work} multiply-adds, ${bytes} bytes.`,
  exact: (/** @type {string} */ relative) => `Checked on all rows: the largest difference of an output is ${relative} of the largest output.`,
  trained: (/** @type {string} */ epochs, /** @type {string | null} */ control, /** @type {string} */ test) =>
    control === null ? `Trained for ${epochs} epochs, as the unpruned network.` : `Trained for ${epochs} epochs; the unpruned network after as many has a test accuracy of ${control}, this one of ${test}.`,
  gap: (/** @type {number} */ points) => `Validation promises ${points.toFixed(2)} points ${points < 0 ? "(less than the test part gives)" : "more than the test part gives"}.`,
};

export const looks = {
  line: (/** @type {number} */ looks, /** @type {number | null} */ gap) =>
    gap === null
      ? `The test part was looked at ${looks === 1 ? "once" : `${count(looks)} times`} while choosing, and nothing else can choose: without a validation part these accuracies are too good.`
      : `The test part was looked at ${looks === 1 ? "once" : `${count(looks)} times`} while choosing; at this cut validation is ${Math.abs(gap).toFixed(2)} points ${gap < 0 ? "below" : "above"} test.`,
};

export const network = {
  title: "Weights",
  ordered: "Weights, the longest-lived neurons first",
  dead: (/** @type {number} */ dead, /** @type {number} */ hidden) =>
    dead === 0 ? "No hidden neuron is dead." : `${count(dead)} of ${plural(hidden, "hidden neuron")} ${dead === 1 ? "is" : "are"} dead: on no path from an input to an output.`,
  idle: (/** @type {string} */ idle, /** @type {string} */ nonzero) => `So ${idle} of ${nonzero} non-zero parameters do nothing.`,
  allLive: (/** @type {string} */ nonzero) => `All ${nonzero} non-zero parameters take part.`,
  summary: (/** @type {string} */ sizes, /** @type {string} */ standing) =>
    `Weights of the network ${sizes}, one by one: arrow keys go from weight to weight, Page Up and Page Down from layer to layer, Home to the next to be cut. ${standing}`,
  ask: "Point at a weight, or go from one to the next with the arrow keys.",
  inputs: (/** @type {number} */ size) => plural(size, "input"),
  outputs: (/** @type {number} */ size) => plural(size, "output"),
  neurons: (/** @type {number} */ size, /** @type {boolean} */ only) => plural(size, only ? "hidden neuron" : "neuron"),
};

export const weight = {
  input: (/** @type {string} */ n) => `input ${n}`,
  output: (/** @type {string | null} */ n) => (n === null ? "output" : `output ${n}`),
  neuron: (/** @type {number | null} */ layer, /** @type {string} */ n) => `${layer === null ? "" : `layer ${layer}, `}neuron ${n}`,
  rank: (/** @type {string} */ rank, /** @type {string} */ n) => `rank ${rank} of ${n}`,
  cut: "cut",
  kept: "kept",
  /** @param {number} lost test rows, negative where they are gained @param {string} points @param {number} neighbours removed in the same step */
  removal: (lost, points, neighbours) => {
    const what = lost === 0 ? "changes no count of right answers" : `${lost > 0 ? "costs" : "gains"} ${plural(Math.abs(lost), "test row")} (${points})`;
    return `its removal${neighbours ? `, with that of ${plural(neighbours, "neighbour")},` : ""} ${what}`;
  },
};

export const points = {
  twoFeatures: "their two features",
  oneFeature: "their one feature, from left to right",
  components: (/** @type {string} */ features, /** @type {string} */ share) => `two principal components of ${features} features, ${share} of the variance`,
  projected: "Test rows, projected",
  decision: "Test rows and the decision",
  some: (/** @type {string} */ shown, /** @type {number} */ all) => `${shown} of ${plural(all, "row")}`,
  all: (/** @type {number} */ all) => plural(all, "row"),
  variance: (/** @type {string} */ rows, /** @type {string} */ share) => `${rows}, ${share} of the variance`,
  class: (/** @type {number} */ label) => `class ${label}`,
  right: "right",
  newlyWrong: "newly wrong",
  stillWrong: "wrong unpruned too",
  /** @param {number} rows @param {string} where @param {{ right: string, newlyRight: string, stillWrong: string, newlyWrong: string }} tally */
  summary: (rows, where, { right, newlyRight, stillWrong, newlyWrong }) =>
    `${plural(rows, "test row")} by ${where}. The pruned network is right on ${right}, of which ${newlyRight} newly; wrong on ${stillWrong} as before and on ${newlyWrong} newly.`,
};

export const weighing = {
  later: "measured on this device when the cut rests",
  now: "measuring on this device",
  done: (/** @type {number} */ slices) => `measured on this device, medians of ${slices}`,
};

export const share = {
  /** @param {{ version: string, total: number, k: number, n: number, levels: boolean, right: number, rows: number, unpruned: number, config: string, digest: string, link: string }} of */
  citation: ({ version, total, k, n, levels, right, rows, unpruned, config, digest, link }) =>
    `Prune Lab, version ${version}. Network of ${total} parameters, ${levels ? `pruned to step ${k} of ${n}` : `${k} of ${n} weights removed`}:
${right} of ${rows} test rows right, ${unpruned} unpruned.
Config ${config}; digest ${digest}.
${link}`,
  same: "The digest equals the sender's: these are the same numbers, bit for bit.",
  differs: (/** @type {string} */ digest) => `The digest differs from the sender's, ${digest}: these are not the same numbers.`,
  copied: "Copied.",
  selected: "It is selected: copy it with the keyboard.",
};

export const exported = {
  button: (/** @type {string} */ what, /** @type {string} */ type) => `${what} as ${type}`,
};

/** What to look at in each. */
export const presets = {
  own: "An experiment of your own; the address of this page is its link. Run it, then drag the line in any of the figures.",
  seed: "Watch the effective parameters: they fall much faster than the non-zero ones, because one cut for the whole network takes the output layer first.",
  moons: "Drag slowly past half of the weights: for long nothing happens, then within a few weights the accuracy is gone.",
  circles: "A ring needs several lines to enclose it: find the weight after which the network guesses.",
  spirals: "A hard boundary and a small network: accuracy starts to fall early and goes on falling, there is little to spare.",
  blobs: "Three classes that lie apart: half of all weights go for nothing, then one class after the other is lost.",
  deep: "Eight layers of six neurons: every weight lies on all the paths, so a quarter of them is already too much.",
  eighth: "An eighth of the parameters for no accuracy, by the recipe that lost least on validation rows of all tried over ten seeds: Optimal Brain Surgeon, layer by layer, where the rest makes up for what goes and trains on for 20 epochs.",
  wide: "1024 neurons for two circles, and yet a fifth of the weights is too much, because they are those of the output layer: set the scope to each layer and run again.",
};
