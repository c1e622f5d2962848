import { describe, expect, it } from 'vitest';
import type { Engine } from '../../shared/engine/engine.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { CellFact } from '../../shared/model.ts';
import { compileArea } from '../../shared/places/areas/area.ts';
import { containsPoint } from '../../shared/places/areas/box.ts';
import { measureCoverage } from '../../shared/places/coverage/coverage.ts';
import type { Place, Point } from '../../shared/places/place.ts';
import { type City, makeCity } from '../../testing/demo-maps/city.ts';
import { makeRandom, type Random } from '../../testing/demo-maps/random.ts';
import { type Maps, type MapsOptions, startMaps } from '../../testing/demo-maps/server.ts';
import { placesTruth } from '../../testing/demo-maps/truth.ts';
import { sampleSize } from '../sample.ts';
import { deliverNext, makeJob, openWorld, outcomesOf, type World } from './world.ts';

/** A search for places in a city that does not exist, by a service with faults; all drawn by one number. */
interface PlaceWorld {
  city: City;
  options: Omit<MapsOptions, 'city'>;
  source: 'google-places' | 'google-maps';
  queries: string[];
  area: { name: string; box?: City['box']; circle?: Point & { radiusM: number } };
  settings: Record<string, unknown>;
  fetch: Record<string, unknown>;
}

const allQueries = ['dentist', 'coffee shop', 'hair salon', 'pharmacy', 'restaurant', 'plumber'];

function drawWorld(seed: number): PlaceWorld {
  const random = makeRandom(seed);
  const count = random.pick([150, 600, 1_500, 3_000]);
  const city = makeCity({
    count,
    seed,
    dentistsInTower: random.chance(0.2) ? random.pick([30, 70, 130]) : 0,
  });
  const source = random.chance(0.7) ? 'google-maps' : 'google-places';
  const asksConsent = source === 'google-maps' && random.chance(0.2);
  return {
    city,
    source,
    options: {
      robots: 'open',
      repeatedRows: random.pick([0, 0, 3, 7]),
      flaky: random.pick([0, 0, 0.05]),
      ...(source === 'google-maps' ? listingFaults(random) : {}),
      ...(asksConsent ? { consentCookie: 'SOCS' } : {}),
      // Not drawn, so that what else is drawn stays as it was.
      ...(source === 'google-places' && seed % 4 < 2 ? { serviceAreaEvery: 4 + (seed % 9) } : {}),
    },
    queries: [...new Set([random.pick(allQueries), random.pick(allQueries)])],
    area: drawArea(random, city),
    settings: {
      maxCellKm: random.pick([5, 12, 50]),
      minCellKm: random.pick([0.05, 0.1, 1, 4]),
      ...(source === 'google-places' && random.chance(0.3) ? { includePureServiceAreaBusinesses: true } : {}),
      // A language of its own, so that what else is drawn stays as it was; to the last of them the words of a closed place mean nothing.
      ...(seed % 2 === 0
        ? { filter: { status: ['open'] }, language: ['en', 'de', 'fr', 'es', 'ja', 'xx'][(seed / 2) % 6] }
        : {}),
    },
    fetch: asksConsent ? { headers: { cookie: 'SOCS=own' } } : {},
  };
}

function listingFaults(random: Random): Partial<MapsOptions> {
  return {
    offset: random.pick(['honoured', 'honoured', 'honoured', 'ignored', 'shuffled', 'reranked']),
    resultCap: random.pick([80, 100, 120]),
    spillEvery: random.pick([0, 3, 10]),
    envelope: random.pick(['legacy', 'newer', 'both']),
    resultList: random.pick(['ignored', 'needed', 'refused']),
    stubShare: random.pick([0, 0, 0.02, 0.1]),
    isSignedOut: random.chance(0.4),
    placeAnswers: random.pick(['whole', 'bare']),
  };
}

function drawArea(random: Random, { box }: City): PlaceWorld['area'] {
  const name = 'area';
  if (random.chance(0.4)) return { name, box };
  const [lat, lng] = [46.85 + random.next() * 0.3, -33.3 + random.next() * 0.6];
  if (random.chance(0.5)) return { name, circle: { lat, lng, radiusM: 2_000 + random.next() * 18_000 } };
  const [high, wide] = [0.02 + random.next() * 0.1, 0.03 + random.next() * 0.2];
  return { name, box: { south: lat - high, north: lat + high, west: lng - wide, east: lng + wide } };
}

interface Ended {
  found: Set<string>;
  cells: CellFact[];
  state: string | undefined;
  code: string | undefined;
}

async function search({ source, queries, area, settings, fetch }: PlaceWorld, maps: Maps): Promise<Ended> {
  const key = source === 'google-places' ? { key: 'demo-key', perMinute: 60_000 } : {};
  const places = { source, ...key, queries, areas: [area], fields: ['name', 'location'], endpoint: maps.url };
  const job: Job = makeJob({ sources: [{ places: { ...places, ...settings } }], fetch });
  const world = openWorld({ batchSize: 20, maxWaitMs: 0 });
  try {
    await world.start('r', job);
    await driveUntilPaused(world, world.newProcess('a'));
    const outcomes = await outcomesOf(world, 'r');
    const run = await world.ledger.readRun('r');
    return {
      found: new Set(
        outcomes.flatMap(({ items }) => items.map(({ fields }) => (fields as unknown as Place).placeId)),
      ),
      cells: outcomes.flatMap(({ pages }) => pages.flatMap(({ cell }) => cell ?? [])),
      state: run?.state,
      code: run?.reason?.code,
    };
  } finally {
    await world.close();
  }
}

/** A run that is paused has said so, and waits for a user. */
async function driveUntilPaused(world: World, process: Engine): Promise<void> {
  while ((await world.ledger.readRun('r'))?.state !== 'paused') {
    if ((await deliverNext(world, 'r', process)) === 'over') return;
  }
}

/** What the report overstates: places that the run lacks, in cells that it calls whole, or in none. */
function overstated(drawn: PlaceWorld, maps: Maps, { found, cells, state }: Ended) {
  const { city, source, queries, area, settings, options } = drawn;
  const { serviceAreaEvery: every = 0 } = options;
  const servesOnly = new Set(
    city.places.filter(({ number }) => every > 0 && number % every === 3).map(({ placeId }) => placeId),
  );
  const takesServices = settings['includePureServiceAreaBusinesses'] === true;
  const takesOpenOnly = 'filter' in settings;
  const compiled = compileArea(area, 0);
  const { total } = measureCoverage(cells, [compiled]);
  const notWhole = cells.filter(({ end }) => end !== 'whole' && end !== 'split');
  const isOpen = total.share.open > 0 || state !== 'finished';
  const lacking = queries.flatMap((query) => {
    const truth = placesTruth({ city, websiteOf: maps.websiteOf, queries: [query], source });
    const within = [...truth.values()].filter(
      ({ location, placeId, status = 'open' }) =>
        location !== undefined &&
        compiled.contains(location) &&
        (!takesOpenOnly || status === 'open') &&
        (takesServices || !servesOnly.has(placeId)),
    );
    return within.filter(({ placeId }) => !found.has(placeId)).map((place) => ({ query, ...place }));
  });
  // Beside a place without hours stands any notice, such as `Dogs allowed`: in words that nobody knows it may be one of these.
  const mayBeKnown = settings['language'] !== 'xx';
  const closed = city.places.filter(
    ({ placeId, status, week }) =>
      status !== 'open' && found.has(placeId) && (mayBeKnown || week !== undefined),
  );
  const isAdmitted = ({ query, location }: (typeof lacking)[number]) =>
    isOpen ||
    notWhole.some(
      (cell) => cell.query === query && location !== undefined && containsPoint(cell.box, location),
    );
  return {
    lacking,
    overstated: lacking.filter((place) => !isAdmitted(place)),
    closed: takesOpenOnly ? closed : [],
    isWhole: notWhole.length === 0 && !isOpen,
  };
}

describe('worlds of places', () => {
  it('never lack a place of an area, or a part of one, that their coverage calls whole', {
    timeout: 3_600_000,
  }, async ({ task }) => {
    const size = sampleSize(task, 'worlds of places', 200, 6);
    const wrong: object[] = [];
    const tally = { whole: 0, notWhole: 0, paused: 0, places: 0, lacking: 0 };
    for (let seed = 1; seed <= size; seed++) {
      const drawn = drawWorld(seed);
      const maps = await startMaps({ ...drawn.options, city: drawn.city });
      try {
        const ended = await search(drawn, maps);
        const judged = overstated(drawn, maps, ended);
        tally[ended.state === 'paused' ? 'paused' : judged.isWhole ? 'whole' : 'notWhole'] += 1;
        tally.places += ended.found.size;
        tally.lacking += judged.lacking.length;
        if (judged.overstated.length + judged.closed.length > 0) {
          const { options, source, queries, settings } = drawn;
          wrong.push({
            seed,
            source,
            queries,
            settings,
            options,
            lacking: judged.overstated.map(({ placeId }) => placeId),
            closed: judged.closed.map(({ placeId }) => placeId),
          });
        }
      } finally {
        await maps.close();
      }
    }
    expect(wrong, JSON.stringify(tally)).toEqual([]);
    expect(tally.whole).toBeGreaterThan(size / 3);
  });
});
