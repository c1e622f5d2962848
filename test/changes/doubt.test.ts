import { describe, expect, it } from 'vitest';
import { doubtOf } from '../../shared/changes/doubt.ts';

describe('doubtOf', () => {
  it.each([
    ['a page that failed', { 'failed:HTTP_503': 1 }, 'HTTP_503'],
    ['a sitemap that failed', { 'source:failed:HTTP_404': 1 }, 'HTTP_404'],
    ['a limit', { 'refused:limit': 2 }, 'LIMIT_PAGES'],
    ['a page that is gone', { 'failed:HTTP_404': 1 }, ''],
    [
      'a file that failed or was over its limit',
      { 'download:failed:HTTP_404': 1, 'download:skipped:LIMIT_FILES': 1 },
      '',
    ],
    ['what was counted and is none', { 'failed:HTTP_503': 0 }, ''],
  ])('of a run with %s', (_, counts, wanted) => {
    expect(doubtOf(counts)).toBe(wanted);
  });
});
