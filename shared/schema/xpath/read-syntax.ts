import type {
  XPathAxis,
  XPathExpression,
  XPathFunctionName,
  XPathNodeTest,
  XPathOperator,
  XPathStep,
} from './syntax.ts';
import type { BinaryClassName, FunctionCall, ParsedStep, PathExpr, XPathPackage } from './xpath-1.cjs';

/** Parses an expression with the package. Throws Error. The names of its functions are not checked. */
export function readXPathSyntax(expression: string, library: XPathPackage): XPathExpression {
  return read(library.parse(expression).expression.expression, library);
}

const operators: [BinaryClassName, XPathOperator][] = [
  ['OrOperation', 'or'],
  ['AndOperation', 'and'],
  ['EqualsOperation', '='],
  ['NotEqualOperation', '!='],
  ['LessThanOperation', '<'],
  ['LessThanOrEqualOperation', '<='],
  ['GreaterThanOperation', '>'],
  ['GreaterThanOrEqualOperation', '>='],
  ['PlusOperation', '+'],
  ['MinusOperation', '-'],
  ['MultiplyOperation', '*'],
  ['DivOperation', 'div'],
  ['ModOperation', 'mod'],
  ['BarOperation', '|'],
];

function read(node: object, library: XPathPackage): XPathExpression {
  const { PathExpr, FunctionCall, XString, XNumber, UnaryMinusOperation } = library;
  if (node instanceof PathExpr) return readPath(node, library);
  if (node instanceof FunctionCall) return readCall(node, library);
  if (node instanceof XString) return { kind: 'text', value: node.str };
  if (node instanceof XNumber) return { kind: 'number', value: node.num };
  if (node instanceof UnaryMinusOperation) return { kind: 'negative', operand: read(node.rhs, library) };
  for (const [name, operator] of operators) {
    if (!(node instanceof library[name])) continue;
    return { kind: 'binary', operator, left: read(node.lhs, library), right: read(node.rhs, library) };
  }
  throw new Error('it holds what XPath 1.0 does not have');
}

function readCall({ functionName, arguments: args }: FunctionCall, library: XPathPackage): XPathExpression {
  const name = functionName as XPathFunctionName;
  return { kind: 'call', name, args: args.map((arg) => read(arg, library)) };
}

/** The package has one class for what stands in brackets, with predicates or a path behind it, and for paths alone. */
function readPath(
  { filter, filterPredicates, locationPath }: PathExpr,
  library: XPathPackage,
): XPathExpression {
  const predicates = (filterPredicates ?? []).map((predicate) => read(predicate, library));
  const primary = filter === undefined ? undefined : read(filter, library);
  const of =
    primary !== undefined && predicates.length > 0
      ? ({ kind: 'filter', of: primary, predicates } as const)
      : primary;
  if (locationPath === undefined) return of ?? { kind: 'path', from: 'context', steps: [] };
  const steps = locationPath.steps.map((step) => readStep(step, library));
  return { kind: 'path', from: of ?? (locationPath.absolute ? 'root' : 'context'), steps };
}

function readStep({ axis, nodeTest, predicates }: ParsedStep, library: XPathPackage): XPathStep {
  const name = library.Step.STEPNAMES[axis];
  if (name === undefined) throw new Error('a name before :: is no axis');
  if (name === 'namespace')
    throw new Error('the axis namespace has no nodes; namespace-uri() is that of a name');
  return {
    axis: name as XPathAxis,
    test: readTest(nodeTest),
    predicates: predicates.map((predicate) => read(predicate, library)),
  };
}

type ParsedTest = ParsedStep['nodeTest'];

function readTest(test: ParsedTest): XPathNodeTest {
  const read = tests[test.type];
  if (read === undefined) throw new Error('it holds a test of nodes that XPath 1.0 does not have');
  return read(test);
}

/** By the constants of the package's `NodeTest`, from 0 on. */
const tests: ((test: ParsedTest) => XPathNodeTest)[] = [
  () => ({ kind: 'any' }),
  ({ prefix }) => ({ kind: 'prefix', prefix: prefix ?? '' }),
  ({ prefix, localName = '' }) => ({ kind: 'name', prefix: prefix ?? undefined, local: localName }),
  () => ({ kind: 'comment' }),
  () => ({ kind: 'text' }),
  ({ name }) => ({ kind: 'instruction', name }),
  () => ({ kind: 'node' }),
];
