import type { XPathExpression, XPathFunctionName } from '../../schema/xpath/syntax.ts';

/** Functions that without an argument are of the context node. */
const ofContext: ReadonlySet<XPathFunctionName> = new Set([
  'string',
  'normalize-space',
  'string-length',
  'number',
]);

const context: XPathExpression = {
  kind: 'path',
  from: 'context',
  steps: [{ axis: 'self', test: { kind: 'node' }, predicates: [] }],
};

/** The arguments of a call, with that which is left out. */
export function argumentsOf({
  name,
  args,
}: Extract<XPathExpression, { kind: 'call' }>): readonly XPathExpression[] {
  return args.length === 0 && ofContext.has(name) ? [context] : args;
}
