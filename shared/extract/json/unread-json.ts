/** Characters of a text that a loss shows. */
const shownLength = 160;

/** The beginning of a text that should be JSON and could not be read; `undefined` for one that is something else, such as code. */
export function unreadJson(text: string): string | undefined {
  return /^\s*[[{]/.test(text) ? beginningOf(text) : undefined;
}

/** The beginning of a text, as a loss shows it. */
export function beginningOf(text: string): string {
  return text.trim().slice(0, shownLength);
}
