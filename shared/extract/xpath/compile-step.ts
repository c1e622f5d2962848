import type { XPathStep } from '../../schema/xpath/syntax.ts';
import { axes } from './axes.ts';
import { inDocumentOrder } from './document-order.ts';
import type { NamespaceRules } from './node-names.ts';
import { compileAttributes, compileNodeTest, type NodeTest } from './node-test.ts';
import type { XPathNode } from './nodes.ts';
import { type CompilePredicate, type Predicate, selectBy } from './predicates.ts';

/** From nodes to nodes, each in document order. */
type Walk = (nodes: XPathNode[]) => XPathNode[];

export function compileStep(
  { axis, test, predicates }: XPathStep,
  namespaces: NamespaceRules,
  compilePredicate: CompilePredicate,
): Walk {
  const compiled = predicates.map(compilePredicate);
  if (axis === 'attribute') {
    const read = compileAttributes(test, namespaces);
    return (nodes) => nodes.flatMap((node) => selectBy(compiled, read(node)));
  }
  // Conditions that do not count nodes are part of the test.
  const counting = compiled.findIndex(({ kind }) => kind !== 'condition');
  const conditions = counting === -1 ? compiled : compiled.slice(0, counting);
  const isWanted = allOf(compileNodeTest(test, namespaces), conditions);
  const rest = compiled.slice(conditions.length);
  const rules = axes[axis];
  if (rest.length === 0) return stepOfAll(rules, isWanted);
  return stepOfEach(rules, isWanted, rest);
}

function allOf(test: NodeTest, conditions: Predicate[]): NodeTest {
  return conditions.reduce<NodeTest>(
    (isWanted, { holds }) =>
      (node) =>
        isWanted(node) && holds(node, 1, 1),
    test,
  );
}

type AxisRules = (typeof axes)[keyof typeof axes];

function stepOfAll({ walk, narrow }: AxisRules, isWanted: NodeTest): Walk {
  return (nodes) => {
    const found: XPathNode[] = [];
    for (const node of nodes.length > 1 ? narrow(nodes) : nodes) {
      walk(node, isWanted, found, Number.POSITIVE_INFINITY);
    }
    return inDocumentOrder(found);
  };
}

/** The nodes of each axis are counted apart, in its direction. */
function stepOfEach({ walk, isReverse }: AxisRules, isWanted: NodeTest, rest: Predicate[]): Walk {
  const [first] = rest;
  const most = first?.kind === 'index' ? first.index : Number.POSITIVE_INFINITY;
  return (nodes) => {
    const found: XPathNode[] = [];
    for (const node of nodes) {
      const onAxis: XPathNode[] = [];
      walk(node, isWanted, onAxis, most);
      const selected = selectBy(rest, onAxis);
      for (const one of isReverse ? selected.toReversed() : selected) found.push(one);
    }
    return inDocumentOrder(found);
  };
}
