// @ts-check
/**
 * An experiment as a link: `#data.n_samples=500&model.hidden=[64,32]`. A piece is a config path and a JSON value; a
 * string stands without its quotes where it cannot be taken for anything else. Pure functions, no DOM.
 *
 * @import { Json, JsonObject } from "./wire.js"
 */
import { link } from "./strings.js";

/** The most pieces a link may have; a config has fewer than half as many. */
const MOST_PIECES = 100;

/** The paths and values of the leaves of `config`; a list is a leaf. @param {JsonObject} config @returns {[string, Json][]} */
export function leaves(config, prefix = "") {
  return Object.entries(config).flatMap(([name, value]) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? leaves(value, `${prefix}${name}.`)
      : [/** @type {[string, Json]} */ ([prefix + name, value])],
  );
}

/** The object whose leaves those are. @param {[string, Json][]} entries @returns {JsonObject} */
export function tree(entries) {
  /** @type {JsonObject} */
  const root = {};
  for (const [path, value] of entries) assign(root, path, value);
  return root;
}

/** Sets the value at `path`, making the objects on the way. @param {JsonObject} root @param {string} path @param {Json} value */
export function assign(root, path, value) {
  const names = path.split(".");
  const last = names.pop() ?? "";
  let node = root;
  for (const name of names) {
    const child = Object.hasOwn(node, name) ? node[name] : undefined;
    if (child !== null && typeof child === "object" && !Array.isArray(child)) node = child;
    else node = define(node, name, {});
  }
  define(node, last, value);
}

/**
 * A plain property whatever its name: `__proto__` in a link is an unknown field like any other.
 * @template {Json} T @param {JsonObject} node @param {string} name @param {T} value @returns {T}
 */
function define(node, name, value) {
  Object.defineProperty(node, name, { value, enumerable: true, configurable: true, writable: true });
  return value;
}

/** The value at `path`, undefined where there is none. @param {Json | undefined} config @param {string} path */
export function at(config, path) {
  let node = config;
  for (const name of path.split(".")) {
    if (node === null || typeof node !== "object" || Array.isArray(node) || !Object.hasOwn(node, name)) return undefined;
    node = node[name];
  }
  return node;
}

/** The fragment, without its `#`, that says `config`. @param {JsonObject} config */
export function toFragment(config) {
  return leaves(config).map(([path, value]) => `${escape(path)}=${escape(spell(value))}`).join("&");
}

/** @param {Json} value */
function spell(value) {
  return typeof value === "string" && parse(value) === value ? value : JSON.stringify(value);
}

/** Escapes what would end a piece or not survive in an address, and leaves the rest readable. @param {string} text */
function escape(text) {
  return text.replace(/[^\w.,:;[\]{}@/*()!$'~-]/gu, encodeURIComponent);
}

/**
 * The JSON value that `text` spells, or the text itself. A number too large to be held is text: as JSON it would turn
 * into null, which is another value.
 * @param {string} text @returns {Json}
 */
export function parse(text) {
  try {
    return JSON.parse(text, (_, value) => {
      if (value === Infinity || value === -Infinity) throw new RangeError(text);
      return value;
    });
  } catch {
    return text;
  }
}

/**
 * The pieces of a fragment in order, and a sentence on each that is none.
 * @param {string} fragment with or without its `#`
 * @returns {{ entries: [string, Json][], problems: string[] }}
 */
export function fromFragment(fragment) {
  /** @type {Map<string, Json>} */
  const entries = new Map();
  const problems = [];
  const pieces = fragment.replace(/^#/, "").split("&").filter((text) => text !== "");
  // Each piece that is no value costs a look at all the others.
  if (pieces.length > MOST_PIECES) {
    return { entries: [], problems: [link.tooMany(MOST_PIECES, pieces.length)] };
  }
  for (const piece of pieces) {
    const cut = piece.indexOf("=");
    try {
      if (cut < 1) throw new URIError("no name and value");
      entries.set(decodeURIComponent(piece.slice(0, cut)), parse(decodeURIComponent(piece.slice(cut + 1))));
    } catch {
      problems.push(link.noPiece(piece));
    }
  }
  return { entries: [...entries], problems };
}
