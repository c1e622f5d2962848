import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FinishLimits, finishLimits } from '../../functions/finish/limits.ts';
import { objectKeys } from '../../shared/deployment/object-keys.ts';
import type { CellFact, Item, PageFact } from '../../shared/model.ts';
import { placeKey } from '../../shared/places/place-ids.ts';
import { describeWith } from '../aws/describe-with.ts';
import { fact } from '../export/outcomes-of.ts';
import {
  driveFinish,
  type FinishAccount,
  makeFinishedRun,
  openFinishAccount,
  readManifest,
  readObject,
  readText,
} from './finish-run.ts';

const small: FinishLimits = { ...finishLimits, part: { outcomes: 1, records: 1_000, bytes: 1_000_000 } };
const area = { name: 'square', box: { west: 0, south: 0, east: 1, north: 1 } };
const places = { source: 'google-maps', queries: ['dentist'], areas: [area] };
const dayMs = 86_400_000;

function place(id: string, ageDays: number): Item {
  const fetchedAt = new Date(Date.now() - ageDays * dayMs).toISOString();
  const provenance = { api: ['placeId', 'name'] };
  const fields = { placeId: id, name: `name of ${id}`, fetchedAt, provenance };
  return { item: 'place', url: `https://places.test/${id}`, fields };
}

function cell(west: number, end: CellFact['end'], ...ids: string[]): PageFact {
  const named = ids.map((placeId) => placeKey({ placeId }));
  const box = { west, south: 0, east: west + 0.5, north: 1 };
  return fact('stored', {
    kind: 'cell',
    source: 0,
    cell: { query: 'dentist', area: 'square', box, level: 0, found: 3, end, named },
  });
}

/** A batch each: of places alone, of cells alone, of both. */
const parts = [
  { items: [place('young', 1), place('old', 31)] },
  { pages: [cell(0, 'whole', 'older', 'young')] },
  { items: [place('older', 99)], pages: [cell(0.5, 'failed', 'old')] },
];

await describeWith('ministack', 'finish a search for places', (connection) => {
  let opened: FinishAccount;
  beforeAll(async () => {
    opened = await openFinishAccount(connection);
  });
  afterAll(() => opened.close());

  const finished = async (limits: FinishLimits, batches: Parameters<typeof makeFinishedRun>[2] = parts) => {
    const run = await makeFinishedRun(opened, { formats: ['csv'] }, batches, { sources: [{ places }] });
    await driveFinish(opened, run, { limits });
    const { s3 } = opened.stores;
    const { bucket } = opened.environment;
    const { files, coverage = [] } = await readManifest(s3, bucket, run);
    const [items] = files;
    const keys = items?.parts?.map(({ key }) => key) ?? [items?.key ?? ''];
    const reports = await Promise.all(coverage.map((key) => readObject(s3, bucket, key)));
    return {
      files,
      items: (await readText(s3, bucket, ...keys))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
      csv: await readText(s3, bucket, objectKeys.report(run, 'items.csv.gz')),
      names: coverage.map((key) => key.split('/').at(-1)),
      reports: reports.map(String),
    };
  };

  it.each([
    ['small', finishLimits],
    ['large', small],
  ])('a %s run says how much of its areas it has seen, and keeps what may be kept', async (_, limits) => {
    const { files, items, csv, names, reports } = await finished(limits);
    expect(names).toEqual(['coverage.json', 'coverage.svg']);
    expect(JSON.parse(reports[0] ?? '')).toMatchObject([
      { index: 0, total: { cells: 2, found: 6, byEnd: { whole: 1, failed: 1 } } },
    ]);
    expect(items.map(({ placeId, name }) => [placeId, name])).toEqual([
      ['young', 'name of young'],
      ['old', undefined],
      ['older', undefined],
    ]);
    expect(items.map(({ query, rank }) => [query, rank])).toEqual([
      ['dentist', 2],
      ['dentist', 1],
      ['dentist', 1],
    ]);
    expect(csv).toContain('name of young');
    expect(csv).not.toContain('name of old');
    expect(files.find(({ format }) => format === 'csv')).toMatchObject({
      records: 3,
      remarks: { apiPlaces: 3, expiredPlaces: 2 },
    });
  });

  it.each([
    ['small', finishLimits],
    ['large', small],
  ])('a %s run says in its items and its report how far reviews were read', async (_, limits) => {
    const key = placeKey({ placeId: 'young' });
    const reviews = { key, placeId: 'young', listed: 3, end: 'cut' as const, code: 'REVIEWS_CUT' };
    const withReviews = [...parts, { pages: [fact('failed', { kind: 'reviews', source: 0, reviews })] }];
    const { items, reports } = await finished(limits, withReviews);
    expect(items.map(({ reviewsRead }) => reviewsRead)).toEqual([
      { listed: 3, end: 'cut', code: 'REVIEWS_CUT' },
      undefined,
      undefined,
    ]);
    const [report] = JSON.parse(reports[0] ?? '');
    expect(report.reviews).toEqual({
      places: { cut: 1 },
      cut: [{ placeId: 'young', listed: 3, code: 'REVIEWS_CUT' }],
    });
  });

  it('a large run has the same reports as a small one', async () => {
    const [whole, inParts] = [await finished(finishLimits), await finished(small)];
    expect(inParts.reports).toEqual(whole.reports);
    expect(inParts.items.map(({ mentions }) => mentions)).toEqual(
      whole.items.map(({ mentions }) => mentions),
    );
  });
});
