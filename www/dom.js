// @ts-check
/**
 * The element with that id, which must be of that type.
 * @template {HTMLElement} T
 * @param {string} id @param {new () => T} type
 * @returns {T}
 */
export function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new TypeError(`#${id} is no ${type.name}`);
  return found;
}
