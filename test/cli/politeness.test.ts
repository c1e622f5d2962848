import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoShop, serveDemoShop } from '../../testing/demo-shop/server.ts';
import { openCliFolder } from './call-cli.ts';

const gapMs = 40;
let shop: DemoShop;
beforeAll(async () => {
  shop = await serveDemoShop({ products: 16 });
});
afterAll(() => shop.close());

const job = (name: string, start: string) => `
name: ${name}
sources: [{ crawl: { start: ["${shop.origin}${start}"] } }]
pages: { default: { follow: [a] } }
politeness: { gapMs: ${gapMs} }
network: allowPrivate
`;

describe('two runs at once on one host, three processes each', () => {
  it('keep the gap between all their requests, and fetch robots.txt once', async () => {
    using folder = openCliFolder();
    folder.write('one.yaml', job('one', '/'));
    folder.write('two.yaml', job('two', '/blog'));
    const answers = await Promise.all([
      folder.call('run', 'one.yaml', '--processes', '3'),
      folder.call('run', 'two.yaml', '--processes', '3'),
    ]);
    expect(answers.map((answer) => answer.code)).toEqual([0, 0]);

    const arrivals = shop.log.map(({ at }) => at).sort((a, b) => a - b);
    const gaps = arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? 0));
    expect(shop.log.filter(({ path }) => path === '/robots.txt')).toHaveLength(1);
    expect(gaps.length).toBeGreaterThan(60);
    // The shop notes when it came to look, not when a request was written: on a busy machine it, or a worker between its look at the clock
    // and its write, may have to wait, and the next gap is shorter by that. Their sum is not; two runs that knew nothing of each other would
    // need half of it.
    const spanMs = gaps.reduce((sum, gap) => sum + gap, 0);
    expect(spanMs).toBeGreaterThan(0.8 * gaps.length * gapMs);
  });
});
