/** An expression of XPath 1.0 (W3C, 1999), as data. */
export type XPathExpression =
  | { kind: 'text'; value: string }
  | { kind: 'number'; value: number }
  | { kind: 'negative'; operand: XPathExpression }
  | { kind: 'binary'; operator: XPathOperator; left: XPathExpression; right: XPathExpression }
  | { kind: 'call'; name: XPathFunctionName; args: XPathExpression[] }
  | { kind: 'filter'; of: XPathExpression; predicates: XPathExpression[] }
  /** `from`: the root of the page, the context node, or the nodes of an expression. */
  | { kind: 'path'; from: 'root' | 'context' | XPathExpression; steps: XPathStep[] };

export type XPathOperator = 'or' | 'and' | XPathComparison | XPathArithmetic | '|';

export type XPathComparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

export type XPathArithmetic = '+' | '-' | '*' | 'div' | 'mod';

export interface XPathStep {
  axis: XPathAxis;
  test: XPathNodeTest;
  predicates: XPathExpression[];
}

/** All but `namespace`, whose nodes are no part of a page. */
export type XPathAxis =
  | 'ancestor'
  | 'ancestor-or-self'
  | 'attribute'
  | 'child'
  | 'descendant'
  | 'descendant-or-self'
  | 'following'
  | 'following-sibling'
  | 'parent'
  | 'preceding'
  | 'preceding-sibling'
  | 'self';

export type XPathNodeTest =
  /** `*`: each element, or each attribute on their axis. */
  | { kind: 'any' }
  /** `prefix:*` */
  | { kind: 'prefix'; prefix: string }
  | { kind: 'name'; prefix: string | undefined; local: string }
  | { kind: 'node' | 'text' | 'comment' }
  /** Without a name: each processing instruction. */
  | { kind: 'instruction'; name: string | undefined };

/** What an expression has, whatever the page: XPath 1.0 has no other types, and there are no variables here. */
export type XPathType = 'nodes' | 'text' | 'number' | 'truth';

interface Signature {
  result: XPathType;
  args: readonly [least: number, most: number];
  /** Its arguments have to be nodes. */
  takesNodes?: true;
}

/** The functions of XPath 1.0 (section 4), with `re:test` of EXSLT and `has-class` of parsel. */
export const xpathFunctions = {
  last: { result: 'number', args: [0, 0] },
  position: { result: 'number', args: [0, 0] },
  count: { result: 'number', args: [1, 1], takesNodes: true },
  id: { result: 'nodes', args: [1, 1] },
  'local-name': { result: 'text', args: [0, 1], takesNodes: true },
  'namespace-uri': { result: 'text', args: [0, 1], takesNodes: true },
  name: { result: 'text', args: [0, 1], takesNodes: true },
  string: { result: 'text', args: [0, 1] },
  concat: { result: 'text', args: [2, Number.POSITIVE_INFINITY] },
  'starts-with': { result: 'truth', args: [2, 2] },
  contains: { result: 'truth', args: [2, 2] },
  'substring-before': { result: 'text', args: [2, 2] },
  'substring-after': { result: 'text', args: [2, 2] },
  substring: { result: 'text', args: [2, 3] },
  'string-length': { result: 'number', args: [0, 1] },
  'normalize-space': { result: 'text', args: [0, 1] },
  translate: { result: 'text', args: [3, 3] },
  boolean: { result: 'truth', args: [1, 1] },
  not: { result: 'truth', args: [1, 1] },
  true: { result: 'truth', args: [0, 0] },
  false: { result: 'truth', args: [0, 0] },
  lang: { result: 'truth', args: [1, 1] },
  number: { result: 'number', args: [0, 1] },
  sum: { result: 'number', args: [1, 1], takesNodes: true },
  floor: { result: 'number', args: [1, 1] },
  ceiling: { result: 'number', args: [1, 1] },
  round: { result: 'number', args: [1, 1] },
  'has-class': { result: 'truth', args: [1, Number.POSITIVE_INFINITY] },
  're:test': { result: 'truth', args: [2, 3] },
} as const satisfies Record<string, Signature>;

export type XPathFunctionName = keyof typeof xpathFunctions;

export function signatureOf(name: XPathFunctionName): Signature {
  return xpathFunctions[name];
}
