import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { localFiles } from '../../shared/sources/local-file.ts';
import { needsOfJob } from '../../shared/sources/needs-of-job.ts';
import { listUrls } from '../../shared/sources/urls/list-pages.ts';
import { makeJob } from './make-job.ts';

/** A store that speaks as much of S3 as is asked of it: HEAD, and GET of a range, by path. */
async function serveObjects(objects: Record<string, string>): Promise<string[]> {
  const asked: string[] = [];
  const answer = ({ method = '', url = '', headers }: IncomingMessage, response: ServerResponse) => {
    const path = decodeURIComponent(url.split('?')[0] ?? '');
    const { range = '' } = headers;
    asked.push(`${method} ${path} ${range}`.trim());
    if (path.includes('secret')) return response.writeHead(403).end();
    const body = objects[path];
    if (body === undefined) return response.writeHead(404).end();
    const [, from = 0, to = body.length - 1] = /bytes=(\d+)-(\d+)/.exec(range) ?? [];
    const part = body.slice(Number(from), Number(to) + 1);
    response.writeHead(range === '' ? 200 : 206, { etag: '"one"', 'content-length': part.length });
    response.end(method === 'HEAD' ? undefined : part);
  };
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  process.env['AWS_ENDPOINT_URL_S3'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return asked;
}

const variables = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'example',
  AWS_REGION: 'eu-central-1',
};
let before: NodeJS.ProcessEnv;
beforeEach(() => {
  before = { ...process.env };
  Object.assign(process.env, variables);
});
afterEach(() => {
  for (const name of [...Object.keys(variables), 'AWS_ENDPOINT_URL_S3']) {
    const value = before[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

async function urlsOf(urls: Record<string, string>): Promise<string[]> {
  const found: string[] = [];
  for await (const some of listUrls(makeJob([{ urls }]), 0, localFiles('/nowhere'))) found.push(...some);
  return found;
}

describe('urls.file of an object of S3', () => {
  it('is read with the default credentials, in parts, by lines', async () => {
    const asked = await serveObjects({ '/lists/a b/urls.txt': 'http://a.test/1\nhttp://a.test/2\n' });
    expect(await urlsOf({ file: 's3://lists/a b/urls.txt' })).toEqual(['http://a.test/1', 'http://a.test/2']);
    expect(asked).toEqual(['HEAD /lists/a b/urls.txt', 'GET /lists/a b/urls.txt bytes=0-31']);
  });

  it('is read by a column of CSV', async () => {
    await serveObjects({ '/lists/shops.csv': 'name,url\nA,http://a.test/\nB,http://b.test/\n' });
    expect(await urlsOf({ file: 's3://lists/shops.csv', column: 'url' })).toEqual([
      'http://a.test/',
      'http://b.test/',
    ]);
  });

  it.each([
    ['is not there', 's3://lists/none.txt', /s3:\/\/lists\/none\.txt: there is no such object/],
    ['may not be read', 's3://lists/secret.txt', /may not be read.*aws\.seeds/],
  ])('that %s is SOURCE_MISSING', async (_, file, message) => {
    await serveObjects({});
    await expect(urlsOf({ file })).rejects.toMatchObject({
      code: 'SOURCE_MISSING',
      message: expect.stringMatching(message),
    });
  });

  it('is no file that is brought to AWS', () => {
    const job = makeJob([{ urls: { file: 's3://lists/urls.txt' } }, { urls: { file: 'own.txt' } }]);
    expect(needsOfJob(job).lists).toEqual(['own.txt']);
  });

  it.each(['s3://lists', 's3:///urls.txt', 's3://Lists/urls.txt', 'S3://lists/a'])(
    'is refused as %s',
    (file) => {
      expect(() => makeJob([{ urls: { file } }])).toThrow(/s3:\/\/bucket\/key/);
    },
  );
});
