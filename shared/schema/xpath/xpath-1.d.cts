/** A value of XPath 1.0, as the package has it. `Node`: what stands for a node of the tree. */
export interface XPathValue<Node> {
  stringValue(): string;
  booleanValue(): boolean;
  numberValue(): number;
  /** Of node-sets alone, in document order. */
  toArray?(): Node[];
}

export type XPathFunction<Node> = (
  context: { contextNode: Node },
  ...values: XPathValue<Node>[]
) => string | number | boolean;

export interface XPathOptions<Node> {
  node: Node;
  /** Names of elements and attributes in either case. */
  isHtml: boolean;
  namespaces(prefix: string): string | undefined;
  functions(name: string, namespace: string): XPathFunction<Node> | undefined;
}

/** What is used of the package, whose own types are those of a browser's DOM. */
export interface XPathPackage {
  parse(expression: string): { evaluate<Node>(options: XPathOptions<Node>): XPathValue<Node> };
}

export function loadXPath(): XPathPackage;
