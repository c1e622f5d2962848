import { signatureOf, type XPathExpression, type XPathOperator, type XPathType } from './syntax.ts';

/**
 * The type of an expression. Throws Error where a part of it can have no value on any page: a function with too few arguments, or what is no
 * node in the place of nodes.
 */
export function typeOfXPath(expression: XPathExpression): XPathType {
  switch (expression.kind) {
    case 'text':
    case 'number':
      return expression.kind;
    case 'negative':
      typeOfXPath(expression.operand);
      return 'number';
    case 'binary':
      return typeOfBinary(expression);
    case 'call':
      return typeOfCall(expression);
    case 'filter':
      expectNodes(expression.of, 'what stands before [ ]');
      expression.predicates.forEach(typeOfXPath);
      return 'nodes';
    case 'path':
      if (typeof expression.from !== 'string') expectNodes(expression.from, 'what stands before /');
      for (const { predicates } of expression.steps) predicates.forEach(typeOfXPath);
      return 'nodes';
    default:
      return expression satisfies never;
  }
}

function typeOfBinary({ operator, left, right }: Extract<XPathExpression, { kind: 'binary' }>): XPathType {
  if (operator === '|') {
    for (const side of [left, right]) expectNodes(side, 'what | joins');
    return 'nodes';
  }
  for (const side of [left, right]) typeOfXPath(side);
  return isArithmetic(operator) ? 'number' : 'truth';
}

function isArithmetic(operator: XPathOperator): boolean {
  return ['+', '-', '*', 'div', 'mod'].includes(operator);
}

function typeOfCall({ name, args }: Extract<XPathExpression, { kind: 'call' }>): XPathType {
  const { args: bounds, result, takesNodes } = signatureOf(name);
  const [least, most] = bounds;
  if (args.length < least || args.length > most) {
    throw new Error(`${name}() takes ${rangeOf(least, most)}, not ${args.length}`);
  }
  for (const arg of args) {
    if (takesNodes) expectNodes(arg, `what ${name}() takes`);
    else typeOfXPath(arg);
  }
  return result;
}

function rangeOf(least: number, most: number): string {
  const noun = most === 1 ? 'argument' : 'arguments';
  if (least === most) return most === 0 ? 'no argument' : `${most} ${noun}`;
  if (most === Number.POSITIVE_INFINITY) return `at least ${least} ${least === 1 ? 'argument' : 'arguments'}`;
  return `${least} to ${most} arguments`;
}

const names: Record<Exclude<XPathType, 'nodes'>, string> = {
  text: 'a text',
  number: 'a number',
  truth: 'true or false',
};

function expectNodes(expression: XPathExpression, what: string): void {
  const type = typeOfXPath(expression);
  if (type !== 'nodes') throw new Error(`${what} are nodes of the page, and this is ${names[type]}`);
}
