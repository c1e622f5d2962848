import { SelectorMistakeError } from './mistake.ts';

/** Refuses selector languages other than CSS that users may try. Throws `SelectorMistakeError`. */
export function findForeignSyntax(selector: string): void {
  if (selector.trim() === '') throw new SelectorMistakeError('it is empty');
  if (/^\s*\(*(?:\.{0,2}\/(?!\*))/u.test(selector)) {
    throw new SelectorMistakeError(
      'it is XPath',
      'write xpath: before it, such as "xpath://h1/text()", or in a field the key xpath instead of select',
    );
  }
}
