import type { XPathComparison } from '../../schema/xpath/syntax.ts';
import { stringOf, type XPathNode } from './nodes.ts';
import { type At, asNumber, asText, asTruth, type Compiled, parseNumber } from './values.ts';

/** XPath 1.0, 3.4: nodes compare as those that make the comparison true, if there are any. */
export function compileComparison(operator: XPathComparison, left: Compiled, right: Compiled): At<boolean> {
  if (left.result === 'truth' || right.result === 'truth') return compareTruths(operator, left, right);
  if (left.result === 'nodes' && right.result === 'nodes') return compareNodes(operator, left.at, right.at);
  if (left.result === 'nodes') return compareWithValue(operator, left, right);
  if (right.result === 'nodes') return compareWithValue(mirrored[operator], right, left);
  const isOfTexts = left.result === 'text' && right.result === 'text' && isEquality(operator);
  const [one, other] = isOfTexts ? [asText(left), asText(right)] : [asNumber(left), asNumber(right)];
  return (...at) => holds(operator, one(...at), other(...at));
}

const mirrored: Record<XPathComparison, XPathComparison> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function isEquality(operator: XPathComparison): boolean {
  return operator === '=' || operator === '!=';
}

function holds(operator: XPathComparison, one: string | number, other: string | number): boolean {
  switch (operator) {
    case '=':
      return one === other;
    case '!=':
      return one !== other;
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    case '>':
      return one > other;
    case '>=':
      return one >= other;
    default:
      return operator satisfies never;
  }
}

/** By what is true, or, of which is more, as numbers; nodes are true where there are any. */
function compareTruths(operator: XPathComparison, left: Compiled, right: Compiled): At<boolean> {
  const [one, other] = [left, right].map((side): At<number> => {
    if (!isEquality(operator) && side.result !== 'nodes') return asNumber(side);
    const truth = asTruth(side);
    return (...at) => Number(truth(...at));
  }) as [At<number>, At<number>];
  return (...at) => holds(operator, one(...at), other(...at));
}

type CompiledNodes = Extract<Compiled, { result: 'nodes' }>;

function compareWithValue(operator: XPathComparison, nodes: CompiledNodes, value: Compiled): At<boolean> {
  const { textAt } = nodes;
  if (value.result === 'text' && isEquality(operator)) {
    const wanted = value.at;
    if (textAt === undefined) {
      return (...at) => {
        const text = wanted(...at);
        return nodes.at(...at).some((node) => holds(operator, stringOf(node), text));
      };
    }
    return (...at) => {
      const text = textAt(...at);
      return text !== undefined && holds(operator, text, wanted(...at));
    };
  }
  const wanted = asNumber(value);
  return (...at) => {
    const number = wanted(...at);
    return nodes.at(...at).some((node) => holds(operator, parseNumber(stringOf(node)), number));
  };
}

/** In time that is linear in the nodes: each text is compared with those that decide. */
function compareNodes(operator: XPathComparison, left: At<XPathNode[]>, right: At<XPathNode[]>): At<boolean> {
  return (...at) => {
    const texts = [left(...at), right(...at)].map((nodes) => new Set(nodes.map(stringOf)));
    const [ones = new Set(), others = new Set()] = texts;
    switch (operator) {
      case '=':
        return [...ones].some((text) => others.has(text));
      case '!=':
        return ones.size > 0 && others.size > 0 && new Set([...ones, ...others]).size > 1;
      case '<':
      case '<=':
        return holds(operator, extreme(ones, Math.min), extreme(others, Math.max));
      case '>':
      case '>=':
        return holds(operator, extreme(ones, Math.max), extreme(others, Math.min));
      default:
        return operator satisfies never;
    }
  };
}

/** NaN where none is a number: nothing compares with it. */
function extreme(texts: Iterable<string>, choose: (one: number, other: number) => number): number {
  let found = Number.NaN;
  for (const text of texts) {
    const number = parseNumber(text);
    if (!Number.isNaN(number)) found = Number.isNaN(found) ? number : choose(found, number);
  }
  return found;
}
