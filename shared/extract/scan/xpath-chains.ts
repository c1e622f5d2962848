import type { XPathExpression, XPathNodeTest, XPathStep } from '../../schema/xpath/syntax.ts';
import { addPredicate, plainNameOf } from './attribute-conditions.ts';
import { type Chain, type Compound, emptyCompound, type FoundByChains, nothingFound } from './chains.ts';

export type XPathPath = Extract<XPathExpression, { kind: 'path' }>;

/** A path as a chain, or `undefined`. */
export function readPath({ from, steps }: XPathPath, inElement: boolean): FoundByChains | undefined {
  if (typeof from !== 'string' || (from === 'root' && inElement)) return undefined;
  const chain: Chain = [];
  // As in lxml, a relative path begins at the root element of a page.
  if (from === 'context' && !inElement) {
    chain.push({ relation: 'inside', compound: { ...emptyCompound(), isRoot: true } });
  }
  let isAnyDepth = false;
  for (const [index, step] of steps.entries()) {
    const { axis, test, predicates } = step;
    if (axis === 'attribute' && index === steps.length - 1 && !isAnyDepth) {
      return withAttribute(chain, step, from === 'context' && inElement);
    }
    if (test.kind === 'node' && predicates.length === 0 && !isAnyDepth) {
      isAnyDepth = axis === 'descendant-or-self';
      if (isAnyDepth || axis === 'self') continue;
    }
    const isFromDocument = from === 'root' && chain.length === 0;
    if (!addStep(chain, step, { isAnyDepth, isFromDocument })) return undefined;
    isAnyDepth = false;
  }
  if (isAnyDepth || (from === 'root' && chain.length === 0)) return undefined;
  const isOwn = chain.length === 0;
  return { ...nothingFound, chains: isOwn ? [] : [chain], isOwn };
}

/** Returns whether the pass can follow the step. */
function addStep(
  chain: Chain,
  { axis, test, predicates }: XPathStep,
  { isAnyDepth, isFromDocument }: { isAnyDepth: boolean; isFromDocument: boolean },
): boolean {
  const compound = readTest(test);
  if (compound === undefined) return false;
  const [first, ...others] = predicates;
  const place = first?.kind === 'number' && Number.isInteger(first.value) ? first.value : 0;
  const isPlaced = place > 0 && test.kind === 'any';
  if (axis === 'following-sibling') {
    if (isAnyDepth || chain.length === 0 || (isPlaced && place !== 1)) return false;
    chain.push({ relation: isPlaced ? 'next' : 'after', compound });
    return (isPlaced ? others : predicates).every((predicate) => addPredicate(compound, predicate));
  }
  if (axis === 'child') {
    const isInside = isAnyDepth || isFromDocument;
    compound.isRoot = isFromDocument && !isAnyDepth;
    if (isPlaced) compound.position = place;
    chain.push({ relation: isInside ? 'inside' : 'child', compound });
    return (isPlaced ? others : predicates).every((predicate) => addPredicate(compound, predicate));
  }
  if (axis !== 'descendant') return false;
  chain.push({ relation: 'inside', compound });
  return predicates.every((predicate) => addPredicate(compound, predicate));
}

function readTest(test: XPathNodeTest): Compound | undefined {
  if (test.kind === 'any') return emptyCompound();
  const name = plainNameOf(test);
  return name === undefined ? undefined : { ...emptyCompound(), tag: name };
}

function withAttribute(
  chain: Chain,
  { test, predicates }: XPathStep,
  isInScope: boolean,
): FoundByChains | undefined {
  const attribute = plainNameOf(test);
  if (attribute === undefined || predicates.length > 0) return undefined;
  const last = chain.at(-1);
  if (last === undefined) return isInScope ? { ...nothingFound, isOwn: true, attribute } : undefined;
  return addPredicate(last.compound, attributePath(test))
    ? { ...nothingFound, chains: [chain], attribute }
    : undefined;
}

function attributePath(test: XPathNodeTest): XPathExpression {
  return { kind: 'path', from: 'context', steps: [{ axis: 'attribute', test, predicates: [] }] };
}
