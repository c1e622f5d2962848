import { describe, expect, it, vi } from 'vitest';
import { concurrencyOf, concurrencyThatFits, shortageOf } from '../../../cli/aws/concurrency.ts';
import { connect } from '../../../cli/aws/connect.ts';
import { readWorkerPool, reportPool, type WorkerPool } from '../../../cli/aws/worker-pool.ts';
import { openOutput } from '../../../cli/output.ts';
import { answerAwsCalls } from '../../aws/fake-api.ts';

describe('shortageOf', () => {
  it('is none where so many workers may run, or nothing is known', () => {
    expect(shortageOf({ total: 1_000, unreserved: 100 }, { workers: 100 }, 'eu-central-1')).toBeUndefined();
    expect(shortageOf({ total: 0, unreserved: 0 }, { workers: 100 }, 'eu-central-1')).toBeUndefined();
    expect(shortageOf({ total: 1_000, unreserved: 100 }, { workers: 101 }, 'eu-central-1')).toBeDefined();
  });

  it('says what others have reserved, and asks for a quota with room for as much and twice the workers', () => {
    const { says, remedy } =
      shortageOf({ total: 3_000, unreserved: 1_000 }, { workers: 2_500 }, 'eu-central-1') ?? {};
    expect(says).toContain('allows 1,000 functions at once in eu-central-1 (of 3,000; the others');
    expect(says).toContain('asks for 2,500');
    expect(remedy).toContain('Set aws.maxConcurrency to 800 and deploy');
    expect(remedy).toContain('--region eu-central-1 ');
    expect(remedy).toContain('--desired-value 7000.');
  });

  it('speaks of no reservation where there is none, and asks for no less than a thousand', () => {
    const { says, remedy } = shortageOf({ total: 10, unreserved: 10 }, { workers: 100 }, 'us-east-1') ?? {};
    expect(says).not.toContain('reserved');
    expect(remedy).toContain('--desired-value 1000.');
  });

  it('counts functions with a browser, which share the quota, and says which part of it is for whom', () => {
    const asked = { workers: 900, browsers: 100 };
    expect(shortageOf({ total: 1_000, unreserved: 1_000 }, asked, 'us-east-1')).toBeUndefined();
    const { says, remedy } = shortageOf({ total: 1_000, unreserved: 500 }, asked, 'us-east-1') ?? {};
    expect(says).toContain('asks for 1,000 (900 workers, and 100 with a browser): deliveries');
    expect(remedy).toMatch(
      /^Set aws\.maxConcurrency to 360 and aws\.browser\.maxConcurrency to 40 and deploy;/,
    );
    expect(remedy).toContain('--desired-value 2500.');
  });
});

describe('concurrencyThatFits', () => {
  it.each([
    [10, { workers: 100 }, { workers: 8 }],
    [9, { workers: 100 }, { workers: 7 }],
    [3, { workers: 100 }, { workers: 2 }],
    [0, { workers: 100 }, { workers: 2 }],
    [10, { workers: 100, browsers: 20 }, { workers: 6, browsers: 2 }],
    [100, { workers: 100, browsers: 100 }, { workers: 40, browsers: 40 }],
  ])('leaves a fifth of %i functions at once to the others', (unreserved, asked, fits) => {
    expect(concurrencyThatFits(asked, unreserved)).toEqual(fits);
  });
});

describe('concurrencyOf', () => {
  it('has functions with a browser where the settings ask for them', () => {
    expect(concurrencyOf({ maxConcurrency: 7 })).toEqual({ workers: 7 });
    const browser = { memoryMb: 2_048, maxConcurrency: 3 };
    expect(concurrencyOf({ maxConcurrency: 7, browser })).toEqual({ workers: 7, browsers: 3 });
  });
});

describe('readWorkerPool', () => {
  let answer: { status: number; body: object };
  answerAwsCalls(() => ({ ...answer, headers: { 'x-amzn-errortype': 'AccessDenied' } }));
  const { config } = connect({ region: 'us-east-1' });
  const quotaOf = (total: number, unreserved?: number) => ({
    status: 200,
    body: { AccountLimit: { ConcurrentExecutions: total, UnreservedConcurrentExecutions: unreserved } },
  });

  it('is all that is asked for where the account lets them run', async () => {
    answer = quotaOf(1_000, 900);
    const quota = { total: 1_000, unreserved: 900 };
    expect(await readWorkerPool(config, { workers: 900 })).toEqual({ asked: 900, workers: 900, quota });
  });

  it('is what nobody has reserved where that is less, with a warning', async () => {
    answer = quotaOf(1_000);
    expect(await readWorkerPool(config, { workers: 1_500 })).toMatchObject({
      asked: 1_500,
      workers: 1_000,
      warning: { code: 'AWS_QUOTA', message: expect.stringMatching(/throttled\. Set aws\.maxConcurrency/) },
    });
  });

  it('shares what nobody has reserved with the functions that have a browser, as they were asked for', async () => {
    answer = quotaOf(60);
    expect(await readWorkerPool(config, { workers: 100, browsers: 20 })).toMatchObject({
      asked: 100,
      workers: 50,
      browsers: { asked: 20, functions: 10 },
      warning: { code: 'AWS_QUOTA' },
    });
    answer = quotaOf(120);
    const all = await readWorkerPool(config, { workers: 100, browsers: 20 });
    expect(all).toMatchObject({ workers: 100, browsers: { asked: 20, functions: 20 } });
    expect(all).not.toHaveProperty('warning');
  });

  it('is what is asked for where the quota may not be read, with a warning', async () => {
    answer = { status: 403, body: { message: 'not allowed' } };
    const pool = await readWorkerPool(config, { workers: 50 });
    expect(pool).toMatchObject({ asked: 50, workers: 50, warning: { code: 'AWS_DENIED' } });
    expect(pool.warning?.message).toMatch(/lets 50 workers run: AccessDenied: not allowed$/);
    expect(pool).not.toHaveProperty('quota');
    const { warning } = await readWorkerPool(config, { workers: 50, browsers: 4 });
    expect(warning?.message).toContain('lets 50 workers and 4 functions with a browser run: ');
  });

  it('has the code of any fault where it is none of AWS', async () => {
    const broken = { ...config, region: () => Promise.reject(new TypeError('no region')) };
    const { warning } = await readWorkerPool(broken, { workers: 5 });
    expect(warning).toMatchObject({
      code: 'AWS_FAILED',
      message: expect.stringMatching(/5 workers run: TypeError: no region$/),
    });
  });
});

describe('reportPool', () => {
  const said = (pool: WorkerPool) => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    reportPool(openOutput(false), pool);
    const text = stderr.mock.calls.map(([chunk]) => String(chunk)).join('');
    stderr.mockRestore();
    return text;
  };

  it('says what there is to be warned of, and nothing else', () => {
    const warning = { code: 'AWS_QUOTA', message: 'too many' } as const;
    expect(said({ asked: 5, workers: 4, warning })).toContain('AWS_QUOTA: too many');
    expect(said({ asked: 5, workers: 5 })).toBe('');
  });
});
