import { describe, expect, it } from 'vitest';
import { diffRuns, type RunDifference } from '../../shared/export/diff-runs.ts';
import { linksTo, recrawlJob, runAgain } from '../engine/recrawl-site.ts';
import { enterWorld, openSite } from '../engine/setting.ts';
import type { SitePages } from '../engine/site.ts';

type Row = [sku: string, price: number];

const list = (...rows: Row[]) => ({
  body: rows.map(([sku, price]) => `<li><b>${sku}</b><i>${price}</i></li>`).join(''),
});

const lists = (first: Row[], second: Row[]): SitePages => ({
  '/': { body: linksTo('/l/1', '/l/2') },
  '/l/1': list(...first),
  '/l/2': list(...second),
});

const fields = { sku: 'b', price: { select: 'i', type: 'number' } };

/** Two runs over a list of two pages. */
async function differences(rule: object, before: SitePages, after: SitePages) {
  const content = { ...before };
  const site = await openSite(content);
  const world = enterWorld();
  const pages = { row: { match: '/l/*', each: 'li', fields, ...rule }, default: { follow: ['a'] } };
  const job = recrawlJob(site, { pages, recrawl: undefined });
  await runAgain(world, 'one', job);
  Object.assign(content, after);
  await runAgain(world, 'two', job);
  const found: RunDifference[] = [];
  let unchanged = 0;
  const request = { outcomes: world.outcomes, before: 'one', after: 'two', doubt: '' };
  const onUnchanged = (count: number) => {
    unchanged += count;
  };
  for await (const one of diffRuns({ ...request, normalise: (url) => url, onUnchanged })) found.push(one);
  const said = found.map(({ is, url, fields: { sku }, why = '' }) =>
    `${is} ${sku} ${url.replace(site.origin, '')} ${why}`.trim(),
  );
  return {
    said: said.sort(),
    unchanged,
    changes: found.flatMap((one) => (one.changes === undefined ? [] : [one.changes])),
  };
}

describe('diffRuns', () => {
  it('knows an item again by its key on whatever page of a list it is', async () => {
    const before = lists(
      [
        ['a', 1],
        ['b', 2],
      ],
      [
        ['c', 3],
        ['d', 4],
      ],
    );
    const after = lists(
      [
        ['new', 9],
        ['a', 1],
      ],
      [
        ['b', 20],
        ['c', 3],
      ],
    );
    expect(await differences({ key: 'sku' }, before, after)).toEqual({
      said: ['changed b /l/2', 'gone d /l/2 notOnPage', 'new new /l/1'],
      unchanged: 2,
      changes: [{ price: { from: 2, to: 20 } }],
    });
  });

  it('takes an item of several pages for the same, whichever of them gave it', async () => {
    const before = lists(
      [
        ['a', 1],
        ['b', 2],
      ],
      [
        ['b', 2],
        ['c', 3],
      ],
    );
    const after = lists(
      [['a', 1]],
      [
        ['b', 2],
        ['c', 3],
      ],
    );
    expect(await differences({ key: 'sku' }, before, after)).toMatchObject({ said: [], unchanged: 3 });
  });

  it('knows an item without a key on its page alone', async () => {
    const before = lists(
      [
        ['a', 1],
        ['b', 2],
      ],
      [['c', 3]],
    );
    const after = lists(
      [['a', 1]],
      [
        ['b', 2],
        ['c', 3],
      ],
    );
    expect((await differences({}, before, after)).said).toEqual(['gone b /l/1 notOnPage', 'new b /l/2']);
  });
});
