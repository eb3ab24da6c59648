// @ts-check
/**
 * What a link asks for, as far as it can be understood. Invariant: there is always a config to fill the form with.
 *
 * @import { Refusal } from "./refusal.js"
 * @import { Config, Json } from "./wire.js"
 */
import { fromFragment, tree } from "./fragment.js";
import { refusalOf } from "./refusal.js";
import { share as words } from "./strings.js";

/**
 * @typedef {object} Link
 * @property {Config} config in full, of the values that a config can hold
 * @property {[string, Json][]} left the others
 * @property {Refusal | null} refusal of the first of those
 * @property {string[]} problems sentences on the pieces that are no values at all
 */

/**
 * @param {string} fragment
 * @param {(config: string) => string} complete fills a partial config with defaults; throws a refusal
 * @returns {Link}
 */
export function readLink(fragment, complete) {
  const { entries, problems } = fromFragment(fragment);
  /** @type {Refusal | null} */
  let refusal = null;
  let kept = entries;
  for (;;) {
    try {
      const config = /** @type {Config} */ (JSON.parse(complete(JSON.stringify(tree(kept)))));
      return { config, left: entries.filter((entry) => !kept.includes(entry)), refusal, problems };
    } catch (error) {
      // The defaults alone are a config; if they are not, this is no refusal of the link.
      if (kept.length === 0) throw error;
      const refused = refusalOf(error);
      refusal ??= refused;
      const rest = kept.filter(([path]) => !concerns(refused.field, path));
      // A complaint about none of them would come again for ever.
      kept = rest.length < kept.length ? rest : [];
    }
  }
}

/** What a link may carry besides the config: `removed`, the number of removed weights, and `digest`. */
const OWN = /^(removed|digest)=/;

/** What a fragment says: the config's part, and ours. @typedef {{ config: string, removed: number | null, digest: string | null }} Said */

/** @param {string} fragment @returns {Said} */
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

/** The fragment that says that, with its `#` unless it is empty. @param {Said} said */
export function fragmentOf({ config, removed, digest }) {
  const own = [digest === null ? "" : `digest=${digest}`, removed === null ? "" : `removed=${removed}`];
  const fragment = [config, ...own].filter(Boolean).join("&");
  return fragment && `#${fragment}`;
}

/** The address of this page with such a fragment. @param {Said} said */
export function addressOf(said) {
  return location.pathname + location.search + fragmentOf(said);
}

/** What became of the digest that a link carried. @param {string} sent @param {string} found */
export function verdict(sent, found) {
  return sent === found ? words.same : words.differs(sent.slice(0, 80));
}

/** Whether a refusal of `field` is about the value at `path`. @param {string | null} field @param {string} path */
function concerns(field, path) {
  return field !== null && (field === path || field.startsWith(`${path}.`) || path.startsWith(`${field}.`));
}
