import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCliFolder } from './call-cli.ts';

/** By its path, a page that shows its path; two feeds; and an object of a bucket `lists`, as S3 has it. */
const server = createServer(({ method, url = '/', headers }, response) => {
  const origin = `http://${headers.host}`;
  if (url.startsWith('/lists/')) {
    const body = `name,website\nA,${origin}/shop/a\nB,${origin}/shop/b\n`;
    response.writeHead(headers.range === undefined ? 200 : 206, {
      etag: '"one"',
      'content-length': body.length,
    });
    response.end(method === 'HEAD' ? undefined : body);
    return;
  }
  const feeds: Record<string, string> = {
    '/rss.xml': `<rss version="2.0"><channel><link>${origin}/</link><item><link>${origin}/new</link><pubDate>Sat, 28 Nov 2026 08:00:00 GMT</pubDate></item><item><link>${origin}/old</link><pubDate>Sat, 28 Nov 2020 08:00:00 GMT</pubDate></item></channel></rss>`,
    '/atom.xml':
      '<feed xmlns="http://www.w3.org/2005/Atom"><link href="/"/><entry><link href="/entry"/><updated>2026-11-01T00:00:00Z</updated></entry></feed>',
  };
  const feed = feeds[url];
  response.writeHead(url === '/robots.txt' ? 404 : 200, {
    'content-type': feed ? 'application/xml' : 'text/html',
  });
  response.end(feed ?? `<h1>${url}</h1>`);
});
let origin: string;
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('spinneret run', () => {
  it('begins with the URLs in a column of a table and says which rows have none', async () => {
    using folder = openCliFolder();
    const rows = Array.from(
      { length: 40 },
      (_, shop) => `"Shop ""${shop}"",\nand more";${origin}/shop/${shop};x`,
    );
    folder.write(
      'shops.csv',
      ['\uFEFFname;website;note', ...rows, 'No shop;example.com;', 'None;;', ''].join('\r\n'),
    );
    const { items, failures } = await run(folder, '{ urls: { file: shops.csv, column: website } }');
    expect(items).toEqual(Array.from({ length: 40 }, (_, shop) => `/shop/${shop}`).sort());
    expect(failures).toEqual(['URL_INVALID row 42: not an absolute http or https URL']);
  });

  it.each([
    ['website', 'SOURCE_MISSING shops.csv has no column website: its first row is name, url', 1],
    ['name', 'URL_INVALID row 2: not an absolute http or https URL', 0],
  ])(
    'says what is wrong with the column %s, as validate does where there is none',
    async (column, failure, code) => {
      using folder = openCliFolder();
      folder.write('shops.csv', 'name,url\nA,http://a.test/\n');
      const ran = await run(folder, `{ urls: { file: shops.csv, column: ${column} } }`);
      expect(ran).toMatchObject({ code: 1, failures: [failure] });
      const checked = await folder.call('validate', 'job.yaml');
      expect(checked.code).toBe(code);
      if (code === 1)
        expect(checked.stdout).toContain(failure.replace('SOURCE_MISSING', 'SOURCE_MISSING job.yaml seeds:'));
    },
  );

  it('begins with the URLs in an object of S3, which validate does not ask for', async () => {
    const key = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' };
    using folder = openCliFolder({ ...key, AWS_ENDPOINT_URL_S3: origin });
    const file = 's3://lists/shops.csv';
    const ran = await run(folder, `{ urls: { file: '${file}', column: website } }`);
    expect(ran).toEqual({ code: 0, items: ['/shop/a', '/shop/b'], failures: [] });
    const { code, stdout } = await folder.call('validate', 'job.yaml');
    expect([code, stdout.includes(`${file} is not looked at`)]).toEqual([0, true]);
  });

  it('begins with the pages that entries of feeds name, old ones left out', async () => {
    using folder = openCliFolder();
    const source = `{ sitemap: { urls: ["${origin}/rss.xml", "${origin}/atom.xml"], modifiedSince: 2026-01-01 } }`;
    expect((await run(folder, source)).items).toEqual(['/entry', '/new']);
  });
});

async function run(folder: ReturnType<typeof openCliFolder>, source: string) {
  folder.write(
    'job.yaml',
    `name: seeds\nnetwork: allowPrivate\nsources: [${source}]\npages: { page: { fields: { path: h1 } } }\npoliteness: { gapMs: 0 }\n`,
  );
  const answer = await folder.call('run', 'job.yaml');
  const [id = ''] = readdirSync(join(folder.path, 'output')).filter((name) => name.startsWith('seeds-'));
  const files = readdirSync(join(folder.path, 'output', id));
  const read = (file: string) =>
    files.includes(`${file}.jsonl`) ? folder.readLines(`output/${id}/${file}.jsonl`) : [];
  return {
    code: answer.code,
    items: read('items')
      .map(({ path }) => String(path))
      .sort(),
    failures: read('failures').map(({ code, message }) => `${code} ${message}`),
  };
}
