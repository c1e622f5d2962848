import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupPieces } from '../../functions/finish/assemble.ts';
import { type FinishLimits, finishLimits } from '../../functions/finish/limits.ts';
import { makeFinish } from '../../functions/tasks/finish.ts';
import { openWatch } from '../../functions/watch.ts';
import { objectKeys } from '../../shared/deployment/object-keys.ts';
import type { ExportFormat } from '../../shared/job/export-formats.ts';
import type { Item } from '../../shared/model.ts';
import { describeWith } from '../aws/describe-with.ts';
import { readWorkbook } from '../export/xlsx/read-workbook.ts';
import {
  driveFinish,
  exportedAtOnce,
  type FinishAccount,
  listKeys,
  makeFinishedRun,
  openFinishAccount,
  readManifest,
  readObject,
  readText,
  someParts,
} from './finish-run.ts';

/** So that a run of some hundred items has a dozen parts. */
const small: FinishLimits = {
  ...finishLimits,
  part: { outcomes: 6, records: 30, bytes: 20_000 },
  blockBytes: 700,
  uploadBytes: 1_000,
};

const all: ExportFormat[] = ['jsonl', 'json', 'csv', 'xlsx', 'geojson'];

await describeWith('ministack', 'finish', (connection) => {
  let opened: FinishAccount;
  beforeAll(async () => {
    opened = await openFinishAccount(connection);
  });
  afterAll(() => opened.close());

  const read = (...keys: string[]) => readText(opened.stores.s3, opened.environment.bucket, ...keys);
  const manifestOf = (run: string) => readManifest(opened.stores.s3, opened.environment.bucket, run);
  const runWith = (output: object, parts = someParts(40, 8)) => makeFinishedRun(opened, output, parts);

  /** Every file of the run is what an export in one go would be, and the manifest counts what the run counts. */
  const expectWhole = async (run: string, formats: ExportFormat[], sort?: string) => {
    const { files, lostFiles, counts } = {
      counts: await opened.account.ledger.readCounts(run),
      ...(await manifestOf(run)),
    };
    expect(lostFiles).toBeUndefined();
    const [items] = files;
    const keys = items?.parts?.map(({ key }) => key) ?? [items?.key ?? ''];
    expect(await read(...keys)).toBe((await exportedAtOnce(opened, run, 'jsonl')).toString());
    if (items?.parts !== undefined) {
      const sum = items.parts.reduce((total, { records }) => total + records, 0);
      expect([sum, items.key]).toEqual([counts['items'], objectKeys.itemsFolder(run)]);
    }
    for (const { records, what } of files) {
      const { failed = 0, incomplete = 0 } = counts;
      // An item that lacks a required field has a line among the failures, too.
      expect(records).toBe(what === 'failures' ? failed + incomplete : counts[what]);
    }
    for (const what of ['incomplete', 'failures'] as const) {
      const text = (await exportedAtOnce(opened, run, 'jsonl', { what })).toString();
      expect(await read(objectKeys.report(run, `${what}.jsonl.gz`))).toBe(text);
    }
    for (const format of formats.filter((one) => one !== 'jsonl')) {
      const once = await exportedAtOnce(opened, run, format, { sort });
      if (format === 'xlsx') continue;
      expect(await read(objectKeys.report(run, `items.${format}.gz`))).toBe(once.toString());
    }
    expect(files.map(({ format, what }) => `${what} ${format}`)).toEqual([
      ...['items jsonl', 'incomplete jsonl', 'failures jsonl'],
      ...formats.filter((one) => one !== 'jsonl').map((one) => `items ${one}`),
    ]);
  };

  it('tells the end of a run that was given up, with what there is of it, and of no other with open batches', async () => {
    const startOpen = async (id: string) => {
      await opened.account.ledger.createRun({
        ...{ id, baseDir: '', state: 'running', startedAt: Date.now() },
        job: { name: 'shop', output: { formats: ['jsonl'] }, pages: {}, sources: [] },
      });
      return id;
    };
    const reason = { code: 'RUN_EXPIRED', message: '1 batch was lost' } as const;
    const [given, open] = [await startOpen('given-up-1'), await startOpen('open-1')];
    await opened.account.ledger.moveRun(given, ['running'], 'cancelled', reason);
    await opened.account.ledger.moveRun(open, ['running'], 'cancelled');
    for (const run of [given, open]) await driveFinish(opened, run, { limits: finishLimits });
    expect(await manifestOf(given)).toMatchObject({ state: 'cancelled', reason, isOver: true });
    await expect(manifestOf(open)).rejects.toThrow(/does not exist|NoSuchKey/);
  });

  it('is done once: a second message for a run that has a manifest tells nobody, and writes nothing', async () => {
    const run = await runWith({ formats: ['csv'] }, someParts(2, 2));
    const { environment, stores } = opened;
    const metrics: string[] = [];
    const watch = { ...openWatch({ stack: 'Tested' }), metric: (name: string) => metrics.push(name) };
    const call = { environment, stores, watch, receives: 1, remainingMs: () => 900_000 };
    const finish = makeFinish(finishLimits);
    const written = async () => {
      const keys = await listKeys(stores.s3, environment.bucket, '');
      const manifest = await readObject(stores.s3, environment.bucket, objectKeys.manifest(run));
      return [keys, manifest.toString()];
    };
    expect(await finish(call, { task: 'finish', run })).toEqual([]);
    expect(metrics).toEqual(['RunsFinished', 'RunFailureShare']);
    const once = await written();
    // A message that comes twice, and one of a step that another call has been through.
    const at = { step: 'end', part: 0, startedAt: 0, lineParts: 1, parts: 1, before: 0 };
    const late = { ...at, used: {}, files: [], lost: [], coverage: [] };
    for (const task of [{ task: 'finish', run } as const, { task: 'finish', run, at: late } as const]) {
      expect(await finish(call, task)).toEqual([]);
    }
    expect(metrics).toHaveLength(2);
    expect(await written()).toEqual(once);
  });

  it('finishes a run that has one part in one call, and sends no message', async () => {
    const run = await runWith({ formats: all, sort: '-rating' });
    expect(await driveFinish(opened, run, { limits: finishLimits })).toEqual({ calls: 1, sent: 0, kills: 0 });
    await expectWhole(run, all, '-rating');
    expect(await listKeys(opened.stores.s3, opened.environment.bucket, `parts/${run}/`)).toEqual([]);
    expect((await manifestOf(run)).files[0]?.key).toBe(objectKeys.items(run));
  });

  it.each([undefined, '-rating', 'name'])(
    'makes the same files in parts as in one go, sorted by %s',
    async (sort) => {
      const run = await runWith({ formats: all, ...(sort === undefined ? {} : { sort }) });
      const { calls } = await driveFinish(opened, run, { limits: small });
      expect(calls).toBe(1);
      await expectWhole(run, all, sort);
    },
  );

  it.each([
    ['a deadline that is always near', { remainingMs: 1 }],
    ['kills now and then', { killAt: every(41, 420) }],
    ['both', { remainingMs: 1, killAt: every(41, 420) }],
    ['kills close together', { killAt: every(3, 30) }],
  ])('makes the same files with %s', async (_, driving) => {
    // A spreadsheet is made in one go: killed so often, it would be given up.
    const formats = all.filter((format) => format !== 'xlsx');
    const run = await runWith({ formats, sort: 'name' }, someParts(24, 8));
    const { calls, kills } = await driveFinish(opened, run, { limits: small, ...driving });
    expect(calls).toBeGreaterThan(10);
    expect(kills > 0).toBe('killAt' in driving);
    await expectWhole(run, formats, 'name');
  });

  it.each([
    ['outcomes', { outcomes: 2 }, [4, 4]],
    ['records', { records: 4 }, [4, 4]],
    ['bytes', { bytes: 80 }, [2, 2, 2, 2]],
  ])('ends a part with the outcome that fills it with %s', async (_, part, records) => {
    const run = await runWith(
      { formats: ['jsonl'] },
      someParts(4, 2).map((one) => ({ ...one, pages: [] })),
    );
    await driveFinish(opened, run, { limits: { ...finishLimits, part: { ...finishLimits.part, ...part } } });
    const { files } = await manifestOf(run);
    expect(files[0]?.parts?.map((one) => one.records)).toEqual(records);
  });

  it('writes the same bytes when a message is delivered twice', async () => {
    const run = await runWith({ formats: all, sort: 'rating' });
    const { s3 } = opened.stores;
    const { bucket } = opened.environment;
    await driveFinish(opened, run, { limits: small });
    const keys = (await listKeys(s3, bucket)).filter(
      (key) => key.includes(run) && !/\.xlsx$|manifest/.test(key),
    );
    const before = await Promise.all(keys.map((key) => readObject(s3, bucket, key)));
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: objectKeys.manifest(run) }));
    for (const key of keys.filter((one) => /^parts\/.*\.json$/.test(one))) {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    }
    await driveFinish(opened, run, { limits: small });
    const after = await Promise.all(keys.map((key) => readObject(s3, bucket, key)));
    expect(after.filter((bytes, index) => !bytes.equals(before[index] ?? Buffer.of()))).toEqual([]);
  });

  it('says that it has not sorted what is in too many parts', async () => {
    const run = await runWith({ formats: all, sort: 'rating' });
    await driveFinish(opened, run, { limits: { ...small, mergedParts: 2 } });
    await expectWhole(run, all);
    const { files } = await manifestOf(run);
    const remarks = files
      .filter(({ format }) => format !== 'jsonl')
      .map((file) => file.remarks?.tooManyToSort);
    expect(remarks).toEqual([239, 239, 239, 239]);
  });

  it('says that no record has the field to sort by', async () => {
    const run = await runWith({ formats: ['csv'], sort: 'ratng' });
    await driveFinish(opened, run, { limits: small });
    await expectWhole(run, ['csv']);
    expect((await manifestOf(run)).files.at(-1)?.remarks).toEqual({ unsorted: 239 });
  });

  it.each([undefined, 'name'])(
    'says what a spreadsheet makes of cells of a CSV file, sorted by %s',
    async (sort) => {
      const odd = ['x'.repeat(32_768), 'half \ud83d'].map((text, index): Item => {
        return { item: 'book', url: `https://shop.test/odd${index}`, fields: { name: `o${index}`, text } };
      });
      const parts = [
        { items: odd.slice(0, 1), pages: [] },
        ...someParts(20, 8),
        { items: odd.slice(1), pages: [] },
      ];
      const run = await runWith({ formats: ['csv'], ...(sort === undefined ? {} : { sort }) }, parts);
      await driveFinish(opened, run, { limits: small });
      const once = await exportedAtOnce(opened, run, 'csv', { sort });
      expect(await read(objectKeys.report(run, 'items.csv.gz'))).toBe(once.toString());
      expect((await manifestOf(run)).files.at(-1)?.remarks).toEqual({ longCells: 1, brokenCells: 1 });
    },
  );

  it('puts as many records into a spreadsheet as it can make, and says how many it lacks', async () => {
    const run = await runWith({ formats: ['xlsx'], sort: '-name' });
    await driveFinish(opened, run, { limits: { ...small, workbook: { rows: 100, bytes: 1e9 } } });
    const file = (await manifestOf(run)).files.at(-1);
    expect(file).toMatchObject({ format: 'xlsx', records: 100, remarks: { lostRows: 139 } });
    const { s3 } = opened.stores;
    const sheets = readWorkbook(await readObject(s3, opened.environment.bucket, file?.key ?? ''));
    expect(sheets.reduce((sum, { rows }) => sum + rows.length - 1, 0)).toBe(100);
  });

  it.each([
    ['no record', someParts(40, 0)],
    ['nothing at all', []],
    ['a part that ends with the last batch', someParts(6, 1)],
    ['parts without items in between', [...someParts(5, 8), ...someParts(20, 0), ...someParts(5, 8)]],
  ])('finishes a run with %s', async (_, parts) => {
    const run = await runWith({ formats: all, sort: 'name' }, parts);
    await driveFinish(opened, run, { limits: small });
    for (const format of ['json', 'csv', 'geojson'] as const) {
      const once = await exportedAtOnce(opened, run, format, { sort: 'name' });
      expect(await read(objectKeys.report(run, `items.${format}.gz`))).toBe(once.toString());
    }
    const { files } = await manifestOf(run);
    const counts = await opened.account.ledger.readCounts(run);
    const items = files.find(({ what }) => what === 'items');
    expect(items?.records).toBe(counts['items'] ?? 0);
    // No object but those that the manifest names, and no empty one.
    const folder = await listKeys(opened.stores.s3, opened.environment.bucket, objectKeys.itemsFolder(run));
    expect(folder).toEqual(items?.parts?.map(({ key }) => key) ?? [items?.key]);
  });

  it.each([
    ['small', finishLimits],
    ['large', small],
  ])('finishes a %s run without a file that cannot be made, and names it', async (_, limits) => {
    const run = await runWith({ formats: all, sort: 'name' });
    const driven = await driveFinish(opened, run, { limits, killAlways: /items\.(xlsx|csv)/ });
    expect(driven.kills).toBeGreaterThanOrEqual(8);
    const { files, lostFiles } = await manifestOf(run);
    expect(lostFiles).toEqual(
      expect.arrayContaining([
        { what: 'xlsx', code: 'EXPORT_LOST' },
        { what: 'csv', code: 'EXPORT_LOST' },
      ]),
    );
    expect(files.map(({ format }) => format)).toEqual(['jsonl', 'jsonl', 'jsonl', 'json', 'geojson']);
    const once = await exportedAtOnce(opened, run, 'json', { sort: 'name' });
    expect(await read(objectKeys.report(run, 'items.json.gz'))).toBe(once.toString());
  });

  it('leaves a run alone that was forgotten, goes on, or is finished', async () => {
    expect(await driveFinish(opened, 'nobody', { limits: small })).toMatchObject({ calls: 1, sent: 0 });
    const run = await runWith({ formats: ['jsonl'] });
    await driveFinish(opened, run, { limits: small });
    const keys = await listKeys(opened.stores.s3, opened.environment.bucket);
    expect(await driveFinish(opened, run, { limits: small })).toMatchObject({ calls: 1, sent: 0 });
    expect(await listKeys(opened.stores.s3, opened.environment.bucket)).toEqual(keys);
  });
});

function every(step: number, until: number): number[] {
  return Array.from({ length: Math.floor(until / step) }, (_, index) => (index + 1) * step);
}

describe('groupPieces', () => {
  const pieces = (...sizes: number[]) =>
    sizes.map((size, index) => ({ key: String(index), size, records: 1, bytes: size }));
  const sizesOf = (groups: { size: number }[][]) => groups.map((group) => group.map(({ size }) => size));

  it('joins what is too small for a part of an upload with what follows, in order', () => {
    expect(sizesOf(groupPieces(pieces(7, 2, 1, 3, 9, 1), 5))).toEqual([[7], [2, 1, 3], [9], [1]]);
    expect(groupPieces([], 5)).toEqual([]);
  });

  it('makes no more parts than an upload may have', () => {
    const groups = groupPieces(pieces(...Array.from({ length: 30_000 }, () => 7)), 5);
    expect(groups.length).toBeLessThanOrEqual(10_000);
    expect(groups.flat()).toHaveLength(30_000);
  });
});
