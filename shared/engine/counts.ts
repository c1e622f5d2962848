import type { Counts, PageFact, RequestKind } from '../model.ts';

/**
 * The names of a run's counts.
 *
 * | name | what |
 * |---|---|
 * | `open` | batches not yet done; 0 means the run is over |
 * | `admitted` | URLs of kind page and rest; = stored + failed + skipped + cancelled in the end |
 * | `stored` `failed` `skipped` `cancelled` | how they ended |
 * | `failed:CODE` `skipped:REASON` | the same by code |
 * | `retries` | fetches that failed and were tried again |
 * | `items` `incomplete` `missing:label.field` | items; those without a required field; which field |
 * | `bytes` | of bodies, after decompression |
 * | `duplicates` | links to URLs admitted before |
 * | `refused:scope` … | links not admitted: out of scope, too deep, by robots.txt, over maxPages, without label |
 * | `source:stored` `source:failed` `source:failed:CODE` … | sitemaps, files and other requests that only lead to pages |
 * | `reserved:pages` `reserved:items` | of the budgets maxPages and maxItems |
 */
export type CountName = string;

export type Refusal = 'scope' | 'depth' | 'robots' | 'limit' | 'label' | 'url';

/** Only these kinds are pages of the run. */
export function isPage(kind: RequestKind): boolean {
  return kind === 'page' || kind === 'rest';
}

export function add(counts: Counts, name: CountName, value = 1): void {
  if (value !== 0) counts[name] = (counts[name] ?? 0) + value;
}

export function sumOf(one: Counts, other: Counts): Counts {
  const sum = { ...one };
  for (const [name, value] of Object.entries(other)) add(sum, name, value);
  return sum;
}

/** Counts one fact under its end and code. Retries are not ends. */
export function countFact(counts: Counts, fact: PageFact): void {
  add(counts, 'bytes', fact.bytes ?? 0);
  if (fact.end === 'retry') {
    add(counts, 'retries');
    return;
  }
  const name = isPage(fact.kind) ? fact.end : `source:${fact.end}`;
  add(counts, name);
  if (fact.code !== undefined) add(counts, `${name}:${fact.code}`);
}
