import type { XPathExpression, XPathStep } from '../../schema/xpath/syntax.ts';
import { typeOfXPath } from '../../schema/xpath/type-of.ts';
import { argumentsOf } from '../xpath/own-text.ts';
import { countsNodes } from '../xpath/predicates.ts';
import { type FoundByChains, foundElements, foundMark } from './chains.ts';
import { reachOf } from './looks-inside.ts';
import { readPath, type XPathPath } from './xpath-chains.ts';

/** The elements that a part of an expression begins at, and what it asks of them. */
interface Split {
  found: FoundByChains;
  remainder: XPathExpression;
  /** Does each element found give one node, and no other does? Then what asks for the first node asks for the first element. */
  isOneEach: boolean;
}

/**
 * An expression that begins at elements which are known when they open, and looks into them alone from there: `//h1/text()`,
 * `string(//h1)`, `//p[contains(., 'x')]`, `//table[@id='t']//tr[2]/td[last()]`. `undefined` for others.
 */
export function splitXPath(expression: XPathExpression, inElement: boolean): FoundByChains | undefined {
  const split = splitPart(expression, inElement);
  if (split === undefined) return undefined;
  const { found, remainder } = split;
  if (remainder === foundElements) return found;
  const attributes = new Set<string>();
  if (reachOf(remainder, 'inside', attributes) === 'elsewhere' || attributes.has(foundMark)) return undefined;
  return {
    ...found,
    attribute: undefined,
    remainder: {
      expression: remainder,
      attributes: [...attributes],
      keepsElements: keepsElements(remainder),
    },
  };
}

function splitPart(expression: XPathExpression, inElement: boolean): Split | undefined {
  switch (expression.kind) {
    case 'text':
    case 'number':
      return undefined;
    case 'negative': {
      const split = splitPart(expression.operand, inElement);
      return split && { ...split, remainder: { ...expression, operand: split.remainder }, isOneEach: false };
    }
    case 'binary':
      return splitBinary(expression, inElement);
    case 'call':
      return splitCall(expression, inElement);
    case 'filter':
      return splitFilter(expression, inElement);
    case 'path': {
      const { from } = expression;
      if (typeof from === 'string') return splitPath(expression, inElement);
      const split = splitPart(from, inElement);
      return split && { ...split, remainder: { ...expression, from: split.remainder }, isOneEach: false };
    }
    default:
      return expression satisfies never;
  }
}

function splitBinary(
  expression: Extract<XPathExpression, { kind: 'binary' }>,
  inElement: boolean,
): Split | undefined {
  const { operator, left, right } = expression;
  if (operator === '|') return undefined;
  const isLeft = isConstant(right);
  if (!isLeft && !isConstant(left)) return undefined;
  const split = splitPart(isLeft ? left : right, inElement);
  if (split === undefined) return undefined;
  const remainder = isLeft
    ? { ...expression, left: split.remainder }
    : { ...expression, right: split.remainder };
  return { ...split, remainder, isOneEach: false };
}

/** One argument may be of the page. */
function splitCall(
  expression: Extract<XPathExpression, { kind: 'call' }>,
  inElement: boolean,
): Split | undefined {
  const { name } = expression;
  const args = argumentsOf(expression);
  const [at, ...others] = args.flatMap((arg, index) => (isConstant(arg) ? [] : [index]));
  const arg = at === undefined ? undefined : args[at];
  if (at === undefined || arg === undefined || others.length > 0 || name === 'has-class') return undefined;
  const split = splitPart(arg, inElement);
  if (split === undefined) return undefined;
  const remainder: XPathExpression = { ...expression, args: args.with(at, split.remainder) };
  const isOfFirst = split.isOneEach && name !== 'count' && name !== 'sum';
  return { found: firstAlone(split.found, isOfFirst), remainder, isOneEach: false };
}

const self: XPathStep = { axis: 'self', test: { kind: 'node' }, predicates: [] };

function splitFilter(
  { of, predicates }: Extract<XPathExpression, { kind: 'filter' }>,
  inElement: boolean,
): Split | undefined {
  const split = splitPart(of, inElement);
  if (split === undefined) return undefined;
  const [first, ...others] = predicates;
  const isOfFirst = split.isOneEach && first?.kind === 'number' && first.value === 1;
  const found = firstAlone(split.found, isOfFirst);
  if (isOfFirst && others.length === 0) return { ...split, found };
  return { found, remainder: { kind: 'filter', of: split.remainder, predicates }, isOneEach: false };
}

function firstAlone(found: FoundByChains, isFirst: boolean): FoundByChains {
  return isFirst ? { ...found, isFirstAlone: true } : found;
}

/** At the last step from which on the path looks into what it has found. */
function splitPath(path: XPathPath, inElement: boolean): Split | undefined {
  const whole = readPath(path, inElement);
  if (whole !== undefined) return splitWhole(path, whole);
  for (let count = path.steps.length; count >= 0; count--) {
    const last = path.steps[count - 1];
    for (let known = last?.predicates.length ?? 0; known >= 0; known--) {
      const split = splitAt(path, count, known, inElement);
      if (split !== undefined) return split;
    }
  }
  return undefined;
}

/** Of a path that is read as it is, within an expression that is not. */
function splitWhole(path: XPathPath, whole: FoundByChains): Split {
  const step = whole.attribute === undefined ? undefined : path.steps.at(-1);
  return {
    found: whole,
    remainder: step === undefined ? foundElements : { kind: 'path', from: foundElements, steps: [step] },
    isOneEach: true,
  };
}

/** Behind so many steps, of the last one so many predicates. */
function splitAt(path: XPathPath, count: number, known: number, inElement: boolean): Split | undefined {
  const last = path.steps[count - 1];
  const begun = path.steps.slice(0, count);
  const left = last?.predicates.slice(known) ?? [];
  // They would count other nodes.
  if (left.some((predicate) => typeOfXPath(predicate) === 'number' || countsNodes(predicate)))
    return undefined;
  if (last !== undefined) begun[count - 1] = { ...last, predicates: last.predicates.slice(0, known) };
  const found = readPath({ ...path, steps: begun }, inElement);
  if (found === undefined || found.attribute !== undefined) return undefined;
  const steps = [...(left.length > 0 ? [{ ...self, predicates: left }] : []), ...path.steps.slice(count)];
  const remainder: XPathExpression = { kind: 'path', from: foundElements, steps };
  if (reachOf(remainder, 'inside', new Set()) === 'elsewhere') return undefined;
  return { found, remainder, isOneEach: false };
}

/** Has it the same value on every page? */
function isConstant(expression: XPathExpression): boolean {
  switch (expression.kind) {
    case 'text':
    case 'number':
      return true;
    case 'negative':
      return isConstant(expression.operand);
    case 'binary':
      return isConstant(expression.left) && isConstant(expression.right);
    case 'call':
      return (
        expression.args.length > 0 && expression.name !== 'has-class' && expression.args.every(isConstant)
      );
    case 'filter':
    case 'path':
      return false;
    default:
      return expression satisfies never;
  }
}

/** Does it leave some of the elements found, and give nothing else? */
function keepsElements(remainder: XPathExpression): boolean {
  if (remainder === foundElements) return true;
  if (remainder.kind === 'filter') return keepsElements(remainder.of);
  if (remainder.kind !== 'path' || typeof remainder.from === 'string') return false;
  return keepsElements(remainder.from) && remainder.steps.every(({ axis }) => axis === 'self');
}
