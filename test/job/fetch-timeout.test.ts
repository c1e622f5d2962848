import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { compileJob } from '../../shared/engine/compile-job.ts';
import { withTimeout } from '../../shared/job/fetch-timeout.ts';
import { jobSchema } from '../../shared/job/schema.ts';
import { settingsSchema } from '../../shared/job/settings-schema.ts';
import type { Json } from '../../shared/model.ts';

const jobOf = (fetch: object = {}) =>
  jobSchema.parse({
    name: 'books',
    sources: [{ crawl: { start: ['https://example.com/'] } }],
    pages: { default: {} },
    fetch,
  });

describe('withTimeout', () => {
  it.each([
    ['a minute without one', {}, undefined, 60_000],
    ['its own', { timeoutMs: 90_000 }, undefined, 90_000],
    ['what fits, without one', {}, 10_000, 10_000],
    ['its own where that fits', { timeoutMs: 5_000 }, 10_000, 5_000],
    ['what fits, of a run that began under other settings', { timeoutMs: 60_000 }, 10_000, 10_000],
    ['a minute where more would fit', {}, 80_000, 60_000],
  ])('gives a job %s', (_, fetch, maxMs, timeoutMs) => {
    expect(withTimeout(jobOf(fetch), maxMs).fetch.timeoutMs).toBe(timeoutMs);
  });

  it('is what a worker compiles its jobs with', async () => {
    const environment = { env: {}, baseDir: '/', openFile: () => Promise.reject(new Error('no file')) };
    const run = { job: jobOf() as unknown as Json };
    const { job } = await compileJob(run, { ...environment, maxFetchMs: 10_000 });
    expect(job.fetch.timeoutMs).toBe(10_000);
    expect((await compileJob(run, environment)).job.fetch.timeoutMs).toBe(60_000);
  });
});

describe('the times of a deployment', () => {
  it('may be changed in the settings of the project by one line, from which the others follow', () => {
    const file = readFileSync(join(import.meta.dirname, '../../config/settings.yaml'), 'utf8');
    const changed = file.replace(/workerTimeoutMs: \d+/, 'workerTimeoutMs: 30000');
    expect(settingsSchema.parse(load(changed)).aws).toMatchObject({ leaseMs: 20_000, visibilityMs: 180_000 });
  });

  it.each([
    [{}, 110_000, 720_000],
    [{ workerTimeoutMs: 30_000 }, 20_000, 180_000],
    [{ workerTimeoutMs: 900_000 }, 890_000, 5_400_000],
    [{ workerTimeoutMs: 30_000, leaseMs: 15_000, visibilityMs: 400_000 }, 15_000, 400_000],
  ])('follow from what %j says of them', (aws, leaseMs, visibilityMs) => {
    expect(settingsSchema.parse({ aws }).aws).toMatchObject({ leaseMs, visibilityMs });
  });

  it.each([
    [{ workerTimeoutMs: 30_000, leaseMs: 30_000 }, 'leaseMs'],
    [{ workerTimeoutMs: 60_000, visibilityMs: 300_000 }, 'visibilityMs'],
  ])('are refused when they contradict each other: %j', (aws, key) => {
    const { error } = settingsSchema.safeParse({ aws });
    expect(error?.issues.map(({ path }) => path)).toEqual([['aws', key]]);
  });
});
