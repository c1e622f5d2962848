import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportToBucket } from '../../functions/export-to-bucket.ts';
import { exportFormats } from '../../shared/job/export-formats.ts';
import type { Run } from '../../shared/model.ts';
import { item, outcomesOf } from '../export/outcomes-of.ts';
import { readWorkbook } from '../export/xlsx/read-workbook.ts';

interface StoredObject {
  type: string | undefined;
  bytes: Buffer;
}

/** What was put into the bucket, by key. */
const objects = new Map<string, StoredObject>();
const server = createServer(async (request, response) => {
  const key = new URL(request.url ?? '', 'http://s3.test').pathname.replace('/bucket/', '');
  objects.set(key, { type: request.headers['content-type'], bytes: await buffer(request) });
  response.setHeader('etag', '"1"').end();
});
let s3: S3Client;
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  s3 = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forcePathStyle: true,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
});
afterAll(() => {
  s3.destroy();
  server.close();
});

describe('exportToBucket', () => {
  it('writes the items in a format, in the job’s order, and a spreadsheet as it is', async () => {
    const { list } = outcomesOf(
      { items: [item({ name: 'b', rating: 1 })] },
      { items: [item({ name: 'a', rating: 2 })] },
    );
    const job = { output: { formats: [...exportFormats], sort: '-rating' } };
    const run: Run = { id: 'r', job, baseDir: '/', state: 'finished', startedAt: 0 };
    const target = { s3, bucket: 'bucket', outcomes: { list, listAfter: list } };
    const files = await Promise.all(
      (['json', 'csv', 'xlsx', 'geojson'] as const).map((format) => exportToBucket(target, run, format)),
    );
    expect(files.map(({ key, format, records }) => [key, format, records])).toEqual([
      ['runs/r/exports/items.json.gz', 'json', 2],
      ['runs/r/exports/items.csv.gz', 'csv', 2],
      ['runs/r/exports/items.xlsx', 'xlsx', 2],
      ['runs/r/exports/items.geojson.gz', 'geojson', 2],
    ]);
    const { type, bytes = Buffer.of() } = objects.get('runs/r/exports/items.xlsx') ?? {};
    expect(type).toContain('spreadsheetml');
    expect(readWorkbook(bytes)[0]?.rows.map(([, , name]) => name)).toEqual(['name', 'a', 'b']);
    const zipped = objects.get('runs/r/exports/items.json.gz')?.bytes ?? Buffer.of();
    expect(JSON.parse(gunzipSync(zipped).toString('utf8'))).toMatchObject([{ name: 'a' }, { name: 'b' }]);
  });
});
