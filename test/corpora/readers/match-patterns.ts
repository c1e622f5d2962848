import type { Pattern, Patterns, PatternTerm } from './read-patterns.ts';

type Binding = ReadonlyMap<string, PatternTerm>;

/** Has a graph what a query asks for (SPARQL 1.1, ASK, as far as `readPatterns` reads it)? */
export function answers(graph: readonly Pattern[], { triples, optional, filters }: Patterns): boolean {
  return search(triples, graph, new Map(), (binding) => {
    const extended = optional.reduce((known, patterns) => extend(patterns, graph, known), binding);
    return filters.every((filter) => holds(filter, extended));
  });
}

/** Are two graphs the same but for the names of blank nodes? */
export function isSameGraph(graph: readonly Pattern[], expected: readonly Pattern[]): boolean {
  const distinct = new Set(expected.map((pattern) => JSON.stringify(pattern))).size;
  if (graph.length !== distinct) return false;
  return search(expected, graph, new Map(), (binding) => {
    const names = [...binding.values()].map((term) => JSON.stringify(term));
    const areBlank = [...binding.values()].every((term) => 'unknown' in term);
    return areBlank && new Set(names).size === names.length;
  });
}

/** Tries the bindings with which all patterns are in the graph, until `accept` takes one. */
function search(
  patterns: readonly Pattern[],
  graph: readonly Pattern[],
  binding: Binding,
  accept: (binding: Binding) => boolean,
): boolean {
  const [first, ...rest] = patterns;
  if (first === undefined) return accept(binding);
  return graph.some((triple) => {
    const bound = first.reduce<Binding | undefined>(
      (known, term, index) => known && bind(term, triple[index] as PatternTerm, known),
      binding,
    );
    return bound !== undefined && search(rest, graph, bound, accept);
  });
}

function extend(patterns: readonly Pattern[], graph: readonly Pattern[], binding: Binding): Binding {
  let found = binding;
  search(patterns, graph, binding, (extended) => {
    found = extended;
    return true;
  });
  return found;
}

function bind(wanted: PatternTerm, found: PatternTerm, binding: Binding): Binding | undefined {
  if (!('unknown' in wanted)) return isSame(wanted, found) ? binding : undefined;
  const known = binding.get(wanted.unknown);
  if (known !== undefined) return isSame(known, found) ? binding : undefined;
  return new Map([...binding, [wanted.unknown, found]]);
}

function isSame(one: PatternTerm, other: PatternTerm): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Conditions on blank nodes, bound variables and plain literals, joined by `&&`. */
function holds(filter: string, binding: Binding): boolean {
  return filter
    .replace(/^\(([\s\S]*)\)$/, '$1')
    .split('&&')
    .every((part) => {
      const [, isNot = '', call = '', variable = ''] =
        /^\s*(!?)\s*(\w+)\s*\(\s*([?$]\w+)\s*\)/.exec(part) ?? [];
      const term = binding.get(variable);
      const value = tests[call.toLowerCase()]?.(term);
      if (value === undefined) throw new Error(`a filter that is not known: ${filter}`);
      return isNot === '' ? value : !value;
    });
}

const tests: Record<string, (term: PatternTerm | undefined) => boolean> = {
  isblank: (term) => term !== undefined && 'unknown' in term,
  bound: (term) => term !== undefined,
  lang: (term) => term !== undefined && 'literal' in term && term.language === '',
};
