import { type SelectorMistake, SelectorMistakeError } from './selector/mistake.ts';
import { parseSelector } from './selector/parse-selector.ts';
import type { NamespaceOf } from './selector/selector-reader.ts';
import { parseXPath, xpathOf } from './xpath/parse-xpath.ts';

/**
 * The mistake in a selector of CSS, in the dialect of the extraction, or of XPath; `undefined` if there is none. By default any prefix
 * of a namespace may be there: whether it is declared is a matter of the job.
 */
export function findSelectorMistake(
  selector: string,
  namespaceOf: NamespaceOf = (prefix) => prefix,
): SelectorMistake | undefined {
  try {
    const expression = xpathOf(selector);
    if (expression === undefined) parseSelector(selector, namespaceOf);
    else parseXPath(expression);
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return { reason: error.message };
    if (!(error instanceof SelectorMistakeError)) throw error;
    return { reason: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
}
