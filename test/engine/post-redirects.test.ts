import { describe, expect, it } from 'vitest';
import { enterWorld, openSite } from './setting.ts';
import { json, redirect, type SiteRequest } from './site.ts';
import { driveRun, makeJob, outcomesOf } from './world.ts';

const pages = { row: { fields: { id: { path: 'id' } } } };

/** Posts JSON to /api, which redirects with `status`; `to` is given the origins of this and another site. */
async function post(status: number, to: (own: string, other: string) => string, kind = 'rest') {
  const done = () => json([{ id: 1 }]);
  const other = await openSite({ '/done': done });
  const site = await openSite({
    '/done': done,
    '/api': ({ method, headers }) =>
      method === 'POST' ? redirect(to(`http://${headers.host}`, other.origin), status) : done(),
  });
  const world = enterWorld();
  const request = { url: `${site.origin}/api`, json: { q: 1 }, headers: { 'x-key': 'k' }, label: 'row' };
  await world.start(
    'r',
    makeJob({ sources: [{ [kind]: request }], pages, politeness: { robots: 'ignore' } }),
  );
  await driveRun(world, 'r', world.newProcess('p'));
  const outcomes = await outcomesOf(world, 'r');
  const seen = ({ method, path, headers, body }: SiteRequest) =>
    [method, path, body, headers['x-key'] ?? '-', headers['content-type'] ?? '-'].join(' ');
  return {
    own: site.log.slice(1).map(seen),
    other: other.log.map(seen),
    items: outcomes.flatMap(({ items }) => items).length,
    codes: outcomes.flatMap((outcome) => outcome.pages.flatMap(({ code }) => code ?? [])),
  };
}

describe.each(['rest', 'send'])('a POST of %s that is redirected', (kind) => {
  it.each([301, 302, 303])('goes on as a GET without its body after %i', async (status) => {
    const { own, items } = await post(status, () => '/done', kind);
    expect([own, items]).toEqual([['GET /done  k -'], 1]);
  });

  it.each([307, 308])('goes on as it is after %i', async (status) => {
    const { own, items } = await post(status, () => '/done', kind);
    expect([own, items]).toEqual([['POST /done {"q":1} k application/json'], 1]);
  });

  it.each([301, 302, 303])('gets its result at the same address after %i', async (status) => {
    const { own, items } = await post(status, (origin) => `${origin}/api`, kind);
    expect([own, items]).toEqual([['GET /api  k -'], 1]);
  });

  it.each([301, 302, 303])('takes neither headers nor body to another origin after %i', async (status) => {
    const { other, items } = await post(status, (_, origin) => `${origin}/done`, kind);
    expect([other, items]).toEqual([['GET /done  - -'], 1]);
  });

  it.each([307, 308])('is not sent to another origin after %i, and says so', async (status) => {
    const { other, items, codes } = await post(status, (_, origin) => `${origin}/done`, kind);
    expect([other, items, codes]).toEqual([[], 0, ['REDIRECT_BODY']]);
  });

  it.each([307, 308])('is a loop where it leads to itself after %i', async (status) => {
    expect((await post(status, () => '/api', kind)).codes).toEqual(['TOO_MANY_REDIRECTS']);
  });
});
