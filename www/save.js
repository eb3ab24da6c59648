// @ts-check
/** Hands `content` to the person as a file. @param {string} name @param {string} type @param {string | Blob} content */
export function save(name, type, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
