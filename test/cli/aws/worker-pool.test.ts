import { describe, expect, it, vi } from 'vitest';
import { shortageOf, workersThatFit } from '../../../cli/aws/concurrency.ts';
import { connect } from '../../../cli/aws/connect.ts';
import { readWorkerPool, reportPool, type WorkerPool } from '../../../cli/aws/worker-pool.ts';
import { openOutput } from '../../../cli/output.ts';
import { answerAwsCalls } from '../../aws/fake-api.ts';

describe('shortageOf', () => {
  it('is none where so many workers may run, or nothing is known', () => {
    expect(shortageOf({ total: 1_000, unreserved: 100 }, 100, 'eu-central-1')).toBeUndefined();
    expect(shortageOf({ total: 0, unreserved: 0 }, 100, 'eu-central-1')).toBeUndefined();
    expect(shortageOf({ total: 1_000, unreserved: 100 }, 101, 'eu-central-1')).toBeDefined();
  });

  it('says what others have reserved, and asks for a quota with room for as much and twice the workers', () => {
    const { says, remedy } = shortageOf({ total: 3_000, unreserved: 1_000 }, 2_500, 'eu-central-1') ?? {};
    expect(says).toContain('allows 1,000 functions at once in eu-central-1 (of 3,000; the others');
    expect(says).toContain('asks for 2,500');
    expect(remedy).toContain('Set aws.maxConcurrency to 800 and deploy');
    expect(remedy).toContain('--region eu-central-1 ');
    expect(remedy).toContain('--desired-value 7000.');
  });

  it('speaks of no reservation where there is none, and asks for no less than a thousand', () => {
    const { says, remedy } = shortageOf({ total: 10, unreserved: 10 }, 100, 'us-east-1') ?? {};
    expect(says).not.toContain('reserved');
    expect(remedy).toContain('--desired-value 1000.');
  });

  it.each([
    [10, 8],
    [9, 7],
    [3, 2],
    [0, 2],
  ])('of %i functions at once, %i are workers: a fifth is for the others', (unreserved, workers) => {
    expect(workersThatFit(unreserved)).toBe(workers);
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
    expect(await readWorkerPool(config, 900)).toEqual({ asked: 900, workers: 900, quota });
  });

  it('is what nobody has reserved where that is less, with a warning', async () => {
    answer = quotaOf(1_000);
    expect(await readWorkerPool(config, 1_500)).toMatchObject({
      asked: 1_500,
      workers: 1_000,
      warning: { code: 'AWS_QUOTA', message: expect.stringMatching(/throttled\. Set aws\.maxConcurrency/) },
    });
  });

  it('is what is asked for where the quota may not be read, with a warning', async () => {
    answer = { status: 403, body: { message: 'not allowed' } };
    const pool = await readWorkerPool(config, 50);
    expect(pool).toMatchObject({ asked: 50, workers: 50, warning: { code: 'AWS_DENIED' } });
    expect(pool.warning?.message).toMatch(/lets 50 workers run: AccessDenied: not allowed$/);
    expect(pool).not.toHaveProperty('quota');
  });

  it('has the code of any fault where it is none of AWS', async () => {
    const broken = { ...config, region: () => Promise.reject(new TypeError('no region')) };
    const { warning } = await readWorkerPool(broken, 5);
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
