import { describe, expect, it } from 'vitest';
import type { Job } from '../../shared/job/schema.ts';
import type { CellFact, Counts } from '../../shared/model.ts';
import type { Place } from '../../shared/places/place.ts';
import { makeCity } from '../../testing/demo-maps/city.ts';
import { type Score, scorePlaces } from '../../testing/demo-maps/score.ts';
import { type Maps, type MapsOptions, startMaps } from '../../testing/demo-maps/server.ts';
import { placesTruth, type TruthOptions } from '../../testing/demo-maps/truth.ts';
import { deliverNext, driveRun, driveTogether, makeJob, openWorld, outcomesOf, type World } from './world.ts';

const city = makeCity({ count: 3_000, seed: 7 });
const queries = ['dentist', 'coffee shop'];

/** Runs `body` with a stand-in whose listing behaves so. */
async function withListing(
  options: Omit<MapsOptions, 'city'>,
  body: (world: World, maps: Maps) => Promise<void>,
): Promise<void> {
  const maps = await startMaps({ city, robots: 'open', ...options });
  const world = openWorld({ batchSize: 20, maxWaitMs: 0 });
  try {
    await body(world, maps);
  } finally {
    await world.close();
    await maps.close();
  }
}

function jobFor(maps: Maps, places: Record<string, unknown> = {}, job: Record<string, unknown> = {}): Job {
  const source = {
    source: 'google-maps',
    queries,
    areas: [{ name: 'city', box: city.box }],
    endpoint: maps.url,
  };
  return makeJob({ sources: [{ places: { fields: ['name', 'location'], ...source, ...places } }], ...job });
}

interface Found {
  places: Place[];
  cells: CellFact[];
  counts: Counts;
  state: string | undefined;
  code: string | undefined;
}

async function search(world: World, job: Job): Promise<Found> {
  await world.start('r', job);
  await driveTogether(
    world,
    'r',
    ['a', 'b'].map((owner) => world.newProcess(owner)),
  );
  return foundIn(world);
}

async function foundIn(world: World): Promise<Found> {
  const outcomes = await outcomesOf(world, 'r');
  const run = await world.ledger.readRun('r');
  return {
    places: outcomes.flatMap(({ items }) => items.map(({ fields }) => fields as unknown as Place)),
    cells: outcomes.flatMap(({ pages }) => pages.flatMap(({ cell }) => cell ?? [])),
    counts: await world.ledger.readCounts('r'),
    state: run?.state,
    code: run?.reason?.code,
  };
}

function score(maps: Maps, { places }: Found, fields = ['name'], more: Partial<TruthOptions> = {}): Score {
  const truth = placesTruth({ city, websiteOf: maps.websiteOf, queries, source: 'google-maps', ...more });
  return scorePlaces(places, truth, fields);
}

/** Delivers until the run is paused, and returns why. */
async function untilPaused(
  world: World,
  job: Job,
  during?: (maps: number) => void,
): Promise<string | undefined> {
  await world.start('r', job);
  const process = world.newProcess('p');
  for (let turn = 0; (await world.ledger.readRun('r'))?.state !== 'paused'; turn += 1) {
    during?.(turn);
    if ((await deliverNext(world, 'r', process)) === 'over') return undefined;
  }
  return (await world.ledger.readRun('r'))?.reason?.code;
}

describe('a listing that does not page', () => {
  it.each(['ignored', 'shuffled', 'reranked'] as const)(
    'is split until a page is enough: offset %s',
    async (offset) => {
      await withListing({ offset }, async (world, maps) => {
        const found = await search(world, jobFor(maps));
        expect(score(maps, found)).toMatchObject({ recall: 1, extra: [], repeated: [] });
        expect(found.cells.some(({ end }) => end === 'failed')).toBe(false);
      });
    },
  );

  it('is reported as saturated where cells cannot be split', async () => {
    await withListing({ offset: 'shuffled' }, async (world, maps) => {
      const found = await search(
        world,
        jobFor(maps, { queries: ['coffee shop'], minCellKm: 1_000, maxCellKm: 1_000 }),
      );
      expect(found.cells).toMatchObject([{ end: 'saturated', code: 'PAGE_REPEATED' }]);
      expect(found.counts).toMatchObject({ 'cells:saturated': 1 });
      expect(found.counts['cells:whole']).toBeUndefined();
    });
  });
});

describe('a listing that holds results back', () => {
  it.each(['needed', 'refused'] as const)('is asked in another form: message 34 %s', async (resultList) => {
    await withListing({ resultList }, async (world, maps) => {
      const found = await search(world, jobFor(maps));
      expect(score(maps, found).recall).toBeGreaterThanOrEqual(0.995);
      const form = resultList === 'needed' ? 'results' : 'plain';
      expect(found.counts[`cells:form:${form}`]).toBe(found.counts['cells:named']);
    });
  });

  it('is not taken for an empty area', async () => {
    await withListing({}, async (world, maps) => {
      maps.block('stub');
      const { cells, counts, places } = await search(world, jobFor(maps));
      expect(places).toEqual([]);
      expect(new Set(cells.map(({ end, code }) => `${end} ${code}`))).toEqual(
        new Set(['failed EMPTY_DOUBTFUL']),
      );
      expect(counts['cells:named']).toBeUndefined();
      expect(counts['cell:failed:EMPTY_DOUBTFUL']).toBe(cells.length);
    });
  });

  it('pauses the run where it named places before, and lacks nothing when resumed', async () => {
    await withListing({}, async (world, maps) => {
      const code = await untilPaused(world, jobFor(maps), (turn) => turn === 8 && maps.block('stub'));
      expect(code).toBe('GATED_STUB');
      maps.block(undefined);
      await world.ledger.moveRun('r', ['paused'], 'running');
      await driveRun(world, 'r', world.newProcess('q'));
      const found = await foundIn(world);
      expect(score(maps, found)).toMatchObject({ recall: 1, extra: [], repeated: [] });
    });
  });

  it('names every place all the same where one search in twenty gets a stub', async () => {
    await withListing({ stubShare: 0.05 }, async (world, maps) => {
      const found = await search(world, jobFor(maps));
      expect(found.state).toBe('finished');
      expect(score(maps, found).recall).toBe(1);
    });
  });

  it('shows by the neighbourhood that cells are empty, and says so', async () => {
    await withListing({}, async (world, maps) => {
      const found = await search(world, jobFor(maps, { queries: ['dentist'], maxCellKm: 8 }));
      const empty = found.cells.filter((cell) => cell.found === 0);
      expect(empty.length).toBeGreaterThan(5);
      expect(empty.every(({ end }) => end === 'whole')).toBe(true);
      expect(found.counts['cells:asked-again']).toBeGreaterThanOrEqual(empty.length);
      expect(score(maps, found, ['name'], { queries: ['dentist'] }).recall).toBe(1);
    });
  });
});

describe('a listing that asks for consent', () => {
  it('pauses the run, and answers to the cookie of the job', async () => {
    await withListing({ consentCookie: 'SOCS' }, async (world, maps) => {
      expect(await untilPaused(world, jobFor(maps))).toBe('CONSENT_NEEDED');
    });
    await withListing({ consentCookie: 'SOCS' }, async (world, maps) => {
      const job = jobFor(maps, {}, { fetch: { headers: { cookie: 'SOCS=own' } } });
      expect(score(maps, await search(world, job)).recall).toBe(1);
    });
  });

  it('is not sent the cookies of an account', async () => {
    await withListing({}, async (world, maps) => {
      const job = jobFor(maps, {}, { fetch: { headers: { cookie: 'SOCS=own; __Secure-1PSID=secret' } } });
      const code = await untilPaused(world, job).catch(String);
      expect(String(code)).toMatch(/JOB_INVALID|__Secure-1PSID, the cookie of a signed-in Google account/);
      expect(maps.requests().listing).toBe(0);
    });
  });
});

describe('a listing to visitors who are not signed in', () => {
  it('is asked for the number of reviews, place by place', async () => {
    await withListing({ isSignedOut: true }, async (world, maps) => {
      const fields = ['name', 'rating', 'reviews'];
      const found = await search(world, jobFor(maps, { fields }));
      const rated = found.places.filter(({ rating }) => rating !== undefined);
      expect(score(maps, found, fields, { isSignedOut: true, hasDetails: true })).toMatchObject({
        recall: 1,
        wrong: [],
      });
      expect(found.counts).toMatchObject({ 'reviews:asked': rated.length, 'details:stored': rated.length });
    });
  });

  it('is filtered by it', async () => {
    await withListing({ isSignedOut: true }, async (world, maps) => {
      const found = await search(world, jobFor(maps, { filter: { minReviews: 30 } }));
      const truth = placesTruth({ city, websiteOf: maps.websiteOf, queries, source: 'google-maps' });
      const wanted = [...truth.values()].filter(({ reviews = 0 }) => reviews >= 30);
      expect(found.places.map(({ placeId }) => placeId).sort()).toEqual(
        wanted.map(({ placeId }) => placeId).sort(),
      );
      expect(found.counts['details:skipped:PLACE_FILTERED']).toBeGreaterThan(0);
    });
  });

  it('is counted where no answer with details has any', async () => {
    await withListing({ placeAnswers: 'bare' }, async (world, maps) => {
      const fields = ['name', 'reviewsPerRating', 'popularTimes'];
      const { counts, places } = await search(world, jobFor(maps, { fields, queries: ['dentist'] }));
      expect(counts).toMatchObject({
        'lacked:reviewsPerRating': places.length,
        'lacked:popularTimes': places.length,
      });
      expect(counts['gave:reviewsPerRating']).toBeUndefined();
    });
  });
});
