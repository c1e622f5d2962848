import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyNode, type Element, isTag } from 'domhandler';
import { describe, expect, it } from 'vitest';
import { makeRandom } from '../../../../bench/random.ts';
import { parseDocument } from '../../../../shared/extract/tree/document.ts';
import { compileXPath } from '../../../../shared/extract/xpath/compile-xpath.ts';
import { isWhole, noteSample } from '../../../sample.ts';
import { evaluateByPackage } from './evaluate-by-package.cjs';
import { AttributeView, NodeView } from './node-view.ts';
import { randomExpression, vocabularyOf } from './random-expression.ts';

const folder = join(import.meta.dirname, '../../pages');
const files = readdirSync(folder).filter((file) => file.endsWith('.html'));
const pages = [join(import.meta.dirname, '../page.html.txt'), ...files.map((file) => join(folder, file))].map(
  (path) => parseDocument(readFileSync(path, 'utf8'), false),
);
const known: [expression: string, answer: unknown][] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../lxml.json'), 'utf8'),
);
const seeds = 100;
const sample = 8;
const expressionsPerSeed = 40;

describe('XPath gives what the package xpath gives', () => {
  it.each(pages.map((page, index) => [index, page] as const))(
    'on page %i, for public expressions',
    (_, page) => {
      for (const [expression] of known) expectEqual(expression, page);
    },
  );

  const count = isWhole ? seeds : sample;

  for (let seed = 1; seed <= count; seed++) {
    it(`for expressions of seed ${seed}`, ({ task }) => {
      if (!isWhole && seed === count) noteSample(task, 'seeds', seeds, sample);
      const random = makeRandom(seed);
      const page = pages[seed % pages.length] as AnyNode;
      const vocabulary = vocabularyOf(page);
      const places = elementsIn(page);
      for (let made = 0; made < expressionsPerSeed; made++) {
        const expression = randomExpression(random, vocabulary);
        expectEqual(expression, page);
        const place = places[Math.floor(random() * places.length)];
        if (place !== undefined) expectEqual(expression, place);
      }
    });
  }
});

function expectEqual(expression: string, root: AnyNode): void {
  const found = compileXPath(expression)(root).map(describeElement);
  expect({ expression, found }).toEqual({ expression, found: byPackage(expression, root) });
}

/** Elements of the page by their place; of what stands for other nodes and values, the text and where it is. */
function describeElement(element: Element): string {
  if (element.parent?.children.includes(element)) return `element ${element.startIndex}`;
  const attribute = Object.keys(element.attribs)[0] ?? '';
  return `${attribute} in ${element.parent?.startIndex}: ${textOf(element)}`;
}

function textOf({ children }: Element): string {
  return children.map((child) => ('data' in child ? child.data : '')).join('');
}

function byPackage(expression: string, root: AnyNode): string[] {
  const view = NodeView.of(root);
  const start = root.parent === null ? (view.documentElement ?? view) : view;
  const value = evaluateByPackage(expression, start);
  const nodes = value.toArray?.();
  if (nodes === undefined) {
    const around = isTag(root) ? root : view.documentElement?.node;
    return [` in ${around?.startIndex}: ${value.stringValue()}`];
  }
  return nodes.flatMap((node) => {
    if (node instanceof AttributeView)
      return `${node.name} in ${node.ownerElement.node.startIndex}: ${node.value}`;
    if (isTag(node.node)) return `element ${node.node.startIndex}`;
    const { parent } = node.node;
    return parent === null
      ? []
      : ` in ${isTag(parent) ? parent.startIndex : undefined}: ${node.nodeValue ?? ''}`;
  });
}

function elementsIn(root: AnyNode): Element[] {
  const below = 'children' in root ? root.children.flatMap(elementsIn) : [];
  return isTag(root) ? [root, ...below] : below;
}
