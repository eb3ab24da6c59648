// @ts-check
/**
 * A link that carries an experiment, its cut and its digest, and a citation; and on the other side, whether the numbers
 * are the sender's.
 *
 * @import { Cut } from "./cut.js"
 * @import { Finished } from "./result.js"
 */
import { toFragment } from "./fragment.js";
import { short } from "./format.js";
import { share as words } from "./strings.js";

/** What a link may carry besides the config: `removed`, the number of removed weights, and `digest`. */
const OWN = /^(removed|digest)=/;

/**
 * What a fragment says: the config's part, and ours.
 * @param {string} fragment
 * @returns {{ config: string, removed: number | null, digest: string | null }}
 */
export function openLink(fragment) {
  const pieces = fragment.replace(/^#/, "").split("&");
  const value = (/** @type {string} */ name) => pieces.find((piece) => piece.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
  const [removed, digest] = [value("removed"), value("digest")];
  return {
    config: pieces.filter((piece) => !OWN.test(piece)).join("&"),
    removed: removed !== null && /^\d{1,9}$/.test(removed) ? Number(removed) : null,
    digest: digest === null ? null : decodeURIComponent(digest.replace(/%(?![0-9a-f]{2})/gi, "%25")),
  };
}

/** @param {Finished} finished @param {number | null} removed the cut, unless it is where the experiment has it by itself */
export function linkTo({ difference, report }, removed) {
  const config = toFragment(JSON.parse(difference));
  const own = [`digest=${report.digest}`, ...(removed === null ? [] : [`removed=${removed}`])];
  const { origin, pathname } = location;
  return `${origin === "null" ? "" : origin}${pathname}#${[config, ...own].filter(Boolean).join("&")}`;
}

/** Plain text to be put where the numbers are used. @param {Finished} finished @param {Cut} cut @param {string} link */
export function citation({ report }, cut, link) {
  const { version, unpruned, digest } = report;
  const [k, n, right, rows] = [cut.k, cut.n, cut.testCorrect, report.data.n_test];
  return words.citation({ version, total: unpruned.total_params, k, n, levels: cut.hasStops, right, rows, unpruned: unpruned.test_correct, config: short(report.config_digest), digest, link });
}

/** What became of the digest that a link carried. @param {string} sent @param {string} found */
export function verdict(sent, found) {
  return sent === found ? words.same : words.differs(sent.slice(0, 80));
}

/** The dialog with link and citation. */
export class ShareDialog {
  /**
   * @param {{ open: HTMLButtonElement, dialog: HTMLDialogElement, link: HTMLInputElement, citation: HTMLTextAreaElement, copied: HTMLElement }} elements
   * @param {() => { link: string, citation: string } | null} texts of what is shown; null if nothing is
   */
  constructor({ open, dialog, link, citation, copied }, texts) {
    open.addEventListener("click", () => {
      const made = texts();
      if (!made) return;
      link.value = made.link;
      citation.value = made.citation;
      copied.textContent = "";
      dialog.showModal();
      link.select();
    });
    for (const button of dialog.querySelectorAll("button[data-copies]")) {
      const field = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (button instanceof HTMLElement && button.dataset.copies === "citation" ? citation : link);
      button.addEventListener("click", async () => {
        field.select();
        try {
          await navigator.clipboard.writeText(field.value);
          copied.textContent = words.copied;
        } catch {
          // Not everywhere may a page write there; the text is selected.
          copied.textContent = words.selected;
        }
      });
    }
  }
}
