import { describe, expect, it } from 'vitest';
import { summarise } from '../../shared/observe/summary.ts';
import { summaryLines } from '../../shared/observe/summary-text.ts';
import { expectAccounted } from './accounts.ts';
import { enterWorld, openSite } from './setting.ts';
import type { SiteAnswer, SitePages } from './site.ts';
import { driveRun, endsOf, makeJob, outcomesOf } from './world.ts';

const json = { 'content-type': 'application/json' };

async function crawl(pages: SitePages, rule: object, sources?: (origin: string) => object[]) {
  const site = await openSite(pages);
  const world = enterWorld();
  const label = { follow: ['a'], fields: { title: 'h1' }, ...rule };
  const from = sources?.(site.origin) ?? [{ crawl: { start: `${site.origin}/` } }];
  await world.start('r', makeJob({ sources: from, pages: { default: label }, fetch: { attempts: 1 } }));
  await driveRun(world, 'r', world.newProcess('p'));
  const counts = await expectAccounted(world, 'r');
  const ends = Object.fromEntries(
    Object.entries(await endsOf(world, 'r')).map(([url, end]) => [url.slice(site.origin.length), end]),
  );
  const outcomes = await outcomesOf(world, 'r');
  const items = outcomes.flatMap((outcome) => outcome.items).map(({ fields }) => fields);
  const facts = outcomes.flatMap((outcome) => outcome.pages);
  const run = await world.ledger.readRun('r');
  const lines = run === undefined ? [] : summaryLines(summarise(run, counts, undefined));
  return { ends, items, counts, facts, lines, site };
}

/** The end of the only page. */
async function endOf(answer: SiteAnswer, rule: object): Promise<string | undefined> {
  return (await crawl({ '/': answer }, rule)).ends['/'];
}

const wall = { body: '<h1>Log in</h1><form id=login></form><a href="/next">Register</a>' };

describe('unless', () => {
  it.each<[string, object, SiteAnswer]>([
    ['an element', { select: '#login' }, wall],
    ['an element by XPath', { select: 'xpath://form[@id="login"]' }, wall],
    ['text in an element', { select: 'h1', text: 'Log in' }, wall],
    [
      'text anywhere, white space folded',
      { text: 'no longer  available' },
      { body: 'no\n longer available' },
    ],
    ['its status', { status: 203 }, { ...wall, status: 203 }],
    ['one of several', [{ text: 'gone' }, { select: '#login' }], wall],
    ['a value in JSON', { path: 'error' }, { headers: json, body: '{"error":"none"}' }],
    ['a certain value in JSON', { path: 'code', is: [7, 9] }, { headers: json, body: '{"code":9}' }],
    ['nothing in JSON', { path: 'title', is: null }, { headers: json, body: '{"x":1}' }],
    ['the status of an error', { status: [404, 410] }, { status: 410, body: 'Gone' }],
    ['an error and its text', { status: 404, text: 'archived' }, { status: 404, body: 'It is archived.' }],
    ['a value of the item', { field: 'title', is: 'Log in' }, wall],
    ['text in a value of the item', { field: 'title', text: 'Log' }, wall],
    ['no value of the item', { field: 'title', is: null }, { body: '<p>text</p><a href="/x">x</a>' }],
  ])('makes no item of a page that shows %s', async (_, unless, answer) => {
    const { ends, items, counts } = await crawl({ '/': answer }, { unless });
    expect(ends['/']).toBe('skipped RULED_OUT');
    expect(items).toEqual([]);
    expect(counts).toMatchObject({ 'skipped:RULED_OUT': 1 });
  });

  it.each<[string, object, SiteAnswer, string]>([
    ['another element', { select: '#other' }, wall, 'stored'],
    ['other text in the element', { select: 'h1', text: 'Register' }, wall, 'stored'],
    ['another status', { status: 203, select: '#login' }, wall, 'stored'],
    ['a selector, for it is JSON', { select: 'p' }, { headers: json, body: '{"code":1}' }, 'stored'],
    ['another value', { path: 'code', is: '7' }, { headers: json, body: '{"code":7}' }, 'stored'],
    ['another error', { status: 404 }, { status: 410 }, 'failed HTTP_410'],
    [
      'an error with other text',
      { status: 404, text: 'archived' },
      { status: 404, body: '-' },
      'failed HTTP_404',
    ],
    ['an error, for it names none', { text: 'gone' }, { status: 404, body: 'gone' }, 'failed HTTP_404'],
  ])('leaves a page with %s what it is', async (_, unless, answer, end) => {
    const fields = { title: { path: 'code' } };
    expect(await endOf(answer, answer.headers === json ? { unless, fields } : { unless })).toBe(end);
  });

  it('comes after what is no page: a challenge, a redirect, retryIf', async () => {
    const challenge = '<title>Just a moment...</title><script>window._cf_chl_opt={}</script>';
    expect(await endOf({ body: challenge }, { unless: { text: 'Just a moment' } })).toBe('failed BLOCKED');
    expect(await endOf({ status: 403, body: challenge }, { unless: { status: 403 } })).toBe('failed BLOCKED');
    expect(await endOf({ status: 302, headers: { location: '/x' } }, { unless: { status: 302 } })).toBe(
      'skipped REDIRECTED',
    );
    const both = { unless: { select: '#login' }, retryIf: { select: '#login' } };
    expect(await endOf(wall, both)).toBe('failed SOFT_ERROR');
    expect(await endOf({ body: ' ' }, { unless: { status: 200 } })).toBe('failed NO_CONTENT');
  });

  it('follows no link of such a page, and those of a page whose item it leaves out', async () => {
    const next = { body: '<h1>Next</h1>' };
    const byPage = await crawl({ '/': wall, '/next': next }, { unless: { select: '#login' } });
    expect(byPage.site.hits('/next')).toBe(0);
    const byItem = await crawl({ '/': wall, '/next': next }, { unless: { field: 'title', text: 'Log' } });
    expect(byItem.ends).toEqual({ '/': 'skipped RULED_OUT', '/next': 'stored' });
    expect(byItem.items).toEqual([{ title: 'Next' }]);
  });

  it('leaves items out of a list by their fields, and counts each by its reason', async () => {
    const rows = ['a', 'sold', 'b', 'sold'].map((state) => `<li>${state}</li>`).join('');
    const rule = {
      each: 'li',
      fields: { state: { xpath: '.' } },
      unless: [{ field: 'state', is: 'sold', reason: 'sold out' }],
    };
    const { ends, items, counts, lines } = await crawl({ '/': { body: `<ul>${rows}</ul>` } }, rule);
    expect(ends).toEqual({ '/': 'stored' });
    expect(items).toEqual([{ state: 'a' }, { state: 'b' }]);
    expect(counts).toMatchObject({ items: 2, itemsRuledOut: 2, 'ruledOut:default:sold out': 2 });
    expect(lines.join('\n')).toContain('2 × default left out: sold out');
  });

  it('names the condition in the fact of the page, and its reason in the counts', async () => {
    const rule = { unless: [{ text: 'nothing' }, { select: '#login', reason: 'login wall' }] };
    const { facts, counts } = await crawl({ '/': wall }, rule);
    expect(facts.find(({ code }) => code === 'RULED_OUT')?.message).toBe(
      'login wall: it has element #login (pages.default.unless[1])',
    );
    expect(counts).toMatchObject({ 'ruledOut:default:login wall': 1 });
  });

  it('goes on with the list of an API behind a page that it leaves out', async () => {
    const page = (number: number) => ({
      headers: json,
      body: JSON.stringify({ hidden: number === 1, items: [{ title: `${number}` }] }),
    });
    const pages = { '/api?page=1': page(1), '/api?page=2': page(2), '/api?page=3': page(3) };
    const rule = { fields: { title: { path: 'title' } }, unless: { path: 'hidden' } };
    const { items, counts } = await crawl(pages, rule, (origin) => [
      { rest: { url: `${origin}/api`, items: 'items', page: { by: 'number' }, label: 'default' } },
    ]);
    expect(items).toEqual([{ title: '2' }, { title: '3' }]);
    expect(counts).toMatchObject({ 'skipped:RULED_OUT': 1, stored: 2 });
  });
});

describe('only', () => {
  const product = { body: '<h1 class=product>Lamp</h1><b>5</b>' };

  it.each<[string, object]>([
    ['an element', { select: 'h1.product' }],
    ['all of a list', [{ select: 'h1.product' }, { text: 'Lamp' }, { field: 'title', text: 'La' }]],
    ['the status', { status: 200 }],
  ])('takes a page that shows %s', async (_, only) => {
    expect(await endOf(product, { only })).toBe('stored');
  });

  it.each<[string, object, SiteAnswer]>([
    ['the element', { select: 'h1.product' }, wall],
    ['one of a list', [{ select: 'h1' }, { text: 'Lamp' }], wall],
    ['the status', { status: 200 }, { ...product, status: 203 }],
    ['a value of the item', { field: 'title', is: ['Lamp', 'Desk'] }, wall],
  ])('leaves out a page without %s', async (_, only, answer) => {
    expect(await endOf(answer, { only })).toBe('skipped RULED_OUT');
  });

  it('counts what it leaves out by what is not there', async () => {
    const { counts } = await crawl({ '/': wall }, { only: { select: 'h1.product' } });
    expect(counts).toMatchObject({ 'ruledOut:default:not element h1.product': 1 });
  });
});
