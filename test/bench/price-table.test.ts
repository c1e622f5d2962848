import { describe, expect, it } from 'vitest';
import { type PageCost, priceTable } from '../../bench/lambda/price-table.ts';
import { settingsSchema } from '../../shared/job/settings-schema.ts';

const settings = settingsSchema.parse({}).aws;
const cost: PageCost = {
  memoryMb: 512,
  coreMsPerPage: 2,
  pagesPerBatch: 17,
  sample: {
    pagesPerHost: 2_201,
    fetchesPerPage: 1,
    fetchMs: 50,
    linksPerPage: 7,
    newUrlsPerPage: 1,
    outcomeBytesPerPage: 92,
    itemBytesPerPage: 41,
    requestBytes: 145,
  },
};

describe('priceTable', () => {
  it('prices every kind of crawl at every memory, services adding up to the total', () => {
    const table = priceTable([cost, { ...cost, memoryMb: 1_024 }], settings);
    const rows = Object.values(table).flat();
    expect(rows.map(({ memoryMb }) => memoryMb)).toEqual([512, 1_024, 512, 1_024]);
    for (const { usdPerMillionPages } of rows) {
      const { total = 0, ...services } = usdPerMillionPages;
      const sum = Object.values(services).reduce((all, usd) => all + usd, 0);
      expect(sum / total).toBeCloseTo(1, 1);
    }
  });

  it('finds that memory is paid for while a polite crawl waits', () => {
    const table = priceTable([cost, { ...cost, memoryMb: 1_024 }], settings);
    const [small, large] = (table['1,000 hosts, a gap of 1 s'] ?? []).map(
      ({ gbSecondsPerPage }) => gbSecondsPerPage,
    );
    expect((large ?? 0) / (small ?? 1)).toBeCloseTo(2, 1);
  });

  it('finds that memory costs nothing where a page computes for longer than it waits', () => {
    const costs = [512, 1_024].map((memoryMb) => ({ ...cost, memoryMb, coreMsPerPage: 200 }));
    const [small, large] = (priceTable(costs, settings)['one host, no gap'] ?? []).map(
      ({ gbSecondsPerPage }) => gbSecondsPerPage,
    );
    expect((large ?? 0) / (small ?? 1)).toBeCloseTo(1, 1);
  });
});
