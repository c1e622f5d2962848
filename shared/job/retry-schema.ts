import { z } from 'zod';
import { selector } from '../schema/leaf-schema.ts';
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

/** What a page shows, as a condition on it. */
export interface PageSign {
  select?: string | undefined;
  path?: string | undefined;
  text?: string | undefined;
}

export const pageSign = z
  .strictObject({
    select: selector.optional().describe('An element that such a page has.'),
    path: z
      .string()
      .min(1)
      .optional()
      .describe('In JSON: a path at which there is something other than null, false, 0 and empty.'),
    text: z
      .string()
      .min(1)
      .max(1_024)
      .optional()
      .describe(
        'Text that it holds, white space folded: in the element, at the path, or without either anywhere in the page.',
      ),
  })
  .refine(({ select, path, text }) => (select ?? path ?? text) !== undefined, 'select:, path: or text:')
  .refine(({ select, path }) => select === undefined || path === undefined, 'select: or path:, not both');
