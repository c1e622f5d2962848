import { type AnyNode, type Element, hasChildren, isTag } from 'domhandler';
import { SelectorMistakeError } from '../../schema/selector/mistake.ts';
import { parseSelector } from '../../schema/selector/parse-selector.ts';
import type { ComplexSelector, SimpleSelector } from '../../schema/selector/types.ts';
import { xpathOf } from '../../schema/xpath/parse-xpath.ts';
import { compileComplex } from '../selector/compile-selector.ts';
import { anyOf } from '../selector/nested.ts';
import { type ElementTest, Search } from '../selector/search.ts';
import { stateTests } from '../selector/state-tests.ts';
import { nextOf, visitInside } from '../selector/walk.ts';
import { compileXPath } from '../xpath/compile-xpath.ts';
import type { TextOf } from '../xpath/values.ts';

/** A compiled selector, of CSS or XPath. The root of a search is a document, or an element in which is searched. */
export interface Query {
  /** Every match, in document order. */
  all(root: AnyNode): Element[];
  first(root: AnyNode): Element | undefined;
}

/**
 * Compiles a selector once for any number of searches: of CSS, or behind `xpath:` of XPath 1.0 (`compileXPath`).
 * Below an element `a b` is `:scope a b`: the whole selector is matched inside of it, and `:scope` is the element.
 * A selector that contains `:scope` begins there; as `:scope + a` (or `+ a`) it may find the siblings after the
 * element. In a document `:scope` is the root element. Throws `SelectorMistakeError` for what is no selector of
 * `parseSelector`, SyntaxError for what is no XPath. `textOf`: as `compileExpression` has it.
 */
export function compileQuery(selector: string, textOf?: TextOf): Query {
  const expression = xpathOf(selector);
  if (expression === undefined) return compileCss(selector);
  const evaluate = compileXPath(expression, textOf);
  return { all: evaluate, first: (root) => evaluate(root)[0] };
}

function compileCss(selector: string): Query {
  const list = read(selector);
  const inDocument = anyOf(list.map((one) => compileIn(one, false)));
  const belowElement = anyOf(list.map((one) => compileIn(one, true)));
  const looksBeside = list.some(beginsBeside);
  const visit = (root: AnyNode, take: (element: Element) => boolean) => {
    const isBelow = isTag(root);
    const test = isBelow ? belowElement : inDocument;
    const search = new Search(root);
    const nodes = hasChildren(root) ? [...root.children] : [];
    if (isBelow && looksBeside) for (let at = nextOf(root); at !== undefined; at = nextOf(at)) nodes.push(at);
    visitInside(nodes, (element) => test(element, search) && take(element));
  };
  return {
    all(root) {
      const found: Element[] = [];
      visit(root, (element) => {
        found.push(element);
        return false;
      });
      return found;
    },
    first(root) {
      let found: Element | undefined;
      visit(root, (element) => {
        found = element;
        return true;
      });
      return found;
    },
  };
}

/** Parses the selector, and adds it to the message of a mistake. */
function read(selector: string): ComplexSelector[] {
  try {
    return parseSelector(selector);
  } catch (error) {
    if (!(error instanceof SelectorMistakeError)) throw error;
    const advice = error.hint === undefined ? '' : `; ${error.hint}`;
    const message = `${JSON.stringify(selector)} is no CSS selector: ${error.message}${advice}`;
    throw new SelectorMistakeError(message, error.hint);
  }
}

function compileIn(selector: ComplexSelector, isBelow: boolean): ElementTest {
  const relation = selector[0]?.relation ?? (isBelow && !namesScope(selector) ? 'inside' : undefined);
  return compileComplex(selector, relation && { relation, test: stateTests.scope, changes: false });
}

function beginsBeside(selector: ComplexSelector): boolean {
  const [first, second] = selector;
  const relation = first?.relation ?? (first?.conditions.some(isScope) ? second?.relation : undefined);
  return relation === 'next' || relation === 'after';
}

function namesScope(selector: ComplexSelector): boolean {
  return selector.some(({ conditions }) => conditions.some(mentionsScope));
}

function mentionsScope(condition: SimpleSelector): boolean {
  switch (condition.kind) {
    case 'lists':
    case 'has':
      return condition.anyOf.some(namesScope);
    case 'nth':
      return condition.of?.some(namesScope) === true;
    case 'state':
      return condition.name === 'scope';
    case 'any':
    case 'tag':
    case 'class':
    case 'attribute':
    case 'language':
    case 'direction':
    case 'contains':
      return false;
    default:
      return condition satisfies never;
  }
}

function isScope(condition: SimpleSelector): boolean {
  return condition.kind === 'state' && condition.name === 'scope';
}
