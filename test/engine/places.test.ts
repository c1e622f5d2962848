import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeReason } from '../../shared/errors.ts';
import { joinFacts } from '../../shared/export/join-facts.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { CellFact, Counts, Item } from '../../shared/model.ts';
import type { Place } from '../../shared/places/place.ts';
import { idsOfPlaceId } from '../../shared/places/place-ids.ts';
import { makeCity } from '../../testing/demo-maps/city.ts';
import { scorePlaces } from '../../testing/demo-maps/score.ts';
import { type Maps, type MapsOptions, startMaps } from '../../testing/demo-maps/server.ts';
import { placesTruth } from '../../testing/demo-maps/truth.ts';
import { Crash, type CrashPoint, checkPoints, crashingPorts, takeCrashPoints } from './crash.ts';
import { redirect, type SiteAnswer, serveSite } from './site.ts';
import {
  deliverNext,
  driveRun,
  driveTogether,
  leaseMs,
  makeJob,
  openWorld,
  outcomesOf,
  type World,
} from './world.ts';

const city = makeCity({ count: 3_000, seed: 7 });
const queries = ['dentist', 'coffee shop'];
const env = { PLACES_KEY: 'demo-key' };

let maps: Maps;
beforeAll(async () => {
  maps = await startMaps({ city, siteHosts: 8, robots: 'open' });
});
afterAll(() => maps.close());

interface Wanted {
  maps?: Maps;
  job?: Record<string, unknown>;
}

const cityArea = { name: 'city', box: city.box };

function placesJob(places: Record<string, unknown>, { maps: of = maps, job = {} }: Wanted = {}): Job {
  const source = {
    key: '${env:PLACES_KEY}',
    queries,
    areas: [cityArea],
    perMinute: 60_000,
    endpoint: of.url,
  };
  return makeJob({ sources: [{ places: { ...source, ...places } }], ...job });
}

const listing = { source: 'google-maps', key: undefined };

async function run(world: World, id: string, job: Job): Promise<Result> {
  await world.start(id, job);
  const processes = ['a', 'b', 'c'].map((owner) => world.newProcess(`${id} ${owner}`));
  await driveTogether(world, id, processes);
  return resultOf(world, id);
}

interface Result {
  items: Item[];
  places: Place[];
  cells: CellFact[];
  counts: Counts;
}

async function resultOf(world: World, id: string): Promise<Result> {
  const outcomes = await outcomesOf(world, id);
  const items = outcomes.flatMap((outcome) => outcome.items);
  const counts = await world.ledger.readCounts(id);
  const ended = ['stored', 'failed', 'skipped', 'cancelled'].map((end) => counts[`place:${end}`] ?? 0);
  expect(
    ended.reduce((sum, count) => sum + count),
    'places that ended',
  ).toBe(counts['place:admitted'] ?? 0);
  return {
    items,
    places: items.map(({ fields }) => fields as unknown as Place),
    cells: outcomes.flatMap(({ pages }) => pages.flatMap(({ cell }) => cell ?? [])),
    counts,
  };
}

async function inWorld<T>(body: (world: World) => Promise<T>): Promise<T> {
  // What is not due is deferred, and the clock jumps.
  const world = openWorld({ batchSize: 20, maxWaitMs: 0 }, { env });
  try {
    return await body(world);
  } finally {
    await world.close();
  }
}

async function withMaps<T>(options: Omit<MapsOptions, 'city'>, body: (maps: Maps) => Promise<T>): Promise<T> {
  const own = await startMaps({ city, robots: 'open', ...options });
  try {
    return await body(own);
  } finally {
    await own.close();
  }
}

const truthOf = (source: 'google-places' | 'google-maps', own: Maps = maps, area = city.box) =>
  placesTruth({ city, websiteOf: own.websiteOf, queries, source, area });

describe('a search for places', () => {
  it('finds each place of the API once, as it is, and pays for no more than it says', async () => {
    await inWorld(async (world) => {
      const before = maps.billed();
      const fields = ['name', 'category', 'location', 'phone', 'website', 'rating', 'reviews', 'status'];
      const { places, cells, counts } = await run(world, 'r', placesJob({ fields }));
      const truth = truthOf('google-places');
      const score = scorePlaces(places, onlyFields(truth, fields));
      expect(score).toMatchObject({ recall: 1, missing: [], extra: [], repeated: [], wrong: [] });
      expect(places.length).toBeGreaterThan(200);
      expect(counts).toMatchObject({ 'place:admitted': truth.size, items: truth.size });
      expect(cells.filter(({ end }) => end === 'split').length).toBeGreaterThanOrEqual(3);
      expect(cells.filter(({ end }) => end === 'saturated' || end === 'failed')).toEqual([]);
      expect(billedSince(before)).toEqual({
        textIds: counts['billed:textIds'],
        textEnterprise: counts['billed:textEnterprise'],
      });
      expect(counts['billedMicroUsd']).toBe(35_000 * (counts['billed:textEnterprise'] ?? 0));
    });
  });

  it('finds the same by the listing, in either envelope, with rows that come again', async () => {
    for (const envelope of ['legacy', 'newer', 'both'] as const) {
      await withMaps({ envelope, repeatedRows: 3, spillEvery: 7 }, async (own) => {
        await inWorld(async (world) => {
          const { places, counts } = await run(world, 'r', placesJob(listing, { maps: own }));
          const truth = truthOf('google-maps', own);
          const score = scorePlaces(places, onlyFields(truth, ['name', 'location', 'phone', 'rating']));
          expect(score, envelope).toMatchObject({ extra: [], repeated: [], wrong: [] });
          expect(score.recall, envelope).toBeGreaterThanOrEqual(0.995);
          expect(counts['billedMicroUsd']).toBeUndefined();
        });
      });
    }
  });

  it.each([
    ['the listing', listing, { resultCap: 110 }],
    ['the API', {}, { maxResults: 57 }],
    ['the API, with rows that come again', {}, { maxResults: 60, repeatedRows: 3 }],
  ] as const)(
    'takes a search that ends a little before its limit for full: %s',
    async (_, source, behaviour) => {
      await withMaps(behaviour, async (own) => {
        await inWorld(async (world) => {
          const { places } = await run(world, 'r', placesJob(source, { maps: own }));
          const score = scorePlaces(places, onlyFields(truthOf('google-maps', own), ['name']));
          expect(score.recall).toBeGreaterThanOrEqual(0.995);
        });
      });
    },
  );

  it('takes a place once, whatever queries, cells and sources name it', async () => {
    await inWorld(async (world) => {
      const sources = [
        ...placesJob({ queries: ['dentist', 'dentists'] }).sources,
        ...placesJob({ ...listing, queries: ['dentist'] }).sources,
      ];
      const { places, counts } = await run(world, 'r', makeJob({ sources }));
      expect(new Set(places.map(({ placeId }) => placeId)).size).toBe(places.length);
      expect(counts['duplicates']).toBeGreaterThan(places.length / 2);
    });
  });

  it('has on each item which searches named it, whichever process was first', async () => {
    const job = placesJob({ queries: ['dentist', 'dentists', 'coffee shop'], fields: ['name'] });
    const mentionsBy = async (owners: string[]) =>
      inWorld(async (world) => {
        await world.start('r', job);
        await driveTogether(
          world,
          'r',
          owners.map((owner) => world.newProcess(owner)),
        );
        const complete = await joinFacts(
          { list: () => listOf(outcomesOf(world, 'r')) },
          'r',
          job,
          ({ name }) => name,
        );
        const { items } = await resultOf(world, 'r');
        return items
          .map(({ fields: { fetchedAt: _, ...fields } }) => complete?.(fields) ?? {})
          .sort((a, b) => String(a['placeId']).localeCompare(String(b['placeId'])));
      });
    const alone = await mentionsBy(['a']);
    expect(await mentionsBy(['a', 'b', 'c', 'd'])).toEqual(alone);
    const several = alone.filter(({ mentions }) => Array.isArray(mentions) && mentions.length > 1);
    expect(several.length).toBeGreaterThan(20);
    for (const { query, area, rank, mentions } of alone)
      expect(Array.isArray(mentions) && mentions[0]).toMatchObject({ query, area, rank });
  });

  it('gives with onlyNew what no earlier run of the job has given', async () => {
    await inWorld(async (world) => {
      const { west, south, east, north } = city.box;
      const half = { ...city.box, east: (west + east) / 2 };
      const job = (box: object) => placesJob({ onlyNew: true, areas: [{ box }] });
      const first = await run(world, 'one', job(half));
      const second = await run(world, 'two', job({ west, south, east, north }));
      expect(first.places.length).toBeGreaterThan(50);
      // Cells that hold nothing new are not read, nor paid for.
      expect(second.counts['known:unread']).toBeGreaterThan(0);
      expect(second.counts['billedMicroUsd']).toBeLessThan(2 * (first.counts['billedMicroUsd'] ?? 0));
      expect(first.places.length + second.places.length).toBe(truthOf('google-places').size);
      const third = await run(world, 'three', job(city.box));
      expect(third.places).toEqual([]);
      expect(third.counts['billedMicroUsd']).toBeUndefined();
      const other = await run(world, 'four', { ...job(half), name: 'another' });
      expect(other.places.length).toBe(first.places.length);
    });
  });

  it('pays nothing on a second run for what the filter or the edge of the area left out', async () => {
    await inWorld(async (world) => {
      const { west, south, east, north } = city.box;
      const circle = { lat: (south + north) / 2, lng: (west + east) / 2, radiusM: 9_000 };
      const job = (minRating: number) =>
        placesJob({ onlyNew: true, areas: [{ circle }], filter: { minRating, hasWebsite: true } });
      const first = await run(world, 'one', job(4));
      expect(first.counts['refused:filter']).toBeGreaterThan(0);
      expect(first.counts['refused:area']).toBeGreaterThan(0);
      expect(first.counts['billedMicroUsd']).toBeGreaterThan(0);
      const second = await run(world, 'two', job(4));
      expect(second.items).toEqual([]);
      expect(second.counts['billedMicroUsd']).toBeUndefined();
      expect(second.counts['known:unread']).toBeGreaterThan(first.items.length);
      // Under another rule they may pass, and are read again.
      const third = await run(world, 'three', job(3));
      expect(third.items.length).toBeGreaterThan(0);
      const truth = truthOf('google-places', maps, city.box);
      const wanted = [...truth.values()].filter(({ rating = 0, website }) => rating >= 3 && website);
      const ids = new Set(wanted.map(({ placeId }) => placeId));
      for (const { placeId } of third.places) expect(ids).toContain(placeId);
    });
  });

  it('asks for few new places of a known cell one by one, which costs less than its pages', async () => {
    const id = (index: number) => `place-number-${String(index).padStart(2, '0')}`;
    let count = 60;
    const headers = { 'content-type': 'application/json' };
    const paid: string[] = [];
    const api = await serveSite({
      '/v1/places:searchText': ({ headers: sent, body }) => {
        const mask = String(sent['x-goog-fieldmask']);
        if (mask.includes('displayName')) paid.push('search');
        const page = Number(JSON.parse(body).pageToken ?? 0);
        const ids = Array.from({ length: count }, (_, index) => id(index)).slice(20 * page, 20 * page + 20);
        const places = ids.map((one) => ({ id: one, displayName: { text: one } }));
        // The last page of a full cell may have 15 places and more.
        const more = page < 2 && count > 20 * (page + 1) ? { nextPageToken: String(page + 1) } : {};
        return { headers, body: JSON.stringify({ places, ...more }) };
      },
      ...Object.fromEntries(
        Array.from({ length: 60 }, (_, index) => [
          `/v1/places/${id(index)}?languageCode=en`,
          () => {
            paid.push(id(index));
            return { headers, body: JSON.stringify({ id: id(index), displayName: { text: id(index) } }) };
          },
        ]),
      ),
    });
    const job = placesJob({
      ...{ endpoint: api.origin, queries: ['x'], fields: ['name'], onlyNew: true, maxCellKm: 1_000 },
    });
    await inWorld(async (world) => {
      count = 50;
      const first = await run(world, 'one', job);
      expect(first.items.length).toBe(50);
      expect(paid).toEqual(['search', 'search', 'search']);
      paid.length = 0;
      count = 52;
      const second = await run(world, 'two', job);
      // Two of details Pro at $17 a thousand, for three pages of search Pro at $32.
      expect(paid.toSorted()).toEqual([id(50), id(51)]);
      expect(second.places.map(({ name }) => name).sort()).toEqual([id(50), id(51)]);
      expect(second.counts).toMatchObject({
        ...{ billedMicroUsd: 34_000, 'known:unread': 50, 'cells:by-details': 2, 'cells:whole': 1 },
      });
      paid.length = 0;
      const third = await run(world, 'three', job);
      expect([third.items, paid]).toEqual([[], []]);
    });
    await api.close();
  });

  it('lets Google leave out what the filter would, pays less, and loses nothing', async () => {
    await inWorld(async (world) => {
      const filter = { minRating: 4.3, openNow: true, priceLevels: ['moderate', 'expensive'] };
      const now = Date.UTC(2026, 10, 27, 11);
      await withMaps({ now: () => now }, async (own) => {
        const fields = ['name', 'rating', 'openNow', 'priceLevel', 'types'];
        const of = (more: object) => placesJob({ queries: ['coffee shop'], fields, ...more }, { maps: own });
        const all = await run(world, 'all', of({}));
        const passing = all.places.filter(
          ({ rating = 0, openNow, priceLevel = '' }) =>
            rating >= 4.3 && openNow === true && filter.priceLevels.includes(priceLevel),
        );
        expect(passing.length).toBeGreaterThan(2);
        expect(passing.length).toBeLessThan(all.places.length / 2);
        const some = await run(world, 'some', of({ filter }));
        const idsOf = (places: Place[]) => places.map(({ placeId }) => placeId).sort();
        expect(idsOf(some.places)).toEqual(idsOf(passing));
        expect(some.counts['billedMicroUsd']).toBeLessThan((all.counts['billedMicroUsd'] ?? 0) / 2);
        const typed = await run(world, 'typed', of({ filter: { includedType: 'bakery' } }));
        expect(idsOf(typed.places)).toEqual(
          idsOf(all.places.filter(({ types = [] }) => types.includes('bakery'))),
        );
      });
    });
  });

  it('finds businesses without an address where the job asks for them', async () => {
    const shop = { id: 'ChIJshopshopshop', location: { latitude: 47, longitude: -33 } };
    const van = { id: 'ChIJvanvanvanvan', pureServiceAreaBusiness: true };
    const api = await serveSite({
      '/v1/places:searchText': ({ body }) => ({
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          places: JSON.parse(body).includePureServiceAreaBusinesses === true ? [shop, van] : [shop],
        }),
      }),
    });
    const found = async (more: object) =>
      inWorld(async (world) => {
        const fields = ['location', 'serviceAreaOnly'];
        const areas = [{ circle: { lat: 47, lng: -33, radiusM: 1_000 } }];
        const settings = { endpoint: api.origin, queries: ['plumber'], fields, areas, ...more };
        const { places } = await run(world, 'r', placesJob(settings));
        return places.map(({ placeId, serviceAreaOnly }) => [placeId, serviceAreaOnly]).sort();
      });
    expect(await found({})).toEqual([[shop.id, undefined]]);
    expect(await found({ includePureServiceAreaBusinesses: true })).toEqual([
      [shop.id, undefined],
      [van.id, true],
    ]);
    await api.close();
  });

  it('keeps to an area that is no box', async () => {
    await inWorld(async (world) => {
      const { west, south, east, north } = city.box;
      const ring = [
        [west, south],
        [east, south],
        [(west + east) / 2, north],
        [west, south],
      ];
      const geojson = { type: 'Polygon', coordinates: [ring] };
      const { places } = await run(world, 'r', placesJob({ areas: [{ geojson }] }));
      const polygon = [ring.map(([lng = 0, lat = 0]) => ({ lat, lng }))];
      const truth = placesTruth({
        city,
        websiteOf: maps.websiteOf,
        queries,
        source: 'google-places',
        area: { polygon },
      });
      expect(places.map(({ placeId }) => placeId).sort()).toEqual([...truth.keys()].sort());
      expect(truth.size).toBeLessThan(truthOf('google-places').size);
    });
  });

  it('filters, and asks for what it filters by', async () => {
    await inWorld(async (world) => {
      const filter = { minRating: 4.5, hasWebsite: true };
      const { places, counts } = await run(world, 'r', placesJob({ filter, fields: ['name'] }));
      const wanted = [...truthOf('google-places').values()].filter(
        ({ rating = 0, website }) => rating >= 4.5 && website !== undefined,
      );
      expect(places.map(({ placeId }) => placeId).sort()).toEqual(
        wanted.map(({ placeId }) => placeId).sort(),
      );
      expect(Object.keys(places[0] ?? {}).sort()).toEqual([
        'fetchedAt',
        'name',
        'placeId',
        'provenance',
        'retention',
      ]);
      expect(counts['refused:filter']).toBeGreaterThan(0);
    });
  });

  it('never spends more than the budget, and keeps what it has paid for', async () => {
    await inWorld(async (world) => {
      const before = maps.billed();
      const job = placesJob({}, { job: { limits: { budgetUsd: 0.2 } } });
      const { counts, places, cells } = await run(world, 'r', job);
      expect(counts['billedMicroUsd']).toBeLessThanOrEqual(200_000);
      expect(counts['billedMicroUsd']).toBeGreaterThan(200_000 - 35_000);
      expect(counts['cells:to-count']).toBe(0);
      expect(billedSince(before)['textEnterprise']).toBe(counts['billed:textEnterprise']);
      expect(counts['cell:skipped:LIMIT_BUDGET']).toBeGreaterThan(0);
      expect(cells.some(({ code }) => code === 'LIMIT_BUDGET')).toBe(true);
      expect(places.length).toBeGreaterThan(0);
      expect(places.length).toBe(counts['place:admitted']);
    });
  });

  it('spends a budget on the cells that hold most, each to its end, whatever process counts them', async () => {
    await inWorld(async (world) => {
      const budgetUsd = 0.5;
      const settings = { queries: ['dentist', 'coffee shop'], fields: ['name', 'phone'] };
      const whole = await run(world, 'whole', placesJob(settings));
      const job = placesJob(settings, { job: { limits: { budgetUsd } } });
      const { places, cells, counts } = await run(world, 'r', job);
      const pages = counts['billed:textEnterprise'] ?? 0;
      expect(pages).toBe(14);
      const read = cells.filter(({ end }) => end === 'whole').map(({ found }) => found);
      const left = cells.filter(({ code }) => code === 'LIMIT_BUDGET').map(({ found }) => found);
      const worth = (found: number) => found / Math.ceil(found / 20);
      // Of those left out, none that the rest of the budget could have paid for promised more than one that was read.
      const paid = read.filter((found) => found > 0);
      const lost = left.filter((found) => Math.ceil(found / 20) === 1);
      expect(Math.min(...paid.map(worth))).toBeGreaterThanOrEqual(Math.max(...lost.map(worth)));
      const perPage = (of: Result) => of.places.length / (of.counts['billed:textEnterprise'] ?? 0);
      expect(places.length / pages).toBeGreaterThan(1.15 * perPage(whole));
      // What no whole cell costs buys the first pages of one.
      const ofWhole = paid.reduce((sum, found) => sum + Math.ceil(found / 20), 0);
      expect(ofWhole).toBeGreaterThanOrEqual(pages - 2);
      expect(ofWhole).toBeLessThanOrEqual(pages);
    });
  });

  it.each([
    ['tooMany', 'BLOCKED'],
    ['sorry', 'BLOCKED'],
    ['gated', 'GATED_STUB'],
    ['consent', 'CONSENT_NEEDED'],
  ] as const)('pauses when the listing answers with %s, and goes on where it was', async (block, code) => {
    await withMaps({}, async (own) => {
      await inWorld(async (world) => {
        const process = world.newProcess('p');
        await world.start('r', placesJob(listing, { maps: own }));
        await deliverUntil(world, process, () => own.requests().listing > 8);
        own.block(block);
        const asked = own.requests().listing;
        await deliverUntil(world, process, async () => (await world.ledger.readRun('r'))?.state === 'paused');
        const { reason } = (await world.ledger.readRun('r')) ?? {};
        expect(reason?.code).toBe(code);
        // Those that were under way at the same moment; none after them.
        expect(own.requests().listing - asked).toBeLessThanOrEqual(8);
        own.block(undefined);
        await world.ledger.moveRun('r', ['paused'], 'running');
        await driveRun(world, 'r', process);
        const { places, cells } = await resultOf(world, 'r');
        const score = scorePlaces(places, onlyFields(truthOf('google-maps', own), ['name']));
        expect(score).toMatchObject({ extra: [], repeated: [] });
        expect(score.recall).toBeGreaterThanOrEqual(0.995);
        expect(cells.filter(({ end }) => end === 'failed')).toEqual([]);
      });
    });
  });

  it('tells an answer of another shape from one without places', async () => {
    await withMaps({ blockAfter: { answers: 3, as: 'changed' } }, async (own) => {
      await inWorld(async (world) => {
        const { counts, cells } = await run(world, 'r', placesJob(listing, { maps: own }));
        expect(counts['cell:failed:SHAPE_CHANGED']).toBeGreaterThan(0);
        expect(cells.some(({ end, code }) => end === 'failed' && code === 'SHAPE_CHANGED')).toBe(true);
      });
    });
  });

  it.each([
    ['BILLING_DISABLED', /^PLACES_DENIED: .*billing account.*BILLING_DISABLED/],
    ['API_KEY_SERVICE_BLOCKED', /^PLACES_DENIED: .*restrictions/],
  ])('pauses with what Google says of the key: %s', async (reason, message) => {
    await withMaps({ keys: { 'demo-key': reason } }, async (own) => {
      await inWorld(async (world) => {
        const process = world.newProcess('p');
        await world.start('r', placesJob({}, { maps: own }));
        await deliverUntil(world, process, async () => (await world.ledger.readRun('r'))?.state === 'paused');
        const { reason } = (await world.ledger.readRun('r')) ?? {};
        expect(reason && writeReason(reason)).toMatch(message);
        expect(JSON.stringify(await outcomesOf(world, 'r'))).not.toContain('demo-key');
      });
    });
  });

  it('waits for the minute when its quota is used up, and pauses for the day', async () => {
    await inWorld(async (world) => {
      await withMaps({ now: world.now, searchQuota: { perMinute: 30 } }, async (own) => {
        const { places, counts } = await run(world, 'r', placesJob({}, { maps: own }));
        expect(places.length).toBe(truthOf('google-places', own).size);
        expect(counts['retries']).toBeGreaterThan(0);
      });
      await withMaps({ now: world.now, searchQuota: { perDay: 20 } }, async (own) => {
        const process = world.newProcess('p');
        await world.start('day', placesJob({}, { maps: own }));
        await deliverUntil(
          world,
          process,
          async () => (await world.ledger.readRun('day'))?.state === 'paused',
          'day',
        );
        expect((await world.ledger.readRun('day'))?.reason?.code).toBe('PLACES_QUOTA');
      });
    });
  });

  it('reads contacts from the websites, and keeps the place where a website cannot be read', async () => {
    await inWorld(async (world) => {
      const fields = ['name', 'website', 'emails', 'socials', 'contacts'];
      const { places, counts, items } = await run(world, 'r', placesJob({ fields, queries: ['dentist'] }));
      const truth = placesTruth({
        city,
        websiteOf: maps.websiteOf,
        queries: ['dentist'],
        source: 'google-places',
        hasContacts: true,
      });
      const score = scorePlaces(places, onlyFields(truth, ['name', 'website', 'emails', 'socials']));
      expect(score).toMatchObject({ recall: 1, extra: [], repeated: [], wrong: [] });
      expect(counts['site:skipped:ROBOTS_DISALLOWED']).toBeGreaterThan(0);
      expect(counts['site:failed']).toBeGreaterThan(0);
      expect(items.length).toBe(truth.size);
      const withContacts = places.filter(({ contacts = [] }) => contacts.length > 0);
      expect(withContacts.length).toBeGreaterThan(10);
      for (const { contacts = [], website = '' } of withContacts) {
        for (const { page } of contacts) expect(new URL(page).host).toBe(new URL(website).host);
      }
    });
  });

  it('takes details of the listing and of ids', async () => {
    await inWorld(async (world) => {
      const ids = city.places.slice(0, 30).map(({ placeId }) => placeId);
      const byId = {
        queries: undefined,
        areas: undefined,
        placeIds: [...ids, 'ChIJAAAAAAAAAAARAQAAAAAAAAA'],
      };
      const named = await run(world, 'ids', placesJob({ ...byId, fields: ['name', 'phone'] }));
      expect(named.places.map(({ placeId }) => placeId).sort()).toEqual(ids.toSorted());
      const failed = (await outcomesOf(world, 'ids')).flatMap(({ pages }) =>
        pages.flatMap(({ placeId }) => placeId ?? []),
      );
      expect(failed).toEqual(['ChIJAAAAAAAAAAARAQAAAAAAAAA']);
      expect(named.counts).toMatchObject({ 'details:failed:PLACE_GONE': 1, 'billed:detailsEnterprise': 30 });
      const fields = ['name', 'popularTimes', 'owner'];
      const listed = await run(world, 'listing', placesJob({ ...listing, queries: ['dentist'], fields }));
      expect(listed.counts['details:stored']).toBe(listed.places.length);
      expect(listed.places.some(({ popularTimes }) => popularTimes !== undefined)).toBe(true);
    });
  });

  it.each([
    ['the API', {}],
    ['the listing', listing],
  ])('takes places by whatever names them, with the ids of their users, by %s', async (_, source) => {
    await inWorld(async (world) => {
      const [first, second, third, fourth] = city.places;
      if (first === undefined || second === undefined || third === undefined || fourth === undefined)
        throw new Error('a small city');
      const page = (feature: string) => `https://www.google.com/maps/place/x/data=!4m2!3m1!1s${feature}`;
      const featureOf = ({ placeId }: { placeId: string }) => idsOfPlaceId(placeId)?.featureId ?? '';
      const lines = [
        `${page(featureOf(second))}\trow 1`,
        '# a comment',
        `https://maps.google.com/?cid=${third.cid}\trow 3`,
        `https://maps.app.goo.gl/${fourth.cid}\trow 4`,
        'https://goo.gl/maps/none\trow 6',
        `place_id:${first.placeId}\trow 5`,
      ];
      writeFileSync(join(world.folder, 'places.tsv'), `${lines.join('\n')}\n`);
      const job = placesJob({
        ...{ ...source, queries: undefined, areas: undefined, fields: ['name'] },
        links: [{ link: first.placeId, id: 'own' }],
        linkFile: 'places.tsv',
      });
      const { items, counts } = await run(world, 'r', job);
      const complete = await joinFacts(
        { list: () => listOf(outcomesOf(world, 'r')) },
        'r',
        job,
        ({ name }) => name,
      );
      const given = items.map(({ fields }) => complete?.(fields) ?? {});
      const byId = Object.fromEntries(given.map(({ inputId, ...rest }) => [inputId, rest]));
      const isApi = source === listing ? 0 : 1;
      expect(byId['own']).toMatchObject({
        name: first.name,
        inputs: [{ link: first.placeId, id: 'own' }, { id: 'row 5' }],
      });
      expect(byId['row 1']).toMatchObject({ name: second.name });
      // The short link led to its page, whose address has the id.
      expect(byId['row 4']).toMatchObject({
        name: fourth.name,
        inputs: [{ link: `https://maps.app.goo.gl/${fourth.cid}` }],
      });
      expect(Object.keys(byId).length).toBe(4 - isApi);
      if (isApi === 0) expect(byId['row 3']).toMatchObject({ name: third.name });
      const failed = (await outcomesOf(world, 'r'))
        .flatMap(({ pages }) => pages)
        .filter(({ code }) => code === 'PLACE_UNRESOLVED');
      expect(failed.map(({ message = '' }) => message.slice(0, 13)).sort()).toEqual(
        isApi === 0 ? ['line 5, row 6'] : ['line 3, row 3', 'line 5, row 6'],
      );
      expect(counts['source:failed:PLACE_UNRESOLVED']).toBe(1 + isApi);
    });
  });

  it('begins a search anew when the token of its next page is refused', async () => {
    const headers = { 'content-type': 'application/json' };
    const places = Array.from({ length: 25 }, (_, index) => ({ id: `place-number-${index}` }));
    let refused = 0;
    const api = await serveSite({
      '/v1/places:searchText': ({ body }) => {
        if (!body.includes('pageToken')) {
          return { headers, body: JSON.stringify({ places: places.slice(0, 20), nextPageToken: 'old' }) };
        }
        refused += 1;
        const error = { code: 400, status: 'INVALID_ARGUMENT', message: 'The page token is not valid.' };
        return refused === 1
          ? { status: 400, headers, body: JSON.stringify({ error }) }
          : { headers, body: JSON.stringify({ places: places.slice(20) }) };
      },
    });
    const job = placesJob({ endpoint: api.origin, queries: ['x'], fields: ['placeId'], maxCellKm: 1_000 });
    const { items } = await inWorld((world) => run(world, 'r', job));
    expect(items.length).toBe(25);
    await api.close();
  });

  // Twice anew; a first page does not depend on a token.
  it.each([
    [0, 1],
    [1, 3],
    [2, 3],
  ])('pauses a run whose page %i is refused each time, after %i searches', async (refusedPage, searches) => {
    const headers = { 'content-type': 'application/json' };
    const error = { code: 400, status: 'INVALID_ARGUMENT', message: 'The page token is not valid.' };
    let begun = 0;
    const api = await serveSite({
      '/v1/places:searchText': ({ body }) => {
        const page = Number(/"pageToken":"page-(\d)"/.exec(body)?.[1] ?? 0);
        if (page === 0) begun += 1;
        if (page === refusedPage) return { status: 400, headers, body: JSON.stringify({ error }) };
        const places = Array.from({ length: 20 }, (_, index) => ({ id: `place-of-page-${page}-${index}` }));
        return { headers, body: JSON.stringify({ places, nextPageToken: `page-${page + 1}` }) };
      },
    });
    const job = placesJob({ endpoint: api.origin, queries: ['x'], fields: ['placeId'], maxCellKm: 1_000 });
    await inWorld(async (world) => {
      await world.start('r', job);
      const process = world.newProcess('p');
      const stateOf = async () => (await world.ledger.readRun('r'))?.state;
      for (let turn = 0; turn < 30 && (await stateOf()) === 'running'; turn += 1) {
        await deliverNext(world, 'r', process);
      }
      expect(await world.ledger.readRun('r')).toMatchObject({
        state: 'paused',
        reason: { code: 'PLACES_INVALID', message: expect.stringContaining('The page token is not valid.') },
      });
      expect(begun).toBe(searches);
    });
    await api.close();
  });

  it('obeys the robots.txt of the listing, whatever the job says of other sites', async () => {
    await withMaps({ robots: 'google' }, async (own) => {
      await inWorld(async (world) => {
        const job = { politeness: { robots: 'ignore' } };
        const { counts } = await run(world, 'r', placesJob(listing, { maps: own, job }));
        expect(counts['cell:skipped:ROBOTS_DISALLOWED']).toBeGreaterThan(0);
        expect(own.requests().listing).toBe(0);
      });
    });
  });

  it('can be cancelled although the file of its area is gone', async () => {
    await inWorld(async (world) => {
      await world.start('r', placesJob({ areas: [{ geojson: 'gone.json' }] }));
      const process = world.newProcess('p');
      await expect(deliverNext(world, 'r', process)).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
      await world.ledger.moveRun('r', ['running'], 'cancelled');
      world.advance(leaseMs + 1_001);
      await driveRun(world, 'r', process);
      expect(await world.ledger.readCounts('r')).toMatchObject({ open: 0 });
    });
  });

  it('stops at maxItems, and at nothing more', async () => {
    await inWorld(async (world) => {
      const { items, counts } = await run(world, 'r', placesJob({}, { job: { limits: { maxItems: 25 } } }));
      expect(items.length).toBe(25);
      expect(counts['items']).toBe(25);
    });
  });
});

describe('the chain of a place', () => {
  /** One place, whose website answers so. */
  const chained = async (site: Record<string, SiteAnswer>, id = 'ChIJaaaaaaaaaa') => {
    const web = await serveSite(site);
    const api = await serveSite({
      [`/v1/places/${id}?languageCode=en`]: {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id, displayName: { text: 'A' }, websiteUri: `${web.origin}/` }),
      },
    });
    const byId = { queries: undefined, areas: undefined, placeIds: [id], fields: ['name', 'emails'] };
    const { items, counts } = await inWorld((world) =>
      run(world, 'r', placesJob({ ...byId, endpoint: api.origin })),
    );
    await Promise.all([web.close(), api.close()]);
    return { items, counts };
  };
  const home = { body: '<a href="/contact">contact</a> <a href="/about-us">about</a>' };
  const mail = { body: '<a href="mailto:info@acme-dental.gr">mail</a>' };

  it.each([
    ['redirects to the home page', { '/': { body: `${home.body}${mail.body}` }, '/contact': redirect('/') }],
    ['redirects to the next page', { '/': home, '/contact': redirect('/about-us'), '/about-us': mail }],
    ['is gone', { '/': home, '/contact': { status: 404 }, '/about-us': mail }],
    [
      'redirects to another site',
      { '/': home, '/contact': redirect('http://127.0.0.1:1/'), '/about-us': mail },
    ],
    ['redirects in a circle', { '/': home, '/contact': redirect('/contact'), '/about-us': mail }],
  ])('ends as an item, with what there is, where a contact page %s', async (_, site) => {
    const { items } = await chained(site);
    expect(items.map(({ fields }) => fields['emails'])).toEqual([['info@acme-dental.gr']]);
  });

  it('is not read from another site', async () => {
    const other = await serveSite({ '/': { body: '<a href="mailto:help@elsewhere.gr">mail</a>' } });
    const { items } = await chained({ '/': home, '/contact': redirect(`${other.origin}/`), '/about-us': {} });
    expect(items.map(({ fields }) => fields['emails'])).toEqual([undefined]);
    await other.close();
  });

  it('keeps a place for a later run that it could not give', async () => {
    await inWorld(async (world) => {
      const given = new Set<unknown>();
      for (const id of ['one', 'two', 'three']) {
        const job = placesJob({ onlyNew: true, queries: ['dentist'] }, { job: { limits: { maxItems: 20 } } });
        const { items } = await run(world, id, job);
        expect(items.length, id).toBe(20);
        for (const { fields } of items) given.add(fields['placeId']);
      }
      expect(given.size).toBe(60);
    });
  });
});

describe('a search for places, killed at every step boundary', () => {
  it('comes to the same places and cells', { timeout: 240_000 }, async ({ task }) => {
    const small = await startMaps({ city: makeCity({ count: 200, seed: 3 }), siteHosts: 2 });
    const fields = ['name', 'website', 'emails'];
    const job = () =>
      placesJob(
        { queries: ['dentist'], fields, onlyNew: true },
        { maps: small, job: { limits: { budgetUsd: 50, maxItems: 1_000 }, fetch: { attempts: 2 } } },
      );
    const attempt = async (point: CrashPoint | undefined, names: string[] = []) =>
      inWorld(async (world) => {
        await world.start('r', job());
        const first = world.newProcess('first', (ports) => crashingPorts(ports, point, names));
        await driveRun(world, 'r', first).catch(async (error: unknown) => {
          if (!(error instanceof Crash)) throw error;
          world.advance(leaseMs + 1_001);
          await driveRun(world, 'r', world.newProcess('second'));
        });
        const { items, cells } = await resultOf(world, 'r');
        const lines = items.map(({ fields: { fetchedAt: _, ...rest } }) => JSON.stringify(rest)).sort();
        return { lines, cells: cells.map((cell) => JSON.stringify(cell)).sort() };
      });
    const names: string[] = [];
    const calm = await attempt(undefined, names);
    expect(calm.lines.length).toBeGreaterThan(3);
    expect(names).toContain('ledger.claim');
    await checkPoints(takeCrashPoints(task, names), names, async (point, where) => {
      expect(await attempt(point), where).toEqual(calm);
    });
    await small.close();
  });
});

async function* listOf(outcomes: ReturnType<typeof outcomesOf>) {
  yield* await outcomes;
}

/** Truth about these fields alone: a job takes no others. */
function onlyFields(truth: Map<string, Place>, fields: string[]): Map<string, Place> {
  const kept = new Set([...fields, 'placeId']);
  return new Map(
    [...truth].map(([id, place]) => {
      const entries = Object.entries(place).filter(([name]) => kept.has(name));
      return [id, Object.fromEntries(entries) as unknown as Place];
    }),
  );
}

/** What the stand-in has billed since, by the names of our counts. */
function billedSince(before: ReturnType<Maps['billed']>): Record<string, number> {
  const names: Record<string, string> = {
    'textSearch.idsOnly': 'textIds',
    'textSearch.pro': 'textPro',
    'textSearch.enterprise': 'textEnterprise',
  };
  const now = Object.entries(maps.billed().requests);
  const added = now.map(([sku, count]) => {
    const earlier = Object.entries(before.requests).find(([name]) => name === sku)?.[1] ?? 0;
    return [names[sku] ?? sku, count - earlier] as const;
  });
  return Object.fromEntries(added.filter(([, count]) => count > 0));
}

async function deliverUntil(
  world: World,
  process: ReturnType<World['newProcess']>,
  isEnough: () => boolean | Promise<boolean>,
  id = 'r',
): Promise<void> {
  while (!(await isEnough())) {
    if ((await deliverNext(world, id, process)) === 'over') throw new Error('the run is over');
  }
}
