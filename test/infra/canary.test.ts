import { describe, expect, it } from 'vitest';
import { canaryJobs } from '../../infra/canary.ts';
import { canaryJob } from '../../shared/deployment/canary.ts';

const canary = { url: 'https://example.com/up', everyMinutes: 30 };

describe('canaryJobs', () => {
  it('are none without a setting', () => {
    expect(canaryJobs({ canary: undefined, allowPrivate: true })).toEqual([]);
  });

  it('read one page every so often, from where the deployment may', () => {
    const [made, ...others] = canaryJobs({ canary, allowPrivate: false });
    expect(others).toEqual([]);
    expect(made?.schedule).toEqual({ cron: 'rate(30 minutes)', timeZone: 'UTC' });
    expect(made?.files).toEqual([]);
    expect(made?.job).toMatchObject({
      ...{ name: canaryJob, network: 'public', output: { formats: ['jsonl'] } },
      ...{ sources: [{ urls: { list: ['https://example.com/up'] } }], limits: { maxPages: 1 } },
    });
    expect(canaryJobs({ canary, allowPrivate: true })[0]?.job.network).toBe('allowPrivate');
  });
});
