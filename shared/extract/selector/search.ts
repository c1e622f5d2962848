import type { AnyNode, Document, Element } from 'domhandler';
import { isTag } from 'domhandler';

/** Does the element match a part of a selector? */
export type ElementTest = (element: Element, search: Search) => boolean;

/** One search of a tree by a compiled selector, with its cached results. */
export class Search {
  /** The element that `:scope` matches; `undefined` in a document, where it is the root element. */
  readonly scope: Element | undefined;
  /** Are classes and ids compared without case (Selectors Level 4, 6.6)? */
  readonly isQuirky: boolean;
  private readonly answers = new Map<object, WeakMap<Element, boolean>>();
  private readonly positions = new Map<object, WeakMap<AnyNode, Map<Element, number>>>();

  constructor(root: AnyNode) {
    this.scope = isTag(root) ? root : undefined;
    this.isQuirky = documentOf(root)?.['x-mode'] === 'quirks';
  }

  /** The cached answers of `question` about elements, to be filled by the caller. */
  answersTo(question: object): WeakMap<Element, boolean> {
    return fill(this.answers, question, () => new WeakMap<Element, boolean>());
  }

  /** The positions of elements among the children of `parent`, computed once. */
  positionsIn(parent: AnyNode, question: object, count: () => Map<Element, number>): Map<Element, number> {
    const known = fill(this.positions, question, () => new WeakMap<AnyNode, Map<Element, number>>());
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
