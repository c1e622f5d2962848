import { describe, expect, it } from 'vitest';
import { pageHtml, targetSizes } from '../../../bench/web/page-html.ts';
import { itemAt, pagePath, pagesPerBlock } from '../../../bench/web/site.ts';

const count = (html: string, part: RegExp) => html.match(part)?.length ?? 0;

describe('targetSizes', () => {
  it('has the median, the mean and the range of the real web', () => {
    const sizes = targetSizes(2_000).sort((a, b) => a - b);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    expect(Math.abs((sizes[1_000] ?? 0) - 92_000)).toBeLessThan(500);
    expect(Math.abs(mean - 120_000)).toBeLessThan(1_500);
    expect(sizes[0]).toBeGreaterThanOrEqual(6_000);
    expect(sizes.at(-1)).toBeLessThanOrEqual(630_000);
  });
});

describe('pageHtml', () => {
  it.each([6_000, 92_000, 630_000])(
    'is about %d bytes, a third JSON, an eighth styles, not ASCII alone',
    (bytes) => {
      const html = pageHtml(5, bytes);
      const size = Buffer.byteLength(html);
      const share = (part: RegExp) => Buffer.byteLength(part.exec(html)?.[0] ?? '') / size;
      expect(Math.abs(size - bytes)).toBeLessThan(1_500);
      expect(share(/<script.*<\/script>/s)).toBeCloseTo(1 / 3, 1);
      expect(share(/<style.*<\/style>/s)).toBeCloseTo(1 / 8, 1);
      expect(size).toBeGreaterThan(html.length);
    },
  );

  it('links to the pages that come next in its block, and has 100 links in all', () => {
    const last = pagesPerBlock - 1;
    const html = pageHtml(last, 120_000);
    expect(count(html, /<a /g)).toBe(100);
    expect(html).toContain(`href="${pagePath(0)}"`);
    expect(html).not.toContain(`href="${pagePath(pagesPerBlock)}"`);
  });

  it('is the same page whenever it is made, and tells its own fields', () => {
    const { published } = itemAt(7, '');
    expect(pageHtml(7, 20_000)).toBe(pageHtml(7, 20_000));
    expect(pageHtml(7, 20_000)).toContain(`<time class="published" datetime="${published}">`);
  });
});
