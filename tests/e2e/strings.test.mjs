// @ts-check
// What the page says in words is said in one place.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";

const www = new URL("../../www/", import.meta.url);

/** Literals of a script, without what stands in comments, in what only a programmer sees, or in a font's name. @param {string} source */
function literals(source) {
  const code = source.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "").replace(/^.*(throw new|\.font = ).*$/gm, "");
  return [...code.matchAll(/"[^"\n]*"|`[^`]*`/g)].map(([literal]) => literal.slice(1, -1).replace(/\$\{[^}]*\}/g, "…"));
}

/** Whether a literal reads like words for people: two in a row, or one with a capital and no sign of code. @param {string} literal */
const isProse = (literal) => /[A-Za-z]{2,} [a-z]{2,}/.test(literal) || /^[A-Z][a-z]+[.:]?$/.test(literal);

test("no script but strings.js has words for people", async () => {
  assert.ok(isProse("It is selected") && isProse("Copied.") && !isProse("cut-line") && !isProse("ArrowUp"));
  const names = (await readdir(www)).filter((name) => name.endsWith(".js") && name !== "strings.js");
  /** @type {string[]} */
  const found = [];
  for (const name of names) {
    for (const literal of literals(await readFile(new URL(name, www), "utf8"))) if (isProse(literal)) found.push(`${name}: ${literal}`);
  }
  // Names of keys, and what only a browser reads.
  const known = /: (Home|End|Enter|Escape|not all)$|: class class-|: <svg |: 10px sans-serif/;
  assert.deepEqual(found.filter((line) => !known.test(line)), []);
});
