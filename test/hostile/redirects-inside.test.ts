import type { LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { galleryPages, storeOf } from '../engine/downloads/setting.ts';
import { enterWorld, openSite } from '../engine/setting.ts';
import { redirect, type SitePages } from '../engine/site.ts';
import { driveRun, makeJob, outcomesOf } from '../engine/world.ts';
import { serveProxy } from '../fetch/proxies/local-proxies.ts';

/** Of the public site, an address of the public internet; of the other, a private one. */
const addresses: Record<string, string> = { 'shop.test': '93.184.215.14', 'inside.test': '10.0.0.1' };
const lookup: LookupFunction = (host, _options, callback) =>
  callback(null, [{ address: addresses[host] ?? '127.0.0.1', family: 4 }]);

const targets = [
  'http://169.254.169.254/latest/meta-data/',
  'http://[::ffff:169.254.169.254]/latest/meta-data/',
  'http://[fd00:ec2::254]/latest/meta-data/',
  'http://2130706433/',
  'http://017700000001/',
  'http://0x7f.1/',
  'http://localhost/',
  'http://inside.test/',
];

/** Runs a job on the public site, which a proxy brings from this machine; gives the codes of all that ended. */
async function codesOf(pages: SitePages, job: Record<string, unknown>) {
  const site = await openSite(pages);
  const { hostname: host, port } = new URL(site.origin);
  const proxy = await serveProxy('http', { leadsTo: () => ({ host, port: Number(port) }) });
  const world = enterWorld({}, {}, { lookup, openFiles: (folder) => storeOf(folder) });
  await world.start(
    'r',
    makeJob({
      network: 'public',
      proxies: { list: proxy.url, network: 'allowPrivate' },
      sources: [{ urls: { list: ['http://shop.test/page'] } }],
      fetch: { attempts: 1 },
      ...job,
    }),
  );
  await driveRun(world, 'r', world.newProcess('p'));
  const facts = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.pages);
  return { codes: facts.map(({ code }) => code), asked: proxy.asked };
}

const onlyShop = [`${addresses['shop.test']}:80`];

describe.each(targets)('a redirect to %s', (target) => {
  it.each<[string, SitePages, Record<string, unknown>]>([
    ['a page', { '/page': redirect(target) }, { scope: { hosts: [new URL(target).hostname] } }],
    ['robots.txt', { '/robots.txt': redirect(target), '/page': {} }, {}],
    [
      'a sitemap',
      { '/map.xml': redirect(target) },
      { sources: [{ sitemap: { urls: ['http://shop.test/map.xml'] } }] },
    ],
    [
      'a file',
      { '/page': { body: '<h1>g</h1><img src="/a.png">' }, '/a.png': redirect(target) },
      { pages: galleryPages },
    ],
  ])('of %s is refused, and nobody is asked for it', async (_, pages, job) => {
    const { codes, asked } = await codesOf(pages, job);
    expect(codes).toContain('ADDRESS_REFUSED');
    expect([...new Set(asked)]).toEqual(onlyShop);
  });
});
