import type { ChildNode, Element } from 'domhandler';
import { isTag } from 'domhandler';
import type { ComplexSelector, Relation } from '../../schema/selector/types.ts';
import { anyOf, type NestedCompiler } from './nested.ts';
import type { ElementTest, Search } from './search.ts';
import { childrenOf, nextOf, parentOf, visitInside } from './walk.ts';

/** Is there an element in this relation to this one (Selectors Level 4, 4.5)? */
export function compileHas(selectors: ComplexSelector[], { complex }: NestedCompiler): ElementTest {
  return anyOf(selectors.map((selector) => compileOne(selector, complex)));
}

type CompileComplex = NestedCompiler['complex'];

function compileOne(selector: ComplexSelector, compileComplex: CompileComplex): ElementTest {
  const relation = selector[0]?.relation ?? 'inside';
  if (selector.length > 1) return compileChain(selector, relation, compileComplex);
  const test = compileComplex(selector, undefined);
  switch (relation) {
    case 'child':
      return (element, search) => childrenOf(element).some((child) => isTag(child) && test(child, search));
    case 'next':
      return (element, search) => {
        const next = nextOf(element);
        return next !== undefined && test(next, search);
      };
    case 'inside':
      return compileInside(test);
    case 'after':
      return compileAfter(test);
    default:
      return relation satisfies never;
  }
}

/** Each element is tested once per search. */
function compileInside(test: ElementTest): ElementTest {
  const question = {};
  const has: ElementTest = (element, search) => {
    const answers = search.answersTo(question);
    const known = answers.get(element);
    if (known !== undefined) return known;
    const answer = childrenOf(element).some(
      (child) => isTag(child) && (test(child, search) || has(child, search)),
    );
    answers.set(element, answer);
    return answer;
  };
  return has;
}

function compileAfter(test: ElementTest): ElementTest {
  const question = {};
  return (element, search) => {
    const answers = search.answersTo(question);
    const asked: Element[] = [];
    let answer: boolean | undefined;
    for (let at = element; answer === undefined; ) {
      answer = answers.get(at);
      if (answer !== undefined) break;
      asked.push(at);
      const next = nextOf(at);
      if (next === undefined) answer = false;
      else if (test(next, search)) answer = true;
      else at = next;
    }
    for (const one of asked) answers.set(one, answer);
    return answer;
  };
}

/** Several steps: tested on every related element, with this one as their start. */
function compileChain(
  selector: ComplexSelector,
  relation: Relation,
  compileComplex: CompileComplex,
): ElementTest {
  let anchor: Element | undefined;
  const start = { relation, test: (element: Element) => element === anchor, changes: true };
  const test = compileComplex(selector, start);
  const looksBeside = relation === 'next' || relation === 'after';
  const find = (element: Element, search: Search) => {
    anchor = element;
    const found = (one: Element) => test(one, search);
    if (!looksBeside) return visitInside(childrenOf(element), found);
    return visitInside(siblingsAfter(element), found);
  };
  if (relation !== 'inside') return find;
  const question = {};
  return (element, search) => {
    const answers = search.answersTo(question);
    const parent = parentOf(element);
    // If no descendant of an element matches, none of a descendant of it does.
    const answer = (parent === undefined || answers.get(parent) !== false) && find(element, search);
    answers.set(element, answer);
    return answer;
  };
}

function siblingsAfter(element: Element): ChildNode[] {
  const siblings: ChildNode[] = [];
  for (let at = nextOf(element); at !== undefined; at = nextOf(at)) siblings.push(at);
  return siblings;
}
