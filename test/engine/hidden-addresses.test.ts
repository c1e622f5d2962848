import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { groupByHost } from '../../shared/engine/outcome/group.ts';
import { sealAddresses } from '../../shared/engine/sessions/hidden-addresses.ts';
import { serveHttp } from '../fetch/local-servers.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import { deliverNext, driveRun, makeJob, outcomesOf } from './world.ts';

const token = 'tOkEn-0123456789-abcdef';

/** A site that writes the session's cookie into its links and redirects, and links with it to another host, too. */
async function openTokenSite(other: string) {
  const asked: string[] = [];
  const origin = await serveHttp((request, response) => {
    const { url = '', method } = request;
    const html = (body: string) => response.setHeader('content-type', 'text/html').end(body);
    if (url === '/robots.txt') return response.writeHead(404).end();
    if (url === '/login' && method === 'GET') return html('<form method=post><input name=pass></form>');
    if (url === '/login') {
      const headers = { 'set-cookie': `sid=${token}; Path=/`, location: `/in?sid=${token}` };
      return response.writeHead(302, headers).end();
    }
    asked.push(url);
    if (url === '/b') return response.writeHead(302, { location: `/c?sid=${token}&x=1` }).end();
    const links = ['/b', `/a?sid=${token}`, `${other}/out?sid=${token}`];
    return html(
      `<h1>${url}</h1>${url === '/' ? links.map((link) => `<a href="${link}">x</a>`).join('') : ''}`,
    );
  });
  return { origin, host: new URL(origin).host, asked };
}

describe('an address that holds a secret of its session', () => {
  it('is asked for as it is, stored without the secret, and not asked for at a host of no session', async () => {
    const other = await openSite({ '/out': { body: '<h1>out</h1>' } });
    const site = await openTokenSite(other.origin);
    const env = { PASS: 'geheim-wort', SPINNERET_SESSION_KEY: Buffer.alloc(32, 5).toString('base64') };
    const world = enterWorld({}, env);
    const login = {
      steps: [{ open: `${site.origin}/login` }, { form: { fields: { pass: '${env:PASS}' } } }],
      check: { cookie: 'sid' },
    };
    const job = {
      sources: [{ crawl: { start: `${site.origin}/` } }],
      scope: { hosts: [site.host, new URL(other.origin).host] },
      pages: { page: { match: ['http://**'], fields: { title: 'h1' }, follow: ['a'] } },
      sessions: { me: { hosts: [site.host], login } },
    };
    await world.start('r', makeJob(job));
    await driveRun(world, 'r', world.newProcess('p'));

    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 3, 'refused:secret': 1 });
    expect(site.asked.filter((path) => path.includes('?')).sort()).toEqual([
      `/a?sid=${token}`,
      `/c?sid=${token}&x=1`,
      `/in?sid=${token}`,
    ]);
    expect(other.hits('/out')).toBe(0);
    expect(JSON.stringify(await outcomesOf(world, 'r'))).not.toContain(token);
    for (const name of ['store.db', 'store.db-wal'])
      expect(readFileSync(join(world.folder, name)).includes(token)).toBe(false);
  });
});

describe('sealAddresses', () => {
  it('refuses a link with a secret of a job without sessions', () => {
    const link = { kind: 'page' as const, url: 'http://a/?k=key-value', label: 'page', depth: 1, attempt: 0 };
    const rest = { run: 'r', batch: 'b', pages: [], items: [], retries: [], counts: {} };
    const written = { ...rest, links: [link], batchSizes: { own: 1, other: 1 } };
    const redacted = { ...written, links: [{ ...link, url: 'http://a/?k=[secret]' }] };
    expect(sealAddresses(redacted, written, undefined)).toMatchObject({
      links: [],
      counts: { 'refused:secret': 1 },
    });
  });
});

describe('an address that a version before this one has stored without its secret', () => {
  const link = (origin: string, path: string) => ({
    ...{ kind: 'page' as const, url: `${origin}${path}`, label: 'page', depth: 1, attempt: 0, source: 0 },
  });

  /** A run whose first batch is in the queue, as version 1 wrote it: without a mark of its version. */
  async function startOldRun() {
    const site = await openSite({ '/': { body: '' }, '/a': { body: '<h1>another page</h1>' } });
    const world = enterWorld();
    const sources = [{ urls: { list: [`${site.origin}/`] } }];
    await world.start('r', makeJob({ sources, pages: { page: { match: ['http://**'] } } }));
    return { site, world };
  }

  it('fails with a code, and is not asked for, in a message', async () => {
    const { site, world } = await startOldRun();
    const process = world.newProcess('p');
    const [seed] = await world.queue.receive({ runs: ['r'], max: 1 });
    if (seed === undefined) throw new Error('no seed');
    const { v: _, ...old } = seed.batch;
    const requests = [link(site.origin, '/a?sid=[secret]')];
    const host = new URL(site.origin).host;
    await world.queue.send([{ batch: { ...old, host, requests } }]);
    await world.queue.acknowledge([seed]);
    // A batch that is sent again is written by this version, and stays lost.
    await world.ledger.moveRun('r', ['running'], 'paused');
    expect(await deliverNext(world, 'r', process)).toBe('going');
    await world.ledger.moveRun('r', ['paused'], 'running');
    await driveRun(world, 'r', process);
    const ends = (await outcomesOf(world, 'r')).flatMap(({ pages }) => pages);
    expect(ends).toMatchObject([{ end: 'failed', code: 'ADDRESS_HIDDEN' }]);
    expect(ends[0]?.message).toContain('without which an earlier version stored it');
    expect(site.log.filter(({ path }) => path.startsWith('/a'))).toEqual([]);
  });

  it.each([
    [undefined, ''],
    [2, undefined],
  ])('is told from one that is written so by the version of its outcome: %s', (v, sealedAddress) => {
    const request = link('http://a.example', '/list?filter[secret]=1');
    const outcome = {
      ...{ run: 'r', batch: 'b', pages: [], items: [], links: [], retries: [], counts: {} },
      batchSizes: { own: 1, other: 1 },
      ...(v === undefined ? {} : { v }),
    };
    const [child] = groupByHost(outcome, { id: 'b', host: 'a.example' }, [request]);
    expect(child?.batch.requests.map((made) => made.sealedAddress)).toEqual([sealedAddress]);
  });
});
