import { compile } from 'css-select';
import { parse, type Selector, SelectorType } from 'css-what';

/** Why a selector cannot be used, in words, and what to write instead. */
export interface SelectorMistake {
  reason: string;
  hint?: string;
}

/** What is wrong with a CSS selector in the dialect that extraction uses (css-select's); `undefined` where nothing is. */
export function findSelectorMistake(selector: string): SelectorMistake | undefined {
  const foreign = findForeignSyntax(selector);
  if (foreign !== undefined) return foreign;
  let parsed: Selector[][];
  try {
    parsed = parse(selector);
  } catch (error) {
    return { reason: wordsOf(error) };
  }
  const mistake = findInLists(parsed);
  if (mistake !== undefined) return mistake;
  try {
    compile(selector);
    return undefined;
  } catch (error) {
    return { reason: wordsOf(error) };
  }
}

/** The languages that people take along from elsewhere. */
function findForeignSyntax(selector: string): SelectorMistake | undefined {
  if (selector.trim() === '') return { reason: 'it is empty' };
  if (/^\s*\(*(?:\.{0,2}\/|xpath:)/u.test(selector)) {
    return {
      reason: 'it is XPath',
      hint: 'write it as CSS: //div[@id="x"]/a is div#x > a, and /@href is attr: href',
    };
  }
  if (/::attr\(/.test(selector)) return { reason: 'it has ::attr()', hint: 'name the attribute with attr:' };
  if (/::text\b/.test(selector)) {
    return { reason: 'it has ::text', hint: 'leave ::text out; text is what a field takes' };
  }
  return undefined;
}

const traversals: ReadonlySet<string> = new Set([
  SelectorType.Adjacent,
  SelectorType.Child,
  SelectorType.Descendant,
  SelectorType.Sibling,
]);

const combinatorSigns: Partial<Record<string, string>> = {
  [SelectorType.Adjacent]: '+',
  [SelectorType.Child]: '>',
  [SelectorType.Sibling]: '~',
};

/** What each needs in its brackets. */
const needsArgument: Record<string, string> = {
  lang: ':lang(de)',
  not: ':not(.sold)',
  is: ':is(h1, h2)',
  where: ':where(h1, h2)',
  matches: ':is(h1, h2)',
  has: ':has(> img)',
  contains: ':contains("Price")',
  icontains: ':icontains("price")',
  'nth-child': ':nth-child(2)',
  'nth-last-child': ':nth-last-child(2)',
  'nth-of-type': ':nth-of-type(2)',
  'nth-last-of-type': ':nth-last-of-type(2)',
};

const positional =
  'a field takes the first match anyway, and list: true all; for the n-th child write :nth-child(n)';

/** jQuery's, and what only a browser knows. */
const unknownHints: Record<string, string> = {
  eq: positional,
  first: positional,
  last: 'for the last child write :last-child or :last-of-type',
  gt: 'for children after the n-th write :nth-child(n+2) and the like',
  lt: 'for the first n children write :nth-child(-n+2) and the like',
  even: 'write :nth-child(even)',
  odd: 'write :nth-child(odd)',
  nth: 'write :nth-child(n)',
  visible: 'what is visible only a browser knows; name a class or an attribute instead',
  hidden: 'what is hidden only a browser knows; name a class or an attribute instead',
  animated: 'what moves only a browser knows',
};

function findInLists(lists: Selector[][]): SelectorMistake | undefined {
  for (const list of lists) {
    const last = list.at(-1);
    if (last !== undefined && traversals.has(last.type)) {
      const sign = combinatorSigns[last.type];
      return {
        reason: `nothing follows ${sign === undefined ? 'the space at its end' : `the ${sign} at its end`}`,
      };
    }
    for (const token of list) {
      const mistake = findInToken(token);
      if (mistake !== undefined) return mistake;
    }
  }
  return undefined;
}

function findInToken(token: Selector): SelectorMistake | undefined {
  if (token.type === SelectorType.PseudoElement) {
    return {
      reason: `::${token.name} is a pseudo-element, which is no part of the page`,
      hint: 'select the element itself',
    };
  }
  if (token.type === SelectorType.ColumnCombinator) return { reason: 'the combinator || is not supported' };
  if ('namespace' in token && token.namespace !== null && token.namespace !== undefined) {
    return { reason: 'namespaces (|) are not supported', hint: 'leave the prefix out' };
  }
  if (token.type !== SelectorType.Pseudo) return undefined;
  const { name, data } = token;
  const example = Object.hasOwn(needsArgument, name) ? needsArgument[name] : undefined;
  const isWithout =
    data === null || data === '' || (Array.isArray(data) && data.every((list) => list.length === 0));
  if (example !== undefined && isWithout) return { reason: `:${name} needs an argument, such as ${example}` };
  const inside = Array.isArray(data) ? findInLists(data) : undefined;
  return inside ?? (isKnown(token) ? undefined : unknown(name));
}

function unknown(name: string): SelectorMistake {
  const hint = Object.hasOwn(unknownHints, name) ? unknownHints[name] : undefined;
  return { reason: `:${name} is not supported`, ...(hint === undefined ? {} : { hint }) };
}

/** Asks the compiler about the name alone; its arguments are looked at by themselves. */
function isKnown({ name, data }: Extract<Selector, { type: SelectorType.Pseudo }>): boolean {
  try {
    compile([[{ type: SelectorType.Pseudo, name, data }]]);
    return true;
  } catch (error) {
    return !(error instanceof Error && /^Unknown pseudo-class/.test(error.message));
  }
}

/** The parser's reasons are words; what the runtime says of an accident is none. */
function wordsOf(error: unknown): string {
  const message = error instanceof Error && !(error instanceof TypeError) ? error.message : '';
  if (message === '' || /\[object|undefined|null/.test(message)) return 'it cannot be read';
  if (/^Empty sub-selector/.test(message))
    return 'a part of it is empty, before or after a comma or in brackets';
  if (/^Expected name, found\s*$/.test(message)) return 'it ends where a name should follow';
  return message.replace(/ by css-select\b/, '');
}
