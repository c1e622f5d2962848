import fc from 'fast-check';
import type { Field } from '../../../shared/job/field-schema.ts';
import { fieldTypeNames } from '../../../shared/job/field-types.ts';
import type { PageRule } from '../../../shared/job/schema.ts';
import { attributeNames, attributeValues, classNames, tagNames } from './html-arbitrary.ts';

/** Rules of page labels that can be read in one pass, selectors of every supported kind in them. */
export function rule(): fc.Arbitrary<PageRule> {
  return fc.record(
    {
      fields: fc.dictionary(fc.constantFrom('one', 'two', 'three four'), field(2), { minKeys: 1 }),
      follow: fc.array(followRule(), { maxLength: 2 }),
      each: fc.constantFrom(undefined, undefined, '*', 'div', ':not(.a)', '.a'),
    },
    { noNullPrototype: true },
  );
}

/** Rules for `nestedHtml`: which elements does a selector find in each scope? */
export function chainRule(): fc.Arbitrary<PageRule> {
  const one = fc.constantFrom('*', 'div', 'b', 'i', '.a', 'div.a', ':first-child', ':nth-child(2)');
  const combinator = fc.constantFrom(' ', ' > ', ' + ', ' ~ ');
  const start = fc.constantFrom('', '', '', '> ', ':scope > ');
  const select = fc
    .tuple(start, one, fc.array(fc.tuple(combinator, one), { maxLength: 3, size: 'max' }))
    .map(([begun, first, rest]) => begun + first + rest.flat().join(''));
  const common = { list: true, required: false, take: 'text' as const, attr: 'id' };
  const found = fc.record({ ...mapConstants(common), select });
  const inside = fc.record({
    ...mapConstants({ ...common, attr: undefined }),
    select,
    fields: fc.record({ own: fc.constant(common), found }),
  });
  return fc.record({
    each: fc.constantFrom(undefined, '*', 'div', 'b, .a'),
    follow: fc.constant([]),
    fields: fc.record({ own: fc.constant(common), found, other: found, inside }),
  });
}

function mapConstants<Values extends object>(values: Values) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, fc.constant(value)])) as {
    [Key in keyof Values]: fc.Arbitrary<Values[Key]>;
  };
}

function field(depth: number): fc.Arbitrary<Field> {
  const common = {
    select: fc.option(selector(), { nil: undefined, freq: 8 }),
    list: fc.boolean(),
    required: fc.boolean(),
    default: fc.constantFrom(undefined, undefined, 'x', null),
    take: fc.constant('text' as const),
  };
  const value = fc.record({
    ...common,
    type: fc.constantFrom(undefined, undefined, ...fieldTypeNames),
    regex: fc.constantFrom(undefined, undefined, undefined, '\\w+', 'a(b)?'),
  });
  const attribute = fc.record({
    ...common,
    attr: fc.constantFrom(...attributeNames, 'HREF', 'none'),
    type: fc.constantFrom(undefined, 'boolean', 'url'),
  });
  const json = fc.record({ ...common, path: fc.constantFrom('a', 'b[0]', 'b[*]', 'b.a') });
  const page = fc.record({
    ...common,
    select: fc.constant(undefined),
    page: fc.constantFrom('url', 'depth'),
  });
  const flat: fc.Arbitrary<Field>[] = [value, value, value, attribute, json, page];
  if (depth === 0) return fc.oneof(...flat);
  const fields = fc.dictionary(fc.constantFrom('x', 'y'), field(depth - 1), { minKeys: 1 });
  return fc.oneof(...flat, fc.record({ ...common, fields }));
}

function followRule(): fc.Arbitrary<PageRule['follow'][number]> {
  return fc.record({
    select: fc.option(selector(), { nil: undefined }),
    attr: fc.constantFrom('href', 'href', 'data-x', 'TITLE'),
    match: fc.constantFrom(undefined, ['/x**', '*://h.example/**']),
    exclude: fc.constantFrom(undefined, ['/y*']),
    label: fc.constantFrom(undefined, 'other'),
  });
}

function selector(): fc.Arbitrary<string> {
  const begun = fc.tuple(
    fc.constantFrom('', '', '', '', '', '', '', '', '> ', ':scope > ', ':scope '),
    chain(),
  );
  return fc
    .array(
      begun.map((parts) => parts.join('')),
      { minLength: 1, maxLength: 2 },
    )
    .map((list) => list.join(', '));
}

function chain(): fc.Arbitrary<string> {
  const combinator = fc.constantFrom(' ', ' ', ' > ', ' > ', ' + ', ' ~ ');
  const more = fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.array(fc.tuple(combinator, compound()), { maxLength: 3 }) },
  );
  return fc.tuple(compound(), more).map(([first, rest]) => first + rest.flat().join(''));
}

function compound(): fc.Arbitrary<string> {
  const tag = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('', '*', 'div', 'p', 'a', 'b', 'li', 'span') },
    { weight: 1, arbitrary: fc.constantFrom(...tagNames) },
  );
  const lists = fc
    .tuple(
      fc.constantFrom(':not', ':is', ':where'),
      fc.array(fc.oneof(plain(), fc.constantFrom('p', 'a', 'div')), { minLength: 1, maxLength: 2 }),
    )
    .map(([name, entries]) => `${name}(${entries.join(', ')})`);
  const part = fc.oneof(
    { weight: 8, arbitrary: plain() },
    { weight: 2, arbitrary: fc.constantFrom(':first-child', ':nth-child(2)') },
    { weight: 1, arbitrary: lists },
  );
  return fc
    .tuple(tag, fc.oneof(fc.constant([]), fc.array(part, { maxLength: 2 })))
    .map(([name, parts]) => name + parts.filter((text, index) => !/child/.test(text) || index === 0).join(''))
    .map((text) => (text === '' ? '*' : text));
}

function plain(): fc.Arbitrary<string> {
  const test = fc
    .tuple(
      fc.constantFrom(...attributeNames, 'CLASS'),
      fc.constantFrom('=', '~=', '^=', '$=', '*=', '|=', '!='),
      fc.constantFrom(...attributeValues),
      fc.constantFrom('', '', ' i', ' s'),
    )
    .map(([name, sign, value, flag]) => `[${name}${sign}"${value}"${flag}]`);
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...classNames).map((name) => `.${name}`) },
    { weight: 1, arbitrary: fc.constant('#a') },
    { weight: 2, arbitrary: fc.constantFrom(...attributeNames).map((name) => `[${name}]`) },
    { weight: 2, arbitrary: test },
  );
}
