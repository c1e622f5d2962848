import { describe, expect, it } from 'vitest';
import { nothingFetched, proxiesOf, slowestOf } from '../../../cli/estimate/estimate-job.ts';
import { type Code, explainCode } from '../../../shared/errors.ts';

describe('slowestOf', () => {
  const gaps: Record<string, number> = { 'a.test': 1_000, 'b.test': 5_000, 'c.test': 0 };
  const gapOf = (host: string) => gaps[host] ?? 0;
  const listOf = (hosts: Record<string, number>) => ({ hosts: new Map(Object.entries(hosts)) });
  const itself = (host: string) => host;

  it.each([
    // Of all lists together: 12 turns of a second are longer than two of five.
    [[{ 'a.test': 6, 'b.test': 2 }, { 'a.test': 6 }], { host: 'a.test', gapMs: 1_000 }],
    [[{ 'a.test': 6, 'b.test': 2 }], { host: 'b.test', gapMs: 5_000 }],
    // Of those that take as long, the first.
    [[{ 'a.test': 5, 'b.test': 1 }], { host: 'a.test', gapMs: 1_000 }],
    [[{ 'c.test': 5 }], { host: 'c.test', gapMs: 0 }],
    [[{}], { host: '', gapMs: 0 }],
  ])('of %j is %j', (lists, slowest) => {
    expect(
      slowestOf(
        lists.map((one) => listOf(one as Record<string, number>)),
        gapOf,
        itself,
      ),
    ).toEqual(slowest);
  });

  it('takes hosts that share a pace together', () => {
    const lists = [listOf({ 'a.test': 4, 'd.test': 5, 'b.test': 1 })];
    const paceOf = (host: string) => (host === 'b.test' ? host : '*.group.test');
    expect(slowestOf(lists, () => 1_000, paceOf)).toEqual({ host: '*.group.test', gapMs: 1_000 });
  });
});

describe('proxiesOf', () => {
  const sampled = (pages: number, proxyBytes: number) => ({ measured: { pages }, proxyBytes });
  const job = (pricePerGb?: number) =>
    ({ proxies: { pricePerGb } }) as unknown as Parameters<typeof proxiesOf>[0];

  it.each([
    ['nothing, where nothing passes through them', job(2), sampled(4, 0), {}],
    ['nothing, where no page ended', job(2), sampled(0, 5), {}],
    ['its share for each page, and their price', job(2), sampled(4, 2e6), { bytes: 5e8, costUsd: 1 }],
    ['no price, where none is known', job(), sampled(4, 2e6), { bytes: 5e8, costUsd: 0 }],
    ['whole bytes', job(), sampled(3, 1), { bytes: 333, costUsd: 0 }],
  ])('are %s', (_, of, sample, proxies) => {
    expect(proxiesOf(of, sample, 1_000)).toEqual('bytes' in proxies ? { proxies } : {});
  });
});

describe('nothingFetched', () => {
  const happened = (code: Code) => explainCode(code).happened;

  it.each<[string, number, [Code, number][], { isWhole: boolean; isInterrupted: boolean }]>([
    ['the sources lead to no page of the job', 0, [], { isWhole: true, isInterrupted: false }],
    ['none was reached in time', 0, [], { isWhole: false, isInterrupted: false }],
    ['it was interrupted', 0, [], { isWhole: false, isInterrupted: true }],
    ['3 ended without a page', 3, [], { isWhole: true, isInterrupted: false }],
    [
      `3 ended without a page: HTTP_404 2, TIMEOUT 1. ${happened('HTTP_404')} ${happened('TIMEOUT')}`,
      3,
      [
        ['HTTP_404', 2],
        ['TIMEOUT', 1],
      ],
      { isWhole: true, isInterrupted: true },
    ],
  ])('says %s', (why, pages, failures, end) => {
    const error = nothingFetched({ measured: { pages, failures: new Map(failures) }, ...end });
    expect(error).toMatchObject({ code: 'SAMPLE_FAILED', message: `no page of the sample was read: ${why}` });
  });
});
