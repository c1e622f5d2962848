import type { XPathExpression, XPathNodeTest, XPathStep } from '../../schema/xpath/syntax.ts';
import { plainNameOf } from './attribute-conditions.ts';
import { foundElements } from './chains.ts';

/** Where nodes are that an expression goes to: at the element it begins at or in it, in it, or perhaps elsewhere. */
export type Reach = 'inside' | 'below' | 'elsewhere';

/**
 * Where the nodes are that an expression gives, if what it is asked of is in `place`; `'elsewhere'` too where a part of it has to see
 * what is outside of the element that it begins at, or what its copy does not have. Adds to `names` the attributes that it asks for.
 */
export function reachOf(expression: XPathExpression, place: Reach, names: Set<string>): Reach {
  switch (expression.kind) {
    case 'text':
    case 'number':
      return place;
    case 'negative':
      return reachOf(expression.operand, place, names);
    case 'binary':
      return allIn([expression.left, expression.right], place, names);
    case 'call': {
      const { name, args } = expression;
      if (name === 'has-class') names.add('class');
      return unseen.has(name) ? 'elsewhere' : allIn(args, place, names);
    }
    case 'filter': {
      const of = reachOf(expression.of, place, names);
      return allIn(expression.predicates, of, names) === 'elsewhere' ? 'elsewhere' : of;
    }
    case 'path': {
      if (expression === foundElements) return 'inside';
      const { from, steps } = expression;
      if (from === 'root') return 'elsewhere';
      const start = from === 'context' ? place : reachOf(from, place, names);
      return steps.reduce((at, step) => placeOfStep(step, at, names), start);
    }
    default:
      return expression satisfies never;
  }
}

/** Functions that ask for what is around an element. */
const unseen: ReadonlySet<string> = new Set(['id', 'lang', 'namespace-uri']);

function allIn(parts: XPathExpression[], place: Reach, names: Set<string>): Reach {
  const places = parts.map((part) => reachOf(part, place, names));
  if (places.includes('elsewhere')) return 'elsewhere';
  return places.includes('inside') ? 'inside' : place;
}

function placeOfStep({ axis, test, predicates }: XPathStep, from: Reach, names: Set<string>): Reach {
  if (from === 'elsewhere') return from;
  const at = placeOfAxis(axis, from);
  const isSeen = axis === 'attribute' ? addAttribute(test, names) : isOfCopy(test);
  if (!isSeen || allIn(predicates, at, names) === 'elsewhere') return 'elsewhere';
  return at;
}

function placeOfAxis(axis: XPathStep['axis'], from: Reach): Reach {
  switch (axis) {
    case 'self':
    case 'descendant-or-self':
      return from;
    case 'child':
    case 'descendant':
    case 'attribute':
      return 'below';
    case 'following-sibling':
    case 'preceding-sibling':
      return from === 'below' ? 'below' : 'elsewhere';
    case 'parent':
      return from === 'below' ? 'inside' : 'elsewhere';
    case 'ancestor':
    case 'ancestor-or-self':
    case 'following':
    case 'preceding':
      return 'elsewhere';
    default:
      return axis satisfies never;
  }
}

function addAttribute(test: XPathNodeTest, names: Set<string>): boolean {
  const name = plainNameOf(test);
  if (name !== undefined) names.add(name);
  return name !== undefined;
}

function isOfCopy(test: XPathNodeTest): boolean {
  switch (test.kind) {
    case 'any':
    case 'node':
    case 'text':
    case 'comment':
      return true;
    case 'name':
      return test.prefix === undefined;
    case 'prefix':
    case 'instruction':
      return false;
    default:
      return test satisfies never;
  }
}
