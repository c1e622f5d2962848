import { describe, expect, it } from 'vitest';
import { gateOf, openGate, statedDelayMs } from '../../../shared/engine/turns/robots-gate.ts';
import type { RobotsRecord } from '../../../shared/model.ts';

const politeness = { userAgent: 'Bot/1', maxDelayMs: 9_000, use: ['ai-train' as const] };
const found = (...lines: string[]): RobotsRecord => ({
  ...{ fetchedAt: 1, state: 'found' },
  body: ['User-agent: *', ...lines].join('\n'),
});
const judge = (record: RobotsRecord) => gateOf(record, 'http://a.test', politeness);

describe('gateOf', () => {
  it('says of the pages of its own host alone that they are forbidden', () => {
    const { forbids } = judge(found('Disallow: /private'));
    expect(['http://a.test/private/1', 'http://a.test/1', 'http://b.test/private/1'].map(forbids)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('takes a crawl-delay up to what the job waits for, and refuses the host beyond', () => {
    expect(judge(found('Crawl-delay: 9')).crawlDelayMs).toBe(9_000);
    expect(judge(found('Disallow: /x')).crawlDelayMs).toBe(0);
    expect(() => judge(found('Crawl-delay: 9.001'))).toThrow(
      expect.objectContaining({ code: 'CRAWL_DELAY_TOO_LONG', message: expect.stringContaining('9.001 s') }),
    );
  });

  it('names a use of the job for which the host refuses its pages, and the sitemaps', () => {
    const gate = judge(found('Content-Signal: search=yes, ai-train=no', 'Sitemap: http://a.test/s.xml'));
    expect([gate.refusedUse, gate.sitemaps]).toEqual(['ai-train', ['http://a.test/s.xml']]);
    expect(judge(found('Content-Signal: search=no')).refusedUse).toBeUndefined();
  });

  it('is open where there is none, which then names no sitemaps, and throws where it cannot be reached', () => {
    expect(judge({ fetchedAt: 1, state: 'absent', body: '' })).toEqual({ ...openGate, sitemaps: [] });
    expect(openGate.forbids('http://a.test/')).toBe(false);
    expect(() => judge({ fetchedAt: 1, state: 'unreachable', body: '' })).toThrow(
      expect.objectContaining({ code: 'ROBOTS_UNREACHABLE' }),
    );
  });
});

it.each<[RobotsRecord | undefined, number]>([
  [found('Crawl-delay: 2'), 2_000],
  [found('Disallow: /'), 0],
  [{ ...found('Crawl-delay: 2'), state: 'absent' }, 0],
  [undefined, 0],
])('the crawl-delay that %j states is %i ms', (record, delayMs) => {
  expect(statedDelayMs(record, politeness)).toBe(delayMs);
});
