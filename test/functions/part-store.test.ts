import { gzipSync } from 'node:zlib';
import { S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { openPartStore } from '../../functions/finish/part-store.ts';
import { serveHttp } from '../fetch/local-servers.ts';

const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index} ${Math.sqrt(index)}`);
const body = gzipSync(`${lines.join('\n')}\n`);

/** Reads the lines of an object of which so many bytes come before its connection is lost. */
async function readLines(bytes: number): Promise<string[]> {
  const endpoint = await serveHttp((_, response) => {
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.subarray(0, bytes), () =>
      bytes < body.length ? response.destroy() : response.end(),
    );
  });
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const s3 = new S3Client({ endpoint, region: 'eu-west-1', credentials, forcePathStyle: true });
  try {
    const read: string[] = [];
    for await (const line of openPartStore(s3, 'bucket', 'r').lines('part')) read.push(line);
    return read;
  } finally {
    s3.destroy();
  }
}

it('reads the lines of an object, and fails where its connection is lost while it is read', async () => {
  expect(await readLines(body.length)).toEqual(lines);
  await expect(readLines(100_000)).rejects.toMatchObject({ code: 'ECONNRESET' });
});
