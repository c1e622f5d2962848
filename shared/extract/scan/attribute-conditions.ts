import { Element } from 'domhandler';
import type { AttributeSelector } from '../../schema/selector/types.ts';
import { signatureOf, type XPathExpression, type XPathNodeTest } from '../../schema/xpath/syntax.ts';
import { compileExpression } from '../xpath/compile-expression.ts';
import { namespacesAsWritten } from '../xpath/node-names.ts';
import { asTruth } from '../xpath/values.ts';
import type { AttributeCondition, Compound } from './chains.ts';

/** Adds a predicate of XPath to what an element has to be. Returns whether the pass can decide it. */
export function addPredicate(compound: Compound, predicate: XPathExpression): boolean {
  if (predicate.kind === 'binary' && predicate.operator === 'and') {
    return addPredicate(compound, predicate.left) && addPredicate(compound, predicate.right);
  }
  const selectors = readSelectors(predicate);
  if (selectors !== undefined) {
    compound.attributes.push(...selectors);
    return true;
  }
  const condition = readCondition(predicate);
  if (condition !== undefined) compound.conditions.push(condition);
  return condition !== undefined;
}

/** The kinds that a selector can say, which the pass tests without making anything. */
function readSelectors(predicate: XPathExpression): AttributeSelector[] | undefined {
  const name = attributeOf(predicate);
  if (name !== undefined) return [selectorOf(name, 'exists', '')];
  if (predicate.kind === 'binary' && predicate.operator === '=') {
    const { left, right } = predicate;
    const [path, text] = left.kind === 'text' ? [right, left] : [left, right];
    const compared = attributeOf(path);
    return compared !== undefined && text.kind === 'text'
      ? [selectorOf(compared, 'equals', text.value)]
      : undefined;
  }
  if (predicate.kind !== 'call') return undefined;
  if (predicate.name === 'has-class') {
    const words = predicate.args.map((arg) =>
      arg.kind === 'text' && /^\S+$/.test(arg.value) ? arg.value : '',
    );
    return words.includes('') ? undefined : words.map((word) => selectorOf('class', 'word', word));
  }
  const operator = operators[predicate.name];
  const [path, text] = predicate.args;
  const searched = path && attributeOf(path);
  if (operator === undefined || searched === undefined || text?.kind !== 'text' || text.value === '')
    return undefined;
  return [selectorOf(searched, operator, text.value)];
}

const operators: Partial<Record<string, AttributeSelector['operator']>> = {
  contains: 'part',
  'starts-with': 'start',
};

function selectorOf(name: string, operator: AttributeSelector['operator'], value: string): AttributeSelector {
  return { kind: 'attribute', name, isOfAnyNamespace: false, operator, value, letterCase: 'kept' };
}

/** The name of the attribute to which a path leads, in lower case. */
function attributeOf(expression: XPathExpression): string | undefined {
  if (expression.kind !== 'path' || expression.from !== 'context') return undefined;
  const [step, ...others] = expression.steps;
  if (step?.axis !== 'attribute' || step.predicates.length + others.length > 0) return undefined;
  return plainNameOf(step.test);
}

/** A name without a prefix, in lower case, as the pass has names. */
export function plainNameOf(test: XPathNodeTest): string | undefined {
  if (test.kind !== 'name' || test.prefix !== undefined || !/^[\w.-]+$/.test(test.local)) return undefined;
  // An attribute of this name is none in the tree.
  return test.local === '__proto__' ? undefined : test.local.toLowerCase();
}

function readCondition(predicate: XPathExpression): AttributeCondition | undefined {
  const names = new Set<string>();
  if (!asksOnlyFor(predicate, names)) return undefined;
  const compiled = compileExpression(predicate, namespacesAsWritten);
  // A number is a place among other elements.
  if (compiled.result === 'number') return undefined;
  const truth = asTruth(compiled);
  return { names: [...names], holds: (attribs) => truth(new Element('any', attribs), 1, 1) };
}

/** Adds the attributes that the expression asks for; `false` where it asks for more. */
function asksOnlyFor(expression: XPathExpression, names: Set<string>): boolean {
  switch (expression.kind) {
    case 'text':
    case 'number':
      return true;
    case 'negative':
      return asksOnlyFor(expression.operand, names);
    case 'binary':
      return asksOnlyFor(expression.left, names) && asksOnlyFor(expression.right, names);
    case 'call': {
      const { name, args } = expression;
      if (name === 'has-class') names.add('class');
      // Without arguments a function asks for the element itself, or where it stands.
      const isOfContext = args.length === 0 && name !== 'true' && name !== 'false';
      if (isOfContext || name === 'lang' || signatureOf(name).result === 'nodes') return false;
      return args.every((arg) => asksOnlyFor(arg, names));
    }
    case 'path': {
      const name = attributeOf(expression);
      if (name !== undefined) names.add(name);
      return name !== undefined;
    }
    case 'filter':
      return false;
    default:
      return expression satisfies never;
  }
}
