// What is used of the package: its parser, and the classes of its syntax tree. Its own types have neither.

export class PathExpr {
  filter: object | undefined;
  filterPredicates: object[] | undefined;
  locationPath: { absolute: boolean; steps: ParsedStep[] } | undefined;
}

export interface ParsedStep {
  /** A key of `Step.STEPNAMES`, or -1 for a name that is no axis. */
  axis: number;
  /** `type`: a constant of `NodeTest`. */
  nodeTest: { type: number; prefix?: string | null; localName?: string; name?: string };
  predicates: object[];
}

export class FunctionCall {
  functionName: string;
  arguments: object[];
}

export class XString {
  str: string;
}

export class XNumber {
  num: number;
}

export class UnaryMinusOperation {
  rhs: object;
}

declare class Binary {
  lhs: object;
  rhs: object;
}

export type BinaryClassName =
  | 'OrOperation'
  | 'AndOperation'
  | 'EqualsOperation'
  | 'NotEqualOperation'
  | 'LessThanOperation'
  | 'LessThanOrEqualOperation'
  | 'GreaterThanOperation'
  | 'GreaterThanOrEqualOperation'
  | 'PlusOperation'
  | 'MinusOperation'
  | 'MultiplyOperation'
  | 'DivOperation'
  | 'ModOperation'
  | 'BarOperation';

export type XPathPackage = Record<BinaryClassName, typeof Binary> & {
  parse(expression: string): { expression: { expression: object } };
  PathExpr: typeof PathExpr;
  FunctionCall: typeof FunctionCall;
  XString: typeof XString;
  XNumber: typeof XNumber;
  UnaryMinusOperation: typeof UnaryMinusOperation;
  Step: { STEPNAMES: Record<number, string> };
};

export function loadXPath(): XPathPackage;
