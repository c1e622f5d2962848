import { deepStrictEqual, ok } from 'node:assert';
import { type AnyNode, type Document, hasChildren } from 'domhandler';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanTree } from '../../../shared/extract/scan/scan-tree.ts';
import { parseByStandard } from '../../../shared/extract/tree/parse-html.ts';
import { drawSample } from '../../sample.ts';
import { html, textHtml } from './html-arbitrary.ts';
import { agreedHtml } from './standard-arbitrary.ts';

/** More with `SCANS=100000 vitest run test/extract/scan/scan-tree.test.ts`. */
const chosen = process.env['SCANS'];
const timeoutMs = 90_000 + 20 * Number(chosen ?? 0);

describe('scanTree', () => {
  it.for([
    ['pages as they come', html(), 0.4],
    ['pages in order', agreedHtml(), 0.8],
    ['texts between tags of every kind', textHtml(), 0.4],
  ] as const)(
    'makes the tree that parse5 makes of %s',
    { timeout: timeoutMs },
    ([, pages, minMade], { task }) => {
      const drawn =
        chosen === undefined ? drawSample(task, 'pages', 3_000, 1_000) : { numRuns: Number(chosen) };
      const counts = { pages: 0, made: 0 };
      fc.assert(
        fc.property(pages, (page) => {
          counts.pages++;
          const tree = scanTree(page);
          if (tree === undefined) return;
          counts.made++;
          deepStrictEqual(linesOf(tree), linesOf(parseByStandard(page)));
        }),
        drawn,
      );
      expect(counts.made / counts.pages).toBeGreaterThan(minMade);
    },
  );

  it.each([
    [
      'white space around head and body',
      '<!doctype html>\n<html>\n<head>\n</head>\n<body>\n</body>\n</html>\n',
    ],
    ['no head and no body', ' a <b>b'],
    ['a title behind the head', '<head></head> <title>a</title> <!--b--> <body>'],
    [
      'comments everywhere',
      '<!--1--><html><!--2--><head><!--3--></head><!--4--><body><!--5--></body><!--6--></html><!--7-->',
    ],
    [
      'text behind a comment behind the body',
      '<body>a</body><!--b-->c<!--d--></body></html><!--e--> <!--f-->',
    ],
    ['a tag that is ignored behind the body', '<body>a</body></i><!--b-->'],
    ['comments that are none', '<p>a<!x>b<?php c ?>d</ e>f<![CDATA[g]]>h</>i<!>j'],
    ['comments that end oddly', '<p><!--a--!><!--><!---><!--b--->c<!--d'],
    ['CDATA', '<svg>a<![CDATA[<b>]]>c</svg>'],
    [
      'names and attributes of SVG',
      '<svg viewBox="0" XLINK:href=a><linearGradient/><foreignobject><DIV></svg>',
    ],
    ['attributes of every kind', '<p A=1 a=2 b c= d = "e&amp;" f=\'g\r\n\' é="" =x="y" data-\u0000=h>'],
    ['a template', '<template><p>a</template><table><tr><template><b>c</template><td>d</table>'],
    ['tables', '<table> <tr> <td>a <tbody> <!-- b --> <caption>c</table> d'],
    [
      'text of its own kind',
      '<title> a&amp;<b></title><script>"<p>&amp;"</script><textarea>\n\nb</textarea>',
    ],
    [
      'an old doctype',
      '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd"><p>',
    ],
    ['a doctype of another name', '<!doctype x system "y">'],
    ['a doctype in the page', '<p>a<!doctype html>b'],
  ])('makes the tree of %s', (_what, page) => {
    const tree = scanTree(page);
    expect(tree).toBeDefined();
    expect(linesOf(tree as Document)).toEqual(linesOf(parseByStandard(page)));
  });

  it.each([
    ['what goes before its table', '<table>a'],
    ['a comment behind the end of the body in SVG', '<body><svg></body><!--a-->'],
    ['what is nothing before the first line break of pre', '<pre></>\n'],
    ['a name for the first line break of pre', '<pre>&NewLine;a'],
    ['a mark of the byte order', '\ufeff<p>a'],
    ['halves of a character', '<p>\ud800'],
    [
      'more names of attributes than it numbers',
      `<p ${Array.from({ length: 1_100 }, (_, at) => `a${at}`).join(' ')}>`,
    ],
  ])('leaves %s to parse5', (_what, page) => {
    expect(scanTree(page)).toBeUndefined();
  });
});

/** All that is known of each node, one line each; throws where nodes are not linked as they lie. */
function linesOf(node: AnyNode, depth = 0): string[] {
  const { type, startIndex } = node;
  const said = Object.entries(node).filter(([key]) => !links.has(key));
  const children = hasChildren(node) ? node.children : [];
  const isLinked = children.every(
    ({ parent, prev, next }, index) =>
      parent === node && prev === (children[index - 1] ?? null) && next === (children[index + 1] ?? null),
  );
  ok(isLinked, 'nodes are not linked as they lie');
  const line = `${' '.repeat(depth)}${startIndex} ${type} ${JSON.stringify(said)}`;
  return [line, ...children.flatMap((child) => linesOf(child, depth + 1))];
}

const links = new Set(['parent', 'prev', 'next', 'children', 'type', 'startIndex', 'endIndex']);
