import { describe, expect, it } from 'vitest';
import { commitWithProxies } from '../../../shared/engine/proxies/commit-with-proxies.ts';
import { isOfProxies, visitWithoutProxy } from '../../../shared/engine/proxies/visit-without-proxy.ts';
import { type Code, DropError, RetryError } from '../../../shared/errors.ts';
import { pageRequest } from '../../../shared/sources/page.ts';

const request = pageRequest({ url: 'http://a.test/', label: 'x' });
const delayMs = (failures: number) => 100 * failures + 0.5;
const visitAfter = (error: RetryError | DropError, proxyFailures?: number) =>
  visitWithoutProxy(
    { ...request, ...(proxyFailures === undefined ? {} : { proxyFailures }) },
    error,
    1_000,
    delayMs,
  );

describe('visitWithoutProxy', () => {
  it.each<Code>(['PROXY_AUTH', 'PROXY_PRIVATE', 'PROXIES_DOWN'])('pauses the run at %s', (code) => {
    expect(visitAfter(new DropError(code, 'why'))).toMatchObject({
      fact: { end: 'retry', code, message: 'why' },
      retry: request,
      halt: { code, message: 'why', at: 1_000 },
    });
  });

  it.each<Code>(['PROXY_FAILED', 'PROXY_REFUSED'])(
    'lets the request go on at %s, ten times in a row',
    (code) => {
      const error = new RetryError(code, 'why');
      const goingOn = { fact: { end: 'retry', code, message: 'why' } };
      expect(visitAfter(error)).toMatchObject({ ...goingOn, retry: { proxyFailures: 1, notBefore: 1_001 } });
      expect(visitAfter(error, 9)).toMatchObject({
        ...goingOn,
        retry: { proxyFailures: 10, notBefore: 1_901 },
      });
      expect(visitAfter(error, 9)).not.toHaveProperty('lacksProxy');
      expect(visitAfter(error, 10)).toBeUndefined();
      // All are left alone: that is no failure of this request.
      const waiting = visitAfter(new RetryError(code, 'why', { retryAt: 5_000 }), 10);
      expect(waiting).toMatchObject({
        ...goingOn,
        retry: { proxyFailures: 10, notBefore: 5_000 },
        lacksProxy: true,
      });
    },
  );

  it('leaves all else to count as an attempt', () => {
    expect(visitAfter(new RetryError('PROXY_LOST', ''))).toBeUndefined();
    expect(visitAfter(new RetryError('TIMEOUT', '', { retryAt: 5_000 }))).toBeUndefined();
    const own: Code[] = [
      'PROXY_FAILED',
      'PROXY_REFUSED',
      'PROXY_AUTH',
      'PROXY_PRIVATE',
      'PROXIES_DOWN',
      'PROXY_LOST',
    ];
    expect([...own, 'TIMEOUT' as const].map(isOfProxies)).toEqual([...own.map(() => true), false]);
  });
});

describe('commitWithProxies', () => {
  /** What is left to be committed after a commit that ends so, and what was committed. */
  async function commit(answer: () => object) {
    const pending: object[] = [];
    const committed: object[] = [];
    const proxies = { take: () => ({ proxyBytes: 5 }), putBack: (counts: object) => pending.push(counts) };
    const ledger = {
      commit: async ({ counts }: { counts: object }) => {
        committed.push(counts);
        return answer();
      },
    };
    const ended = await commitWithProxies(
      ledger as never,
      { counts: { items: 2, proxyBytes: 1 } } as never,
      proxies as never,
    ).catch((error: Error) => error.message);
    return { ended, pending, committed };
  }

  it('adds what passed through proxies, and keeps it for the next commit where this one was none', async () => {
    const committed = [{ items: 2, proxyBytes: 6 }];
    expect(await commit(() => ({ state: 'done' }))).toEqual({
      ended: { state: 'done' },
      pending: [],
      committed,
    });
    const kept = { pending: [{ proxyBytes: 5 }], committed };
    expect(await commit(() => ({ state: 'lost' }))).toEqual({ ended: { state: 'lost' }, ...kept });
    const failing = () => {
      throw new Error('no store');
    };
    expect(await commit(failing)).toEqual({ ended: 'no store', ...kept });
  });
});
