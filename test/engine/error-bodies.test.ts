import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { enterWorld, openSite } from './setting.ts';
import type { SiteAnswer } from './site.ts';
import { driveRun, makeJob, outcomesOf } from './world.ts';

const challenge =
  '<!doctype html><html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={}</script></body></html>';
const large = `${challenge}${' '.repeat(70_000)}`;

/** Asks for one page once; returns its end, code and status. */
async function ask(answer: SiteAnswer, rule: object = {}, fetch: object = {}) {
  const site = await openSite({ '/': answer });
  const world = enterWorld();
  const pages = { default: { fields: { title: 'h1' }, ...rule } };
  const sources = [{ crawl: { start: `${site.origin}/` } }];
  await world.start(
    'r',
    makeJob({ sources, pages, fetch: { attempts: 1, ...fetch }, politeness: { robots: 'ignore' } }),
  );
  await driveRun(world, 'r', world.newProcess('p'));
  const facts = (await outcomesOf(world, 'r')).flatMap((outcome) => outcome.pages);
  return facts.filter(({ kind }) => kind === 'page').map(({ end, code, status }) => [end, code, status]);
}

describe('the body of an error', () => {
  it.each([202, 401, 403, 405, 406, 429, 503])(
    'says that it is a challenge, with status %i',
    async (status) => {
      expect(await ask({ status, body: challenge })).toEqual([['failed', 'BLOCKED', status]]);
    },
  );

  it('says so compressed', async () => {
    const headers = { 'content-encoding': 'gzip' };
    expect(await ask({ status: 403, body: gzipSync(challenge), headers })).toEqual([
      ['failed', 'BLOCKED', 403],
    ]);
  });

  it.each<[string, SiteAnswer]>([
    ['an ordinary page', { body: '<h1>Forbidden</h1>' }],
    ['nothing', { body: '' }],
    ['JSON', { body: JSON.stringify({ html: challenge }), headers: { 'content-type': 'application/json' } }],
    ['a large page', { body: large }],
    ['a damaged one', { body: 'no gzip', headers: { 'content-encoding': 'gzip' } }],
    ['one that is cut', { body: 'x', headers: { 'content-length': '100' }, isCut: true }],
  ])('leaves an error what it is: %s', async (_, answer) => {
    expect(await ask({ ...answer, status: 403 })).toEqual([['failed', 'HTTP_403', 403]]);
    expect(await ask({ ...answer, status: 503 })).toEqual([['failed', 'HTTP_503', 503]]);
  });

  it('leaves an error what it is where its end does not come', async () => {
    const answer = { status: 403, body: 'x', headers: { 'content-length': '100' } };
    expect(await ask(answer, {}, { bodyTimeoutMs: 300 })).toEqual([['failed', 'HTTP_403', 403]]);
  });

  it.each([404, 410, 500, 502])('is not looked at with status %i', async (status) => {
    expect(await ask({ status, body: challenge })).toEqual([['failed', `HTTP_${status}`, status]]);
  });

  it('is asked for what retryIf describes before its status counts', async () => {
    const retryIf = { text: 'try again later' };
    const body = '<h1>Please try again later</h1>';
    expect(await ask({ status: 404, body }, { retryIf })).toEqual([['failed', 'SOFT_ERROR', 404]]);
    expect(await ask({ status: 404, body: '<h1>Gone</h1>' }, { retryIf })).toEqual([
      ['failed', 'HTTP_404', 404],
    ]);
    // A challenge is one, whatever it says.
    expect(await ask({ status: 403, body: `${challenge}${body}` }, { retryIf })).toEqual([
      ['failed', 'BLOCKED', 403],
    ]);
  });

  it('does not take the place of a redirect', async () => {
    const answer = { status: 302, headers: { location: '/next' }, body: challenge };
    expect((await ask(answer)).map(([end, code]) => [end, code])).toEqual([
      ['skipped', 'REDIRECTED'],
      ['failed', 'HTTP_404'],
    ]);
  });
});
