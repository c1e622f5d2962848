import type { AttributeSelector } from '../../schema/selector/types.ts';
import { lowerAscii } from '../values/text.ts';

/** Decides by an attribute's value, `undefined` where the element has none. */
export type ValueTest = (value: string | undefined) => boolean;

/** The context of the element: in HTML rather than SVG, MathML or XML; on a page in quirks mode. */
export interface ElementContext {
  isHtml: boolean;
  isQuirky: boolean;
}

/** The white space of HTML. */
export const htmlSpace = /[\t\n\f\r ]+/;

/** The test of an attribute selector (Selectors Level 4, 6). */
export function compileValueTest(selector: AttributeSelector, context: ElementContext): ValueTest {
  const test = compilePlain(selector);
  if (!ignoresCase(selector, context)) return test;
  const folded = compilePlain({ ...selector, value: lowerAscii(selector.value) });
  return (found) => folded(found === undefined ? undefined : lowerAscii(found));
}

function compilePlain({ operator, value }: AttributeSelector): ValueTest {
  switch (operator) {
    case 'exists':
      return (found) => found !== undefined;
    case 'equals':
      return (found) => found === value;
    case 'differs':
      // jQuery's operator, except that `[a!=""]` matches an attribute that is there and not empty.
      return value === '' ? (found) => found !== undefined && found !== '' : (found) => found !== value;
    case 'hyphen':
      return (found) => found === value || found?.startsWith(`${value}-`) === true;
    case 'start':
      return (found) => value !== '' && found?.startsWith(value) === true;
    case 'end':
      return (found) => value !== '' && found?.endsWith(value) === true;
    case 'part':
      return (found) => value !== '' && found?.includes(value) === true;
    case 'word': {
      const isWord = value !== '' && !htmlSpace.test(value);
      return (found) =>
        isWord &&
        (found === value || (found?.includes(value) === true && found.split(htmlSpace).includes(value)));
    }
    default:
      return operator satisfies never;
  }
}

function ignoresCase(
  { letterCase, name, operator }: AttributeSelector,
  { isHtml, isQuirky }: ElementContext,
): boolean {
  switch (letterCase) {
    case 'ignored':
      return true;
    case 'kept':
      return false;
    case 'byName':
      return isHtml && operator !== 'exists' && foldedAttributes.has(name);
    case 'byMode':
      return isQuirky;
    default:
      return letterCase satisfies never;
  }
}

/** HTML Standard, "case-sensitivity of selectors". */
const foldedAttributes: ReadonlySet<string> = new Set(
  (
    'accept accept-charset align alink axis bgcolor charset checked clear codetype color compact declare ' +
    'defer dir direction disabled enctype face frame hreflang http-equiv lang language link media method ' +
    'multiple nohref noresize noshade nowrap readonly rel rev rules scope scrolling selected shape target ' +
    'text type valign valuetype vlink'
  ).split(' '),
);
