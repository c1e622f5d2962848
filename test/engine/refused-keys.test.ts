import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serveHttp } from '../fetch/local-servers.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld } from './setting.ts';
import { deliverNext, driveRun, endsOf, makeJob, type World } from './world.ts';

const sessionKey = Buffer.alloc(32, 5).toString('base64');

/** A site that lets in who `isRight` says; to others it answers 401. */
async function openGuardedSite(isRight: (authorization: string, path: string) => boolean) {
  const refused: string[] = [];
  const origin = await serveHttp(({ url = '/', headers }, response) => {
    const sent = headers.authorization ?? headers.cookie ?? '';
    if (isRight(sent, url)) return response.setHeader('content-type', 'text/html').end(`<h1>${url}</h1>`);
    refused.push(url);
    return response.writeHead(401, { 'www-authenticate': 'Basic realm="shop"' }).end();
  });
  return { origin, host: new URL(origin).host, refused };
}

async function begin(world: World, run: string, origin: string, session: Record<string, unknown>) {
  const list = Array.from({ length: 20 }, (_, index) => `${origin}/${index + 1}`);
  const job = {
    sources: [{ urls: { list } }],
    sessions: { ann: { hosts: [new URL(origin).host], ...session } },
    politeness: { robots: 'ignore' },
    fetch: { concurrencyPerHost: 1 },
  };
  await world.start(run, makeJob(job));
}

async function driveUntilPaused(world: World, run: string): Promise<string | undefined> {
  const process = world.newProcess('p');
  while ((await world.ledger.readRun(run))?.state === 'running') await deliverNext(world, run, process);
  return (await world.ledger.readRun(run))?.reason?.code;
}

const basic = { user: 'ann', password: '${env:PASS}' };
const env = { PASS: 'a-wrong-password', SPINNERET_SESSION_KEY: sessionKey };

describe('a password that the site refuses', () => {
  it('is sent three times, and stops the run; once the site takes it, the run goes on, and so does another', async () => {
    let isTaken = false;
    const site = await openGuardedSite(() => isTaken);
    const world = enterWorld({}, env);
    await begin(world, 'r', site.origin, { basic });
    expect(await driveUntilPaused(world, 'r')).toBe('SESSION_OVER');
    expect(site.refused).toHaveLength(3);
    world.advance(1_000);
    await world.ledger.moveRun('r', ['paused'], 'running');
    // The site refuses it still.
    expect(await driveUntilPaused(world, 'r')).toBe('SESSION_OVER');
    expect(site.refused).toHaveLength(6);
    isTaken = true;
    world.advance(1_000);
    await world.ledger.moveRun('r', ['paused'], 'running');
    await driveRun(world, 'r', world.newProcess('q'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 20 });
    world.advance(1_000);
    await begin(world, 'r2', site.origin, { basic });
    await driveRun(world, 'r2', world.newProcess('s'));
    expect(await expectAccounted(world, 'r2')).toMatchObject({ stored: 20 });
  });

  it('is found by another run as well, though an earlier one was let in with it', async () => {
    let isTaken = true;
    const site = await openGuardedSite(() => isTaken);
    const world = enterWorld({}, env);
    await begin(world, 'r', site.origin, { basic });
    await driveRun(world, 'r', world.newProcess('p'));
    isTaken = false;
    await begin(world, 'r2', site.origin, { basic });
    expect(await driveUntilPaused(world, 'r2')).toBe('SESSION_OVER');
    expect(site.refused).toHaveLength(3);
  });

  it('is found where it was changed in mid-run, by ten refusals in a row', async () => {
    let answers = 0;
    const site = await openGuardedSite((_, path) => {
      answers += 1;
      return answers <= 6 && path !== '/2';
    });
    const world = enterWorld({}, env);
    await begin(world, 'r', site.origin, { basic });
    expect(await driveUntilPaused(world, 'r')).toBe('SESSION_OVER');
    // One page is refused in any case, three times.
    expect(site.refused.length).toBeLessThanOrEqual(16);
    answers = Number.NEGATIVE_INFINITY;
    world.advance(1_000);
    await world.ledger.moveRun('r', ['paused'], 'running');
    await driveRun(world, 'r', world.newProcess('q'));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 19, 'failed:HTTP_401': 1 });
  });

  it('is none where a process meets refused pages first, and another of the run was let in', async () => {
    const site = await openGuardedSite((_, path) => ['/1', '/20'].includes(path));
    const world = enterWorld({ batchSize: 4 }, env);
    await begin(world, 'r', site.origin, { basic });
    // A run that is paused would be delivered for ever.
    for (let index = 0; index < 20; index += 1) await deliverNext(world, 'r', world.newProcess(`p${index}`));
    expect(await expectAccounted(world, 'r')).toMatchObject({ stored: 2, 'failed:HTTP_401': 18 });
  });

  it.each([
    ['single pages', {}],
    ['all pages, of a job that names the end of its session itself', { endedBy: { status: 403 } }],
  ])('is none where it refuses %s', async (what, more) => {
    const site = await openGuardedSite((_, path) => what === 'single pages' && !/[2-9]$/.test(path));
    const world = enterWorld({}, env);
    await begin(world, 'r', site.origin, { basic, ...more });
    await driveRun(world, 'r', world.newProcess('p'));
    const stored = what === 'single pages' ? 4 : 0;
    const counts = await expectAccounted(world, 'r');
    expect(counts['stored'] ?? 0).toBe(stored);
    expect(counts['failed:HTTP_401']).toBe(20 - stored);
    expect(Object.values(await endsOf(world, 'r'))).not.toContain('failed SESSION_ENDED');
  });
});

describe('a file of cookies that is over', () => {
  it('stops the run, and another one begins with the file as it is then', async () => {
    const site = await openGuardedSite((cookie) => cookie === 'sid=fresh-session');
    const world = enterWorld({}, env);
    const writeCookies = (id: string) =>
      writeFileSync(join(world.folder, 'cookies.txt'), `127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\t${id}\n`);
    writeCookies('stale-session');
    const session = { cookies: 'cookies.txt', endedBy: { status: 401 } };
    await begin(world, 'r', site.origin, session);
    expect(await driveUntilPaused(world, 'r')).toBe('SESSION_OVER');
    writeCookies('fresh-session');
    world.advance(1_000);
    await begin(world, 'r2', site.origin, session);
    await driveRun(world, 'r2', world.newProcess('q'));
    expect(await expectAccounted(world, 'r2')).toMatchObject({ stored: 20 });
  });
});
