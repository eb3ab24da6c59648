// @ts-check
/** Numbers for people. Grouped by narrow spaces and with a decimal point in every locale, as the tables of the field. */

const SPACE = "\u202f";
/** `2 500` @param {number} value a whole number */
export function count(value) {
  const digits = String(value);
  return digits.length < 4 ? digits : digits.replace(/\B(?=(?:\d{3})+$)/g, SPACE);
}

/** `92.13 %` of 0.921333 @param {number} fraction @param {number} [digits] */
export function percent(fraction, digits = 2) {
  return `${(fraction * 100).toFixed(digits)}${SPACE}%`;
}

/** `0.1300` @param {number} value @param {number} [digits] */
export function decimal(value, digits = 4) {
  return value.toFixed(digits);
}

/** `0.130` @param {number} value all its digits, but at least three */
export function threshold(value) {
  const [, digits] = String(value).split(".");
  return value !== 0 && value < 1e-6 ? String(value) : value.toFixed(Math.min(Math.max(3, digits?.length ?? 0), 9));
}

/** `1.74×` @param {number} ratio */
export function times(ratio) {
  return `${ratio.toFixed(2)}×`;
}

/** `−0.086`, `–` where there is none @param {number | null} rho */
export function correlation(rho) {
  return rho === null ? "–" : rho.toFixed(3).replace("-", "−");
}

/** `9 ms`, `1.2 s` @param {number} milliseconds */
export function duration(milliseconds) {
  return milliseconds < 1000 ? `${Math.round(milliseconds)}${SPACE}ms` : `${(milliseconds / 1000).toFixed(1)}${SPACE}s`;
}

/** The text with a capital, as a sentence begins. @param {string} text */
export function capital(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** The first digits of a digest, without what says which kind it is. @param {string} digest */
export function short(digest) {
  return digest.replace(/^\d+:/, "").slice(0, 8);
}
