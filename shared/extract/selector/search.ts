import type { AnyNode, Document, Element } from 'domhandler';
import { isTag } from 'domhandler';

/** Is the element what a part of a selector asks for? */
export type ElementTest = (element: Element, search: Search) => boolean;

/** One search of a tree by a compiled selector, and what it found out about elements on the way. */
export class Search {
  /** What `:scope` is; `undefined` in a document, where it is the root element. */
  readonly scope: Element | undefined;
  /** Are classes and ids compared in any case (Selectors Level 4, 6.6)? */
  readonly isQuirky: boolean;
  private readonly answers = new Map<object, WeakMap<Element, boolean>>();
  private readonly places = new Map<object, WeakMap<AnyNode, Map<Element, number>>>();

  constructor(root: AnyNode) {
    this.scope = isTag(root) ? root : undefined;
    this.isQuirky = documentOf(root)?.['x-mode'] === 'quirks';
  }

  /** What `question` was answered about elements, to be filled. */
  answersTo(question: object): WeakMap<Element, boolean> {
    return fill(this.answers, question, () => new WeakMap<Element, boolean>());
  }

  /** What place elements have among the children of `parent`, made once. */
  placesIn(parent: AnyNode, question: object, count: () => Map<Element, number>): Map<Element, number> {
    const known = fill(this.places, question, () => new WeakMap<AnyNode, Map<Element, number>>());
    return fill(known, parent, count);
  }
}

function fill<Key extends object, Value>(
  map: { get(key: Key): Value | undefined; set(key: Key, value: Value): unknown },
  key: Key,
  make: () => Value,
): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function documentOf(node: AnyNode): Document | undefined {
  let top = node;
  while (top.parent !== null) top = top.parent;
  return 'x-mode' in top ? top : undefined;
}
