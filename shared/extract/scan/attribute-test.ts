import { AttributeAction, type AttributeSelector } from 'css-what';

/** Decides by an attribute's value, `undefined` where the element has none. */
export type ValueTest = (value: string | undefined) => boolean;

/** The test of an attribute selector, by the rules of css-select (7.0.0) for HTML. */
export function compileValueTest(selector: AttributeSelector): ValueTest {
  const { action, value } = selector;
  const isFolded = ignoresCase(selector);
  const fold = isFolded ? (text: string) => text.toLowerCase() : (text: string) => text;
  const wanted = fold(value);
  const { length } = value;
  switch (action) {
    case AttributeAction.Exists:
      return (found) => found !== undefined;
    case AttributeAction.Equals:
      return (found) =>
        found !== undefined && (!isFolded || found.length === length) && fold(found) === wanted;
    case AttributeAction.Not:
      if (length === 0) return (found) => found !== undefined && found !== '';
      return (found) =>
        found === undefined || (isFolded && found.length !== length) || fold(found) !== wanted;
    case AttributeAction.Hyphen:
      return (found) => found !== undefined && startsWithPart(found, length, fold, wanted);
    case AttributeAction.Start:
      return (found) => length > 0 && found !== undefined && fold(found.slice(0, length)) === wanted;
    case AttributeAction.End:
      return (found) => length > 0 && found !== undefined && fold(found.slice(-length)) === wanted;
    case AttributeAction.Any:
      return compileAny(value, isFolded);
    case AttributeAction.Element:
      return compileElement(value, isFolded);
  }
}

function startsWithPart(
  found: string,
  length: number,
  fold: (text: string) => string,
  wanted: string,
): boolean {
  const isPart = found.length === length || found.charAt(length) === '-';
  return isPart && fold(found.slice(0, length)) === wanted;
}

function compileAny(value: string, isFolded: boolean): ValueTest {
  if (value === '') return () => false;
  if (!isFolded) return (found) => found?.includes(value) === true;
  const pattern = new RegExp(escapeRegex(value), 'i');
  return (found) => found !== undefined && found.length >= value.length && pattern.test(found);
}

function compileElement(value: string, isFolded: boolean): ValueTest {
  if (/\s/.test(value)) return () => false;
  const pattern = new RegExp(`(?:^|\\s)${escapeRegex(value)}(?:$|\\s)`, isFolded ? 'i' : '');
  return (found) => found !== undefined && found.length >= value.length && pattern.test(found);
}

function escapeRegex(text: string): string {
  return text.replace(/[-[\]{}()*+?.,\\^$|#\s]/g, '\\$&');
}

/** Of `.a` and `#a` it is left open, and neither attribute is folded. */
function ignoresCase({ ignoreCase, name }: AttributeSelector): boolean {
  return typeof ignoreCase === 'boolean' ? ignoreCase : foldedAttributes.has(name.toLowerCase());
}

/** HTML Standard, "case-sensitivity of selectors". */
const foldedAttributes = new Set(
  (
    'accept accept-charset align alink axis bgcolor charset checked clear codetype color compact declare ' +
    'defer dir direction disabled enctype face frame hreflang http-equiv lang language link media method ' +
    'multiple nohref noresize noshade nowrap readonly rel rev rules scope scrolling selected shape target ' +
    'text type valign valuetype vlink'
  ).split(' '),
);
