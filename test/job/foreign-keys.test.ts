import { describe, expect, it } from 'vitest';
import { answerForeignKey, missingFeatures } from '../../shared/job/foreign-keys.ts';
import { parseJobs } from '../../shared/job/load.ts';

describe('a key of another scraper', () => {
  it.each([
    ['cookies', 'here that is sessions'],
    ['zone', 'here that is timeZone'],
    ['httpProxy', 'here that is proxies'],
    ['render', 'render: browser'],
    ['screenshot', 'render: { capture: screenshot }'],
    ['login', 'here that is sessions'],
    ['bestFirst', 'here that is priority of a page label'],
    ['etag', 'here that is recrawl: true'],
    ['httpCache', 'here that is fetch.cached'],
    ['COOKIES_ENABLED', 'here that is sessions'],
    ['DOWNLOAD_DELAY', 'politeness.gapMs'],
    ['allowed_domains', 'scope.hosts'],
  ])('%s is answered in a job file', (key, answer) => {
    const job = `name: a\nsources: [{ urls: { list: [https://a.example/] } }]\n${key}: x\npages: { p: {} }\n`;
    expect(() => parseJobs(job, 'f.yaml')).toThrow(answer);
    const field = `name: a\nsources: [{ urls: { list: [https://a.example/] } }]\npages: { p: { fields: { f: { ${key}: x } } } }\n`;
    expect(() => parseJobs(field, 'f.yaml')).toThrow(answer);
  });

  it('is not answered where it is a key of ours in another spelling', () => {
    const job =
      'name: a\nsources: [{ urls: { list: [https://a.example/] } }]\nlimits: { max_pages: 3 }\npages: { p: {} }\n';
    expect(() => parseJobs(job, 'f.yaml')).toThrow('did you mean "maxPages"?');
  });

  it('stands once in the lists', () => {
    const keys = missingFeatures.flatMap((feature) => feature.keys.map((key) => key.toLowerCase()));
    expect(new Set(keys).size).toBe(keys.length);
    expect(answerForeignKey('fields')).toBeUndefined();
  });
});
