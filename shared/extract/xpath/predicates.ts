import type { XPathExpression } from '../../schema/xpath/syntax.ts';
import type { XPathNode } from './nodes.ts';
import { type At, asTruth, type Compiled } from './values.ts';

export type Predicate =
  /** Whichever place the node has. */
  | { kind: 'condition'; holds: At<boolean> }
  | { kind: 'index'; index: number; holds: At<boolean> }
  | { kind: 'counting'; holds: At<boolean> };

export type CompilePredicate = (expression: XPathExpression) => Predicate;

/** XPath 1.0, 2.4: a number is a place. */
export function makePredicate(expression: XPathExpression, compiled: Compiled): Predicate {
  if (compiled.result !== 'number') {
    return { kind: countsNodes(expression) ? 'counting' : 'condition', holds: asTruth(compiled) };
  }
  const place = compiled.at;
  const holds: At<boolean> = (node, position, size) => place(node, position, size) === position;
  if (expression.kind !== 'number') return { kind: 'counting', holds };
  return { kind: 'index', index: expression.value, holds };
}

/** Does it ask for position() or last() of the nodes that it selects from? Those within its own paths are others. */
export function countsNodes(expression: XPathExpression): boolean {
  switch (expression.kind) {
    case 'text':
    case 'number':
      return false;
    case 'negative':
      return countsNodes(expression.operand);
    case 'binary':
      return countsNodes(expression.left) || countsNodes(expression.right);
    case 'call':
      return ['position', 'last'].includes(expression.name) || expression.args.some(countsNodes);
    case 'filter':
      return countsNodes(expression.of);
    case 'path':
      return typeof expression.from !== 'string' && countsNodes(expression.from);
    default:
      return expression satisfies never;
  }
}

/** One predicate after the other: each counts the nodes that the one before has left. */
export function selectBy(predicates: readonly Predicate[], nodes: XPathNode[]): XPathNode[] {
  return predicates.reduce((left, predicate) => {
    if (predicate.kind !== 'index') {
      return left.filter((node, index) => predicate.holds(node, index + 1, left.length));
    }
    const node = left[predicate.index - 1];
    return node === undefined ? [] : [node];
  }, nodes);
}
