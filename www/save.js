// @ts-check
/** Hands `content` to the person as a file. @param {string} name @param {string} type @param {string | Blob} content */
export function save(name, type, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** @typedef {Record<string, string | number | null>} Row */

/**
 * A row of it for a table: what is inside is set out by its path, a list by its places. @param {object} nested
 * @returns {Row}
 */
export function flat(nested, prefix = "") {
  return Object.fromEntries(
    Object.entries(nested).flatMap(([name, value]) =>
      value !== null && typeof value === "object" ? Object.entries(flat(value, `${prefix}${name}.`)) : [[prefix + name, value]],
    ),
  );
}

/** Comma-separated values, a header first; what there is not stays empty. @param {Row[]} rows */
export function csvOf(rows) {
  const all = [...new Set(rows.flatMap(Object.keys))];
  // Where there is nothing in some rows and several values in others, the column is theirs.
  const names = all.filter((name) => !all.some((other) => other.startsWith(`${name}.`)));
  const lines = [names, ...rows.map((row) => names.map((name) => cell(String(row[name] ?? ""))))];
  return lines.map((cells) => cells.join(",") + "\n").join("");
}

/** @param {string} text */
function cell(text) {
  return /["\r\n,]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}
