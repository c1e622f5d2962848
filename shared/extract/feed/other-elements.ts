import { type Element, isTag } from 'domhandler';
import type { Json } from '../../model.ts';
import { type Children, childrenOf } from './feed-element.ts';
import { plainOf } from './feed-text.ts';

/** Deeper elements are left out: of vocabularies of feeds none goes so far. */
const maxDepth = 8;

/**
 * `{ elements }`, or nothing: elements without a key of their own, by their names, as `itunes:duration`. Each name has a list of
 * objects: the attributes, the `text`, and the elements inside, in the same form.
 */
export function otherElements(children: Children, known: ReadonlySet<string>): { elements?: Json } {
  const others = [...children].filter(([name]) => !known.has(name));
  return others.length === 0 ? {} : { elements: asJson(others, 0) };
}

function asJson(named: readonly (readonly [string, readonly Element[]])[], depth: number): Json {
  return Object.fromEntries(
    named.map(([name, found]) => [name, found.map((element) => objectOf(element, depth))]),
  );
}

function objectOf(element: Element, depth: number): Json {
  const inner = element.children.some(isTag) && depth < maxDepth ? [...childrenOf(element)] : [];
  const text = inner.length === 0 ? plainOf(element) : null;
  const attributes = Object.entries(element.attribs).filter(([name]) => !/^xmlns(:|$)/.test(name));
  return {
    ...Object.fromEntries(attributes),
    ...(text === null ? {} : { text }),
    ...(inner.length === 0 ? {} : { elements: asJson(inner, depth + 1) }),
  };
}
