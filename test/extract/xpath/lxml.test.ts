import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyNode, isTag, isText } from 'domhandler';
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../shared/extract/tree/document.ts';
import { compileXPath } from '../../../shared/extract/xpath/compile-xpath.ts';

/** What lxml 6.1 gives on the tree of html5lib 1.1: of elements name and text, of others the value. */
type Answer = string | number | boolean | (string | [name: string, text: string])[];

const here = import.meta.dirname;
const cases: [expression: string, answer: Answer][] = JSON.parse(
  readFileSync(join(here, 'lxml.json'), 'utf8'),
);
const document = parseDocument(readFileSync(join(here, 'page.html.txt'), 'utf8'), false);

describe('XPath gives what lxml gives', () => {
  it.each(cases)('%s', (expression, answer) => {
    const found = compileXPath(expression)(document);
    if (!Array.isArray(answer)) {
      expect(found.map(textContent)).toEqual([String(answer)]);
      return;
    }
    const expected = answer.map((entry) => (typeof entry === 'string' ? entry : entry[1]));
    expect(found.map(textContent)).toEqual(expected);
    const names = answer.map((entry) =>
      typeof entry === 'string' || entry[0] === 'comment' ? 'span' : entry[0],
    );
    expect(found.map(({ name }) => name)).toEqual(names);
  });
});

function textContent(node: AnyNode): string {
  if (isText(node)) return node.data;
  return isTag(node) ? node.children.map(textContent).join('') : '';
}
