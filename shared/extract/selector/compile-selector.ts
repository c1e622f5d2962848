import type { Element } from 'domhandler';
import type { ComplexSelector, Relation, SelectorStep } from '../../schema/selector/types.ts';
import { compileCondition } from './compile-condition.ts';
import { anyOf, type NestedCompiler, type Start } from './nested.ts';
import type { ElementTest, Search } from './search.ts';
import { parentOf, previousOf } from './walk.ts';

/** Compiles a list of selectors, of which an element has to match one. */
function compileAny(selectors: ComplexSelector[]): ElementTest {
  return anyOf(selectors.map((selector) => compileComplex(selector, undefined)));
}

export function compileComplex(selector: ComplexSelector, start: Start | undefined): ElementTest {
  const isKept = start?.changes !== true;
  let test: ElementTest | undefined = start?.test;
  for (const [index, step] of selector.entries()) {
    const relation = index === 0 ? start?.relation : step.relation;
    const compound = compileCompound(step);
    test = test === undefined || relation === undefined ? compound : join(compound, relation, test, isKept);
  }
  return test ?? (() => false);
}

const nested: NestedCompiler = { any: compileAny, complex: compileComplex };

/** Cheap tests are run first. */
function compileCompound({ conditions }: SelectorStep): ElementTest {
  const [first, ...others] = conditions
    .map((condition) => compileCondition(condition, nested))
    .toSorted((a, b) => a.cost - b.cost)
    .map(({ test }) => test);
  if (first === undefined) return () => true;
  return others.reduce(
    (before, test) => (element, search) => before(element, search) && test(element, search),
    first,
  );
}

/** The element matches `test`, and is in this relation to one that matches `before`. */
function join(test: ElementTest, relation: Relation, before: ElementTest, isKept: boolean): ElementTest {
  switch (relation) {
    case 'child':
      return (element, search) => test(element, search) && isTrueOf(parentOf(element), before, search);
    case 'next':
      return (element, search) => test(element, search) && isTrueOf(previousOf(element), before, search);
    case 'inside':
      return isKept ? joinAlong(test, parentOf, before) : joinAnew(test, parentOf, before);
    case 'after':
      return isKept ? joinAlong(test, previousOf, before) : joinAnew(test, previousOf, before);
    default:
      return relation satisfies never;
  }
}

function isTrueOf(element: Element | undefined, test: ElementTest, search: Search): boolean {
  return element !== undefined && test(element, search);
}

type Walk = (element: Element) => Element | undefined;

function joinAnew(test: ElementTest, step: Walk, before: ElementTest): ElementTest {
  return (element, search) => {
    if (!test(element, search)) return false;
    for (let at = step(element); at !== undefined; at = step(at)) if (before(at, search)) return true;
    return false;
  };
}

/**
 * One of the elements on the path matches `before`. Results are cached per element, so that a search takes linear
 * time, however deep or wide the tree is.
 */
function joinAlong(test: ElementTest, step: Walk, before: ElementTest): ElementTest {
  const question = {};
  return (element, search) => {
    if (!test(element, search)) return false;
    const answers = search.answersTo(question);
    const asked: Element[] = [];
    let answer: boolean | undefined;
    for (let at: Element | undefined = element; answer === undefined; ) {
      answer = answers.get(at);
      if (answer !== undefined) break;
      asked.push(at);
      const next: Element | undefined = step(at);
      if (next === undefined) answer = false;
      else if (before(next, search)) answer = true;
      else at = next;
    }
    for (const one of asked) answers.set(one, answer);
    return answer;
  };
}
