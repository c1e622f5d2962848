import { allChars, type CharSet } from './char-set.ts';
import type { RegexNode } from './parse-regex.ts';

/**
 * The automaton of a regular expression whose states are the places of its characters (Glushkov's), with the number of
 * ways from one to the next: a search that goes back tries every way.
 */
export interface Positions {
  sets: CharSet[];
  /** For each place, the places that may follow, with the number of ways there. */
  next: Map<number, number>[];
  /** Where it may begin. */
  first: Map<number, number>;
  /** Where it may end. */
  last: Map<number, number>;
  /** What it looks ahead and behind for. */
  looks: RegexNode[];
  /** Whether something but characters decides: an anchor, a look, a reference to a group. */
  isConditional: boolean;
  /** A counted repetition of what may be empty: the number of ways grows with the count. */
  repeatsEmpty: boolean;
}

/** Part of an expression: `empties` is the number of ways in which it matches the empty text. */
interface Part {
  first: Map<number, number>;
  last: Map<number, number>;
  empties: number;
}

/** A repeated character is written out up to this count; beyond, it stands for any number. */
const maxWrittenOut = 16;

export function positionsOf(node: RegexNode): Positions {
  const builder = new Builder();
  const { first, last } = builder.build(node);
  return { ...builder.made, first, last };
}

class Builder {
  readonly made: Omit<Positions, 'first' | 'last'> = {
    sets: [],
    next: [],
    looks: [],
    isConditional: false,
    repeatsEmpty: false,
  };

  build(node: RegexNode): Part {
    switch (node.kind) {
      case 'char':
        return this.#place(node.set);
      case 'sequence':
        return node.parts.reduce((before, part) => this.#join(before, this.build(part)), emptyPart());
      case 'choice':
        return node.options.map((option) => this.build(option)).reduce(eitherOf);
      case 'group':
        return this.build(node.body);
      case 'repeat':
        return this.#repeat(node);
      case 'look':
        this.made.looks.push(node.body);
        this.made.isConditional = true;
        return emptyPart();
      case 'anchor':
        this.made.isConditional = true;
        return emptyPart();
      case 'reference': {
        // What the group found, so any text.
        this.made.isConditional = true;
        const any = this.#place(allChars);
        this.#connect(any, any);
        return { ...any, empties: 1 };
      }
      default:
        return node satisfies never;
    }
  }

  #place(set: CharSet): Part {
    const at = this.made.sets.push(set) - 1;
    this.made.next.push(new Map());
    return { first: new Map([[at, 1]]), last: new Map([[at, 1]]), empties: 0 };
  }

  #connect({ last }: Part, { first }: Part): void {
    for (const [from, leaving] of last) {
      for (const [to, entering] of first) add(this.made.next[from] ?? new Map(), to, leaving * entering);
    }
  }

  #join(a: Part, b: Part): Part {
    this.#connect(a, b);
    return {
      first: a.empties === 0 ? a.first : sum(a.first, times(b.first, a.empties)),
      last: b.empties === 0 ? b.last : sum(b.last, times(a.last, b.empties)),
      empties: a.empties * b.empties,
    };
  }

  #repeat({ body, min, max }: Extract<RegexNode, { kind: 'repeat' }>): Part {
    if (max === 0) return emptyPart();
    if (body.kind === 'char' && max <= maxWrittenOut) {
      // x{2,4} as xx(?:x(?:x)?)?, in which no text can be read in two ways.
      let rest = emptyPart();
      for (let count = max; count > 0; count--) {
        rest = this.#join(this.#place(body.set), rest);
        if (count > min) rest = { ...rest, empties: 1 };
      }
      return rest;
    }
    const once = this.build(body);
    if (max > 1) this.#connect(once, once);
    if (min > 1 && once.empties > 0) this.made.repeatsEmpty = true;
    // A repetition that matches nothing is no repetition: ECMA-262, RepeatMatcher.
    return { ...once, empties: min === 0 ? 1 : once.empties };
  }
}

function emptyPart(): Part {
  return { first: new Map(), last: new Map(), empties: 1 };
}

function eitherOf(a: Part, b: Part): Part {
  return { first: sum(a.first, b.first), last: sum(a.last, b.last), empties: a.empties + b.empties };
}

function sum(a: Map<number, number>, b: Map<number, number>): Map<number, number> {
  const both = new Map(a);
  for (const [place, ways] of b) add(both, place, ways);
  return both;
}

function times(ways: Map<number, number>, factor: number): Map<number, number> {
  return new Map([...ways].map(([place, count]) => [place, count * factor]));
}

function add(ways: Map<number, number>, place: number, count: number): void {
  ways.set(place, (ways.get(place) ?? 0) + count);
}
