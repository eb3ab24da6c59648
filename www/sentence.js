// @ts-check
/**
 * The cut in words: what is cut, how much smaller it makes the network, what it does to accuracy, and what of the
 * network still works.
 *
 * @import { Cut } from "./cut.js"
 */
import { count, percent, plural, threshold, times } from "./format.js";

/** @typedef {string | { text: string, role: "cut" | "accuracy" | "number" }} Part */

/** @param {string} text @param {"cut" | "accuracy" | "number"} [role] @returns {Part} */
const strong = (text, role = "number") => ({ text, role });

/** @param {Cut} cut @returns {Part[]} */
export function sentence(cut) {
  const { k, n, report, compressionRatio, testAccuracy } = cut;
  const before = percent(report.unpruned.test_accuracy);
  if (k === 0) {
    return ["Nothing is cut: the network of ", strong(count(cut.totalParams)), " parameters has a test accuracy of ", strong(before, "accuracy"), "."];
  }
  const what = cut.threshold === null || k === n
    ? ["Cutting ", strong(k === n ? "every weight" : percent(cut.amount, 1), "cut"), k === n ? "" : " of the weights"]
    : ["Cutting every weight below ", strong(threshold(cut.threshold), "cut")];
  const smaller = compressionRatio === null ? [" "] : [" (", strong(times(compressionRatio)), " smaller) "];
  const after = strong(percent(testAccuracy), "accuracy");
  const effect = percent(testAccuracy) === before ? ["leaves test accuracy at ", after] : ["takes test accuracy from ", strong(before), " to ", after];
  return [...what, " removes ", strong(count(k)), ` of ${plural(n, "weight")}`, ...smaller, "and ", ...effect, "."];
}

/** What of the parameters that are left still works. @param {Cut} cut @returns {Part[]} */
export function finding(cut) {
  const { nonzeroParams, effectiveParams, k, n, result } = cut;
  if (n > 0 && k > 0 && effectiveParams === result.effectiveParams[n]) {
    return ["No path leads from an input to an output any more: every row gets the same answer, whatever the ", strong(count(nonzeroParams)), " parameters left."];
  }
  if (effectiveParams === nonzeroParams) return ["All ", strong(count(nonzeroParams)), " parameters that are not zero take part in the answer."];
  return ["Of the ", strong(count(nonzeroParams)), " parameters that are not zero, only ", strong(count(effectiveParams)), " still lie on a path from an input to an output."];
}

/** On what the first cut shown was chosen, which removes `k`. @param {Cut} cut @param {number} k */
export function chosenOn({ n, report }, k) {
  const { n_validation, n_test } = report.data;
  const judge = n_validation
    ? `${count(n_validation)} validation rows; the accuracy is that of ${count(n_test)} test rows.`
    : `the ${count(n_test)} test rows themselves, for want of a validation split.`;
  if (k > 0) return `The largest of ${plural(n, "cut")} up to which none costs more than one point, chosen on ${judge}`;
  return `No cut was chosen: the smallest of ${plural(n, "cut")} costs more than one point on ${judge}`;
}

/** Puts the parts into `element`, touching its text only where they are of the same kinds. @param {HTMLElement} element @param {Part[]} parts */
export function say(element, parts) {
  const nodes = [...element.childNodes];
  const kind = (/** @type {Part} */ part) => (typeof part === "string" ? undefined : part.role);
  const fits = nodes.length === parts.length && nodes.every((node, i) => (node instanceof Element ? node.className : undefined) === kind(parts[i]));
  if (fits) {
    parts.forEach((part, i) => {
      const text = typeof part === "string" ? part : part.text;
      if (nodes[i].textContent !== text) nodes[i].textContent = text;
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
