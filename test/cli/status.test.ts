import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { loadSettings } from '../../shared/job/load.ts';
import { openLocalStore } from '../../shared/local-run/local-store.ts';
import type { Json } from '../../shared/model.ts';
import { openCliFolder } from './call-cli.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A host of which every page but its robots.txt answers with this status. Returns the host. */
async function serveAlways(status: number, headers: Record<string, string> = {}): Promise<string> {
  const server = createServer(({ url }, response) => {
    response.writeHead(url === '/robots.txt' ? 404 : status, headers).end('no');
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function jobOf(host: string): string {
  return `name: waits
network: allowPrivate
politeness: { gapMs: 0 }
fetch: { breakAfter: 1 }
sources: [{ urls: { list: ['http://${host}/1', 'http://${host}/2'] } }]
pages: { default: { fields: { title: h1 } } }
`;
}

describe('spinneret status', () => {
  it('says that a run is stopped which no process works on, and how to go on', async () => {
    using folder = openCliFolder();
    await using store = await openLocalStore(loadSettings('none.yaml'), folder.path, 'test');
    await store.ledger.createRun({ id: 'small-1', job: {}, baseDir: '/', state: 'running', startedAt: 0 });
    const { stdout } = await folder.call('status', '--last');
    expect(stdout).toContain('stopped, not over yet');
    expect(stdout).toContain('next: npx spinneret resume small-1\n');
  });

  it('says how many pages wait behind better ones, of a job with priorities alone', async () => {
    using folder = openCliFolder();
    await using store = await openLocalStore(loadSettings('none.yaml'), folder.path, 'test');
    const start = async (id: string, pages: Json) => {
      const job = { name: id, sources: [], pages };
      await store.ledger.createRun({ id, job, baseDir: '/', state: 'running', startedAt: 0 });
    };
    await start('plain-1', { default: {} });
    await start('best-1', { default: { priority: 2 } });
    await store.ledger.lease({ run: 'best-1', batch: 'seed', owner: 'me', leaseMs: 60_000 });
    const entryOf = (priority: number, name: string) => ({
      ...{ host: 'a.test', priority, depth: 0 },
      request: {
        kind: 'page' as const,
        url: `http://a.test/${name}`,
        label: 'default',
        depth: 0,
        attempt: 0,
      },
    });
    const entries = [
      entryOf(2, 'a'),
      entryOf(2, 'b'),
      entryOf(7.5, 'c'),
      ...[1, 0, -1, -2].map((rank) => entryOf(rank, `${rank}`)),
    ];
    await store.ledger.putInFrontier?.('best-1', 'seed', entries);
    const { stdout } = await folder.call('status', 'best-1');
    expect(stdout).toContain(
      '  queued  7 pages behind better ones: 1 of priority 7.5, 2 of priority 2, 1 of priority 1, 1 of priority 0, 1 of priority -1, 1 lower priority\n',
    );
    const { frontier } = JSON.parse((await folder.call('status', 'best-1', '--json')).stdout);
    expect(frontier).toMatchObject({
      waiting: 7,
      others: 1,
      priorities: [{ priority: 7.5, waiting: 1 }, {}, {}, {}, {}],
    });
    expect((await folder.call('status', 'plain-1')).stdout).not.toContain('queued');
  });

  it.each([
    ['unanswered', 503, {}, /: it gave no answer that can be used, pause \d in a row\n/],
    ['asked', 429, { 'retry-after': '40' }, /: it asked for a pause \(HTTP 429, 503 or Retry-After\)\n/],
  ] as const)('says which host waits (%s), why and until when', async (why, status, headers, words) => {
    const host = await serveAlways(status, headers);
    using folder = openCliFolder();
    folder.write('waits.yaml', jobOf(host));
    const begun = Date.now();
    const run = folder.start(['run', 'waits.yaml']);
    await run.said('started waits-');
    const shown = async () => (await folder.call('status', '--last')).stdout;
    await expect.poll(shown, { timeout: 60_000 }).toContain(`  waits   for ${host} until `);
    const read = async () => JSON.parse((await folder.call('status', '--last', '--json')).stdout);
    // A pause may end between two calls, and the next begin.
    await expect.poll(async () => (await read()).waits, { timeout: 60_000 }).toHaveLength(1);
    await expect.poll(shown, { timeout: 60_000 }).toMatch(words);
    const { waits } = await read();
    const [wait = { until: begun + 1 }] = waits;
    expect(waits).toEqual([
      { host, until: expect.any(Number), why, pauses: why === 'asked' ? 0 : expect.any(Number) },
    ]);
    expect(wait.until).toBeGreaterThan(begun);
    await run.said(`waiting for ${host} until`);
  });

  it('names no host that another run waits for', async () => {
    using folder = openCliFolder();
    await using store = await openLocalStore(loadSettings('none.yaml'), folder.path, 'test');
    await store.ledger.createRun({ id: 'own-1', job: {}, baseDir: '/', state: 'running', startedAt: 0 });
    await store.ledger.delayHost('other.example', Date.now() + 60_000);
    const { stdout } = await folder.call('status', '--last', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ run: 'own-1', waits: [] });
  });
});
