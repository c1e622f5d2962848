import { describe, expect, it } from 'vitest';
import { type AnswerStore, cachedAnswers } from '../../shared/engine/cached-answers.ts';
import { makeRedaction } from '../../shared/engine/redaction.ts';
import type { FetchResult } from '../../shared/fetch/types.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { PageRequest } from '../../shared/model.ts';
import { makeJob } from './world.ts';

/** Where answers lie; the files of a job are there until they are forgotten. */
function openStore() {
  const pages = new Map<string, { head: string; body: Uint8Array }>();
  const state = { hasFiles: true, isClosed: false };
  const store: AnswerStore = {
    has: (key) => pages.has(key),
    read: (key) => pages.get(key),
    write: (key, page) => void pages.set(key, page),
    hasFile: () => state.hasFiles,
    [Symbol.dispose]() {
      state.isClosed = true;
    },
  };
  return { store, pages, state };
}

const jobOf = (changes: object = {}): Job =>
  makeJob({
    sources: [{ crawl: { start: 'http://a.test/' } }],
    pages: { p: {}, shown: { render: 'browser' } },
    ...changes,
  });

function open(job: Job = jobOf(), own = openStore()) {
  return { ...own, answers: cachedAnswers(own.store, job, makeRedaction(job, job, {})) };
}

const page: PageRequest = { kind: 'page', url: 'http://a.test/1', label: 'p', depth: 0, attempt: 0 };
const answer: FetchResult = {
  ...{ url: page.url, status: 200, headers: { 'content-type': 'text/html', 'set-cookie': 'a=1' } },
  ...{ body: Buffer.from('hello'), ms: 5, startedAt: 1, setCookies: ['a=1'], signed: 'x' },
  sent: { method: 'GET', path: '/1', headers: {} },
};
const kept = {
  ...{ url: page.url, status: 200, headers: { 'content-type': 'text/html' }, body: answer.body },
  ...{ ms: 5, startedAt: 1, isCached: true },
};

describe('cachedAnswers', () => {
  it('gives an answer again, without what is of its request alone', () => {
    const { answers, state } = open();
    expect([answers.has(page), answers.read(page)]).toEqual([false, undefined]);
    answers.keep(page, undefined, answer, []);
    expect([answers.has(page), answers.read(page)]).toEqual([true, kept]);
    answers.close();
    expect(state.isClosed).toBe(true);
  });

  it.each<[string, object]>([
    ['address', { url: 'http://a.test/2' }],
    ['method', { method: 'POST' }],
    ['body', { body: 'x' }],
    ['headers', { headers: { accept: 'x' } }],
    ['cookies', { cookies: { received: [{ url: page.url, cookie: 'a=1' }], changedAt: 1 } }],
  ])('asks anew for a request of another %s', (_, changes) => {
    const { answers } = open();
    answers.keep(page, undefined, answer, []);
    expect(answers.has({ ...page, ...changes } as PageRequest)).toBe(false);
  });

  it.each<[string, object]>([
    ['name', { name: 'other' }],
    ['headers', { fetch: { headers: { accept: 'x' } } }],
    ['headers of the label', { pages: { p: { headers: { accept: 'x' } } } }],
  ])('asks anew for a job of another %s, and not for one of other rules', (_, changes) => {
    const { answers, ...own } = open();
    answers.keep(page, undefined, answer, []);
    expect(open(jobOf(changes), own).answers.has(page)).toBe(false);
    expect(open(jobOf({ pages: { p: { fields: { title: 'h1' } } } }), own).answers.has(page)).toBe(true);
  });

  it('asks anew in another session, and where the headers of its source are others', () => {
    const { answers, ...own } = open();
    answers.keep(page, 'one', answer, []);
    expect([answers.has(page, 'one'), answers.has(page, 'other'), answers.has(page)]).toEqual([
      true,
      false,
      false,
    ]);
    const crawl = (headers: object) => jobOf({ sources: [{ crawl: { start: 'http://a.test/', headers } }] });
    const request: PageRequest = { ...page, source: 0 };
    open(crawl({ accept: 'x' }), own).answers.keep(request, undefined, answer, []);
    expect(open(crawl({ accept: 'x' }), own).answers.has(request)).toBe(true);
    expect(open(crawl({ accept: 'y' }), own).answers.has(request)).toBe(false);
  });

  it.each<[string, Partial<FetchResult>]>([
    ['its body', { body: Buffer.from('it is s3cr3t!') }],
    ['its head', { headers: { location: 'http://a.test/?s3cr3t' } }],
  ])('keeps no answer with a secret in %s', (_, changes) => {
    const { answers } = open();
    answers.keep(page, undefined, { ...answer, ...changes }, ['s3cr3t']);
    expect(answers.has(page)).toBe(false);
    answers.keep(page, undefined, { ...answer, ...changes }, ['another']);
    expect(answers.has(page)).toBe(true);
  });

  it.each<[string, object]>([
    ['a page for a browser', { label: 'shown' }],
    ['a short link, which a service answers', { kind: 'shortLink', source: 0 }],
  ])('keeps nothing of %s', (_, changes) => {
    const { answers, pages } = open();
    const request = { ...page, ...changes } as PageRequest;
    answers.keep(request, undefined, answer, []);
    expect([pages.size, answers.has(request), answers.read(request)]).toEqual([0, false, undefined]);
  });

  it('gives the facts of a file for as long as its bytes lie there, of which none were received', () => {
    const { answers, state } = open();
    const request = { ...page, kind: 'download', label: 'shown' } as PageRequest;
    const file = { sha256: 'ab', bytes: 7, type: 'text/plain', name: 'x.txt' };
    answers.keep(
      request,
      undefined,
      { ...answer, body: new Uint8Array(), file: { ...file, received: 7 } },
      [],
    );
    expect(answers.has(request)).toBe(true);
    expect(answers.read(request)).toMatchObject({ isCached: true, file: { ...file, received: 0 } });
    state.hasFiles = false;
    expect([answers.has(request), answers.read(request)]).toEqual([false, undefined]);
  });

  it('asks once for what is no request of a run, in each session', async () => {
    const { answers } = open();
    let asked = 0;
    const fetch = async () => {
      asked += 1;
      return answer;
    };
    const through = answers.through({ fetch, fetchInTurn: fetch, close: async () => undefined });
    const wanted = { url: 'http://a.test/robots.txt' };
    expect(await through.fetch(wanted)).toBe(answer);
    expect(await through.fetch(wanted, { session: '' })).toEqual(kept);
    expect(asked).toBe(1);
    await through.fetch(wanted, { session: 'other' });
    await through.fetch({ url: 'http://b.test/robots.txt' });
    expect(asked).toBe(3);
  });
});
