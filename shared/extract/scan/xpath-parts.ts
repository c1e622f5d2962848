import { splitNamespaces } from '../../schema/namespaces.ts';
import { parseXPath } from '../../schema/xpath/parse-xpath.ts';
import type { XPathExpression, XPathNodeTest, XPathStep } from '../../schema/xpath/syntax.ts';
import { addPredicate, plainNameOf } from './attribute-conditions.ts';
import { type Chain, type Compound, emptyCompound, type FoundByChains } from './chains.ts';

type XPathPath = Extract<XPathExpression, { kind: 'path' }>;

/**
 * An expression as chains, where it asks for elements, or for one attribute of elements, by names, attributes and places that are
 * known when an element opens; `undefined` where it asks for more.
 */
export function readXPath(declared: string, inElement: boolean): FoundByChains | undefined {
  return readExpression(parseXPath(splitNamespaces(declared).text), inElement);
}

function readExpression(expression: XPathExpression, inElement: boolean): FoundByChains | undefined {
  switch (expression.kind) {
    case 'path':
      return readPath(expression, inElement);
    case 'binary':
      return expression.operator === '|' ? readUnion(expression, inElement) : undefined;
    case 'filter': {
      const found = readExpression(expression.of, inElement);
      const isOfAttribute = found?.attribute !== undefined;
      const holders = found?.chains.map((chain) => chain.at(-1)?.compound) ?? [];
      const isRead = expression.predicates.every((predicate) => {
        const ofElement = conditionOfElement(predicate);
        const condition = ofElement ?? (isOfAttribute ? undefined : predicate);
        return holders.every((compound) => compound && condition && addPredicate(compound, condition));
      });
      return isRead && holders.length > 0 ? found : undefined;
    }
    case 'text':
    case 'number':
    case 'negative':
    case 'call':
      return undefined;
    default:
      return expression satisfies never;
  }
}

/** What `ancestor-or-self::*[1][…]` asks of an element, or of the element of an attribute. */
function conditionOfElement(predicate: XPathExpression): XPathExpression | undefined {
  if (predicate.kind === 'call' && predicate.name === 'not') {
    const inner = predicate.args[0] && conditionOfElement(predicate.args[0]);
    return inner && { ...predicate, args: [inner] };
  }
  if (predicate.kind !== 'path' || predicate.from !== 'context') return undefined;
  const [step, ...others] = predicate.steps;
  if (step?.axis !== 'ancestor-or-self' || step.test.kind !== 'any' || others.length > 0) return undefined;
  const [first, second, ...more] = step.predicates;
  const isNearest = first?.kind === 'number' && first.value === 1;
  return isNearest && more.length === 0 ? second : undefined;
}

function readUnion(
  { left, right }: Extract<XPathExpression, { kind: 'binary' }>,
  inElement: boolean,
): FoundByChains | undefined {
  const [one, other] = [left, right].map((side) => readExpression(side, inElement));
  if (one === undefined || other === undefined) return undefined;
  if (one.isOwn || other.isOwn || one.attribute !== other.attribute) return undefined;
  return { ...one, chains: [...one.chains, ...other.chains] };
}

function readPath({ from, steps }: XPathPath, inElement: boolean): FoundByChains | undefined {
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
  return { chains: chain.length === 0 ? [] : [chain], isOwn: chain.length === 0, attribute: undefined };
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
  if (last === undefined) return isInScope ? { chains: [], isOwn: true, attribute } : undefined;
  return addPredicate(last.compound, attributePath(test))
    ? { chains: [chain], isOwn: false, attribute }
    : undefined;
}

function attributePath(test: XPathNodeTest): XPathExpression {
  return { kind: 'path', from: 'context', steps: [{ axis: 'attribute', test, predicates: [] }] };
}
