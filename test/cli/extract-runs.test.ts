import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliFolder, openCliFolder, parseLines } from './call-cli.ts';

/** Pages with an ETag of their version, which are answered 304 where that is known. */
const versions = new Map([1, 2, 3, 4, 5, 6].map((id) => [`/p/${id}`, 1]));
const asked: string[] = [];
const server = createServer(({ url = '', headers }, response) => {
  asked.push(url);
  const version = url === '/' ? 1 : versions.get(url);
  const etag = `"${version}"`;
  response.setHeader('etag', etag).setHeader('content-type', 'text/html');
  if (version === undefined) return response.writeHead(404).end();
  if (headers['if-none-match'] === etag) return response.writeHead(304).end();
  const links = [...versions.keys()].map((path) => `<a href="${path}">x</a>`).join('');
  return response.end(url === '/' ? links : `<h1>${url}</h1><b>${version}</b>`);
});

let folder: CliFolder;
const runs: string[] = [];

async function idOf(...args: string[]): Promise<string> {
  const { stdout } = await folder.call(...args, '--processes', '1', '--json');
  const { runs: results } = parseLines(stdout).at(-1) as { runs: { run: string }[] };
  return results[0]?.run ?? '';
}

beforeAll(async () => {
  folder = openCliFolder();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder.write(
    'job.yaml',
    `name: shop
sources: [{ crawl: { start: '${origin}/' } }]
pages:
  product: { match: /p/*, fields: { name: h1 } }
  default: { follow: [a] }
politeness: { gapMs: 0, robots: ignore }
network: allowPrivate
keep: warc
recrawl: { verify: 0 }
`,
  );
  folder.write(
    'new.yaml',
    folder.read('job.yaml').replace('{ name: h1 }', '{ version: { select: b, type: number } }'),
  );
  for (const change of [[], ['/p/2', '/p/3'], ['/p/3']]) {
    for (const path of change) versions.set(path, (versions.get(path) ?? 0) + 1);
    runs.push(await idOf('run', 'job.yaml'));
  }
}, 240_000);
afterAll(() => {
  server.close();
  folder[Symbol.dispose]();
});

/** The versions that an extraction found, by page, and how many pages it did not find. */
async function extract(run: string) {
  const before = asked.length;
  const own = await idOf('extract', run, '--job', 'new.yaml');
  expect(asked.length).toBe(before);
  const items = folder.readLines(`output/${own}/items.jsonl`);
  const { counts } = JSON.parse(folder.read(`output/${own}/run.json`)) as { counts: Record<string, number> };
  const found = items.map(({ _url, version }) => [new URL(String(_url)).pathname, version] as const).sort();
  return { found: Object.fromEntries(found), left: counts['refused:unchanged'] ?? 0, items: items.length };
}

describe('spinneret extract of a run that came again', () => {
  it('takes each page as it was fetched last up to that run, from whichever run has it, and asks for nothing', async () => {
    expect(await extract(runs[2] ?? '')).toEqual({
      found: { '/p/1': 1, '/p/2': 2, '/p/3': 3, '/p/4': 1, '/p/5': 1, '/p/6': 1 },
      left: 0,
      items: 6,
    });
    expect(await extract(runs[1] ?? '')).toMatchObject({ found: { '/p/2': 2, '/p/3': 2 }, items: 6 });
  }, 240_000);

  it('counts the pages whose files are gone, and gives none that is older than what a run in between had', async () => {
    rmSync(join(folder.path, 'output', runs[1] ?? ''), { recursive: true });
    const { found, left } = await extract(runs[2] ?? '');
    expect(found).toEqual({ '/p/1': 1, '/p/3': 3, '/p/4': 1, '/p/5': 1, '/p/6': 1 });
    expect(left).toBe(1);
  }, 240_000);
});
