import { maxNames } from './name-table.ts';
import type { State, Test } from './program.ts';

/** States that an element may be in, filed by one thing it must have; none is in two lists. */
export interface Candidates {
  ofTag: readonly (readonly State[] | undefined)[];
  ofClass: readonly (readonly State[] | undefined)[];
  ofAttribute: readonly (readonly State[] | undefined)[];
  ofAny: readonly State[];
}

/** Files each state where the fewest elements look. */
export function fileStates(states: State[]): Candidates {
  const ofTag = makeLists();
  const ofClass = makeLists();
  const ofAttribute = makeLists();
  const ofAny: State[] = [];
  for (const state of states) {
    const { tag, classes } = state.test;
    const attribute = attributeThatMustBe(state.test);
    if (classes[0] !== undefined) add(ofClass, classes[0], state);
    else if (attribute !== undefined) add(ofAttribute, attribute, state);
    else if (tag !== 0) add(ofTag, tag, state);
    else ofAny.push(state);
  }
  return { ofTag, ofClass, ofAttribute, ofAny };
}

/** Rather one whose value is compared: fewer elements have it than what is only to be there (`a[href][rel~=nofollow]`). */
function attributeThatMustBe({ attributes }: Test): number | undefined {
  const required = attributes.filter(({ allowsNone }) => !allowsNone);
  return (required.find(({ isPresence }) => !isPresence) ?? required[0])?.name;
}

/** Of full length, so that a name of the page's own is looked up inside of it. */
function makeLists(): (State[] | undefined)[] {
  return Array.from({ length: maxNames }, () => undefined);
}

function add(lists: (State[] | undefined)[], key: number, state: State): void {
  const list = lists[key];
  if (list === undefined) lists[key] = [state];
  else list.push(state);
}
