import { rdf, rdfa } from './initial-context.ts';
import { type RdfObject, type Triple, Triples } from './triples.ts';

/**
 * Property copying (HTML+RDFa 1.1, 3.5): what is said of a pattern is said of each thing that links to it by `rdfa:copy`,
 * and of the pattern no more. A pattern that nothing links to stays as it is.
 */
export function copyPatterns(triples: Triple[]): Triple[] {
  const isPatternType = ({ predicate, object }: Triple) =>
    predicate === rdf.type && '@id' in object && object['@id'] === rdfa.pattern;
  const names = new Set(triples.filter(isPatternType).map(({ subject }) => subject));
  if (names.size === 0) return triples;
  const said = triples.filter((triple) => names.has(triple.subject) && !isPatternType(triple));
  const patterns = new Map([...names].map((name) => [name, [] as Triple[]]));
  for (const triple of said) patterns.get(triple.subject)?.push(triple);
  const copied = new Triples();
  const used = new Set<string>();
  for (const triple of triples) {
    if (names.has(triple.subject)) continue;
    addCopied(copied, triple.subject, [triple], patterns, new Set(), used);
  }
  for (const { subject, predicate, object } of triples) {
    if (names.has(subject) && !used.has(subject)) copied.add(subject, predicate, object);
  }
  return copied.all;
}

/** Says `triples` of the subject; of those that link to a pattern, what that says instead, each pattern once. */
function addCopied(
  copied: Triples,
  subject: string,
  triples: readonly Triple[],
  patterns: ReadonlyMap<string, Triple[]>,
  seen: Set<string>,
  used: Set<string>,
): void {
  for (const { predicate, object } of triples) {
    const target = predicate === rdfa.copy ? idOf(object) : undefined;
    const pattern = target === undefined ? undefined : patterns.get(target);
    if (target === undefined || pattern === undefined) {
      copied.add(subject, predicate, object);
      continue;
    }
    used.add(target);
    if (seen.has(target)) continue;
    seen.add(target);
    addCopied(copied, subject, pattern, patterns, seen, used);
  }
}

function idOf(object: RdfObject): string | undefined {
  return '@id' in object ? object['@id'] : undefined;
}
