import { type CharSet, doOverlap } from './char-set.ts';

/** Places that all lead to each other, or one that is in no loop. */
export interface Loop {
  members: number[];
  isLoop: boolean;
}

/** The strongly connected parts, each after all that it leads to (Tarjan's algorithm). */
export function loopsOf(next: Map<number, number>[]): Loop[] {
  const loops: Loop[] = [];
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const open: number[] = [];
  const isOpen = new Set<number>();
  const lowOf = (place: number) => low.get(place) ?? 0;
  for (let start = 0; start < next.length; start++) {
    if (index.has(start)) continue;
    const work = [{ place: start, rest: successors(next, start) }];
    enter(start);
    for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
      const { place, rest } = top;
      const to = rest.pop();
      if (to === undefined) {
        work.pop();
        const parent = work.at(-1)?.place;
        if (parent !== undefined) low.set(parent, Math.min(lowOf(parent), lowOf(place)));
        if (lowOf(place) === index.get(place)) loops.push(close(place));
      } else if (!index.has(to)) {
        enter(to);
        work.push({ place: to, rest: successors(next, to) });
      } else if (isOpen.has(to)) {
        low.set(place, Math.min(lowOf(place), index.get(to) ?? 0));
      }
    }
  }
  return loops;

  function enter(place: number): void {
    low.set(place, index.size);
    index.set(place, index.size);
    open.push(place);
    isOpen.add(place);
  }

  function close(place: number): Loop {
    const members = open.splice(open.indexOf(place));
    for (const member of members) isOpen.delete(member);
    return { members, isLoop: members.length > 1 || next[place]?.has(place) === true };
  }
}

function successors(next: Map<number, number>[], place: number): number[] {
  return [...(next[place]?.keys() ?? [])];
}

/** Pairs of places that are looked at before a loop counts as ambiguous. */
const maxPairs = 200_000;

/**
 * Can the loop read some text in two ways, from one place back to it? Two readers walk through it, both over the same
 * characters: they can if they can part and meet again.
 */
export function hasTwoWays(members: number[], next: Map<number, number>[], sets: CharSet[]): boolean {
  const own = new Set(members);
  const inside = new Map(
    members.map((at) => [at, [...(next[at] ?? [])].filter(([to]) => own.has(to))] as const),
  );
  const seen = new Set<number>();
  const todo: [number, number][] = [];
  let pairs = 0;
  const part = (a: number, b: number): 'meet' | undefined => {
    for (const [toA, waysA] of inside.get(a) ?? []) {
      for (const [toB] of inside.get(b) ?? []) {
        pairs += 1;
        if (toA === toB && (a !== b || waysA > 1)) return 'meet';
        const key = toA * sets.length + toB;
        if (toA === toB || seen.has(key) || !doOverlap(sets[toA] ?? [], sets[toB] ?? [])) continue;
        seen.add(key);
        todo.push([toA, toB]);
      }
    }
    return undefined;
  };
  for (const at of members) if (part(at, at) === 'meet' || pairs > maxPairs) return true;
  for (let pair = todo.pop(); pair !== undefined; pair = todo.pop()) {
    if (part(...pair) === 'meet' || pairs > maxPairs) return true;
  }
  return false;
}
