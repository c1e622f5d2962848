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
const timeoutMs = 30_000 + 40 * pages;

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
    timeoutMs,
  );
});

describe('what htmlparser2 would make something else of', () => {
  it.each<Case>([
    ['html, head and body are made', 'body p', '<p>a</p>', ['a']],
    ['a tbody is made', 'table > tr', '<table><tr><td>a</table>', []],
    ['a colgroup ends by itself', 'colgroup td', '<table><colgroup><col><tr><td>a</table>', []],
    ['what has no place in a table goes before it', 'table > b', '<table><b>a</b></table>', []],
    ['what stands after the body goes into it', 'body b', '<body></body><b>a</b>', ['a']],
    ['a second body is none', 'body body p', '<body><body><p>a', []],
    ['a form that is ended early holds what it held', 'form p', '<form><div></form><p>a</p></div>', ['a']],
    ['misnested formatting is opened again', 'p > b', '<b><p>a</b>b</p>', ['a']],
    ['an end tag of formatting ends no block', 'div', '<b><div>a</b>b</div>', ['ab']],
    ['a link ends another around it', 'a', '<a>a<b>b<a>c</a></b>', ['ab', 'c']],
    ['an unknown end tag ends no block', 'div', '<x-y><div>a</x-y>b</div>', ['ab']],
    ['an end tag does not reach out of a cell', 'td', '<div><table><tr><td>a</div>b</table>', ['ab']],
    ['an item ends where the next begins', 'ul > li', '<ul><li><p>a<li><p>b</ul>', ['a', 'b']],
    ['as does a description', 'dl > *', '<dl><dd><p>a<dt>b</dl>', ['a', 'b']],
    ['as does a cell', 'tr > td', '<table><tr><td><p>a<td>b</table>', ['a', 'b']],
    ['a th ends a td', 'tr > *', '<table><tr><td>a<th>b</table>', ['a', 'b']],
    ['a tbody ends a row', 'tr', '<table><tr><td>a<tbody><tr><td>b</table>', ['a', 'b']],
    ['a block ends a paragraph around it', 'p', '<p><b>a<div>b</div></b></p>', ['a', null]],
    ['all blocks do', 'p', '<p>a<center>b</center><p>c<menu>d</menu>', ['a', 'c']],
    ['without a doctype a table does not', 'p', '<p>a<table><tr><td>b</table>', ['a b'], ''],
    ['select takes options alone', 'select > i', '<select><i>a</i></select>', []],
    ['HTML ends SVG', 'svg p', '<svg><p>a</p></svg>', []],
    [
      'a script in a comment of a script does not end it',
      'b',
      '<script><!--<script></script><b>a</b>--></script>',
      [],
    ],
    ...['pre', 'listing', 'xmp', 'textarea'].map(
      (name): Case => [`lines stand in ${name}`, name, `<${name}> a  b\n c</${name}>`, [' a  b\n c']],
    ),
    ['CR LF is LF', 'pre', '<pre>a\r\nb</pre>', ['a\nb']],
    ['a reference is one after < in a title', 'title', '<title>a <&amp;</title>', ['a <&']],
  ])('%s', (_what, select, body, standard, doctype = '<!doctype html>') => {
    const read = compileReadings({ fields: { found: { select, list: true, fields: { text: {} } } } });
    const readings = read(doctype + body);
    expect(textsOf(readings.standard)).toEqual(standard);
    expect(textsOf(readings.tree)).toEqual(standard);
    expect(textsOf(readings.scan)).toEqual(standard);
  });
});

type Texts = (string | null)[];
type Case = [what: string, select: string, body: string, standard: Texts, doctype?: string];

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
