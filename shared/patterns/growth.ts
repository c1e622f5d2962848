import { allChars, type CharSet, complement, doOverlap, unite } from './char-set.ts';
import { hasTwoWays, loopsOf } from './loops.ts';
import type { RegexNode } from './parse-regex.ts';
import { type Positions, positionsOf } from './positions.ts';

/**
 * An upper bound for the steps that a search which goes back (as V8's does) takes for each character of a text with n of
 * them: `factor` × n to the power of `exponent`, which is infinite where it may be exponential.
 */
export interface Growth {
  exponent: number;
  factor: number;
}

const exponential: Growth = { exponent: Number.POSITIVE_INFINITY, factor: 1 };

/** Beyond, the comparison of each two loops would itself take long. */
const maxLoops = 64;

/**
 * From the ambiguity of the expression's automaton (Weber and Seidl, "On the degree of ambiguity of finite automata"):
 * exponential where one loop reads a text in two ways; else each two loops, one after the other, that both read what lies
 * between them add one to the exponent. A function of the expression alone, bounded by counts and not by time, so that
 * every process comes to the same.
 */
export function growthOf(node: RegexNode): Growth {
  return growth(node, !isAnchored(node));
}

function growth(node: RegexNode, beginsAnywhere: boolean): Growth {
  const positions = positionsOf(node);
  if (positions.repeatsEmpty) return exponential;
  const ends = safeEnds(positions);
  const own = searched(positions, beginsAnywhere, ends);
  const looks = positions.looks.map((look) => {
    const inside = growth(look, false);
    const isLong = loopsOf(positionsOf(look).next).some(({ isLoop }) => isLoop);
    return { ...inside, exponent: inside.exponent + (isLong ? 1 : 0) };
  });
  return {
    exponent: own.exponent + Math.max(0, ...looks.map(({ exponent }) => exponent)),
    factor: own.factor * Math.max(1, ...looks.map(({ factor }) => factor)),
  };
}

function searched(positions: Positions, beginsAnywhere: boolean, ends: ReadonlySet<number>): Growth {
  const sets = [...positions.sets];
  const next = positions.next.map((ways, from) =>
    ends.has(from) ? new Map<number, number>() : new Map([...ways].filter(([to]) => !ends.has(to))),
  );
  if (beginsAnywhere) {
    // The search begins at each character.
    const at = sets.push(allChars) - 1;
    next.push(new Map([...positions.first].filter(([to]) => !ends.has(to))).set(at, 1));
  }
  const loops = loopsOf(next);
  if (loops.filter(({ isLoop }) => isLoop).length > maxLoops) return exponential;
  if (loops.some(({ members, isLoop }) => isLoop && hasTwoWays(members, next, sets))) return exponential;
  return { exponent: longestChain(loops, next, sets), factor: choicesOf(loops, next, sets) };
}

/** Each alternative begins at the beginning of the text. */
function isAnchored(node: RegexNode): boolean {
  if (node.kind === 'anchor') return node.at === 'start';
  if (node.kind === 'group') return isAnchored(node.body);
  if (node.kind === 'choice') return node.options.every(isAnchored);
  return node.kind === 'sequence' && node.parts[0] !== undefined && isAnchored(node.parts[0]);
}

/** Places from which the search can only succeed: it never comes back from there. */
function safeEnds({ next, last, isConditional }: Positions): ReadonlySet<number> {
  if (isConditional) return new Set();
  const ends = new Set(last.keys());
  for (let size = -1; size !== ends.size; ) {
    size = ends.size;
    for (const place of ends) {
      if ([...(next[place] ?? new Map<number, number>()).keys()].some((to) => !ends.has(to)))
        ends.delete(place);
    }
  }
  return ends;
}

type Loops = ReturnType<typeof loopsOf>;

/** The largest number of pairs of loops, one after the other, between which a text can be divided in n ways. */
function longestChain(loops: Loops, next: Map<number, number>[], sets: CharSet[]): number {
  const loopOf = new Map(loops.flatMap((loop) => loop.members.map((place) => [place, loop] as const)));
  const best = new Map<Loops[number], number>();
  const alphabets = new Map(
    loops.map((loop) => [loop, unite(loop.members.flatMap((at) => sets[at] ?? []))] as const),
  );
  // What follows a loop comes before it in the list.
  for (const loop of loops) {
    let chain = 0;
    for (const from of loop.members) {
      for (const to of next[from]?.keys() ?? [])
        chain = Math.max(chain, best.get(loopOf.get(to) ?? loop) ?? 0);
    }
    for (const later of loop.isLoop ? best.keys() : []) {
      const longer = 1 + (best.get(later) ?? 0);
      if (!later.isLoop || longer <= chain) continue;
      const common = intersect(alphabets.get(loop) ?? [], alphabets.get(later) ?? []);
      if (common.length > 0 && reaches(loop.members, later.members, common, next, sets)) chain = longer;
    }
    best.set(loop, chain);
  }
  return Math.max(0, ...best.values());
}

/** Is there a way from one to the other on which all characters may be of the set? */
function reaches(
  from: number[],
  to: number[],
  common: CharSet,
  next: Map<number, number>[],
  sets: CharSet[],
): boolean {
  const wanted = new Set(to);
  const seen = new Set(from);
  for (const at of seen) {
    for (const place of next[at]?.keys() ?? []) {
      if (!doOverlap(sets[place] ?? [], common)) continue;
      if (wanted.has(place)) return true;
      seen.add(place);
    }
  }
  return false;
}

/** The number of ways outside of loops: at each place, of the next ones those that one character may all be. */
function choicesOf(loops: Loops, next: Map<number, number>[], sets: CharSet[]): number {
  let ways = 1;
  for (const { members, isLoop } of loops) {
    const own = new Set(isLoop ? members : []);
    for (const at of members) {
      const leaving = [...(next[at] ?? [])].filter(([to]) => !own.has(to));
      ways *= Math.max(1, ...leaving.map(([to]) => waysLike(to, leaving, sets)));
    }
  }
  return ways;
}

function waysLike(place: number, leaving: [number, number][], sets: CharSet[]): number {
  const alike = leaving.filter(([other]) => doOverlap(sets[place] ?? [], sets[other] ?? []));
  return alike.reduce((total, [, count]) => total + count, 0);
}

function intersect(a: CharSet, b: CharSet): CharSet {
  return complement(unite([...complement(a), ...complement(b)]));
}
