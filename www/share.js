// @ts-check
/**
 * A link that carries an experiment, its cut and its digest, and a citation. Loaded when they are asked for; `link.js` is
 * the other side.
 *
 * @import { Cut } from "./cut.js"
 * @import { Finished } from "./result.js"
 */
import { element } from "./dom.js";
import { toFragment } from "./fragment.js";
import { short } from "./format.js";
import { fragmentOf } from "./link.js";
import { share as words } from "./strings.js";

/** @param {Finished} finished @param {number | null} removed the cut, unless it is where the experiment has it by itself */
export function linkTo({ difference, report }, removed) {
  const { origin, pathname } = location;
  return (origin === "null" ? "" : origin) + pathname + fragmentOf({ config: toFragment(JSON.parse(difference)), removed, digest: report.digest });
}

/** Plain text to be put where the numbers are used. @param {Finished} finished @param {Cut} cut @param {string} link */
export function citation({ report }, cut, link) {
  const { version, unpruned, digest } = report;
  const [k, n, right, rows] = [cut.k, cut.n, cut.testCorrect, report.data.n_test];
  return words.citation({ version, total: unpruned.total_params, k, n, levels: cut.hasStops, right, rows, unpruned: unpruned.test_correct, config: short(report.config_digest), digest, link });
}

/** Opens the dialog with link and citation. @param {Finished} finished @param {Cut} cut @param {boolean} atAnswer whether the cut is where the experiment has it by itself */
export function openShare(finished, cut, atAnswer) {
  const dialog = element("share-dialog", HTMLDialogElement);
  const link = element("share-link", HTMLInputElement);
  const written = element("share-citation", HTMLTextAreaElement);
  const copied = element("copied", HTMLElement);
  link.value = linkTo(finished, atAnswer ? null : cut.k);
  written.value = citation(finished, cut, link.value);
  copied.textContent = "";
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (dialog.querySelectorAll("button[data-copies]"))) {
    const field = button.dataset.copies === "citation" ? written : link;
    button.onclick = async () => {
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
        copied.textContent = words.copied;
      } catch {
        // Not everywhere may a page write there; the text is selected.
        copied.textContent = words.selected;
      }
    };
  }
  if (!dialog.open) dialog.showModal();
  link.select();
}
