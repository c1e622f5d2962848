import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCity } from '../../testing/demo-maps/city.ts';
import { boxAround, contains } from '../../testing/demo-maps/geography.ts';
import { type Maps, type MapsOptions, startMaps } from '../../testing/demo-maps/server.ts';

const city = makeCity({ count: 3000 });
let maps: Maps;
beforeAll(async () => {
  maps = await startMaps({ city });
});
afterAll(() => maps.close());

/** What is there in arrays of arrays. */
function at(value: unknown, ...path: number[]): unknown {
  return path.reduce((inner: unknown, index) => (Array.isArray(inner) ? inner[index] : undefined), value);
}

const listAt = (value: unknown, ...path: number[]): unknown[] => {
  const list = at(value, ...path);
  return Array.isArray(list) ? list : [];
};

/** A camera that sees so many metres from top to bottom, through a square window. */
const pbOf = (metres: number, lat: number, lng: number, offset = 0) =>
  `!4m12!1m3!1d${metres / (2 * Math.tan((13.1 * Math.PI) / 360))}!2d${lng}!3d${lat}!2m3!1f0!2f0!3f0!3m2!1i1024!2i1024!4f13.1!7i20!8i${offset}!10b1`;

async function search(query: string, pb: string, own = maps): Promise<unknown> {
  const parameters = new URLSearchParams({ tbm: 'map', authuser: '0', hl: 'en', q: query, pb });
  const response = await fetch(`${own.url}/search?${parameters}`, { redirect: 'manual' });
  const text = await response.text();
  return response.status === 200 && text.startsWith(")]}'\n")
    ? JSON.parse(text.slice(5))
    : { status: response.status, text };
}

const legacyRecords = (json: unknown) =>
  listAt(json, 0, 1).flatMap((row) => (Array.isArray(at(row, 14)) ? [listAt(row, 14)] : []));
const newerRecords = (json: unknown) => listAt(json, 64).map((row) => listAt(row, 1));
const idsOf = (records: unknown[][]) => records.map((record) => String(record[78]));

async function withMaps<T>(options: Partial<MapsOptions>, use: (own: Maps) => Promise<T>): Promise<T> {
  const own = await startMaps({ city, ...options });
  try {
    return await use(own);
  } finally {
    await own.close();
  }
}

async function allPages(metres: number, own = maps): Promise<string[][]> {
  const pages: string[][] = [];
  for (let offset = 0; ; offset += 20) {
    const page = idsOf(legacyRecords(await search('restaurant', pbOf(metres, 47, -33, offset), own)));
    if (page.length > 0) pages.push(page);
    if (page.length < 20) return pages;
  }
}

describe('the listing', () => {
  it('has the same places in both envelopes', async () => {
    await withMaps({ envelope: 'both' }, async (own) => {
      const json = await search('dentist', pbOf(5000, 47, -33), own);
      expect(legacyRecords(json)).toHaveLength(20);
      expect(newerRecords(json)).toEqual(legacyRecords(json));
    });
  });

  it.each([
    ['legacy', 20, 0],
    ['newer', 0, 20],
  ] as const)('has one envelope where it is %s', async (envelope, legacy, newer) => {
    await withMaps({ envelope }, async (own) => {
      const json = await search('dentist', pbOf(5000, 47, -33), own);
      expect([legacyRecords(json).length, newerRecords(json).length]).toEqual([legacy, newer]);
    });
  });

  it('ends after 120 results of a viewport, most prominent first', async () => {
    const pages = await allPages(60_000);
    expect(pages.map(({ length }) => length)).toEqual([20, 20, 20, 20, 20, 20]);
    expect(new Set(pages.flat()).size).toBe(120);
    expect(pages.flat().slice(0, 9)).toEqual(
      city
        .ranked('restaurant')
        .slice(0, 9)
        .map(({ placeId }) => placeId),
    );
  });

  it('gives all of a small viewport, some from around it, and a short last page', async () => {
    const box = boxAround({ lat: 47, lng: -33 }, 900, 900);
    const inside = city.placesMatching('restaurant', box).map(({ placeId }) => placeId);
    const ids = (await allPages(900)).flat();
    expect(ids).toEqual(expect.arrayContaining(inside));
    const outside = ids.filter((id) => !inside.includes(id));
    expect(outside.length).toBeGreaterThan(0);
    const wider = boxAround({ lat: 47, lng: -33 }, 900 * 1.4001, 900 * 1.4001);
    const far = outside.filter(
      (id) => !contains(wider, city.byPlaceId.get(id)?.location ?? { lat: 0, lng: 0 }),
    );
    expect(far).toEqual([]);
  });

  it('repeats rows on the next page when its options say so, and loses none', async () => {
    const usual = (await allPages(60_000)).flat();
    const pages = await withMaps({ repeatedRows: 3 }, (own) => allPages(60_000, own));
    expect(pages[1]?.slice(0, 3)).toEqual(pages[0]?.slice(-3));
    expect([...new Set(pages.flat())]).toEqual(usual);
  });

  it('takes the distance of the camera for a span where that is the rule', async () => {
    const pages = await withMaps({ viewportRule: 'span', spillEvery: 0 }, (own) => allPages(200, own));
    const distance = 200 / (2 * Math.tan((13.1 * Math.PI) / 360));
    const box = boxAround({ lat: 47, lng: -33 }, distance, distance);
    expect(pages.flat()).toHaveLength(city.placesMatching('restaurant', box).length);
  });

  it('refuses a pb whose counts are wrong', async () => {
    const wrong = pbOf(900, 47, -33).replace('!4m12', '!4m40');
    expect(await search('bar', wrong)).toMatchObject({ status: 400 });
  });

  it.each([
    ['ignored', true, true],
    ['shuffled', false, true],
    ['reranked', false, false],
  ] as const)('gives no second page where its offset is %s', async (offset, isSame, haveSame) => {
    await withMaps({ offset, spillEvery: 0 }, async (own) => {
      const page = async (start: number) =>
        idsOf(legacyRecords(await search('restaurant', pbOf(60_000, 47, -33, start), own)));
      const [first, second] = [await page(0), await page(20)];
      expect(second.join() === first.join()).toBe(isSame);
      expect(second.toSorted().join() === first.toSorted().join()).toBe(haveSame);
      const all = (await Promise.all([0, 20, 40, 60, 80, 100].map(page))).flat();
      expect(new Set(all).size).toBeLessThan(all.length);
    });
  });

  it('answers a query without results in the usual form', async () => {
    const json = await search('submarine', pbOf(900, 47, -33));
    expect([listAt(json).length, at(json, 0, 0), legacyRecords(json), at(json, 64)]).toEqual([
      67,
      'submarine',
      [],
      null,
    ]);
  });

  it('leaves out what signed-out visitors do not see', async () => {
    const [full] = legacyRecords(await search('restaurant', pbOf(60_000, 47, -33)));
    const json = await withMaps({ isSignedOut: true }, (own) =>
      search('restaurant', pbOf(60_000, 47, -33), own),
    );
    const [record] = legacyRecords(json);
    expect([Number(at(full, 4, 8)) > 0, at(record, 4, 8), at(record, 4, 7)]).toEqual([
      true,
      null,
      at(full, 4, 7),
    ]);
    const cid = BigInt(String(at(record, 10)).split(':')[1] ?? 0).toString();
    const own = await withMaps({ isSignedOut: true }, async ({ url }) => {
      const text = await (await fetch(`${url}/maps/preview/place?cid=${cid}`)).text();
      return listAt(JSON.parse(text.slice(5)), 6);
    });
    expect(at(own, 4, 8)).toBe(at(full, 4, 8));
    const days = legacyRecords(json).flatMap((one) =>
      one[203] === null ? [] : [listAt(one, 203, 0).length],
    );
    expect(new Set(days)).toEqual(new Set([1]));
  });
});

describe('a place of the listing', () => {
  const place = city.places.find(({ hasWebsite, week, number }) => hasWebsite && week && number % 12 === 3);

  it('is at [6], with the entries where they are known to be', async () => {
    const url = `${maps.url}/maps/preview/place?hl=en&pb=${encodeURIComponent(`!1m1!1s${place?.featureId}`)}`;
    const record = listAt(JSON.parse((await (await fetch(url)).text()).slice(5)), 6);
    expect([record[10], record[11], record[78], record[9]]).toEqual([
      place?.featureId,
      place?.name,
      place?.placeId,
      [null, null, place?.location.lat, place?.location.lng],
    ]);
    expect(at(record, 7, 0)).toContain('/url?q=http%3A%2F%2F127.0.0.1');
    expect(at(record, 203, 0)).toHaveLength(7);
    expect(at(record, 183, 1, 6)).toBe('XA');
  });

  it('is the same within an HTML page', async () => {
    const url = `${maps.url}/maps/preview/place?hl=en&pb=!1s${place?.featureId}`;
    const record = listAt(JSON.parse((await (await fetch(url)).text()).slice(5)), 6);
    const page = await (await fetch(`${maps.url}/maps?cid=${place?.cid}`)).text();
    const [, state = ''] = /APP_INITIALIZATION_STATE=(.*?);window\./s.exec(page) ?? [];
    const [value] = Object.values(JSON.parse(state)[3]) as string[][];
    expect(JSON.parse(value?.[6]?.slice(5) ?? '')[6]).toEqual(record);
  });
});

describe('a blocked listing', () => {
  it.each([
    ['sorry', 302, 'Moved'],
    ['tooMany', 429, 'unusual traffic'],
    ['consent', 200, 'Before you continue'],
  ] as const)('answers %s', async (block, status, text) => {
    await withMaps({ blockAfter: { answers: 1, as: block } }, async (own) => {
      expect(legacyRecords(await search('bar', pbOf(5000, 47, -33), own))).toHaveLength(20);
      const parameters = new URLSearchParams({ tbm: 'map', q: 'bar', pb: pbOf(5000, 47, -33) });
      const response = await fetch(`${own.url}/search?${parameters}`, { redirect: 'manual' });
      expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(text)]);
    });
  });

  it('sends a stub of the usual form: the query, one header row and no result', async () => {
    await withMaps({}, async (own) => {
      own.block('stub');
      const json = await search('bar', pbOf(5000, 47, -33), own);
      expect([at(json, 0, 0), listAt(json, 0, 1).length, legacyRecords(json)]).toEqual(['bar', 1, []]);
      expect(JSON.stringify(json).length).toBeGreaterThan(6_000);
    });
  });

  it.each([
    ['needed', [0, 20]],
    ['refused', [20, 0]],
    ['ignored', [20, 20]],
  ] as const)('sends it by what the request asks for: message 34 %s', async (resultList, rows) => {
    await withMaps({ resultList }, async (own) => {
      const pb = pbOf(60_000, 47, -33);
      const answers = [await search('bar', pb, own), await search('bar', `${pb}!34m1!2b1`, own)];
      expect(answers.map((json) => legacyRecords(json).length)).toEqual(rows);
    });
  });

  it('sends it to a share of the searches, the same ones each time', async () => {
    const rows = () =>
      withMaps({ stubShare: 0.3 }, async (own) => {
        const counts: number[] = [];
        for (let turn = 0; turn < 30; turn += 1) {
          counts.push(legacyRecords(await search('bar', pbOf(60_000, 47, -33), own)).length);
        }
        return counts;
      });
    const first = await rows();
    expect(new Set(first)).toEqual(new Set([0, 20]));
    expect(await rows()).toEqual(first);
  });

  it('asks for consent until the cookie of it is sent', async () => {
    await withMaps({ consentCookie: 'SOCS' }, async (own) => {
      const url = `${own.url}/search?${new URLSearchParams({ tbm: 'map', q: 'bar', pb: pbOf(60_000, 47, -33) })}`;
      const texts = await Promise.all(
        ['', 'NID=1; SOCS=own'].map(async (cookie) => (await fetch(url, { headers: { cookie } })).text()),
      );
      expect(texts.map((text) => text.startsWith(")]}'"))).toEqual([false, true]);
    });
  });

  it('is gated, changed, or open again as its options say', async () => {
    await withMaps({}, async (own) => {
      own.block('gated');
      const gated = await search('bar', pbOf(5000, 47, -33), own);
      own.block('changed');
      const changed = legacyRecords(await search('bar', pbOf(5000, 47, -33), own));
      own.block(undefined);
      const open = legacyRecords(await search('bar', pbOf(5000, 47, -33), own));
      expect([at(gated, 0), at(changed, 0, 10) === at(open, 0, 10), at(changed, 0, 12)]).toEqual([
        null,
        false,
        at(open, 0, 10),
      ]);
    });
  });

  it('asks robots to stay away, unless its options say otherwise', async () => {
    const robots = async (own: Maps) => (await fetch(`${own.url}/robots.txt`)).text();
    expect(await robots(maps)).toContain('Disallow: /search\n');
    expect(await withMaps({ robots: 'open' }, robots)).not.toContain('Disallow');
  });

  it('fails now and then when it is flaky', async () => {
    await withMaps({ flaky: 0.5 }, async (own) => {
      const statuses = new Set<number>();
      for (let index = 0; index < 30; index += 1) {
        statuses.add((await fetch(`${own.url}/maps/search/bar`)).status);
      }
      expect(statuses).toEqual(new Set([200, 500, 503]));
      expect(own.requests().flaky + own.requests().listing).toBe(30);
    });
  });
});
