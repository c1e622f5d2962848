import type { AttributeView, NodeView } from './node-view.ts';

interface PackageValue {
  stringValue(): string;
  /** Of nodes alone, in document order. */
  toArray?(): (NodeView | AttributeView)[];
}

export function evaluateByPackage(expression: string, node: NodeView): PackageValue;
