// @ts-check
/**
 * What a link asks for, as far as it can be understood. Invariant: there is always a config to fill the form with.
 *
 * @import { Refusal } from "./refusal.js"
 * @import { Config, Json } from "./wire.js"
 */
import { fromFragment, tree } from "./fragment.js";
import { refusalOf } from "./refusal.js";

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

/** Whether a refusal of `field` is about the value at `path`. @param {string | null} field @param {string} path */
function concerns(field, path) {
  return field !== null && (field === path || field.startsWith(`${path}.`) || path.startsWith(`${field}.`));
}
