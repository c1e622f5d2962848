import fc from 'fast-check';
import type { Field } from '../../../shared/job/field-schema.ts';
import { fieldTypeNames } from '../../../shared/job/field-types.ts';
import type { PageRule } from '../../../shared/job/schema.ts';
import { attributeNames, attributeValues, classNames, tagNames } from './html-arbitrary.ts';

/** Rules whose selectors are XPath that is read in one pass, and ask for what is in the elements that it finds. */
export function xpathTextRule(): fc.Arbitrary<PageRule> {
  const fields = fc.dictionary(fc.constantFrom('one', 'two'), textField(1, false), { minKeys: 1 });
  const inItem = fc.dictionary(fc.constantFrom('one', 'two'), textField(1, true), { minKeys: 1 });
  const each = fc.oneof(elements(false), chosen(false)).map(asSelector);
  const follow = fc.constant<PageRule['follow']>([]);
  return fc.oneof(fc.record({ fields, follow }), fc.record({ fields: inItem, follow, each }));
}

function textField(depth: number, inElement: boolean): fc.Arbitrary<Field> {
  const common = { list: fc.boolean(), required: fc.boolean(), take: fc.constant('text' as const) };
  const select = fc.oneof(texts(inElement), texts(inElement), chosen(inElement)).map(asSelector);
  const value = fc.record({ ...common, select });
  const typed = fc.record({ ...common, select, type: fc.constantFrom(...fieldTypeNames) });
  const attr = fc.constantFrom(...attributeNames);
  const attribute = fc.record({
    ...common,
    select: fc.oneof(select, chosen(inElement).map(asSelector)),
    attr,
  });
  if (depth === 0) return fc.oneof(value, typed, attribute);
  const fields = fc.dictionary(fc.constantFrom('x', 'y'), fc.oneof(textField(0, true), field(0, true)), {
    minKeys: 1,
  });
  const nested = fc.record({ ...common, select: chosen(inElement).map(asSelector), fields });
  return fc.oneof(value, value, typed, attribute, nested);
}

/** Some of the elements of a path, by their text or what else is in them. */
function chosen(inElement: boolean): fc.Arbitrary<string> {
  const found = fc.oneof(common(inElement), common(inElement), path(inElement));
  return fc.oneof(
    fc.tuple(found, contentCondition()).map(([one, test]) => `${one}[${test}]`),
    fc.tuple(found, contentCondition(), condition()).map(([one, test, more]) => `${one}[${test}][${more}]`),
    fc.tuple(found, place()).map(([one, at]) => `(${one})[${at}]`),
    fc.tuple(found, contentCondition(), place()).map(([one, test, at]) => `(${one}[${test}])[${at}]`),
  );
}

/** What is in the elements of a path, or what is made of it. */
function texts(inElement: boolean): fc.Arbitrary<string> {
  const found = fc.oneof(common(inElement), common(inElement), path(inElement), chosen(inElement));
  const inside = fc.constantFrom(
    ...['/text()', '/text()', '//text()', '/text()[normalize-space()]', '//text()[normalize-space()]'],
    ...['/text()[1]', '/text()[last()]', '/node()', '//b[1]', '/*[last()]/text()', '/*[2]/@class', '//@href'],
    ...[
      '/b/following-sibling::text()[1]',
      "/*[.='word']/following-sibling::*[1]",
      '//*[text()]/..',
      '//li[2]//text()',
    ],
  );
  const values = fc.tuple(found, inside).map((parts) => parts.join(''));
  const ofPage = fc.oneof(found, values);
  const call = fc.constantFrom(
    ...[
      'string(?)',
      'normalize-space(?)',
      'normalize-space(?)',
      "concat(?, 'a')",
      "substring-before(?, ' ')",
    ],
    ...[
      "translate(?, 'w', 'W')",
      'count(?)',
      'string-length(?)',
      'number(?)',
      '? = "word"',
      'not(?)',
      '-?',
      'name(?)',
    ],
  );
  const made = fc.tuple(call, ofPage).map(([text, one]) => text.replace('?', one));
  const calls = inElement ? [fc.constantFrom('string()', 'normalize-space()', 'text()', './/text()')] : [];
  const placed = fc.tuple(values, place()).map(([one, at]) => `(${one})[${at}]`);
  return fc.oneof(values, values, values, made, made, placed, ...calls);
}

/** Paths to elements that many pages have. */
function common(inElement: boolean): fc.Arbitrary<string> {
  return inElement
    ? fc.constantFrom('self::node()', './/*', './*', 'p', './/b', './/a[@href]')
    : fc.constantFrom(
        ...['//*', '//p', '//b', '//div', '//a', '//td', '//li', '//title', '//script', '/html/head'],
        '//body',
      );
}

function place(): fc.Arbitrary<string> {
  return fc.constantFrom('1', '1', '2', 'last()', 'position() < 3');
}

function contentCondition(): fc.Arbitrary<string> {
  const text = fc
    .constantFrom('word', 'x', '12', ' ', '', 'two words', '\n', '\u00a0')
    .map((one) => JSON.stringify(one));
  const asked = fc.constantFrom(
    ...[
      'text()=?',
      '.=?',
      'contains(., ?)',
      'contains(text(), ?)',
      'normalize-space()=?',
      'normalize-space(text())=?',
    ],
    ...[
      'starts-with(., ?)',
      'starts-with(normalize-space(.), ?)',
      'text()[contains(., ?)]',
      './/text()=?',
      'b=?',
    ],
    ...[
      'text()',
      'not(text())',
      'count(text()) > 1',
      'string-length() > 3',
      '*[2]',
      './/a/@href',
      'count(node()) = 2',
    ],
    ...[
      'not(.//b) and contains(., ?)',
      '*[last()][self::b]',
      "@class='a' or .=?",
      'string-length(normalize-space()) = 0',
    ],
  );
  return fc
    .tuple(asked, text)
    .map(([test, one]) => test.replace('?', JSON.parse(one).includes('\n') ? "'\n'" : one));
}

/** Rules whose selectors are XPath that is read in one pass. */
export function xpathRule(): fc.Arbitrary<PageRule> {
  const fields = fc.dictionary(fc.constantFrom('one', 'two'), field(1, false), { minKeys: 1 });
  const inItem = fc.dictionary(fc.constantFrom('one', 'two'), field(1, true), { minKeys: 1 });
  const follow = fc.array(followRule(), { maxLength: 2 });
  return fc.oneof(
    fc.record({ fields, follow }),
    fc.record({ fields: inItem, follow, each: elements(false).map(asSelector) }),
  );
}

function asSelector(expression: string): string {
  return `xpath:${expression}`;
}

function field(depth: number, inElement: boolean): fc.Arbitrary<Field> {
  const common = { list: fc.boolean(), required: fc.boolean(), take: fc.constant('text' as const) };
  const select = fc.oneof(elements(inElement), values(inElement)).map(asSelector);
  const flat = fc.record({
    ...common,
    select,
    type: fc.constantFrom(undefined, undefined, ...fieldTypeNames),
  });
  const attribute = fc.record({
    ...common,
    select: elements(inElement).map(asSelector),
    attr: fc.constantFrom(...attributeNames),
  });
  if (depth === 0) return fc.oneof(flat, attribute);
  const fields = fc.dictionary(fc.constantFrom('x', 'y'), field(depth - 1, true), { minKeys: 1 });
  const nested = fc.record({ ...common, select: elements(inElement).map(asSelector), fields });
  return fc.oneof(flat, flat, attribute, nested);
}

function followRule(): fc.Arbitrary<PageRule['follow'][number]> {
  const expression = fc.oneof(
    elements(false),
    elements(false).map((path) => `${path}/@href`),
  );
  return fc.record({ select: expression.map(asSelector), attr: fc.constant('href') });
}

function values(inElement: boolean): fc.Arbitrary<string> {
  const name = fc.constantFrom(...attributeNames, 'HREF');
  const ofElements = fc.tuple(elements(inElement), name).map(([path, attribute]) => `${path}/@${attribute}`);
  const own = name.map((attribute) => `@${attribute}`);
  return inElement ? fc.oneof(ofElements, own, fc.constant('.')) : ofElements;
}

/** Some are unions, and some have a condition behind their bracket. */
function elements(inElement: boolean): fc.Arbitrary<string> {
  return fc
    .oneof(
      { weight: 8, arbitrary: path(inElement) },
      {
        weight: 1,
        arbitrary: fc.tuple(path(inElement), condition()).map(([one, test]) => `(${one})[${test}]`),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(path(inElement), path(inElement)).map((paths) => `(${paths.join(' | ')})`),
      },
    )
    .filter((expression) => !expression.startsWith('(') || !inElement);
}

function path(inElement: boolean): fc.Arbitrary<string> {
  const start = inElement
    ? ['', './', './/', './/']
    : ['//', '//', '//', '//', '//', '//', '/', '', './/', 'body/'];
  const separator = fc.constantFrom(
    '/',
    '/',
    '//',
    '/following-sibling::',
    '/descendant::',
    '/following-sibling::*[1]',
  );
  return fc
    .tuple(
      fc.constantFrom(...start),
      step(),
      fc.oneof(fc.constant([]), fc.array(fc.tuple(separator, step()), { maxLength: 2, size: 'xsmall' })),
    )
    .map(([begun, first, rest]) => begun + first + rest.map(([sign, one]) => joined(sign, one)).join(''));
}

/** Behind `following-sibling::*[1]` come conditions alone. */
function joined(separator: string, step: string): string {
  if (!separator.endsWith(']'))
    return separator + step.replace(/^\*\[2\]/, separator.includes('::') ? '*' : '$&');
  return separator + step.replace(/^[^[]+/, '').replace('[2]', '');
}

function step(): fc.Arbitrary<string> {
  const name = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('*', '*', '*[2]', 'div', 'P', 'a', 'b', 'li', 'span') },
    { weight: 1, arbitrary: fc.constantFrom(...tagNames.filter((tag) => !tag.includes(':'))) },
  );
  return fc
    .tuple(
      name,
      fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(condition(), { maxLength: 2 }) },
      ),
    )
    .map(([tag, tests]) => tag + tests.map((test) => `[${test}]`).join(''));
}

function condition(): fc.Arbitrary<string> {
  const name = fc.constantFrom(...attributeNames, 'CLASS');
  const value = fc.constantFrom(...attributeValues).map((text) => JSON.stringify(text));
  const part = fc.tuple(name, value);
  const one = fc.oneof(
    name.map((attribute) => `@${attribute}`),
    part.map(([attribute, text]) => `@${attribute}=${text}`),
    part.map(([attribute, text]) => `contains(@${attribute}, ${text})`),
    part.map(([attribute, text]) => `starts-with(@${attribute}, ${text})`),
    part.map(([attribute, text]) => `@${attribute} != ${text}`),
    part.map(([attribute, text]) => `contains(concat(' ', normalize-space(@${attribute}), ' '), ${text})`),
    fc.constantFrom(...classNames).map((word) => `has-class('${word}')`),
    name.map((attribute) => `string-length(@${attribute}) > 2`),
    name.map((attribute) => `re:test(@${attribute}, '\\w-')`),
  );
  return fc.oneof(
    { weight: 5, arbitrary: one },
    { weight: 1, arbitrary: one.map((test) => `not(${test})`) },
    {
      weight: 1,
      arbitrary: fc.tuple(one, fc.constantFrom('and', 'or'), one).map((parts) => parts.join(' ')),
    },
  );
}
