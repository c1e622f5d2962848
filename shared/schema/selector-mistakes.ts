import { type SelectorMistake, SelectorMistakeError } from './selector/mistake.ts';
import { parseSelector } from './selector/parse-selector.ts';

/** The mistake in a CSS selector, in the dialect of the extraction; `undefined` if there is none. */
export function findSelectorMistake(selector: string): SelectorMistake | undefined {
  try {
    parseSelector(selector);
    return undefined;
  } catch (error) {
    if (!(error instanceof SelectorMistakeError)) throw error;
    return { reason: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
}
