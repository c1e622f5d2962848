import { describe, expect, it } from 'vitest';
import { doubtOf } from '../../shared/changes/doubt.ts';
import { maxRecordBytes } from '../../shared/engine/recrawl/compare-page.ts';
import { diffRuns } from '../../shared/export/diff-runs.ts';
import type { Counts } from '../../shared/model.ts';
import { exported, linksTo, runAgain, tagged } from './recrawl-site.ts';
import { enterWorld, openSite } from './setting.ts';
import type { Site, SiteAnswer, SitePages } from './site.ts';
import { driveTogether, makeJob, outcomesOf, type World } from './world.ts';

/** `sku price`, or a sku alone. */
type Stock = readonly string[];

const listed = (stock: Stock) =>
  stock.map((entry) => {
    const [sku = '', price = '1'] = entry.split(' ');
    return `<li><b>${sku}</b><i>${price}</i></li>`;
  });

const perPage = 2;

/** A shop whose list has two products a page, the newest first. */
function lists(...stock: string[]): SitePages {
  const paths = Array.from({ length: Math.ceil(stock.length / perPage) }, (_, page) => `/l/${page + 1}`);
  const page = (index: number) => listed(stock.slice(index * perPage, (index + 1) * perPage)).join('');
  return {
    '/': tagged(linksTo(...paths)),
    ...Object.fromEntries(paths.map((path, index) => [path, tagged(`<ul>${page(index)}</ul>`)])),
  };
}

const product = { each: 'li', key: 'sku', fields: { sku: 'b', price: { select: 'i', type: 'number' } } };

const jobOf = (site: Site, parts: object = {}) =>
  makeJob({
    sources: [{ crawl: { start: `${site.origin}/` } }],
    pages: { list: { match: '/l/*', item: 'product', ...product }, default: { follow: ['a'] } },
    recrawl: { verify: 0 },
    fetch: { attempts: 1 },
    ...parts,
  });

/** The shop after a run, whose pages `change` replaces by others. */
async function afterFirst(first: SitePages, parts: object = {}) {
  const pages = { ...first };
  const site = await openSite(pages);
  const world = enterWorld({ batchSize: 1 });
  const job = jobOf(site, parts);
  await runAgain(world, 'one', job);
  const change = (now: SitePages) => {
    for (const path of Object.keys(pages)) delete pages[path];
    Object.assign(pages, now);
  };
  return { site, world, job, change, again: (id: string, other = job) => runAgain(world, id, other) };
}

/** `sku mark`, of items and of what is gone, with its reason. */
async function marksOf(world: World, id: string): Promise<string[]> {
  const records = [...(await exported(world, id, 'items')), ...(await exported(world, id, 'gone'))];
  return records
    .map(({ sku, _change, _reason, _changes }) =>
      [sku, _change, _reason, _changes === undefined ? undefined : JSON.stringify(_changes)]
        .filter((part) => part !== undefined)
        .join(' '),
    )
    .sort();
}

const itemCounts = (counts: Counts) =>
  Object.fromEntries(
    Object.entries(counts)
      .filter(([name, count]) => name.startsWith('change:items:') && count !== 0)
      .map(([name, count]) => [name.slice('change:items:'.length), count]),
  );

/** What `spinneret diff` says of the two runs, as far as something differs. */
async function differences({ outcomes, ledger }: World, before: string, after: string): Promise<string[]> {
  const doubt = doubtOf(await ledger.readCounts(after));
  const found: string[] = [];
  const compared = { outcomes, before, after, normalise: (url: string) => url, doubt };
  for await (const { is, fields } of diffRuns({ ...compared, onUnchanged() {} })) {
    found.push(`${fields['sku']} ${is}`);
  }
  return found.sort();
}

const withoutReasons = (marks: string[]) =>
  marks.map((mark) => mark.split(' ').slice(0, 2).join(' ')).filter((mark) => !mark.endsWith(' unchanged'));

describe('a run of a job whose items have keys', () => {
  it('knows an item again on whichever page of a list it is', async () => {
    const { world, change, again } = await afterFirst(lists('e', 'd', 'c', 'b 1', 'a'));
    change(lists('f', 'e', 'd', 'c', 'b 2', 'a'));
    expect(itemCounts(await again('two'))).toEqual({ new: 1, changed: 1, unchanged: 4 });
    const marks = await marksOf(world, 'two');
    expect(marks).toEqual([
      'a unchanged',
      'b changed {"price":{"from":1,"to":2}}',
      'c unchanged',
      'd unchanged',
      'e unchanged',
      'f new',
    ]);
    expect(withoutReasons(marks)).toEqual(await differences(world, 'one', 'two'));
  });

  it('leaves an item without a mark that is too large to be known, with all its fields', async () => {
    const large = 'a'.repeat(maxRecordBytes);
    const { world, change, again } = await afterFirst(lists(large, 'b'));
    change(lists(large, 'b 2'));
    expect(itemCounts(await again('two'))).toEqual({ changed: 1 });
    expect((await marksOf(world, 'two')).map((mark) => mark.slice(-30))).toEqual([
      large.slice(-30),
      'b changed {"price":{"from":1,"to":2}}'.slice(-30),
    ]);
  });

  it('says that an item is gone once, where no page has it, and that it is new should it come back', async () => {
    const { site, world, change, again } = await afterFirst(lists('e', 'd', 'c', 'b', 'a'));
    change(lists('f', 'e', 'c', 'b', 'a'));
    expect(itemCounts(await again('two'))).toEqual({ new: 1, unchanged: 4, gone: 1 });
    const marks = await marksOf(world, 'two');
    expect(marks).toContain('d gone notOnPage');
    expect(withoutReasons(marks)).toEqual(await differences(world, 'one', 'two'));
    expect(await exported(world, 'two', 'gone')).toEqual([
      {
        _item: 'product',
        _url: `${site.origin}/l/1`,
        _change: 'gone',
        _reason: 'notOnPage',
        sku: 'd',
        price: 1,
      },
    ]);
    expect(itemCounts(await again('three'))).toEqual({ unchanged: 5 });
    change(lists('f', 'e', 'd', 'c', 'b', 'a'));
    expect(itemCounts(await again('four'))).toEqual({ new: 1, unchanged: 5 });
  });

  it('names the page on which the item was last, also after it has moved', async () => {
    const { site, world, change, again } = await afterFirst(lists('c', 'b', 'a'));
    change(lists('e', 'd', 'c', 'b', 'a'));
    await again('two');
    change(lists('e', 'd', 'c', 'a'));
    await again('three');
    expect(await exported(world, 'three', 'gone')).toMatchObject([{ sku: 'b', _url: `${site.origin}/l/2` }]);
  });

  it('does not call gone what another page still has', async () => {
    const pages = {
      ...lists('b', 'a'),
      '/': tagged(linksTo('/l/1', '/l/2')),
      '/l/2': tagged(listed(['a']).join('')),
    };
    const { world, change, again } = await afterFirst(pages);
    change({ ...pages, '/l/1': tagged(listed(['b']).join('')) });
    expect(itemCounts(await again('two'))).toEqual({ unchanged: 2 });
    expect(await exported(world, 'two', 'gone')).toEqual([]);
  });

  it.each<[string, SiteAnswer, object, string]>([
    ['failed', { status: 500 }, {}, 'notSeen HTTP_500'],
    ['is gone', { status: 404 }, {}, 'gone HTTP_404'],
    ['leads elsewhere for now', { status: 302, headers: { location: '/' } }, {}, 'notSeen REDIRECTED'],
    ['has moved for good', { status: 301, headers: { location: '/' } }, {}, 'gone REDIRECTED'],
  ])('says what became of an item whose page %s', async (_, answer, parts, mark) => {
    const before = lists('c', 'b', 'a');
    const { world, change, again } = await afterFirst(before, parts);
    change({ ...before, '/l/2': answer });
    await again('two');
    const marks = await marksOf(world, 'two');
    expect(marks).toEqual([`a ${mark}`, 'b unchanged', 'c unchanged']);
    expect(withoutReasons(marks)).toEqual(await differences(world, 'one', 'two'));
    change(before);
    await again('three');
    expect(await marksOf(world, 'three')).toContain(mark.startsWith('gone') ? 'a new' : 'a unchanged');
  });

  it('says that the page is no longer linked, or that a limit left out the item', async () => {
    const before = lists('c', 'b', 'a');
    const { world, change, again, job } = await afterFirst(before);
    await again('two', { ...job, limits: { ...job.limits, maxItems: 1 } });
    const marks = await marksOf(world, 'two');
    expect(marks.filter((mark) => mark.endsWith(' unchanged'))).toHaveLength(1);
    expect(marks.filter((mark) => mark.endsWith(' notSeen LIMIT_ITEMS'))).toHaveLength(2);
    change({ ...before, '/': tagged(linksTo('/l/1')) });
    await again('three');
    expect(await marksOf(world, 'three')).toEqual(['a gone notLinked', 'b unchanged', 'c unchanged']);
  });

  it('does not call gone what stands beyond maxItems on a page that it has read', async () => {
    const { world, again, job } = await afterFirst(lists('b', 'a'));
    await again('two', { ...job, limits: { ...job.limits, maxItems: 1 } });
    expect(await marksOf(world, 'two')).toEqual(['a notSeen LIMIT_ITEMS', 'b unchanged']);
    expect(itemCounts(await again('three'))).toEqual({ unchanged: 2 });
  });

  it('counts the mark of the item that it gives, and knows that one, though two batches have found it at once', async () => {
    const other = (price: number) => tagged(listed([`a ${price}`]).join(''));
    const paths = ['/l/1', '/l/2', '/l/3'];
    const { world, job } = await afterFirst({
      '/': tagged(linksTo(...paths)),
      ...Object.fromEntries(paths.map((path, index) => [path, other(index)])),
    });
    for (const id of ['two', 'three', 'four']) {
      world.advance(60_000);
      await world.start(id, job);
      const processes = ['p', 'q', 'r'].map((name) => world.newProcess(`${id}${name}`));
      await driveTogether(world, id, processes);
      const counts = await world.ledger.readCounts(id);
      expect(counts).toMatchObject({ items: 1, duplicateItems: 2 });
      const given = (await outcomesOf(world, id)).flatMap(({ items }) => items);
      expect(itemCounts(counts)).toEqual({ [given[0]?.change?.is ?? '']: 1 });
      const [known] = await world.ledger.readPages(job.name, [given[0]?.key ?? '']);
      expect(known?.items).toMatchObject([{ fields: given[0]?.fields }]);
    }
  });
});
