import { SelectorMistakeError } from './mistake.ts';

/** Examples of the arguments of each pseudo-class. */
const examples: ReadonlyMap<string, string> = new Map([
  ['lang', ':lang(de)'],
  ['dir', ':dir(rtl)'],
  ['not', ':not(.sold)'],
  ['is', ':is(h1, h2)'],
  ['where', ':where(h1, h2)'],
  ['matches', ':is(h1, h2)'],
  ['has', ':has(> img)'],
  ['contains', ':contains("Price")'],
  ['icontains', ':icontains("price")'],
  ['nth-child', ':nth-child(2)'],
  ['nth-last-child', ':nth-last-child(2)'],
  ['nth-of-type', ':nth-of-type(2)'],
  ['nth-last-of-type', ':nth-last-of-type(2)'],
]);

const positional =
  'a field takes the first match anyway, and list: true all; for the n-th child write :nth-child(n)';
const ofBrowser = 'that only a browser knows; name a class or an attribute instead';

/** Pseudo-classes of jQuery, and those that only a browser can evaluate. */
const hints: ReadonlyMap<string, string> = new Map([
  ['eq', positional],
  ['first', positional],
  ['last', 'for the last child write :last-child or :last-of-type'],
  ['gt', 'for children after the n-th write :nth-child(n+2) and the like'],
  ['lt', 'for the first n children write :nth-child(-n+2) and the like'],
  ['even', 'write :nth-child(even)'],
  ['odd', 'write :nth-child(odd)'],
  ['nth', 'write :nth-child(n)'],
  ['visible', ofBrowser],
  ['hidden', ofBrowser],
  ['animated', ofBrowser],
  ['valid', ofBrowser],
  ['invalid', ofBrowser],
  ['in-range', ofBrowser],
  ['out-of-range', ofBrowser],
  ['user-valid', ofBrowser],
  ['user-invalid', ofBrowser],
]);

export function unknownPseudo(name: string): SelectorMistakeError {
  if (elementsOfOneColon.has(name)) return noElement(name);
  return new SelectorMistakeError(`:${name} is not supported`, hints.get(name));
}

export function needsArgument(name: string): SelectorMistakeError {
  return new SelectorMistakeError(`:${name} needs an argument, such as ${examples.get(name)}`);
}

export function takesNoArgument(name: string): SelectorMistakeError {
  return new SelectorMistakeError(`:${name} takes no argument`);
}

/** Pseudo-elements of CSS 2, which may be written with one colon. */
const elementsOfOneColon: ReadonlySet<string> = new Set(['before', 'after', 'first-line', 'first-letter']);

/** Scrapy's are distinguished from those of CSS. */
export function pseudoElement(name: string): SelectorMistakeError {
  if (name === 'attr') return new SelectorMistakeError('it has ::attr()', 'name the attribute with attr:');
  if (name === 'text') {
    return new SelectorMistakeError('it has ::text', 'leave ::text out; text is what a field takes');
  }
  return noElement(name);
}

function noElement(name: string): SelectorMistakeError {
  return new SelectorMistakeError(
    `::${name} is a pseudo-element, which is no part of the page`,
    'select the element itself',
  );
}
