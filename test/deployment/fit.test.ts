import { describe, expect, it } from 'vitest';
import { checkFit } from '../../shared/deployment/fit.ts';
import { needsOfJob } from '../../shared/deployment/needs-of-job.ts';
import { jobSchema } from '../../shared/job/schema.ts';

const job = (changes: object = {}) =>
  jobSchema.parse({
    name: 'books',
    sources: [{ urls: { file: 'lists/books.txt' } }, { crawl: { start: ['https://example.com/'] } }],
    pages: { book: { match: '/b/*', handler: 'book.ts' }, default: { handler: 'book.ts' } },
    ...changes,
  });

const settings = { workerTimeoutMs: 120_000, allowPrivate: false };

describe('checkFit', () => {
  it('takes a job whose fetches end in time', () => {
    expect(() => checkFit(job(), settings)).not.toThrow();
    expect(() => checkFit(job({ fetch: { timeoutMs: 80_000 } }), settings)).not.toThrow();
  });

  it.each([
    ['a fetch that could outlast its function', { fetch: { timeoutMs: 80_001 } }, /at most 80000/],
    ['a gap that a function cannot wait out', { politeness: { gapMs: 40_001 } }, /at most 40000/],
    ['private addresses in the cloud', { network: 'allowPrivate' }, /allowPrivate/],
  ])('refuses %s, and says what to change', (_, changes, message) => {
    expect(() => checkFit(job(changes), settings)).toThrow(
      expect.objectContaining({ code: 'JOB_UNFIT', message: expect.stringMatching(message) }),
    );
  });

  it('lets a deployment take jobs with private addresses', () => {
    expect(() =>
      checkFit(job({ network: 'allowPrivate' }), { ...settings, allowPrivate: true }),
    ).not.toThrow();
  });
});

describe('needsOfJob', () => {
  it('names files and secrets, each once', () => {
    const headers = { Authorization: 'Bearer ${env:TOKEN}', 'X-Key': '${env:TOKEN}' };
    expect(needsOfJob(job({ fetch: { headers } }))).toEqual({
      handlers: ['book.ts'],
      lists: ['lists/books.txt'],
      secrets: ['TOKEN'],
    });
  });
});

describe('jobSchema', () => {
  it('takes a frozen job again, unchanged: the start function checks what it is given', () => {
    const frozen = job({ schedule: 'cron(0 6 * * ? *)' });
    expect(jobSchema.parse(JSON.parse(JSON.stringify(frozen)))).toEqual(frozen);
    expect(frozen.schedule).toEqual({ cron: 'cron(0 6 * * ? *)', timeZone: 'UTC' });
  });
});
