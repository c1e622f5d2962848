import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Extraction } from '../../../shared/extract/types.ts';
import type { Json } from '../../../shared/model.ts';
import { attributeNames, tagNames } from './html-arbitrary.ts';
import { agreedHtml } from './standard-arbitrary.ts';
import { compileReadings } from './standard-readings.ts';

/** More with `SCANS=100000 vitest run test/extract/scan/standard.test.ts`. */
const pages = Number(process.env['SCANS'] ?? 400);
const patienceMs = 30_000 + 40 * pages;

describe('what is read of a page', () => {
  it(
    'is what the HTML Standard makes of it, in one pass and by the tree',
    () => {
      const readings = [compileReadings(structure()), compileReadings(names())];
      let scanned = 0;
      fc.assert(
        fc.property(agreedHtml(), (page) => {
          for (const read of readings) {
            const { standard, tree, scan, isScanned } = read(page);
            deepStrictEqual(tree, standard);
            deepStrictEqual(scan, standard);
            if (isScanned) scanned++;
          }
        }),
        { numRuns: pages },
      );
      expect(scanned / (pages * readings.length)).toBeGreaterThan(0.5);
    },
    patienceMs,
  );
});

describe('known differences from the HTML Standard, which are htmlparser2’s', () => {
  it.each<Difference>([
    ['no html, head and body are made', 'body p', '<p>a</p>', ['a'], []],
    ['no tbody is made', 'table > tr', '<table><tr><td>a</table>', [], ['a']],
    ['no colgroup ends by itself', 'colgroup td', '<table><colgroup><col><tr><td>a</table>', [], ['a']],
    ['nothing is moved out of tables', 'table > b', '<table><b>a</b></table>', [], ['a']],
    ['what stands after the body stays there', 'body b', '<body></body><b>a</b>', ['a'], []],
    ['a second body is an element', 'body body p', '<body><body><p>a', [], ['a']],
    ['a form ended early is ended', 'form p', '<form><div></form><p>a</p></div>', ['a'], []],
    ['misnested formatting is not opened again', 'p > b', '<b><p>a</b>b</p>', ['a'], []],
    ['an end tag of formatting ends blocks', 'div', '<b><div>a</b>b</div>', ['ab'], ['a']],
    ['a link ends another only next to it', 'a', '<a>a<b>b<a>c</a></b>', ['ab', 'c'], ['abc', 'c']],
    ['any end tag ends blocks', 'div', '<x-y><div>a</x-y>b</div>', ['ab'], ['a']],
    ['an end tag reaches out of a cell', 'td', '<div><table><tr><td>a</div>b</table>', ['ab'], ['a']],
    ['an item ends only next to the next', 'ul > li', '<ul><li><p>a<li><p>b</ul>', ['a', 'b'], ['a b']],
    ['as does a description', 'dl > *', '<dl><dd><p>a<dt>b</dl>', ['a', 'b'], ['a b']],
    ['as does a cell', 'tr > td', '<table><tr><td><p>a<td>b</table>', ['a', 'b'], ['a b']],
    ['a th does not end a td', 'tr > *', '<table><tr><td>a<th>b</table>', ['a', 'b'], ['a b']],
    [
      'a tbody does not end a row',
      'tr',
      '<table><tr><td>a<tbody><tr><td>b</table>',
      ['a', 'b'],
      ['a b', 'b'],
    ],
    ['a paragraph ends only next to a block', 'p', '<p><b>a<div>b</div></b></p>', ['a', null], ['a b']],
    [
      'some blocks do not end it',
      'p',
      '<p>a<center>b</center><p>c<menu>d</menu>',
      ['a', 'c'],
      ['a b', 'c d'],
    ],
    ['without a doctype a table ends it', 'p', '<p>a<table><tr><td>b</table>', ['a b'], ['a'], ''],
    ['select takes any element', 'select > i', '<select><i>a</i></select>', [], ['a']],
    ['HTML does not end SVG', 'svg p', '<svg><p>a</p></svg>', [], ['a']],
    ['a script in a script ends both', 'b', '<script><!--<script></script><b>a</b>--></script>', [], ['a']],
    ['CR LF stays in pre', 'pre', '<pre>a\r\nb</pre>', ['a\nb'], ['a\r\nb']],
    ['a reference stays after < in a title', 'title', '<title>a <&amp;</title>', ['a <&'], ['a <&amp;']],
  ])('%s', (_what, select, body, standard, ours, doctype = '<!doctype html>') => {
    const read = compileReadings({ fields: { found: { select, list: true, fields: { text: {} } } } });
    const readings = read(doctype + body);
    expect(textsOf(readings.standard)).toEqual(standard);
    expect(textsOf(readings.tree)).toEqual(ours);
    expect(textsOf(readings.scan)).toEqual(ours);
  });
});

type Texts = (string | null)[];
type Difference = [
  what: string,
  select: string,
  body: string,
  standard: Texts,
  ours: Texts,
  doctype?: string,
];

function textsOf({ items }: Extraction): unknown {
  const found = items[0]?.fields['found'];
  return Array.isArray(found) ? found.map((entry) => (entry as { text: Json }).text) : found;
}

/** Tells the attributes and texts of all elements, and which are in and beside which. */
function structure(): unknown {
  const attributes = Object.fromEntries(attributeNames.map((attr) => [attr, { attr }]));
  const elements = (select: string) => ({ select, list: true, fields: attributes });
  const fields = { text: {}, ...attributes, children: elements('> *'), later: elements('* ~ *') };
  return { each: '*', fields, follow: ['*'] };
}

/** Tells the texts of all elements by their names. */
function names(): unknown {
  const fields = tagNames.map((name) => [name, { select: name, list: true, fields: { text: {} } }]);
  return { fields: Object.fromEntries(fields) };
}
