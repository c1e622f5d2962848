import { describe, expect } from 'vitest';
import type { Ledger } from '../../shared/coordination/ports.ts';
import type { PageRecord } from '../../shared/model.ts';
import type { itDespite } from './known-faults.ts';
import type { LedgerSetup } from './ledger-contract.ts';

export const pageRecord = (key: string, at: number, parts: Partial<PageRecord> = {}): PageRecord => ({
  ...{ key, at, group: 'a.test', url: `http://a.test/${key}`, label: 'default', rule: 'r', body: 'b' },
  validators: { etag: '"1"', variant: 'v' },
  items: [{ item: 'default', fields: { name: 'Größe', price: 1.5, none: null } }],
  extraction: { items: [], links: [{ url: 'http://a.test/' }] },
  ...parts,
});

async function listAll(ledger: Ledger, job: string, limit: number): Promise<string[]> {
  const keys: string[] = [];
  for (let after: string | undefined; ; ) {
    const { pages, next } = await ledger.listPages(job, { after, limit });
    keys.push(...pages.map(({ key }) => key));
    if (next === undefined) return keys.sort();
    after = next;
  }
}

/** What every store of a job's pages must do; part of the ledger's contract. */
export function describePages(
  name: string,
  setup: LedgerSetup,
  it: ReturnType<typeof itDespite>['it'],
): void {
  const withStore = (body: (ledger: Ledger) => Promise<void>) => async () => {
    const { ledger, close } = await setup.open();
    try {
      await body(ledger);
    } finally {
      await close();
    }
  };

  describe(`${name}: pages of a job`, () => {
    it(
      'keeps a page as it was written, under its job and key',
      withStore(async (ledger) => {
        const record = pageRecord('k1', 5);
        expect(await ledger.readPages('job', [])).toEqual([]);
        await ledger.writePages('job', [record, pageRecord('k2', 6)]);
        expect(await ledger.readPages('job', ['none', 'k1'])).toEqual([undefined, record]);
        expect(await ledger.readPages('other', ['k1'])).toEqual([undefined]);
      }),
    );

    it(
      'lets only a later answer replace one, so that a repeat changes nothing',
      withStore(async (ledger) => {
        const read = async () => (await ledger.readPages('job', ['k']))[0]?.label;
        await ledger.writePages('job', [pageRecord('k', 5, { label: 'first' })]);
        await ledger.writePages('job', [
          pageRecord('k', 5, { label: 'same' }),
          pageRecord('k', 4, { label: 'older' }),
        ]);
        expect(await read()).toBe('first');
        await Promise.all(
          [7, 9, 8].map((at) => ledger.writePages('job', [pageRecord('k', at, { label: `${at}` })])),
        );
        expect(await read()).toBe('9');
      }),
    );

    it(
      'lists those of a job that are not gone, each once, however many at a time',
      withStore(async (ledger) => {
        const keys = Array.from({ length: 23 }, (_, index) => `k${String.fromCharCode(97 + index)}${index}`);
        await ledger.writePages(
          'job',
          keys.map((key) => pageRecord(key, 1)),
        );
        await ledger.writePages('other', [pageRecord('x', 1)]);
        await ledger.writePages('job', [pageRecord('ka0', 2, { gone: 'HTTP_404' }), pageRecord('kb1', 2)]);
        for (const limit of [1, 7, 100])
          expect(await listAll(ledger, 'job', limit)).toEqual(keys.slice(1).sort());
        await ledger.writePages('job', [pageRecord('ka0', 3)]);
        expect(await listAll(ledger, 'job', 10)).toEqual(keys.sort());
        expect(await listAll(ledger, 'none', 10)).toEqual([]);
      }),
    );

    it(
      'keeps which run distrusts a host beside what else is known of it',
      withStore(async (ledger) => {
        await ledger.updateHost('a.test', { learnedGapMs: 7 });
        await ledger.updateHost('a.test', { distrustedBy: 'r1' });
        expect(await ledger.readHost('a.test')).toEqual({ learnedGapMs: 7, distrustedBy: 'r1' });
      }),
    );
  });
}
