import { describe, expect, it } from 'vitest';
import type { RunContext } from '../../../shared/engine/run-context.ts';
import { challenged, errorsToRead } from '../../../shared/engine/visit/judge-answer.ts';
import type { FetchResult } from '../../../shared/fetch/types.ts';

const all = Array.from({ length: 600 }, (_, status) => status).slice(200);

describe('errorsToRead', () => {
  const run = {
    extractor: {
      softErrors: new Map([['soft', () => false]]),
      expectedErrors: new Map([['expected', { statuses: new Set([404, 500]) }]]),
    },
  } as unknown as RunContext;
  const unread = (label: string, kind = 'page') => {
    const reads = errorsToRead(run, { kind, label } as never);
    return all.filter((status) => (status >= 400 || status === 202) && !reads(status));
  };
  const others = (...read: number[]) =>
    all
      .filter((status) => [404, 410].includes(status) || status >= 500)
      .filter((status) => !read.includes(status));

  it('are those that may be a challenge, and those that the rule of a label asks for', () => {
    expect(unread('plain')).toEqual(others(503));
    expect(unread('expected')).toEqual(others(503, 404, 500));
    expect(unread('soft')).toEqual([]);
    expect(unread('soft', 'download')).toEqual(others(503));
    expect(errorsToRead(run, { kind: 'page', label: 'plain' } as never)(201)).toBe(false);
    expect(errorsToRead(run, { kind: 'page', label: 'plain' } as never)(399)).toBe(false);
  });
});

describe('challenged', () => {
  const url = 'http://a.test/';
  const answer = (status: number, headers: Record<string, string>, body = '') =>
    challenged({ url, status, headers, body: Buffer.from(body) } as unknown as FetchResult)?.message;
  const marked = { 'cf-mitigated': 'challenge' };

  it('goes by headers for refusals alone', () => {
    const by = [200, 202, 399, 400, 403, 499, 500, 503].filter(
      (status) => answer(status, marked) !== undefined,
    );
    expect(by).toEqual([202, 400, 403, 499]);
    expect(answer(403, marked)).toBe(`${url} answered 403, a challenge of Cloudflare`);
  });

  it('goes by the body of what is, or may be, a page', () => {
    const page = '<!doctype html><title>Attention Required! | Cloudflare</title>';
    const message = `${url} answered with a challenge of Cloudflare in place of the page`;
    const types = ['text/html', 'text/html; charset=utf-8', '', 'application/json', 'text/csv'];
    expect(types.map((type) => answer(200, type === '' ? {} : { 'content-type': type }, page))).toEqual([
      ...[message, message, message, undefined, undefined],
    ]);
  });
});
