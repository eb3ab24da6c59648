// @ts-check
/**
 * The cut in words: what is cut, how much smaller it makes the network, what it does to accuracy, and what of the
 * network still works.
 *
 * @import { Cut } from "./cut.js"
 */
import { write } from "./dom.js";
import { count, percent, threshold, times } from "./format.js";
import { sentence as words } from "./strings.js";

/** @typedef {string | { text: string, role: "cut" | "accuracy" | "number" }} Part */

/** @param {string} text @param {"cut" | "accuracy" | "number"} [role] @returns {Part} */
const strong = (text, role = "number") => ({ text, role });

/** @param {Cut} cut @returns {Part[]} */
export function sentence(cut) {
  const { k, n, report, compressionRatio, testAccuracy } = cut;
  const before = percent(report.unpruned.test_accuracy);
  if (k === 0) {
    return words.nothing(strong(count(cut.totalParams)), strong(before, "accuracy"));
  }
  if (cut.level) {
    return words.level({
      level: strong(words.place(k, n), "cut"),
      amount: strong(percent(cut.amount, 1), "cut"),
      neurons: report.config.prune.granularity === "neuron",
      nonzero: strong(count(cut.nonzeroParams)),
      total: count(cut.totalParams),
      smaller: compressionRatio === null ? null : strong(times(compressionRatio)),
      before: before === percent(testAccuracy) ? null : strong(before),
      after: strong(percent(testAccuracy), "accuracy"),
    });
  }
  const whole = k === n;
  const after = percent(testAccuracy);
  return words.cut({
    below: cut.threshold === null || whole ? null : strong(threshold(cut.threshold), "cut"),
    part: strong(whole ? words.everyWeight : percent(cut.amount, 1), "cut"),
    whole,
    removed: strong(count(k)),
    n,
    smaller: compressionRatio === null ? null : strong(times(compressionRatio)),
    before: before === after ? null : strong(before),
    after: strong(after, "accuracy"),
  });
}

/** What of the parameters that are left still works. @param {Cut} cut @returns {Part[]} */
export function finding(cut) {
  const { nonzeroParams, effectiveParams, k, n, result } = cut;
  if (cut.level?.collapse) return words.collapsed(cut.level.collapse);
  if (!cut.hasStops && n > 0 && k > 0 && effectiveParams === result.effectiveParams[n]) {
    return words.noPath(strong(count(nonzeroParams)));
  }
  if (effectiveParams === nonzeroParams) return words.allLive(strong(count(nonzeroParams)));
  return words.someLive(strong(count(nonzeroParams)), strong(count(effectiveParams)));
}

/** On what the first cut shown was chosen, which removes `k`. @param {Cut} cut @param {number} k */
export function chosenOn({ n, report, hasStops }, k) {
  const { n_validation, n_test } = report.data;
  if (hasStops && n === 1) return words.only(count(n_test));
  const judges = words.judges(n_validation ? count(n_validation) : null, count(n_test));
  const cuts = words.cuts(n, hasStops);
  return k > 0 ? words.chosen(cuts, judges) : words.notChosen(cuts, judges);
}

/** Puts the parts into `element`, touching its text only where they are of the same kinds. @param {HTMLElement} element @param {Part[]} parts */
export function say(element, parts) {
  const nodes = [...element.childNodes];
  const kind = (/** @type {Part} */ part) => (typeof part === "string" ? undefined : part.role);
  const fits = nodes.length === parts.length && nodes.every((node, i) => (node instanceof Element ? node.className : undefined) === kind(parts[i]));
  if (fits) {
    parts.forEach((part, i) => {
      const node = nodes[i];
      if (typeof part !== "string") write(node, part.text);
      else if (node.textContent !== part) node.textContent = part;
    });
    return;
  }
  element.replaceChildren(
    ...parts.map((part) => {
      if (typeof part === "string") return document.createTextNode(part);
      const node = document.createElement("strong");
      node.className = part.role;
      node.textContent = part.text;
      return node;
    }),
  );
}
