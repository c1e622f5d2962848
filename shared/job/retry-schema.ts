import { z } from 'zod';
import { retryableCodes } from '../schema/retryable-codes.ts';

const statusGroups = ['4xx', '5xx'] as const;

const on = z
  .array(
    z.union([z.int().min(400).max(599), z.literal(202), z.enum(statusGroups), z.enum(retryableCodes)], {
      error: `a status from 400 to 599, 202, ${[...statusGroups, ...retryableCodes].join(', ')}`,
    }),
  )
  .describe(
    'Failures that are tried again, instead of those that docs/errors.md marks as retried: statuses, 4xx, 5xx, and codes. [] for none.',
  );

const delayMs = z
  .int()
  .min(0)
  .max(3_600_000)
  .describe(
    'Milliseconds within which the first retry comes; doubled for each further one, up to politeness.maxDelayMs. The pause is anywhere below that, so that pages that failed together do not come back together. Default: 1000. A Retry-After of the host takes precedence.',
  );

/** For all pages of a job. */
export const jobRetry = z
  .strictObject({ on: on.optional(), delayMs: delayMs.optional() })
  .describe('Which failures are tried again, and when; how often: attempts.');

/** For the pages of one label. */
export const labelRetry = z
  .strictObject({
    attempts: z.int().min(1).max(20).optional().describe('Default: fetch.attempts.'),
    on: on.optional(),
    delayMs: delayMs.optional(),
  })
  .describe('Retries of such pages, where they differ from fetch.attempts and fetch.retry.');

export type RetryRule = z.output<typeof labelRetry>;
