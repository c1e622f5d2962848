import { canaryJob } from '../shared/deployment/canary.ts';
import { jobSchema } from '../shared/job/schema.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import type { ScheduledJob } from './scheduled-jobs.ts';

/**
 * A job of one page that runs at regular times, to show that runs still finish; none unless the settings name a
 * page.
 */
export function canaryJobs({
  canary,
  allowPrivate,
}: Pick<Settings['aws'], 'canary' | 'allowPrivate'>): ScheduledJob[] {
  if (canary === undefined) return [];
  const job = jobSchema.parse({
    name: canaryJob,
    sources: [{ urls: { list: canary.url } }],
    pages: { default: {} },
    limits: { maxPages: 1 },
    output: { formats: ['jsonl'] },
    // In a deployment for private addresses the page may have one.
    ...(allowPrivate ? { network: 'allowPrivate' } : {}),
  });
  const schedule = { cron: `rate(${canary.everyMinutes} minutes)`, timeZone: 'UTC' };
  return [{ job, schedule, files: [] }];
}
