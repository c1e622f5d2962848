import { splitNamespaces } from '../../schema/namespaces.ts';
import { parseXPath } from '../../schema/xpath/parse-xpath.ts';
import type { XPathExpression } from '../../schema/xpath/syntax.ts';
import { addPredicate } from './attribute-conditions.ts';
import type { FoundByChains } from './chains.ts';
import { readPath } from './xpath-chains.ts';
import { splitXPath } from './xpath-rest.ts';

/**
 * An expression as chains, where it asks for elements, or for one attribute of elements, by names, attributes and places that are
 * known when an element opens, with a rest where it asks more of what is in them; `undefined` where it asks for what is elsewhere.
 */
export function readXPath(declared: string, inElement: boolean): FoundByChains | undefined {
  const expression = parseXPath(splitNamespaces(declared).text);
  return readExpression(expression, inElement) ?? splitXPath(expression, inElement);
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
