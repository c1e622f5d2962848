import { expect } from 'vitest';
import { returnsPlace } from '../../shared/engine/outcome/returned-place.ts';
import type { Counts, PageFact } from '../../shared/model.ts';
import { isPage } from '../../shared/sources/sources.ts';
import { outcomesOf, unaccounted, type World } from './world.ts';

/**
 * Invariant 2, by counting again: every admitted page has exactly one end, the counts are those of the
 * facts, and they add up. Returns the counts.
 */
export async function expectAccounted(world: World, run: string): Promise<Counts> {
  const counts = await world.ledger.readCounts(run);
  const outcomes = await outcomesOf(world, run);
  const facts = outcomes.flatMap(({ pages }) => pages);
  const ends = facts.filter(({ end, kind }) => end !== 'retry' && isPage(kind));

  // A chain of redirects that comes back with another cookie ends in its first page, under another page's place.
  const final = ends.filter(({ code }) => code !== 'REDIRECTED');
  const urls = final.map(({ kind, url }) => `${kind} ${url}`);
  const redirected = ends.filter(({ code }) => code === 'REDIRECTED').map(({ url }) => url);
  expect(redirected.length, 'pages that redirected').toBe(new Set(redirected).size);
  expect(urls.length, 'pages that ended').toBe(new Set(urls).size);
  expect(counts['open']).toBe(0);
  expect(unaccounted(counts), 'unaccounted').toBe(0);
  expect(counts['admitted'] ?? 0, 'admitted').toBe(ends.length);
  const returned = ends.filter(returnsPlace).length;
  // Of a job that fetches the best first, those for which no place was left.
  const refused = ends.filter(({ code }) => code === 'LIMIT_PAGES').length;
  expect(counts['reserved:pages'] ?? 0, 'reserved').toBe(ends.length - returned - refused);

  const items = outcomes.flatMap((outcome) => outcome.items);
  const recounted: Counts = { ...countEnds(ends) };
  recounted['bytes'] = facts.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
  const again = facts.filter(({ end }) => end === 'retry');
  recounted['redirects'] = again.filter(({ code }) => code === 'REDIRECTED').length;
  recounted['retries'] = again.length - recounted['redirects'];
  recounted['items'] = items.filter(({ missing }) => missing === undefined).length;
  recounted['incomplete'] = items.filter(({ missing }) => missing !== undefined).length;
  const claimed = Object.keys(counts).filter((name) => /^(stored|failed|skipped|cancelled)\b/.test(name));
  for (const name of new Set([...Object.keys(recounted), ...claimed])) {
    expect(counts[name] ?? 0, name).toBe(recounted[name] ?? 0);
  }
  return counts;
}

function countEnds(ends: PageFact[]): Counts {
  const counts: Counts = {};
  for (const { end, code } of ends) {
    for (const name of code === undefined ? [end] : [end, `${end}:${code}`])
      counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
