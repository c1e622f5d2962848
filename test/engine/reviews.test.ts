import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBatch } from '../../shared/engine/run-batch.ts';
import { joinFacts } from '../../shared/export/join-facts.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { Counts, Item, PageFact, ReviewsFact } from '../../shared/model.ts';
import { makeCity } from '../../testing/demo-maps/city.ts';
import type { CityPlace } from '../../testing/demo-maps/city-place.ts';
import { allReviews, newestFirst } from '../../testing/demo-maps/review-list.ts';
import type { MadeReview } from '../../testing/demo-maps/reviews.ts';
import { type Maps, type MapsOptions, startMaps } from '../../testing/demo-maps/server.ts';
import { Crash, type CrashPoint, checkPoints, crashingPorts, takeCrashPoints } from './crash.ts';
import { driveRun, driveTogether, leaseMs, makeJob, openWorld, outcomesOf, type World } from './world.ts';

const city = makeCity({ count: 250, seed: 3 });
const dentists = city.ranked('dentist');
const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
const reviewsOfAll = dentists.flatMap(allReviews);

let maps: Maps;
beforeAll(async () => {
  maps = await startMaps({ city, robots: 'open' });
});
afterAll(() => maps.close());

function reviewsJob(reviews: unknown, places: Record<string, unknown> = {}, job: object = {}): Job {
  const source = {
    source: 'google-maps',
    queries: ['dentist'],
    areas: [{ name: 'city', box: city.box }],
    fields: ['name'],
    endpoint: maps.url,
  };
  return makeJob({ sources: [{ places: { ...source, reviews, ...places } }], ...job });
}

interface Result {
  items: Item[];
  reviews: Record<string, unknown>[];
  facts: ReviewsFact[];
  failures: PageFact[];
  counts: Counts;
  asked: number;
}

async function inWorld<T>(body: (world: World) => Promise<T>): Promise<T> {
  const world = openWorld({ batchSize: 20, maxWaitMs: 0 });
  try {
    return await body(world);
  } finally {
    await world.close();
  }
}

async function run(world: World, id: string, job: Job, of: Maps = maps): Promise<Result> {
  const before = of.requests().reviews;
  await world.start(id, job);
  await driveTogether(
    world,
    id,
    ['a', 'b', 'c'].map((owner) => world.newProcess(`${id} ${owner}`)),
  );
  return { ...(await resultOf(world, id)), asked: of.requests().reviews - before };
}

async function resultOf(world: World, id: string): Promise<Omit<Result, 'asked'>> {
  const outcomes = await outcomesOf(world, id);
  const pages = outcomes.flatMap((outcome) => outcome.pages);
  const items = outcomes.flatMap((outcome) => outcome.items);
  const counts = await world.ledger.readCounts(id);
  const ended = ['stored', 'failed', 'skipped', 'cancelled'].map((end) => counts[`review:${end}`] ?? 0);
  expect(sum(ended), 'pages of reviews that ended').toBe(counts['review:admitted'] ?? 0);
  expect(items.length, 'items that are counted').toBe(counts['items'] ?? 0);
  return {
    items,
    reviews: items.filter(({ item }) => item === 'review').map(({ fields }) => fields),
    facts: pages.flatMap(({ reviews }) => reviews ?? []),
    failures: pages.filter(({ end }) => end === 'failed'),
    counts,
  };
}

async function withMaps<T>(options: Partial<MapsOptions>, body: (maps: Maps) => Promise<T>): Promise<T> {
  const own = await startMaps({ city, robots: 'open', ...options });
  try {
    return await body(own);
  } finally {
    await own.close();
  }
}

const idsOf = (reviews: Record<string, unknown>[]) => reviews.map(({ reviewId }) => String(reviewId)).sort();
const madeIds = (reviews: MadeReview[]) => reviews.map(({ id }) => id).sort();
const endsOf = (facts: ReviewsFact[]) =>
  Object.fromEntries([...Map.groupBy(facts, ({ end }) => end)].map(([end, of]) => [end, of.length]));

describe('all reviews of places', () => {
  it('are items of their own, each once and as it is, beside the places', async () => {
    await inWorld(async (world) => {
      const { items, reviews, facts, asked, counts } = await run(world, 'r', reviewsJob(true));
      expect(idsOf(reviews)).toEqual(madeIds(reviewsOfAll));
      expect(items.length - reviews.length).toBe(dentists.length);
      expect(endsOf(facts)).toEqual({ whole: dentists.length });
      expect(asked).toBe(sum(dentists.map(({ reviews: of = 0 }) => Math.max(1, Math.ceil(of / 20)))));
      expect(counts['reviews:listed']).toBe(reviewsOfAll.length);
      const place = dentists.find((one) => allReviews(one).some(({ reply }) => reply !== undefined));
      const made =
        place === undefined ? undefined : allReviews(place).find(({ reply }) => reply !== undefined);
      expect(reviews.find(({ reviewId }) => reviewId === made?.id)).toMatchObject({
        placeId: place?.placeId,
        author: made?.author,
        authorLink: made?.authorLink,
        rating: made?.rating,
        text: made?.text,
        language: 'en',
        at: new Date(made?.atMs ?? 0).toISOString(),
        reply: 'Thank you!',
        provenance: { listing: expect.arrayContaining(['reviewId', 'reply']) },
      });
    });
  });

  it('say of each place in the files how far they were read', async () => {
    await inWorld(async (world) => {
      const job = reviewsJob({ maxPerPlace: 5 });
      const { items } = await run(world, 'r', job);
      const outcomes = {
        list: async function* () {
          yield* await outcomesOf(world, 'r');
        },
      };
      const complete = await joinFacts(outcomes, 'r', job, ({ name }) => name);
      const records = items.map(({ item, fields }) => complete?.({ _item: item, ...fields }) ?? {});
      for (const { reviews = 0, placeId } of dentists) {
        const end = reviews > 5 ? 'max' : 'whole';
        const record = records.find((one) => one['_item'] === 'place' && one['placeId'] === placeId);
        expect(record?.['reviewsRead']).toEqual({ listed: Math.min(5, reviews), end });
      }
      expect(records.filter((one) => one['_item'] === 'review' && 'query' in one)).toEqual([]);
    });
  });

  it('are read for places that the job names by links, too', async () => {
    await inWorld(async (world) => {
      const [one] = dentists;
      const byLink = { queries: undefined, areas: undefined, links: [one?.placeId] };
      const { reviews } = await run(world, 'r', reviewsJob(true, byLink));
      expect(idsOf(reviews)).toEqual(madeIds(one === undefined ? [] : allReviews(one)));
    });
  });

  it('are not read of places that the filter leaves out', async () => {
    await inWorld(async (world) => {
      const { reviews } = await run(world, 'r', reviewsJob(true, { filter: { minReviews: 30 } }));
      const wanted = dentists.filter(({ reviews: of = 0 }) => of >= 30);
      expect(idsOf(reviews)).toEqual(madeIds(wanted.flatMap(allReviews)));
    });
  });

  it('ends at maxPerPlace with the newest, and asks for no further page', async () => {
    await inWorld(async (world) => {
      const { reviews, asked, facts } = await run(world, 'r', reviewsJob({ maxPerPlace: 20 }));
      const newest = dentists.flatMap((place) => allReviews(place).toSorted(newestFirst).slice(0, 20));
      expect(idsOf(reviews)).toEqual(madeIds(newest));
      expect(asked).toBe(dentists.length);
      const many = dentists.filter(({ reviews: of = 0 }) => of > 20).length;
      expect(endsOf(facts)).toEqual({ whole: dentists.length - many, max: many });
    });
  });

  it('ends at since, with no review that is older, and asks for one page beyond it at most', async () => {
    await inWorld(async (world) => {
      const since = Date.UTC(2025, 5, 1);
      const { reviews, asked, facts, counts } = await run(world, 'r', reviewsJob({ since: '2025-06-01' }));
      const newer = (place: CityPlace) => allReviews(place).filter(({ atMs }) => atMs >= since);
      expect(idsOf(reviews)).toEqual(madeIds(dentists.flatMap(newer)));
      expect(counts['reviews:older']).toBeGreaterThan(0);
      expect(asked).toBeLessThanOrEqual(
        sum(dentists.map((place) => Math.floor(newer(place).length / 20) + 1)),
      );
      expect(endsOf(facts)).toHaveProperty('since');
      expect(facts.filter(({ end }) => end === 'cut')).toEqual([]);
    });
  });

  it('reads a list that is not newest first to its end, rather than believe its order', async () => {
    await withMaps({ reviewPages: 'unsorted' }, async (own) => {
      await inWorld(async (world) => {
        const job = reviewsJob({ since: '2025-06-01' }, { endpoint: own.url });
        const { reviews, counts } = await run(world, 'r', job, own);
        const since = Date.UTC(2025, 5, 1);
        expect(idsOf(reviews)).toEqual(madeIds(reviewsOfAll.filter(({ atMs }) => atMs >= since)));
        expect(counts['reviewed:unsorted']).toBeGreaterThan(0);
      });
    });
  });

  it.each([
    ['has pages that hold those before them', { reviewPages: 'cumulative' }],
    ['ends with a page without reviews', { hasEmptyLastPage: true }],
  ] as const)('gives all of a list that %s', async (_, options) => {
    await withMaps(options, async (own) => {
      await inWorld(async (world) => {
        const { reviews, facts } = await run(world, 'r', reviewsJob(true, { endpoint: own.url }), own);
        expect(idsOf(reviews)).toEqual(madeIds(reviewsOfAll));
        expect(endsOf(facts)).toEqual({ whole: dentists.length });
      });
    });
  });

  it.each(['start', 'error', 'empty'] as const)(
    'reads a place anew where a token has grown old, and says so where it comes to no end: %s',
    async (as) => {
      let clock = 0;
      const slow = { now: () => clock, reviewTokens: { maxAgeMs: 10, as } };
      await withMaps(slow, async (own) => {
        const job = () => reviewsJob(true, { endpoint: own.url });
        const large = dentists.filter(({ reviews = 0 }) => reviews > (as === 'empty' ? 22 : 20));
        await inWorld(async (world) => {
          const { reviews, facts } = await run(world, 'fresh', job(), own);
          expect(idsOf(reviews)).toEqual(madeIds(reviewsOfAll));
          expect(endsOf(facts)).toEqual({ whole: dentists.length });
        });
        // Each answer makes all tokens before it too old.
        const late = () => {
          clock += 11;
          return clock;
        };
        Object.assign(slow, { now: late });
        await withMaps(slow, async (other) => {
          await inWorld(async (world) => {
            const { facts, failures, counts } = await run(
              world,
              'late',
              reviewsJob(true, { endpoint: other.url }),
              other,
            );
            expect(endsOf(facts)).toEqual({ whole: dentists.length - large.length, cut: large.length });
            expect(counts['reviewed:cut:REVIEWS_CUT']).toBe(large.length);
            expect(failures.map(({ code }) => code)).toEqual(large.map(() => 'REVIEWS_CUT'));
            // A page without reviews is like the end of a list, but for the number of reviews that the place has.
            const why =
              as === 'empty'
                ? /the list ended after 20 of \d+ reviews/
                : /read anew 2 times, and not to the end: /;
            expect(failures[0]?.message).toMatch(why);
            expect(counts['reviews:read-anew'] ?? 0).toBe(as === 'empty' ? 0 : 2 * large.length);
          });
        });
      });
    },
  );

  it('loses none at a slow pace over many places, whose tokens grow old while others are asked', {
    timeout: 60_000,
  }, async () => {
    const large = makeCity({ count: 700, seed: 3 });
    const many = large.ranked('dentist');
    let now = () => 0;
    const ages = { city: large, now: () => now(), reviewTokens: { maxAgeMs: 25_000, as: 'error' as const } };
    await withMaps(ages, async (own) => {
      // A request is a batch by itself, so that the clock jumps from one turn to the next.
      const world = openWorld({ batchSize: 20, turnsMs: 1_000, horizonMs: 10_000, maxWaitMs: 20 });
      now = world.now;
      try {
        const source = { endpoint: own.url, areas: [{ name: 'city', box: large.box }] };
        const job = reviewsJob({ maxPerPlace: 60 }, source, { politeness: { gapMs: 1_000 } });
        const { reviews, facts, counts } = await run(world, 'r', job, own);
        expect(many.length).toBeGreaterThan(30);
        const newest = many.flatMap((place) => allReviews(place).toSorted(newestFirst).slice(0, 60));
        expect(idsOf(reviews)).toEqual(madeIds(newest));
        expect(endsOf(facts)).not.toHaveProperty('cut');
        expect(counts['reviews:read-anew']).toBeUndefined();
      } finally {
        await world.close();
      }
    });
  });

  it('goes on after one answer to an old token, with each review once', async () => {
    let isSlow = true;
    let clock = 0;
    const now = () => {
      if (isSlow) clock += 11;
      return clock;
    };
    await withMaps({ now, reviewTokens: { maxAgeMs: 10, as: 'start' } }, async (own) => {
      await inWorld(async (world) => {
        await world.start('r', reviewsJob(true, { endpoint: own.url }));
        const process = world.newProcess('p');
        const anew = async () => (await world.ledger.readCounts('r'))['reviews:read-anew'] ?? 0;
        while ((await anew()) === 0) {
          const [delivery] = await process.queue.receive({ runs: ['r'], max: 1 });
          if (delivery === undefined) throw new Error('nothing is due');
          await runBatch(process, delivery);
        }
        isSlow = false;
        await driveRun(world, 'r', process);
        const { reviews, facts, counts } = await resultOf(world, 'r');
        expect(idsOf(reviews)).toEqual(madeIds(reviewsOfAll));
        expect(endsOf(facts)).toEqual({ whole: dentists.length });
        expect(counts['duplicateItems']).toBeGreaterThan(0);
      });
    });
  });

  it('counts a place as cut whose pages all repeat the first', async () => {
    await withMaps({ reviewPages: 'repeated' }, async (own) => {
      await inWorld(async (world) => {
        const { facts, counts } = await run(world, 'r', reviewsJob(true, { endpoint: own.url }), own);
        const large = dentists.filter(({ reviews = 0 }) => reviews > 20).length;
        expect(counts['reviewed:cut:REVIEWS_CUT']).toBe(large);
        expect(endsOf(facts)).toEqual({ whole: dentists.length - large, cut: large });
      });
    });
  });

  it('doubts an empty list of a place that has a rating, and believes it of one that has none', async () => {
    await withMaps({ reviewsOf: () => [] }, async (own) => {
      await inWorld(async (world) => {
        const unrated = city.places.filter(({ rating }) => rating === undefined).slice(0, 3);
        const rated = city.places.filter(({ rating }) => rating !== undefined).slice(0, 2);
        const links = [...unrated, ...rated].map(({ placeId }) => placeId);
        const byLink = { endpoint: own.url, queries: undefined, areas: undefined, links };
        const { facts, failures } = await run(world, 'r', reviewsJob(true, byLink), own);
        expect(endsOf(facts)).toEqual({ whole: 3, cut: 2 });
        expect(failures[0]?.message).toContain('the place has a rating, and no review is listed');
      });
    });
  });

  it('doubts a list that ends long before the number of reviews of its place', async () => {
    await withMaps({ reviewsOf: (place) => allReviews(place).slice(0, 5) }, async (own) => {
      await inWorld(async (world) => {
        const { facts, failures } = await run(world, 'r', reviewsJob(true, { endpoint: own.url }), own);
        const many = dentists.filter(({ reviews = 0 }) => reviews > 10).length;
        expect(endsOf(facts)).toEqual({ whole: dentists.length - many, cut: many });
        expect(failures[0]?.message).toMatch(/the list ended after 5 of \d+ reviews/);
      });
    });
  });

  it('counts a place whose reviews a limit ends', async () => {
    await inWorld(async (world) => {
      const limited = await run(
        world,
        'r',
        reviewsJob(true, {}, { limits: { maxItems: dentists.length + 10 } }),
      );
      expect(limited.items.length).toBe(dentists.length + 10);
      expect(limited.counts['reviewed:limited:LIMIT_ITEMS']).toBeGreaterThan(0);
      expect(limited.counts['reviewed:cut']).toBeUndefined();
      expect(sum(Object.values(endsOf(limited.facts)))).toBe(dentists.length);
    });
  });
});

describe('reviews that earlier runs have given', () => {
  /** Reviews of the service that change between runs. */
  const changing = async (body: (own: Maps, of: Map<string, MadeReview[]>) => Promise<void>) => {
    const of = new Map(dentists.map((place) => [place.placeId, allReviews(place)]));
    await withMaps({ reviewsOf: ({ placeId }) => of.get(placeId) ?? [] }, (own) => body(own, of));
  };
  const written = (place: CityPlace, id: string, atMs: number): MadeReview => {
    const authorLink = 'https://www.google.com/maps/contrib/1/reviews';
    return { id: `${place.placeId}-${id}`, author: 'N. New', authorLink, rating: 5, text: 'New.', atMs };
  };
  const [largest, second] = dentists.toSorted((a, b) => (b.reviews ?? 0) - (a.reviews ?? 0));
  if (largest === undefined || second === undefined) throw new Error('a city without dentists');

  it('are not given again; new ones are, also of places that are known', async () => {
    await changing(async (own, of) => {
      await inWorld(async (world) => {
        const job = reviewsJob({ onlyNew: true }, { endpoint: own.url, onlyNew: true });
        const first = await run(world, 'one', job, own);
        expect(idsOf(first.reviews)).toEqual(madeIds(reviewsOfAll));
        const none = await run(world, 'two', job, own);
        expect(none.items).toEqual([]);
        // The first page shows what is known, and that all below it was given.
        expect(none.asked).toBe(dentists.length);
        expect(none.counts['reviews:known']).toBeGreaterThan(0);
        of.set(largest.placeId, [...allReviews(largest), written(largest, 'a', Date.UTC(2026, 8, 1))]);
        // One that is deleted ends nothing, though it was the newest.
        of.set(second.placeId, allReviews(second).toSorted(newestFirst).slice(1));
        const third = await run(world, 'three', job, own);
        expect(idsOf(third.reviews)).toEqual([`${largest.placeId}-a`]);
        expect(third.asked).toBe(dentists.length);
        expect(endsOf(third.facts)).not.toHaveProperty('cut');
      });
    });
  });

  it('are given again once their authors have edited them, marked, and hide none that is new below them', async () => {
    await changing(async (own, of) => {
      await inWorld(async (world) => {
        const job = reviewsJob({ onlyNew: true }, { endpoint: own.url });
        await run(world, 'one', job, own);
        const [newest, ...rest] = allReviews(largest).toSorted(newestFirst);
        if (newest === undefined) throw new Error('a place without reviews');
        const news = Array.from({ length: 30 }, (_, index) =>
          written(largest, String(index), Date.UTC(2026, 8, 1) + index * 1_000),
        );
        const edited = { ...newest, rating: 1, text: 'Not any more.', atMs: Date.UTC(2026, 8, 2) };
        of.set(largest.placeId, [...rest, ...news, edited]);
        const second = await run(world, 'two', job, own);
        expect(idsOf(second.reviews)).toEqual(madeIds([...news, edited]));
        const [again] = second.reviews.filter((review) => review['edited'] === true);
        expect(again).toMatchObject({ reviewId: newest.id, rating: 1, text: 'Not any more.' });
        expect(second.counts['reviews:edited']).toBe(1);
        const none = await run(world, 'three', job, own);
        expect(none.reviews).toEqual([]);
        expect(none.asked).toBe(dentists.length);
      });
    });
  });

  it('are not called edited where a limit kept them back before', async () => {
    await inWorld(async (world) => {
      const all = reviewsJob({ onlyNew: true }, { onlyNew: true });
      const few = reviewsJob({ onlyNew: true }, { onlyNew: true }, { limits: { maxItems: 15 } });
      const first = await run(world, 'one', few);
      const second = await run(world, 'two', all);
      expect([...idsOf(first.reviews), ...idsOf(second.reviews)].sort()).toEqual(madeIds(reviewsOfAll));
      expect(second.counts['reviews:edited'] ?? 0).toBe(0);
    });
  });

  it('are given again by a job of another name, and without onlyNew', async () => {
    await inWorld(async (world) => {
      const job = reviewsJob({ onlyNew: true });
      const first = await run(world, 'one', job);
      const other = await run(world, 'two', { ...job, name: 'another' });
      const again = await run(world, 'three', reviewsJob(true));
      expect(idsOf(other.reviews)).toEqual(idsOf(first.reviews));
      expect(idsOf(again.reviews)).toEqual(idsOf(first.reviews));
    });
  });

  it('do not hide those that a run left behind which was cut short', async () => {
    await changing(async (own, of) => {
      await inWorld(async (world) => {
        const job = (more: object = {}) => reviewsJob({ onlyNew: true, ...more }, { endpoint: own.url });
        await run(world, 'one', job(), own);
        const news = Array.from({ length: 70 }, (_, index) =>
          written(largest, String(index), Date.UTC(2026, 8, 1) + index * 1_000),
        );
        of.set(largest.placeId, [...allReviews(largest), ...news]);
        const some = await run(world, 'two', job({ maxPerPlace: 20 }), own);
        expect(some.reviews.length).toBe(20);
        // The newest are known, and what is known from the first run lies below those that are not.
        const rest = await run(world, 'three', job(), own);
        expect(rest.reviews.length).toBe(50);
        const none = await run(world, 'four', job(), own);
        expect(none.reviews).toEqual([]);
        expect(none.asked).toBe(dentists.length);
      });
    });
  });

  it('of a run that went back to since end no run that goes back further', async () => {
    await inWorld(async (world) => {
      const recent = await run(world, 'one', reviewsJob({ onlyNew: true, since: '2026-01-01' }));
      expect(recent.reviews.length).toBeGreaterThan(0);
      const all = await run(world, 'two', reviewsJob({ onlyNew: true }));
      expect([...idsOf(recent.reviews), ...idsOf(all.reviews)].sort()).toEqual(madeIds(reviewsOfAll));
    });
  });
});

describe('reviews, killed at every step boundary', () => {
  it('comes to the same reviews and ends, and gives the rest of them in the next run', {
    timeout: 240_000,
  }, async ({ task }) => {
    const small = makeCity({ count: 60, seed: 3 });
    const few = small.ranked('dentist').flatMap(allReviews);
    const own = await startMaps({ city: small, robots: 'open' });
    const job = reviewsJob(
      { onlyNew: true },
      { endpoint: own.url, areas: [{ name: 'city', box: small.box }] },
    );
    const attempt = async (point: CrashPoint | undefined, names: string[] = []) =>
      inWorld(async (world) => {
        await world.start('r', job);
        const first = world.newProcess('first', (ports) => crashingPorts(ports, point, names));
        await driveRun(world, 'r', first).catch(async (error: unknown) => {
          if (!(error instanceof Crash)) throw error;
          world.advance(leaseMs + 1_001);
          await driveRun(world, 'r', world.newProcess('second'));
        });
        const { reviews, facts } = await resultOf(world, 'r');
        const again = await run(world, 'again', job, own);
        expect(again.reviews).toEqual([]);
        return { ids: idsOf(reviews), ends: endsOf(facts) };
      });
    const names: string[] = [];
    const calm = await attempt(undefined, names);
    expect(calm.ids).toEqual(madeIds(few));
    expect(calm.ids.length).toBeGreaterThan(40);
    await checkPoints(takeCrashPoints(task, names), names, async (point, where) => {
      expect(await attempt(point), where).toEqual(calm);
    });
    await own.close();
  });
});
