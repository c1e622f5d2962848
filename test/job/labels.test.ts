import { describe, expect, it } from 'vitest';
import { compileLabels } from '../../shared/job/labels.ts';
import { parseJobs } from '../../shared/job/load.ts';

describe('compileLabels', () => {
  it.each<[what: string, pages: string, url: string, label: string | undefined]>([
    [
      'the first match in file order',
      'b: { match: /x/* }\n  a: { match: /x/1 }',
      'https://h.example/x/1',
      'b',
    ],
    ['a rule without patterns never', 'a: {}\n  b: { match: /x }', 'https://h.example/y', undefined],
    ['default where its own pattern matches', 'default: { match: /x }', 'https://h.example/x', 'default'],
    ['none, where it does not', 'default: { match: /x }', 'https://h.example/y', undefined],
    [
      'default where nothing else matches',
      'default: {}\n  b: { match: /x }',
      'https://h.example/y',
      'default',
    ],
    ['a match before default', 'default: {}\n  b: { match: /x }', 'https://h.example/x', 'b'],
    ['the only rule', 'a: {}', 'https://h.example/y', 'a'],
    ['the only rule by its patterns, if it has any', 'a: { match: /x }', 'https://h.example/y', undefined],
  ])('gives %s', (_, pages, url, label) => {
    const [loaded] = parseJobs(
      `name: j\nsources: [{ crawl: { start: https://h.example/ } }]\npages:\n  ${pages}\n`,
      'f',
    );
    expect(loaded && compileLabels(loaded.job)(url)).toBe(label);
  });
});
