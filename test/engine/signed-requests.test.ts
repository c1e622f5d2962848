import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSigningKey } from '../../shared/fetch/signing/signing-key.ts';
import { checkSignature } from '../fetch/signing/check-signature.ts';
import { loginJob, openLoginSite } from './login-site.ts';
import { enterWorld, openSite } from './setting.ts';
import { driveRun, endsOf, makeJob } from './world.ts';

const privateJwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
const key = JSON.stringify(privateJwk);
const { publicJwk = {} } = readSigningKey(key);
const sign = { key: '${env:SIGNING_KEY}', agent: 'https://bot.example.com' };

const html = (body: string) => ({ body: `<h1>x</h1>${body}` });

describe('a job that signs its requests', () => {
  it('signs robots.txt, pages, targets of redirects and retries, each anew, and stores nothing of the key', async () => {
    const site = await openSite({
      '/robots.txt': { headers: { 'content-type': 'text/plain' }, body: 'User-agent: *\nAllow: /' },
      '/': html('<a href=/moved>a</a><a href=/busy>b</a>'),
      '/moved': { status: 302, headers: { location: '/target' } },
      '/target': html(''),
      '/busy': ({ earlier }) => (earlier === 0 ? { status: 503 } : html('')),
    });
    const world = enterWorld({}, { SIGNING_KEY: key });
    const job = makeJob({
      sources: [{ crawl: { start: `${site.origin}/` } }],
      pages: { default: { follow: ['a'], fields: { title: 'h1' } } },
      politeness: { sign },
    });
    await world.start('r', job);
    await driveRun(world, 'r', world.newProcess('p'));
    expect(site.log.map(({ path }) => path).sort()).toEqual(
      ['/', '/busy', '/busy', '/moved', '/robots.txt', '/target'].sort(),
    );
    const signatures = site.log.map((request) => checkSignature(request, publicJwk));
    expect(signatures.map(({ isValid }) => isValid)).toEqual(site.log.map(() => true));
    expect(new Set(signatures.map(({ parameters }) => parameters['nonce'])).size).toBe(site.log.length);
    const files = readdirSync(world.folder).map((name) => readFileSync(join(world.folder, name), 'latin1'));
    expect(files.join('')).toContain('${env:SIGNING_KEY}');
    expect(files.join('')).not.toContain(privateJwk.d);
  });

  it('signs every request of a login, whose secrets still go into its form and nowhere else', async () => {
    const site = await openLoginSite({ pages: 3 });
    const sessionKey = Buffer.alloc(32, 5).toString('base64');
    const env = { SIGNING_KEY: key, PASS: site.password, SPINNERET_SESSION_KEY: sessionKey };
    const world = enterWorld({}, env);
    const components = ['@method', '@authority', '@path', 'content-digest'];
    await world.start('r', makeJob(loginJob(site, { politeness: { sign: { ...sign, components } } })));
    await driveRun(world, 'r', world.newProcess('p'));
    expect((await world.ledger.readCounts('r'))['stored']).toBe(4);
    const ofLogin = site.log.map(({ method, path }) => `${method} ${path}`).slice(1, 4);
    expect(ofLogin).toEqual(['GET /login', 'POST /login?step=2', 'GET /welcome']);
    for (const request of site.log) expect(checkSignature(request, publicJwk).isValid).toBe(true);
    const form = site.log.find(({ method }) => method === 'POST');
    expect(new URLSearchParams(form?.body).get('pass')).toBe(site.password);
    const files = readdirSync(world.folder).map((name) => readFileSync(join(world.folder, name), 'latin1'));
    expect(files.join('')).not.toContain(site.password);
    expect(files.join('')).not.toContain(privateJwk.d);
  });

  it('says by code which pages could not be signed', async () => {
    const site = await openSite({ '/': html('') });
    const world = enterWorld({}, { SIGNING_KEY: key });
    const politeness = { sign: { ...sign, components: ['@authority', 'x-partner'] }, robots: 'ignore' };
    await world.start(
      'r',
      makeJob({ sources: [{ urls: { list: [`${site.origin}/`], label: 'default' } }], politeness }),
    );
    await driveRun(world, 'r', world.newProcess('p'));
    expect(await endsOf(world, 'r')).toMatchObject({
      [`${site.origin}/`]: expect.stringContaining('SIGNATURE_INCOMPLETE'),
    });
    expect(site.log).toEqual([]);
  });

  it('does not begin without its key, or with what is none', async () => {
    for (const [env, code] of [
      [{}, 'ENV_MISSING'],
      [{ SIGNING_KEY: 'x' }, 'SIGNING_KEY_INVALID'],
    ] as const) {
      const world = enterWorld({}, env);
      await world.start(
        'r',
        makeJob({
          sources: [{ urls: { list: ['http://127.0.0.1:1/'], label: 'default' } }],
          politeness: { sign },
        }),
      );
      await expect(world.newProcess('p').contextOf('r')).rejects.toMatchObject({ code });
    }
  });
});
