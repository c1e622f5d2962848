import { canaryJob } from '../shared/deployment/names.ts';
import { jobSchema } from '../shared/job/schema.ts';
import type { Settings } from '../shared/job/settings-schema.ts';
import type { ScheduledJob } from './scheduled-jobs.ts';

/** The job of one page that shows, at regular times, that runs still come to their end; none unless the settings name a page. */
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
    // The page of a deployment for private addresses may have one, too.
    ...(allowPrivate ? { network: 'allowPrivate' } : {}),
  });
  const schedule = { cron: `rate(${canary.everyMinutes} minutes)`, timeZone: 'UTC' };
  return [{ job, schedule, files: [] }];
}
