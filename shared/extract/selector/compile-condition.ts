import type { Element } from 'domhandler';
import type { SimpleSelector } from '../../schema/selector/types.ts';
import { isHtmlElement } from '../tree/html-nodes.ts';
import { loadTreeTools } from '../tree/parsers.cjs';
import { lowerAscii } from '../values/text.ts';
import { localNameOf, namespaceOf } from '../xml/namespaces.ts';
import { compileValueTest, htmlSpace } from './attribute-test.ts';
import { compileHas } from './compile-has.ts';
import { compileNth } from './compile-nth.ts';
import { isOfDirection } from './direction.ts';
import { compileLanguage } from './language.ts';
import type { NestedCompiler } from './nested.ts';
import type { ElementTest } from './search.ts';
import { stateTests } from './state-tests.ts';
import { parentOf } from './walk.ts';

/** `cost`: tests of lower cost are run first. `nested` compiles the selectors that it holds. */
export function compileCondition(
  condition: SimpleSelector,
  nested: NestedCompiler,
): { test: ElementTest; cost: number } {
  switch (condition.kind) {
    case 'any':
      return { test: () => true, cost: 0 };
    case 'tag':
      return { test: compileTag(condition), cost: 1 };
    case 'class':
      return { test: compileClass(condition.name), cost: 3 };
    case 'attribute':
      return { test: compileAttribute(condition), cost: 2 };
    case 'nth':
      return { test: compileNth(condition, nested), cost: 5 };
    case 'lists':
      return { test: compileLists(condition, nested), cost: 6 };
    case 'has':
      return { test: compileHas(condition.anyOf, nested), cost: 8 };
    case 'language':
      return { test: compileLanguage(condition.ranges), cost: 4 };
    case 'direction':
      return { test: (element) => isOfDirection(element, condition.direction), cost: 6 };
    case 'contains':
      return { test: compileContains(condition), cost: 9 };
    case 'state':
      return { test: stateTests[condition.name], cost: 4 };
    default:
      return condition satisfies never;
  }
}

/**
 * SVG has names such as `foreignObject`; they match without case, as in Chromium. Only elements of XML have no
 * namespace.
 */
function compileTag({ name, isBare, namespace }: Extract<SimpleSelector, { kind: 'tag' }>): ElementTest {
  const lower = lowerAscii(name);
  if (namespace !== undefined) return compileNamespacedTag(lower, namespace);
  const isNamed = (element: Element) => element.name === lower || lowerAscii(element.name) === lower;
  if (!isBare) return isNamed;
  return (element) => element.namespace === undefined && (name === '*' || isNamed(element));
}

/** By the namespace itself, whichever prefix the page gives it. */
function compileNamespacedTag(lower: string, namespace: string): ElementTest {
  return (element) =>
    (lower === '*' || lowerAscii(localNameOf(element)) === lower) && namespaceOf(element) === namespace;
}

function compileClass(name: string): ElementTest {
  const lower = lowerAscii(name);
  return ({ attribs }, search) => {
    const value = attributeOf(attribs, 'class');
    if (value === undefined || value.length < name.length) return false;
    if (!search.isQuirky)
      return value === name || (value.includes(name) && value.split(htmlSpace).includes(name));
    return lowerAscii(value).split(htmlSpace).includes(lower);
  };
}

function compileAttribute(selector: Extract<SimpleSelector, { kind: 'attribute' }>): ElementTest {
  const { name, isOfAnyNamespace } = selector;
  const compile = (isHtml: boolean) => ({
    standard: compileValueTest(selector, { isHtml, isQuirky: false }),
    quirky: compileValueTest(selector, { isHtml, isQuirky: true }),
  });
  const [ofHtml, ofForeign] = [compile(true), compile(false)];
  return (element, search) => {
    const test = (isHtmlElement(element) ? ofHtml : ofForeign)[search.isQuirky ? 'quirky' : 'standard'];
    const { attribs } = element;
    if (test(attributeOf(attribs, name))) return true;
    if (!isOfAnyNamespace || isHtmlElement(element)) return false;
    return prefixes.some((prefix) => test(attributeOf(attribs, `${prefix}:${name}`)));
  };
}

/** Namespace prefixes of attributes in SVG and MathML. */
const prefixes = ['xlink', 'xml', 'xmlns'];

function attributeOf(attribs: Record<string, string>, name: string): string | undefined {
  return Object.hasOwn(attribs, name) ? attribs[name] : undefined;
}

function compileLists(
  { anyOf, isNegated }: Extract<SimpleSelector, { kind: 'lists' }>,
  { any }: NestedCompiler,
): ElementTest {
  const test = any(anyOf);
  return isNegated ? (element, search) => !test(element, search) : test;
}

/** A text that an element does not contain is not in its descendants either. */
function compileContains({ text, ignoresCase }: Extract<SimpleSelector, { kind: 'contains' }>): ElementTest {
  const question = {};
  const fold = (value: string) => (ignoresCase ? value.toLowerCase() : value);
  const wanted = fold(text);
  const { getText } = loadTreeTools();
  return (element, search) => {
    const answers = search.answersTo(question);
    const parent = parentOf(element);
    const isKnownNot = parent !== undefined && answers.get(parent) === false;
    const answer = !isKnownNot && fold(getText(element)).includes(wanted);
    answers.set(element, answer);
    return answer;
  };
}
