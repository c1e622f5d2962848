import { SelectorMistakeError } from './mistake.ts';

/** Refuses selector languages other than CSS that users may try. Throws `SelectorMistakeError`. */
export function findForeignSyntax(selector: string): void {
  if (selector.trim() === '') throw new SelectorMistakeError('it is empty');
  if (/^\s*\(*(?:\.{0,2}\/(?!\*)|xpath:)/u.test(selector)) {
    throw new SelectorMistakeError(
      'it is XPath',
      'write it as CSS: //div[@id="x"]/a is div#x > a, and /@href is attr: href',
    );
  }
}
