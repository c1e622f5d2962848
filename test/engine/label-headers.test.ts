import { describe, expect, it } from 'vitest';
import { enterWorld, openSite } from './setting.ts';
import { page, type Site } from './site.ts';
import { driveRun, makeJob, outcomesOf } from './world.ts';

const headers = { 'X-Key': `\${env:KEY}`, 'X-Plain': 'plain', 'X-Both': 'label' };
const pages = {
  list: { match: '/1', follow: ['a'] },
  item: { match: ['/2', '/3'], fields: { title: 'h1' }, headers },
};

async function crawl(site: Site, hosts?: string[]) {
  const world = enterWorld({}, { KEY: 'k-12345' });
  const sources = [{ crawl: { start: `${site.origin}/1` } }];
  const scope = hosts === undefined ? {} : { hosts };
  const fetch = { headers: { 'X-Both': 'job' } };
  await world.start('r', makeJob({ sources, pages, scope, fetch, politeness: { gapMs: 0 } }));
  await driveRun(world, 'r', world.newProcess('p'));
  return outcomesOf(world, 'r');
}

const sentTo = (site: Site, path: string) => site.log.find((request) => request.path === path)?.headers;

describe('the headers of a page label', () => {
  it('are sent with its pages alone, before those of the job, and no secret of them is kept', async () => {
    const site = await openSite({
      '/1': page('One', '/2'),
      // A page may give back what it was sent.
      '/2': (request) => page(String(request.headers['x-key'])),
    });
    const outcomes = await crawl(site);
    expect(sentTo(site, '/1')).toMatchObject({ 'x-both': 'job' });
    expect(sentTo(site, '/1')).not.toHaveProperty('x-key');
    expect(sentTo(site, '/2')).toMatchObject({ 'x-key': 'k-12345', 'x-plain': 'plain', 'x-both': 'label' });
    expect(outcomes.flatMap(({ items }) => items)).toMatchObject([{ fields: { title: '[secret]' } }]);
    expect(JSON.stringify(outcomes)).not.toContain('k-12345');
  });

  it('carry their secrets to no host that the job does not spell out', async () => {
    const other = await openSite({ '/3': page('Three') });
    const site = await openSite({ '/1': page('One', `${other.origin}/3`) });
    await crawl(site, ['*.0.0.1', '127.0.0.1']);
    expect(sentTo(other, '/3')).toMatchObject({ 'x-plain': 'plain' });
    expect(sentTo(other, '/3')).not.toHaveProperty('x-key');
  });
});
