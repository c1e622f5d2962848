import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCsv } from '../export/parse-csv.ts';
import { type CliFolder, openCliFolder, parseLines } from './call-cli.ts';

const pages: Record<string, string | number> = {};
const server = createServer(({ url = '' }, response) => {
  const page = pages[url] ?? 404;
  if (typeof page === 'number') return response.writeHead(page).end();
  response.setHeader('content-type', 'text/html');
  return response.end(page);
});
const product = (name: string, price: number) => `<h1>${name}</h1><b>${price}</b>`;
const list = (...ids: number[]) => ids.map((id) => `<a href="/p/${id}">${id}</a>`).join('');

let folder: CliFolder;
let origin: string;
const runs: string[] = [];

async function runOnce(): Promise<void> {
  const { stdout } = await folder.call('run', 'job.yaml', '--processes', '1', '--json');
  const { runs: results } = parseLines(stdout).at(-1) as { runs: { run: string }[] };
  runs.push(results[0]?.run ?? '');
}

beforeAll(async () => {
  folder = openCliFolder();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder.write(
    'job.yaml',
    `name: shop
sources: [{ crawl: { start: '${origin}/' } }]
pages:
  product: { match: /p/*, fields: { name: h1, price: { select: b, type: number } } }
  default: { follow: [a] }
politeness: { gapMs: 0, robots: ignore }
network: allowPrivate
keep: warc
fetch: { attempts: 1 }
`,
  );
  Object.assign(pages, { '/': list(1, 2, 3, 4), '/p/1': product('One', 1), '/p/2': product('Two', 2) });
  Object.assign(pages, { '/p/3': product('Three', 3), '/p/4': product('=4', 4) });
  await runOnce();
  Object.assign(pages, {
    '/': list(1, 2, 3, 5),
    '/p/1': product('One', 10),
    '/p/3': 410,
    '/p/5': product('Five', 5),
  });
  await runOnce();
  Object.assign(pages, { '/': list(1, 2), '/p/2': 500 });
  await runOnce();
}, 480_000);
afterAll(() => {
  server.close();
  folder[Symbol.dispose]();
});

const diff = (from: number, to: number, ...flags: string[]) =>
  folder.call('diff', runs[from] ?? '', runs[to] ?? '', ...flags);

describe('spinneret diff', () => {
  it('says what is new, changed and gone, and how', async () => {
    const { code, stdout } = await diff(0, 1, '--json');
    expect(code).toBe(0);
    const lines = parseLines(stdout);
    const found = lines.slice(0, -1).map(({ is, url, why, changes }) => ({ is, url, why, changes }));
    const byUrl = (one: { url: unknown }, other: { url: unknown }) =>
      String(one.url) < String(other.url) ? -1 : 1;
    expect(found.sort(byUrl)).toEqual([
      { is: 'changed', url: `${origin}/p/1`, changes: { price: { from: 1, to: 10 } } },
      { is: 'gone', url: `${origin}/p/3`, why: 'HTTP_410' },
      { is: 'gone', url: `${origin}/p/4`, why: 'notLinked' },
      { is: 'new', url: `${origin}/p/5` },
    ]);
    const counts = { new: 1, changed: 1, unchanged: 1, gone: 2, notSeen: 0 };
    expect(lines.at(-1)).toEqual({ before: runs[0], after: runs[1], ...counts });
  });

  it('compares a run with the one of its job before it, and says where there is none', async () => {
    const { code, stdout } = await folder.call('diff', runs[1] ?? '');
    expect(code).toBe(0);
    expect(stdout).toBe((await diff(0, 1)).stdout);
    expect((await folder.call('diff', '--last')).stdout).toBe(
      (await folder.call('diff', runs.at(-1) ?? '')).stdout,
    );
    const first = await folder.call('diff', runs[0] ?? '');
    expect([first.code, first.stderr]).toEqual([2, expect.stringContaining('is the first run of shop')]);
  });

  it('takes no extraction from kept pages for the run before', async () => {
    const extracted = await folder.call('extract', runs[1] ?? '', '--job', 'job.yaml', '--json');
    expect(extracted.code).toBe(0);
    await runOnce();
    const { stdout } = await folder.call('diff', runs[3] ?? '', '--json');
    expect(parseLines(stdout).at(-1)).toMatchObject({ before: runs[2], after: runs[3] });
    const { runs: results } = parseLines(extracted.stdout).at(-1) as { runs: { run: string }[] };
    const own = await folder.call('diff', results[0]?.run ?? '', '--json');
    expect(parseLines(own.stdout).at(-1)).toMatchObject({ before: runs[2], after: results[0]?.run });
  });

  it('does not call gone what a run could not see', async () => {
    const { stdout } = await diff(1, 2);
    expect(stdout).toMatch(/^\? product {2}http.*\/p\/2 \(HTTP_500\)$/m);
    expect(stdout).toMatch(/^\? product {2}http.*\/p\/5 \(HTTP_500\)$/m);
    expect(stdout).toMatch(/^items: 0 new, 0 changed, 1 unchanged, 0 gone, 2 not seen$/m);
  });

  it('writes a table, in which no formula is one', async () => {
    const { stdout } = await diff(1, 0, '--csv');
    const [head, ...rows] = parseCsv(stdout);
    expect(head).toEqual(['_change', '_item', '_url', '_reason', 'field', 'from', 'to']);
    expect(rows).toContainEqual(['changed', 'product', `${origin}/p/1`, '', 'price', '10', '1']);
    expect(rows.length).toBe(4);
    expect((await diff(0, 1, '--csv', '--json')).code).toBe(2);
  });
});
