import type { XPathComparison, XPathExpression, XPathOperator } from '../../schema/xpath/syntax.ts';
import { compileComparison } from './compare.ts';
import { compilePath } from './compile-path.ts';
import { inDocumentOrder } from './document-order.ts';
import { compileCall } from './functions.ts';
import type { NamespaceRules } from './node-names.ts';
import { stringOf } from './nodes.ts';
import { argumentsOf } from './own-text.ts';
import { makePredicate, type Predicate, selectBy } from './predicates.ts';
import { type At, asNodes, asNumber, asTruth, type Compiled, type TextOf } from './values.ts';

/** Compiles what `parseXPath` has read. `textOf`: how it reads nodes as text, other than those of conditions. */
export function compileExpression(
  expression: XPathExpression,
  namespaces: NamespaceRules,
  textOf: TextOf = stringOf,
): Compiled {
  const compiled = compilePart(expression, namespaces, textOf);
  return textOf === stringOf || compiled.result !== 'nodes' ? compiled : { ...compiled, textOf };
}

function compilePart(expression: XPathExpression, namespaces: NamespaceRules, textOf: TextOf): Compiled {
  const compile = (part: XPathExpression) => compileExpression(part, namespaces, textOf);
  const compilePredicate = (part: XPathExpression): Predicate =>
    makePredicate(part, compileExpression(part, namespaces));
  switch (expression.kind) {
    case 'text':
      return { result: 'text', at: () => expression.value };
    case 'number':
      return { result: 'number', at: () => expression.value };
    case 'negative': {
      const number = asNumber(compile(expression.operand));
      return { result: 'number', at: (...at) => -number(...at) };
    }
    case 'binary':
      return compileBinary(expression.operator, compile(expression.left), compile(expression.right));
    case 'call':
      return compileCall(expression.name, argumentsOf(expression).map(compile), namespaces);
    case 'filter': {
      const nodes = asNodes(compile(expression.of));
      const predicates = expression.predicates.map(compilePredicate);
      return { result: 'nodes', at: (...at) => selectBy(predicates, nodes(...at)) };
    }
    case 'path':
      return compilePath(expression, { namespaces, compile, compilePredicate });
    default:
      return expression satisfies never;
  }
}

function compileBinary(operator: XPathOperator, left: Compiled, right: Compiled): Compiled {
  switch (operator) {
    case 'or': {
      const [one, other] = [asTruth(left), asTruth(right)];
      return { result: 'truth', at: (...at) => one(...at) || other(...at) };
    }
    case 'and': {
      const [one, other] = [asTruth(left), asTruth(right)];
      return { result: 'truth', at: (...at) => one(...at) && other(...at) };
    }
    case '|': {
      const [one, other] = [asNodes(left), asNodes(right)];
      return { result: 'nodes', at: (...at) => inDocumentOrder([...one(...at), ...other(...at)]) };
    }
    case '+':
    case '-':
    case '*':
    case 'div':
    case 'mod':
      return { result: 'number', at: compileArithmetic(arithmetic[operator], left, right) };
    case '=':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return { result: 'truth', at: compileComparison(operator satisfies XPathComparison, left, right) };
    default:
      return operator satisfies never;
  }
}

type Calculate = (one: number, other: number) => number;

const arithmetic: Record<'+' | '-' | '*' | 'div' | 'mod', Calculate> = {
  '+': (one, other) => one + other,
  '-': (one, other) => one - other,
  '*': (one, other) => one * other,
  div: (one, other) => one / other,
  mod: (one, other) => one % other,
};

function compileArithmetic(calculate: Calculate, left: Compiled, right: Compiled): At<number> {
  const [one, other] = [asNumber(left), asNumber(right)];
  return (...at) => calculate(one(...at), other(...at));
}
