import { readXPathSyntax } from './read-syntax.ts';
import { type XPathExpression, xpathFunctions } from './syntax.ts';
import { whereNoSyntax } from './syntax-mistake.ts';
import { typeOfXPath } from './type-of.ts';
import { loadXPath } from './xpath-1.cjs';

const prefix = 'xpath:';

/** The expression of a selector that is XPath: `xpath:` and the expression. */
export function xpathOf(selector: string): string | undefined {
  return selector.startsWith(prefix) ? selector.slice(prefix.length).trim() : undefined;
}

export function asSelector(expression: string): string {
  return prefix + expression;
}

/**
 * Parses an expression of XPath 1.0 (W3C, 1999), with `re:test` of EXSLT and `has-class` of parsel. Throws SyntaxError that says what
 * is wrong, or what to write instead of what later versions have.
 */
export function parseXPath(expression: string): XPathExpression {
  const bare = withoutTexts(expression);
  const variable = /\$\s*[\w-]+/.exec(bare);
  if (variable !== null) throw mistake(expression, `${variable[0]} is a variable, and there are none`);
  for (const [, name = ''] of bare.matchAll(/([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)\s*\(/g)) {
    if (known.has(name)) continue;
    const instead = replacements[name];
    const advice = instead === undefined ? '' : `; ${instead}`;
    throw mistake(expression, `it has no function ${name}${advice}`);
  }
  try {
    const parsed = readXPathSyntax(withAxes(expression), loadXPath());
    typeOfXPath(parsed);
    return parsed;
  } catch (error) {
    throw mistake(expression, `${reasonOf(error, expression)}`, error);
  }
}

/** The package takes a `*` behind a comma for a sign of multiplication (XPath 1.0, 3.7: it is a name there). */
function withAxes(expression: string): string {
  return expression.replace(/"[^"]*"|'[^']*'|,\s*\*/g, (part) =>
    part.startsWith(',') ? `${part.slice(0, -1)}child::*` : part,
  );
}

function withoutTexts(expression: string): string {
  return expression.replace(/"[^"]*"|'[^']*'/g, (text) => '"'.padEnd(text.length - 1, ' ').concat('"'));
}

/** The prefixes of names in an expression; that of a function such as `re:test` is none of a namespace of a page. */
export function prefixesOfXPath(expression: string): string[] {
  const names = withoutTexts(expression).matchAll(
    /(?<![\w.-])([A-Za-z_][\w.-]*):(?!:)(?:\*|[A-Za-z_][\w.-]*(?!\s*\(|[\w.-]))/g,
  );
  return [...new Set(Array.from(names, ([, prefix = '']) => prefix))];
}

/** What may stand before an opening bracket. */
const known = new Set([
  ...Object.keys(xpathFunctions),
  ...'node text comment processing-instruction and or div mod'.split(' '),
]);

/** Functions of later versions, which people may know. */
const replacements: Record<string, string> = {
  matches: 're:test(text, pattern) searches by a regular expression',
  replace: 'the step replace of the field (transform) does it',
  'lower-case': "translate(., 'ABC', 'abc') changes letters, and the step lower of the field",
  'upper-case': "translate(., 'abc', 'ABC') changes letters, and the step upper of the field",
  'string-join': 'list: true with the step join of the field does it',
  tokenize: 'the step split of the field does it',
  'ends-with': 'substring(text, string-length(text) - length + 1) = end compares it',
  'distinct-values': 'list: true with the step unique of the field does it',
  're:match': 'the regex of the field does it',
  're:replace': 'the step replace of the field does it',
};

function reasonOf(error: unknown, expression: string): string {
  if (expression.trim() === '') return 'it is empty';
  const place = whereNoSyntax(expression);
  if (place !== undefined) return place;
  const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return reason === 'XPath parse error' ? 'its order is wrong' : reason.trim();
}

function mistake(expression: string, reason: string, cause?: unknown): SyntaxError {
  return new SyntaxError(`${JSON.stringify(expression)} is no XPath 1.0 expression: ${reason}`, { cause });
}
