// @ts-check
/** What the core refuses: its reason, and the config path of the value if there is one. */

/** @typedef {{ message: string, field: string | null }} Refusal */

/** The refusal that was thrown; anything else is no refusal and goes on. @param {unknown} error @returns {Refusal} */
export function refusalOf(error) {
  if (!(error instanceof Error && "field" in error)) throw error;
  return { message: error.message, field: typeof error.field === "string" && error.field !== "" ? error.field : null };
}
