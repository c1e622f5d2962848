import { describe, expect, it } from 'vitest';
import { openRunContext } from '../../../shared/engine/run-context.ts';
import { openGate } from '../../../shared/engine/turns/robots-gate.ts';
import { visitKeptPages } from '../../../shared/engine/visit/visit-kept-pages.ts';
import { DropError } from '../../../shared/errors.ts';
import type { PagesOfRun } from '../../../shared/job/pages-of-run.ts';
import { localFiles } from '../../../shared/sources/local-file.ts';
import type { KeptPage } from '../../../shared/warc/read-pages.ts';
import { makeJob } from '../world.ts';

const html = { 'content-type': 'text/html' };
const at = Date.UTC(2026, 0, 2, 3, 4, 5);

function kept(path: string, body: string, more: Partial<KeptPage> = {}): KeptPage {
  const readAs = { kind: 'page' as const, label: 'old', depth: 3, referrer: 'http://a.test/from' };
  const url = `http://a.test${path}`;
  return { url, at, status: 200, headers: html, body: Buffer.from(body), readAs, answers: [], ...more };
}

async function visit(
  pages: (KeptPage | 'unchanged' | Error)[],
  extracts: Partial<PagesOfRun> = {},
  part: { earlier?: number; runOf?: (url: string) => number | undefined } = {},
) {
  const job = makeJob({
    sources: [{ crawl: { start: 'http://a.test/' } }],
    pages: {
      item: {
        match: '/i/*',
        follow: ['a'],
        fields: { title: { select: 'h1', required: true } },
        unless: [
          { select: '.wall', reason: 'wall' },
          { status: 404, reason: 'gone' },
        ],
      },
      api: { match: '/api', items: 'rows', fields: { id: { path: 'id' } } },
    },
    urls: { canonical: 'follow' },
  });
  const run = { id: 'r', job: { ...job, extracts: { run: 'kept', ...extracts } }, startedAt: 0 };
  const context = await openRunContext(run as never, { env: {}, baseDir: '/', openFile: localFiles('/') });
  const { earlier, runOf } = part;
  if (runOf !== undefined) context.lastFetches = { runOf, counts: [], left: 0 };
  const list = async function* () {
    for (const page of pages) {
      if (page instanceof Error) throw page;
      yield page;
    }
  };
  const request = {
    kind: 'keptPages',
    url: 'file:///kept',
    cursor: { file: 'kept', from: 0, to: 1 },
    label: '',
    depth: 0,
    attempt: 0,
  } as never;
  const visiting = { run: context, batch: 'b', gate: openGate, now: () => at };
  const found = { is: 'pages' as const, pages: list(), ...(earlier === undefined ? {} : { earlier }) };
  const { pages: visits = [], ...whole } = await visitKeptPages(visiting, request, found);
  return { visits, ...whole };
}

describe('visitKeptPages', () => {
  it('has the items of the pages as they were fetched, follows nothing, and counts what is left out', async () => {
    const asOld = { kind: 'page' as const, label: 'item', depth: 1, attempt: 2 };
    const { visits, fact, linkCounts } = await visit([
      kept('/i/1', '<h1>One</h1><a href="/i/2">2</a>'),
      kept('/other', '<h1>Two</h1>', { readAs: asOld }),
      kept('/unlabelled', '<h1>No</h1>'),
      'unchanged',
      kept('/i/wall', '<p class=wall>'),
      kept('/i/404', 'gone', { status: 404 }),
      kept('/i/500', 'broken', { status: 500 }),
      kept('/i/empty', ''),
      kept('/i/copy', '<link rel=canonical href="/i/1"><h1>Copy</h1>'),
      kept('/i/lacks', '<p>no title'),
    ]);
    const fetchedAt = new Date(at).toISOString();
    expect(
      visits.map(({ fact: { url, end, code, depth, attempt, links, items }, ...of }) => ({
        ...{ path: new URL(url).pathname, end: code ?? end, depth, attempt, links, items },
        titles: of.items.map((item) => [item.fields['title'], item.fetchedAt, item.missing]),
        ...{ follows: of.links, again: of.retry, known: of.known },
      })),
    ).toEqual(
      [
        ['/i/1', 'stored', 3, 0, 1, [['One', fetchedAt, undefined]]],
        ['/other', 'stored', 1, 0, 1, [['Two', fetchedAt, undefined]]],
        ['/i/wall', 'RULED_OUT', 3, 0, 0, []],
        ['/i/404', 'RULED_OUT', 3, 0, 0, []],
        ['/i/500', 'HTTP_500', 3, undefined, undefined, []],
        ['/i/empty', 'NO_CONTENT', 3, undefined, undefined, []],
        ['/i/copy', 'stored', 3, 0, 1, [['Copy', fetchedAt, undefined]]],
        ['/i/lacks', 'stored', 3, 0, 1, [[null, fetchedAt, ['title']]]],
      ].map(([path, end, depth, links, items, titles]) => ({
        ...{ path, end, depth, attempt: 0, links, items, titles },
        ...{ follows: [], again: undefined, known: [] },
      })),
    );
    expect(fact).toMatchObject({ kind: 'keptPages', end: 'stored', links: 8 });
    expect(linkCounts).toEqual({ admitted: 8, 'refused:label': 1, 'refused:unchanged': 1 });
  });

  it('counts what has not changed once: here, or where the runs before are known at the start', async () => {
    expect((await visit(['unchanged', 'unchanged'])).linkCounts).toEqual({ 'refused:unchanged': 2 });
    expect((await visit(['unchanged'], { left: 0 })).linkCounts).toEqual({});
  });

  it('takes of an earlier run the pages that the run has used again, and that no later one has fetched', async () => {
    const runOf = (url: string) => ({ 'http://a.test/i/1': 0, 'http://a.test/i/2': 1 })[url];
    const pages = ['/i/1', '/i/2', '/i/3'].map((path) => kept(path, `<h1>${path}</h1>`));
    const taken = async (earlier?: number) =>
      (await visit(pages, {}, { runOf, ...(earlier === undefined ? {} : { earlier }) })).visits.map(
        ({ fact }) => new URL(fact.url).pathname,
      );
    expect([await taken(0), await taken(1), await taken()]).toEqual([
      ['/i/1'],
      ['/i/2'],
      ['/i/1', '/i/2', '/i/3'],
    ]);
  });

  it('counts what was read of a part that cannot be read to its end, and is not silent on other faults', async () => {
    const torn = new DropError('KEPT_UNREADABLE', 'torn');
    const { visits, otherFacts, linkCounts } = await visit([kept('/i/1', '<h1>One</h1>'), torn]);
    expect(visits).toHaveLength(1);
    expect(otherFacts).toMatchObject([{ end: 'failed', code: 'KEPT_UNREADABLE', message: 'torn' }]);
    expect(linkCounts).toMatchObject({ admitted: 1 });
    await expect(visit([new Error('a fault of our own')])).rejects.toThrow('of our own');
  });

  it('reads what the scripts of a page got, as its label names it', async () => {
    const answer = (path: string, rows: string, more: object = {}) => ({
      ...{ url: `http://a.test${path}`, at, status: 200, headers: { 'content-type': 'application/json' } },
      ...{ body: Buffer.from(`{"rows":${rows}}`), method: 'GET', ...more },
    });
    const readAs = { kind: 'page' as const, label: 'api', depth: 0 };
    const answers = [
      answer('/data?2', '[{"id":"b"}]'),
      answer('/menu', '[{"id":"no"}]'),
      answer('/data?1', '[{"id":"a"}]', { method: 'POST', sent: 'q' }),
    ];
    const page = kept('/api', '<p>', { readAs, answers });
    const idsOf = async (pages: KeptPage[]) =>
      (await visit(pages, { answers: { api: ['**/data?*'] } })).visits.map(({ fact, items }) => [
        fact.code ?? fact.end,
        items.map(({ fields }) => fields['id']),
      ]);
    expect(await idsOf([page])).toEqual([['stored', ['b', 'a']]]);
    expect(await idsOf([{ ...page, answers: [] }])).toEqual([['XHR_MISSING', []]]);
    const [without] = (await visit([page])).visits;
    expect(without?.items.map(({ fields }) => fields['id'])).not.toContain('a');
  });
});
