import { describe, expect, it } from 'vitest';
import { refusingRule } from '../../../cli/try/refusing-rule.ts';
import { makeNormalise } from '../../../shared/fetch/url.ts';
import { parseJob } from '../../extract/compile-job.ts';

const page = 'https://shop.example/a';

describe('refusingRule', () => {
  it.each([
    [
      {},
      'https://other.example/',
      'scope',
      "another host than the page's: name other.example in scope.hosts",
    ],
    [{ scope: { hosts: ['*.a.example'] } }, 'https://b.example/', 'scope', 'scope.hosts has no b.example'],
    [
      { scope: { include: ['/shop/**'] } },
      'https://shop.example/x',
      'scope',
      'no pattern of scope.include fits',
    ],
    [
      { scope: { exclude: ['/x/*', '/basket/**'] } },
      'https://shop.example/basket/1',
      'scope',
      'scope.exclude[1] "/basket/**"',
    ],
    [{ limits: { maxDepth: 2 } }, 'https://shop.example/x', 'depth', 'limits.maxDepth: 2'],
    [{}, 'https://shop.example/x.PDF?y', 'file', 'scope.ignoreExtensions has pdf'],
    [{}, 'https://shop.example/x', 'robots', 'robots.txt of shop.example'],
    [{}, 'https://shop.example/x', 'label', 'no match: of a page label fits'],
  ] as const)('of %j for %s by %s is: %s', (rules, url, reason, rule) => {
    const job = parseJob({ ...rules, pages: { p: {} } });
    expect(refusingRule({ job, normalise: makeNormalise(job.urls) }, url, page, reason)).toContain(rule);
  });
});
