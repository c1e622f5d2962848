import { describe, expect, it } from 'vitest';
import { openTree } from '../../../bench/growth/open-tree.ts';
import { htmlOf, originOf, pathOf } from '../../../bench/growth/tree-site.ts';

describe('openTree', () => {
  it('serves each host its own pages and ends when it is disposed of', async () => {
    const site = await openTree({ pages: 30, hosts: 10, linksPerPage: 15 });
    const last = `${originOf(site, 9)}${pathOf(2)}`;
    {
      await using _open = site;
      const answers = [last, `${originOf(site, 9)}${pathOf(3)}`, `${originOf(site, 3)}/robots.txt`];
      const [page, none, robots] = await Promise.all(answers.map((url) => fetch(url)));

      expect(await page?.text()).toBe(htmlOf(site, 9, 2));
      expect(none?.status).toBe(404);
      expect(await robots?.text()).toContain('Disallow');
      expect(site.serverCpuMs()).toBeGreaterThan(0);
    }
    await expect(fetch(last)).rejects.toThrow();
  });
});
