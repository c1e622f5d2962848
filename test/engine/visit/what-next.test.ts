import { describe, expect, it } from 'vitest';
import { whatNext } from '../../../shared/engine/visit/retry.ts';
import { type Code, DropError, RetryError } from '../../../shared/errors.ts';
import { pageRequest } from '../../../shared/sources/page.ts';
import { makeJob } from '../world.ts';

const now = 1_000_000;
const maxDelayMs = 60_000;
const job = makeJob({
  sources: [{ crawl: { start: 'http://a.test/' } }],
  fetch: { attempts: 3, retry: { delayMs: 0 } },
  politeness: { maxDelayMs },
});
const request = pageRequest({ url: 'http://a.test/', label: 'default', attempt: 1 });
const nextAfter = (error: RetryError | DropError, more: object = {}) =>
  whatNext('r', job, { ...request, ...more }, error, now);
const asked = (code: Code, retryAt: number) => new RetryError(code, '', { retryAt });

describe('whatNext', () => {
  it('tries again at a time of its own, and no more once its attempts are used', () => {
    expect(nextAfter(new RetryError('TIMEOUT', ''))).toEqual({
      retry: { ...request, attempt: 2, notBefore: now },
    });
    expect(nextAfter(new RetryError('TIMEOUT', ''), { attempt: 2 })).toEqual({});
    expect(nextAfter(new DropError('NO_CONTENT', ''))).toEqual({});
  });

  it('waits as long as an answer asks, with its host, up to maxDelayMs', () => {
    const at = now + maxDelayMs;
    expect(nextAfter(asked('HTTP_503', at))).toEqual({
      pauseUntil: at,
      retry: { ...request, attempt: 2, notBefore: at },
    });
    expect(nextAfter(asked('HTTP_503', at), { attempt: 2 })).toEqual({ pauseUntil: at });
    expect(nextAfter(asked('HTTP_503', at + 1))).toEqual({ code: 'RETRY_AFTER_TOO_LONG' });
    expect(nextAfter(asked('HTTP_429', at + 0.5 - maxDelayMs)).retry?.notBefore).toBe(now + 1);
    // What says so without an answer keeps only the request waiting, however long.
    const far = now + 10 * maxDelayMs;
    expect(nextAfter(asked('ROBOTS_UNREACHABLE', far))).toEqual({
      retry: { ...request, attempt: 2, notBefore: far },
    });
  });

  it.each<Code>(['HANDLER_UNSTARTED', 'FILE_UNREAD', 'FILE_UNFINISHED'])(
    'counts no attempt for %s',
    (code) => {
      expect(nextAfter(new RetryError(code, ''), { attempt: 2 }).retry).toMatchObject({ attempt: 2 });
    },
  );

  it('pays again only for what may have been billed, and forgets the failures of proxies', () => {
    const paid = { isPaid: true as const, proxyFailures: 4 };
    const own = [
      'TIMEOUT',
      'HEADERS_TIMEOUT',
      'BODY_TIMEOUT',
      'CONNECTION_LOST',
      'BODY_CORRUPT',
      'PROXY_LOST',
    ] as const;
    for (const code of own) {
      const { retry } = nextAfter(new RetryError(code, ''), paid);
      expect([code, retry?.isPaid, retry?.proxyFailures]).toEqual([code, undefined, undefined]);
    }
    for (const code of ['CONNECT_FAILED', 'HTTP_503'] as const)
      expect(nextAfter(new RetryError(code, ''), paid).retry?.isPaid).toBe(true);
    expect(nextAfter(new RetryError('CONNECT_FAILED', '')).retry).not.toHaveProperty('isPaid');
  });
});
