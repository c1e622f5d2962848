import type { Element } from 'domhandler';
import { isTag } from 'domhandler';
import { isNth } from '../../schema/selector/read-nth.ts';
import type { NthSelector } from '../../schema/selector/types.ts';
import type { NestedCompiler } from './nested.ts';
import type { ElementTest, Search } from './search.ts';
import { nextOf, previousOf } from './walk.ts';

/** The root has no siblings, and is the first and last. */
export function compileNth(nth: NthSelector, { any }: NestedCompiler): ElementTest {
  const { isFromEnd, isOfType, of, step, offset } = nth;
  if (!isOfType && of === undefined && step === 0 && offset === 1) {
    const beside = isFromEnd ? nextOf : previousOf;
    return (element) => beside(element) === undefined;
  }
  const isCounted = of === undefined ? () => true : any(of);
  const question = {};
  return (element, search) => {
    if (!isCounted(element, search)) return false;
    if (element.parent === null) return isNth(nth, 1);
    const { parent } = element;
    const positions = search.positionsIn(parent, question, () => {
      const siblings = parent.children.filter(isTag);
      return countPlaces(isFromEnd ? siblings.toReversed() : siblings, isOfType, isCounted, search);
    });
    return isNth(nth, positions.get(element) ?? 0);
  };
}

function countPlaces(
  siblings: Element[],
  isOfType: boolean,
  isCounted: ElementTest,
  search: Search,
): Map<Element, number> {
  const counts = new Map<string, number>();
  const positions = new Map<Element, number>();
  for (const sibling of siblings) {
    if (!isCounted(sibling, search)) continue;
    const type = isOfType ? `${sibling.namespace ?? ''} ${sibling.name}` : '';
    const position = (counts.get(type) ?? 0) + 1;
    counts.set(type, position);
    positions.set(sibling, position);
  }
  return positions;
}
