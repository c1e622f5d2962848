import { DropError } from '../../../errors.ts';

/** What is said of a subject: a thing, a literal or a list, as expanded JSON-LD writes them. */
export type RdfObject =
  | { '@id': string }
  | { '@value': string; '@language'?: string; '@type'?: string }
  | { '@list': RdfObject[] };

export interface Triple {
  subject: string;
  predicate: string;
  object: RdfObject;
}

/** Attributes with many names make triples of all their combinations. */
const maxTriples = 100_000;

/** A set of triples, in the order in which they were added. */
export class Triples {
  readonly all: Triple[] = [];
  private readonly keys = new Set<string>();

  add(subject: string, predicate: string, object: RdfObject): void {
    const key = JSON.stringify([subject, predicate, object]);
    // Two lists with the same entries are two things.
    if (this.keys.has(key) && !('@list' in object)) return;
    if (this.all.length >= maxTriples) {
      throw new DropError('EXTRACT_FAILED', `the page's RDFa makes more than ${maxTriples} statements`);
    }
    this.keys.add(key);
    this.all.push({ subject, predicate, object });
  }
}
