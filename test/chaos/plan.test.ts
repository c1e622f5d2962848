import { describe, expect, it } from 'vitest';
import { makePlan } from './plan.ts';
import { expectedOutcome } from './truth.ts';

const origins = ['http://a:1', 'http://b:1', 'http://c:1', 'http://d:1'];

describe('makePlan', () => {
  it('plans the same round for the same seed, and another one for another', () => {
    expect(makePlan(7)).toEqual(makePlan(7));
    expect(makePlan(8).site).not.toEqual(makePlan(7).site);
  });

  it('makes a short round of the most telling faults', () => {
    const kinds = makePlan(1, 'short').injections.map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['stopWorker', 'killWorker', 'killStore']));
  });
});

describe('expectedOutcome', () => {
  it.each([1, 2, 3, 4, 5])('finds most pages of site %i, whichever host the run starts at', (seed) => {
    const { site } = makePlan(seed);
    const found = site.starts.map((start) => Object.keys(expectedOutcome(site, origins, start).ends).sort());
    expect(found[0]?.length).toBeGreaterThan(site.pages.length * 0.8);
    for (const other of found) expect(other).toEqual(found[0]);
  });

  it('knows every kind of end', () => {
    const ends = [1, 2, 3, 4, 5].flatMap((seed) =>
      Object.values(expectedOutcome(makePlan(seed).site, origins, 0).ends).flat(),
    );
    expect(new Set(ends)).toEqual(
      new Set([
        'stored',
        'failed HTTP_404',
        'failed HTTP_500',
        'failed BODY_CORRUPT',
        'failed BODY_TOO_LARGE',
        'failed RETRY_AFTER_TOO_LONG',
        'skipped REDIRECTED',
        'skipped CANONICAL_ELSEWHERE',
        'skipped ROBOTS_DISALLOWED',
      ]),
    );
  });
});
