import type { XPathExpression, XPathStep } from '../../schema/xpath/syntax.ts';
import { compileStep } from './compile-step.ts';
import type { NamespaceRules } from './node-names.ts';
import { attributeOf, rootOf, type XPathNode } from './nodes.ts';
import type { CompilePredicate } from './predicates.ts';
import { type At, asNodes, type Compiled } from './values.ts';

type XPathPath = Extract<XPathExpression, { kind: 'path' }>;

interface PathOptions {
  namespaces: NamespaceRules;
  compile(expression: XPathExpression): Compiled;
  compilePredicate: CompilePredicate;
}

export function compilePath({ from, steps }: XPathPath, options: PathOptions): Compiled {
  const start = compileStart(from, options);
  const compiled = joinedSteps(steps, options).map((step) =>
    compileStep(step, options.namespaces, options.compilePredicate),
  );
  const at: At<XPathNode[]> = (node, position, size) => {
    let nodes = start(node, position, size);
    for (const step of compiled) nodes = step(nodes);
    return nodes;
  };
  const textAt = from === 'context' ? compileAttributeText(steps) : undefined;
  return textAt === undefined ? { result: 'nodes', at } : { result: 'nodes', at, textAt };
}

function compileStart(from: XPathPath['from'], { compile }: PathOptions): At<XPathNode[]> {
  if (from === 'root') return (node) => [rootOf(node)];
  return from === 'context' ? (node) => [node] : asNodes(compile(from));
}

/** `//a` is short for `/descendant-or-self::node()/child::a`, which is `/descendant::a` where nothing counts children. */
function joinedSteps(steps: XPathStep[], { compilePredicate }: PathOptions): XPathStep[] {
  const joined: XPathStep[] = [];
  for (const step of steps) {
    const before = joined.at(-1);
    const isShort = step.axis === 'child' && before !== undefined && isOfAnyDepth(before);
    if (!isShort || step.predicates.some((one) => compilePredicate(one).kind !== 'condition'))
      joined.push(step);
    else joined[joined.length - 1] = { ...step, axis: 'descendant' };
  }
  return joined;
}

function isOfAnyDepth({ axis, test, predicates }: XPathStep): boolean {
  return axis === 'descendant-or-self' && test.kind === 'node' && predicates.length === 0;
}

/** Of a path to one attribute: conditions ask for nothing else as often. */
function compileAttributeText(steps: XPathStep[]): ((node: XPathNode) => string | undefined) | undefined {
  const [step, ...others] = steps;
  if (step?.axis !== 'attribute' || others.length > 0 || step.predicates.length > 0) return undefined;
  const { test } = step;
  // The tree has names in lower case.
  if (test.kind !== 'name' || test.prefix !== undefined || !/^[\w.-]+$/.test(test.local)) return undefined;
  const name = test.local.toLowerCase();
  return (node) => attributeOf(node, name);
}
