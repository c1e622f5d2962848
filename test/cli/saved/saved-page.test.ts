import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Difference, differencesOf, expectedOf } from '../../../cli/saved/expected-page.ts';
import { saveTrial } from '../../../cli/saved/save-trial.ts';
import { answerOf, pagesFolderOf, readSavedPages, writeSavedPage } from '../../../cli/saved/saved-page.ts';
import type { Trial } from '../../../cli/try/page.ts';
import { localEnvironment } from '../../../shared/engine/job-environment.ts';
import { openRunContext, type RunContext } from '../../../shared/engine/run-context.ts';
import type { FetchResult } from '../../../shared/fetch/types.ts';
import type { Json, PageFact } from '../../../shared/model.ts';
import { temporaryFolder } from '../../../testing/temporary-folder.ts';
import { makeJob } from '../../engine/world.ts';

const folder = temporaryFolder();
const file = join(folder.path, 'shop.yaml');
const secret = 'key-of-the-shop';
let context: RunContext;
beforeAll(async () => {
  const headers = { 'x-key': '${env:SHOP_KEY}' };
  const job = makeJob({ sources: [{ crawl: { start: 'http://shop.test/' } }], fetch: { headers } });
  const run = { id: 'test', baseDir: folder.path, state: 'running' as const, startedAt: 0 };
  const environment = { ...(await localEnvironment({ baseDir: folder.path })), env: { SHOP_KEY: secret } };
  context = await openRunContext({ ...run, job: job as unknown as Json }, environment);
});
afterAll(async () => {
  await context.close();
  folder.remove();
});

const url = 'http://shop.test/a/b-1.html';
const answer: FetchResult = {
  ...{ url, status: 200, headers: { 'content-type': 'text/html' }, ms: 5, startedAt: 86_400_000 },
  body: Buffer.from('<h1>A</h1>'),
};
const fact: PageFact = { kind: 'page', url, label: 'item', depth: 0, attempt: 1, end: 'stored' };
function trialOf(changes: Partial<Trial> = {}): Trial {
  const lists = { hops: [], items: [], links: [], next: [], made: [], refusedLinks: [], selectors: [] };
  const robots = { state: 'found', isAllowed: true, crawlDelayMs: 0 } as const;
  return { url, label: 'item', robots, fact, ...lists, refused: {}, structured: [], ...changes };
}

describe('expectedOf', () => {
  it('is what a run would take, and no more', () => {
    expect(expectedOf(trialOf())).toEqual({ end: 'stored', items: [], links: {} });
    const misfits = [{ path: 'price', keyword: 'minimum', message: 'm' }];
    const trial = trialOf({
      fact: { ...fact, end: 'skipped', code: 'X_1' } as PageFact,
      items: [
        { item: 'book', url, fields: { a: 1 }, missing: ['b'] },
        { item: 'book', url, fields: {}, misfits },
      ] as Trial['items'],
      links: [{ label: 'list', urls: ['http://shop.test/2'] }],
      next: ['http://shop.test/?page=2'],
    });
    expect(expectedOf(trial)).toEqual({
      ...{ end: 'skipped', code: 'X_1', links: { list: ['http://shop.test/2'] } },
      items: [
        { item: 'book', fields: { a: 1 }, missing: ['b'] },
        { item: 'book', fields: {}, misfits: ['price: minimum'] },
      ],
      next: ['http://shop.test/?page=2'],
    });
  });
});

describe('differencesOf', () => {
  it.each<[Json, Json, Difference[]]>([
    [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, []],
    [{ a: 1 }, {}, [{ path: 'a', expected: 1 }]],
    [{}, { a: null }, [{ path: 'a', found: null }]],
    [
      [1, 2],
      [1, 3, 4],
      [
        { path: '[1]', expected: 2, found: 3 },
        { path: '[2]', found: 4 },
      ],
    ],
    [[1], {}, [{ path: '', expected: [1], found: {} }]],
    [{}, [1], [{ path: '', expected: {}, found: [1] }]],
    [{ a: null }, { a: { b: 1 } }, [{ path: 'a', expected: null, found: { b: 1 } }]],
    [{ a: { b: 1 } }, { a: null }, [{ path: 'a', expected: { b: 1 }, found: null }]],
    [{ constructor: 1 }, {}, [{ path: 'constructor', expected: 1 }]],
    [
      { items: [{ fields: { price: 1 } }] },
      { items: [{ fields: { price: '1' } }] },
      [{ path: 'items[0].fields.price', expected: 1, found: '1' }],
    ],
  ])('of %j and %j', (expected, found, differences) => {
    expect(differencesOf(expected, found)).toEqual(differences);
  });
});

describe('saveTrial', () => {
  const save = (changes: object = {}, options: object = { save: true }, of: Partial<Trial> = {}) =>
    saveTrial(context, file, trialOf(of), { ...answer, ...changes }, options);

  it('writes the answer without what is private, and what was taken from it', async () => {
    const headers = { 'content-type': 'text/html', 'set-cookie': 's=1', 'x-robots-tag': 'all' };
    const saved = await save({ headers });
    expect(saved).toBe(join(folder.path, 'shop.pages/a-b-1-html'));
    expect(JSON.parse(readFileSync(join(saved, 'answer.json'), 'utf8'))).toEqual({
      ...{ job: 'test', url, label: 'item', status: 200, body: 'page.html' },
      headers: { 'content-type': 'text/html', 'x-robots-tag': 'all' },
      fetchedAt: '1970-01-02T00:00:00.000Z',
    });
    const [page] = readSavedPages(file);
    expect(page?.expected).toEqual({ end: 'stored', items: [], links: {} });
    if (page !== undefined)
      expect(answerOf(page)).toEqual({
        ...{ url, status: 200, ms: 0, startedAt: 86_400_000, body: answer.body },
        headers: { 'content-type': 'text/html', 'x-robots-tag': 'all' },
      });
  });

  it('replaces a page with force alone', async () => {
    await expect(save()).rejects.toThrow(/a-b-1-html is there already: --force replaces it/);
    expect(await save({}, { save: true, force: true })).toContain('a-b-1-html');
  });

  it.each([
    ['http://shop.test/', 'shop-test'],
    ['http://shop.test/?q=1&p=2', 'q-1-p-2'],
    [`http://shop.test/${'x'.repeat(79)}-y`, 'x'.repeat(79)],
    [`http://shop.test/${'x'.repeat(90)}`, 'x'.repeat(80)],
    ['http://[::1]/', '1'],
  ])('names the page of %s', async (of, name) => {
    expect(await save({}, { save: true, force: true }, { url: of })).toBe(join(pagesFolderOf(file), name));
  });

  it.each([
    ['no answer', undefined, 'x', 'nothing is saved: there was no answer'],
    [
      'a folder elsewhere',
      answer,
      '../x',
      'the name ../x is no name of a folder; write letters, digits and -',
    ],
    ['a long name', answer, 'x'.repeat(101), 'is no name of a folder'],
    [
      'a secret in the page',
      { ...answer, body: Buffer.from(`<h1>${secret}</h1>`) },
      'y',
      'nothing is saved: the answer shows a secret of the job',
    ],
    ['a secret in a header', { ...answer, headers: { link: secret } }, 'z', 'shows a secret of the job'],
  ])('refuses %s', async (_, given, name, message) => {
    await expect(saveTrial(context, file, trialOf(), given, { save: name })).rejects.toThrow(message);
    expect(existsSync(join(pagesFolderOf(file), name))).toBe(false);
  });

  it('takes a name of a hundred characters', async () => {
    expect(await save({}, { save: 'x'.repeat(100) })).toContain('x'.repeat(100));
  });
});

describe('readSavedPages', () => {
  it('reads folders by name, with or without what is expected, and names a file that is broken', async () => {
    const own = join(folder.path, 'own.yml');
    expect(readSavedPages(own)).toEqual([]);
    const types = { b: 'application/json', a: 'image/png', c: 'text/markdown' };
    for (const [name, type] of Object.entries(types)) {
      const result = { ...answer, headers: { 'content-type': type }, redirect: 'http://shop.test/to' };
      const about = { job: 'test', url, label: '' };
      await writeSavedPage(join(folder.path, 'own.pages', name), result, about, {
        end: 'x',
        items: [],
        links: {},
      });
    }
    const pages = readSavedPages(own);
    expect(pages.map(({ name, answer: { body, redirect } }) => [name, body, redirect])).toEqual([
      ['a', 'page.bin', 'http://shop.test/to'],
      ['b', 'page.json', 'http://shop.test/to'],
      ['c', 'page.txt', 'http://shop.test/to'],
    ]);
    expect(pages.map((page) => answerOf(page).redirect)).toEqual(Array(3).fill('http://shop.test/to'));
    rmSync(join(folder.path, 'own.pages/a/expected.json'));
    expect(readSavedPages(own)[0]?.expected).toBeUndefined();
    writeFileSync(join(folder.path, 'own.pages/a/answer.json'), '{');
    expect(() => readSavedPages(own)).toThrow(/own\.pages\/a\/answer\.json: .*JSON/);
  });
});
